"""Rows that tell of a piece of work from its start to its end: an event where it is finished."""

from __future__ import annotations

from procmine.core.log.sql import literal
from procmine.reading.files.raw import ROW
from procmine.reading.profiles.creation import CREATION, creations
from procmine.reading.profiles.fields import Fields, cell_of
from procmine.reading.profiles.profile_parts import Pairs


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
