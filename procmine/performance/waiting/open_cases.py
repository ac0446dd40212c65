"""Who holds what now: open cases by current node and owner, how old they are, and which will be late."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import ibis
import numpy as np
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import MissingDataError
from procmine.core.text.words import Words, write_duration, write_number
from procmine.performance.ground.notes import notes
from procmine.performance.waiting.breach import BreachLimits, elapsed_of, with_limits

if TYPE_CHECKING:
    from procmine.core.clock.calendar import Sla
    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog

NOBODY = ""
_UNKNOWN = {NOBODY: Words("（未知）", "(unknown)")}
MOST_OWNERS = 60
_NATURAL, _WORKING = Words("自然时间", "natural time"), Words("工作时间", "working time")
_LESS = Words("（已扣除暂停）", " less pauses")
_NO_CALENDAR = Words("扣除暂停；没有日历则为空", "less pauses; empty without a calendar")


@dataclass(frozen=True, repr=False, eq=False)
class OpenGroup(Result):
    """Open cases by node or by owner, most first."""

    TITLE: ClassVar[Words] = Words("未关闭案例汇总", "Open cases in groups")
    CHART: ClassVar[Chart | None] = Bars(("name",), "n")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "name": Column("text", Words("名称", "Name"), words=_UNKNOWN),
        "n": Column("count", Words("未关闭", "Open")),
        "n_overdue": Column("count", Words("已超时", "Overdue"), Words("没有时限则为 0", "0 where there is no limit")),
        "median_age": Column(
            "duration", Words("中位时长", "Median age"), Words("案例开始至截止，自然时间", "natural time")
        ),
        "oldest": Column("duration", Words("最长", "Oldest")),
    }

    about: Words | None = None

    @property
    def title(self) -> str:
        """By what."""
        text = Words("未关闭案例（按{about}）", "Open cases by {about}")
        return text.filled(about=self.about or Words("组", "group")).say(self.language)


@dataclass(frozen=True, repr=False, eq=False)
class OpenCases(Result):
    """Open cases at the log's cut-off, oldest first.

    Attributes
    ----------
    owner
        Whose cases these are; None for everybody's.
    """

    TITLE: ClassVar[Words] = Words("未关闭案例", "Open cases")
    LIMIT: ClassVar[int] = 20
    CHART: ClassVar[Chart | None] = Spread("age")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "node": Column("text", Words("当前节点", "Node"), Words("最后一个事件的活动", "activity of the last event")),
        "owner": Column(
            "text", Words("责任人", "Owner"), Words("最后一个事件的资源", "resource of the last event"), words=_UNKNOWN
        ),
        "since": Column("time", Words("自", "Since"), Words("最后一个事件的完成时间", "completion of the last event")),
        "dwell": Column("duration", Words("停留", "Waiting"), Words("至截止时刻，自然时间", "up to the cut-off, natural")),
        "dwell_working": Column("duration", Words("停留（工作时间）", "Waiting (working)"), _NO_CALENDAR),
        "age": Column("duration", Words("时长", "Age"), Words("案例开始至截止，自然时间", "since its start, natural")),
        "age_working": Column("duration", Words("时长（工作时间）", "Age (working)"), _NO_CALENDAR),
        "limit": Column("duration", Words("时限", "Limit")),
        "limit_of": Column(
            "text",
            Words("时限对象", "Limit of"),
            words={"case": Words("案例", "the case"), "node": Words("节点", "the node"), "": Words("–", "–")},
        ),
        "elapsed": Column("share", Words("已用", "Elapsed"), Words("已用时间占时限，可超过 100 %", "of the limit; can exceed 100 %")),
        "is_overdue": Column("flag", Words("已超时", "Overdue")),
        "risk": Column(
            "share",
            Words("超时可能", "Risk"),
            Words("已完成且当时同样未完的案例中，后来超时的占比", "of past ones that had lasted as long, those that then exceeded the limit"),
        ),
        "n_like": Column("count", Words("依据", "Based on"), Words("与之可比的已完成数", "past ones it is compared with")),
    }  # fmt: skip

    SHOWN: ClassVar[tuple[str, ...]] = (
        "case_id", "node", "owner", "dwell", "dwell_working", "age", "limit", "limit_of", "elapsed", "is_overdue", "risk"
    )  # fmt: skip

    cutoff: str = ""
    owner: str | None = None
    n_cases: int = 0
    clock: Words = _NATURAL
    note: str = ""
    log: EventLog | None = None

    @property
    def title(self) -> str:
        """Whose."""
        if self.owner is None:
            return super().title
        text = Words("未关闭案例 · {owner}", "Open cases: {owner}")
        return text.filled(owner=_UNKNOWN.get(self.owner, self.owner)).say(self.language)

    @property
    def n_limited(self) -> int:
        """Cases for which a limit holds."""
        return int(self.table["limit"].notna().sum())

    @property
    def scalars(self) -> dict[str, Any]:
        """How many are open, and how many of them are late."""
        return {
            "n_open": len(self.table),
            "n_limited": self.n_limited,
            "n_overdue": int(self.table["is_overdue"].sum()),
        }

    @property
    def sentence(self) -> str:
        """How many are open, whose most, and what is assumed."""
        if self.table.empty:
            return Words("没有未关闭的案例。", "No case is open.").say(self.language)
        parts = [
            Words(
                "截至 {cutoff}，{n} 个案例未关闭，时长中位 {age}（自然时间）；当前节点与责任人取自最后一个事件。",
                "At {cutoff} {n} cases are open, half of them for longer than {age} (natural time); node and owner are those of the last event.",
            ).filled(
                cutoff=self.cutoff,
                n=write_number(len(self.table)),
                age=write_duration(self.table["age"].median(), self.language),
            )
        ]
        if self.n_limited:
            parts.append(
                Words(
                    "{n} 个有时限（按{clock}计），其中 {late} 个已超时，另有 {risky} 个多半会超时。",
                    " {n} have a limit (in {clock}): {late} are overdue, {risky} more will probably be.",
                ).filled(
                    n=write_number(self.n_limited),
                    clock=self.clock,
                    late=write_number(self.table["is_overdue"].sum()),
                    risky=write_number((~self.table["is_overdue"] & (self.table["risk"] > 0.5)).sum()),
                )
            )
        return "".join(words.say(self.language) for words in parts) + self.note

    def table_html(self, place: Place) -> str:
        """The oldest cases; whether they are late only where there are limits."""
        return self.rows_html(self.table, self.LIMIT, place, *([] if self.n_limited else ["is_overdue"]))

    @property
    def parts(self) -> dict[str, Result]:
        """By node, by owner, and the cases of each owner (the 60 with most)."""
        if self.owner is not None or self.log is None or self.table.empty:
            return {}
        by_owner = _grouped(self.log, self.table, "owner", Words("责任人", "owner"))
        owners = by_owner.table["name"].head(MOST_OWNERS).tolist()
        own = {f"owner_{place:02}": self.of_owner(owner) for place, owner in enumerate(owners, 1)}
        by_node = _grouped(self.log, self.table, "node", Words("节点", "node"))
        return {"by_node": by_node, "by_owner": by_owner, **own}

    def of_owner(self, owner: str) -> OpenCases:
        """The open cases of one owner, oldest first."""
        table = self.table[self.table["owner"] == owner].reset_index(drop=True)
        return dataclasses.replace(self, table=table, owner=owner)


class PausedOpenCases(OpenCases):
    """The same where there are pauses and no calendar."""

    COLUMNS: ClassVar[Mapping[str, Column]] = {
        **OpenCases.COLUMNS,
        "dwell_working": Column("duration", Words("停留（扣除暂停）", "Waiting (less pauses)"), _NATURAL),
        "age_working": Column("duration", Words("时长（扣除暂停）", "Age (less pauses)"), _NATURAL),
    }


def _grouped(log: EventLog, table: pd.DataFrame, name: str, about: Words) -> OpenGroup:
    grouped = table.groupby(name)
    frame = grouped.agg(
        n=("case_id", "size"), n_overdue=("is_overdue", "sum"), median_age=("age", "median"), oldest=("age", "max")
    )
    frame = frame.rename_axis("name").reset_index().sort_values(["n", "name"], ascending=[False, True])
    return OpenGroup.of(log, frame, about=about)


def open_cases(
    log: EventLog,
    *,
    sla: Sla | None = None,
    limit: timedelta | str | None = None,
    limits: Mapping[str, timedelta | str] | None = None,
) -> OpenCases:
    """Every open case at the log's cut-off: where it stands, with whom, how old it is, and whether it will be late.

    A case is open as the project's `states:` says. The node and the owner are the activity and the resource of its
    last event: what has been assigned since is not in an export of completed work. The cut-off is the newest event.

    The risk of a case that is not yet late is the share of past cases that exceeded the limit, of those that
    had lasted as long as it has now; for the limit of a node, of past stays there.

    Parameters
    ----------
    sla
        Calendar and pauses: gives ages in working time (pauses alone: natural), in which limits are then measured.
    limit
        How long a case may take from its start: a timedelta, or text such as `"36 h"`. A day is 24 hours of the clock.
    limits
        Activity: how long a case may wait after it. Where both limits hold, the one of which more has
        elapsed is told.

    Raises
    ------
    MissingDataError
        If the project does not say when a case is complete.
    UnknownNameError
        If `limits` names an activity that the log does not have.
    FilterError
        If a text is no duration.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.open_cases(pm.six_cases(), limit="24 h").table
    >>> found[["case_id", "node", "owner", "age", "is_overdue"]]
      case_id node owner             age  is_overdue
    0      C6   处理    陈静 1 days 04:00:00        True
    """
    asked = BreachLimits.read(log, limit, limits)
    if log.cutoff is None or log.n_cases == 0:
        return OpenCases.of(log, pd.DataFrame(columns=list(OpenCases.COLUMNS)))
    if not log.knows_states:
        raise MissingDataError.for_states(Words("未关闭案例", "Open cases"), log.name)
    sla = sla if sla is not None and (sla.calendar is not None or sla.pauses) else None
    frame = with_limits(log, _ages(log, sla), asked, sla).sort_values(["age", "case_index"], ascending=[False, True])
    kind = OpenCases if sla is None or sla.calendar is not None else PausedOpenCases
    return kind.of(
        log,
        frame,
        cutoff=f"{log.local(log.cutoff):%Y-%m-%d %H:%M}",
        n_cases=log.n_cases,
        clock=_clock(sla),
        note="" if sla is None else notes(log, sla.calendar),
        log=log,
    )


def _clock(sla: Sla | None) -> Words:
    clock = _NATURAL if sla is None or sla.calendar is None else _WORKING
    return Words(clock.zh + _LESS.zh, clock.en + _LESS.en) if sla is not None and sla.pauses else clock


def _ages(log: EventLog, sla: Sla | None) -> pd.DataFrame:
    """Open cases with their last event, and how long they last up to the cut-off, in microseconds."""
    cases = log.cases.filter(log.cases.state == "open").select("case_index", "case_id", "n_events", "start")
    events = log.all_events
    owner = events.resource.fill_null(NOBODY) if "resource" in events.columns else ibis.literal(NOBODY)
    last = events.select("case_index", "position", node="activity", owner=owner, since="timestamp")
    joined = cases.inner_join(last, "case_index")
    frame = fetch(joined.filter(joined.position == joined.n_events).order_by("case_index"))
    cutoff = np.datetime64(log.cutoff, "us").astype("int64")
    clock = elapsed_of(log, sla)
    for name, column in (("dwell", "since"), ("age", "start")):
        begin = frame[column].astype("datetime64[us]").astype("int64").to_numpy()
        end = np.maximum(cutoff, begin)
        frame[name] = end - begin
        case = frame["case_index"].to_numpy("int64")
        frame[f"{name}_working"] = float("nan") if clock is None else clock(case, begin, end)
    return frame
