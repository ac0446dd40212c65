"""What has to be said beside a number: years whose holidays are not published, starts that are estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.core.words import Words

if TYPE_CHECKING:
    from procmine.core.calendar import WorkCalendar
    from procmine.core.eventlog import EventLog

_ESTIMATED = Words("开始时间为估计值。", " Starts are estimated.")


def notes(log: EventLog, calendar: WorkCalendar | None = None, *, uses_start: bool = False) -> str:
    """The notes on a result about a log, as sentences in its language.

    Examples
    --------
    >>> import procmine as pm
    >>> notes(pm.estimate_starts(pm.six_cases("en")), uses_start=True)
    ' Starts are estimated.'
    """
    from procmine.core.workclock import clock_of

    said = "" if calendar is None else clock_of(log, calendar).warning(log.language)
    return said + (_ESTIMATED.say(log.language) if uses_start and log.has_estimated_starts else "")
