"""A kind of deviation is one record: whoever adds one and its computation sees it in every room."""

import ast
import json

import pytest
from conftest import ROOT
from pictures import said_elsewhere
from unsealed_kind import KIND

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.insight.findings.finding_kinds import MARKS

PACKAGE = ROOT / "procmine"


@pytest.fixture(scope="module")
def told():
    return json.loads(
        said_elsewhere("import json; from unsealed_kind import told_everywhere; print(json.dumps(told_everywhere()))")
    )


def test_an_added_kind_is_in_the_ledger_and_its_table(told):
    assert told["ledger"] == [[f"C{i}", "关闭", "关闭", n] for i, n in enumerate((4, 4, 5, 7, 3), 1)]
    assert told["table"] == [["关闭", 5, 5]]
    assert told["step"][-1] == "未盖章"


def test_an_added_kind_counts_in_the_rates_and_can_be_allowed(told):
    """Only the open case keeps to the standard; five events that fit are accused. Where it is allowed, all is as before."""
    assert told["rates"] == [1, 26, 18]
    assert told["allowed"] == [5, 4]


def test_an_added_kind_is_a_finding_with_its_mark(told):
    assert told["finding"] == ["83.3 % 的案例没有盖章：关闭", "waste", 5]


def test_an_added_kind_has_its_look_in_the_legend(told):
    key, steps = told["picture"].split('<g class="way">')
    for part in (key, steps):
        assert f'stroke="{KIND.look.line}"' in part
        assert "§ 未盖章" in part


def test_an_added_kind_has_its_key_and_its_words_in_the_document(told):
    assert "“关闭”可以不盖章 | 旧章作废" in told["document"]
    assert told["schema"] == sorted([*DEVIATION_KINDS, "reason", "unsealed"])


def test_every_kind_is_told_apart():
    kinds = DEVIATION_KINDS.values()
    for of in (lambda kind: kind.words.zh, lambda kind: kind.words.en, lambda kind: kind.title, lambda kind: kind.look):
        assert len({of(kind) for kind in kinds}) == len(kinds)
    assert {kind.mark for kind in kinds} <= set(MARKS)


def test_no_other_module_lists_kinds():
    """Names of kinds stand elsewhere only where one is computed, and as words of other things."""
    names = set(DEVIATION_KINDS) - {"late"}
    lists = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.Dict, ast.Tuple, ast.Set, ast.List))
        and len(
            names
            & {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        )
        > 1
        and "samples" not in path.parts
    }
    assert lists == {
        "conformance/standard/deviation_kinds.py",
        "conformance/aligning/flow_deviations.py",
        "conformance/judging/computations.py",
    }
