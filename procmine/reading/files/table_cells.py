"""Cells and rows of texts: what kind of value a cell holds, and the header that rows stand under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

Row = Sequence[str | None]


class CellSpan(NamedTuple):
    """Merged cells: first and last row, first and last column, counted from 0, all included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Header(NamedTuple):
    """The header of a table.

    Attributes
    ----------
    rows
        The numbers of its rows, counted from 0: one or two; none where all rows are empty.
    names
        The column names, two rows flattened to `group.name`; empty where a column has none.
    cells
        The texts of its rows as they stand, by which a repeated header is known.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    @property
    def n_above(self) -> int:
        """How many rows stand above it, blank ones included."""
        return self.rows[0] if self.rows else 0

    @property
    def first_data_row(self) -> int:
        """The number of the first row below it, counted from 0."""
        return self.rows[-1] + 1 if self.rows else 0


_BROKEN = re.compile(r"(?<=[\u2e80-\u9fff])[ \t]*[\r\n]+[ \t]*(?=[\u2e80-\u9fff])")


def plain_cell(cell: str | None) -> str:
    r"""A cell's text without line ends and double blanks; Chinese broken over lines is joined without a blank.

    Examples
    --------
    >>> plain_cell(" 审批\n编号  * "), plain_cell("Opened\nAt")
    ('审批编号 *', 'Opened At')
    """
    if not cell:
        return ""
    if "\n" in cell or "\r" in cell:
        cell = _BROKEN.sub("", cell)
    return " ".join(cell.replace("\ufeff", "").split())


Kind = Literal["", "number", "time", "text"]

_NUMBER = re.compile(r"[-+(]?[¥$€]?\d[\d,. ]*(?:[eE][-+]?\d+)?\)?%?")
_TIME = re.compile(
    r"\d{4}[-/.年]\d{1,2}([-/.月].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b.*|\d{1,2}[:：]\d{2}.*|\d{1,2}月\d{1,2}日.*"
)


def kind(cell: str) -> Kind:
    """What a cell looks like; empty for an empty one.

    Examples
    --------
    >>> [kind(cell) for cell in ("1,280.50", "2024年3月5日", "SR-0042", "")]
    ['number', 'time', 'text', '']
    """
    if not cell:
        return ""
    if _TIME.fullmatch(cell):
        return "time"
    return "number" if _NUMBER.fullmatch(cell) else "text"


def padded(row: tuple[str, ...], n: int) -> tuple[str, ...]:
    """A row of just `n` cells."""
    return (*row[:n], *[""] * (n - len(row)))


def without_tail(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row without the empty cells at its end."""
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]
