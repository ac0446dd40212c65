"""What has to be said beside a number: holidays not published yet, starts that are estimates, signatures in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.core.words import Words

if TYPE_CHECKING:
    from procmine.core.calendar import WorkCalendar
    from procmine.core.eventlog import EventLog

_ESTIMATED = Words("开始时间为估计值。", " Starts are estimated.")
_SIGNED = Words(
    "会签的{names}由多人接连办理，只计一次。", " Signatures in a row of {names} (countersigned) count once."
)


def notes(
    log: EventLog, calendar: WorkCalendar | None = None, *, uses_start: bool = False, counts_again: bool = False
) -> str:
    """The notes on a result about a log, as sentences in its language.

    Parameters
    ----------
    uses_start, counts_again
        Whether the result rests on starts, and on what is done again.

    Examples
    --------
    >>> import procmine as pm
    >>> notes(pm.estimate_starts(pm.six_cases("en")), uses_start=True)
    ' Starts are estimated.'
    """
    from procmine.core.workclock import clock_of

    said = "" if calendar is None else clock_of(log, calendar).warning(log.language)
    if uses_start and log.has_estimated_starts:
        said += _ESTIMATED.say(log.language)
    signed = sorted(log.countersigned.intersection(log.activities)) if counts_again else []
    if signed:
        named = Words("、".join(f"“{name}”" for name in signed), ", ".join(signed))
        said += _SIGNED.filled(names=named).say(log.language)
    return said
