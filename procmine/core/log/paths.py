"""Distinct paths: which sequences of activities occur, and which case has which."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Paths(NamedTuple):
    """The distinct paths of a log, the most frequent first (ties by name).

    Attributes
    ----------
    of_case
        For every case the number of its path, counted from 1: int32.
    names
        The activities, sorted.
    places
        The place among `names` of each activity of each path, path by path.
    ends
        Where each path ends among the places.
    """

    of_case: np.ndarray
    names: list[str]
    places: np.ndarray
    ends: np.ndarray

    @property
    def activities(self) -> list[tuple[str, ...]]:
        """The activities of each path."""
        done = [self.names[place] for place in self.places.tolist()]
        return [tuple(done[begin:end]) for begin, end in itertools.pairwise([0, *self.ends.tolist()])]


def distinct_paths(codes: np.ndarray, lengths: np.ndarray, names: Sequence[str]) -> Paths:
    """The distinct slices of a sequence of coded activities.

    Parameters
    ----------
    codes
        Activity codes of all events, case by case, each in the order of its events.
    lengths
        Number of events of each case.
    names
        The activity of each code.

    Examples
    --------
    >>> paths = distinct_paths(np.array([0, 1, 0, 1, 1]), np.array([2, 2, 1]), ["受理", "关闭"])
    >>> paths.of_case.tolist(), paths.activities
    ([1, 1, 2], [('受理', '关闭'), ('关闭',)])
    """
    by_name = sorted(names)
    place = {name: place for place, name in enumerate(by_name)}
    # Big-endian places: texts of bytes then stand in the order of the names they stand for.
    width = np.dtype(np.min_scalar_type(max(len(names) - 1, 0))).newbyteorder(">")
    buffer = np.array([place[name] for name in names], dtype=width)[codes].tobytes()
    ends = (np.cumsum(lengths, dtype=np.int64) * width.itemsize).tolist()
    slices = [buffer[begin:end] for begin, end in itertools.pairwise([0, *ends])]
    found = list(dict.fromkeys(slices))
    number = {path: i for i, path in enumerate(found)}
    of_case = np.fromiter(map(number.__getitem__, slices), dtype=np.int32, count=len(slices))
    order, ranks = _ranked(of_case, found)
    ranked = [found[path] for path in order.tolist()]
    sizes = np.fromiter(map(len, ranked), dtype=np.int64, count=len(ranked)) // width.itemsize
    return Paths(ranks, by_name, np.frombuffer(b"".join(ranked), dtype=width), np.cumsum(sizes))


def _ranked(of_case: np.ndarray, paths: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """The paths from the most frequent on, and the place of each case's path among them, from 1."""
    by_name = np.array(sorted(range(len(paths)), key=paths.__getitem__), dtype=np.int64)
    n_cases = np.bincount(of_case, minlength=len(paths))
    order = by_name[np.argsort(-n_cases[by_name], kind="stable")]
    rank = np.empty(len(paths), dtype=np.int32)
    rank[order] = np.arange(1, len(paths) + 1, dtype=np.int32)
    return order, rank[of_case]
