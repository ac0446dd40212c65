"""Costs of states made as low as free choice of model moves allows, for many cost vectors at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

_BLOCK = 1 << 20
"""Costs worked on at once: what fits into a processor's cache."""


class Moves(NamedTuple):
    """Steps from state to state, no two of them to the same one, and what each costs."""

    tails: np.ndarray
    heads: np.ndarray
    prices: np.ndarray


def without_clashes(steps: Sequence[tuple[int, int, int]]) -> list[Moves]:
    """Steps (tail, head, price) in as few groups as need be for no two of a group to have the same head.

    Examples
    --------
    >>> [moves.heads.tolist() for moves in without_clashes([(0, 2, 1), (1, 2, 1), (1, 3, 1)])]
    [[2, 3], [2]]
    """
    groups: list[list[tuple[int, int, int]]] = []
    seen: dict[int, int] = defaultdict(int)
    for step in steps:
        if seen[step[1]] == len(groups):
            groups.append([])
        groups[seen[step[1]]].append(step)
        seen[step[1]] += 1
    return [
        Moves(*(np.array(column, np.int64) for column in zip(*group, strict=True)))._replace(
            prices=np.array([[price] for *_, price in group])
        )
        for group in groups
    ]


@dataclass(frozen=True)
class Closing:
    """The steps of a model in an order in which one pass over them is enough, but for steps that lead back.

    Attributes
    ----------
    forward
        Steps that lead on, those that lead to a state before those that leave it.
    back
        Steps that close a circle.
    """

    forward: tuple[Moves, ...]
    back: tuple[Moves, ...]

    @classmethod
    def of(cls, n_states: int, steps: Sequence[tuple[int, int, int]]) -> Closing:
        """The steps (tail, head, price) of a model all of whose states can be reached from the first."""
        place = _topological(n_states, steps)
        onward = sorted((step for step in steps if place[step[0]] < place[step[1]]), key=lambda step: place[step[0]])
        depth = [0] * n_states
        for tail, head, _ in onward:
            depth[head] = max(depth[head], depth[tail] + 1)
        layers: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for step in onward:
            layers[depth[step[1]]].append(step)
        forward = [moves for layer in sorted(layers) for moves in without_clashes(layers[layer])]
        circles = [step for step in steps if place[step[0]] > place[step[1]]]
        return cls(tuple(forward), tuple(without_clashes(circles)))

    def close(self, costs: np.ndarray) -> None:
        """Lower costs (one row per state, one column per vector) to what model moves make of them, in place.

        Examples
        --------
        >>> import numpy as np
        >>> costs = np.array([[0], [9], [9]])
        >>> Closing.of(3, [(0, 1, 1), (1, 2, 1), (2, 0, 0)]).close(costs)
        >>> costs.ravel().tolist()
        [0, 1, 2]
        """
        width = max(_BLOCK // len(costs), 1)
        for begin in range(0, costs.shape[1], width):
            block = costs[:, begin : begin + width].copy()
            lower(block, self.forward)
            while lower(block, self.back, tell=True):
                lower(block, self.forward)
            costs[:, begin : begin + width] = block


def lower(costs: np.ndarray, steps: Sequence[Moves], *, tell: bool = False) -> bool:
    """Take each step where it makes its head cheaper; whether any did, if that is to be told."""
    better = False
    for tails, heads, prices in steps:
        reached, known = costs[tails] + prices, costs[heads]
        better = better or (tell and bool((reached < known).any()))
        costs[heads] = np.minimum(reached, known, out=reached)
    return better


def _topological(n_states: int, steps: Sequence[tuple[int, int, int]]) -> list[int]:
    """The place of each state in an order in which only steps that close a circle lead to an earlier one."""
    ahead: list[list[int]] = [[] for _ in range(n_states)]
    for tail, head, _ in steps:
        ahead[tail].append(head)
    place, left, seen = [0] * n_states, n_states, {0}
    todo = [(0, iter(ahead[0]))]
    while todo:
        state, others = todo[-1]
        after = next((other for other in others if other not in seen), None)
        if after is None:
            left -= 1
            place[state] = left
            todo.pop()
        else:
            seen.add(after)
            todo.append((after, iter(ahead[after])))
    return place
