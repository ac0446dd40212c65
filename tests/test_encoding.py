"""The bytes of text exports: which encoding is taken, which is refused, and what is no readable file at all."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

import procmine as pm
from procmine.core.engine import fetch
from procmine.core.errors import ExportError

HEADER = "case_id,activity,timestamp,resource"
DAY = "2026-03-02 09:15:00"
MOJIBAKE = "neither UTF-8 nor GB18030"


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


def encoding_of(log) -> str | None:
    (file,) = log.import_report.files
    return file.encoding


@pytest.mark.parametrize(
    ("data", "resources", "encoding"),
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
def test_the_encoding_is_told_from_the_bytes(read, data, resources, encoding):
    log, found = read(data)
    assert found == resources
    assert encoding_of(log) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_whole_file_decides_not_its_first_megabyte(read, encoding):
    ascii_rows = [f"a,b,{DAY},someone"] * 40_000
    log, found = read("\n".join([HEADER, *ascii_rows, f"c,d,{DAY},张三"]).encode(encoding))
    assert found[-1] == "张三"
    assert encoding_of(log) == encoding


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (western("José").encode("cp1252"), "export.csv:2"),
        (western("Müller", "Schröder").encode("cp1252"), "export.csv"),
        (western("Müller").encode() + western("José").encode("cp1252"), "export.csv"),
        (western("張三", "許功蓋").encode("big5"), "export.csv"),
        (text("张三").encode() + f"a,b,{DAY},李四\n".encode("gbk"), "export.csv"),
        (text(*["张三李四"] * 50).encode().replace("四".encode(), b"\xff", 1), "export.csv"),
    ],
    ids=["cp1252", "cp1252 that GB18030 decodes", "two encodings", "big5", "utf-8 and gbk", "one bad byte"],
)
def test_an_encoding_that_cannot_be_told_is_asked_for(read, data, place):
    with pytest.raises(ExportError, match=MOJIBAKE) as caught:
        read(data)
    (fault,) = caught.value.faults
    assert fault.place.startswith(place)
    assert "encoding:" in fault.hint.en
    assert "encoding:" in fault.hint.zh


def test_a_declared_encoding_is_taken(read):
    log, found = read(western("José", "Müller").encode("cp1252"), encoding="cp1252")
    assert found == ["José", "Müller"]
    assert encoding_of(log) == "cp1252"


def test_a_declared_encoding_may_have_a_mark(read):
    assert read(text("张三").encode("utf-8-sig"), encoding="utf-8")[1] == ["张三"]


@pytest.mark.parametrize(
    ("encoding", "fault"),
    [
        ("ascii", "does not decode as ascii"),
        ("utf-16", "does not decode as utf-16"),
        ("klingon", "no encoding is called 'klingon'"),
        ("base64", "no encoding is called 'base64'"),
    ],
)
def test_a_declared_encoding_that_does_not_fit_is_an_error(read, encoding, fault):
    with pytest.raises(ExportError, match=fault):
        read(text("张三").encode(), encoding=encoding)


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
