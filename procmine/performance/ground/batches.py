"""Batches: instances that one resource collects and does in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


def batches(desks: Integers, enabled: Integers, starts: Integers, ends: Integers, gap: int = 0) -> Integers:
    """The number of the batch of every instance; instances done alone are batches of one.

    Instances of one desk, swept by start, join the running batch when they were enabled by the time it
    began and begin no more than `gap` after it ended.

    Parameters
    ----------
    desks
        Number of the pair of resource and activity.
    enabled, starts, ends
        Instants in µs.
    gap
        Longest idle time inside a batch, µs.

    Examples
    --------
    >>> import numpy as np
    >>> desk, enabled = np.array([0, 0, 0]), np.array([1, 2, 9])
    >>> batches(desk, enabled, np.array([5, 7, 9]), np.array([7, 9, 10])).tolist()
    [0, 0, 1]
    """
    order = np.lexsort((ends, enabled, starts, desks))
    desks, enabled, starts, ends = desks[order], enabled[order], starts[order], ends[order]
    alone = np.ones(len(order), dtype=bool)
    same = desks[1:] == desks[:-1]
    latest = _latest_end(ends, np.concatenate([[False], same])[: len(order)])
    alone[1:] = ~(same & (starts[1:] - latest[:-1] <= gap))
    # Only who could join the one before is swept one by one: where a batch began decides who may join it.
    begins = alone.copy()
    followers = np.flatnonzero(~alone)
    _sweep(begins, followers.tolist(), enabled, starts, ends, gap)
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(begins) - 1
    return numbers


def _sweep(
    begins: NDArray[np.bool_], followers: list[int], enabled: Integers, starts: Integers, ends: Integers, gap: int
) -> None:
    """Mark in `begins` the followers at which a new batch begins."""
    asked, begun, over = (values[followers].tolist() for values in (enabled, starts, ends))
    heads = [i - 1 for i in followers]
    head_starts, head_ends = starts[heads].tolist(), ends[heads].tolist()
    before, first, last = -1, 0, 0
    for k, i in enumerate(followers):
        if i - 1 != before:
            first, last = head_starts[k], head_ends[k]
        before = i
        if asked[k] > first or begun[k] - last > gap:
            begins[i] = True
            first, last = begun[k], over[k]
        else:
            last = max(last, over[k])


def _latest_end(ends: Integers, same: NDArray[np.bool_]) -> Integers:
    """The latest end so far within each desk."""
    ranked, ranks = np.unique(ends, return_inverse=True)
    desk = np.cumsum(~same)
    width = len(ranked) + 1
    return ranked[np.maximum.accumulate(ranks + desk * width) - desk * width] if len(ends) else ends
