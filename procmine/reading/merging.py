"""Several files, one log: their events side by side, each record once.

Monthly exports overlap. What tells a record from another is what the source names as its key; without
one, a row of a later file is a repeat only where it agrees with a row of an earlier one in everything
but its place. Equal rows inside one file are never touched: they may be two events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.errors import UnknownNameError
from procmine.core.import_report import Note
from procmine.core.sql import listed, quoted
from procmine.core.words import Words
from procmine.reading.raw import FILE_NUMBER
from procmine.reading.shapes import Staged
from procmine.reading.source import Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_COPY, _TURN = "__copy", "__turn"
_PLACE = ("source_file", "source_row", FILE_NUMBER)


class Part(NamedTuple):
    """The events of one file.

    Attributes
    ----------
    source
        What the file belongs to: files of one source may overlap.
    key
        Columns of the export that tell one record from another; empty: the whole row does.
    row_is_case
        Whether a row of the file tells a whole case, so that a later file tells it anew.
    """

    source: Source
    staged: Staged
    key: tuple[str, ...] = ()
    row_is_case: bool = False


class Merged(NamedTuple):
    """The events of all files in one view, with `FILE_NUMBER` beside the columns.

    Attributes
    ----------
    columns
        Column to SQL type.
    tables
        Tables that hold rows of it, to be dropped when they are no longer needed.
    n_repeats
        Rows left out because an earlier file holds them.
    """

    view: str
    columns: dict[str, str]
    tables: tuple[str, ...]
    n_repeats: int
    notes: tuple[Note, ...]


def merged(backend: Backend, parts: Sequence[Part]) -> Merged:
    """Put the events of all files together, files of one source without repeats.

    Raises
    ------
    UnknownNameError
        If a source names a key column that its files do not have.
    """
    groups: dict[int, list[int]] = {}
    for number, part in enumerate(parts):
        groups.setdefault(id(part.source), []).append(number)
    views: list[tuple[str, dict[str, str]]] = []
    notes: list[Note] = []
    tables: list[str] = []
    for numbers in groups.values():
        first = parts[numbers[0]]
        numbered = [_numbered(backend, parts[number].staged, number) for number in numbers]
        view, columns = _union(backend, numbered, f"source_{numbers[0]}")
        if len(numbers) > 1 or first.key:
            n, code = _told_once(backend, view, first)
            view = f"{view}_once"
            tables.append(view)
            if n:
                notes.append(Note(code=code, level="info", facts={"n": n, "path": first.source.path}))
        views.append((view, columns))
    view, columns = _union(backend, views, "merged")
    n_repeats = sum(int(str(note.facts["n"])) for note in notes)
    return Merged(view, columns, tuple(tables), n_repeats, tuple(notes))


def _numbered(backend: Backend, part: Staged, number: int) -> tuple[str, dict[str, str]]:
    view = f"{part.view}_numbered"
    backend.con.execute(f"create view {view} as select *, {number}::integer as {FILE_NUMBER} from {part.view}")
    return view, {**part.columns, FILE_NUMBER: "INTEGER"}


def _union(backend: Backend, parts: Sequence[tuple[str, dict[str, str]]], name: str) -> tuple[str, dict[str, str]]:
    """Views one below the other; a column of different types in different files becomes text."""
    if len(parts) == 1:
        return parts[0]
    kinds: dict[str, set[str]] = {}
    for _, columns in parts:
        for column, kind in columns.items():
            kinds.setdefault(column, set()).add(kind)
    types = {column: next(iter(found)) if len(found) == 1 else "VARCHAR" for column, found in kinds.items()}

    def select(view: str, columns: dict[str, str]) -> str:
        cells = (
            f"{quoted(column) if column in columns else 'null'}::{kind} as {quoted(column)}"
            for column, kind in types.items()
        )
        return f"select {', '.join(cells)} from {view}"

    backend.con.execute(f"create view {name} as {' union all '.join(select(*part) for part in parts)}")
    return name, types


def _told_once(backend: Backend, view: str, part: Part) -> tuple[int, str]:
    if part.row_is_case:
        return _latest(backend, view), "told_anew"
    return _once(backend, view, _key(part), whole=not part.key), "repeats"


def _key(part: Part) -> list[str]:
    """The columns that tell one record from another, as the log names them."""
    staged = part.staged
    if not part.key:
        positional = () if "sequence" in staged.map.canonical else ("sequence",)
        return [name for name in staged.columns if name not in (*_PLACE, *positional)]
    known = {column: name for name, column in (*staged.map.attributes.items(), *staged.map.canonical.items())}
    absent = [column for column in part.key if column not in known]
    if absent:
        raise UnknownNameError.among(Words("列", "column"), absent, list(known), "project.yml: sources: key:")
    return [known[column] for column in part.key]


def _once(backend: Backend, view: str, key: Sequence[str], *, whole: bool) -> int:
    """Fill the table `<view>_once` with each record once: the first of it by file and row; return how many went."""
    same = listed(key)
    copies = f"row_number() over (partition by {same}, {FILE_NUMBER} order by source_row, sequence)" if whole else "1"
    run = backend.con.execute
    run(
        f"create table {view}_once as select * exclude ({_COPY}) from (select *, {copies} as {_COPY} from {view}) "
        f"qualify row_number() over (partition by {same}, {_COPY} order by {FILE_NUMBER}, source_row, sequence) = 1"
    )
    return _n_fewer(backend, view)


def _latest(backend: Backend, view: str) -> int:
    """Fill the table `<view>_once` with each case as the last file that holds it tells it."""
    run = backend.con.execute
    run(
        f"create table {view}_once as select * from {view} "
        f"qualify {FILE_NUMBER} = max({FILE_NUMBER}) over (partition by case_id)"
    )
    return _n_fewer(backend, view)


def _n_fewer(backend: Backend, view: str) -> int:
    query = f"select (select count(*) from {view}) - (select count(*) from {view}_once)"
    (n,) = backend.con.execute(query).fetchone() or (0,)
    return int(n)
