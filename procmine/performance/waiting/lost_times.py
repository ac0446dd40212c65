"""The time that passes before each activity instance: who it was handed over by, how long, and until whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from procmine.performance.ground.instances import instances
from procmine.performance.ground.steps import MISSING, UNKNOWN, coded, times_in_microseconds
from procmine.performance.movement.occurrences import working_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Integers


@dataclass(frozen=True)
class LostTimes:
    """One place per activity instance, sorted by case and position.

    Attributes
    ----------
    case
        `case_index`.
    activity, source
        Codes of its activity and of that of the instance that enabled it; -1 for the first of a case.
    giver, taker
        Codes of the resources of the two; -1 where not known.
    lost
        Microseconds from enablement to start, or to completion where no start is known.
    working
        The same inside the calendar; None without one.
    is_waiting
        Whether the start is known, so that `lost` is waiting and nothing else.
    """

    case: Integers
    activity: Integers
    source: Integers
    giver: Integers
    taker: Integers
    lost: Integers
    working: Integers | None
    is_waiting: NDArray[np.bool_]
    activities: list[str]
    resources: list[str]

    @property
    def ranked_by(self) -> Integers:
        """Working time where a calendar is given, else natural time."""
        return self.lost if self.working is None else self.working

    def place(self, case: Integers, position: Integers) -> Integers:
        """The place of the instances at these positions of these cases."""
        found: Integers = np.searchsorted(self.case, case) + position - 1
        return found


def lost_times(log: EventLog, calendar: WorkCalendar | None = None) -> LostTimes:
    """The time lost before every activity instance of a log."""
    table = instances(log)
    optional = [name for name in ("resource", "start") if name in table.columns]
    columns = ["case_index", "position", "activity", "enabled", "timestamp", "enabled_by", *optional]
    found = table.order_by("case_index", "position").select(*columns).to_pyarrow()
    case = found["case_index"].to_numpy().astype("int64")
    activity, activities = coded(found["activity"])
    who, resources = coded(found["resource"]) if "resource" in optional else (np.full(len(case), UNKNOWN), [])
    enabled, done = times_in_microseconds(found["enabled"]), times_in_microseconds(found["timestamp"])
    start = times_in_microseconds(found["start"]) if "start" in optional else np.full(len(case), MISSING)
    until = np.where(start == MISSING, done, np.minimum(start, done))
    begin = np.minimum(enabled, until)
    by = _enablers(case, found["enabled_by"].fill_null(0).to_numpy().astype("int64"))
    work = working_between(log, calendar)
    return LostTimes(
        case=case,
        activity=activity,
        source=np.where(by >= 0, activity[by], UNKNOWN),
        giver=np.where(by >= 0, who[by], UNKNOWN),
        taker=who,
        lost=until - begin,
        working=None if work is None else work(begin, until),
        is_waiting=start != MISSING,
        activities=activities,
        resources=resources,
    )


def _enablers(case: Integers, positions: Integers) -> Integers:
    """The row at a position of the same case; positions count from 1, 0 means none (-1)."""
    first = np.searchsorted(case, case)
    found: Integers = np.where(positions > 0, first + positions - 1, -1)
    return found
