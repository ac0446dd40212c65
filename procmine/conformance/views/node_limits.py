"""Nodes with a time limit: how often it was kept, how long they took, what is open and overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from procmine.conformance.standard.standard_words import limit_lines
from procmine.conformance.views.limit_views import LimitSpread, LimitWaiting, limit_spread, limit_waiting
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number, write_share

if TYPE_CHECKING:
    from procmine.conformance.judging.judged_groups import Group
    from procmine.core.log.eventlog import EventLog
    from procmine.core.text.words import Language

_SAID = Words(
    "有时限的节点办理 {n} 次，超时 {late} 次（{share}），另有 {open} 次未办已超时；超时最多的是“{node}”。",
    "Nodes with a limit were done {n} times, {late} times late ({share}); {open} more are open and overdue. "
    "Late most often: {node!r}.",
)
_SAID_IN_TIME = Words(
    "有时限的节点办理 {n} 次，没有超时，另有 {open} 次未办已超时。",
    "Nodes with a limit were done {n} times, never late; {open} more are open and overdue.",
)


@dataclass(frozen=True, repr=False, eq=False)
class NodeLimits(Result):
    """One row per node with a limit, those late most often first."""

    TITLE: ClassVar[Words] = Words("节点时限", "Time limits of nodes")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "node": Column("text", Words("节点", "Node")),
        "limit": Column("text", Words("时限", "Limit"), Words("如标准所定；各版本不同的依次列出", "as the standard says; where its versions differ one after the other")),
        "n_done": Column("count", Words("已办理", "Done"), Words("有时限的办理次数", "executions with a limit")),
        "n_late": Column("count", Words("超时", "Late")),
        "late_share": Column("share", Words("超时占比", "Share late"), Words("占已办理", "of those done")),
        "n_overdue": Column(
            "count", Words("未办已超时", "Open and overdue"), Words("未关闭的案例等待该节点", "open cases that wait for it")
        ),
        "due_share": Column(
            "share",
            Words("应办超时占比", "Share late of due"),
            Words("（超时 + 未办已超时）/（已办理 + 未办已超时）", "late and overdue, of those done and overdue"),
        ),
        "median": Column("duration", Words("中位用时", "Median"), Words("按时限的时钟", "by the clock of the limit")),
        "p90": Column("duration", Words("P90", "P90")),
    }  # fmt: skip

    spread: LimitSpread | None = field(default=None, kw_only=True)
    waiting: LimitWaiting | None = field(default=None, kw_only=True)

    @property
    def parts(self) -> dict[str, Result]:
        """How long executions took beside the limit, and the open cases that wait."""
        results = {"spread": self.spread, "waiting": self.waiting}
        return {name: part for name, part in results.items() if part is not None}

    @property
    def sentence(self) -> str:
        """How many executions were late, and where most."""
        if self.table.empty:
            return ""
        n, late = int(self.table["n_done"].sum()), int(self.table["n_late"].sum())
        return (
            (_SAID if late else _SAID_IN_TIME)
            .filled(
                n=write_number(n),
                late=write_number(late),
                share=write_share(late / n if n else 0.0),
                open=write_number(int(self.table["n_overdue"].sum())),
                node=self.table["node"].iloc[0],
            )
            .say(self.language)
        )


def limits_of_nodes(log: EventLog, groups: Sequence[Group], times: pd.DataFrame) -> NodeLimits:
    """The executions of nodes that have a limit, by node; `times` are those of `NodeTimes.frame`."""
    frame = times[times["limit"].notna()]
    is_done = frame["position"] > 0
    written = _written(groups, log.language)
    rows = []
    for name, part in frame.groupby("node", sort=True):
        done = part.loc[is_done, "elapsed"].astype("timedelta64[us]").astype("int64")
        n_done, n_late, n_overdue = len(done), int(part["is_late"].sum()), int(part["is_open_overdue"].sum())
        due = n_done + n_overdue
        shares = n_late / n_done if n_done else 0.0, (n_late + n_overdue) / due if due else 0.0
        quantiles = done.quantile(0.5), done.quantile(0.9)
        rows.append((name, written[str(name)], n_done, n_late, shares[0], n_overdue, shares[1], *quantiles))
    table = pd.DataFrame(rows, columns=list(NodeLimits.COLUMNS))
    table = table.astype({"median": "float64", "p90": "float64"})
    table = table.sort_values(["n_late", "node"], ascending=[False, True])
    if table.empty:
        return NodeLimits.of(log, table)
    parts = {"spread": limit_spread(log, frame[is_done]), "waiting": limit_waiting(log, frame[~is_done])}
    return NodeLimits.of(log, table, **parts)


def _written(groups: Sequence[Group], language: Language) -> dict[str, str]:
    """The limit of each node, of all versions that cases are judged by."""
    versions = {id(group.version): group.version for group in groups}.values()
    limit_texts: dict[str, dict[str, None]] = {}
    for version in versions:
        for name, node in version.nodes.items():
            if node.within is not None:
                limit_text = "; ".join(line.say(language) for line in limit_lines(node.within))
                limit_texts.setdefault(name, {})[limit_text] = None
    return {name: " → ".join(limit_text) for name, limit_text in limit_texts.items()}
