"""Files that procmine writes: under a name that says what they are, whole or not at all, or with the reason why not."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from procmine.core.text.errors import Fault, WriteError
from procmine.core.text.words import Words

_ENDING = re.compile(r"(?<=.)\.[A-Za-z][A-Za-z0-9]{0,9}$")
_ELSEWHERE = Words("换一个位置", "choose another place")


@contextmanager
def written_aside(path: Path, endings: tuple[str, ...], hint: Words = _ELSEWHERE) -> Iterator[Path]:
    """A file beside `path` to write to; it takes its place only when all went well.

    Parameters
    ----------
    endings
        The endings that say what is written, the usual one first; case does not matter.
    hint
        What to do where the system refuses.

    Raises
    ------
    WriteError
        If the path ends otherwise or not at all, it is a folder, or the system refuses. Folders on the way are made.

    Examples
    --------
    >>> with written_aside(Path("map.png"), (".svg",)):
    ...     pass
    Traceback (most recent call last):
    ...
    procmine.core.text.errors.WriteError: map.png: what is written here is no .png file
      hint: use a name such as map.svg
    """
    refuse_ending(path, endings)
    if path.is_dir():
        named = Words("写出文件名，例如 {path}", "name a file, such as {path}").filled(
            path=path / f"export{endings[0]}"
        )
        raise WriteError(Fault(str(path), Words("这是文件夹，不是文件", "this is a folder, not a file"), hint=named))
    with writing(path, hint):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        aside = Path(name)
        try:
            yield aside
            aside.chmod(0o644)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def refuse_ending(path: Path, endings: tuple[str, ...]) -> None:
    """Stop where a name says something else than what would be written.

    Raises
    ------
    WriteError
        If the path has none of the endings.
    """
    if path.name.lower().endswith(endings):
        return
    named = _ENDING.search(path.name)
    fault = Words("文件名没有扩展名", "the name has no ending that says what it is")
    if named:
        fault = Words("这里写出的不是 {ending} 文件", "what is written here is no {ending} file").filled(
            ending=named[0]
        )
    stem = path.name[: named.start()] if named else path.name
    names = [f"{stem.removesuffix(endings[0])}{ending}" for ending in endings]
    zh, en = "、".join(names), " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    raise WriteError(Fault(str(path), fault, hint=Words(f"改用 {zh} 这样的名称", f"use a name such as {en}")))


@contextmanager
def writing(path: Path, hint: Words = _ELSEWHERE) -> Iterator[None]:
    """What is written inside, with a refusal of the system told as an error that names the place and the reason.

    Raises
    ------
    WriteError
        If the system does not let it be written: no right to, no room, a file in use, a file in a folder's place.
    """
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(type(error)) or error.strerror or type(error).__name__
        fault = Words("这里写不了文件：{reason}", "no file can be written here: {reason}").filled(reason=reason)
        raise WriteError(Fault(str(path), fault, hint=hint)) from None


_REASONS: dict[type[OSError], Words] = {
    PermissionError: Words("没有权限，或文件正被打开", "no right to, or the file is open elsewhere"),
    FileExistsError: Words("这里已有一个文件", "there is a file of this name"),
    NotADirectoryError: Words("路径中有一个文件", "part of the path is a file"),
    FileNotFoundError: Words("没有这个文件夹", "there is no such folder"),
}
