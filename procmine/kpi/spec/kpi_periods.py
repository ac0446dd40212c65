"""Days, weeks from Monday, and months of local time."""

from __future__ import annotations

from typing import Literal

import pandas as pd

Period = Literal["day", "week", "month"]
_CODES = {"day": "D", "week": "W-SUN", "month": "M"}


def periods_of(instants: pd.Series, period: Period) -> pd.Series:
    """The first day of the period in which each instant (of a zone) lies.

    Examples
    --------
    >>> import pandas as pd
    >>> instants = pd.Series(pd.to_datetime(["2026-03-01 23:00"])).dt.tz_localize("UTC").dt.tz_convert("Asia/Shanghai")
    >>> [f"{periods_of(instants, period)[0]:%m-%d}" for period in ("day", "week", "month")]
    ['03-02', '03-02', '03-01']
    """
    local = instants.dt.tz_localize(None)
    return local.dt.to_period(_CODES[period]).dt.start_time.astype("datetime64[us]")


def local_instants(instants: pd.Series, zone: str) -> pd.Series:
    """Instants in µs since 1970 as times of a zone."""
    return pd.to_datetime(instants, unit="us").dt.tz_localize("UTC").dt.tz_convert(zone)


def all_periods(first: pd.Timestamp, last: pd.Timestamp, period: Period) -> pd.DatetimeIndex:
    """Every period from the one of the first local time to the one of the last."""
    code = _CODES[period]
    return pd.period_range(first.to_period(code), last.to_period(code), freq=code).start_time.astype("datetime64[us]")
