"""The clocks of many people at once: whose calendar applies to whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from procmine.core.clock.calendar import WorkCalendar
from procmine.core.clock.workclock import WorkClock, period_of, unpublished_warning
from procmine.core.text.words import Language

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.clock.open_spans import Instants
    from procmine.core.log.eventlog import EventLog

Member = tuple[str | None, str | None]
"""Somebody: resource and group, each None where unknown."""


@dataclass(frozen=True, eq=False)
class PersonalClocks:
    """Few clocks for many people.

    Attributes
    ----------
    clocks
        One per calendar that differs.
    of_member
        For each member asked about, the place of the own clock in `clocks`.
    """

    clocks: tuple[WorkClock, ...]
    of_member: NDArray[np.int64]

    @classmethod
    def over(
        cls,
        calendar: WorkCalendar | None,
        members: Sequence[Member],
        zone: str,
        first: datetime,
        last: datetime,
        *,
        systems: Collection[str] = (),
    ) -> PersonalClocks:
        """The clocks of people over a period; `systems` work round the clock.

        Examples
        --------
        >>> early = {"hours": {"mon-fri": ["06:00-14:00"]}}
        >>> calendar = WorkCalendar.model_validate({"hours": {"mon-fri": ["09:00-18:00"]}, "groups": {"早班": early}})
        >>> members = [("李强", "早班"), ("王芳", "客服"), (None, None)]
        >>> day = datetime(2026, 3, 2)
        >>> PersonalClocks.over(calendar, members, "UTC", day, day).of_member.tolist()
        [0, 1, 1]
        """
        places: dict[tuple[int, ...], int] = {}
        clocks: list[WorkClock] = []
        numbers = np.zeros(len(members), dtype=np.int64)
        for i, (resource, group) in enumerate(members):
            layers = None if calendar is None or resource in systems else calendar.layers(group, resource)
            key = tuple(map(id, layers or ()))
            if key not in places:
                places[key] = len(clocks)
                clocks.append(WorkClock.of_layers(layers, zone, first, last))
            numbers[i] = places[key]
        return cls(tuple(clocks), numbers)

    @property
    def unpublished(self) -> tuple[int, ...]:
        """Years that are not published in any of the calendars."""
        return tuple(sorted({year for clock in self.clocks for year in clock.unpublished}))

    def warning(self, language: Language) -> str:
        """That the holidays of some years are not published; empty where they all are."""
        return unpublished_warning(self.unpublished, language)

    def worked(self, members: NDArray[np.int64], instants: Instants) -> Instants:
        """Working time of each member from the beginning of the period to an instant, µs.

        Parameters
        ----------
        members
            Place of the member among those asked about, one per instant.
        """
        if len(self.clocks) == 1:
            return self.clocks[0].worked(instants)
        numbers = self.of_member[members]
        order = np.argsort(numbers, kind="stable")
        bounds = np.searchsorted(numbers[order], np.arange(len(self.clocks) + 1))
        found = np.zeros(len(instants), dtype=np.int64)
        for i, clock in enumerate(self.clocks):
            own = order[bounds[i] : bounds[i + 1]]
            found[own] = clock.worked(instants[own])
        return found


def personal_clocks(
    log: EventLog, calendar: WorkCalendar | None, members: Sequence[Member], *, systems: Collection[str] = ()
) -> PersonalClocks:
    """The clocks of people over everything that a log tells of; `systems` work round the clock."""
    return PersonalClocks.over(calendar, members, log.zone, *period_of(log), systems=systems)


def everybody(calendar: WorkCalendar) -> list[Member]:
    """Everybody whose hours a calendar knows: people in general, its groups, its resources."""
    return [(None, None), *((None, group) for group in calendar.groups), *((name, None) for name in calendar.resources)]
