"""A raw table with its fields found and made plain: what every shape works on.

Fields are text columns `f_<field>`; every other column keeps its cell. A shape narrows or widens the
table step by step (`step`), and says with each step how many rows are no events, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from procmine.core.log.columns import LABELS
from procmine.core.log.engine import literal, quoted, trimmed
from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault, Text
from procmine.core.text.words import Words
from procmine.reading.files.raw import ROW, RawTable, Reject, lists_newest_first
from procmine.reading.files.source import Source
from procmine.reading.profiles.profile import ROW_IS_CASE, Profile, fields_found, find_column, plain_header
from procmine.reading.profiles.usual_names import likeliest
from procmine.reading.profiles.vocabulary import unknown_sql
from procmine.reading.times.not_given import says_nothing, texts_of, time_notes
from procmine.reading.times.time_formats import joined_cells
from procmine.reading.times.time_texts import read_times

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

TIME_FIELDS = ("timestamp", "start", "enabled", "created", "completed")
_UNITS = {"s": 1_000_000, "ms": 1_000}


def cell_of(field: str) -> str:
    """The column of the working table that holds a field."""
    return quoted(f"f_{field}")


class Fields:
    """The rows of one file on their way through a shape.

    Attributes
    ----------
    relation
        The view or table that holds the rows as they are now.
    origins
        Field to the header it was read from; empty where it was made.
    attributes
        Header of every other column to its cell.
    """

    def __init__(self, backend: Backend, raw: RawTable, profile: Profile, source: Source, number: int) -> None:
        self.backend, self.raw, self.profile, self.source, self.number = backend, raw, profile, source, number
        self.relation = raw.relation
        self.notes: list[Note] = []
        self.rejects: list[Reject] = []
        self.tables: list[str] = []
        self.time_header = ""
        self.n_aside = self._n_steps = 0
        described = backend.con.execute(f"describe {raw.relation}").fetchall()
        self.types: dict[str, str] = {row[0]: row[1] for row in described}
        self.origins = self._found()
        self._refuse_missing()
        self.attributes = {name: cell for name, cell in raw.columns.items() if name not in self.origins.values()}
        self._make_plain()

    # ── asking and stepping ───────────────────────────────────────────────────────────────────

    def __contains__(self, field: str) -> bool:
        return field in self.origins

    def count(self, condition: str = "true") -> int:
        """How many rows meet a condition."""
        (n,) = self.backend.con.execute(f"select count(*) from {self.relation} where {condition}").fetchone() or (0,)
        return int(n)

    def step(self, query: str, *, store: bool = False) -> None:
        """Go on with the rows of a query; what is dear to compute is stored, since it is asked several times."""
        self._n_steps += 1
        name = f"shape_{self.number}_{self._n_steps}"
        self.backend.con.execute(f"create {'table' if store else 'view'} {name} as {query}")
        if store:
            self.tables.append(name)
        self.relation = name

    def note(self, code: str, *, warn: bool = False, **facts: str | int | Words) -> None:
        """Say something about the file."""
        self.notes.append(Note(code=code, level="warning" if warn else "info", facts=facts))

    def set_aside(self, condition: str, code: str, **facts: str | int | Words) -> int:
        """Leave out the rows that meet a condition, counted under a note; a null condition keeps a row."""
        n = self.count(condition)
        if n:
            self.step(f"select * from {self.relation} where not coalesce({condition}, false)")
            self.n_aside += n
            self.notes.append(Note(code=code, level="info", facts={"n": n, **facts}))
        return n

    @cached_property
    def down(self) -> str:
        """What follows a row's number in an order by time: ` desc` where the file lists the newest first.

        The project or the profile says so, else its rows show it.
        """
        said = self.source.newest_first
        if said is None and self.profile.newest_first:
            said = True
        if said is None and self.profile.shape not in ROW_IS_CASE and "timestamp" in self and self.count():
            said = lists_newest_first(self.backend, self.relation, cell_of("case_id"), self.instant())
        return " desc" if said else ""

    def name_of(self, field: str) -> str:
        """A field as people know it: its header, else its own name."""
        return self.origins.get(field) or field

    def instant(self, field: str = "timestamp") -> str:
        """The expression that reads a time, to put rows in order.

        Raises
        ------
        ExportError
            If the times cannot be read.
        """
        declared = self.source.date_format or self.profile.date_format
        return read_times(
            self.backend, self.relation, cell_of(field), self.name_of(field), self.raw.file.name, declared
        ).sql

    # ── finding ───────────────────────────────────────────────────────────────────────────────

    def _found(self) -> dict[str, str]:
        found = fields_found(self.profile, self.raw.columns)
        for name, column in self.source.columns.items():
            if column in self.raw.columns:
                found[name] = column
            elif column is None:
                found.pop(name, None)
        return found

    def _refuse_missing(self) -> None:
        names = list(self.raw.columns)
        absent = [name for name in self.source.columns.values() if name is not None and name not in names]
        declared = self.source.columns.items()
        free = [name for name in names if name not in self.origins.values()]
        faults = [_fault(self.raw, name, [column], free) for name, column in declared if column in absent]
        missing = [name for name in self.profile.required if name not in self.origins]
        faults += [_fault(self.raw, name, self.profile.aliases[name], free) for name in missing]
        if faults:
            raise ExportError(*faults)

    # ── making plain ──────────────────────────────────────────────────────────────────────────

    def _make_plain(self) -> None:
        cells = {field: self._text(self.raw.columns[column]) for field, column in self.origins.items()}
        for field in TIME_FIELDS:
            if field in cells:
                cells[field] = self._time(field, cells)
        for field, headers in self.profile.or_else.items():
            if field in cells and field not in self.source.columns:
                cells[field] = self._or_else(field, cells[field], find_column(headers, self.raw.columns))
        cells = {field: cell for field, cell in cells.items() if not field.endswith("_clock")}
        self.origins = {field: column for field, column in self.origins.items() if field in cells}
        for field, names in self.profile.codes.items():
            if field in cells:
                cells[field] = _decoded(cells[field], names)
        for field, value in self.profile.constants.items():
            if field not in cells:
                cells[field], self.origins[field] = literal(value), ""
        if self.profile.salesforce_ids:
            cells["case_id"] = self._joined_ids(cells["case_id"])
        made = ", ".join(f"{cell} as {cell_of(field)}" for field, cell in cells.items())
        chosen = ", ".join([made, *self._attribute_cells(), ROW])
        self.step(f"select {chosen} from {self.raw.relation}", store=True)

    def _text(self, cell: str) -> str:
        kind = self.types[cell]
        if kind == "VARCHAR":
            return f"nullif({trimmed(cell)}, '')"
        if kind == "TIMESTAMP WITH TIME ZONE":
            return f"strftime({cell} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
        if kind in ("DOUBLE", "FLOAT"):
            whole = f"{cell} = trunc({cell}) and abs({cell}) < 9007199254740992"
            return f"case when {whole} then {cell}::bigint::varchar else {cell}::varchar end"
        return f"{cell}::varchar"

    def _or_else(self, field: str, cell: str, column: str | None) -> str:
        """The cell of a field, and another column's in rows that do not give it."""
        if column is None or column == self.origins[field]:
            return cell
        lacking = f"({cell} is null or {says_nothing(cell)})"
        other = self._text(self.raw.columns[column])
        n = self.count(f"{lacking} and {other} is not null")
        if n:
            self.note("or_else", n=n, column=self.origins[field], other=column)
        return f"if({lacking}, {other}, {cell})"

    def _time(self, field: str, cells: dict[str, str]) -> str:
        cell = cells[field]
        if f"{field}_clock" in cells:
            cell = f"({joined_cells(cell, cells[f'{field}_clock'])})"
        nulls = [*self.profile.open_tokens, *(["0", "0.0"] if self.profile.zero_is_null else [])]
        for token in nulls:
            cell = f"nullif({cell}, {literal(token)})"
        cell = self.without_nothing(self.origins[field], cell)
        if self.profile.epoch_unit is not None:
            micros = f"try_cast({cell} as bigint) * {_UNITS[self.profile.epoch_unit]}"
            read = f"strftime(make_timestamp({micros}), '%Y-%m-%dT%H:%M:%S.%fZ')"
            cell = f"coalesce({read}, {cell})"
        return cell

    def without_nothing(self, column: str, cell: str) -> str:
        """A text cell of times, null where it says that there is none; what says so is told."""
        nothing = says_nothing(cell, time=True)
        texts = texts_of(self.backend, self.relation, cell, nothing)
        self.notes.extend(time_notes(column, texts))
        return f"(case when not {nothing} then {cell} end)" if texts else cell

    def _joined_ids(self, cell: str) -> str:
        """Salesforce writes one id with 15 or 18 characters; letters of different case are different ids."""
        long = rf"regexp_full_match({cell}, '[A-Za-z0-9]{{15}}[A-Z0-5]{{3}}')"
        short = rf"regexp_full_match({cell}, '[A-Za-z0-9]{{15}}')"
        asked = f"select count(*) filter (where {long}), count(*) filter (where {short}) from {self.raw.relation}"
        n_long, n_short = self.backend.con.execute(asked).fetchone() or (0, 0)
        if not (n_long and n_short):
            return cell
        self.note("ids_cut", warn=True, column=self.name_of("case_id"), n=n_long)
        return f"case when {long} then left({cell}, 15) else {cell} end"

    def _attribute_cells(self) -> list[str]:
        """The cells of all attributes; repeated columns that a profile knows as a list become one."""
        made: dict[str, str] = {}
        for name in self.profile.list_columns:
            same = [
                header
                for header in self.attributes
                if plain_header(re.sub(r"\.\d+$", "", header)) == plain_header(name)
            ]
            if len(same) > 1:
                cells = [self._text(self.attributes.pop(header)) for header in same]
                first = self.raw.columns[same[0]]
                made[first] = f"nullif(concat_ws(', ', {', '.join(cells)}), '') as {first}"
                self.attributes[same[0]] = first
                self.note("column_joined", n=len(same), column=name)
        return [made.get(cell, cell) for cell in self.attributes.values()]

    # ── columns that are more than a field ────────────────────────────────────────────────────

    def take_column(self, aliases: Iterable[str]) -> str | None:
        """The header of an attribute that an alias names."""
        return find_column(aliases, self.attributes)


def _decoded(cell: str, names: dict[str, str]) -> str:
    branches = " ".join(f"when {literal(code)} then {literal(name)}" for code, name in names.items())
    known = f"when {cell} in ({', '.join(literal(name) for name in names.values())}) then {cell}"
    return f"case {cell} {branches} else (case {known} else {unknown_sql(cell)} end) end"


def _fault(raw: RawTable, field: str, aliases: list[str], free: list[str]) -> Fault:
    wanted, names = aliases[0], list(raw.columns)
    fault = Words("缺少“{wanted}”列（{label}）", "the column {wanted!r} is missing ({label})").filled(
        wanted=wanted, label=LABELS.get(field, field)
    )
    shown = ", ".join(names[:40]) + (" …" if len(names) > 40 else "")
    near = likeliest(field, aliases, free)
    hint: Text
    if field in LABELS:
        line = f"columns: {{{field}: {near or '…'}}}"
        hint = Words("在 project.yml 的 sources: 中写 {line}", "write {line} in project.yml under sources:").filled(
            line=line
        )
    else:
        line = f"aliases: {{{field}: [{near or '…'}]}}"
        hint = Words("在自己的格式文件中写 {line}", "write {line} in a profile of your own").filled(line=line)
    return Fault(raw.file.name, fault, Words("已有的列：{names}", "columns found: {names}").filled(names=shown), hint)
