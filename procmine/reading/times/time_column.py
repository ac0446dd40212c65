"""One text column of times, asked in SQL: how its values are written, and what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from procmine.core.log.engine import trimmed
from procmine.reading.files.raw import ROW, RawTable
from procmine.reading.times.time_formats import SIGNS, TimeFormat, read_sql, repaired_sql

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_SAMPLE = 500
_OFFSET = r"^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[T ]+[0-9]{1,2}:[0-9]{2}(:[0-9.]+)? *([Zz]|[+-][0-9]{2}:?[0-9]{2})?$"


class Summary(NamedTuple):
    """How many values a column has and a format reads, and the earliest and latest of them."""

    n_rows: int
    n_given: int
    n_fit: int
    first: datetime | None
    last: datetime | None

    @property
    def n_unfit(self) -> int:
        """Values that are given and do not fit."""
        return self.n_given - self.n_fit


class TimeColumn:
    """One text column, asked in SQL as `value`."""

    def __init__(self, backend: Backend, source: str, cell: str, repairs: frozenset[str]) -> None:
        self.backend, self.source, self.cell, self.repairs = backend, source, cell, repairs
        self.relation = f"(select {cell} as value from {source})"

    def repairing(self, sample: Sequence[str]) -> TimeColumn:
        """The column with everything put right that some texts need."""
        found = {name for name, sign in SIGNS.items() if any(re.search(sign, text) for text in sample)}
        return TimeColumn(self.backend, self.source, self.cell, self.repairs | found)

    def with_repair(self, name: str) -> TimeColumn:
        """The column with one more thing put right."""
        return TimeColumn(self.backend, self.source, self.cell, self.repairs | {name})

    def sql(self, formats: Sequence[TimeFormat], cell: str = "value") -> str:
        """The expression that reads a value by the first of some formats that fits."""
        read = [read_sql(cell, format, self.repairs) for format in formats]
        return read[0] if len(read) == 1 else f"coalesce({', '.join(read)})"

    @property
    def _given(self) -> str:
        return repaired_sql("value", self.repairs)

    def row(self, query: str) -> tuple[Any, ...]:
        """The one row that a query gives."""
        return self.backend.con.execute(query).fetchone() or ()

    def sample(self) -> list[str]:
        """The first values that are given."""
        return [value for (value,) in self.backend.con.execute(self.head[1:-1]).fetchall()]

    def unfit(self, formats: Sequence[TimeFormat]) -> list[str]:
        """Values that no format reads."""
        where = f"{trimmed(self._given)} <> '' and {self.sql(formats)} is null"
        query = f"select distinct value from {self.relation} where {where} limit {_SAMPLE}"
        return [value for (value,) in self.backend.con.execute(query).fetchall()]

    def fitting_sample(self, formats: Sequence[TimeFormat]) -> list[int]:
        """How many values of the sample each format reads."""
        counts = ", ".join(f"count({self.sql((format,))})" for format in formats)
        return list(self.row(f"select {counts} from {self.head}"))

    def summary(self, formats: Sequence[TimeFormat]) -> Summary:
        """What some formats read of the whole column."""
        n_rows, n_given, *found = self.row(
            f"select count(*), count(given), count(t), min(t), max(t) "
            f"from (select {self._given} as given, {self.sql(formats)} as t from {self.relation})"
        )
        if n_given > found[0]:
            n_given = self.n_where(f"{trimmed(self._given)} <> ''")
        return Summary(n_rows, n_given, *found)

    def n_where(self, condition: str) -> int:
        """How many values meet a condition."""
        (n,) = self.row(f"select count(*) from {self.relation} where {condition}")
        return int(n)

    @property
    def head(self) -> str:
        """The first values that are given, as a relation."""
        return f"(select value from {self.relation} where {trimmed(self._given)} <> '' limit {_SAMPLE})"

    def first_row(self, condition: str) -> int:
        """The number of the first row whose value is given and meets a condition."""
        relation = f"(select {self.cell} as value, {ROW} from {self.source})"
        (row,) = self.row(f"select min({ROW}) from {relation} where {condition} and {trimmed('value')} <> ''")
        return int(row or 0)

    @property
    def wide(self) -> str:
        """The text with full-width signs made plain."""
        return repaired_sql("value", self.repairs & {"wide"})


def offsets_in(bench: Backend, raw: RawTable, columns: Sequence[str]) -> tuple[str, ...]:
    """What the values that look like a date with a time say of their zone, each different thing once."""
    found: set[str] = set()
    for cell in {raw.columns[name] for name in columns if name in raw.columns}:
        text = f"trim(cast({cell} as varchar))"
        query = f"select distinct regexp_extract({text}, '{_OFFSET}', 2) from {raw.relation} where regexp_matches({text}, '{_OFFSET}')"
        found |= {str(offset).upper() for (offset,) in bench.con.execute(query).fetchall()}
    return tuple(sorted(found))
