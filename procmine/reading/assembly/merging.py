"""Several files, one log: their events side by side, each record once.

Monthly exports overlap. What tells a record from another is its key, where the source or its profile
names one; without, a row of a later file is a repeat only where it agrees with a row of an earlier one
in everything but its place. Equal rows inside one file are then never touched: they may be two events.
Where a record tells its whole case, the last file that tells a case is believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.log.engine import literal, quoted
from procmine.core.log.import_report import Note
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words
from procmine.reading.events.shapes import Staged
from procmine.reading.files.raw import FILE_NUMBER
from procmine.reading.files.source import Source
from procmine.reading.profiles.profile import ROW_IS_CASE, Profile

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_COPY, _KIND = "__copy", "__kind"
_PLACE = ("source_file", "source_row", FILE_NUMBER)


class ExportPart(NamedTuple):
    """The events of one file.

    Attributes
    ----------
    source
        What the file belongs to: files of which the project says the same may overlap.
    key
        Columns of the export that tell one record from another; empty: the whole row does.
    profile
        How its rows became events.
    """

    source: Source
    staged: Staged
    key: tuple[str, ...] = ()
    profile: Profile | None = None

    @property
    def tells_cases(self) -> bool:
        """Whether a record of the file tells a whole case, so that a later file tells it anew."""
        if self.profile is None:
            return False
        records = self.profile.records
        return self.profile.shape in ROW_IS_CASE or (records is not None and records.whole)


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


def merge_exports(backend: Backend, parts: Sequence[ExportPart]) -> Merged:
    """Put the events of all files together, those of one kind without repeats.

    Raises
    ------
    UnknownNameError
        If a source names a key column that its files do not have.
    """
    groups: dict[str, list[int]] = {}
    for number, part in enumerate(parts):
        groups.setdefault(part.source.model_dump_json(exclude={"path"}), []).append(number)
    views: list[tuple[str, dict[str, str]]] = []
    notes: list[Note] = []
    tables: list[str] = []
    for numbers in groups.values():
        group = [parts[number] for number in numbers]
        numbered = [_numbered(backend, parts[number].staged, number) for number in numbers]
        view, columns = _union(backend, numbered, f"source_{numbers[0]}")
        if len(group) > 1 or group[0].key:
            whole = "told_anew" if group[0].tells_cases else ""
            query = _latest(view) if whole else _first_told(view, columns, group)
            n = _fill(backend, view, query)
            view = f"{view}_once"
            tables.append(view)
            if n:
                facts: dict[str, str | int | Words] = {"n": n, "path": group[0].source.path}
                notes.append(Note(code=whole or "repeats", level="info", facts=facts))
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


def _key(group: Sequence[ExportPart]) -> list[str]:
    """The columns that tell one record from another, as the log names them; none where the whole row does."""
    known: dict[str, str] = {}
    for part in group:
        named = (*part.staged.map.attributes.items(), *part.staged.map.canonical.items())
        known |= {column: name for name, column in named}
    absent = [column for column in group[0].key if column not in known]
    if absent:
        raise UnknownNameError.among(Words("列", "column"), absent, list(known), "project.yml: sources: key:")
    return [known[column] for column in group[0].key]


def _first_told(view: str, columns: Mapping[str, str], group: Sequence[ExportPart]) -> str:
    """The query for each record once, the first of it by file and row.

    A record is told by its key; where that is not given, by all that the row says but its place, and
    equal rows of one file stand for as many records. A case's creation, which a profile makes from
    each file anew, is one event of that case and time.
    """
    profile, key = group[0].profile, _key(group)
    # A profile makes several events of one row, and numbers them by their place in the file.
    own_order = profile is None and all("sequence" in part.staged.map.canonical for part in group)
    row = [name for name in columns if name not in (*_PLACE, *(() if own_order else ("sequence",)))]
    by_key = [*key, *(["activity"] if profile else [])]
    by_case = ["case_id", "activity", "timestamp"]
    given = " and ".join(f"{quoted(name)} is not null" for name in key) or "false"
    creation = profile.created_event if profile else None
    created = f"activity = {literal(creation.activity)}" if creation else "false"
    kinds = f"case when {created} then 'case' when {given} then 'key' else 'row' end"
    told = [
        *(f"if({_KIND} = 'case', {quoted(name)}, null)" for name in by_case if creation),
        *(f"if({_KIND} = 'key', {quoted(name)}, null)" for name in by_key if key),
        *(f"if({_KIND} = 'row', {quoted(name)}, null)" for name in row),
    ]
    same = ", ".join([_KIND, *told])
    order = "source_file, source_row, sequence"
    copies = f"if({_KIND} = 'row', row_number() over (partition by {same}, {FILE_NUMBER} order by {order}), 1)"
    return (
        f"select * exclude ({_COPY}, {_KIND}) from (select *, {copies} as {_COPY} from "
        f"(select *, {kinds} as {_KIND} from {view})) "
        f"qualify row_number() over (partition by {same}, {_COPY} order by {FILE_NUMBER}, {order}) = 1"
    )


def _latest(view: str) -> str:
    """The query for each case as the last file that holds it tells it."""
    return f"select * from {view} qualify {FILE_NUMBER} = max({FILE_NUMBER}) over (partition by case_id)"


def _fill(backend: Backend, view: str, query: str) -> int:
    """Store a query as the table `<view>_once`; return how many rows fewer it has than the view."""
    backend.con.execute(f"create table {view}_once as {query}")
    counts = f"select (select count(*) from {view}) - (select count(*) from {view}_once)"
    (n,) = backend.con.execute(counts).fetchone() or (0,)
    return int(n)
