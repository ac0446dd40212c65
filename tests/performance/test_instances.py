"""Enabled time and elapsed time: counted by hand, and against slow references on random logs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import procmine as pm
from procmine.core.clock.calendar import Pause, Sla, WorkCalendar
from procmine.core.clock.open_spans import microseconds
from procmine.performance.ground.concurrency import concurrent_pairs
from procmine.performance.ground.elapsed import CaseClock, elapsed
from procmine.performance.ground.instances import instances

T0 = datetime(2026, 3, 2, 9)


def log_of(*rows: tuple[Any, ...], columns: str = "case_id activity start timestamp resource") -> pm.EventLog:
    """Rows with minutes after nine on a Monday in place of times."""
    frame = pd.DataFrame(rows, columns=columns.split())
    for name in {"start", "timestamp", "enabled"} & set(frame.columns):
        frame[name] = pd.to_datetime([None if pd.isna(m) else T0 + timedelta(minutes=m) for m in frame[name]])
    return pm.EventLog.from_pandas(frame, zone="UTC", name="test", language="en")


def minutes(log: pm.EventLog, *names: str) -> list[tuple[Any, ...]]:
    """Activity and times of the instances, in minutes after nine."""
    table = instances(log).order_by("case_index", "position").to_pyarrow().to_pandas()
    told = [[None if pd.isna(t) else (t - T0) / timedelta(minutes=1) for t in table[name]] for name in names]
    return list(zip(table["activity"], *told, strict=True))


# ── enabled time ──────────────────────────────────────────────────────────────────────────────


def test_an_instance_is_enabled_by_the_one_before():
    log = log_of(("1", "a", 0, 10, "x"), ("1", "b", 15, 20, "x"), ("1", "c", 40, 50, "y"))
    assert minutes(log, "enabled") == [("a", 0), ("b", 10), ("c", 20)]


def test_the_first_is_enabled_when_the_case_starts():
    assert minutes(log_of(("1", "a", 5, 10, "x")), "enabled") == [("a", 5)]
    assert minutes(log_of(("1", "a", 10), columns="case_id activity timestamp"), "enabled") == [("a", 10)]


def test_an_instance_that_overlaps_does_not_enable():
    log = log_of(("1", "a", 0, 10, "x"), ("1", "b", 12, 30, "x"), ("1", "c", 20, 40, "y"), ("1", "d", 30, 45, "z"))
    assert minutes(log, "enabled") == [("a", 0), ("b", 10), ("c", 10), ("d", 30)]


def test_where_all_overlap_the_case_start_enables():
    log = log_of(("1", "a", 0, 10, "x"), ("1", "b", 5, 12, "y"), ("1", "c", 8, 15, "z"))
    assert minutes(log, "enabled") == [("a", 0), ("b", 0), ("c", 0)]


def test_concurrent_activities_do_not_enable_each_other():
    rows = [
        (f"{i}{order}", name, t, t + 5, "x")
        for i in range(3)
        for order in ("abcd", "acbd")
        for t, name in zip((0, 10, 20, 30), order, strict=True)
    ]
    told = minutes(log_of(*rows), "enabled")
    assert told[:4] == [("a", 0), ("b", 5), ("c", 5), ("d", 25)]
    assert told[4:8] == [("a", 0), ("c", 5), ("b", 5), ("d", 25)]


def test_a_filter_changes_no_enabled_time():
    rows = [
        (f"{i}{order}", name, t, t + 5, "x")
        for i in range(3)
        for order in ("abcd", "acbd")
        for t, name in zip((0, 10, 20, 30), order, strict=True)
    ]
    log = log_of(*rows).filter_follower("b", "c")
    assert log.n_cases == 3
    assert minutes(log, "enabled")[:4] == [("a", 0), ("b", 5), ("c", 5), ("d", 25)]


def test_a_recorded_arrival_is_taken_and_gaps_are_filled():
    log = log_of(
        ("1", "a", 0, 10, 0), ("1", "b", 15, 20, 12), ("1", "c", 40, 50, None), ("1", "d", 55, 60, 58),
        columns="case_id activity start timestamp enabled",
    )  # fmt: skip
    assert minutes(log, "enabled") == [("a", 0), ("b", 12), ("c", 20), ("d", 58)]


def test_events_of_one_instant_are_enabled_in_their_order():
    log = log_of(("1", "a", 10, 10, "x"), ("1", "b", 10, 10, "x"), ("1", "c", 10, 10, "x"))
    table = instances(log).order_by("position").to_pyarrow()
    assert table["enabled_by"].to_pylist() == [None, 1, 2]


def test_a_missing_start_counts_as_the_completion_and_a_late_one_too():
    log = log_of(("1", "a", 0, 10, "x"), ("1", "b", None, 20, "x"), ("1", "c", 35, 30, "x"))
    assert minutes(log, "enabled", "start") == [("a", 0, 0), ("b", 10, None), ("c", 20, 30)]


def slow_pairs(paths: list[tuple[str, int]]) -> set[tuple[str, str]]:
    """The oracle, word by word."""
    df, l2 = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for path, n in paths:
        for i in range(len(path) - 1):
            df[path[i], path[i + 1]] += n
        for i in range(len(path) - 2):
            if path[i] == path[i + 2] and path[i] != path[i + 1]:
                l2[path[i], path[i + 1]] += n
    found = set()
    for a in {a for path, _ in paths for a in path}:
        for b in {b for path, _ in paths for b in path} - {a}:
            ab, ba = df[a, b], df[b, a]
            dep = (ab - ba) / (ab + ba + 1)
            loop = (l2[a, b] + l2[b, a]) / (l2[a, b] + l2[b, a] + 1)
            if any(df[x, x] / (df[x, x] + 1) >= 0.9 for x in (a, b)):
                loop = 0
            if ab and ba and abs(dep) < 0.9 and loop < 0.9:
                found.add((a, b))
    return found


@given(st.lists(st.tuples(st.text("abcd", min_size=1, max_size=7), st.integers(1, 30)), min_size=1, max_size=8))
def test_concurrency_equals_the_definition(paths):
    assert concurrent_pairs(paths) == slow_pairs(paths)


def slow_enabled(case: list[tuple[str, int, int]], pairs: set[tuple[str, str]]) -> list[int]:
    """Enabled minute of each instance of a case; instances in the order of completion."""
    first = min(min(start, end) for _, start, end in case)
    return [
        max(
            (end for name, _, end in case[:i] if end <= min(begin, own) and (name, activity) not in pairs),
            default=first,
        )
        for i, (activity, begin, own) in enumerate(case)
    ]


_rows = st.tuples(st.sampled_from("abcd"), st.integers(0, 30), st.integers(0, 12))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(_rows, min_size=1, max_size=8), min_size=1, max_size=5))
def test_enabled_time_equals_a_slow_reference(cases):
    ordered = [sorted(((a, s, s + d) for a, s, d in case), key=lambda row: row[2]) for case in cases]
    log = log_of(*((str(i), a, s, e, "x") for i, case in enumerate(ordered) for a, s, e in case))
    pairs = slow_pairs([("".join(a for a, _, _ in case), 1) for case in ordered])
    expected = [minute for case in ordered for minute in slow_enabled(case, pairs)]
    assert [minute for _, minute in minutes(log, "enabled")] == expected


# ── elapsed time ──────────────────────────────────────────────────────────────────────────────

OFFICE = WorkCalendar(hours={"mon-fri": ["09:00-12:00", "13:00-17:00"]})
ASK = Pause.model_validate({"from": "ask", "until": "answer"})


def spent(log: pm.EventLog, sla: Sla, case: int, begin: int, end: int) -> float:
    """Elapsed minutes of a case between two minutes after nine."""
    ends = (np.array([microseconds(T0 + timedelta(minutes=minute))]) for minute in (begin, end))
    return float(elapsed(log, sla, np.array([case]), *ends)[0]) / 6e7


ASKED = [
    ("1", "open", 0), ("1", "ask", 30), ("1", "answer", 90), ("1", "ask", 150), ("1", "note", 200), ("1", "close", 600),
    ("2", "open", 0), ("2", "ask", 10), ("2", "ask", 20), ("2", "answer", 40), ("2", "close", 60),
    ("3", "open", 0), ("3", "close", 60),
]  # fmt: skip


@pytest.mark.parametrize(
    ("pauses", "case", "begin", "end", "natural", "office"),
    [
        ([], 0, 0, 600, 600, 420),
        ([ASK], 0, 0, 150, 90, 90),
        ([ASK], 0, 0, 600, 90, 90),  # the second question is never answered
        ([ASK], 0, 60, 120, 30, 30),  # beginning inside a pause
        ([ASK], 0, 40, 80, 0, 0),  # wholly inside
        ([ASK], 1, 0, 60, 30, 30),  # asked twice, paused once
        ([ASK], 2, 0, 60, 60, 60),  # another case's pauses do not count
        ([Pause.model_validate({"from": "ask"})], 0, 0, 600, 490, 330),  # until the next event
        ([ASK, Pause.model_validate({"from": "open", "until": "note"})], 0, 0, 600, 0, 0),  # they overlap
        ([Pause.model_validate({"from": "never"})], 0, 0, 60, 60, 60),
        ([ASK], 0, 150, 0, -90, -90),
    ],
)
def test_a_paused_clock_stands(pauses, case, begin, end, natural, office):
    log = log_of(*ASKED, columns="case_id activity timestamp")
    assert spent(log, Sla(pauses=tuple(pauses)), case, begin, end) == natural
    assert spent(log, Sla(calendar=OFFICE, pauses=tuple(pauses)), case, begin, end) == office


_events = st.lists(
    st.tuples(st.sampled_from(["ask", "answer", "hold", "x"]), st.integers(0, 400)), min_size=1, max_size=9
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(_events, min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=6),
)
def test_elapsed_equals_a_slow_reference(cases, asked):
    ordered = [sorted(case, key=lambda row: row[1]) for case in cases]
    log = log_of(
        *((str(i), a, t) for i, case in enumerate(ordered) for a, t in case), columns="case_id activity timestamp"
    )
    pauses = (ASK, Pause.model_validate({"from": "hold"}))
    clock = CaseClock.of(log, Sla(calendar=OFFICE, pauses=pauses))
    base = microseconds(T0)
    for i, case in enumerate(ordered):
        begins, ends = (np.array([base + pair[k] * 60_000_000 for pair in asked]) for k in (0, 1))
        told = clock.between(np.full(len(asked), i), begins, ends) / 60_000_000
        assert told.tolist() == [slow_elapsed(case, *pair) for pair in asked]


def slow_elapsed(case: list[tuple[str, int]], begin: int, end: int) -> int:
    """Minute by minute."""
    stands = set()
    for i, (name, at) in enumerate(case):
        if name == "ask":
            stands |= set(range(at, next((t for other, t in case[i + 1 :] if other == "answer"), 1000)))
        if name == "hold":
            stands |= set(range(at, case[i + 1][1] if i + 1 < len(case) else 1000))
    low, high = sorted((begin, end))
    n = sum(not 180 <= minute < 240 and minute not in stands for minute in range(low, high))
    return n if end >= begin else -n
