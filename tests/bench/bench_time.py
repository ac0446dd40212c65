"""Working time beside pm4py's business hours, and causes of waiting as logs and queues grow; prints ratios.

Run by itself: `python tests/bench/bench_time.py`. Every ratio is of two measurements of the same run.
"""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import benching
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import procmine as pm
from procmine.core.clock.calendar import WorkCalendar
from procmine.core.clock.open_spans import microseconds
from procmine.core.clock.workclock import WorkClock
from procmine.core.log.engine import fetch

N = 1_000_000
FIRST, LAST = datetime(2024, 1, 1), datetime(2026, 12, 31)
OFFICE = WorkCalendar(hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]})
QUEUES = (3, 200)


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
    run = benching.best(lambda: [BusinessHours(a, b, business_hour_slots=slots).get_seconds() for a, b in pairs], 3)
    return run.seconds / len(pairs), run.found


def bench_working_time(floors: benching.Floors) -> None:
    begins, ends = intervals(N)
    each, told = pm4py_seconds(begins[:1000], ends[:1000])
    clock = WorkClock.over(OFFICE, "UTC", FIRST, LAST)
    ours = benching.best(lambda: clock.between(begins, ends), 7)
    assert np.allclose(ours.found[:1000] / 1e6, told)
    columns = {name: pa.array(values, pa.timestamp("us")) for name, values in (("a", begins), ("b", ends))}
    with tempfile.TemporaryDirectory() as folder:
        # As a log's events are: an engine knows how many rows a file has, and joins accordingly.
        pq.write_table(pa.table(columns), Path(folder) / "intervals.parquet")
        worked = clock.with_between(ibis.read_parquet(f"{folder}/intervals.parquet"), "a", "b", "worked")
        engine = benching.best(lambda: fetch(worked.aggregate(total=worked.worked.sum()))["total"][0], 5)
    assert engine.found == int(ours.found.sum())
    for name, run in (("numpy", ours), ("engine", engine)):
        print(
            f"working time of {N:,} intervals, {name}: {run.seconds:.3f} s, pm4py {each * N:,.0f} s (1,000 timed): "
            f"{each * N / run.seconds:,.0f} ×"
        )
    floors.at_least("working time beside pm4py", each * N / ours.seconds, 500)


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


def bench_causes(floors: benching.Floors) -> None:
    seconds = {}
    for queue in QUEUES:
        for n in (N // 10, N):
            log = log_with_queues(n, queue)
            run = benching.timed(lambda log=log: pm.waiting_causes(log, calendar=OFFICE))
            seconds[queue, n] = run.cpu
            assert len(run.found.table) == n
            print(
                f"causes of waiting: {n:>9,} instances, queues of {queue:>3}: {run.seconds:.1f} s ({run.cpu:.1f} s of CPU)"
            )
        floors.at_most(f"ten times the log, queues of {queue}", seconds[queue, N] / seconds[queue, N // 10], 20, "×")
    floors.at_most(f"queues of {QUEUES[1]} for {QUEUES[0]}", seconds[QUEUES[1], N] / seconds[QUEUES[0], N], 3, "×")


if __name__ == "__main__":
    promised = benching.Floors()
    bench_working_time(promised)
    bench_causes(promised)
    promised.end()
