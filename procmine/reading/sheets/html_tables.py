"""Web pages that systems name .xls: their tables, by lxml, without network and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.containers import too_large, whole_content
from procmine.reading.files.table_cells import CellSpan, kind
from procmine.reading.sheets.grid import Cell, Grids, SheetGrid, rectangular

MOST_CELLS = 50_000_000
"""Cells that a table may have once its rows are filled up to one length."""
_MOST_SPAN = 16_384


class NoTableError(ExportError):
    """A page holds no table."""


def html_grids(path: Path) -> Grids:
    """The table of a web page, and the others with the same first row.

    Raises
    ------
    ExportError
        If the page is a login page, holds no table, or its encoding cannot be told.
    """
    return grids_of_page(path, whole_content(path))


def grids_of_page(path: Path, content: bytes, name: str = "") -> Grids:
    """The tables in the bytes of a page; `name` is that of its sheet, if it has one.

    Raises
    ------
    ExportError
        As `html_grids`.
    """
    encoding, declared = _encoding_of(path, content)
    text = content.decode(encoding).replace("\x00", "")
    root = etree.fromstring(
        (text or " ").encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8", no_network=True)
    )
    tables = [] if root is None else [_read(path, table) for table in root.iter("table") if not _holds_table(table)]
    sizes = [sum(cell != "" for row in rows for cell in row) for rows, _ in tables]
    best = max(range(len(tables)), key=sizes.__getitem__, default=None)
    if best is None or sizes[best] == 0 or _asks_password(root, tables[best][0]):
        raise _no_table(path, root)
    first = _first_row(tables[best][0])
    taken = [i for i, (rows, _) in enumerate(tables) if i == best or (_first_row(rows) == first and len(rows) > 1)]
    grids = [
        SheetGrid(name if name and len(taken) == 1 else f"{name} table {i + 1}".strip(), *tables[i]) for i in taken
    ]
    n_others = sum(size > 0 for size in sizes) - len(taken)
    return Grids(grids, encoding, tuple(_notes(path, encoding, declared, n_others)))


def _notes(path: Path, encoding: str, declared: str, n_others: int) -> Iterator[Note]:
    if declared and declared != encoding:
        facts: dict[str, str | int | Words] = {"file": path.name, "declared": declared, "encoding": encoding}
        yield Note(code="page_encoding", level="warning", facts=facts)
    if n_others > 0:
        yield Note(code="other_tables", level="info", facts={"file": path.name, "n": n_others})


_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_SAME = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "utf8": "utf-8"}


def _encoding_of(path: Path, content: bytes) -> tuple[str, str]:
    """The encoding of a page by all of its bytes, and what it claims; plain ASCII fits every claim."""
    found = _CHARSET.search(content[:4096])
    claimed = found.group(1).decode("ascii").lower() if found else ""
    declared = _SAME.get(claimed, claimed)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", ""
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", ""
    if content.isascii():
        return "utf-8", ""
    for encoding in ("utf-8", declared, "gb18030"):
        if encoding and _decodes(content, encoding):
            return encoding, declared
    fault = Words("无法确定网页的编码", "the encoding of the page cannot be told")
    facts = Words("网页声明：{declared}", "it claims: {declared}").filled(declared=claimed or "–")
    raise ExportError(
        Fault(path.name, fault, facts, Words("另存为 .xlsx 或 CSV UTF-8", "save it as .xlsx or CSV UTF-8"))
    )


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _holds_table(table: etree._Element) -> bool:
    return next(table.iterdescendants("table"), None) is not None


def _read(path: Path, table: etree._Element) -> tuple[list[list[Cell]], tuple[CellSpan, ...]]:
    """The rows of a table with every cell in its column, and its merged cells."""
    rows: list[list[Cell]] = []
    spans: list[CellSpan] = []
    below: dict[int, int] = {}
    width = 0
    for i, line in enumerate(table.iter("tr")):
        row: list[Cell] = []
        for cell in line.iterchildren("td", "th"):
            while below.get(len(row), 0) > i:
                row.append("")
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            if across > 1 or down > 1:
                spans.append(CellSpan(i, len(row), i + down - 1, len(row) + across - 1))
            if down > 1:
                below |= dict.fromkeys(range(len(row), len(row) + across), i + down)
            row += [_value(cell), *[""] * (across - 1)]
        rows.append(row)
        width = max(width, len(row))
        if width * len(rows) > MOST_CELLS:
            raise too_large(path, width * len(rows), MOST_CELLS)
    last = len(rows) - 1
    return rectangular(rows), tuple(span._replace(last_row=min(span.last_row, last)) for span in spans)


def _span(cell: etree._Element, name: str) -> int:
    text = cell.get(name, "1").strip()
    return min(max(int(text), 1), _MOST_SPAN) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _value(cell: etree._Element) -> str:
    """The text of a cell; a number as Excel stored it, unless what is shown is a date."""
    shown = _shown(cell)
    stored = str(cell.get("x:num") or "").strip()
    return stored if stored and kind(shown) != "time" else shown


_BLANKS = re.compile(r"[ \t\r\n\f]+")


def _shown(cell: etree._Element) -> str:
    if len(cell) == 0:
        return _collapsed(cell.text or "")
    parts = [cell.text or ""]
    for inner in cell.iterdescendants():
        if inner.tag in ("br", "p", "div"):
            parts.append("\v")
        if isinstance(inner.tag, str) and inner.tag not in ("script", "style"):
            parts.append(inner.text or "")
        parts.append(inner.tail or "")
    lines = (_collapsed(line) for line in "".join(parts).split("\v"))
    return "\n".join(lines).strip()


def _collapsed(text: str) -> str:
    return _BLANKS.sub(" ", text).replace("\xa0", " ").strip()


def _first_row(rows: Sequence[Sequence[Cell]]) -> Sequence[Cell]:
    return next((row for row in rows if any(cell != "" for cell in row)), ())


def _asks_password(root: etree._Element, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the page asks for a password and its largest table is no larger than the form's own."""
    asks = any((field.get("type") or "").lower() == "password" for field in root.iter("input"))
    return asks and (len(rows) < 5 or max(map(len, rows)) < 3)


def _no_table(path: Path, root: etree._Element | None) -> NoTableError:
    if root is not None and next(root.iter("form", "input"), None) is not None:
        fault = Words(
            "这是网页（HTML），可能是登录页：导出时会话已过期",
            "this is a web page (HTML), probably a login page: the session expired during the export",
        )
        return NoTableError(Fault(path.name, fault, hint=Words("重新登录后再导出", "log in and export it again")))
    fault = Words("这是网页（HTML），里面没有表格", "this is a web page (HTML) without a table")
    return NoTableError(
        Fault(path.name, fault, hint=Words("重新导出为 .xlsx 或 CSV", "export it again as .xlsx or CSV"))
    )
