"""How sure a share is."""

from __future__ import annotations

from typing import NamedTuple

_Z = 1.959963984540054


class Interval(NamedTuple):
    """A lower and an upper bound."""

    low: float
    high: float


def wilson(hits: int, n: int) -> Interval:
    """The 95 % interval of a share: `hits` of `n` (Wilson, 1927); nothing is known of none.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if n <= 0:
        return Interval(float("nan"), float("nan"))
    share, spread = hits / n, _Z * _Z / n
    middle = share + spread / 2
    reach = _Z * ((share * (1 - share) + spread / 4) / n) ** 0.5
    low = (middle - reach) / (1 + spread) if hits else 0.0
    high = (middle + reach) / (1 + spread) if hits < n else 1.0
    return Interval(low, high)
