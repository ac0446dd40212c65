"""Date and time of day in two columns: put together before times are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from procmine.core.log.columns import MAPPABLE, distinct_name
from procmine.core.text.errors import ExportError, Fault, did_you_mean
from procmine.core.text.words import Words
from procmine.reading.files.raw import RawTable
from procmine.reading.files.source import Source
from procmine.reading.times.time_formats import joined_cells

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def with_clocks(backend: Backend, raw: RawTable, source: Source) -> tuple[RawTable, Source]:
    """The rows with a column `date time` for each time that stands in two, and the source that maps it.

    Raises
    ------
    ExportError
        If one of the two columns is not there; the nearest name is proposed.
    """
    columns, mapped = dict(raw.columns), dict(source.columns)
    cells: list[str] = []
    for name, clock in source.clocks.items():
        usual = (column for column in MAPPABLE[name] if column in raw.columns)
        day = source.columns.get(name) or next(usual, name)
        for column in (day, clock):
            if column not in raw.columns:
                fault = Words("没有列“{column}”（clocks: {name}）", "there is no column {column!r} (clocks: {name})")
                facts = Words("已有的列：{names}", "columns found: {names}").filled(names=", ".join(raw.columns))
                near = did_you_mean(column, raw.columns)
                raise ExportError(Fault(raw.file.name, fault.filled(column=column, name=name), facts, near))
        cell, joined = f"k{len(cells)}", distinct_name(f"{day} {clock}", columns)
        both = joined_cells(f"{raw.columns[day]}::varchar", f"{raw.columns[clock]}::varchar")
        cells.append(f"{both} as {cell}")
        del columns[day], columns[clock]
        columns[joined], mapped[name] = cell, joined
    view = f"{raw.relation}_clocks"
    backend.con.execute(f"create view {view} as select *, {', '.join(cells)} from {raw.relation}")
    return replace(raw, relation=view, columns=columns), source.model_copy(update={"columns": mapped})
