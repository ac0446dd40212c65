"""JupyterLab on the notebooks of a project."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from procmine.core.text.errors import Fault, ReportError
from procmine.core.text.words import Words
from procmine.lab.copies import FOLDER
from procmine.project.project import FILE


def told_apart(arguments: Sequence[str]) -> tuple[Path, list[str]]:
    """The project among what was typed, and the rest, which is JupyterLab's.

    The project is what stands first, unless that is an option; else the first that is a project; else the current
    folder.

    Raises
    ------
    ReportError
        If no project is named and the current folder is none.

    Examples
    --------
    >>> told_apart(["my-project", "--port", "9999"])
    (PosixPath('my-project'), ['--port', '9999'])
    """
    words = list(arguments)
    first = next((i for i, word in enumerate(words) if _may_be_project(word, i)), None)
    if first is not None:
        return Path(words.pop(first)), words
    here = Path.cwd()
    if (here / FILE).exists():
        return here, words
    raise _no_project(here)


def _may_be_project(word: str, place: int) -> bool:
    if word.startswith("-"):
        return False
    return place == 0 or (Path(word) / FILE).is_file()


def _no_project(here: Path) -> ReportError:
    near = sorted(path.parent.name for path in here.glob(f"*/{FILE}"))
    fault = Words("没有说打开哪个项目，当前文件夹也不是项目", "no project is named, and the current folder is none")
    facts = Words("这里的项目：{near}", "projects here: {near}").filled(near=", ".join(near[:10])) if near else ""
    hint = Words("输入 procmine lab <项目文件夹>", "type procmine lab PROJECT (a folder with a project.yml)")
    return ReportError(Fault(str(here), fault, facts, hint))


def open_lab(project: Path, first: str, arguments: Sequence[str]) -> None:
    """Become JupyterLab, with the project as its folder and a notebook open; ends with its exit code.

    Parameters
    ----------
    first
        The notebook to open.
    arguments
        Options of JupyterLab.
    """
    typed = {word.lstrip("-").partition("=")[0] for word in arguments}
    options = [
        f"--{names[0]}={value}"
        for names, value in (
            (("ServerApp.root_dir", "notebook-dir"), project),
            (("LabApp.default_url",), f"/lab/tree/{FOLDER}/{first}"),
        )
        if not typed.intersection(names)  # JupyterLab takes no option twice
    ]
    # In this very process, so that Ctrl-C and a stop by the system reach JupyterLab and nobody else.
    sys.argv = ["jupyter lab", *options, *arguments]
    os.chdir(project)
    runpy.run_module("jupyterlab", run_name="__main__", alter_sys=False)
