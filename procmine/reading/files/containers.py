"""What a file is, by its first bytes and never by its suffix."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO, Literal

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words, write_number

Container = Literal[
    "text", "xlsx", "xls", "ods", "html", "spreadsheetml", "mhtml", "zip", "json", "xes", "parquet"
]  # fmt: skip

_SUFFIXES: dict[Container, tuple[str, ...]] = {
    "text": (".csv", ".tsv", ".txt"),
    "xlsx": (".xlsx", ".xlsm", ".xlsb"),
    "xls": (".xls", ".et"),
    "ods": (".ods",),
    "html": (".html", ".htm"),
    "spreadsheetml": (".xml",),
    "mhtml": (".mht", ".mhtml"),
    "zip": (".zip",),
    "json": (".json", ".jsonl", ".ndjson"),
    "xes": (".xes",),
    "parquet": (".parquet",),
}
_HEAD = 4096
_CHUNK = 1 << 20

MOST_UNPACKED = 4 * 2**30
"""Bytes that an archive (a workbook is one) may hold when unpacked."""
MOST_RATIO = 200
"""How many times larger than the file its content may be, once it is larger than `RATIO_FROM` bytes."""
RATIO_FROM = 100 * 2**20
MOST_MARKUP = 256 * 2**20
"""Bytes of a web page or of another file that is read into memory as a whole."""


def open_plain(path: Path) -> IO[bytes]:
    """The file's content as a byte stream, unpacked if it is gzip."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def whole_content(path: Path) -> bytes:
    """All bytes of the file, unpacked if it is gzip.

    Raises
    ------
    ExportError
        If it is cut off, or larger than `MOST_MARKUP`.
    """
    try:
        with open_plain(path) as stream:
            content = stream.read(MOST_MARKUP + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise truncated(path) from None
    if len(content) > MOST_MARKUP:
        raise too_large(path, len(content), MOST_MARKUP)
    return content


def container_of(path: Path) -> Container:
    """What the file holds.

    Raises
    ------
    ExportError
        If it is of a kind that is not read, protected or cut off; the hint says what to save it as.
    """
    try:
        with open_plain(path) as stream:
            head = stream.read(_HEAD)
            packed = isinstance(stream, gzip.GzipFile)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise truncated(path) from None
    if not head:
        raise ExportError(Fault(path.name, _EMPTY, hint=Words("重新导出", "export it again")))
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")) and packed:
        raise _not_read(
            path, Words("用 gzip 压缩的工作簿或压缩包", "a workbook or an archive packed once more by gzip")
        )
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _ole_kind(path)
    return _kind_of_text(path, head)


_EMPTY = Words("文件为空（0 字节）", "the file is empty (0 bytes)")
_MHTML = re.compile(
    rb"(?:[a-z][a-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*mime-version:|content-type:\s*multipart/related", re.IGNORECASE
)


def _kind_of_text(path: Path, head: bytes) -> Container:
    start = _as_ascii(head).lstrip().lower()
    if start.startswith(b"<"):
        return _markup_kind(path, start)
    if head.startswith(b"%PDF") or (not _is_utf16(head) and _is_binary(head)):
        raise _not_read(path, Words("二进制文件", "a binary file"))
    if start.startswith((b"{", b"[")):
        return "json"
    return "mhtml" if _MHTML.match(start) else "text"


def _as_ascii(head: bytes) -> bytes:
    """The first bytes as ASCII with `?` for all other signs, UTF-16 included."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) & ~1].decode("utf-16", "replace").encode("ascii", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _is_utf16(head: bytes) -> bool:
    """Whether the bytes are UTF-16, with a mark or by the zeros that every second byte of its ASCII signs is."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = [head[0::2].count(0), head[1::2].count(0)]
    if min(zeros) or 20 * max(zeros) < len(head):
        return False
    try:
        text = head[: len(head) & ~1].decode("utf-16-le" if zeros[1] else "utf-16-be", "ignore")
    except UnicodeDecodeError:
        return False
    return any(sign in text for sign in "\n\r\t,;|") and not _CONTROLS.search(text)


_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _is_binary(head: bytes) -> bool:
    """Whether more than one byte in twenty is one that texts do not hold."""
    return 20 * len(_CONTROLS.findall(head.decode("latin-1"))) > len(head)


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


def protected(path: Path) -> ExportError:
    """The file asks for a password."""
    fault = Words("文件有密码保护", "the file is protected by a password")
    return ExportError(Fault(path.name, fault, hint=Words("另存一份没有密码的", "save a copy without it")))


def too_large(path: Path, n_bytes: int, limit: int) -> ExportError:
    """What the file holds is larger than is read."""
    fault = Words("内容过大，不予读取", "it holds more than is read")
    facts = Words("至少 {n} 字节，上限 {limit}", "at least {n} bytes, the limit is {limit}").filled(
        n=write_number(n_bytes), limit=write_number(limit)
    )
    return ExportError(Fault(path.name, fault, facts, Words("导出为 CSV，或分段导出", "export CSV, or in parts")))


def members_of(path: Path) -> list[zipfile.ZipInfo]:
    """What an archive says it holds, if that can be unpacked safely.

    Raises
    ------
    ExportError
        If it is damaged, or holds more than `MOST_UNPACKED` bytes, or – above `RATIO_FROM` bytes –
        more than `MOST_RATIO` times its own size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, UnicodeDecodeError, EOFError, OSError, NotImplementedError, ValueError):
        raise truncated(path) from None
    total = sum(member.file_size for member in members)
    limit = min(MOST_UNPACKED, max(RATIO_FROM, MOST_RATIO * path.stat().st_size))
    if total > limit:
        raise too_large(path, total, limit)
    return members


def _zip_kind(path: Path) -> Container:
    names = [member.filename for member in members_of(path)]
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return _open_document(path)
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise _not_read(path, Words("压缩包", "an archive"))
    return "zip"


def _open_document(path: Path) -> Container:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as stream:
            kind = stream.read(200)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, UnicodeDecodeError):
        raise truncated(path) from None
    if b"spreadsheet" in kind:
        return "ods"
    raise _not_read(path, Words("不是表格的文档", "a document that is no spreadsheet"))


def _ole_kind(path: Path) -> Container:
    """Old Office files are named by their streams; a new workbook with a password is one of these."""
    found = _streams_among(path, ("EncryptedPackage", "Workbook", "Book"))
    if "EncryptedPackage" in found:
        raise protected(path)
    if found:
        return "xls"
    kind = Words(
        "损坏的旧版 Excel（.xls）或其他 Office 文件", "an old Excel workbook (.xls) that is damaged, or no workbook"
    )
    raise _not_read(path, kind)


def _streams_among(path: Path, names: tuple[str, ...]) -> set[str]:
    marks = {name: name.encode("utf-16-le") + b"\x00" * 2 for name in names}
    found: set[str] = set()
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found |= {name for name, mark in marks.items() if mark in tail + chunk}
            tail = chunk[-64:]
    return found


_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL)
_ROOT = re.compile(rb"\s*<(?:[\w.-]+:)?([a-z][\w.-]*)(?=[\s/>])")
_PAGE = frozenset(
    [
        "html",
        "head",
        "body",
        "table",
        "div",
        "meta",
        "style",
        "script",
        "form",
        "title",
        "center",
        "p",
        "span",
        "h1",
        "h2",
        "h3",
        "br",
        "tr",
        "td",
        "font",
        "link",
        "base",
    ]
)


def _markup_kind(path: Path, start: bytes) -> Container:
    if start.startswith(b"<!doctype html"):
        return "html"
    at = 0
    while prolog := _PROLOG.match(start, at):
        at = prolog.end()
    root = _ROOT.match(start, at)
    name = root.group(1).decode() if root else "log"
    if name in _PAGE:
        return "html"
    if name == "workbook" and b"schemas-microsoft-com:office:spreadsheet" in start:
        return "spreadsheetml"
    if name == "log":
        return "xes"
    fault = Words(
        "这是 XML，但既不是 XES 日志（根元素不是 <log>），也不是 Excel 的 XML 表格",
        "this is XML, but no XES log, for its root element is not <log>, and no XML spreadsheet of Excel",
    )
    facts = Words("根元素：<{name}>", "root element: <{name}>").filled(name=name)
    raise ExportError(Fault(path.name, fault, facts, _SAVE_AS))


_SAVE_AS = Words("在 Excel 中另存为 .xlsx 或 CSV UTF-8", "save it as .xlsx or CSV UTF-8")


def _not_read(path: Path, kind: Words) -> ExportError:
    fault = Words("这是{kind}，不能读取", "this is {kind}, which is not read").filled(kind=kind)
    return ExportError(Fault(path.name, fault, hint=_SAVE_AS))
