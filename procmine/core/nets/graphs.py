"""A fixed order for the nodes of a graph, whatever order they come in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

N = TypeVar("N", bound=Hashable)


def fixed_order(colours: Mapping[N, Any], arcs: Iterable[tuple[N, N]]) -> list[N]:
    """Nodes in an order that depends on the graph alone.

    Colour refinement (Weisfeiler and Leman, 1968) tells nodes apart by their neighbourhoods; where it
    leaves equals, one of them is put first and refinement goes on: the one that leads to the smallest
    picture of the graph. Equals that are images of each other in a symmetry of the graph may be
    exchanged without any visible difference.

    Parameters
    ----------
    colours
        What can be told of each node by itself: anything sortable, such as (kind, label).
    arcs
        Pairs of nodes, from → to.

    Examples
    --------
    >>> fixed_order({2: "b", 1: "a", 3: "b"}, [(1, 3), (3, 2)])
    [1, 2, 3]
    """
    arcs = list(arcs)
    before: dict[N, list[N]] = {node: [] for node in colours}
    after: dict[N, list[N]] = {node: [] for node in colours}
    for source, target in arcs:
        before[target].append(source)
        after[source].append(target)
    rank = _refined(_ranked(colours), before, after)
    while tied := _first_tie(rank):
        choices = (_refined(_put_first(node, rank), before, after) for node in tied)
        rank = min(choices, key=lambda choice: sorted(_signs(choice, before, after).values()))
    return sorted(rank, key=lambda node: rank[node])


def _ranked(colours: Mapping[N, Any]) -> dict[N, int]:
    place = {colour: i for i, colour in enumerate(sorted(set(colours.values())))}
    return {node: place[colour] for node, colour in colours.items()}


def _refined(rank: dict[N, int], before: Mapping[N, Sequence[N]], after: Mapping[N, Sequence[N]]) -> dict[N, int]:
    while True:
        finer = _ranked(_signs(rank, before, after))
        if len(set(finer.values())) == len(set(rank.values())):
            return finer
        rank = finer


def _signs(rank: Mapping[N, int], before: Mapping[N, Sequence[N]], after: Mapping[N, Sequence[N]]) -> dict[N, Any]:
    """What tells a node apart: its place, and the places of its neighbours."""
    return {
        node: (place, tuple(sorted(rank[n] for n in after[node])), tuple(sorted(rank[n] for n in before[node])))
        for node, place in rank.items()
    }


def _put_first(chosen: N, rank: Mapping[N, int]) -> dict[N, int]:
    return _ranked({node: (place, node is not chosen) for node, place in rank.items()})


def _first_tie(rank: Mapping[N, int]) -> list[N]:
    """The nodes that share the first place that is shared at all."""
    shared: dict[int, list[N]] = {}
    for node, place in rank.items():
        shared.setdefault(place, []).append(node)
    return min((nodes for nodes in shared.values() if len(nodes) > 1), key=lambda nodes: rank[nodes[0]], default=[])
