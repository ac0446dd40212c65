"""Rework and movement: counts by hand, slow references on random logs, pm4py, and what was planted."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter, defaultdict

import pandas as pd
import pytest
from conftest import real_log
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_logs import ACTIVITIES, frames, log_of, pm4py_frame, quietly
from test_planted import RECORD_FAULTS
from worlds import read, simulated

import procmine as pm
from procmine.core.clock.calendar import WorkCalendar
from procmine.core.text.errors import MissingDataError, UnknownNameError

thrifty = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOUR = pd.Timedelta("1h")
OFFICE = WorkCalendar(hours={"mon-fri": "09:00-18:00"})


def made(*cases, **columns):
    """A log of cases written as rows (activity, hours since Monday nine, resource, …)."""
    names = ["activity", "hours", "resource", *columns]
    rows = [(f"C{number}", *row) for number, case in enumerate(cases, 1) for row in case]
    frame = pd.DataFrame(rows, columns=["case_id", *names][: len(rows[0])])
    frame["timestamp"] = pd.Timestamp("2026-03-02 09:00") + frame.pop("hours") * HOUR
    return pm.EventLog.from_pandas(frame.assign(**columns), zone="UTC", language="en")


def walk(letters, step=1):
    """A case of one event an hour, each by the resource of the same letter."""
    return [(letter, place * step, letter.lower()) for place, letter in enumerate(letters)]


def rows(table):
    return [list(row) for row in table.itertuples(index=False, name=None)]


def cases_of(log):
    """Case → its events in order: (activity, resource, timestamp)."""
    found = defaultdict(list)
    for row in log.to_pandas().itertuples():
        found[row.case_id].append((row.activity, row.resource, row.timestamp))
    return found


# ── self-loops ────────────────────────────────────────────────────────────────────────────────────


def test_a_self_loop_is_a_repeat_by_the_same_and_a_redo_by_another():
    log = made([("A", 0, "p"), ("A", 2, "p"), ("A", 5, "q"), ("A", 9, None), ("B", 10, "q")])
    found = pm.self_loops(log, calendar=OFFICE).table
    assert rows(found.drop(columns="working")) == [["A", 3, 1, 1, 1, 1, 9 * HOUR]]
    assert found["working"].tolist() == [9 * HOUR]


@thrifty
@given(frames())
def test_self_loops_are_those_of_the_slow_definition(frame):
    log = log_of(frame)
    slow = defaultdict(lambda: [0, 0, 0, set(), pd.Timedelta(0)])
    for case, events in cases_of(log).items():
        for (a, who, then), (b, other, now) in itertools.pairwise(events):
            if a == b:
                row = slow[a]
                row[0], row[1], row[2], row[4] = (
                    row[0] + 1,
                    row[1] + (who == other),
                    row[2] + (who != other),
                    row[4] + now - then,
                )
                row[3].add(case)
    table = pm.self_loops(log).table.set_index("activity")
    found = table[["n", "n_repeats", "n_redos", "n_cases", "time"]].T.to_dict("list")
    assert found == {a: [n, same, other, len(cases), time] for a, (n, same, other, cases, time) in slow.items()}
    rework = pm.rework(log).table.set_index("activity")["n_self_loops"]
    assert table["n"].to_dict() == {a: n for a, n in rework.items() if n}


def test_without_resources_self_loops_are_refused_and_the_hint_names_the_column():
    log = made([("A", 0), ("A", 1)])
    with pytest.raises(MissingDataError, match="resource"):
        pm.self_loops(log)
    assert pm.rework(log).table["n_self_loops"].tolist() == [1]


# ── rework and its time ───────────────────────────────────────────────────────────────────────────


def test_the_time_of_rework_counts_overlapping_spans_of_a_case_once():
    log = made(walk("ABABC"), walk("AACDC"), walk("ABC"))
    found = pm.rework(log)
    assert rows(found.table[["activity", "time"]]) == [["A", 3 * HOUR], ["B", 2 * HOUR], ["C", 2 * HOUR]]
    assert rows(found.cases.table[["case_id", "n", "time"]]) == [["C1", 2, 3 * HOUR], ["C2", 2, 3 * HOUR]]


@thrifty
@given(frames())
def test_the_time_of_rework_is_that_of_the_slow_definition(frame):
    log = log_of(frame)
    by_activity, by_case = defaultdict(lambda: pd.Timedelta(0)), {}
    for case, events in cases_of(log).items():
        spans = {}
        for place, (activity, _, _) in enumerate(events):
            spans.setdefault(activity, [place, place])[1] = place
        for activity, (first, last) in spans.items():
            by_activity[activity] += events[last][2] - events[first][2] if last > first else pd.Timedelta(0)
        inside = {place for first, last in spans.values() for place in range(first + 1, last + 1)}
        if inside:
            by_case[case] = sum((events[place][2] - events[place - 1][2] for place in inside), pd.Timedelta(0))
    found = pm.rework(log)
    table = found.table.set_index("activity")["time"].to_dict()
    assert table == {activity: time for activity, time in by_activity.items() if time}
    assert found.cases.table.set_index("case_id")["time"].to_dict() == by_case


# ── countersigning ────────────────────────────────────────────────────────────────────────────────


def test_signatures_in_a_row_are_one_execution_and_a_second_round_is_rework():
    log = made(
        [("A", 0, "p"), ("A", 2, "q"), ("B", 3, "p"), ("A", 5, "p"), ("A", 9, "q")],
        [("A", 0, "p"), ("A", 1, "q"), ("B", 2, "p"), ("B", 3, "p")],
        [("A", 0, "p"), ("A", 1, "q")],
    )
    assert pm.self_loops(log).usual == ("A",)
    assert "countersign: [A]" in pm.self_loops(log).sentence
    signed = dataclasses.replace(log, countersigned=frozenset({"A"}))
    rework, loops = pm.rework(signed), pm.self_loops(signed)
    assert rows(rework.table.drop(columns=["share", "working"])) == [["A", 1, 0, 1, 5 * HOUR], ["B", 1, 1, 0, HOUR]]
    assert rows(rework.cases.table[["case_id", "n", "time"]]) == [["C1", 1, 5 * HOUR], ["C2", 1, HOUR]]
    assert rows(loops.table[["activity", "n", "n_repeats", "n_redos"]]) == [["B", 1, 1, 0]]
    assert loops.usual == ()
    assert "countersign:" not in loops.sentence
    assert all("Signatures in a row of A (countersigned) count once." in found.sentence for found in (rework, loops))
    (kpi,) = pm.evaluate_kpis(signed, [pm.Kpi(name="rework", measure="rework_rate")]).table["value"]
    assert kpi == pytest.approx(2 / 3)


@thrifty
@given(frames(), st.sets(st.sampled_from(ACTIVITIES)))
def test_countersigned_activities_count_as_if_only_the_first_of_a_run_had_signed(frame, names):
    log = log_of(frame)
    events = log.to_pandas()
    again = (events[["case_id", "activity"]] == events[["case_id", "activity"]].shift()).all(axis=1)
    alone = log_of(events[~(again & events["activity"].isin(names))][list(frame.columns)])
    signed = dataclasses.replace(log, countersigned=frozenset(names))
    assert pm.rework(signed).table.equals(pm.rework(alone).table)
    assert pm.rework(signed).cases.table.equals(pm.rework(alone).cases.table)
    kpi = [pm.Kpi(name="rework", measure="rework_rate")]
    assert pm.evaluate_kpis(signed, kpi).table["value"].equals(pm.evaluate_kpis(alone, kpi).table["value"])
    loops = pm.self_loops(log).table
    assert pm.self_loops(signed).table.equals(loops[~loops["activity"].isin(names)].reset_index(drop=True))


@thrifty
@given(frames())
def test_working_time_beside_natural_time_is_that_of_each_occurrence(frame):
    from datetime import datetime

    from procmine.core.clock.workclock import WorkClock

    log = log_of(frame)
    clock = WorkClock.over(OFFICE, "Asia/Shanghai", datetime(2026, 3, 1), datetime(2026, 6, 1))
    everything = [
        pm.self_loops(log, calendar=OFFICE),
        pm.ping_pong(log, calendar=OFFICE),
        pm.handovers(log, calendar=OFFICE),
    ]
    for result in [*everything, pm.returns(log, order=ACTIVITIES, calendar=OFFICE)]:
        found = result.found
        ends = found["end"].where(found["end"] > 0, found["begin"])
        assert found["working"].tolist() == clock.between(found["begin"].to_numpy(), ends.to_numpy()).tolist()
        assert result.table["working"].sum() == pd.Timedelta(int(found.loc[found["n"] > 0, "working"].sum()), "us")


# ── ping-pong ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("ABA", []),
        ("ABAB", [("A", "B", 3, 3)]),
        ("ABABA", [("A", "B", 4, 4)]),
        ("AABBAABB", [("A", "B", 3, 5)]),  # equal ones in a row are one; from the last first A to the first last B
        ("ABABCBCB", [("A", "B", 3, 3), ("B", "C", 4, 4)]),  # a B belongs to both
        ("BABAXCDCD", [("A", "B", 3, 3), ("C", "D", 3, 3)]),
        ("ABCABC", []),
        ("A", []),
    ],
)
def test_ping_pong_by_hand(path, expected):
    found = pm.ping_pong(made(walk(path)))
    told = rows(found.table.sort_values(["one", "other"])[["one", "other", "n_turns", "time"]])
    assert told == [[one, other, turns, time * HOUR] for one, other, turns, time in expected]


def test_a_resource_that_is_not_known_ends_a_rally():
    case = [("x", place, who) for place, who in enumerate(["p", "q", "p", None, "q", "p", "q", "p"])]
    found = pm.ping_pong(made(case), by="resource").table
    assert rows(found[["one", "other", "n", "n_turns"]]) == [["p", "q", 1, 3]]


def rallies(values):
    """The slow definition: grow each alternation as far as it goes."""
    blocks = [value for value, _ in itertools.groupby(values)]
    found, place = [], 0
    while place < len(blocks) - 1:
        one, other, end = blocks[place], blocks[place + 1], place + 1
        while end + 1 < len(blocks) and blocks[end + 1] == (one if blocks[end] == other else other):
            end += 1
        if end - place + 1 >= 4:
            found.append((*sorted((one, other), key=str), end - place))
        place = end
    return found


@thrifty
@given(
    st.lists(st.text("AB", min_size=1, max_size=12) | st.text("ABC", min_size=1, max_size=14), min_size=1, max_size=6)
)
def test_rallies_are_those_of_the_slow_definition(paths):
    found = pm.ping_pong(made(*(walk(path) for path in paths))).found
    told = Counter(zip(found["case"], found["one"], found["other"], found["n_turns"], strict=True))
    assert sorted((*key[1:], n) for key, n in told.items()) == sorted(
        (*rally, n) for path in paths for rally, n in Counter(rallies(path)).items()
    )


def sound_cases(world):
    """Cases whose records are complete and in order."""
    spoilt = {case for fault in world.truth.faults.values() if fault.kind in RECORD_FAULTS for case in fault.cases}
    return {case.id for case in world.cases if all(work.end is not None for work in case.works)} - spoilt


@pytest.mark.parametrize(
    ("name", "fault", "subject"),
    [
        ("globaltech", "solution_ping_pong", "解决方案提供 ⇄ 退回修改"),
        ("return_visits", "summary_ping_pong", "回访总结 ⇄ 评分"),
    ],
)
def test_the_ping_pong_that_was_planted_is_found(name, fault, subject):
    world = simulated(name)
    cases = pm.ping_pong(read(name)).cases.table
    found = set(cases.loc[cases["subject"] == subject, "case_id"])
    planted, sound = set(world.truth.faults[fault].cases), sound_cases(world)
    assert found & sound == planted & sound
    assert len(planted & sound) >= 20


def test_groups_that_hand_it_to_and_fro_are_those_of_the_true_paths():
    """Where a case was handed over only once and came back there is no ping-pong yet."""
    world, log = simulated("telecom"), read("telecom")
    sound = sound_cases(world)
    cases = pm.ping_pong(log, by="group").cases.table
    found = set(cases.loc[cases["subject"] == "网络组 ⇄ 计费组", "case_id"])
    group_of = log.to_pandas().dropna(subset=["group"]).groupby("resource")["group"].first().to_dict()
    true = {
        case.id
        for case in world.cases
        if case.id in sound
        and any(
            {"网络组", "计费组"} == {one, other}
            for one, other, _ in rallies([group_of.get(work.worker) for work in case.works])
        )
    }
    assert true
    assert found & sound == true
    assert true <= set(world.truth.faults["ping_pong"].cases)


def test_an_unknown_basis_is_refused():
    with pytest.raises(UnknownNameError, match="activity"):
        pm.ping_pong(pm.six_cases(), by="activities")
    with pytest.raises(UnknownNameError):
        pm.handovers(pm.six_cases(), by="activity")
    with pytest.raises(MissingDataError, match="group"):
        pm.ping_pong(pm.six_cases(), by="group")


# ── handovers ─────────────────────────────────────────────────────────────────────────────────────


def test_handovers_by_hand():
    log = made(
        [("a", 0, "p"), ("b", 1, "p"), ("c", 3, "q"), ("d", 4, None), ("e", 9, "p")], [("a", 0, "p"), ("b", 5, "q")]
    )
    found = pm.handovers(log)
    assert rows(found.table.drop(columns="working")) == [["p", "q", 2, 2, 3.5 * HOUR, 7 * HOUR]]
    assert (found.n_handovers, found.n_transitions, found.n_unknown, found.rate) == (2, 3, 2, 2 / 3)
    assert rows(found.cases.table[["case_id", "n", "n_transitions", "time"]]) == [
        ["C2", 1, 1, 5 * HOUR],
        ["C1", 1, 2, 2 * HOUR],
    ]


@pytest.fixture(scope="module")
def pm4py():
    with quietly():
        import pm4py

        return pm4py


def compare_with_pm4py(log, pm4py):
    """pm4py tells shares of all transitions, those that stay with a resource included; it fails where there is none."""
    if log.n_events == log.n_cases:
        return
    frame = pm4py_frame(log).assign(**{"org:resource": log.to_pandas()["resource"].astype(object)})
    with quietly():
        network = pm4py.discover_handover_of_work_network(frame).connections
    found = pm.handovers(log)
    ours = {(r.source, r.target): r.n / found.n_transitions for r in found.table.itertuples()}
    theirs = {pair: share for pair, share in network.items() if pair[0] != pair[1]}
    assert ours == pytest.approx(theirs)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(frame=frames())
def test_pm4py_finds_the_same_handovers_in_random_logs(frame, pm4py):
    compare_with_pm4py(log_of(frame), pm4py)


@pytest.mark.parametrize("name", ["running_example", "helpdesk"])
def test_pm4py_finds_the_same_handovers_in_real_logs(name, pm4py):
    compare_with_pm4py(real_log(name), pm4py)


# ── returns and reassignments ─────────────────────────────────────────────────────────────────────


def classed(*cases):
    classes = [row[3] for case in cases for row in case]
    return made(*([row[:3] for row in case] for case in cases), action_class=classes)


def test_a_return_costs_the_time_until_the_one_who_returned_is_through_again():
    log = classed(
        [
            ("apply", 0, "p", "submit"),
            ("check", 2, "q", "return"),
            ("apply", 5, "p", "submit"),
            ("check", 9, "q", "approve"),
        ],
        [("apply", 0, "p", "submit"), ("check", 1, "q", "return")],
    )
    found = pm.returns(log)
    assert rows(found.table.drop(columns="working")) == [
        ["check", "", 1, 1, 0 * HOUR],
        ["check", "apply", 1, 1, 7 * HOUR],
    ]
    assert "(no further)" in found._repr_html_()


def test_with_an_order_a_return_is_an_arc_back_until_the_case_is_as_far_again():
    log = made(walk("ABCBAXCD"), walk("ABCA"))
    found = pm.returns(log, order="ABCD")
    assert rows(found.table.drop(columns="working")) == [
        ["B", "A", 1, 1, 3 * HOUR],  # at C it is past B again
        ["C", "A", 1, 1, 0 * HOUR],  # never there again
        ["C", "B", 1, 1, 4 * HOUR],
    ]


@thrifty
@given(frames())
def test_arcs_back_are_those_of_the_slow_definition(frame):
    log = log_of(frame)
    slow = defaultdict(lambda: [0, pd.Timedelta(0)])
    for events in cases_of(log).values():
        ranks = [ACTIVITIES.index(activity) for activity, _, _ in events]
        for place in range(1, len(events)):
            if ranks[place] < ranks[place - 1]:
                there = next((i for i in range(place + 1, len(events)) if ranks[i] >= ranks[place - 1]), None)
                row = slow[events[place - 1][0], events[place][0]]
                row[0] += 1
                row[1] += events[there][2] - events[place - 1][2] if there is not None else pd.Timedelta(0)
    found = pm.returns(log, order=ACTIVITIES).table.set_index(["source", "target"])
    assert found[["n", "time"]].T.to_dict("list") == dict(slow)


def test_the_returns_of_a_sample_world_are_its_events_of_that_class():
    log = read("return_visits")
    frame = log.to_pandas()
    assert pm.returns(log).table["n"].sum() == (frame["action_class"] == "return").sum() > 50


def test_a_reassignment_costs_the_time_since_the_event_before():
    log = classed(
        [("a", 0, "p", "submit"), ("b", 3, "q", "transfer"), ("b", 4, "r", "transfer"), ("b", 9, "s", "approve")]
    )
    found = pm.reassignments(log)
    assert rows(found.table.drop(columns="working")) == [
        ["q", "r", 1, 1, 3 * HOUR],
        ["r", "s", 1, 1, 1 * HOUR],
    ]
    assert rows(found.cases.table[["case_id", "subject", "n"]]) == [["C1", "q → r", 1], ["C1", "r → s", 1]]


def test_returns_that_overlap_cost_their_time_once_in_all():
    found = pm.returns(made(walk("DCBAD"), walk("ABA")), order="ABCD", calendar=OFFICE)
    assert rows(found.table[["source", "target", "time"]]) == [
        ["B", "A", 2 * HOUR],  # of the second case, never at B again, none
        ["C", "B", 3 * HOUR],
        ["D", "C", 4 * HOUR],
    ]
    assert "4 returns in 2 cases" in found.sentence
    assert "It takes 4.0 h of working time in all (4.0 h natural)." in found.sentence
    assert "rows do not add up" in found._repr_html_()


@thrifty
@given(frames())
def test_the_time_of_returns_in_all_is_that_of_counting_each_minute_once(frame):
    found = pm.returns(log_of(frame), order=ACTIVITIES)
    spans = [(row.case, row.begin, row.begin + row.time) for row in found.found.itertuples()]
    edges = sorted({edge for _, begin, end in spans for edge in (begin, end)})
    slow = sum(
        end - begin
        for case in {span[0] for span in spans}
        for begin, end in itertools.pairwise(edges)
        if any(case == one and since <= begin and end <= until for one, since, until in spans)
    )
    assert found.spent.natural == slow


def test_events_without_a_class_are_counted_where_a_return_among_them_would_not_be_seen():
    case = [("a", 0, "p", "submit"), ("b", 1, "q", "approve"), ("c", 2, "p", None)]
    one, none = classed(case), "Nothing is returned."
    assert pm.returns(one).sentence == (
        "No event of known action class is a return. 1 of 3 events have no action class: a return among them is not seen."
    )
    assert pm.returns(classed(case[:2], [("a", 0, "p", "approve")])).sentence == none
    assert pm.returns(classed(case[:2], [("a", 0, "p", "approve")]).filter_throughput(min="9 days")).sentence == none
    seen = classed([("a", 0, "p", None), ("b", 1, "q", "return"), ("c", 2, "p", None)])
    assert pm.returns(seen).scalars == {"n_unclassed": 2}
    assert "2 of 3 events have no action class" in pm.returns(seen).sentence


def test_where_most_events_have_no_class_it_cannot_be_known_whether_any_is_a_return():
    log = classed([("a", 0, "p", "submit"), ("退回修改", 1, "q", None), ("a", 2, "p", None)])
    for analysis in (pm.returns, pm.reassignments):
        with pytest.raises(MissingDataError, match="2 of 3 events have no value in it"):
            analysis(log)
    with pytest.raises(MissingDataError, match="order="):
        pm.returns(read("globaltech"))  # only the approvals of this world have classes
    assert pm.returns(log, order=["a", "退回修改"]).table["n"].tolist() == [1]


def test_an_order_of_other_activities_cannot_tell_that_nothing_is_returned():
    log = made(walk("ABA"))
    assert pm.returns(log, order=["A", "B", "C"]).table["n"].tolist() == [1]
    with pytest.raises(UnknownNameError, match="no activity is called 'X'"):
        pm.returns(log, order=["X", "Y"])


def test_a_transfer_by_somebody_or_to_somebody_unknown_is_a_transfer():
    log = classed(
        [("a", 0, "p", "submit"), ("b", 1, None, "transfer"), ("b", 3, "q", "transfer"), ("b", 6, None, "transfer")]
    )
    found = pm.reassignments(log)
    assert rows(found.table.drop(columns="working")) == [
        ["?", "", 1, 1, 3 * HOUR],
        ["?", "q", 1, 1, 1 * HOUR],
        ["q", "?", 1, 1, 2 * HOUR],
    ]
    assert "3 reassignments in 1 case, most often from (unknown) to (no further)" in found.sentence


def test_without_classes_and_order_returns_are_refused():
    with pytest.raises(MissingDataError, match="action_class"):
        pm.returns(pm.six_cases())
    with pytest.raises(MissingDataError, match="action_class"):
        pm.reassignments(pm.six_cases())


def test_a_class_that_never_changes_within_a_case_is_found_among_its_attributes():
    log = classed([("a", 0, "p", "transfer"), ("b", 1, "q", "transfer")], [("a", 0, "p", "approve")])
    assert "action_class" in log.case_attributes
    assert pm.reassignments(log).table["n"].tolist() == [1, 1]
