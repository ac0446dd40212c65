"""What every state costs after a prefix, each distinct case of it worked out once.

What a prefix costs in every state is a vector. Up to what all states have in common, few of them are
distinct, however many variants there are: they are the states of a deterministic automaton that reads
activities, and each of its steps is worked out when it is first taken. Compare universal Levenshtein automata
(Mihov and Schulz, Fast approximate search in large dictionaries, 2004).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from procmine.conformance.aligning.closing import Moves, without_clashes
from procmine.conformance.aligning.state_model import FAR, Edge, StateModel

LOG_MOVE, _UNKNOWN = -1, -2
_AT_ONCE = 4_000_000
"""Ways compared at once."""


class _Sync(NamedTuple):
    """The edges that an event of one activity can be, by tail: their numbers, heads, and tails."""

    moves: list[Moves]
    edges: np.ndarray
    tails: np.ndarray
    heads: np.ndarray


class _Growing:
    """An array that gets more rows, with room for as many as it has."""

    def __init__(self, first: np.ndarray) -> None:
        self._room, self._n = first, len(first)

    @property
    def rows(self) -> np.ndarray:
        return self._room[: self._n]

    def add(self, more: np.ndarray) -> None:
        n = self._n + len(more)
        if n > len(self._room):
            room = np.empty((max(n, 2 * self._n), *more.shape[1:]), more.dtype)
            room[: self._n] = self.rows
            self._room = room
        self._room[self._n : n] = more
        self._n = n


class CostVectors:
    """An automaton whose states are cost vectors, made as it is used.

    Steps and vectors have numbers; vector 0 is the one before any event. `target` and `shift` say for each
    step where it leads and by how much every state is dearer there.
    """

    def __init__(self, model: StateModel, activities: Sequence[str], log_costs: Mapping[str, int]) -> None:
        self.model, self.n_activities = model, max(len(activities), 1)
        self.log_moves = np.array([log_costs.get(name, 1) for name in activities], np.int32)
        numbers = {edge: i for i, edge in enumerate(model.edges)}
        self.syncs = [self._sync(model, name, numbers) for name in activities]
        first = model.distances[0].astype(np.int32)
        self._known = {first.tobytes(): 0}
        self._vectors = _Growing(first[None, :])
        self._step = _Growing(np.full(self.n_activities, -1, np.int32))
        self.source, self.code, self.target, self.shift = (np.empty(0, np.int64) for _ in range(4))
        self._back = _Growing(np.empty(0, np.int32))

    @property
    def vectors(self) -> np.ndarray:
        """What every state costs, one row per vector, less what all states have in common."""
        return self._vectors.rows

    @staticmethod
    def _sync(model: StateModel, name: str, numbers: Mapping[Edge, int]) -> _Sync:
        edges = sorted(model.edges_for(name))
        moves = without_clashes([(edge.tail, edge.head, 0) for edge in edges])
        columns = [(numbers[edge], edge.tail, edge.head) for edge in edges]
        which, tails, heads = np.array(columns, np.int64).reshape(-1, 3).T
        return _Sync(moves, which, tails, heads)

    @property
    def n_cells(self) -> int:
        """How much is remembered."""
        return self.vectors.size + self._back.rows.size

    # ── forward ───────────────────────────────────────────────────────────────────────────────

    def steps(self, vectors: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """The numbers of the steps that events take from vectors."""
        pairs = vectors * self.n_activities + codes
        numbers_of_steps: np.ndarray = self._step.rows[pairs]
        new = np.unique(pairs[numbers_of_steps < 0])
        if len(new):
            self._learn(new)
            numbers_of_steps = self._step.rows[pairs]
        return numbers_of_steps

    def _learn(self, pairs: np.ndarray) -> None:
        source, code = pairs // self.n_activities, pairs % self.n_activities
        order = np.argsort(code, kind="stable")
        source, code = source[order], code[order]
        after = self._after(source, code)
        shift = after.min(axis=0)
        target = self._numbers(np.ascontiguousarray((after - shift).T))
        self._step.rows[pairs[order]] = len(self.source) + np.arange(len(pairs))
        self.source, self.code = np.append(self.source, source), np.append(self.code, code)
        self.target, self.shift = np.append(self.target, target), np.append(self.shift, shift)
        self._back.add(np.full(after.size, _UNKNOWN, np.int32))

    def _after(self, source: np.ndarray, code: np.ndarray) -> np.ndarray:
        """Costs of the states (rows) after one more event."""
        known = np.ascontiguousarray(self.vectors[source].T)
        after: np.ndarray = known + self.log_moves[code]
        cuts = np.flatnonzero(np.diff(code)) + 1
        for begin, end in zip([0, *cuts], [*cuts, len(code)], strict=True):
            mine = slice(int(begin), int(end))
            for tails, heads, _ in self.syncs[code[begin]].moves:
                after[heads, mine] = np.minimum(after[heads, mine], known[tails, mine])
        self.model.closing.close(after)
        return after

    def _numbers(self, vectors: np.ndarray) -> np.ndarray:
        """The number of each vector; new ones are kept."""
        n_known = len(self.vectors)
        numbers = [self._known.setdefault(vector.tobytes(), len(self._known)) for vector in vectors]
        vector_numbers = np.array(numbers, np.int64)
        fresh = np.flatnonzero(vector_numbers >= n_known)
        new = np.empty((len(self._known) - n_known, vectors.shape[1]), np.int32)
        new[vector_numbers[fresh] - n_known] = vectors[fresh]
        self._vectors.add(new)
        self._step.add(np.full(len(new) * self.n_activities, -1, np.int32))
        return vector_numbers

    # ── back ──────────────────────────────────────────────────────────────────────────────────

    def edges_back(self, steps: np.ndarray, states: np.ndarray) -> np.ndarray:
        """The edge by which an event came to a state at that cost; `LOG_MOVE` where it can be no edge's.

        Synchronous where that is possible, with the cheapest and then fewest model moves behind it, then from
        the smallest state.
        """
        keys = steps.astype(np.int64) * self.model.n_states + states
        edges: np.ndarray = self._back.rows[keys]
        new = np.unique(keys[edges == _UNKNOWN])
        if len(new):
            step = new // self.model.n_states
            for code in np.unique(self.code[step]):
                mine = np.flatnonzero(self.code[step] == code)
                self._back.rows[new[mine]] = self._edges(int(code), step[mine], new[mine] % self.model.n_states)
            edges = self._back.rows[keys]
        return edges

    def _edges(self, code: int, step: np.ndarray, state: np.ndarray) -> np.ndarray:
        sync = self.syncs[code]
        edges = np.full(len(step), LOG_MOVE, np.int32)
        width = max(_AT_ONCE // max(len(sync.edges), 1), 1)
        for begin in range(0, len(step) if len(sync.edges) else 0, width):
            part = slice(begin, begin + width)
            ways = self.model.ways[sync.heads[:, None], state[part]]
            paid = self.vectors[self.target[step[part]], state[part]] + self.shift[step[part]]
            before = self.vectors[self.source[step[part]]][:, sync.tails].T
            ways = np.where(before + ways // self.model.scale == paid, ways, FAR)
            best = ways.argmin(axis=0)
            fits = ways[best, np.arange(ways.shape[1])] < FAR
            edges[part][fits] = sync.edges[best[fits]]
        return edges
