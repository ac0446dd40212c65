"""Weekly hours of people, discovered from when they did things: where no working calendar is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import ibis
import pandas as pd

from procmine.core.clock.calendar import DAY_NAMES, WorkCalendar
from procmine.core.clock.workclock import period_of
from procmine.core.log.columns import LABELS
from procmine.core.log.engine import fetch
from procmine.core.log.worktime import local_time
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number, write_share

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

_PURPOSE = Words("推断工作时间", "Discovering working hours")
_DAYS: Mapping[str, Words] = dict(
    zip(
        DAY_NAMES,
        (
            Words(f"周{zh}", en)
            for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
        ),
        strict=True,
    )
)


@dataclass(frozen=True, repr=False, eq=False)
class Availability(Result):
    """Discovered hours, one row per resource, weekday and span; those of everybody together have no resource.

    Attributes
    ----------
    calendar
        The hours as a working calendar; None where the log shows no hours that people have in common.
    inside
        Share of what people began or completed that lies in these hours.
    n_common
        People who show too little, so that the common hours are taken for them.
    """

    TITLE: ClassVar[Words] = Words("推断的工作时间", "Discovered working hours")
    LIMIT: ClassVar[int] = 60
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "resource": Column("text", LABELS["resource"], Words("空为全体", "empty: everybody together")),
        "weekday": Column("text", Words("星期", "Weekday"), words=_DAYS),
        "from": Column("text", Words("从", "From")),
        "until": Column("text", Words("到", "Until")),
        "n": Column(
            "count", Words("次数", "Count"), Words("此时段内开始或完成的次数", "starts and completions in the span")
        ),
    }

    calendar: WorkCalendar | None = None
    inside: float = 0.0
    n_common: int = 0

    @property
    def scalars(self) -> dict[str, Any]:
        """How well the hours fit, and for whom they are the common ones."""
        return {"inside": self.inside, "n_common": self.n_common}

    @property
    def sentence(self) -> str:
        """How well the hours fit."""
        if self.table.empty:
            return ""
        text = Words(
            "由日志推断的每周工作时间覆盖 {share} 的开始与完成；{n} 人记录太少，按全体的时间。不含节假日与缺勤。",
            "The weekly hours discovered cover {share} of starts and completions; {n} people show too little and get the common "
            "hours. Holidays and absences are not in them.",
        )
        return text.filled(share=write_share(self.inside), n=write_number(self.n_common)).say(self.language)


def availability(
    log: EventLog, *, confidence: float = 0.1, least: int = 30, country: str | None = None
) -> Availability:
    """Weekly hours discovered from when people began and completed work, to the hour.

    An hour of the week is worked by somebody who began or completed something in it in at least
    `confidence` of the weeks from their first to their last event. People who show fewer than `least`
    moments get the hours of everybody together, where an hour counts by the same rule. Systems are
    left out.

    Parameters
    ----------
    confidence
        Share of weeks, 0..1.
    least
        Moments below which nothing is discovered for somebody.
    country
        Country whose statutory holidays the calendar is to have, which the log does not tell.

    Raises
    ------
    MissingDataError
        If the log names no resources.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.availability(pm.six_cases())
    >>> found.calendar.hours["mon"], found.n_common
    (['09:00-12:00', '15:00-16:00'], 5)

    References
    ----------
    López-Pintado and Dumas, Discovery and simulation of business processes with probabilistic resource
    availability calendars, ICPM 2023 (calendars by the share of weeks in which an hour is active).
    """
    log.require("resource", _PURPOSE)
    moments = _moments(log)
    slots, together = _slots(moments), _slots(moments.mutate(resource=ibis.literal("")))
    if log.n_cases == 0 or slots.empty:
        return Availability.of(log, pd.DataFrame(columns=list(Availability.COLUMNS)))
    shown = slots.groupby("resource")["n"].transform("sum")
    own = slots[(shown >= least) & (slots["n_weeks"] >= confidence * slots["weeks"])]
    common = together[together["n_weeks"] >= confidence * together["weeks"]]
    people = sorted(set(own["resource"]))
    spans = pd.DataFrame(
        [*_spans(common, None), *(row for name in people for row in _spans(own[own["resource"] == name], name))],
        columns=list(Availability.COLUMNS),
    )
    calendar = None if common.empty else _calendar(spans, people, country)
    inside = _inside(slots, own, common, set(people))
    n_common = slots["resource"].nunique() - len(people)
    return Availability.of(log, spans, calendar=calendar, inside=inside, n_common=n_common)


def _calendar(spans: pd.DataFrame, people: list[str], country: str | None) -> WorkCalendar:
    hours = {name: {"hours": _hours(spans[spans["resource"] == name])} for name in people}
    common = _hours(spans[spans["resource"].isna()])
    return WorkCalendar.model_validate({"country": country, "hours": common, "resources": hours})


def _moments(log: EventLog) -> ir.Table:
    """Resource, week, weekday and hour of every start and completion of people, in local time."""
    events = log.all_events
    people = events.filter(events.resource.notnull())
    if "is_system" in events.columns:
        people = people.filter(~people.is_system.fill_null(False))
    moments = people.select("resource", at="timestamp")
    if "start" in events.columns:
        moments = moments.union(people.filter(people.start.notnull()).select("resource", at="start"))
    local = local_time(moments.at, log.zone, *period_of(log))
    return moments.select("resource", week=local.truncate("W"), weekday=local.day_of_week.index(), hour=local.hour())


def _slots(moments: ir.Table) -> pd.DataFrame:
    """Resource, weekday, hour: how often, in how many weeks of how many."""
    slots = moments.group_by("resource", "weekday", "hour").aggregate(n=moments.count(), n_weeks=moments.week.nunique())
    weeks = moments.group_by("resource").aggregate(first=moments.week.min(), last=moments.week.max())
    return fetch(slots.inner_join(_counted(weeks), "resource").order_by("resource", "weekday", "hour"))


def _counted(weeks: ir.Table) -> ir.Table:
    days = weeks["last"].delta(weeks["first"], unit="day")
    return weeks.select("resource", weeks=days // 7 + 1)


def _spans(slots: pd.DataFrame, resource: str | None) -> Iterator[tuple[Any, ...]]:
    """Hours that follow each other as one span; resource, weekday, from, until, count."""
    for weekday, of_day in slots.groupby("weekday"):
        run = (of_day["hour"].diff() != 1).cumsum()
        for _, span in of_day.groupby(run):
            first, last = int(span["hour"].iloc[0]), int(span["hour"].iloc[-1]) + 1
            yield resource, DAY_NAMES[int(weekday)], f"{first:02}:00", f"{last:02}:00", int(span["n"].sum())


def _hours(spans: pd.DataFrame) -> dict[str, list[str]]:
    hours: dict[str, list[str]] = {}
    for day, begin, end in zip(spans["weekday"], spans["from"], spans["until"], strict=True):
        hours.setdefault(day, []).append(f"{begin}-{end}")
    return hours


def _inside(slots: pd.DataFrame, own: pd.DataFrame, common: pd.DataFrame, people: set[str]) -> float:
    """Share of all moments that lie in the hours of whose they are."""
    theirs = own["n"].sum()
    others = (
        slots[~slots["resource"].isin(people)].merge(common[["weekday", "hour"]], on=["weekday", "hour"])["n"].sum()
    )
    return float((theirs + others) / slots["n"].sum())
