"""The case conformance rate over time and by group, each share with its number of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from procmine.conformance.conformance import POLICIES, Conformance, check_conformance
from procmine.conformance.judging import OpenCases
from procmine.conformance.standards import versions_of
from procmine.conformance.target import TargetVersion
from procmine.core.engine import fetch
from procmine.core.errors import UnknownNameError
from procmine.core.periods import PERIODS, Period, begin_of, begins_between, next_begin, period_for
from procmine.core.result import Column, Result
from procmine.core.shares import wilson
from procmine.core.words import Words, write_number, write_share

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.eventlog import EventLog

_N_CASES = Column("count", Words("案例", "Cases"), Words("被判断的案例", "cases judged"))
_N_CONFORMING = Column("count", Words("符合", "Conforming"))
_RATE = Column(
    "share", Words("符合率", "Conformance rate"), Words("符合的案例占被判断的案例", "conforming of judged cases")
)
_LOW = Column("share", Words("下限", "Low"), Words("95 % 威尔逊区间", "95 % Wilson interval"))
_HIGH = Column("share", Words("上限", "High"), Words("95 % 威尔逊区间", "95 % Wilson interval"))


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
        "n_cases": _N_CASES,
        "n_conforming": _N_CONFORMING,
        "case_rate": _RATE,
        "low": _LOW,
        "high": _HIGH,
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
    cases = _judged_cases(log, check_conformance(log, versions, open_cases=open_cases))
    days = cases["start"].dt.tz_localize("UTC").dt.tz_convert(log.zone).dt.date
    begins = begins_between(first, last, period)
    begin = days.map({day: begin_of(day, period) for day in days.unique()})
    frame = _rates(cases.assign(value=begin), begins).rename(columns={"value": "period"})
    frame["period"] = pd.to_datetime(frame["period"])
    frame["open_share"] = frame["n_open"] / frame["n_cases"].where(frame["n_cases"] > 0)
    frame["incomplete"] = [next_begin(one, period) - timedelta(days=1) > last for one in begins]
    return ConformanceOverTime.of(log, frame, period=period, open_cases=open_cases, knows_states=log.knows_states)


@dataclass(frozen=True, repr=False, eq=False)
class ConformanceBy(Result):
    """Case conformance rate of each value of an attribute, most cases first.

    Attributes
    ----------
    attribute
        The attribute of the case.
    """

    TITLE: ClassVar[Words] = Words("各组的符合率", "Conformance by group")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "value": Column("text", Words("组", "Group"), Words("属性的值", "value of the attribute")),
        "n_cases": _N_CASES,
        "n_conforming": _N_CONFORMING,
        "case_rate": _RATE,
        "low": _LOW,
        "high": _HIGH,
    }

    attribute: str = field(default="", kw_only=True)
    open_cases: OpenCases = field(default="prefix", kw_only=True)

    @property
    def scalars(self) -> dict[str, Any]:
        """The attribute."""
        return {"attribute": self.attribute}

    @property
    def sentence(self) -> str:
        """The groups with the lowest and the highest rate, and whether their intervals are apart."""
        if len(self.table) < 2:
            return ""
        rows = self.table.sort_values(["case_rate", "value"])
        low, high = rows.iloc[0], rows.iloc[-1]
        apart = _APART if low["high"] < high["low"] else _OVERLAPPING
        said = Words(
            "{attribute}：最低为“{low}”{rate_low}（{n_low} 个案例），最高为“{high}”{rate_high}（{n_high} 个案例），{apart}；{policy}。",
            "{attribute}: lowest “{low}” with {rate_low} ({n_low} cases), highest “{high}” with {rate_high} ({n_high} "
            "cases); {apart}; {policy}.",
        ).filled(
            attribute=self.attribute,
            low=low["value"],
            rate_low=write_share(low["case_rate"]),
            n_low=write_number(low["n_cases"]),
            high=high["value"],
            rate_high=write_share(high["case_rate"]),
            n_high=write_number(high["n_cases"]),
            apart=apart,
            policy=POLICIES[self.open_cases],
        )
        return said.say(self.language)


_APART = Words("两者的 95 % 区间不重叠", "their 95 % intervals do not overlap")
_OVERLAPPING = Words(
    "但两者的 95 % 区间重叠，差别可能只是偶然", "but their 95 % intervals overlap, so it may be chance"
)
NOT_GIVEN = Words("（未填）", "(not given)")


def conformance_by(
    log: EventLog,
    target: TargetVersion | Sequence[TargetVersion],
    attribute: str,
    *,
    open_cases: OpenCases = "prefix",
) -> ConformanceBy:
    """Case conformance rate of each value of a case attribute, with its 95 % Wilson interval.

    Raises
    ------
    MissingDataError
        If there is no standard.
    UnknownNameError
        If cases have no such attribute.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.target import Process
    >>> from procmine.conformance.target_parts import Item
    >>> nodes = [Item(name="受理"), Item(name="分类"), Item(name="处理"), Item(name="关闭")]
    >>> target = pm.TargetVersion(name="标准", processes=[Process(name="服务", nodes=nodes)])
    >>> conformance_by(pm.six_cases(), target, "渠道").table[["value", "n_cases", "n_conforming"]].values.tolist()
    [['电话', 2, 2], ['网页', 2, 1], ['邮件', 2, 1]]
    """
    versions = versions_of(target, Words("各组的符合率", "Conformance by group"))
    if attribute not in log.case_attributes:
        raise UnknownNameError.among(
            Words("案例属性", "attribute of cases"), [attribute], log.case_attributes, "conformance_by"
        )
    cases = _judged_cases(log, check_conformance(log, versions, open_cases=open_cases), attribute)
    values = cases["value"].map(str, na_action="ignore").fillna(NOT_GIVEN.say(log.language))
    frame = _rates(cases.assign(value=values), sorted(values.unique()))
    frame = frame.sort_values(["n_cases", "value"], ascending=[False, True])
    return ConformanceBy.of(log, frame, attribute=attribute, open_cases=open_cases)


def _judged_cases(log: EventLog, found: Conformance, attribute: str | None = None) -> pd.DataFrame:
    """The cases judged: start, whether they are open and whether they conform; `value` is that of the attribute."""
    import numpy as np
    import pandas as pd

    ledger = found.ledger
    departing = set(ledger.loc[~ledger["is_allowed"].astype(bool), "case_id"])
    judged = [group.cases["case_index"] for group in found.groups]
    columns = {"value": log.cases[attribute]} if attribute else {}
    frame = fetch(log.cases.select("case_index", "case_id", "start", "state", **columns).order_by("case_index"))
    frame = frame[frame["case_index"].isin(pd.concat(judged) if judged else [])]
    return frame.assign(
        is_open=(frame["state"] == "open").fillna(False).astype(bool),
        conforms=np.array([case not in departing for case in frame["case_id"]], bool),
    )


def _rates(cases: pd.DataFrame, values: Sequence[object]) -> pd.DataFrame:
    """One row per value, also where there are no cases."""
    import pandas as pd

    by = cases.groupby("value")
    frame = pd.DataFrame({"n_cases": by.size(), "n_conforming": by["conforms"].sum(), "n_open": by["is_open"].sum()})
    frame = frame.reindex(values).fillna(0).astype("int64")
    frame["case_rate"] = frame["n_conforming"] / frame["n_cases"].where(frame["n_cases"] > 0)
    bounds = [wilson(hits, n) for hits, n in zip(frame["n_conforming"], frame["n_cases"], strict=True)]
    frame["low"], frame["high"] = [one.low for one in bounds], [one.high for one in bounds]
    return frame.rename_axis("value").reset_index()
