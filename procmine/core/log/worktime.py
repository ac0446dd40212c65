"""Local wall time and universal time: the one place where a time zone is applied.

A log stores universal time (naive UTC). People think in the local time of the project's zone. A
zone is a short table of offset changes; both conversions look an instant up in that table, inside
the engine, so the answer does not depend on the session's own zone.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import ibis
import numpy as np

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_DAY = timedelta(days=1)


class OffsetChange(NamedTuple):
    """At the universal instant `at` the zone's offset goes from `before` to `after`."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def doubtful(self) -> tuple[datetime, datetime]:
        """The local times that do not exist or exist twice: from (included), until (excluded)."""
        low, high = sorted((self.before, self.after))
        return self.at + low, self.at + high


@functools.cache
def offset_changes(zone: str, first: datetime, last: datetime) -> tuple[OffsetChange, ...]:
    """All changes of a zone's offset between two naive UTC instants, two days around included.

    Examples
    --------
    >>> [c.at for c in offset_changes("Europe/Amsterdam", datetime(2024, 1, 1), datetime(2024, 12, 31))]
    [datetime.datetime(2024, 3, 31, 1, 0), datetime.datetime(2024, 10, 27, 1, 0)]
    >>> offset_changes("Asia/Shanghai", datetime(2024, 1, 1), datetime(2026, 1, 1))
    ()
    """
    info = ZoneInfo(zone)
    changes = []
    day, stop = first.replace(microsecond=0) - 2 * _DAY, last + 2 * _DAY
    before = offset_at(info, day)
    while day < stop:
        after = offset_at(info, day + _DAY)
        if after != before:
            changes.append(OffsetChange(_instant_of_change(info, day, day + _DAY), before, after))
        day, before = day + _DAY, after
    return tuple(changes)


def offset_at(info: ZoneInfo, instant: datetime) -> timedelta:
    """The offset of a zone at a naive UTC instant."""
    offset = instant.replace(tzinfo=UTC).astimezone(info).utcoffset()
    return offset if offset is not None else timedelta()


def _instant_of_change(info: ZoneInfo, low: datetime, high: datetime) -> datetime:
    start, second = offset_at(info, low), timedelta(seconds=1)
    while high - low > second:
        middle = low + (high - low) // (2 * second) * second
        low, high = (middle, high) if offset_at(info, middle) == start else (low, middle)
    return high


def local_time(instant: ir.TimestampValue, zone: str, first: datetime, last: datetime) -> ir.TimestampValue:
    """The local wall time of a naive UTC instant; all instants must lie between first and last."""
    changes = offset_changes(zone, first, last)
    bounds = [(change.at, change.before) for change in changes]
    return _shifted(instant, bounds, _last_offset(zone, changes, first))


def universal_time(local: ir.TimestampValue, zone: str, first: datetime, last: datetime) -> ir.TimestampValue:
    """The naive UTC instant of a local wall time; a doubtful one takes the earlier offset."""
    changes = offset_changes(zone, first, last)
    bounds = [(change.doubtful[1], -change.before) for change in changes]
    return _shifted(local, bounds, -_last_offset(zone, changes, first))


def is_doubtful(local: ir.TimestampValue, zone: str, first: datetime, last: datetime) -> ir.BooleanValue:
    """Whether a local wall time does not exist or exists twice in its zone."""
    doubtful: ir.BooleanValue = ibis.literal(False)
    for change in offset_changes(zone, first, last):
        start, stop = change.doubtful
        doubtful = doubtful | ((local >= start) & (local < stop))
    return doubtful


def to_universal(local: datetime, zone: str) -> datetime:
    """The naive UTC instant of one local wall time, by the rule of `universal_time`.

    Examples
    --------
    >>> to_universal(datetime(2026, 4, 1), "Asia/Shanghai")
    datetime.datetime(2026, 3, 31, 16, 0)
    """
    changes = offset_changes(zone, local, local)
    for change in changes:
        if local < change.doubtful[1]:
            return local - change.before
    return local - _last_offset(zone, changes, local)


def all_to_universal(local: pd.Series, zone: str) -> pd.Series:
    """The naive UTC instants of local wall times, by the rule of `universal_time`; unknown ones stay unknown."""
    known = local.dropna()
    if known.empty:
        return local.astype("datetime64[us]")
    first, last = known.min().to_pydatetime(), known.max().to_pydatetime()
    changes = offset_changes(zone, first, last)
    bounds = np.array([change.doubtful[1] for change in changes], dtype="datetime64[us]")
    offsets = [*(change.before for change in changes), _last_offset(zone, changes, first)]
    wall = local.to_numpy("datetime64[us]")
    shift = np.array(offsets, dtype="timedelta64[us]")[
        np.searchsorted(bounds, wall, side="right").clip(max=len(bounds))
    ]
    return type(local)(wall - shift, index=local.index)


def _last_offset(zone: str, changes: tuple[OffsetChange, ...], first: datetime) -> timedelta:
    return changes[-1].after if changes else offset_at(ZoneInfo(zone), first)


def _shifted(
    time: ir.TimestampValue, bounds: list[tuple[datetime, timedelta]], otherwise: timedelta
) -> ir.TimestampValue:
    def by(offset: timedelta) -> ir.TimestampValue:
        return time + ibis.interval(seconds=int(offset.total_seconds())) if offset else time

    if not bounds:
        return by(otherwise)
    branches = [(time < bound, by(offset)) for bound, offset in bounds]
    return ibis.cases(*branches, else_=by(otherwise))
