"""What a trend may say: of periods that are not over, of cases that are still open, of KPIs without limits."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from small_logs import DAY, HOUR, START, small_log

import procmine as pm
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.spec.catalogue import MEASURES

STATES = pm.States(accepted="受理", resolved="处理", closed="处理")
made = partial(small_log, states=STATES)


def evaluated(log, *kpis):
    kpis = [pm.Kpi.model_validate({"name": "x", **kpi}) for kpi in kpis]
    return pm.evaluate_kpis(log, kpis, settings=MeasureSettings(STATES))


# ── cases that are still open ─────────────────────────────────────────────────────────────────────


def slow_months(cutoff="2026-08-31 10:00"):
    """Eight months of forty cases from the 1st that take 1, 2 … 40 days."""
    rows = []
    for month in range(1, 9):
        for i in range(1, 41):
            at = pd.Timestamp(f"2026-{month:02}-01 09:00")
            end = at + i * DAY
            rows.append((f"{month}-{i:02}", "受理", at, "快" if i <= 20 else "慢"))
            if end <= pd.Timestamp(cutoff):
                rows.append((f"{month}-{i:02}", "处理", end, "快" if i <= 20 else "慢"))
    rows.append(("1-01", "归档", cutoff, "快"))
    return made(rows, "组")


EARLY = {
    "response": {"measure": "response", "to": "处理"},
    "kept of those": {"measure": "response", "to": "处理", "within": "20 days natural"},
    "by start": {"measure": "throughput", "by": "started"},
    "of complete ones by start": {"measure": "throughput", "by": "started", "state": "complete"},
    "from one to another": {"measure": "throughput", "from": "受理", "to": "处理"},
    "solved at once": {"measure": "fcr"},
    "resolved": {"measure": "resolution_rate"},
    "without it": {"measure": "case_share", "lacking": "处理"},
}


@pytest.mark.parametrize("name", EARLY)
def test_a_month_of_which_many_cases_are_open_is_not_better(name):
    """Of August the ten slowest of forty are open: the median of the others is 15.5 d, not 20.5, and says nothing."""
    found = evaluated(slow_months(), {"unit": "d" if EARLY[name]["measure"] in ("response", "throughput") and "within" not in EARLY[name] else "", **EARLY[name]})  # fmt: skip
    trend = found.trend.table
    assert found.table["trend"].tolist() == ["unripe"]
    assert trend["open_share"].tolist() == [0.0] * 7 + [0.25]
    assert not trend["is_outside"].any()
    if name == "response":
        assert trend["value"].tolist() == [20.5] * 7 + [15.5]
    assert "8" not in found.trend.sentence


def test_open_cases_cannot_make_up_a_change_for_the_worse():
    """In August responses take 29 days instead of 5, and a quarter is still to come: later ones only add to that."""
    rows = []
    for month in range(1, 9):
        for i in range(20):
            at = pd.Timestamp(f"2026-{month:02}-01 09:00")
            rows.append((f"{month}-{i}", "受理", at))
            if month < 8 or i < 15:
                rows.append((f"{month}-{i}", "处理", at + (29 if month == 8 else 5) * DAY))
    rows.append(("1-0", "归档", "2026-08-31 10:00"))
    found = evaluated(made(rows), {"measure": "response", "to": "处理"})
    assert found.table["trend"].tolist() == ["worse"]
    assert found.trend.table["open_share"].iloc[7] == 0.25


@pytest.mark.parametrize(
    ("kpi", "trend"),
    [
        ({"measure": "throughput"}, "steady"),
        ({"measure": "response", "to": "受理"}, "steady"),
        ({"measure": "acceptance_rate"}, "steady"),
        ({"measure": "arrivals"}, "steady"),
        ({"measure": "handover_rate"}, "unripe"),
        ({"measure": "handover_rate", "by": "completed"}, "steady"),
        ({"measure": "rejection_rate", "of": "decisions", "rejected": "分派", "approved": "处理"}, "unripe"),
    ],
)
def test_what_open_cases_do_not_bend_has_its_trend(kpi, trend):
    """By the month they end in, up to what all have reached, or counted: open cases change none of these.

    Of two transitions one is a handover, of the first alone all are: the rate of open cases is another.
    """
    rows = []
    for month in range(1, 9):
        for i in range(40):
            at = pd.Timestamp(f"2026-{month:02}-10 09:00")
            rows += [(f"{month}-{i}", "受理", at, "甲"), (f"{month}-{i}", "分派", at + HOUR, "乙")]
            if month < 8 or i < 20:
                rows.append((f"{month}-{i}", "处理", at + 2 * DAY, "乙"))
    rows.append(("8-39", "归档", "2026-08-31 10:00", "乙"))
    assert evaluated(made(rows, "resource"), kpi).table["trend"].tolist() == [trend]


def test_the_share_still_open_is_that_of_the_group():
    found = evaluated(slow_months(), {"measure": "response", "to": "处理", "split": "组"})
    told = found.trend.table.groupby("group")["open_share"].last().to_dict()
    assert told == {"": 0.25, "快": 0.0, "慢": 0.5}
    assert found.table.set_index("group")["trend"].to_dict() == {"": "unripe", "快": "steady", "慢": "unripe"}


def test_every_measure_is_either_bent_by_open_cases_or_not():
    unbent = {"arrivals", "backlog", "revenue", "arpu", "attribute"}
    assert {name for name, one in MEASURES.items() if one.bias is not None} == set(MEASURES) - unbent


# ── periods that are not over ─────────────────────────────────────────────────────────────────────


def test_a_day_of_which_two_hours_are_told_is_no_full_day():
    """One case an hour for nineteen days and up to 02:00 of the twentieth: three cases are no fall in arrivals."""
    hours = pd.date_range("2026-03-02", "2026-03-21 02:00", freq="h")
    found = evaluated(
        made([(f"C{i}", "受理", at) for i, at in enumerate(hours)]), {"measure": "arrivals", "period": "day"}
    )
    table = found.trend.table
    assert table["value"].tolist() == [24.0] * 19 + [3.0]
    assert table["incomplete"].tolist() == [False] * 19 + [True]
    assert found.table[["trend", "change"]].to_numpy().tolist() == [["steady", 0.0]]


@pytest.mark.parametrize(
    ("period", "last", "incomplete"),
    [("week", "2026-03-08 18:00", False), ("week", "2026-03-07 18:00", True), ("month", "2026-03-31 02:00", False), ("month", "2026-03-30 23:00", True)],
)  # fmt: skip
def test_weeks_and_months_are_full_with_their_last_day(period, last, incomplete):
    log = made([("A", "受理", START), ("A", "处理", last)])
    assert evaluated(log, {"measure": "arrivals", "period": period}).trend.table["incomplete"].iloc[-1] == incomplete


def test_a_full_period_without_cases_is_no_usual_range():
    """Nothing starts in July, and August is not over: there is no value to speak of."""
    rows = [(f"{month}-{i}", activity, pd.Timestamp(f"2026-{month:02}-05 09:00") + (i + 1) * HOUR * end) for month in (1, 2, 3, 4, 5, 6, 8) for i in range(5) for end, activity in enumerate(("受理", "处理"))]  # fmt: skip
    found = evaluated(made(rows), {"measure": "throughput"})
    assert found.trend.table["value"].round(1).tolist()[:6] == [3.0] * 6
    assert found.trend.table["value"].isna().tolist() == [False] * 6 + [True, False]
    assert found.trend.table["n"].tolist() == [5] * 6 + [0, 5]
    assert found.table["trend"].tolist() == ["unclear"]


# ── what is said of all ───────────────────────────────────────────────────────────────────────────


def test_kpis_without_limits_are_not_within_their_usual_range():
    """Sixty days from March on are sixty days, and three months."""
    rows = [(f"{day:02}-{i}", activity, START + day * DAY + i * HOUR + hours * HOUR) for day in range(60) for i in range(3) for activity, hours in (("受理", 0), ("处理", 5))]  # fmt: skip
    log = made(rows)
    by_day = {"name": "daily", "measure": "arrivals", "period": "day"}
    by_month = {"name": "monthly", "measure": "throughput"}
    assert evaluated(log, by_day, by_month).trend.sentence == (
        "The KPIs with control limits stay within their usual range. Fewer than six full periods, so no control limits: monthly."
    )
    assert evaluated(log, by_day).trend.sentence == "All KPIs stay within their usual range."
    assert evaluated(log, by_month).trend.sentence.startswith("There are fewer than six full periods")


@pytest.mark.parametrize("amount", ["0.1", "0.35", "97731.3"])
def test_seven_equal_months_are_no_signal(amount):
    """The mean of equal numbers is not always that number to the last digit, on either side: nothing has changed."""
    rows = [
        (f"{month}-{i}", "受理", pd.Timestamp(f"2026-{month:02}-05 09:00"), amount)
        for month in range(1, 8)
        for i in range(3)
    ]
    rows.append(("7-0", "归档", "2026-07-31 18:00", amount))
    found = evaluated(made(rows, "金额"), {"measure": "attribute", "attribute": "金额"})
    table = found.trend.table
    assert table["value"].tolist() == [pytest.approx(float(amount))] * 7
    assert not (table["is_outside"] | table["is_leaning"]).any()
    assert found.table["trend"].tolist() == ["steady"]
