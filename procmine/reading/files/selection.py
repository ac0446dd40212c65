"""Which files the entries of `sources:` take.

A pattern is meant for months to come, so it also fits files that were never meant: a table that the
project names more closely – people, customers, names – is not taken for an export, and what no entry
takes is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault, SpecError
from procmine.core.text.spec import text_of
from procmine.core.text.words import Words
from procmine.core.text.yaml_text import read_yaml
from procmine.reading.files.source import ExportFile, Source

_WILD = "*?["
_SHOWN, _LISTED = 5, 20
_NO_EXPORTS = (".", "~$")
"""What hidden files, and those that Excel keeps beside an open workbook, begin with."""


def is_pattern(path: str, folder: Path) -> bool:
    """Whether a path stands for any number of files: a file may have brackets in its name."""
    return any(sign in path for sign in _WILD) and not (folder / path).is_file()


def paths_of(path: str, folder: Path) -> list[Path]:
    """The files that a path or pattern fits, sorted by name; a plain path is taken as it is."""
    if not is_pattern(path, folder):
        return [folder / path]
    given = Path(path)
    found = Path(given.anchor).glob(str(given.relative_to(given.anchor))) if given.anchor else folder.glob(path)
    return sorted(one for one in found if one.is_file() and not one.name.startswith(_NO_EXPORTS))


def found_beside(path: str, folder: Path) -> Words:
    """What lies where a file should be."""
    beside = sorted(one.name for one in (folder / path).parent.glob("*")) or ["–"]
    more = " …" if len(beside) > _LISTED else ""
    return Words("那里有：{names}", "found there: {names}").filled(names=", ".join(beside[:_LISTED]) + more)


class Selection(NamedTuple):
    """The files of a project.

    Attributes
    ----------
    sources
        Its entries, tables beside the events among them.
    others
        Files that the project names elsewhere, such as score sheets.
    """

    folder: Path
    sources: Sequence[Source]
    others: Sequence[str] = ()

    def files(self, *, tables_only: bool = False) -> list[tuple[Source, ExportFile]]:
        """The files to read, each with its entry.

        Raises
        ------
        ExportError
            If an entry fits no file; what lies beside it is listed.
        """
        entries = [source for source in self.sources if source.join or not tables_only]
        return [(source, file) for source in entries for file in self._files(source)]

    def notes(self) -> list[Note]:
        """The note on files that lie with the exports and are not read."""
        names = self.unread()
        if not names:
            return []
        shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        return [Note(code="unread_files", level="warning", facts={"n": len(names), "names": shown})]

    def unread(self) -> list[str]:
        """Names of the files in `exports/` that nothing in the project names."""
        beside = self.folder / "exports"
        if not beside.is_dir():
            return []
        taken = {path.resolve() for source in self.sources for path in paths_of(source.path, self.folder)}
        taken |= {path.resolve() for path in self._tables()}
        found = (path for path in beside.iterdir() if path.is_file() and not path.name.startswith(_NO_EXPORTS))
        return sorted(path.name for path in found if path.resolve() not in taken)

    def _files(self, source: Source) -> Iterator[ExportFile]:
        paths = self._paths(source)
        for path in paths:
            try:
                yield ExportFile.at(path)
            except ExportError as error:
                raise told_by(error, source, path.name) if len(paths) > 1 else error from None

    def _paths(self, source: Source) -> list[Path]:
        paths = paths_of(source.path, self.folder)
        if source.join is None and is_pattern(source.path, self.folder):
            closer = self._tables(_closeness(source.path, self.folder))
            paths = [path for path in paths if path.resolve() not in closer]
        if not paths:
            fault = Words("没有文件符合“{pattern}”", "no file fits {pattern!r}").filled(pattern=source.path)
            raise ExportError(Fault("project.yml", fault, found_beside(source.path, self.folder)))
        return paths

    def _tables(self, beyond: float = -1) -> set[Path]:
        """The files of tables that are named more closely than a pattern."""
        named = [source.path for source in self.sources if source.join]
        named += [path for source in self.sources for path in source.lookups.values()]
        closer = [path for path in (*named, *self.others) if _closeness(path, self.folder) > beyond]
        return {path.resolve() for one in closer for path in paths_of(one, self.folder)}


def _closeness(path: str, folder: Path) -> float:
    """How closely a path names its files: a plain one best, a pattern by what it spells out."""
    return sum(sign not in _WILD + "]" for sign in Path(path).name) if is_pattern(path, folder) else float("inf")


def sheets_of(scorecards: Iterable[Path]) -> list[str]:
    """The score sheets that scorecards name; what is wrong with a scorecard is told where it is used."""
    found = []
    for path in scorecards:
        try:
            content = read_yaml(text_of(path), path.name).content
        except SpecError:
            continue
        sheet = content.get("sheet") if isinstance(content, dict) else None
        named = sheet.get("path") if isinstance(sheet, dict) else None
        found += [named] if isinstance(named, str) else []
    return found


def told_by(error: ExportError, source: Source, file: str) -> ExportError:
    """The error of a file with the pattern that fits it among others: perhaps the file was never meant."""
    pattern = Path(source.path).name
    if file == pattern or not fnmatch(file, pattern):
        return error
    fault = Words("这个文件符合 path: {pattern}", "this file fits path: {pattern}").filled(pattern=source.path)
    hint = Words(
        "若它不是这种导出，把 path: 写得更窄，或把它移出文件夹",
        "if it is no such export, make path: narrower or move the file elsewhere",
    )
    return ExportError(*error.faults, Fault(file, fault, hint=hint))


def sources_of(export: str, sources: Iterable[Source]) -> list[Source]:
    """The sources that an export belongs to, by its name: one, or several that read an archive's files.

    Raises
    ------
    SpecError
        If it fits none of several, or more than one.
    """
    of_events = [source for source in sources if source.join is None]
    if len(of_events) == 1:
        return of_events
    name = Path(export).name
    fitting = [source for source in of_events if fnmatch(name, Path(source.path).name)]
    if len(fitting) == 1 or (fitting and len({one.path for one in fitting}) == 1 and all(s.members for s in fitting)):
        return fitting
    fault = Words("无法判断“{name}”属于哪个来源", "it cannot be told which source {name!r} belongs to").filled(
        name=name
    )
    facts = Words("来源：{paths}", "sources: {paths}").filled(paths=", ".join(s.path for s in of_events))
    hint = Words("让文件名符合其中一个 path:", "let its name fit one path:")
    raise SpecError(Fault("project.yml", fault, facts, hint))
