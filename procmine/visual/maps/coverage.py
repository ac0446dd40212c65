"""What a map shows at each level of its sliders, and how many cases it then shows whole."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procmine.core.log.eventlog import Variant

START, END = "\x00start", "\x00end"
"""The marks where cases begin and end: nodes of the map that are no activities."""

Arc = tuple[str, str]

_ACTIVITY_LEVELS = 6
_ARC_LEVELS = 6
_GOOD_COVERAGE = 0.8
_READABLE_ARCS = 34


@dataclass(frozen=True)
class View:
    """A selection of activities and arcs; `n_cases` is the number of cases that it shows whole."""

    activities: frozenset[str]
    arcs: frozenset[Arc]
    n_cases: int


@dataclass(frozen=True)
class Views:
    """Views by activity level and arc level, from the fewest to all, and the one to begin with."""

    grid: tuple[tuple[View, ...], ...]
    first: tuple[int, int]


def arc_counts(variants: Iterable[Variant]) -> dict[Arc, int]:
    """How often each arc occurs, the arcs from the start mark and to the end mark included."""
    counts: dict[Arc, int] = {}
    for variant in variants:
        path = (START, *variant.activities, END)
        for arc in itertools.pairwise(path):
            counts[arc] = counts.get(arc, 0) + variant.n_cases
    return counts


def views_of(variants: Sequence[Variant], besides: Sequence[Variant] = ()) -> Views:
    """All views of a log; paths `besides` are shown as well, though no case took them.

    An activity is always shown with the widest way from the start mark to it and from it to the end
    mark – the way whose rarest arc is most frequent – so nothing hangs in the air and no frequent
    path is cut. Source of the idea: the filtering of Split Miner (Augusto et al., ICDM 2017).
    """
    counts = arc_counts((*variants, *besides))
    backbone = _Backbone(counts)
    order = _by_frequency((*variants, *besides))
    grid: list[tuple[View, ...]] = []
    for n in _steps(len(order), _ACTIVITY_LEVELS):
        shown = backbone.closed(order[:n])
        kept = backbone.arcs(shown)
        others = [arc for arc in _ranked(counts) if arc not in kept and {*arc} <= shown | {START, END}]
        row = []
        for m in dict.fromkeys([0, *_steps(len(others), _ARC_LEVELS - 1)]):
            arcs = frozenset(kept | set(others[:m]))
            row.append(View(frozenset(shown), arcs, _whole_cases(variants, arcs)))
        if not grid or grid[-1][0].activities != row[0].activities:
            grid.append(tuple(row))
    views = tuple(grid)
    return Views(views, _to_begin_with(views, sum(variant.n_cases for variant in variants)))


def _steps(n: int, levels: int) -> list[int]:
    return list(dict.fromkeys(math.ceil(n * i / levels) for i in range(1, levels + 1) if n))


def _ranked(counts: Mapping[Arc, int]) -> list[Arc]:
    return sorted(counts, key=lambda arc: (-counts[arc], arc))


def _by_frequency(variants: Iterable[Variant]) -> list[str]:
    events: dict[str, int] = {}
    for variant in variants:
        for activity in variant.activities:
            events[activity] = events.get(activity, 0) + variant.n_cases
    return sorted(events, key=lambda activity: (-events[activity], activity))


def _whole_cases(variants: Iterable[Variant], arcs: frozenset[Arc]) -> int:
    n = 0
    for variant in variants:
        path = (START, *variant.activities, END)
        if all(arc in arcs for arc in itertools.pairwise(path)):
            n += variant.n_cases
    return n


class _Backbone:
    """For every activity the arc by which the widest way reaches it, and the one by which it leaves."""

    def __init__(self, counts: Mapping[Arc, int]) -> None:
        self.into = _widest(counts, START)
        reverse = {(target, source): n for (source, target), n in counts.items()}
        self.out = {node: (node, after) for node, (after, _) in _widest(reverse, END).items()}

    def _way(self, activity: str) -> set[Arc]:
        arcs = set()
        node = activity
        while node != START:
            arcs.add(self.into[node])
            node = self.into[node][0]
        node = activity
        while node != END:
            arcs.add(self.out[node])
            node = self.out[node][1]
        return arcs

    def closed(self, activities: Iterable[str]) -> set[str]:
        """These activities and all that lie on their ways, on the ways of those, and so on."""
        shown = set(activities)
        while more := {end for arc in self.arcs(shown) for end in arc} - shown - {START, END}:
            shown |= more
        return shown

    def arcs(self, activities: Iterable[str]) -> set[Arc]:
        return {arc for activity in activities for arc in self._way(activity)}


def _widest(counts: Mapping[Arc, int], root: str) -> dict[str, Arc]:
    """The last arc of the widest, then shortest, way from `root` to every node."""
    after: dict[str, list[tuple[str, int]]] = {}
    for (source, target), n in sorted(counts.items()):
        after.setdefault(source, []).append((target, n))
    best: dict[str, Arc] = {}
    queue: list[tuple[float, int, str, Arc | None]] = [(-math.inf, 0, root, None)]
    done: set[str] = set()
    while queue:
        width, hops, node, arc = heapq.heappop(queue)
        if node in done:
            continue
        done.add(node)
        if arc is not None:
            best[node] = arc
        for target, n in after.get(node, ()):
            if target not in done:
                heapq.heappush(queue, (max(width, -n), hops + 1, target, (node, target)))
    return best


def _to_begin_with(grid: tuple[tuple[View, ...], ...], n_cases: int) -> tuple[int, int]:
    """The simplest view that covers most cases whole and can still be read at a glance."""
    places = [(i, j) for i, row in enumerate(grid) for j in range(len(row))]

    def view(place: tuple[int, int]) -> View:
        return grid[place[0]][place[1]]

    readable = [place for place in places if len(view(place).arcs) <= _READABLE_ARCS] or places[:1]
    good = [place for place in readable if view(place).n_cases >= _GOOD_COVERAGE * n_cases]
    if good:
        return min(good, key=lambda place: (len(view(place).arcs), place))
    return max(readable, key=lambda place: (view(place).n_cases, -len(view(place).arcs)))
