"""Times in text: one strict format per column from a closed list, decided by the whole column.

A date that could be read two ways is never guessed: the column decides, or the user is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from procmine.core.log.engine import literal
from procmine.core.log.import_report import Note
from procmine.core.text.words import PHRASES, Words, joined
from procmine.reading.times.not_given import texts_of, time_notes
from procmine.reading.times.time_column import Summary, TimeColumn
from procmine.reading.times.time_faults import (
    ambiguous,
    bad_pattern,
    epoch_units,
    mixed_offsets,
    none_fits,
    two_formats,
    unreadable_times,
)
from procmine.reading.times.time_formats import (
    CLOCK,
    FORMATS,
    NOTHING,
    SERIAL,
    SIGNS,
    TimeFormat,
    declared_format,
    repaired_sql,
)

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

NEARLY_ALL = 0.95
"""Share of times without a time of day above which a column is said to hold dates only."""
_ZERO_DAYS = (date(1970, 1, 1), date(1900, 1, 1))
"""Days at which systems begin to count: a column that begins there has times that are none."""


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
        The text as it is read: null where it says that no time is given (`0000-00-00`, `0`, `-`).
    repaired
        Values put right and their number: `midnight` (24:00).
    shown
        The format as people write it, without a time of day where the values have none.
    n_days
        Values without a time of day, as far as they are nearly all.
    nothing
        Texts that say that no time is given, and their number.
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
    nothing: dict[str, int] = field(default_factory=dict)
    shown: Words = field(default_factory=lambda: Words("", ""))
    n_days: int = 0
    mix: dict[TimeFormat, int] = field(default_factory=dict)


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
    rows = TimeColumn(backend, relation, cell, frozenset())
    rows = rows.repairing(rows.sample())
    task = _Task(column, file, [declared] if isinstance(declared, str) else declared, typed_cells)
    choice = task.choose(rows)
    # Values to be put right may stand far below the sample: those that did not fit are looked at.
    again = rows.repairing(rows.unfit(choice.formats)) if choice.summary.n_unfit else rows
    if choice.summary.first is not None and choice.summary.first.date() in _ZERO_DAYS:
        again = again.with_repair("zero")
    if again.repairs != rows.repairs:
        rows, choice = again, task.choose(again)
    return _read(rows, task.checked(rows, choice))


class _Choice(NamedTuple):
    formats: tuple[TimeFormat, ...]
    summary: Summary
    mix: dict[TimeFormat, int]


class _Task(NamedTuple):
    column: str
    file: str
    declared: Sequence[str] | None
    typed_cells: bool

    def choose(self, rows: TimeColumn) -> _Choice:
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
            raise unreadable_times(self.file, self.column, sample)
        summaries = {format: rows.summary((format,)) for format, n in zip(FORMATS, counts, strict=True) if n == best}
        most = max(summary.n_fit for summary in summaries.values())
        candidates = [format for format, summary in summaries.items() if summary.n_fit == most]
        choice = _Choice((candidates[0],), summaries[candidates[0]], {})
        if len(candidates) > 1:
            self._refuse_mixed_offsets(rows, choice)
            first, *others = (rows.sql((format,)) for format in candidates)
            # Formats that read no value differently are one.
            if any(rows.n_where(f"{first} <> {other}") for other in others):
                raise ambiguous(self.file, self.column, candidates, sample)
        return choice

    def checked(self, rows: TimeColumn, choice: _Choice) -> _Choice:
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
            mix = {own: choice.summary.n_fit, **others}
            return _Choice(formats, rows.summary(formats), mix)
        found = {own: (choice.summary.n_fit, rows.first_row(f"{rows.sql(choice.formats)} is not null"))}
        for other, n in others.items():
            found[other] = (n, rows.first_row(f"{unread} and {rows.sql((other,))} is not null"))
        raise two_formats(self.file, self.column, found, choice.summary.n_given)

    def _declared(self, rows: TimeColumn, patterns: Sequence[str]) -> _Choice:
        formats = tuple(declared_format(pattern) for pattern in patterns)
        try:
            summary = rows.summary(formats)
        except duckdb.Error:
            raise bad_pattern(self.file, ", ".join(patterns)) from None
        if summary.n_fit == 0 and (sample := rows.sample()):
            raise none_fits(self.file, self.column, ", ".join(patterns), sample)
        return _Choice(formats, summary, {})

    def _refuse_mixed_offsets(self, rows: TimeColumn, choice: _Choice) -> None:
        unread = f"{rows.sql(choice.formats)} is null"
        others = [other for other in FORMATS[:2] if other.has_offset != choice.formats[0].has_offset]
        n = sum(rows.n_where(f"{unread} and {rows.sql((other,))} is not null") for other in others)
        if n:
            raise mixed_offsets(self.file, self.column, n)


def _is_swap(format: TimeFormat, other: TimeFormat) -> bool:
    """Whether formats differ in the places of day and month alone: what fits the other one only is a slip."""
    return format is other or {format.name[:5], other.name[:5]} in ({"DD/MM", "MM/DD"}, {"DD-MM", "MM-DD"})


def _read(rows: TimeColumn, choice: _Choice) -> ReadTime:
    """The reading of the column by a choice."""
    formats, summary, _ = choice
    example = rows.row(f"select value from {rows.relation} where {rows.sql(formats)} is not null limit 1")
    midnight = f"regexp_matches({rows.wide}, '{SIGNS['midnight']}') and {rows.sql(formats)} is not null"
    repaired = {"midnight": rows.n_where(midnight)} if "midnight" in rows.repairs else {}
    signs = [literal(SIGNS[name]) for name in NOTHING if name in rows.repairs]
    none = " or ".join(f"regexp_matches({rows.wide}, {sign})" for sign in signs)
    n_days = _n_days(rows, formats, summary.n_fit)
    text = str(example[0]) if example else ""
    shown = [format.day if n_days == summary.n_fit and not CLOCK.search(text) else format.words for format in formats]
    bounds = None if summary.first is None or summary.last is None else (summary.first, summary.last)
    return ReadTime(
        format=" | ".join(format.name for format in formats),
        sql=rows.sql(formats, rows.cell),
        has_offset=formats[0].has_offset,
        n_unfit=summary.n_unfit,
        n_missing=summary.n_rows - summary.n_given,
        example=text,
        bounds=bounds,
        given=repaired_sql(rows.cell, rows.repairs) if signs else rows.cell,
        repaired={name: n for name, n in repaired.items() if n},
        nothing=texts_of(rows.backend, rows.relation, "value", none) if none else {},
        mix=choice.mix,
        shown=Words(" | ".join(one.zh for one in shown), " | ".join(one.en for one in shown)),
        n_days=n_days,
    )


def _n_days(rows: TimeColumn, formats: Sequence[TimeFormat], n_fit: int) -> int:
    """How many values have no time of day, if nearly all have none: the sample says whether it is worth counting."""
    if formats[0].has_offset or not n_fit:
        return 0
    time = rows.sql(formats)
    at_midnight = f"{time} = date_trunc('day', {time})"
    n, n_read = rows.row(f"select count(*) filter (where {at_midnight}), count({time}) from {rows.head}")
    if n < NEARLY_ALL * n_read:
        return 0
    n_all = rows.n_where(at_midnight)
    return n_all if n_all >= NEARLY_ALL * n_fit else 0


_CODES = {"midnight": "end_of_day"}


def format_note(column: str, read: ReadTime) -> Iterator[Note]:
    """The note on how a column is written; none where it holds no time."""
    if read.example:
        facts: dict[str, str | int | Words] = {"column": column, "format": read.shown, "example": read.example}
        yield Note(code="time_format", level="info", facts=facts)


def repair_notes(column: str, read: ReadTime) -> Iterator[Note]:
    """The notes on values that were put right and on formats that stand side by side."""
    yield from time_notes(column, read.nothing)
    for kind, n in read.repaired.items():
        if n:
            yield Note(code=_CODES[kind], level="warning", facts={"column": column, "n": n})
    if read.mix:
        counted = Words("{format}（{n}）", "{format} ({n})")
        shown = joined((counted.filled(format=format.words, n=n) for format, n in read.mix.items()), PHRASES)
        yield Note(code="time_mix", level="warning", facts={"column": column, "formats": shown})
