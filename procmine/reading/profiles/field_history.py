"""Rows that tell which field of which record became what: an event where a watched field changed."""

from __future__ import annotations

from procmine.core.log.engine import literal
from procmine.reading.files.raw import ROW
from procmine.reading.profiles.fields import Fields, cell_of
from procmine.reading.profiles.profile import plain_header
from procmine.reading.profiles.row_events import CREATION, creations


def field_history(rows: Fields) -> None:
    """One event per change of a watched field, and one for the creation of a case where it is known.

    Without a `field` column every row is a change of the first watched field. The creation is a row
    of its own (a marker), else it is made from the column `created`; its `to_state` is the old value
    of the first change.
    """
    created = creations(rows)
    if "old" not in rows:
        _remember(rows)
    rows.set_aside(
        f"({cell_of('timestamp')} is null and {cell_of('new')} is null)",
        "case_without_records",
        file=rows.raw.file.name,
    )
    _mark(rows)
    _unwatched(rows)
    idle = f"({cell_of('old')} is not distinct from {cell_of('new')} or {cell_of('new')} is null and __needs_new)"
    rows.set_aside(f"({idle} and not __marker)", "unchanged")
    _initial(rows)
    made = "if(__marker, __initial, f_new) as f_new, 1 as f_position"
    events = f"select * exclude (__marker, __needs_new, __initial, f_new), {made} from {rows.relation}"
    if created:
        marked = f"select f_case_id from {rows.relation} where __marker"
        initial = f"select f_case_id, min(__initial) as f_new from {rows.relation} group by 1"
        opened = f"select c.*, i.f_new, {CREATION} as f_position from ({created}) as c left join ({initial}) as i using (f_case_id)"
        events = f"{events} union all by name {opened} where f_case_id not in ({marked})"
    rows.step(events)
    rows.origins |= {"activity": "", "position": "", "new": ""}
    for field in ("created", "creator"):
        rows.origins.pop(field, None)


def _remember(rows: Fields) -> None:
    """The old value of each change where the export keeps the new one alone: what the one before it made."""
    order = f"{rows.instant()} nulls first, {ROW}{rows.down}" if rows.count() else ROW
    same = ", ".join(cell_of(field) for field in ("case_id", "field") if field in rows)
    before = f"lag(f_new) over (partition by {same} order by {order}) as f_old"
    rows.step(f"select *, {before} from {rows.relation}", store=True)
    rows.origins["old"] = ""


def _watched(rows: Fields) -> dict[str, str]:
    return {plain_header(name): template for name, template in rows.profile.watch.items()}


def _plain(rows: Fields) -> str:
    """The expression that gives a row's field as it is compared; without such a column, the first watched one."""
    if "field" not in rows:
        return literal(next(iter(_watched(rows))))
    cell = cell_of("field")
    query = f"select distinct {cell} from {rows.relation} where {cell} is not null order by 1"
    names = [name for (name,) in rows.backend.con.execute(query).fetchall()]
    branches = " ".join(f"when {literal(name)} then {literal(plain_header(name))}" for name in names)
    return f"case {cell} {branches} end" if names else "null::varchar"


def _mark(rows: Fields) -> None:
    """The activity of each row, whether it marks a creation, and whether it needs a new value."""
    creation = rows.profile.created_event
    watched = _watched(rows)
    field = "__field"
    rows.step(f"select *, {_plain(rows)} as __field from {rows.relation}")
    templates = {name: literal(template).replace("{new}", "' || f_new || '") for name, template in watched.items()}
    branches = " ".join(f"when {literal(name)} then {template}" for name, template in templates.items())
    marker = "false"
    activity = f"case {field} {branches} end"
    if creation is not None and creation.markers and "field" in rows:
        names = ", ".join(literal(plain_header(name)) for name in creation.markers)
        marker = f"coalesce({field} in ({names}), false)"
        activity = f"if({marker}, {literal(creation.activity)}, {activity})"
    needy = [literal(name) for name, template in watched.items() if "{new}" in template]
    needs = f"coalesce({field} in ({', '.join(needy)}), false)" if needy else "false"
    marked = f"{marker} as __marker, {needs} as __needs_new, {activity} as f_activity"
    rows.step(f"select *, {marked} from {rows.relation}", store=True)


def _unwatched(rows: Fields) -> None:
    names = ", ".join(map(literal, _watched(rows)))
    other = f"(not __marker and coalesce(__field, '') not in ({names}))"
    if "field" in rows:
        query = f"select {cell_of('field')}, count(*) from {rows.relation} where {other} group by 1 order by 2 desc, 1"
        found = rows.backend.con.execute(query).fetchall()
        shown = ", ".join(f"{name or '–'} ×{n}" for name, n in found[:10]) + (" …" if len(found) > 10 else "")
        rows.set_aside(other, "unwatched", names=shown)


def _initial(rows: Fields) -> None:
    """The old value of a case's first change of the first watched field."""
    first = literal(next(iter(_watched(rows))))
    order = f"{rows.instant()} nulls last, {ROW}{rows.down}" if rows.count() else ROW
    change = f"__field = {first} and not __marker"
    rows.step(
        f"select * exclude (__field), first_value(if({change}, f_old, null)) over "
        f"(partition by f_case_id order by if({change}, 0, 1), {order}) as __initial from {rows.relation}",
        store=True,
    )
