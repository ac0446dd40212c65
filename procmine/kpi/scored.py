"""Scored cases as frames, and what bands are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from procmine.kpi.scorecard import Scorecard

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Scored:
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


def band_names(card: Scorecard) -> list[str]:
    """What each band is called: its name, else its borders.

    Examples
    --------
    >>> from procmine.kpi.score_items import Indicator
    >>> from procmine.kpi.scorecard import Band, Version
    >>> bands = [Band(points=0), Band(points=1, **{"from": 60})]
    >>> card = Scorecard(name="x", bands=bands, versions=[Version(
    ...     version="v1", valid_from="2026-01-01", indicators=[Indicator(name="a", weight="100 %")])])
    >>> band_names(card)
    ['< 60', '≥ 60']
    """
    found = []
    for i, band in enumerate(card.bands):
        after = card.bands[i + 1].from_ if i + 1 < len(card.bands) else None
        end = band.to if band.to is not None else after
        if band.name:
            found.append(band.name)
        elif band.from_ is None:
            found.append("–" if end is None else f"< {end:g}")
        else:
            found.append(f"≥ {band.from_:g}" if end is None else f"{band.from_:g}–{end:g}")
    return found
