"""How much of what a system could carry a system does carry, and what people still do by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import ibis
import pandas as pd

from procmine.conformance.standard.standard import Standard, in_force
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words, write_duration, write_number, write_share

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

MOST_UNKNOWN = 0.05
"""Share of events of which it is not known whether a system did them, above which no rate is given."""


@dataclass(frozen=True, repr=False, eq=False)
class Systematization(Result):
    """The actions that a system could carry (★), those that take people the most hours first.

    Attributes
    ----------
    n_events, n_system
        Events of such actions, and those of them that a system did; an event of several actions counts once.
    knows_hours
        Whether the log knows when work began; else there are no hours and the number by hand ranks.
    """

    TITLE: ClassVar[Words] = Words("系统化沉淀", "Systematization")
    CHART: ClassVar[Chart | None] = Bars(("node", "action"), "rate")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "process": Column("text", Words("流程", "Process"), Words("流程，或增加该节点的运营路径", "process, or operating path that adds the node")),
        "node": Column("text", Words("节点", "Node")),
        "action": Column("text", Words("动作 ★", "Action ★"), Words("可系统化沉淀的动作", "action that a system could carry")),
        "n_events": Column("count", Words("事件", "Events")),
        "n_system": Column("count", Words("系统办理", "By a system")),
        "n_hand": Column("count", Words("人工办理", "By hand"), Words("不是系统办理的", "not by a system")),
        "rate": Column("share", Words("系统化率", "Systematization rate"), Words("系统办理占事件", "by a system, of the events")),
        "hours": Column("duration", Words("人工处理时长", "Hours by hand"), Words("完成减开始之和，自然时间", "sum of end less start, natural time")),
    }  # fmt: skip

    n_events: int = 0
    n_system: int = 0
    knows_hours: bool = False

    @property
    def rate(self) -> float:
        """Systematization rate: events of ★ actions that a system did, of all events of ★ actions, 0..1."""
        return self.n_system / self.n_events if self.n_events else 0.0

    @property
    def scalars(self) -> dict[str, Any]:
        """The rate and its parts."""
        return {"n_events": self.n_events, "n_system": self.n_system, "systematization_rate": self.rate}

    @property
    def sentence(self) -> str:
        """The rate, and what is done by hand most."""
        if self.table.empty:
            return ""
        text = Words(
            "可系统化的动作共 {n} 个事件，{share} 由系统办理。", "Of {n} events of actions that a system could carry, systems did {share}."
        ).filled(n=write_number(self.n_events), share=write_share(self.rate))  # fmt: skip
        top = self.table.iloc[0]
        if not top["n_hand"]:
            return text.say(self.language)
        if self.knows_hours:
            more = Words(
                "人工最多的是“{action}”：{n} 次，{hours}。", " Most hours by hand: {action!r}, {n} times, {hours}."
            )
        else:
            more = Words("人工最多的是“{action}”：{n} 次（未记录开始时间，按次数排序）。",
                         " Most often by hand: {action!r}, {n} times (the log does not know when work began).")  # fmt: skip
        hours = write_duration(top["hours"], self.language) if self.knows_hours else ""
        facts = {"action": top["action"], "n": write_number(int(top["n_hand"])), "hours": hours}
        return text.say(self.language) + more.filled(**facts).say(self.language)


class _Action(NamedTuple):
    process: str
    node: str
    action: str
    activities: tuple[str, ...]


def systematization(log: EventLog, standard: Standard | Sequence[Standard]) -> Systematization:
    """How far the actions marked `systematizable` are carried by systems.

    Systematization rate = events of such actions that a system did / events of such actions; which
    resources are systems is said in project.yml under `system_actors:`. An action of several versions is
    the same by process, node and name. Actions without `log:` cannot be seen and are left out.

    Raises
    ------
    MissingDataError
        If the standard marks no action that the log can show, or it is not known of more than 5 % of the events
        whether a system did them.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.standard.standard import Process
    >>> from procmine.conformance.standard.parts import Action, Item
    >>> frame = pm.six_cases().to_pandas()
    >>> log = pm.EventLog.from_pandas(frame.assign(is_system=frame["resource"] == "机器人"), zone="Asia/Shanghai")
    >>> node = Item(name="分类", actions=[Action(do="按规则分类", log=["分类"], systematizable=True)])
    >>> found = systematization(log, Standard(name="x", processes=[Process(name="p", nodes=[node])]))
    >>> found.table[["action", "n_events", "n_system"]].values.tolist()
    [['按规则分类', 6, 2]]
    """
    actions = _actions(in_force(standard))
    if not actions and log.n_cases:
        raise _unmarked(log)
    counted = _counted(log)
    rows = [_row(one, counted) for one in actions]
    frame = pd.DataFrame(rows, columns=list(Systematization.COLUMNS)) if log.n_cases else None
    if frame is None:
        return Systematization.of(log, pd.DataFrame(columns=list(Systematization.COLUMNS)))
    whole = counted[counted["activity"].isin({name for one in actions for name in one.activities})]
    frame = frame.astype({"hours": "float64"}).sort_values(
        ["hours", "n_hand", "node", "action"], ascending=[False, False, True, True]
    )
    return Systematization.of(
        log,
        frame,
        n_events=int(whole["n"].sum()),
        n_system=int(whole["n_system"].sum()),
        knows_hours="start" in log.all_events.columns,
    )


def _actions(versions: Sequence[Standard]) -> list[_Action]:
    """The marked actions that logs can show, in the order of the files."""
    actions: dict[tuple[str, str, str], list[str]] = {}
    for version in versions:
        places = [
            (process.name, node) for process in version.processes for item in process.nodes for node in item.nodes()
        ]
        places += [(name, added.item()) for name, path in version.paths.items() for added in path.add]
        for place, node in places:
            for action in node.actions:
                if action.systematizable and action.log:
                    actions.setdefault((place, node.name, action.do), []).extend(action.log)
    return [_Action(*key, tuple(dict.fromkeys(names))) for key, names in actions.items()]


def _counted(log: EventLog) -> pd.DataFrame:
    """Per activity its events, those of systems, and the µs that people worked on the others (null: not known)."""
    events = log.events
    if log.n_cases == 0:
        events = events.mutate(is_system=ibis.literal(False))
    elif "is_system" not in events.columns:
        raise _unknown(log, 1.0)
    by_hand: ir.Value = ibis.null("int64")
    if "start" in events.columns:
        worked = events.timestamp.delta(events.start, unit="microsecond")
        by_hand = events.is_system.fill_null(False).ifelse(0, worked)
    known = events.mutate(by_hand=by_hand, done=events.is_system.fill_null(False), unknown=events.is_system.isnull())
    counted = fetch(
        known.group_by("activity")
        .aggregate(n=known.count(), n_system=known.done.sum(), n_unknown=known.unknown.sum(), hours=known.by_hand.sum())
        .order_by("activity")
    )
    share = counted["n_unknown"].sum() / max(counted["n"].sum(), 1)
    if share > MOST_UNKNOWN:
        raise _unknown(log, share)
    return counted


def _unknown(log: EventLog, share: float) -> MissingDataError:
    fault = Words(
        "系统化率需要知道事件由人还是系统办理", "the systematization rate needs to know which events systems did"
    )
    facts = Words("{share} 的事件未知（上限 5 %）", "not known of {share} of the events (at most 5 %)")
    hint = _NAME_SYSTEMS if "resource" in log.all_events.columns else _MAP_RESOURCES
    return MissingDataError(Fault(log.name, fault, facts.filled(share=write_share(share)), hint))


_NAME_SYSTEMS = Words(
    "在 project.yml 中写 system_actors: [<系统账号的名称>]，其余处理人即按人计",
    "write system_actors: [<name of a system account>] in project.yml; all other resources then are people",
)
_MAP_RESOURCES = Words(
    "在 project.yml 的 sources: columns: 中映射 resource，并写 system_actors: [<系统账号的名称>]",
    "map resource under sources: columns: in project.yml, and write system_actors: [<name of a system account>]",
)


def _unmarked(log: EventLog) -> MissingDataError:
    fault = Words("标准中没有标 ★ 且日志看得到的动作", "the standard has no action marked ★ that the log can show")
    hint = Words(
        "在标准的 actions: 中给可由系统完成的动作写 systematizable: true，并写 log:",
        "write systematizable: true, and log:, for the actions: of the standard that a system could do",
    )
    return MissingDataError(Fault(log.name, fault, hint=hint))


def _row(one: _Action, counted: pd.DataFrame) -> tuple[Any, ...]:
    mine = counted[counted["activity"].isin(one.activities)]
    n, n_system = int(mine["n"].sum()), int(mine["n_system"].sum())
    hours = mine["hours"].sum(min_count=1)
    return (one.process, one.node, one.action, n, n_system, n - n_system, n_system / n if n else 0.0, hours)
