"""Rows that become events: a whole record after each update, a piece of work from start to end, the creation of a case."""

from __future__ import annotations

from procmine.core.log.engine import literal, quoted
from procmine.reading.files.raw import ROW
from procmine.reading.profiles.fields import Fields, cell_of
from procmine.reading.profiles.profile_parts import Pairs


def snapshot_rows(rows: Fields) -> None:
    """One event per watched value that differs from the row before in the same case.

    The first row of a case is an event of the first watched field only: it shows its first state.
    """
    watched = {field: template for field, template in rows.profile.watch.items() if field in rows}
    keys = [f"try_cast({cell_of(field)} as hugeint)" for field in rows.profile.order_by if field in rows]
    order = ", ".join([f"{rows.instant()} nulls first", *keys, f"{ROW}{rows.down}"])
    before = ", ".join(f"lag({cell_of(field)}) over w as {quoted(f'b_{field}')}" for field in watched)
    window = f"window w as (partition by {cell_of('case_id')} order by {order})"
    rows.step(f"select *, row_number() over w as __nth, {before} from {rows.relation} {window}", store=True)
    changes = {field: _changed(field, first=i == 0) for i, field in enumerate(watched)}
    rows.set_aside(f"not ({' or '.join(changes.values())}) and {cell_of('timestamp')} is not null", "unchanged")
    inner = [f"b_{field}" for field in watched]
    kept = f"* exclude ({', '.join(map(quoted, ['__nth', *inner]))})"
    parts = []
    for i, (field, template) in enumerate(watched.items()):
        made = f"{cell_of(field)} as f_new, {quoted(f'b_{field}')} as f_old, {i} as f_position"
        activity = literal(template).replace("{new}", f"' || {cell_of(field)} || '")
        unread = f" or {cell_of('timestamp')} is null" if i == 0 else ""
        parts.append(
            f"select {kept}, {made}, {activity} as f_activity from {rows.relation} where {changes[field]}{unread}"
        )
    rows.step(" union all ".join(parts))
    rows.origins |= dict.fromkeys(("new", "old", "position", "activity"), "")


def _changed(field: str, *, first: bool) -> str:
    cell, before = cell_of(field), quoted(f"b_{field}")
    start = "true" if first else "__nth > 1"
    return f"({cell} is not null and {cell} is distinct from {before} and {start})"


def interval_rows(rows: Fields) -> None:
    """Leave out intervals that are still open; a finished one is an event that knows when it arrived or began.

    Where a profile knows when a case was created, that is an event as well.
    """
    if rows.profile.pairs is not None:
        _pair(rows, rows.profile.pairs)
    created = creations(rows)
    conditions = [f"{cell_of('timestamp')} is null"]
    for field, values in rows.profile.open_when.items():
        if field in rows:
            conditions.append(f"coalesce({cell_of(field)} in ({', '.join(map(literal, values))}), false)")
    rows.set_aside(f"({' or '.join(conditions)})", "open_intervals")
    if created:
        rows.step(
            f"select *, 1 as f_position from {rows.relation} union all by name select *, {CREATION} as f_position from ({created})"
        )
        rows.origins |= {"position": "", "activity": rows.origins.get("activity", "")}
        if "verdict" in rows and "action" not in rows:
            rows.origins["action"] = ""
    for field in ("created", "creator"):
        rows.origins.pop(field, None)


def _pair(rows: Fields, pairs: Pairs) -> None:
    """Make one row of each two that begin and end a stretch of time."""
    kind = cell_of(pairs.field)
    begins, ends = (f"{kind} in ({', '.join(map(literal, kinds))})" for kinds in (pairs.begin, pairs.end))
    rows.set_aside(f"(not coalesce({begins} or {ends}, false))", "no_pair", column=rows.name_of(pairs.field))
    keys = [f"try_cast({cell_of(field)} as hugeint)" for field in rows.profile.order_by if field in rows]
    order = ", ".join([*([f"{rows.instant()} nulls last"] if rows.count() else []), *keys, ROW])
    alike = f"window alike as (partition by {', '.join(map(cell_of, pairs.same))} order by {order})"
    end = f"if(lead({ends}) over alike, lead(f_timestamp) over alike, null)"
    rows.step(
        f"select * exclude (f_timestamp), f_timestamp as f_start, {end} as f_timestamp, {ends} as __end "
        f"from {rows.relation} {alike}",
        store=True,
    )
    rows.set_aside("__end", "paired_rows")
    rows.step(f"select * exclude (__end) from {rows.relation}")
    rows.origins["start"] = ""


CREATION = -1
"""Position of the event that opens a case: before all others of its time, whatever row it was made from."""


def creations(rows: Fields) -> str:
    """The query that gives one row per case, at the time it was created; empty where that is not known."""
    creation = rows.profile.created_event
    if creation is None or "created" not in rows:
        return ""
    fields = {"timestamp": "min(f_created)", "activity": literal(creation.activity)}
    fields["resource"] = "min(f_creator)" if "creator" in rows else "null::varchar"
    if "verdict" in rows or "action" in rows:
        fields["action"] = literal(creation.activity)
    if "resource" not in rows:
        rows.origins["resource"] = ""
        rows.step(f"select *, null::varchar as f_resource from {rows.relation}")
    cells = [f"{sql} as {cell_of(field)}" for field, sql in fields.items()]
    cells += [f"if(min({cell}) = max({cell}), min({cell}), null) as {cell}" for cell in rows.attributes.values()]
    cells.append(f"min({ROW}) as {ROW}")
    table = f"created_{rows.number}"
    rows.backend.con.execute(
        f"create table {table} as select f_case_id, {', '.join(cells)} from {rows.relation} "
        "where f_case_id is not null and f_created is not null group by 1"
    )
    return f"select * from {table}"
