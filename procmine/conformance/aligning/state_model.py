"""A model as the alignment sees it: states, edges, and the cheapest way from every state to every other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from procmine.conformance.aligning.closing import Closing
from procmine.core.nets.automaton import Automaton

FAR = 1 << 52
"""What a way costs that does not exist, in the scale of `StateModel.ways`."""
TOO_DEAR = 1 << 29
"""More than any alignment costs; two of it fit into 32 bits."""


class Edge(NamedTuple):
    """A step from state to state; its node is a number, -1 where nobody sees it."""

    tail: int
    head: int
    node: int


@dataclass(frozen=True)
class StateModel:
    """The reachability graph of a model whose steps are nodes.

    Attributes
    ----------
    nodes
        Name of each node.
    claims
        Activity to the nodes that an event of it can do.
    costs
        What it costs to leave out each node.
    final
        The state in which all is done.
    """

    n_states: int
    edges: tuple[Edge, ...]
    nodes: tuple[str, ...]
    claims: Mapping[str, tuple[int, ...]]
    costs: tuple[int, ...]
    final: int

    @classmethod
    def of(
        cls,
        automaton: Automaton,
        claims: Mapping[str, Iterable[str]] | None = None,
        costs: Mapping[str, int] | None = None,
    ) -> StateModel:
        """The model of an automaton.

        Parameters
        ----------
        claims
            Activity to the labels that it can do; each does its own when left out.
        costs
            Cost of leaving out a label, where it is not 1.

        Raises
        ------
        ValueError
            If the automaton cannot reach its end.
        """
        if automaton.final is None:
            raise ValueError("the model cannot reach its end")
        nodes = tuple(sorted({label for step in automaton.steps for label in step}))
        number = {name: i for i, name in enumerate(nodes)}
        edges = [
            *(
                Edge(state, after, number[label])
                for state, step in enumerate(automaton.steps)
                for label, states in step.items()
                for after in states
            ),
            *(Edge(state, after, -1) for state, states in enumerate(automaton.silent) for after in states),
        ]
        named = {name: [name] for name in nodes} if claims is None else claims
        known = {
            activity: tuple(sorted({number[label] for label in labels if label in number}))
            for activity, labels in named.items()
        }
        given = costs or {}
        return cls(
            len(automaton.steps),
            tuple(sorted(set(edges))),
            nodes,
            known,
            tuple(given.get(name, 1) for name in nodes),
            automaton.final,
        )

    @property
    def scale(self) -> int:
        """What a unit of cost counts in `ways`: more than the edges of any way."""
        return self.n_states + 1

    def _price(self, edge: Edge) -> int:
        return self.costs[edge.node] if edge.node >= 0 else 0

    @cached_property
    def closing(self) -> Closing:
        """Its edges as model moves."""
        return Closing.of(self.n_states, [(edge.tail, edge.head, self._price(edge)) for edge in self.edges])

    @cached_property
    def ways(self) -> np.ndarray:
        """Cost and length of the cheapest way from state to state: cost × (states + 1) + edges, int64.

        The shortest of the cheapest ways never goes in a circle of silent edges. The empty way is 0.
        """
        steps = [(edge.tail, edge.head, self._price(edge) * self.scale + 1) for edge in self.edges]
        way = np.full((self.n_states, self.n_states), FAR, dtype=np.int64)
        np.fill_diagonal(way, 0)
        Closing.of(self.n_states, steps).close(way)
        return np.ascontiguousarray(np.minimum(way.T, FAR))

    @cached_property
    def distances(self) -> np.ndarray:
        """Cost of the cheapest model moves from state to state, int64; `TOO_DEAR` where there is no way."""
        in_cost: np.ndarray = np.minimum(self.ways // self.scale, TOO_DEAR)
        return in_cost

    @cached_property
    def again(self) -> frozenset[str]:
        """The nodes that can follow themselves at once."""
        tails: dict[int, set[int]] = {}
        for tail, _, node in self.edges:
            tails.setdefault(node, set()).add(tail)
        repeatable = {
            node
            for _, head, node in self.edges
            if node >= 0 and any(self.distances[head, tail] == 0 for tail in tails[node])
        }
        return frozenset(self.nodes[node] for node in repeatable)

    @property
    def shortest(self) -> int:
        """Cost of the cheapest way through the model."""
        return int(self.distances[0, self.final])

    @cached_property
    def last_nodes(self) -> frozenset[int]:
        """The nodes behind which the model can be done."""
        return frozenset(
            edge.node for edge in self.edges if edge.node >= 0 and self.distances[edge.head, self.final] == 0
        )

    def way(self, begin: int, end: int) -> list[int]:
        """The nodes done on the cheapest way between two states; of equal ones, by the smallest next state and node."""
        nodes = []
        here = begin
        while here != end:
            left = self.ways[here, end]
            step = min(
                edge
                for edge in self._from[here]
                if self._price(edge) * self.scale + 1 + self.ways[edge.head, end] == left
            )
            if step.node >= 0:
                nodes.append(step.node)
            here = step.head
        return nodes

    @cached_property
    def _from(self) -> tuple[tuple[Edge, ...], ...]:
        leading: list[list[Edge]] = [[] for _ in range(self.n_states)]
        for edge in self.edges:
            leading[edge.tail].append(edge)
        return tuple(map(tuple, leading))

    def edges_for(self, activity: str) -> tuple[Edge, ...]:
        """The edges that an event of an activity can be."""
        nodes = self.claims.get(activity, ())
        return tuple(edge for edge in self.edges if edge.node in nodes)
