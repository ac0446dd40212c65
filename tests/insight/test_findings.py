"""Findings counted by hand: what is told, of whom, with how much time, in which order, and what is told as one."""

import dataclasses
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

import procmine as pm
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.rules import Count, RoleRule, Rule
from procmine.conformance.standard.standard import Process, Standard
from procmine.core.clock.calendar import WorkCalendar
from procmine.core.html.places import NOTEBOOK, PAGE
from procmine.core.text.words import Words
from procmine.insight.findings.finding import Finding
from procmine.insight.findings.same_story import merge_same_stories
from procmine.kpi.kpis.kpi_set import KpiSet

MONDAY = datetime(2026, 3, 2, 9)
HOUR = timedelta(hours=1)


def log_of(rows, **columns):
    """Rows of case, activity, hours after Monday nine o'clock: arrived, begun, done, and the person."""
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "enabled", "start", "timestamp", "resource"])
    for name in ("enabled", "start", "timestamp"):
        frame[name] = [None if pd.isna(hours) else MONDAY + hours * HOUR for hours in frame[name]]
    return pm.EventLog.from_pandas(frame.assign(**columns), zone="UTC", language="en")


def told(log, standard=(), kpis=None, **more):
    """Kind, subject, cases and hours of every finding."""
    table = pm.rank_findings(log, standard=standard, kpis=kpis, **more).table
    hours = table["lost"].dt.total_seconds() / 3600
    return list(zip(table["kind"], table["subject"], table["n_cases"], hours.tolist(), strict=True))


def collected(n=10):
    """One person checks all work of a day in one go, ten cases that arrived an hour after each other."""
    rows = [(f"c{i}", "apply", i, i, i, "anyone") for i in range(n)]
    return rows + [(f"c{i}", "check", i, n + i / 10, n + (i + 1) / 10, "Zheng") for i in range(n)]


def test_who_collects_work_is_told_with_the_waiting_for_the_batch():
    # Case i waits 9 - i hours until the last case of the batch has arrived: 45 hours; then 1 + i / 10 for its turn.
    found = told(log_of(collected()))
    assert found[0][:3] == ("batching", "check · Zheng", 10)
    assert found[0][3] == pytest.approx(45 + 9 * 0.5 + 0.0, abs=0.01)


def test_time_is_that_of_the_working_calendar():
    calendar = WorkCalendar(hours={"mon": ["09:00-13:00"]})  # four of the ten hours
    found = told(log_of(collected()), calendar=calendar)
    # Of the waiting for the batch, until six in the evening, hours before one o'clock count: 4 + 3 + 2 + 1.
    assert found[0] == ("batching", "check · Zheng", 4, pytest.approx(10.0))


def test_working_hours_are_spoken_of_only_where_they_are_known():
    rows = [(f"c{i}", "apply", 30 * i, 30 * i, 30 * i, f"p{i}") for i in range(10)]
    rows += [(f"c{i}", "check", 30 * i, 30 * i + 20, 30 * i + 21, f"q{i}") for i in range(10)]
    log = log_of(rows)
    (found,) = pm.rank_findings(log).table.to_dict("records")
    assert (found["kind"], found["title"]) == ("extraneous", "check waits although nobody is busy")
    assert found["sentence"] == (
        "With nobody busy 10 cases still waited 200.0 h in all; without a working calendar nights and holidays count."
    )
    days = WorkCalendar(hours={"mon-sun": ["00:00-24:00"]})
    (found,) = pm.rank_findings(log, calendar=days).table.to_dict("records")
    assert found["sentence"] == "With nobody busy and within working hours 10 cases still waited 200.0 h in all."


def standard(*names, **more):
    return Standard(name="s", processes=[Process(name="p", nodes=[Item(name=name) for name in names])], **more)


def paths(*of):
    """Cases by their paths; an hour between events, a day between cases."""
    rows = []
    for i, path in enumerate(of):
        for place, activity in enumerate(path):
            at = 24 * i + place
            rows.append((f"c{i:03}", activity, at, at, at, "Li"))
    return rows


def test_deviations_are_told_from_one_case_in_a_hundred_and_five_on():
    log = log_of(paths(*["abc"] * 93, *["ac"] * 4, *["abxc"] * 3))
    assert told(log, standard("a", "b", "c")) == []
    log = log_of(paths(*["abc"] * 88, *["ac"] * 5, *["abxc"] * 7))
    assert told(log, standard("a", "b", "c")) == [("unexpected", "x", 7, 7.0), ("skipped", "b", 5, 0.0)]


def test_what_is_left_out_and_done_again_at_one_node_is_one_finding():
    log = log_of(paths(*["abc"] * 80, *["ac"] * 12, *["abcb"] * 8))
    (one,) = told(log, standard("a", "b", "c"))
    assert one == ("repeated", "b", 20, 8.0)
    sentence = pm.rank_findings(log, standard=standard("a", "b", "c")).table["sentence"].iloc[0]
    assert sentence == ("8 cases, 8 times, which take 8.0 h. Moreover, 12.0 % of the cases leave out b: 12 cases.")


def test_what_is_late_costs_the_working_time_beyond_its_limit():
    rows = paths(*["abc"] * 90) + [
        (f"d{i}", name, 24 * i, 24 * i, 24 * i + late, "Li")
        for i in range(10)
        for name, late in (("a", 0), ("b", 6), ("c", 7))
    ]
    log = log_of(rows)
    process = Process(
        name="p", nodes=[Item(name="a"), Item.model_validate({"name": "b", "within": "2 h natural"}), Item(name="c")]
    )
    # Six hours instead of two, ten times; of the six hours from nine o'clock on four are worked: two thirds count.
    assert told(log, Standard(name="s", processes=[process])) == [("late", "b", 10, pytest.approx(40.0))]
    calendar = WorkCalendar(hours={"mon-sun": ["09:00-13:00"]})
    (one,) = told(log, Standard(name="s", processes=[process]), calendar=calendar)
    assert one == ("late", "b", 10, pytest.approx(10 * 4 * 4 / 6))


def test_the_attribute_value_and_the_month_on_which_it_falls_are_named():
    of = ["abc"] * 90 + ["ac"] * 30
    rows = paths(*of)
    cases = sorted({row[0] for row in rows})
    channel = dict(zip(cases, ["mail"] * 30 + ["phone"] * 60 + ["mail"] * 30, strict=True))
    frame = log_of(rows, channel=[channel[row[0]] for row in rows])
    found = pm.rank_findings(frame, standard=standard("a", "b", "c"))
    row = found.table.iloc[0]
    assert row["subject"] == "b · mail"
    assert row["sentence"].startswith("30 cases. It has been more since 2026-06: 1.1 % of the cases before,")
    assert row["sentence"].endswith("100.0 % of it falls on cases with channel mail (50.0 % of the cases concerned).")


def test_without_a_standard_work_done_again_is_told():
    log = log_of(paths(*["abc"] * 90, *["abbc"] * 10))
    assert told(log) == [("rework", "b", 10, 10.0)]
    assert told(dataclasses.replace(log, countersigned=frozenset({"b"}))) == []


def test_what_may_be_signatures_is_no_work_done_again():
    """In nine of ten cases three people approve one after the other; in the tenth it comes back to the first."""
    rows = []
    for i in range(20):
        path = ["b1", "b2", "b3"] if i % 10 else ["b1", "b2", "b3", "c1", "b1"]
        rows += [(f"s{i}", step[0], 48 * i + k, 48 * i + k, 48 * i + k, f"P{step[1]}") for k, step in enumerate(path)]
    assert told(log_of(rows)) == []
    alone = log_of([(case, a, *times, "P1") for case, a, *times, _ in rows])
    assert [(kind, subject, n) for kind, subject, n, _ in told(alone)] == [("rework", "b", 20)]


def test_to_and_fro_in_the_same_cases_as_repetitions_is_told_once():
    log = log_of(paths(*["abc"] * 90, *["abababc"] * 10))
    found = told(log, standard("a", "b", "c"))
    assert [(kind, set(subject.split(" · ")), n) for kind, subject, n, _ in found] == [("ping_pong", {"a", "b"}, 10)]


def test_steps_that_came_or_went_are_news_behind_the_problems():
    log = log_of(paths(*["abc"] * 62, *["abdc"] * 62))
    assert told(log) == [("change", "d", 62, 0.0)]
    title = pm.rank_findings(log).table["title"].iloc[0]
    assert title == "d is a new step since 2026-05"


@pytest.mark.parametrize(("days", "n_lis", "named"), [((9, 1), 20, True), ((9, 9), 36, False)])
def test_who_is_named_for_unrecorded_waiting_stands_out_against_others(days, n_lis, named):
    """Forty approvals: Li takes nine days for half of them and Wu one; or Li does nine of ten and takes no longer."""
    rows = []
    for i in range(40):
        who = "Li" if i < n_lis else "Wu"
        done = 24 * (days[0] if who == "Li" else days[1])
        rows += [(f"c{i}", "a", 0, None, 0, "any"), (f"c{i}", "approve", 0, None, done, who)]
    (found,) = pm.rank_findings(log_of(rows)).table.to_dict("records")
    assert (found["kind"], found["subject"]) == ("waiting", "approve · Li" if named else "approve")
    assert ("90.0 % of it lies with Li, who does 50.0 % of them." in found["sentence"]) == named


def test_records_written_twice_are_told():
    rows = paths(*["abc"] * 20)
    log = log_of(rows + [row for row in rows if row[1] == "b"][:6])
    assert ("records", "b", 6, 0.0) in told(log)


def test_missed_targets_are_told_with_their_cases():
    log = log_of(paths(*["abc"] * 12, *["abbc"] * 8))
    kpis = [pm.Kpi(name="rework rate", measure="rework_rate", target="<= 10 %")]
    row = pm.rank_findings(log, standard=standard("a", "b", "c"), kpis=KpiSet(tuple(kpis))).table.iloc[-1]
    assert (row["kind"], row["subject"], row["n_cases"]) == ("kpi", "rework rate", 8)
    assert row["sentence"] == "40.0 %, the target is ≤ 10 %; 8 cases missed it."


def test_the_list_ranks_by_time_and_says_levels():
    log = log_of(paths(*["abc"] * 80, *["abxc"] * 15, *["ac"] * 5))
    table = pm.rank_findings(log, standard=standard("a", "b", "c")).table
    assert table[["rank", "kind", "level", "mark"]].to_numpy().tolist() == [
        [1, "unexpected", "high", "waste"], [2, "skipped", "low", "error"],
    ]  # fmt: skip


def test_every_finding_leads_to_its_cases():
    log = log_of(paths(*["abc"] * 93, *["abxc"] * 7))
    found = pm.rank_findings(log, standard=standard("a", "b", "c"))
    assert found.cases.table["case_id"].tolist() == [f"c{i:03}" for i in range(93, 100)]
    assert found.cases.table["lost"].sum() == found.table["lost"].iloc[0]
    page = found.html_in(PAGE)
    assert page.count("<li ") == 1
    assert "<small>1.0 h</small>" in page


def test_more_findings_than_are_listed_are_said():
    found = pm.rank_findings(log_of(paths(*["abc"] * 93, *["abxc"] * 7)), standard=standard("a", "b", "c"))
    assert found.sentence.startswith("1 finding by the")
    many = dataclasses.replace(found, findings=found.findings * 16)
    assert many.sentence.startswith("16 findings, the first 15 listed, by the")
    assert "The others are in" not in found.html_in(PAGE)


def test_findings_that_are_not_listed_are_where_the_reader_can_go(monkeypatch):
    monkeypatch.setattr(pm.rank_findings.__globals__["Findings"], "LIMIT", 1)
    found = pm.rank_findings(log_of(paths(*["abc"] * 93, *["abxc"] * 7, *["ac"] * 9)), standard=standard("a", "b", "c"))
    assert len(found.findings) > 1
    assert '<p class="pm-note">The others are in the appendix.</p>' in found.html_in(PAGE)
    assert '<p class="pm-note">The others are in .table.</p>' in found.html_in(NOTEBOOK)


def test_names_are_escaped_in_the_page():
    log = log_of(
        [
            (case, a.replace("x", "<script>alert(1)</script>"), *more)
            for case, a, *more in paths(*["abc"] * 9, *["abxc"] * 9)
        ]
    )
    page = pm.rank_findings(log, standard=standard("a", "b", "c")).html_in(PAGE)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_target_that_no_single_case_misses_is_told_without_cases():
    kpis = KpiSet((pm.Kpi(name="cases", measure="arrivals", target=">= 1000"),))
    found = pm.rank_findings(log_of(paths(*["abc"] * 20)), kpis=kpis)
    row = found.table.iloc[-1]
    assert (row["kind"], row["n_cases"], row["sentence"]) == ("kpi", 0, "20, the target is ≥ 1000.")
    page = found.html_in(PAGE)
    assert (page.count("<li "), page.count("<details"), "0 cases" in page) == (1, 0, False)


def in_pairs(person, activity, begin, n, busy):
    """Work of a person `busy` hours long, and a case that arrives an hour after it and waits for its end."""
    for i in range(n):
        at = begin + 100 * i
        yield f"{activity}{person}{i}", activity, at, at, at + busy, person
        yield f"{activity}{person}{i}later", activity, at + 1, at + busy, at + busy + 1, person


def test_work_that_nobody_else_does_is_not_compared():
    """X waits two hours with Li as with Wu; Y, which only Li does, eight hours in ten cases."""
    rows = [*in_pairs("Li", "X", 0, 10, 3), *in_pairs("Wu", "X", 50, 10, 3), *in_pairs("Li", "Y", 5000, 10, 9)]
    table = pm.rank_findings(log_of(rows)).table
    (found,) = table[table["kind"] == "contention"].to_dict("records")
    assert (found["subject"], found["n_cases"], found["lost"]) == ("Y · Li", 10, 80 * HOUR)
    assert found["sentence"] == (
        "10 cases waited 80.0 h in all behind earlier work of the same person, 8.0 h each time on average; "
        "nobody else does this work."
    )


def test_how_many_times_as_long_is_told_of_what_others_do_as_well():
    """X waits eight hours with Li and two with Wu, four times as long; Y waits with Li alone."""
    rows = [*in_pairs("Li", "X", 0, 10, 9), *in_pairs("Wu", "X", 50, 10, 3), *in_pairs("Li", "Y", 5000, 10, 6)]
    table = pm.rank_findings(log_of(rows)).table
    found = table[table["kind"] == "contention"].to_dict("records")[0]
    assert (found["subject"], found["n_cases"], found["lost"]) == ("X · Li", 20, (80 + 50) * HOUR)
    assert found["sentence"].endswith(
        "6.5 h each time on average; 80.0 h of it for work that others do as well: 4.0 times as long as with them."
    )


def test_what_waits_outside_is_told_from_one_case_in_a_hundred_on():
    """Of 200 cases one or two wait 900 hours for what is not in the log."""
    for n_waiting, kinds in ((1, []), (2, ["extraneous"])):
        rows = []
        for i in range(200):
            wait = 900 if i >= 200 - n_waiting else 0
            rows.append((f"c{i:03}", "apply", 10 * i, 10 * i, 10 * i, "anyone"))
            rows.append((f"c{i:03}", "check", 10 * i, 10 * i + wait, 10 * i + wait + 0.1, f"q{i}"))
        assert [kind for kind, *_ in told(log_of(rows))] == kinds


@pytest.mark.parametrize("name", ["start", "enabled"])
def test_two_records_that_differ_in_a_time_are_not_one_written_twice(name):
    """Two calls that end together began, or arrived, an hour apart."""
    rows = [row for i in range(10) for row in ((f"c{i}", "a", 24 * i), (f"c{i}", "call", 24 * i + 5))]
    rows += [row for row in rows if row[1] == "call"]
    later = [0] * 20 + [1] * 10
    for hours, n in (([0] * 30, 10), (later, 0)):
        frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"]).assign(resource="Li")
        frame[name] = [MONDAY + (row[2] - 2 + hour) * HOUR for row, hour in zip(rows, hours, strict=True)]
        frame["timestamp"] = [MONDAY + row[2] * HOUR for row in rows]
        table = pm.rank_findings(pm.EventLog.from_pandas(frame, zone="UTC", language="en")).table
        assert table.loc[table["kind"] == "records", "n_cases"].tolist() == [n] * bool(n)


@pytest.mark.parametrize(
    ("rule", "person"),
    [
        (Rule(name="soon", response=["a", "c"], within="10 h natural"), ""),
        (Rule(name="at most", at_most=Count(node="c", times=0)), ""),
        (Rule(name="by clerks", role=RoleRule(node="c", roles=["clerk"])), "Li"),
    ],
    ids=["of time", "of number", "of people"],
)
def test_who_always_does_it_is_named_for_a_rule_about_people_only(rule, person):
    """Li does all that ends a case, in time or not; that it is Li is news only where the rule asks for others."""
    rows = []
    for i in range(60):
        done = 24 * i + (20 if i % 3 == 0 else 1)
        rows += [(f"c{i:02}", "a", 24 * i, 24 * i, 24 * i, f"p{i % 7}"), (f"c{i:02}", "c", done, done, done, "Li")]
    ruled = standard("a", "c", rules=[rule])
    table = pm.rank_findings(log_of(rows, role="chief"), standard=ruled).table
    (found,) = table[table["kind"] == "rule_broken"].to_dict("records")
    assert found["subject"] == " · ".join(filter(None, [rule.name, person]))
    assert ("is done by Li" in found["sentence"]) == bool(person)


# ── one story ─────────────────────────────────────────────────────────────────────────────────


def finding(kind, cases, about, person="", lost=1):
    frame = pd.DataFrame({"case_index": list(cases), "lost": lost})
    return Finding(kind, Words(kind, kind), Words("", ""), frame, (about,), person)


@pytest.mark.parametrize(
    ("one", "other", "n_cases", "lost"),
    [
        (finding("contention", range(5), "a", "Li"), finding("prioritization", range(3, 9), "b", "Li"), 9, 11),
        (finding("repeated", range(10), "a", lost=3), finding("ping_pong", range(9), "b"), 10, 30),
        (finding("wrong_role", range(4), "a", "Li", 0), finding("rule_broken", range(4, 8), "r", "Li", 0), 8, 0),
        (finding("skipped", range(4), "a", lost=0), finding("late", range(4, 8), "a"), 8, 4),
        (finding("repeated", range(6), "a", lost=5), finding("late", range(4, 8), "a", lost=4), 8, 6 * 5 + 2 * 4),
    ],
    ids=["causes of one person", "movement", "one person's rules", "one node", "done again and late"],
)
def test_findings_of_one_story_are_one(one, other, n_cases, lost):
    (found,) = merge_same_stories([one, other])
    assert (len(found.cases), found.lost) == (n_cases, lost)
    assert set(found.about) == {*one.about, *other.about}


def test_what_else_is_in_the_same_cases_is_listed_once():
    kinds = (("ping_pong", 3), ("repeated", 2), ("unexpected", 1))
    (one,) = merge_same_stories(finding(kind, range(10), kind, lost=lost) for kind, lost in kinds)
    assert one.full_sentence == Words(
        "同一批案例里还有：repeated；unexpected。", " In the same cases: repeated; unexpected."
    )


def test_time_is_counted_once_where_a_node_is_done_again_and_late():
    """In twenty cases n is done again a hundred hours after z: 99 of them are beyond its limit of an hour as well."""
    rows = []
    for i in range(100):
        steps = [("a", 0), ("n", 0.5), ("z", 1), *([("n", 101)] if i < 20 else []), ("c", 102)]
        rows += [(f"c{i:03}", name, MONDAY + (24 * i + hour) * HOUR) for name, hour in steps]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"])
    nodes = [Item(name="a"), Item(name="n", within="1 h natural"), Item(name="z"), Item(name="c")]
    one = Standard(name="s", processes=[Process(name="p", nodes=nodes)])
    table = pm.rank_findings(pm.EventLog.from_pandas(frame, zone="UTC", language="en"), standard=one).table
    (found,) = table[table["kind"] == "repeated"].to_dict("records")
    assert (found["n_cases"], found["lost"]) == (20, 20 * 100 * HOUR)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (finding("contention", range(5), "a", "Li"), finding("contention", range(5), "a", "Wu")),
        (finding("repeated", range(10), "a"), finding("ping_pong", range(5, 15), "b")),
        (finding("wrong_role", range(4), "a", "Li"), finding("rule_broken", range(4, 8), "r", "Wu")),
        (finding("skipped", range(4), "a"), finding("late", range(4), "b")),
        (finding("skipped", range(4), "a"), finding("unexpected", range(4), "a")),
    ],
    ids=["two people", "other cases", "two people's rules", "two nodes", "two kinds"],
)
def test_different_stories_stay_apart(one, other):
    assert len(merge_same_stories([one, other])) == 2


# ── a standard that is younger than the log ───────────────────────────────────────────────────


def test_a_deviation_is_told_of_the_cases_that_the_standard_judges():
    """Every third case leaves out b, before the standard begins as well: case i starts i days after 2 March."""
    log = log_of(paths(*["abc", "abc", "ac"] * 60))
    young = standard("a", "b", "c", valid_from=date(2026, 6, 2))
    found = pm.rank_findings(log, standard=young)
    row = next(row for row in found.table.to_dict("records") if row["kind"] == "skipped")
    # 2 June is day 92: 88 of the 180 cases are judged, and 92, 95, … 179 are 30 cases.
    assert (row["title"], row["n_cases"], row["share"]) == ("34.1 % of the cases leave out b", 30, 30 / 88)
    assert row["sentence"] == "30 cases."
    assert "30 cases (34.1 %)" in found._repr_html_()
