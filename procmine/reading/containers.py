"""What a file is, by its first bytes and never by its suffix."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import IO, Literal

from procmine.core.errors import ExportError, Fault
from procmine.core.words import Words

Container = Literal["text", "xlsx", "xes", "parquet"]

_SUFFIXES: dict[Container, tuple[str, ...]] = {
    "text": (".csv", ".tsv", ".txt"),
    "xlsx": (".xlsx", ".xlsm"),
    "xes": (".xes",),
    "parquet": (".parquet",),
}
_HEAD = 4096


def open_plain(path: Path) -> IO[bytes]:
    """The file's content as a byte stream, unpacked if it is gzip."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def container_of(path: Path) -> Container:
    """What the file holds.

    Raises
    ------
    ExportError
        If it is of a kind that is not read; the hint says what to save it as.
    """
    try:
        with open_plain(path) as stream:
            head = stream.read(_HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise truncated(path) from None
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        return _markup_kind(path, start)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise _not_read(
            path, Words("旧版 Excel(.xls)或有密码的文件", "an old Excel workbook (.xls) or a protected file")
        )
    if head.startswith(b"%PDF") or (b"\x00" in head[:64] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise _not_read(path, Words("二进制文件", "a binary file"))
    return "text"


def fits_suffix(path: Path, container: Container) -> bool:
    """Whether the file's name says what it is."""
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(_SUFFIXES[container])


def truncated(path: Path) -> ExportError:
    """The file ends too early."""
    size = path.stat().st_size
    fault = Words("文件不完整，可能没有下载完", "the file is cut off, perhaps a download that did not finish")
    facts = Words("大小 {size} 字节", "size {size} bytes").filled(size=f"{size:,}")
    return ExportError(Fault(path.name, fault, facts, Words("重新导出或下载", "export or download it again")))


def _zip_kind(path: Path) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        raise truncated(path) from None
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise _not_read(path, Words("压缩包", "an archive"))


def _markup_kind(path: Path, start: bytes) -> Container:
    if b"<log" in start and b"<html" not in start:
        return "xes"
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<div")):
        raise _not_read(path, Words("网页（HTML）", "a web page (HTML)"))
    return "xes"


def _not_read(path: Path, kind: Words) -> ExportError:
    fault = Words("这是{kind}，不能读取", "this is {kind}, which is not read").filled(kind=kind)
    hint = Words("在 Excel 中另存为 .xlsx 或 CSV UTF-8", "save it as .xlsx or CSV UTF-8")
    return ExportError(Fault(path.name, fault, hint=hint))
