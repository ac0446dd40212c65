"""Conformance by the values of an attribute, and over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from procmine.conformance.kinds import KIND_WORDS, KINDS
from procmine.core.engine import fetch
from procmine.core.errors import UnknownNameError
from procmine.core.result import Column, Result
from procmine.core.words import Words, write_share
from procmine.core.worktime import local_time

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from procmine.conformance.comparing import Sorted
    from procmine.conformance.departures import Departures
    from procmine.core.eventlog import EventLog

Period = Literal["day", "week", "month"]
_KIND = Column("text", Words("类型", "Kind"), words=KIND_WORDS)
_SUBJECT = Column("text", Words("对象", "Subject"))
_OF_VALUE = Column("count", Words("案例", "Cases"), Words("被判断的案例", "cases judged"))
_DEPARTING = Column("count", Words("有此偏差", "With it"), Words("有此偏差的案例", "cases with the departure"))
_SHARE = Column("share", Words("占比", "Share"), Words("占被判断的案例", "of the cases judged"))
_PERIOD = Column("date", Words("期间", "Period"), Words("案例开始的期间", "in which the cases started"))
_RATES = {
    "n_cases": _OF_VALUE,
    "n_conforming": Column("count", Words("符合", "Conforming")),
    "case_rate": Column("share", Words("案例符合率", "Case conformance rate")),
}


@dataclass(frozen=True, repr=False, eq=False)
class DeparturesBy(Result):
    """Departures by the values of an attribute: each kind and subject for each value."""

    TITLE: ClassVar[Words] = Words("偏差分组", "Departures by attribute")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "value": Column("text", Words("取值", "Value")),
        "kind": _KIND,
        "subject": _SUBJECT,
        "n_cases": _OF_VALUE,
        "n_departing": _DEPARTING,
        "share": _SHARE,
    }


@dataclass(frozen=True, repr=False, eq=False)
class ConformanceBy(Result):
    """The case conformance rate for each value of an attribute, the lowest first."""

    TITLE: ClassVar[Words] = Words("分组符合率", "Conformance by attribute")
    COLUMNS: ClassVar[Mapping[str, Column]] = {"value": Column("text", Words("取值", "Value")), **_RATES}

    attribute: str = ""
    departures: DeparturesBy | None = field(default=None, kw_only=True)

    @property
    def sentence(self) -> str:
        """Where conformance is lowest and highest."""
        if self.table.empty:
            return ""
        low, high = self.table.iloc[0], self.table.iloc[-1]
        said = Words(
            "按{attribute}：{low} 最低（{a}），{high} 最高（{b}）。",
            "By {attribute}: lowest {low} ({a}), highest {high} ({b}).",
        )
        return said.filled(
            attribute=self.attribute,
            low=low["value"] or "–",
            a=write_share(low["case_rate"]),
            high=high["value"] or "–",
            b=write_share(high["case_rate"]),
        ).say(self.language)

    @property
    def parts(self) -> dict[str, Result]:
        """The departures behind the rates."""
        return {} if self.departures is None else {"departures": self.departures}


@dataclass(frozen=True, repr=False, eq=False)
class DeparturesOverTime(Result):
    """Departures by the period in which cases started: each kind and subject for each period."""

    TITLE: ClassVar[Words] = Words("偏差趋势", "Departures over time")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "period": _PERIOD,
        "kind": _KIND,
        "subject": _SUBJECT,
        "n_cases": _OF_VALUE,
        "n_departing": _DEPARTING,
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
            "share", Words("未关闭占比", "Share open"), Words("其偏差可能还会出现", "they may still depart")
        ),
        "incomplete": Column(
            "flag", Words("期间未完", "Incomplete"), Words("日志在期间内结束", "the log ends within it")
        ),
    }

    departures: DeparturesOverTime | None = field(default=None, kw_only=True)

    @property
    def sentence(self) -> str:
        """From where to where the rate went, and what is still open."""
        if self.table.empty:
            return ""
        first, last = self.table.iloc[0], self.table.iloc[-1]
        said = Words(
            "案例符合率从 {a} 到 {b}；最近一期有 {open} 的案例未关闭。",
            "The case conformance rate went from {a} to {b}; {open} of the cases of the last period are open.",
        )
        return said.filled(
            a=write_share(first["case_rate"]), b=write_share(last["case_rate"]), open=write_share(last["open_share"])
        ).say(self.language)

    @property
    def parts(self) -> dict[str, Result]:
        """The departures behind the rates."""
        return {} if self.departures is None else {"departures": self.departures}


def conformance_by(log: EventLog, found: Departures, told: Sorted, attribute: str) -> ConformanceBy:
    """See `Conformance.by`."""
    import pandas as pd

    if attribute not in log.case_attributes:
        raise UnknownNameError.among(Words("案例属性", "attribute of cases"), [attribute], log.case_attributes, "by")
    values = fetch(log.cases.select("case_index", value=log.cases[attribute].cast("string").fill_null("")))
    value = values.set_index("case_index")["value"].reindex(found.cases.index)
    code, names = pd.factorize(value, sort=True)
    rates, split = _split(found, told, code, len(names))
    rates.insert(0, "value", list(names))
    split.insert(0, "value", [names[i] for i in split["group"].tolist()])
    rates = rates.sort_values(["case_rate", "value"])
    return ConformanceBy.of(log, rates, attribute=attribute, departures=DeparturesBy.of(log, split))


def conformance_over_time(log: EventLog, found: Departures, told: Sorted, period: Period) -> ConformanceOverTime:
    """See `Conformance.over_time`."""
    import pandas as pd

    if not len(found.cases) or log.first is None or log.last is None:
        nothing = [pd.DataFrame(columns=list(kind.COLUMNS)) for kind in (ConformanceOverTime, DeparturesOverTime)]
        return ConformanceOverTime.of(log, nothing[0], departures=DeparturesOverTime.of(log, nothing[1]))
    day = local_time(log.cases.start, log.zone, log.first, log.last).date()
    days = fetch(log.cases.select("case_index", day=day)).set_index("case_index")["day"].reindex(found.cases.index)
    floor = {one: _floor(one, period) for one in sorted(days.unique())}
    begins = sorted(set(floor.values()))
    place = {begin: i for i, begin in enumerate(begins)}
    code = days.map({one: place[begin] for one, begin in floor.items()}).to_numpy("int64")
    rates, split = _split(found, told, code, len(begins))
    starts = pd.to_datetime(pd.Series(begins))
    last = log.local(log.cutoff or log.last).date()
    rates = rates.assign(
        period=starts, incomplete=[_next(begin, period) - timedelta(days=1) > last for begin in begins]
    )
    split = split.assign(period=starts.to_numpy()[split["group"].to_numpy("int64")])
    return ConformanceOverTime.of(log, rates, departures=DeparturesOverTime.of(log, split))


def _floor(day: date, period: Period) -> date:
    if period == "day":
        return day
    return day - timedelta(days=day.weekday()) if period == "week" else day.replace(day=1)


def _next(start: date, period: Period) -> date:
    if period == "month":
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start + timedelta(days=1 if period == "day" else 7)


def _split(found: Departures, told: Sorted, group: np.ndarray, n_groups: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rates per group of cases; and per group and sort of departure, in the order of groups, kinds and subjects."""
    import numpy as np
    import pandas as pd

    def counted(which: np.ndarray) -> np.ndarray:
        return np.bincount(group[which], minlength=n_groups)

    n_cases, n_conforming = counted(np.ones(len(group), bool)), counted(~found.is_departing)
    n_open = counted(~found.cases.is_over)
    most = np.maximum(n_cases, 1)
    rates = pd.DataFrame({"n_cases": n_cases, "n_conforming": n_conforming, "case_rate": n_conforming / most})
    rates = rates.assign(n_open=n_open, open_share=n_open / most)
    n_sorts = len(told.kinds)
    n = np.bincount(told.sort * n_groups + group[told.case], minlength=n_sorts * n_groups)
    sort, where = np.divmod(np.arange(n_sorts * n_groups), max(n_groups, 1))
    split = pd.DataFrame({"group": where, "order": told.kinds[sort], "n_departing": n, "n_cases": n_cases[where]})
    split["subject"] = [told.subjects[i] for i in sort.tolist()]
    split["kind"] = [KINDS[kind] for kind in split["order"].tolist()]
    split["share"] = split["n_departing"] / most[where]
    return rates, split.sort_values(["group", "order", "subject"], kind="stable")
