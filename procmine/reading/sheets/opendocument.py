"""What an OpenDocument sheet says beside its values: merged cells, rows it hides, numbers it pads.

The cell reader gives the values alone; the rest stands in the markup (OpenDocument 1.3, part 3, §9).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


@dataclass
class Markup:
    """One sheet: rows it hides, numbers it shows with zeros before them, merged ranges (first and last cell)."""

    n_hidden: int = 0
    n_padded: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def markup_of(path: Path) -> Iterator[Markup]:
    """The markup of each sheet of a workbook, in its order."""
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        sheet, n_rows = Markup(), 0
        tags = (f"{_TABLE}table-row", f"{_TABLE}table")
        for _, element in etree.iterparse(content, tag=tags, resolve_entities=False, no_network=True):
            if element.tag == tags[1]:
                yield sheet
                sheet, n_rows = Markup(), 0
            else:
                n_rows += _take_row(sheet, element, n_rows)
            element.clear(keep_tail=False)


def _take_row(sheet: Markup, row: etree._Element, number: int) -> int:
    """Add what a row shows; return how many rows it stands for."""
    n_times = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
    column, filled = 0, False
    for cell in row.iterchildren(*_CELLS):
        across, down = (int(cell.get(f"{_TABLE}number-{way}-spanned", "1")) for way in ("columns", "rows"))
        if across > 1 or down > 1:
            sheet.merged.append((number, column, number + down - 1, column + across - 1))
        filled = filled or cell.get(f"{_OFFICE}value-type") is not None
        sheet.n_padded += n_times * _is_padded(cell)
        column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
    if filled and row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
        sheet.n_hidden += n_times
    return n_times


def _is_padded(cell: etree._Element) -> bool:
    """Whether a whole number is shown as 007: the file holds the text that is seen beside the value."""
    if cell.get(f"{_OFFICE}value-type") != "float":
        return False
    shown = "".join(cell.itertext(f"{_TEXT}p"))
    return len(shown) > 1 and shown.startswith("0") and shown.isdecimal()
