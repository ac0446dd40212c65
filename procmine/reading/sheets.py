"""Workbooks: cells as they are stored, turned into text without losing or inventing anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from procmine.core.errors import ExportError, Fault, UnknownNameError
from procmine.core.import_report import Note
from procmine.core.words import Words
from procmine.reading.containers import truncated
from procmine.reading.raw import ROW, RawTable, named_columns, renamed_note
from procmine.reading.source import ExportFile, Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from python_calamine import CalamineWorkbook

Cell = str | int | float | bool | datetime | date | time | timedelta | None


def read_sheet(backend: Backend, file: ExportFile, source: Source, number: int) -> RawTable:
    """Load a worksheet into the engine as table `raw_<number>`.

    Raises
    ------
    ExportError
        If the workbook is damaged, or several sheets hold data and none is named.
    UnknownNameError
        If it has no sheet of the name given.
    """
    import pyarrow as pa

    workbook = _opened(file)
    name, others, rows = _chosen(workbook, file, source)
    start = next((i for i, row in enumerate(rows) if any(cell != "" for cell in row)), None)
    if start is None:
        raise ExportError(Fault(file.name, Words("工作表是空的", "the sheet is empty")))
    columns, changed = named_columns([cell_text(cell) or "" for cell in rows[start]])
    kept = [(i, row) for i, row in enumerate(rows[start + 1 :], start + 2) if any(cell != "" for cell in row)]
    nulls = {"", *source.null_values}
    cells = {
        column: pa.array([_given(row[i], nulls) for _, row in kept], pa.string())
        for i, column in enumerate(columns.values())
    }
    numbers = pa.array([row_number for row_number, _ in kept], pa.int32())
    table = f"raw_{number}"
    backend.con.register("given", pa.table({**cells, ROW: numbers}))
    backend.con.execute(f"create table {table} as select * from given")
    backend.con.unregister("given")
    notes = renamed_note(changed)
    if others:
        facts: dict[str, str | int | Words] = {"file": file.name, "sheet": name, "others": ", ".join(others)}
        notes.append(Note(code="sheet", level="info", facts=facts))
    n_blank = len(rows) - start - 1 - len(kept)
    if n_blank:
        notes.append(Note(code="blank_rows", level="info", facts={"file": file.name, "n": n_blank}))
    return RawTable(file, "xlsx", table, (table,), columns, len(kept), notes=tuple(notes))


def _opened(file: ExportFile) -> CalamineWorkbook:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_path(str(file.path))
    except python_calamine.PasswordError:
        fault = Words("文件有密码保护", "the workbook is protected by a password")
        hint = Words("另存一份没有密码的", "save a copy without it")
        raise ExportError(Fault(file.name, fault, hint=hint)) from None
    except (python_calamine.CalamineError, OSError):
        raise truncated(file.path) from None


def _chosen(
    workbook: CalamineWorkbook, file: ExportFile, source: Source
) -> tuple[str, list[str], Sequence[Sequence[Cell]]]:
    names = workbook.sheet_names
    if source.sheet is not None and source.sheet not in names:
        raise UnknownNameError.among(Words("工作表", "sheet"), [source.sheet], names, file.name)
    wanted = [source.sheet] if source.sheet is not None else names
    filled = {}
    for name in wanted:
        rows = _rows(workbook, name, file)
        if source.sheet is not None or any(cell != "" for row in rows for cell in row):
            filled[name] = rows
    if not filled:
        raise ExportError(Fault(file.name, Words("工作簿里没有数据", "the workbook holds no data")))
    if len(filled) > 1:
        fault = Words("有多个工作表含有数据", "several sheets hold data")
        facts = Words("工作表：{names}", "sheets: {names}").filled(names=", ".join(filled))
        hint = Words("在 sources: 中写明 sheet:", "name one as sheet: under sources:")
        raise ExportError(Fault(file.name, fault, facts, hint))
    ((name, rows),) = filled.items()
    return name, [other for other in names if other != name], rows


def _rows(workbook: CalamineWorkbook, sheet: str, file: ExportFile) -> Sequence[Sequence[Cell]]:
    import python_calamine

    try:
        rows: Sequence[Sequence[Cell]] = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except python_calamine.CalamineError:
        raise truncated(file.path) from None
    return rows


def _given(cell: Cell, nulls: set[str]) -> str | None:
    text = cell_text(cell)
    return None if text is None or text in nulls else text


def cell_text(cell: Cell) -> str | None:
    """A cell as text: whole numbers without a decimal point, times as ISO 8601.

    A number beyond 2⁵³ keeps its E-notation: its last digits are lost, and a case id must not be
    made up from it.

    Examples
    --------
    >>> cell_text(7.0), cell_text(2.02403051403e20), cell_text(datetime(2026, 3, 2, 9, 15))
    ('7', '2.02403051403e+20', '2026-03-02 09:15:00')
    """
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if abs(cell) >= 2**53:
            return f"{cell:.15e}" if "e" not in repr(cell) else repr(cell)
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)
