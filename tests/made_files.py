"""Files of every container, made by hand: workbooks old and new, pages, archives."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

import xlsxwriter

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body><table border=1>
<tr><td colspan=3>审批记录</td></tr>
<tr><th>审批编号</th><th>节点</th><th>时间</th></tr>
<tr><td rowspan=2 x:num="202608010816000096068">2.02608E+20</td><td>提交</td><td x:num="45356.5">2024-03-05 12:00</td></tr>
<tr><td>主管<br>审批</td><td>2024-03-05&nbsp;13:00</td></tr>
<tr><td style='x'>0138</td><td><b>提交</b></td><td></td></tr>
</table></body></html>"""
SHEET_XML = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Worksheet ss:Name="数据"><Table>
<Row><Cell><Data ss:Type="String">编号</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">时间</Data></Cell>
<Cell><Data ss:Type="String">值</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:MergeDown="1"><Data ss:Type="String">007</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="DateTime">2024-03-05T14:03:22.000</Data></Cell>
<Cell><Data ss:Type="Number">2.02403E+20</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="Boolean">1</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="Number">202608010816000096068</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">8</Data></Cell><Cell ss:Index="4"><Data ss:Type="Number">1.50</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="旧"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
</Workbook>"""


def workbook(rows=(("id", "who"), ("1", "甲"))) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        for i, row in enumerate(rows):
            page.write_row(i, 0, row)
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def open_document(rows: list[list[str]]) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return open_sheets({"数据": cells})


def open_sheets(sheets: dict[str, str]) -> bytes:
    """An OpenDocument workbook: the markup of the rows of each sheet, by name."""
    tables = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items())
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
        f'xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet>{tables}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})


def compound_file(stream_name: str, content: bytes) -> bytes:
    """An OLE file with one stream: header, one table sector, one directory sector, the stream."""
    content += b"\x00" * (max(4096, -(-len(content) // 512) * 512) - len(content))
    n = len(content) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, n + 2), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\x00" * 6 + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le")
        none = 0xFFFFFFFF
        begin = raw.ljust(64, b"\x00") + struct.pack("<HBBIII", len(raw) + 2 if raw else 0, kind, 1, none, none, child)
        return begin + b"\x00" * 36 + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream_name, 2, 0xFFFFFFFF, 2, len(content))
    directory += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    return header + struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table))) + directory + content


def old_workbook(rows: list[list[str | float]], hidden: Sequence[int] = (), number_format: str = "") -> bytes:
    """A BIFF8 workbook of one sheet; rows may be hidden, and its numbers have a format."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def cell(i: int, j: int, value: str | float) -> bytes:
        if isinstance(value, str):
            text = value.encode("utf-16-le")
            return record(0x204, struct.pack("<HHHHB", i, j, 0, len(value), 1) + text)
        return record(0x203, struct.pack("<HHHd", i, j, 0, value))

    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    name = "数据".encode("utf-16-le")
    if number_format:
        begin += record(0x41E, struct.pack("<HHB", 164, len(number_format), 0) + number_format.encode("latin-1"))
        begin += record(0xE0, struct.pack("<HHHHIIIH", 0, 164, 0, 0, 0, 0, 0, 0)[:20])
    at = len(begin) + 4 + 8 + len(name) + 4
    sheet = record(0x85, struct.pack("<IHBB", at, 0, 2, 1) + name) + record(0x0A, b"")
    page = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for i in hidden:
        page += record(0x208, struct.pack("<HHHHHHHH", i, 0, 1, 255, 0, 0, 0x20, 0))
    page += b"".join(cell(i, j, value) for i, row in enumerate(rows) for j, value in enumerate(row)) + record(0x0A, b"")
    return compound_file("Workbook", begin + sheet + page)


def web_archive(*pages: str) -> bytes:
    parts = "".join(
        f"--b\r\nContent-Location: file:///C:/x/sheet{i:03}.htm\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{page.replace('=', '=3D')}\r\n"
        for i, page in enumerate(pages, 1)
    )
    return f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n{parts}--b--\r\n'.encode()
