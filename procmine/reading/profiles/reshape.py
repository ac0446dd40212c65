"""The one door from a profile's rows to rows that are events: filter, shape, classify, name, count.

What comes out is a `RawTable` again, and a `Source` that says which column is which, so that
`event_rows` stages every shape alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from procmine.core.log.columns import MAPPABLE, distinct_name
from procmine.core.log.engine import literal
from procmine.core.text.words import Words
from procmine.reading.files.raw import FROM_BEGINNING, FROM_END, ROW, RawTable
from procmine.reading.files.source import Source
from procmine.reading.profiles.field_history import field_history
from procmine.reading.profiles.fields import Fields, cell_of
from procmine.reading.profiles.milestones import milestone_columns
from procmine.reading.profiles.profile import Profile
from procmine.reading.profiles.profile_parts import Doubles
from procmine.reading.profiles.row_events import CREATION, interval_rows, snapshot_rows
from procmine.reading.profiles.trails import trail_cell
from procmine.reading.profiles.vocabulary import CLASSES, class_of, unknown, unknown_sql

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

POSITION = "position"
"""A field of the shapes that make several events of one row: their order within it."""

_FILE_STEP = 10**10
_AUTOMATIC = ("auto", "timeout")
_NAMES = {"old": "from_state", "new": "to_state"}


def _no_change(rows: Fields) -> None:
    """Every row is an event already."""
    del rows


SHAPES: Mapping[str, Callable[[Fields], None]] = {
    "event_rows": _no_change,
    "interval_rows": interval_rows,
    "field_history": field_history,
    "snapshot_rows": snapshot_rows,
    "milestone_columns": milestone_columns,
    "trail_cell": trail_cell,
}


def reshape(backend: Backend, raw: RawTable, profile: Profile, source: Source, number: int) -> tuple[RawTable, Source]:
    """Turn a file's rows into rows that are events, as its profile says.

    Parameters
    ----------
    source
        What the project says: its columns come before the profile's aliases.
    number
        The file's place among the files read.

    Returns
    -------
    tuple
        The events as table `shaped_<number>`, and the source with every canonical column named.

    Raises
    ------
    ExportError
        If a required column is missing or the times that order the rows cannot be read.
    """
    rows = Fields(backend, raw, profile, source, number)
    rows.note("profile", file=raw.file.name, title=profile.title.words)
    _leave_out(rows)
    SHAPES[profile.shape](rows)
    _classify(rows)
    _say_numbers(rows)
    for code in profile.warnings:
        rows.note(code, warn=True)
    return _finished(rows)


def _leave_out(rows: Fields) -> None:
    """Rows that a profile knows to be no events of their own, whatever the shape."""
    profile = rows.profile
    _once(rows)
    for double in profile.doubles:
        if all(field in rows for field in (double.field, *double.same)):
            _drop_doubles(rows, double)
    for field, values in profile.keep.items():
        if field in rows:
            _drop_values(rows, field, f"coalesce({cell_of(field)}, '') not in ({_literals(values)})")
    for field, values in profile.drop.items():
        if field in rows:
            _drop_values(rows, field, f"{cell_of(field)} in ({_literals(values)})")


def _drop_doubles(rows: Fields, double: Doubles) -> None:
    cell = cell_of(double.field)
    if double.pattern is None:
        drop, beside = (f"{cell} = {literal(str(value))}" for value in (double.drop, double.beside))
    else:
        drop = f"coalesce(regexp_full_match({cell}, {literal(double.pattern)}), false)"
        beside = f"not {drop}"
    if not rows.count(drop):
        return
    alike = f"partition by {', '.join(map(cell_of, double.same))}"
    rows.step(f"select *, bool_or({beside}) over ({alike}) as __double from {rows.relation}", store=True)
    value = double.beside or Words("名称", "a name")
    rows.set_aside(f"(__double and {drop})", "double_rows", column=rows.name_of(double.field), value=value)
    rows.step(f"select * exclude (__double) from {rows.relation}")


def _once(rows: Fields) -> None:
    key = rows.profile.dedupe_key
    if not key or not all(field in rows for field in key):
        return
    cells = ", ".join(map(cell_of, key))
    given = " and ".join(f"{cell_of(field)} is not null" for field in key)
    nth = f"row_number() over (partition by {cells} order by {ROW})"
    rows.step(f"select *, case when {given} then {nth} else 1 end as __nth from {rows.relation}", store=True)
    rows.set_aside("__nth > 1", "repeated_rows", columns=", ".join(map(rows.name_of, key)))
    rows.step(f"select * exclude (__nth) from {rows.relation}")


def _drop_values(rows: Fields, field: str, condition: str) -> None:
    query = f"select distinct {cell_of(field)} from {rows.relation} where {condition} order by 1"
    for (value,) in rows.backend.con.execute(query).fetchall():
        same = f"{cell_of(field)} is not distinct from {'null' if value is None else literal(value)}"
        rows.set_aside(same, "not_kept", column=rows.name_of(field), value=value or "–")


def _literals(values: list[str]) -> str:
    return ", ".join(map(literal, values))


# ── what was done ─────────────────────────────────────────────────────────────────────────────


def _classify(rows: Fields) -> None:
    """The class of each event's action: the verdict says it, else the action."""
    words = [field for field in ("verdict", "action") if field in rows]
    if not words:
        return
    choices = [f"nullif({_classes(rows, field)}, '')" for field in words]
    last = f"coalesce({', '.join(cell_of(field) for field in words)})"
    fallback = unknown_sql(last)
    rows.step(f"select *, coalesce({', '.join(choices)}, {fallback}) as {cell_of('action_class')} from {rows.relation}")
    rows.origins["action_class"] = ""
    for action in rows.profile.drop_classes:
        named = CLASSES.get(action)
        rows.set_aside(f"{cell_of('action_class')} = {literal(action)}", "class_aside", action=named or action)


def _classes(rows: Fields, field: str) -> str:
    """The expression that gives the class of a known word, empty for any other."""
    query = f"select distinct {cell_of(field)} from {rows.relation} where {cell_of(field)} is not null order by 1"
    found = {word: class_of(word, rows.profile.vocabulary) for (word,) in rows.backend.con.execute(query).fetchall()}
    known = {word: action for word, action in found.items() if action != unknown(word)}
    if not known:
        return "''"
    branches = " ".join(f"when {literal(word)} then {literal(action)}" for word, action in known.items())
    return f"(case {cell_of(field)} {branches} else '' end)"


def _activity(rows: Fields) -> str:
    """The activity: a column of its own, else the first template whose fields are all given."""
    filled = [cell_of("activity")] if "activity" in rows else []
    for template in rows.profile.activity:
        parts = re.split(r"\{(\w+)\}", template)
        if all(field in rows for field in parts[1::2]):
            pieces = [cell_of(part) if i % 2 else literal(part) for i, part in enumerate(parts) if part]
            filled.append(f"({' || '.join(pieces)})")
    return f"coalesce({', '.join(filled)})" if filled else "null::varchar"


def _say_numbers(rows: Fields) -> None:
    """Say that activities are called by numbers where names are kept in a file that was not given."""
    profile, (best, *others) = rows.profile, rows.profile.activity or [""]
    named = re.findall(r"\{(\w+)\}", best)
    headers = {header for field in named for header in profile.aliases.get(field, ())}
    asked = [name for name, lookup in profile.lookups.items() if headers & set(lookup.take)]
    if not others or not asked or asked[0] in rows.source.lookups:
        return
    given = " and ".join(f"{cell_of(field)} is not null" if field in rows else "false" for field in named)
    n = rows.count(f"not ({given})")
    if n:
        rows.note("unnamed", warn=True, n=n, lookup=asked[0])


def _system(rows: Fields) -> str:
    """Whether an event is a system's: an automatic action, or an actor that a profile names."""
    parts = []
    if "action_class" in rows:
        parts.append(f"coalesce({cell_of('action_class')} in ({_literals(list(_AUTOMATIC))}), false)")
    if rows.profile.system_actors and "resource" in rows:
        parts.append(f"{cell_of('resource')} in ({_literals(rows.profile.system_actors)})")
    return f"({' or '.join(parts)})" if parts else ""


def _sequence(rows: Fields) -> str:
    """The order of events of equal time: the profile's fields, else their place in the file."""
    keys = []
    for field in rows.profile.order_by:
        if field in rows:
            keys += [f"try_cast({cell_of(field)} as hugeint)", cell_of(field)]
    if not keys and POSITION not in rows and not rows.down:
        return ""
    places = [f"{ROW}{rows.down}"]
    if POSITION in rows:
        opens, position = f"{cell_of(POSITION)} = {CREATION} desc", cell_of(POSITION)
        keys, places = [opens, *keys], [*places, position]
    return f"(row_number() over (order by {', '.join([*keys, *places])}) + {rows.number * _FILE_STEP})::bigint"


def _ordered_by(rows: Fields) -> Words:
    given = [field for field in rows.profile.order_by if field in rows]
    if given:
        return Words("“{column}”", "{column!r}").filled(column=rows.name_of(given[0]))
    return FROM_END if rows.down else FROM_BEGINNING


# ── names ─────────────────────────────────────────────────────────────────────────────────────


def _finished(rows: Fields) -> tuple[RawTable, Source]:
    cells: dict[str, str] = {}
    columns: dict[str, str | None] = dict.fromkeys(MAPPABLE)
    computed = {"activity": _activity(rows), "sequence": _sequence(rows)}
    for field in rows.origins:
        if field != POSITION and field not in computed:
            name = distinct_name(rows.origins[field] or _NAMES.get(field, field), cells)
            cells[name] = cell_of(field)
            if field in columns:
                columns[field] = name
    for field, sql in computed.items():
        if sql:
            own = rows.origins.get(field, "") if field == "activity" else ""
            columns[field] = distinct_name(own or field, cells)
            cells[str(columns[field])] = sql
    if computed["sequence"] and rows.origins.get("sequence"):
        cells[distinct_name(rows.origins["sequence"], cells)] = cell_of("sequence")
    for header, cell in rows.attributes.items():
        cells[distinct_name(header, cells)] = cell
    return _table(rows, cells), _source(rows, columns)


def _table(rows: Fields, cells: Mapping[str, str]) -> RawTable:
    table, system = f"shaped_{rows.number}", _system(rows)
    chosen = [f"{sql} as c{i}" for i, sql in enumerate(cells.values())]
    chosen += [f"{system} as c_system"] if system else []
    chosen += [f"{rows.time_header} as c_header"] if rows.time_header else []
    con, raw = rows.backend.con, rows.raw
    n_before = con.execute(f"select count(*) from {raw.relation}").fetchone()
    con.execute(f"create table {table} as select {', '.join([*chosen, ROW])} from {rows.relation} order by {ROW}")
    n_after = con.execute(f"select count(*) from {table}").fetchone()
    n_refused = sum(reject.n_rows for reject in rows.rejects)
    return replace(
        raw,
        relation=table,
        tables=(*raw.tables, *rows.tables, table),
        columns={name: f"c{i}" for i, name in enumerate(cells)},
        dates=frozenset(name for name in raw.dates if name in rows.attributes),
        rejects=(*raw.rejects, *rows.rejects),
        notes=(*raw.notes, *rows.notes),
        n_set_aside=raw.n_set_aside + rows.n_aside,
        n_made=raw.n_made + (n_after or (0,))[0] + rows.n_aside + n_refused - (n_before or (0,))[0],
        system_cell="c_system" if system else "",
        time_header="c_header" if rows.time_header else "",
        ordered_by=_ordered_by(rows),
    )


def _source(rows: Fields, columns: Mapping[str, str | None]) -> Source:
    own, profile = rows.source, rows.profile
    update = {
        "columns": dict(columns),
        "time_zone": own.time_zone or profile.time_zone,
        "date_format": own.date_format or profile.date_format,
    }
    return own.model_copy(update=update)
