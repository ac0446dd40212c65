"""FlowDeviations: single edits of a conforming case are told as what they are, where they are."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_standards import LABELS, automaton, cheapest, traces, trees

from procmine.conformance.aligning.alignment import align
from procmine.conformance.aligning.flow_deviations import flow_deviations
from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.nets.process_tree import block, node

many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CHAIN = StateModel.of(automaton(block("sequence", *map(node, LABELS))))


def told(model, *log):
    found = flow_deviations(model, log, align(model, log))
    rows = zip(*(column.tolist() for column in found), strict=True)
    return [
        (variant, DEVIATION_KINDS.names[kind], model.nodes[which] if which >= 0 else "", position, due)
        for variant, kind, which, position, due in rows
    ]


def test_each_single_edit_of_a_chain_is_told_as_that_kind_at_that_place():
    way = tuple(LABELS)
    for i, name in enumerate(way):
        dropped = (*way[:i], *way[i + 1 :])
        assert told(CHAIN, dropped) == [(0, "skipped", name, i, -1)]
        inserted = (*way[:i], "x", *way[i:])
        assert told(CHAIN, inserted) == [(0, "unexpected", "", i, -1)]
        for later in range(i + 1, len(way) + 1):
            again = (*way[:later], name, *way[later:])
            assert told(CHAIN, again) == [(0, "repeated", name, later, -1)]
    for i in range(len(way) - 2):  # two places further: only one of the nodes has moved
        moved = (*way[:i], *way[i + 1 : i + 3], way[i], *way[i + 3 :])
        assert told(CHAIN, moved) == [(0, "wrong_order", way[i], i + 2, i)]


def test_a_node_done_often_without_being_due_is_unexpected_once_and_then_repeated():
    model = StateModel.of(automaton(block("sequence", node("a"), node("b"))), {"a": ["a"], "b": ["b"], "c": ["c"]})
    assert told(model, ("a", "c", "b", "c")) == [(0, "unexpected", "", 1, -1), (0, "unexpected", "", 3, -1)]
    choice = StateModel.of(
        automaton(block("sequence", block("one_of", node("a"), block("sequence", node("c"), node("d"))), node("b")))
    )
    assert told(choice, ("a", "c", "b", "c")) == [(0, "unexpected", "c", 1, -1), (0, "repeated", "c", 3, -1)]


def test_several_of_one_node_pair_in_order():
    model = StateModel.of(automaton(block("sequence", *map(node, "abcb"), node("d"))))
    assert told(model, tuple("acbdb")) in (
        [(0, "wrong_order", "b", 4, 1)],
        [(0, "wrong_order", "b", 4, 3)],
    )
    assert told(model, tuple("acd")) == [(0, "skipped", "b", 1, -1), (0, "skipped", "b", 2, -1)]


@many
@given(trees(), st.lists(traces(), max_size=6))
def test_kinds_add_up_to_the_cost(tree, log):
    """A wrong order is two moves, every other deviation one; what the alignment does not charge is none."""
    machine = automaton(tree)
    rows = told(StateModel.of(machine), *log)
    paid = Counter()
    for variant, kind, *_ in rows:
        paid[variant] += 2 if kind == "wrong_order" else 1
    assert [paid[number] for number in range(len(log))] == [cheapest(machine, variant) for variant in log]


@many
@given(trees(), st.lists(traces(), max_size=6))
def test_kinds_are_what_their_definition_says(tree, log):
    """The slow definition, variant by variant."""
    model = StateModel.of(automaton(tree))
    found = align(model, log)
    rows = told(model, *log)
    for number, variant in enumerate(log):
        nodes = found.nodes[found.begins[number] : found.begins[number + 1]].tolist()
        skipped = Counter(model.nodes[which] for owner, _, which in found.skipped.tolist() if owner == number)
        extra = Counter(name for name, which in zip(variant, nodes, strict=True) if which < 0 and name in model.nodes)
        foreign = sum(name not in model.nodes for name in variant)
        mine = Counter((kind, name) for owner, kind, name, *_ in rows if owner == number)
        for name in model.nodes:
            k = min(skipped[name], extra[name])
            left = extra[name] - k
            alone = left > 0 and variant.count(name) == left
            assert mine["wrong_order", name] == k
            assert mine["skipped", name] == skipped[name] - k
            assert mine["unexpected", name] == (1 if alone else 0)
            assert mine["repeated", name] == left - (1 if alone else 0)
        assert mine["unexpected", ""] == foreign
        for owner, kind, name, position, _ in rows:
            if owner == number and kind in ("wrong_order", "repeated"):
                assert variant[position] == name


def test_a_log_that_fits_has_no_deviation():
    assert told(CHAIN, tuple(LABELS), tuple(LABELS)) == []
    assert told(CHAIN) == []
