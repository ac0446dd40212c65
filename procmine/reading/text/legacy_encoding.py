"""The encodings without a sign of their own: GB18030, Big5, Windows-1252, told by the characters that come out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.containers import open_plain
from procmine.reading.files.source import ExportFile
from procmine.reading.text.common_characters import BIG5, GB2312, CommonSet

_CHUNK = 1 << 20
_JUDGED = 200_000

FIRST = "gb18030"
"""The encoding that is tried before the others."""


def encoding_by_characters(file: ExportFile, copy: Path | None) -> str:
    """The encoding whose characters are in common use.

    Parameters
    ----------
    copy
        Where to write the text as UTF-8 while it is tried as GB18030.

    Raises
    ------
    ExportError
        If no encoding makes sense, or parts of the file are UTF-8 and others are not.
    """
    with ThreadPoolExecutor(1) as beside:
        mixed = beside.submit(_refuse_mixed, file, _CJK)
        first = _commonness(file, FIRST, GB2312, copy)
        mixed.result()
    scores = {FIRST: first}
    if first is None or not first.is_certain:
        scores["big5"] = _commonness(file, "big5", BIG5)
        scores["cp950"] = None if scores["big5"] else _commonness(file, "cp950", BIG5)
    found = {name: score for name, score in scores.items() if score is not None and score.is_likely}
    if found:
        return max(found, key=lambda name: found[name].rank)
    if _reads_as_western(file):
        return "cp1252"
    _refuse_mixed(file, _ANY_HIGH)
    raise _no_encoding(file)


class _Commonness(NamedTuple):
    """How many of the characters outside of ASCII are known at all, are common, are in daily use."""

    n: int = 0
    known: int = 0
    common: int = 0
    daily: int = 0

    @property
    def is_likely(self) -> bool:
        """Western texts and broken UTF-8 may decode too, but to characters hardly anybody uses (`ül` to 黮)."""
        return self.n > 0 and self.known >= 0.6 * self.n

    @property
    def is_certain(self) -> bool:
        """Whether no other encoding needs to be tried: Big5 read as GB18030 gives far fewer common characters."""
        return self.common > 0.85 * self.n

    @property
    def rank(self) -> float:
        return (self.common + self.daily) / self.n


def _commonness(file: ExportFile, encoding: str, common: CommonSet, copy: Path | None = None) -> _Commonness | None:
    """How common the (first 200,000) characters of a file are in an encoding; None if not all of it decodes."""
    total = _Commonness()
    chunks = _decoded_chunks(file, encoding)
    try:
        for text in chunks if copy is None else _copied(chunks, copy):
            if total.n < _JUDGED:
                total = _Commonness(*map(sum, zip(total, common.counted(text), strict=True)))
    except UnicodeDecodeError:
        return None
    return total


def _copied(chunks: Iterable[str], copy: Path) -> Iterator[str]:
    with copy.open("wb") as file:
        for text in chunks:
            file.write(text.encode())
            yield text


def _decoded_chunks(file: ExportFile, encoding: str) -> Iterator[str]:
    """The text of a file; UnicodeDecodeError where it does not decode."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with open_plain(file.path) as stream:
        while chunk := stream.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


_WESTERN_LETTER = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿŠšŽžŒœŸ"
_WESTERN_SIGN = re.compile("(?<![\\x80-\U0010ffff])[‘’“”„‚–—…€£©®™°§«»ºª·¿¡\xa0](?![\\x80-\U0010ffff])")
_WESTERN_WORD = re.compile(
    rf"(?<![^\x00-\x7f])(?:(?<=[A-Za-z])[{_WESTERN_LETTER}]{{1,2}}|[{_WESTERN_LETTER}]{{1,2}}(?=[A-Za-z]))(?![^\x00-\x7f])"
)


def _reads_as_western(file: ExportFile) -> bool:
    """Whether all that is not ASCII are accented letters beside plain ones, or single typographic signs."""
    n_high = n_letters = n_signs = 0
    try:
        for text in _decoded_chunks(file, "cp1252"):
            n_high += len(text) - len(text.encode("ascii", "ignore"))
            n_letters += sum(map(len, _WESTERN_WORD.findall(text)))
            n_signs += len(_WESTERN_SIGN.findall(text))
    except UnicodeDecodeError:
        return False
    return n_letters > 0 and n_letters + n_signs == n_high


_CJK = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_CJK_RUN = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2})+(?![\x80-\xff])")
_ANY_HIGH = re.compile(rb"[\x80-\xff]")


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        if chunk.endswith(b"\r"):
            chunk += stream.read(1)
        parts = (rest + chunk).splitlines(keepends=True)
        rest = b"" if parts[-1].endswith((b"\r", b"\n")) else parts.pop()
        yield from parts
    yield rest


def _refuse_mixed(file: ExportFile, evidence: re.Pattern[bytes]) -> None:
    """Lines that can only be UTF-8 beside lines that are not: two files in one."""
    if evidence is _CJK and not _shows_utf8(file):
        return
    n_utf8, first_bad = 0, 0
    with open_plain(file.path) as stream:
        for number, line in enumerate(_lines(stream), 1):
            if line.isascii():
                continue
            try:
                text = line.decode()
            except UnicodeDecodeError:
                first_bad = first_bad or number
            else:
                n_utf8 += bool(evidence.search(line)) and (evidence is _ANY_HIGH or _only_utf8(line, text))
    if n_utf8 and first_bad:
        raise _mixed(file, first_bad, n_utf8)


def _shows_utf8(file: ExportFile) -> bool:
    """Whether anything between two ASCII characters could be Chinese in UTF-8."""
    with open_plain(file.path) as stream:
        while chunk := stream.read(_CHUNK) + stream.readline(_CHUNK):
            codes = np.frombuffer(b"\n" + chunk, dtype=np.uint8)
            # Unsigned: what lies below 0xE2 wraps round and is large.
            begins = np.flatnonzero((codes[:-1] < 0x80) & (codes[1:] - 0xE2 < 0x0E))
            if any(_CJK_RUN.match(chunk, begin) for begin in begins.tolist()):
                return True
    return False


def _only_utf8(line: bytes, text: str) -> bool:
    """Whether a line makes common Chinese as UTF-8 and not as GB18030."""
    here = GB2312.counted(text)
    try:
        there = GB2312.counted(line.decode("gb18030"))
    except UnicodeDecodeError:
        return here.known > 0.6 * here.n
    return here.common > 0.8 * here.n and there.common < 0.8 * there.n


def _mixed(file: ExportFile, line: int, n_utf8: int) -> ExportError:
    fault = Words(
        "文件里混有几种编码：一部分是 UTF-8，这一行不是",
        "it mixes encodings: part of it is UTF-8, and this line is not",
    )
    facts = Words(
        "第一个不能解码的字节在第 {line} 行；{n} 行是 UTF-8",
        "the first byte that does not decode stands in line {line}; {n} lines are UTF-8",
    ).filled(line=line, n=n_utf8)
    hint = Words(
        "文件可能由几份导出拼接而成：请分别导出，或统一另存为 CSV UTF-8；仍要读取时写明 encoding: 与 undecodable: replace",
        "perhaps several exports were put together: export them apart, or save all of it as CSV UTF-8; "
        "to read it nevertheless, write encoding: and undecodable: replace",
    )
    return ExportError(Fault(f"{file.name}:{line}", fault, facts, hint))


def _no_encoding(file: ExportFile) -> ExportError:
    fault = Words(
        "无法确定编码：不是 UTF-8、UTF-16、GB18030、Big5，也不是 Windows-1252",
        "its encoding cannot be told: neither UTF-8, UTF-16, GB18030, Big5 nor Windows-1252",
    )
    hint = Words(
        "在 sources: 中写明 encoding:，或另存为 CSV UTF-8", "declare encoding: under sources:, or save it as CSV UTF-8"
    )
    return ExportError(Fault(file.name, fault, hint=hint))
