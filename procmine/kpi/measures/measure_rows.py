"""What a measure finds: one row per case, from which any statistic, split and period can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from procmine.core.text.words import Words

if TYPE_CHECKING:
    import pandas as pd

By = Literal["started", "completed"]


@dataclass(frozen=True, eq=False)
class MeasureRows:
    """What a measure finds in the cases of a population.

    Attributes
    ----------
    frame
        `case_index`, and `value` (a duration in µs, or a number) or, for shares, `hits` of `units`;
        a case may have several rows. Of a measure of customers also `customer`: the statistic is of their
        sums.
    by
        Whether a case counts in the period it starts in or in the one it ends in.
    overdue
        Cases that have not reached the end point while their limit has passed: `case_index`, one row for
        each time; None where nothing can be overdue.
    stock
        Whether the rows are a stock at the cut-off, not what happened over time.
    note
        What has to be said with it.
    label
        The column that tells the rows of a case apart, by which the KPI may be split.
    """

    frame: pd.DataFrame
    by: By = "started"
    overdue: pd.DataFrame | None = None
    stock: bool = False
    note: Words | None = None
    label: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it is a share."""
        return "hits" in self.frame.columns
