"""Where the table stands in a text file: titles above it, its header, its header again, the footer below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.table_cells import Header, plain_cell, without_tail
from procmine.reading.files.table_footer import footer_rows
from procmine.reading.files.table_layout import find_header, is_repeated_header
from procmine.reading.text.framing import TextRecord, records

LAST_ROWS = 300
_TAIL = 1 << 16


@dataclass(frozen=True)
class TextLayout:
    """The layout of a text file, by its first rows.

    Attributes
    ----------
    header
        Its rows are counted from 0.
    """

    delimiter: str
    header: Header
    repeats: bool

    @property
    def is_plain(self) -> bool:
        """Whether the first row is the header and no other row of the head says it again."""
        return self.header.rows == (0,) and not self.repeats

    def is_heading(self, text: str) -> bool:
        """Whether a row below the header says it again; only one that holds `sign` may."""
        return is_repeated_header(TextRecord(text).cells(self.delimiter), self.header)

    @property
    def sign(self) -> str:
        """A piece of the header's text that a repetition holds, too."""
        if len(self.header.cells) > 1:
            return ""
        return max((word for cell in self.header.cells[-1] for word in cell.split(" ")), key=len)

    def footer(self, texts: Sequence[str]) -> set[int]:
        """Which of the last rows are the footer."""
        return footer_rows([TextRecord(text).cells(self.delimiter) for text in texts], self.header)

    def ends_with_footer(self, path: Path) -> bool:
        """Whether the end of a UTF-8 file shows a footer or the header again."""
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            lines = file.read().decode("utf-8", "ignore").splitlines(keepends=True)
        whole = lines if size <= _TAIL else lines[1:]
        texts = [record.text for record in records(whole, self.delimiter) if not record.fault]
        below = texts[self.header.first_data_row :] if size <= _TAIL else texts
        last = below[-LAST_ROWS:]
        return bool(self.footer(last)) or any(self.sign in text and self.is_heading(text) for text in last)


def layout_of(name: str, head: Iterable[str], delimiter: str) -> TextLayout:
    """The layout of a text file whose first lines are given.

    Raises
    ------
    ExportError
        If no row holds column names, or the quotes of the header do not match.
    """
    found = list(records(head, delimiter))
    rows = [[] if record.fault or record.is_blank else record.cells(delimiter) for record in found]
    first = next((record for record in found if not record.is_blank), TextRecord(""))
    if first.fault:
        fault = Words("表头的引号没有正确配对", "the quotation marks of its header do not match")
        raise ExportError(Fault(name, fault))
    header = _header(rows)
    if not any(header.names):
        raise ExportError(Fault(name, Words("没有一行有列名", "no row holds column names")))
    below = rows[header.first_data_row :]
    return TextLayout(delimiter, header, any(is_repeated_header(row, header) for row in below if row))


def _header(rows: Sequence[list[str]]) -> Header:
    """The header; a ragged row below it is no second row of it."""
    header = find_header(rows)
    if len(header.rows) < 2 or len(rows[header.rows[0]]) == len(rows[header.rows[1]]):
        return header
    upper = tuple(map(plain_cell, rows[header.rows[0]]))
    return Header(header.rows[:1], upper, (without_tail(upper),))
