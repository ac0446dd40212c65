"""Small made-up exports as profiles see them: a table of texts or a JSON document, in the engine."""

from __future__ import annotations

import itertools
import json
from typing import Any, NamedTuple

import pyarrow as pa

from procmine.reading.events.shapes import event_rows
from procmine.reading.files.raw import RawTable, named_columns
from procmine.reading.files.source import ExportFile, ReadingPlan, Source
from procmine.reading.profiles.profile import built_in
from procmine.reading.profiles.reshape import reshape
from procmine.reading.records.json_records import read_json

_NUMBERS = itertools.count(1)


class Shaped(NamedTuple):
    """What a profile made of an export."""

    events: list[tuple[Any, ...]]
    notes: dict[str, Any]
    raw: RawTable
    rejects: dict[str, tuple[int, ...]]

    def also(self, bench: Any, *columns: str) -> list[tuple[Any, ...]]:
        """Other columns of the events, in their order."""
        return bench.con.execute(
            f"select {', '.join(columns)} from {self.raw.view} order by timestamp, sequence"
        ).fetchall()


def table(bench, folder, header: str | list[str], *rows: Any) -> RawTable:
    """A raw table: header and rows are lists, or texts with cells set apart by `, `; `-` is an empty cell."""
    cells = [row.split(", ") if isinstance(row, str) else list(row) for row in (header, *rows)]
    number = next(_NUMBERS)
    path = folder / f"table_{number}.csv"
    path.write_text("made up", encoding="utf-8")
    columns, _ = named_columns(cells[0])
    data = [[None if cell in ("-", "") else cell for cell in row] for row in cells[1:]]
    arrays = {name: pa.array([row[i] for row in data], pa.string()) for i, name in enumerate(columns.values())}
    given = pa.table({**arrays, "source_row": pa.array(range(2, len(data) + 2), pa.int32())})
    bench.con.register("sample", given)
    bench.con.execute(f"create table sample_{number} as select * from sample")
    bench.con.unregister("sample")
    return RawTable(ExportFile.at(path), "text", f"sample_{number}", (), columns, len(data))


def document(bench, folder, profile, content: Any) -> RawTable:
    """A raw table from a JSON document, or from JSON lines when it is text."""
    number = next(_NUMBERS)
    path = folder / f"document_{number}.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return read_json(bench, ExportFile.at(path), profile, number)


def shaped(bench, raw: RawTable, profile: Any, **source: Any) -> Shaped:
    """The events (case, activity, time of day or day and time, resource), in order, and the notes."""
    number = next(_NUMBERS)
    kind = built_in()[profile] if isinstance(profile, str) else profile
    made, spec = reshape(bench, raw, kind, Source(path="x", **source), number)
    staged = event_rows(bench, made, spec, ReadingPlan(time_zone="UTC"), number)
    who = "resource" if "resource" in staged.columns else "null"
    rows = bench.con.execute(
        f"select case_id, activity, timestamp, {who} from {staged.view} order by case_id, timestamp, sequence"
    ).fetchall()
    events = [(case, activity, f"{time:%m-%d %H:%M}", person) for case, activity, time, person in rows]
    n_refused = sum(reject.n_rows for reject in (*made.rejects, *staged.rejects))
    assert made.n_rows + made.n_made == n_refused + made.n_set_aside + len(events)
    may_make = kind.created_event is not None or kind.shape in ("snapshot_rows", "milestone_columns", "trail_cell")
    assert made.n_made >= 0 if may_make else made.n_made == 0
    rejects = {reject.reason.en: reject.rows for reject in (*made.rejects, *staged.rejects)}
    notes: dict[str, Any] = {}
    for note in made.notes:
        key = note.code if note.code not in notes else f"{note.code}.{len(notes)}"
        notes[key] = note.facts.get("n", True)
    return Shaped(events, notes, _Viewed(made, staged.view), rejects)


class _Viewed:
    """A raw table that knows the view of its events."""

    def __init__(self, raw: RawTable, view: str) -> None:
        self.raw, self.view = raw, view

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)
