"""The directly-follows graph: what comes right after what, how often, and how long it takes."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_duration, write_number, write_share

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

_SOURCE, _TARGET = Words("从", "From"), Words("到", "To")


@dataclass(frozen=True, repr=False, eq=False)
class DirectlyFollows(Result):
    """The directly-follows graph, one row per arc, most frequent first.

    The time of an arc is its transition time: completion of the source → completion of the target.
    """

    TITLE: ClassVar[Words] = Words("直接跟随关系", "What follows what")
    CHART: ClassVar[Chart | None] = Bars(("source", "target"), "count")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "source": Column("text", _SOURCE),
        "target": Column("text", _TARGET),
        "count": Column("count", Words("次数", "Count"), Words("紧接着发生的次数", "how often it comes right after")),
        "n_cases": Column("count", Words("案例", "Cases"), Words("至少发生一次的案例", "cases with at least one")),
        "median": Column("duration", Words("中位", "Median"), Words("流转时间的中位数", "median transition time")),
        "mean": Column("duration", Words("平均", "Mean")),
        "p90": Column("duration", Words("P90", "P90"), Words("九成不超过此值", "nine in ten stay below")),
        "total": Column(
            "duration", Words("合计", "Total"), Words("流转时间之和", "sum of transition times"), is_total=True
        ),
    }

    @property
    def sentence(self) -> str:
        """Where most of the time goes."""
        if self.table.empty:
            return ""
        slowest = self.table.loc[self.table["total"].idxmax()]
        whole = self.table["total"].sum()
        share = slowest["total"] / whole if whole.total_seconds() else 0.0
        return (
            Words(
                "流转时间最多的是 {source} → {target}：占全部的 {share}，中位 {median}。",
                "Most of the time passes from {source} to {target}: {share} of all, median {median}.",
            )
            .filled(
                source=slowest["source"],
                target=slowest["target"],
                share=write_share(share),
                median=write_duration(slowest["median"], self.language),
            )
            .say(self.language)
        )

    def slowest(self, n: int = 10) -> DirectlyFollows:
        """The arcs with the most total time."""
        table = self.table.sort_values(["total", "source", "target"], ascending=[False, True, True])
        return replace(self, table=table.head(n).reset_index(drop=True))


def _with_duration(events: ir.Table) -> ir.Table:
    return events.mutate(duration=events.timestamp.delta(events.previous_timestamp, unit="microsecond"))


def directly_follows(log: EventLog) -> DirectlyFollows:
    """The directly-follows graph of a log, with times.

    An arc A → B says that B is the next event after A in the same case. Arc counts sum to the number
    of events less the number of cases.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.directly_follows(pm.six_cases()).table[["source", "target", "count", "n_cases"]].head(2)
      source target  count  n_cases
    0     受理     分类      6        6
    1     分类     处理      5        5
    """
    events = log.events
    arcs = _with_duration(events.filter(events.previous_activity.notnull()))
    frame = fetch(
        arcs.group_by(source=arcs.previous_activity, target=arcs.activity).aggregate(
            count=arcs.count(),
            total=arcs.duration.sum(),
            median=arcs.duration.quantile(0.5),
            p90=arcs.duration.quantile(0.9),
        )
    )
    n_cases = _cases_with_arc(log)
    frame["n_cases"] = [n_cases[arc] for arc in zip(frame["source"], frame["target"], strict=True)]
    frame["mean"] = frame["total"] / frame["count"]
    frame = frame.sort_values(["count", "source", "target"], ascending=[False, True, True])
    return DirectlyFollows.of(log, frame)


def _cases_with_arc(log: EventLog) -> Counter[tuple[str, str]]:
    """How many cases take each arc at least once: the few variants say it, the many events need not."""
    found: Counter[tuple[str, str]] = Counter()
    for variant in log.variants:
        for arc in set(itertools.pairwise(variant.activities)):
            found[arc] += variant.n_cases
    return found


@dataclass(frozen=True, repr=False, eq=False)
class ArcCases(Result):
    """The cases behind one arc, slowest first."""

    TITLE: ClassVar[Words] = Words("流转的案例", "Cases of an arc")
    CHART: ClassVar[Chart | None] = Spread("duration")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "at": Column("time", Words("时间", "At"), Words("后一活动的完成时间", "completion of the later activity")),
        "duration": Column("duration", Words("流转时间", "Transition time")),
    }

    source: str = ""
    target: str = ""

    @property
    def sentence(self) -> str:
        """Which arc this is, and how many times it was taken."""
        if self.table.empty:
            return ""
        said = Words("{source} → {target}：共 {n} 次，最慢的在前。", "{source} → {target}: {n} times, slowest first.")
        return said.filled(source=self.source, target=self.target, n=write_number(len(self.table))).say(self.language)


def arc_cases(log: EventLog, source: str | None = None, target: str | None = None) -> ArcCases:
    """The cases in which `target` came right after `source`, slowest first.

    Without names: those of the arc on which the most time passes in all.

    Raises
    ------
    UnknownNameError
        If the log has no such arc.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.arc_cases(pm.six_cases(), "处理", "处理").table["case_id"].tolist()
    ['C3']
    """
    flow = directly_follows(log)
    if source is None or target is None:
        if flow.table.empty:
            return ArcCases.of(log, pd.DataFrame(columns=list(ArcCases.COLUMNS)))
        source, target = flow.slowest(1).table[["source", "target"]].iloc[0]
    known = [f"{a} → {b}" for a, b in zip(flow.table["source"], flow.table["target"], strict=True)]
    if f"{source} → {target}" not in known:
        raise UnknownNameError.among(Words("流转", "arc"), [f"{source} → {target}"], known, "arc_cases")
    events = log.events
    taken = _with_duration(events.filter((events.previous_activity == source) & (events.activity == target)))
    joined = taken.inner_join(log.cases.select("case_index", "case_id"), "case_index")
    ordered = joined.order_by(joined.duration.desc(), "case_index", "position")
    return ArcCases.of(log, fetch(ordered.select("case_id", "duration", at="timestamp")), source=source, target=target)


@dataclass(frozen=True, repr=False, eq=False)
class Activities(Result):
    """How often each activity occurs, and how often a case starts or ends with it."""

    TITLE: ClassVar[Words] = Words("活动", "Activities")
    CHART: ClassVar[Chart | None] = Bars(("activity",), "n_events")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "activity": Column("text", Words("活动", "Activity")),
        "n_events": Column("count", Words("事件", "Events")),
        "n_cases": Column("count", Words("案例", "Cases"), Words("至少出现一次的案例", "cases with at least one")),
        "case_share": Column("share", Words("案例占比", "Share of cases")),
        "n_starts": Column("count", Words("首个活动", "Starts"), Words("以此开始的案例", "cases that start with it")),
        "n_ends": Column("count", Words("末个活动", "Ends"), Words("以此结束的案例", "cases that end with it")),
    }

    @property
    def sentence(self) -> str:
        """The most usual first and last activity."""
        if self.table.empty:
            return ""
        n = self.table["n_starts"].sum()
        start = self.table.loc[self.table["n_starts"].idxmax()]
        end = self.table.loc[self.table["n_ends"].idxmax()]
        return (
            Words(
                "{a} 的案例以“{start}”开始，{b} 以“{end}”结束。",
                "{a} of the cases start with {start}; {b} end with {end}.",
            )
            .filled(
                a=write_share(start["n_starts"] / n),
                start=start["activity"],
                b=write_share(end["n_ends"] / n),
                end=end["activity"],
            )
            .say(self.language)
        )


def activities(log: EventLog) -> Activities:
    """Events and cases of each activity, and the cases that start and end with it.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.activities(pm.six_cases()).table[["activity", "n_events", "n_starts"]].head(2)
      activity  n_events  n_starts
    0       处理         7         0
    1       受理         6         6
    """
    events, cases, starts, ends = (Counter[str]() for _ in range(4))
    for variant in log.variants:
        n = variant.n_cases
        for activity, times in Counter(variant.activities).items():
            events[activity] += times * n
            cases[activity] += n
        starts[variant.activities[0]] += n
        ends[variant.activities[-1]] += n
    rows = [(name, events[name], cases[name], cases[name] / log.n_cases, starts[name], ends[name]) for name in events]
    frame = pd.DataFrame(rows, columns=list(Activities.COLUMNS))
    order = frame["activity"].map({name: i for i, name in enumerate(_first_seen(log))})
    frame = frame.assign(order=order).sort_values(["n_events", "order"], ascending=[False, True])
    return Activities.of(log, frame)


def _first_seen(log: EventLog) -> list[str]:
    """Activities in the order in which the variants, most frequent first, show them."""
    return list(dict.fromkeys(activity for variant in log.variants for activity in variant.activities))
