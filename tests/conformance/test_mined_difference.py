"""The mined model against the standard: counted by hand, and the languages of random models against all their words."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from random_standards import automaton, same_language, trees

import procmine as pm
from procmine.core.nets.languages import Walker, arcs_of, partings

many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def accepts(model, word):
    walker = Walker(model)
    states = walker.start
    for label in word:
        states = walker.after(states, label)
    return model.final in states


def words(model, length):
    """All words of a model up to a length, by plain enumeration."""
    walker = Walker(model)
    found, todo = set(), [((), walker.start)]
    for word, states in todo:
        if model.final in states:
            found.add(word)
        if len(word) < length:
            todo += [((*word, label), walker.after(states, label)) for label in walker.labels(states) - {""}]
    return found


@many
@given(trees("abc"))
def test_arcs_are_those_of_all_words(tree):
    model = automaton(tree)
    arcs = arcs_of(model)
    seen = {arc for word in words(model, 5) for arc in pairwise(("", *word, ""))}
    assert seen <= set(arcs)
    for arc, word in arcs.items():
        assert accepts(model, word)
        assert arc in pairwise(("", *word, ""))
    assert {arc: word for arc, word in arcs.items() if len(word) <= 5}.keys() == seen


@many
@given(trees("abc"), trees("abc"))
def test_partings_are_runs_of_one_model_alone_and_equal_models_have_none(tree, other):
    left, right = automaton(tree), automaton(other)
    found = partings(Walker(left), Walker(right))
    for mine, own, foreign in ((found[0], left, right), (found[1], right, left)):
        for one in mine:
            assert accepts(own, one.example)
            assert not accepts(foreign, one.example)
            assert one.arc in pairwise(("", *one.example, ""))
    assert (found == ([], [])) == same_language(left, right)


def standard(**more):
    nodes = [{"name": name} for name in ("受理", "分类", "处理", "关闭")]
    return pm.Standard.model_validate(
        {"name": "标准", "processes": [{"name": "服务", "nodes": nodes, **more.pop("process", {})}], **more}
    )


def log_of(*cases, **attributes):
    rows = [
        (f"c{i}", name, *(values[i] for values in attributes.values()))
        for i, case in enumerate(cases)
        for name in case.split()
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", *attributes])
    frame["timestamp"] = pd.Timestamp("2026-03-02") + pd.to_timedelta(range(len(frame)), unit="min")
    return pm.EventLog.from_pandas(frame, zone="UTC", states=pm.States(closed=["关闭"]))


def rows(found):
    return found.table[["allowed_by", "is_everywhere", "from", "to", "example", "n_cases"]].to_numpy().tolist()


def test_steps_that_one_of_them_allows():
    """Two cases keep to it, one leaves out 处理, and nobody does without 分类."""
    log = log_of("受理 分类 处理 关闭", "受理 分类 处理 关闭", "受理 分类 关闭", "受理 分类")
    found = pm.compare_with_standard(log, standard())
    assert rows(found) == [["mined", True, "分类", "关闭", "受理 → 分类 → 关闭", 1]]
    assert found.n_cases == 3
    assert found.sentence.startswith(
        "由 3 个已结束案例挖掘的模型（噪声过滤 0）允许 1 处标准不允许的衔接，其中 1 处在日志中出现"
    )


def test_steps_of_the_standard_that_nobody_takes():
    nodes = [{"name": "受理"}, {"name": "分类", "optional": True}, {"name": "关闭"}]
    lenient = standard().model_copy(update={"processes": pm.Standard.model_validate(
        {"name": "x", "processes": [{"name": "p", "nodes": nodes}]}).processes})  # fmt: skip
    found = pm.compare_with_standard(log_of("受理 分类 关闭"), lenient)
    assert rows(found) == [["standard", True, "受理", "关闭", "受理 → 关闭", 0]]


def test_a_step_that_both_know_in_another_place():
    """The standard repeats 处理 once at most; the log does so twice: no arc is new, but one is where it stands."""
    again = [
        {"name": "受理"},
        {"repeat": [{"name": "处理"}], "back": [{"name": "退回"}], "times": "1..2"},
        {"name": "关闭"},
    ]
    bounded = pm.Standard.model_validate({"name": "x", "processes": [{"name": "p", "nodes": again}]})
    log = log_of("受理 处理 关闭", "受理 处理 退回 处理 关闭", "受理 处理 退回 处理 退回 处理 关闭")
    found = pm.compare_with_standard(log, bounded)
    assert rows(found) == [["mined", False, "处理", "退回", "受理 → 处理 → 退回 → 处理 → 退回 → 处理 → 关闭", 1]]


def test_each_operating_path_has_a_model_of_its_own():
    paths = {"咨询": {"when": {"line": ["咨询"]}, "skip": ["处理"]}}
    log = log_of("受理 分类 处理 关闭", "受理 分类 关闭", line=["请求", "咨询"])
    assert rows(pm.compare_with_standard(log, standard(paths=paths))) == []
    found = pm.compare_with_standard(log, standard())
    assert rows(found) == [["mined", True, "分类", "关闭", "受理 → 分类 → 关闭", 1]]


def test_several_events_of_one_node_are_one_and_foreign_activities_stand_for_themselves():
    nodes = [{"name": "受理", "log": ["来电", "登记"]}, {"name": "关闭"}]
    two = pm.Standard.model_validate({"name": "x", "processes": [{"name": "p", "nodes": nodes}]})
    found = pm.compare_with_standard(log_of("来电 登记 关闭", "登记 催办 关闭"), two)
    assert rows(found) == [
        ["mined", True, "催办", "关闭", "受理 → 催办 → 关闭", 1],
        ["mined", True, "受理", "催办", "受理 → 催办 → 关闭", 1],
    ]


def test_noise_is_left_out_of_the_mined_model():
    log = log_of(*["受理 分类 处理 关闭"] * 9, "受理 分类 关闭")
    assert rows(pm.compare_with_standard(log, standard(), noise=0.3)) == []
    assert len(rows(pm.compare_with_standard(log, standard()))) == 1


def test_models_with_too_many_states_are_named(monkeypatch):
    from procmine.core.nets import languages

    monkeypatch.setattr(languages, "MOST_PAIRS", 1)
    found = pm.compare_with_standard(log_of("受理 分类 关闭"), standard())
    assert found.too_large == ("标准 · 1",)
    assert found.sentence.endswith("状态过多、未能（完全）比较：标准 · 1。")
    assert ["mined", True, "分类", "关闭"] in [row[:4] for row in rows(found)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_speaks_both_languages(language):
    found = pm.compare_with_standard(pm.six_cases(language), standard())
    assert ("noise filter 0" in found.sentence) == (language == "en")
