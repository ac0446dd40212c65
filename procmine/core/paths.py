"""Distinct paths: which sequences of activities occur, and which case has which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Paths(NamedTuple):
    """The distinct paths of a log, the most frequent first (ties by name).

    Attributes
    ----------
    of_case
        For every case the number of its path, counted from 1: int32.
    activities
        The activities of each path.
    """

    of_case: np.ndarray
    activities: list[tuple[str, ...]]


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
    width = np.dtype(np.min_scalar_type(max(len(names) - 1, 0)))
    buffer = np.ascontiguousarray(codes, dtype=width).tobytes()
    ends = (np.cumsum(lengths, dtype=np.int64) * width.itemsize).tolist()
    number: dict[bytes, int] = {}
    of_case = np.empty(len(ends), dtype=np.int32)
    begin = 0
    for case, end in enumerate(ends):
        of_case[case] = number.setdefault(buffer[begin:end], len(number))
        begin = end
    found = [tuple(names[code] for code in np.frombuffer(path, dtype=width)) for path in number]
    return _ranked(of_case, found)


def _ranked(of_case: np.ndarray, found: list[tuple[str, ...]]) -> Paths:
    n_cases = np.bincount(of_case, minlength=len(found))
    order = sorted(range(len(found)), key=lambda path: (-n_cases[path], found[path]))
    rank = np.empty(len(found), dtype=np.int32)
    rank[order] = np.arange(1, len(found) + 1, dtype=np.int32)
    return Paths(rank[of_case], [found[path] for path in order])
