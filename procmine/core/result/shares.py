"""How sure a share is."""

from __future__ import annotations

from typing import NamedTuple

Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: intervals hold 95 %."""


class Interval(NamedTuple):
    """A lower and an upper bound."""

    low: float
    high: float


UNKNOWN = Interval(float("nan"), float("nan"))


def wilson(hits: float, n: float) -> Interval:
    """The 95 % interval of a share: `hits` of `n` (Wilson, 1927); nothing is known of none, nor of more hits than `n`.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if n <= 0 or not 0 <= hits <= n:
        return UNKNOWN
    share, spread = hits / n, Z * Z / n
    middle = share + spread / 2
    reach = Z * ((share * (1 - share) + spread / 4) / n) ** 0.5
    low = (middle - reach) / (1 + spread) if hits else 0.0
    high = (middle + reach) / (1 + spread) if hits < n else 1.0
    return Interval(low, high)
