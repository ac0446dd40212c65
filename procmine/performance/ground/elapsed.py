"""Elapsed time as limits count it: working time between two instants of a case, less the pauses of its clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from procmine.core.clock.calendar import Pause, Sla
from procmine.core.clock.workclock import WorkClock, clock_of
from procmine.core.log.sorted_groups import first_after, last_before

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.log.eventlog import EventLog

    Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CaseClock:
    """A clock that runs in working hours and stands while a case is paused.

    Attributes
    ----------
    clock
        The clock of the calendar of limits.
    cases, begins, ends
        The pauses: case, and span in µs UTC; sorted by case and time, apart within a case.
    """

    clock: WorkClock
    cases: Integers
    begins: Integers
    ends: Integers

    @classmethod
    def of(cls, log: EventLog, sla: Sla) -> CaseClock:
        """The clock by which the limits of a log are measured.

        A pause begins with each event of its `from` activities, at completion, and lasts until the next
        event of its `until` activities – where these are left out, until the next event of the case. One
        that never ends lasts on. Pauses that overlap count once.
        """
        clock = clock_of(log, sla.calendar)
        spans = [span for pause in sla.pauses for span in _spans(log, pause, clock.covers[1])]
        if not spans:
            return cls(clock, *(np.zeros(0, np.int64) for _ in range(3)))
        joined = (np.concatenate(column) for column in zip(*spans, strict=True))
        return cls(clock, *joined_pauses(*joined))

    @property
    def is_natural(self) -> bool:
        """Whether there is no calendar."""
        return self.clock.is_natural

    @cached_property
    def _before(self) -> Integers:
        """Paused working time before each pause."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.clock.between(self.begins, self.ends))])

    def between(self, cases: Integers, begins: Integers, ends: Integers) -> Integers:
        """Elapsed time of cases between instants, µs; negative where the end is before the beginning.

        Parameters
        ----------
        cases
            `case_index`, one per pair of instants.
        begins, ends
            µs since 1970 UTC, inside the period of the log.
        """
        natural = self.clock.between(begins, ends)
        if not len(self.cases):
            return natural
        return natural - (self._paused(cases, ends) - self._paused(cases, begins))

    def _paused(self, cases: Integers, instants: Integers) -> Integers:
        """Working time paused so far, from the first pause of any case; differences within a case are its own."""
        i = last_before(self.cases, self.begins, cases, instants)
        first = np.searchsorted(self.cases, cases)
        at = np.maximum(i, 0)
        inside = self.clock.between(self.begins[at], np.minimum(instants, self.ends[at]))
        return np.where(i < 0, 0, self._before[at] - self._before[first] + inside)


def elapsed(log: EventLog, sla: Sla, cases: Integers, begins: Integers, ends: Integers) -> Integers:
    """Elapsed time of cases between instants: working time in the calendar of limits, less the pauses, µs.

    Parameters
    ----------
    cases
        `case_index` of the log, one per pair of instants.
    begins, ends
        µs since 1970 UTC, inside the period of the log; a negative result says that the end is earlier.

    Examples
    --------
    >>> import numpy as np, procmine as pm
    >>> log = pm.six_cases()
    >>> sla = Sla(pauses=(Pause.model_validate({"from": "分类", "until": "处理"}),))
    >>> events = log.events.filter(log.events.case_index == 0).order_by("position").to_pyarrow()
    >>> first, last = (int(events["timestamp"][i].value) for i in (0, 3))
    >>> cases = np.array([0])
    >>> paused = elapsed(log, sla, cases, np.array([first]), np.array([last]))
    >>> (last - first) / 3.6e9, float(paused[0] / 3.6e9)
    (24.0, 18.5)
    """
    return CaseClock.of(log, sla).between(cases, begins, ends)


def _spans(log: EventLog, pause: Pause, last: int) -> Iterator[tuple[Integers, Integers, Integers]]:
    """Case, beginning and end of every pause of one kind; none where the log never shows it."""
    events = log.all_events
    follows = events.mutate(next=events.timestamp.lead().over(group_by="case_index", order_by="position"))
    begun = follows.filter(follows.activity.isin(pause.from_)).order_by("case_index", "position")
    frame = begun.select("case_index", "position", "timestamp", "next").to_pyarrow()
    if not len(frame):
        return
    case, position = (frame[name].to_numpy().astype(np.int64) for name in ("case_index", "position"))
    begins, ends = (
        frame["timestamp"].cast(pa.int64()).to_numpy(),
        frame["next"].cast(pa.int64()).fill_null(last).to_numpy(),
    )
    if pause.until:
        over = events.filter(events.activity.isin(pause.until)).order_by("case_index", "position")
        enders = over.select("case_index", "position", "timestamp").to_pyarrow()
        times = np.append(enders["timestamp"].cast(pa.int64()).to_numpy(), last)
        of_case, at = (enders[name].to_numpy().astype(np.int64) for name in ("case_index", "position"))
        ends = times[first_after(of_case, at, case, position)]
    yield case, begins, ends


def joined_pauses(cases: Integers, begins: Integers, ends: Integers) -> tuple[Integers, Integers, Integers]:
    """Pauses of a case that touch or overlap become one."""
    order = np.lexsort((begins, cases))
    cases, begins, ends = cases[order], begins[order], ends[order]
    is_new = np.concatenate([[True], cases[1:] != cases[:-1]])
    latest = _running_maximum(ends, is_new)
    starts = is_new | np.concatenate([[True], begins[1:] > latest[:-1]])
    firsts = np.flatnonzero(starts)
    return cases[firsts], begins[firsts], np.maximum.reduceat(ends, firsts)


def _running_maximum(values: Integers, is_new: NDArray[np.bool_]) -> Integers:
    """The largest value so far, anew in every group."""
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = np.arange(len(values))
    group = np.cumsum(is_new) - 1
    highest = np.maximum.accumulate(ranks + group * len(values))
    found: Integers = values[order][highest - group * len(values)]
    return found
