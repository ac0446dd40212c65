"""KPIs of parts: intervals of cases that hang together, customers of a group or period, splits by any attribute."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from small_logs import DAY, HOUR, START, small_log

import procmine as pm
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Process, Standard
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.spec.statistics import share_interval, wilson

STATES = pm.States(closed="关闭")
made = partial(small_log, states=STATES)


def evaluated(log, settings=None, **kpi):
    return pm.evaluate_kpis(
        log, [pm.Kpi.model_validate({"name": "x", **kpi})], settings=settings or MeasureSettings(STATES)
    )


# ── units that come in cases ──────────────────────────────────────────────────────────────────────


def nodes_of(n_cases, is_late, gap=DAY):
    """Cases of twenty nodes, each an hour after the other, of late cases three; the standard allows two."""
    rows = []
    for i in range(n_cases):
        at = START + i * gap
        rows.append((f"C{i:03}", "受理", at))
        for k in range(20):
            at += (3 if is_late(i) else 1) * HOUR
            rows.append((f"C{i:03}", f"N{k}", at))
    items = [Item.model_validate({"name": f"N{k}", "within": "2 h natural"}) for k in range(20)]
    standard = Standard(name="标准", processes=[Process(name="服务", nodes=[Item(name="受理"), *items])])
    return made(rows, states=None), MeasureSettings(None, [standard])


def test_executions_of_a_case_are_not_counted_as_if_they_came_alone():
    """Of twenty cases ten are late at all twenty nodes: as unsure as ten of twenty cases, not as 200 of 400."""
    log, settings = nodes_of(20, lambda i: i % 2 == 1)
    row = evaluated(log, settings, measure="within_limit").table.iloc[0]
    assert (row["value"], row["n"]) == (0.5, 400)
    assert (row["low"], row["high"]) == pytest.approx(wilson(10, 20), abs=0.01)


def test_shares_of_executions_have_the_limits_of_single_values():
    """One case a week, all of its nodes late or none: a p chart would call every week's 0 or 100 % outside."""
    log, settings = nodes_of(12, lambda i: i in (2, 3, 7, 9), gap=7 * DAY)
    table = evaluated(log, settings, measure="within_limit", period="week").trend.table
    assert set(table["value"].dropna()) == {0.0, 1.0}
    assert not table["is_outside"].any()
    assert (table["low"].min(), table["high"].max()) == (0.0, 1.0)  # 2.66 moving ranges would reach beyond


@pytest.mark.parametrize(("hit", "share"), [(True, 1.0), (False, 0.0)])
def test_where_all_units_agree_cases_are_counted(hit, share):
    """Three cases of 500 events each, all by systems or none: three of three, not 1,500 of 1,500."""
    rows = [(f"C{i}", "受理", START + i * DAY + k * pd.Timedelta(minutes=1), hit) for i in range(3) for k in range(500)]
    row = evaluated(made(rows, "is_system"), MeasureSettings(), measure="automation_rate").table.iloc[0]
    assert (row["value"], row["n"]) == (share, 1500)
    assert (row["low"], row["high"]) == wilson(3 * share, 3)


def test_one_case_says_nothing_of_others():
    assert share_interval(np.array([30.0]), np.array([100.0])) == wilson(0.3, 1)


def test_more_hits_than_units_have_the_interval_of_a_ratio():
    """Hits less share × units are 0.75 -1.25 0.75 -0.25, their squares 2.75: √(4/3 × 2.75) / 4 = 0.4787."""
    low, high = share_interval(np.array([2.0, 0, 2, 1]), np.ones(4))
    assert (round(low, 4), round(high, 4)) == (
        round(1.25 - 1.959964 * 0.478714, 4),
        round(1.25 + 1.959964 * 0.478714, 4),
    )


# ── customers of a group or period ────────────────────────────────────────────────────────────────


def two_lines():
    """Twenty customers buy basic for 10 in March and premium for 1,000 in April; two more only premium, in March."""
    rows = []
    for i in range(20):
        rows += [(f"a{i}", "受理", START + i * HOUR, f"K{i}", "basic", "10", "5"), (f"b{i}", "受理", START + (40 * 24 + i) * HOUR, f"K{i}", "premium", "1000", "5")]  # fmt: skip
    rows += [(f"p{i}", "受理", START + i * HOUR, f"P{i}", "premium", "1000", "7") for i in range(2)]
    return made(rows, "客户", "产品", "收入", "评分", states=None)


def test_revenue_per_customer_of_a_group_is_its_own_revenue_by_its_own_customers():
    found = evaluated(two_lines(), MeasureSettings(), measure="arpu", attribute="收入", customer="客户", split="产品")
    table = found.table.set_index("group")
    assert table["value"].to_dict() == {"": pytest.approx(22_200 / 22), "basic": 10.0, "premium": 1000.0}
    assert table["n"].to_dict() == {"": 22, "basic": 20, "premium": 22}
    months = found.trend.only("x").table
    assert months["value"].tolist() == [2_200 / 22, 1000.0]
    assert months["n"].tolist() == [22, 20]


def test_what_is_told_per_customer_counts_once_in_each_group():
    found = evaluated(
        two_lines(), MeasureSettings(), measure="arpu", attribute="评分", customer="客户", per="customer", split="产品"
    )
    table = found.table.set_index("group")
    assert table["value"].to_dict() == {"": pytest.approx(114 / 22), "basic": 5.0, "premium": pytest.approx(114 / 22)}


def test_customers_that_miss_a_target_are_listed_once_with_their_whole_revenue():
    found = evaluated(
        two_lines(), MeasureSettings(), measure="arpu", attribute="收入", customer="客户", target=">= 1005"
    )
    assert found.table["n_missed"].tolist() == [2]
    assert found.missed("x").table[["case_id", "value"]].to_numpy().tolist() == [["p0", 1000.0], ["p1", 1000.0]]


def test_revenue_once_per_customer_adds_up_over_groups():
    found = evaluated(
        two_lines(),
        MeasureSettings(),
        measure="revenue",
        attribute="评分",
        customer="客户",
        per="customer",
        split="产品",
    )
    assert found.table["value"].tolist() == [114, 100, 14]


# ── splits ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["value", "hits", "units", "customer"])
@pytest.mark.parametrize(
    "kpi", [{"measure": "throughput", "within": "3 h natural"}, {"measure": "throughput"}, {"measure": "backlog"}]
)
def test_an_attribute_may_be_called_as_a_measure_calls_its_columns(name, kpi):
    """Six closed cases and two open ones, half of either vip."""
    rows = [(f"C{i}", activity, START + i * DAY + h * HOUR, "vip" if i % 2 else "std") for i in range(6) for h, activity in ((0, "受理"), (i + 1, "关闭"))]  # fmt: skip
    rows += [(f"O{i}", "受理", START + i * DAY, "vip" if i else "std") for i in range(2)]
    table = evaluated(made(rows, name), **kpi, split=name).table
    assert table["group"].tolist() == ["", "std", "vip"]
    assert table["n"].tolist() == ([2, 1, 1] if kpi["measure"] == "backlog" else [6, 3, 3])


def test_an_empty_text_is_no_second_headline():
    rows = [(f"C{i}", "受理", START + i * DAY, ("甲", "", " ", None)[i]) for i in range(4)]
    table = evaluated(made(rows, "渠道"), measure="arrivals", split="渠道").table
    assert table[["group", "value"]].to_numpy().tolist() == [["", 4], ["甲", 1], ["(none)", 3]]


# ── cases that missed ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("target", "n_listed", "sentence"),
    [
        ("<= 50", 0, "No case missed a KPI."),
        ("<= 5", 10, "No case missed a KPI. The backlog holds 10 open cases."),
        (None, 10, "No case missed a KPI. The backlog holds 10 open cases."),
    ],
)
def test_a_backlog_lists_its_open_cases_where_its_target_is_not_met(target, n_listed, sentence):
    rows = [(f"C{i}", "受理", START + i * HOUR) for i in range(20)]
    rows += [(f"C{i}", "关闭", START + 100 * HOUR) for i in range(10)]
    found = evaluated(made(rows), measure="backlog", target=target)
    assert found.table["n_missed"].tolist() == [0]
    assert (len(found.missed("x").table), found.missed("x").sentence) == (n_listed, sentence)


def test_where_states_are_not_told_it_is_said_what_counts_as_open():
    """Every other case goes to its end without being handled: nobody knows whether it still waits."""
    rows = [(f"C{i}", activity, START + i * DAY + h * HOUR) for i in range(30) for h, activity in enumerate(("受理", "处理", "关闭")) if i % 2 or activity != "处理"]  # fmt: skip
    kpi = {"measure": "response", "to": "处理", "within": "5 h natural"}
    row = evaluated(made(rows, states=None), MeasureSettings(), **kpi).table.iloc[0]
    assert (row["value"], row["n"], row["n_overdue"]) == (1.0, 15, 15)
    assert row["reason"].startswith("all cases that did not get there count as open")
    row = evaluated(made(rows), **kpi).table.iloc[0]
    assert (row["n_overdue"], row["reason"]) == (0, "")
