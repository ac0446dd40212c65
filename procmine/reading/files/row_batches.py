"""Rows of unknown columns on their way to the engine: batches in memory, parts on disk, one view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from procmine.core.log.columns import distinct_name
from procmine.core.log.engine import literal
from procmine.reading.files.raw import ROW

_SQL_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}

Kinds = Mapping[str, type]
"""Column to the Python type that holds its values."""


class Batch:
    """Some thousand events column by column; a column that lacks values is filled up when read."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {}
        self.n_rows = 0

    def put(self, name: str, value: Any, n: int = 1) -> bool:
        """Give the next `n` rows a value; False if the row has one already."""
        column = self.columns.get(name)
        if column is None:
            column = self.columns[name] = []
        behind = self.n_rows - len(column)
        if behind:
            if behind < 0:
                return False
            column.extend([None] * behind)
        column.extend([value] * n) if n > 1 else column.append(value)
        return True

    def filled(self, name: str) -> list[Any]:
        """All values of a column, None where a row has none."""
        column = self.columns[name]
        return column + [None] * (self.n_rows - len(column))


def write_batches(batches: Iterable[Batch], folder: Path) -> Iterator[Kinds]:
    """Write each batch as a Parquet part; give its columns and the Python type that holds each."""
    number = 1
    for i, batch in enumerate(batches):
        kinds: dict[str, type] = {}
        columns: dict[str, Any] = {ROW: pa.array(range(number, number + batch.n_rows), pa.int32())}
        number += batch.n_rows
        for j, key in enumerate(batch.columns):
            values = batch.filled(key)
            found = set(map(type, values)) - {type(None)}
            kinds[key] = _common(found)
            columns[f"k{j}"] = values if len(found) == 1 else [_as(value, kinds[key]) for value in values]
        pq.write_table(pa.table(columns), folder / f"{i}.parquet")
        yield kinds


def _common(kinds: set[type]) -> type:
    if len(kinds) == 1:
        return next(iter(kinds))
    return float if kinds == {int, float} else str


def _as(value: Any, kind: type) -> Any:
    if value is None or type(value) is kind:
        return value
    return str(value).lower() if isinstance(value, bool) else kind(value)


def unified(parts: Sequence[Kinds]) -> Kinds:
    """The type that holds each column over all parts: its own where it has one, else text."""
    keys = dict.fromkeys(key for part in parts for key in part)
    return {key: _common({part[key] for part in parts if key in part}) for key in keys}


def name_columns(kinds: Kinds) -> tuple[dict[str, str], list[str]]:
    """The name of each column in the raw table, and the names that had to be changed."""
    names: dict[str, str] = {}
    changed = []
    for i, key in enumerate(kinds):
        name = distinct_name(key, names)
        if name != key:
            changed.append(name)
        names[name] = f"c{i}"
    return names, changed


def union_sql(folder: Path, parts: Sequence[Kinds], kinds: Kinds, names: Mapping[str, str]) -> str:
    """The query that reads all parts as one table."""
    columns = list(names.values())
    if not parts:
        empty = ", ".join([*(f"null::varchar as {column}" for column in columns), f"0 as {ROW}"])
        return f"select {empty} where false"
    selects = []
    for i, part in enumerate(parts):
        at = {key: f"k{j}" for j, key in enumerate(part)}
        cells = [
            f"{at[key] if key in part else 'null'}::{_SQL_TYPES[kind]} as {column}"
            for (key, kind), column in zip(kinds.items(), columns, strict=True)
        ]
        path = literal(str(folder / f"{i}.parquet"))
        selects.append(f"select {', '.join([*cells, ROW])} from read_parquet({path})")
    return " union all ".join(selects)
