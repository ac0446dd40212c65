"""A log out of procmine: pandas, CSV, Parquet, XES."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from procmine.core.log.columns import EVENT_COLUMNS, TIMES
from procmine.core.log.engine import fetch
from procmine.core.log.worktime import local_time
from procmine.core.text.written_files import written_aside

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from procmine.core.log.eventlog import EventLog

_INTERNAL = ("case_index", "previous_activity", "previous_timestamp")
_BATCH = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defused(text: str) -> str:
    """Text that a spreadsheet will not take for a formula.

    Examples
    --------
    >>> defused("=1+1"), defused("受理")
    ("'=1+1", '受理')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def flat_events(log: EventLog) -> ir.Table:
    """Events with their case's id and attributes, in order of case, time and sequence; naive UTC."""
    cases = log.cases.select("case_index", "case_id", *log.case_attributes)
    names = {name: f"case:{name}" for name in log.case_attributes if name in log.event_attributes}
    joined = log.events.inner_join(cases.rename({new: old for old, new in names.items()}), "case_index")
    own = [name for name in EVENT_COLUMNS if name in log.all_events.columns and name not in _INTERNAL]
    attributes = [names.get(name, name) for name in log.case_attributes]
    ordered = joined.order_by("case_index", "position")
    return ordered.select("case_id", *own, *log.event_attributes, *attributes)


def to_pandas(log: EventLog) -> pd.DataFrame:
    """All events with their case's attributes as a frame, one row per event.

    Returns
    -------
    pandas.DataFrame
        Ordered by case, time and sequence. Times are in the zone of the log.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.six_cases().to_pandas()[["case_id", "activity"]].head(2)
      case_id activity
    0      C1       受理
    1      C1       分类
    """
    frame = fetch(flat_events(log))
    for name in TIMES:
        if name in frame.columns:
            frame[name] = frame[name].dt.tz_localize("UTC").dt.tz_convert(log.zone)
    return frame


def to_parquet(log: EventLog, path: str | Path) -> None:
    """Write the events with their case's attributes as Parquet; times are instants (UTC)."""
    reader = flat_events(log).to_pyarrow_batches(chunk_size=_BATCH)
    instants = [
        field.with_type(pa.timestamp("us", "UTC")) if pa.types.is_timestamp(field.type) else field
        for field in reader.schema
    ]
    schema = pa.schema(instants)
    with written_aside(Path(path), (".parquet",)) as aside, pq.ParquetWriter(aside, schema) as writer:
        for batch in reader:
            writer.write_batch(batch.cast(schema))


def to_csv(log: EventLog, path: str | Path) -> None:
    """Write the events with their case's attributes as CSV (UTF-8 with BOM, so that Excel reads it).

    Times are local times of the log's zone. A text that a spreadsheet would take for a formula gets
    an apostrophe in front; XES and Parquet keep every text as it is.
    """
    table = flat_events(log)
    if log.first is not None and log.last is not None:
        bounds = (log.first, log.last)
        table = table.mutate(
            **{name: local_time(table[name], log.zone, *bounds) for name in TIMES if name in table.columns}
        )
    texts = [name for name, kind in table.schema().items() if kind.is_string()]
    table = table.mutate(**{name: _defused(table[name]) for name in texts})
    with written_aside(Path(path), (".csv",)) as aside, aside.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        _write_batches(table, file)


def _defused(column: Any) -> Any:
    return (column.left(1).isin(_FORMULA)).ifelse(ibis.literal("'") + column, column)


def _write_batches(table: ir.Table, file: Any) -> None:
    reader = table.to_pyarrow_batches(chunk_size=_BATCH)
    with pyarrow.csv.CSVWriter(file, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
