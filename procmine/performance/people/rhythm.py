"""When in the week the work is done: events by weekday and hour of local time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.log.worktime import local_time
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_share
from procmine.performance.ground.notes import notes

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

WEEKDAYS: dict[str, Words] = {
    "mon": Words("周一", "Mon"),
    "tue": Words("周二", "Tue"),
    "wed": Words("周三", "Wed"),
    "thu": Words("周四", "Thu"),
    "fri": Words("周五", "Fri"),
    "sat": Words("周六", "Sat"),
    "sun": Words("周日", "Sun"),
}
Of = Literal["completions", "starts", "arrivals"]
_OF: dict[str, tuple[str, Words]] = {
    "completions": ("timestamp", Words("完成", "completed")),
    "starts": ("start", Words("开始", "started")),
    "arrivals": ("enabled", Words("到达", "arrived")),
}


@dataclass(frozen=True, repr=False, eq=False)
class WeekRhythm(Result):
    """Events by weekday and hour: 7 × 24 rows, Monday first."""

    TITLE: ClassVar[Words] = Words("一周的节奏", "Rhythm of the week")
    LIMIT: ClassVar[int] = 168
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "weekday": Column("text", Words("星期", "Weekday"), words=WEEKDAYS),
        "hour": Column("count", Words("小时", "Hour"), Words("当地时间，9 为 9:00–9:59", "local; 9 is 9:00–9:59")),
        "n_events": Column("count", Words("事件", "Events")),
        "share": Column("share", Words("占比", "Share")),
    }

    instants: Of = "completions"
    note: str = ""

    @property
    def sentence(self) -> str:
        """The fullest hour, and how much falls on the weekend and the night."""
        if self.table.empty:
            return ""
        table = self.table
        if not table["n_events"].sum():
            text = Words("没有事件记录了{kind}时刻。", "It is not known of any event when it was {kind}.")
            return text.filled(kind=_OF[self.instants][1]).say(self.language)
        top = table.loc[table["n_events"].idxmax()]
        aside = table["weekday"].isin(["sat", "sun"]) | ~table["hour"].between(7, 20)
        text = Words(
            "{kind}最集中的是{day} {hour} 点（{share}，当地时间）；周末和夜间（21 点至 7 点）占 {aside}。",
            "Most is {kind} on {day} at {hour} o'clock ({share}, local time); weekends and nights (21 to 7) make {aside}.",
        ).filled(
            kind=_OF[self.instants][1],
            day=WEEKDAYS[top["weekday"]],
            hour=top["hour"],
            share=write_share(top["share"]),
            aside=write_share(table.loc[aside, "share"].sum()),
        )
        return text.say(self.language) + self.note


def week_rhythm(log: EventLog, *, events: Of = "completions") -> WeekRhythm:
    """Events by weekday and hour of local time.

    Parameters
    ----------
    events
        Which instant counts: `completions`, `starts` or recorded `arrivals`.

    Raises
    ------
    UnknownNameError
        If `of` is none of these.
    MissingDataError
        If the log has no such instants.

    Examples
    --------
    >>> import procmine as pm
    >>> table = pm.week_rhythm(pm.six_cases()).table
    >>> len(table), table[["weekday", "hour", "n_events"]].values.tolist()[9]
    (168, ['mon', 9, 2])
    """
    if events not in _OF:
        raise UnknownNameError.among(Words("时刻", "instants"), [events], list(_OF), "week_rhythm")
    column, _ = _OF[events]
    if column != "timestamp":
        log.require(column, Words("一周的节奏", "The rhythm of the week"))
    if log.first is None or log.last is None:
        return WeekRhythm.of(log, pd.DataFrame(columns=list(WeekRhythm.COLUMNS)), instants=events)
    known = log.events.filter(log.events[column].notnull())
    span = known.aggregate(first=known[column].min(), last=known[column].max()).to_pyarrow().to_pylist()[0]
    local = local_time(known[column], log.zone, span["first"] or log.first, span["last"] or log.last)
    dated = known.select(weekday=local.day_of_week.index(), hour=local.hour())
    found = fetch(dated.group_by("weekday", "hour").aggregate(n=dated.count()))
    counts = {(int(day), int(hour)): int(n) for day, hour, n in found.itertuples(index=False)}
    rows = [(name, hour, counts.get((day, hour), 0)) for day, name in enumerate(WEEKDAYS) for hour in range(24)]
    frame = pd.DataFrame(rows, columns=["weekday", "hour", "n_events"])
    frame["share"] = frame["n_events"] / max(int(frame["n_events"].sum()), 1)
    return WeekRhythm.of(log, frame, instants=events, note=notes(log, uses_start=events == "starts"))
