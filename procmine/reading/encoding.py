"""Text files made clean: decoded, one kind of line end, no blank lines; or left alone if they are so."""

from __future__ import annotations

import codecs
import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from procmine.core.engine import scratch_folder
from procmine.core.errors import ExportError, Fault
from procmine.core.words import Words
from procmine.reading.containers import open_plain
from procmine.reading.source import ExportFile, Source

_CHUNK = 1 << 20


@dataclass(frozen=True)
class CleanText:
    r"""A UTF-8 file with `\n` or `\r\n` line ends and no blank lines.

    Attributes
    ----------
    blank_rows
        For each blank row that was left out, how many rows of the clean file stand before it.
    """

    path: Path
    encoding: str
    blank_rows: tuple[int, ...]


def clean_text(file: ExportFile, source: Source) -> CleanText:
    """The file as clean UTF-8: itself where it is so already, else a copy.

    Raises
    ------
    ExportError
        If the encoding is neither declared nor to be told.
    """
    with open_plain(file.path) as stream:
        found, regular = _survey(stream)
        packed = isinstance(stream, gzip.GzipFile)
    encoding = source.encoding or found or _chinese(file)
    if encoding == found and encoding.startswith("utf-8") and regular and not packed:
        return CleanText(file.path, encoding, ())
    return _copied(file, encoding)


def _survey(stream: IO[bytes]) -> tuple[str | None, bool]:
    """The encoding if it is UTF-8 or has a byte-order mark, and whether the lines are regular."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, regular, tail, mark = True, True, b"", None
    ends: set[bytes] = set()
    while chunk := stream.read(_CHUNK):
        if mark is None:
            mark = _mark_of(chunk)
        if regular:
            ends |= _line_ends(tail + chunk)
            regular = len(ends) <= 1 and not _has_blank_line(tail + chunk)
            tail = chunk[-2:]
        valid = valid and _decodes(decoder, chunk)
    valid = valid and _decodes(decoder, b"", final=True)
    if mark == "utf-16":
        return mark, False
    return (mark or "utf-8") if valid else None, regular and b"\r" not in ends


def _line_ends(chunk: bytes) -> set[bytes]:
    """Which kinds of line end a chunk shows; what it ends in is left to the next chunk."""
    if b"\r" not in chunk:
        return {b"\n"} if b"\n" in chunk else set()
    pairs, body = chunk.count(b"\r\n"), chunk[:-1]
    lone = {b"\r"} if body.count(b"\r") > pairs else set()
    return lone | ({b"\n"} if chunk.count(b"\n") > pairs else set()) | ({b"\r\n"} if pairs else set())


def _has_blank_line(chunk: bytes) -> bool:
    if b"\n\n" in chunk:
        return True
    return b"\r" in chunk and (b"\n\r\n" in chunk or b"\r\r" in chunk)


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


_CJK = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2018-\u201d\u2014\u2026\u00b7]")


def _chinese(file: ExportFile) -> str:
    """GB18030, if the whole file decodes to it and what is not ASCII is Chinese."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    foreign = chinese = line = 0
    with open_plain(file.path) as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                line += chunk[: error.start].count(b"\n") + 1
                raise _no_encoding(file, line) from None
            foreign += sum(1 for char in text if char > "\x7f")
            chinese += len(_CJK.findall(text))
            line += chunk.count(b"\n")
            if not chunk:
                break
    if chinese < 0.8 * foreign:
        raise _no_encoding(file, None)
    return "gb18030"


def _no_encoding(file: ExportFile, line: int | None) -> ExportError:
    place = file.name if line is None else f"{file.name}:{line}"
    fault = Words("无法确定编码:既不是 UTF-8,也不是 GB18030", "its encoding cannot be told: neither UTF-8 nor GB18030")
    hint = Words(
        "在 sources: 中写明 encoding:,或另存为 CSV UTF-8", "declare encoding: under sources:, or save it as CSV UTF-8"
    )
    return ExportError(Fault(place, fault, hint=hint))


def _copied(file: ExportFile, encoding: str) -> CleanText:
    path = scratch_folder() / "clean.csv"
    blanks: list[int] = []
    try:
        with open_plain(file.path) as stream, path.open("w", encoding="utf-8", newline="\n") as clean:
            lines = io.TextIOWrapper(stream, encoding=encoding, newline=None)
            for line in _without_blanks(lines, blanks):
                clean.write(line)
    except LookupError:
        hint = Words("例如 utf-8、gb18030、cp1252", "for example utf-8, gb18030, cp1252")
        fault = Words("没有名为“{name}”的编码", "no encoding is called {name!r}").filled(name=encoding)
        raise ExportError(Fault(file.name, fault, hint=hint)) from None
    except UnicodeDecodeError as error:
        fault = Words("不能按 {name} 解码", "it does not decode as {name}").filled(name=encoding)
        raise ExportError(Fault(file.name, fault, str(error.reason))) from None
    return CleanText(path, encoding, tuple(blanks))


_OPENING = re.compile(r'(?:^|[,;\t|])\s*"')


def _without_blanks(lines: io.TextIOWrapper, blanks: list[int]) -> Iterator[str]:
    """The lines without those that are blank outside of quotes; `blanks` takes their places."""
    inside, rows = False, 0
    for line in lines:
        if not inside and not line.strip():
            blanks.append(rows)
            continue
        if line.count('"') % 2 and (inside or _OPENING.search(line)):
            inside = not inside
        rows += not inside
        yield line.removeprefix("\ufeff") if rows <= 1 else line
