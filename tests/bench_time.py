"""Working time beside pm4py's business hours, and causes of waiting as logs and queues grow; prints ratios.

Run by itself: `python tests/bench_time.py`. Every ratio is of two measurements of the same run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

import procmine as pm
from procmine.core.calendar import WorkCalendar
from procmine.core.engine import fetch
from procmine.core.open_spans import microseconds
from procmine.core.workclock import WorkClock

N = 1_000_000
FIRST, LAST = datetime(2024, 1, 1), datetime(2026, 12, 31)
OFFICE = WorkCalendar(hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]})
QUEUES = (3, 200)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = call()
    return time.perf_counter() - begin, found


def best_of(n: int, call: Callable[[], Any]) -> tuple[float, Any]:
    return min((timed(call) for _ in range(n)), key=lambda one: one[0])


def intervals(n: int) -> tuple[Any, Any]:
    """Intervals of 0–30 days, in µs UTC."""
    dice = np.random.default_rng(7)
    days = (LAST - FIRST).days - 31
    begins = microseconds(FIRST) + dice.integers(0, days * 86_400, n) * 1_000_000
    return begins, begins + dice.integers(0, 30 * 86_400, n) * 1_000_000


def pm4py_seconds(begins: Any, ends: Any) -> tuple[float, list[float]]:
    """Seconds per interval with pm4py's business hours, and what it says, on the same weekly calendar."""
    from pm4py.util.business_hours import BusinessHours

    slots = [(day * 86_400 + a * 1800, day * 86_400 + b * 1800) for day in range(5) for a, b in ((18, 24), (27, 36))]
    epoch = datetime(1970, 1, 1)
    pairs = [
        (epoch + timedelta(microseconds=int(a)), epoch + timedelta(microseconds=int(b)))
        for a, b in zip(begins, ends, strict=True)
    ]
    seconds, told = best_of(3, lambda: [BusinessHours(a, b, business_hour_slots=slots).get_seconds() for a, b in pairs])
    return seconds / len(pairs), told


def bench_working_time() -> None:
    begins, ends = intervals(N)
    each, told = pm4py_seconds(begins[:1000], ends[:1000])
    clock = WorkClock.over(OFFICE, "UTC", FIRST, LAST)
    ours, found = best_of(7, lambda: clock.between(begins, ends))
    assert np.allclose(found[:1000] / 1e6, told)
    columns = {name: pa.array(values, pa.timestamp("us")) for name, values in (("a", begins), ("b", ends))}
    table = ibis.memtable(pa.table(columns))
    worked = clock.with_between(table, "a", "b", "worked")
    engine, total = best_of(3, lambda: fetch(worked.aggregate(total=worked.worked.sum()))["total"][0])
    assert total == int(found.sum())
    print(
        f"working time of {N:,} intervals: numpy {ours:.2f} s, engine {engine:.2f} s, pm4py {each * N:,.0f} s (1,000 timed)"
    )
    print(f"  faster than pm4py: numpy {each * N / ours:,.0f} ×, engine {each * N / engine:,.0f} ×")


def log_with_queues(n: int, queue: int) -> pm.EventLog:
    """Cases of five steps on resources that work one thing after the other, each step behind about `queue` others."""
    dice = np.random.default_rng(11)
    per_resource = 5_000
    resource = np.arange(n) // per_resource
    length = dice.integers(60, 900, n) * 1_000_000
    place = np.arange(n) % per_resource
    begun = np.cumsum(length + 30_000_000) - (length + 30_000_000)
    start = begun - begun[np.arange(n) - place]
    behind = np.maximum(place - dice.integers(0, 2 * queue + 1, n), 0)
    enabled = start[np.arange(n) - place + behind]
    base = microseconds(datetime(2026, 1, 5))
    as_time = {
        name: pd.to_datetime(base + values, unit="us")
        for name, values in (("enabled", enabled), ("start", start), ("timestamp", start + length))
    }
    frame = pd.DataFrame(
        {
            "case_id": np.arange(n) // 5,
            "activity": np.array(["a", "b", "c", "d", "e"])[np.arange(n) % 5],
            "resource": resource,
            **as_time,
        }
    )
    frame["resource"] = "r" + frame["resource"].astype("str")
    return pm.EventLog.from_pandas(frame, zone="UTC", language="en")


def bench_causes() -> None:
    seconds = {}
    for queue in QUEUES:
        for n in (N // 10, N):
            log = log_with_queues(n, queue)
            seconds[queue, n], found = timed(lambda log=log: pm.waiting_causes(log, OFFICE))
            assert len(found.table) == n
            print(f"causes of waiting: {n:>9,} instances, queues of {queue:>3}: {seconds[queue, n]:.1f} s")
        print(f"  ten times the log takes {seconds[queue, N] / seconds[queue, N // 10]:.1f} × the time")
    print(
        f"  queues of {QUEUES[1]} take {seconds[QUEUES[1], N] / seconds[QUEUES[0], N]:.2f} × the time of queues of {QUEUES[0]}"
    )


if __name__ == "__main__":
    bench_working_time()
    bench_causes()
