"""How far a log is from the standard: every case held against the version and path that hold for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from procmine.conformance.aligning.costs import checked_costs
from procmine.conformance.judging.awaited_nodes import Awaited
from procmine.conformance.judging.computations import collect_deviations
from procmine.conformance.judging.deviation_sorts import deviation_sorts, deviation_table
from procmine.conformance.judging.judged_groups import Group, judge_cases
from procmine.conformance.judging.remembered import Remembered, log_key, standard_key
from procmine.conformance.judging.time_limits import Clocks
from procmine.conformance.standard.standard import OpenCases, Standard, in_force
from procmine.conformance.views.conformance import Conformance
from procmine.conformance.views.rates import average_fitness, event_sums
from procmine.core.clock.calendar import Sla

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog


def check_conformance(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    *,
    sla: Sla | None = None,
    open_cases: OpenCases | None = None,
    costs: Mapping[str, int] | None = None,
) -> Conformance:
    """Hold every case against the standard process.

    Each case is aligned, at the lowest cost, with the version in force on the day it started and its own
    operating path (see `conformance.aligning.alignment`). Deviations are told by node – skipped, unexpected, in the
    wrong order, repeated, done by a role that is not responsible, later than its limit – and by rule. Who
    did an event is judged wherever it stands; a role that nobody knows is counted, not accused.

    Parameters
    ----------
    sla
        Calendar and pauses by which limits are measured; natural time without pauses when left out.
    open_cases
        `prefix`: open cases are judged by what they have done so far; `complete`: as if they were over;
        `leave_out`: not at all. As the standard says when left out.
    costs
        Cost of leaving out a node or of an event too many, by node and activity; 1 when left out, 1..1000.

    Raises
    ------
    SpecError
        If versions overlap, a standard has too many states even to be searched, or a cost is not from 1 to 1000.
    UnknownNameError
        If a cost is given for what is neither node nor activity.
    MissingDataError
        If there is no standard, or the log lacks an attribute, people or roles that it asks for.

    Examples
    --------
    >>> import procmine as pm
    >>> standard = pm.six_standard()
    >>> found = check_conformance(pm.six_cases(), standard)
    >>> found.n_conforming, found.table[["kind", "subject", "n_cases"]].values.tolist()
    (4, [['unexpected', '客户沟通', 1], ['repeated', '处理', 1], ['skipped', '处理', 1]])
    """
    versions = in_force(standard)
    policy = open_cases or versions[0].open_cases
    prices = checked_costs(costs or {}, versions, log.activities)
    key = (log_key(log), standard_key(versions, prices), policy, (sla or Sla()).model_dump_json())
    return _judgements.get(key, lambda: _judgement(log, versions, policy, prices, sla or Sla()))


_judgements: Remembered[Conformance] = Remembered()


def _judgement(
    log: EventLog, versions: Sequence[Standard], policy: OpenCases, prices: Mapping[str, int], sla: Sla
) -> Conformance:
    groups, clocks = judge_cases(log, versions, policy, prices), Clocks(log, sla)
    return _result(versions, groups, policy, clocks, Awaited.of(versions, policy, prices, clocks))


def _result(
    versions: Sequence[Standard], groups: Sequence[Group], open_cases: OpenCases, clocks: Clocks, awaited: Awaited
) -> Conformance:
    log = clocks.log
    deviations, times, n_unknown_role, n_unknown_amount = collect_deviations(groups, clocks)
    sorts = deviation_sorts(deviations)
    n_cases = len(deviations.cases)
    n_events, n_fitting = event_sums(groups, deviations)
    return Conformance.of(
        log,
        deviation_table(sorts, deviations.cases),
        n_cases=n_cases,
        n_conforming=n_cases - int(deviations.is_deviating.sum()),
        n_events=n_events,
        n_fitting=n_fitting,
        cost=sum(int((group.alignments.costs * group.weights).sum()) for group in groups),
        worst=sum(int((group.alignments.worst * group.weights).sum()) for group in groups),
        average_fitness=average_fitness(groups, n_cases),
        n_unjudged=log.n_cases - n_cases,
        n_allowed=int(deviations.is_allowed.sum()),
        n_allowances=sum(len(version.allowed_deviations) for version in versions),
        n_unknown_role=n_unknown_role,
        n_unknown_amount=n_unknown_amount,
        n_overdue=times.n_overdue + awaited.n_overdue,
        open_cases=open_cases,
        groups=tuple(groups),
        deviations=deviations,
        sorts=sorts,
        times=times,
        awaited=awaited,
        log=log,
        clocks=clocks,
    )
