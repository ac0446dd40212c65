"""Throughput time by attribute, and over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from procmine.core.clock.calendar import WorkCalendar
from procmine.core.log.engine import fetch
from procmine.core.log.worktime import local_time
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_duration
from procmine.performance.ground.distributions import SHAPE, TIME, distributions_of
from procmine.performance.times.throughput import N_CASES, timed_cases

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog

NOT_GIVEN = ""
_PERIODS = {
    "start month": ("start", "M"),
    "end month": ("end", "M"),
    "start week": ("start", "W"),
    "end week": ("end", "W"),
}


@dataclass(frozen=True, repr=False, eq=False)
class ThroughputBy(Result):
    """Throughput times, one row per value and kind of time; values of an attribute by total, periods in order.

    Attributes
    ----------
    by
        The attribute or the period.
    """

    TITLE: ClassVar[Words] = Words("分组的流程周期", "Throughput time by value")
    CHART: ClassVar[Chart | None] = Bars(("value", "time"), "median")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "value": Column("text", Words("取值", "Value"), words={NOT_GIVEN: Words("（未填）", "(none)")}),
        "time": TIME,
        "n_cases": N_CASES,
        **SHAPE,
        "n_open": Column(
            "count", Words("未关闭", "Open"), Words("其中尚未完成的案例", "cases of these that are not complete")
        ),
        "incomplete": Column("flag", Words("期未完", "Incomplete"), Words("日志在期内结束", "the log ends within it")),
    }

    SHOWN: ClassVar[tuple[str, ...]] = ("value", "n_cases", "n_open", "mean", "median", "p90", "max", "incomplete")

    by: str = ""
    warning: str = ""

    @property
    def sentence(self) -> str:
        """The slowest and the quickest value by median."""
        table = self.table[(self.table["time"] == "natural") & ~self.table["incomplete"]]
        if len(table) < 2:
            return self.warning
        order = table.sort_values(["median", "value"])
        quick, slow = order.iloc[0], order.iloc[-1]
        slow_time, quick_time = (write_duration(one["median"], self.language) for one in (slow, quick))
        text = _ALIKE if slow_time == quick_time else _APART
        filled = text.filled(
            slow=self._said(slow), quick=self._said(quick), slow_time=slow_time, quick_time=quick_time, n=len(table)
        )
        return filled.say(self.language) + self._left_out + self.warning

    @property
    def _left_out(self) -> str:
        """Which periods are not compared, as the log ends within them."""
        names = sorted(set(self.table.loc[self.table["incomplete"], "value"]))
        return _LEFT_OUT.filled(names=", ".join(names)).say(self.language) if names else ""

    def _said(self, row: pd.Series) -> Words | str:
        value: str = row["value"]
        return self.COLUMNS["value"].words.get(value, value)

    def table_html(self, place: Place) -> str:
        """The rows in natural time."""
        return self.rows_html(self.table[self.table["time"] == "natural"], self.LIMIT, place, "time")


_APART = Words(
    "流程周期中位数最长的是“{slow}”（{slow_time}），最短的是“{quick}”（{quick_time}），自然时间。",
    "The median throughput time is longest for {slow} ({slow_time}), shortest for {quick} ({quick_time}), in natural time.",
)
_ALIKE = Words(
    "{n} 组的流程周期中位数都约为 {slow_time}，自然时间。",
    "In all {n} of them the median throughput time is about {slow_time}, in natural time.",
)
_LEFT_OUT = Words("“{names}”尚未结束，没有参与比较。", " {names} is not over and was not compared.")


def throughput_by(log: EventLog, *, by: str, calendar: WorkCalendar | None = None) -> ThroughputBy:
    """Throughput times of the cases by a case attribute or by period.

    Parameters
    ----------
    by
        A case attribute, or `"start month"`, `"end month"`, `"start week"`, `"end week"` of local time. By
        start, recent periods hold only what was quick: `n_open` says how many cases are still open; by
        end, only cases that are not open are counted. The period in which the log as imported ends is marked incomplete.
        Cases without a value of the attribute have a row of their own.
    calendar
        Where one is given, working time stands beside natural time.

    Raises
    ------
    UnknownNameError
        If the log has no such attribute.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.throughput_by(pm.six_cases(), by="渠道").table[["value", "n_cases", "median"]]
      value  n_cases          median
    0    邮件        2 1 days 16:15:00
    1    电话        2 1 days 00:30:00
    2    网页        2 0 days 14:05:00
    """
    known = [*log.case_attributes, *_PERIODS]
    if by not in known:
        raise UnknownNameError.among(Words("案例属性", "case attribute"), [by], known, "throughput_by")
    period = _PERIODS.get(by)
    keyed, clock = timed_cases(log, calendar, _keyed(log, by, period))
    frame = distributions_of(keyed, ["value"], "n_cases", working=calendar is not None)
    frame = frame.merge(_open(keyed), on="value", how="left")
    frame["incomplete"] = False
    if period and len(frame):
        frame["incomplete"] = frame["value"] >= _last_period(log, period[1])
    keys, rising = (["value", "time"], True) if period else (["rank", "value", "time"], [False, True, True])
    frame["rank"] = frame.groupby("value")["total"].transform("max")
    return ThroughputBy.of(log, frame.sort_values(keys, ascending=rising), by=by, warning=clock.warning(log.language))


def _keyed(log: EventLog, by: str, period: tuple[str, str] | None) -> ir.Table:
    """The cases with the value they are told apart by, and no attribute else: one could be called like a measure."""
    cases = log.cases
    if period and period[0] == "end" and log.knows_states:
        cases = cases.filter(cases.state != "open")
    value = _period(cases[period[0]], log, period[1]) if period else cases[by].cast("string").fill_null(NOT_GIVEN)
    return cases.select("case_index", "start", "end", "state", value=value)


def _last_period(log: EventLog, unit: str) -> str:
    """The period of the log's cut-off: not the newest that a filter kept, which may be over long since."""
    if log.cutoff is None:
        return ""
    day = log.local(log.cutoff).date()
    return f"{day:%Y-%m}" if unit == "M" else f"{day - timedelta(days=day.weekday()):%Y-%m-%d}"


def _open(keyed: ir.Table) -> pd.DataFrame:
    is_open = (keyed.state == "open").fill_null(False).cast("int64")
    return fetch(keyed.group_by("value").aggregate(n_open=is_open.sum()))


def _period(instant: ir.TimestampColumn, log: EventLog, unit: str) -> ir.StringColumn:
    """The local month, or the Monday of the local week, as text."""
    if log.first is None or log.last is None:
        return instant.cast("string")
    local = local_time(instant, log.zone, log.first, log.last)
    return local.truncate("M").strftime("%Y-%m") if unit == "M" else local.truncate("W").strftime("%Y-%m-%d")
