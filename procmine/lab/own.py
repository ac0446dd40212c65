"""The notebooks that a project has of its own, what is wrong with them, and whether they may run."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from procmine.core.text.errors import Fault, ReportError
from procmine.core.text.words import Words
from procmine.lab.copies import FOLDER, is_copy, leads_away
from procmine.lab.notebook import Notebook
from procmine.lab.reading import read_notebook
from procmine.lab.trust import remembered

_CODE = (".py", ".pyc", ".pyd", ".so")
"""Endings of what Python imports from the folder of a notebook."""


@dataclass(frozen=True)
class OwnNotebook:
    """A notebook that a report would run for a project.

    Attributes
    ----------
    replaces
        Whether it is a changed copy of ours, whose page it takes.
    """

    file: str
    notebook: Notebook
    replaces: bool

    @property
    def place(self) -> str:
        """What it is called for people."""
        return f"{FOLDER}/{self.file}"


@dataclass(frozen=True)
class OwnNotebooks:
    """What lies in a project's notebooks folder besides unchanged copies of ours.

    Attributes
    ----------
    usable
        In order of name.
    unusable
        Why others cannot be run, by file.
    below
        Those in folders of their own, which are no pages.
    code
        SHA-256 of the Python files that a notebook there could import.
    trusted
        The files and contents that the user said may run.
    """

    project: Path
    usable: tuple[OwnNotebook, ...]
    unusable: Mapping[str, Fault]
    below: tuple[str, ...]
    code: Mapping[str, str]
    trusted: Mapping[str, str]

    @property
    def files(self) -> dict[str, str]:
        """All that would run, by content: the notebooks, and where there are any, the code beside them."""
        found = {one.file: one.notebook.digest for one in self.usable}
        return {**found, **self.code} if found else {}

    @property
    def changed(self) -> list[str]:
        """What would run and is not what was trusted: new files and changed ones."""
        return [file for file, digest in self.files.items() if self.trusted.get(file) != digest]

    @property
    def may_run(self) -> tuple[OwnNotebook, ...]:
        """The notebooks that run: all, or where anything was changed, none, as each may call on any other."""
        return () if self.changed else self.usable


def own_notebooks(project: Path, ours: Path) -> OwnNotebooks:
    """Look through a project's notebooks folder.

    Parameters
    ----------
    project
        Its folder.
    ours
        The folder of our notebooks.
    """
    folder = project / FOLDER
    usable: list[OwnNotebook] = []
    unusable: dict[str, Fault] = {}
    names = []
    try:
        names = _names(folder, project)
    except ReportError as error:
        unusable[FOLDER] = error.faults[0]
    for name in names:
        try:
            usable += _of_its_own(folder / name, project, ours)
        except ReportError as error:
            unusable[shown_name(name)] = error.faults[0]
    below, code = (tuple(_below(folder)), dict(_code(folder))) if names else ((), {})
    return OwnNotebooks(project, tuple(usable), unusable, below, code, remembered(project))


def shown_name(name: str) -> str:
    """A file's name as it can be shown anywhere: what is no visible sign is marked.

    Examples
    --------
    >>> shown_name(f"08{chr(27)}_mine.ipynb")
    '08�_mine.ipynb'
    """
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(sign if _is_visible(sign) else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _is_visible(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def _names(folder: Path, project: Path) -> list[str]:
    """The notebooks right in the folder, by name; hidden ones are Jupyter's or the system's own."""
    if not folder.is_dir():
        return []
    if leads_away(folder, project):
        raise ReportError(_away(FOLDER))
    try:
        found = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        fault = Words("文件夹打不开：{said}", "the folder cannot be opened: {said}").filled(said=error.strerror)
        raise ReportError(Fault(FOLDER, fault)) from None
    return sorted((name for name in found if _is_notebook(name)), key=lambda name: (name.casefold(), name))


def _is_notebook(name: str) -> bool:
    return name.casefold().endswith(".ipynb")


def _of_its_own(path: Path, project: Path, ours: Path) -> list[OwnNotebook]:
    """The notebook, unless it is a copy of ours."""
    place = f"{FOLDER}/{shown_name(path.name)}"
    if shown_name(path.name) != path.name:
        fault = Words("文件名里有无法显示的字符", "the file's name has signs that cannot be shown")
        raise ReportError(Fault(place, fault, hint=Words("改个名字", "rename it")))
    if leads_away(path, project):
        raise ReportError(_away(place))
    if not path.is_file():
        raise ReportError(Fault(place, Words("这不是文件", "this is no file")))
    found = read_notebook(path, place)
    if is_copy(path.name, found, ours):
        return []
    return [OwnNotebook(path.name, found, path.name in {one.name for one in ours.iterdir()})]


def _away(place: str) -> Fault:
    fault = Words("这个链接指向项目之外", "this link leads out of the project")
    return Fault(place, fault, hint=Words("把它复制到项目里", "copy it into the project"))


def _below(folder: Path) -> Iterator[str]:
    """The notebooks in folders of their own: drafts, which are no pages."""
    return (shown_name(name) for name in _walked(folder) if "/" in name and _is_notebook(name))


def _code(folder: Path) -> Iterator[tuple[str, str]]:
    for name in _walked(folder):
        if name.endswith(_CODE) and os.access(folder / name, os.R_OK):
            yield name, hashlib.sha256((folder / name).read_bytes()).hexdigest()


def _walked(folder: Path) -> Iterator[str]:
    """All files in a folder and below it, in order of their names; hidden folders and those elsewhere are left out."""
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        known = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        folders[:] = sorted(name for name in known if real not in seen and not leads_away(Path(place) / name, folder))
        paths = [Path(place) / name for name in sorted(names) if real not in seen]
        seen.add(real)
        yield from (path.relative_to(folder).as_posix() for path in paths if path.is_file())
