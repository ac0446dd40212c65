"""Marks that keep a spreadsheet from making numbers of ids: taken off where the first rows show them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from procmine.core.log.engine import literal
from procmine.reading.files.raw import unwrapped
from procmine.reading.text.framing import records
from procmine.reading.text.text_layout import TextLayout

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_MARK = re.compile("[='\t]")


def wrapped_columns(head: Iterable[str], layout: TextLayout) -> set[str]:
    """The columns (`c0`, …) of which the first rows show a marked value."""
    found = set()
    for i, record in enumerate(records(head, layout.delimiter)):
        if i >= layout.header.first_data_row and _MARK.search(record.text):
            cells = record.cells(layout.delimiter)[: len(layout.header.names)]
            found |= {f"c{j}" for j, cell in enumerate(cells) if unwrapped(cell) != cell}
    return found


def unwrap(backend: Backend, table: str, columns: Collection[str]) -> int:
    """Take the marks off in some columns of a table; return how many cells had any."""
    if not columns:
        return 0
    run = backend.con.execute
    bare = {name: _bare(name) for name in sorted(columns)}
    counts = " + ".join(f"count(*) filter (where {text} <> {name})" for name, text in bare.items())
    (n,) = run(f"select {counts} from {table}").fetchone() or (0,)
    cells = ", ".join(f"nullif({text}, '') as {name}" for name, text in bare.items())
    run(f"create or replace table {table} as select * replace ({cells}) from {table}")
    return int(n)


def _bare(cell: str) -> str:
    """The expression that does to a cell what `unwrapped` does to a text."""
    text = f"trim({cell}, chr(9))"
    formula, marked = literal('="(?:[^"]|"")*"'), literal(r"'[-+]?[\pL\pN_./:-]*\d[\pL\pN_./:-]*")
    return (
        f"case when {cell} is null or not (contains({cell}, chr(9)) or {cell}[1] in ('=', '''')) then {cell} "
        f"when regexp_full_match({text}, {formula}, 's') "
        f"then replace(substr({text}, 3, length({text}) - 3), '\"\"', '\"') "
        f"when regexp_full_match({text}, {marked}) then substr({text}, 2) else {text} end"
    )
