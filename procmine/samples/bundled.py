"""The sample project that comes along, in the installed package or beside it in a clone."""

from __future__ import annotations

from pathlib import Path

from procmine.core.text.errors import Fault, ReportError
from procmine.core.text.words import Words


def sample_project(name: str = "globaltech") -> Path:
    """The folder of a sample project.

    Raises
    ------
    ReportError
        If the samples are not there.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "_eventlogs" / name, package.parent / "eventlogs" / name):
        if (folder / "project.yml").exists():
            return folder
    raise ReportError(Fault(str(package), Words("找不到示例项目", "the sample project is not there")))
