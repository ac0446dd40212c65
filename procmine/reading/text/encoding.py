"""How a text file is encoded, by all of its bytes; and whether it may be read where it lies.

The ladder: byte-order mark, UTF-8 from the first byte to the last, UTF-16 by its NUL bytes, GB18030
or Big5 by how common the characters are that come out, Windows-1252 where its letters make words.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from procmine.core.log.engine import scratch_folder
from procmine.reading.files.containers import open_plain, truncated
from procmine.reading.files.source import ExportFile
from procmine.reading.text.common_characters import GB2312
from procmine.reading.text.legacy_encoding import FIRST, encoding_by_characters

_CHUNK = 1 << 20
_HEAD = 1 << 16


class Encoding(NamedTuple):
    """How a text file is encoded.

    Attributes
    ----------
    tidy
        Whether it has one kind of line end, no blank lines, no NUL bytes and no line of megabytes.
    regular
        Whether it is tidy UTF-8, to be read where it lies.
    has_nul
        Whether there are NUL bytes in it; UTF-16 is full of them.
    copy
        A copy in UTF-8, where telling the encoding has made one by the way.
    """

    name: str
    tidy: bool
    regular: bool
    has_nul: bool = False
    copy: Path | None = None


def encoding_of(file: ExportFile, declared: str | None) -> Encoding:
    """The encoding that the project declares, else the one that the whole file shows.

    Raises
    ------
    ExportError
        If the encoding is neither declared nor to be told, several are mixed, or the file is cut off.
    """
    try:
        with open_plain(file.path) as stream:
            found, regular, has_nul = _survey(stream)
            packed = isinstance(stream, gzip.GzipFile)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise truncated(file.path) from None
    if declared is None and has_nul and found in ("utf-8", None):
        found = _wide(file) or found
    copy = None if declared or found else scratch_folder() / "decoded.csv"
    name = declared or found or encoding_by_characters(file, copy)
    tidy = regular and not has_nul and not name.lower().startswith(("utf-16", "utf-32"))
    own = copy if name == FIRST else None
    return Encoding(name, tidy, tidy and not packed and name == found, has_nul, own)


def _survey(stream: IO[bytes]) -> tuple[str | None, bool, bool]:
    """The encoding if it is UTF-8 or has a mark, whether the lines are regular, whether there are NUL bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, regular, has_nul, mark = True, True, False, None
    ends: set[bytes] = set()
    while chunk := stream.read(_CHUNK) + stream.readline(_CHUNK):
        if mark is None:
            mark = _mark_of(chunk)
        if regular:
            ends |= _line_ends(chunk)
            regular = b"\r" not in ends and len(ends) <= 1 and not _has_blank_line(chunk)
            # The engine passes over a line longer than its buffer without a word.
            regular = regular and len(chunk) < 2 * _CHUNK
        has_nul = has_nul or b"\0" in chunk
        valid = valid and _decodes(decoder, chunk)
    valid = valid and _decodes(decoder, b"", final=True)
    if mark == "utf-16":
        return mark, False, has_nul
    return (mark or "utf-8") if valid else None, regular, has_nul


_BLANK_LINE = re.compile(rb'\n(?:\xef\xbb\xbf)?[ \t,;|"]*(?:\r?\n|[ \t,;|"]\Z)')
_BLANK_BEGINS = b' \t,;|"\r\n\xef'


def _has_blank_line(chunk: bytes) -> bool:
    """Whether a line of whole lines holds nothing but blanks, separators and quotes."""
    codes = np.frombuffer(b"\n" + chunk, dtype=np.uint8)
    begins = codes[1:][codes[:-1] == ord("\n")]
    return bool(np.isin(begins, list(_BLANK_BEGINS)).any()) and bool(_BLANK_LINE.search(b"\n" + chunk))


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


def _wide(file: ExportFile) -> str | None:
    """UTF-16 without a mark: read the right way round, separators, digits and line ends are ASCII."""
    with open_plain(file.path) as stream:
        head = stream.read(_HEAD)
    if head.count(0) < len(head) / 50:
        return None
    found = {name: _plain_share(head, name) for name in ("utf-16-le", "utf-16-be")}
    best = max(found, key=lambda name: found[name])
    return best if found[best] > 0.05 else None


def _plain_share(head: bytes, name: str) -> float:
    """How much of a text is ASCII in an encoding; nothing if it does not decode."""
    text = codecs.getincrementaldecoder(name)(errors="replace").decode(head)
    if not text or "\0" in text or "\ufffd" in text:
        return 0
    return (len(text.encode("ascii", "ignore")) + GB2312.counted(text).daily) / len(text)
