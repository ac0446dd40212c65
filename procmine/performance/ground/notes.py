"""What has to be said beside a number: holidays not published yet, starts that are estimates, names that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.core.clock.workclock import clock_of
from procmine.core.text.words import Words, joined, write_number, write_share

if TYPE_CHECKING:
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog

_ESTIMATED = Words("开始时间为估计值。", " Starts are estimated.")
LEFT_OUT = Words("未计入", "left out")
TO_COMPLETION = Words("等待计至完成", "taken to wait until their completion")
AT_COMPLETION = Words(
    "视为在完成时刻做完，其处理时间算作空闲", "taken as done at once, so that their work counts as idle"
)
_UNKNOWN_STARTS = Words(
    "{share} 的活动实例没有开始时间，{effect}。", " {share} of the activity instances have no start: {effect}."
)
_UNNAMED = Words("{m} 个事件中有 {n} 个没有资源，未计入。", " Left out, as no resource is named: {n} of {m} events.")
_SIGNED = Words(
    "会签的{names}由多人接连办理，只计一次。", " Signatures in a row of {names} (countersigned) count once."
)


def notes(
    log: EventLog,
    calendar: WorkCalendar | None = None,
    *,
    uses_start: bool = False,
    without_start: Words | None = None,
    counts_again: bool = False,
    needs_resource: bool = False,
) -> str:
    """The notes on a result about a log, as sentences in its language.

    Parameters
    ----------
    uses_start, counts_again, needs_resource
        Whether the result rests on starts, on what is done again, and leaves out events without a resource.
    without_start
        What becomes of instances without a start: `LEFT_OUT`, `TO_COMPLETION`, `AT_COMPLETION`.

    Examples
    --------
    >>> import procmine as pm
    >>> notes(pm.estimate_starts(pm.six_cases("en")), uses_start=True)
    ' Starts are estimated.'
    """
    text = _without_resource(log) if needs_resource else ""
    text += "" if calendar is None else clock_of(log, calendar).warning(log.language)
    if uses_start and log.has_estimated_starts:
        text += _ESTIMATED.say(log.language)
    if without_start is not None:
        text += unknown_starts(log, without_start)
    signed = sorted(log.countersigned.intersection(log.activities)) if counts_again else []
    if signed:
        named = joined(Words("“{name}”", "{name}").filled(name=name) for name in signed)
        text += _SIGNED.filled(names=named).say(log.language)
    return text


def _without_resource(log: EventLog) -> str:
    n = int(log.events.resource.isnull().sum().fill_null(0).to_pyarrow().as_py())
    if not n:
        return ""
    return _UNNAMED.filled(n=write_number(n), m=write_number(log.n_events)).say(log.language)


def unknown_starts(log: EventLog, effect: Words) -> str:
    """How many instances have no start, and what becomes of them; nothing where all or none have one.

    Examples
    --------
    >>> import procmine as pm
    >>> unknown_starts(pm.six_cases("en"), LEFT_OUT)
    ''
    """
    if "start" not in log.all_events.columns or log.n_events == 0:
        return ""
    share = float(log.events.start.isnull().mean().to_pyarrow().as_py())
    if share in (0.0, 1.0):
        return ""
    return _UNKNOWN_STARTS.filled(share=write_share(share), effect=effect).say(log.language)
