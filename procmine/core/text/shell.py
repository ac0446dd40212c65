"""The shell that procmine is called from: the language it asks for, and a command as it reads one.

A command is told by the name procmine was called by, with each path quoted as the shell needs it.
"""

from __future__ import annotations

import locale
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from procmine.core.text.words import Language

_BATCH = frozenset("&|<>^()%!;,=`'")
"""Signs that a Windows shell takes for its own unless they stand in quotation marks."""


_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def shell_language(variables: Mapping[str, str]) -> Language | None:
    """The language that the shell asks for; None where it names none, as `C` does.

    Examples
    --------
    >>> shell_language({"LANG": "zh_CN.UTF-8"}), shell_language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    ('zh', None)
    """
    name = next(filter(None, (variables.get(one) for one in _VARIABLES)), "")
    plain = name.partition(".")[0]
    if plain in ("", "C", "POSIX"):
        return None
    return "zh" if plain.startswith(("zh", "Chinese")) else "en"


def this_shell() -> Language | None:
    """The language that this shell asks for; where it names none in its variables, that of the system."""
    if any(os.environ.get(name) for name in _VARIABLES):
        return shell_language(os.environ)
    return shell_language({"LANG": locale.getlocale()[0] or ""})


def command(*words: str | Path) -> str:
    """A command of procmine, quoted for the shell of this system.

    Examples
    --------
    >>> command("check", "my-project")[-16:]
    'check my-project'
    >>> quoted("my project", windows=False), quoted("my project", windows=True)
    ("'my project'", '"my project"')
    """
    return " ".join([*_program(), *(quoted(as_path(word) if isinstance(word, Path) else word) for word in words)])


def quoted(word: str, *, windows: bool = sys.platform == "win32") -> str:
    """One word as a shell reads it back."""
    if not windows:
        return shlex.quote(word)
    return f'"{word}"' if _BATCH & set(word) else subprocess.list2cmdline([word])


def as_path(path: Path) -> str:
    """A path as an argument that is never taken for an option."""
    return f"./{path}" if str(path).startswith("-") else str(path)


def _bare(program: Path) -> Path:
    """A program without the ending that Windows may leave out."""
    return program.absolute().with_suffix("") if program.suffix.lower() == ".exe" else program.absolute()


def _program() -> list[str]:
    """What procmine is called here: its name where the shell finds this very one, else how it was started."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        python = shutil.which("python")
        same = python is not None and Path(python).absolute() == Path(sys.executable).absolute()
        return ["python" if same else quoted(sys.executable), "-m", "procmine"]
    found = shutil.which("procmine")
    if called.parent == Path() or (found is not None and _bare(Path(found)) == _bare(called)):
        return ["procmine"]
    return [quoted(str(called))]
