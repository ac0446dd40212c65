"""What a KPI means as its owner writes it: which way is better, which statistic says something, how a target is read."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from pydantic import ValidationError
from small_logs import HOUR, START, small_log

import procmine as pm
from procmine.core.text.spec import SpecValueError
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.spec.catalogue import MEASURES
from procmine.kpi.spec.comparison import read_comparison

STATES = pm.States(closed="关闭")
made = partial(small_log, states=STATES)


def evaluated(log, **kpi):
    found = pm.evaluate_kpis(log, [pm.Kpi.model_validate({"name": "x", **kpi})], settings=MeasureSettings(STATES))
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


# ── targets as people write them ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "number", "written"),
    [
        (">= 100 万", 1_000_000, "≥ 100 万"),
        (">= 100万元", 1_000_000, "≥ 100 万元"),
        ("<= 1.5 亿", 150_000_000, "≤ 1.5 亿"),
        (">= 3 百万", 3_000_000, "≥ 3 百万"),
        ("<= 5 千", 5_000, "≤ 5 千"),
        ("<= 5 千克", 5, "≤ 5 千克"),
        ("<= 5 千元", 5_000, "≤ 5 千元"),
        (">= 20k", 20_000, "≥ 20 k"),
        ("<= 1,200,000", 1_200_000, "≤ 1,200,000"),
        ("<= 1,200.5 元", 1_200.5, "≤ 1,200.5 元"),
        ("<= 30 €", 30, "≤ 30 €"),
        ("<= 1.5 h", 5.4e9, "≤ 1.5 h"),
        (">=\u00a00.5\u00a0%", 0.005, "≥ 0.5 %"),
    ],
)
def test_a_target_is_the_number_that_is_written(text, number, written):
    told = read_comparison(text)
    assert (told.number, told.written("en")) == (number, written)


@pytest.mark.parametrize(
    "text",
    ["<= 0,5 %", "<= 1,5 h", ">= 1e3", ">= 1E+3", "<= 1 000", "<= 1,0000", "<= 1,00", "<= 12,34", "<= 1.5.2", "<= 1'000",
     ">= 5 % 月", ">= 3 million", ">= 3 M", ">= 3 bn", "<= 3 万小时", ">= 100 万 %", ">= 1，000", ">= １００"],
)  # fmt: skip
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(SpecValueError) as caught:
        read_comparison(text)
    assert text.rstrip() in str(caught.value) or "is no unit" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("unit", "target", "number"),
    [("", ">= 100 万", 1_000_000), ("元", ">= 100 万", 1_000_000), ("元", ">= 100 万元", 1_000_000), ("万元", ">= 100 万元", 100), ("万元", ">= 100", 100)],
)  # fmt: skip
def test_a_target_in_the_unit_of_its_kpi_multiplies_nothing(unit, target, number):
    kpi = pm.Kpi.model_validate(
        {"name": "x", "measure": "revenue", "attribute": "金额", "unit": unit, "target": target}
    )
    assert kpi.target.number == number
    assert kpi.target.written("zh") == f"≥{target.removeprefix('>=')}"


@pytest.mark.parametrize(("unit", "target"), [("万元", ">= 100 万"), ("万元", ">= 100 元"), ("元", ">= 100 万美元")])
def test_a_target_in_another_unit_is_refused(unit, target):
    with pytest.raises(ValidationError, match=r"单位不符|wrong unit"):
        pm.Kpi.model_validate({"name": "x", "measure": "revenue", "attribute": "金额", "unit": unit, "target": target})
