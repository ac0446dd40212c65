"""From a grid to the table in it: header, rows with their numbers, and what was passed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procmine.reading.files.table_cells import CellSpan, Header, plain_cell
from procmine.reading.files.table_footer import footer_rows
from procmine.reading.files.table_layout import find_header, is_repeated_header
from procmine.reading.sheets.grid import Cell, SheetGrid, cell_text, is_blank

_HEAD_ROWS = 200
_TAIL_ROWS = 300


@dataclass(frozen=True)
class GridTable:
    """The table of one grid.

    Attributes
    ----------
    rows, numbers
        The rows of data and the number that a spreadsheet shows beside each.
    above
        The texts of the rows above the header, one by one.
    footer
        The texts of the rows of the footer; blank ones are empty.
    n_blank, n_repeated, n_filled
        Blank rows and repeated headers left out; empty cells that took the value of their merged range.
    """

    grid: SheetGrid
    header: Header
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int]
    above: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    n_blank: int = 0
    n_repeated: int = 0
    n_filled: int = 0


def table_of(grid: SheetGrid) -> GridTable:
    """The table in a grid; without header and rows where the grid is blank."""
    header = find_header([_texts(row) for row in grid.rows[:_HEAD_ROWS]], grid.merged)
    if not header.rows:
        return GridTable(grid, header, (), ())
    start = header.first_data_row
    rows, n_filled = _filled_down(grid.rows, grid.merged, start)
    kept = [(number, row) for number, row in enumerate(rows[start:], start + 1) if row.count("") < len(row)]
    repeated = set(_repeated(kept, header))
    kept = [pair for pair in kept if pair[0] not in repeated] if repeated else kept
    tail = max(0, kept[-_TAIL_ROWS:][0][0] - 1) if kept else len(rows)
    ending = [i + tail for i in footer_rows([_texts(row) for row in rows[tail:]], header)]
    footer = {number + 1 for number in ending}
    kept = [pair for pair in kept if pair[0] not in footer] if footer else kept
    return GridTable(
        grid=grid,
        header=header,
        rows=[row for _, row in kept],
        numbers=[number for number, _ in kept],
        above=tuple(_one_line(row) for row in grid.rows[: header.n_above] if not is_blank(row)),
        footer=tuple(_one_line(rows[number - 1]) for number in sorted(footer)),
        n_blank=len(rows) - start - len(kept) - len(repeated) - len(footer),
        n_repeated=len(repeated),
        n_filled=n_filled,
    )


def _texts(row: Sequence[Cell]) -> list[str | None]:
    return [cell_text(cell) for cell in row]


def _one_line(row: Sequence[Cell]) -> str:
    return " ".join(filter(None, (plain_cell(cell_text(cell)) for cell in row)))


def _filled_down(
    rows: Sequence[Sequence[Cell]], merged: Iterable[CellSpan], start: int
) -> tuple[Sequence[Sequence[Cell]], int]:
    """The rows with the value of each merged range in all rows of its first column; how many cells that filled."""
    changed: dict[int, list[Cell]] = {}
    n = 0
    for span in merged:
        if span.first_row < start or span.last_row == span.first_row or span.last_row >= len(rows):
            continue
        value = rows[span.first_row][span.first_column]
        for i in range(span.first_row + 1, span.last_row + 1) if value != "" else ():
            changed.setdefault(i, list(rows[i]))[span.first_column] = value
            n += 1
    if not changed:
        return rows, 0
    return [changed.get(i, row) for i, row in enumerate(rows)], n


def _repeated(kept: Iterable[tuple[int, Sequence[Cell]]], header: Header) -> Iterable[int]:
    """The numbers of the rows that say the header again; one cell tells almost all others."""
    first = {next(i for i, cell in enumerate(row) if cell): None for row in header.cells if any(row)}
    starts = [(column, {row[column] for row in header.cells if column < len(row)}) for column in first]
    initials = tuple({name[:1] for _, names in starts for name in names if name})
    for number, row in kept:
        for column, names in starts:
            cell = row[column]
            if not isinstance(cell, str) or not cell.lstrip().startswith(initials):
                continue
            if plain_cell(cell) in names and is_repeated_header(_texts(row), header):
                yield number
                break
