"""When somebody of a made-up office is at work: shifts, lunch, Chinese holidays, make-up workdays, absences."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

from holidays import country_holidays

Shift = tuple[time, time]

OFFICE: tuple[Shift, ...] = ((time(9), time(12)), (time(13, 30), time(18)))
EARLY: tuple[Shift, ...] = ((time(8), time(12)), (time(12, 30), time(16, 30)))
LATE: tuple[Shift, ...] = ((time(12), time(17)), (time(17, 30), time(20, 30)))


@cache
def workdays(first: date, last: date) -> tuple[date, ...]:
    """Chinese working days from one day to another, make-up days included."""
    known = country_holidays("CN", years=range(first.year, last.year + 1))
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return tuple(day for day in days if known.is_working_day(day))


class Hours:
    """The open times of one person, in seconds since midnight of the first day.

    Parameters
    ----------
    absent
        Days on which the person is away.
    """

    def __init__(self, first: date, last: date, shifts: Sequence[Shift], absent: Iterable[date] = ()) -> None:
        away = frozenset(absent)
        spans = [
            (seconds_since(first, datetime.combine(day, begin)), seconds_since(first, datetime.combine(day, end)))
            for day in workdays(first, last)
            if day not in away
            for begin, end in shifts
        ]
        self.begins = [begin for begin, _ in spans]
        self.ends = [end for _, end in spans]

    def next_open(self, moment: int) -> int | None:
        """The first moment from this one on at which the person is at work; None after the last shift."""
        i = bisect_right(self.ends, moment)
        return None if i == len(self.ends) else max(moment, self.begins[i])

    def closing(self, moment: int) -> int:
        """When the shift ends that is open at a moment."""
        return self.ends[bisect_right(self.ends, moment)]

    def after(self, moment: int, seconds: int) -> int | None:
        """The moment at which so many seconds of work are done; None if not in this period."""
        i = bisect_right(self.ends, moment)
        while i < len(self.ends):
            begin = max(moment, self.begins[i])
            if self.ends[i] - begin >= seconds:
                return begin + seconds
            seconds -= self.ends[i] - begin
            i += 1
        return None

    def spans(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The open times between two moments."""
        i = bisect_right(self.ends, begin)
        found = []
        while i < len(self.ends) and self.begins[i] < end:
            found.append((max(begin, self.begins[i]), min(end, self.ends[i])))
            i += 1
        return found


def seconds_since(first: date, moment: datetime) -> int:
    """Seconds from midnight of the first day to a moment."""
    return int((moment - datetime.combine(first, time())).total_seconds())
