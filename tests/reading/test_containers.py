"""What a file is by its content: every kind that exports come in, and every kind that is refused."""

from __future__ import annotations

import gzip
import io
from datetime import datetime

import pytest
import xlsxwriter
from made_files import PAGE, SHEET_XML, compound_file, old_workbook, open_document, web_archive, workbook, zipped

from procmine.core.log.engine import workbench
from procmine.core.text.errors import ExportError
from procmine.reading.files import containers
from procmine.reading.files.containers import container_of, fits_suffix
from procmine.reading.files.source import ExportFile, Source
from procmine.reading.sheets import archives
from procmine.reading.sheets.archives import unpacked
from procmine.reading.sheets.sheets import read_sheet


@pytest.fixture
def table(tmp_path):
    """Bytes → columns, rows with their numbers, notes and encoding."""

    def reading(content: bytes, name: str = "export.xls", **source):
        (tmp_path / name).write_bytes(content)
        with workbench() as bench:
            raw = read_sheet(bench, ExportFile.at(tmp_path / name), Source(path="", **source), 0)
            rows = bench.con.execute(f"select * from {raw.relation}").fetchall()
        return list(raw.columns), rows, [note.say("en") for note in raw.notes], raw.encoding

    return reading


UTF16 = "编号\t节点\r\n1\t提交\r\n2\t审批\r\n" * 20
KINDS = {
    "csv": ("编号,节点\n1,提交\n".encode("gbk"), "text", ".csv"),
    "a workbook": (workbook(), "xlsx", ".xlsx"),
    "an old workbook": (old_workbook([["id"]]), "xls", ".xls"),
    "ods": (open_document([["id"]]), "ods", ".ods"),
    "page": (PAGE.encode(), "html", ".htm"),
    "fragment": (b"\xef\xbb\xbf \n<TABLE><tr><td>x</table>", "html", ".html"),
    "page behind a prolog": (b'<?xml version="1.0"?><!-- x --><!DOCTYPE html><html></html>', "html", ".html"),
    "page in UTF-16": (PAGE.encode("utf-16"), "html", ".html"),
    "xml": (SHEET_XML.encode(), "spreadsheetml", ".xml"),
    "web archive": (web_archive(PAGE), "mhtml", ".mht"),
    "archive": (zipped({"a.csv": b"x"}), "zip", ".zip"),
    "json": (b'\xef\xbb\xbf\n [{"a": 1}]', "json", ".json"),
    "json lines": (b'{"a": 1}\n{"a": 2}\n', "json", ".jsonl"),
    "log": (b'<?xml version="1.0"?>\n<!-- a <html> --><log xes.version="1.0"/>', "xes", ".xes"),
    "packed log": (gzip.compress(b"<log/>"), "xes", ".xes.gz"),
    "half a log": (b'<?xml version="1.0" enc', "xes", ".xes"),
    "parquet": (b"PAR1....PAR1", "parquet", ".parquet"),
    "UTF-16": (UTF16.encode("utf-16"), "text", ".txt"),
    "UTF-16 without a mark": (UTF16.encode("utf-16-le"), "text", ".txt"),
    "big-endian UTF-16": (UTF16.encode("utf-16-be"), "text", ".txt"),
    "text with a stray zero": (b"id,who\n" + b"1,abc\x00\n" + b"1,abcdef\n" * 20, "text", ".csv"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["export.xls", "export.csv", "export"])
def test_a_file_is_known_by_its_content(tmp_path, kind, name):
    content, container, suffix = KINDS[kind]
    (tmp_path / name).write_bytes(content)
    assert container_of(tmp_path / name) == container
    assert fits_suffix(tmp_path / f"X{suffix.upper()}", container)
    assert not fits_suffix(tmp_path / "export", container)


REFUSED = {
    "nothing": (b"", r"the file is empty \(0 bytes\)"),
    "packed nothing": (gzip.compress(b""), r"the file is empty \(0 bytes\)"),
    "password": (compound_file("EncryptedPackage", b"x"), "protected by a password\n  hint: save a copy without it"),
    "document": (compound_file("WordDocument", b"x"), "or no workbook, which is not read"),
    "pdf": (b"%PDF-1.7\nabc", "this is a binary file"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is a binary file"),
    "half a workbook": (workbook()[:2000], "the file is cut off, perhaps .*\n  size 2,000 bytes"),
    "half of gzip": (gzip.compress(b"<log/>")[:-10], "the file is cut off"),
    "other XML": (
        b"<catalogue><log/></catalogue>",
        "no XES log.*root element is not <log>.*\n  root element: <catalogue>",
    ),
    "text document": (zipped({"word/document.xml": b"<x/>"}), "this is an archive, which is not read"),
    "packed workbook": (gzip.compress(workbook()), "packed once more by gzip"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_not_read_says_why(tmp_path, kind):
    content, fault = REFUSED[kind]
    (tmp_path / "export.xls").write_bytes(content)
    with pytest.raises(ExportError, match=f"export.xls: .*{fault}") as caught:
        container_of(tmp_path / "export.xls")
    assert caught.value.faults[0].hint


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path):
    (tmp_path / "bomb.xlsx").write_bytes(zipped({"xl/worksheets/sheet1.xml": bytes(101 * 2**20)}))
    size = (tmp_path / "bomb.xlsx").stat().st_size
    assert containers.MOST_RATIO * size < 101 * 2**20
    with pytest.raises(ExportError, match="it holds more than is read\n  at least 105,906,176 bytes"):
        container_of(tmp_path / "bomb.xlsx")


def test_a_large_page_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "MOST_MARKUP", 100)
    (tmp_path / "page.xls").write_bytes(PAGE.encode())
    with pytest.raises(ExportError, match="it holds more than is read"):
        containers.whole_content(tmp_path / "page.xls")


PAGE_ROWS = [
    ("202608010816000096068", "提交", "2024-03-05 12:00", 3),
    ("202608010816000096068", "主管\n审批", "2024-03-05 13:00", 4),
    ("0138", "提交", None, 5),
]


@pytest.mark.parametrize(
    ("encoding", "charset", "warned"),
    [
        ("gbk", "gb2312", []),
        ("utf-8", "utf-8", []),
        ("utf-8-sig", "gb2312", []),
        ("utf-8", "gb2312", ["export.xls: the page claims to be gb18030 and is utf-8; read by content"]),
        ("gbk", "utf-8", ["export.xls: the page claims to be utf-8 and is gb18030; read by content"]),
        ("big5", "big5", []),
        ("utf-16", "utf-16", []),
    ],
)
def test_a_page_named_xls_is_read_by_its_bytes(table, encoding, charset, warned):
    text = PAGE.format(charset=charset)
    if encoding == "big5":
        text = text.translate(str.maketrans("审批记录编号节点时间主管", "審批記錄編號節點時間主管"))
    columns, rows, notes, found = table(text.encode(encoding))
    assert [note for note in notes if "claims" in note] == warned
    assert "1 row above the header passed over" in "".join(notes)
    assert found == {"gbk": "gb18030"}.get(encoding, encoding)
    if encoding != "big5":
        assert (columns, rows) == (["审批编号", "节点", "时间"], PAGE_ROWS)
    else:
        assert columns == ["審批編號", "節點", "時間"]


def test_the_largest_table_of_a_page_is_read_and_those_like_it(table):
    menu = "<table><tr><td>首页</td></tr></table>"
    head = "<tr><td>id</td><td>who</td></tr>"
    page = f"<html>{menu}<table><tr><td><table>{head}<tr><td>1<td>甲<tr><td>2<td>乙</table></td></tr></table>"
    columns, rows, notes, _ = table(f"{page}<table>{head}<tr><td>3<td>丙</table></html>".encode())
    assert (columns, rows) == (["id", "who"], [("1", "甲", 2), ("2", "乙", 3), ("3", "丙", 5)])
    assert "export.xls: 1 other tables of the page are not read" in notes


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            "<form action=/login><input name=u><input type=password></form>",
            "probably a login page: the session expired",
        ),
        ("<form><table><tr><td>用户<td><input><tr><td>密码<td><input type='PASSWORD'></table></form>", "login page"),
        ("<p>Error 500</p>", r"this is a web page \(HTML\) without a table"),
        ("<table><tr><td> &nbsp; </table>", "without a table"),
    ],
)
def test_a_page_without_a_table_is_an_error(table, body, fault):
    with pytest.raises(ExportError, match=fault):
        table(f"<html><body>{body}</body></html>".encode())


def test_an_xml_spreadsheet_is_read_with_its_gaps(table):
    columns, rows, notes, _ = table(SHEET_XML.encode())
    assert columns == ["编号", "column 2", "时间", "值"]
    assert rows == [
        ("007", None, "2024-03-05 14:03:22", "2.02403e+20", 4),
        ("007", "TRUE", None, "202608010816000096068", 5),
        ("8", None, None, "1.5", 6),
    ]
    assert "export.xls: sheet '数据' read; other sheets: 旧 (hidden)" in notes
    assert "export.xls: 1 empty cell of a merged range took its value" in notes
    assert "export.xls: 2 blank rows skipped" in notes


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (SHEET_XML[:900], "the file is cut off"),
        (SHEET_XML.replace("007", "a & b"), r"export.xls:\d+: this is not well-formed XML"),
        (SHEET_XML.replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "b">]><Workbook', 1), "DOCTYPE"),
        (SHEET_XML.replace('ss:Index="4"', 'ss:Index="1048577"', 1), "it holds more than is read"),
    ],
)
def test_a_spoilt_xml_spreadsheet_is_an_error(table, text, fault):
    with pytest.raises(ExportError, match=fault):
        table(text.encode())


def test_a_web_archive_is_read_page_by_page(table):
    frame = "<html><frameset><frame src=x></frameset></html>"
    columns, rows, _, _ = table(web_archive(frame, PAGE.format(charset="utf-8")))
    assert (columns, rows) == (["审批编号", "节点", "时间"], PAGE_ROWS)


def test_a_web_archive_without_a_table_is_an_error(table):
    with pytest.raises(ExportError, match=r"a web archive \(MHTML\) without a table to read\n  hint: save it as .xlsx"):
        table(web_archive("<p>x</p>"))


def test_old_workbooks_and_open_documents_are_read(table):
    columns, rows, _, _ = table(old_workbook([["编号", "耗时"], ["007", 7.0], ["甲", 1.5]]), "export.csv")
    assert (columns, rows) == (["编号", "耗时"], [("007", "7", 2), ("甲", "1.5", 3)])
    columns, rows, _, _ = table(open_document([["编号", "节点"], ["007", "提交"]]), "export.xls")
    assert (columns, rows) == (["编号", "节点"], [("007", "提交", 2)])


def test_a_new_workbook_named_xls_is_read(table):
    assert table(workbook(), "export.xls")[:2] == (["id", "who"], [("1", "甲", 2)])


def in_gbk(name: str, content: bytes) -> bytes:
    """An archive as old tools write it: the name in GBK, and not said so."""
    return zipped({"x" * len(name.encode("gbk")): content}).replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))


def archive_at(tmp_path, content: bytes) -> ExportFile:
    (tmp_path / "months.zip").write_bytes(content)
    return ExportFile.at(tmp_path / "months.zip")


def test_an_archive_is_unpacked_to_its_exports(tmp_path):
    noise = {"2024/": b"", "__MACOSX/._a.csv": b"x", "2024/.DS_Store": b"x", "2024/empty.csv": b"", "Thumbs.db": b"x"}
    members = {
        "2024/三月.csv": b"id\n3\n",
        "2024/二月.csv": b"id\n2\n",
        "old/三月.csv": b"id\n1\n",
        "book.xlsx": workbook(),
    }
    files = unpacked(archive_at(tmp_path, zipped(members | noise)), tmp_path / "out")
    names = ["months.zip/2024/三月.csv", "months.zip/2024/二月.csv", "months.zip/book.xlsx", "months.zip/old/三月.csv"]
    assert [file.name for file in files] == names
    assert [file.path.name for file in files] == ["三月.csv", "二月.csv", "book.xlsx", "三月.csv"]
    assert [file.path.read_bytes() for file in files[:2]] == [b"id\n3\n", b"id\n2\n"]
    assert [container_of(file.path) for file in files] == ["text", "text", "xlsx", "text"]


@pytest.mark.parametrize("name", ["三月工单.csv", "导出\\三月.csv"])
def test_names_in_gbk_are_read(tmp_path, name):
    (file,) = unpacked(archive_at(tmp_path, in_gbk(name, b"id\n1\n")), tmp_path / "out")
    assert file.name == "months.zip/" + name.replace("\\", "/")


def test_a_member_cannot_leave_the_folder(tmp_path):
    files = unpacked(archive_at(tmp_path, zipped({"../../up.csv": b"a", "/root.csv": b"b"})), tmp_path / "out")
    assert [file.name for file in files] == ["months.zip/root.csv", "months.zip/up.csv"]
    assert all(file.path.is_relative_to(tmp_path / "out") for file in files)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (zipped({}), "the archive holds no files"),
        (zipped({"a/": b"", "b.csv": b""}), "the archive holds no files"),
        (zipped({"inner.zip": zipped({"a.csv": b"x"})}), "an archive inside an archive is not read\n  it holds months"),
        (zipped({f"{i}.csv": b"x" for i in range(5)}), "too many files\n  5, the limit is 4"),
        (zipped({"a.csv": b"x" * 50}).replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"), "protected by a password"),
    ],
)
def test_an_archive_that_is_not_read_says_why(tmp_path, monkeypatch, content, fault):
    monkeypatch.setattr(archives, "MOST_FILES", 4)
    with pytest.raises(ExportError, match=fault):
        unpacked(archive_at(tmp_path, content), tmp_path / "out")


def test_an_archive_whose_directory_points_nowhere_is_an_error(tmp_path):
    content = bytearray(zipped({"a.csv": b"x" * 50, "b.csv": b"y" * 50}))
    content[content.rfind(b"PK\x05\x06") + 16] += 40
    with pytest.raises(ExportError, match=r"damaged|cut off|complete"):
        unpacked(archive_at(tmp_path, bytes(content)), tmp_path / "out")


def test_a_damaged_member_is_an_error(tmp_path):
    content = bytearray(zipped({"a.csv": bytes(range(256)) * 20}))
    content[60] ^= 0xFF
    with pytest.raises(ExportError, match=r"months\.zip: the file is cut off"):
        unpacked(archive_at(tmp_path, bytes(content)), tmp_path / "out")


def test_moments_of_a_workbook_are_kept(table):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "time"])
        page.write(1, 0, 1)
        page.write_datetime(1, 1, datetime(2024, 3, 5, 14, 3), book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}))
    assert table(buffer.getvalue())[1] == [("1", "2024-03-05 14:03:00", 2)]
