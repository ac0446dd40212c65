"""Start and complete events (XES lifecycle) become one event per activity instance.

A `complete` takes the earliest still open `start` of the same case, activity and instance (first in,
first out). Other transitions are not completed activity instances and are set aside, counted.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from procmine.core.errors import ExportError, Fault
from procmine.core.import_report import Note
from procmine.core.sql import quoted
from procmine.core.words import Words

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
    kept = "* exclude (lifecycle)"
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
    facts = Words("生命周期取值:{shown}", "lifecycle values: {shown}").filled(shown=shown)
    hint = Words(
        "若该列另有含义,在 sources: columns: 中写 lifecycle: ~",
        "if the column means something else, write lifecycle: ~ under sources: columns:",
    )
    return ExportError(Fault("", fault, facts, hint))


def _pair(backend: Backend, view: str, kept: str, has_instance: bool) -> int:
    import pyarrow as pa

    instance = "coalesce(instance, '')" if has_instance else "''"
    narrow = backend.con.execute(
        f"select dense_rank() over (order by case_id, activity, {instance}) as key, {_TRANSITION} as transition, "
        f"timestamp, sequence from {view} where {_TRANSITION} in ('start', 'complete') order by timestamp, sequence"
    ).fetchall()
    ends, begins = _match(narrow)
    backend.con.register(
        "given", pa.table({"at": pa.array(ends, pa.int64()), "start": pa.array(begins, pa.timestamp("us"))})
    )
    backend.con.execute(f"create table {view}_starts as select * from given")
    backend.con.unregister("given")
    backend.con.execute(
        f"create view {view}_paired as select {kept}, {quoted('start')} from {view} "
        f"left join {view}_starts on sequence = at where {_TRANSITION} = 'complete'"
    )
    return len(ends)


def _match(rows: Iterable[tuple[int, str, Any, int]]) -> tuple[list[int], list[Any]]:
    """For each completion that has a start: its sequence, and the time of the start."""
    waiting: defaultdict[int, deque[Any]] = defaultdict(deque)
    ends, begins = [], []
    for key, transition, time, sequence in rows:
        if transition == "start":
            waiting[key].append(time)
        elif waiting[key]:
            ends.append(sequence)
            begins.append(waiting[key].popleft())
    return ends, begins
