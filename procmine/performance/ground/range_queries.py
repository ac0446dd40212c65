"""Sums and minima over many ranges of an array at once, in a logarithmic number of numpy steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SumsBelow:
    """Sums of weights over ranges of an array, of those values only that do not exceed a bound.

    A wavelet matrix: the values are sorted bit by bit, from the highest, and every range follows its
    part of the array down. All ranges are answered together.

    References
    ----------
    Claude, Navarro and Ordóñez, The wavelet matrix, Information Systems 2015.
    """

    values: Integers
    weights: Integers

    def __call__(self, begins: Integers, ends: Integers, bounds: Integers) -> Integers:
        """For each range [begin, end) the sum of the weights whose value is at most the bound.

        Examples
        --------
        >>> import numpy as np
        >>> sums = SumsBelow(np.array([5, 1, 3, 1]), np.array([10, 20, 30, 40]))
        >>> sums(np.array([0, 1, 2]), np.array([4, 3, 2]), np.array([1, 3, 9])).tolist()
        [60, 50, 0]
        """
        distinct, ranks = np.unique(self.values, return_inverse=True)
        bound = np.searchsorted(distinct, bounds, side="right")
        values, weights = ranks.astype(np.int64), self.weights
        low, high = begins.copy(), np.maximum(begins, ends)
        found = np.zeros(len(begins), dtype=np.int64)
        for bit in range(len(distinct).bit_length() - 1, -1, -1):
            is_zero = (values >> bit) & 1 == 0
            zeros = np.concatenate([[0], np.cumsum(is_zero)])
            below = np.concatenate([[0], np.cumsum(np.where(is_zero, weights, 0))])
            takes = (bound >> bit) & 1 == 1
            found += np.where(takes, below[high] - below[low], 0)
            low, high = (np.where(takes, zeros[-1] + at - zeros[at], zeros[at]) for at in (low, high))
            values, weights = (np.concatenate([one[is_zero], one[~is_zero]]) for one in (values, weights))
        return found


def minima(n: int, begins: Integers, ends: Integers, values: Integers, otherwise: int) -> Integers:
    """For each of `n` places the smallest value of the ranges [begin, end) that cover it, else `otherwise`.

    A range is laid down as two blocks of the largest power of two that fits, and blocks are halved.

    Examples
    --------
    >>> import numpy as np
    >>> minima(5, np.array([0, 1]), np.array([4, 2]), np.array([7, 3]), 99).tolist()
    [7, 3, 7, 7, 99]
    """
    covers = ends > begins
    begins, lengths, values = begins[covers], (ends - begins)[covers], values[covers]
    level = np.frexp(lengths.astype(np.float64))[1] - 1
    found = np.full(n, otherwise, dtype=np.int64)
    for size in range(int(level.max(initial=0)), -1, -1):
        own = level == size
        np.minimum.at(found, begins[own], values[own])
        np.minimum.at(found, begins[own] + lengths[own] - 2**size, values[own])
        if size:
            half = 2 ** (size - 1)  # a block that begins here is two of half its size
            found[half:] = np.minimum(found[half:], found[:-half])
    return found
