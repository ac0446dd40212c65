"""From the bytes of a text file to its rows: decoded, put right line by line, cut where quotes allow it."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, TextIO

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.containers import open_plain
from procmine.reading.files.source import ExportFile
from procmine.reading.text.mojibake import characters_lost, unscrambled

_LONGEST = 100_000


@contextmanager
def decoded(file: ExportFile, encoding: str, *, lenient: bool = False) -> Iterator[TextIO]:
    r"""The lines of a text file, each ending in `\n`; if lenient, what does not decode is read as �.

    Raises
    ------
    ExportError
        If there is no such encoding, or the file does not decode.
    """
    with open_plain(file.path) as stream:
        try:
            errors = "replace" if lenient else "strict"
            lines = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline=None)
        except LookupError:
            hint = Words("例如 utf-8、gb18030、cp1252", "for example utf-8, gb18030, cp1252")
            fault = Words("没有名为“{name}”的编码", "no encoding is called {name!r}").filled(name=encoding)
            raise ExportError(Fault(file.name, fault, hint=hint)) from None
        try:
            yield lines
        except UnicodeError as error:
            fault = Words("不能按 {name} 解码", "it does not decode as {name}").filled(name=encoding)
            raise ExportError(Fault(file.name, fault, str(error))) from None


@dataclass
class Mending:
    """What is put right in every line before rows are cut.

    Attributes
    ----------
    name
        The file's name, for messages.
    separator
        What a first line `sep=;` names; spreadsheets do not count that line either.
    scrambled
        Whether UTF-8 was read as GBK and has to be read back.
    lenient
        Whether bytes that do not decode are read as �.
    n_nul, n_replaced
        NUL bytes removed so far; signs � found.
    """

    name: str
    lenient: bool = False
    has_nul: bool = False
    separator: str = ""
    scrambled: bool = False
    n_nul: int = 0
    n_replaced: int = 0

    @property
    def is_needed(self) -> bool:
        """Whether it changes any line, or looks for changes in it."""
        return bool(self.has_nul or self.separator or self.scrambled or self.lenient)

    def mended(self, lines: Iterable[str]) -> Iterable[str]:
        """The lines put right.

        Raises
        ------
        ExportError
            If characters were lost for good.
        """
        return self._mended(lines) if self.is_needed else lines

    def _mended(self, lines: Iterable[str]) -> Iterator[str]:
        self.n_nul = self.n_replaced = 0
        for number, raw in enumerate(lines, 1):
            line = raw
            if number == 1 and self.separator:
                continue
            if "\0" in line:
                self.n_nul += line.count("\0")
                line = line.replace("\0", "")
            self.n_replaced += self.lenient and line.count("\ufffd")
            yield self._read_back(line, number) if self.scrambled else line

    def _read_back(self, line: str, number: int) -> str:
        try:
            return unscrambled(line)
        except ValueError as error:
            raise characters_lost(f"{self.name}:{number}", str(error)) from None


def separator_named(head: Sequence[str]) -> str:
    """The separator that a first line `sep=;` names, if there is one.

    Examples
    --------
    >>> separator_named(["sep=;", "a;b"])
    ';'
    """
    found = re.fullmatch(r'\ufeff?"?sep=([^"])"?\s*', head[0].replace("\0", ""), re.IGNORECASE) if head else None
    return found.group(1) if found else ""


class TextRecord(NamedTuple):
    """The lines of one row; or, where its quotes do not match, the first of them alone."""

    text: str
    fault: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but blanks and separators."""
        return not self.text.strip(' \t\n,;|"\ufeff')

    def cells(self, delimiter: str) -> list[str]:
        """The cells of the row; none where one is longer than any table has."""
        text = self.text.removeprefix("\ufeff").removesuffix("\n")
        try:
            return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            return []


def records(lines: Iterable[str], delimiter: str) -> Iterator[TextRecord]:
    r"""Put lines together to rows: a line end between quotes does not end the row.

    Examples
    --------
    >>> [record.text for record in records(['a,"b\n', 'c"\n', 'd,e\n'], ",")]
    ['a,"b\nc"\n', 'd,e\n']
    """
    return _Framing(lines, delimiter).records()


class _Framing:
    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self.lines = iter(lines)
        self.again: deque[str] = deque()
        mark = re.escape(delimiter)
        quoted = r'(?:"(?:[^"]|"")*+" *)'
        cell = rf'(?: ?{quoted}+|(?! ?")[^{mark}\n]*)'
        self.whole = re.compile(rf"{cell}(?:{mark}{cell})*\n?")
        self.begun = re.compile(rf'(?:{cell}{mark})* ?{quoted}*"(?:[^"]|"")*+')

    def records(self) -> Iterator[TextRecord]:
        while line := self._next_line():
            yield TextRecord(line) if '"' not in line else self._beginning_with(line)

    def _next_line(self) -> str:
        return self.again.popleft() if self.again else next(self.lines, "")

    def _beginning_with(self, line: str) -> TextRecord:
        text = line
        taken: list[str] = []
        while not self.whole.fullmatch(text):
            more = self._until_quote(_LONGEST - len(text)) if self.begun.fullmatch(text) else []
            if not more:
                self.again.extendleft(reversed(taken))
                return TextRecord(line, fault=True)
            taken += more
            text += "".join(more)
        return TextRecord(text)

    def _until_quote(self, most: int) -> list[str]:
        taken: list[str] = []
        while most > 0 and (line := self._next_line()):
            taken.append(line)
            most -= len(line)
            if '"' in line:
                break
        return taken
