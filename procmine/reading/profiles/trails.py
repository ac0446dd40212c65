"""A cell that holds the whole trail of a case: one event per record in it.

A trail is cut before what looks like the head of a record, a name, an action and a time, and nowhere
else: remarks hold semicolons, line ends and bars themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pyarrow as pa

from procmine.core.log.engine import literal
from procmine.core.text.errors import ExportError
from procmine.core.text.words import Words
from procmine.reading.files.raw import ROW, Reject
from procmine.reading.profiles.fields import Fields, cell_of

CELL_LIMIT = 32_767
"""Characters that a cell of a workbook can hold."""

_BATCH = 5000
_KEPT_ROWS = 1000
_TIME = r"\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\s*[\d:])"
HEAD = (
    r"(?:^|[;；\n])[ \t\r]*(?P<actor>[^|;；\n]{1,60})\|(?:(?P<user>[^|;；\n]{1,64})\|)?(?P<action>[^|;；\n]{1,40})\|"
    rf"(?P<timestamp>{_TIME})"
)
"""The head of a record where a profile gives none of its own: name, perhaps an id, action, time."""

_GROUPS = ("actor", "user", "action", "timestamp")
_MADE = (*_GROUPS, "verdict", "comment")


class TrailRecord(NamedTuple):
    """One record of a trail."""

    actor: str | None
    user: str | None
    action: str | None
    timestamp: str | None
    verdict: str | None
    comment: str | None


def split_trail(cell: str, head: str = HEAD) -> list[TrailRecord]:
    r"""The records of a trail.

    A trail as long as a cell can be was cut: a last record whose head reaches the very end is left
    out, since its time may be cut as well.

    Examples
    --------
    >>> [record.comment for record in split_trail("甲|提交|2026-03-05 09:00;\n乙|审批|2026-03-05 10:00|refuse|缺发票;\n请补|财务")]
    [None, '缺发票;\n请补|财务']
    """
    found = list(re.finditer(head, cell))
    if found and len(cell) >= CELL_LIMIT and found[-1].end() == len(cell):
        del found[-1]
    ends = [*(match.start() for match in found[1:]), len(cell)]
    return [_record(match, cell[match.end() : end]) for match, end in zip(found, ends, strict=False)]


def _record(match: re.Match[str], rest: str) -> TrailRecord:
    groups = {name: value and value.strip() for name, value in match.groupdict().items()}
    rest = rest.strip().rstrip(";；").strip().removeprefix("|")
    verdict, _, comment = rest.partition("|")
    actor, user, action, timestamp = (groups.get(name) or None for name in _GROUPS)
    return TrailRecord(actor, user, action, timestamp, verdict.strip() or None, comment.strip("| \n") or None)


def trail_cell(rows: Fields) -> None:
    """One event per record of the cell; a case whose trail is empty keeps its start."""
    empty = f"{cell_of('case_id')} is null and {cell_of('cell')} is null"
    told = f"row_number() over (partition by f_case_id, f_cell order by {ROW})"
    rows.step(f"select *, if(f_case_id is null, 1, {told}) as __nth from {rows.relation}")
    rows.set_aside(f"(__nth > 1 or {empty})", "detail_rows")
    rows.step(f"select * exclude (__nth) from {rows.relation}")
    _say_cut(rows)
    table = _records(rows)
    _refuse_unreadable(rows, table)
    made = ", ".join(f"r.{name} as f_{'resource' if name == 'actor' else name}" for name in _MADE)
    hidden = [f"f_{name}" for name in ("resource", "user", "action", "timestamp", "verdict", "comment") if name in rows]
    kept = f"t.* exclude ({', '.join(['f_cell', *hidden])})"
    events = (
        f"select {kept}, {made}, r.position as f_position from {rows.relation} as t join {table} as r using ({ROW})"
    )
    rows.step(f"{events}{_starts(rows, kept, table)}")
    for field in ("cell", "created", "creator"):
        rows.origins.pop(field, None)
    given = [name for name in _MADE[1:] if name != "user" or rows.count("f_user is not null")]
    rows.origins |= dict.fromkeys(("resource", "position", *given), "")
    if "completed" in rows:
        _say_early_end(rows)
        rows.attributes[rows.origins.pop("completed")] = cell_of("completed")


def _starts(rows: Fields, kept: str, table: str) -> str:
    """The query that adds the start of each case whose trail is empty."""
    creation = rows.profile.created_event
    has_start = creation is not None and "created" in rows
    start = "f_created" if has_start else "null::varchar"
    without = f"{ROW} not in (select {ROW} from {table})"
    rows.set_aside(f"({without} and {start} is null)", "no_trail")
    if creation is None or not has_start:
        return ""
    n = rows.count(without)
    if not n:
        return ""
    rows.note("empty_trail", n=n)
    who = "f_creator" if "creator" in rows else "null"
    cells = {"resource": who, "action": literal(creation.activity), "timestamp": "f_created"}
    names = ("resource", *_MADE[1:])
    made = ", ".join(f"{cells.get(name, 'null')}::varchar as f_{name}" for name in names)
    return f" union all by name select {kept}, {made}, 0 as f_position from {rows.relation} as t where {without}"


def _say_early_end(rows: Fields) -> None:
    """Cases whose record goes on after the time at which they are said to have ended."""
    try:
        last, end = rows.instant(), rows.instant("completed")
    except ExportError:
        return
    cases = f"select f_case_id, max({last}) as last, max({end}) as done from {rows.relation} group by 1"
    # Some exports write the end without seconds.
    early = f"select count(*), min(f_case_id) from ({cases}) where date_trunc('minute', last) > done"
    n, example = rows.backend.con.execute(early).fetchone() or (0, None)
    if n:
        rows.note("ended_early", warn=True, n=n, column=rows.name_of("completed"), example=str(example))


def _say_cut(rows: Fields) -> None:
    n = rows.count(f"length(f_cell) >= {CELL_LIMIT}")
    if n:
        rows.note("trail_cut", warn=True, n=n)


def _records(rows: Fields) -> str:
    """Split all trails into a table of records."""
    table = f"records_{rows.number}"
    con = rows.backend.con
    kinds = ", ".join(f"{name} varchar" for name in _MADE)
    con.execute(f"create table {table} ({ROW} bigint, position integer, {kinds})")
    names = [ROW, "position", *_MADE]
    for batch in _batches(rows):
        if batch:
            columns = list(zip(*batch, strict=True))
            types = [pa.int64(), pa.int32(), *[pa.string()] * len(_MADE)]
            arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
            con.register("given", pa.table(arrays, names=names))
            con.execute(f"insert into {table} select * from given")
            con.unregister("given")
    return table


def _batches(rows: Fields) -> Iterator[list[tuple[Any, ...]]]:
    head = rows.profile.record or HEAD
    query = f"select {ROW}, f_cell from {rows.relation} where f_cell is not null order by {ROW}"
    cursor = rows.backend.con.cursor()
    cursor.execute(query)
    while cells := cursor.fetchmany(_BATCH):
        yield [
            (row, position, *record)
            for row, cell in cells
            for position, record in enumerate(split_trail(cell, head), 1)
        ]


def _refuse_unreadable(rows: Fields, table: str) -> None:
    """A trail without any record is refused, row by row."""
    unread = f"f_cell is not null and {ROW} not in (select {ROW} from {table})"
    query = f"select count(*), list({ROW} order by {ROW})[:{_KEPT_ROWS}], arg_min(left(f_cell, 200), {ROW})"
    n, numbers, example = rows.backend.con.execute(f"{query} from {rows.relation} where {unread}").fetchone() or (
        0,
        [],
        "",
    )
    if n:
        reason = Words("“{column}”里没有可识别的记录", "no record can be made out in {column!r}").filled(
            column=rows.name_of("cell")
        )
        rows.rejects.append(Reject(reason, n, tuple(numbers), example))
        rows.step(f"select * from {rows.relation} where not ({unread})")
