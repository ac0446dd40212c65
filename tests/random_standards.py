"""Random process trees and traces, and what is independent of our alignment: a search, and pm4py's nets."""

from __future__ import annotations

import heapq
from typing import Any

from hypothesis import strategies as st

from procmine.core.nets.automaton import Automaton, automaton_of
from procmine.core.nets.petri import PetriNet
from procmine.core.nets.process_tree import ProcessTree, block, net_of, node

LABELS = "abcdef"


def trees(labels: str = LABELS) -> st.SearchStrategy[ProcessTree]:
    """Trees of a few nodes; a label may stand at several of them."""
    leaves = st.sampled_from(labels).map(node) | st.just(node())

    def blocks(parts: st.SearchStrategy[ProcessTree]) -> st.SearchStrategy[ProcessTree]:
        several = st.lists(parts, min_size=1, max_size=3)
        return (
            several.map(lambda some: block("sequence", *some))
            | several.map(lambda some: block("one_of", *some))
            | st.lists(parts, min_size=2, max_size=3).map(lambda some: block("any_order", *some))
            | parts.map(lambda one: block("optional", one))
            | st.tuples(parts, parts).map(lambda two: block("repeat", *two))
        )

    return st.recursive(leaves, blocks, max_leaves=7)


def traces(labels: str = LABELS + "x") -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(labels), max_size=9).map(tuple)


def automaton(tree: ProcessTree) -> Automaton:
    found = automaton_of(net_of(tree), 5000)
    assert found is not None
    return found


def cheapest(
    model: Automaton, trace: tuple[str, ...], *, is_open: bool = False, costs: Any = None, log_costs: Any = None
) -> int:
    """The cost of an optimal alignment by a plain search over (state, place in the trace): Dijkstra, 1959."""
    costs, log_costs = costs or {}, log_costs or {}
    paid = {(0, 0): 0}
    todo = [(0, 0, 0)]
    while todo:
        cost, state, place = heapq.heappop(todo)
        if cost > paid[state, place]:
            continue
        if place == len(trace) and (is_open or state == model.final):
            return cost
        ahead = [(cost, after, place) for after in model.silent[state]]
        for label, states in model.steps[state].items():
            ahead += [(cost + costs.get(label, 1), after, place) for after in states]
            if place < len(trace) and trace[place] == label:
                ahead += [(cost, after, place + 1) for after in states]
        if place < len(trace):
            ahead.append((cost + log_costs.get(trace[place], 1), state, place + 1))
        for more, after, further in ahead:
            if more < paid.get((after, further), 1 << 30):
                paid[after, further] = more
                heapq.heappush(todo, (more, after, further))
    raise AssertionError("no alignment")


def pm4py_net(net: PetriNet) -> tuple[Any, Any, Any]:
    """The same net as pm4py's objects."""
    from pm4py.objects.petri_net.obj import Marking
    from pm4py.objects.petri_net.obj import PetriNet as Theirs
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    theirs = Theirs("net")
    nodes: dict[str, Any] = {name: Theirs.Place(name) for name in net.places}
    theirs.places.update(nodes.values())
    for transition in net.transitions:
        nodes[transition.name] = Theirs.Transition(transition.name, transition.label)
        theirs.transitions.add(nodes[transition.name])
    for source, target in net.arcs:
        add_arc_from_to(nodes[source], nodes[target], theirs)
    return theirs, Marking({nodes[net.source]: 1}), Marking({nodes[net.sink]: 1})


def same_language(one: Automaton, other: Automaton) -> bool:
    """Whether two models allow the same ways: their state sets walked side by side (Hopcroft and Karp, 1971)."""

    def after(model: Automaton, states: frozenset[int], label: str) -> frozenset[int]:
        ahead = {head for state in states for head in model.steps[state].get(label, ())}
        return frozenset(state for head in ahead for state in model.silently[head])

    todo = [(frozenset(one.silently[0]), frozenset(other.silently[0]))]
    seen = set(todo)
    for left, right in todo:
        if (one.final in left) != (other.final in right):
            return False
        for label in {name for state in left for name in one.steps[state]} | {
            name for state in right for name in other.steps[state]
        }:
            ahead = (after(one, left, label), after(other, right, label))
            if ahead not in seen:
                seen.add(ahead)
                todo.append(ahead)
    return True
