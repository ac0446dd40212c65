"""What `procmine lab` and `procmine trust` do, and what they say while they do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from procmine.core.text.shell import command
from procmine.core.text.words import Words
from procmine.lab import telling
from procmine.lab.copies import bring_notebooks
from procmine.lab.opening import open_lab, told_apart
from procmine.lab.ours import notebooks_folder
from procmine.lab.own import own_notebooks
from procmine.lab.trust import forget, remember
from procmine.project.project import project_file


def trust(project: Path) -> Iterator[Words]:
    """Remember that a project's own notebooks may run in its report.

    Raises
    ------
    SpecError
        If there is no project.
    ReportError
        If it has no notebook that could run, or the user's own folder cannot be written.
    """
    own = own_notebooks(project_file(project).parent, notebooks_folder())
    if not own.usable:
        raise telling.nothing_to_trust(own)
    memory = remember(own.project, own.files)
    yield from telling.found_by_trust(own, memory, command("trust", project, "--revoke"))


def revoke(project: Path) -> Iterator[Words]:
    """Forget that a project's notebooks may run, whatever is left of the project.

    Raises
    ------
    ReportError
        If the user's own folder cannot be written.
    """
    yield telling.taken_back(forget(project.parent if project.is_file() else project))


def lab(arguments: Sequence[str], say: Callable[[Words], None]) -> None:
    """Copy our notebooks into a project and become JupyterLab on them.

    Raises
    ------
    SpecError
        If there is no project.
    ReportError
        If no project is named, or notebooks cannot be written there.
    """
    named, options = told_apart(arguments)
    folder = project_file(named).parent
    placed = bring_notebooks(folder, notebooks_folder())
    for said in telling.found_by_lab(placed, folder):
        say(said)
    open_lab(folder, placed[0].file, options)
