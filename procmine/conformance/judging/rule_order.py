"""Rules that order and number decide: looked at once per distinct path."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.conformance.standard.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from procmine.conformance.aligning.executions import Executions
    from procmine.conformance.aligning.sequences import Sequences
    from procmine.conformance.judging.judged_groups import Group
    from procmine.conformance.standard.standard import Standard

_NEVER = 1 << 40


class Broken(NamedTuple):
    """Where a rule is broken: the path, the place in it (from 1), and the number of the activity there, -1 for none."""

    path: np.ndarray
    place: np.ndarray
    activity: np.ndarray


class _Marks(NamedTuple):
    """What one name of a rule marks: paths and places (from 1), in order, and the activities there."""

    path: np.ndarray
    place: np.ndarray
    activity: np.ndarray


def broken_in_order(rule: Rule, group: Group) -> Broken:
    """Where the paths of a group break a rule of order or number; nowhere for rules of other kinds.

    - response [a, b]: at each a behind which no b comes; while a case is open, b may still come.
    - precedence [a, b]: at each b before which there was no a. Succession is both.
    - not_after [a, b]: at each b behind the first a.
    - exclusive [a, b]: at the first event of the one that came second.
    - at_least: at the end of the path, once the case is over; at_most: at each time too many.

    A node counts once per execution, an activity once per event.
    """
    marks = [_marks(name, group) for name in rule.names]
    judge: Callable[[Rule, list[_Marks], Group], Broken] | None = _JUDGES.get(rule.kind)
    return _nothing(group.paths) if judge is None else judge(rule, marks, group)


def _marks(name: str, group: Group) -> _Marks:
    return points_of(name, group.version, group.paths, group.done)


def points_of(name: str, version: Standard, paths: Sequences, done: Executions) -> _Marks:
    """Where the executions of a node begin, or the events of an activity are."""
    if name in version.nodes:
        here = np.flatnonzero(done.begun.among(version.nodes[name].activities))
        return _Marks(done.begun.owner[here], done.place[here], done.begun.codes[here])
    here = np.flatnonzero(paths.among([name]))
    return _Marks(paths.owner[here], paths.place[here] + 1, paths.codes[here])


def _nothing(paths: Sequences) -> Broken:
    return Broken(*(paths.codes[:0].astype("int64") for _ in range(3)))


def _picked(marks: _Marks, which: np.ndarray) -> Broken:
    return Broken(*(column[which] for column in marks))


def _last(marks: _Marks, n: int) -> np.ndarray:
    """The place of the last one in each path; 0 where there is none."""
    last = np.zeros(n, np.int64)
    last[marks.path] = marks.place
    return last


def _first(marks: _Marks, n: int) -> np.ndarray:
    """The place of the first one in each path; beyond all where there is none."""
    first = np.full(n, _NEVER, np.int64)
    first[marks.path[::-1]] = marks.place[::-1]
    return first


def _response(rule: Rule, marks: list[_Marks], group: Group) -> Broken:
    del rule
    a, b = marks
    return _picked(a, (a.place >= _last(b, len(group.paths))[a.path]) & (not group.is_open))


def _precedence(rule: Rule, marks: list[_Marks], group: Group) -> Broken:
    del rule
    a, b = marks
    return _picked(b, b.place <= _first(a, len(group.paths))[b.path])


def _succession(rule: Rule, marks: list[_Marks], group: Group) -> Broken:
    both = zip(_response(rule, marks, group), _precedence(rule, marks, group), strict=True)
    return Broken(*(np.concatenate(columns) for columns in both))


def _not_after(rule: Rule, marks: list[_Marks], group: Group) -> Broken:
    del rule
    a, b = marks
    return _picked(b, b.place > _first(a, len(group.paths))[b.path])


def _exclusive(rule: Rule, marks: list[_Marks], group: Group) -> Broken:
    del rule
    firsts = [_first(one, len(group.paths)) for one in marks]
    where = np.maximum(*firsts)
    first_of_each = [_picked(one, one.place == where[one.path]) for one in marks]
    return Broken(*(np.concatenate(columns) for columns in zip(*first_of_each, strict=True)))


def _at_least(rule: Rule, marks: list[_Marks], group: Group) -> Broken:
    least = rule.at_least.times if rule.at_least else 0
    n = np.bincount(marks[0].path, minlength=len(group.paths))
    few = np.flatnonzero((n < least) & (not group.is_open))
    return Broken(few, group.paths.lengths[few], np.full(len(few), -1))


def _at_most(rule: Rule, marks: list[_Marks], group: Group) -> Broken:
    del group
    most = rule.at_most.times if rule.at_most else 0
    path = marks[0].path
    rank = np.arange(len(path)) - np.searchsorted(path, path, side="left")
    return _picked(marks[0], rank >= most)


_JUDGES = {
    "response": _response,
    "precedence": _precedence,
    "succession": _succession,
    "not_after": _not_after,
    "exclusive": _exclusive,
    "at_least": _at_least,
    "at_most": _at_most,
}
