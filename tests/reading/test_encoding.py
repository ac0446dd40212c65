"""The bytes of text exports: which encoding is taken, which is refused, and what is no readable file at all."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

import procmine as pm
from procmine.core.log.engine import fetch
from procmine.core.text.errors import ExportError
from procmine.reading.files.source import ExportFile
from procmine.reading.text import encoding

HEADER = "case_id,activity,timestamp,resource"
DAY = "2026-03-02 09:15:00"


@pytest.fixture
def read(tmp_path):
    """Bytes of a file → the log and its resources in the order of the file."""

    def reading(data: bytes, name: str = "export.csv", **source: Any) -> tuple[Any, list[str]]:
        (tmp_path / name).write_bytes(data)
        log = pm.read_export(tmp_path / name, time_zone="UTC", language="en", **source)
        return log, fetch(log.events.order_by("source_row"))["resource"].tolist()

    return reading


def text(*resources: str) -> str:
    return "\n".join([HEADER, *(f"{name},受理,{DAY},{name}" for name in resources), ""])


def western(*resources: str) -> str:
    return "\n".join([HEADER, *(f"a,open,{DAY},{name}" for name in resources), ""])


def encoding_read(log) -> str | None:
    (file,) = log.import_report.files
    return file.encoding


@pytest.mark.parametrize(
    ("data", "resources", "name"),
    [
        (text("张三", "José").encode(), ["张三", "José"], "utf-8"),
        (text("张三", "José").encode("utf-8-sig"), ["张三", "José"], "utf-8-sig"),
        (text("张三", "José").encode("utf-16"), ["张三", "José"], "utf-16"),
        (b"\xff\xfe" + text("张三").replace("\n", "\r\n").replace(",", "\t").encode("utf-16-le"), ["张三"], "utf-16"),
        (b"\xfe\xff" + text("张三").encode("utf-16-be"), ["张三"], "utf-16"),
        (text("张三", "李四").encode("gbk"), ["张三", "李四"], "gb18030"),
        (text("张㛃", "𠮷野", "王五").encode("gb18030"), ["张㛃", "𠮷野", "王五"], "gb18030"),
        (text("张三").encode("gbk").replace(b"\n", b"\r"), ["张三"], "gb18030"),
        (gzip.compress(text("张三").encode()), ["张三"], "utf-8"),
        (gzip.compress(text("张三").encode("gbk")), ["张三"], "gb18030"),
    ],
    ids=["utf-8", "mark", "utf-16", "Excel's Unicode text", "big-endian", "gbk", "rare", "gbk CR", "gz", "gz gbk"],
)
def test_the_encoding_is_told_from_the_bytes(read, data, resources, name):
    log, found = read(data)
    assert found == resources
    assert encoding_read(log) == name


@pytest.mark.parametrize("name", ["utf-8", "gb18030"])
def test_the_whole_file_decides_not_its_first_megabyte(read, name):
    ascii_rows = [f"a,b,{DAY},someone"] * 40_000
    log, found = read("\n".join([HEADER, *ascii_rows, f"c,d,{DAY},张三"]).encode(name))
    assert found[-1] == "张三"
    assert encoding_read(log) == name


@pytest.fixture
def told(tmp_path):
    """Bytes of a file → the name of the encoding they show."""

    def telling(data: bytes) -> str:
        path = tmp_path / "export.csv"
        path.write_bytes(data)
        return encoding.encoding_of(ExportFile.at(path), None).name

    return telling


TRADITIONAL = ("張三", "許功蓋", "客戶服務部", "審批流程編號")
SIMPLIFIED = ("张三", "许功盖", "客户服务部", "审批流程编号")
ACCENTED = ("José", "Müller", "Ångström", "Œuvre", "naïve – “quoted”", "5 €", "créées")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (western("José").encode("cp1252"), "cp1252"),
        (western("Müller", "Schröder").encode("cp1252"), "cp1252"),
        (western(*ACCENTED).encode("cp1252"), "cp1252"),
        (western(*TRADITIONAL).encode("big5"), "big5"),
        (western("碁", *TRADITIONAL).encode("cp950"), "cp950"),
        (text("張三", "許功蓋").encode("big5"), "big5"),
        (western(*SIMPLIFIED).encode("gbk"), "gb18030"),
        (western("安卡").encode("gbk"), "gb18030"),
        (western("联通").encode("gbk"), "gb18030"),
        (text(*SIMPLIFIED, "联通").encode("gbk").replace(b"\n", b"\r\n"), "gb18030"),
        (text("张三").encode("utf-16-le"), "utf-16-le"),
        (text("张三").encode("utf-16-be"), "utf-16-be"),
        (western("someone").encode("utf-16-le"), "utf-16-le"),
        (text("一开", "开一" * 20).replace(",", "\t").encode("utf-16-le"), "utf-16-le"),
        (western("some\0one").encode(), "utf-8"),
        (western("some\0one", "王五").encode("gbk"), "gb18030"),
    ],
    ids=[
        "José",
        "that GB18030 decodes",
        "signs",
        "big5",
        "Microsoft's big5",
        "two names",
        "gbk",
        "gbk that Big5 decodes",
        "gbk that is UTF-8",
        "gbk CRLF",
        "utf-16-le",
        "utf-16-be",
        "utf-16 of ASCII",
        "NUL on the other side",
        "a NUL byte",
        "a NUL byte in gbk",
    ],
)
def test_the_characters_tell_what_is_not_utf_8(told, data, name):
    assert told(data) == name


@pytest.mark.parametrize("n", [1, 7, 40])
def test_the_line_where_the_encoding_changes_is_named(told, n):
    data = text(*["张三"] * n).encode() + f"a,b,{DAY},李四\n".encode("gbk") * 3
    with pytest.raises(
        ExportError, match=f"it mixes encodings(.|\n)*line {n + 2}; {n} lines? (is|are) UTF-8"
    ) as caught:
        told(data)
    assert caught.value.faults[0].place == f"export.csv:{n + 2}"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (text("张三").encode("gbk") + f"a,b,{DAY},李四".encode(), 2),
        (western("Müller").encode() + western("José").encode("cp1252"), 4),
        (text(*["张三李四"] * 50).encode().replace("四".encode(), b"\xff", 1), 2),
        (text("张三").encode().replace(b"\n", b"\r") + f"a,b,{DAY},李四\r".encode("gbk"), 3),
        (text("张三").encode("utf-8-sig") + f"a,b,{DAY},李四\n".encode("gbk"), 3),
    ],
    ids=["gbk first", "utf-8 and cp1252", "one bad byte", "CR", "mark"],
)
def test_mixed_encodings_are_refused_with_the_line_of_the_first_bad_byte(told, data, line):
    with pytest.raises(ExportError, match="it mixes encodings: part of it is UTF-8, and this line is not") as caught:
        told(data)
    (fault,) = caught.value.faults
    assert fault.place == f"export.csv:{line}"
    assert "CSV UTF-8" in fault.hint.zh


@pytest.mark.parametrize(
    "data",
    [
        western("Ð\x98ван").encode("koi8-r", "ignore") + b"\xc1\xd2\xd4\n",
        western("a\x81b").encode("latin-1"),
        western("山田太郎の件です").encode("shift-jis"),
        western("50 ¼", "José").encode("cp1252"),
    ],
    ids=["Russian", "undefined in cp1252", "Japanese", "signs nobody writes"],
)
def test_an_encoding_that_cannot_be_told_is_asked_for(told, data):
    with pytest.raises(ExportError, match="its encoding cannot be told") as caught:
        told(data)
    (fault,) = caught.value.faults
    assert "encoding:" in fault.hint.en
    assert "encoding:" in fault.hint.zh


def test_western_text_is_read_and_its_encoding_said(read):
    log, found = read(western("José", "Müller").encode("cp1252"))
    assert found == ["José", "Müller"]
    assert "export.csv: decoded as cp1252" in [note.say("en") for note in log.import_report.notes]


def test_a_declared_encoding_is_taken(read):
    log, found = read(western("José", "Müller").encode("cp1252"), encoding="cp1252")
    assert found == ["José", "Müller"]
    assert encoding_read(log) == "cp1252"


def test_a_declared_encoding_may_have_a_mark(read):
    assert read(text("张三").encode("utf-8-sig"), encoding="utf-8")[1] == ["张三"]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("ascii", "does not decode as ascii"),
        ("utf-16", "does not decode as utf-16"),
        ("klingon", "no encoding is called 'klingon'"),
        ("base64", "no encoding is called 'base64'"),
    ],
)
def test_a_declared_encoding_that_does_not_fit_is_an_error(read, name, fault):
    with pytest.raises(ExportError, match=fault):
        read(text("张三").encode(), encoding=name)


SEVERAL = gzip.compress(text(*[f"{i:06}" for i in range(20_000)]).encode())


@pytest.mark.parametrize(
    "data",
    [SEVERAL[:5], SEVERAL[:30], SEVERAL[:-30_000], SEVERAL[:-4], SEVERAL[:-8] + bytes(8)],
    ids=["head only", "start only", "half", "without its length", "wrong checksum"],
)
def test_a_cut_off_gzip_file_is_an_error(read, data):
    with pytest.raises(ExportError, match=r"export\.csv\.gz: the file is cut off"):
        read(data, "export.csv.gz")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", r"the file is empty \(0 bytes\)"),
        (HEADER.encode(), "there is a header and no rows"),
        (HEADER.encode() + b"\n\n\n", "there is a header and no rows"),
        (b"%PDF-1.7\n", "this is a binary file"),
        (b"case_id\x00activity", "this is a binary file"),
        (b"<html><body>Please log in</body></html>", "a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"an old Excel workbook \(.xls\)"),
        (b"PK\x03\x04 half an archive", "cut off"),
    ],
)
def test_a_file_without_rows_or_of_another_kind_is_an_error(read, data, fault):
    with pytest.raises(ExportError, match=fault) as caught:
        read(data)
    assert caught.value.faults[0].place.startswith("export.csv")
    assert caught.value.faults[0].hint


@pytest.mark.parametrize(("name", "fault"), [(".", "this is a folder"), ("export.csv", "there is no such file")])
def test_a_path_without_a_file_is_an_error(tmp_path, name, fault):
    with pytest.raises(ExportError, match=fault):
        pm.read_export(tmp_path / name, time_zone="UTC")


def test_a_suffix_that_does_not_fit_is_noted(read):
    log, _ = read(text("张三").encode(), "export.xlsx")
    assert "export.xlsx: the suffix does not fit, read by content as text" in [
        note.say("en") for note in log.import_report.notes
    ]
