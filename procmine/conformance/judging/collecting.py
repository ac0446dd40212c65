"""From cases judged to all their departures: of order, of roles, of time and of rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.conformance.judging.actions import action_faults
from procmine.conformance.judging.deviations import Cases, Departures, Names, Part
from procmine.conformance.judging.node_times import NodeTimes, node_times
from procmine.conformance.judging.roles import Doers, wrong_roles
from procmine.conformance.judging.rule_order import broken_in_order
from procmine.conformance.judging.rule_people import broken_by_people
from procmine.conformance.judging.rule_times import too_long
from procmine.conformance.judging.time_limits import Clocks, moments
from procmine.conformance.standard.deviation_kinds import KINDS, LATE, RULE_BROKEN, SKIPPED, WRONG_ORDER, WRONG_ROLE
from procmine.core.text.amounts import amounts

if TYPE_CHECKING:
    from procmine.conformance.judging.judging import Group
    from procmine.conformance.standard.rules import Rule
    from procmine.conformance.standard.standard import TargetVersion


class Collected(NamedTuple):
    """All departures, the times of nodes with limits, the events whose role and cases whose amount is not known."""

    departures: Departures
    times: NodeTimes
    n_unknown_role: int
    n_unknown_amount: int


def collected(groups: Sequence[Group], clocks: Clocks) -> Collected:
    """The departures of all cases."""
    return _Collecting(groups, clocks).collected()


class _Collecting:
    """What can be judged by the path alone is judged once per path, and given to every case that took it.

    ::

        paths    a─b─c              a─c               order of nodes and actions, rules of order
                  │ of_cases         │ of_cases
                  ▼                  ▼
        cases    1  2  3  4         5  6  7           roles, times, amounts, rules of people: once per case
                  └────────┬─────────┘
                           ▼
                 all deviations, by case and place

    The standard sees executions of nodes, the case has events: of an execution the first and the last place count. ::

        events       a  a  b  c  c  c      place in the case      1 2 3 4 5 6
        executions   └─a┘  b  └──c──┘      first and last place   1–2, 3–3, 4–6
    """

    def __init__(self, groups: Sequence[Group], clocks: Clocks) -> None:
        self.log, self.groups, self.clocks = clocks.log, list(groups), clocks
        self.cases, self.names = Cases.of(groups), Names()
        self.of_unknown_amount: set[int] = set()

    def collected(self) -> Collected:
        parts = [part for i, group in enumerate(self.groups) for part in self._of_paths(i, group)]
        doers = self._doers()
        if doers is not None:
            parts.append(self._wrong_roles(doers))
        times = node_times(self.groups, self.cases, self.clocks)
        parts.append(self._late(times))
        for version, numbers in self._versions():
            for rule in version.rules:
                parts += self._of_cases(rule, version, numbers, doers)
        found = Departures.of(self.cases, self.names, parts, self._allowed())
        return Collected(found, times, self._n_unknown(doers), len(self.of_unknown_amount))

    def _versions(self) -> list[tuple[TargetVersion, list[int]]]:
        """Each version with the numbers of its groups."""
        found: dict[int, tuple[TargetVersion, list[int]]] = {}
        for i, group in enumerate(self.groups):
            found.setdefault(id(group.version), (group.version, []))[1].append(i)
        return list(found.values())

    def _doers(self) -> Doers | None:
        """Who does what, where the standard asks for roles."""
        asked = any(node.responsible for version, _ in self._versions() for node in version.nodes.values())
        asked |= any(rule.role or rule.authority for version, _ in self._versions() for rule in version.rules)
        return Doers.of(self.log) if asked else None

    # ── per path ──────────────────────────────────────────────────────────────────────────────

    def _of_paths(self, number: int, group: Group) -> Iterator[Part]:
        first = self.cases.firsts[number]
        yield self._of_flow(group).of_cases(self.cases, first)
        activities = self.names.numbers(group.paths.activities)
        for fault in action_faults(group):
            kind, subject = SKIPPED if fault.is_missing else WRONG_ORDER, self.names.number(fault.subject)
            part = Part(fault.path, kind, subject, _named(activities, fault.activity), fault.place)
            yield part.of_cases(self.cases, first)
        for rule in group.version.rules:
            broken = broken_in_order(rule, group)
            subject = self.names.number(rule.title.say(self.log.language))
            part = Part(broken.path, RULE_BROKEN, subject, _named(activities, broken.activity), broken.place)
            yield self._where(rule, [number], part.of_cases(self.cases, first))

    def _of_flow(self, group: Group) -> Part:
        """Skipped, unexpected, in the wrong order, repeated: places of executions become places in the case."""
        found, done = group.deviations, group.done
        begins = done.told.begins[found.variant]
        is_event = found.kind != SKIPPED
        n = len(done.place)
        event = np.where(is_event, np.minimum(begins + found.position, max(n - 1, 0)), 0)
        activities = self.names.numbers(done.told.activities)
        nodes = self.names.numbers(group.model.nodes)
        place, code = (done.place, done.told.codes) if n else (np.zeros(1, np.int64),) * 2
        last = done.last if n else np.zeros(1, np.int64)
        activity = np.where(is_event, activities[code[event]] if len(activities) else 0, 0)
        subject = np.where(found.node >= 0, nodes[found.node] if len(nodes) else 0, activity)
        behind = np.where(found.position > 0, last[np.maximum(begins + found.position - 1, 0)], 0)
        due = np.where(found.due > 0, last[np.maximum(begins + found.due - 1, 0)], np.minimum(found.due, 0))
        position = np.where(is_event, place[event], behind)
        return Part(found.variant, found.kind, subject, activity, position, due)

    # ── per case ──────────────────────────────────────────────────────────────────────────────

    def _activity_at(self, case: np.ndarray, place: np.ndarray) -> np.ndarray:
        """The names of the activities at places (from 1) of cases."""
        found = np.zeros(len(case), np.int64)
        for i, group in enumerate(self.groups):
            mine = np.flatnonzero(self.cases.group[case] == i)
            row = self.cases.path[case[mine]] - self.cases.firsts[i]
            codes = group.paths.codes[group.paths.begins[row] + place[mine] - 1]
            found[mine] = self.names.numbers(group.paths.activities)[codes] if len(mine) else 0
        return found

    def _node_names(self, group: np.ndarray, node: np.ndarray) -> np.ndarray:
        found = np.zeros(len(group), np.int64)
        for i, one in enumerate(self.groups):
            mine = group == i
            found[mine] = self.names.numbers(one.model.nodes)[node[mine]]
        return found

    def _wrong_roles(self, doers: Doers) -> Part:
        case, place, group, node = wrong_roles(self.groups, self.cases, doers)
        return Part(case, WRONG_ROLE, self._node_names(group, node), self._activity_at(case, place), place)

    def _late(self, times: NodeTimes) -> Part:
        late = times.is_late
        case, place = times.case[late], times.last_place[late]
        subject = self._node_names(times.group[late], times.node[late])
        activity = self._activity_at(case, place)
        return Part(case, LATE, subject, activity, place, elapsed=times.elapsed[late], limit=times.limit[late])

    def _of_cases(
        self, rule: Rule, version: TargetVersion, numbers: Sequence[int], doers: Doers | None
    ) -> Iterator[Part]:
        """Departures from one rule that events decide, not paths."""
        subject = self.names.number(rule.title.say(self.log.language))
        if rule.within is not None:
            known = moments(self.log, {activity for name in rule.names for activity in version.activities_of(name)})
            for i in numbers:
                long = too_long(rule, i, self.groups[i], self.cases, self.clocks, known)
                at = self._activity_at(long.case, long.place)
                part = Part(long.case, RULE_BROKEN, subject, at, long.place, elapsed=long.elapsed, limit=long.limit)
                yield self._where(rule, [i], part)
        broken = broken_by_people(rule, version, self.log, doers)
        if broken is not None:
            case, activity = self.cases.numbers_of(broken.case_index), self.names.numbers(broken.activity)
            judged = case >= 0
            part = Part(case[judged], RULE_BROKEN, subject, activity[judged], broken.place[judged])
            yield self._where(rule, numbers, part)

    def _where(self, rule: Rule, numbers: Sequence[int], part: Part) -> Part:
        """Only in the cases of these groups that the rule holds for."""
        frame = self.cases.frame.iloc[part.owner]
        holds = np.isin(self.cases.group[part.owner], numbers)
        for name, values in rule.when.items():
            holds &= frame[name].isin(values).to_numpy(bool)
        if rule.authority is not None:
            given = amounts(frame[rule.authority.amount]).to_numpy("float64")
            self.of_unknown_amount.update(part.owner[holds & np.isnan(given)].tolist())
            holds &= given > rule.authority.above
        return Part(part.owner[holds], **{name: values[holds] for name, values in part.columns().items()})

    # ── beside it ─────────────────────────────────────────────────────────────────────────────

    def _allowed(self) -> np.ndarray:
        """What each group's version accepts, as rows of group, kind, subject."""
        rows = []
        for i, group in enumerate(self.groups):
            titles = {
                name: rule.title.say(self.log.language)
                for rule in group.version.rules
                for name in (rule.title.zh, rule.title.en)
            }
            for one in group.version.allowed_deviations:
                subject = titles.get(one.subject, one.subject) if one.rule_broken else one.subject
                rows.append((i, KINDS.index(one.kind), self.names.number(subject)))
        return np.array(rows, np.int64).reshape(-1, 3)

    def _n_unknown(self, doers: Doers | None) -> int:
        """Events of nodes with responsible roles, in some version, whose role nobody knows."""
        if doers is None:
            return 0
        roles: dict[str, set[str]] = {}
        for version, _ in self._versions():
            for node in version.nodes.values():
                for activity in node.activities if node.responsible else ():
                    roles.setdefault(activity, set()).update(node.responsible)
        return sum(doers.n_unknown([activity], named) for activity, named in roles.items())


def _named(activities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The names of activities by their numbers in a group; 0 for none."""
    return np.where(codes >= 0, activities[codes] if len(activities) else 0, 0)
