"""Rows that show a whole record after each update: an event where a watched value became another."""

from __future__ import annotations

from procmine.core.log.sql import literal, quoted
from procmine.reading.files.raw import ROW
from procmine.reading.profiles.fields import Fields, cell_of


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
