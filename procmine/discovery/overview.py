"""The size of a log, and how work arrives, is completed and piles up over time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import ibis
import pandas as pd

from procmine.core.html.fragments import facts_html, lead_html
from procmine.core.html.places import Place
from procmine.core.log.engine import fetch
from procmine.core.log.periods import Period, begins_between, next_begin, period_for
from procmine.core.log.worktime import local_time
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_duration, write_number

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, repr=False, eq=False)
class Overview(Result):
    """The size of a log in one row.

    Attributes
    ----------
    n_complete, n_cancelled, n_open
        Cases by state; None where the project does not say when a case is complete.
    """

    TITLE: ClassVar[Words] = Words("概览", "Overview")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "n_cases": Column("count", Words("案例", "Cases")),
        "n_events": Column("count", Words("事件", "Events")),
        "n_activities": Column("count", Words("活动", "Activities")),
        "n_variants": Column(
            "count", Words("变体", "Variants"), Words("不同的活动顺序", "distinct activity sequences")
        ),
        "n_resources": Column("number", Words("资源", "Resources")),
        "first": Column("time", Words("最早", "First"), Words("最早的时刻", "the earliest instant")),
        "last": Column("time", Words("最晚", "Last"), Words("最晚的完成时间", "the latest completion")),
        "median_throughput": Column(
            "duration",
            Words("流程周期中位数", "Median throughput time"),
            Words("首个事件到末个事件，自然时间", "first to last event, natural time"),
        ),
    }

    n_complete: int | None = None
    n_cancelled: int | None = None
    n_open: int | None = None

    @property
    def facts(self) -> list[tuple[str, Words]]:
        """The numbers a reader sees first, each with its label."""
        if self.table.empty:
            return []
        row, columns = self.table.iloc[0], self.COLUMNS
        shown = [
            (write_number(int(row[name])), columns[name].label)
            for name in ("n_cases", "n_events", "n_activities", "n_variants")
        ]
        if row["n_resources"] == row["n_resources"]:
            shown.append((write_number(int(row["n_resources"])), columns["n_resources"].label))
        shown.append((write_duration(row["median_throughput"], self.language), columns["median_throughput"].label))
        if self.n_open is not None:
            shown.append((write_number(self.n_open), Words("未关闭案例", "Open cases")))
        return shown

    @property
    def scalars(self) -> dict[str, Any]:
        """Cases by state, where the project says when a case is complete."""
        return {"n_complete": self.n_complete, "n_cancelled": self.n_cancelled, "n_open": self.n_open}

    @property
    def sentence(self) -> str:
        """How much happened, and when."""
        if self.table.empty:
            return Words("日志中没有案例。", "The log holds no cases.").say(self.language)
        row = self.table.iloc[0]
        return (
            Words(
                "{first} 至 {last}：{cases} 个案例，{events} 个事件。",
                "{first} to {last}: {cases} cases with {events} events.",
            )
            .filled(
                first=f"{row['first']:%Y-%m-%d}",
                last=f"{row['last']:%Y-%m-%d}",
                cases=write_number(row["n_cases"]),
                events=write_number(row["n_events"]),
            )
            .say(self.language)
        )

    def html_in(self, place: Place) -> str:  # noqa: ARG002
        """The sentence and the numbers, the same in every place."""
        said = [(number, label.say(self.language)) for number, label in self.facts]
        return lead_html(self.sentence) + facts_html(said)


def overview(log: EventLog) -> Overview:
    """Cases, events, activities, variants, resources, period and median throughput time of a log.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.overview(pm.six_cases()).sentence
    '2026-03-02 至 2026-03-06：6 个案例，26 个事件。'
    """
    states = _states(log)
    if log.n_cases == 0:
        return Overview.of(log, pd.DataFrame(columns=list(Overview.COLUMNS)), **states)
    cases = log.cases
    duration = cases.end.delta(cases.start, unit="microsecond")
    row = {
        "n_cases": log.n_cases,
        "n_events": log.n_events,
        "n_activities": log.n_activities,
        "n_variants": log.n_variants,
        "n_resources": log.n_resources,
        "first": log.first,
        "last": log.last,
        "median_throughput": duration.quantile(0.5).to_pyarrow().as_py(),
    }
    return Overview.of(log, pd.DataFrame([row]), **states)


def _states(log: EventLog) -> dict[str, int | None]:
    if not log.knows_states:
        return {}
    frame = fetch(log.cases.group_by("state").aggregate(n=log.cases.count()))
    counts = dict(zip(frame["state"], frame["n"], strict=True))
    return {f"n_{state}": int(counts.get(state, 0)) for state in ("complete", "cancelled", "open")}


@dataclass(frozen=True, repr=False, eq=False)
class Arrivals(Result):
    """Arrivals, completions and work in progress per period.

    Attributes
    ----------
    period
        "day", "week" (from Monday) or "month".
    peak, peak_day
        The most cases in progress at any moment, and the first day on which there were so many.
    """

    TITLE: ClassVar[Words] = Words("到达、完成与在办", "Arrivals, completions, work in progress")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "period": Column("date", Words("时间段", "Period"), Words("时间段的第一天", "first day of the period")),
        "arrivals": Column("count", Words("到达", "Arrivals"), Words("在此期间开始的案例", "cases that start in it")),
        "completions": Column(
            "count", Words("完成", "Completions"), Words("在此期间结束的案例", "cases that end in it")
        ),
        "work_in_progress": Column(
            "count",
            Words("在办", "Work in progress"),
            Words("期末已开始未结束的案例", "cases started and not ended at its end"),
        ),
        "incomplete": Column("flag", Words("未满", "Incomplete"), Words("日志在期内结束", "the log ends within it")),
    }

    period: Period = "week"
    knows_states: bool = False
    peak: int = 0
    peak_day: date | None = None

    @property
    def scalars(self) -> dict[str, Any]:
        """The most work in progress at any moment, and its day."""
        return {"peak": self.peak, "peak_day": self.peak_day and self.peak_day.isoformat()}

    @property
    def sentence(self) -> str:
        """How full the desk was, at most and at last."""
        if self.table.empty:
            return ""
        said = Words(
            "在办案例最多时为 {n} 个（{when}）；期末为 {last} 个。",
            "Work in progress peaked at {n} cases ({when}); at the end it was {last}.",
        ).filled(
            n=write_number(self.peak),
            when=self.peak_day,
            last=write_number(self.table["work_in_progress"].iloc[-1]),
        )
        return said.say(self.language) + ("" if self.knows_states else _UNKNOWN_END.say(self.language))


_UNKNOWN_END = Words(
    "项目未说明案例何时算完成（states:），因此按最后一个事件计，近期的在办偏低。",
    " The project does not say when a case is complete (states:), so each ends with its last event and recent work in "
    "progress looks too small.",
)


def arrivals(log: EventLog, *, period: Literal["auto", "day", "week", "month"] = "auto") -> Arrivals:
    """Cases that start and end per period of local time, and those in progress at its end.

    A case ends with its last event. Where the project says when a case is complete, an open case has
    not ended and stays in progress. `auto` takes days for up to two months, weeks for about a year,
    months beyond. The newest period is marked incomplete when the log ends before the period does.

    Raises
    ------
    UnknownNameError
        If `by` is none of these.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.arrivals(pm.six_cases(), period="day").table[["arrivals", "completions", "work_in_progress"]].head(2)
       arrivals  completions  work_in_progress
    0         2            0                 2
    1         2            2                 2
    """
    if log.first is None or log.last is None:
        empty = pd.DataFrame(columns=list(Arrivals.COLUMNS))
        return Arrivals.of(log, empty, period=period_for(period, date.min, date.min, "arrivals"))
    first, last = log.first, log.last
    days = log.local(first).date(), log.local(last).date()
    period = period_for(period, *days, "arrivals")
    ended = log.cases.filter(log.cases.state != "open") if log.knows_states else log.cases
    started = _per_day(log.cases.start, log.zone, first, last)
    completed = _per_day(ended.end, log.zone, first, last)
    starts = begins_between(*days, period)
    table = pd.DataFrame({"period": pd.to_datetime(starts)})
    table["arrivals"] = _summed(started, starts)
    table["completions"] = _summed(completed, starts)
    table["work_in_progress"] = (table["arrivals"] - table["completions"]).cumsum()
    end = next_begin(starts[-1], period)
    table["incomplete"] = [False] * (len(starts) - 1) + [days[1] < end - timedelta(days=1)]
    peak, at = _peak(log.cases, ended)
    day = log.local(at).date()
    return Arrivals.of(log, table, period=period, knows_states=log.knows_states, peak=peak, peak_day=day)


def _peak(started: ir.Table, ended: ir.Table) -> tuple[int, datetime]:
    """The most cases that have started and not ended, and the first instant at which there are so many."""
    steps = ibis.union(
        started.select(at=started.start, step=ibis.literal(1, "int64")),
        ended.select(at=ended.end, step=ibis.literal(-1, "int64")),
    )
    moments = steps.group_by("at").aggregate(step=steps.step.sum())
    running = moments.mutate(n=moments.step.sum().over(ibis.cumulative_window(order_by="at")))
    top = running.order_by(ibis.desc("n"), "at").limit(1).select("n", "at").to_pyarrow().to_pylist()[0]
    return int(top["n"]), top["at"]


def _per_day(instant: ir.TimestampColumn, zone: str, first: datetime, last: datetime) -> dict[date, int]:
    day = local_time(instant, zone, first, last).date().name("day")
    frame = day.as_table().group_by("day").aggregate(n=lambda t: t.count()).to_pyarrow().to_pylist()
    return {row["day"]: row["n"] for row in frame}


def _summed(per_day: dict[date, int], starts: list[date]) -> list[int]:
    sums = [0] * len(starts)
    for day, n in per_day.items():
        sums[bisect_right(starts, day) - 1] += n
    return sums
