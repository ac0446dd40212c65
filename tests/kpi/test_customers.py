"""Customers: segments by stated cuts, repeat contacts, cause × channel."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import procmine as pm
from procmine.core.text.errors import MissingDataError, UnknownNameError
from procmine.kpi.customers.segments import SEGMENTS
from procmine.kpi.kpis.kpi_set import KpiSet
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.spec.customers import Customers

ROWS = [
    # customer, worth, day of March, topic, channel, hours
    ("甲", 100, 1, "计费", "电话", 2), ("甲", 100, 20, "计费", "电话", 4), ("甲", 100, 30, "网络", "网站", 2),
    ("乙", 500, 2, "计费", "电话", 30), ("乙", 500, 28, "计费", "网站", 6), ("乙", 500, 29, "计费", "电话", 8),
    ("丙", 300, 1, "网络", "网站", 1),
    ("丁", 50, 31, "网络", "电话", 1),
    (None, 900, 31, "网络", "电话", 1),
]  # fmt: skip
SPEC = Customers(customer="客户", monetary="收入", topic="主题", channel="渠道", days=15)


@pytest.fixture(scope="module")
def log():
    events = []
    for i, (customer, worth, day, topic, channel, hours) in enumerate(ROWS):
        start = pd.Timestamp(f"2026-03-{day:02} 09:00")
        for at, activity in ((start, "受理"), (start + pd.Timedelta(hours=hours), "关闭")):
            events.append((f"T{i}", activity, at, customer, worth, topic, channel))
    frame = pd.DataFrame(events, columns=["case_id", "activity", "timestamp", "客户", "收入", "主题", "渠道"])
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", name="customers", states=pm.States(closed="关闭"))


def test_segments_by_the_mean_are_counted_by_hand(log):
    """Cut-off 31 March 10:00. Recency in days 1, 2, 30, 0 (and an hour each): mean 8.29; frequency 3, 3, 1, 1: mean 2;
    worth 100, 500, 300, 50: mean 237.5."""
    found = pm.rfm_segments(log, SPEC)
    table = found.customers.table.set_index("customer")
    assert table["segment"].to_dict() == {"乙": "RFM", "丙": "--M", "甲": "RF-", "丁": "R--"}
    assert found.table["segment"].tolist() == ["RFM", "--M", "RF-", "R--"]
    assert table["recency"].dt.total_seconds().div(3600).to_dict() == {"乙": 49.0, "丙": 721.0, "甲": 25.0, "丁": 1.0}
    assert found.scalars["cut_frequency"] == 2
    assert found.table["monetary_share"].round(4).tolist() == [0.5263, 0.3158, 0.1053, 0.0526]
    assert (
        found.sentence
        == "4 个客户；高 = 最近一次不早于 8.3 天前、频次 ≥ 2.0、价值 ≥ 237.5。重要价值客户占 25.0 %，价值占 52.6 %。"
    )


def test_stated_cuts_decide(log):
    cuts = {"recency": "40 days natural", "frequency": 1, "monetary": 300}
    spec = SPEC.model_validate({**SPEC.model_dump(exclude={"cuts"}), "cuts": cuts})
    assert pm.rfm_segments(log, spec).customers.table.set_index("customer")["segment"].to_dict() == {
        "乙": "RFM", "丙": "RFM", "甲": "RF-", "丁": "RF-",
    }  # fmt: skip


def test_worth_by_case_is_summed(log):
    spec = SPEC.model_copy(update={"per": "case"})
    assert pm.rfm_segments(log, spec).customers.table.set_index("customer")["monetary"]["乙"] == 1500


def test_every_segment_has_words_and_every_customer_one():
    assert len({words.zh for words in SEGMENTS.values()}) == len({words.en for words in SEGMENTS.values()}) == 8


def test_kpis_split_by_segment_class_and_channel(log):
    kpis = [
        pm.Kpi(name="周期", measure="throughput", statistic="mean", split="RFM"),
        pm.Kpi(name="量", measure="arrivals", split="渠道"),
    ]
    table = pm.evaluate_kpis(log, KpiSet(tuple(kpis), MeasureSettings(), SPEC)).table
    told = table[table["kpi"] == "周期"].set_index("group")["value"]
    assert told.round(4).to_dict() == {
        "": 6.1111,
        "重要价值客户": 14.6667,
        "一般价值客户": 2.6667,
        "一般发展客户": 1.0,
        "重要挽留客户": 1.0,
        "（未填）": 1.0,
    }
    assert table[table["kpi"] == "量"].set_index("group")["value"].to_dict() == {"": 9, "电话": 6, "网站": 3}


def test_repeat_contacts_by_hand(log):
    """乙 comes on the 28th and the 29th for 计费: one repeat. 甲 after 19 days: none; of 网络 only once."""
    found = pm.repeat_contacts(log, SPEC)
    assert found.table[["customer", "n_cases", "n_repeats", "topics"]].to_numpy().tolist() == [["乙", 3, 1, "计费"]]
    assert found.cases.table[["case_id", "before"]].to_numpy().tolist() == [["T5", "T4"]]
    assert (found.n_cases, found.n_repeats) == (8, 1)
    twenty = pm.repeat_contacts(log, SPEC.model_copy(update={"days": 20}))
    assert twenty.cases.table["case_id"].tolist() == ["T5", "T1"]
    assert pm.repeat_contacts(log, SPEC.model_copy(update={"topic": "", "days": 11})).n_repeats == 2


def test_cause_by_channel_by_hand(log):
    found = pm.cause_matrix(log, SPEC)
    table = found.table.set_index(["cause", "channel"])
    assert table["n_cases"].to_dict() == {
        ("计费", "电话"): 4,
        ("网络", "电话"): 2,
        ("网络", "网站"): 2,
        ("计费", "网站"): 1,
    }
    assert table["lift"].round(4).to_dict() == {
        ("计费", "电话"): 1.2,
        ("网络", "电话"): 0.75,
        ("网络", "网站"): 1.5,
        ("计费", "网站"): 0.6,
    }
    assert table.loc[("计费", "电话"), ["importance", "severity"]].tolist() == ["high", "high"]
    assert table.loc[("网络", "网站"), ["importance", "severity"]].tolist() == ["low", "low"]
    assert found.sentence == "既多又慢的首先是 计费 × 电话：4 个案例，流程周期中位 6.0 小时。"
    assert "4 ▲" in found._repr_html_()
    head = re.findall(r"<th[^>]*>(电话|网站)</th>", found.matrix_html())
    assert head == ["电话", "网站"]  # six cases by phone, three by the site: the most frequent first
    assert found.table.equals(pm.cause_matrix(log, "主题", channel="渠道").table)


@pytest.mark.parametrize("analysis", [pm.rfm_segments, pm.repeat_contacts, pm.cause_matrix])
def test_without_customers_a_project_says_what_to_write(log, analysis):
    with pytest.raises(MissingDataError, match=r"customers: \{customer: …, monetary: …\}"):
        analysis(log, None)


def test_an_unknown_attribute_and_a_worth_that_is_no_number(log):
    with pytest.raises(UnknownNameError, match="did you mean '客户'"):
        pm.rfm_segments(log, SPEC.model_copy(update={"customer": "客 户"}))
    with pytest.raises(MissingDataError, match="of '主题' are no numbers"):
        pm.rfm_segments(log, SPEC.model_copy(update={"monetary": "主题"}))


def valued(worths, per="customer"):
    """One case a day of each customer, in order; segments by the worth alone, as recency and frequency are stated."""
    rows = [(f"C{i}", "受理", pd.Timestamp("2026-03-02") + pd.Timedelta(days=i), *one) for i, one in enumerate(worths)]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "客户", "收入"])
    log = pm.EventLog.from_pandas(frame, zone="UTC", name="small", language="en")
    return log, Customers.model_validate(
        {"customer": "客户", "monetary": "收入", "per": per, "cuts": {"recency": "99 days natural", "frequency": 1}}
    )


@pytest.mark.parametrize("worth", ["0.1", "0.3", "5.55", "1299.9"])
@pytest.mark.parametrize("n", [3, 10, 95])
def test_customers_of_equal_worth_are_not_told_apart_by_rounding(worth, n):
    found = pm.rfm_segments(*valued([(f"K{i}", worth) for i in range(n)]))
    assert found.table[["segment", "n_customers"]].to_numpy().tolist() == [["RFM", n]]


def test_a_worth_of_nothing_has_no_shares():
    found = pm.rfm_segments(*valued([("K", "0"), ("L", "0")]))
    assert found.table["monetary_share"].isna().all()
    assert found.sentence.endswith("worth ≥ 0.0. 100.0 % are important, active.")


def test_contradictory_worths_of_a_customer_are_refused_and_may_be_summed():
    worths = [("K", "100"), ("K", "900"), ("L", "500")]
    with pytest.raises(MissingDataError, match="1 customer has several values of '收入', such as K") as caught:
        pm.rfm_segments(*valued(worths))
    assert "per: case" in str(caught.value)
    found = pm.rfm_segments(*valued(worths, per="case"))
    assert found.customers.table.set_index("customer")["monetary"].to_dict() == {"K": 1000.0, "L": 500.0}


def test_a_kpi_split_by_segments_that_cannot_be_told_says_why_and_the_others_are_measured():
    log, spec = valued([("K", "100"), ("K", "900"), ("L", "500")])
    kpis = [
        pm.Kpi(name="split", measure="arrivals", split="RFM"),
        pm.Kpi(name="where", measure="arrivals", where={"RFM": ["important, active"]}),
        pm.Kpi(name="whole", measure="arrivals"),
    ]
    table = pm.evaluate_kpis(log, KpiSet(tuple(kpis), MeasureSettings(), spec)).table
    assert table["status"].tolist() == ["missing", "missing", "none"]
    assert ["several values" in reason for reason in table["reason"]] == [True, True, False]


def test_customers_without_a_known_worth_are_counted():
    found = pm.rfm_segments(*valued([(f"K{i}", "5" if i < 2 else None) for i in range(10)]))
    assert (found.n_unknown, found.scalars["n_unknown"], found.table["n_customers"].sum()) == (8, 8, 2)
    assert found.sentence.endswith("In no segment, as no worth is known: 8 customers.")
    none = pm.rfm_segments(*valued([("K", None), (None, "5")]))
    assert none.sentence == "In no segment, as no worth is known: 1 customer."
