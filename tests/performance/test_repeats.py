"""Who came again: after what a filter left out, without a topic, more often than was resolved."""

from __future__ import annotations

import pandas as pd
import pytest

import procmine as pm
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.spec.customers import Customers

START = pd.Timestamp("2026-02-26 09:00")
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)
STATES = pm.States(resolved="解决", closed="解决")


def log_of(cases):
    """A log of cases: id, start, hours until it is resolved (none: open), customer, topic."""
    rows = [
        (case_id, activity, at, customer, topic)
        for case_id, start, hours, customer, topic in cases
        for activity, at in (("受理", start), ("解决", None if hours is None else start + hours * HOUR))
        if at is not None
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "客户", "主题"])
    return pm.EventLog.from_pandas(frame, zone="UTC", name="small", states=STATES, language="en")


def rate(log, **kpi):
    told = {"name": "x", "measure": "repeat_rate", "customer": "客户", "days": 30, **kpi}
    return pm.evaluate_kpis(log, [pm.Kpi.model_validate(told)], settings=MeasureSettings(STATES)).table.iloc[0]


def twice():
    """Twenty customers come on 26 February and on 3 March."""
    return log_of([(f"{i}-{k}", START + 5 * k * DAY, 1, f"K{i}", "计费") for i in range(20) for k in range(2)])


def test_a_filter_does_not_forget_who_came_before():
    march = twice().filter_period("2026-03", "2026-03")
    assert march.n_cases == 20
    row = rate(march)
    assert (row["value"], row["n"]) == (1.0, 20)
    found = pm.repeat_contacts(march, Customers(customer="客户"))
    assert (found.n_cases, found.n_repeats) == (20, 20)
    assert found.cases.table["before"].tolist() == [f"{i}-0" for i in sorted(range(20), key=str)]
    assert found.table["n_cases"].tolist() == [1] * 20


def test_the_case_before_is_of_the_same_population():
    """Of the twenty earlier ones none is of the topic that the KPI is about."""
    log = log_of(
        [(f"{i}-{k}", START + 5 * k * DAY, 1, f"K{i}", ("网络", "计费")[k]) for i in range(20) for k in range(2)]
    )
    assert rate(log)["value"] == 0.5
    assert rate(log, where={"主题": "计费"})["value"] == 0.0
    assert rate(log.filter_cases(主题="计费"))["value"] == 1.0


@pytest.mark.parametrize("nothing", [None, "", " "])
def test_a_topic_that_is_not_given_is_no_same_topic(nothing):
    """K comes four times, twice without a topic, then twice for the net: only the last is a repeat of the topic."""
    topics = [nothing, nothing, "网络", "网络"]
    log = log_of([(f"C{i}", START + i * DAY, 1, "K", topic) for i, topic in enumerate(topics)])
    assert rate(log)["value"] == 0.75
    assert rate(log, topic="主题")["value"] == 0.25
    found = pm.repeat_contacts(log, Customers(customer="客户", topic="主题"))
    assert (found.n_cases, found.n_repeats) == (4, 1)
    assert found.cases.table[["case_id", "before"]].to_numpy().tolist() == [["C3", "C2"]]
    assert pm.repeat_contacts(log, Customers(customer="客户")).n_repeats == 3


def test_no_customer_is_told_at_all():
    log = log_of(
        [("A", START, 1, "K", "计费"), ("B", START + DAY, 1, None, "计费"), ("C", START + 2 * DAY, 1, None, "计费")]
    )
    assert rate(log)["value"] == 0.0
    without = log.filter_cases(case_id=["B", "C"])
    assert (rate(without)["value"], pm.repeat_contacts(without, Customers(customer="客户")).n_cases) == (0.0, 0)


def test_more_repeats_than_resolved_cases_have_an_interval_too():
    """Two customers' first cases are resolved; K comes three times more, all open: 3 repeats of 2 resolved ones."""
    cases = [("A", START, 1, "K", "计费"), ("B", START, 1, "L", "计费")]
    row = rate(log_of(cases + [(f"C{i}", START + (i + 1) * DAY, None, "K", "计费") for i in range(3)]))
    assert (row["value"], row["n"]) == (1.5, 2)
    assert row["low"] < 1.5 < row["high"]
    assert "may exceed 100 %" in row["definition"]


def test_how_long_a_cause_takes_is_told_by_cases_that_are_over():
    """Mail about bills takes ten days; mail about the net was passed on after 21 and is open: that says nothing of how
    long it takes."""
    rows = []
    for i in range(20):
        at = START + i * HOUR
        rows += [(f"B{i}", "受理", at, "计费"), (f"B{i}", "解决", at + 10 * DAY, "计费")]
        rows += [(f"N{i}", "受理", at, "网络"), (f"N{i}", "分派", at + 21 * DAY, "网络")]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "主题"]).assign(渠道="邮件")
    for states, medians, severities in ((STATES, [10.0, -1.0], ["low", ""]), (None, [10.0, 21.0], ["low", "high"])):
        log = pm.EventLog.from_pandas(frame, zone="UTC", states=states, language="en")
        table = pm.cause_matrix(log, "主题", channel="渠道").table.sort_values(
            "cause", key=lambda names: names != "计费"
        )
        days = table["median"].dt.total_seconds() / 86400
        assert days.fillna(-1).tolist() == medians
        assert table["severity"].tolist() == severities
        assert table["n_cases"].tolist() == [20, 20]
        assert pm.cause_matrix(log, "主题", channel="渠道")._repr_html_()
