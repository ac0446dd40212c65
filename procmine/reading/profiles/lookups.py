"""What an export keeps in another file: joined as columns before the rows are understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from procmine.core.log.columns import distinct_name
from procmine.core.log.engine import trimmed
from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.raw import ROW, RawTable
from procmine.reading.profiles.profile import find_column
from procmine.reading.profiles.profile_parts import Lookup

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def join_lookup(backend: Backend, raw: RawTable, lookup: Lookup, other: RawTable) -> RawTable:
    """Add what another file knows of the rows as columns.

    A row is matched where it gives the whole key and all of it is equal. A key that stands several
    times takes the first row that gives anything, and all of that row; one that gives nothing is as
    good as absent.

    Parameters
    ----------
    other
        The rows of the file that is asked.

    Raises
    ------
    ExportError
        If a column to be matched is missing in either file, or every column to be taken.
    """
    pairs = [(_cell(raw, [here]), _cell(other, there)) for here, there in lookup.match.items()]
    columns, taken = dict(raw.columns), {}
    for name, given in _taken(other, lookup).items():
        cell = f"n{len(columns)}"
        columns[distinct_name(name, columns)], taken[cell] = cell, _plain(given)
    number = len(raw.columns)
    names, relation = f"{raw.relation}_names_{number}", f"{raw.relation}_named_{number}"
    run = backend.con.execute
    keys = {f"k{i}": _plain(there) for i, (_, there) in enumerate(pairs)}
    values = ", ".join(f"{cell} := {given}" for cell, given in taken.items())
    run(
        f"create table {names} as select {', '.join(keys)}, arg_min(taken, place) as taken, "
        "min(taken) is distinct from max(taken) as varies from ("
        f"select {', '.join(f'{given} as {key}' for key, given in keys.items())}, "
        f"struct_pack({values}) as taken, {ROW} as place from {other.relation} "
        f"where {_all_given(keys.values())} and coalesce({', '.join(taken.values())}) is not null) group by all"
    )
    same = " and ".join(f"{_plain(f'raw.{here}')} = names.k{i}" for i, (here, _) in enumerate(pairs))
    cells = ", ".join(f"names.taken.{cell} as {cell}" for cell in taken)
    run(
        f"create view {relation} as select raw.*, {cells} from {raw.relation} as raw left join {names} as names on {same}"
    )
    asked = _all_given(_plain(here) for here, _ in pairs)
    counts = {
        "lookup_missing": f"{relation} where {asked} and coalesce({', '.join(taken)}) is null",
        "lookup_repeated": f"{names} where varies",
    }
    added = ", ".join(name for name in columns if name not in raw.columns)
    notes = [
        Note(code=code, level="warning", facts={"column": added, "n": row[0]})
        for code, counted in counts.items()
        if (row := run(f"select count(*) from {counted}").fetchone()) and row[0]
    ]
    return replace(raw, relation=relation, tables=(*raw.tables, names), columns=columns, notes=(*raw.notes, *notes))


def fits_lookup(lookup: Lookup, here: Iterable[str], there: Iterable[str]) -> bool:
    """Whether a file with the columns `there` is what a lookup asks of a file with the columns `here`."""
    ours, theirs = list(here), list(there)
    matched = all(
        find_column([header], ours) is not None and find_column(headers, theirs) is not None
        for header, headers in lookup.match.items()
    )
    wanted = [headers for name, headers in lookup.take.items() if find_column([name], ours) is None]
    return matched and any(find_column(headers, theirs) is not None for headers in wanted)


def _plain(cell: str) -> str:
    return f"nullif({trimmed(f'{cell}::varchar')}, '')"


def _all_given(cells: Iterable[str]) -> str:
    return " and ".join(f"{cell} is not null" for cell in cells)


def _taken(other: RawTable, lookup: Lookup) -> dict[str, str]:
    """New column to the other file's cell; columns that it does not have are left out."""
    found = {name: find_column(aliases, other.columns) for name, aliases in lookup.take.items()}
    cells = {name: other.columns[column] for name, column in found.items() if column is not None}
    if not cells:
        raise _missing(other, next(iter(lookup.take.values())))
    return cells


def _cell(raw: RawTable, aliases: list[str]) -> str:
    column = find_column(aliases, raw.columns)
    if column is None:
        raise _missing(raw, aliases)
    return raw.columns[column]


def _missing(raw: RawTable, aliases: list[str]) -> ExportError:
    fault = Words("缺少“{wanted}”列", "the column {wanted!r} is missing").filled(wanted=aliases[0])
    listed = Words("已有的列：{names}", "columns found: {names}").filled(names=", ".join(raw.columns))
    return ExportError(Fault(raw.file.name, fault, listed))
