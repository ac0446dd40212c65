"""From a calendar to its open spans in universal time: holidays, shifts over midnight and clock changes applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from procmine.core.clock.calendar import OwnHours, Shift, Week, week_of
from procmine.core.clock.public_holidays import HolidayYear, holiday_year
from procmine.core.log.worktime import offset_at, offset_changes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Instants = NDArray[np.int64]
    """Naive UTC in microseconds since 1970, or durations in microseconds."""

MINUTE, DAY = 60_000_000, 86_400_000_000


def microseconds(instant: datetime) -> int:
    """A naive UTC instant in microseconds since 1970."""
    return (instant - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def open_spans(layers: Sequence[OwnHours], zone: str, first: datetime, last: datetime) -> tuple[Instants, Instants]:
    """The spans of work of the local days from one instant to another: sorted, apart, in µs UTC.

    Parameters
    ----------
    layers
        The calendars that apply, from the common one to the most special.
    """
    local = [*_local_spans(layers, first.date(), last.date())]
    if not local:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    days, begins, ends = (np.array(column, dtype=np.int64) for column in zip(*local, strict=True))
    opens, closes = (_universal(days * DAY + minutes * MINUTE, zone, first, last) for minutes in (begins, ends))
    return _united(opens, closes)


def unpublished_years(layers: Sequence[OwnHours], first: int, last: int) -> tuple[int, ...]:
    """The years whose statutory holidays apply and are not published."""
    return tuple(year for year in range(first, last + 1) if not _statutory(layers, year).is_published)


def _local_spans(layers: Sequence[OwnHours], first: date, last: date) -> Iterator[tuple[int, int, int]]:
    """Day (since 1970), first and last minute of every shift, as the local clock shows them."""
    week = week_of(next(layer.hours for layer in reversed(layers) if layer.hours))
    years = {year: _statutory(layers, year) for year in range(first.year, last.year + 1)}
    told = {day: worked for layer in layers for day, worked in layer.told.items()}
    epoch = date(1970, 1, 1).toordinal()
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        for shift in _shifts(day, week, years[day.year], told.get(day)):
            yield ordinal - epoch, shift.begin, shift.end


def _shifts(day: date, week: Week, year: HolidayYear, told: bool | None) -> tuple[Shift, ...]:
    usual = week[day.weekday()]
    if told is False or (told is None and day in year.off):
        return ()
    is_made_up = told or day in year.made_up
    return (usual or week[7]) if is_made_up else usual


def _statutory(layers: Sequence[OwnHours], year: int) -> HolidayYear:
    """The statutory holidays of the most special calendar that names a country."""
    told = next((layer for layer in reversed(layers) if layer.country is not None), None)
    if told is None or told.country in (None, "none"):
        return HolidayYear(frozenset(), frozenset(), True)
    return holiday_year(told.country, told.subdivision, year)


def _universal(local: Instants, zone: str, first: datetime, last: datetime) -> Instants:
    """Universal time of local times; one that does not exist or exists twice takes the earlier offset."""
    changes = offset_changes(zone, first, last)
    bounds = [microseconds(change.doubtful[1]) for change in changes]
    offsets = [change.before for change in changes]
    offsets.append(changes[-1].after if changes else offset_at(ZoneInfo(zone), first))
    shifts = np.array([offset // timedelta(microseconds=1) for offset in offsets], dtype=np.int64)
    return local - shifts[np.searchsorted(np.array(bounds, dtype=np.int64), local, side="right")]


def _united(opens: Instants, closes: Instants) -> tuple[Instants, Instants]:
    """Spans that touch or overlap become one; those that a clock change swallowed are gone."""
    real = closes > opens
    opens, closes = opens[real], closes[real]
    if not len(opens):
        return opens, closes
    order = np.argsort(opens, kind="stable")
    opens, closes = opens[order], np.maximum.accumulate(closes[order])
    begins = np.concatenate([[True], opens[1:] > closes[:-1]])
    return opens[begins], closes[np.concatenate([begins[1:], [True]])]
