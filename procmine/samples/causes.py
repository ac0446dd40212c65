"""Why each piece of work waited, as the office that did it knows: the truth that analyses are held to.

An instant of waiting has one cause, by the precedence of the field's rules (Lashkevich et al., Why am
I Waiting?, CAiSE 2023): collected for a batch, behind older work of the same person, behind younger
work of the same person, outside of working hours, anything else. Batches, hours and who was busy with
what are known here, not guessed. This reference is slow on purpose: every instant is asked on its own.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from procmine.samples.hours import Hours
from procmine.samples.office import OfficeWork

CAUSES = ("batching", "contention", "prioritization", "unavailability", "extraneous")


def causes_of(works: Sequence[OfficeWork], hours: Mapping[str, Hours]) -> dict[int, dict[str, int]]:
    """Seconds of waiting by cause, for each piece of work that was begun, by its place in the sequence.

    Parameters
    ----------
    hours
        Working hours of each person; what others do (systems, customers) never waits.
    """
    by_worker: dict[str, list[OfficeWork]] = {}
    for work in works:
        if work.start is not None and work.worker in hours:
            by_worker.setdefault(work.worker, []).append(work)
    done_by = {worker: _Done.of(done) for worker, done in by_worker.items()}
    collected: dict[tuple[str, int], int] = {}
    for work in works:
        if work.batch:
            key = (work.worker, work.batch)
            collected[key] = max(collected.get(key, 0), work.enabled)
    found = {}
    for place, work in enumerate(works):
        if work.start is not None and work.worker in hours and work.start > work.enabled:
            full = collected.get((work.worker, work.batch), work.enabled) if work.batch else work.enabled
            found[place] = _split(work, min(full, work.start), done_by[work.worker], hours[work.worker])
    return found


class _Done(NamedTuple):
    """What one person did, one thing after the other."""

    works: list[OfficeWork]
    starts: list[int]
    ends: list[float]

    @classmethod
    def of(cls, works: list[OfficeWork]) -> _Done:
        works.sort(key=lambda work: work.start or 0)
        ends = [math.inf if work.end is None else work.end for work in works]
        return cls(works, [work.start or 0 for work in works], ends)

    def between(self, begin: int, end: int) -> list[OfficeWork]:
        """What was going on after one moment and begun before another."""
        return self.works[bisect_right(self.ends, begin) : bisect_left(self.starts, end)]


def _split(work: OfficeWork, full: int, done: _Done, hours: Hours) -> dict[str, int]:
    """The causes of one piece's waiting; its batch was complete at `full`."""
    begin, end = work.enabled, work.start or 0
    near = [other for other in done.between(begin, end) if other is not work]
    at_work = hours.spans(begin, end)
    marks = {begin, end, full, *(moment for span in at_work for moment in span)}
    marks |= {moment for other in near for moment in (other.start, other.end) if moment and begin < moment < end}
    cuts = sorted(mark for mark in marks if begin <= mark <= end)
    found = dict.fromkeys(CAUSES, 0)
    for left, right in itertools.pairwise(cuts):
        found[_cause(left, right, work, full, near, at_work)] += right - left
    return found


def _cause(
    left: int, right: int, work: OfficeWork, full: int, near: Sequence[OfficeWork], at_work: Sequence[tuple[int, int]]
) -> str:
    if right <= full:
        return "batching"
    busy = [other for other in near if (other.start or 0) <= left and (other.end is None or other.end >= right)]
    if any(other.enabled <= _effective(work, other, full) for other in busy):
        return "contention"
    if busy:
        return "prioritization"
    if not any(begin <= left and right <= end for begin, end in at_work):
        return "unavailability"
    return "extraneous"


def _effective(work: OfficeWork, other: OfficeWork, full: int) -> int:
    """Since when our work counts as waiting: for others than its batch, since the batch was complete."""
    same_batch = work.batch and other.batch == work.batch and other.worker == work.worker
    return work.enabled if same_batch else full
