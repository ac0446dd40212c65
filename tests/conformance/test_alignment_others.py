"""Alignment beside pm4py and r4pm: the same costs on random standards and on real logs, and mined models that fit."""

from __future__ import annotations

import warnings
from collections import Counter

import pytest
from conftest import real_log, shared_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_standards import automaton, pm4py_net, traces, trees

import procmine as pm
from procmine.conformance.aligning.alignment import align
from procmine.conformance.aligning.state_model import StateModel
from procmine.core.nets.automaton import automaton_of
from procmine.core.nets.process_tree import block, net_of, node
from procmine.discovery.miners import Searcher, mine

LOGS = ["helpdesk", "receipt_csv", "bpic2020_DomesticDeclarations", "running_example"]


def log_by(name):
    if name == "running_example":
        return pm.read_export(shared_file("basics/running-example.csv"), time_zone="UTC")
    return real_log(name)


def r4pm_costs(net, paths):
    """Unit costs by r4pm; the test is skipped where it is not at hand."""
    r4pm = pytest.importorskip("r4pm", exc_type=ImportError)
    plain = r4pm.petri_net.from_pm4py(*pm4py_net(net))
    found = [r4pm.bindings.align_trace(plain, list(path)) for path in paths]
    return [one["cost"] for one in found]


def pm4py_costs(net, paths):
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.log.obj import Event, EventLog, Trace

    log = EventLog([Trace([Event({"concept:name": name}) for name in path]) for path in paths])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = algorithm.apply(log, *pm4py_net(net), parameters={"show_progress_bar": False})
    return [int(one["cost"]) // 10_000 for one in found]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(trees(), st.lists(traces(), min_size=1, max_size=5))
def test_costs_are_those_of_r4pm(tree, log):
    assert align(StateModel.of(automaton(tree)), log).costs.tolist() == r4pm_costs(net_of(tree), log)


def mined(name, noise):
    log = log_by(name)
    net = mine(Counter({one.activities: one.n_cases for one in log.variants}), "inductive", noise).net
    return net, automaton_of(net, 5000), [one.activities for one in log.variants]


@pytest.mark.parametrize("name", LOGS)
def test_a_model_mined_without_filtering_fits_every_case(name):
    net, machine, paths = mined(name, 0.0)
    if machine is not None:
        found = align(StateModel.of(machine), paths)
        assert found.costs.max() == 0
        assert float((1 - found.costs / found.worst).min()) == 1.0
    else:  # too many states: the search that the hand-over uses
        searcher = Searcher(net)
        for path in paths[:40]:
            moves = searcher.moves(path)
            assert [label for label, is_event in moves if is_event] == list(path)
            assert all(is_event for _, is_event in moves)


@pytest.mark.parametrize(("name", "noise"), [("helpdesk", 0.2), ("running_example", 0.0), ("bpic2020_DomesticDeclarations", 0.1)])  # fmt: skip
def test_costs_on_real_logs_are_those_of_both(name, noise):
    net, machine, paths = mined(name, noise)
    assert machine is not None
    costs = align(StateModel.of(machine), paths).costs.tolist()
    some = slice(0, None, max(len(paths) // 25, 1))
    assert costs[some] == pm4py_costs(net, paths[some])
    assert costs == r4pm_costs(net, paths)


# ── costs, and ties ───────────────────────────────────────────────────────────────────────────────


def test_ties_are_broken_from_the_end_backwards_and_by_name():
    """Every case has two optimal alignments; which one is taken is written down in `align`."""
    chain = StateModel.of(automaton(block("sequence", node("a"), node("b"))))
    found = align(chain, [("b", "a"), ("a", "a", "b"), ("a", "b", "b")])
    assert found.costs.tolist() == [2, 1, 1]
    # synchronous at the end first: of 'b a' the last event is kept, of 'a a b' the later a, of 'a b b' the later b
    assert found.nodes.tolist() == [-1, 0, -1, 0, 1, 0, -1, 1]
    choice = StateModel.of(automaton(block("one_of", node("x"), node("m"), node("k"))))
    assert choice.nodes[align(choice, [()]).skipped[0, 2]] == "k"  # names in order


def test_costs_from_one_to_a_thousand_decide():
    chain = automaton(block("sequence", node("a"), node("b")))
    dear = align(StateModel.of(chain, costs={"a": 1000}), [("b", "a")])
    assert (dear.costs.tolist(), dear.worst.tolist()) == ([2], [1003])
    dearer = align(StateModel.of(chain, costs={"a": 1000, "b": 999}), [("b", "a")], log_costs={"a": 1000, "b": 1000})
    assert (dearer.costs.tolist(), dearer.worst.tolist()) == ([1999], [3999])
