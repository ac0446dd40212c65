"""The case conformance rate of each value of an attribute of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from procmine.conformance.conformance import POLICIES, check_conformance
from procmine.conformance.judging import OpenCases
from procmine.conformance.rate_counts import RATES, judged_cases, rates_by
from procmine.conformance.standards import versions_of
from procmine.conformance.target import TargetVersion
from procmine.core.errors import UnknownNameError
from procmine.core.result import Column, Result
from procmine.core.words import Words, write_number, write_share

if TYPE_CHECKING:
    from procmine.core.eventlog import EventLog


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
        **RATES,
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
    cases = judged_cases(log, check_conformance(log, versions, open_cases=open_cases), attribute)
    values = cases["value"].map(str, na_action="ignore").fillna(NOT_GIVEN.say(log.language))
    frame = rates_by(cases.assign(value=values), sorted(values.unique()))
    frame = frame.sort_values(["n_cases", "value"], ascending=[False, True])
    return ConformanceBy.of(log, frame, attribute=attribute, open_cases=open_cases)
