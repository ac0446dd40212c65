"""What an export holds: one kind of rows, or – in a zip archive – files of several kinds, each looked at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from procmine.core.log.engine import scratch_folder
from procmine.core.text.errors import ExportError, ProcmineError
from procmine.core.text.words import Language, Words
from procmine.project.inspection import Inspection, inspect_file, looked_at, tried
from procmine.reading.files.containers import container_of
from procmine.reading.files.source import ExportFile
from procmine.reading.sheets.archives import names_in, unpacked

_SHOWN = 8


class Contents(NamedTuple):
    """What one export holds.

    Attributes
    ----------
    kinds
        Its kinds of rows, those whose columns can be told first; a file that is no archive has one.
    unread
        Files of an archive that cannot be read, each with the reason.
    """

    name: str
    kinds: tuple[Inspection, ...]
    unread: tuple[tuple[str, ProcmineError], ...] = ()
    is_archive: bool = False

    @property
    def logs(self) -> tuple[Inspection, ...]:
        """The kinds to make a log of: those whose columns can be told, else the first."""
        told = tuple(one for one in self.kinds if not one.missing)
        return told or self.kinds[:1]

    @property
    def aside(self) -> tuple[str, ...]:
        """Files of an archive that no log is made of."""
        others = (name for one in self.kinds if one not in self.logs for name in one.members)
        return tuple(sorted([*others, *(name for name, _ in self.unread)]))

    def say(self, language: Language) -> str:
        """The findings as lines of text."""
        if not self.is_archive:
            return self.kinds[0].say(language)
        parts = [
            self._head(language),
            *(f"── {listed(one.members)}\n{one.say(language)}" for one in self.kinds),
            *(error.say(language) for _, error in self.unread),
        ]
        if self.aside:
            said = Words("procmine new 不读取：{names}", "procmine new leaves out: {names}").filled(
                names=listed(self.aside)
            )
            parts.append(said.say(language))
        return "\n\n".join(parts)

    def _head(self, language: Language) -> str:
        n = sum(len(one.members) for one in self.kinds) + len(self.unread)
        said = Words("{file}：zip 压缩包，{n} 个文件", "{file}: zip archive, {n} files")
        return said.filled(file=self.name, n=n).say(language)


def listed(names: Sequence[str]) -> str:
    """Names in a row, the first ones of many."""
    return ", ".join(names[:_SHOWN]) + (f" … ({len(names)})" if len(names) > _SHOWN else "")


def inspect_export(path: Path, lookups: Mapping[str, str] | None = None) -> Contents:
    """Look at an export without deciding anything; of an archive, at every kind of file in it.

    Parameters
    ----------
    lookups
        Files beside it that the proposed profile looks names up in.

    Raises
    ------
    ExportError
        If it cannot be read at all, or no file in it.
    """
    file = ExportFile.at(path)
    if container_of(path) != "zip":
        return Contents(file.name, (inspect_file(path, lookups),))
    found: dict[tuple[str, tuple[str, ...]], Inspection] = {}
    unread: list[tuple[str, ProcmineError]] = []
    for name, one in _looked_at(file):
        if isinstance(one, ProcmineError):
            unread.append((name, one))
            continue
        kind = (PurePosixPath(name).suffix.lower(), tuple(one.raw.columns))
        first = found.get(kind, one)
        found[kind] = replace(first, members=(*first.members, name))
    if not found:
        raise ExportError(*(fault for _, error in unread for fault in error.faults))
    kinds = sorted(found.values(), key=lambda one: (bool(one.missing), -len(one.members)))
    return Contents(file.name, tuple(tried(one, path, lookups or {}) for one in kinds), tuple(unread), is_archive=True)


def _looked_at(file: ExportFile) -> Iterator[tuple[str, Inspection | ProcmineError]]:
    """Each file of an archive, and what it shows or why it cannot be read."""
    for name in names_in(file) or [""]:
        try:
            (member,) = (
                unpacked(file, scratch_folder(), {name}.__contains__) if name else unpacked(file, scratch_folder())
            )
            yield name, looked_at(member)
        except ProcmineError as error:
            place = "/".join(filter(None, [file.name, name]))
            yield name, ExportError(*(fault._replace(place=place) for fault in error.faults))
