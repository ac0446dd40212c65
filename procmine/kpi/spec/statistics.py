"""How sure a number is: intervals of shares, means and quantiles, and the limits of a control chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.core.result.shares import UNKNOWN, Interval, Z, wilson
from procmine.kpi.spec.measure import Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    from numpy.typing import NDArray

QUANTILES: dict[str, float] = {"median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95}

_RESAMPLES, _SEED, _MOST_RESAMPLED = 1000, 20260101, 2000
_SIGMA_OF_RANGE = 2.66
_LEAST_PERIODS = 6
_ROUNDING = 1e-9
"""Of the centre: equal values are never told apart by the rounding of their mean."""


def share_interval(hits: Floats, units: Floats) -> Interval:
    """The interval of a share whose units (decisions, events, executions) come in clusters: the cases, one row each.

    Wilson's interval with the number of units divided by the design effect (Kish 1965): how much the
    share varies between cases, against units that came one by one. Where all units agree, or there is
    one case only, nothing shows that effect: cases are then counted instead of units, the widest it can
    be. Hits may lie outside of the units, as with repeats; above one hit per unit it is the normal
    interval of a ratio. With one unit per case it is Wilson's own.

    Examples
    --------
    >>> import numpy as np
    >>> share_interval(np.array([1.0, 0, 1, 1]), np.ones(4)) == wilson(3, 4)
    True
    >>> share_interval(np.full(3, 500.0), np.full(3, 500.0)) == wilson(3, 3)
    True
    """
    n, total, k = float(units.sum()), float(hits.sum()), int((units > 0).sum())
    if n <= 0 or total < 0:
        return UNKNOWN
    if (units == 1).all() and total <= n:
        return wilson(total, n)
    share = total / n
    if total > n:
        reach = Z * _between(hits, units, share) ** 0.5
        return Interval(max(0.0, share - reach), share + reach)
    if k < 2 or not 0 < total < n:
        return wilson(share * k, k)
    effect = max(1.0, _between(hits, units, share) / (share * (1 - share) / n))
    return wilson(total / effect, n / effect)


def _between(hits: Floats, units: Floats, share: float) -> float:
    """The variance of a share that varies from row to row."""
    k = len(units)
    if k < 2:
        return float("nan")
    return k / (k - 1) * float(np.square(hits - share * units).sum()) / float(units.sum()) ** 2


def statistic_of(values: Floats, statistic: Statistic) -> float:
    """One number for many; quantiles are interpolated between neighbours.

    Examples
    --------
    >>> import numpy as np
    >>> statistic_of(np.array([1.0, 2.0, 4.0]), "median"), statistic_of(np.array([]), "mean")
    (2.0, nan)
    """
    if statistic == "count":
        return float(len(values))
    if statistic == "sum":
        return float(values.sum())
    if not len(values):
        return float("nan")
    if statistic in QUANTILES:
        return float(np.quantile(values, QUANTILES[statistic]))
    if statistic == "mean":
        return float(values.mean())
    return float(values.min() if statistic == "min" else values.max())


def interval_of(values: Floats, statistic: Statistic) -> Interval:
    """The 95 % interval of a statistic; none of a sum, a count or an extreme.

    Of a quantile: between two order statistics, exact whatever the distribution (David and Nagaraja,
    Order Statistics, 7.1). Of a mean: the percentile bootstrap with a fixed seed, above 2,000 values
    the normal approximation.
    """
    if len(values) < 2:
        return UNKNOWN
    if statistic in QUANTILES:
        return quantile_interval(values, QUANTILES[statistic])
    return mean_interval(values) if statistic == "mean" else UNKNOWN


def quantile_interval(values: Floats, share: float) -> Interval:
    """The narrowest pair of order statistics with at most 2.5 % on either side; none where there are too few values.

    Examples
    --------
    >>> import numpy as np
    >>> tuple(quantile_interval(np.arange(1.0, 11.0), 0.5)), tuple(quantile_interval(np.arange(5.0), 0.5))
    ((2.0, 9.0), (nan, nan))
    """
    n, ordered = len(values), np.sort(values)
    below = np.cumsum(_binomial(n, share))
    low = int(np.searchsorted(below, 0.025, side="right")) - 1
    high = int(np.searchsorted(below, 0.975, side="left"))
    if low < 0 or high >= n:
        return UNKNOWN
    return Interval(float(ordered[low]), float(ordered[high]))


def _binomial(n: int, share: float) -> Floats:
    """P(X = k) for k = 0..n."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    k = np.arange(n + 1)
    chances: Floats = np.exp(logs[n] - logs - logs[::-1] + k * np.log(share) + (n - k) * np.log1p(-share))
    return chances


def mean_interval(values: Floats) -> Interval:
    """The 95 % interval of a mean."""
    n = len(values)
    if n > _MOST_RESAMPLED:
        middle, reach = float(values.mean()), Z * float(values.std(ddof=1)) / n**0.5
        return Interval(middle - reach, middle + reach)
    drawn = np.random.default_rng(_SEED).integers(0, n, (_RESAMPLES, n))
    low, high = np.quantile(np.sort(values)[drawn].mean(axis=1), [0.025, 0.975])
    return Interval(float(low), float(high))


class ControlLimits(NamedTuple):
    """The limits of each period, the centre line, and which periods lie outside or lean to one side."""

    low: Floats
    high: Floats
    centre: float
    outside: Flags
    leaning: Flags


def control_limits(values: Floats, units: Floats | None = None) -> ControlLimits:
    """What a control chart says of the values of periods; nothing below six of them.

    With `units`, of shares: three sigma around the overall share, wider where there are fewer units
    (p chart, Shewhart). Without, of single values: mean ± 2.66 × mean moving range (XmR chart, Wheeler).
    Leaning are two of three periods more than two sigma to the same side of the centre, as after a lasting
    change that widens the limits themselves (Western Electric rules, 1956).

    Examples
    --------
    >>> import numpy as np
    >>> found = control_limits(np.array([10.0, 12, 11, 13, 12, 14]))
    >>> round(float(found.low[0]), 2), round(float(found.high[0]), 2), found.centre
    (7.74, 16.26, 12.0)
    >>> control_limits(np.array([74.0, 73, 74, 96, 97, 95])).leaning.tolist()
    [False, True, True, False, True, True]
    """
    known = ~np.isnan(values)
    if known.sum() < _LEAST_PERIODS:
        unknown, never = np.full(len(values), np.nan), np.zeros(len(values), dtype=bool)
        return ControlLimits(unknown, unknown, float("nan"), never, never)
    if units is not None:
        centre = float((values[known] * units[known]).sum() / units[known].sum())
        reach = 3 * np.sqrt(centre * (1 - centre) / np.where(units > 0, units, np.nan))
        low, high = np.maximum(centre - reach, 0), np.minimum(centre + reach, 1)
    else:
        centre = float(values[known].mean())
        reach = np.full(len(values), _SIGMA_OF_RANGE * float(np.abs(np.diff(values[known])).mean()))
        low, high = centre - reach, centre + reach
    off, least = values - centre, _ROUNDING * abs(centre)
    leaning = _two_of_three(off > reach * 2 / 3 + least) | _two_of_three(off < -reach * 2 / 3 - least)
    return ControlLimits(low, high, centre, (values < low - least) | (values > high + least), leaning)


def _two_of_three(beyond: Flags) -> Flags:
    """Where a flag is up, and was in one of the two places before."""
    before = np.concatenate(([False, False], beyond))
    found: Flags = beyond & (before[1:-1] | before[:-2])
    return found


DECIMALS = 9
"""Nobody gives marks, weights or points as fine as this; what differs beyond is how a computer holds numbers."""

NOISE = 10.0**-DECIMALS


def half_up(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Values to so many decimals, a half away from zero (商业四舍五入).

    Examples
    --------
    >>> import numpy as np
    >>> half_up(np.array([84.5, 84.4999999999999, 84.49, -0.5]), 0).tolist()
    [85.0, 85.0, 84.0, -1.0]
    >>> half_up(np.array([84.05, 84.25, 84.35]), 1).tolist(), round(84.25, 1)
    ([84.1, 84.3, 84.4], 84.2)
    """
    scale = 10.0**decimals
    exact = np.round(np.abs(values) * scale, DECIMALS - decimals)
    return np.copysign(np.floor(exact + 0.5) / scale, values)
