"""Scored cases as frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ScoredFrames:
    """Every finished case under one card.

    Attributes
    ----------
    cases
        case_index, case_id, at (naive UTC), version, score, band, points, is_vetoed, group, person.
    items
        case_id, item, kind, mark, weight, points: what each item added to each score.
    unscored
        case_id, at, version, reason.
    """

    cases: pd.DataFrame
    items: pd.DataFrame
    unscored: pd.DataFrame
