"""Which notebooks of which project may run: said once by its user, remembered outside the project."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from procmine.core.text.words import Words
from procmine.core.text.written_files import writing, written_aside

OTHER_HOME = Words("换一个可写的用户文件夹（HOME）", "use a home folder that can be written (HOME)")


def memory_of(project: Path) -> Path:
    """The file that remembers what was trusted in a project, by the place where the project lies."""
    place = hashlib.sha256(os.fsencode(project.resolve())).hexdigest()
    return Path(platformdirs.user_data_dir("procmine", appauthor=False)) / "trusted" / f"{place[:32]}.json"


def remembered(project: Path) -> dict[str, str]:
    """The files that were trusted and their contents as SHA-256; none where nothing, or nothing legible, is kept."""
    try:
        files = json.loads(memory_of(project).read_text(encoding="utf-8"))["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def remember(project: Path, files: Mapping[str, str]) -> Path:
    """Keep what is trusted in a project from now on; the file that does.

    Raises
    ------
    WriteError
        If the user's own folder cannot be written.
    """
    path = memory_of(project)
    with written_aside(path, (".json",), OTHER_HOME) as aside:
        kept = {"project": str(project.resolve()), "files": dict(files)}
        aside.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return path


def forget(project: Path) -> bool:
    """Take a trust back; whether there was one.

    Raises
    ------
    WriteError
        If the user's own folder cannot be written.
    """
    path = memory_of(project)
    if not path.exists():
        return False
    with writing(path, OTHER_HOME):
        path.unlink(missing_ok=True)
    return True
