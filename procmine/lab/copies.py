"""Our notebooks copied into a project, so that whoever works with them there loses nothing by an update."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import nbformat
from nbformat.sign import NotebookNotary

from procmine.core.text.errors import Fault, ReportError
from procmine.core.text.words import Words
from procmine.core.text.written_files import written_aside
from procmine.lab.notebook import PARAMETERS, Notebook
from procmine.lab.ours import package_folder
from procmine.lab.reading import MARK, read_notebook
from procmine.lab.trust import OTHER_HOME

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDER = "notebooks"
"""Where a project's notebooks lie in it."""
Outcome = Literal["new", "refreshed", "same", "kept"]


@dataclass(frozen=True)
class Placed:
    """What became of one of our notebooks in a project.

    Attributes
    ----------
    outcome
        `new` and `refreshed` were written; `same` is there already; `kept` is a changed one, or none that can be read.
    """

    file: str
    outcome: Outcome


def bring_notebooks(project: Path, ours: Path) -> list[Placed]:
    """Copy our notebooks into a project, each with the project as its parameter, and sign them as trusted by Jupyter.

    What is there already stays, but for unchanged copies of older ones of ours.

    Parameters
    ----------
    project
        Its folder.
    ours
        The folder of our notebooks.

    Raises
    ------
    ReportError
        If the project lies in the installed package, or its notebooks folder leads elsewhere.
    WriteError
        If its notebooks folder cannot be written.
    """
    folder = _target(project)
    placed = [Placed(path.name, _outcome(path, folder / path.name)) for path in sorted(ours.glob("*.ipynb"))]
    written = [one.file for one in placed if one.outcome in ("new", "refreshed")]
    for file in written:
        _write(_copy(ours / file, project), folder / file)
    _sign([folder / file for file in written])
    return placed


def is_copy(name: str, found: Notebook, ours: Path) -> bool:
    """Whether a notebook of a project is an unchanged copy of ours, of today's or of an older one."""
    if found.copy_of == (name, found.content):
        return True
    original = ours / name
    return original.exists() and read_notebook(original, name).content == found.content


def _target(project: Path) -> Path:
    folder = project / FOLDER
    if package_folder() in project.parents:
        fault = Words("这是 procmine 安装文件夹里的示例", "this sample lies in procmine's own installation")
        hint = Words(
            "先写出一个自己的：procmine sample {name} --out {name}，再 procmine lab {name}",
            "write one of your own first: procmine sample {name} --out {name}, then procmine lab {name}",
        )
        raise ReportError(Fault(str(project), fault, hint=hint.filled(name=project.name)))
    if leads_away(folder, project):
        fault = Words("这个链接指向项目之外", "this link leads out of the project")
        raise ReportError(Fault(str(folder), fault, hint=Words("换成文件夹", "put a folder in its place")))
    return folder


def leads_away(path: Path, project: Path) -> bool:
    """Whether a path in a project is a link to somewhere outside of it."""
    return project.resolve() not in path.resolve().parents


def way_up(project: Path) -> str:
    """How a notebook in a project names the project: kernels start in the notebook's own folder."""
    return Path(os.path.relpath(project.resolve(), (project / FOLDER).resolve())).as_posix()


def _outcome(ours: Path, target: Path) -> Outcome:
    if not os.path.lexists(target):
        return "new"
    try:
        found = read_notebook(target, target.name)
    except ReportError:
        return "kept"
    if found.content == read_notebook(ours, ours.name).content:
        return "same"
    return "refreshed" if is_copy(target.name, found, ours.parent) and not target.is_symlink() else "kept"


def _copy(path: Path, project: Path) -> NotebookNode:
    node: NotebookNode = nbformat.read(path, as_version=4)
    is_its_own = any(_project_of(cell.source, path.parent) == project.resolve() for cell in _parameters(node))
    for cell in _parameters(node):
        cell.source = _PROJECT.sub(f'project = "{way_up(project)}"', cell.source)
    for cell in node.cells if not is_its_own else ():
        if cell.cell_type == "code":  # what it shows is of another project
            cell.outputs, cell.execution_count = [], None
    node.metadata[MARK] = {"copy_of": path.name, "content": read_notebook(path, path.name).content}
    return node


_PROJECT = re.compile(r'^project = "(.*)"$', re.MULTILINE)


def _parameters(node: NotebookNode) -> Iterator[NotebookNode]:
    return (cell for cell in node.cells if PARAMETERS in cell.metadata.get("tags", []))


def _project_of(source: str, folder: Path) -> Path | None:
    """The project that one of our notebooks was run on when it was saved."""
    named = _PROJECT.search(source)
    return (folder / named[1]).resolve() if named else None


def _write(node: NotebookNode, path: Path) -> None:
    hint = Words("把项目复制到可写的文件夹", "copy the project to a folder that can be written")
    with written_aside(path, (".ipynb",), hint) as aside:
        aside.write_text(nbformat.writes(node) + "\n", encoding="utf-8")


def _sign(paths: list[Path]) -> None:
    """Tell Jupyter that these files, which we have just written, may show scripts."""
    if not paths:
        return
    try:
        with NotebookNotary() as notary:
            for path in paths:
                notary.sign(nbformat.read(path, as_version=4))
    except OSError as error:
        fault = Words("Jupyter 在这里记不下签名：{said}", "Jupyter cannot keep its signatures here: {said}")
        raise ReportError(
            Fault(str(error.filename or ""), fault.filled(said=error.strerror), hint=OTHER_HOME)
        ) from None
