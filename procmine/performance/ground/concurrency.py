"""Which activities run side by side: the concurrency that decides what enabled an activity instance."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

THRESHOLD = 0.9
Pair = tuple[str, str]


def concurrent_pairs(paths: Iterable[tuple[Sequence[str], int]]) -> frozenset[Pair]:
    """The pairs of activities that are concurrent, in both directions.

    A ∥ B iff A → B and B → A both occur, |dep| < 0.9 with dep = (ab − ba) / (ab + ba + 1), and the score
    of loops of length two (aba + bab) / (aba + bab + 1) < 0.9 – taken as 0 where A or B is a self-loop
    of 0.9 or more.

    Parameters
    ----------
    paths
        Activity sequences, each with the number of its cases.

    Examples
    --------
    >>> sorted(concurrent_pairs([("abcd", 5), ("acbd", 4)]))
    [('b', 'c'), ('c', 'b')]
    >>> sorted(concurrent_pairs([("abab", 50)]))  # a loop, no concurrency
    []

    Notes
    -----
    The dependency measures are those of the heuristics miner (Weijters and Ribeiro, 2011); their use as
    a concurrency oracle is Chapela-Campa and Dumas, Enhancing business process simulation models with
    extraneous activity delays, Information Systems 2024.
    """
    follows, loops = Counter[Pair](), Counter[Pair]()
    for path, n in paths:
        for pair in itertools.pairwise(path):
            follows[pair] += n
        for a, b, c in zip(path, path[1:], path[2:], strict=False):
            if a == c != b:
                loops[a, b] += n
    found = {pair for pair in follows if pair[0] < pair[1] and _side_by_side(*pair, follows, loops)}
    return frozenset(found | {(b, a) for a, b in found})


def _side_by_side(a: str, b: str, follows: Counter[Pair], loops: Counter[Pair]) -> bool:
    ab, ba = follows[a, b], follows[b, a]
    if not (ab and ba) or abs(ab - ba) / (ab + ba + 1) >= THRESHOLD:
        return False
    repeats = any(follows[one, one] / (follows[one, one] + 1) >= THRESHOLD for one in (a, b))
    both = loops[a, b] + loops[b, a]
    return repeats or both / (both + 1) < THRESHOLD


def concurrency_of(log: EventLog) -> frozenset[Pair]:
    """The concurrent pairs of everything that was imported: a filter does not change what enabled what."""
    whole = log if log.cases is log.all_cases else dataclasses.replace(log, cases=log.all_cases)
    return concurrent_pairs((variant.activities, variant.n_cases) for variant in whole.variants)
