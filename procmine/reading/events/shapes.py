"""From a file's raw rows to staged events. One shape: a row is an event (`event_rows`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from procmine.core.log.columns import TIMES
from procmine.core.log.engine import has_blanks, literal, quoted, trimmed
from procmine.core.log.import_report import Note
from procmine.core.log.worktime import universal_time
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.events.ids import refuse_broken_sequence, refuse_lost_digits
from procmine.reading.events.mapping import ColumnMap, map_columns
from procmine.reading.events.refusals import UNREADABLE, Refusals, refusals
from procmine.reading.files.raw import FROM_BEGINNING, FROM_END, ROW, RawTable, Reject, lists_newest_first
from procmine.reading.files.source import ReadingPlan, Source
from procmine.reading.times.not_given import doubt_notes, person_note, says_nothing, texts_of
from procmine.reading.times.time_formats import FORMATS, NUMBERS, number_text
from procmine.reading.times.time_texts import NEARLY_ALL, ReadTime, format_note, read_times, repair_notes

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_FILE_STEP = 10**10
_PROBLEM = "__problem"
_TEXTS = ("case_id", "activity", "resource", "role", "group", "lifecycle", "instance")


@dataclass(frozen=True)
class Staged:
    """The events of one file, in a view of the engine.

    Attributes
    ----------
    columns
        Column of the view to its SQL type.
    n_more_refused
        Events beyond one for each refused row that went with it.
    """

    view: str
    columns: dict[str, str]
    map: ColumnMap
    rejects: tuple[Reject, ...]
    notes: tuple[Note, ...]
    ordered_by: Words
    n_more_refused: int = 0


def event_rows(backend: Backend, raw: RawTable, source: Source, plan: ReadingPlan, number: int) -> Staged:
    """Stage the events of a file of which every row is an event.

    Parameters
    ----------
    number
        The file's place among the files read: it comes first in the order of events of equal time.

    Raises
    ------
    ExportError
        If a column is missing, times cannot be read, or case ids have lost digits.
    """
    return _EventRows(backend, raw, source, plan, number).staged()


class _EventRows:
    def __init__(self, backend: Backend, raw: RawTable, source: Source, plan: ReadingPlan, number: int) -> None:
        self.backend, self.raw, self.source, self.plan, self.number = backend, raw, source, plan, number
        self.map = map_columns(list(raw.columns), source, plan.attributes, raw.file.name)
        described = backend.con.execute(f"describe {raw.relation}").fetchall()
        self.types: dict[str, str] = {row[0]: row[1] for row in described}

    def staged(self) -> Staged:
        cell = self._cell("case_id")
        refuse_lost_digits(self.backend, self.raw, cell, self.types[cell], self.map.canonical["case_id"])
        times, dates = self._times, self._date_attributes()
        notes = [
            *self._actor_notes(),
            *chain.from_iterable(self._time_notes(name, read) for name, read in times.items()),
        ]
        table = self.backend.sql(self._select(times, dates))
        for name, read in {**times, **dates}.items():
            if not read.has_offset and read.bounds is not None:
                column = self.map.canonical.get(name, name)
                notes += doubt_notes(table[name], table, column, self._zone(), read.bounds)
                table = table.mutate(**{name: universal_time(table[name], self._zone(), *read.bounds)})
        whole = f"staged_{self.number}_all"
        self.backend.create_view(whole, table)
        refused = self._refused(times)
        view = f"staged_{self.number}"
        unfit = f" where {_PROBLEM} is null" if refused.rejects else ""
        self.backend.con.execute(f"create view {view} as select * exclude ({_PROBLEM}) from {whole}{unfit}")
        types = {row[0]: row[1] for row in self.backend.con.execute(f"describe {view}").fetchall()}
        if self.map.renamed:
            names = ", ".join(self.map.renamed)
            notes.append(Note(code="renamed_columns", level="info", facts={"columns": names}))
        return Staged(view, types, self.map, refused.rejects, tuple(notes), self._order(), refused.n_more)

    @cached_property
    def _runs_backwards(self) -> bool:
        """Whether the file lists the newest first, where its place in the file is all that orders a row."""
        if "sequence" in self.map.canonical or self.raw.container == "xes":
            return False
        if self.source.newest_first is not None:
            return self.source.newest_first
        time = self._times["timestamp"].sql
        return lists_newest_first(self.backend, self.raw.relation, self._cell("case_id"), time)

    def _order(self) -> Words:
        if self.raw.ordered_by is not None:
            return self.raw.ordered_by
        if "sequence" in self.map.canonical:
            return Words("“{column}”", "{column!r}").filled(column=self.map.canonical["sequence"])
        return FROM_END if self._runs_backwards else FROM_BEGINNING

    def _cell(self, name: str) -> str:
        return self.raw.columns[self.map.canonical[name]]

    # ── texts and ids ─────────────────────────────────────────────────────────────────────────

    def _texts(self) -> list[str]:
        return [name for name in _TEXTS if name in self.map.canonical]

    @cached_property
    def _survey(self) -> tuple[set[str], bool]:
        """Which texts need trimming, and whether any row lacks a case or an activity."""
        texts = [name for name in self._texts() if self.types[self._cell(name)] == "VARCHAR"]
        blanks = [f"count(*) filter (where {has_blanks(self._cell(name))})" for name in texts]
        nulls = [f"count(*) - count({self._cell(name)})" for name in ("case_id", "activity")]
        query = f"select {', '.join([*nulls, *blanks])} from {self.raw.relation}"
        n_no_case, n_no_activity, *counts = self.backend.con.execute(query).fetchone() or (0, 0)
        untidy = {name for name, n in zip(texts, counts, strict=True) if n}
        return untidy, bool(n_no_case or n_no_activity or untidy & {"case_id", "activity"})

    def _text(self, name: str) -> str:
        cell, kind = self._cell(name), self.types[self._cell(name)]
        if kind in ("DOUBLE", "FLOAT"):
            return f"case when {cell} = trunc({cell}) then {cell}::hugeint::varchar else {cell}::varchar end"
        if kind != "VARCHAR":
            return f"{cell}::varchar"
        text = f"nullif({trimmed(cell)}, '')" if name in self._survey[0] else cell
        return (
            f"(case when not {says_nothing(text)} then {text} end)"
            if name == "resource" and self._placeholders
            else text
        )

    @cached_property
    def _placeholders(self) -> dict[str, int]:
        """What stands where a person should, and how often."""
        if "resource" not in self.map.canonical or self.types[self._cell("resource")] != "VARCHAR":
            return {}
        cell = self._cell("resource")
        return texts_of(self.backend, self.raw.relation, cell, says_nothing(cell))

    def _actor_notes(self) -> Iterator[Note]:
        if self._placeholders:
            yield person_note(self.map.canonical["resource"], self._placeholders)

    def _activity(self) -> str:
        names = self.plan.standard_names
        text = self._text("activity")
        if not names:
            return text
        branches = " ".join(f"when {literal(name)} then {literal(standard)}" for name, standard in names.items())
        return f"case {text} {branches} else {text} end"

    # ── times ─────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _times(self) -> dict[str, ReadTime]:
        return {name: self._time(name) for name in TIMES if name in self.map.canonical}

    def _is_written(self, cell: str) -> bool:
        """Whether times stand there as texts or numbers, to be read."""
        return self.types[cell] == "VARCHAR" or self.types[cell] in NUMBERS

    def _time(self, name: str) -> ReadTime:
        cell, column = self._cell(name), self.map.canonical[name]
        kind = self.types[cell]
        if not self._is_written(cell):
            return self._typed_time(cell, kind, column)
        text = cell if kind == "VARCHAR" else number_text(cell, kind)
        typed, declared = self.raw.container not in ("text", "parquet"), self.source.date_format
        return read_times(
            self.backend, self.raw.relation, text, column, self.raw.file.name, declared, typed_cells=typed
        )

    def _time_notes(self, name: str, read: ReadTime) -> Iterator[Note]:
        cell, column = self._cell(name), self.map.canonical[name]
        if self._is_written(cell):
            yield from format_note(column, read)
        yield self._zone_note(column, read)
        yield from repair_notes(column, read)
        if name == "timestamp" and read.n_days:
            yield Note(code="dates_only", level="warning", facts={"column": column, "n": read.n_days})
        if name != "timestamp" and read.n_unfit:
            example = self._unfit_example(cell, read)
            facts = {"column": column, "n": read.n_unfit, "example": example}
            yield Note(code="unreadable_times", level="warning", facts=facts)

    def _unfit_example(self, cell: str, read: ReadTime) -> str:
        given = read.given or cell
        query = f"select min({cell}) from {self.raw.relation} where {given} is not null and {read.sql} is null"
        row = self.backend.con.execute(query).fetchone()
        return str(row[0]) if row else ""

    def _typed_time(self, cell: str, kind: str, column: str) -> ReadTime:
        if not kind.startswith(("TIMESTAMP", "DATE")):
            fault = Words("“{column}”不是时间，而是 {kind}", "{column!r} holds no times but {kind}").filled(
                column=column, kind=kind
            )
            raise ExportError(Fault(self.raw.file.name, fault))
        has_offset = kind == "TIMESTAMP WITH TIME ZONE"
        sql = f"({cell} at time zone 'UTC')" if has_offset else f"{cell}::timestamp"
        days = f"count(*) filter (where {sql} = date_trunc('day', {sql}))"
        query = (
            f"select count(*) - count({cell}), min({sql}), max({sql}), count({cell}), {days} from {self.raw.relation}"
        )
        found: tuple[Any, ...] = self.backend.con.execute(query).fetchone() or (0, None, None, 0, 0)
        n_missing, first, last, n, n_days = found
        read = ReadTime(kind, sql, has_offset, 0, n_missing, "", None if first is None else (first, last))
        return read if has_offset or n_days < NEARLY_ALL * n else replace(read, n_days=n_days)

    def _zone(self) -> str:
        return self.source.time_zone or self.plan.time_zone

    def _zone_note(self, column: str, read: ReadTime) -> Note:
        code = "zone_given" if read.has_offset else "zone_assumed"
        facts: dict[str, Any] = {"column": column} if read.has_offset else {"column": column, "zone": self._zone()}
        return Note(code=code, level="info", facts=facts)

    def _date_attributes(self) -> dict[str, ReadTime]:
        """Attributes that the container itself declares to be times; one that is not stays text."""
        found = {}
        for name, column in self.map.attributes.items():
            cell = self.raw.columns[column]
            kind = self.types[cell]
            if kind.startswith("TIMESTAMP"):
                found[name] = self._typed_time(cell, kind, column)
            elif column in self.raw.dates and kind == "VARCHAR":
                try:
                    read = read_times(self.backend, self.raw.relation, cell, column, self.raw.file.name, None)
                except ExportError:
                    continue
                if read.n_unfit == 0 and read.format in (FORMATS[0].name, FORMATS[1].name):
                    found[name] = read
        return found

    # ── rows ──────────────────────────────────────────────────────────────────────────────────

    def _select(self, times: Mapping[str, ReadTime], dates: Mapping[str, ReadTime]) -> str:
        cells = {name: self._text(name) for name in self._texts()}
        cells["activity"] = self._activity()
        cells |= {name: read.sql for name, read in times.items()}
        cells["sequence"] = self._sequence()
        systems = [self.raw.system_cell] if self.raw.system_cell else []
        if self.plan.system_actors and "resource" in cells:
            actors = ", ".join(literal(actor) for actor in self.plan.system_actors)
            systems.append(f"({cells['resource']}) in ({actors})")
        if systems:
            cells["is_system"] = f"({' or '.join(systems)})"
        cells["source_file"] = self.raw.file_sql
        cells["source_row"] = self.raw.row_sql
        for name, column in self.map.attributes.items():
            cells[name] = dates[name].sql if name in dates else self.raw.columns[column]
        cells[_PROBLEM] = self._problem(cells, times)
        chosen = ", ".join(f"{sql} as {quoted(name)}" for name, sql in cells.items())
        return f"select {chosen} from {self.raw.relation}"

    def _sequence(self) -> str:
        if "sequence" not in self.map.canonical:
            if self._runs_backwards:
                return f"({(self.number + 1) * _FILE_STEP} - {ROW})::bigint"
            return f"({ROW} + {self.number * _FILE_STEP})::bigint"
        cell, column = self._cell("sequence"), self.map.canonical["sequence"]
        refuse_broken_sequence(self.backend, self.raw, cell, column)
        return f"try_cast({cell} as bigint)"

    def _problem(self, cells: Mapping[str, str], times: Mapping[str, ReadTime]) -> str:
        branches = " ".join(
            f"when coalesce(({cells[name]})::varchar, '') = '' then {literal(name)}" for name in ("case_id", "activity")
        )
        given = f"({times['timestamp'].given or self._cell('timestamp')})::varchar"
        return (
            f"case {branches} when coalesce({trimmed(given)}, '') = '' then 'timestamp' "
            f"when ({times['timestamp'].sql}) is null then '{UNREADABLE}' end"
        )

    def _refused(self, times: Mapping[str, ReadTime]) -> Refusals:
        if not (self._survey[1] or times["timestamp"].n_unfit or times["timestamp"].n_missing):
            return Refusals()
        cells = {"case_id": self._text("case_id"), "activity": self._activity()}
        given, problem = f"{self._cell('timestamp')}::varchar", self._problem(cells, times)
        return refusals(self.backend, self.raw, problem, given, self.map.canonical["timestamp"])
