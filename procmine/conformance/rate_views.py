"""The case conformance rate over time and by group, asked of a log at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from procmine.conformance.conformance import check_conformance
from procmine.conformance.splitting import ConformanceBy, ConformanceOverTime
from procmine.conformance.target import OpenCases, TargetVersion
from procmine.core.calendar import Sla
from procmine.core.periods import period_for

if TYPE_CHECKING:
    from procmine.core.eventlog import EventLog


def conformance_over_time(
    log: EventLog,
    target: TargetVersion | Sequence[TargetVersion],
    period: Literal["auto", "day", "week", "month"] = "auto",
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
) -> ConformanceOverTime:
    """Case conformance rate by the local day, week or month in which cases start.

    Young cases have had less time to depart from the standard, so beside each rate stands the share of
    cases still open, and a period within which the log ends is marked incomplete. Its part `departures`
    holds each kind and subject for each period. See `check_conformance` for the other options.

    Parameters
    ----------
    period
        `auto` takes days for up to two months, weeks for about a year, months beyond.

    Raises
    ------
    MissingDataError
        If there is no standard.
    UnknownNameError
        If `period` is none of these.

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
    found = check_conformance(log, target, sla=sla, open_cases=open_cases)
    first, last = _days(log)
    return found.over_time(period_for(period, first, last, "conformance_over_time"))


def _days(log: EventLog) -> tuple[date, date]:
    """The first and the last local day of a log; of one without events any."""
    if log.first is None or log.last is None:
        return date.min, date.min
    return log.local(log.first).date(), log.local(log.last).date()


def conformance_by(
    log: EventLog,
    target: TargetVersion | Sequence[TargetVersion],
    attribute: str,
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
) -> ConformanceBy:
    """Case conformance rate of each value of a case attribute with its 95 % Wilson interval, the lowest first.

    Its part `departures` holds each kind and subject for each value. See `check_conformance` for the options.

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
    [['网页', 2, 1], ['邮件', 2, 1], ['电话', 2, 2]]
    """
    return check_conformance(log, target, sla=sla, open_cases=open_cases).by(attribute)
