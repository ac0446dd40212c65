"""Parquet: a table whose types are already known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.core.columns import distinct_name
from procmine.core.sql import literal, quoted
from procmine.reading.containers import truncated
from procmine.reading.raw import ROW, RawTable, renamed_note
from procmine.reading.source import ExportFile

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_NESTED = ("STRUCT", "MAP", "UNION")


def read_parquet(backend: Backend, file: ExportFile, number: int) -> RawTable:
    """Offer a Parquet file to the engine as view `raw_<number>`; rows are counted from 1.

    Raises
    ------
    ExportError
        If the file is damaged.
    """
    import duckdb

    origin = f"read_parquet({literal(str(file.path))}, file_row_number=true)"
    run = backend.con.execute
    try:
        described = run(f"select column_name, column_type from (describe select * from {origin})").fetchall()
    except duckdb.Error:
        raise truncated(file.path) from None
    names: dict[str, str] = {}
    cells, changed = [], []
    for i, (own, kind) in enumerate(described[:-1]):
        name = distinct_name(own, names)
        if name != own:
            changed.append(name)
        names[name] = f"c{i}"
        nested = kind.startswith(_NESTED) or kind.endswith("]")
        cells.append(f"{quoted(own)}{'::varchar' if nested else ''} as c{i}")
    relation = f"raw_{number}"
    columns = ", ".join([*cells, f"(file_row_number + 1)::integer as {ROW}"])
    run(f"create view {relation} as select {columns} from {origin}")
    (n_rows,) = run(f"select count(*) from {relation}").fetchone() or (0,)
    return RawTable(file, "parquet", relation, (), names, n_rows, notes=tuple(renamed_note(changed)))
