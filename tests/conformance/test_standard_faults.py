"""Bad standards: what each is told, word for word, with its line; and what a good one may say."""

from __future__ import annotations

import time
from datetime import date

import pytest

import procmine as pm
from procmine.conformance.standard.limits import Limit
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Process, Standard, in_force
from procmine.conformance.standard.standard_file import read_standard
from procmine.core.text.errors import SpecError


@pytest.fixture
def opened(tmp_path):
    def opening(text):
        (tmp_path / "standard.yml").write_text(text, encoding="utf-8")
        return read_standard(tmp_path / "standard.yml")

    return opening


def told(opened, text):
    with pytest.raises(SpecError) as caught:
        opened(text)
    return str(caught.value).splitlines()


NODES = "name: x\nprocesses:\n  - name: p\n    nodes:\n"

MESSAGES = {
    "a node twice": (
        NODES + "      - {name: 受理}\n      - optional:\n          sequence:\n            - {name: 分类}\n            - {name: 受理}\n",
        ["standard.yml:9: the node '受理' stands in it twice", "  hint: write each node once; use repeat: to do it again"],
    ),
    "a path that adds what is there": (
        NODES + "      - {name: 受理}\npaths:\n  甲:\n    when: {线: 甲}\n    add:\n      - {name: 受理, after: 受理}\n",
        ["standard.yml:7: nodes stand beside each other in a circle: 受理 → 受理",
         "standard.yml:10: the node '受理' stands in it twice", "  hint: use move: to let it stand elsewhere",
         "standard.yml:10: there is no node '受理'"],
    ),
    "a path that skips an unknown node": (
        NODES + "      - {name: 请求分类}\npaths:\n  甲:\n    when: {线: 甲}\n    skip:\n      - 请求分累\n",
        ["standard.yml:10: there is no node '请求分累'", "  hint: did you mean '请求分类'?"],
    ),
    "a limit of two days": (
        NODES + "      - name: 受理\n        within: two days\n",
        ["standard.yml:6: processes.0.nodes.0.within: 'two days' is no time limit",
         "  hint: for example 30 min, 4 h, 2 days, 2 days natural"],
    ),
    "a class without its limit": (
        NODES + "      - name: 受理\n        within:\n          by: 等级\n          limits: {VIP: soon}\n",
        ["standard.yml:8: processes.0.nodes.0.within.limits.VIP: 'soon' is no time limit",
         "  hint: for example 30 min, 4 h, 2 days, 2 days natural"],
    ),
    "a circle": (
        NODES + "      - {name: a}\npaths:\n  甲:\n    when: {线: 甲}\n    add: [{name: x, after: y}, {name: y, after: x}]\n",
        ["standard.yml:7: nodes stand beside each other in a circle: x → y → x"],
    ),
    "a limit since nothing": (
        NODES + "      - {name: 受理, within: 2 h, since: 接受}\n      - {name: 接收}\n",
        ["standard.yml:5: there is no node '接受'", "  hint: did you mean '接收'?"],
    ),
    "since without a limit": (
        NODES + "      - {name: 受理, since: 接收}\n",
        ["standard.yml:5: processes.0.nodes.0: since: stands beside within: only"],
    ),
    "a rule about nothing": (
        NODES + "      - {name: 受理}\nrules:\n  - {response: [受理, 关闭]}\n",
        ["standard.yml:7: there is no node '关闭'"],
    ),
    "a rule with a limit that has none": (
        NODES + "      - {name: a}\n      - {name: b}\nrules:\n  - {between: [a, b]}\n  - {not_after: [a, b], within: 2 h}\n",
        ["standard.yml:8: rules.0: between: needs within:", "  hint: for example within: 2 days",
         "standard.yml:9: rules.1: within: stands beside response, precedence, succession, between only"],
    ),
    "an allowance without a reason": (
        NODES + "      - {name: a}\nallowed_deviations:\n  - {skipped: a}\n",
        ["standard.yml:7: 'allowed_deviations.0.reason' is missing", "  hint: why that is accepted"],
    ),
    "an allowance of two kinds": (
        NODES + "      - {name: a}\nallowed_deviations:\n  - {skipped: a, late: a, reason: r}\n",
        ["standard.yml:7: allowed_deviations.0: an allowed deviation is of one kind (given: skipped, late)",
         "  hint: kinds: skipped, unexpected, wrong_order, repeated, wrong_role, late, rule_broken"],
    ),
    "an allowance about nothing": (
        NODES + "      - {name: 沟通}\nallowed_deviations:\n  - {skipped: 客户沟通, reason: r}\n  - {rule_broken: 四眼, reason: r}\n",
        ["standard.yml:7: there is no node '客户沟通'", "  hint: did you mean '沟通'?", "standard.yml:8: there is no rule '四眼'"],
    ),
    "ignored and yet done": (
        NODES + "      - {name: a, log: [b, c]}\nignore: [c]\n",
        ["standard.yml:5: 'c' is ignored and yet does a node", "  hint: take it out of ignore:"],
    ),
    "required and never seen": (
        NODES + "      - name: a\n        actions:\n          - {do: 口头通知, required: true}\n",
        ["standard.yml:7: the action '口头通知' is required, and no log shows it",
         "  hint: name its activity under log:, or leave out required:"],
    ),
    "an end before the beginning": (
        "valid_from: 2026-05-01\nvalid_until: 2026-04-01\n" + NODES + "      - {name: a}\n",
        ["standard.yml:2: the version ends before it begins", "  hint: swap the two dates"],
    ),
    "an open-case policy of its own": (
        "open_cases: ignore\n" + NODES + "      - {name: a}\n",
        ["standard.yml:1: open_cases does not fit: write one of 'prefix', 'complete' or 'leave_out'",
         "  received: 'ignore'",
         "  hint: open cases are judged by what they have done (prefix), in full (complete) or not (leave_out)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", MESSAGES)
def test_a_bad_standard_is_told_word_for_word(opened, fault):
    text, lines = MESSAGES[fault]
    begin = time.monotonic()
    assert told(opened, text) == lines
    assert time.monotonic() - begin < 5


def test_all_faults_come_at_once_those_of_form_and_those_of_sense(opened):
    text = NODES + (
        "      - {name: 受理, within: soon}\n      - {name: 受理}\n      - {name: 分类, owner: x}\n"
        "paths:\n  甲: {when: {线: 甲}, skip: [分配]}\nrules:\n  - {four_eyes: [受理, 审批]}\n"
    )
    lines = [line for line in told(opened, text) if line.startswith("standard.yml")]
    assert [line.split(": ")[0] for line in lines] == [f"standard.yml:{n}" for n in (5, 6, 7, 9, 11)]
    assert lines[2].startswith("standard.yml:7: unknown key 'owner'")


def test_no_name_is_called_unknown_where_a_node_could_not_be_read(opened):
    text = NODES + "      - {nmae: 受理}\n      - {name: 关闭}\nrules:\n  - {response: [受理, 关闭]}\n"
    assert not any("there is no node" in line for line in told(opened, text))


# ── versions ──────────────────────────────────────────────────────────────────────────────────


def version(number, **more):
    return Standard(name="标准", version=number, processes=[Process(name="p", nodes=[Item(name="受理")])], **more)


def test_two_versions_of_one_day_are_refused(six):
    both = [version("1"), version("2", valid_from=date(2026, 4, 1)), version("3", valid_from=date(2026, 4, 1))]
    expected = (
        "标准: versions 2 and 3 hold from the same day\n  valid_from: 2026-04-01\n  hint: give each its own valid_from:"
    )
    for call in (in_force, lambda some: pm.check_conformance(six, some)):
        with pytest.raises(SpecError) as caught:
            call(both)
        assert str(caught.value) == expected


def test_versions_that_overlap_or_disagree_are_refused():
    first = version("1", valid_until=date(2026, 4, 1))
    with pytest.raises(SpecError, match=r"(?s)versions 1 and 2 overlap.*2026-04-01 ≥ 2026-04-01.*let valid_until: end"):
        in_force([first, version("2", valid_from=date(2026, 4, 1))])
    assert len(in_force([first, version("2", valid_from=date(2026, 4, 2))])) == 2
    with pytest.raises(SpecError, match=r"(?s)do not say the same under open_cases:.*complete, prefix"):
        in_force([version("1"), version("2", valid_from=date(2026, 4, 2), open_cases="complete")])


def test_a_version_that_is_over_judges_nothing(six):
    """C1 and C2 start on 2 March, C3 and C4 on the third, C5 and C6 later; days are local."""
    found = pm.check_conformance(six, version("1", valid_until=date(2026, 3, 3)))
    assert (found.n_cases, found.n_unjudged) == (4, 2)
    assert "另有 2 个案例未判断。" in found.sentence


def test_the_file_says_what_is_done_with_open_cases(six):
    assert pm.check_conformance(six, version("1", open_cases="leave_out")).n_cases == 5
    assert pm.check_conformance(six, version("1", open_cases="leave_out"), open_cases="complete").n_cases == 6


# ── what a node may say ───────────────────────────────────────────────────────────────────────


def test_a_node_of_a_path_says_all_that_a_node_says(opened):
    standard = opened(
        NODES + "      - {name: 受理}\npaths:\n  软件销售:\n    when: {业务线: 软件销售}\n    add:\n"
        "      - {name: 合同审核, after: 受理, responsible: 法务, accountable: 总监, within: 2 days, kpis: 审核时长,\n"
        "         documents: 合同, actions: [{do: 审条款, log: 审核, systematizable: true, documents: 审核表}]}\n"
    )
    node = standard.nodes["合同审核"]
    assert (node.responsible, node.accountable, node.kpis, node.documents) == (
        ["法务"],
        ["总监"],
        ["审核时长"],
        ["合同"],
    )
    assert (node.within.days, node.activities, node.actions[0].documents) == (2, ("审核",), ["审核表"])


@pytest.mark.parametrize(
    ("text", "working_day", "hours"), [("30 min", 8, 0.5), ("2 days", 7.5, 15), ("2 days natural", 8, 48)]
)
def test_a_limit_in_microseconds(opened, text, working_day, hours):
    limit = opened(NODES + f"      - {{name: a, within: {text}}}\n").nodes["a"].within
    assert limit.microseconds(int(working_day * 3_600_000_000)) == hours * 3_600_000_000


def test_a_standard_survives_being_written_out():
    standard = version("1").model_copy(
        update={"processes": [Process(name="p", nodes=[Item(name="a", within=Limit(text="2 h", seconds=7200))])]}
    )
    assert Standard.model_validate(standard.model_dump()).nodes["a"].within.seconds == 7200
