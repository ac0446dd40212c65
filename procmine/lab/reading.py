"""Reading a notebook of whatever origin: old formats, other programs, broken files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat

from procmine.core.text.errors import Fault, ReportError, Text
from procmine.core.text.words import Words, write_number
from procmine.lab.notebook import Cell, Notebook

MARK = "procmine"
"""Where a copy of ours says in its metadata what it is a copy of."""
MOST_BYTES = 100_000_000
_KINDS = ("code", "markdown", "raw")
_PYTHON = ("", "python", "python3", "ipython")
_SAVE_AGAIN = Words("在 JupyterLab 中打开并重新保存", "open it in JupyterLab and save it again")
_ENCODE = Words("在编辑器中另存为 UTF-8", "save it as UTF-8 with an editor")
_NO_NOTEBOOK = Words("这不是 Jupyter 笔记本", "this is no Jupyter notebook")


def read_notebook(path: Path, place: str) -> Notebook:
    """Read a notebook of format 3 or 4.

    Parameters
    ----------
    place
        What the file is called in errors.

    Raises
    ------
    ReportError
        If the file cannot be opened, is too large, is no notebook, or is one for another language than Python.
    """
    text = _text(path, place)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        facts = Words("第 {line} 行第 {column} 列", "line {line}, column {column}")
        raise _fault(place, _NO_NOTEBOOK, facts.filled(line=error.lineno, column=error.colno)) from None
    except RecursionError:
        raise _fault(place, _NO_NOTEBOOK, Words("嵌套过深", "nested too deeply")) from None
    version = content.get("nbformat") if isinstance(content, dict) else None
    if version == 3:
        content = _upgraded(content, text, place)
    elif version != 4:
        said = Words("格式 {version}，只认识 3 和 4", "format {version}; 3 and 4 are known")
        raise _fault(place, _NO_NOTEBOOK, said.filled(version=version) if isinstance(version, int) else "")
    _refuse_other_languages(_dict(content.get("metadata")), place)
    return _notebook(content, place)


def _text(path: Path, place: str) -> str:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            sizes = {"size": write_number(size / 1e6), "most": write_number(MOST_BYTES / 1e6)}
            fault = Words("笔记本有 {size} MB，超过 {most} MB", "the notebook has {size} MB; {most} MB are the limit")
            hint = Words("在 JupyterLab 中清除全部输出再保存", "clear all outputs in JupyterLab and save it")
            raise _fault(place, fault.filled(**sizes), hint=hint)
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        fault = Words("文件打不开：{said}", "the file cannot be opened: {said}").filled(said=error.strerror)
        raise _fault(place, fault) from None
    except UnicodeDecodeError:
        raise _fault(place, Words("文本不是 UTF-8", "its text is not UTF-8"), hint=_ENCODE) from None


def _upgraded(content: dict[str, Any], text: str, place: str) -> dict[str, Any]:
    try:
        nbformat.validate(content)
        upgraded: dict[str, Any] = nbformat.reads(text, as_version=4)
    except nbformat.ValidationError:
        said = Words("格式 3 的内容不完整", "what format 3 asks for is not all there")
        raise _fault(place, _NO_NOTEBOOK, said, _SAVE_AGAIN) from None
    return upgraded


def _refuse_other_languages(metadata: dict[str, Any], place: str) -> None:
    named = (_dict(metadata.get("language_info")).get("name"), _dict(metadata.get("kernelspec")).get("language"))
    other = next((name for name in named if isinstance(name, str) and name.casefold() not in _PYTHON), None)
    if other is not None:
        fault = Words(
            "笔记本用的是 {language}，报告只运行 Python", "the notebook is in {language}; a report runs Python"
        )
        raise _fault(place, fault.filled(language=other))


def _notebook(content: dict[str, Any], place: str) -> Notebook:
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise _fault(place, _NO_NOTEBOOK, Words("没有单元格", "it has no cells"), _SAVE_AGAIN)
    read = [_cell(cell, number, place) for number, cell in enumerate(cells, start=1)]
    mark = _dict(_dict(content.get("metadata")).get(MARK))
    name, at_first = mark.get("copy_of"), mark.get("content")
    copy_of = (name, at_first) if isinstance(name, str) and isinstance(at_first, str) else None
    return Notebook(tuple(cell for cell in read if cell.source.strip()), copy_of)


def _cell(cell: Any, number: int, place: str) -> Cell:
    given = _dict(cell)
    source, metadata = given.get("source"), _dict(given.get("metadata"))
    lines: list[Any] = source if isinstance(source, list) else [source]
    if given.get("cell_type") not in _KINDS or not all(isinstance(line, str) for line in lines):
        fault = Words("第 {number} 个单元格读不懂", "its cell number {number} cannot be read")
        raise _fault(place, fault.filled(number=number), hint=_SAVE_AGAIN)
    tags = metadata.get("tags")
    named = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    text, named, attachments = _writable(["".join(lines), named, _attachments(given)])
    return Cell(given["cell_type"], text.replace("\r\n", "\n"), tuple(named), attachments)


def _attachments(cell: dict[str, Any]) -> dict[str, Any]:
    named = {name: _dict(data) for name, data in _dict(cell.get("attachments")).items()}
    return {name: data for name, data in named.items() if data and all(isinstance(one, str) for one in data.values())}


def _writable(value: Any) -> Any:
    """A value of JSON without the halves of signs that JSON may name and no file may hold."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _fault(place: str, fault: Words, facts: Text = "", hint: Text = "") -> ReportError:
    return ReportError(Fault(place, fault, facts, hint))
