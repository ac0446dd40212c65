"""Amounts as exports write them, and the rules and KPIs that ask for them."""

import math

import pandas as pd
import pytest
from small_standards import of_nodes

import procmine as pm
from procmine.conformance.standard.rules import Authority, Rule
from procmine.core.text.amounts import amount, amounts, unreadable
from procmine.kpi.measures.measure_facts import MeasureSettings

READ = {
    "150000": 150000, "150,000": 150000, "1,234,567.8": 1234567.8, "¥150000": 150000, "￥ 150,000": 150000,
    "$99.5": 99.5, "€7": 7, "150000元": 150000, "150000 元": 150000, "15万": 150000, "1.5 万元": 15000, "2亿": 2e8,
    "１５０，０００": 150000, "-3": -3, "-¥3": -3, "¥-3": -3, "+4": 4, "−5": -5, ".5": 0.5, "5.": 5, "1.5E+05": 150000,
    "2e3 万": 2e7, " 7 ": 7, "0.1万": 1000, "16.43万": 164300,
}  # fmt: skip
NOT_READ = ("1,5", "2,50", "1234,567", "1,2345", "1.234,5", ",5", "1 000", "--3", "-¥-3", "inf", "nan", "1e999", "0x10",
            "12 %", "元", "", "n/a", "3 万 5")  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_amounts_are_read_as_people_write_them(text):
    assert amount(text) == READ[text]


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_no_amount_is_not_guessed_at(text):
    assert amount(text) is None


def test_a_column_is_read_as_each_of_its_texts():
    """Also where a case stands in it twice."""
    texts = pd.Series([*READ, *NOT_READ, None, "150,000"], dtype="str", index=[0] * (len(READ) + len(NOT_READ) + 2))
    found = amounts(texts)
    assert found.tolist()[: len(READ)] == list(READ.values())
    assert all(math.isnan(value) for value in found.iloc[len(READ) : -1])
    assert found.iloc[-1] == 150000
    assert texts[unreadable(texts, found)].tolist() == [text for text in NOT_READ if text]
    assert amounts(texts[:0]).empty
    assert unreadable(texts[:0], found[:0]).empty


def decided(texts, **more):
    """One case each: a clerk decides b."""
    at = pd.Timestamp("2026-03-02 09:00")
    rows = [
        (f"c{i}", name, at + pd.Timedelta(days=i, hours=hour), "clerk", "Li", text)
        for i, text in enumerate(texts)
        for hour, name in enumerate("abc")
    ]
    columns = ["case_id", "activity", "timestamp", "role", "resource", "amount"]
    frame = pd.DataFrame(rows, columns=columns)
    return pm.EventLog.from_pandas(frame.assign(**more), zone="UTC", language="en", states=pm.States(closed=["c"]))


def by_directors(above=100_000):
    authority = Authority(node="b", amount="amount", above=above, roles=["director"])
    return of_nodes("a", "b", "c").model_copy(update={"rules": [Rule(authority=authority)]})


@pytest.mark.parametrize("text", ["150000", "150,000", "¥150000", "150000 元", "15 万"])
def test_authority_is_judged_however_the_amount_is_written(text):
    found = pm.check_conformance(decided([text, "¥99,999"]), by_directors())
    assert (found.n_conforming, found.n_unknown_amount) == (1, 0)
    assert found.table[["kind", "n_cases"]].to_numpy().tolist() == [["rule_broken", 1]]
    assert "authority is not judged" not in found.sentence


def test_cases_whose_amount_nobody_can_read_are_counted_and_said():
    found = pm.check_conformance(decided(["150,000", "150.000,00", None, "?", "5"]), by_directors())
    assert (found.n_conforming, found.n_unknown_amount) == (4, 3)
    assert found.scalars["n_unknown_amount"] == 3
    assert " Of 3 cases the amount is missing or cannot be read; their authority is not judged." in found.sentence


def test_of_what_the_right_role_decides_no_amount_is_missed():
    found = pm.check_conformance(decided([None, "?"], role="director"), by_directors())
    assert (found.n_conforming, found.n_unknown_amount) == (2, 0)


def test_kpis_refuse_a_comma_that_does_not_part_thousands():
    """1,5 and 2,5 and 3,5 were 15, 25 and 35: 25 on average."""
    kpi = pm.Kpi(name="mean", measure="attribute", attribute="amount", statistic="mean")
    table = pm.evaluate_kpis(decided(["1,5", "2,5", "3,5"]), [kpi], settings=MeasureSettings()).table
    assert table["value"].isna().tolist() == [True]
    assert "3 values of 'amount' are no numbers, such as '1,5'" in table["reason"].iloc[0]
    table = pm.evaluate_kpis(decided(["1,500", "¥2,500", "0.5 万"]), [kpi], settings=MeasureSettings()).table
    assert table["value"].tolist() == [3000.0]
