"""How a text file is encoded, by all of its bytes; and whether it may be read where it lies."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from typing import IO, NamedTuple

from procmine.core.errors import ExportError, Fault
from procmine.core.words import Words
from procmine.reading.containers import open_plain, truncated
from procmine.reading.source import ExportFile

_CHUNK = 1 << 20


class Encoding(NamedTuple):
    """How a text file is encoded.

    Attributes
    ----------
    regular
        Whether it is UTF-8 with one kind of line end and no blank lines, to be read where it lies.
    """

    name: str
    regular: bool


def encoding_of(file: ExportFile, declared: str | None) -> Encoding:
    """The encoding that the project declares, else the one that the whole file shows.

    Raises
    ------
    ExportError
        If the encoding is neither declared nor to be told, or the file is cut off.
    """
    try:
        with open_plain(file.path) as stream:
            found, regular = _survey(stream)
            packed = isinstance(stream, gzip.GzipFile)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise truncated(file.path) from None
    name = declared or found or _chinese(file)
    return Encoding(name, regular and not packed and name == found)


def _survey(stream: IO[bytes]) -> tuple[str | None, bool]:
    """The encoding if it is UTF-8 or has a byte-order mark, and whether the lines are regular."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, regular, mark = True, True, None
    ends: set[bytes] = set()
    while chunk := stream.read(_CHUNK) + stream.readline(_CHUNK):
        if mark is None:
            mark = _mark_of(chunk)
        if regular:
            ends |= _line_ends(chunk)
            regular = b"\r" not in ends and len(ends) <= 1 and not _BLANK_LINE.search(b"\n" + chunk)
        valid = valid and _decodes(decoder, chunk)
    valid = valid and _decodes(decoder, b"", final=True)
    if mark == "utf-16":
        return mark, False
    return (mark or "utf-8") if valid else None, regular


_BLANK_LINE = re.compile(rb'\n(?:\xef\xbb\xbf)?[ \t,;|"]*(?:\r?\n|[ \t,;|"]\Z)')


def _line_ends(chunk: bytes) -> set[bytes]:
    """Which kinds of line end a chunk shows."""
    if b"\r" not in chunk:
        return {b"\n"} if b"\n" in chunk else set()
    pairs = chunk.count(b"\r\n")
    lone = {end for end in (b"\r", b"\n") if chunk.count(end) > pairs}
    return lone | ({b"\r\n"} if pairs else set())


def _mark_of(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else ""


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _chinese(file: ExportFile) -> str:
    """GB18030, if the whole file decodes to it and most of what is not ASCII is common Chinese.

    Western texts, Big5 and broken UTF-8 may decode too, but to characters outside of GB 2312 (`ül` to 黮).
    """
    decoder = codecs.getincrementaldecoder("gb18030")()
    foreign = common = line = 0
    with open_plain(file.path) as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                line += chunk[: error.start].count(b"\n") + 1
                raise _no_encoding(file, line) from None
            n_ascii = len(text.encode("ascii", "ignore"))
            foreign += len(text) - n_ascii
            common += (len(text.encode("gb2312", "ignore")) - n_ascii) // 2
            line += chunk.count(b"\n")
            if not chunk:
                break
    if common < 0.6 * foreign:
        raise _no_encoding(file, None)
    return "gb18030"


def _no_encoding(file: ExportFile, line: int | None) -> ExportError:
    place = file.name if line is None else f"{file.name}:{line}"
    fault = Words(
        "无法确定编码：既不是 UTF-8，也不是 GB18030", "its encoding cannot be told: neither UTF-8 nor GB18030"
    )
    hint = Words(
        "在 sources: 中写明 encoding:，或另存为 CSV UTF-8", "declare encoding: under sources:, or save it as CSV UTF-8"
    )
    return ExportError(Fault(place, fault, hint=hint))
