"""Conformance by the values of an attribute, and over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.log.engine import fetch
from procmine.core.log.periods import PERIODS, Period, begin_of, begins_between, next_begin
from procmine.core.log.worktime import local_time
from procmine.core.result.charted import Bars, Chart, Lines
from procmine.core.result.result import Column, Result
from procmine.core.result.shares import wilson
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number, write_share

if TYPE_CHECKING:
    from procmine.conformance.judging.deviation_sorts import DeviationSorts
    from procmine.conformance.judging.deviations import Deviations
    from procmine.core.log.eventlog import EventLog

_KIND = Column("text", Words("类型", "Kind"), words=DEVIATION_KINDS.words)
_SUBJECT = Column("text", Words("对象", "Subject"))
_OF_VALUE = Column("count", Words("案例", "Cases"), Words("被判断的案例", "cases judged"))
_DEVIATING = Column("count", Words("有此偏差", "With it"), Words("有此偏差的案例", "cases with the deviation"))
_SHARE = Column("share", Words("占比", "Share"), Words("占被判断的案例", "of the cases judged"))
_PERIOD = Column("date", Words("期间", "Period"), Words("案例开始的期间", "in which the cases started"))
_RATES = {
    "n_cases": _OF_VALUE,
    "n_conforming": Column("count", Words("符合", "Conforming")),
    "case_rate": Column("share", Words("案例符合率", "Case conformance rate")),
    "low": Column("share", Words("下限", "Low"), Words("95 % 威尔逊区间", "95 % Wilson interval")),
    "high": Column("share", Words("上限", "High"), Words("95 % 威尔逊区间", "95 % Wilson interval")),
}
_APART = Words("两者的 95 % 区间不重叠", "their 95 % intervals do not overlap")
_OVERLAPPING = Words("两者的 95 % 区间重叠，差别可能只是偶然", "their 95 % intervals overlap, so it may be chance")
NOT_GIVEN = Words("（未填）", "(not given)")


@dataclass(frozen=True, repr=False, eq=False)
class DeviationsBy(Result):
    """Deviations by the values of an attribute: each kind and subject for each value."""

    TITLE: ClassVar[Words] = Words("偏差分组", "Deviations by attribute")
    CHART: ClassVar[Chart | None] = Bars(("value", "kind", "subject"), "share")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "value": Column("text", Words("取值", "Value")),
        "kind": _KIND,
        "subject": _SUBJECT,
        "n_cases": _OF_VALUE,
        "n_deviating": _DEVIATING,
        "share": _SHARE,
    }


@dataclass(frozen=True, repr=False, eq=False)
class ConformanceBy(Result):
    """The case conformance rate for each value of an attribute, the lowest first."""

    TITLE: ClassVar[Words] = Words("分组符合率", "Conformance by attribute")
    COLUMNS: ClassVar[Mapping[str, Column]] = {"value": Column("text", Words("取值", "Value")), **_RATES}

    attribute: str = ""
    deviations: DeviationsBy | None = field(default=None, kw_only=True)

    @property
    def scalars(self) -> dict[str, Any]:
        """The attribute."""
        return {"attribute": self.attribute}

    @property
    def sentence(self) -> str:
        """Where conformance is lowest and highest, of how many cases, and whether that may be chance."""
        if len(self.table) < 2:
            return ""
        low, high = self.table.iloc[0], self.table.iloc[-1]
        text = Words(
            "按{attribute}：最低为“{low}”{a}（{n_low} 个案例），最高为“{high}”{b}（{n_high} 个案例）；{apart}。",
            "By {attribute}: lowest “{low}” with {a} ({n_low} cases), highest “{high}” with {b} ({n_high} cases); {apart}.",
        )
        return text.filled(
            attribute=self.attribute,
            low=low["value"],
            a=write_share(low["case_rate"]),
            n_low=write_number(low["n_cases"]),
            high=high["value"],
            b=write_share(high["case_rate"]),
            n_high=write_number(high["n_cases"]),
            apart=_APART if low["high"] < high["low"] else _OVERLAPPING,
        ).say(self.language)

    @property
    def parts(self) -> dict[str, Result]:
        """The deviations behind the rates."""
        return {} if self.deviations is None else {"deviations": self.deviations}


@dataclass(frozen=True, repr=False, eq=False)
class DeviationsOverTime(Result):
    """Deviations by the period in which cases started: each kind and subject for each period."""

    TITLE: ClassVar[Words] = Words("偏差趋势", "Deviations over time")
    CHART: ClassVar[Chart | None] = Lines("period", "n_deviating", "subject")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "period": _PERIOD,
        "kind": _KIND,
        "subject": _SUBJECT,
        "n_cases": _OF_VALUE,
        "n_deviating": _DEVIATING,
        "share": _SHARE,
    }


@dataclass(frozen=True, repr=False, eq=False)
class ConformanceOverTime(Result):
    """The case conformance rate by the period in which cases started, with the share still open."""

    TITLE: ClassVar[Words] = Words("符合率趋势", "Conformance over time")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "period": _PERIOD,
        **_RATES,
        "n_open": Column("count", Words("未关闭", "Open")),
        "open_share": Column(
            "share", Words("未关闭占比", "Share open"), Words("其偏差可能还会出现", "they may still deviate")
        ),
        "incomplete": Column(
            "flag", Words("期间未完", "Incomplete"), Words("日志在期间内结束", "the log ends within it")
        ),
    }

    period: Period = "month"
    deviations: DeviationsOverTime | None = field(default=None, kw_only=True)

    @property
    def sentence(self) -> str:
        """The newest whole period beside all before it."""
        whole = self.table[~self.table["incomplete"] & (self.table["n_cases"] > 0)]
        if len(whole) < 2:
            return ""
        last, n_before = whole.iloc[-1], int(whole["n_cases"].iloc[:-1].sum())
        text = Words(
            "按案例开始的{period}：{first} 那一{period}案例符合率 {rate}（{n} 个案例，其中 {open} 未关闭），此前合计 {before}（{n_before} 个案例）。",
            "By the {period} in which cases start: that of {first} {rate} ({n} cases, {open} of them open), all before it "
            "{before} ({n_before} cases).",
        )
        return text.filled(
            period=PERIODS[self.period],
            first=f"{last['period']:%Y-%m-%d}",
            rate=write_share(last["case_rate"]),
            n=write_number(last["n_cases"]),
            open=write_share(last["open_share"]),
            before=write_share(int(whole["n_conforming"].iloc[:-1].sum()) / n_before),
            n_before=write_number(n_before),
        ).say(self.language)

    @property
    def parts(self) -> dict[str, Result]:
        """The deviations behind the rates."""
        return {} if self.deviations is None else {"deviations": self.deviations}


def split_by_attribute(log: EventLog, deviations: Deviations, sorts: DeviationSorts, attribute: str) -> ConformanceBy:
    """See `Conformance.by`."""
    if attribute not in log.case_attributes:
        raise UnknownNameError.among(Words("案例属性", "attribute of cases"), [attribute], log.case_attributes, "by")
    values = fetch(log.cases.select("case_index", value=log.cases[attribute].cast("string")))
    value = values.set_index("case_index")["value"].fillna(NOT_GIVEN.say(log.language)).reindex(deviations.cases.index)
    code, names = pd.factorize(value, sort=True)
    rates, split = _split(deviations, sorts, code, len(names))
    rates.insert(0, "value", list(names))
    split.insert(0, "value", [names[i] for i in split["group"].tolist()])
    rates = rates.sort_values(["case_rate", "value"])
    return ConformanceBy.of(log, rates, attribute=attribute, deviations=DeviationsBy.of(log, split))


def split_by_period(
    log: EventLog, deviations: Deviations, sorts: DeviationSorts, period: Period
) -> ConformanceOverTime:
    """See `Conformance.over_time`."""
    if not len(deviations.cases) or log.first is None or log.last is None:
        nothing = [pd.DataFrame(columns=list(kind.COLUMNS)) for kind in (ConformanceOverTime, DeviationsOverTime)]
        by_period = DeviationsOverTime.of(log, nothing[1])
        return ConformanceOverTime.of(log, nothing[0], period=period, deviations=by_period)
    day = local_time(log.cases.start, log.zone, log.first, log.last).date()
    days = fetch(log.cases.select("case_index", day=day)).set_index("case_index")["day"].reindex(deviations.cases.index)
    begins = begins_between(min(days), max(*days, log.local(log.last).date()), period)
    place = {begin: i for i, begin in enumerate(begins)}
    code = days.map({one: place[begin_of(one, period)] for one in days.unique()}).to_numpy("int64")
    rates, split = _split(deviations, sorts, code, len(begins))
    starts = pd.to_datetime(pd.Series(begins))
    last = log.local(log.cutoff or log.last).date()
    rates = rates.assign(
        period=starts, incomplete=[next_begin(begin, period) - timedelta(days=1) > last for begin in begins]
    )
    split = split.assign(period=starts.to_numpy()[split["group"].to_numpy("int64")])
    return ConformanceOverTime.of(log, rates, period=period, deviations=DeviationsOverTime.of(log, split))


def _split(
    deviations: Deviations, sorts: DeviationSorts, group: np.ndarray, n_groups: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rates per group of cases; and per group and sort of deviation, in the order of groups, kinds and subjects."""

    def counted(which: np.ndarray) -> np.ndarray:
        return np.bincount(group[which], minlength=n_groups)

    n_cases, n_conforming = counted(np.ones(len(group), bool)), counted(~deviations.is_deviating)
    n_open = counted(~deviations.cases.is_over)
    most, of = np.maximum(n_cases, 1), np.where(n_cases > 0, n_cases, np.nan)
    bounds = [wilson(hits, n) for hits, n in zip(n_conforming.tolist(), n_cases.tolist(), strict=True)]
    rates = pd.DataFrame({"n_cases": n_cases, "n_conforming": n_conforming, "case_rate": n_conforming / of})
    rates = rates.assign(low=[one.low for one in bounds], high=[one.high for one in bounds])
    rates = rates.assign(n_open=n_open, open_share=n_open / of)
    n_sorts = len(sorts.kinds)
    n = np.bincount(sorts.sort * n_groups + group[sorts.case], minlength=n_sorts * n_groups)
    sort, where = np.divmod(np.arange(n_sorts * n_groups), max(n_groups, 1))
    split = pd.DataFrame({"group": where, "order": sorts.kinds[sort], "n_deviating": n, "n_cases": n_cases[where]})
    split["subject"] = [sorts.subjects[i] for i in sort.tolist()]
    split["kind"] = [DEVIATION_KINDS.names[kind] for kind in split["order"].tolist()]
    split["share"] = split["n_deviating"] / most[where]
    return rates, split.sort_values(["group", "order", "subject"], kind="stable")
