"""The causes of waiting, instant by instant: the rules against a slow reference written for them here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from procmine.core.clock.calendar import WorkCalendar
from procmine.core.clock.open_spans import microseconds
from procmine.core.clock.personal_clocks import PersonalClocks
from procmine.performance.ground.batches import batches
from procmine.performance.ground.range_queries import SumsBelow, minima
from procmine.performance.waiting.cause_records import CAUSES
from procmine.performance.waiting.cause_split import InstanceArrays, split_waiting

MINUTE = 60_000_000
T0 = datetime(2026, 3, 2)
Row = tuple[int, int, int, int, int]
"""Resource, activity, and enabled, start, end in minutes after midnight of a Monday."""


def work_of(rows: list[Row]) -> InstanceArrays:
    columns = [np.array([row[i] for row in rows], dtype=np.int64) for i in range(5)]
    base = microseconds(T0)
    enabled, start, end = (base + column * MINUTE for column in columns[2:])
    return InstanceArrays(columns[0], columns[0] * 100 + columns[1], np.minimum(enabled, start), start, end)


# ── the slow reference: instance by instance, in steps of ten minutes ─────────────────────────


def slow_batches(rows: list[Row], gap: int) -> list[set[int]]:
    """The batches that each instance is in, as sets of places."""
    found: list[set[int]] = [set() for _ in rows]
    for desk in {row[:2] for row in rows}:
        running: list[int] = []
        for i in sorted(
            (i for i, row in enumerate(rows) if row[:2] == desk), key=lambda i: (rows[i][3], rows[i][2], rows[i][4], i)
        ):
            begun = rows[running[0]][3] if running else 0
            over = max((rows[k][4] for k in running), default=0)
            if running and min(rows[i][2], rows[i][3]) <= begun and rows[i][3] - over <= gap:
                running.append(i)
            else:
                running = [i]
            for k in running:
                found[k] = set(running)
    return found


def slow(rows: list[Row], is_open: Any, gap: int = 0, *, in_hours: bool = False) -> list[dict[str, int]]:
    """Minutes of waiting by cause: every ten minutes of every instance asked on their own, or only those at work."""
    rows = [(r, a, min(e, s), s, c) for r, a, e, s, c in rows]
    member_of = slow_batches(rows, gap)
    told = []
    for i, (resource, _, enabled, start, _) in enumerate(rows):
        full = min(max(rows[k][2] for k in member_of[i]), start)
        causes = dict.fromkeys(CAUSES, 0)
        for minute in range(enabled, start, 10):
            if in_hours and not is_open(resource, minute):
                continue
            busy = [k for k, row in enumerate(rows) if k != i and row[0] == resource and row[3] <= minute < row[4]]
            older = [k for k in busy if rows[k][2] <= (enabled if k in member_of[i] else full)]
            causes[
                "batching" if minute < full
                else "contention" if older
                else "prioritization" if busy
                else "unavailability" if not is_open(resource, minute)
                else "extraneous"
            ] += 10  # fmt: skip
        told.append(causes)
    return told


def fast(
    rows: list[Row], clocks: PersonalClocks | None, gap: int = 0, *, in_hours: bool = False
) -> list[dict[str, int]]:
    found = split_waiting(work_of(rows), clocks, gap * MINUTE, in_hours=in_hours)
    return [{cause: int(found.causes[cause][i]) // MINUTE for cause in CAUSES} for i in range(len(rows))]


HOURS = (["09:00-12:00", "13:00-17:00"], ["11:00-20:00"], ["00:00-24:00"])
CLOCKS = PersonalClocks.over(
    WorkCalendar.model_validate(
        {
            "hours": {"mon-fri": HOURS[0]},
            "resources": {"b": {"hours": {"mon-fri": HOURS[1]}}, "c": {"hours": {"mon-fri": HOURS[2]}}},
        }
    ),
    [("a", None), ("b", None), ("c", None)],
    "UTC",
    T0,
    T0 + timedelta(days=4),
)
OPEN = {0: [(540, 720), (780, 1020)], 1: [(660, 1200)], 2: [(0, 1440)]}


def is_open(resource: int, minute: int) -> bool:
    return any(begin <= minute % 1440 < end for begin, end in OPEN[resource])


_serial = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 48), st.integers(0, 6), st.integers(0, 14)),
    min_size=1,
    max_size=14,
)


def in_line(steps: list[tuple[int, int, int, int, int]]) -> list[Row]:
    """Each resource does one thing after the other: waits, pauses and lengths in tens of minutes."""
    free = {0: 500, 1: 500, 2: 500}
    rows = []
    for resource, activity, waited, pause, length in steps:
        start = free[resource] + 10 * pause
        rows.append((resource, activity, start - 10 * waited, start, start + 10 * length))
        free[resource] = start + 10 * length
    return rows


_parallel = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 12), st.integers(0, 12), st.integers(-2, 9)),
    min_size=1,
    max_size=14,
).map(lambda rows: [(r, a, 600 + 10 * e, 600 + 10 * s, 600 + 10 * (s + n)) for r, a, e, s, n in rows])


@settings(max_examples=120, deadline=None)
@given(_serial.map(in_line), st.sampled_from([0, 10]))
def test_causes_equal_the_slow_reference(rows, gap):
    assert fast(rows, CLOCKS, gap) == slow(rows, is_open, gap)


@settings(max_examples=250, deadline=None)
@given(_parallel, st.sampled_from([0, 20]))
@example([(0, 0, 600, 660, 690), (0, 0, 610, 690, 700), (0, 1, 600, 680, 720)], 0)
def test_a_resource_in_two_places_counts_every_instant_once(rows, gap):
    assert fast(rows, CLOCKS, gap) == slow(rows, is_open, gap)


@settings(max_examples=120, deadline=None)
@given(st.one_of(_serial.map(in_line), _parallel), st.sampled_from([0, 20]))
def test_in_hours_only_what_is_waited_at_work_counts(rows, gap):
    assert fast(rows, CLOCKS, gap, in_hours=True) == slow(rows, is_open, gap, in_hours=True)


@settings(max_examples=60, deadline=None)
@given(_parallel)
def test_without_a_calendar_nothing_is_unavailability(rows):
    assert fast(rows, None) == slow(rows, lambda *_: True)


@settings(max_examples=60, deadline=None)
@given(_parallel)
def test_the_parts_sum_to_the_whole(rows):
    work = work_of(rows)
    found = split_waiting(work, CLOCKS)
    assert (sum(found.causes.values()) == work.start - work.enabled).all()
    assert all((part >= 0).all() for part in found.causes.values())


# ── by hand ───────────────────────────────────────────────────────────────────────────────────


def only(rows: list[Row], place: int) -> dict[str, int]:
    return {cause: n for cause, n in fast(rows, CLOCKS)[place].items() if n}


@pytest.mark.parametrize(
    ("rows", "place", "causes"),
    [
        ([(2, 0, 600, 660, 700)], 0, {"extraneous": 60}),
        ([(0, 0, 700, 800, 810)], 0, {"unavailability": 60, "extraneous": 40}),  # over lunch
        ([(2, 0, 500, 600, 650), (2, 1, 600, 650, 660)], 1, {"contention": 50}),
        ([(2, 0, 600, 600, 650), (2, 1, 600, 650, 660)], 1, {"contention": 50}),  # a tie is contention
        ([(2, 0, 620, 630, 650), (2, 1, 600, 650, 660)], 1, {"prioritization": 20, "extraneous": 30}),
        # Collected until 640, done from 660 on: the second waits for the first, which was enabled later.
        ([(2, 0, 640, 660, 670), (2, 0, 600, 670, 680)], 1, {"batching": 40, "extraneous": 20, "prioritization": 10}),
        (
            [(0, 0, 1000, 1380, 1400), (0, 1, 1000, 1400, 1410)],
            1,
            {"contention": 20, "extraneous": 20, "unavailability": 360},
        ),
        ([(2, 0, 660, 600, 650)], 0, {}),  # enabled after it started
    ],
)
def test_one_by_one(rows, place, causes):
    assert only(rows, place) == causes


def test_no_instances():
    found = split_waiting(work_of([]), CLOCKS)
    assert [len(part) for part in (*found.causes.values(), found.batch)] == [0] * (len(CAUSES) + 1)


# ── the pieces ────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=100, deadline=None)
@given(_parallel, st.sampled_from([0, 20]))
def test_batches_equal_the_slow_sweep(rows, gap):
    work = work_of(rows)
    numbers = batches(work.desk, work.enabled, work.start, work.end, gap * MINUTE)
    expected = slow_batches([(r, a, min(e, s), s, c) for r, a, e, s, c in rows], gap)
    assert [{k for k in range(len(rows)) if numbers[k] == numbers[i]} for i in range(len(rows))] == expected


_numbers = st.integers(-5, 5)


@given(
    st.lists(st.tuples(_numbers, _numbers), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), _numbers), max_size=8),
)
def test_sums_below_equal_a_plain_sum(items, asked):
    values, weights = (np.array([item[i] for item in items]) for i in (0, 1))
    ranges = [(min(a, len(items)), min(b, len(items)), bound) for a, b, bound in asked]
    told = SumsBelow(values, weights)(*(np.array([one[i] for one in ranges], dtype=np.int64) for i in range(3)))
    assert told.tolist() == [sum(w for v, w in items[a:b] if v <= bound) for a, b, bound in ranges]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), _numbers), max_size=20))
def test_minima_equal_a_plain_minimum(ranges):
    begins, ends, values = (np.array([one[i] for one in ranges], dtype=np.int64) for i in range(3))
    told = minima(20, begins, ends, values, 99)
    assert told.tolist() == [min((v for a, b, v in ranges if a <= i < b), default=99) for i in range(20)]
