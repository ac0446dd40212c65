"""The standard process as a file: what it may say, what it means for each path, and every fault at once."""

from __future__ import annotations

import itertools
import time
from datetime import date

import pytest
from small_standards import DOCUMENTED

from procmine.conformance.aligning.alignment import align
from procmine.conformance.aligning.exact_model import model_of
from procmine.conformance.standard.situations import Situation, situation_of, tree_of
from procmine.conformance.standard.standard import version_for
from procmine.conformance.standard.standard_file import read_standard
from procmine.core.nets.automaton import automaton_of
from procmine.core.nets.process_tree import net_of
from procmine.core.text.errors import SpecError


@pytest.fixture
def opened(tmp_path):
    def opening(text):
        (tmp_path / "standard.yml").write_text(text, encoding="utf-8")
        return read_standard(tmp_path / "standard.yml")

    return opening


@pytest.fixture
def sample(opened):
    return opened(DOCUMENTED)


def small(nodes, more=""):
    return f"name: x\nprocesses:\n  - name: p\n    nodes: {nodes}\n{more}"


def language(standard, situation, longest=12):
    """All complete ways of a standard up to a length, as texts of the first signs of the nodes."""
    machine = automaton_of(net_of(tree_of(standard, situation)), 5000)
    found, todo = set(), [((), 0)]
    seen = set()
    while todo:
        path, state = todo.pop()
        if (path, state) in seen or len(path) > longest:
            continue
        seen.add((path, state))
        if state == machine.final:
            found.add(path)
        todo += [(path, after) for after in machine.silent[state]]
        todo += [((*path, label), after) for label, states in machine.steps[state].items() for after in states]
    return found


UNIFIED = Situation("", (0,))

# ── what it says ──────────────────────────────────────────────────────────────────────────────


def test_the_example_of_the_documentation_is_read_as_it_stands(sample):
    assert (sample.name, sample.version, sample.valid_from) == ("客户服务标准流程", "2.1", date(2026, 1, 1))
    assert list(sample.nodes) == [
        *("服务请求接收", "请求分类", "补充材料", "自动分配", "人工研判", "人工分配", "问题诊断", "客户沟通"),
        *("解决方案提供", "客户确认", "退回修改", "关闭", "合同审核"),
    ]
    received = sample.nodes["服务请求接收"]
    assert (received.responsible, received.within.seconds, received.within.natural) == (["客服专员"], 1800, False)
    assert [action.systematizable for action in received.actions] == [False, True]
    assert sample.claims["记录请求"] == ("服务请求接收",)
    assert sample.claims["驳回"] == ("退回修改",)
    assert "退回修改" not in sample.claims
    assert [rule.kind for rule in sample.rules] == ["four_eyes", "response"]
    assert sample.rules[1].within.days == 5


@pytest.mark.parametrize(
    ("text", "seconds", "days", "natural"),
    [
        ("30 min", 1800, 0, False), ("4h", 14400, 0, False), ("1.5 小时", 5400, 0, False), ("2 days", 0, 2, False),
        ("2 工作日", 0, 2, False), ("2 days natural", 172800, 0, True), ("3 天 自然", 259200, 0, True),
    ],
)  # fmt: skip
def test_time_limits(opened, text, seconds, days, natural):
    limit = opened(small(f"[{{name: a, within: {text}}}]")).nodes["a"].within
    assert (limit.seconds, limit.days, limit.natural) == (seconds, days, natural)


def test_limits_by_class(opened):
    limits = opened(small("[{name: a, within: {by: 客户等级, limits: {VIP: 2 h, 普通: 1 day}, other: 2 days}}]"))
    assert limits.nodes["a"].within.limits["VIP"].seconds == 7200
    assert limits.nodes["a"].within.other.days == 2


def test_the_version_in_force_when_a_case_starts(opened):
    old = opened(small("[{name: a}]"))
    new = opened("valid_from: 2026-04-01\n" + small("[{name: b}]"))
    newest = opened("valid_from: 2026-07-01\n" + small("[{name: c}]"))
    found = [version_for([new, newest, old], date(2026, month, 1)) for month in (3, 4, 6, 7)]
    assert [list(one.nodes) for one in found] == [["a"], ["b"], ["b"], ["c"]]
    assert version_for([new], date(2026, 3, 31)) is None


# ── what it means ─────────────────────────────────────────────────────────────────────────────


def test_blocks_mean_what_they_say(opened):
    standard = opened(
        small("[{name: a}, {name: b, optional: true}, {one_of: [{name: c}, {sequence: [{name: d}, {name: e}]}]}, "
              "{any_order: [{name: f}, {name: g}]}]")
    )  # fmt: skip
    wanted = {(*"a", *b, *c, *f) for b, c, f in itertools.product(["", "b"], ["c", "de"], ["fg", "gf"])}
    assert language(standard, UNIFIED) == wanted


@pytest.mark.parametrize(
    ("times", "counts"),
    [("1..3", {1, 2, 3}), ("2..2", {2}), ("2", {2}), ("1..", {1, 2, 3, 4}), ("2..", {2, 3, 4}), ("1", {1})],
)
def test_how_often_a_part_is_repeated(opened, times, counts):
    standard = opened(small(f"[{{repeat: [{{name: a}}], back: [{{name: b}}], times: {times}}}]"))
    assert language(standard, UNIFIED, 7) == {tuple("a" + "ba" * (n - 1)) for n in counts}


def test_a_repeat_without_a_way_back_is_done_at_once_again(opened):
    assert language(opened(small("[{repeat: [{name: a}], times: 1..2}]")), UNIFIED) == {("a",), ("a", "a")}


def test_paths_add_skip_and_move(opened):
    standard = opened(
        small("[{name: a}, {name: b, optional: true}, {name: c}, {name: d}]", """paths:
  加: {when: {线: 加}, add: [{name: y, after: x}, {name: x, after: b}, {name: w, before: a}, {name: z, after: d, optional: true}]}
  减: {when: {线: 减}, skip: [b, c]}
  换: {when: {线: [换, 调]}, move: [{name: d, after: a}]}
""")
    )  # fmt: skip
    assert situation_of(standard, {"线": "调"}) == Situation("换", (0,))
    assert situation_of(standard, {"线": "无"}) == UNIFIED
    ways = {
        name: {"".join(way) for way in language(standard, Situation(name, (0,)))} for name in ("", "加", "减", "换")
    }
    assert ways == {
        "": {"abcd", "acd"},
        "加": {"wabxycd", "waxycd", "wabxycdz", "waxycdz"},
        "减": {"ad"},
        "换": {"adbc", "adc"},
    }


def test_processes_run_one_after_the_other_when_they_apply(opened):
    standard = opened("""name: x
processes:
  - {name: 一, nodes: [{name: a}]}
  - {name: 二, optional: true, nodes: [{name: b}]}
  - {name: 三, when: {类型: [投诉]}, nodes: [{name: c}]}
""")
    assert {"".join(way) for way in language(standard, situation_of(standard, {"类型": "投诉"}))} == {"abc", "ac"}
    assert {"".join(way) for way in language(standard, situation_of(standard, {"类型": "请求"}))} == {"ab", "a"}


def test_what_no_log_shows_is_never_missed(opened):
    standard = opened(small("[{name: a}, {name: b, actions: [{do: 口头通知}]}, {name: c}]"))
    assert align(model_of(standard, UNIFIED), [("a", "c")]).costs.tolist() == [0]
    assert "b" in standard.nodes


def test_the_example_is_aligned(sample):
    consulting = situation_of(sample, {"业务线": "客户咨询"})
    sales = situation_of(sample, {"业务线": "软件销售"})
    way = ("记录请求", "请求分类", "自动分配", "客户沟通", "解决方案提供", "客户确认", "关闭")
    assert align(model_of(sample, consulting), [way]).costs.tolist() == [0]
    assert align(model_of(sample, sales), [way]).costs.tolist() == [2]  # no contract check, no diagnosis


# ── what it must not say ──────────────────────────────────────────────────────────────────────

FAULTS = {
    "a node twice": (
        small("[{name: a}, {one_of: [{name: a}, {name: b}]}]"),
        [r"standard.yml:4: the node 'a' stands in it twice"],
    ),
    "a path that skips nothing": (
        small("[{name: 请求分类}]", "paths:\n  甲:\n    when: {线: 甲}\n    skip: [请求分累]\n"),
        [r"standard.yml:8: there is no node '请求分累'.*did you mean '请求分类'"],
    ),
    "a limit in words": (small("[{name: a, within: two days}]"), ["'two days' is no time limit.*30 min"]),
    "a circle": (
        small("[{name: a}]", "paths:\n  甲: {when: {线: 甲}, add: [{name: x, after: y}, {name: y, after: x}]}\n"),
        ["in a circle: x → y → x"],
    ),
    "two kinds of block": (small("[{name: a, one_of: [{name: b}]}]"), ["an item is one node or one block"]),
    "no kind of block": (small("[{optional: true}]"), ["an item is one node or one block"]),
    "times that cannot be": (small("[{repeat: [{name: a}], times: 3..2}]"), [r"3\.\.2 is no possible number of times"]),
    "times in words": (small("[{repeat: [{name: a}], times: twice}]"), ["'twice' is no number of times"]),
    "a rule of two kinds": (
        small("[{name: a}, {name: b}]", "rules: [{response: [a, b], precedence: [a, b]}]"),
        ["a rule is of one kind"],
    ),
    "a rule about nothing": (small("[{name: a}]", "rules:\n  - {response: [a, bb]}\n"), ["there is no node 'bb'"]),
    "an unknown key": (small("[{nmae: a}]"), ["unknown key 'nmae'.*did you mean 'name'"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_standard_is_refused_in_words(opened, fault):
    text, patterns = FAULTS[fault]
    for pattern in patterns:
        with pytest.raises(SpecError, match=f"(?s){pattern}"):
            opened(text)


def test_all_faults_of_a_file_come_at_once(opened):
    text = small("[{name: a}, {name: a}]", "paths:\n  甲: {when: {线: 甲}, skip: [q]}\nrules: [{four_eyes: [a, z]}]\n")
    with pytest.raises(SpecError) as caught:
        opened(text)
    assert len(caught.value.faults) == 3


def test_two_hundred_nodes_in_any_order_are_refused_at_once(opened):
    nodes = ", ".join(f"{{name: n{i}}}" for i in range(200))
    standard = opened(small(f"[{{any_order: [{nodes}]}}]"))
    begin = time.monotonic()
    with pytest.raises(SpecError, match=r"(?s)too many states.*any_order ×200"):
        model_of(standard, UNIFIED)
    assert time.monotonic() - begin < 20
    twelve = ", ".join(f"{{name: n{i}}}" for i in range(13))
    with pytest.raises(SpecError, match="too many states"):
        model_of(opened(small(f"[{{any_order: [{twelve}]}}]")), UNIFIED)
