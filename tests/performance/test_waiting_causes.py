"""Causes of waiting on the field's hand-made cases, and what the result says, leaves out and adds up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from conftest import shared_file
from test_instances import log_of

import procmine as pm
from procmine.core.clock.calendar import WorkCalendar
from procmine.core.text.errors import MissingDataError
from procmine.performance.waiting.cause_records import CAUSES

HOURS = {"mon-fri": ["10:00-20:00"]}
CALENDAR = WorkCalendar.model_validate(
    {"hours": HOURS, "resources": {"Marcus": {"hours": {"mon-fri": ["10:00-12:00", "12:30-20:00"]}}}}
)
COLUMNS = {
    "case_id": "case_id",
    "activity": "Activity",
    "timestamp": "end_time",
    "start": "start_time",
    "resource": "Resource",
}
PAIR = ["source", "source_resource", "activity", "resource"]


def manual_log(number: int) -> Any:
    path = shared_file(f"waiting_causes/manual_log_{number}.csv")
    return pm.read_export(path, time_zone="UTC", language="en", columns=COLUMNS)


def expected(number: int) -> dict[tuple[str, ...], dict[str, pd.Timedelta]]:
    frame = pd.read_csv(shared_file(f"waiting_causes/manual_log_{number}_expected.csv"))
    keys = zip(
        frame["source_activity"],
        frame["source_resource"],
        frame["target_activity"],
        frame["target_resource"],
        strict=True,
    )
    names = {"waiting": "wt_total", **{cause: f"wt_{cause}" for cause in CAUSES}}
    rows = ({name: pd.Timedelta(row[column]) for name, column in names.items()} for row in frame.to_dict("records"))
    return dict(zip(keys, rows, strict=True))


@pytest.mark.parametrize(("number", "n_rows", "hours"), [(1, 8, 5.25), (2, 8, 6), (3, 14, 21), (4, 3, 39)])
def test_the_hand_made_cases_match_in_every_row_and_cause(number, n_rows, hours):
    table = pm.waiting_causes(manual_log(number), calendar=CALENDAR).table
    pairs = table[table["source"].notna()].groupby(PAIR)[["waiting", *CAUSES]].sum()
    told = dict(zip(pairs.index, pairs.to_dict("records"), strict=True))
    assert len(told) == n_rows
    assert told == expected(number)
    assert table["waiting"].sum() == timedelta(hours=hours)


# ── by hand ───────────────────────────────────────────────────────────────────────────────────

QUEUE = (
    ("1", "in", 0, 0, "door"), ("1", "do", 0, 30, "x"), ("1", "end", 50, 60, "y"),
    ("2", "in", 10, 10, "door"), ("2", "do", 40, 60, "x"), ("2", "end", 60, 70, "y"),
)  # fmt: skip


def test_totals_by_transition_resource_and_case():
    found = pm.waiting_causes(log_of(*QUEUE))
    minutes = found.by("transitions").table.set_index(["source", "activity"])[["n", "waiting", *CAUSES]]
    minute = timedelta(minutes=1)
    first = minutes.loc[("in", "do")]
    assert [first["n"], *(first[name] / minute for name in ("waiting", *CAUSES))] == [2, 30, 0, 20, 0, 0, 10]
    assert found.by("resources").table["waiting"].sum() == found.table["waiting"].sum() == 50 * minute
    assert found.by("cases").table["case_id"].tolist() == ["2", "1"]
    assert found.causes.table.set_index("cause")["waiting"].to_dict() == {
        "batching": 0 * minute, "contention": 20 * minute, "prioritization": 0 * minute, "unavailability": 0 * minute, "extraneous": 30 * minute,
    }  # fmt: skip


def test_efficiency_with_and_without_a_cause():
    found = pm.waiting_causes(log_of(*QUEUE))
    assert found.cte == pytest.approx(70 / 120)  # 30 + 10 + 20 + 10 of processing, 50 of waiting
    without = found.causes.table.set_index("cause")["cte_without"]
    assert (without["contention"], without["extraneous"]) == (pytest.approx(70 / 100), pytest.approx(70 / 90))


def test_a_filter_changes_no_cause():
    log = log_of(*QUEUE)
    only = pm.waiting_causes(log.filter_cases(case_id=["2"])) if "case_id" in log.case_attributes else None
    second = pm.waiting_causes(log.filter_throughput(max="60 min")) if only is None else only
    whole = pm.waiting_causes(log).table
    kept = set(second.table["case_id"])
    pd.testing.assert_frame_equal(second.table, whole[whole["case_id"].isin(kept)].reset_index(drop=True))


def test_what_is_assumed_is_said():
    log = log_of(*QUEUE, ("3", "in", None, 90, "door"), ("3", "do", 95, 99, None))
    found = pm.waiting_causes(log)
    assert "No working calendar was given" in found.sentence
    assert "2 activity instances without a start or a resource are left out" in found.sentence
    assert found.scalars["n_left_out"] == 2
    late = WorkCalendar(country="CN", hours={"mon-fri": ["09:00-18:00"]})
    frame = log.to_pandas()
    for name in ("start", "timestamp"):
        frame[name] += timedelta(days=365)
    said = pm.waiting_causes(
        pm.EventLog.from_pandas(frame.drop(columns="position"), zone="UTC", language="en"), calendar=late
    ).sentence
    assert "make-up workdays of 2027 are not published" in said
    assert "No working calendar" not in said


@pytest.mark.parametrize(("without", "column"), [("start", "start"), ("resource", "resource")])
def test_missing_data_is_refused_by_name(without, column):
    frame = log_of(*QUEUE).to_pandas().drop(columns=["position", without])
    with pytest.raises(MissingDataError, match=f"the column '{column}' is needed"):
        pm.waiting_causes(pm.EventLog.from_pandas(frame, zone="UTC", language="en"))


def test_one_event_cases_wait_for_nothing():
    assert pm.waiting_causes(log_of(("1", "a", 5, 9, "x"), ("2", "a", 7, 8, "x"))).table["waiting"].sum() == timedelta(
        0
    )


def test_what_nothing_enabled_waited_since_its_case_began():
    columns = "case_id activity enabled start timestamp resource"
    log = log_of(("1", "a", 0, 90, 95, "x"), ("1", "b", 95, 100, 110, "x"), columns=columns)
    found = pm.waiting_causes(log)
    assert found.by("transitions").sentence.startswith(
        "Most waiting is before (case start) → a: 90.0 min of natural time"
    )
    assert found.by("activities").sentence.startswith("Most waiting is before a: 90.0 min")


def test_systems_are_never_away():
    frame = pd.DataFrame(
        {
            "case_id": ["1", "1", "1"], "activity": ["a", "b", "c"], "resource": ["x", "robot", "x"], "is_system": [False, True, False],
            "start": pd.to_datetime(["2026-03-02 09:00", "2026-03-02 20:00", "2026-03-03 08:00"]),
            "timestamp": pd.to_datetime(["2026-03-02 18:00", "2026-03-02 20:00", "2026-03-03 09:30"]),
        }
    )  # fmt: skip
    log = pm.EventLog.from_pandas(frame, zone="UTC", language="en")
    told = pm.waiting_causes(log, calendar=WorkCalendar(hours={"mon-fri": ["09:00-18:00"]})).table.set_index("activity")
    assert told.loc["b", "extraneous"] == timedelta(hours=2)
    assert told.loc["c", "unavailability"] == timedelta(hours=12)


def test_an_approval_that_passes_by_itself_gives_nobody_the_clock_of_a_system():
    frame = pd.DataFrame(
        [
            ("1", "in", "2026-03-02 17:00", "2026-03-02 17:30", "d", False),
            ("1", "do", "2026-03-03 09:00", "2026-03-03 09:20", "x", False),
            ("2", "in", "2026-03-04 10:00", "2026-03-04 10:00", "d", None),
            ("2", "auto", "2026-03-04 10:00", "2026-03-04 10:00", "x", True),
        ],
        columns=["case_id", "activity", "start", "timestamp", "resource", "is_system"],
    ).astype({"start": "datetime64[us]", "timestamp": "datetime64[us]", "is_system": "boolean"})
    log = pm.EventLog.from_pandas(frame, zone="UTC", language="en")
    told = pm.waiting_causes(log, calendar=WorkCalendar(hours={"mon-fri": ["09:00-18:00"]})).scalars
    assert [told["unavailability"], told["extraneous"]] == [timedelta(hours=15), timedelta(minutes=30)]


# ── estimated starts ──────────────────────────────────────────────────────────────────────────


def test_starts_are_estimated_only_on_request_and_marked():
    log = log_of(("1", "a", 10, "x"), ("2", "a", 14, "x"), ("1", "b", 30, "x"), ("2", "b", 40, "x"), ("2", "c", 50, None), columns="case_id activity timestamp resource")  # fmt: skip
    estimated = pm.estimate_starts(log)
    assert "start" not in log.all_events.columns
    assert estimated.has_estimated_starts
    frame = estimated.to_pandas().sort_values("timestamp")
    begun = [None if pd.isna(one) else one.hour * 60 + one.minute - 540 for one in frame["start"]]
    assert begun == [10, 14, 14, 30, None]  # enabled, or the moment the resource was free
    found = pm.waiting_causes(estimated)
    assert found.title.endswith("(starts are estimated)")
    assert found.parts["activities"].title.endswith("(starts are estimated)")
    assert "Starts are estimated" in found.sentence


def test_recorded_starts_are_kept():
    log = pm.estimate_starts(log_of(("1", "a", 0, 10, "x"), ("1", "b", None, 30, "x"), ("1", "c", 35, 40, "x")))
    frame = log.to_pandas().sort_values("timestamp")
    assert [(one.hour - 9) * 60 + one.minute for one in frame["start"]] == [0, 10, 35]


def test_cases_begin_with_their_first_estimated_start():
    rows = [("1", "a", 0, 540, "x"), ("1", "b", 540, 600, "y"), ("2", "a", 100, 200, "z")]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "enabled", "timestamp", "resource"])
    for name in ("enabled", "timestamp"):
        frame[name] = pd.Timestamp("2026-03-02 09:00") + pd.to_timedelta(frame[name], unit="min")
    log = pm.estimate_starts(pm.EventLog.from_pandas(frame, zone="UTC"))
    assert pm.throughput_time(log).cases.table["throughput"].tolist() == [timedelta(hours=10), timedelta(minutes=100)]
    assert log.first == datetime(2026, 3, 2, 9)
    kept = pm.estimate_starts(pm.EventLog.from_pandas(frame, zone="UTC").filter_containing(any_of="b"))
    assert (kept.n_cases, kept.first) == (1, datetime(2026, 3, 2, 9))


def test_what_a_system_does_under_a_name_keeps_nobody_busy():
    rows = [("1", "in", 9, "d", False), ("2", "auto", 11, "x", True), ("1", "do", 13, "x", False)]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource", "is_system"])
    frame["timestamp"] = pd.Timestamp("2026-03-02") + pd.to_timedelta(frame["timestamp"], unit="h")
    frame["estimated"], frame["enabled_by"], frame["__no"] = "text", "text", 1
    log = pm.estimate_starts(pm.EventLog.from_pandas(frame, zone="UTC"))
    began = log.to_pandas().set_index("activity")["start"]
    assert began["do"].hour == 9
    assert began["auto"].hour == 11


def test_attributes_may_be_called_as_the_clock_calls_its_columns():
    frame = pd.DataFrame(
        {"case_id": ["1", "1"], "activity": ["a", "b"], "clock_day": ["x", "y"], "clock_before": [1, 2]}
    )
    frame["timestamp"] = pd.to_datetime(["2026-03-02 09:00", "2026-03-02 12:00"])
    log = pm.EventLog.from_pandas(frame, zone="UTC")
    assert (
        pm.throughput_time(log, calendar=WorkCalendar(hours={"mon-fri": ["09:00-18:00"]})).table["max"].tolist()
        == [timedelta(hours=3)] * 2
    )


def test_a_project_may_ask_for_estimates(tmp_path):
    (tmp_path / "a.csv").write_text(
        "case_id,activity,timestamp,resource\n1,a,2026-01-05 09:00,x\n1,b,2026-01-05 10:00,x\n", encoding="utf-8"
    )
    text = "procmine: 1\nname: x\nlanguage: en\ntime_zone: UTC\nsources: [{path: a.csv}]\n"
    (tmp_path / "project.yml").write_text(text, encoding="utf-8")
    with pytest.raises(MissingDataError):
        pm.processing_time(pm.open_project(tmp_path).read())
    (tmp_path / "project.yml").write_text(text + "estimate_start: true\n", encoding="utf-8")
    found = pm.processing_time(pm.open_project(tmp_path).read())
    assert found.title == "Processing time (starts are estimated)"
    assert found.table["total"].sum() == timedelta(hours=1)


# ── discovered hours ──────────────────────────────────────────────────────────────────────────


def weeks_of(
    resource: str, hours: tuple[int, ...], n_weeks: int, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
) -> list[tuple[Any, ...]]:
    first = pd.Timestamp("2026-01-05")
    return [
        (
            f"{resource}{week}{day}{hour}",
            "a",
            first + pd.Timedelta(weeks=week, days=day, hours=hour, minutes=20),
            resource,
        )
        for week in range(n_weeks)
        for day in weekdays
        for hour in hours
    ]


def test_hours_are_discovered_from_when_people_work():
    rows = weeks_of("x", (9, 10, 11, 13, 14), 10) + weeks_of("y", (20, 21), 10, (5,)) + weeks_of("z", (3,), 4, (0,))
    rows += [("rare", "a", pd.Timestamp("2026-01-05 23:20"), "x")]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"])
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", language="en")
    found = pm.availability(log, confidence=0.2, least=15)
    assert found.calendar.resources["x"].hours == {
        key: ["09:00-12:00", "13:00-15:00"] for key in ("mon", "tue", "wed", "thu", "fri")
    }
    assert found.calendar.resources["y"].hours == {"sat": ["20:00-22:00"]}
    assert (sorted(found.calendar.resources), found.n_common) == (["x", "y"], 1)
    assert found.calendar.hours["mon"] == ["03:00-04:00", "09:00-12:00", "13:00-15:00"]
    assert found.inside == pytest.approx(274 / 275)


def test_discovered_hours_are_used_on_request_and_said():
    found = pm.waiting_causes(log_of(*QUEUE), calendar="discovered")
    assert "Working hours are discovered from the log" in found.sentence
    assert found.table["waiting"].sum() == timedelta(minutes=50)


# ── pictures ──────────────────────────────────────────────────────────────────────────────────


def test_bars_of_causes_stand_as_text_with_their_table():
    found = pm.waiting_causes(log_of(*QUEUE))
    by_activity, by_transition = found.draw(), found.by("transitions").draw()
    words = ["batching", "contention", "unavailability", "do", "end", "30.0 min", "20.0 min"]
    assert [word for word in words if f">{word}<" not in by_activity.svg] == []
    assert "in → do" in by_transition.svg
    assert by_activity.table.equals(found.by("activities").table)
    assert pm.waiting_causes(log_of(("1", "a", 0, 5, "x"))).draw().svg == ""


def test_the_chief_cause_is_named():
    found = pm.waiting_causes(log_of(*QUEUE))
    assert found.causes.sentence == "The chief cause is extraneous: 30.0 min of natural time, 60.0 % of all."
    assert "mostly by extraneous (60.0 %)" in found.sentence
