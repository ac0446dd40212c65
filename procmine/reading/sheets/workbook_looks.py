"""What a workbook shows otherwise than it stores it: rows that are hidden, numbers padded by their format.

The cell reader gives what is stored. A filter left on, or a case number 7 that people see as 007, is
known only from the sheet's markup (Office Open XML, OpenDocument) or its records (BIFF8, [MS-XLS]).
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lxml import etree

from procmine.reading.sheets.opendocument import markup_of

_CHUNK = 1 << 20
_PADDED = re.compile(r"(0{2,})(?:;.*)?")


class Looks(NamedTuple):
    """How a sheet looks: rows it hides, and numbers shown with zeros before them that are not stored.

    Merged ranges stand here where the cell reader does not give them: first row and column, last row and column.
    """

    n_hidden: int = 0
    n_padded: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()


def looks_of(path: Path, container: str) -> list[Looks]:
    """The looks of each worksheet, in the workbook's order; empty where the file does not tell them.

    They are told only to warn: markup that the cell reader bears with must not stop the reading.
    """
    readers = {"xlsx": _xlsx_looks, "xls": _xls_looks, "ods": _ods_looks}
    try:
        return list(readers[container](path)) if container in readers else []
    except (zipfile.BadZipFile, zlib.error, struct.error, etree.LxmlError, OSError, ValueError, LookupError):
        return []


def _ods_looks(path: Path) -> Iterator[Looks]:
    return (Looks(one.n_hidden, one.n_padded, tuple(one.merged)) for one in markup_of(path))


# ── Office Open XML ───────────────────────────────────────────────────────────────────────────

_HIDDEN = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _xlsx_looks(path: Path) -> Iterator[Looks]:
    with zipfile.ZipFile(path) as archive:
        widths = _padding_styles(archive)
        for member in _sheet_members(archive):
            n_hidden = n_padded = 0
            for text in _pieces(archive, member):
                n_hidden += len(_HIDDEN.findall(text))
                n_padded += sum(1 for style, digits in _styled(text, widths) if len(digits) < widths[style])
            yield Looks(n_hidden, n_padded)


def _tree(archive: zipfile.ZipFile, member: str) -> etree._Element | None:
    if member not in archive.namelist():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(member), parser)


def _sheet_members(archive: zipfile.ZipFile) -> Iterator[str]:
    """The parts that hold the worksheets, in the workbook's order."""
    book = _tree(archive, "xl/workbook.xml")
    relations = _tree(archive, "xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return
    parts = {one.get("Id"): one for one in relations}
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        part = parts.get(sheet.get(_RELATION) or next((v for k, v in sheet.items() if k.endswith("}id")), None))
        if part is not None and str(part.get("Type")).endswith("/worksheet"):
            target = str(part.get("Target"))
            member = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            if member in archive.namelist():
                yield member


def _padding_styles(archive: zipfile.ZipFile) -> Mapping[bytes, int]:
    """Index of each cell style that pads numbers with zeros, with the digits it shows."""
    styles = _tree(archive, "xl/styles.xml")
    if styles is None:
        return {}
    formats = {one.get("numFmtId"): one.get("formatCode") or "" for one in styles.iterfind("{*}numFmts/{*}numFmt")}
    widths = {}
    for i, style in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
        if found := _PADDED.fullmatch(formats.get(style.get("numFmtId"), "")):
            widths[str(i).encode()] = len(found.group(1))
    return widths


def _pieces(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The markup of a sheet, cut between rows."""
    rest = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(b"</row>") + 1
            yield text[:cut]
            rest = text[cut:]
    yield rest


def _styled(text: bytes, widths: Mapping[bytes, int]) -> Iterator[tuple[bytes, bytes]]:
    """Style and digits of each whole number in a cell of one of the styles."""
    if not widths:
        return
    cell = rb'<c\b(?![^>]*\bt="(?!n"))[^>]*\bs="(%s)"[^>]*>\s*<v>(\d+)</v>' % b"|".join(widths)
    yield from re.findall(cell, text)


# ── BIFF8 ─────────────────────────────────────────────────────────────────────────────────────

_BOF, _EOF, _FORMAT, _XF, _ROW, _NUMBER, _RK, _MULRK = 0x809, 0x0A, 0x41E, 0xE0, 0x208, 0x203, 0x27E, 0xBD
_WORKSHEET = 0x10
_ROW_HIDDEN = 0x20


def _xls_looks(path: Path) -> list[Looks]:
    import olefile  # only workbooks from before 2007 need it

    with olefile.OleFileIO(str(path)) as file:
        if not file.exists("Workbook"):
            return []
        content = file.openstream("Workbook").read()
    formats: dict[int, str] = {}
    styles: list[int] = []
    found: list[Looks] = []
    n_hidden = n_padded = 0
    widths: dict[int, int] = {}
    inside = False
    for kind, record in _records(content):
        if kind == _BOF:
            inside = struct.unpack_from("<H", record, 2)[0] == _WORKSHEET
            widths = widths or _widths(formats, styles)
        elif kind == _EOF and inside:
            found.append(Looks(n_hidden, n_padded))
            n_hidden = n_padded = 0
            inside = False
        elif kind == _FORMAT:
            formats[struct.unpack_from("<H", record)[0]] = _text(record[2:])
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", record, 2)[0])
        elif kind == _ROW:
            n_hidden += bool(struct.unpack_from("<H", record, 12)[0] & _ROW_HIDDEN)
        elif widths and kind in (_NUMBER, _RK, _MULRK):
            n_padded += sum(1 for style, number in _numbers(kind, record) if _is_short(number, widths.get(style, 0)))
    return found


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, at)
        yield kind, content[at + 4 : at + 4 + size]
        at += 4 + size


def _text(record: bytes) -> str:
    size, wide = struct.unpack_from("<HB", record)
    return record[3 : 3 + 2 * size].decode("utf-16-le") if wide & 1 else record[3 : 3 + size].decode("latin-1")


def _widths(formats: Mapping[int, str], styles: list[int]) -> dict[int, int]:
    padded = {number: _PADDED.fullmatch(code) for number, code in formats.items()}
    return {i: len(found.group(1)) for i, number in enumerate(styles) if (found := padded.get(number))}


def _numbers(kind: int, record: bytes) -> Iterator[tuple[int, float]]:
    """Style and value of the numbers in a record."""
    if kind == _NUMBER:
        yield struct.unpack_from("<H", record, 4)[0], struct.unpack_from("<d", record, 6)[0]
        return
    size = (len(record) - 6) // 6 if kind == _MULRK else 1
    for i in range(size):
        style, packed = struct.unpack_from("<HI", record, 4 + 6 * i)
        yield style, _unpacked(packed)


def _unpacked(packed: int) -> float:
    """An RK number: 30 bits of an integer or of the head of a double, perhaps times 100."""
    if packed & 2:
        value = float(struct.unpack("<i", struct.pack("<I", packed))[0] >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, packed & ~3))[0]
    return value / 100 if packed & 1 else value


def _is_short(number: float, width: int) -> bool:
    return width > 0 and number >= 0 and number.is_integer() and len(str(int(number))) < width
