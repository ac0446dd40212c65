"""Text files made clean: UTF-8, one kind of line end, one header, and nothing but rows below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from procmine.core.log.engine import scratch_folder
from procmine.reading.files.source import ExportFile
from procmine.reading.text.framing import Mending, TextRecord, decoded, records
from procmine.reading.text.text_layout import LAST_ROWS, TextLayout

LONGEST_ROW = 2_000_000
"""Bytes of a row, in UTF-8, that the engine takes."""

_SHOWN = 200


@dataclass
class CleanText:
    """A UTF-8 file that the engine reads row by row, and what was left out of it.

    Attributes
    ----------
    left_out
        For each row left out: how many rows of the clean file stand before it.
    n_blank, n_heading
        How many of them hold nothing; say the header again.
    titles, footer
        The rows above the header and those below the table that hold something.
    spoilt
        Those whose quotes do not match: number in the original, whose first row is 1, and text.
    too_long
        Those longer than the engine takes, likewise.
    n_nul
        NUL bytes removed.
    """

    path: Path
    left_out: list[int] = field(default_factory=list)
    n_blank: int = 0
    n_heading: int = 0
    titles: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    spoilt: list[tuple[int, str]] = field(default_factory=list)
    too_long: list[tuple[int, str]] = field(default_factory=list)
    n_nul: int = 0


def clean_copy(file: ExportFile, encoding: str, layout: TextLayout, mending: Mending) -> CleanText:
    """A clean copy of a file.

    Raises
    ------
    ExportError
        If the file does not decode, or characters in it are lost.
    """
    path = scratch_folder() / "clean.csv"
    with (
        decoded(file, encoding, lenient=mending.lenient) as lines,
        path.open("w", encoding="utf-8", newline="\n") as clean,
    ):
        copying = _Copying(CleanText(path), layout, clean)
        copying.run(records(mending.mended(lines), layout.delimiter))
    copying.found.n_nul = mending.n_nul
    return copying.found


def _is_too_long(text: str) -> bool:
    return len(text) > LONGEST_ROW // 4 and len(text.encode()) > LONGEST_ROW


class _Copying:
    """Rows on their way; the last ones wait until it is known whether they are the footer."""

    def __init__(self, found: CleanText, layout: TextLayout, clean: IO[str]) -> None:
        self.found, self.layout, self.clean = found, layout, clean
        self.number = self.n_kept = 0

    def run(self, rows: Iterator[TextRecord]) -> None:
        for record in islice(rows, self.layout.header.first_data_row):
            self._take_head(record)
        waiting: list[TextRecord] = []
        while batch := list(islice(rows, LAST_ROWS)):
            before, waiting = waiting, batch
            if len(batch) == LAST_ROWS:
                self._write(before)
            else:
                waiting = before + batch
        footer = self.layout.footer([record.text for record in waiting])
        begin = min(footer, default=len(waiting))
        self._write(waiting[:begin])
        self._take_footer(waiting[begin:])

    def _take_head(self, record: TextRecord) -> None:
        rows = self.layout.header.rows
        self.number += 1
        if self.number - 1 == rows[-1]:
            names = (f"c{i}" for i in range(len(self.layout.header.names)))
            self.clean.write(self.layout.delimiter.join(names) + "\n")
            self.n_kept += 1
            return
        self.found.left_out.append(self.n_kept)
        if record.is_blank:
            self.found.n_blank += 1
        elif self.number - 1 not in rows:
            self.found.titles.append(record.text)

    def _take_footer(self, rows: list[TextRecord]) -> None:
        for record in rows:
            self.found.left_out.append(self.n_kept)
            if record.is_blank:
                self.found.n_blank += 1
            else:
                self.found.footer.append(record.text)

    def _write(self, rows: list[TextRecord]) -> None:
        kept: list[str] = []
        found, sign, n_before = self.found, self.layout.sign, self.n_kept
        for number, record in enumerate(rows, self.number + 1):
            text = record.text
            if record.fault:
                found.spoilt.append((number, text))
            elif _is_too_long(text):
                found.too_long.append((number, text[:_SHOWN]))
            elif record.is_blank:
                found.n_blank += 1
            elif sign in text and self.layout.is_heading(text):
                found.n_heading += 1
            else:
                kept.append(text)
                continue
            found.left_out.append(n_before + len(kept))
        self.clean.writelines(kept)
        self.number += len(rows)
        self.n_kept += len(kept)
