"""Workbooks, read by a process of their own.

A damaged or hostile workbook can make a reader ask for more memory than there is: one cell with a wild
address is enough, since sheets are laid out densely. In a process of its own that is an error of one file.
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.containers import Container, members_of, protected, truncated
from procmine.reading.files.table_cells import CellSpan
from procmine.reading.sheets.grid import SheetGrid
from procmine.reading.sheets.workbook_looks import Looks, looks_of

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_MEMORY = 6 * 1024**3
_SECONDS = 900
_PROTECTED, _DAMAGED, _TOO_LARGE = 41, 42, 43
_HOME = str(Path(__file__).parents[2])
"""Where this package lies: the child must find it and nothing that happens to lie in the working directory."""


_Sheet = tuple[str, bool, tuple[int, int], list[tuple[int, int, int, int]], list[list[Any]]]


def workbook_grids(path: Path, container: Container) -> list[SheetGrid]:
    """The worksheets of an Excel or OpenDocument workbook.

    Raises
    ------
    ExportError
        If the workbook is damaged, protected by a password, or asks for more than 6 GiB of memory
        (where the system can limit it) or a quarter of an hour.
    """
    if container in ("xlsx", "ods"):
        members_of(path)
    command = [sys.executable, "-P", "-m", __name__, str(path), container]
    places = os.pathsep.join([_HOME, *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": places}
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS, env=environment)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise _unbounded(path) from None
    if done.returncode == 0:
        sheets: list[_Sheet] = pickle.loads(done.stdout)  # noqa: S301 – from our own process
        return [
            SheetGrid(name, rows, tuple(CellSpan(*span) for span in merged), hidden, *looks)
            for name, hidden, looks, merged, rows in sheets
        ]
    if done.returncode == _PROTECTED:
        raise protected(path)
    if done.returncode < 0 or done.returncode == _TOO_LARGE:
        raise _unbounded(path)
    raise truncated(path)


def _unbounded(path: Path) -> ExportError:
    fault = Words(
        "读取该工作簿所需的内存或时间超出限度，可能已损坏",
        "reading this workbook takes more memory or time than there is; it is perhaps damaged",
    )
    facts = Words("上限 6 GiB、15 分钟", "the limits are 6 GiB and 15 minutes")
    hint = Words("重新导出，或另存为 CSV UTF-8", "export it again, or save it as CSV UTF-8")
    return ExportError(Fault(path.name, fault, facts, hint))


def write_sheets(path: Path, container: str) -> int:
    """Read a workbook and write its sheets to standard output; the exit code says what went wrong."""
    _limit_memory()
    try:
        workbook = _opened(path, container)
        found = [(i, meta) for i, meta in enumerate(workbook.sheets_metadata) if meta.typ == SheetTypeEnum.WorkSheet]
        looks = looks_of(path, container)
        if len(looks) != len(found):
            looks = [Looks()] * len(found)
        sheets = [
            (
                meta.name,
                meta.visible != SheetVisibleEnum.Visible,
                (look.n_hidden, look.n_padded),
                *_content(workbook.get_sheet_by_index(i), look.merged),
            )
            for (i, meta), look in zip(found, looks, strict=True)
        ]
    except PasswordError:
        return _PROTECTED
    except (CalamineError, OSError):
        return _DAMAGED
    except MemoryError:
        return _TOO_LARGE
    pickle.dump(sheets, sys.stdout.buffer, protocol=5)
    return 0


def _limit_memory() -> None:
    try:
        import resource  # which Windows has not
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _opened(path: Path, container: str) -> CalamineWorkbook:
    """By content: a path is opened as what its suffix says, and old suffixes stand on new workbooks."""
    if path.suffix.lower().startswith(f".{container}"):
        return CalamineWorkbook.from_path(str(path))
    return CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))


def _content(sheet: CalamineSheet, told: Sequence[tuple[int, ...]]) -> tuple[list[tuple[int, ...]], list[Any]]:
    merged: list[tuple[int, ...]] = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    merged = merged or list(told)
    rows: list[Any] = sheet.to_python(skip_empty_area=False)
    return merged, rows


if __name__ == "__main__":
    sys.exit(write_sheets(Path(sys.argv[1]), sys.argv[2]))
