"""Records whose date is a day off: their times contradict their case, and fit it exactly a day later or earlier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from procmine.core.clock.workclock import clock_of
from procmine.core.log.columns import LABELS
from procmine.core.log.engine import fetch
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number
from procmine.discovery.case_links import DAY, MINUTE, TimedEvents, instants_of, moved_links, timed_events

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog

    Flags = NDArray[np.bool_]

SIGNS: dict[str, Words] = {
    "arrival": Words("到达时间移动一天正好是前一步的完成", "moved by a day, it arrives just when another event of the case is done"),
    "following": Words("完成时间移动一天正好是后一步的到达", "moved by a day, it is done just when another event of the case arrives"),
    "too_early": Words("在案例开始之前就已到达", "it arrives before anything of its case"),
    "day_off": Words("做在没有人上班的日子", "it was done on a day on which nobody works"),
}  # fmt: skip
"""What shows that a date is wrong, the strongest first."""

_SELDOM_FIRST, _SELDOM_OFF = 0.01, 0.01


@dataclass(frozen=True, repr=False, eq=False)
class Misdated(Result):
    """Events whose date is a day off, in the order of the log.

    Attributes
    ----------
    n_events
        Events with a recorded arrival: those that could be judged.
    case_index
        The case of each row, by its number in the log.
    """

    TITLE: ClassVar[Words] = Words("日期错了一天的记录", "Records a day off")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", LABELS["case_id"]),
        "activity": Column("text", LABELS["activity"]),
        "resource": Column("text", LABELS["resource"]),
        "enabled": Column("time", LABELS["enabled"], Words("记录的", "as recorded")),
        "timestamp": Column("time", LABELS["timestamp"], Words("记录的", "as recorded")),
        "meant": Column(
            "time", Words("应为", "Meant"), Words("移动一天后的完成时间", "its completion, moved by a day")
        ),
        "sign": Column("text", Words("依据", "Sign"), words=SIGNS),
    }

    n_events: int = 0
    case_index: tuple[int, ...] = ()

    @property
    def scalars(self) -> dict[str, int]:
        """Events and their cases."""
        return {"n": len(self.table), "n_cases": int(self.table["case_id"].nunique())}

    @property
    def sentence(self) -> str:
        """How many, in how many cases, of how many that could be judged."""
        if self.n_events == 0:
            return ""
        if self.table.empty:
            said = Words(
                "{n_all} 条有到达时间的记录里，没有日期错一天的。",
                "None of {n_all} records with an arrival is a day off.",
            )
        else:
            said = Words(
                "{n_all} 条有到达时间的记录里，{n} 条的日期错了一天，涉及 {n_cases} 个案例；时间没有改动。",
                "{n} of {n_all} records with an arrival are a day off, in {n_cases} cases; no time was changed.",
            )
        told = {name: write_number(value) for name, value in self.scalars.items()}
        return said.filled(n_all=write_number(self.n_events), **told).say(self.language)


def misdated(log: EventLog, *, calendar: WorkCalendar | None = None) -> Misdated:
    """Events whose times were recorded a day early or late: a wrong clock, a wrong date typed in.

    Work arrives when other work of its case is done, so most arrivals are somebody's completion. An event is a
    day off where that link is broken and holds, to the second, for the times moved by a day – on one side at
    least, and on neither side for the times as they are. Only links between activities count that stand more often
    than they are a day off: a reminder after just 24 hours is a habit of the process. Where an activity's completions
    are recorded to the minute, so are links to it; times at a full hour prove no link.

    Two more signs show a day too early. The event arrives before anything else of its case by less than a
    day, though its activity comes first in fewer than 1 in 100 cases. And, with a calendar, a person started and
    finished it on days off before a workday – unless more than 1 in 100 events of people are on such days.

    Parameters
    ----------
    calendar
        The working calendar, for the last sign.

    Raises
    ------
    MissingDataError
        If the log has no arrivals.

    Examples
    --------
    >>> import pandas as pd
    >>> import procmine as pm
    >>> rows = [(case, activity, f"2026-03-{day} {done}", f"2026-03-{day} {arrived}") for case, days in
    ...         {"1": "02 02 02", "2": "03 03 03", "3": "05 04 05"}.items() for day, activity, arrived, done in
    ...         zip(days.split(), ("受理", "处理", "关闭"), ("09:03", "09:10", "11:20"), ("09:10", "11:20", "11:40"))]
    >>> frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "enabled"])
    >>> frame = frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("timestamp", "enabled")})
    >>> log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", language="en")
    >>> pm.misdated(log).table[["case_id", "activity", "sign"]]
      case_id activity     sign
    0       3       处理  arrival
    """
    log.require("enabled", Misdated.TITLE)
    if log.n_cases == 0:
        return Misdated.of(log, pd.DataFrame(columns=list(Misdated.COLUMNS)))
    events = timed_events(log)
    moved, sign = moved_links(events)
    for name, found in (("too_early", _too_early(events)), ("day_off", _on_days_off(log, events, calendar))):
        fresh = found & (moved == 0)
        moved[fresh], sign[fresh] = DAY, name
    here = moved != 0
    frame = events.frame[here].assign(sign=sign[here], meant=events.done[here] + moved[here])
    frame["meant"] = pd.to_datetime(frame["meant"], unit="us")
    ids = fetch(log.cases.select("case_index", "case_id"))
    told = frame.merge(ids, on="case_index")
    return Misdated.of(log, told, n_events=int(events.known.sum()), case_index=tuple(told["case_index"].tolist()))


# ── days too early ────────────────────────────────────────────────────────────────────────────


def _too_early(events: TimedEvents) -> Flags:
    """Events that arrive before anything else of their case by less than a day, of activities that seldom come first."""
    order = np.lexsort((events.frame["position"].to_numpy(), events.arrived, events.case))
    case, at = events.case[order], events.arrived[order]
    first = np.r_[True, case[1:] != case[:-1]]
    before_next = np.r_[np.where(first[1:], 0, at[1:] - at[:-1]), 0]
    n_first = np.bincount(events.activity[order[first]], minlength=events.activity.max() + 1)
    seldom = n_first[events.activity[order]] < _SELDOM_FIRST * first.sum()
    found = np.zeros(len(order), dtype=bool)
    found[order] = first & seldom & (before_next > MINUTE) & (before_next < DAY)
    return found & events.known


def _on_days_off(log: EventLog, events: TimedEvents, calendar: WorkCalendar | None) -> Flags:
    """Events that people started and finished on days without working hours, each before a workday."""
    none = np.zeros(len(events.done), dtype=bool)
    if calendar is None:
        return none
    clock = clock_of(log, calendar)
    manual = events.known & events.frame["is_system"].ne(other=True).to_numpy()

    def is_off(times: pd.Series, later: int = 0) -> Flags:
        local = times.astype("datetime64[us]").dt.tz_localize("UTC").dt.tz_convert(log.zone).dt.tz_localize(None)
        day = (local.dt.normalize() + timedelta(days=later)).dt.tz_localize(
            log.zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="shift_forward"
        )
        begin = instants_of(day.dt.tz_convert("UTC").dt.tz_localize(None))
        off: Flags = clock.between(begin, begin + DAY) == 0
        return off

    begun, done = events.frame["start"].fillna(events.frame["timestamp"]), events.frame["timestamp"]
    off = manual & is_off(begun) & is_off(done)
    if off.sum() > _SELDOM_OFF * manual.sum():
        return none
    found: Flags = off & ~is_off(done, 1)
    return found
