"""A fixed order for the nodes of a graph, whatever order they come in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

N = TypeVar("N", bound=Hashable)


def fixed_order(colours: Mapping[N, Any], arcs: Iterable[tuple[N, N]]) -> list[N]:
    """Nodes in an order that depends on the graph alone.

    Colour refinement (Weisfeiler and Leman, 1968) tells nodes apart by their neighbourhoods; where it
    leaves equals, one of them is put first and refinement goes on. Equals that are images of each
    other in a symmetry of the graph may be exchanged without any visible difference.

    Parameters
    ----------
    colours
        What can be told of each node by itself: anything sortable, such as (kind, label).
    arcs
        Pairs of nodes, from → to.

    Examples
    --------
    >>> fixed_order({2: "b", 1: "a", 3: "b"}, [(1, 3), (3, 2)])
    [1, 3, 2]
    """
    arcs = list(arcs)
    before: dict[N, list[N]] = {node: [] for node in colours}
    after: dict[N, list[N]] = {node: [] for node in colours}
    for source, target in arcs:
        before[target].append(source)
        after[source].append(target)
    rank = _ranked(colours)
    while True:
        rank = _refined(rank, before, after)
        tied = _first_tie(rank)
        if tied is None:
            return sorted(rank, key=lambda node: rank[node])
        rank = _ranked({node: (place, node is not tied) for node, place in rank.items()})


def _ranked(colours: Mapping[N, Any]) -> dict[N, int]:
    place = {colour: i for i, colour in enumerate(sorted(set(colours.values())))}
    return {node: place[colour] for node, colour in colours.items()}


def _refined(rank: dict[N, int], before: Mapping[N, Sequence[N]], after: Mapping[N, Sequence[N]]) -> dict[N, int]:
    while True:
        signs = {
            node: (place, sorted(rank[n] for n in after[node]), sorted(rank[n] for n in before[node]))
            for node, place in rank.items()
        }
        finer = _ranked({node: (sign[0], tuple(sign[1]), tuple(sign[2])) for node, sign in signs.items()})
        if len(set(finer.values())) == len(set(rank.values())):
            return finer
        rank = finer


def _first_tie(rank: Mapping[N, int]) -> N | None:
    seen: dict[int, N] = {}
    ties = {}
    for node, place in rank.items():
        if place in seen:
            ties[place] = seen[place]
        seen.setdefault(place, node)
    return ties[min(ties)] if ties else None
