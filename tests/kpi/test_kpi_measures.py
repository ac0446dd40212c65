"""Every measure counted by hand on the six cases of the documentation, or on a log made for it where they lack what it needs."""

from __future__ import annotations

import pandas as pd
import pytest

import procmine as pm
from procmine.core.clock.calendar import Pause, Sla, WorkCalendar
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.spec.catalogue import MEASURES

STATES = pm.States(accepted="分类", resolved="处理", closed="关闭", reopened=["客户沟通"])


def told(log, settings=None, /, **kpi):
    """The only row of a KPI."""
    found = pm.evaluate_kpis(
        log, [pm.Kpi.model_validate({"name": "x", **kpi})], settings=settings or MeasureSettings(STATES)
    )
    return found.table.iloc[0], found


def value(log, settings=None, /, **kpi):
    row, _ = told(log, settings, **kpi)
    assert row["status"] != "missing", row["reason"]
    return round(float(row["value"]), 4), int(row["n"])


def made(rows, *columns, states=None):
    """A log from rows of case, activity, local time and more."""
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", *columns])
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", name="small", states=states)


SIX = {
    # C1 24 h, C2 26.5, C3 25, C4 54, C5 10 min; C6 is open.
    "median of five": ({"measure": "throughput"}, (25.0, 5)),
    "mean in days": ({"measure": "throughput", "statistic": "mean", "unit": "d"}, (1.0806, 5)),
    "longest": ({"measure": "throughput", "statistic": "max"}, (54.0, 5)),
    "first 受理 to last 处理": ({"measure": "throughput", "from": "受理", "to": "处理", "statistic": "max"}, (44.0, 5)),
    "two of five within 24 h": ({"measure": "throughput", "within": "24 h natural"}, (0.4, 5)),
    # 受理 → first 处理: C1 6 h, C2 24, C3 2, C4 19.5, C6 28; C5 never.
    "response": ({"measure": "response", "from": "受理", "to": "处理"}, (19.5, 5)),
    "response from the start": ({"measure": "response", "to": "分类", "statistic": "max"}, (2.0, 6)),
    "response within 20 h": ({"measure": "response", "from": "受理", "to": "处理", "within": "20 h natural"}, (0.6, 5)),
    # 处理 after 处理: C3 after 22 h, C4 after 24.5.
    "response to itself": ({"measure": "response", "from": "处理", "to": "处理", "statistic": "min"}, (22.0, 2)),
    "resolved of received": ({"measure": "resolution_rate"}, (0.8333, 6)),
    "accepted of received": ({"measure": "acceptance_rate"}, (1.0, 6)),
    "resolved of accepted": ({"measure": "handling_rate"}, (0.8333, 6)),
    # Of C1 C2 C3 C4 C6 only C4 repeats after others; 处理 twice at once in C3 is a self-loop.
    "once and for all": ({"measure": "fcr"}, (0.8, 5)),
    "again at once by another": ({"measure": "fcr", "redo": "处理"}, (0.6, 5)),
    # By channel, resolved at the first 处理: C3 comes 18 h after C1 was handled, C4 4 h after C2.
    "again within a day": ({"measure": "repeat_rate", "customer": "渠道", "days": 1}, (0.4, 5)),
    "again of the same line": ({"measure": "repeat_rate", "customer": "渠道", "topic": "业务线", "days": 1}, (0.2, 5)),
    "never opened again": ({"measure": "reopening_rate"}, (0.0, 5)),
    "contains": ({"measure": "case_share", "having": "客户沟通"}, (0.1667, 6)),
    "lacks": ({"measure": "case_share", "lacking": ["处理", "客户沟通"]}, (0.1667, 6)),
    "has one, lacks another": ({"measure": "case_share", "having": "处理", "lacking": "客户沟通"}, (0.6667, 6)),
    "returned cases": ({"measure": "return_rate", "returned": "客户沟通"}, (0.1667, 6)),
    # C4 has two 客户沟通, five cases have 关闭.
    "returned decisions": ({"measure": "return_rate", "of": "decisions", "returned": "客户沟通", "approved": "关闭"}, (0.2857, 7)),
    "rejected decisions": ({"measure": "rejection_rate", "of": "decisions", "rejected": "客户沟通", "approved": "处理"}, (0.2222, 9)),
    "rework in C3 and C4": ({"measure": "rework_rate"}, (0.3333, 6)),
    "rework of one activity": ({"measure": "rework_rate", "node": "客户沟通"}, (1.0, 1)),
    # C1 2, C2 3, C3 3, C4 2, C5 0, C6 1: eleven of twenty.
    "handovers": ({"measure": "handovers"}, (1.8333, 6)),
    "handover rate": ({"measure": "handover_rate"}, (0.55, 20)),
    "come": ({"measure": "arrivals"}, (6.0, 6)),
    "gone": ({"measure": "completions"}, (5.0, 5)),
    "left": ({"measure": "backlog"}, (1.0, 1)),
    "of one channel": ({"measure": "throughput", "where": {"渠道": "邮件"}, "statistic": "max"}, (54.0, 2)),
    "only open ones": ({"measure": "arrivals", "state": "open"}, (1.0, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", SIX)
def test_six_cases_by_hand(six, name):
    kpi, expected = SIX[name]
    assert value(six, **kpi) == expected


def test_what_is_open_and_overdue_stands_beside_the_rate(six):
    """Closed without it (C5) is not waiting any more; C6 waits for 关闭 since 28 h."""
    row, _ = told(six, measure="response", **{"from": "受理"}, to="关闭", within="25 h natural")
    assert (row["value"], row["n"], row["n_overdue"], round(row["value_due"], 4)) == (0.6, 5, 1, 0.5)
    row, _ = told(six, measure="response", **{"from": "受理"}, to="关闭", within="28 h natural")
    assert row["n_overdue"] == 0


def test_limits_by_class(six):
    """Mail may take 30 h, phone 24 h, others are not judged: C1 keeps it, C2 too, C3 and C4 do not."""
    within = {"by": "渠道", "limits": {"邮件": "30 h natural", "电话": "24 h natural"}}
    assert value(six, measure="throughput", within=within) == (0.5, 4)


# Start, arrival, role and actor: two cases on Monday 2 March 2026.
TIMED = [
    ("A", "登记", "2026-03-02 09:30", "2026-03-02 09:00", "2026-03-02 08:30", "柜员", "甲", False),
    ("A", "审核", "2026-03-02 14:00", "2026-03-02 13:30", "2026-03-02 09:30", "主管", "乙", False),
    ("A", "归档", "2026-03-02 14:10", "2026-03-02 14:10", "2026-03-02 14:00", "系统", "机器", True),
    ("B", "登记", "2026-03-02 11:00", "2026-03-02 10:00", "2026-03-02 10:00", "柜员", "甲", False),
    ("B", "归档", "2026-03-03 09:30", "2026-03-03 09:30", "2026-03-02 11:00", "系统", "机器", True),
    ("C", "归档", "2026-03-02 12:00", "2026-03-02 12:00", "2026-03-02 11:00", "系统", "机器", True),
]


@pytest.fixture(scope="module")
def timed():
    columns = ["case_id", "activity", "timestamp", "start", "enabled", "role", "resource", "is_system"]
    frame = pd.DataFrame(TIMED, columns=columns)
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", name="timed", states=pm.States(closed=["归档"]))


HOURS = WorkCalendar(hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]})
WORKING = MeasureSettings(
    pm.States(closed=["归档"]), sla=Sla(calendar=HOURS), rates={"柜员": 60.0, "主管": 120.0, "系统": 0.0}
)
CLOCKED = {
    "processing: 1 h, 1 h, 0": ({"measure": "processing", "statistic": "sum"}, (2.0, 3)),
    "of one node": ({"measure": "processing", "node": "登记", "statistic": "mean"}, (0.75, 2)),
    # Waiting: A 0.5 + 4 + 1/6, B 22.5, C 1.
    "waiting": ({"measure": "waiting", "statistic": "max"}, (22.5, 3)),
    "waiting in working hours": ({"measure": "waiting", "statistic": "max", "clock": "working"}, (6.0, 3)),
    "waiting of A": ({"measure": "waiting", "node": "审核", "clock": "working"}, (2.5, 1)),
    # Sojourn: A 1 + 4.5 + 1/6, B 1 + 22.5, C 1.
    "sojourn": ({"measure": "sojourn", "unit": "h"}, (5.6667, 3)),
    # 9:00 to 14:10 less the break: 3.6667 h; B 10:00 to 9:30 next day: 7 h; C no time.
    "throughput in working hours": ({"measure": "throughput", "clock": "working", "statistic": "max"}, (7.0, 3)),
    "kept 4 working hours": ({"measure": "throughput", "within": "4 h"}, (0.6667, 3)),
    "kept a working day of 7.5 h": ({"measure": "throughput", "within": "1 day"}, (1.0, 3)),
    "waited at most an hour": ({"measure": "waiting", "within": "1 h"}, (0.3333, 3)),
    # A: 0.5 × 60 + 0.5 × 120; B: 60; C: 0.
    "cost": ({"measure": "cost"}, (50.0, 3)),
    "by systems": ({"measure": "automation_rate"}, (0.5, 6)),
    "without hands": ({"measure": "no_touch_rate"}, (0.3333, 3)),
    "from bot to human": ({"measure": "bot_handover_rate", "bot": "甲"}, (0.5, 2)),
}


@pytest.mark.parametrize("name", CLOCKED)
def test_clocks_costs_and_actors_by_hand(timed, name):
    kpi, expected = CLOCKED[name]
    assert value(timed, WORKING, **kpi) == expected


@pytest.mark.parametrize(("measure", "kept"), [("waiting", 1.0), ("sojourn", 0.5), ("throughput", 0.5)])
def test_limits_by_class_count_the_time_of_their_own_clock(measure, kept):
    """In working hours A waits 0.5 + 2.5 + 1/6 h and B 6; sojourn and throughput of A are 3.67 h, of B 7.

    With the same 6 h for all, by class or plain, the value is the same; in natural time B takes 23.5 h, A 5.67.
    """
    plain = {"measure": measure, "within": "6 h", "where": {"客户": ["甲", "乙"]}}
    by_class = {**plain, "within": {"by": "客户", "limits": {"甲": "6 h", "乙": "6 h"}}}
    mixed = {**plain, "within": {"by": "客户", "limits": {"甲": "6 h natural", "乙": "6 h"}}}
    customers = {"A": "甲", "B": "乙", "C": "丙"}
    rows = [(*row, customers[row[0]]) for row in TIMED]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "start", "enabled", "role", "resource", "is_system", "客户"])  # fmt: skip
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=pm.States(closed=["归档"]))
    assert [value(log, WORKING, **kpi) for kpi in (plain, by_class, mixed)] == [(kept, 2)] * 3
    all_natural = {**plain, "within": {"by": "客户", "limits": {"甲": "6 h natural", "乙": "6 h natural"}}}
    assert value(log, WORKING, **all_natural) == (0.5, 2)


def test_the_clock_stands_while_the_customer_is_asked():
    rows = [("A", "受理", "2026-03-02 09:00"), ("A", "待客户", "2026-03-02 10:00"), ("A", "答复", "2026-03-02 16:00"), ("A", "关闭", "2026-03-02 17:00")]  # fmt: skip
    log = made(rows, states=pm.States(closed=["关闭"]))
    pauses = (Pause.model_validate({"from": "待客户", "until": "答复"}),)
    without, with_pause = (MeasureSettings(STATES, sla=Sla(pauses=some)) for some in ((), pauses))
    kpi = {"measure": "throughput", "within": "2 h natural"}
    assert (value(log, without, **kpi), value(log, with_pause, **kpi)) == ((0.0, 1), (1.0, 1))


VALUED = [
    ("A", "受理", "2026-03-02", "K1", "5", "1,000", "7"),
    ("B", "受理", "2026-03-02", "K1", "3", "1,000", "9"),
    ("C", "受理", "2026-03-03", "K2", None, "500", None),
    ("D", "受理", "2026-03-04", None, "4", "50", "1"),
]
WORTH = {
    "satisfaction of three": ({"measure": "satisfaction", "attribute": "评价"}, (4.0, 3)),
    "at least four": ({"measure": "satisfaction", "attribute": "评价", "at": ">= 4"}, (0.6667, 3)),
    "attribute": ({"measure": "attribute", "attribute": "评价", "statistic": "median"}, (4.0, 3)),
    "attribute summed": ({"measure": "attribute", "attribute": "评价", "statistic": "sum"}, (12.0, 3)),
    "revenue by case": ({"measure": "revenue", "attribute": "金额"}, (2550.0, 4)),
    "revenue by customer": (
        {"measure": "revenue", "attribute": "金额", "per": "customer", "customer": "客户"},
        (1500.0, 2),
    ),
    "per customer": ({"measure": "arpu", "attribute": "金额", "per": "customer", "customer": "客户"}, (750.0, 2)),
    "per customer, by case": ({"measure": "arpu", "attribute": "金额", "customer": "客户"}, (1250.0, 2)),
    "cost by attribute": ({"measure": "cost", "attribute": "成本", "statistic": "max"}, (9.0, 3)),
}


@pytest.mark.parametrize("name", WORTH)
def test_values_by_hand(name):
    kpi, expected = WORTH[name]
    assert value(made(VALUED, "客户", "评价", "金额", "成本"), **kpi) == expected


DECIDED = [
    ("A", "提交", "2026-03-02 09:00", "submit", "员工"),
    ("A", "审批", "2026-03-02 10:00", "return", "主管"),
    ("A", "审批", "2026-03-02 11:00", "approve", "主管"),
    ("A", "复核", "2026-03-02 12:00", "approve", "财务"),
    ("B", "提交", "2026-03-02 09:00", "submit", "员工"),
    ("B", "审批", "2026-03-02 10:00", "approve", "主管"),
    ("B", "复核", "2026-03-02 11:00", "reject_end", "财务"),
    ("C", "提交", "2026-03-02 09:00", "transfer", "员工"),
]
BY_CLASS = {
    "returns of decisions": ({"measure": "return_rate", "of": "decisions"}, (0.25, 4)),
    "of one role": ({"measure": "return_rate", "of": "decisions", "role": "主管"}, (0.3333, 3)),
    "of cases": ({"measure": "return_rate"}, (0.3333, 3)),
    "rejections of decisions": ({"measure": "rejection_rate", "of": "decisions"}, (0.25, 4)),
    "rejections of cases": ({"measure": "rejection_rate"}, (0.3333, 3)),
    # A was returned, C was transferred: only B is left of three.
    "once and for all": ({"measure": "fcr"}, (0.3333, 3)),
}


@pytest.mark.parametrize("name", BY_CLASS)
def test_decisions_by_their_class(name):
    kpi, expected = BY_CLASS[name]
    log = made(DECIDED, "action_class", "role")
    assert value(log, MeasureSettings(pm.States(resolved="提交", closed="复核")), **kpi) == expected


def test_the_moments_of_states_come_from_activities_classes_and_attributes():
    from procmine.core.log.moments import moments

    log = made([(*row, "已关闭" if row[0] == "C" else "在办") for row in DECIDED], "action_class", "role", "状态")
    states = pm.States(
        accepted={"action_class": ["approve", "return"]}, closed=[{"状态": ["已关闭"]}], reopened=["提交"]
    )
    found = moments(log, states).order_by("case_index").to_pyarrow().to_pandas()
    hour = (found["accepted"] - found["received"]).dt.total_seconds() / 3600
    assert hour.fillna(-1).tolist() == [1.0, 1.0, -1.0]
    assert found["closed"].notna().tolist() == [False, False, True]


def test_a_reopening_counts_only_after_the_closing():
    rows = [
        ("A", "重开", "2026-03-01"),
        ("A", "关闭", "2026-03-02"),
        ("B", "关闭", "2026-03-02"),
        ("B", "重开", "2026-03-03"),
    ]
    states = pm.States(closed="关闭", reopened="重开")
    assert value(made(rows, states=states), MeasureSettings(states), measure="reopening_rate") == (0.5, 2)


# ── against the standard ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def standard():
    """受理 → 分类 → 处理 (★, 20 h) → 关闭."""
    from procmine.conformance.standard.parts import Action, Item
    from procmine.conformance.standard.standard import Process, Standard

    handling = Item(name="处理", within="20 h natural", actions=[Action(do="处理", log=["处理"], systematizable=True)])
    nodes = [Item(name="受理"), Item(name="分类"), handling, Item(name="关闭")]
    return Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])


def test_limits_of_nodes_and_conformance_by_hand(six, standard):
    """处理 took 5.5 h in C1, 23 in C2, 23:50 in C3 (twice in a row: once), 17.5 and 24.5 in C4, 27:59 in C6."""
    settings = MeasureSettings(STATES, standard=[standard])
    found = pm.check_conformance(six, standard)
    row, kpis = told(six, settings, measure="within_limit", split="node")
    assert (round(row["value"], 4), row["n"], row["n_missed"]) == (0.3333, 6, 4)
    assert kpis.table["group"].tolist() == ["", "处理"]
    assert value(six, settings, measure="case_conformance") == (round(found.case_rate, 4), found.n_cases)
    assert value(six, settings, measure="event_conformance") == (round(found.event_rate, 4), found.n_events)


def test_systematization_counts_starred_actions_only(timed):
    from procmine.conformance.standard.parts import Action, Item
    from procmine.conformance.standard.standard import Process, Standard

    def node(name, starred):
        return Item(name=name, actions=[Action(do=name, log=[name], systematizable=starred)])

    nodes = [node("登记", True), node("审核", False), node("归档", True)]
    settings = MeasureSettings(standard=[Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])])
    assert value(timed, settings, measure="systematization_rate") == (0.6, 5)


# ── what is missing ───────────────────────────────────────────────────────────────────────────────

LACKING = {
    "processing": ({"measure": "processing"}, "start"),
    "cost": ({"measure": "cost"}, "cost_per_hour"),
    "automation": ({"measure": "automation_rate"}, "is_system"),
    "standard": ({"measure": "case_conformance"}, "standard:"),
    "limits": ({"measure": "within_limit"}, "standard:"),
    "calendar": ({"measure": "throughput", "clock": "working"}, "calendar:"),
    "decisions": ({"measure": "return_rate"}, "returned:"),
    "approvals": ({"measure": "return_rate", "of": "decisions", "returned": "客户沟通"}, "approved:"),
    "role": (
        {"measure": "return_rate", "of": "decisions", "returned": "处理", "approved": "关闭", "role": "x"},
        "role",
    ),
}


@pytest.mark.parametrize("name", LACKING)
def test_a_kpi_says_what_it_lacks_and_the_others_are_measured(six, name):
    kpi, hint = LACKING[name]
    kpis = [pm.Kpi(name="x", **kpi), pm.Kpi(name="y", measure="rework_rate")]
    table = pm.evaluate_kpis(six, kpis, settings=MeasureSettings(STATES)).table
    assert table["status"].tolist() == ["missing", "none"]
    assert hint in table["reason"].iloc[0]
    assert table["value"].isna().tolist() == [True, False]


def test_states_that_are_not_told_are_asked_for(six):
    row, _ = told(six, MeasureSettings(pm.States(closed="关闭")), measure="acceptance_rate")
    assert row["status"] == "missing"
    assert "accepted: …" in row["reason"]


def test_too_many_unknown_actors_refuse_automation(timed):
    frame = timed.to_pandas()
    frame["is_system"] = frame["is_system"].astype("object").where(frame["activity"] != "审核", None)
    log = pm.EventLog.from_pandas(frame.drop(columns="position"), zone="Asia/Shanghai", name="x")
    row, _ = told(log, measure="automation_rate")
    assert row["status"] == "missing"
    assert "16.7 %" in row["reason"]


def test_every_measure_of_the_catalogue_is_counted_here():
    tables = (SIX, CLOCKED, WORTH, BY_CLASS)
    counted = {kpi["measure"] for table in tables for kpi, _ in table.values()}
    counted |= {"within_limit", "case_conformance", "event_conformance", "systematization_rate"}
    assert counted == set(MEASURES)
