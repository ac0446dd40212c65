"""A file's rows as a table of the engine, before anything is understood: every container ends here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from procmine.core.columns import distinct_name
from procmine.core.import_report import Note
from procmine.core.words import Words
from procmine.reading.source import ExportFile

ROW = "source_row"
FILE_NUMBER = "__file"
"""Working column: which of the files a staged event came from."""


class Reject(NamedTuple):
    """Rows refused for one reason: their numbers (as a spreadsheet shows them) and the first one's text."""

    reason: Words
    n_rows: int
    rows: tuple[int, ...]
    example: str


@dataclass(frozen=True)
class RawTable:
    """The rows of one file.

    Attributes
    ----------
    relation
        Name of a table or view in the engine: columns `c0`, `c1`, … and `source_row`.
    tables
        The tables that hold the relation's rows, to be dropped when they are no longer needed.
    columns
        The file's column names, each with its column in the relation, in the file's order.
    dates
        Names of columns that the container itself declares to be times, written as ISO 8601 text.
    n_rows
        Rows in the file, refused ones included, header excluded.
    """

    file: ExportFile
    container: str
    relation: str
    tables: tuple[str, ...]
    columns: dict[str, str]
    n_rows: int
    encoding: str | None = None
    dates: frozenset[str] = frozenset()
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = field(default_factory=tuple)


def named_columns(headers: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Column names from header cells, and the names that had to be changed.

    An empty name becomes `column N`; a name that differs from an earlier one by case only, or not at
    all, gets a number.

    Examples
    --------
    >>> named_columns(["编号", "合计", "合计", ""])
    ({'编号': 'c0', '合计': 'c1', '合计.2': 'c2', 'column 4': 'c3'}, ['合计.2', 'column 4'])
    """
    names: dict[str, str] = {}
    changed = []
    for i, header in enumerate(headers):
        wanted = " ".join(header.replace("\ufeff", "").split()) or f"column {i + 1}"
        name = distinct_name(wanted, names)
        if name != header.strip():
            changed.append(name)
        names[name] = f"c{i}"
    return names, changed


def renamed_note(changed: Iterable[str]) -> list[Note]:
    """The note that says which columns were renamed, if any."""
    names = ", ".join(changed)
    return [Note(code="renamed_columns", level="info", facts={"columns": names})] if names else []
