"""Figures that others published about real logs; skipped where the logs are not at hand."""

import json
from datetime import timedelta

import pandas as pd
import pytest
from conftest import SHARED, real_log, shared_file, truth

import procmine as pm

NAMES = [
    "bpic2020_DomesticDeclarations", "helpdesk", "receipt", "receipt_csv", "running_example", "disco_callcenter",
    "servicenow_small", "purchasing_wta", "production", "interval_event_log", "sepsis_csv",
    pytest.param("road_fine", marks=pytest.mark.slow),
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_counts(name):
    log, known = real_log(name), truth().get(name, {})
    flow = pm.directly_follows(log).table
    found = {
        "rows": log.n_events,
        "cases": log.n_cases,
        "activities": log.n_activities,
        "variants": log.n_variants,
        "top_variant_cases": log.variants[0].n_cases,
        "dfg_edges": len(flow),
    }
    assert found == {key: known[key] for key in found}
    assert (log.n_resources or known["resources"]) == known["resources"]


@pytest.mark.parametrize("name", NAMES)
def test_first_and_last_activities(name):
    log, known = real_log(name), truth().get(name, {})
    activities = pm.activities(log).table.set_index("activity")
    starts, ends = activities["n_starts"], activities["n_ends"]
    assert {a: n for a, n in starts.items() if n >= min(known["start_activities"].values())} == known[
        "start_activities"
    ]
    assert {a: ends[a] for a in known["end_activities"]} == known["end_activities"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sepsis_csv"])
def test_period_and_throughput_times(name):
    log, known = real_log(name), truth().get(name, {})
    assert pd.Timestamp(log.first, tz="UTC") == pd.Timestamp(known["first"])
    assert pd.Timestamp(log.last, tz="UTC") == pd.Timestamp(known["last"])
    row = pm.throughput_time(log).table.iloc[0]
    assert row["mean"].total_seconds() == pytest.approx(known["case_dur_mean_s"], abs=0.001)
    assert row["median"].total_seconds() == pytest.approx(known["case_dur_median_s"], abs=0.001)


def test_sepsis_is_published_in_local_time_and_one_of_its_cases_is_called_na():
    log = pm.read_export(shared_file("basics/sepsis_case_NA.csv"), time_zone="Europe/Amsterdam")
    assert log.local(log.first).isoformat() == "2013-11-07T08:18:29+01:00"
    assert log.local(log.last).isoformat() == "2015-06-05T12:25:11+02:00"
    assert log.filter_cases(case_id="NA").n_cases == 1


def test_all_99_arcs_of_receipt():
    published = json.loads(shared_file("permits/receipt_dfg_published.json").read_text("utf-8"))
    expected = {(source, target): n for source, target, n in published}
    flow = pm.directly_follows(real_log("receipt_csv")).table
    assert dict(zip(zip(flow["source"], flow["target"], strict=True), flow["count"], strict=True)) == expected
    assert (len(expected), sum(expected.values())) == (99, 7143)


DISCO = {
    "production": ("intervals/Production.csv", "variant-index"),
    "purchasing_wta": ("intervals/PurchasingExample.csv", "variant-index"),
    "bpic2020_DomesticDeclarations": ("oa/DomesticDeclarations.xes.gz", "variant-index"),
}


@pytest.mark.parametrize("name", DISCO)
def test_variants_are_those_that_disco_numbered(name):
    log = real_log(name)
    cases = log.cases.select("variant", disco=DISCO[name][1]).to_pyarrow().to_pandas()
    sizes = cases.groupby("disco").size().sort_values(ascending=False).tolist()
    assert [variant.n_cases for variant in log.variants] == sizes
    assert cases.groupby("disco")["variant"].nunique().max() == 1


def test_domestic_declarations():
    log = real_log("bpic2020_DomesticDeclarations")
    assert [variant.n_cases for variant in log.variants[:5]] == [4566, 2411, 1392, 575, 342]
    flow = pm.directly_follows(log).table.set_index(["source", "target"])
    approved = flow.loc[("Declaration FINAL_APPROVED by SUPERVISOR", "Request Payment")]
    paid = flow.loc[("Request Payment", "Payment Handled")]
    assert (approved["count"], paid["count"]) == (9912, 9911)
    assert approved["median"] == timedelta(hours=27, minutes=9, seconds=23.5)  # published: 27.157 h
    assert paid["median"] == timedelta(hours=77, minutes=46, seconds=36)  # published, rounded to 280,000 s: 77.778 h


def test_mixed_offsets_become_instants():
    log = real_log("receipt_csv")
    first = log.filter_cases(case_id="case-10011").to_pandas()["timestamp"].iloc[0]
    assert first == pd.Timestamp("2011-10-11 13:45:40.276+02:00")


def test_both_exports_of_receipt_hold_the_same():
    columns = ["case_id", "activity", "timestamp", "resource", "position"]
    csv, xes = (real_log(name).to_pandas()[columns] for name in ("receipt_csv", "receipt"))
    pd.testing.assert_frame_equal(csv, xes)


def test_the_gbk_history_table_of_an_engine_is_read_as_chinese():
    shared_file("engines/leave_act_hi_taskinst_gbk.csv")
    both = [
        pm.read_export(
            SHARED / f"engines/{name}.csv", time_zone="Asia/Shanghai",
            columns={"case_id": "PROC_INST_ID_", "activity": "NAME_", "timestamp": "START_TIME_"},
        )
        for name in ("leave_act_hi_taskinst", "leave_act_hi_taskinst_gbk")
    ]  # fmt: skip
    assert both[0].activities == both[1].activities
    assert both[0].n_events == both[1].n_events > 0
