"""Where a finding concentrates: the attribute value whose cases carry far more of it than their share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from procmine.core.log.engine import fetch

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

MOST_VALUES, LEAST_CASES = 30, 10
LEAST_LIFT, LEAST_SHARE, MOST_DOUBT = 1.5, 0.25, 1e-5


class Concentration(NamedTuple):
    """An attribute value on which something falls more often than by chance.

    Attributes
    ----------
    share
        Its part of the whole (of the weights), 0..1.
    expected
        Its part of the cases looked at, 0..1.
    """

    attribute: str
    value: str
    share: float
    expected: float

    @property
    def lift(self) -> float:
        """How many times its share is what its cases would lead one to expect."""
        return self.share / self.expected


def case_values(log: EventLog) -> pd.DataFrame:
    """The attributes of cases that can tell groups apart: texts of 2 to 30 values; indexed by case_index."""
    texts = [name for name in log.case_attributes if log.cases[name].type().is_string()]
    frame = fetch(log.cases.select("case_index", *texts)).set_index("case_index").sort_index()
    return frame[[name for name in texts if 2 <= frame[name].nunique() <= MOST_VALUES]]


def concentration(values: pd.DataFrame, weights: pd.Series) -> Concentration | None:
    """The attribute value that carries most more of the weights than its cases are of all; None without a clear one.

    A value counts when it holds at least a quarter of the weight, 1.5 times what its share of the cases
    would give, and its cases rank higher than the others by Wilcoxon's rank-sum test (with ties, normal
    approximation) at 0.00001, divided by the number of values tried (Bonferroni).

    Parameters
    ----------
    values
        Attributes by case, as `case_values` gives them.
    weights
        What each case has of it: time lost, or 1 and 0. Only the cases named here are looked at.

    Examples
    --------
    >>> import pandas as pd
    >>> values = pd.DataFrame({"渠道": ["邮件"] * 30 + ["电话"] * 70})
    >>> concentration(values, pd.Series([1.0] * 20 + [0.0] * 78 + [1.0] * 2)).value
    '邮件'
    """
    looked_at = values.loc[values.index.intersection(weights.index)]
    amount = weights.loc[looked_at.index].to_numpy(dtype=float)
    whole = float(amount.sum())
    if whole <= 0:
        return None
    ranks = mid_ranks(amount)
    tried = {name: _of_attribute(looked_at[name], amount, ranks) for name in looked_at.columns}
    n_tried = sum(map(len, tried.values()))
    best: list[tuple[float, Concentration]] = []
    for name, found in tried.items():
        for group in found:
            one = Concentration(name, group.value, group.part / whole, group.n / len(amount))
            if one.share >= LEAST_SHARE and one.lift >= LEAST_LIFT and group.doubt * n_tried <= MOST_DOUBT:
                best.append((one.expected - one.share, one))
    return min(best)[1] if best else None


class _Group(NamedTuple):
    """The cases of one value: how many, their part of the whole, and how likely their ranks are by chance."""

    value: str
    n: int
    part: float
    doubt: float


def _of_attribute(column: pd.Series, amount: np.ndarray, ranks: np.ndarray) -> list[_Group]:
    codes, names = pd.factorize(column, sort=True)
    known = codes >= 0
    n = np.bincount(codes[known], minlength=len(names))
    parts = np.bincount(codes[known], amount[known], minlength=len(names))
    sums = np.bincount(codes[known], ranks[known], minlength=len(names))
    spread = float(((ranks - ranks.mean()) ** 2).sum())
    return [
        _Group(str(name), int(n[i]), float(parts[i]), _doubt(float(sums[i]), int(n[i]), len(ranks), spread))
        for i, name in enumerate(names)
        if LEAST_CASES <= n[i] < len(ranks)
    ]


def mid_ranks(amount: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal amounts share the middle of theirs."""
    _, inverse, counts = np.unique(amount, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle: np.ndarray = ((last - counts + 1) + last) / 2
    return middle[inverse]


def _doubt(rank_sum: float, n: int, n_all: int, spread: float) -> float:
    """Chance of a rank sum as high as this among n of n_all, all ties counted (one-sided)."""
    if spread == 0:
        return 1.0
    expected = n * (n_all + 1) / 2
    deviation = math.sqrt(n * (n_all - n) / (n_all * (n_all - 1)) * spread)
    return 0.5 * math.erfc((rank_sum - expected) / deviation / math.sqrt(2))
