"""A made-up office at work: cases ask for work, people do it when they can, and why it waited is known.

A discrete-event simulation (SimPy). Work of a role waits in one queue, work for a person in theirs.
People take a breath after each piece; one who works in batches collects pieces until the time set
for it and does them in one go.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Any, Literal

import simpy

from procmine.samples.hours import OFFICE, Hours, Shift, workdays

Steps = Generator[simpy.Event, Any, Any]


@dataclass(frozen=True)
class Batches:
    """Work that somebody collects: nodes, and the weekdays (Monday = 0) and the time at which it is done."""

    nodes: tuple[str, ...]
    weekdays: tuple[int, ...]
    at: time


@dataclass(frozen=True)
class OfficePerson:
    """Somebody of the office.

    Attributes
    ----------
    order
        Which waiting piece comes first: the oldest, the newest (first-in-first-out is broken), or the
        one of the highest class.
    """

    name: str
    role: str
    group: str
    shifts: tuple[Shift, ...] = OFFICE
    absent: tuple[tuple[date, date], ...] = ()
    order: Literal["oldest", "newest", "class"] = "oldest"
    batches: Batches | None = None
    pace: float = 1.0


@dataclass(eq=False, slots=True)
class OfficeWork:
    """One activity instance: who did it and when, in seconds since the office's first midnight.

    Attributes
    ----------
    batch
        Number of the batch it was done in; 0 for none.
    """

    case: str
    node: str
    worker: str
    enabled: int
    start: int | None = None
    end: int | None = None
    batch: int = 0
    action: str = ""


@dataclass(eq=False)
class _OfficeTask:
    work: OfficeWork
    seconds: int
    urgency: int
    done: simpy.Event


class Office:
    """People, their queues, and everything that was done.

    Attributes
    ----------
    works
        Every piece of work asked for, in the order of asking; unfinished ones have no end.
    """

    def __init__(self, staff: Sequence[OfficePerson], first: date, last: date, dice: Random) -> None:
        self.first, self.last, self.dice = first, last, dice
        self.env = simpy.Environment()
        self.works: list[OfficeWork] = []
        self.n_batches = 0
        self.desks = {person.name: _Desk(self, person) for person in staff}
        self.roles: dict[str, list[_Desk]] = {}
        self.queues: dict[str, list[_OfficeTask]] = {person.role: [] for person in staff}
        for desk in self.desks.values():
            self.roles.setdefault(desk.person.role, []).append(desk)
            self.env.process(desk.run())

    @property
    def now(self) -> int:
        """Seconds since the first midnight."""
        return int(self.env.now)

    def today(self) -> date:
        """The day it is in the office."""
        return self.first + timedelta(seconds=self.now)

    def run(self, arrivals: Iterator[tuple[int, Steps]]) -> None:
        """Let cases come at their moments, and work until the end of the last day."""
        self.env.process(self._arrive(arrivals))
        self.env.run(until=((self.last - self.first).days + 1) * 86_400)

    def _arrive(self, arrivals: Iterator[tuple[int, Steps]]) -> Steps:
        for moment, steps in arrivals:
            if moment > self.now:
                yield self.env.timeout(moment - self.now)
            self.env.process(steps)

    def do(
        self, case: str, node: str, who: str, minutes: float, *, hold: float = 0, urgency: int = 0, action: str = ""
    ) -> Steps:
        """Have a node done by a role or a person; gives the work when it is done.

        Parameters
        ----------
        minutes
            Working time it takes on average.
        hold
            Hours during which it has arrived and cannot be begun, for a reason outside of the office.
        """
        task = _OfficeTask(
            OfficeWork(case, node, "", self.now, action=action), self._seconds(minutes), urgency, simpy.Event(self.env)
        )
        self.works.append(task.work)
        if hold:
            yield self.env.timeout(round(hold * 3600))
        if who in self.desks:
            self.desks[who].own.append(task)
            self.desks[who].ring()
        else:
            self.queues[who].append(task)
            for desk in self.roles[who]:
                desk.ring()
        yield task.done
        return task.work

    def note(self, case: str, node: str, worker: str, action: str = "") -> OfficeWork:
        """Something that is recorded the moment it happens: what a system does, or a customer."""
        work = OfficeWork(case, node, worker, self.now, self.now, self.now, action=action)
        self.works.append(work)
        return work

    def pause(self, hours: float) -> Steps:
        """Nothing of the case is with the office for a while."""
        yield self.env.timeout(max(60, round(hours * 3600)))

    def _seconds(self, minutes: float) -> int:
        return max(40, round(60 * minutes * self.dice.lognormvariate(0, 0.4)))


class _Desk:
    """One person at work."""

    def __init__(self, office: Office, person: OfficePerson) -> None:
        self.office, self.person = office, person
        away = [begin + timedelta(days=i) for begin, end in person.absent for i in range((end - begin).days + 1)]
        self.hours = Hours(office.first, office.last, person.shifts, away)
        self.own: list[_OfficeTask] = []
        self.bell = simpy.Event(office.env)
        self.releases = self._releases()

    def _releases(self) -> list[int]:
        batches = self.person.batches
        if batches is None:
            return []
        first = self.office.first
        at = batches.at.hour * 3600 + batches.at.minute * 60
        days = (day for day in workdays(first, self.office.last) if day.weekday() in batches.weekdays)
        return [(day - first).days * 86_400 + at for day in days]

    def ring(self) -> None:
        """There is work to look at."""
        if not self.bell.triggered:
            self.bell.succeed()

    def run(self) -> Steps:
        """Work through the period."""
        env = self.office.env
        while (begin := self.hours.next_open(self.office.now)) is not None:
            if begin > self.office.now:
                yield env.timeout(begin - self.office.now)
            batch = self._released()
            tasks = batch or self._picked()
            if not tasks:
                yield env.any_of([self._bell(), env.timeout(self._next_look() - self.office.now)])
                continue
            if len(batch) > 1:
                self.office.n_batches += 1
            for task in tasks:
                yield from self._work(task, self.office.n_batches if len(batch) > 1 else 0)
            if not batch:
                yield env.timeout(self.office.dice.randrange(25, 150))

    def _bell(self) -> simpy.Event:
        if self.bell.triggered:
            self.bell = simpy.Event(self.office.env)
        return self.bell

    def _next_look(self) -> int:
        """When to look again if nobody rings: the shift's end, or the next time set for collected work."""
        closing = self.hours.closing(self.office.now)
        return min([closing, *(moment for moment in self.releases[:1] if moment > self.office.now)])

    def _released(self) -> list[_OfficeTask]:
        """All collected work, once its time has come."""
        batches = self.person.batches
        if batches is None or not self.releases or self.releases[0] > self.office.now:
            return []
        while self.releases and self.releases[0] <= self.office.now:
            del self.releases[0]
        return self._taken([task for task in self._waiting() if task.work.node in batches.nodes])

    def _picked(self) -> list[_OfficeTask]:
        collected = self.person.batches.nodes if self.person.batches else ()
        waiting = [task for task in self._waiting() if task.work.node not in collected]
        if not waiting:
            return []
        ranked = {
            "oldest": lambda task: (0, task.work.enabled),
            "newest": lambda task: (0, -task.work.enabled),
            "class": lambda task: (-task.urgency, task.work.enabled),
        }[self.person.order]
        return self._taken([min(waiting, key=ranked)])

    def _waiting(self) -> list[_OfficeTask]:
        return [*self.own, *self.office.queues[self.person.role]]

    def _taken(self, tasks: list[_OfficeTask]) -> list[_OfficeTask]:
        for task in tasks:
            queue = self.own if task in self.own else self.office.queues[self.person.role]
            queue.remove(task)
        return tasks

    def _work(self, task: _OfficeTask, batch: int) -> Steps:
        work, now = task.work, self.office.now
        work.worker, work.start, work.batch = self.person.name, now, batch
        end = self.hours.after(now, round(task.seconds * self.person.pace))
        if end is None:
            yield simpy.Event(self.office.env)
            return
        yield self.office.env.timeout(end - now)
        work.end = end
        task.done.succeed(work)
