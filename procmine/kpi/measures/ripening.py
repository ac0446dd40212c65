"""What open cases do to the value of the period they start in: which measures they bend, and to which side."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from procmine.kpi.spec.kpi import Kpi
    from procmine.kpi.spec.measure import Bias

_MOST_OPEN = 0.02
"""From which share of pending cases it matters what they will still do."""


def open_case_bias(kpi: Kpi) -> Bias | None:
    """To which side open cases bend the value of the period they start in; None where they do not.

    Examples
    --------
    >>> from procmine.kpi.spec.kpi import Kpi
    >>> open_case_bias(Kpi(name="x", measure="response", to="y")), open_case_bias(Kpi(name="x", measure="response", to="y", within="2 h"))
    (-1, 1)
    >>> open_case_bias(Kpi(name="x", measure="arrivals")) is None
    True
    """
    measure = kpi.measure_record
    given = [key for key in measure.bias_alone if getattr(kpi, key)]
    bias = measure.bias_alone[given[0]] if len(given) == 1 else measure.bias
    if bias is None:
        return None
    if kpi.within is not None:
        return 1
    return 0 if kpi.of == "decisions" else bias


def decided_cases(kpi: Kpi, frame: pd.DataFrame) -> pd.Series:
    """The cases that are told for good though they may be open: they have reached the end, or it has happened in them.

    Parameters
    ----------
    frame
        What the measure found: case_index with a value or hits.
    """
    decided = kpi.measure_record.decided
    if decided == "valued" or (decided == "reached" and kpi.to):
        return frame["case_index"]
    if decided == "happened" and kpi.of == "cases":
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
    bias = open_case_bias(kpi)
    many = table["pending"] > _MOST_OPEN
    if not bias:
        return many & (bias is not None)
    against = (table["value"] - table["centre"]) * bias < 0
    return many & ~((table["is_outside"] | table["is_leaning"]) & against)
