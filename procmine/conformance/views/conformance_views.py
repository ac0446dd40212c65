"""Views of conformance that are asked of a log at once: over time, by group, by limit, of one case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

import pandas as pd

from procmine.conformance.standard.standard import OpenCases, Standard, in_force
from procmine.conformance.views.case_alignment import CaseAlignment
from procmine.conformance.views.conformance_check import check_conformance
from procmine.conformance.views.conformance_split import ConformanceBy, ConformanceOverTime
from procmine.conformance.views.deviating_roles import DeviatingRoles
from procmine.conformance.views.limit_views import LimitWaiting
from procmine.conformance.views.node_limits import NodeLimits
from procmine.core.clock.calendar import Sla
from procmine.core.log.periods import period_for
from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog


def conformance_over_time(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    period: Literal["auto", "day", "week", "month"] = "auto",
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
) -> ConformanceOverTime:
    """Case conformance rate by the local day, week or month in which cases start.

    Young cases have had less time to deviate from the standard, so beside each rate stands the share of
    cases still open, and a period within which the log ends is marked incomplete. Its part `deviations`
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
    >>> standard = pm.six_standard()
    >>> found = conformance_over_time(pm.six_cases(), standard, "day")
    >>> found.table[["n_cases", "n_conforming", "open_share"]].values.tolist()
    [[2.0, 2.0, 0.0], [2.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, nan]]
    """
    judgement = check_conformance(log, standard, sla=sla, open_cases=open_cases)
    first, last = _days(log)
    return judgement.over_time(period_for(period, first, last, "conformance_over_time"))


def _days(log: EventLog) -> tuple[date, date]:
    """The first and the last local day of a log; of one without events any."""
    if log.first is None or log.last is None:
        return date.min, date.min
    return log.local(log.first).date(), log.local(log.last).date()


def conformance_by(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    attribute: str | None = None,
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
) -> ConformanceBy:
    """Case conformance rate of each value of a case attribute with its 95 % Wilson interval, the lowest first.

    Its part `deviations` holds each kind and subject for each value. See `check_conformance` for the options.

    Parameters
    ----------
    attribute
        The first attribute of the cases that decides the operating path when left out.

    Raises
    ------
    MissingDataError
        If there is no standard, or no attribute is given and none decides the operating path.
    UnknownNameError
        If cases have no such attribute.

    Examples
    --------
    >>> import procmine as pm
    >>> standard = pm.six_standard()
    >>> conformance_by(pm.six_cases(), standard, "渠道").table[["value", "n_cases", "n_conforming"]].values.tolist()
    [['网页', 2, 1], ['邮件', 2, 1], ['电话', 2, 2]]
    """
    judgement = check_conformance(log, standard, sla=sla, open_cases=open_cases)
    return judgement.by(attribute or _deciding(log, in_force(standard)))


def _deciding(log: EventLog, versions: Sequence[Standard]) -> str:
    asked = [name for version in reversed(versions) for path in version.paths.values() for name in path.when]
    known = [name for name in asked if name in log.case_attributes]
    if not known:
        fault = Words("标准没有按案例属性区分运营路径", "no attribute of the cases decides an operating path")
        hint = Words(
            "在标准的 paths: 中用 when: 写明各运营路径按哪个属性区分，或在笔记本的参数 attribute 中写要比较的属性",
            "say with when: under paths: of the standard which attribute decides a path, or name the one to compare as "
            "the notebook's parameter `attribute`",
        )
        facts = Words("已有：{names}", "known: {names}").filled(names=", ".join(log.case_attributes) or "–")
        raise MissingDataError(Fault(log.name, fault, facts, hint))
    return known[0]


def node_limits(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
) -> NodeLimits:
    """The nodes with a time limit: how often it was kept, how long they took, what is open and overdue.

    See `check_conformance` for the options.

    Raises
    ------
    MissingDataError
        If there is no standard.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.standard.standard import Process
    >>> from procmine.conformance.standard.parts import Item
    >>> nodes = [Item(name="受理"), Item(name="分类", within="1 h"), Item(name="处理"), Item(name="关闭")]
    >>> standard = pm.Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])
    >>> node_limits(pm.six_cases(), standard).table[["node", "n_done", "n_late"]].values.tolist()
    [['分类', 6, 1]]
    """
    return check_conformance(log, standard, sla=sla, open_cases=open_cases).limits


def open_limits(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
) -> LimitWaiting:
    """The open cases that wait for a node with a time limit: with whom, how much of it is used, which are overdue.

    An open case waits for the node that comes first on the shortest way to its end. What is used is the time
    from the arrival of that node to the log's cut-off, by the clock of its limit, as a share of the limit: the
    nearer to 100 %, the sooner it will be late. See `check_conformance` for the options.

    Raises
    ------
    MissingDataError
        If there is no standard.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.standard.standard import Process
    >>> from procmine.conformance.standard.parts import Item
    >>> nodes = [Item(name="受理"), Item(name="分类"), Item(name="处理"), Item(name="关闭", within="1 day natural")]
    >>> standard = pm.Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])
    >>> open_limits(pm.six_cases(), standard).table[["case_id", "node", "owner", "share"]]
      case_id node owner  share
    0      C6   关闭    陈静    0.0
    """
    waiting = check_conformance(log, standard, sla=sla, open_cases=open_cases).limits.waiting
    if waiting is not None:
        return waiting
    return LimitWaiting.of(log, pd.DataFrame(columns=list(LimitWaiting.COLUMNS)))


def deviating_roles(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
) -> DeviatingRoles:
    """Deviations of kind wrong role and rule broken, by the role that did them; allowed ones are left out.

    See `check_conformance` for the options.

    Raises
    ------
    MissingDataError
        If there is no standard, or the log lacks what its rules ask for.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.standard.rules import Rule
    >>> from procmine.conformance.standard.standard import Process
    >>> from procmine.conformance.standard.parts import Item
    >>> nodes = [Item(name="受理"), Item(name="分类"), Item(name="处理", optional=True), Item(name="关闭")]
    >>> rules = [Rule(four_eyes=["受理", "关闭"])]
    >>> standard = pm.Standard(name="标准", processes=[Process(name="服务", nodes=nodes)], rules=rules)
    >>> deviating_roles(pm.six_cases(), standard).table[["subject", "n_people", "n_cases"]].values.tolist()
    [['四眼原则：受理、关闭', 3, 4]]
    """
    return check_conformance(log, standard, sla=sla, open_cases=open_cases).deviating_roles


def explain_case(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    case_id: str | None = None,
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
) -> CaseAlignment:
    """One case step by step against the standard; see `check_conformance` for the options.

    Parameters
    ----------
    case_id
        The case with the most deviations when left out.

    Raises
    ------
    MissingDataError
        If there is no standard.
    UnknownNameError
        If no such case was judged.

    Examples
    --------
    >>> import procmine as pm
    >>> standard = pm.six_standard()
    >>> explain_case(pm.six_cases(), standard).sentence
    '案例 C4 按版本 1 判断：偏差 3 处，拟合度 0.727。'
    """
    judgement = check_conformance(log, standard, sla=sla, open_cases=open_cases)
    worst = judgement.cases.table["case_id"].tolist() or [
        str(name) for group in judgement.groups for name in group.cases["case_id"]
    ]
    if not worst and case_id is None:
        return CaseAlignment.of(log, pd.DataFrame(columns=list(CaseAlignment.COLUMNS)))
    return judgement.case(case_id or worst[0])
