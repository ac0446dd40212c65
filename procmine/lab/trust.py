"""Which notebooks of which project may run: said once by its user, remembered outside the project."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from procmine.core.errors import Fault, ReportError
from procmine.core.export import written_aside
from procmine.core.words import Words


def memory_of(project: Path) -> Path:
    """The file that remembers what was trusted in a project, by the place where the project lies."""
    import platformdirs

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
    ReportError
        If the user's own folder cannot be written.
    """
    path = memory_of(project)
    try:
        with written_aside(path) as aside:
            kept = {"project": str(project.resolve()), "files": dict(files)}
            aside.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from None
    return path


def forget(project: Path) -> bool:
    """Take a trust back; whether there was one.

    Raises
    ------
    ReportError
        If the user's own folder cannot be written.
    """
    path = memory_of(project)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unwritable(path, error) from None
    return True


def _unwritable(path: Path, error: OSError) -> ReportError:
    fault = Words("信任要记在这里，而这里写不了：{said}", "trust is kept here, and this cannot be written: {said}")
    hint = Words("换一个可写的用户文件夹（HOME）", "use a home folder that can be written (HOME)")
    return ReportError(Fault(str(path), fault.filled(said=error.strerror), hint=hint))
