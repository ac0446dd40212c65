"""When something changed: the month from which on it is clearly more or clearly less."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from procmine.insight.findings.concentration import mid_ranks

if TYPE_CHECKING:
    import pandas as pd

LEAST_CASES, LEAST_EVIDENCE = 10, 6.0


class TurningPoint(NamedTuple):
    """A month from which on something is different.

    Attributes
    ----------
    month
        Its first day.
    before, after
        Mean per case before the month and from it on: a rate 0..1, or a duration in seconds.
    n_before, n_after
        Cases.
    """

    month: pd.Timestamp
    before: float
    after: float
    n_before: int
    n_after: int

    @property
    def ratio(self) -> float:
        """How many times as much it is afterwards; infinite where there was nothing before."""
        return self.after / self.before if self.before else math.inf


def turning_point(months: pd.Series, amounts: pd.Series) -> TurningPoint | None:
    """The month that parts the amounts best; None where no month parts them clearly.

    Of all months the one with the largest difference of mean ranks before and after, measured in standard
    errors (Wilcoxon's rank-sum statistic as a change-point statistic: Pettitt, 1979). It counts from six
    standard errors on, and where the mean changes the same way as the ranks: of many cases a little slower and
    a few much quicker nobody can say what became of them. Months with fewer than ten cases on one side of them
    are not tried.

    Parameters
    ----------
    months
        First day of the month in which each case started, local.
    amounts
        What each case has: 1 or 0, or a duration in seconds; in the order of `months`.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.Series(pd.to_datetime(["2026-01-01"] * 100 + ["2026-02-01"] * 100 + ["2026-03-01"] * 100))
    >>> found = turning_point(months, pd.Series([0.0] * 200 + [1.0, 1.0, 0.0, 0.0] * 25))
    >>> found.month.month, found.before, found.after
    (3, 0.0, 0.5)
    """
    ranks, values = mid_ranks(amounts.to_numpy(dtype=float)), amounts.to_numpy(dtype=float)
    n, spread = len(ranks), float(((ranks - ranks.mean()) ** 2).sum()) if len(ranks) else 0.0
    best: tuple[float, TurningPoint] | None = None
    for month in sorted(months.unique())[1:]:
        later = (months >= month).to_numpy()
        n_after = int(later.sum())
        if spread == 0 or min(n_after, n - n_after) < LEAST_CASES:
            continue
        error = math.sqrt(n_after * (n - n_after) / (n * (n - 1)) * spread)
        evidence = (float(ranks[later].sum()) - n_after * (n + 1) / 2) / error
        point = TurningPoint(month, float(values[~later].mean()), float(values[later].mean()), n - n_after, n_after)
        if abs(evidence) >= LEAST_EVIDENCE and (best is None or abs(evidence) > abs(best[0])):
            best = (evidence, point)
    if best is None or best[0] * (best[1].after - best[1].before) <= 0:
        return None
    return best[1]
