"""Limits of cases in microseconds, and how long something really took by the clock of its limit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.conformance.standard.limits import Limit, LimitByClass
from procmine.core.clock.calendar import Sla, WorkCalendar, week_of
from procmine.core.log.engine import fetch_in_order
from procmine.performance.ground.elapsed import CaseClock

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from procmine.core.log.eventlog import EventLog
    from procmine.core.text.words import Language

NO_LIMIT = -1
_MOST_EVENTS = 1 << 32
_NATURAL_DAY = 86_400_000_000


class CaseLimits(NamedTuple):
    """Per row: the limit in µs, -1 for none, and whether it counts natural time."""

    length: np.ndarray
    is_natural: np.ndarray


def limits_of(within: Limit | LimitByClass, cases: pd.DataFrame, day: int) -> CaseLimits:
    """The limit of each case.

    Parameters
    ----------
    cases
        With the attribute that decides the class, if any.
    day
        Length of a working day in µs.
    """
    n = len(cases)
    if isinstance(within, Limit):
        return CaseLimits(np.full(n, within.microseconds(day)), np.full(n, within.natural))
    values = cases[within.by]
    length = np.full(n, NO_LIMIT if within.other is None else within.other.microseconds(day))
    natural = np.full(n, within.other is not None and within.other.natural)
    text = values.astype("str").where(values.notna(), "")
    for value, limit in within.limits.items():
        here = (text == value).to_numpy(bool)
        length[here], natural[here] = limit.microseconds(day), limit.natural
    return CaseLimits(length, natural)


@dataclass(frozen=True, eq=False)
class Clocks:
    """The clocks by which the limits of a log are measured: working time or natural time, both less pauses.

    Attributes
    ----------
    sla
        Calendar and pauses.
    """

    log: EventLog
    sla: Sla

    @cached_property
    def day(self) -> int:
        """Length of a working day in µs, for limits in working days."""
        return working_day(self.sla.calendar)

    @cached_property
    def _working(self) -> CaseClock:
        return CaseClock.of(self.log, self.sla)

    @cached_property
    def _natural(self) -> CaseClock:
        return CaseClock.of(self.log, self.sla.model_copy(update={"calendar": None}))

    def took(self, case_index: np.ndarray, begins: np.ndarray, ends: np.ndarray, is_natural: np.ndarray) -> np.ndarray:
        """Time between instants of cases, µs: working time, or natural time where asked, less pauses."""
        elapsed = np.zeros(len(begins), np.int64)
        for rows, natural in ((~is_natural, False), (is_natural, True)):
            if rows.any():
                clock = self._natural if natural else self._working
                elapsed[rows] = clock.between(case_index[rows], begins[rows], ends[rows])
        return elapsed

    def warning(self, language: Language) -> str:
        """That holidays of some years are not published; empty where they all are."""
        return self._working.clock.warning(language)


NEVER = -(1 << 62)


class Moments(NamedTuple):
    """Instants of events, to be looked up by case and place."""

    keys: np.ndarray
    instants: np.ndarray

    @classmethod
    def of(cls, case_index: np.ndarray, position: np.ndarray, instants: np.ndarray) -> Moments:
        """Instants of events by case and position, in that order."""
        return cls(case_index * _MOST_EVENTS + position, instants)

    def at(self, case_index: np.ndarray, place: np.ndarray) -> np.ndarray:
        """The instant of the event at a place (from 1) of a case, µs since 1970; `NEVER` where the log has none."""
        if not len(self.keys):
            return np.full(len(place), NEVER)
        instants: np.ndarray = self.instants[np.searchsorted(self.keys, case_index * _MOST_EVENTS + place)]
        return instants


def moments_of(log: EventLog, activities: Iterable[str]) -> Moments:
    """When the events of some activities were completed."""
    events = log.events.filter(log.events.activity.isin(sorted(set(activities))))
    chosen = events.select("case_index", "position", "timestamp")
    frame = fetch_in_order(chosen, "case_index", "position").to_pandas()
    case, position = frame["case_index"].to_numpy("int64"), frame["position"].to_numpy("int64")
    return Moments.of(case, position, as_microseconds(frame["timestamp"]))


def as_microseconds(times: pd.Series) -> np.ndarray:
    """Naive UTC instants as µs since 1970; `NEVER` where there is none."""
    instants = times.to_numpy("datetime64[us]")
    return np.where(np.isnat(instants), NEVER, instants.astype(np.int64))


def cutoff_of(log: EventLog) -> int:
    """The log's cut-off in µs since 1970."""
    return int(np.datetime64(log.cutoff, "us").astype(np.int64)) if log.cutoff else 0


def working_day(calendar: WorkCalendar | None) -> int:
    """The length of a working day in µs: that of most weekdays of the calendar, of the longest if none prevails.

    Without a calendar it is a natural day.

    Examples
    --------
    >>> working_day(WorkCalendar(hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]})) / 3_600_000_000
    7.5
    """
    if calendar is None or calendar.hours is None:
        return _NATURAL_DAY
    week = week_of(calendar.hours)[:7]
    lengths = Counter(sum(shift.end - shift.begin for shift in day) for day in week if day)
    minutes = max(lengths, key=lambda length: (lengths[length], length), default=24 * 60)
    return minutes * 60_000_000
