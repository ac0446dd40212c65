"""From a frame in hand, or from a query on another log, to the files of a log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from procmine.core.log.build import build_log
from procmine.core.log.columns import REQUIRED, TEXTS, TIMES
from procmine.core.log.engine import scratch_folder, workbench
from procmine.core.log.import_report import ImportReport
from procmine.core.log.worktime import all_to_universal
from procmine.core.text.errors import ExportError, Fault, did_you_mean
from procmine.core.text.words import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.states import States


def build_from_frame(frame: pd.DataFrame, folder: Path, zone: str, states: States | None) -> ImportReport:
    """Write the files of a log made from a frame; see `EventLog.from_pandas`."""
    _check_columns([str(name) for name in frame.columns])
    staged = frame.reset_index(drop=True)
    for name in (name for name in TIMES if name in staged.columns):
        staged[name] = _universal(pd.to_datetime(staged[name]), zone)
    for name in ("case_id", "activity"):
        staged[name] = staged[name].astype("str").where(staged[name].notna())
    if "sequence" not in staged.columns:
        staged["sequence"] = range(len(staged))
    _build(staged, folder, states)
    cutoff = None if staged.empty else staged["timestamp"].max().to_pydatetime()
    return ImportReport(n_rows=len(staged), n_events=len(staged), cutoff=cutoff)


def build_from_query(events: ir.Table, folder: Path) -> None:
    """Write the files of a log made from a query whose columns are those of a staged table."""
    path = scratch_folder() / "staged.parquet"
    events.to_parquet(str(path))
    with workbench() as bench:
        bench.con.execute("create table staged as from read_parquet(?)", [str(path)])
        path.unlink()
        build_log(bench.con, "staged", folder)


def _build(staged: pd.DataFrame, folder: Path, states: States | None) -> None:
    table: Any = pa.Table.from_pandas(staged, preserve_index=False)
    for i, field in enumerate(table.schema):
        wanted = _type_of(field)
        if wanted != field.type:
            table = table.set_column(i, field.name, _whole_numbers(table.column(i)).cast(wanted))
    with workbench() as bench:
        bench.con.register("given", table)
        bench.con.execute("create table staged as select * from given")
        bench.con.unregister("given")
        build_log(bench.con, "staged", folder, states)


def _type_of(field: pa.Field) -> pa.DataType:
    """The type of a column: what holds nothing has none in Arrow, and would become a number in the engine."""
    if field.name in TEXTS:
        return pa.string()
    if pa.types.is_null(field.type):
        return pa.bool_() if field.name == "is_system" else pa.string()
    return field.type


def _whole_numbers(column: Any) -> Any:
    """Whole numbers as such: pandas makes them floats where one is missing, and 7 is not to be read as 7.0."""
    is_whole = pa.types.is_floating(column.type) and pc.all(pc.equal(column, pc.floor(column))).as_py() is not False
    return column.cast(pa.int64()) if is_whole else column


def _check_columns(columns: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        facts = Words("已有的列：{columns}", "columns found: {columns}").filled(columns=", ".join(columns))
        raise ExportError(
            *(
                Fault(
                    "",
                    Words("缺少列“{name}”", "the column {name!r} is missing").filled(name=name),
                    facts,
                    did_you_mean(name, columns),
                )
                for name in missing
            )
        )


def _universal(times: pd.Series, zone: str) -> pd.Series:
    if times.dt.tz is not None:
        return times.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[us]")
    return all_to_universal(times, zone)
