"""A world: an office over some months, what it exports, and what is true of it.

A larger world is several offices of the usual size side by side, so that people are as busy as ever.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import ClassVar

from procmine.core.text.words import Words
from procmine.samples.causes import CAUSES, causes_of
from procmine.samples.hours import workdays
from procmine.samples.office import Office, OfficePerson, OfficeWork, Steps
from procmine.samples.truth import Happened, PlantedFault, Truth

Progress = Callable[[int], None]
"""Told how many more cases are done."""


_NO_CAUSES: Mapping[str, int] = MappingProxyType({})


def _silent(n: int) -> None:
    del n


@dataclass(eq=False, slots=True)
class Case:
    """One case: its number, what is known of it, and the work done for it."""

    id: str
    arrival: int
    facts: dict[str, str]
    works: list[OfficeWork] = field(default_factory=list)


class World(ABC):
    """One simulated company.

    Attributes
    ----------
    usual
        Cases of one office in the period.
    """

    name: ClassVar[str]
    title: ClassVar[Words]
    first: ClassVar[date]
    last: ClassVar[date]
    usual: ClassVar[int]
    seed: ClassVar[int]
    staff: ClassVar[Sequence[OfficePerson]]

    def __init__(self, n_cases: int | None = None, seed: int | None = None) -> None:
        self.n_cases = self.usual if n_cases is None else n_cases
        self.truth = Truth(self.name, self.seed if seed is None else seed, self.n_cases, self.faults())
        self.cases: list[Case] = []
        self.works: list[OfficeWork] = []
        self.people: list[OfficePerson] = []

    # ── what each world says of itself ────────────────────────────────────────────────────────

    @abstractmethod
    def faults(self) -> dict[str, PlantedFault]:
        """The faults to be planted, without their cases."""

    @abstractmethod
    def describe(self, dice: Random) -> dict[str, str]:
        """What is known of a new case."""

    @abstractmethod
    def steps(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        """The way of a case through the office.

        Parameters
        ----------
        name_of
            The name that somebody of the staff has in this office.
        """

    @abstractmethod
    def case_id(self, number: int) -> str:
        """The number that the systems give a case."""

    @abstractmethod
    def exports(self) -> Iterator[tuple[str, bytes]]:
        """The files that the systems write, by name; fills `truth.expected`."""

    # ── simulation ────────────────────────────────────────────────────────────────────────────

    def simulate(self, progress: Progress = _silent) -> None:
        """Let the company work through its period."""
        n_offices = max(1, math.ceil(self.n_cases / self.usual))
        for i in range(n_offices):
            n = self.n_cases // n_offices + (i < self.n_cases % n_offices)
            self._simulate_office(i, n, progress)
        self._plant_waiting()

    def _simulate_office(self, i: int, n: int, progress: Progress) -> None:
        dice = Random(f"{self.name}-{self.truth.seed}-{i}")  # noqa: S311
        staff = [replace(person, name=self._name(person.name, i)) for person in self.staff]
        office = Office(staff, self.first, self.last, dice)
        cases = self._arriving(len(self.cases), n, dice)
        self.cases += cases
        office.run((case.arrival, self.steps(office, case, lambda name: self._name(name, i))) for case in cases)
        causes = causes_of(office.works, {name: desk.hours for name, desk in office.desks.items()})
        by_id = {case.id: case for case in cases}
        for work in office.works:
            by_id[work.case].works.append(work)
        places = {id(work): place for place, work in enumerate(office.works)}
        for case in cases:
            case.works.sort(key=lambda work: (work.end is None, work.end or work.enabled, places[id(work)]))
            for position, work in enumerate(case.works):
                self.truth.happened.append(self._happened(position, work, causes.get(places[id(work)], _NO_CAUSES)))
        self.works += office.works
        self.people += staff
        progress(n)

    def _name(self, name: str, i: int) -> str:
        return name if i == 0 else f"{name}{i + 1}"

    def _arriving(self, before: int, n: int, dice: Random) -> list[Case]:
        """Cases in the order of their arrival, most of them in working hours."""
        days = workdays(self.first, self.last)
        moments = sorted(self._arrival(dice.choice(days), dice) for _ in range(n))
        cases = []
        for number, moment in enumerate(moments, before + 1):
            cases.append(Case(self.case_id(number), moment, self.describe(dice)))
        return cases

    def _arrival(self, day: date, dice: Random) -> int:
        minutes = dice.triangular(8 * 60, 19 * 60, 10 * 60)
        return (day - self.first).days * 86_400 + round(minutes * 60)

    def _happened(self, position: int, work: OfficeWork, causes: Mapping[str, int]) -> Happened:
        start, end = (None if one is None else self.moment(one) for one in (work.start, work.end))
        return Happened(work.case, position, work.node, work.worker, self.moment(work.enabled), start, end, causes)

    def _plant_waiting(self) -> None:
        """Faults of waiting are in the cases that waited for that cause with that person."""
        about = [(fault, fault.about["resource"]) for fault in self.truth.faults.values() if fault.kind in CAUSES]
        for one in self.truth.happened:
            for fault, person in about:
                begin, end = (datetime.combine(day, time()) for day in fault.period)
                inside = one.start is not None and one.start >= begin and one.enabled < end + timedelta(days=1)
                theirs = one.worker.rstrip("0123456789") == person
                node = fault.about.get("node", one.node)
                if inside and theirs and node == one.node and one.causes.get(fault.kind):
                    fault.cases.append(one.case_id)

    # ── for the exports ───────────────────────────────────────────────────────────────────────

    def done(self, nodes: Callable[[str], bool]) -> list[OfficeWork]:
        """Finished work of some nodes, oldest first."""
        done = [work for work in self.works if work.end is not None and nodes(work.node)]
        return sorted(done, key=lambda work: (work.end or 0, work.case))

    def dice(self, export: str) -> Random:
        """Dice of their own for one export: what one file holds does not change another."""
        return Random(f"{self.name}-{self.truth.seed}-{export}")  # noqa: S311

    # ── times ─────────────────────────────────────────────────────────────────────────────────

    def moment(self, seconds: int) -> datetime:
        """The local time of a moment in the office."""
        return datetime.combine(self.first, time()) + timedelta(seconds=seconds)

    def whole(self) -> tuple[date, date]:
        """The whole period."""
        return self.first, self.last
