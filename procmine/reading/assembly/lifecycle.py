"""Start and complete events (XES lifecycle) become one event per activity instance.

A `complete` takes the earliest still open `start` of the same case, activity and instance (first in,
first out). Other transitions are not completed activity instances and are set aside, counted.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.raw import FILE_NUMBER

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_TRANSITION = "lower(trim(coalesce(lifecycle, 'complete')))"


class Paired(NamedTuple):
    """Staged events after pairing.

    Attributes
    ----------
    n_starts
        Start events that became the start of a completed instance.
    n_set_aside
        Events that are no completed instance.
    """

    view: str
    n_starts: int
    n_set_aside: int
    notes: tuple[Note, ...]


def pair_lifecycle(backend: Backend, view: str, columns: Iterable[str]) -> Paired:
    """Reduce staged events with a `lifecycle` column to completed activity instances.

    Raises
    ------
    ExportError
        If there are events but none is a completion.
    """
    run = backend.con.execute
    counts: dict[str, int] = dict(run(f"select {_TRANSITION}, count(*) from {view} group by 1 order by 1").fetchall())
    kept = f"{view}.* exclude (lifecycle, {FILE_NUMBER})"
    if set(counts) <= {"complete"}:
        run(f"create view {view}_paired as select {kept} from {view}")
        return Paired(f"{view}_paired", 0, 0, ())
    if "complete" not in counts:
        raise _never_complete(counts)
    others = {name: n for name, n in counts.items() if name not in ("start", "complete")}
    notes = [_note("lifecycle_other", n, transition=name) for name, n in others.items()]
    if "start" in columns or "start" not in counts:
        n_starts, n_open = 0, counts.get("start", 0)
        run(f"create view {view}_paired as select {kept} from {view} where {_TRANSITION} = 'complete'")
    else:
        n_starts = _pair(backend, view, kept, "instance" in columns)
        n_open = counts["start"] - n_starts
    if n_starts:
        notes.append(_note("lifecycle_paired", n_starts))
    if n_open:
        notes.append(_note("lifecycle_open", n_open))
    return Paired(f"{view}_paired", n_starts, n_open + sum(others.values()), tuple(notes))


def _note(code: str, n: int, **more: str) -> Note:
    return Note(code=code, level="info", facts={"n": n, **more})


def _never_complete(counts: dict[str, int]) -> ExportError:
    fault = Words("没有任何 complete 事件", "no event is a completion (lifecycle complete)")
    shown = ", ".join(f"{name} ×{n}" for name, n in counts.items())
    facts = Words("生命周期取值：{shown}", "lifecycle values: {shown}").filled(shown=shown)
    hint = Words(
        "若该列另有含义，在 sources: columns: 中写 lifecycle: ~",
        "if the column means something else, write lifecycle: ~ under sources: columns:",
    )
    return ExportError(Fault("", fault, facts, hint))


def _pair(backend: Backend, view: str, kept: str, has_instance: bool) -> int:
    instance = "coalesce(instance, '')" if has_instance else "''"
    narrow = backend.con.execute(
        f"select dense_rank() over (order by case_id, activity, {instance}) as key, {_TRANSITION} as transition, "
        f"timestamp, {FILE_NUMBER}, source_file, source_row from {view} "
        f"where {_TRANSITION} in ('start', 'complete') order by timestamp, sequence, {FILE_NUMBER}, source_file, source_row"
    ).fetchall()
    starts = list(_match(narrow))
    kinds = pa.schema(
        [("file", pa.int32()), ("sheet", pa.string()), ("row", pa.int32()), ("start", pa.timestamp("us"))]
    )
    columns = [list(column) for column in zip(*starts, strict=True)] or [[], [], [], []]
    backend.con.register("given", pa.table(columns, schema=kinds))
    backend.con.execute(f"create table {view}_starts as select * from given")
    backend.con.unregister("given")
    backend.con.execute(
        f"create view {view}_paired as select {kept}, starts.start from {view} left join {view}_starts as starts "
        f"on {view}.{FILE_NUMBER} = starts.file and {view}.source_file = starts.sheet "
        f"and {view}.source_row = starts.row where {_TRANSITION} = 'complete'"
    )
    return len(starts)


def _match(rows: Iterable[tuple[int, str, Any, int, str, int]]) -> Iterator[tuple[int, str, int, Any]]:
    """For each completion that has a start: its file, sheet and row, and the time of the start."""
    waiting: defaultdict[int, deque[Any]] = defaultdict(deque)
    for key, transition, time, file, sheet, row in rows:
        if transition == "start":
            waiting[key].append(time)
        elif waiting[key]:
            yield file, sheet, row, waiting[key].popleft()
