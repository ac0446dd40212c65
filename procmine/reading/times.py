"""Times in text: one strict format per column from a closed list, decided by the whole column.

A date that could be read two ways is never guessed: the column decides, or the user is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from procmine.core.sql import trimmed
from procmine.reading.raw import ROW
from procmine.reading.time_faults import (
    ambiguous,
    bad_pattern,
    epoch_units,
    mixed_offsets,
    none_fits,
    two_formats,
    unreadable,
)
from procmine.reading.time_formats import FORMATS, SERIAL, SIGNS, TimeFormat, read_sql, repaired_sql

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_SAMPLE = 500
_EPOCH_DAY = datetime(1970, 1, 1)


@dataclass(frozen=True)
class ReadTime:
    """How one column of times is to be read.

    Attributes
    ----------
    sql
        The expression that gives a timestamp: naive UTC if `has_offset`, else local time; null where
        the text does not fit.
    n_unfit, n_missing
        Values that are given and do not fit; values that are blank or not given.
    example
        A value that fits.
    bounds
        The earliest and the latest time, as `sql` gives them; None where no value is given.
    given
        The text as it is read: null where it says that no time is given (`0000-00-00`, `0`).
    repaired
        Values put right: `zero` (said to be not given) and `midnight` (24:00), with their number.
    mix
        Format to number of values, where real times, serials and texts stand in one column.
    """

    format: str
    sql: str
    has_offset: bool
    n_unfit: int
    n_missing: int
    example: str
    bounds: tuple[datetime, datetime] | None
    given: str = ""
    repaired: dict[str, int] = field(default_factory=dict)
    mix: dict[str, int] = field(default_factory=dict)


def read_times(
    backend: Backend,
    relation: str,
    cell: str,
    column: str,
    file: str,
    declared: str | Sequence[str] | None,
    *,
    typed_cells: bool = False,
) -> ReadTime:
    """Decide how a text column of times is written.

    Parameters
    ----------
    relation, cell
        Where the texts are.
    column, file
        Their names for messages.
    declared
        A strptime pattern that the project gives, or several; taken whatever else would fit.
    typed_cells
        Whether real times of the container, written as ISO 8601, may stand among the texts.

    Raises
    ------
    ExportError
        If no format of the list reads any value, if day and month could be swapped, or if two
        formats, two units, or values with and without an offset are mixed.
    """
    rows = _Column(backend, relation, cell, frozenset())
    rows = rows.repairing(rows.sample())
    task = _Task(column, file, [declared] if isinstance(declared, str) else declared, typed_cells)
    choice = task.choose(rows)
    # Values to be put right may stand far below the sample: those that did not fit are looked at.
    again = rows.repairing(rows.unfit(choice.formats)) if choice.summary.n_unfit else rows
    if choice.summary.first is not None and choice.summary.first.date() == _EPOCH_DAY.date():
        again = again.with_repair("zero")
    if again.repairs != rows.repairs:
        rows, choice = again, task.choose(again)
    return rows.read(task.checked(rows, choice))


class _Summary(NamedTuple):
    n_rows: int
    n_given: int
    n_fit: int
    first: datetime | None
    last: datetime | None

    @property
    def n_unfit(self) -> int:
        return self.n_given - self.n_fit


class _Choice(NamedTuple):
    formats: tuple[TimeFormat, ...]
    summary: _Summary
    mix: dict[str, int]


class _Task(NamedTuple):
    column: str
    file: str
    declared: Sequence[str] | None
    typed_cells: bool

    def choose(self, rows: _Column) -> _Choice:
        """The format that reads the most values."""
        if self.declared is not None:
            return self._declared(rows, self.declared)
        sample = rows.sample()
        if not sample:
            return _Choice(FORMATS[:1], rows.summary(FORMATS[:1]), {})
        if rows.fitting_sample(FORMATS[:1]) == [len(sample)]:
            # The year comes first and has four digits: no other format reads this differently.
            return _Choice(FORMATS[:1], rows.summary(FORMATS[:1]), {})
        counts = rows.fitting_sample(FORMATS)
        best = max(counts)
        if best == 0:
            raise unreadable(self.file, self.column, sample)
        summaries = {format: rows.summary((format,)) for format, n in zip(FORMATS, counts, strict=True) if n == best}
        most = max(summary.n_fit for summary in summaries.values())
        candidates = [format for format, summary in summaries.items() if summary.n_fit == most]
        choice = _Choice((candidates[0],), summaries[candidates[0]], {})
        if len(candidates) > 1:
            self._refuse_mixed_offsets(rows, choice)
            first, *others = (rows.sql((format,)) for format in candidates)
            # Formats that read no value differently are one.
            if any(rows.n_where(f"{first} <> {other}") for other in others):
                raise ambiguous(self.file, self.column, [format.name for format in candidates], sample)
        return choice

    def checked(self, rows: _Column, choice: _Choice) -> _Choice:
        """The choice, once it is clear that what does not fit is of no other format."""
        if not choice.summary.n_unfit:
            return choice
        self._refuse_mixed_offsets(rows, choice)
        if self.declared is not None:
            return choice
        (own,) = choice.formats
        unread = f"{rows.sql(choice.formats)} is null"
        others = {}
        for other in FORMATS:
            n = 0 if _is_swap(own, other) else rows.n_where(f"{unread} and {rows.sql((other,))} is not null")
            if n:
                others[other] = n
        if not others:
            return choice
        if len([format for format in (own, *others) if format.name.startswith("epoch")]) > 1:
            raise epoch_units(self.file, self.column, rows.first_row(unread))
        texts = [format for format in (own, *others) if format not in (FORMATS[0], SERIAL)]
        formats = (own, *others)
        if self.typed_cells and len(texts) <= 1 and not any(format.has_offset for format in formats):
            mix = {own.name: choice.summary.n_fit, **{format.name: n for format, n in others.items()}}
            return _Choice(formats, rows.summary(formats), mix)
        found = {own.name: (choice.summary.n_fit, rows.first_row(f"{rows.sql(choice.formats)} is not null"))}
        for other, n in others.items():
            found[other.name] = (n, rows.first_row(f"{unread} and {rows.sql((other,))} is not null"))
        raise two_formats(self.file, self.column, found, choice.summary.n_given)

    def _declared(self, rows: _Column, patterns: Sequence[str]) -> _Choice:
        import duckdb

        formats = tuple(TimeFormat(pattern, (pattern,), has_offset="%z" in pattern) for pattern in patterns)
        try:
            summary = rows.summary(formats)
        except duckdb.Error:
            raise bad_pattern(self.file, ", ".join(patterns)) from None
        if summary.n_fit == 0 and (sample := rows.sample()):
            raise none_fits(self.file, self.column, ", ".join(patterns), sample)
        return _Choice(formats, summary, {})

    def _refuse_mixed_offsets(self, rows: _Column, choice: _Choice) -> None:
        unread = f"{rows.sql(choice.formats)} is null"
        others = [other for other in FORMATS[:2] if other.has_offset != choice.formats[0].has_offset]
        n = sum(rows.n_where(f"{unread} and {rows.sql((other,))} is not null") for other in others)
        if n:
            raise mixed_offsets(self.file, self.column, n)


def _is_swap(format: TimeFormat, other: TimeFormat) -> bool:
    """Whether formats differ in the places of day and month alone: what fits the other one only is a slip."""
    return format is other or {format.name[:5], other.name[:5]} in ({"DD/MM", "MM/DD"}, {"DD-MM", "MM-DD"})


class _Column:
    """One text column, asked in SQL as `value`."""

    def __init__(self, backend: Backend, source: str, cell: str, repairs: frozenset[str]) -> None:
        self.backend, self.source, self.cell, self.repairs = backend, source, cell, repairs
        self.relation = f"(select {cell} as value from {source})"

    def repairing(self, sample: Sequence[str]) -> _Column:
        """The column with everything put right that some texts need."""
        found = {name for name, sign in SIGNS.items() if any(re.search(sign, text) for text in sample)}
        return _Column(self.backend, self.source, self.cell, self.repairs | found)

    def with_repair(self, name: str) -> _Column:
        return _Column(self.backend, self.source, self.cell, self.repairs | {name})

    def sql(self, formats: Sequence[TimeFormat], cell: str = "value") -> str:
        read = [read_sql(cell, format, self.repairs) for format in formats]
        return read[0] if len(read) == 1 else f"coalesce({', '.join(read)})"

    @property
    def _given(self) -> str:
        return repaired_sql("value", self.repairs)

    def _row(self, query: str) -> tuple[Any, ...]:
        return self.backend.con.execute(query).fetchone() or ()

    @property
    def _head(self) -> str:
        return f"(select value from {self.relation} where {trimmed(self._given)} <> '' limit {_SAMPLE})"

    def sample(self) -> list[str]:
        return [value for (value,) in self.backend.con.execute(self._head[1:-1]).fetchall()]

    def unfit(self, formats: Sequence[TimeFormat]) -> list[str]:
        where = f"{trimmed(self._given)} <> '' and {self.sql(formats)} is null"
        query = f"select distinct value from {self.relation} where {where} limit {_SAMPLE}"
        return [value for (value,) in self.backend.con.execute(query).fetchall()]

    def fitting_sample(self, formats: Sequence[TimeFormat]) -> list[int]:
        counts = ", ".join(f"count({self.sql((format,))})" for format in formats)
        return list(self._row(f"select {counts} from {self._head}"))

    def summary(self, formats: Sequence[TimeFormat]) -> _Summary:
        n_rows, n_given, *found = self._row(
            f"select count(*), count(given), count(t), min(t), max(t) "
            f"from (select {self._given} as given, {self.sql(formats)} as t from {self.relation})"
        )
        if n_given > found[0]:
            n_given = self.n_where(f"{trimmed(self._given)} <> ''")
        return _Summary(n_rows, n_given, *found)

    def n_where(self, condition: str) -> int:
        (n,) = self._row(f"select count(*) from {self.relation} where {condition}")
        return int(n)

    def first_row(self, condition: str) -> int:
        relation = f"(select {self.cell} as value, {ROW} from {self.source})"
        (row,) = self._row(f"select min({ROW}) from {relation} where {condition} and {trimmed('value')} <> ''")
        return int(row or 0)

    def read(self, choice: _Choice) -> ReadTime:
        """The reading of the column by a choice."""
        formats, summary, _ = choice
        example = self._row(f"select value from {self.relation} where {self.sql(formats)} is not null limit 1")
        zero = f"regexp_matches({self._wide}, '{SIGNS['zero']}')"
        midnight = f"regexp_matches({self._wide}, '{SIGNS['midnight']}') and {self.sql(formats)} is not null"
        counted = {"zero": zero, "midnight": midnight}
        repaired = {name: self.n_where(where) for name, where in counted.items() if name in self.repairs}
        bounds = None if summary.first is None or summary.last is None else (summary.first, summary.last)
        return ReadTime(
            format=" | ".join(format.name for format in formats),
            sql=self.sql(formats, self.cell),
            has_offset=formats[0].has_offset,
            n_unfit=summary.n_unfit,
            n_missing=summary.n_rows - summary.n_given,
            example=str(example[0]) if example else "",
            bounds=bounds,
            given=repaired_sql(self.cell, self.repairs) if "zero" in self.repairs else self.cell,
            repaired={name: n for name, n in repaired.items() if n},
            mix=choice.mix,
        )

    @property
    def _wide(self) -> str:
        return repaired_sql("value", self.repairs & {"wide"})
