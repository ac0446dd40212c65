"""The files that real systems write, from rows in memory: workbooks with titles and footers, text, JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

_CREATED = datetime(2026, 1, 1)


def workbook(
    sheet: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    above: Sequence[str] = (),
    below: Sequence[Sequence[Any]] = (),
) -> bytes:
    """A workbook of one sheet: a merged title, further lines, the table, footer rows; times are real cells."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": _CREATED})
        page = book.add_worksheet(sheet)
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        bold = book.add_format({"bold": True})
        for i, text in enumerate(above):
            if i == 0:
                page.merge_range(0, 0, 0, len(header) - 1, text, bold)
            elif text:
                page.write_string(i, 0, text)
        page.write_row(len(above), 0, header, bold)
        n = len(above)
        for n, row in enumerate(rows, len(above) + 1):
            for j, cell in enumerate(row):
                if isinstance(cell, datetime):
                    page.write_datetime(n, j, cell, moment)
                elif isinstance(cell, str):
                    page.write_string(n, j, cell)
                elif cell is not None:
                    page.write_number(n, j, cell)
        for i, row in enumerate(below, n + 1):
            page.write_row(i, 0, row)
        page.set_column(0, len(header) - 1, 18)
    return buffer.getvalue()


def text_table(
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    encoding: str = "utf-8",
    quoting: int = csv.QUOTE_MINIMAL,
    end: str = "\r\n",
    footer: str = "",
) -> bytes:
    """A comma-separated file."""
    content = io.BytesIO()
    with io.TextIOWrapper(content, encoding=encoding, newline="") as text:
        writer = csv.writer(text, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
        writer.writerow(header)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
        text.write(footer)
        text.flush()
        return content.getvalue()


def document(content: Any) -> bytes:
    """A JSON document as an API answers it."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
