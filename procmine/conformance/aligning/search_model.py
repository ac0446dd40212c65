"""Standards with too many states for exact alignment of whole logs: searched variant by variant, within limits.

Up to 5,000 states, all variants are aligned at once (`alignment`). Beyond, and up to about a million, each variant
is searched by pm4py for 10 seconds at most; what is not found by then is not judged, and the result says so. A
standard that is larger still is refused (`compiling.model_of`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from time import monotonic
from typing import NamedTuple

import numpy as np

from procmine.conformance.aligning.alignment import Alignments, align
from procmine.conformance.aligning.exact_model import model_of, n_states, seen_tree
from procmine.conformance.aligning.sequences import Sequences
from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.standard.situations import Situation
from procmine.conformance.standard.standard import Standard
from procmine.core.nets.petri import PetriNet
from procmine.core.nets.process_tree import ProcessTree, net_of
from procmine.core.text.errors import SpecError

MOST_SEARCHED = 1_000_000
"""States, about, above which a standard is refused."""
MOST_SECONDS = 10
"""Time that the search for one variant may take."""
MOST_SECONDS_IN_ALL = 600
"""Time after which no further variant is searched; the most frequent ones come first."""


@dataclass(frozen=True)
class SearchModel(StateModel):
    """A model that is known by its tree and net alone; its one state stands for all that it has.

    Attributes
    ----------
    tree
        What it allows; nodes that no log shows are silent.
    net
        The same as a net.
    """

    tree: ProcessTree
    net: PetriNet

    @property
    def shortest(self) -> int:
        """Cost of the cheapest way through the model."""
        return _cheapest(self.tree, dict(zip(self.nodes, self.costs, strict=True)))

    @cached_property
    def again(self) -> frozenset[str]:
        """The nodes that can follow themselves at once."""
        return frozenset(_again(self.tree))

    @cached_property
    def last_nodes(self) -> frozenset[int]:
        """The nodes with which a case can end."""
        names = _ends(self.tree).last
        return frozenset(i for i, name in enumerate(self.nodes) if name in names)


def model_for(standard: Standard, situation: Situation, costs: Mapping[str, int] | None = None) -> StateModel:
    """The states of a standard in a situation; a `SearchModel` where there are too many of them.

    Raises
    ------
    SpecError
        If there are more than about a million: the widest blocks are named.
    """
    tree = seen_tree(standard, situation)
    try:
        return model_of(standard, situation, costs)
    except SpecError:
        if n_states(tree) > MOST_SEARCHED:
            raise
    net = net_of(tree)
    nodes = tuple(sorted({one.label for one in net.transitions if one.label}))
    claims = {
        activity: tuple(i for i, name in enumerate(nodes) if name in names)
        for activity, names in standard.claims.items()
    }
    given = costs or {}
    return SearchModel(1, (), nodes, claims, tuple(given.get(name, 1) for name in nodes), 0, tree, net)


def aligned(
    model: StateModel, log: Sequences, *, log_costs: Mapping[str, int], is_open: bool
) -> tuple[Alignments, np.ndarray]:
    """Optimal alignments of variants, and for which of them one was found."""
    if not isinstance(model, SearchModel):
        return align(model, log, log_costs=log_costs, is_open=[is_open] * len(log)), np.ones(len(log), bool)
    return _searched(model, log, log_costs, is_open=is_open)


def _searched(
    model: SearchModel, log: Sequences, log_costs: Mapping[str, int], *, is_open: bool
) -> tuple[Alignments, np.ndarray]:
    from procmine.discovery.miners import Searcher  # pm4py is slow to import, and few standards need it

    number = {name: i for i, name in enumerate(model.nodes)}
    label_of = {activity: [model.nodes[i] for i in nodes] for activity, nodes in model.claims.items()}
    prices = dict(zip(model.nodes, model.costs, strict=True))
    searcher = Searcher(model.net, label_of, prices, log_costs, MOST_SECONDS)
    costs, nodes = np.zeros(len(log), np.int64), np.full(len(log.codes), -1, np.int32)
    found, skipped = np.zeros(len(log), bool), []
    end = monotonic() + MOST_SECONDS_IN_ALL
    for row, path in enumerate(log.lists()):
        moves = searcher.moves(path, is_open=is_open) if monotonic() < end else None
        if moves is None:
            continue
        found[row], place = True, 0
        for name, is_event in moves:
            if is_event:
                nodes[log.begins[row] + place] = -1 if name is None else number[name]
                costs[row] += log_costs.get(path[place], 1) if name is None else 0
                place += 1
            elif name is not None:
                skipped.append((row, place, number[name]))
                costs[row] += prices[name]
    prices_of = np.array([log_costs.get(name, 1) for name in log.activities], np.int64)
    paid = np.concatenate([[0], np.cumsum(prices_of[log.codes])]) if len(log.codes) else np.zeros(1, np.int64)
    worst = paid[log.begins[1:]] - paid[log.begins[:-1]] + (0 if is_open else model.shortest)
    gaps = np.array(skipped, np.int64).reshape(-1, 3)
    return Alignments(costs, worst, nodes, log.begins, gaps, np.zeros(len(log), np.int64)), found


def _cheapest(tree: ProcessTree, costs: Mapping[str, int]) -> int:
    """Cost of the cheapest way through a tree."""
    parts = [_cheapest(part, costs) for part in tree.parts]
    if tree.block == "node":
        return costs[tree.label] if tree.label else 0
    if tree.block == "optional":
        return 0
    if tree.block == "one_of":
        return min(parts)
    return parts[0] if tree.block == "repeat" else sum(parts)


class _Ends(NamedTuple):
    """With which nodes a tree can begin and end, all it has, and whether it can be gone through without any."""

    first: frozenset[str]
    last: frozenset[str]
    every: frozenset[str]
    is_free: bool


def _ends(tree: ProcessTree) -> _Ends:
    if tree.block == "node":
        own = frozenset(filter(None, [tree.label]))
        return _Ends(own, own, own, not tree.label)
    parts = [_ends(part) for part in tree.parts]
    every = frozenset(name for part in parts for name in part.every)
    if tree.block == "sequence":
        first, last = (
            _reached([one.first for one in parts], parts),
            _reached([one.last for one in parts[::-1]], parts[::-1]),
        )
        return _Ends(first, last, every, all(one.is_free for one in parts))
    if tree.block == "repeat":
        done, back = parts
        more = (back.first, back.last) if done.is_free else (frozenset[str](), frozenset[str]())
        return _Ends(done.first | more[0], done.last | more[1], every, done.is_free)
    first = frozenset(name for part in parts for name in part.first)
    last = frozenset(name for part in parts for name in part.last)
    is_free = all(one.is_free for one in parts) if tree.block == "any_order" else any(one.is_free for one in parts)
    return _Ends(first, last, every, is_free or tree.block == "optional")


def _reached(names: Sequence[frozenset[str]], parts: Sequence[_Ends]) -> frozenset[str]:
    """The names of the parts up to the first that cannot be left out."""
    found: frozenset[str] = frozenset()
    for own, part in zip(names, parts, strict=True):
        found |= own
        if not part.is_free:
            break
    return found


def _again(tree: ProcessTree) -> Iterator[str]:
    """The nodes that can follow themselves at once."""
    parts = [_ends(part) for part in tree.parts]
    for inner in tree.parts:
        yield from _again(inner)
    if tree.block == "any_order":
        yield from (name for one, other in combinations(parts, 2) for name in one.every & other.every)
    if tree.block == "sequence":
        for i, part in enumerate(parts):
            onward = parts[i + 1 :]
            yield from part.last & _reached([one.first for one in onward], onward)
    if tree.block == "repeat":
        whole = _ends(tree)
        done, back = parts
        yield from done.last & (back.first | (done.first if back.is_free else frozenset()))
        yield from back.last & (done.first | (back.first if done.is_free else frozenset()))
        yield from whole.last & whole.first if back.is_free and done.is_free else ()
