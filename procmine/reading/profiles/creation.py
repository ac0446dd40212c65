"""The event that opens a case, made from the time at which the case was created."""

from __future__ import annotations

from procmine.core.log.sql import literal
from procmine.reading.files.raw import ROW
from procmine.reading.profiles.fields import Fields, cell_of

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
