"""Exact, optimal alignments of whole logs: what every variant did, and what the model asks of it.

A model of how work should be has few states, so no search is needed: the cost of every state after every
event follows from the costs before it. Variants that begin alike share that work (a prefix tree), and all
prefixes of one length are taken at once. Compare Reissner et al., Scalable conformance checking of
business processes (2017), and the prefix trees of trie-based alignments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from procmine.conformance.sequences import Sequences
from procmine.conformance.state_model import FAR, TOO_DEAR, Edge, StateModel

if TYPE_CHECKING:
    import numpy as np

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


class _Reach(NamedTuple):
    """What an event of one activity can be: for each state before it, the cheapest way on to every state.

    Attributes
    ----------
    tails
        States in which such an event is allowed.
    costs, ways
        One row per tail, one column per state after the event and the model moves behind it.
    edges
        Likewise: the number of the edge taken.
    """

    tails: np.ndarray
    costs: np.ndarray
    ways: np.ndarray
    edges: np.ndarray


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
    >>> from procmine.core.automaton import automaton_of
    >>> from procmine.core.process_tree import block, net_of, node
    >>> model = StateModel.of(automaton_of(net_of(block("sequence", node("a"), node("b"), node("c"))), 100))
    >>> found = align(model, [("a", "b", "c"), ("a", "x", "c"), ("a",)], is_open=[False, False, True])
    >>> found.costs.tolist(), found.skipped.tolist(), found.nodes.tolist()
    ([0, 2, 0], [[1, 1, 1]], [0, 1, 2, 0, -1, 2, 0])
    """
    return _Aligning(model, log_costs or {}).align(variants, is_open)


class _Aligning:
    def __init__(self, model: StateModel, log_costs: Mapping[str, int]) -> None:
        import numpy as np

        self.model, self.log_costs = model, log_costs
        self.edges = np.array(model.edges, dtype=np.int64).reshape(-1, 3)

    def align(self, variants: Sequence[Sequence[str]] | Sequences, is_open: Sequence[bool] | None) -> Alignments:
        import numpy as np

        told = Sequences.of(variants)
        activities, texts = told.activities, told.texts()
        self.reaches = [self._reach(self.model.edges_for(name)) for name in activities]
        self.log_moves = np.array([self.log_costs.get(name, 1) for name in activities], dtype=np.int32)
        lengths, begins = told.lengths, told.begins
        nodes, final = np.full(begins[-1], -1, np.int32), np.full(len(texts), self.model.final, np.int64)
        found = _Found(np.zeros(len(texts), np.int64), nodes, begins, [], final)
        ends = np.zeros(len(texts), bool) if is_open is None else np.asarray(is_open, bool)
        order = sorted(range(len(texts)), key=texts.__getitem__)
        for portion in self._portions(np.array(order, np.int64), lengths):
            self._align_portion([texts[i] for i in portion], portion, ends[portion], found)
        paid = np.concatenate([[0], np.cumsum(self.log_moves[told.codes])]) if activities else np.zeros(1, np.int64)
        worst = paid[begins[1:]] - paid[begins[:-1]] + np.where(ends, 0, self.model.shortest)
        return Alignments(found.costs, worst, found.nodes, begins, self._skipped(found.gaps), found.ends)

    def _portions(self, order: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
        """The variants in order, cut where their costs would take more room than is given."""
        import numpy as np

        filled = np.cumsum((lengths[order] + 1) * self.model.n_states) // _CELLS
        return [part for part in np.split(order, np.flatnonzero(np.diff(filled)) + 1) if len(part)]

    def _reach(self, edges: Sequence[Edge]) -> _Reach:
        import numpy as np

        numbers = {edge: i for i, edge in enumerate(self.model.edges)}
        tails = sorted({edge.tail for edge in edges})
        shape = (len(tails), self.model.n_states)
        ways, chosen = np.full(shape, FAR, np.int64), np.zeros(shape, np.int64)
        for edge in sorted(edges):
            row, onward = tails.index(edge.tail), self.model.ways[edge.head]
            better = onward < ways[row]
            ways[row][better] = onward[better]
            chosen[row][better] = numbers[edge]
        costs = np.minimum(ways // (self.model.n_states + 1), TOO_DEAR).astype(np.int32)
        return _Reach(np.array(tails, np.int64), costs, ways, chosen)

    # ── forward: what every state costs after every prefix ────────────────────────────────────

    def _align_portion(self, texts: Sequence[str], places: np.ndarray, is_open: np.ndarray, found: _Found) -> None:
        import numpy as np

        tree = _prefixes(texts)
        costs = [self.model.distances[0][None, :].astype(np.int32)]
        for level in range(tree.depth):
            rows = tree.firsts[level]
            before = tree.numbers[rows, level - 1] if level else np.zeros(len(rows), np.int64)
            costs.append(self._after(costs[-1], before, tree.codes[rows, level]))
        final = np.empty((len(texts), self.model.n_states), costs[0].dtype)
        for length in np.unique(tree.lengths):
            rows = np.flatnonzero(tree.lengths == length)
            final[rows] = costs[length][tree.numbers[rows, length - 1] if length else np.zeros(len(rows), np.int64)]
        states = np.where(is_open, final.argmin(axis=1), self.model.final)
        found.ends[places] = states
        found.costs[places] = final[np.arange(len(texts)), states]
        self._walk_back(tree, costs, states, places, found)

    def _after(self, costs: np.ndarray, before: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """Costs of the states after one more event, for the prefixes of one length."""
        import numpy as np

        after = np.empty((len(before), self.model.n_states), np.int32)
        for code in _present(codes):
            here = np.flatnonzero(codes == code)
            known = costs[before[here]]
            best = known + self.log_moves[code]
            reach = self.reaches[code]
            for tail, onward in zip(reach.tails, reach.costs, strict=True):
                np.minimum(best, known[:, tail, None] + onward, out=best)
            after[here] = best
        return after

    # ── back: which of the moves made it so cheap ─────────────────────────────────────────────

    def _walk_back(
        self, tree: _Prefixes, costs: Sequence[np.ndarray], states: np.ndarray, places: np.ndarray, found: _Found
    ) -> None:
        import numpy as np

        state = states.astype(np.int64)
        begins = found.begins[places]
        for level in range(tree.depth - 1, -1, -1):
            rows = np.flatnonzero(tree.lengths > level)
            before = tree.numbers[rows, level - 1] if level else np.zeros(len(rows), np.int64)
            paid = costs[level + 1][tree.numbers[rows, level], state[rows]]
            codes = tree.codes[rows, level]
            for code in _present(codes):
                mine = np.flatnonzero(codes == code)
                step = self._step_back(code, costs[level][before[mine]], paid[mine], state[rows[mine]])
                here = rows[mine][step.is_sync]
                edge = step.edge[step.is_sync]
                found.nodes[begins[here] + level] = self.edges[edge, 2]
                found.gaps.append((places[here], np.full(len(here), level + 1), self.edges[edge, 1], state[here]))
                state[here] = self.edges[edge, 0]
        found.gaps.append((places, np.zeros(len(places), np.int64), np.zeros(len(places), np.int64), state))

    def _step_back(self, code: int, before: np.ndarray, paid: np.ndarray, state: np.ndarray) -> _Step:
        """For prefixes ending in one activity: whether the event is synchronous, and by which edge."""
        import numpy as np

        reach = self.reaches[code]
        best, edge = np.full(len(state), FAR, np.int64), np.zeros(len(state), np.int64)
        for tail, onward, ways, edges in zip(reach.tails, reach.costs, reach.ways, reach.edges, strict=True):
            fits = (before[:, tail] + onward[state] == paid) & (ways[state] < best)
            best[fits] = ways[state][fits]
            edge[fits] = edges[state][fits]
        return _Step(best < FAR, edge)

    def _skipped(self, gaps: Sequence[tuple[np.ndarray, ...]]) -> np.ndarray:
        """The nodes on the ways that no event went: variant, events before, node; in the order of the log."""
        import numpy as np

        if not gaps:
            return np.empty((0, 3), np.int64)
        variant, position, begin, end = (np.concatenate(part) for part in zip(*gaps, strict=True))
        between = begin * self.model.n_states + end
        missing = self.model.distances[begin, end] > 0
        variant, position, between = variant[missing], position[missing], between[missing]
        pairs, which = np.unique(between, return_inverse=True)
        ways = [self.model.way(*divmod(int(pair), self.model.n_states)) for pair in pairs]
        lengths = np.array([len(way) for way in ways], np.int64)
        repeats = lengths[which] if ways else np.empty(0, np.int64)
        nodes = [np.array(way, np.int64) for way in ways]
        flat = np.concatenate([nodes[i] for i in which]) if len(which) else np.empty(0, np.int64)
        table = np.stack([np.repeat(variant, repeats), np.repeat(position, repeats), flat], axis=1)
        order = np.lexsort((np.arange(len(table)), table[:, 1], table[:, 0]))
        return table[order]


def _present(codes: np.ndarray) -> list[int]:
    """The distinct small numbers in an array; counting is quicker than sorting."""
    import numpy as np

    present: list[int] = np.flatnonzero(np.bincount(codes)).tolist()
    return present


class _Found(NamedTuple):
    costs: np.ndarray
    nodes: np.ndarray
    begins: np.ndarray
    gaps: list[tuple[np.ndarray, ...]]
    ends: np.ndarray


class _Step(NamedTuple):
    is_sync: np.ndarray
    edge: np.ndarray


class _Prefixes(NamedTuple):
    """The prefix tree of sorted texts.

    Attributes
    ----------
    codes
        One row per text, one column per place; -1 behind its end.
    numbers
        Of each text's prefix of each length: its number among the prefixes of that length.
    firsts
        For each length: the first text with each of its prefixes.
    """

    codes: np.ndarray
    lengths: np.ndarray
    numbers: np.ndarray
    firsts: list[np.ndarray]
    depth: int


def _prefixes(texts: Sequence[str]) -> _Prefixes:
    import numpy as np

    lengths = np.array([len(text) for text in texts], np.int64)
    depth = int(lengths.max(initial=0))
    codes = np.full((len(texts), depth), -1, np.int64)
    inside = np.arange(depth) < lengths[:, None]
    codes[inside] = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    differs = np.ones((len(texts), depth), bool)
    differs[1:] = np.logical_or.accumulate(codes[1:] != codes[:-1], axis=1)
    starts = differs & inside
    numbers = np.cumsum(starts, axis=0) - 1
    firsts = [np.flatnonzero(starts[:, level]) for level in range(depth)]
    return _Prefixes(codes, lengths, numbers, firsts, depth)
