"""Activity instances with the time at which each was enabled: what every waiting time is measured from."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import ibis
import numpy as np
import pyarrow as pa

from procmine.core.log.engine import fetch_in_order
from procmine.performance.ground.concurrency import concurrency_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from procmine.core.log.eventlog import EventLog

    Integers = NDArray[np.int64]

_MISSING = -(1 << 62)
OPTIONAL = ("resource", "role", "group", "is_system", "start")
_joined: WeakKeyDictionary[Any, ir.Table] = WeakKeyDictionary()
_known: WeakKeyDictionary[Any, dict[frozenset[str], Any]] = WeakKeyDictionary()


def instances(log: EventLog) -> ir.Table:
    """The activity instances of a log, one row each, with the instant at which each was enabled.

    Enabled is the recorded arrival where the log has one. Else it is the completion of the latest
    earlier instance of the case that is not concurrent with this one and does not overlap it; where
    there is none, the start of the case. Whether activities are concurrent is told by the whole log, so a
    filter changes no enabled time.

    Returns
    -------
    ir.Table
        `case_index`, `position`, `activity`, those of `resource`, `role`, `group`, `is_system`, `start`
        that the log has, `enabled`, `timestamp`, `enabled_by` (position of the instance that enabled it, null
        where none did). Times are naive UTC. A start written down after its completion is taken at the completion.
        An enabled time may lie after the start where the log says so.

    Examples
    --------
    >>> import procmine as pm
    >>> table = instances(pm.six_cases())
    >>> rows = table.filter(table.case_index == 0).order_by("position").to_pyarrow()
    >>> rows["activity"].to_pylist(), rows["enabled_by"].to_pylist()
    (['受理', '分类', '处理', '关闭'], [None, 1, 2, 3])
    """
    if log.all_events not in _joined:
        _joined[log.all_events] = _with_enabled(log, _enabled_frame(log))
    found = _joined[log.all_events]
    return found if log.cases is log.all_cases else found.semi_join(log.cases, "case_index")


class Enabled(NamedTuple):
    """When every instance was enabled, µs since 1970: flat arrays in the order of cases and positions."""

    case_index: Integers
    position: Integers
    instants: Integers


def enabled_instants(log: EventLog, without: Collection[str] = ()) -> Enabled:
    """The enabled times of `instances` as arrays, those of all that was imported.

    Parameters
    ----------
    without
        Activities that enable nothing and are left out: a reminder hands over no work.
    """
    frame = _enabled_frame(log, frozenset(without))
    case, position = (frame[name].to_numpy().astype(np.int64) for name in ("case_index", "position"))
    return Enabled(case, position, frame["found_enabled"].cast(pa.int64()).to_numpy())


def _enabled_frame(log: EventLog, left_out: frozenset[str] = frozenset()) -> Any:
    known = _known.setdefault(log.all_events, {})
    if left_out not in known:
        known[left_out] = _enabling(log, left_out)
    return known[left_out]


def _with_enabled(log: EventLog, frame: Any) -> ir.Table:
    optional = [name for name in OPTIONAL if name in log.all_events.columns]
    events = log.all_events.select("case_index", "position", "activity", *optional, "timestamp")
    joined = events.left_join(ibis.memtable(frame), ["case_index", "position"])
    if "start" in optional:
        joined = joined.mutate(start=ibis.ifelse(joined.start > joined.timestamp, joined.timestamp, joined.start))
    return joined.mutate(enabled=joined["found_enabled"]).select(
        "case_index", "position", "activity", *optional, "enabled", "timestamp", "enabled_by"
    )


def _enabling(log: EventLog, left_out: frozenset[str]) -> Any:
    """Case, position, enabled time and enabling position of every instance, by the concurrency oracle."""
    events = log.all_events
    given = [name for name in ("start", "enabled") if name in events.columns]
    columns = ["case_index", "position", "activity", "timestamp", *given]
    kept = events.filter(events.activity.notin(sorted(left_out))) if left_out else events
    frame = fetch_in_order(kept.select(*columns), "case_index", "position")
    case, position = (frame[name].to_numpy() for name in ("case_index", "position"))
    ends = frame["timestamp"].cast(pa.int64()).to_numpy()
    starts = ends
    if "start" in events.columns:
        starts = np.minimum(frame["start"].cast(pa.int64()).fill_null(2**62).to_numpy(), ends)
    enabler = _latest_enabler(case, frame["activity"], starts, ends, concurrency_of(log))
    case_start = _first_of_case(log, case)
    enabled = np.where(enabler >= 0, ends[enabler], np.minimum(case_start, starts))
    if "enabled" in events.columns:
        recorded = frame["enabled"].cast(pa.int64()).fill_null(_MISSING).to_numpy()
        enabled = np.where(recorded == _MISSING, enabled, recorded)
    return pa.table(
        {
            "case_index": frame["case_index"],
            "position": frame["position"],
            "found_enabled": pa.array(enabled, pa.timestamp("us")),
            "enabled_by": pa.array(np.where(enabler >= 0, position[enabler], 0), mask=enabler < 0),
        }
    )


def _latest_enabler(
    case: Integers, activity: Any, starts: Integers, ends: Integers, pairs: frozenset[tuple[str, str]]
) -> Integers:
    """The row of the instance that enabled each row, −1 where none did; rows are sorted by case and completion.

    All rows step back together, so the work is that of the rows still searching.
    """
    encoded = activity.combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy()
    is_concurrent = np.array([[(a, b) in pairs for b in names] for a in names], dtype=bool).reshape(len(names), -1)
    found = np.full(len(case), -1, dtype=np.int64)
    if not len(case):
        return found
    # For most rows it is the one before: told for all of them at once.
    inside = case[1:] == case[:-1]
    fits = inside & (ends[:-1] <= starts[1:])
    if pairs:
        fits &= ~is_concurrent[codes[:-1], codes[1:]]
    found[1:] = np.where(fits, np.arange(len(case) - 1), -1)
    rows = np.flatnonzero(inside & ~fits) + 1
    at = rows - 2
    while len(rows):
        inside = (at >= 0) & (case[np.maximum(at, 0)] == case[rows])
        rows, at = rows[inside], at[inside]
        fits = (ends[at] <= starts[rows]) & ~is_concurrent[codes[at], codes[rows]]
        found[rows[fits]] = at[fits]
        rows, at = rows[~fits], at[~fits] - 1
    return found


def _first_of_case(log: EventLog, case: Integers) -> Integers:
    """The start of the case of every row, in µs."""
    cases = fetch_in_order(log.all_cases.select("case_index", "start"), "case_index")
    index, start = cases["case_index"].to_numpy(), cases["start"].cast(pa.int64()).to_numpy()
    begins = np.flatnonzero(np.concatenate([[True], case[1:] != case[:-1]])) if len(case) else case
    lengths = np.diff(np.append(begins, len(case)))
    return np.repeat(start[np.searchsorted(index, case[begins])], lengths)
