"""What a project says beside its exports that its log never shows: told with what reading assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from procmine.core.clock.personal_clocks import everybody, personal_clocks
from procmine.core.log.import_report import Note
from procmine.core.text.likely_names import nearest
from procmine.core.text.words import Words, joined

if TYPE_CHECKING:
    from procmine.core.clock.calendar import Pause, WorkCalendar
    from procmine.core.log.eventlog import EventLog


def project_notes(
    log: EventLog,
    *,
    calendars: Sequence[WorkCalendar],
    pauses: Sequence[Pause],
    countersigned: Iterable[str],
    system_actors: Sequence[str],
    paid_roles: Iterable[str] = (),
) -> Iterator[Note]:
    """Holidays that are not published, and names of activities, people and groups that never occur."""
    clocks = [personal_clocks(log, one, everybody(one)) for one in calendars]
    if years := sorted({year for one in clocks for year in one.unpublished}):
        yield _note("holidays_unpublished", years=", ".join(map(str, years)))
    asked = (
        ("pauses_unused", "activity", {name for one in pauses for name in (*one.from_, *one.until)}),
        ("countersign_unused", "activity", set(countersigned)),
        ("calendar_resources_unused", "resource", {name for one in calendars for name in one.resources}),
        ("calendar_groups_unused", "group", {name for one in calendars for name in one.groups}),
        ("cost_roles_unused", "role", set(paid_roles)),
    )
    actors = set(system_actors)
    columns = {column for _, column, names in asked if names} | ({"resource"} if actors else set())
    known = {column: _values(log, column) for column in columns}
    for code, column, names in asked:
        yield from _unused(code, names, known.get(column, ()))
    people = known.get("resource", ())
    if people and actors.isdisjoint(people):
        yield from _unused("system_actors_unused", actors, people)


def _unused(code: str, named: set[str], known: Sequence[str]) -> Iterator[Note]:
    """A note on the names that are not known, each with the nearest that is."""
    absent = sorted(named.difference(known))
    if absent:
        near = [(name, nearest(name, known)) for name in absent]
        meant = Words("{name}（是不是“{other}”？）", "{name} (did you mean {other!r}?)")
        yield _note(code, names=joined(meant.filled(name=name, other=other) if other else name for name, other in near))


def _note(code: str, **facts: str | Words) -> Note:
    return Note(code=code, level="warning", facts=dict(facts))


def _values(log: EventLog, column: str) -> list[str]:
    if column not in log.all_events.columns:
        return []
    found = log.all_events.select(value=log.all_events[column].cast("string")).distinct()
    return sorted(set(found.to_pyarrow()["value"].to_pylist()) - {None})
