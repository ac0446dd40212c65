"""Excel's XML spreadsheets of 2003 (SpreadsheetML), which reporting tools still write and name .xls."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from lxml import etree

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.containers import too_large, truncated, whole_content
from procmine.reading.files.table_cells import CellSpan
from procmine.reading.sheets.grid import Cell, Grids, SheetGrid, rectangular
from procmine.reading.sheets.html_tables import MOST_CELLS

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


def xml_grids(path: Path) -> Grids:
    """The sheets of an XML spreadsheet.

    Raises
    ------
    ExportError
        If it is cut off, no well-formed XML, or declares a document type.
    """
    content = whole_content(path)
    try:
        grids = _sheets(path, content)
    except etree.XMLSyntaxError as error:
        if b"workbook>" not in content[-200:].lower():
            raise truncated(path) from None
        place = f"{path.name}:{error.lineno}" if error.lineno else path.name
        raise ExportError(
            Fault(place, Words("不是正确的 XML", "this is not well-formed XML"), str(error.msg))
        ) from None
    return Grids(grids)


def _sheets(path: Path, content: bytes) -> list[SheetGrid]:
    grids: list[SheetGrid] = []
    context = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        tag=(f"{_SS}Workbook", f"{_SS}Worksheet", f"{_SS}Row"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    sheet = _Sheet(path)
    for action, element in context:
        tag = element.tag.rpartition("}")[2]
        if action == "start":
            if tag == "Workbook" and element.getroottree().docinfo.internalDTD is not None:
                fault = Words("不允许文档类型声明（DOCTYPE）", "a document type (DOCTYPE) is not allowed")
                raise ExportError(Fault(path.name, fault))
            if tag == "Worksheet":
                sheet = _Sheet(path)
        elif tag == "Row":
            sheet.take(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        elif tag == "Worksheet":
            name = element.get(f"{_SS}Name") or f"sheet {len(grids) + 1}"
            visible = element.findtext(f"{_X}WorksheetOptions/{_X}Visible") or ""
            grids.append(
                SheetGrid(name, rectangular(sheet.rows), tuple(sheet.spans), visible.startswith("SheetHidden"))
            )
            element.clear()
    return grids


class _Sheet:
    """The rows of one sheet so far; `ss:Index` leaves rows and cells out that hold nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[list[Cell]] = []
        self.spans: list[CellSpan] = []
        self.width = 0

    def take(self, row: etree._Element) -> None:
        at = _number(row, "Index", len(self.rows) + 1) - 1
        self.rows += [[] for _ in range(len(self.rows), min(at, _MOST_ROWS))]
        cells: list[Cell] = []
        for cell in row.iterchildren(f"{_SS}Cell"):
            column = _number(cell, "Index", len(cells) + 1) - 1
            cells += [""] * (min(column, _MOST_COLUMNS) - len(cells))
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if across or down:
                self.spans.append(CellSpan(at, len(cells), at + down, len(cells) + across))
            cells += [_value(cell.find(f"{_SS}Data")), *[""] * min(across, _MOST_COLUMNS)]
        self.rows.append(cells)
        self.width = max(self.width, len(cells))
        size = self.width * len(self.rows)
        if size > MOST_CELLS or len(self.rows) > _MOST_ROWS or self.width > 2 * _MOST_COLUMNS:
            raise too_large(self.path, size, MOST_CELLS)


def _number(element: etree._Element, name: str, default: int) -> int:
    text = element.get(f"{_SS}{name}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default


def _value(data: etree._Element | None) -> Cell:
    """A cell by its type; a number of digits only stays as it is written, for its digits are all there."""
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = data.get(f"{_SS}Type", "String")
    if kind == "Number":
        return _as_number(text.strip())
    if kind == "DateTime":
        return _as_time(text.strip())
    if kind == "Boolean":
        return text.strip() == "1"
    return "" if kind == "Error" else text


def _as_number(text: str) -> Cell:
    if text.removeprefix("-").isdigit():
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _as_time(text: str) -> Cell:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text
