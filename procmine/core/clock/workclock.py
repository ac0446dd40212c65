"""Working time: how much of an interval lies inside a working calendar.

A calendar over a period is a list of open spans in universal time. Working time since the period
began is then a function that rises inside the spans and stands between them, so the working time of
an interval is two look-ups and a subtraction – in numpy by binary search, in the engine by a table of
days. Shifts are local times: where clocks change, a night shift is an hour longer or shorter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from procmine.core.clock.calendar import OwnHours, WorkCalendar
from procmine.core.clock.clock_grid import ClockGrid
from procmine.core.clock.open_spans import DAY, microseconds, open_spans, unpublished_years
from procmine.core.log.columns import TIMES
from procmine.core.log.import_notes import NOTES
from procmine.core.text.words import Language

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from procmine.core.clock.open_spans import Instants
    from procmine.core.log.eventlog import EventLog

NEVER = 2**63 - 1
"""The instant that does not come within a clock's period."""
_FEW, _LARGEST_GRID = 2_000, 1_000_000
_MARGIN, _AHEAD, _A_DAY = timedelta(days=4), timedelta(days=120), timedelta(days=1)
_DAY = "__day"
"""Named as no attribute is."""


@dataclass(frozen=True, eq=False)
class WorkClock:
    """A clock that runs in working hours only, over one period; without a calendar it always runs.

    Attributes
    ----------
    opens, closes
        The spans of work, sorted and apart: µs since 1970 UTC.
    covers
        First and last instant it can be asked about, in the same unit.
    unpublished
        Years of the period whose holidays are not published: what it says of them has to be said with
        this warning, see `warning`.
    is_natural
        Whether there is no calendar, so that it measures natural time.
    """

    opens: Instants
    closes: Instants
    covers: tuple[int, int]
    unpublished: tuple[int, ...] = ()
    is_natural: bool = False

    @classmethod
    def over(cls, calendar: WorkCalendar | None, zone: str, first: datetime, last: datetime) -> WorkClock:
        """The clock of the common calendar from one naive UTC instant to another, and four months beyond.

        Examples
        --------
        >>> calendar = WorkCalendar(country="CN", hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]})
        >>> clock = WorkClock.over(calendar, "Asia/Shanghai", datetime(2026, 2, 1), datetime(2026, 3, 1))
        >>> friday, monday = datetime(2026, 2, 13, 1), datetime(2026, 2, 16, 1)  # Saturday is a make-up workday
        >>> int(clock.between(microseconds(friday), microseconds(monday))) / 3_600_000_000
        15.0
        """
        return cls.of_layers(None if calendar is None else calendar.layers(), zone, first, last)

    @classmethod
    def of_layers(cls, layers: Sequence[OwnHours] | None, zone: str, first: datetime, last: datetime) -> WorkClock:
        """The clock of a calendar and of those that differ from it, see `WorkCalendar.layers`."""
        covers = (microseconds(first - _A_DAY), microseconds(last + _AHEAD))
        if layers is None:
            return cls(np.array([covers[0]]), np.array([covers[1]]), covers, (), is_natural=True)
        opens, closes = open_spans(layers, zone, first - _MARGIN, last + _AHEAD + _MARGIN)
        return cls(opens, closes, covers, unpublished_years(layers, first.year, last.year))

    @cached_property
    def _before(self) -> Instants:
        """Working time before each span opens, and the whole."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.closes - self.opens)])

    def worked(self, instants: Instants | int) -> Instants:
        """Working time from the beginning of the period to each instant: µs.

        Raises
        ------
        ValueError
            If an instant lies outside of what the clock covers.
        """
        at = np.asarray(instants, dtype=np.int64)
        if at.size and (at.min() < self.covers[0] or at.max() > self.covers[1]):
            raise ValueError("an instant lies outside of the period of the work clock")
        if self.is_natural or not len(self.opens):
            return at - self.covers[0] if self.is_natural else np.zeros_like(at)
        if at.size < _FEW or self._grid is None:
            return self._searched(at)
        return self._grid.worked(at)

    def _searched(self, at: Instants) -> Instants:
        i = np.searchsorted(self.opens, at, side="right") - 1
        inside = np.minimum(at, self.closes[i]) - self.opens[i]
        return np.where(i < 0, 0, self._before[i] + inside)

    @cached_property
    def _grid(self) -> ClockGrid | None:
        """The same function on a grid, where all shifts begin and end on the grid of some minutes."""
        edges = np.concatenate([self.opens, self.closes]) - self.opens[0]
        size = int(np.gcd.reduce(edges))
        begin = int(self.opens[0]) - (int(self.opens[0]) - self.covers[0] + size) // size * size
        n = (self.covers[1] - begin) // size + 1
        if n > _LARGEST_GRID:
            return None
        starts = begin + np.arange(n, dtype=np.int64) * size
        runs = self.is_open(starts)
        return ClockGrid(begin, size, self._searched(starts) - np.where(runs, starts, 0), -runs.astype(np.int64))

    def between(self, begins: Instants | int, ends: Instants | int) -> Instants:
        """Working time between instants: µs; negative where the end is before the beginning."""
        return self.worked(ends) - self.worked(begins)

    def after(self, begins: Instants | int, amounts: Instants | int) -> Instants:
        """The earliest instant at which so much has been worked since each beginning; `NEVER` if not in the period.

        Examples
        --------
        >>> calendar = WorkCalendar(hours={"mon-fri": ["09:00-18:00"]})
        >>> clock = WorkClock.over(calendar, "UTC", datetime(2026, 3, 1), datetime(2026, 3, 31))
        >>> due = clock.after(microseconds(datetime(2026, 3, 6, 17)), 2 * 3_600_000_000)  # Friday at five
        >>> datetime(1970, 1, 1) + timedelta(microseconds=int(due))
        datetime.datetime(2026, 3, 9, 10, 0)
        """
        at, added = np.asarray(begins, dtype=np.int64), np.asarray(amounts, dtype=np.int64)
        wanted = self.worked(at) + added
        if not len(self.opens):
            return np.where(added > 0, NEVER, at)
        i = np.clip(np.searchsorted(self._before, wanted, side="left") - 1, 0, len(self.opens) - 1)
        reached = self.opens[i] + wanted - self._before[i]
        return np.where(added <= 0, at, np.where(wanted > self._before[-1], NEVER, reached))

    def is_open(self, instants: Instants | int) -> NDArray[np.bool_]:
        """Whether each instant lies inside working hours."""
        at = np.asarray(instants, dtype=np.int64)
        i = np.searchsorted(self.opens, at, side="right")
        return (i > 0) & (at < np.concatenate([[-NEVER], self.closes])[i])

    def warning(self, language: Language) -> str:
        """That the holidays of some years are not published; empty where they all are."""
        return unpublished_warning(self.unpublished, language)

    # ── in the engine ─────────────────────────────────────────────────────────────────────────

    def with_between(self, table: ir.Table, begin: str, end: str, name: str) -> ir.Table:
        """The table with one more column: working time between two of its instants, int64 µs, null where one is null.

        Both instants are looked up in a table of days: two joins with a few hundred rows.
        """
        marks = f"{name}_begin", f"{name}_end"
        both = self.with_worked(self.with_worked(table, begin, marks[0]), end, marks[1])
        return both.mutate(**{name: both[marks[1]] - both[marks[0]]}).drop(*marks)

    def with_worked(self, table: ir.Table, column: str, name: str) -> ir.Table:
        """The table with the working time from the beginning of the period to one of its instants, int64 µs."""
        epoch = ibis.timestamp("1970-01-01")
        if self.is_natural:
            return table.mutate(**{name: table[column].delta(epoch, unit="microsecond") - self.covers[0]})
        days, most = self._days
        table_of_days = ibis.memtable(days)
        joined = table.left_join(table_of_days, table[column].date() == table_of_days[_DAY])
        at, worked = joined[column].delta(epoch, unit="microsecond"), joined["__before"]
        for k in range(most):
            inside = ibis.least(at, joined[f"__close_{k}"]) - joined[f"__open_{k}"]
            worked = worked + ibis.greatest(inside, 0)
        return joined.mutate(**{name: worked}).drop(*days.column_names)

    @cached_property
    def _days(self) -> tuple[Any, int]:
        """For every UTC day: the working time before it, and the spans that touch it."""
        first, last = (instant // DAY for instant in self.covers)
        starts = np.arange(first, last + 1, dtype=np.int64) * DAY
        low = np.searchsorted(self.closes, starts, side="right")
        high = np.searchsorted(self.opens, starts + DAY, side="left")
        most = int((high - low).max(initial=0))
        begins = np.maximum(starts, self.covers[0])
        columns: dict[str, Any] = {
            _DAY: pa.array([date.fromordinal(date(1970, 1, 1).toordinal() + day) for day in range(first, last + 1)]),
            "__before": self.worked(begins),
        }
        for k in range(most):
            i, there = np.minimum(low + k, len(self.opens) - 1), low + k < high
            columns[f"__open_{k}"] = np.where(there, np.maximum(self.opens[i], begins), NEVER // 2)
            columns[f"__close_{k}"] = np.where(there, self.closes[i], NEVER // 2)
        return pa.table(columns), most


def unpublished_warning(years: Sequence[int], language: Language) -> str:
    """A sentence saying that the holidays of these years are not published; empty where there are none."""
    if not years:
        return ""
    said = NOTES["holidays_unpublished"].filled(years=", ".join(map(str, years))).say(language)
    return f"{said}。" if language == "zh" else f" {said[0].upper()}{said[1:]}."


def period_of(log: EventLog) -> tuple[datetime, datetime]:
    """The first and the last instant that a log tells of, arrivals, starts and cut-off included: naive UTC."""
    found = [name for name in TIMES if name in log.all_events.columns]
    events = log.all_events
    (row,) = (
        events.aggregate(
            **{f"{name}_min": events[name].min() for name in found},
            **{f"{name}_max": events[name].max() for name in found},
        )
        .to_pyarrow()
        .to_pylist()
    )
    told = [*row.values(), log.import_report.cutoff]
    instants = [instant.replace(tzinfo=None) for instant in told if instant is not None]
    instants = instants or [datetime(1970, 1, 1)]
    return min(instants), max(instants)


def clock_of(log: EventLog, calendar: WorkCalendar | None) -> WorkClock:
    """The clock of the common calendar over everything that a log tells of."""
    return WorkClock.over(calendar, log.zone, *period_of(log))
