"""A grid of cells, as every workbook-like container gives it: cells by type, merged ranges, hidden or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from procmine.core.log.import_report import Note
from procmine.reading.files.table_cells import CellSpan

Cell = str | int | float | bool | datetime | date | time | timedelta | None


@dataclass(frozen=True)
class SheetGrid:
    """One sheet, or one table of a page.

    Attributes
    ----------
    rows
        Its rows from the very first, all of one length; an empty cell is `""`.
    merged
        Merged ranges; only the first cell of each holds its value.
    hidden
        Whether the workbook hides it.
    n_hidden_rows, n_padded
        Rows it hides, and numbers that it shows with zeros before them, which are not stored.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: tuple[CellSpan, ...] = ()
    hidden: bool = False
    n_hidden_rows: int = 0
    n_padded: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return all(is_blank(row) for row in self.rows)


class Grids(NamedTuple):
    """All grids of one file, the encoding of its text if it is one, and what was found on the way."""

    grids: Sequence[SheetGrid]
    encoding: str | None = None
    notes: tuple[Note, ...] = ()


def is_blank(row: Sequence[Cell]) -> bool:
    """Whether a row of a grid holds nothing."""
    return row.count("") == len(row)


def rectangular(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The rows filled up with empty cells to one length.

    Examples
    --------
    >>> rectangular([["a"], ["b", None, 1.0]])
    [['a', '', ''], ['b', '', 1.0]]
    """
    width = max(map(len, rows), default=0)
    filled: list[list[Cell]] = []
    for row in rows:
        cells: list[Cell] = ["" if cell is None else cell for cell in row]
        cells.extend([""] * (width - len(row)))
        filled.append(cells)
    return filled


def cell_text(cell: Cell) -> str | None:
    """A cell as text: whole numbers without a decimal point, times as ISO 8601.

    A number beyond 2⁵³ keeps its E-notation: its last digits are lost, and a case id must not be
    made up from it.

    Examples
    --------
    >>> cell_text(7.0), cell_text(2.02403051403e20), cell_text(datetime(2026, 3, 2, 9, 15))
    ('7', '2.02403051403e+20', '2026-03-02 09:15:00')
    """
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if abs(cell) >= 2**53:
            return f"{cell:.15e}" if "e" not in repr(cell) else repr(cell)
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)
