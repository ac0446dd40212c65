"""Fitness per case and variant by its definition, and the costs it is counted in."""

from __future__ import annotations

import pytest

import procmine as pm
from procmine.core.text.errors import SpecError, UnknownNameError

STANDARD = pm.Standard.model_validate(
    {"name": "标准", "processes": [{"name": "服务", "nodes": [{"name": n} for n in ("受理", "分类", "处理", "关闭")]}]}
)


def test_each_case_by_hand(six):
    """Worst: every event left out and four nodes missed; C6 is open, so nothing is missed there."""
    table = pm.check_conformance(six, STANDARD).fitness.table
    assert table[["case_id", "cost", "worst", "is_open"]].to_numpy().tolist() == [
        ["C1", 0, 8, False],
        ["C2", 0, 8, False],
        ["C3", 0, 8, False],
        ["C4", 3, 11, False],
        ["C5", 1, 7, False],
        ["C6", 0, 3, True],
    ]
    assert table["fitness"].tolist() == pytest.approx([1, 1, 1, 1 - 3 / 11, 1 - 1 / 7, 1])


def test_variants_and_log_follow_from_the_cases(six):
    found = pm.check_conformance(six, STANDARD)
    variants = found.fitness.variants.table
    assert variants["n_cases"].sum() == 6
    assert (variants["fitness"] * variants["n_cases"]).sum() / 6 == pytest.approx(found.average_fitness)
    assert 1 - (variants["cost"] * variants["n_cases"]).sum() / (
        variants["worst"] * variants["n_cases"]
    ).sum() == pytest.approx(found.log_fitness)
    assert found.fitness.parts["variants"].table.equals(variants)


def test_nothing_judged_gives_empty_typed_tables(six):
    found = pm.check_conformance(six.restricted_to(six.cases.filter(six.cases.n_events > 99)), STANDARD)
    assert found.fitness.table.empty
    assert found.fitness.variants.table.empty
    assert str(found.fitness.table["fitness"].dtype) == "float64"


@pytest.mark.parametrize("cost", [0, 1001, -1, 1.5, True, "2"])
def test_costs_are_whole_numbers_from_one_to_a_thousand(six, cost):
    with pytest.raises(SpecError, match=r"costs: the cost of '处理' is .*\n.*from 1 to 1000"):
        pm.check_conformance(six, STANDARD, costs={"处理": cost})


def test_a_cost_for_what_is_not_there_is_named(six):
    with pytest.raises(UnknownNameError, match=r"(?s)no node or activity is called '处里'.*did you mean '处理'"):
        pm.check_conformance(six, STANDARD, costs={"处里": 2})


def test_costs_weigh_what_is_left_out_and_what_is_too_many(six):
    """C5 leaves out 处理 (1000); C4 talks twice (2 × 7) and does 处理 once too often (1000)."""
    table = pm.check_conformance(six, STANDARD, costs={"处理": 1000, "客户沟通": 7}).fitness.table
    assert dict(zip(table["case_id"], table["cost"], strict=True))["C5"] == 1000
    assert dict(zip(table["case_id"], table["cost"], strict=True))["C4"] == 1014
