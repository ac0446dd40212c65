"""Times of nodes beside their limits, and open cases that wait for one, counted by hand."""

from datetime import date

import pandas as pd
import pytest
from small_standards import of_nodes

import procmine as pm
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Process, Standard
from procmine.core.html.places import PAGE
from procmine.core.text.words import Words
from procmine.kpi.measures.measure_facts import MeasureSettings

HOUR = pd.Timedelta("1h")
MINUTES = (0, 15, 16, 120, 121, 240, 241, 900)
"""How long the second node takes in each closed case; its limit is two hours."""
WAITS = {"W1": 30, "W2": 100, "W3": 150}
"""How long, at the cut-off, open cases have waited for it."""


def limited(within="2 h natural"):
    nodes = [Item(name="受理"), Item(name="处理", within=within), Item(name="关闭")]
    return Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])


@pytest.fixture(scope="module")
def found():
    start = pd.Timestamp("2026-03-02 09:00")
    rows = []
    for number, minutes in enumerate(MINUTES):
        done = start + minutes * HOUR / 60
        rows += [
            (f"C{number}", "受理", start, "p"),
            (f"C{number}", "处理", done, "q"),
            (f"C{number}", "关闭", done, "q"),
        ]
    cutoff = max(row[2] for row in rows)
    rows += [
        (case, "受理", cutoff - minutes * HOUR / 60, None if case == "W2" else "王芳")
        for case, minutes in WAITS.items()
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"])
    log = pm.EventLog.from_pandas(frame, zone="UTC", language="en", states=pm.States(closed=["关闭"]))
    return pm.node_limits(log, limited())


def test_executions_are_counted_in_eighths_of_the_limit(found):
    """An eighth is 15 minutes: each bar holds its upper end, so that just in time is in time."""
    table = found.spread.table
    told = {row["from"] / HOUR * 60: (row["n"], row["is_late"]) for _, row in table.iterrows() if row["n"]}
    assert told == {0: (2, False), 15: (1, False), 105: (1, False), 120: (1, True), 225: (1, True), 240: (2, True)}
    assert (len(table), table["n"].sum(), table["open_ended"].sum()) == (17, len(MINUTES), 1)


def test_as_many_are_late_in_the_picture_as_in_the_table(found):
    late = found.spread.table.loc[found.spread.table["is_late"], "n"].sum()
    assert late == found.table["n_late"].iloc[0] == sum(minutes > 120 for minutes in MINUTES)
    assert "limit 2 h" in found.draw().html_in(PAGE)
    assert "处理 · 8 times, 4 late" in found.draw().html_in(PAGE)


def test_open_cases_stand_with_their_owner_and_what_they_have_used(found):
    table = found.waiting.table
    assert [*zip(table["case_id"], table["node"], table["owner"], table["is_overdue"], strict=True)] == [
        ("W3", "处理", "王芳", True),
        ("W2", "处理", "", False),
        ("W1", "处理", "王芳", False),
    ]
    assert (table["share"] * 120).round(6).tolist() == [150, 100, 30]
    assert found.waiting.scalars == {"n_waiting": 3, "n_overdue": 1, "n_soon": 1}
    assert found.table["n_overdue"].tolist() == [1]


def test_every_owner_has_a_sheet(found):
    own = found.waiting.parts
    assert {name: part.table["case_id"].tolist() for name, part in own.items()} == {
        "owner_01": ["W3", "W1"],
        "owner_02": ["W2"],
    }
    assert [part.title for part in own.values()] == [
        "Waiting for a node with a limit: 王芳",
        "Waiting for a node with a limit: (unknown)",
    ]
    assert own["owner_01"].parts == {}


def test_they_go_to_the_tables_of_a_report(found):
    assert set(found.parts) == {"spread", "waiting"}
    assert isinstance(found.waiting.TITLE, Words)


def test_a_standard_without_limits_has_neither_and_no_picture(six):
    nodes = [Item(name=name) for name in ("受理", "分类", "处理", "关闭")]
    bare = pm.node_limits(six, Standard(name="标准", processes=[Process(name="服务", nodes=nodes)]))
    assert (bare.parts, bare.draw().svg) == ({}, "")
    assert pm.open_limits(six, Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])).table.empty


# ── several versions, nothing late, an export that names nobody ───────────────────────────────


def handled(hours, states=None, **columns):
    """One case a day from 2 March on: received at nine, handled after these hours, closed an hour later."""
    rows = []
    for i, wait in enumerate(hours):
        start = pd.Timestamp("2026-03-02 09:00") + i * 24 * HOUR
        rows += [
            (f"C{i}", "受理", start),
            (f"C{i}", "处理", start + wait * HOUR),
            (f"C{i}", "关闭", start + (wait + 1) * HOUR),
        ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"]).assign(**columns)
    return pm.EventLog.from_pandas(frame, zone="UTC", language="en", states=states)


def test_limits_of_all_versions_are_written():
    """Three cases may take an hour and take three; three may take fifty."""
    old, new = limited("1 h natural"), limited("50 h natural")
    new = new.model_copy(update={"version": "2", "valid_from": date(2026, 3, 5)})
    log = handled([3] * 6)
    found = pm.node_limits(log, [old, new])
    told = found.table[["limit", "n_done", "n_late"]].to_numpy().tolist()
    assert told == [["1 h (natural time) → 50 h (natural time)", 6, 3]]
    assert pm.node_limits(log, [old, old.model_copy(update={"valid_from": new.valid_from})]).table[
        "limit"
    ].tolist() == ["1 h (natural time)"]


def test_no_node_is_late_most_often_where_none_is_late():
    found = pm.node_limits(handled([3] * 6), limited("50 h natural"))
    assert found.sentence == "Nodes with a limit were done 6 times, never late; 0 more are open and overdue."


def test_an_export_that_names_nobody_has_owners_unknown():
    log = handled([3] * 3, states=pm.States(closed=["归档"]), resource=None)
    found = pm.open_limits(log, of_nodes("受理", "处理", "关闭", {"name": "归档", "within": "1 h natural"}))
    assert found.table["owner"].tolist() == [""] * 3


# ── what makes a node arrive ──────────────────────────────────────────────────────────────────

DAY = pd.Timedelta("1D")
CLOSED = pd.Timestamp("2026-03-02 09:00")
CUT = CLOSED + 30 * DAY


def running(*events, **columns):
    """Events by case, activity and days after 2 March; the last of them is the cut-off, 30 days on."""
    frame = pd.DataFrame(events, columns=["case_id", "activity", "days"])
    frame["timestamp"] = CLOSED + frame["days"] * DAY
    frame = frame.drop(columns="days").assign(resource="Li", **columns)
    return pm.EventLog.from_pandas(frame, zone="UTC", language="en", states=pm.States(closed=["close"]))


def standard(b, ignore=("remind",)):
    return of_nodes("a", "m", {"name": "b", **b}, "close").model_copy(update={"ignore": list(ignore)})


def took(log, limited):
    frame = pm.check_conformance(log, limited).node_times
    return {row["case_id"]: (row["elapsed"] / DAY, row["position"] > 0) for row in frame.to_dict("records")}


REMINDED = [
    *(("done", name, day) for name, day in (("a", 0), ("m", 1), ("remind", 9), ("b", 11), ("close", 13))),
    *(("asked again", name, day) for name, day in (("a", 0), ("m", 1), ("remind", 20), ("remind", 29))),
    *(("waiting", name, day) for name, day in (("a", 2), ("m", 4))),
    *(("new", name, day) for name, day in (("remind", 0), ("a", 29), ("m", 30))),
]  # fmt: skip


def test_a_reminder_does_not_stop_the_clock():
    """b arrives with m, and open cases have waited for it since m."""
    limit = standard({"within": "5 days natural"})
    assert took(running(*REMINDED), limit) == {
        "done": (10, True), "asked again": (29, False), "waiting": (26, False), "new": (0, False)
    }  # fmt: skip
    found = pm.node_limits(running(*REMINDED), limit)
    assert found.table[["n_done", "n_late", "n_overdue"]].to_numpy().tolist() == [[1, 1, 2]]


def test_what_is_not_ignored_makes_a_node_arrive():
    without = standard({"within": "5 days natural"}, ignore=())
    assert took(running(*REMINDED), without) == {
        "done": (2, True), "asked again": (1, False), "waiting": (26, False), "new": (0, False)
    }  # fmt: skip


def test_an_arrival_that_is_recorded_counts_whatever_came_before():
    enabled = [CLOSED + 3 * DAY if name == "b" else None for _, name, _ in REMINDED]
    assert took(running(*REMINDED, enabled=enabled), standard({"within": "5 days natural"}))["done"] == (8, True)


def test_a_case_of_reminders_alone_has_waited_since_its_start():
    events = [("only", "remind", 10), ("only", "remind", 20), ("last", "a", 30)]
    first = of_nodes({"name": "a", "within": "5 days natural"}, "close").model_copy(update={"ignore": ["remind"]})
    assert took(running(*events), first) == {"only": (20, False), "last": (0, True)}


SINCE = [
    *(("done", name, day) for name, day in (("a", 0), ("m", 9), ("b", 10), ("close", 11))),
    *(("open", name, day) for name, day in (("a", 0), ("m", 29))),
    *(("twice", name, day) for name, day in (("a", 0), ("m", 5), ("a", 12), ("m", 30))),
    *(("never", name, day) for name, day in (("m", 29),)),
]  # fmt: skip


@pytest.mark.parametrize("ignore", [("remind",), ()])
def test_an_open_case_waits_since_the_node_that_the_limit_counts_from(ignore):
    """Since the last a; a case without one is not timed, as if b were done."""
    limited = standard({"within": "5 days natural", "since": "a"}, ignore)
    assert took(running(*SINCE), limited) == {"done": (10, True), "open": (30, False), "twice": (18, False)}
    assert pm.node_limits(running(*SINCE), limited).table["n_overdue"].tolist() == [2]


@pytest.mark.parametrize("policy", ["prefix", "complete", "leave_out"])
@pytest.mark.parametrize("states", [True, False], ids=["states known", "unknown"])
def test_open_cases_are_shown_however_they_are_judged(policy, states):
    """Three are over, two of them late; of the four that wait for b three have done so for more than five days."""
    events = [
        *((f"done{wait}", name, day) for wait in (1, 6, 9) for name, day in (("a", 0), ("b", wait), ("close", wait + 1))),
        *((f"open{day}", "a", day) for day in (10, 20, 24, 26)),
        ("late", "a", 29), ("late", "b", 29), ("last", "a", 30), ("last", "b", 30), ("last", "close", 30),
    ]  # fmt: skip
    log = running(*events)
    if not states:
        log = pm.EventLog.from_pandas(log.to_pandas().drop(columns="position"), zone="UTC", language="en")
    limited = of_nodes("a", {"name": "b", "within": "5 days natural"}, {"name": "close", "within": "9 days natural"})
    found = pm.check_conformance(log, limited, open_cases=policy)
    limits, judged_open = found.limits.table.set_index("node"), policy != "leave_out"
    assert (found.n_cases, found.n_overdue) == (4 + 5 * judged_open, 3)
    assert limits["n_done"].to_dict() == {"b": 4 + judged_open, "close": 4}
    assert limits["n_late"].to_dict() == {"b": 2, "close": 0}
    assert limits["n_overdue"].to_dict() == {"b": 3, "close": 0}
    assert limits.loc["b", "due_share"] == 5 / (7 + judged_open)
    waiting = pm.open_limits(log, limited, open_cases=policy)
    told = waiting.table[["case_id", "node", "share"]].to_numpy().tolist()
    assert told[:4] == [["open10", "b", 4.0], ["open20", "b", 2.0], ["open24", "b", 1.2], ["open26", "b", 0.8]]
    assert told[4:] == [["late", "close", pytest.approx(1 / 9)]]
    assert "3 open cases are beyond a limit" in found.sentence
    kpi = pm.Kpi.model_validate({"name": "in time", "measure": "within_limit", "node": "b", "target": ">= 90 %"})
    judged = limited.model_copy(update={"open_cases": policy})
    (row,) = pm.evaluate_kpis(log, [kpi], settings=MeasureSettings(standard=[judged])).table.to_dict("records")
    assert (row["n"], row["n_overdue"]) == (4 + judged_open, 3)
