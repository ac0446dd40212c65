"""Where procmine's own notebooks are."""

from __future__ import annotations

from pathlib import Path

from procmine.core.text.errors import Fault, ReportError
from procmine.core.text.words import Words


def notebooks_folder() -> Path:
    """Where the notebooks are: in the installed package, or beside it in a clone.

    Raises
    ------
    ReportError
        If there are none.
    """
    package = package_folder()
    for folder in (package / "_notebooks", package.parent / "notebooks"):
        if any(folder.glob("*.ipynb")):
            return folder
    raise ReportError(Fault(str(package), Words("找不到分析笔记本", "the notebooks are not there")))


def package_folder() -> Path:
    """Where procmine is installed: nothing of a user's belongs there."""
    return Path(__file__).resolve().parent.parent
