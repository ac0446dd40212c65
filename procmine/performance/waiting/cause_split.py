"""Every instant of waiting has one cause: the rules, over arrays of activity instances.

The working life of each resource is cut at every start and end into segments in which nothing changes.
What a segment is to somebody who waits – busy with older work, busy with younger work, at work but
idle, away – follows from the earliest enabled time of what was done in it, so a waiting time is a range
of segments and its causes are sums over that range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.core.log.sorted_groups import last_before
from procmine.performance.ground.batches import batches
from procmine.performance.ground.range_queries import SumsBelow, minima

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.clock.personal_clocks import PersonalClocks

    Integers = NDArray[np.int64]
    Measure = Callable[[Integers, Integers, Integers], Integers]

IDLE, ANY = 2**62, -(2**62)


class WaitingSplit(NamedTuple):
    """The waiting time of every instance by cause, µs, and the batch each was done in."""

    causes: Mapping[str, Integers]
    batch: Integers


@dataclass(frozen=True, eq=False)
class InstanceArrays:
    """Activity instances as arrays, one place each.

    Attributes
    ----------
    resource, desk
        Numbers of the resource and of the pair of resource and activity.
    enabled, start, end
        µs UTC; enabled no later than start.
    """

    resource: Integers
    desk: Integers
    enabled: Integers
    start: Integers
    end: Integers


def split_waiting(
    work: InstanceArrays, clocks: PersonalClocks | None, gap: int = 0, *, in_hours: bool = False
) -> WaitingSplit:
    """The waiting time [enabled, start] of every instance by its causes.

    ::

        enabled        full                                                          start         end
           ├─────────────┼────────────┬────────────────┬────────────┬────────────────┼━━━━━━━━━━━━━━┥
           │ until the   │ busy with  │ busy with      │ at work    │ away           │ its own work
           │ batch is    │ older work │ younger work   │ but idle   │                │
           │ complete    │            │                │            │                │
           │ batching    │ contention │ prioritization │ extraneous │ unavailability │

    From `full` on they come in any order. What a resource did is one line of segments, cut where something begins
    or ends; a segment is of older work if the earliest enabled time of what was done in it is no later than ours::

        work of the resource   ━━━━A━━━━━━━        ━━━━━B━━━━
                                     ━━━━━━━━━C━━━━━━━━
        segments               │  1  │ 2 │    3    │ 4 │  5  │
        earliest enabled          A    A,C     C    B,C    B

    Parameters
    ----------
    clocks
        Working hours of the resources, by their numbers; without them nothing is unavailability.
    gap
        Longest idle time inside a batch, µs.
    in_hours
        Measure every cause in the hours of the resource instead of natural time: then nothing is unavailability.

    References
    ----------
    Lashkevich, Milani, Chapela-Campa, Suvorau and Dumas, Why am I waiting? Data-driven analysis of
    waiting times in business processes, CAiSE 2023, doi 10.1007/978-3-031-34560-9_11.
    """
    batch = batches(work.desk, work.enabled, work.start, work.end, gap)
    collected = np.full(int(batch.max(initial=-1)) + 1, ANY, dtype=np.int64)
    np.maximum.at(collected, batch, work.enabled)
    full = np.minimum(collected[batch], work.start)
    measure = _natural if clocks is None or not in_hours else _worked_by(clocks)
    line = _TimeLine.of(work, full, measure)
    busy = line.busy
    older = _older(work, line, batch, full)
    away = np.zeros_like(full) if clocks is None or in_hours else _away(work, line, clocks, full)
    rest = measure(work.resource, full, work.start) - busy - away
    causes = {
        "batching": measure(work.resource, work.enabled, full),
        "contention": older,
        "prioritization": busy - older,
        "unavailability": away,
        "extraneous": rest,
    }
    return WaitingSplit(causes, batch)


def _natural(_whose: Integers, begin: Integers, end: Integers) -> Integers:
    return end - begin


def _worked_by(clocks: PersonalClocks) -> Measure:
    def worked(whose: Integers, begin: Integers, end: Integers) -> Integers:
        found: Integers = clocks.worked(whose, end) - clocks.worked(whose, begin)
        return found

    return worked


@dataclass(frozen=True, eq=False)
class _TimeLine:
    """The segments of all resources, by resource and time; each ends where the next one begins.

    Attributes
    ----------
    since
        The moment from which each instance is asked about, no later than its start.
    measure
        How long it is between two moments for a resource.
    begin, end, length
        The two moments of each segment, and how long it is by that measure.
    at, until
        Place of each instance's start and end among the segments.
    lowest
        Earliest enabled time of what was done in the segment; `IDLE` if nothing was.
    """

    work: InstanceArrays
    since: Integers
    measure: Measure
    resource: Integers
    begin: Integers
    end: Integers
    length: Integers
    at: Integers
    until: Integers
    lowest: Integers

    @classmethod
    def of(cls, work: InstanceArrays, since: Integers, measure: Measure) -> _TimeLine:
        n = len(work.start)
        whose = np.concatenate([work.resource, work.resource])
        moments = np.concatenate([work.start, np.maximum(work.end, work.start)])
        order = np.lexsort((moments, whose))
        whose, sorted_moments = whose[order], moments[order]
        is_new = np.ones(len(order), dtype=bool)
        is_new[1:] = (whose[1:] != whose[:-1]) | (sorted_moments[1:] != sorted_moments[:-1])
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.cumsum(is_new) - 1
        resource, begin = whose[is_new], sorted_moments[is_new]
        end = begin.copy()
        end[:-1] = np.where(resource[1:] == resource[:-1], begin[1:], begin[:-1])
        length = measure(resource, begin, end)
        at, until = places[:n], places[n:]
        lowest = minima(len(begin), at, until, work.enabled, IDLE)
        return cls(work, since, measure, resource, begin, end, length, at, until, lowest)

    @cached_property
    def place(self) -> tuple[Integers, Integers]:
        """For each instance the first whole segment after `since`, and the one that `since` cuts (−1 for none)."""
        cut = last_before(self.resource, self.begin, self.work.resource, self.since)
        first = np.where(cut >= 0, cut + 1, np.searchsorted(self.resource, self.work.resource))
        return first, cut

    def rest_of_cut(self, weights: Integers, at: Integers) -> Integers:
        """What is left of the cut segment after `since`, where that counts and lies before a place."""
        _, cut = self.place
        counts = (cut >= 0) & (cut < at) & (weights[np.maximum(cut, 0)] != 0)
        end = np.where(counts, self.end[np.maximum(cut, 0)], self.since)
        return self.measure(self.work.resource, self.since, end)

    @cached_property
    def busy_length(self) -> Integers:
        """The length of each segment in which something was done, else 0."""
        return np.where(self.lowest < IDLE, self.length, 0)

    @cached_property
    def busy(self) -> Integers:
        """How long the resource was busy between `since` and the start, for each instance."""
        found: Integers = self.sum_of(self.busy_length) + self.rest_of_cut(self.busy_length, self.at)
        return found

    def sum_of(self, weights: Integers) -> Integers:
        """The sum of the whole segments between `since` and the start, for each instance."""
        sums = np.concatenate([[0], np.cumsum(weights)])
        first, _ = self.place
        found: Integers = sums[np.maximum(self.at, first)] - sums[first]
        return found


def _older(work: InstanceArrays, line: _TimeLine, batch: Integers, full: Integers) -> Integers:
    """How long the resource was busy with work enabled no later than ours, between `full` and the start."""
    head = np.full(int(batch.max(initial=-1)) + 1, IDLE, dtype=np.int64)
    np.minimum.at(head, batch, line.at)
    first, cut = line.place
    until = head[batch]
    sums = SumsBelow(line.lowest, line.busy_length)
    before = sums(first, np.maximum(until, first), full)
    is_older = line.lowest[np.maximum(cut, 0)] <= full
    partly = np.where(is_older, line.rest_of_cut(line.busy_length, until), 0)
    return before + partly + _older_in_batch(work, line, batch, head)


def _older_in_batch(work: InstanceArrays, line: _TimeLine, batch: Integers, head: Integers) -> Integers:
    """The same from the beginning of the own batch to the start: against its members our own enabled time counts."""
    size = np.bincount(batch, minlength=len(head))
    last = np.full(len(head), -1, dtype=np.int64)
    np.maximum.at(last, batch, line.at)
    widths = np.where(size > 1, last - head, 0)
    offsets = np.concatenate([[0], np.cumsum(widths)])
    found = np.zeros(len(batch), dtype=np.int64)
    if not offsets[-1]:
        return found
    of_batch = np.repeat(np.arange(len(head)), widths)
    segment = np.arange(offsets[-1]) - offsets[of_batch] + head[of_batch]
    members = np.flatnonzero(widths[batch] > 0)
    own = batch[members]
    begin = offsets[own] + line.at[members] - head[own]
    end = np.minimum(offsets[own] + line.until[members] - head[own], offsets[own + 1])
    begin = np.minimum(begin, offsets[own + 1])
    lowest = minima(len(segment), begin, end, work.enabled[members], IDLE)
    lowest[_others_older(work, line, batch, (of_batch, segment), (begin, end))] = ANY
    found[members] = SumsBelow(lowest, np.where(lowest < IDLE, line.length[segment], 0))(
        offsets[own], begin, work.enabled[members]
    )
    return found


def _others_older(
    work: InstanceArrays,
    line: _TimeLine,
    batch: Integers,
    segments: tuple[Integers, Integers],
    spans: tuple[Integers, Integers],
) -> NDArray[np.bool_]:
    """In which segments of batches – their batch and their number – something else was done, enabled by when the batch was.

    Counted, so that no pair of instances is ever written down: what was going on, less the members.
    """
    of_batch, segment = segments
    members = _going_on(len(segment), *spans)
    others = _going_on(len(line.begin), line.at, line.until)[segment] > members
    found = np.zeros(len(segment), dtype=bool)
    if not others.any():
        return found
    collected = np.full(int(batch.max()) + 1, ANY, dtype=np.int64)
    np.maximum.at(collected, batch, work.enabled)
    where, bounds = segment[others], collected[of_batch[others]]
    lasting = line.until > line.at
    n_older = np.zeros(len(where), dtype=np.int64)
    for places, sign in ((line.at, 1), (line.until, -1)):
        order = np.argsort(places[lasting], kind="stable")
        reached = np.searchsorted(places[lasting][order], where, side="right")
        count = SumsBelow(work.enabled[lasting][order], np.ones(len(order), dtype=np.int64))
        n_older += sign * count(np.zeros_like(reached), reached, bounds)
    found[others] = n_older > members[others]
    return found


def _going_on(n: int, begins: Integers, ends: Integers) -> Integers:
    """How many ranges cover each place."""
    lasting = ends > begins
    changes = np.bincount(begins[lasting], minlength=n + 1) - np.bincount(ends[lasting], minlength=n + 1)
    found: Integers = np.cumsum(changes)[:n]
    return found


def _away(work: InstanceArrays, line: _TimeLine, clocks: PersonalClocks, full: Integers) -> Integers:
    """How long the resource was neither at work nor busy between `full` and the start."""
    open_time = clocks.worked(work.resource, work.start) - clocks.worked(work.resource, full)
    worked = clocks.worked(line.resource, line.end) - clocks.worked(line.resource, line.begin)
    closed = np.where(line.busy_length > 0, line.length - worked, 0)
    partly = line.rest_of_cut(line.busy_length, line.at)
    open_partly = clocks.worked(work.resource, full + partly) - clocks.worked(work.resource, full)
    away: Integers = work.start - full - open_time - (line.sum_of(closed) + partly - open_partly)
    return away
