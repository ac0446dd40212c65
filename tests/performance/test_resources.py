"""Resources, roles, speed and the rhythm of the week: counts by hand, slow references, and what the worlds know."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_logs import frames, log_of
from worlds import read

import procmine as pm
from procmine.core.clock.calendar import WorkCalendar
from procmine.core.text.errors import FilterError, MissingDataError, UnknownNameError
from procmine.performance.ground.pseudonyms import aliases
from procmine.performance.people.profiles import average_linkage

thrifty = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOUR, MINUTE = pd.Timedelta("1h"), pd.Timedelta("1min")
MONDAY = pd.Timestamp("2026-03-02 09:00")


def worked(*rows, zone="UTC", **more):
    """A log of (case, activity, resource, start, end) in hours since Monday nine; a start may be None."""
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "resource", "start", "timestamp"])
    for name in ("start", "timestamp"):
        frame[name] = MONDAY + frame[name].astype("float64") * HOUR
    return pm.EventLog.from_pandas(frame.assign(**more), zone=zone, language="en")


# ── busy and multitasking ─────────────────────────────────────────────────────────────────────────


def test_busy_is_the_time_with_anything_open_and_multitasking_the_share_with_two():
    log = worked(
        ("1", "a", "p", 0, 4), ("2", "a", "p", 2, 6), ("3", "b", "p", 3, 4), ("4", "a", "p", 8, 9),  # 0–6 and 8–9, double 2–4
        ("5", "a", "q", 0, 1), ("6", "a", "q", 1, 2),  # one after the other
        ("7", "b", "q", None, 5), ("8", "b", "q", 7, 6),  # no start; over before it began
        ("9", "a", "r", None, 3),
    )  # fmt: skip
    table = pm.resources(log).table.set_index("resource")
    assert table["busy"].fillna(pd.Timedelta(0)).to_dict() == {"p": 7 * HOUR, "q": 2 * HOUR, "r": pd.Timedelta(0)}
    assert table["multitasking"].fillna(-1).to_dict() == {"p": 2 / 7, "q": 0.0, "r": -1}
    assert table[["n_events", "n_cases", "main_activity"]].loc["p"].tolist() == [4, 4, "a"]


intervals = st.lists(st.tuples(st.sampled_from("pq"), st.integers(0, 30), st.integers(0, 10)), min_size=1, max_size=12)


@thrifty
@given(intervals)
def test_multitasking_is_that_of_counting_minute_by_minute(spans):
    log = worked(
        *((f"C{i}", "a", who, begin / 60, (begin + length) / 60) for i, (who, begin, length) in enumerate(spans))
    )
    table = pm.resources(log).table.set_index("resource")
    for who in {span[0] for span in spans}:
        open_at = Counter(
            minute for one, begin, length in spans if one == who for minute in range(begin, begin + length)
        )
        assert table.loc[who, "busy"].round("s") == len(open_at) * MINUTE
        if open_at:
            double = sum(n > 1 for n in open_at.values()) / len(open_at)
            assert table.loc[who, "multitasking"] == pytest.approx(double, abs=1e-6)


def test_without_starts_busy_time_stays_empty_and_the_sentence_says_so():
    result = pm.resources(pm.six_cases("en"))
    assert result.table["busy"].isna().all()
    assert "Without start times" in result.sentence


def test_events_of_nobody_are_nobodys():
    log = worked(("1", "a", "p", 0, 1), ("1", "b", None, 1, 2))
    assert pm.resources(log).table[["resource", "n_events", "share"]].iloc[0].tolist() == ["p", 1, 1.0]
    assert pm.workload(log).table["n_events"].sum() == pm.activity_profile(log).table["n_events"].sum() == 1
    for analysis in (pm.resources, pm.activity_profile, pm.mined_roles):
        assert "Left out, as no resource is named: 1 of 2 events." in analysis(log).sentence
        assert "no resource" not in analysis(worked(("1", "a", "p", 0, 1))).sentence
    others = log.filter_activities(keep=["b"])
    assert pm.resources(others).sentence.strip() == "Left out, as no resource is named: 1 of 1 event."


@thrifty
@given(frames())
def test_counts_of_resources_add_up(frame):
    log = log_of(frame)
    n = len(frame)
    assert pm.resources(log).table["n_events"].sum() == n
    assert pm.activity_profile(log).table.groupby("resource")["share"].sum().to_numpy() == pytest.approx(1.0)
    weekly = pm.workload(log, period="week").table
    start = frame["timestamp"] - pd.to_timedelta(frame["timestamp"].dt.day_of_week, unit="D")
    slow = frame.groupby(["resource", start.dt.normalize()]).size()
    assert {(r.resource, r.period): r.n_events for r in weekly.itertuples()} == slow.to_dict()


@pytest.mark.parametrize("analysis", [pm.resources, pm.workload, pm.activity_profile, pm.mined_roles, pm.speed])
def test_a_log_without_resources_is_refused_with_the_column_to_map(analysis):
    frame = pd.DataFrame({"case_id": ["1"], "activity": ["a"], "timestamp": [MONDAY]})
    with pytest.raises(MissingDataError, match="resource"):
        analysis(pm.EventLog.from_pandas(frame, zone="UTC"))


def test_unknown_choices_name_the_known_ones():
    log = pm.six_cases()
    for call in (
        lambda: pm.workload(log, period="year"),
        lambda: pm.speed(log, measure="pace"),
        lambda: pm.week_rhythm(log, events="ends"),
    ):
        with pytest.raises(UnknownNameError):
            call()
    with pytest.raises(MissingDataError, match="enabled"):
        pm.week_rhythm(log, events="arrivals")
    with pytest.raises(FilterError, match="between 0 and 1"):
        pm.mined_roles(log, similarity=0)


# ── pseudonyms ────────────────────────────────────────────────────────────────────────────────────


def test_pseudonyms_are_the_same_every_time_and_depend_on_the_key():
    names = [f"name{i}" for i in range(12)]
    assert aliases(names)["name10"] == "R03"
    one, other = aliases(names, "secret"), aliases(names, "another")
    assert one == aliases(names[::-1], "secret") != other
    assert sorted(one.values()) == sorted(other.values())


@pytest.mark.parametrize("analysis", [pm.resources, pm.workload, pm.activity_profile, pm.mined_roles, pm.speed])
def test_with_pseudonyms_no_name_is_left_and_no_number_changes(analysis):
    log = pm.six_cases()
    named, hidden = analysis(log).table, analysis(log, pseudonyms=True).table
    assert not set(named["resource"]) & set(hidden["resource"])
    numbers = named.select_dtypes("number").columns
    pd.testing.assert_frame_equal(named[numbers], hidden[numbers])


def test_a_pseudonymized_log_hides_names_from_every_analysis():
    log = pm.pseudonymized(pm.six_cases(), key="k")
    assert set(pm.handovers(log).table["source"]) <= {f"R{i}" for i in range(1, 6)}
    assert list(log.all_events.columns) == list(pm.six_cases().all_events.columns)
    assert pm.handovers(log).rate == pm.handovers(pm.six_cases()).rate


def test_with_pseudonyms_everybody_keeps_their_own_hours():
    shifts = WorkCalendar.model_validate(
        {"hours": {"mon-fri": "09:00-18:00"}, "resources": {"q": {"hours": {"mon-fri": "12:00-20:00"}}}}
    )
    late = [(f"{who}{day}", "a", 9 + 24 * day, 12 + 24 * day, who) for day in range(4) for who in "pq"]
    rows = [(case, a, MONDAY + begin * HOUR, MONDAY + end * HOUR, who) for case, a, begin, end, who in late]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "start", "timestamp", "resource"])
    log = pm.EventLog.from_pandas(frame, zone="UTC")
    assert pm.speed(log, calendar=shifts).table["median"].tolist() == [0 * HOUR, 2 * HOUR]
    assert pm.speed(log, calendar=shifts, pseudonyms=True).table["median"].tolist() == [0 * HOUR, 2 * HOUR]
    twice = pm.pseudonymized(pm.pseudonymized(log, key="k"))
    assert pm.waiting_causes(twice, calendar=shifts).scalars == pm.waiting_causes(log, calendar=shifts).scalars
    assert dict(twice.real_names) == {alias: {"p": "p", "q": "q"}[name] for alias, name in twice.real_names.items()}


def test_hours_that_nobody_has_in_common_are_no_calendar():
    """One event a week, five hours later each week: no hour comes often enough."""
    rows = [
        (f"c{week}", "a", pd.Timestamp("2025-01-06 00:20") + pd.Timedelta(weeks=week, hours=5 * week), f"p{week % 2}")
        for week in range(30)
    ]
    log = pm.EventLog.from_pandas(
        pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"]), zone="UTC", language="en"
    )
    found = pm.availability(log)
    assert found.table.empty
    assert found.calendar is None
    begun = log.to_pandas().drop(columns="position").assign(start=lambda frame: frame["timestamp"])
    again = pm.EventLog.from_pandas(begun, zone="UTC", language="en")
    assert "No working calendar was given" in pm.waiting_causes(again, calendar="discovered").sentence
    assert "discovered" not in pm.waiting_causes(again, calendar="discovered").sentence


# ── roles ─────────────────────────────────────────────────────────────────────────────────────────


@thrifty
@given(st.integers(2, 9), st.integers(0, 10_000), st.sampled_from([0.3, 0.5, 0.7, 0.9]))
def test_clusters_are_those_of_scipy(n, seed, least):
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    points = np.random.default_rng(seed).random((n, 4))
    units = points / np.linalg.norm(points, axis=1, keepdims=True)
    similarity = units @ units.T
    distance = np.clip(1 - similarity, 0, None)
    np.fill_diagonal(distance, 0)
    theirs = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - least, "distance")
    ours = average_linkage(similarity, least)
    assert {(a, b) for a, b in zip(*np.nonzero(ours[:, None] == ours), strict=True)} == {
        (a, b) for a, b in zip(*np.nonzero(theirs[:, None] == theirs), strict=True)
    }


@pytest.mark.parametrize(("world", "apart"), [("globaltech", {"法务", "销售总监"}), ("return_visits", set())])
def test_mined_roles_are_the_true_ones(world, apart):
    """People of one role stand together; two roles that do the same activity in the records cannot be told apart."""
    log = read(world)
    events = log.to_pandas().dropna(subset=["role"])
    true = events.groupby("resource")["role"].first()
    mined = pm.mined_roles(log).table.set_index("resource")["role"].reindex(true.index)
    together = mined.groupby(true).nunique()
    assert together.eq(1).all()
    merged = true.groupby(mined).agg(frozenset)
    assert {roles for roles in merged if len(roles) > 1} == ({frozenset(apart)} if apart else set())


# ── speed ─────────────────────────────────────────────────────────────────────────────────────────


def test_speed_shows_quartiles_and_only_what_several_do():
    rows = [(f"p{i}", "a", "p", 0, minutes / 60) for i, minutes in enumerate(range(10, 111, 10))]  # 10 … 110 minutes
    rows += [(f"q{i}", "a", "q", 0, 2) for i in range(3)] + [("x", "b", "p", 0, 1)]
    result = pm.speed(worked(*rows))
    table = result.table.set_index("resource")
    assert result.measure == "processing"
    assert table["activity"].tolist() == ["a", "a"]
    wanted = [11, False, *(minutes * MINUTE for minutes in (20, 35, 60, 85, 100))]
    assert table.loc["p", ["n", "is_small", "p10", "q1", "median", "q3", "p90"]].tolist() == wanted
    assert table.loc["q", ["n", "is_small", "median"]].tolist() == [3, True, 2 * HOUR]
    assert result.n_apart == 0  # one of the two is small
    assert result.n_compared == 0
    assert "of 1 activity that several do, none is done at least 10 times by two" in result.sentence
    assert "day to day" not in result.sentence


def test_only_activities_that_two_do_often_enough_are_said_to_differ_or_not():
    often = [(f"{what}{who}{i}", what, who, 0, h + i / 100) for what, who, h in (("a", "p", 1), ("a", "q", 5), ("b", "p", 1), ("b", "q", 1)) for i in range(10)]  # fmt: skip
    seldom = [(f"c{who}{i}", "c", who, 0, hours) for who, hours in (("p", 1), ("q", 100)) for i in range(5)]
    result = pm.speed(worked(*often, *seldom))
    assert (result.n_compared, result.n_apart) == (2, 1)
    assert (
        "of 3 activities that several do, 2 are done at least 10 times by two of them, enough to compare: in 1 of these "
        "the middle halves of two do not overlap; in the others people differ less" in result.sentence
    )
    assert "in the others" not in pm.speed(worked(*often[:20], *seldom)).sentence


def test_two_people_differ_when_their_middle_halves_do_not_overlap():
    rows = [(f"{who}{i}", "a", who, 0, hours + i / 100) for who, hours in (("p", 1), ("q", 5)) for i in range(12)]
    assert pm.speed(worked(*rows)).n_apart == 1


def test_speed_in_working_time_leaves_out_the_night():
    rows = [(f"{who}{i}", "a", who, 8, 25) for who in "pq" for i in range(2)]  # 17:00 to 10:00 next day
    log = worked(*rows)
    office = WorkCalendar(hours={"mon-fri": "09:00-18:00"})
    assert pm.speed(log).table["median"].tolist() == [17 * HOUR] * 2
    assert pm.speed(log, calendar=office).table["median"].tolist() == [2 * HOUR] * 2
    assert "working time" in pm.speed(log, calendar=office).sentence


def test_speed_is_measured_in_the_hours_of_the_one_who_works():
    rows = [(f"{who}{i}", "a", who, 9, 12) for who in "pq" for i in range(2)]  # 18:00 to 21:00
    calendar = WorkCalendar.model_validate(
        {"hours": {"mon-fri": "09:00-18:00"}, "resources": {"q": {"hours": {"mon-fri": "12:00-20:00"}}}}
    )
    assert pm.speed(worked(*rows), calendar=calendar).table["median"].tolist() == [0 * HOUR, 2 * HOUR]


def test_what_systems_do_is_not_compared_with_people():
    rows = [("1", "a", "p", 0, 1), ("2", "a", "bot", 0, 0), ("3", "a", "q", 0, 2)]
    log = worked(*rows, is_system=[False, True, False])
    assert pm.speed(log).table["resource"].tolist() == ["p", "q"]


def test_without_starts_speed_falls_back_and_says_so_and_refuses_when_asked_for_more():
    log = pm.six_cases("en")
    assert pm.speed(log).measure == "transition"
    assert pm.speed(log).sentence.startswith("Transition time")
    with pytest.raises(MissingDataError, match="start"):
        pm.speed(log, measure="processing")


# ── the week ──────────────────────────────────────────────────────────────────────────────────────


def test_hours_are_local_also_where_clocks_change():
    times = pd.to_datetime(["2026-03-28 23:30", "2026-03-29 00:30", "2026-03-29 01:30", "2026-10-25 00:30"], utc=True)
    frame = pd.DataFrame({"case_id": list("1234"), "activity": "a", "timestamp": times})
    table = pm.week_rhythm(pm.EventLog.from_pandas(frame, zone="Europe/Amsterdam")).table
    some = table[table["n_events"] > 0]
    assert {(r.weekday, r.hour): r.n_events for r in some.itertuples()} == {
        ("sun", 0): 1,
        ("sun", 1): 1,
        ("sun", 3): 1,
        ("sun", 2): 1,
    }
    assert len(table) == 168


def test_where_no_event_has_a_start_no_hour_is_the_fullest():
    log = worked(("1", "a", "p", None, 1), ("2", "a", "p", 0, 1)).filter_cases(case_id="1")
    found = pm.week_rhythm(log, events="starts")
    assert (len(found.table), found.table["n_events"].sum()) == (168, 0)
    assert found.sentence == "It is not known of any event when it was started."


@thrifty
@given(frames())
def test_the_rhythm_is_that_of_pandas(frame):
    table = pm.week_rhythm(log_of(frame)).table
    slow = Counter(zip(frame["timestamp"].dt.day_of_week, frame["timestamp"].dt.hour, strict=True))
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert {(days.index(r.weekday), r.hour): r.n_events for r in table.itertuples() if r.n_events} == dict(slow)
