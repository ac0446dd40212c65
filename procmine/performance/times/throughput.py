"""Throughput time: from the first to the last event of a case."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from procmine.core.clock.calendar import WorkCalendar
from procmine.core.clock.workclock import WorkClock, clock_of
from procmine.core.log.engine import fetch
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_duration, write_time
from procmine.discovery.case_list import CaseList, case_list
from procmine.performance.ground.distributions import SHAPE, TIME, distributions_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

N_CASES = Column("count", Words("案例", "Cases"))


@dataclass(frozen=True, repr=False, eq=False)
class Throughput(Result):
    """The distribution of throughput times: one row in natural time, and one in working time where a calendar is given."""

    TITLE: ClassVar[Words] = Words("流程周期", "Throughput time")
    COLUMNS: ClassVar[Mapping[str, Column]] = {"time": TIME, "n_cases": N_CASES, **SHAPE}
    SHOWN: ClassVar[tuple[str, ...]] = ("time", "n_cases", "min", "median", "mean", "p75", "p90", "max")

    warning: str = ""
    log: EventLog | None = None

    @cached_property
    def histogram(self) -> Histogram | None:
        """How many cases take how long; None for an empty log."""
        return None if self.log is None or self.table.empty else _histogram(self.log, self.table.iloc[0])

    @property
    def sentence(self) -> str:
        """The middle and the tail."""
        if self.table.empty:
            return ""
        row = self.table.iloc[0]
        text = Words(
            "一半的案例不超过 {median}，九成不超过 {p90}，最长 {max}（自然时间）。",
            "Half of the cases take up to {median}, nine in ten up to {p90}, the longest {max} (natural time).",
        )
        filled = text.filled(**{name: write_duration(row[name], self.language) for name in ("median", "p90", "max")})
        return filled.say(self.language) + self._in_working_time() + self.warning

    def _in_working_time(self) -> str:
        if len(self.table) < 2:
            return ""
        text = Words(
            "按工作时间，中位 {median}，九成不超过 {p90}。",
            " In working time the median is {median}, nine in ten up to {p90}.",
        )
        row = self.table.iloc[1]
        return text.filled(
            **{name: write_time(row[name], self.language, working=True) for name in ("median", "p90")}
        ).say(self.language)

    @property
    def parts(self) -> dict[str, Result]:
        """Its cases and its histogram."""
        return super().parts | ({} if self.histogram is None else {"histogram": self.histogram})

    @cached_property
    def cases(self) -> CaseList | None:
        """Every case, longest first."""
        return None if self.log is None else case_list(self.log)


def _timed(log: EventLog) -> ir.Table:
    """The cases and how long they took, without attributes, one of which could be called so too."""
    return log.cases.select("case_index", "start", "end", throughput=_took(log.cases))


def _took(cases: ir.Table) -> ir.IntegerColumn:
    return cases.end.delta(cases.start, unit="microsecond")


def throughput_time(log: EventLog, *, calendar: WorkCalendar | None = None) -> Throughput:
    """Throughput time of the cases: last completion less first start (first completion where no start is known).

    Idle time included. Not "cycle time", which in places means the interval between completions.

    Parameters
    ----------
    calendar
        Where one is given, working time – the part inside the calendar – stands beside natural time.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.throughput_time(pm.six_cases()).table[["n_cases", "median", "max"]]
       n_cases          median             max
    0        6 1 days 01:45:00 2 days 06:00:00
    """
    if log.n_cases == 0:
        return Throughput.of(log, pd.DataFrame(columns=list(Throughput.COLUMNS)))
    timed, clock = timed_cases(log, calendar)
    frame = distributions_of(timed, (), "n_cases", working=calendar is not None)
    return Throughput.of(log, frame, log=log, warning=clock.warning(log.language))


def timed_cases(
    log: EventLog, calendar: WorkCalendar | None, cases: ir.Table | None = None
) -> tuple[ir.Table, WorkClock]:
    """Cases with their throughput time in natural and working time, µs, and the clock that measured.

    Parameters
    ----------
    cases
        `start`, `end` and what else is wanted of them; without it the log's, without attributes.
    """
    clock = clock_of(log, calendar)
    timed = _timed(log) if cases is None else cases
    return clock.with_between(timed.mutate(natural=_took(timed)), "start", "end", "working"), clock


@dataclass(frozen=True, repr=False, eq=False)
class Histogram(Result):
    """Cases by throughput time; the last row holds all that take longer."""

    TITLE: ClassVar[Words] = Words("流程周期分布", "Distribution of throughput times")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "from": Column("duration", Words("从", "From")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "open_ended": Column("flag", Words("及以上", "And longer")),
    }


_BINS = 30
_NICE = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 28800, 43200, 86400)


def _histogram(log: EventLog, summary: pd.Series) -> Histogram:
    """Equal bins of a round width up to the 95th percentile, and one for the rest."""
    width = _round_width(summary["p95"].total_seconds() / _BINS)
    last = int(summary["p95"].total_seconds() // width) + 1
    timed = _timed(log)
    number = (timed.throughput // (width * 1_000_000)).cast("int64").clip(upper=last)
    counted = fetch(timed.select(bin=number).group_by("bin").aggregate(n_cases=lambda t: t.count()))
    n_cases = dict(zip(counted["bin"], counted["n_cases"], strict=True))
    frame = pd.DataFrame({"bin": range(last + 1)})
    frame["from"] = frame["bin"] * width * 1_000_000
    frame["n_cases"] = [n_cases.get(i, 0) for i in range(last + 1)]
    frame["open_ended"] = frame["bin"] == last
    return Histogram.of(log, frame)


def _round_width(seconds: float) -> int:
    found = next((width for width in _NICE if width >= seconds), None)
    return found if found is not None else math.ceil(seconds / 86400) * 86400
