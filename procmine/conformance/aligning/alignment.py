"""Exact, optimal alignments of whole logs: what every variant did, and what the model asks of it.

A model of how work should be has few states, so no search is needed: the cost of every state after every
event follows from the costs before it, and what one prefix costs is what many cost (`cost_vectors`). All variants are
taken one event further at a time. Compare Reissner et al., Scalable conformance checking of business processes
(2017), and trie-based alignments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from procmine.conformance.aligning.cost_vectors import LOG_MOVE, CostVectors
from procmine.conformance.aligning.sequences import Sequences
from procmine.conformance.aligning.state_model import StateModel

_CELLS = 40_000_000
"""Costs held at once; more variants are taken in portions."""


@dataclass(frozen=True)
class Alignments:
    """Optimal alignments of variants, as flat arrays in the order of the variants given.

    Attributes
    ----------
    costs, worst
        Per variant: the cost of its alignment; that of leaving out all of it and going the cheapest way
        through the model. Fitness is 1 - cost / worst.
    nodes
        Per event, variant after variant: the node it does, -1 if the model allows no such event there.
    begins
        Where the events of each variant begin in `nodes`; one more at the end.
    skipped
        What the model asks for and the variant lacks: variant, number of events before it, node.
    ends
        Per variant the state of the model in which it ends.
    """

    costs: np.ndarray
    worst: np.ndarray
    nodes: np.ndarray
    begins: np.ndarray
    skipped: np.ndarray
    ends: np.ndarray


def align(
    model: StateModel,
    variants: Sequence[Sequence[str]] | Sequences,
    *,
    log_costs: Mapping[str, int] | None = None,
    is_open: Sequence[bool] | None = None,
) -> Alignments:
    """Align variants with a model at the lowest cost.

    An event that the model does not allow costs its log move, a node that is left out its own cost (see
    `StateModel.costs`), everything else nothing. Of several optimal alignments the same one is always
    taken: from the end of the variant backwards an event is synchronous where that is possible, with the
    fewest model moves behind it, then from the smallest state.

    Parameters
    ----------
    log_costs
        Cost of an event of an activity that is not allowed, where it is not 1.
    is_open
        Per variant, whether it may end anywhere in the model (a case that is still running).

    Examples
    --------
    >>> from procmine.core.nets.automaton import automaton_of
    >>> from procmine.core.nets.process_tree import block, net_of, node
    >>> model = StateModel.of(automaton_of(net_of(block("sequence", node("a"), node("b"), node("c"))), 100))
    >>> found = align(model, [("a", "b", "c"), ("a", "x", "c"), ("a",)], is_open=[False, False, True])
    >>> found.costs.tolist(), found.skipped.tolist(), found.nodes.tolist()
    ([0, 2, 0], [[1, 1, 1]], [0, 1, 2, 0, -1, 2, 0])
    """
    log, prices = Sequences.of(variants), log_costs or {}
    ends = np.zeros(len(log), bool) if is_open is None else np.asarray(is_open, bool)
    aligning = _Aligning(model, log, prices)
    costs = aligning.costs(ends)
    moves = np.array([prices.get(name, 1) for name in log.activities], np.int64)
    paid = np.concatenate([[0], np.cumsum(moves[log.codes])])
    worst = paid[log.begins[1:]] - paid[log.begins[:-1]] + np.where(ends, 0, model.shortest)
    return Alignments(costs, worst, aligning.nodes, log.begins, aligning.skipped(), aligning.ends)


class _Aligning:
    def __init__(self, model: StateModel, log: Sequences, log_costs: Mapping[str, int]) -> None:
        self.model, self.log, self.log_costs = model, log, log_costs
        self.edges = np.array(model.edges, dtype=np.int64).reshape(-1, 3)
        self.nodes = np.full(len(log.codes), -1, np.int32)
        self.ends = np.zeros(len(log), np.int64)
        self.gaps: list[tuple[np.ndarray, ...]] = []

    def costs(self, is_open: np.ndarray) -> np.ndarray:
        """The cost of every variant; its moves are found on the way."""
        lengths = self.log.lengths
        order = np.argsort(-lengths, kind="stable")
        costs = np.zeros(len(lengths), np.int64)
        known = CostVectors(self.model, self.log.activities, self.log_costs)
        for portion in self._portions(order, lengths):
            if known.n_cells > _CELLS:
                known = CostVectors(self.model, self.log.activities, self.log_costs)
            costs[portion] = self._portion_costs(known, portion, lengths[portion], is_open[portion])
        return costs

    def _portions(self, order: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
        """The variants in order, cut where their costs could take more room than is given."""
        filled = np.cumsum((lengths[order] + 1) * self.model.n_states) // _CELLS
        return [part for part in np.split(order, np.flatnonzero(np.diff(filled)) + 1) if len(part)]

    def _portion_costs(
        self, known: CostVectors, portion: np.ndarray, lengths: np.ndarray, is_open: np.ndarray
    ) -> np.ndarray:
        """Costs of variants, the longest first, so that those with an event at a place are always the first few."""
        begins = self.log.begins[portion]
        vector, paid = np.zeros(len(portion), np.int64), np.zeros(len(portion), np.int64)
        taken = []
        for level in range(int(lengths.max(initial=0))):
            n = int(np.searchsorted(-lengths, -level))
            steps = known.steps(vector[:n], self.log.codes[begins[:n] + level])
            vector[:n] = known.target[steps]
            paid[:n] += known.shift[steps]
            taken.append(steps)
        state = np.where(is_open, known.vectors.argmin(axis=1)[vector], self.model.final)
        paid += known.vectors[vector, state]
        self.ends[portion] = state
        self._walk_back(known, taken, portion, state)
        return paid

    def _walk_back(
        self, known: CostVectors, taken: Sequence[np.ndarray], portion: np.ndarray, state: np.ndarray
    ) -> None:
        """Which of the moves made it so cheap."""
        begins = self.log.begins[portion]
        for level in range(len(taken) - 1, -1, -1):
            edges = known.edges_back(taken[level], state[: len(taken[level])])
            here = np.flatnonzero(edges != LOG_MOVE)
            tails, heads, nodes = self.edges[edges[here]].T
            self.nodes[begins[here] + level] = nodes
            self._note_gap(portion[here], level + 1, heads, state[here])
            state[here] = tails
        self._note_gap(portion, 0, np.zeros(len(portion), np.int64), state)

    def _note_gap(self, variants: np.ndarray, position: int, begin: np.ndarray, end: np.ndarray) -> None:
        """The ways between these states are gone without events."""
        missing = np.flatnonzero(self.model.distances[begin, end])
        between = begin[missing] * self.model.n_states + end[missing]
        self.gaps.append((variants[missing], np.full(len(missing), position), between))

    def skipped(self) -> np.ndarray:
        """The nodes on the ways that no event went: variant, events before, node; in the order of the log."""
        if not self.gaps:
            return np.empty((0, 3), np.int64)
        variant, position, between = (np.concatenate(part) for part in zip(*self.gaps, strict=True))
        pairs, which = np.unique(between, return_inverse=True)
        ways = [self.model.way(*divmod(int(pair), self.model.n_states)) for pair in pairs]
        lengths = np.array([len(way) for way in ways], np.int64)
        firsts = np.concatenate([[0], np.cumsum(lengths)])
        order = np.lexsort((position, variant))
        variant, position, which = variant[order], position[order], which[order]
        repeats = lengths[which]
        inside = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        flat = np.array([node for way in ways for node in way], np.int64)
        nodes = flat[np.repeat(firsts[which], repeats) + inside]
        return np.stack([np.repeat(variant, repeats), np.repeat(position, repeats), nodes], axis=1)
