"""From judged cases to all their deviations: each computation gives rows, all rows together are counted from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.conformance.aligning.flow_deviations import SKIPPED, WRONG_ORDER
from procmine.conformance.judging.action_faults import action_faults
from procmine.conformance.judging.deviations import DeviationRows, Deviations
from procmine.conformance.judging.judged_log import JudgedLog
from procmine.conformance.judging.node_times import NodeTimes
from procmine.conformance.judging.rule_order import broken_in_order
from procmine.conformance.judging.rule_people import broken_by_people
from procmine.conformance.judging.rule_times import too_long
from procmine.conformance.judging.time_limits import Clocks, moments_of
from procmine.conformance.judging.wrong_roles import wrong_roles
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS

if TYPE_CHECKING:
    from procmine.conformance.judging.judged_groups import Group
    from procmine.conformance.standard.rules import Rule
    from procmine.conformance.standard.standard import Standard

WRONG_ROLE, LATE, RULE_BROKEN = map(DEVIATION_KINDS.number, ("wrong_role", "late", "rule_broken"))


class CollectedDeviations(NamedTuple):
    """All deviations, the times of nodes with limits, the events whose role and cases whose amount is not known."""

    deviations: Deviations
    times: NodeTimes
    n_unknown_role: int
    n_unknown_amount: int


def collect_deviations(groups: Sequence[Group], clocks: Clocks) -> CollectedDeviations:
    """The deviations of all cases.

    Examples
    --------
    Paths are judged once, however many cases take them; what depends on people and times, case by case::

        paths of a group ── flow_rows, action_rows, rules of order ──▶ rows per path ──▶ repeated for its cases ─┐
        events of cases ─── role_rows, late_rows, rules of people and times ───────────▶ rows per case ─────────┴─▶ all
    """
    judged = JudgedLog(groups, clocks)
    rows = [part for compute in COMPUTATIONS for part in compute(judged)]
    deviations = Deviations.of(judged.cases, judged.names, rows, _allowed(judged))
    return CollectedDeviations(deviations, judged.times, judged.n_unknown_role, len(judged.without_amount))


# ── per path ──────────────────────────────────────────────────────────────────────────────────────


def flow_rows(judged: JudgedLog) -> Iterator[DeviationRows]:
    """Skipped, unexpected, in the wrong order, repeated: places of executions become places in the case."""
    for group, first in zip(judged.groups, judged.cases.firsts, strict=False):
        yield _flow_rows_of(judged, group).of_cases(judged.cases, first)


def _flow_rows_of(judged: JudgedLog, group: Group) -> DeviationRows:
    deviating, done = group.flow_deviations, group.done
    begins = done.begun.begins[deviating.variant]
    is_event = deviating.kind != SKIPPED
    n = len(done.place)
    event = np.where(is_event, np.minimum(begins + deviating.position, max(n - 1, 0)), 0)
    activities = judged.names.numbers(done.begun.activities)
    nodes = judged.names.numbers(group.model.nodes)
    place, code = (done.place, done.begun.codes) if n else (np.zeros(1, np.int64),) * 2
    last = done.last if n else np.zeros(1, np.int64)
    activity = np.where(is_event, activities[code[event]] if len(activities) else 0, 0)
    subject = np.where(deviating.node >= 0, nodes[deviating.node] if len(nodes) else 0, activity)
    behind = np.where(deviating.position > 0, last[np.maximum(begins + deviating.position - 1, 0)], 0)
    due = np.where(deviating.due > 0, last[np.maximum(begins + deviating.due - 1, 0)], np.minimum(deviating.due, 0))
    position = np.where(is_event, place[event], behind)
    return DeviationRows(deviating.variant, deviating.kind, subject, activity, position, due)


def action_rows(judged: JudgedLog) -> Iterator[DeviationRows]:
    """Required actions that are missing inside of a node, and actions in the wrong order."""
    for group, first in zip(judged.groups, judged.cases.firsts, strict=False):
        for fault in action_faults(group):
            kind, subject = SKIPPED if fault.is_missing else WRONG_ORDER, judged.names.number(fault.subject)
            activity = judged.activity_names(group, fault.activity)
            yield DeviationRows(fault.path, kind, subject, activity, fault.place).of_cases(judged.cases, first)


# ── per case ──────────────────────────────────────────────────────────────────────────────────────


def role_rows(judged: JudgedLog) -> Iterator[DeviationRows]:
    """Events of nodes by roles that are not responsible."""
    if judged.doers is not None:
        case, place, group, node = wrong_roles(judged.groups, judged.cases, judged.doers)
        yield DeviationRows(case, WRONG_ROLE, judged.node_names(group, node), judged.activity_at(case, place), place)


def late_rows(judged: JudgedLog) -> Iterator[DeviationRows]:
    """Nodes that took longer than their limit."""
    times, late = judged.times, judged.times.is_late
    case, place = times.case[late], times.last_place[late]
    subject = judged.node_names(times.group[late], times.node[late])
    activity = judged.activity_at(case, place)
    yield DeviationRows(case, LATE, subject, activity, place, elapsed=times.elapsed[late], limit=times.limit[late])


def rule_rows(judged: JudgedLog) -> Iterator[DeviationRows]:
    """Rules that are broken: by the order of a path first, then by people and times."""
    for i, group in enumerate(judged.groups):
        for rule in group.version.rules:
            broken = broken_in_order(rule, group)
            activity = judged.activity_names(group, broken.activity)
            rows = DeviationRows(broken.path, RULE_BROKEN, judged.title_of(rule), activity, broken.place)
            yield judged.where_it_holds(rule, [i], rows.of_cases(judged.cases, judged.cases.firsts[i]))
    for version, numbers in judged.versions:
        for rule in version.rules:
            yield from _too_long(judged, rule, version, numbers)
            yield from _broken_by_people(judged, rule, version, numbers)


def _too_long(judged: JudgedLog, rule: Rule, version: Standard, numbers: Sequence[int]) -> Iterator[DeviationRows]:
    if rule.within is None:
        return
    known = moments_of(judged.log, {activity for name in rule.names for activity in version.activities_of(name)})
    for i in numbers:
        case, place, elapsed, limit = too_long(rule, i, judged.groups[i], judged.cases, judged.clocks, known)
        activity = judged.activity_at(case, place)
        rows = DeviationRows(case, RULE_BROKEN, judged.title_of(rule), activity, place, elapsed=elapsed, limit=limit)
        yield judged.where_it_holds(rule, [i], rows)


def _broken_by_people(
    judged: JudgedLog, rule: Rule, version: Standard, numbers: Sequence[int]
) -> Iterator[DeviationRows]:
    broken = broken_by_people(rule, version, judged.log, judged.doers)
    if broken is not None:
        case, activity = judged.cases.numbers_of(broken.case_index), judged.names.numbers(broken.activity)
        is_judged = case >= 0
        rows = DeviationRows(
            case[is_judged], RULE_BROKEN, judged.title_of(rule), activity[is_judged], broken.place[is_judged]
        )
        yield judged.where_it_holds(rule, numbers, rows)


COMPUTATIONS: tuple[Callable[[JudgedLog], Iterator[DeviationRows]], ...] = (
    flow_rows, action_rows, role_rows, late_rows, rule_rows,
)  # fmt: skip
"""What computes the rows of the kinds of deviation; their order says nothing."""


def _allowed(judged: JudgedLog) -> np.ndarray:
    """What each group's version accepts, as rows of group, kind, subject."""
    rows = []
    for i, group in enumerate(judged.groups):
        titles = {
            name: rule.title.say(judged.log.language)
            for rule in group.version.rules
            for name in (rule.title.zh, rule.title.en)
        }
        for one in group.version.allowed_deviations:
            is_rule = DEVIATION_KINDS[one.kind].subject == "rule"
            subject = titles.get(one.subject, one.subject) if is_rule else one.subject
            rows.append((i, DEVIATION_KINDS.number(one.kind), judged.names.number(subject)))
    return np.array(rows, np.int64).reshape(-1, 3)
