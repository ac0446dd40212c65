"""Look-ups in many sorted lists at once: one merge instead of a search per list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


def last_before(groups: Integers, keys: Integers, of_group: Integers, of_key: Integers) -> Integers:
    """For each question, the place of the last item of its group whose key is at most the asked one; −1 if none.

    Parameters
    ----------
    groups, keys
        The items, sorted by group and key.
    of_group, of_key
        The questions, in any order.

    Examples
    --------
    >>> import numpy as np
    >>> items = np.array([1, 1, 2]), np.array([10, 20, 15])
    >>> last_before(*items, np.array([1, 1, 2, 3]), np.array([9, 25, 15, 15])).tolist()
    [-1, 1, 2, -1]
    """
    n = len(groups)
    if n == 0:
        return np.full(len(of_group), -1, dtype=np.int64)
    is_question = np.concatenate([np.zeros(n, np.int8), np.ones(len(of_group), np.int8)])
    order = np.lexsort((is_question, np.concatenate([keys, of_key]), np.concatenate([groups, of_group])))
    asked = is_question[order].astype(bool)
    before = np.cumsum(~asked)[asked] - 1
    found = np.full(len(of_group), -1, dtype=np.int64)
    found[order[asked] - n] = before
    wrong = (found >= 0) & (groups[np.maximum(found, 0)] != of_group)
    found[wrong] = -1
    return found


def first_after(groups: Integers, keys: Integers, of_group: Integers, of_key: Integers) -> Integers:
    """For each question, the place of the first item of its group whose key exceeds the asked one; −1 if none.

    Examples
    --------
    >>> import numpy as np
    >>> items = np.array([1, 1, 2]), np.array([10, 20, 15])
    >>> first_after(*items, np.array([1, 1, 2, 0]), np.array([9, 20, 14, 3])).tolist()
    [0, -1, 2, -1]
    """
    turned = last_before(-groups[::-1], -keys[::-1], -of_group, -of_key - 1)
    return (len(groups) - 1 - turned) * (turned >= 0) - (turned < 0)
