"""Rules with a time limit between two points of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.conformance.judging.deviations import JudgedCases
from procmine.conformance.judging.rule_order import points_of
from procmine.conformance.judging.time_limits import Clocks, Moments, cutoff_of, limits_of
from procmine.conformance.standard.limits import Limit
from procmine.conformance.standard.rules import Rule

if TYPE_CHECKING:
    from procmine.conformance.judging.judged_groups import Group


class TooLong(NamedTuple):
    """Where a case took longer than a rule allows: case, place (from 1), path, time and limit in µs."""

    case: np.ndarray
    place: np.ndarray
    elapsed: np.ndarray
    limit: np.ndarray


class _PointPairs(NamedTuple):
    path: np.ndarray
    begin: np.ndarray
    end: np.ndarray


def too_long(rule: Rule, number: int, group: Group, cases: JudgedCases, clocks: Clocks, known: Moments) -> TooLong:
    """The cases of a group that took longer between the two points of a rule than it allows.

    - response and succession: from each first point to the next second point;
    - precedence: to each second point from the nearest first point before it;
    - between: from the first first point to the next second point.

    A second point that an open case has not reached is late once the limit has passed at the cut-off; it
    is told at the first point. Time is that of the SLA's calendar, natural where the limit says so, less
    its pauses.

    Parameters
    ----------
    number
        Of the group among all.
    known
        When the events of the rule's two points were.
    """
    pairs = _pairs(rule, group)
    case, which = cases.along(pairs.path + cases.firsts[number])
    begin, end = pairs.begin[which], pairs.end[which]
    within = rule.within or Limit(text="", seconds=0)
    limits = limits_of(within, cases.frame.iloc[case], clocks.day)
    index = cases.index[case]
    begins = known.at(index, begin)
    reached = end > 0
    ends = np.where(reached, 0, np.maximum(cutoff_of(clocks.log), begins))
    ends[reached] = known.at(index[reached], end[reached])
    elapsed = clocks.took(index, begins, ends, limits.is_natural)
    late = (limits.length >= 0) & (elapsed > limits.length)
    place = np.where(reached, end, begin)
    return TooLong(case[late], place[late], elapsed[late], limits.length[late])


def _pairs(rule: Rule, group: Group) -> _PointPairs:
    """Places of the two points in each path; 0 for a second point that an open case has not reached."""
    a, b = (points_of(name, group.version, group.paths, group.done) for name in rule.names)
    wide = int(group.paths.lengths.max(initial=0)) + 2
    first, second = a.path * wide + a.place, b.path * wide + b.place
    if rule.kind == "precedence":
        j = np.searchsorted(first, second, side="left") - 1
        is_reached = (j >= 0) & (a.path[np.maximum(j, 0)] == b.path) if len(first) else np.zeros(len(second), bool)
        return _PointPairs(b.path[is_reached], a.place[j[is_reached]], b.place[is_reached])
    if rule.kind == "between":
        a = type(a)(*(column[np.unique(a.path, return_index=True)[1]] for column in a))
        first = a.path * wide + a.place
    j = np.searchsorted(second, first, side="right")
    near = np.minimum(j, max(len(second) - 1, 0))
    is_reached = (j < len(second)) & (b.path[near] == a.path) if len(second) else np.zeros(len(first), bool)
    end = np.zeros(len(first), np.int64)
    end[is_reached] = b.place[near[is_reached]]
    counts = is_reached | group.is_open
    return _PointPairs(a.path[counts], a.place[counts], end[counts])
