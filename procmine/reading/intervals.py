"""Rows that tell of a piece of work from its start to its end: an event where it is finished."""

from __future__ import annotations

from procmine.core.sql import literal
from procmine.reading.creation import CREATION, creations
from procmine.reading.fields import Fields, cell_of


def interval_rows(rows: Fields) -> None:
    """Leave out intervals that are still open; a finished one is an event that knows when it arrived or began.

    Where a profile knows when a case was created, that is an event as well.
    """
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
