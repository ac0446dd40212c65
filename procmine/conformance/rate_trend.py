"""The case conformance rate by the period in which cases start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from procmine.conformance.conformance import POLICIES, check_conformance
from procmine.conformance.judging import OpenCases
from procmine.conformance.rate_counts import RATES, judged_cases, rates_by
from procmine.conformance.standards import versions_of
from procmine.conformance.target import TargetVersion
from procmine.core.periods import PERIODS, Period, begin_of, begins_between, next_begin, period_for
from procmine.core.result import Column, Result
from procmine.core.words import Words, write_number, write_share

if TYPE_CHECKING:
    from procmine.core.eventlog import EventLog


@dataclass(frozen=True, repr=False, eq=False)
class ConformanceOverTime(Result):
    """Case conformance rate by the period in which cases started.

    Attributes
    ----------
    period
        "day", "week" (from Monday) or "month".
    open_cases
        How open cases were judged.
    knows_states
        Whether it is known which cases are open.
    """

    TITLE: ClassVar[Words] = Words("符合率的变化", "Conformance over time")
    LIMIT: ClassVar[int] = 60
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "period": Column("date", Words("开始于", "Started in"), Words("时间段的第一天", "first day of the period")),
        **RATES,
        "open_share": Column(
            "share", Words("仍未关闭", "Still open"), Words("占该期开始的案例", "of the cases that started in it")
        ),
        "incomplete": Column("flag", Words("未满", "Incomplete"), Words("日志在期内结束", "the log ends within it")),
    }

    period: Period = field(default="month", kw_only=True)
    open_cases: OpenCases = field(default="prefix", kw_only=True)
    knows_states: bool = field(default=False, kw_only=True)

    @property
    def sentence(self) -> str:
        """The newest whole period beside all before it, and how open cases were judged."""
        whole = self.table[~self.table["incomplete"] & (self.table["n_cases"] > 0)]
        if len(whole) < 2:
            return ""
        last, n_before = whole.iloc[-1], int(whole["n_cases"].iloc[:-1].sum())
        said = Words(
            "按案例开始的{period}：{first} 那一{period}符合率 {rate}（{n} 个案例），此前合计 {before}（{n_before} 个案例）；{policy}。",
            "By the {period} in which cases start: that of {first} {rate} ({n} cases), all before it {before} "
            "({n_before} cases); {policy}.",
        ).filled(
            period=PERIODS[self.period],
            first=f"{last['period']:%Y-%m-%d}",
            rate=write_share(last["case_rate"]),
            n=write_number(last["n_cases"]),
            before=write_share(int(whole["n_conforming"].iloc[:-1].sum()) / n_before),
            n_before=write_number(n_before),
            policy=POLICIES[self.open_cases],
        )
        return said.say(self.language) + ("" if self.knows_states else _UNKNOWN.say(self.language))


_UNKNOWN = Words(
    "项目未说明案例何时算完成（states:）。", " The project does not say when a case is complete (states:)."
)


def conformance_over_time(
    log: EventLog,
    target: TargetVersion | Sequence[TargetVersion],
    by: Literal["auto", "day", "week", "month"] = "auto",
    *,
    open_cases: OpenCases = "prefix",
) -> ConformanceOverTime:
    """Case conformance rate by the local day, week or month in which cases start.

    Young cases have had less time to depart from the standard, so beside each rate stands the share of
    cases still open, and a period within which the log ends is marked incomplete.

    Parameters
    ----------
    by
        `auto` takes days for up to two months, weeks for about a year, months beyond.

    Raises
    ------
    MissingDataError
        If there is no standard.
    UnknownNameError
        If `by` is none of these.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.target import Process
    >>> from procmine.conformance.target_parts import Item
    >>> nodes = [Item(name="受理"), Item(name="分类"), Item(name="处理"), Item(name="关闭")]
    >>> target = pm.TargetVersion(name="标准", processes=[Process(name="服务", nodes=nodes)])
    >>> found = conformance_over_time(pm.six_cases(), target, "day")
    >>> found.table[["n_cases", "n_conforming", "open_share"]].values.tolist()
    [[2.0, 2.0, 0.0], [2.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, nan]]
    """
    import pandas as pd

    versions = versions_of(target, Words("符合率的变化", "Conformance over time"))
    if log.first is None or log.last is None:
        empty = pd.DataFrame(columns=list(ConformanceOverTime.COLUMNS))
        return ConformanceOverTime.of(log, empty, open_cases=open_cases)
    first, last = log.local(log.first).date(), log.local(log.last).date()
    period = period_for(by, first, last, "conformance_over_time")
    cases = judged_cases(log, check_conformance(log, versions, open_cases=open_cases))
    days = cases["start"].dt.tz_localize("UTC").dt.tz_convert(log.zone).dt.date
    begins = begins_between(first, last, period)
    begin = days.map({day: begin_of(day, period) for day in days.unique()})
    frame = rates_by(cases.assign(value=begin), begins).rename(columns={"value": "period"})
    frame["period"] = pd.to_datetime(frame["period"])
    frame["open_share"] = frame["n_open"] / frame["n_cases"].where(frame["n_cases"] > 0)
    frame["incomplete"] = [next_begin(one, period) - timedelta(days=1) > last for one in begins]
    return ConformanceOverTime.of(log, frame, period=period, open_cases=open_cases, knows_states=log.knows_states)
