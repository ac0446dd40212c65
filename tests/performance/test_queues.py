"""Queues and bottlenecks: by hand, against counting instant by instant, and by Little's law."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_logs import frames, log_of
from test_resources import HOUR, MONDAY
from worlds import read

import procmine as pm
from procmine.core.clock.calendar import WorkCalendar
from procmine.core.log.engine import fetch
from procmine.core.text.errors import FilterError, UnknownNameError
from procmine.core.text.palette import PURPLE
from procmine.performance.ground.instances import instances
from procmine.performance.waiting.cause_records import CAUSES
from procmine.performance.waiting.lost_time_sums import tails
from procmine.samples.bundled import sample_project
from procmine.visual.maps.bottleneck_marks import marks_of

thrifty = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OFFICE = WorkCalendar(hours={"mon-fri": "09:00-18:00"})


def told(*rows, zone="UTC"):
    """A log of (case, activity, resource, enabled, start, end) in hours since Monday nine."""
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "resource", "enabled", "start", "timestamp"])
    for name in ("enabled", "start", "timestamp"):
        frame[name] = MONDAY + frame[name].astype("float64") * HOUR
    return pm.EventLog.from_pandas(frame, zone=zone, language="en")


def crowded():
    return told(
        ("1", "a", "p", 0, 1, 3), ("2", "a", "p", 0, 3, 5), ("3", "a", "q", 2, 5, 6), ("4", "a", "q", 30, 30, 31),
        ("1", "b", "q", 3, 7, 8),
    )  # fmt: skip


# ── queues ────────────────────────────────────────────────────────────────────────────────────────


def test_queues_by_hand():
    found = pm.queues(crowded())
    table = found.table.set_index("activity")
    # two wait from hour 0 to 1, one from 1 to 2, two from 2 to 3, one from 3 to 5
    assert table.loc["a", ["n", "longest", "n_resources"]].tolist() == [4, 2, 2.0]
    assert table.loc["a", "mean_wait"] == 7 / 4 * HOUR
    days = 31 / 24
    assert table.loc["a", "mean_queue"] == pytest.approx(7 / 31)
    assert table.loc["a", "mean_wip"] == pytest.approx(13 / 31)
    assert table.loc["a", "arrival_rate"] == pytest.approx(4 / days)
    assert table.loc["a", "service_rate"] == pytest.approx(24 / 1.5)  # six hours of work for four
    assert table.loc["a", "load"] == pytest.approx(6 / 31)
    parts = found.over_time.table
    a = parts[parts["activity"] == "a"][["arrivals", "taken", "longest", "queue"]].to_numpy().tolist()
    assert a == [[3, 3, 2, 0], [1, 1, 0, 0]]


def test_a_queue_lasts_over_days_in_which_nothing_happens():
    table = pm.queues(told(("1", "a", "p", 0, 80, 81))).over_time.table
    assert table["queue"].tolist() == [1, 1, 1, 0]
    assert table["longest"].tolist() == [1, 1, 1, 1]


def test_without_starts_a_queue_holds_the_work_too_and_says_so():
    result = pm.queues(pm.six_cases("en"))
    assert "Without start times" in result.sentence
    assert result.table[["service_rate", "load"]].isna().all().all()
    assert (result.table["mean_queue"] == result.table["mean_wip"]).all()


stays = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30), st.integers(0, 9)), min_size=1, max_size=9)


@thrifty
@given(stays)
def test_the_queue_is_that_of_counting_minute_by_minute(rows):
    """Arrive at `a`, wait `w`, work `k` minutes; and the law of Little holds."""
    log = told(*((str(i), "a", "p", a / 60, (a + w) / 60, (a + w + k) / 60) for i, (a, w, k) in enumerate(rows)))
    found = pm.queues(log).table.iloc[0]
    waiting = Counter(minute for a, w, _ in rows for minute in range(a, a + w))
    assert found["longest"] == max(waiting.values(), default=0)
    minutes = max(a + w + k for a, w, k in rows) - min(a for a, _, _ in rows)
    if not minutes:
        assert pd.isna(found["mean_queue"])
        return
    assert found["mean_queue"] == pytest.approx(sum(waiting.values()) / minutes, rel=1e-4)
    law = found["arrival_rate"] * (found["mean_wait"] / pd.Timedelta("1D"))
    assert found["mean_queue"] == pytest.approx(law, rel=1e-4)


@thrifty
@given(frames())
def test_what_arrives_leaves(frame):
    parts = pm.queues(log_of(frame)).over_time.table
    assert parts["arrivals"].sum() == parts["taken"].sum() == len(frame)
    assert (parts.groupby("activity")["queue"].last() == 0).all()
    before = parts.groupby("activity")["queue"].shift(fill_value=0)
    assert (before + parts["arrivals"] - parts["taken"] == parts["queue"]).all()


def test_where_all_happens_at_one_instant_there_is_no_rate():
    found = pm.queues(told(("1", "a", "p", 0, 0, 0), ("2", "a", "p", 0, 0, 0)))
    assert found.table[["arrival_rate", "mean_queue", "mean_wip", "load"]].isna().all().all()
    assert found.table[["n", "longest"]].iloc[0].tolist() == [2, 0]
    assert found.sentence.startswith("Nothing queues")
    assert "nan" not in found._repr_html_() + str(found.draw().svg)
    second = pm.queues(told(("1", "a", "p", 0, 0, 0.25 / 3600))).table  # a quarter of a second is no second
    assert second["arrival_rate"].iloc[0] == pytest.approx(4 * 86_400)


def test_an_unknown_period_is_refused():
    with pytest.raises(UnknownNameError, match="week"):
        pm.queues(pm.six_cases(), period="weeks")


# ── bottlenecks ───────────────────────────────────────────────────────────────────────────────────


def named(found):
    """The table by the name of the activity, or `source → target` of the arc."""
    table = found.table
    names = [f"{row.source} → {row.target}" if row.kind == "arc" else row.target for row in table.itertuples()]
    return table.set_axis(names)


def test_bottlenecks_by_hand():
    found = pm.bottlenecks(crowded(), limit="2 h")
    table = named(found)
    a, arc = table.loc["a"], table.loc["a → b"]
    assert table.index.tolist() == ["a", "b", "a → b"]
    assert found.table["rank"].tolist() == [1, 2, 1]
    assert [a["n"], a["n_cases"], a["lost"], a["mean"], a["median"]] == [4, 4, 7 * HOUR, 1.75 * HOUR, 2 * HOUR]
    assert [a["share"], a["waiting"], a["saved"]] == [7 / 11, 1.0, 2 * HOUR]  # one and one hour above two
    assert [arc["lost"], arc["saved"], arc["waits_for"], arc["waits_share"]] == [4 * HOUR, 2 * HOUR, "p → q", 1.0]
    assert table.loc[["a"], list(CAUSES)].sum(axis=1).tolist() == [7 * HOUR]
    assert found.cases.table[["case_id", "lost", "worst"]].iloc[0].tolist() == ["1", 5 * HOUR, "b"]


def test_a_limit_of_its_own_and_the_median():
    found = named(pm.bottlenecks(crowded(), limits={"b": "1 h"}))
    assert found.loc["a", ["limit", "saved"]].tolist() == [2 * HOUR, 2 * HOUR]
    assert (
        found.loc["b", ["limit", "saved"]].tolist()
        == found.loc["a → b", ["limit", "saved"]].tolist()
        == [HOUR, 3 * HOUR]
    )
    with pytest.raises(UnknownNameError):
        pm.bottlenecks(crowded(), limits={"c": "1 h"})
    with pytest.raises(FilterError):
        pm.bottlenecks(crowded(), limit="mean")


def test_a_calendar_ranks_by_working_time_and_shows_natural_time_beside():
    log = told(("1", "a", "p", 8, 25, 26), ("2", "b", "p", 1, 6, 7))  # 17:00 to 10:00 next day; five hours by day
    natural, working = pm.bottlenecks(log).table, pm.bottlenecks(log, calendar=OFFICE).table
    assert natural["target"].tolist() == ["a", "b"]
    assert working["target"].tolist() == ["b", "a"]
    assert working["lost_working"].tolist() == [5 * HOUR, 2 * HOUR]
    assert working["lost"].tolist() == [5 * HOUR, 17 * HOUR]
    assert working.loc[1, "unavailability"] == 15 * HOUR
    assert "unavailability" not in pm.bottlenecks(log, calendar=OFFICE).sentence
    assert pm.bottlenecks(log, calendar=OFFICE).scalars["in_working_time"]


def test_the_main_cause_is_that_of_the_hours_of_who_was_waited_for():
    """Busy with older work until half past five, overnight and for ten minutes: 40 minutes of it in the hours of x."""
    log = told(
        ("9", "other", "x", 7.5, 8, 24 + 1 / 6), ("1", "in", "d", 8, 8, 8.5), ("1", "do", "x", 8.5, 28 + 1 / 6, 29)
    )
    found = pm.bottlenecks(log, calendar=OFFICE)
    row = named(found).loc["do"]
    assert row["contention"] > row["extraneous"]  # in natural time the night weighs most
    assert (row["cause"], row["cause_share"], row["n_causes"]) == ("extraneous", pytest.approx(4 / (4 + 2 / 3)), 1)
    assert "in the hours of those who do it above all for extraneous (85.7 %)" in found.sentence
    assert "above all for contention" in pm.bottlenecks(log).sentence


def test_the_sentence_says_on_how_much_it_rests_and_whose_limit_it_is():
    log = told(
        *((f"{i}", "a", "p", 0, None, i) for i in range(1, 5)), ("5", "a", "p", 0, 3, 5), ("5", "b", "q", 5, 5, 6)
    )
    assert "(100.0 % of the 1 time of which it is known)" in pm.bottlenecks(log).sentence
    assert "its median of 3.0 h" in pm.bottlenecks(log).sentence
    assert "the limit of 60.0 min" in pm.bottlenecks(log, limits={"a": "1 h"}).sentence
    assert "its median of" in pm.bottlenecks(log, limits={"b": "1 h"}).sentence
    quick = told(*((f"{i}", "a", "p", 0, 1 / 60 if i else 5, 6) for i in range(3)))
    assert "its median of 60 s" in pm.bottlenecks(quick, calendar=OFFICE).sentence
    never = told(("1", "a", "p", 0, 0, 1), ("2", "a", "p", 1, 1, 2))
    assert pm.bottlenecks(never).sentence == "No time is lost before any activity."


def test_with_one_timestamp_what_is_lost_is_transition_time_and_has_no_causes():
    """Without concurrency and starts the arcs are those of the directly-follows graph."""
    frame = pd.DataFrame(
        [(str(i), a, MONDAY + h * HOUR) for i in range(3) for a, h in (("a", i), ("b", 5 + i), ("c", 9 + 2 * i))],
        columns=["case_id", "activity", "timestamp"],
    )
    log = pm.EventLog.from_pandas(frame, zone="UTC", language="en")
    found = pm.bottlenecks(log)
    arcs = named(found)[lambda t: t["kind"] == "arc"]
    flow = pm.directly_follows(log).table
    flow.index = flow["source"] + " → " + flow["target"]
    assert arcs["lost"].to_dict() == flow["total"].to_dict()
    assert arcs[["n", "n_cases"]].to_dict() == flow[["count", "n_cases"]].set_axis(["n", "n_cases"], axis=1).to_dict()
    assert arcs[["median", "p90"]].to_dict() == flow[["median", "p90"]].to_dict()
    assert arcs[[*CAUSES]].isna().all().all()
    assert (arcs["waits_for"].isna() | (arcs["waits_for"] == "")).all()
    assert "transition time" in found.sentence


@thrifty
@given(frames())
def test_sums_of_bottlenecks_are_those_of_the_instances(frame):
    log = log_of(frame)
    rows = fetch(instances(log))
    slow = (rows["timestamp"] - rows["enabled"]).groupby(rows["activity"]).sum()
    table = pm.bottlenecks(log).table
    activities, arcs = table[table["kind"] == "activity"], table[table["kind"] == "arc"]
    assert activities.set_index("target")["lost"].to_dict() == slow.to_dict()
    assert arcs["n"].sum() == rows["enabled_by"].notna().sum()
    assert arcs["lost"].sum() == (rows["timestamp"] - rows["enabled"])[rows["enabled_by"].notna()].sum()
    assert (arcs["saved"] <= arcs["lost"]).all()
    assert pm.bottlenecks(log).cases.table["lost"].sum() == activities["lost"].sum()


@thrifty
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10**9)), min_size=1, max_size=40))
def test_tails_are_those_of_numpy(rows):
    keys, values = (np.array(column, dtype="int64") for column in zip(*rows, strict=True))
    found = tails(keys, values)
    for name, share in {"median": 0.5, "p90": 0.9, "p95": 0.95}.items():
        expected = [np.quantile(values[keys == key], share) for key in np.unique(keys)]
        assert found[name] == pytest.approx(expected)


def test_causes_of_a_sample_world_sum_to_its_waiting():
    log = read("globaltech")
    project = pm.open_project(sample_project("globaltech"))
    table = pm.bottlenecks(log, calendar=project.calendar).table
    whole = table[(table["kind"] == "activity") & (table["waiting"] == 1.0)]
    assert len(whole) >= 8
    assert whole[[*CAUSES]].sum(axis=1).tolist() == whole["lost"].tolist()
    assert table[(table["waiting"] == 0.0)][[*CAUSES]].isna().all().all()


# ── on the map ────────────────────────────────────────────────────────────────────────────────────


def test_the_map_marks_the_first_bottlenecks_in_a_colour_of_their_own():
    log = pm.six_cases()
    found = pm.bottlenecks(log)
    marks = marks_of(found)
    arcs = found.table[found.table["kind"] == "arc"].head(5)
    assert [*marks.arcs] == list(zip(arcs["source"], arcs["target"], strict=True))
    drawn = pm.process_map(log, colour="total", bottlenecks=found)
    plain = pm.process_map(log, colour="total")
    assert drawn.svg().count(PURPLE) > 0 == plain.svg().count(PURPLE)
    assert "①" in drawn.svg()
    assert "紫色" in drawn.sentence
    assert "紫色" not in plain.sentence
    by_count = pm.process_map(log, bottlenecks=found)
    assert by_count.drawing.svg(everything=True).count(PURPLE) == 0  # how often is not how long
    assert "颜色换成一种时间，损失时间最多的路径和活动就显示为紫色" in by_count.sentence


# ── batches ───────────────────────────────────────────────────────────────────────────────────────


def test_batches_by_hand():
    log = told(
        ("1", "a", "p", 0, 5, 6), ("2", "a", "p", 2, 6, 7), ("3", "a", "p", 4, 7, 8),  # collected until hour 4
        ("4", "a", "p", 20, 20, 21), ("5", "b", "p", 1, 8, 9),
    )  # fmt: skip
    row = pm.batch_work(log).table.iloc[0]
    assert len(pm.batch_work(log).table) == 1
    assert [row["activity"], row["n"], row["n_batched"], row["n_batches"], row["largest"]] == ["a", 4, 3, 1, 3]
    assert row["collecting"] == (4 + 2 + 0) * HOUR


def test_a_filter_changes_no_batch():
    rows = (
        ("1", "a", "p", 0, 5, 6), ("2", "a", "p", 2, 6, 7), ("2", "c", "p", 8, 9, 10), ("3", "a", "p", 4, 7, 8),
        ("4", "a", "p", 20, 20, 21), ("5", "a", "p", 30, 32, 33), ("6", "a", "p", 31, 33, 34),
    )  # fmt: skip
    log = told(*rows)
    columns = ["n", "n_batched", "share", "n_batches", "mean_size", "largest", "collecting"]
    assert pm.batch_work(log).table[columns].iloc[0].tolist() == [6, 5, 5 / 6, 2, 2.5, 3, 7 * HOUR]
    alone = pm.batch_work(log.filter_throughput(min="4 h")).table  # of the two batches the second case alone is left
    assert alone[columns].iloc[0].tolist() == [1, 1, 1.0, 1, 3.0, 3, 2 * HOUR]


@pytest.mark.parametrize(
    ("world", "resource", "activity"), [("telecom", "沈红", "退费审核"), ("return_visits", "秦岚", "评分")]
)
def test_who_collects_is_who_was_made_to(world, resource, activity):
    row = pm.batch_work(read(world)).table.iloc[0]
    assert [row["resource"], row["activity"]] == [resource, activity]
    assert row["share"] > 0.5
