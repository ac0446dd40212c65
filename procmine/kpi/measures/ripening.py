"""What open cases do to the value of the period they start in: which measures they bend, and to which side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from procmine.kpi.spec.kpi import Kpi

Bias = Literal[-1, 0, 1]

_MOST_OPEN = 0.02
"""From which share of pending cases it matters what they will still do."""

_HAPPENED = ("acceptance_rate", "handling_rate", "resolution_rate", "reopening_rate", "return_rate", "rejection_rate",
             "rework_rate", "bot_handover_rate")  # fmt: skip
_REACHED = ("response", "satisfaction")

_BIAS: Mapping[str, Bias] = {
    # Those that got there so far are the quick ones.
    **dict.fromkeys(("throughput", "response", "processing", "waiting", "sojourn", "cost"), -1),
    **dict.fromkeys(("within_limit", "fcr"), 1),
    # What has not happened yet may still happen.
    **dict.fromkeys((*_HAPPENED, "handovers", "completions"), -1),
    **dict.fromkeys(("no_touch_rate", "case_conformance"), 1),
    # Who came again is known at once, how many are resolved is not.
    "repeat_rate": 1,
    "case_share": 0,
    "satisfaction": 0,
    # The events of open cases are those that come early, which may be done otherwise than the late ones.
    **dict.fromkeys(("handover_rate", "automation_rate", "systematization_rate", "event_conformance"), 0),
}  # fmt: skip
"""Whether the value is too high or too low while cases are open, 0 for either; counts and attributes are not bent."""


def bias_of(kpi: Kpi) -> Bias | None:
    """To which side open cases bend the value of the period they start in; None where they do not.

    Examples
    --------
    >>> from procmine.kpi.spec.kpi import Kpi
    >>> bias_of(Kpi(name="x", measure="response", to="y")), bias_of(Kpi(name="x", measure="response", to="y", within="2 h"))
    (-1, 1)
    >>> bias_of(Kpi(name="x", measure="arrivals")) is None
    True
    """
    is_told = kpi.measure == "cost" and bool(kpi.attribute)
    if kpi.measure not in _BIAS or is_told:
        return None
    if kpi.within is not None:
        return 1
    if kpi.measure == "case_share" and not (kpi.having and kpi.lacking):
        return -1 if kpi.having else 1
    if kpi.of == "decisions":
        return 0
    return _BIAS[kpi.measure]


def settled(kpi: Kpi, frame: pd.DataFrame) -> pd.Series:
    """The cases that are told for good though they may be open: they have reached the end, or it has happened in them.

    Parameters
    ----------
    frame
        What the measure found: case_index with a value or hits.
    """
    if kpi.measure in _REACHED or (kpi.measure == "throughput" and kpi.to):
        return frame["case_index"]
    if kpi.measure in _HAPPENED and kpi.of == "cases":
        return frame.loc[frame["hits"] > 0, "case_index"]
    return frame["case_index"].iloc[:0]


def unripe(kpi: Kpi, table: pd.DataFrame) -> pd.Series:
    """The periods of a trend of which too many cases are pending to say anything.

    A signal to the other side than that to which they bend the value is sure all the same: more of them
    would only add to it.

    Parameters
    ----------
    table
        Per period value, centre, is_outside, is_leaning and pending: the share of cases open and not settled.
    """
    bias = bias_of(kpi)
    many = table["pending"] > _MOST_OPEN
    if not bias:
        return many & (bias is not None)
    against = (table["value"] - table["centre"]) * bias < 0
    return many & ~((table["is_outside"] | table["is_leaning"]) & against)
