"""Where work is sent back or passed on, found on the sorted events of a log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from procmine.performance.ground.steps import MISSING, UNKNOWN
from procmine.reading.profiles.vocabulary import class_of

if TYPE_CHECKING:
    from procmine.performance.ground.steps import Integers, Steps

NOWHERE, NOBODY = "", "?"
_ENDS, _UNNAMED = -1, -2
"""Codes behind which stand `NOWHERE` and `NOBODY`."""


def of_class(steps: Steps, name: str) -> Integers:
    """The places of the events of an action class; an export's own words for it count too."""
    codes = [code for code, word in enumerate(steps.names["action_class"]) if name in (word, class_of(word))]
    return np.flatnonzero(np.isin(steps.codes["action_class"], codes))


def next_codes(steps: Steps, column: str, places: Integers) -> Integers:
    """The code at the next event of the case."""
    codes = np.append(_named(steps.codes[column]), _ENDS)
    goes_on = np.append(steps.follows, [False, False])[places + 1]
    return np.where(goes_on, codes[places + 1], _ENDS)


def _named(codes: Integers) -> Integers:
    return np.where(codes == UNKNOWN, _UNNAMED, codes)


def sent_back(steps: Steps) -> pd.DataFrame:
    """Events of class return, until the activity that returned is completed again in the case."""
    places = of_class(steps, "return")
    activity = steps.codes["activity"]
    order = np.lexsort((activity, steps.case))
    one, other = order[:-1], order[1:]
    same = (steps.case[one] == steps.case[other]) & (activity[one] == activity[other])
    again = np.full(len(steps), MISSING, dtype="int64")
    again[one[same]] = steps.done[other[same]]
    return occurrences(
        steps, "activity", places, next_codes(steps, "activity", places), steps.done[places], again[places]
    )


def arcs_back(steps: Steps, order: Sequence[str]) -> pd.DataFrame:
    """Arcs to an activity that stands earlier in the order, until the case is as far as before."""
    rank_of = {name: rank for rank, name in enumerate(order)}
    ranks = np.array([rank_of.get(name, UNKNOWN) for name in steps.names["activity"]], dtype="int64")
    rank = ranks[steps.codes["activity"]]
    before = np.roll(rank, 1)
    places = np.flatnonzero(steps.follows & (rank != UNKNOWN) & (before != UNKNOWN) & (rank < before))
    end = np.full(len(places), MISSING, dtype="int64")
    ahead, waiting = places + 1, np.arange(len(places))
    while len(waiting):
        inside = ahead < len(steps)
        inside[inside] &= steps.follows[ahead[inside]]
        waiting, ahead = waiting[inside], ahead[inside]
        there = rank[ahead] >= before[places[waiting]]
        end[waiting[there]] = steps.done[ahead[there]]
        waiting, ahead = waiting[~there], ahead[~there] + 1
    return occurrences(steps, "activity", places - 1, steps.codes["activity"][places], steps.done[places - 1], end)


def occurrences(
    steps: Steps, column: str, places: Integers, target: Integers, begin: Integers, end: Integers
) -> pd.DataFrame:
    """Moves as rows: from the value of a column at some places to the target, with the time between two instants."""
    names = [*steps.names[column], NOBODY, NOWHERE]
    one = [names[code] for code in _named(steps.codes[column][places]).tolist()]
    other = [names[code] for code in target.tolist()]
    return pd.DataFrame(
        {
            "case": steps.case[places],
            "source": pd.Series(one, dtype="str"),
            "target": pd.Series(other, dtype="str"),
            "subject": pd.Series([f"{a} → {b}" if b else a for a, b in zip(one, other, strict=True)], dtype="str"),
            "n": 1,
            "begin": begin,
            "end": end,
        }
    )
