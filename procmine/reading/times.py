"""Times in text: one strict format per column from a closed list, decided by the whole column.

A date that could be read two ways is never guessed: the column decides, or the user is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from procmine.core.errors import ExportError, Fault
from procmine.core.sql import literal, trimmed
from procmine.core.words import Words

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_SAMPLE = 500
_EARLIEST, _LATEST = "1900-01-01", "2200-01-01"


class TimeFormat(NamedTuple):
    """A family of formats that differ only in how precise they are.

    Attributes
    ----------
    name
        As people write it.
    patterns
        strptime patterns, the most usual first; the first that fits a value reads it.
    has_offset
        Whether the text carries its own offset from universal time.
    """

    name: str
    patterns: tuple[str, ...]
    has_offset: bool = False


_CLOCK = ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M")
_CLOCK12 = ("%I:%M:%S %p", "%I:%M %p")
_CLOCK_ZH = ("%H时%M分%S秒", "%H时%M分", "%H点%M分", *_CLOCK)


def _with(day: str, clocks: Iterable[str] = _CLOCK, joins: Sequence[str] = (" ",)) -> tuple[str, ...]:
    return (*(f"{day}{join}{clock}" for join in joins for clock in clocks), day)


FORMATS: tuple[TimeFormat, ...] = (
    TimeFormat("YYYY-MM-DD hh:mm:ss", _with("%Y-%m-%d", joins=(" ", "T"))),
    TimeFormat(
        "YYYY-MM-DDThh:mm:ss±hh:mm",
        tuple(f"%Y-%m-%d{join}{clock}%z" for join in ("T", " ") for clock in _CLOCK),
        has_offset=True,
    ),
    TimeFormat("YYYY/MM/DD hh:mm:ss", _with("%Y/%m/%d")),
    TimeFormat("YYYY.MM.DD hh:mm:ss", _with("%Y.%m.%d")),
    TimeFormat("YYYY年M月D日 hh:mm:ss", _with("%Y年%m月%d日", _CLOCK_ZH, (" ", ""))),
    TimeFormat("YYYYMMDD hhmmss", ("%Y%m%d%H%M%S", "%Y%m%d %H%M%S", "%Y%m%d %H:%M:%S", "%Y%m%d")),
    TimeFormat("DD.MM.YYYY hh:mm", _with("%d.%m.%Y")),
    TimeFormat("DD.MM.YY hh:mm", _with("%d.%m.%y")),
    TimeFormat("DD-MM-YYYY hh:mm", _with("%d-%m-%Y")),
    TimeFormat("MM-DD-YYYY hh:mm", _with("%m-%d-%Y")),
    TimeFormat("DD/MM/YYYY hh:mm", _with("%d/%m/%Y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("MM/DD/YYYY hh:mm", _with("%m/%d/%Y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("DD/MM/YY hh:mm", _with("%d/%m/%y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("MM/DD/YY hh:mm", _with("%m/%d/%y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("DD/Mon/YY hh:mm", _with("%d/%b/%y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("DD-Mon-YYYY hh:mm", _with("%d-%b-%Y", (*_CLOCK, *_CLOCK12))),
)
"""The closed list. Formats of one name read the same day from the same text, whatever the clock."""


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
    """

    format: str
    sql: str
    has_offset: bool
    n_unfit: int
    n_missing: int
    example: str
    bounds: tuple[datetime, datetime] | None


def strptime_sql(cell: str, format: TimeFormat) -> str:
    """The expression that reads a text cell by a format, or gives null."""
    patterns = ", ".join(literal(pattern) for pattern in format.patterns)
    text = cell
    if format.has_offset:
        text = f"regexp_replace({text}, '[Zz]\\s*$', '+00:00')"
        time = f"(try_strptime({text}, [{patterns}]) at time zone 'UTC')"
    else:
        time = f"try_strptime({text}, [{patterns}])"
    return f"case when {time} >= timestamp '{_EARLIEST}' and {time} < timestamp '{_LATEST}' then {time} end"


def read_times(backend: Backend, relation: str, cell: str, column: str, file: str, declared: str | None) -> ReadTime:
    """Decide how a text column of times is written.

    Parameters
    ----------
    relation, cell
        Where the texts are.
    column, file
        Their names for messages.
    declared
        A strptime pattern that the project gives; it is taken, whatever else would fit.

    Raises
    ------
    ExportError
        If no format of the list reads any value, if day and month could be swapped, or if values
        with and without an offset are mixed.
    """
    rows = _Column(backend, relation, cell)
    if declared is not None:
        return _declared(rows, column, file, declared)
    sample = rows.sample()
    if not sample:
        return ReadTime(FORMATS[0].name, "null::timestamp", False, 0, rows.n_where("true"), "", None)
    counts = rows.fitting_sample(FORMATS)
    best = max(counts)
    if best == 0:
        raise _unreadable(file, column, sample)
    candidates = [format for format, n in zip(FORMATS, counts, strict=True) if n == best]
    summaries = rows.summaries(candidates)
    most = max(summary.n_fit for summary in summaries.values())
    candidates = [format for format in candidates if summaries[format].n_fit == most]
    if len(candidates) > 1:
        _refuse_mixed_offsets(rows, candidates[0], file, column)
        _refuse_ambiguous(rows, candidates, file, column, sample)
    return _read(rows, candidates[0], summaries[candidates[0]], file, column)


def _read(rows: _Column, format: TimeFormat, summary: _Summary, file: str, column: str) -> ReadTime:
    n_unfit = summary.n_given - summary.n_fit
    if n_unfit:
        _refuse_mixed_offsets(rows, format, file, column)
    return ReadTime(
        format=format.name,
        sql=strptime_sql(rows.cell, format),
        has_offset=format.has_offset,
        n_unfit=n_unfit,
        n_missing=summary.n_rows - summary.n_given,
        example=rows.example(format),
        bounds=None if summary.first is None or summary.last is None else (summary.first, summary.last),
    )


class _Summary(NamedTuple):
    n_rows: int
    n_given: int
    n_fit: int
    first: datetime | None
    last: datetime | None


class _Column:
    """One text column, asked in SQL."""

    def __init__(self, backend: Backend, relation: str, cell: str) -> None:
        self.backend, self.relation, self.cell = backend, relation, cell

    def _row(self, query: str) -> tuple[Any, ...]:
        return self.backend.con.execute(query).fetchone() or ()

    @property
    def _head(self) -> str:
        return f"(select {self.cell} from {self.relation} where {trimmed(self.cell)} <> '' limit {_SAMPLE})"

    def sample(self) -> list[str]:
        return [value for (value,) in self.backend.con.execute(self._head[1:-1]).fetchall()]

    def fitting_sample(self, formats: Sequence[TimeFormat]) -> list[int]:
        counts = ", ".join(f"count({strptime_sql(self.cell, format)})" for format in formats)
        return list(self._row(f"select {counts} from {self._head}"))

    def summaries(self, formats: Sequence[TimeFormat]) -> dict[TimeFormat, _Summary]:
        times = ", ".join(f"{strptime_sql(self.cell, format)} as t{i}" for i, format in enumerate(formats))
        asked = ", ".join(f"count(t{i}), min(t{i}), max(t{i})" for i in range(len(formats)))
        n_rows, n_given, *found = self._row(
            f"select count(*), count({self.cell}), {asked} from (select {self.cell}, {times} from {self.relation})"
        )
        if n_given > max(found[::3]):
            n_given = self.n_where(f"{trimmed(self.cell)} <> ''")
        return {format: _Summary(n_rows, n_given, *found[3 * i : 3 * i + 3]) for i, format in enumerate(formats)}

    def n_where(self, condition: str) -> int:
        (n,) = self._row(f"select count(*) from {self.relation} where {condition}")
        return int(n)

    def example(self, format: TimeFormat) -> str:
        query = f"select {self.cell} from {self.relation} where {strptime_sql(self.cell, format)} is not null limit 1"
        row = self.backend.con.execute(query).fetchone()
        return str(row[0]) if row else ""


def _declared(rows: _Column, column: str, file: str, pattern: str) -> ReadTime:
    import duckdb

    format = TimeFormat(pattern, (pattern,), has_offset="%z" in pattern)
    try:
        summary = rows.summaries([format])[format]
    except duckdb.Error:
        fault = Words("date_format 无效：{pattern}", "date_format {pattern!r} is no strptime pattern").filled(
            pattern=pattern
        )
        raise ExportError(Fault(file, fault, hint=Words("例如 %d/%m/%Y %H:%M", "for example %d/%m/%Y %H:%M"))) from None
    if summary.n_fit == 0 and (sample := rows.sample()):
        fault = Words("“{column}”的值都不符合 {pattern}", "no value of {column!r} fits {pattern}").filled(
            column=column, pattern=pattern
        )
        raise ExportError(Fault(file, fault, _examples(sample)))
    return _read(rows, format, summary, file, column)


def _refuse_ambiguous(rows: _Column, candidates: list[TimeFormat], file: str, column: str, sample: list[str]) -> None:
    """Formats that read no value differently are one; where they do, the user has to say."""
    first, *others = (strptime_sql(rows.cell, format) for format in candidates)
    if any(rows.n_where(f"{first} <> {other}") for other in others):
        raise _ambiguous(file, column, [format.name for format in candidates], sample)


def _refuse_mixed_offsets(rows: _Column, format: TimeFormat, file: str, column: str) -> None:
    others = [other for other in FORMATS[:2] if other.has_offset != format.has_offset]
    read = f"{strptime_sql(rows.cell, format)} is null"
    n = sum(rows.n_where(f"{read} and {strptime_sql(rows.cell, other)} is not null") for other in others)
    if n:
        fault = Words(
            "“{column}”里混有带时差和不带时差的时间", "{column!r} mixes times with and without an offset"
        ).filled(column=column)
        facts = Words("{n} 个值与其余不同", "{n} values differ from the rest").filled(n=n)
        hint = Words("请系统管理员统一导出格式", "have the system export them all alike")
        raise ExportError(Fault(file, fault, facts, hint))


def _examples(sample: list[str]) -> Words:
    shown = ", ".join(repr(value) for value in list(dict.fromkeys(sample))[:3])
    return Words("例如：{shown}", "for example: {shown}").filled(shown=shown)


def _unreadable(file: str, column: str, sample: list[str]) -> ExportError:
    fault = Words("“{column}”的时间无法读取", "the times in {column!r} cannot be read").filled(column=column)
    hint = Words(
        "检查列是否选对，或在 sources: 中写 date_format:（例如 %d/%m/%Y %H:%M）",
        "check that it is the right column, or declare date_format: under sources: (for example %d/%m/%Y %H:%M)",
    )
    return ExportError(Fault(file, fault, _examples(sample), hint))


def _ambiguous(file: str, column: str, names: list[str], sample: list[str]) -> ExportError:
    fault = Words(
        "“{column}”的日期可以有多种读法：{names}", "the dates in {column!r} can be read in several ways: {names}"
    ).filled(column=column, names=", ".join(names))
    hint = Words(
        "哪一个是日、哪一个是月？在 sources: 中写 date_format:，例如 %d/%m/%Y %H:%M",
        "which is the day and which the month? Declare date_format: under sources:, for example %d/%m/%Y %H:%M",
    )
    return ExportError(Fault(file, fault, _examples(sample), hint))
