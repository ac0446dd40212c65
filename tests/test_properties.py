"""What must hold for every log: sums add up, filters commute, and pm4py finds the same."""

import itertools
from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_logs import ACTIVITIES, frames, log_of, pm4py_frame, quietly

import procmine as pm

thrifty = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thrifty
@given(frames())
def test_sums_add_up(frame):
    log = log_of(frame)
    assert pm.variants(log).table["n_cases"].sum() == log.n_cases == frame["case_id"].nunique()
    assert pm.directly_follows(log).table["count"].sum() == log.n_events - log.n_cases
    activities = pm.activities(log).table
    assert activities["n_events"].sum() == log.n_events == len(frame)
    assert activities["n_starts"].sum() == activities["n_ends"].sum() == log.n_cases
    assert pm.dotted(log).table["n_events"].sum() == log.n_events
    arrivals = pm.arrivals(log).table
    assert arrivals["arrivals"].sum() == arrivals["completions"].sum() == log.n_cases
    rework = pm.rework(log).table
    repeats = sum(n - 1 for n in Counter(zip(frame["case_id"], frame["activity"], strict=True)).values())
    assert rework[["n_self_loops", "n_repetitions"]].to_numpy().sum() == repeats


@thrifty
@given(frames())
def test_arcs_are_those_of_the_slow_definition(frame):
    took = defaultdict(list)
    for case, events in pm4py_frame(log_of(frame)).groupby("case:concept:name"):
        steps = list(zip(events["concept:name"], events["time:timestamp"], strict=True))
        for (source, before), (target, after) in itertools.pairwise(steps):
            took[source, target].append((case, (after - before) / pd.Timedelta("1us")))
    flow = pm.directly_follows(log_of(frame)).table.set_index(["source", "target"])
    assert flow["n_cases"].to_dict() == {arc: len({case for case, _ in steps}) for arc, steps in took.items()}
    for arc, steps in took.items():
        times = np.array([time for _, time in steps])
        found = flow.loc[arc, ["mean", "median", "p90", "total"]] / pd.Timedelta("1us")
        expected = [times.mean(), np.quantile(times, 0.5), np.quantile(times, 0.9), times.sum()]
        assert found.to_list() == pytest.approx(expected, abs=1.0)


FILTERS = {
    "cases": lambda log: log.filter_cases(channel="A"),
    "event attribute": lambda log: log.filter_cases(resource="P") if (log.all_events.resource == "P").any().to_pyarrow().as_py() else log,
    "period": lambda log: log.filter_period("2026-03-02", "2026-03-03 18:00"),
    "completed": lambda log: log.filter_period("2026-03-03", cases="completed"),
    "variants": lambda log: log.filter_variants([v.number for v in log.variants if v.number % 2]),
    "throughput": lambda log: log.filter_throughput(min="1 h", max="6 days"),
    "activity": lambda log: log.filter_containing(none_of=[a for a in ("退回",) if a in log.activities]),
}  # fmt: skip


@thrifty
@given(frames(), st.sampled_from(sorted(FILTERS)), st.sampled_from(sorted(FILTERS)))
def test_filters_commute_and_only_take_away(frame, one, other):
    log = log_of(frame)
    there = FILTERS[other](FILTERS[one](log)).to_pandas()
    back = FILTERS[one](FILTERS[other](log)).to_pandas()
    pd.testing.assert_frame_equal(there, back)
    kept = log.to_pandas()
    pd.testing.assert_frame_equal(there, kept[kept["case_id"].isin(there["case_id"])].reset_index(drop=True))


@thrifty
@given(frames(), st.sets(st.sampled_from(ACTIVITIES), min_size=1))
def test_dropping_activities_equals_never_having_had_them(frame, dropped):
    log = log_of(frame)
    present = sorted(dropped & set(log.activities))
    kept = frame[~frame["activity"].isin(present)]
    if not present or kept.empty:
        return
    found = log.filter_activities(drop=present)
    expected = log_of(kept)
    columns = ["case_id", "activity", "timestamp", "position", "channel"]
    pd.testing.assert_frame_equal(found.to_pandas()[columns], expected.to_pandas()[columns])
    assert [(v.activities, v.n_cases) for v in found.variants] == [(v.activities, v.n_cases) for v in expected.variants]


@pytest.fixture(scope="module")
def pm4py():
    with quietly():
        import pm4py

        return pm4py


def compare_with_pm4py(log, pm4py):
    frame = pm4py_frame(log)
    with quietly():
        dfg, starts, ends = pm4py.discover_dfg(frame)
        times, _, _ = pm4py.discover_performance_dfg(frame)
        variants = pm4py.get_variants(frame)
        durations = pm4py.get_all_case_durations(frame)
        rework = pm4py.get_rework_cases_per_activity(frame)
    flow = pm.directly_follows(log).table.set_index(["source", "target"])
    assert flow["count"].to_dict() == dict(dfg)
    for measure, ours in {"mean": "mean", "median": "median", "sum": "total"}.items():
        theirs = pd.Series({arc: values[measure] for arc, values in times.items()}, dtype=float)
        found = flow[ours].dt.total_seconds()
        assert (found - theirs.reindex(found.index)).abs().max() < 1e-3 or not len(found)
    activities = pm.activities(log).table.set_index("activity")
    assert {a: n for a, n in activities["n_starts"].items() if n} == dict(starts)
    assert {a: n for a, n in activities["n_ends"].items() if n} == dict(ends)
    counted = {path: n if isinstance(n, int) else len(n) for path, n in variants.items()}
    assert {variant.activities: variant.n_cases for variant in log.variants} == counted
    if "start" not in log.all_events.columns:  # pm4py's frame holds completions only
        ours = sorted(pm.throughput_time(log).cases.table["throughput"].dt.total_seconds())
        assert ours == pytest.approx(sorted(durations), abs=1e-3)
    table = pm.rework(log).table
    assert dict(zip(table["activity"], table["n_rework_cases"], strict=True)) == {a: n for a, n in rework.items() if n}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(frame=frames())
def test_pm4py_finds_the_same_in_random_logs(frame, pm4py):
    compare_with_pm4py(log_of(frame), pm4py)


REAL = [
    "bpic2020_DomesticDeclarations", "helpdesk", "receipt", "receipt_csv", "running_example", "disco_callcenter",
    "servicenow_small", "purchasing_wta", "production", "interval_event_log", "sepsis_csv",
]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_pm4py_finds_the_same_in_real_logs(name, pm4py):
    from conftest import real_log

    compare_with_pm4py(real_log(name), pm4py)


@pytest.mark.slow
def test_pm4py_finds_the_same_in_a_large_log(pm4py):
    from conftest import real_log

    compare_with_pm4py(real_log("road_fine"), pm4py)
