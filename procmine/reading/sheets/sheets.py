"""Workbooks and whatever stands in for one: cells as they are stored, turned into text without losing any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault, UnknownNameError
from procmine.core.text.words import Words
from procmine.reading.files.containers import Container, container_of
from procmine.reading.files.raw import ROW, RawTable, named_columns, renamed_note, unwrapped
from procmine.reading.files.source import ExportFile, Source
from procmine.reading.sheets.archives import mhtml_grids
from procmine.reading.sheets.grid import Cell, Grids, SheetGrid, cell_text
from procmine.reading.sheets.grid_table import GridTable, table_of
from procmine.reading.sheets.html_tables import html_grids
from procmine.reading.sheets.spreadsheet_xml import xml_grids
from procmine.reading.sheets.workbooks import workbook_grids

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def read_sheet(backend: Backend, file: ExportFile, source: Source, number: int) -> RawTable:
    """Load the table of a workbook, a web page or an XML spreadsheet into the engine as table `raw_<number>`.

    Sheets with the same header are one table, as they are where a system starts a new sheet after
    65,536 rows.

    Raises
    ------
    ExportError
        If the workbook is damaged, or sheets of different columns hold data and none is named.
    UnknownNameError
        If it has no sheet of the name given.
    """
    container = container_of(file.path)
    book = grids_of(file.path, container)
    tables, others = _chosen(book.grids, file, source)
    columns, changed = named_columns(tables[0].header.names)
    nulls = frozenset({"", *source.null_values})
    n_unwrapped = 0
    cells = {}
    rows = chain.from_iterable(table.rows for table in tables)
    given = list(zip(*rows, strict=True)) or [()] * len(columns)
    for column, values in zip(columns.values(), given, strict=True):
        texts, n = _column(values, nulls)
        cells[column] = pa.array(texts, pa.string())
        n_unwrapped += n
    starts = [0, *accumulate(len(table.grid.rows) for table in tables)]
    numbers = [start + row for start, table in zip(starts, tables, strict=False) for row in table.numbers]
    name = f"raw_{number}"
    backend.con.register("given", pa.table({**cells, ROW: pa.array(numbers, pa.int32())}))
    backend.con.execute(f"create table {name} as select * from given")
    backend.con.unregister("given")
    notes = (*book.notes, *renamed_note(changed), *_notes(file, tables, others, n_unwrapped))
    sheets = tuple((table.grid.name, start) for table, start in zip(tables, starts, strict=False))
    return RawTable(
        file,
        container,
        name,
        (name,),
        columns,
        len(numbers),
        encoding=book.encoding,
        notes=notes,
        sheets=sheets if len(sheets) > 1 else (),
    )


def grids_of(path: Path, container: Container) -> Grids:
    """The sheets of a workbook, or the tables of what stands in for one.

    Raises
    ------
    ExportError
        If the file is damaged, protected, or holds no table.
    """
    if container == "html":
        return html_grids(path)
    if container == "mhtml":
        return mhtml_grids(path)
    if container == "spreadsheetml":
        return xml_grids(path)
    return Grids(workbook_grids(path, container))


class _SheetChoice(NamedTuple):
    tables: list[GridTable]
    others: list[SheetGrid]


def _chosen(grids: Sequence[SheetGrid], file: ExportFile, source: Source) -> _SheetChoice:
    names = [grid.name for grid in grids]
    if source.sheet is not None:
        if source.sheet not in names:
            raise UnknownNameError.among(Words("工作表", "sheet"), [source.sheet], names, file.name)
        table = table_of(grids[names.index(source.sheet)])
        if not table.header.rows:
            raise ExportError(Fault(file.name, Words("工作表是空的", "the sheet is empty")))
        return _SheetChoice([table], [grid for grid in grids if grid.name != source.sheet])
    found = [table for grid in grids if not grid.hidden and (table := table_of(grid)).header.rows]
    if not found:
        raise _no_data(file, [grid.name for grid in grids if grid.hidden and not grid.is_blank])
    chosen = _one_kind(found, source)
    if not chosen:
        fault = Words("有多个工作表含有数据", "several sheets hold data")
        listed = ", ".join(table.grid.name for table in found)
        facts = Words("工作表：{names}", "sheets: {names}").filled(names=listed)
        hint = Words("在 sources: 中写明 sheet:", "name one as sheet: under sources:")
        raise ExportError(Fault(file.name, fault, facts, hint))
    taken = {id(table.grid) for table in chosen}
    return _SheetChoice(chosen, [grid for grid in grids if id(grid) not in taken])


def _one_kind(tables: Sequence[GridTable], source: Source) -> list[GridTable]:
    """The tables of the one header that can be meant; none where it cannot be told.

    A sheet without rows, or of one column among wider ones, holds no events; of several kinds the one
    that has all columns that the project maps is meant.
    """
    kinds: dict[tuple[str, ...], list[GridTable]] = {}
    for table in tables:
        kinds.setdefault(table.header.names, []).append(table)
    wanted = {column for column in source.columns.values() if column}
    tests = (
        lambda names: any(table.rows for table in kinds[names]),
        lambda names: sum(map(bool, names)) > 1,
        lambda names: bool(wanted) and wanted <= set(named_columns(names)[0]),
    )
    left = list(kinds)
    for passes in tests:
        if len(left) > 1:
            left = [names for names in left if passes(names)] or left
    return kinds[left[0]] if len(left) == 1 else []


def _no_data(file: ExportFile, hidden: Sequence[str]) -> ExportError:
    fault = Words("工作簿里没有数据", "the workbook holds no data")
    if not hidden:
        return ExportError(Fault(file.name, fault))
    facts = Words("只有隐藏的工作表里有：{names}", "only hidden sheets do: {names}").filled(names=", ".join(hidden))
    return ExportError(
        Fault(file.name, fault, facts, Words("在 sources: 中写明 sheet:", "name one as sheet: under sources:"))
    )


def _column(cells: Sequence[Cell], nulls: frozenset[str]) -> tuple[list[str | None], int]:
    """The texts of a column, and how many of them stood in a wrapper.

    Each distinct cell is turned into text once; cells of different types may be equal (1 and TRUE), so a
    column of several types has its texts made one by one.
    """
    texts: Sequence[str | None]
    kinds = set(map(type, cells))
    if kinds == {str}:
        texts = cells  # type: ignore[assignment]
    elif len(kinds) == 1:
        made = {cell: cell_text(cell) for cell in set(cells)}
        texts = [made[cell] for cell in cells]
    else:
        texts = [cell if type(cell) is str else cell_text(cell) for cell in cells]
    found = {text: unwrapped(text) for text in set(texts) if text}
    marked = {text for text, bare in found.items() if bare != text}
    given: dict[str | None, str | None] = {text: None if bare in nulls else bare for text, bare in found.items()}
    return [given.get(text) for text in texts], sum(text in marked for text in texts) if marked else 0


def _notes(
    file: ExportFile, tables: Sequence[GridTable], others: Sequence[SheetGrid], n_unwrapped: int
) -> Iterator[Note]:
    sheets = [table.grid.name for table in tables]
    if len(tables) > 1:
        facts: dict[str, str | int | Words] = {"file": file.name, "n": len(tables), "sheets": ", ".join(sheets)}
        yield Note(code="sheets_stacked", level="info", facts=facts)
    if others:
        names = _listed(others)
        facts = {"file": file.name, "sheet": ", ".join(sheets), "others": names}
        yield Note(code="sheet", level="info", facts=facts)
    yield from layout_notes(file, tables)
    if n_unwrapped:
        yield Note(code="unwrapped", level="info", facts={"file": file.name, "n": n_unwrapped})


def _listed(grids: Sequence[SheetGrid]) -> Words | str:
    names = ", ".join(
        "{}{}".format(grid.name.replace("{", "{{").replace("}", "}}"), "{hidden}" * grid.hidden) for grid in grids
    )
    return Words(names, names).filled(hidden=Words("（隐藏）", " (hidden)"))


def layout_notes(file: ExportFile, tables: Sequence[GridTable]) -> Iterator[Note]:
    """What was passed over around the rows of data."""
    above = [text for table in tables for text in table.above]
    footer = [text for table in tables for text in table.footer]
    if above:
        facts: dict[str, str | int | Words] = {"file": file.name, "n": len(above), "text": " / ".join(above)[:200]}
        yield Note(code="rows_above", level="info", facts=facts)
    if any(len(table.header.rows) > 1 for table in tables):
        yield Note(code="two_row_header", level="info", facts={"file": file.name})
    if footer:
        text = " / ".join(filter(None, footer))[:200]
        yield Note(code="footer", level="warning", facts={"file": file.name, "n": len(footer), "text": text})
    looks = {
        "hidden_rows": sum(table.grid.n_hidden_rows for table in tables),
        "padded_numbers": sum(table.grid.n_padded for table in tables),
    }
    for code, n in looks.items():
        if n:
            yield Note(code=code, level="warning", facts={"file": file.name, "n": n})
    counts = {
        "repeated_headers": sum(table.n_repeated for table in tables),
        "merged_cells": sum(table.n_filled for table in tables),
        "blank_rows": sum(table.n_blank for table in tables),
    }
    for code, n in counts.items():
        if n:
            yield Note(code=code, level="info", facts={"file": file.name, "n": n})
