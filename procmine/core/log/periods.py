"""Days, weeks and months of the calendar: where each begins, and which there are between two days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import pandas as pd

from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words

Period = Literal["day", "week", "month"]
PERIODS: dict[str, Words] = {"day": Words("日", "day"), "week": Words("周", "week"), "month": Words("月", "month")}

_DAYS_SHOWN_DAILY = 62
_DAYS_SHOWN_WEEKLY = 400


def period_for(asked: Literal["auto", "day", "week", "month"], first: date, last: date, place: str) -> Period:
    """The period asked for; `auto` takes days for up to two months, weeks for about a year, months beyond.

    Raises
    ------
    UnknownNameError
        If there is no such period.
    """
    if asked not in ("auto", *PERIODS):
        raise UnknownNameError.among(Words("时间段", "period"), [asked], ["auto", *PERIODS], place)
    if asked != "auto":
        return asked
    span = (last - first).days
    return "day" if span <= _DAYS_SHOWN_DAILY else "week" if span <= _DAYS_SHOWN_WEEKLY else "month"


def begin_of(day: date, period: Period) -> date:
    """The first day of the period that a day is in; weeks begin on Monday.

    Examples
    --------
    >>> begin_of(date(2026, 3, 5), "week"), begin_of(date(2026, 3, 5), "month")
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 1))
    """
    if period == "day":
        return day
    return day - timedelta(days=day.weekday()) if period == "week" else day.replace(day=1)


def next_begin(begin: date, period: Period) -> date:
    """The first day of the next period."""
    if period == "month":
        return (begin.replace(day=28) + timedelta(days=4)).replace(day=1)
    return begin + timedelta(days=1 if period == "day" else 7)


def begins_between(first: date, last: date, period: Period) -> list[date]:
    """The first days of all periods from that of `first` to that of `last`."""
    begins = [begin_of(first, period)]
    while next_begin(begins[-1], period) <= last:
        begins.append(next_begin(begins[-1], period))
    return begins


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
