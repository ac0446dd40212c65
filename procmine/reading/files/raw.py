"""A file's rows as a table of the engine, before anything is understood: every container ends here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.log.columns import distinct_name
from procmine.core.log.engine import literal
from procmine.core.log.import_report import Note
from procmine.core.text.words import Words
from procmine.reading.files.source import ExportFile
from procmine.reading.files.table_cells import plain_cell

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

ROW = "source_row"
FILE_NUMBER = "__file"
"""Working column: which of the files a staged event came from."""


class Reject(NamedTuple):
    """Rows refused for one reason: their numbers (as a spreadsheet shows them) and the first one's text.

    Attributes
    ----------
    usual
        The text that most of them hold, if one does: it may stand for no value.
    """

    reason: Words
    n_rows: int
    rows: tuple[int, ...]
    example: str
    usual: str = ""


@dataclass(frozen=True)
class RawTable:
    """The rows of one file.

    Attributes
    ----------
    relation
        Name of a table or view in the engine: columns `c0`, `c1`, … and `source_row`.
    tables
        The tables that hold the relation's rows, to be dropped when they are no longer needed.
    columns
        The file's column names, each with its column in the relation, in the file's order.
    dates
        Names of columns that the container itself declares to be times, written as ISO 8601 text.
    n_rows
        Rows in the file, refused ones included, header excluded.
    n_set_aside, n_made
        Rows that a profile knows to be no events, and rows more than the file has, where one row tells
        several events: rows read + made = rejected + set aside + starts + events.
    system_cell
        Column of the relation that says whether an event is a system's; empty if there is none.
    time_header
        Column of the relation that says under which header the time of a row stands, where it is not one for all.
    sheets
        Where several sheets are read as one: the name of each and how many rows of the relation's numbering
        stand before it.
    ordered_by
        What orders events of equal time, where a profile decides it.
    """

    file: ExportFile
    container: str
    relation: str
    tables: tuple[str, ...]
    columns: dict[str, str]
    n_rows: int
    encoding: str | None = None
    dates: frozenset[str] = frozenset()
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = field(default_factory=tuple)
    n_set_aside: int = 0
    n_made: int = 0
    system_cell: str = ""
    time_header: str = ""
    sheets: tuple[tuple[str, int], ...] = ()
    ordered_by: Words | None = None

    @property
    def file_sql(self) -> str:
        """The expression for where a row comes from: the file, or the sheet of it."""
        return self._by_sheet(
            [literal(f"{self.file.name}/{sheet}") for sheet, _ in self.sheets], literal(self.file.name)
        )

    @property
    def row_sql(self) -> str:
        """The expression for a row's number as it is shown there."""
        return self._by_sheet([f"{ROW} - {before}" for _, before in self.sheets], ROW)

    def _by_sheet(self, cells: Sequence[str], whole: str) -> str:
        if not cells:
            return whole
        begins = [before for _, before in self.sheets]
        branches = " ".join(
            f"when {ROW} > {before} then {cell}" for before, cell in reversed(list(zip(begins, cells, strict=True)))
        )
        return f"(case {branches} end)"

    def places(self, rows: Iterable[int]) -> dict[str, tuple[int, ...]]:
        """File, or sheet of it, to the numbers that some rows have there."""
        found: dict[str, list[int]] = {}
        for row in rows:
            sheet, before = next(
                ((f"/{sheet}", before) for sheet, before in reversed(self.sheets) if row > before), ("", 0)
            )
            found.setdefault(self.file.name + sheet, []).append(row - before)
        return {place: tuple(numbers) for place, numbers in found.items()}


_REQUIRED = re.compile(r"^[*＊] ?(?=\w)|(?<=[\w)）]) ?[*＊]$")


def named_columns(headers: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Column names from header cells, and the names that had to be changed.

    An empty name becomes `column N`; a name that differs from an earlier one by case only, or not at
    all, gets a number. The star that forms put beside required fields is no part of a name.

    Examples
    --------
    >>> named_columns(["编号", "合计", "合计", ""])
    ({'编号': 'c0', '合计': 'c1', '合计.2': 'c2', 'column 4': 'c3'}, ['合计.2', 'column 4'])
    """
    names: dict[str, str] = {}
    changed = []
    for i, header in enumerate(headers):
        wanted = _REQUIRED.sub("", plain_cell(header)) or f"column {i + 1}"
        name = distinct_name(wanted, names)
        if name != header.strip():
            changed.append(name)
        names[name] = f"c{i}"
    return names, changed


def renamed_note(changed: Iterable[str]) -> list[Note]:
    """The note that says which columns were renamed, if any."""
    names = ", ".join(changed)
    return [Note(code="renamed_columns", level="info", facts={"columns": names})] if names else []


_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_MARKED = re.compile(r"'[-+]?[\w./:-]*\d[\w./:-]*")


def unwrapped(text: str) -> str:
    r"""A text without the marks that keep a spreadsheet from making a number of it.

    They are an apostrophe before an id or number, `="…"` around it, and tabs at its ends.

    Examples
    --------
    >>> unwrapped("'0007"), unwrapped('="0138"'), unwrapped("\t202403051403000096068"), unwrapped("'tis so")
    ('0007', '0138', '202403051403000096068', "'tis so")
    """
    if text[:1] not in "'=\t" and text[-1:] != "\t":
        return text
    bare = text.strip("\t")
    if formula := _FORMULA.fullmatch(bare):
        return formula.group(1).replace('""', '"')
    return bare[1:] if _MARKED.fullmatch(bare) else bare


FROM_BEGINNING = Words("文件中的位置", "their place in the file")
FROM_END = Words(
    "文件中的位置（自下而上，文件把最新的排在最前）", "their place in the file, from its end: it lists the newest first"
)
_SAMPLE = 20_000
_ENOUGH, _CLEARLY = 10, 9


def lists_newest_first(backend: Backend, relation: str, case_cell: str, time_sql: str) -> bool:
    """Whether the first rows go back in time within their cases: at least ten steps, and nearly all of them."""
    head = f"select {ROW} as place, {case_cell} as who, {time_sql} as moment from {relation} limit {_SAMPLE}"
    steps = f"select moment, lag(moment) over (partition by who order by place, moment) as before from ({head})"
    query = f"select count(*) filter (where moment > before), count(*) filter (where moment < before) from ({steps})"
    n_on, n_back = backend.con.execute(query).fetchone() or (0, 0)
    return bool(n_back >= _ENOUGH and n_back > _CLEARLY * n_on)
