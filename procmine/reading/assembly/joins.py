"""Tables beside the events – customers, score sheets, staff – joined by a key.

Every column of such a table becomes an attribute of the events it fits. A key that stands twice with
different values is refused: which of them is meant cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.log.columns import RESERVED, distinct_name
from procmine.core.log.engine import quoted, trimmed
from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault, UnknownNameError, did_you_mean
from procmine.core.text.words import Words
from procmine.reading.files.raw import RawTable
from procmine.reading.files.source import ReadingPlan, Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_OF_PEOPLE = ("role", "group")


class Joined(NamedTuple):
    """The events with the columns of a joined table, and what was found."""

    view: str
    columns: dict[str, str]
    notes: tuple[Note, ...]


def join_table(
    backend: Backend,
    view: str,
    columns: Mapping[str, str],
    raw: RawTable,
    source: Source,
    plan: ReadingPlan,
    case_columns: Sequence[str],
) -> Joined:
    """Add the columns of a table to the events whose key it names.

    Parameters
    ----------
    view, columns
        The events, and the SQL type of each of their columns.
    case_columns
        What the exports call the case: a table may be joined by that name.

    Raises
    ------
    ExportError
        If the table lacks its key, or a key stands twice with different values.
    UnknownNameError
        If the log has no column of the key's name.
    """
    key, theirs = _keys(source, plan, columns, case_columns)
    cell = raw.columns.get(theirs)
    if cell is None:
        found = Words("已有的列：{names}", "columns found: {names}").filled(names=", ".join(raw.columns))
        fault = Words("没有列“{name}”（on:）", "there is no column {name!r} (on:)").filled(name=theirs)
        raise ExportError(Fault(raw.file.name, fault, found, did_you_mean(theirs, raw.columns)))
    given = _given_columns(source, plan, columns, {name: c for name, c in raw.columns.items() if c != cell})
    table = f"{raw.relation}_joined"
    _make_table(backend, table, raw, cell, given)
    first, second = (
        (table, view) if source.join == "people" else (view, table)
    )  # who people are, the staff list knows best
    cells = [
        f"coalesce({first}.{quoted(name)}, {second}.{quoted(name)}) as {quoted(name)}"
        if name in columns
        else f"{table}.{quoted(name)}"
        for name in given
    ]
    taken = [name for name in given if name in columns]
    own = f"{view}.*" + (f" exclude ({', '.join(map(quoted, taken))})" if taken else "")
    joined = f"{view}_with_{raw.relation}"
    on = f"{trimmed(f'{view}.{quoted(key)}::varchar')} = {table}.__key"
    backend.con.execute(
        f"create view {joined} as select {', '.join([own, *cells])} from {view} left join {table} on {on}"
    )
    notes = _partners(backend, view, key, table, raw.file.name)
    return Joined(joined, {**columns, **dict.fromkeys(given, "VARCHAR")}, tuple(notes))


def _keys(
    source: Source, plan: ReadingPlan, columns: Mapping[str, str], case_columns: Sequence[str]
) -> tuple[str, str]:
    """The log's column and the table's."""
    if source.join == "people":
        if "resource" not in columns:
            fault = Words(
                "人员名单无法关联：导出中没有处理人（resource）",
                "the list of staff cannot be joined: the exports name no resource",
            )
            hint = Words("在 sources: 的 columns: 中写 resource:", "write resource: under columns: of a source")
            raise ExportError(Fault(source.path, fault, hint=hint))
        return "resource", source.columns.get("resource") or "resource"
    ours, theirs = source.on_columns
    standard = {column: name for name, column in plan.attributes.items()}
    for name in (ours, standard.get(ours, ours)):
        if name in columns:
            return name, theirs
    if ours in case_columns:
        return "case_id", theirs
    known = [name for name in columns if not name.startswith("__")]
    raise UnknownNameError.among(Words("列", "column"), [ours], known, f"{source.path}: on:")


def _given_columns(
    source: Source, plan: ReadingPlan, columns: Mapping[str, str], found: Mapping[str, str]
) -> dict[str, str]:
    """Name in the log of each of the table's columns, with its cell."""
    canonical = {column: name for name, column in source.columns.items() if name in _OF_PEOPLE and column}
    standard = {column: name for name, column in plan.attributes.items()}
    given: dict[str, str] = {}
    for column, cell in found.items():
        if column in canonical:
            given[canonical[column]] = cell
        else:
            given[distinct_name(standard.get(column, column), [*RESERVED, *columns, *given])] = cell
    return given


def _make_table(backend: Backend, table: str, raw: RawTable, cell: str, given: Mapping[str, str]) -> None:
    """The table with one row per key."""
    run = backend.con.execute
    cells = ", ".join(f"nullif({trimmed(f'{c}::varchar')}, '') as {quoted(name)}" for name, c in given.items())
    key = f"nullif({trimmed(f'{cell}::varchar')}, '')"
    run(
        f"create table {table} as select distinct {key} as __key{', ' if cells else ''}{cells} "
        f"from {raw.relation} where {key} is not null"
    )
    double = run(
        f"select __key, count(*) from {table} group by __key having count(*) > 1 order by 2 desc, 1 limit 1"
    ).fetchone()
    if double:
        fault = Words("键“{key}”出现多次而内容不同", "the key {key!r} stands more than once with different values")
        (n,) = run(f"select count(*) from (select __key from {table} group by 1 having count(*) > 1)").fetchone() or (
            0,
        )
        facts = Words("{n} 个键如此", "{n} keys do").filled(n=n)
        hint = Words("每个键只留一行", "keep one row for each key")
        raise ExportError(Fault(raw.file.name, fault.filled(key=double[0]), facts, hint))


def _partners(backend: Backend, view: str, key: str, table: str, file: str) -> list[Note]:
    text = trimmed(f"{quoted(key)}::varchar")
    counted, code = ("case_id", "joined") if key != "resource" else (text, "joined_people")
    met = f"count(distinct {counted}) filter (where {text} in (select __key from {table}))"
    n_met, n_all = backend.con.execute(f"select {met}, count(distinct {counted}) from {view}").fetchone() or (0, 0)
    facts: dict[str, str | int | Words] = {"file": file, "key": key, "n": n_all - n_met, "n_all": n_all}
    return [Note(code=code, level="warning" if n_all > n_met else "info", facts=facts)]
