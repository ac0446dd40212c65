"""What deviations are computed from: the judged groups and cases, who did what, and how long nodes took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from procmine.conformance.judging.deviations import DeviationRows, JudgedCases, NameNumbers
from procmine.conformance.judging.node_times import NodeTimes, node_times
from procmine.conformance.judging.wrong_roles import Doers
from procmine.core.text.amounts import amounts

if TYPE_CHECKING:
    from procmine.conformance.judging.judged_groups import Group
    from procmine.conformance.judging.time_limits import Clocks
    from procmine.conformance.standard.rules import Rule
    from procmine.conformance.standard.standard import Standard
    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, eq=False)
class JudgedLog:
    """A log whose cases are aligned, with what is asked of it to find deviations.

    Attributes
    ----------
    names
        Of nodes, activities and rules: in rows of deviations they are numbers.
    without_amount
        Numbers of the cases that a rule asks for an amount which they do not tell.
    """

    groups: Sequence[Group]
    clocks: Clocks
    names: NameNumbers = field(default_factory=NameNumbers)
    without_amount: set[int] = field(default_factory=set)

    @property
    def log(self) -> EventLog:
        """The log itself."""
        return self.clocks.log

    @cached_property
    def cases(self) -> JudgedCases:
        """The cases of all groups."""
        return JudgedCases.of(self.groups)

    @cached_property
    def times(self) -> NodeTimes:
        """The times of nodes with limits."""
        return node_times(self.groups, self.cases, self.clocks)

    @cached_property
    def versions(self) -> list[tuple[Standard, list[int]]]:
        """Each version with the numbers of its groups."""
        numbers: dict[int, tuple[Standard, list[int]]] = {}
        for i, group in enumerate(self.groups):
            numbers.setdefault(id(group.version), (group.version, []))[1].append(i)
        return list(numbers.values())

    @cached_property
    def doers(self) -> Doers | None:
        """Who does what, where the standard asks for roles."""
        asked = any(node.responsible for version, _ in self.versions for node in version.nodes.values())
        asked |= any(rule.role or rule.authority for version, _ in self.versions for rule in version.rules)
        return Doers.of(self.log) if asked else None

    def title_of(self, rule: Rule) -> int:
        """The number of a rule's title."""
        return self.names.number(rule.title.say(self.log.language))

    def activity_at(self, case: np.ndarray, place: np.ndarray) -> np.ndarray:
        """The names of the activities at places (from 1) of cases."""
        activity = np.zeros(len(case), np.int64)
        for i, group in enumerate(self.groups):
            mine = np.flatnonzero(self.cases.group[case] == i)
            row = self.cases.path[case[mine]] - self.cases.firsts[i]
            codes = group.paths.codes[group.paths.begins[row] + place[mine] - 1]
            activity[mine] = self.names.numbers(group.paths.activities)[codes] if len(mine) else 0
        return activity

    def activity_names(self, group: Group, codes: np.ndarray) -> np.ndarray:
        """The names of activities by their numbers in a group's paths; 0 for none."""
        activities = self.names.numbers(group.paths.activities)
        return np.where(codes >= 0, activities[codes] if len(activities) else 0, 0)

    def node_names(self, group: np.ndarray, node: np.ndarray) -> np.ndarray:
        """The names of nodes by the numbers of their groups and their own in these."""
        names = np.zeros(len(group), np.int64)
        for i, one in enumerate(self.groups):
            mine = group == i
            names[mine] = self.names.numbers(one.model.nodes)[node[mine]]
        return names

    def where_it_holds(self, rule: Rule, numbers: Sequence[int], rows: DeviationRows) -> DeviationRows:
        """Only the rows in the cases of these groups that a rule holds for."""
        frame = self.cases.frame.iloc[rows.owner]
        holds = np.isin(self.cases.group[rows.owner], numbers)
        for name, values in rule.when.items():
            holds &= frame[name].isin(values).to_numpy(bool)
        if rule.authority is not None:
            given = amounts(frame[rule.authority.amount]).to_numpy("float64")
            self.without_amount.update(rows.owner[holds & np.isnan(given)].tolist())
            holds &= given > rule.authority.above
        return DeviationRows(rows.owner[holds], **{name: values[holds] for name, values in rows.columns().items()})

    @property
    def n_unknown_role(self) -> int:
        """Events of nodes with responsible roles, in some version, whose role nobody knows."""
        if self.doers is None:
            return 0
        roles: dict[str, set[str]] = {}
        for version, _ in self.versions:
            for node in version.nodes.values():
                for activity in node.activities if node.responsible else ():
                    roles.setdefault(activity, set()).update(node.responsible)
        return sum(self.doers.n_unknown([activity], named) for activity, named in roles.items())
