"""Names that an export keeps in another file: joined as a column before the rows are understood."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from procmine.core.columns import distinct_name
from procmine.core.errors import ExportError, Fault
from procmine.core.import_report import Note
from procmine.core.sql import trimmed
from procmine.core.words import Words
from procmine.reading.profile import find_column
from procmine.reading.profile_parts import Lookup
from procmine.reading.raw import ROW, RawTable

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def join_lookup(backend: Backend, raw: RawTable, lookup: Lookup, other: RawTable) -> RawTable:
    """Add the names of another file as a column; a key with several names takes the first.

    Parameters
    ----------
    other
        The rows of the file that holds the names.

    Raises
    ------
    ExportError
        If the key or the name is no column where the profile seeks it.
    """
    on = _cell(raw, lookup.on)
    key, value = _cell(other, lookup.key), _cell(other, lookup.value)
    number = len(raw.columns)
    column = distinct_name(lookup.column, raw.columns)
    names, relation = f"{raw.relation}_names_{number}", f"{raw.relation}_named_{number}"
    run = backend.con.execute
    plain_key, plain_value = _plain(key), _plain(value)
    run(
        f"create table {names} as select {plain_key} as name_key, arg_min({plain_value}, {ROW}) as name_value, "
        f"count(distinct {plain_value}) as n_names from {other.relation} where {plain_key} is not null group by 1"
    )
    run(
        f"create view {relation} as select raw.*, names.name_value as n{number} from {raw.relation} as raw "
        f"left join {names} as names on {_plain(f'raw.{on}')} = names.name_key"
    )
    asked = f"select count(*) from {relation} where {_plain(on)} is not null and n{number} is null"
    counts = {
        "lookup_missing": run(asked).fetchone(),
        "lookup_repeated": run(f"select count(*) from {names} where n_names > 1").fetchone(),
    }
    notes = [
        Note(code=code, level="warning", facts={"column": column, "n": row[0]})
        for code, row in counts.items()
        if row and row[0]
    ]
    columns = {**raw.columns, column: f"n{number}"}
    return replace(raw, relation=relation, tables=(*raw.tables, names), columns=columns, notes=(*raw.notes, *notes))


def _plain(cell: str) -> str:
    return f"nullif({trimmed(f'{cell}::varchar')}, '')"


def _cell(raw: RawTable, aliases: list[str]) -> str:
    column = find_column(aliases, raw.columns)
    if column is None:
        fault = Words("缺少“{wanted}”列", "the column {wanted!r} is missing").filled(wanted=aliases[0])
        listed = Words("已有的列：{names}", "columns found: {names}").filled(names=", ".join(raw.columns))
        raise ExportError(Fault(raw.file.name, fault, listed))
    return raw.columns[column]
