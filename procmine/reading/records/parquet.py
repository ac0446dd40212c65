"""Parquet: a table whose types are already known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import duckdb

from procmine.core.log.columns import distinct_name
from procmine.core.log.engine import literal, quoted
from procmine.reading.files.containers import truncated
from procmine.reading.files.raw import ROW, RawTable, renamed_note
from procmine.reading.files.source import ExportFile

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_NESTED = ("STRUCT", "MAP", "UNION")


def read_parquet(backend: Backend, file: ExportFile, number: int) -> RawTable:
    """Load a Parquet file into the engine as table `raw_<number>`; rows are counted from 1.

    The whole file is read here: damage in a page shows only when the page is.

    Raises
    ------
    ExportError
        If the file is damaged.
    """
    origin = f"read_parquet({literal(str(file.path))}, file_row_number=true)"
    run = backend.con.execute
    try:
        described = run(f"select column_name, column_type from (describe select * from {origin})").fetchall()
    except duckdb.Error:
        raise truncated(file.path) from None
    names, cells, changed = _columns(described[:-1])
    table = f"raw_{number}"
    columns = ", ".join([*cells, f"(file_row_number + 1)::integer as {ROW}"])
    try:
        run(f"create table {table} as select {columns} from {origin}")
    except duckdb.Error:
        raise truncated(file.path) from None
    (n_rows,) = run(f"select count(*) from {table}").fetchone() or (0,)
    return RawTable(file, "parquet", table, (table,), names, n_rows, notes=tuple(renamed_note(changed)))


def _columns(described: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[str], list[str]]:
    """Names with their columns, the expressions that make them, and the names that had to change."""
    names: dict[str, str] = {}
    cells, changed = [], []
    for i, (own, kind) in enumerate(described):
        name = distinct_name(own, names)
        if name != own:
            changed.append(name)
        names[name] = f"c{i}"
        nested = kind.startswith(_NESTED) or kind.endswith("]")
        cells.append(f"{quoted(own)}{'::varchar' if nested else ''} as c{i}")
    return names, cells, changed
