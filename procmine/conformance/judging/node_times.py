"""How long every execution of a node took, and whether that was within its limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from procmine.conformance.judging.deviations import JudgedCases
from procmine.conformance.judging.judged_groups import judge_cases
from procmine.conformance.judging.rule_order import points_of
from procmine.conformance.judging.time_limits import (
    NEVER,
    NO_LIMIT,
    CaseLimits,
    Clocks,
    Moments,
    as_microseconds,
    cutoff_of,
    limits_of,
    moments_of,
)
from procmine.conformance.standard.standard import OpenCases, Standard, in_force
from procmine.core.clock.calendar import Sla
from procmine.performance.ground.instances import enabled_instants

if TYPE_CHECKING:
    from procmine.conformance.judging.judged_groups import Group
    from procmine.conformance.standard.parts import Item
    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, eq=False)
class NodeTimes:
    """Executions of nodes, one row each, by case and place; instants are µs since 1970 UTC, lengths µs.

    Attributes
    ----------
    case
        Number of the case among those judged.
    group, node
        Number of its group, and of the node in the group's model.
    place, last_place
        Places of its first and last event in the case, from 1; 0 for a node that an open case waits for.
    arrival, end
        When it arrived (or the point its limit runs from was reached), and its last event; of a node that
        an open case waits for, the log's cut-off.
    limit
        -1 for none.
    elapsed
        From arrival to end by the clock of the limit: working time, or natural time, less pauses.
    """

    case: np.ndarray
    group: np.ndarray
    node: np.ndarray
    place: np.ndarray
    last_place: np.ndarray
    arrival: np.ndarray
    end: np.ndarray
    limit: np.ndarray
    elapsed: np.ndarray

    @property
    def is_done(self) -> np.ndarray:
        """Whether it was done at all."""
        done: np.ndarray = self.place > 0
        return done

    @property
    def is_late(self) -> np.ndarray:
        """Whether it was done later than its limit."""
        late: np.ndarray = self.is_done & self._is_beyond
        return late

    @property
    def is_open_overdue(self) -> np.ndarray:
        """Whether an open case waits for it, and its limit has passed at the cut-off."""
        late: np.ndarray = ~self.is_done & self._is_beyond
        return late

    @property
    def n_overdue(self) -> int:
        """Open cases that wait for a node whose limit has passed at the cut-off."""
        return len(set(self.case[self.is_open_overdue].tolist()))

    def awaited(self) -> NodeTimes:
        """Only the nodes that open cases wait for."""
        return NodeTimes(*(getattr(self, column.name)[~self.is_done] for column in fields(self)))

    @property
    def _is_beyond(self) -> np.ndarray:
        beyond: np.ndarray = (self.limit >= 0) & (self.elapsed > self.limit)
        return beyond

    def frame(self, groups: Sequence[Group], cases: JudgedCases) -> pd.DataFrame:
        """The executions as a frame: case_id and the node's name, naive UTC instants, lengths as timedeltas."""
        names = np.array([name for group in groups for name in group.model.nodes], object)
        firsts = np.concatenate([[0], np.cumsum([len(group.model.nodes) for group in groups])]).astype(np.int64)
        return pd.DataFrame(
            {
                "case_id": cases.frame["case_id"].take(self.case).array,
                "node": names[firsts[self.group] + self.node],
                "position": self.place,
                "last_position": self.last_place,
                "arrival": self.arrival.astype("datetime64[us]"),
                "end": self.end.astype("datetime64[us]"),
                "limit": np.where(self.limit < 0, np.iinfo(np.int64).min, self.limit).astype("timedelta64[us]"),
                "elapsed": self.elapsed.astype("timedelta64[us]"),
                "is_late": self.is_late,
                "is_open_overdue": self.is_open_overdue,
            }
        )


def node_times(groups: Sequence[Group], cases: JudgedCases, clocks: Clocks, *, every_node: bool = False) -> NodeTimes:
    """The executions of nodes that have a limit, with their times.

    The time of an execution runs from its arrival to its last event. Arrival is what the log records, else
    the end of what enabled it (see `performance.ground.instances`), of the first node the start of the case; or
    the last event of the nearest earlier execution of the node named under `since:`, without which it is
    not timed. An open case waits for the node that comes first on the shortest way to its end; that one
    arrived with the case's last event, or the last of the node under `since:`. Activities that the standard
    ignores make nothing arrive: a reminder does not stop the clock.

    Parameters
    ----------
    every_node
        Also those of nodes without a limit.
    """
    rows = [
        row for i, group in enumerate(groups) for row in _Timing(i, group, cases, clocks).rows(every_node=every_node)
    ]
    columns = zip(*rows, strict=True) if rows else [[np.empty(0, np.int64)]] * 9
    whole = [np.concatenate(column) for column in columns]
    order = np.lexsort((whole[2], np.where(whole[3] > 0, whole[3], 1 << 40), whole[0]))
    return NodeTimes(*(column[order] for column in whole))


def times_of_nodes(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    *,
    sla: Sla | None = None,
    open_cases: OpenCases = "prefix",
    every_node: bool = False,
) -> pd.DataFrame:
    """The executions of nodes as a frame, by case and place; see `node_times` and `NodeTimes.frame`.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.standard.standard import Process, Standard
    >>> from procmine.conformance.standard.parts import Item
    >>> nodes = [Item(name=name) for name in ("受理", "分类", "处理", "关闭")]
    >>> standard = Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])
    >>> times_of_nodes(pm.six_cases(), standard, every_node=True).loc[:1, ["case_id", "node", "elapsed"]]
      case_id node         elapsed
    0      C1   受理 0 days 00:00:00
    1      C1   分类 0 days 00:30:00
    """
    groups = judge_cases(log, in_force(standard), open_cases, {})
    cases = JudgedCases.of(groups)
    return node_times(groups, cases, Clocks(log, sla or Sla()), every_node=every_node).frame(groups, cases)


_AT_THE_END = 1 << 40
_Row = tuple["np.ndarray", ...]


class _Waiting(NamedTuple):
    """Something that began and ended: the case, its places (0: not done), and its instants."""

    case: np.ndarray
    place: np.ndarray
    last: np.ndarray
    begin: np.ndarray
    end: np.ndarray


@dataclass(frozen=True, eq=False)
class _Timing:
    """The nodes of one group."""

    number: int
    group: Group
    cases: JudgedCases
    clocks: Clocks

    def rows(self, *, every_node: bool) -> Iterator[_Row]:
        """One row of columns per node."""
        specs = [self.group.version.nodes[name] for name in self.group.model.nodes]
        timed = [i for i, spec in enumerate(specs) if every_node or spec.within is not None]
        if not timed:
            return
        activities = [activity for i in timed for activity in specs[i].activities]
        enabled = enabled_instants(self.clocks.log, self.group.version.ignore)
        ends, arrivals = moments_of(self.clocks.log, activities), Moments.of(*enabled)
        for node in timed:
            yield self._row(node, specs[node], self._done(node, specs[node], ends, arrivals))
            if self.group.is_open:
                yield self._row(node, specs[node], self._awaited(node, specs[node]))

    def _row(self, node: int, spec: Item, one: _Waiting) -> _Row:
        n = len(one.case)
        limits = CaseLimits(np.full(n, NO_LIMIT), np.zeros(n, bool))
        if spec.within is not None:
            limits = limits_of(spec.within, self.cases.frame.iloc[one.case], self.clocks.day)
        begin = np.minimum(one.begin, one.end)
        elapsed = self.clocks.took(self.cases.index[one.case], begin, one.end, limits.is_natural)
        numbers = np.full(n, self.number), np.full(n, node)
        return (one.case, *numbers, one.place, one.last, begin, one.end, limits.length, elapsed)

    def _done(self, node: int, spec: Item, ends: Moments, arrivals: Moments) -> _Waiting:
        """The executions of a node in the cases of the group."""
        done = self.group.done
        mine = np.flatnonzero(self.group.node_of == node)
        since = np.zeros(len(mine), np.int64)
        if spec.since:
            since = self._places_since(done.begun.owner[mine], done.place[mine], spec.since)
        mine, since = mine[since >= 0], since[since >= 0]
        case, which = self.cases.along(done.begun.owner[mine] + self.cases.firsts[self.number])
        place, last, index = done.place[mine[which]], done.last[mine[which]], self.cases.index[case]
        if spec.since:
            return _Waiting(case, place, last, self._since(spec, index, since[which]), ends.at(index, last))
        arrived, starts = arrivals.at(index, place), as_microseconds(self.cases.frame["start"])[case]
        return _Waiting(case, place, last, np.where(arrived == NEVER, starts, arrived), ends.at(index, last))

    def _since(self, spec: Item, index: np.ndarray, place: np.ndarray) -> np.ndarray:
        """When the node under `since:` was done: the instants of its events at these places."""
        return moments_of(self.clocks.log, self.group.version.activities_of(spec.since)).at(index, place)

    def _places_since(self, owner: np.ndarray, before: np.ndarray, name: str) -> np.ndarray:
        """The place of the last event of a node's nearest execution before these places of paths, -1 for none."""
        group, done = self.group, self.group.done
        wide = int(group.paths.lengths.max(initial=0)) + 2
        if name in group.version.nodes:
            here = np.flatnonzero(done.begun.among(group.version.nodes[name].activities))
            path, place = done.begun.owner[here], done.last[here]
        else:
            path, place, _ = points_of(name, group.version, group.paths, done)
        if not len(path):
            return np.full(len(owner), -1, np.int64)
        at = np.searchsorted(path * wide + place, owner * wide + np.minimum(before, wide - 1), side="left") - 1
        is_there = (at >= 0) & (path[np.maximum(at, 0)] == owner)
        return np.where(is_there, place[np.maximum(at, 0)], -1)

    def _awaited(self, node: int, spec: Item) -> _Waiting:
        """The open cases of the group that wait for a node, from its arrival to the cut-off."""
        model, ends = self.group.model, self.group.alignments.ends
        first = {state: (model.way(state, model.final) or [-1])[0] for state in np.unique(ends).tolist()}
        waits = np.array([first[state] == node for state in ends.tolist()], bool)
        path = np.clip(self.cases.path - self.cases.firsts[self.number], 0, len(waits) - 1)
        case = np.flatnonzero((self.cases.group == self.number) & waits[path])
        if spec.since:
            paths = np.arange(len(waits))
            since = self._places_since(paths, np.full(len(paths), _AT_THE_END), spec.since)[path]
            case = case[since[case] > 0]
            begin = self._since(spec, self.cases.index[case], since[case])
        else:
            begin = self._last_events(case, path[case])
        nowhere = np.zeros(len(case), np.int64)
        return _Waiting(case, nowhere, nowhere, begin, np.maximum(begin, cutoff_of(self.clocks.log)))

    def _last_events(self, case: np.ndarray, path: np.ndarray) -> np.ndarray:
        """The instant of the last event of each case that the standard does not ignore; the case's start for none."""
        paths = self.group.paths
        kept = np.flatnonzero(self.group.done.of_event >= 0)
        last = np.zeros(len(paths), np.int64)
        last[paths.owner[kept]] = paths.place[kept] + 1
        ends: np.ndarray = as_microseconds(self.cases.frame["end"])[case]
        last, rows = last[path], paths.begins[path]
        earlier, none = np.flatnonzero((last > 0) & (last < paths.lengths[path])), last == 0
        ends[none] = as_microseconds(self.cases.frame["start"])[case[none]]
        if len(earlier):
            codes = paths.codes[rows[earlier] + last[earlier] - 1]
            known = moments_of(self.clocks.log, [paths.activities[code] for code in np.unique(codes)])
            ends[earlier] = known.at(self.cases.index[case[earlier]], last[earlier])
        return ends
