"""Processing, waiting, sojourn, transition and idle time, efficiency, time between points: counted by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from test_instances import log_of

import procmine as pm
from procmine.core.clock.calendar import Pause, WorkCalendar
from procmine.core.text.errors import MissingDataError, UnknownNameError

MINUTE = timedelta(minutes=1)
OFFICE = WorkCalendar(hours={"mon-fri": ["09:00-12:00", "13:00-17:00"]})
# Minutes after nine on a Monday; lunch is from minute 180 to 240.
LOG = (
    ("1", "a", 0, 10, "x"), ("1", "b", 30, 60, "y"), ("1", "c", 170, 250, "x"),
    ("2", "a", 20, 40, "x"), ("2", "b", 40, 100, "y"),
    ("3", "a", 50, 50, "x"),
)  # fmt: skip


def minutes(result: Any, column: str, time: str = "natural") -> dict[str, float]:
    table = result.table[result.table["time"] == time]
    values = [value / MINUTE if isinstance(value, timedelta) else value for value in table[column]]
    return dict(zip(table["subject"], values, strict=True))


def test_processing_and_waiting_by_activity():
    log = log_of(*LOG)
    assert minutes(pm.processing_time(log), "total") == {"b": 90, "c": 80, "a": 30}
    assert minutes(pm.waiting_time(log), "total") == {"c": 110, "b": 20, "a": 0}
    assert minutes(pm.waiting_time(log), "median") == {"c": 110, "b": 10, "a": 0}
    assert minutes(pm.waiting_time(log), "share") == {"c": 110 / 130, "b": 20 / 130, "a": 0}


def test_working_time_stands_beside_natural_time():
    found = pm.processing_time(log_of(*LOG), calendar=OFFICE)
    assert minutes(found, "total", "natural")["c"] == 80
    assert minutes(found, "total", "working")["c"] == 20
    assert found.table["time"].tolist() == ["natural", "working"] * 3


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("resource", {"x": 110, "y": 20}),
        ("case", {"1": 130, "2": 0, "3": 0}),
        ("arc", {"c": 110, "b": 20}),
    ],
)
def test_waiting_by_other_keys(by, expected):
    assert minutes(pm.waiting_time(log_of(*LOG), by=by), "total") == expected


def test_sojourn_is_arrival_to_completion():
    assert minutes(pm.sojourn_time(log_of(*LOG)), "total") == {"c": 190, "b": 110, "a": 30}
    rows = [(case, a, c, e) for case, a, e, c in (("1", "a", 0, 10), ("1", "b", 25, 60))]
    recorded = log_of(*rows, columns="case_id activity timestamp enabled")
    assert minutes(pm.sojourn_time(recorded), "total") == {"b": 35, "a": 10}


def test_transition_time_needs_completions_only():
    log = log_of(*((case, a, c) for case, a, _, c, _ in LOG), columns="case_id activity timestamp")
    table = pm.transition_time(log).table
    assert [(*row[:2], row[2] / MINUTE) for row in table[["source", "subject", "total"]].itertuples(index=False)] == [
        ("b", "c", 190),
        ("a", "b", 110),
    ]


@pytest.mark.parametrize(
    ("ask", "column"),
    [
        (pm.processing_time, "start"),
        (pm.waiting_time, "start"),
        (pm.cycle_time_efficiency, "start"),
        (pm.idle_time, "start"),
        (pm.sojourn_time, "enabled"),
        (lambda log: pm.transition_time(log, by="group"), "group"),
    ],
)
def test_what_one_timestamp_cannot_tell_is_refused_by_name(ask, column):
    log = log_of(*((case, a, c) for case, a, _, c, _ in LOG), columns="case_id activity timestamp")
    with pytest.raises(MissingDataError, match=f"the column '{column}' is needed"):
        ask(log)


def test_where_nothing_waited_no_activity_is_said_to_have_waited_most():
    log = log_of(("1", "a", 0, 10, "x"), ("1", "b", 10, 20, "x"), ("2", "a", 5, 5, "x"))
    assert pm.waiting_time(log).sentence == "Waiting time is nought everywhere (natural time)."
    assert pm.waiting_time(log, calendar=OFFICE).sentence == "Waiting time is nought everywhere (working time)."
    assert pm.idle_time(log).sentence == "No case lies idle."
    assert "Nothing queues" in pm.queues(log).sentence
    assert "largest in total for a: 10.0 min" in pm.processing_time(log).sentence


def test_an_unknown_grouping_is_refused():
    for ask in (pm.waiting_time, pm.cycle_time_efficiency):
        with pytest.raises(UnknownNameError, match="no grouping is called 'day'"):
            ask(log_of(*LOG), by="day")


def test_efficiency_is_processing_over_processing_and_waiting():
    found = pm.cycle_time_efficiency(log_of(*LOG), calendar=OFFICE)
    assert found.whole("natural") == pytest.approx(200 / 330)
    assert found.whole("working") == pytest.approx(140 / 270)
    assert minutes(found, "cte") == pytest.approx({"c": 80 / 190, "b": 90 / 110, "a": 1})
    assert minutes(pm.cycle_time_efficiency(log_of(*LOG), by="case"), "cte")["1"] == pytest.approx(120 / 250)


@pytest.mark.parametrize("by", ["activity", "arc", "resource", "case"])
def test_the_efficiency_of_the_log_does_not_depend_on_what_is_told_apart(by):
    """Ten hours of work by x, an hour of waiting, an hour of work by somebody unknown."""
    log = log_of(("1", "a", 0, 600, "x"), ("1", "b", 660, 720, None), ("2", "c", 0, 0, "x"))
    found = pm.cycle_time_efficiency(log, by=by, calendar=OFFICE)
    assert found.whole("natural") == pytest.approx(660 / 720)
    assert found.whole("working") == pytest.approx(420 / 420)  # the office closes at minute 480, an hour for lunch
    assert "91.7 % (natural time), 100.0 % (working time)" in found.sentence
    assert sum(minutes(found, "share").values()) == (0 if by == "resource" else 1)  # nobody known waited


def test_idle_time_is_where_no_activity_runs():
    rows = (
        ("1", "a", 0, 50, "x"), ("1", "b", 10, 20, "y"), ("1", "c", 70, 90, "x"), ("1", "d", 85, 300, "y"), ("1", "e", 310, 310, "x"),
        ("2", "a", 5, 5, "x"),
    )  # fmt: skip
    found = pm.idle_time(log_of(*rows), calendar=OFFICE)
    assert [value / MINUTE for value in found.cases.table["natural"]] == [30, 0]
    assert found.table[["time", "max"]].to_numpy().tolist() == [["natural", 30 * MINUTE], ["working", 30 * MINUTE]]


def test_backward_and_missing_intervals_last_no_time():
    rows = (("1", "a", 20, 10, "x"), ("1", "b", None, 30, "x"), ("1", "c", 30, 40, "x"))
    log = log_of(*rows)
    assert minutes(pm.processing_time(log), "total") == {"c": 10, "a": 0}  # b has no start: not told
    # The case began at 10, so a waited until its start at 20; c was enabled by b.
    # The start is taken at the completion, at which the case began, so a did not wait; c was enabled by b.
    assert minutes(pm.waiting_time(log), "total") == {"a": 0, "c": 0}


def test_a_start_after_its_completion_lengthens_nothing():
    """b was enabled at 60 and done at 120, whatever start was written down."""
    log = log_of(("1", "a", 0, 60, "x"), ("1", "b", 240, 120, "y"), ("2", "a", 500, 400, "x"))
    assert [minutes(measure(log), "total")["b"] for measure in (pm.waiting_time, pm.sojourn_time)] == [60, 60]
    assert minutes(pm.processing_time(log), "total")["b"] == 0
    assert (pm.throughput_time(log).cases.table["throughput"] / MINUTE).tolist() == [120, 0]
    assert pm.throughput_time(log).histogram.table["n_cases"].sum() == 2
    row = pm.bottlenecks(log).table.query("kind == 'activity'").set_index("target").loc["b"]
    assert [row["lost"] / MINUTE, row["extraneous"] / MINUTE] == [60, 60]


def test_instances_without_a_start_are_said_and_what_becomes_of_them():
    log = log_of(("1", "a", 0, 60, "x"), ("1", "b", None, 540, "x"), ("1", "c", 540, 600, "x"))
    said = "33.3 % of the activity instances have no start: "
    for analysis in (pm.waiting_time, pm.processing_time, pm.cycle_time_efficiency, pm.batch_work):
        assert analysis(log).sentence.endswith(f"{said}left out."), analysis
    assert pm.idle_time(log).sentence.endswith(f"{said}taken as done at once, so that their work counts as idle.")
    assert pm.queues(log).sentence.endswith(f"{said}taken to wait until their completion.")
    assert "no start" not in pm.sojourn_time(log).sentence
    assert "no start" not in pm.waiting_time(log_of(*LOG)).sentence


# ── throughput ────────────────────────────────────────────────────────────────────────────────


def test_throughput_in_natural_and_working_time():
    table = pm.throughput_time(log_of(*LOG), calendar=OFFICE).table
    assert (table["max"] / MINUTE).tolist() == [250, 190]
    assert (table["total"] / MINUTE).tolist() == [330, 270]


def throughputs(language, **hours):
    """What is said of cases by the value of an attribute, each case as long as told; the months of their starts."""
    rows = [
        (f"{value}{i}", activity, at, value)
        for month, (value, lengths) in enumerate(hours.items(), 1)
        for i, length in enumerate(lengths)
        for start in [pd.Timestamp(2026, month, 5 + i)]
        for activity, at in (("a", start), ("b", start + pd.Timedelta(hours=length)))
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "line"])
    return pm.EventLog.from_pandas(frame, zone="UTC", language=language)


def test_values_that_are_alike_once_they_are_rounded_are_not_told_apart():
    log = throughputs("zh", 甲=[5.0], 乙=[5.01])
    assert pm.throughput_by(log, by="line").sentence == "2 组的流程周期中位数都约为 5.0 小时，自然时间。"
    log = throughputs("en", x=[5.0], y=[7.0])
    assert "longest for y (7.0 h), shortest for x (5.0 h)" in pm.throughput_by(log, by="line").sentence


def test_the_newest_month_that_is_not_compared_is_named():
    told = pm.throughput_by(throughputs("zh", 甲=[5.0], 乙=[7.0], 丙=[9.0]), by="start month").sentence
    assert told.endswith("“2026-03”尚未结束，没有参与比较。")
    assert "最长的是“2026-02”" in told


def test_throughput_by_attribute_and_by_month():
    frame = pd.DataFrame(
        {
            "case_id": ["1", "1", "2", "2", "3", "3"],
            "activity": ["a", "b"] * 3,
            "timestamp": pd.to_datetime(["2026-03-02 09:00", "2026-03-02 11:00", "2026-03-31 20:00", "2026-04-01 08:00", "2026-04-02 09:00", "2026-04-02 10:00"]),
            "line": ["p", "p", "q", "q", "p", "p"],
        }
    )  # fmt: skip
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", language="en")
    table = pm.throughput_by(log, by="line").table
    assert table[["value", "n_cases", "max"]].to_numpy().tolist() == [
        ["q", 1, timedelta(hours=12)],
        ["p", 2, timedelta(hours=2)],
    ]
    months = pm.throughput_by(log, by="start month", calendar=OFFICE).table
    assert months[["value", "time", "n_cases", "incomplete"]].to_numpy().tolist() == [
        ["2026-03", "natural", 2, False], ["2026-03", "working", 2, False], ["2026-04", "natural", 1, True], ["2026-04", "working", 1, True],
    ]  # fmt: skip
    assert pm.throughput_by(log, by="end month").table["n_cases"].tolist() == [1, 2]
    with pytest.raises(UnknownNameError, match="no case attribute is called 'lime'"):
        pm.throughput_by(log, by="lime")


def started(*days, **columns):
    """A log of cases that take as many hours as their number, begun at nine on these days of 2026."""
    begins = pd.to_datetime([f"2026-{day} 09:00" for day in days])
    ends = begins + pd.to_timedelta(range(1, len(days) + 1), unit="h")
    frame = pd.DataFrame(
        {"case_id": [f"C{i}" for i in range(1, len(days) + 1)] * 2, "activity": "a", "timestamp": [*begins, *ends]}
    )
    more = {name: [*values, *values] for name, values in columns.items()}
    return pm.EventLog.from_pandas(frame.assign(**more), zone="Asia/Shanghai", language="en")


def test_the_period_of_the_cut_off_is_incomplete_whatever_a_filter_keeps():
    log = started("01-05", "02-03", "03-02", "03-31")
    marked = ["value", "incomplete"]
    months = [["2026-01", False], ["2026-02", False], ["2026-03", True]]
    assert pm.throughput_by(log, by="start month").table[marked].to_numpy().tolist() == months
    early = pm.throughput_by(log.filter_period("2026-01", "2026-02"), by="start month")
    assert early.table[marked].to_numpy().tolist() == months[:2]
    assert "longest for 2026-02 (2.0 h), shortest for 2026-01 (60.0 min)" in early.sentence
    weeks = pm.throughput_by(log.filter_period("2026-03"), by="end week").table[marked].to_numpy().tolist()
    assert weeks == [["2026-03-02", False], ["2026-03-30", True]]


def test_a_month_is_over_where_nothing_starts_in_the_month_after():
    rows = [("1", "a", "2026-02-03"), ("1", "b", "2026-03-04"), ("2", "a", "2026-01-04"), ("2", "b", "2026-01-05")]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"])
    log = pm.EventLog.from_pandas(frame.astype({"timestamp": "datetime64[us]"}), zone="UTC", language="en")
    found = pm.throughput_by(log, by="start month")
    assert found.table["incomplete"].tolist() == [False, False]
    assert "longest for 2026-02 (29.0 d), shortest for 2026-01 (24.0 h)" in found.sentence


def test_cases_without_a_value_have_a_row_of_their_own():
    found = pm.throughput_by(started("01-05", "01-06", "01-07", line=["A", None, None]), by="line")
    assert found.table[["value", "n_cases", "max"]].to_numpy().tolist() == [
        ["", 2, timedelta(hours=3)],
        ["A", 1, timedelta(hours=1)],
    ]
    assert "longest for (none)" in found.sentence
    assert "(none)" in found._repr_html_()


def test_where_all_take_as_long_none_is_the_slowest():
    log = log_of(("1", "a", 0, "p"), ("2", "a", 5, "q"), columns="case_id activity timestamp line")
    assert (
        pm.throughput_by(log, by="line").sentence
        == "In all 2 of them the median throughput time is about 0 s, in natural time."
    )


@pytest.mark.parametrize("name", ["natural", "working", "throughput", "value", "time"])
def test_an_attribute_may_be_called_like_a_measure(name):
    found = pm.throughput_by(started("01-05", "01-06", **{name: ["yes", "no"]}), by=name, calendar=OFFICE).table
    assert found[found["time"] == "natural"][["value", "max"]].to_numpy().tolist() == [
        ["no", timedelta(hours=2)],
        ["yes", timedelta(hours=1)],
    ]


# ── between two points ────────────────────────────────────────────────────────────────────────

AB = (
    ("1", "b", 0), ("1", "a", 10), ("1", "b", 30), ("1", "a", 50), ("1", "b", 190), ("1", "b", 250),
    ("2", "a", 0), ("3", "b", 0),
)  # fmt: skip


@pytest.mark.parametrize(
    ("of_source", "of_target", "natural", "working"),
    [("first", "first", 20, 20), ("first", "last", 240, 180), ("last", "first", 140, 130), ("last", "last", 200, 140)],
)
def test_first_and_last_occurrences(of_source, of_target, natural, working):
    log = log_of(*AB, columns="case_id activity timestamp")
    found = pm.time_between(log, "a", "b", calendar=OFFICE, of_source=of_source, of_target=of_target)
    assert (found.table["max"] / MINUTE).tolist() == [natural, working]
    assert (found.table["n_cases"].tolist(), found.n_without) == ([1, 1], 1)
    assert found.cases.table["case_id"].tolist() == ["1"]


def test_pauses_are_taken_off():
    log = log_of(
        ("1", "a", 0), ("1", "ask", 10), ("1", "answer", 40), ("1", "b", 60), columns="case_id activity timestamp"
    )
    pauses = [Pause.model_validate({"from": "ask", "until": "answer"})]
    found = pm.time_between(log, "a", "b", calendar=OFFICE, pauses=pauses)
    assert (found.table["max"] / MINUTE).tolist() == [60, 30]
    assert "less pauses" in found.sentence


def test_pauses_without_a_calendar_leave_natural_time_and_say_so():
    rows = (("1", "a", 0), ("1", "ask", 60), ("1", "answer", 60 * 97), ("1", "b", 60 * 195))
    log = log_of(*rows, columns="case_id activity timestamp")
    pauses = [Pause.model_validate({"from": "ask", "until": "answer"})]
    found = pm.time_between(log, "a", "b", pauses=pauses)  # 195 hours, of which it stands for 96
    assert found.table["time"].tolist() == ["natural", "paused"]
    assert (found.table["max"] / MINUTE).tolist() == [60 * 195, 60 * 99]
    assert "median 4.1 d, nine in ten up to 4.1 d (natural time, less pauses)" in found.sentence
    assert (found.cases.table["working"] / MINUTE).tolist() == [60 * 99]
    pages = found._repr_html_() + found.cases._repr_html_()
    assert "natural, less pauses" in pages
    assert "Less pauses" in pages
    assert "Working time" not in pages
    plain = pm.time_between(log, "a", "b")
    assert plain.cases.table["working"].isna().all()
    assert "median 8.1 d, nine in ten up to 8.1 d (natural time)" in plain.sentence
    always = WorkCalendar(hours={"mon-sun": "00:00-24:00"})
    assert (
        "median 195.0 h, nine in ten up to 195.0 h (working time)"
        in pm.time_between(log, "a", "b", calendar=always).sentence
    )


def test_an_activity_that_a_filter_left_out_was_not_misspelt():
    log = log_of(*AB, columns="case_id activity timestamp").filter_cases(case_id="2")
    found = pm.time_between(log, "a", "b")
    assert (len(found.table), found.n_without) == (0, 1)
    assert found.sentence == "1 case reached a, and none of them b after it."
    assert pm.time_between(log, "b", "a").sentence == "No case reached b."
    with pytest.raises(UnknownNameError, match="known: a, b"):
        pm.time_between(log, "a", "z")


def test_where_nobody_arrives_the_table_is_empty():
    backwards = log_of(("1", "b", 0), ("1", "a", 5), columns="case_id activity timestamp")
    found = pm.time_between(backwards, "a", "b")
    assert (len(found.table), found.n_without) == (0, 1)
    assert found.sentence == "1 case reached a, and none of them b after it."
    with pytest.raises(UnknownNameError, match="no activity is called 'z'"):
        pm.time_between(log_of(*AB, columns="case_id activity timestamp"), "a", "z")
