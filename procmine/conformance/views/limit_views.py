"""Behind the limits of nodes: how long executions took beside the limit, and the open cases that wait for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import ibis
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

PARTS, MOST = 8, 2
SOON, MOST_OWNERS = 0.8, 60
_NODE, _LIMIT = Column("text", Words("节点", "Node")), Column("duration", Words("时限", "Limit"))


@dataclass(frozen=True, repr=False, eq=False)
class LimitSpread(Result):
    """Executions of each node by the time they took, in eighths of the limit; all beyond twice the limit in one."""

    TITLE: ClassVar[Words] = Words("节点用时与时限", "Time taken and limit by node")
    LIMIT: ClassVar[int] = 100
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "node": _NODE,
        "limit": _LIMIT,
        "from": Column("duration", Words("超过", "More than")),
        "n": Column("count", Words("办理次数", "Executions")),
        "is_late": Column("flag", Words("超时", "Late")),
        "open_ended": Column("flag", Words("及以上", "And longer")),
    }


@dataclass(frozen=True, repr=False, eq=False)
class LimitWaiting(Result):
    """Open cases that wait for a node with a limit, those that have used most of it first."""

    TITLE: ClassVar[Words] = Words("等待有时限节点的案例", "Open cases that wait for a node with a limit")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Bars(("case_id", "node"), "share")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "node": Column("text", Words("节点", "Node"), Words("接下来要办的", "the next to be done")),
        "owner": Column("text", Words("责任人", "Owner"), Words("最后一个事件的资源", "resource of the last event"), {"": Words("（未知）", "(unknown)")}),
        "since": Column("time", Words("自", "Since"), Words("时限起算", "from when the limit runs")),
        "elapsed": Column("duration", Words("已用时间", "Elapsed"), Words("至截止时刻，按时限的时钟", "up to the cut-off, by the clock of the limit")),
        "limit": _LIMIT,
        "share": Column("share", Words("已用", "Used"), Words("占时限，可超过 100 %", "of the limit; can exceed 100 %")),
        "is_overdue": Column("flag", Words("已超时", "Overdue")),
    }  # fmt: skip

    owner: str | None = None

    @property
    def title(self) -> str:
        """Whose, where they are one owner's."""
        if self.owner is None:
            return super().title
        text = Words("等待有时限节点的案例 · {owner}", "Waiting for a node with a limit: {owner}")
        return text.filled(owner=self.COLUMNS["owner"].words.get(self.owner, self.owner)).say(self.language)

    @property
    def parts(self) -> dict[str, Result]:
        """The cases of each owner, the 60 with most."""
        if self.owner is not None:
            return {}
        counts = self.table["owner"].value_counts().rename_axis("owner").reset_index(name="n")
        owners = counts.sort_values(["n", "owner"], ascending=[False, True])["owner"].head(MOST_OWNERS)
        return {f"owner_{place:02}": self.of_owner(owner) for place, owner in enumerate(owners, 1)}

    def of_owner(self, owner: str) -> LimitWaiting:
        """The cases of one owner, those that have used most of the limit first."""
        mine = self.table[self.table["owner"] == owner].reset_index(drop=True)
        return replace(self, table=mine, owner=owner)

    @property
    def scalars(self) -> dict[str, int]:
        """How many wait, how many are overdue, and how many have used four fifths of the limit."""
        late = self.table["is_overdue"]
        soon = ~late & (self.table["share"] >= SOON)
        return {"n_waiting": len(self.table), "n_overdue": int(late.sum()), "n_soon": int(soon.sum())}

    @property
    def sentence(self) -> str:
        """Who is late, and who is about to be."""
        if self.table.empty:
            return Words("没有未关闭的案例在等待有时限的节点。", "No open case waits for a node with a limit.").say(
                self.language
            )
        text = Words(
            "{n_waiting} 个未关闭的案例在等待有时限的节点：{n_overdue} 个已超时，{n_soon} 个已用去时限的八成以上，即将超时。",
            "{n_waiting} open cases wait for a node with a limit: {n_overdue} are overdue, {n_soon} have used four fifths of it or more and soon will be.",
        )
        numbers = {name: write_number(value) for name, value in self.scalars.items()}
        return text.filled(**numbers).say(self.language)


def limit_spread(log: EventLog, limited: pd.DataFrame) -> LimitSpread:
    """How many executions took how long.

    Parameters
    ----------
    limited
        Executions with node, limit and elapsed.
    """
    elapsed, limit = (limited[name].astype("timedelta64[us]").astype("int64") for name in ("elapsed", "limit"))
    part = ((elapsed * PARTS - 1) // limit).clip(0, PARTS * MOST)
    counted = pd.DataFrame({"node": limited["node"], "limit": limit, "part": part, "n": 1})
    counted = counted.groupby(["node", "limit", "part"], sort=True)["n"].sum()
    found = [
        pd.DataFrame({"part": range(PARTS * MOST + 1)}).assign(
            node=node, limit=limit, n=lambda frame, some=some: frame["part"].map(some.droplevel([0, 1])).fillna(0)
        )
        for (node, limit), some in counted.groupby(level=[0, 1])
    ]
    frame = pd.concat(found) if found else pd.DataFrame(columns=["part", "node", "limit", "n"], dtype="int64")
    frame["from"] = frame["part"] * frame["limit"] // PARTS
    return LimitSpread.of(log, frame.assign(is_late=frame["part"] >= PARTS, open_ended=frame["part"] == PARTS * MOST))


def limit_waiting(log: EventLog, limited: pd.DataFrame) -> LimitWaiting:
    """The open cases among some executions that are not done yet.

    Parameters
    ----------
    limited
        What open cases wait for: case_id, node, arrival, elapsed, limit, is_open_overdue.
    """
    frame = limited.rename(columns={"arrival": "since", "is_open_overdue": "is_overdue"})
    frame = frame.assign(share=frame["elapsed"] / frame["limit"]).merge(_owners(log), on="case_id", how="left")
    return LimitWaiting.of(log, frame.sort_values(["share", "case_id"], ascending=[False, True]))


def _owners(log: EventLog) -> pd.DataFrame:
    """Who did the last event of each open case, as far as is known."""
    events, cases = log.all_events, log.cases.select("case_index", "case_id", "n_events")
    owner = events.resource.fill_null("") if "resource" in events.columns else ibis.literal("")
    last = events.select("case_index", "position", owner=owner).inner_join(cases, "case_index")
    return fetch(last.filter(last.position == last.n_events).select("case_id", "owner").order_by("case_id"))
