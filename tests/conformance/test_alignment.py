"""Alignments: the cheapest there are, their moves replay on the model and sum to the cost, and they are always the same."""

from __future__ import annotations

from collections import Counter

import pytest
from conftest import shared_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_standards import LABELS, automaton, cheapest, pm4py_net, traces, trees

import procmine as pm
from procmine.conformance.aligning import alignment
from procmine.conformance.aligning.alignment import align
from procmine.conformance.aligning.state_model import StateModel
from procmine.core.nets.automaton import automaton_of
from procmine.core.nets.process_tree import block, net_of, node

many = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
prices = st.dictionaries(st.sampled_from(LABELS), st.integers(1, 9))


def moves_of(found, number, variant):
    """The moves of one variant in order: (event's place or None, node or None)."""
    missing = [(int(at), int(which)) for which_variant, at, which in found.skipped if which_variant == number]
    nodes = found.nodes[found.begins[number] : found.begins[number + 1]]
    moves = []
    for place in range(len(variant) + 1):
        moves += [(None, which) for at, which in missing if at == place]
        if place < len(variant):
            moves.append((place, int(nodes[place]) if nodes[place] >= 0 else None))
    return moves


def replays(model, moves, *, is_open):
    """Whether the model can do these nodes one after the other, with silent steps between."""

    def silently(states):
        todo, seen = list(states), set(states)
        for state in todo:
            for edge in model.edges:
                if edge.tail == state and edge.node < 0 and edge.head not in seen:
                    seen.add(edge.head)
                    todo.append(edge.head)
        return seen

    states = silently({0})
    for _, which in moves:
        if which is not None:
            states = silently({edge.head for edge in model.edges if edge.tail in states and edge.node == which})
    return bool(states) if is_open else model.final in states


@many
@given(trees(), st.lists(traces(), max_size=8), prices, prices, st.data())
def test_costs_are_those_of_a_plain_search_and_moves_replay_and_sum(tree, log, costs, log_costs, data):
    machine = automaton(tree)
    model = StateModel.of(machine, costs=costs)
    is_open = data.draw(st.lists(st.booleans(), min_size=len(log), max_size=len(log)))
    found = align(model, log, log_costs=log_costs, is_open=is_open)
    for number, variant in enumerate(log):
        wanted = cheapest(machine, variant, is_open=is_open[number], costs=costs, log_costs=log_costs)
        assert found.costs[number] == wanted
        moves = moves_of(found, number, variant)
        assert replays(model, moves, is_open=is_open[number])
        assert all(model.nodes[which] == variant[at] for at, which in moves if at is not None and which is not None)
        paid = sum(model.costs[which] for at, which in moves if at is None)
        paid += sum(log_costs.get(variant[at], 1) for at, which in moves if which is None)
        assert paid == wanted
        whole = sum(log_costs.get(name, 1) for name in variant) + (0 if is_open[number] else model.shortest)
        assert found.worst[number] == whole >= wanted


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees(), st.lists(traces(), min_size=1, max_size=4))
def test_costs_are_those_of_pm4py(tree, log):
    # The variant itself: pm4py's front door takes some nets with silent steps side by side for unsound.
    from pm4py.algo.conformance.alignments.petri_net.variants import dijkstra_no_heuristics
    from pm4py.objects.log.obj import Event, Trace

    net = pm4py_net(net_of(tree))
    found = align(StateModel.of(automaton(tree)), log)
    for path, cost in zip(log, found.costs.tolist(), strict=True):
        trace = Trace([Event({"concept:name": name}) for name in path])
        assert dijkstra_no_heuristics.apply(trace, *net)["cost"] // 10_000 == cost


@many
@given(trees(), st.lists(traces(), max_size=6), st.randoms())
def test_an_alignment_does_not_depend_on_what_else_is_aligned(tree, log, shuffle):
    model = StateModel.of(automaton(tree))
    together = align(model, log)
    other = [*log, *log]
    shuffle.shuffle(other)
    beside = align(model, other)
    for number, variant in enumerate(log):
        place = other.index(variant)
        assert moves_of(together, number, variant) == moves_of(beside, place, variant)


def test_many_variants_are_taken_in_portions(monkeypatch):
    model = StateModel.of(automaton(block("sequence", node("a"), block("repeat", node("b"), node("c")), node("d"))))
    log = [tuple("a" + "bc" * i + "b" + "x" * j + "d") for i in range(9) for j in range(4)]
    whole = align(model, log)
    monkeypatch.setattr(alignment, "_CELLS", 100)
    parts = align(model, log)
    for name in ("costs", "worst", "nodes", "begins", "skipped"):
        assert getattr(whole, name).tolist() == getattr(parts, name).tolist()
    assert whole.costs.tolist() == [j for _ in range(9) for j in range(4)]


def test_an_activity_that_several_nodes_claim_does_the_one_that_fits():
    model = StateModel.of(automaton(block("sequence", node("初审"), node("复审"))), {"审批": ["初审", "复审"]})
    found = align(model, [("审批", "审批"), ("审批",), ("审批", "审批", "审批")])
    assert [
        [model.nodes[i] if i >= 0 else None for i in found.nodes[a:b]]
        for a, b in zip(found.begins, found.begins[1:], strict=False)
    ] == [
        ["初审", "复审"],
        ["复审"],
        [None, "初审", "复审"],
    ]
    assert found.costs.tolist() == [0, 1, 1]


def test_nothing_to_align():
    model = StateModel.of(automaton(node("a")))
    empty = align(model, [])
    assert (len(empty.costs), len(empty.nodes), empty.skipped.shape) == (0, 0, (0, 3))
    assert align(model, [()]).costs.tolist() == [1]
    assert align(model, [()], is_open=[True]).costs.tolist() == [0]


def test_a_model_that_cannot_end_is_refused():
    from procmine.core.nets.petri import PetriNet, Transition

    stuck = PetriNet(("i", "m", "o"), (Transition("t", "a"),), (("i", "t"), ("t", "m")), "i", "o")
    with pytest.raises(ValueError, match="cannot reach its end"):
        StateModel.of(automaton_of(stuck, 10))


def test_the_broken_running_example_has_its_published_fitness():
    from procmine.discovery.miners import mine

    whole = pm.read_export(shared_file("basics/running-example.csv"), time_zone="UTC")
    broken = pm.read_export(shared_file("basics/running_example_broken.csv"), time_zone="UTC")
    mined = mine(Counter({one.activities: one.n_cases for one in whole.variants}), "inductive", 0.0)
    cases = [one.activities for one in broken.variants for _ in range(one.n_cases)]
    found = align(StateModel.of(automaton_of(mined.net, 5000)), cases)
    assert sorted(zip(found.costs.tolist(), found.worst.tolist(), strict=True)) == sorted(
        zip([1, 1, 2, 0, 3, 3], [9, 9, 10, 10, 17, 9], strict=True)
    )
    assert round(float((1 - found.costs / found.worst).mean()), 6) == 0.844662
    assert round(float(1 - found.costs.sum() / found.worst.sum()), 6) == 0.84375
