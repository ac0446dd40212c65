"""Which notebooks make the pages of a report: ours, changed copies in their places, then the project's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from procmine.core.text.errors import Fault, ReportError
from procmine.core.text.words import Words
from procmine.lab.copies import FOLDER, way_up
from procmine.lab.notebook import Notebook
from procmine.lab.own import OwnNotebook, OwnNotebooks
from procmine.lab.reading import read_notebook

_LONGEST = 60
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Chapter:
    """A notebook that makes a page.

    Attributes
    ----------
    name
        Of its page and its tables: safe as a file's name, and like no other's.
    own
        The project's notebook that it is; None for ours.
    """

    name: str
    notebook: Notebook
    own: OwnNotebook | None = None

    @property
    def place(self) -> str:
        """What it is called in errors: whose notebook it is can be seen."""
        return self.own.place if self.own else self.name

    @property
    def title(self) -> str:
        """What its page is called where it has no heading."""
        return Path(self.own.file).stem if self.own else self.name

    def parameters(self, project: Path, given: Mapping[str, Any]) -> dict[str, Any]:
        """What it is given: ours everything, as they run in the project; others what they declare, seen from their place.

        Raises
        ------
        ReportError
            If a notebook of ours does not know a parameter.
        """
        known = self.notebook.parameters
        if self.own:
            return {name: value for name, value in {**given, "project": way_up(project)}.items() if name in known}
        if unknown := [name for name in given if name not in known]:
            fault = Words("笔记本没有参数 {names}", "the notebook has no parameter {names}")
            facts = Words("已有：{known}", "known: {known}").filled(known=", ".join(known))
            raise ReportError(Fault(self.place, fault.filled(names=", ".join(unknown)), facts))
        return dict(given)

    def works_in(self, project: Path) -> Path:
        """The folder in which it runs: one of the project's own, as by hand, where it lies."""
        return project / FOLDER if self.own else project

    def note(self, given: Mapping[str, Any]) -> Words | None:
        """What its page says of where it comes from."""
        if self.own is None:
            return None
        said = _INSTEAD if self.own.replaces else _OWN
        ignored = "exports" in given and "exports" not in self.notebook.parameters
        return said.filled(place=self.place, more=_IGNORED if ignored else "")


_OWN = Words(
    "这一页来自项目自己的笔记本 {place}。{more}", "This page comes from the project's own notebook {place}. {more}"
)
_INSTEAD = Words(
    "这一页来自项目中改过的 {place}，代替 procmine 的同名页面。{more}",
    "This page comes from {place}, which was changed in the project, in place of procmine's own page. {more}",
)
_IGNORED = Words(
    "它没有参数 exports，读的是项目自己的文件，不是这次给出的文件。",
    "It has no parameter exports: it reads the project's own files, not those given this time.",
)


def chapters(ours: Path, own: OwnNotebooks) -> list[Chapter]:
    """The notebooks of a report in the order of its pages.

    Parameters
    ----------
    ours
        The folder of our notebooks.
    own
        What the project has of its own; it takes part where it may run.
    """
    changed = {one.file: one for one in own.may_run if one.replaces}
    found = [_chapter(path, changed.get(path.name)) for path in sorted(ours.glob("*.ipynb"))]
    taken = {"index", *(one.name.casefold() for one in found)}
    for one in own.may_run:
        if not one.replaces:
            name = page_name(Path(one.file).stem, taken)
            taken.add(name.casefold())
            found.append(Chapter(name, one.notebook, one))
    return found


def _chapter(path: Path, changed: OwnNotebook | None) -> Chapter:
    return Chapter(path.stem, changed.notebook if changed else read_notebook(path, path.name), changed)


def page_name(name: str, taken: set[str]) -> str:
    """The name of a page: what any system and any link can carry, and not `taken`.

    Examples
    --------
    >>> page_name("a b#c?", set()), page_name("我的 分析", set()), page_name("Index", {"index"}), page_name("nul", set())
    ('a_b_c', '我的_分析', 'Index_2', 'nul_')
    """
    plain = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", name))[:_LONGEST].strip("_.-") or "page"
    base = f"{plain}_" if _DEVICES.fullmatch(plain) else plain
    number, free = 2, base
    while free.casefold() in taken:
        number, free = number + 1, f"{base}_{number}"
    return free
