"""Text files made clean: UTF-8, one kind of line end, no blank rows, no row whose quotes do not match."""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from procmine.core.engine import scratch_folder
from procmine.core.errors import ExportError, Fault
from procmine.core.words import Words
from procmine.reading.containers import open_plain
from procmine.reading.source import ExportFile

_LONGEST = 100_000


@dataclass(frozen=True)
class CleanText:
    """A UTF-8 file that the engine reads row by row, and what was left out of it.

    Attributes
    ----------
    left_out
        For each row left out: how many rows of the clean file stand before it.
    n_blank
        How many of them hold nothing.
    spoilt
        The others, whose quotes do not match: number in the original, whose first row is 1, and text.
    """

    path: Path
    left_out: tuple[int, ...] = ()
    n_blank: int = 0
    spoilt: tuple[tuple[int, str], ...] = ()


@contextmanager
def decoded(file: ExportFile, encoding: str) -> Iterator[Iterable[str]]:
    r"""The lines of a text file, each ending in `\n`.

    Raises
    ------
    ExportError
        If there is no such encoding, or the file does not decode.
    """
    with open_plain(file.path) as stream:
        try:
            lines = io.TextIOWrapper(stream, encoding=encoding, newline=None)
        except LookupError:
            hint = Words("例如 utf-8、gb18030、cp1252", "for example utf-8, gb18030, cp1252")
            fault = Words("没有名为“{name}”的编码", "no encoding is called {name!r}").filled(name=encoding)
            raise ExportError(Fault(file.name, fault, hint=hint)) from None
        try:
            yield lines
        except UnicodeError as error:
            fault = Words("不能按 {name} 解码", "it does not decode as {name}").filled(name=encoding)
            raise ExportError(Fault(file.name, fault, str(error))) from None


def clean_copy(file: ExportFile, encoding: str, delimiter: str) -> CleanText:
    """A clean copy of a file."""
    path = scratch_folder() / "clean.csv"
    left_out: list[int] = []
    spoilt = []
    n = n_kept = 0
    with decoded(file, encoding) as lines, path.open("w", encoding="utf-8", newline="\n") as clean:
        for n, record in enumerate(records(lines, delimiter), 1):
            if record.fault:
                spoilt.append((n, record.text))
            elif not record.is_blank:
                clean.write(record.text.removeprefix("\ufeff") if n_kept == 0 else record.text)
                n_kept += 1
                continue
            left_out.append(n_kept)
    return CleanText(path, tuple(left_out), n - n_kept - len(spoilt), tuple(spoilt))


class Record(NamedTuple):
    """The lines of one row; or, where its quotes do not match, the first of them alone."""

    text: str
    fault: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but blanks and separators."""
        return not self.text.strip(' \t\n,;|"\ufeff')


def records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
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

    def records(self) -> Iterator[Record]:
        while line := self._next_line():
            yield Record(line) if '"' not in line else self._beginning_with(line)

    def _next_line(self) -> str:
        return self.again.popleft() if self.again else next(self.lines, "")

    def _beginning_with(self, line: str) -> Record:
        text = line
        taken: list[str] = []
        while not self.whole.fullmatch(text):
            more = self._until_quote(_LONGEST - len(text)) if self.begun.fullmatch(text) else []
            if not more:
                self.again.extendleft(reversed(taken))
                return Record(line, fault=True)
            taken += more
            text += "".join(more)
        return Record(text)

    def _until_quote(self, most: int) -> list[str]:
        taken: list[str] = []
        while most > 0 and (line := self._next_line()):
            taken.append(line)
            most -= len(line)
            if '"' in line:
                break
        return taken
