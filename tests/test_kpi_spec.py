"""What a KPI means as its owner writes it: which way is better, which statistic says something, how a target is read."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

import procmine as pm
from procmine.kpi.basis import Basis
from procmine.kpi.catalogue import MEASURES

START = pd.Timestamp("2026-03-02 09:00")
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)
STATES = pm.States(closed="关闭")


def made(rows, *columns, states=STATES):
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", *columns])
    return pm.EventLog.from_pandas(frame, zone="UTC", name="small", states=states, language="en")


def evaluated(log, **kpi):
    found = pm.evaluate_kpis(log, [pm.Kpi.model_validate({"name": "x", **kpi})], basis=Basis(STATES))
    return found.table.iloc[0], found


def months_of_response(late):
    """Eight months of forty cases; so many of each month's take 30 h instead of one, and all are closed after 31 h."""
    rows = []
    for month, n_late in enumerate(late, 1):
        for i in range(40):
            at = pd.Timestamp(f"2026-{month:02}-01 09:00")
            took = (30 if i < n_late else 1) * HOUR
            rows += [(f"{month}-{i}", "受理", at), (f"{month}-{i}", "处理", at + took), (f"{month}-{i}", "关闭", at + 31 * HOUR)]  # fmt: skip
    rows.append(("1-0", "归档", "2026-08-31 23:00"))
    return made(rows)


@pytest.mark.parametrize("target", [None, ">= 50 %"])
def test_more_cases_within_a_limit_are_better_with_and_without_a_target(target):
    """Half of the cases are late in seven months, none in the eighth: better, and the 140 late ones missed."""
    log = months_of_response([20] * 7 + [0])
    row, found = evaluated(log, measure="response", to="处理", within="2 h natural", target=target)
    assert (row["trend"], row["n_missed"]) == ("better", 140)
    assert found.missed("x").table["value"].unique().tolist() == [30.0]


@pytest.mark.parametrize(
    ("kpi", "more"),
    [
        ({"measure": "throughput"}, False),
        ({"measure": "throughput", "within": "2 d"}, True),
        ({"measure": "throughput", "within": "2 d", "target": "<= 10 %"}, False),
        ({"measure": "satisfaction", "attribute": "评价", "at": ">= 4"}, True),
        ({"measure": "satisfaction", "attribute": "评价", "at": "<= 2"}, False),
        ({"measure": "attribute", "attribute": "评价", "at": ">= 4"}, None),
    ],
)
def test_which_way_is_better(kpi, more):
    assert pm.Kpi.model_validate({"name": "x", **kpi}).wants_more is more


def test_revenue_is_a_sum_and_no_case_misses_it():
    """Thirty cases of 1,000 are 30,000: above the target, though each by itself is below it."""
    log = made([(f"C{i}", "受理", START + i * HOUR, "1,000") for i in range(30)], "金额")
    row, _ = evaluated(log, measure="revenue", attribute="金额", target=">= 20000")
    assert (row["value"], row["status"], row["n_missed"]) == (30_000, "ok", 0)
    assert "sum" in row["definition"].split("; ")
    assert "mean" not in row["definition"]
    mean, _ = evaluated(log, measure="revenue", attribute="金额", statistic="mean", target=">= 2000")
    assert (mean["value"], mean["n_missed"]) == (1000, 30)


@pytest.mark.parametrize(
    ("kpi", "possible"),
    [
        ({"measure": "arrivals", "statistic": "mean"}, "count, sum"),
        ({"measure": "completions", "statistic": "p90"}, "count, sum"),
        ({"measure": "throughput", "statistic": "count"}, "mean, median, p75, p90, p95, min, max, sum"),
        ({"measure": "handovers", "statistic": "count"}, "mean, median, p75, p90, p95, min, max, sum"),
        ({"measure": "revenue", "attribute": "金额", "statistic": "count"}, "mean, median, p75, p90, p95, min, max, sum"),
    ],
)  # fmt: skip
def test_a_statistic_that_says_nothing_of_a_measure_is_refused(kpi, possible):
    with pytest.raises(ValidationError) as caught:
        pm.Kpi.model_validate({"name": "x", **kpi})
    error = caught.value.errors()[0]["ctx"]["error"]
    assert kpi["statistic"] in str(error)
    assert error.hint.en == f"it has: {possible}"


def test_every_measure_that_takes_a_statistic_may_have_a_sum():
    given = {"attribute": "a", "to": "b", "from": "a"}
    for name, measure in MEASURES.items():
        if "statistic" in measure.takes:
            keys = {key: value for key, value in given.items() if key in (*measure.needs, *measure.takes)}
            assert pm.Kpi.model_validate({"name": "x", "measure": name, "statistic": "sum", **keys}).stat == "sum"
