"""Which attributes are the case's own: one value within every case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from procmine.core.log.engine import literal, quoted

if TYPE_CHECKING:
    import duckdb

BEFORE = "lag({}) over ()"
"""The value of the row before, in a table that is in order."""
SAME_CASE = "__same_case"
"""Working column: whether a row belongs to the case of the row before; named as no attribute is."""


def constant_in_case(
    connection: duckdb.DuckDBPyConnection, events: str, attributes: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Attributes with one value within every case.

    A file that never gives an attribute says nothing of it: a ticket system knows the customer, the
    approvals of the same case do not.

    Parameters
    ----------
    events
        A table in the order of cases, with `SAME_CASE` and perhaps `source_file`.

    Returns
    -------
    tuple
        Those that every event of the case has (or none has), and those that only some files give.
    """
    if not attributes:
        return [], []
    changed = ", ".join(
        f"{quoted(name)} is distinct from {BEFORE.format(quoted(name))} as {quoted(name)}" for name in attributes
    )
    counts = ", ".join(f"count(*) filter (where {SAME_CASE} and {quoted(name)})" for name in attributes)
    query = f"select {counts} from (select {SAME_CASE}, {changed} from {events})"
    changes = connection.execute(query).fetchone() or ()
    constant = [name for name, n in zip(attributes, changes, strict=True) if n == 0]
    others = [name for name in attributes if name not in constant]
    return constant, _constant_where_known(connection, events, others)


def _constant_where_known(connection: duckdb.DuckDBPyConnection, events: str, attributes: Sequence[str]) -> list[str]:
    known_in = _files_that_know(connection, events, attributes)
    if not known_in:
        return []
    cells, tests = [], []
    for i, (name, files) in enumerate(known_in.items()):
        told = ", ".join(literal(file) for file in files)
        cells.append(
            f"min({quoted(name)}) as lo{i}, max({quoted(name)}) as hi{i}, count({quoted(name)}) as n{i}, "
            f"count(*) filter (where source_file in ({told})) as k{i}"
        )
        tests.append(f"count(*) filter (where lo{i} is distinct from hi{i} or n{i} not in (0, k{i}))")
    grouped = f"select {', '.join(cells)} from {events} group by case_index"
    changes = connection.execute(f"select {', '.join(tests)} from ({grouped})").fetchone() or ()
    return [name for name, n in zip(known_in, changes, strict=True) if n == 0]


def _files_that_know(
    connection: duckdb.DuckDBPyConnection, events: str, attributes: Sequence[str]
) -> dict[str, list[str]]:
    """For each attribute that some file never gives: the files that do."""
    columns = [row[0] for row in connection.execute(f"describe {events}").fetchall()]
    if "source_file" not in columns or not attributes:
        return {}
    counts = ", ".join(f"count({quoted(name)})" for name in attributes)
    rows = connection.execute(f"select source_file, {counts} from {events} group by 1 order by 1").fetchall()
    known = {name: [row[0] for row in rows if row[i]] for i, name in enumerate(attributes, 1)}
    return {name: files for name, files in known.items() if 0 < len(files) < len(rows)}
