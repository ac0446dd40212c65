"""Nodes get an order that depends on the graph alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procmine.core.nets.graphs import fixed_order


@pytest.mark.parametrize(
    ("colours", "arcs", "order"),
    [
        pytest.param({}, [], [], id="nothing"),
        pytest.param({1: "b", 2: "a"}, [], [2, 1], id="by colour"),
        pytest.param({1: "a", 2: "a", 3: "a"}, [(3, 1), (1, 2)], [2, 3, 1], id="by neighbours"),
        pytest.param({1: "a", 2: "a", 3: "b"}, [(1, 3)], [2, 1, 3], id="by arcs to others"),
    ],
)
def test_what_can_be_told_apart_has_its_place(colours, arcs, order):
    assert fixed_order(colours, arcs) == order


@st.composite
def shuffled_graphs(draw):
    """A graph, and the same graph with its nodes renamed and everything in another order."""
    n = draw(st.integers(1, 7))
    colours = dict(enumerate(draw(st.lists(st.sampled_from("ab"), min_size=n, max_size=n))))
    nodes = st.integers(0, n - 1)
    arcs = draw(st.lists(st.tuples(nodes, nodes), unique=True, max_size=12))
    names = draw(st.permutations(range(n)))
    renamed = {names[node]: colours[node] for node in draw(st.permutations(range(n)))}
    moved = [(names[source], names[target]) for source, target in draw(st.permutations(arcs))]
    return (colours, arcs), (renamed, moved)


def put_in_order(colours, arcs):
    """The graph as one sees it when its nodes are named by their places."""
    place = {node: i for i, node in enumerate(fixed_order(colours, arcs))}
    return [colours[node] for node in place], sorted((place[source], place[target]) for source, target in arcs)


@given(shuffled_graphs())
@settings(max_examples=300, deadline=None)
def test_the_order_of_the_input_is_irrelevant(graphs):
    one, other = graphs
    assert put_in_order(*one) == put_in_order(*other)


RING_OF_SIX = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]
TWO_RINGS_OF_THREE = [(6, 7), (7, 8), (8, 6), (9, 10), (10, 11), (11, 9)]


def test_nodes_that_look_alike_are_told_apart_by_what_follows_from_choosing_them():
    arcs = RING_OF_SIX + TWO_RINGS_OF_THREE
    forward, backward = (put_in_order(dict.fromkeys(nodes, ""), arcs) for nodes in (range(12), range(11, -1, -1)))
    assert forward == backward
