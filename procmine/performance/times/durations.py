"""Processing, waiting, sojourn and transition times of activity instances, by activity, arc, resource, group or case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

import ibis

from procmine.core.clock.calendar import WorkCalendar
from procmine.core.clock.workclock import clock_of
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_share, write_time
from procmine.performance.ground.distributions import (
    SHAPE,
    TIME,
    TIME_WORDS,
    distributions_of,
    narrowest,
    natural_elsewhere,
)
from procmine.performance.ground.instances import instances
from procmine.performance.ground.notes import LEFT_OUT, unknown_starts

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog

By = Literal["activity", "arc", "resource", "group", "case"]
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "activity": ("activity",),
        "arc": ("source", "activity"),
        "resource": ("resource",),
        "group": ("group",),
        "case": ("case_id",),
    }
)


class DurationKind(NamedTuple):
    """A kind of duration: its name, what it runs between, and the columns a log needs for it."""

    label: Words
    begin: str
    end: str
    needs: tuple[str, ...]


DURATIONS: Mapping[str, DurationKind] = MappingProxyType(
    {
        "processing": DurationKind(Words("处理时长", "Processing time"), "start", "timestamp", ("start",)),
        "waiting": DurationKind(Words("等待时长", "Waiting time"), "enabled", "start", ("start",)),
        "sojourn": DurationKind(Words("节点耗时", "Sojourn time"), "enabled", "timestamp", ("enabled",)),
        "transition": DurationKind(Words("流转时间", "Transition time"), "previous_timestamp", "timestamp", ()),
    }
)
_NONE = Words("{measure}处处为零（{time}）。", "{measure} is nought everywhere ({time} time).")
ESTIMATED = Words("（开始时间为估计）", " (starts are estimated)")


@dataclass(frozen=True, repr=False, eq=False)
class Durations(Result):
    """Durations of activity instances, one row per subject and kind of time, largest total first."""

    CHART: ClassVar[Chart | None] = Bars(("subject", "time"), "median")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "subject": Column(
            "text", Words("对象", "Subject"), Words("活动、资源、部门或案例", "activity, resource, group or case")
        ),
        "time": TIME,
        "n": Column("count", Words("次数", "Instances")),
        **SHAPE,
        "share": Column("share", Words("占合计", "Share"), Words("占全部对象的合计", "of the total of all subjects")),
    }

    SHOWN: ClassVar[tuple[str, ...]] = ("subject", "n", "mean", "median", "p90", "total", "share")

    measure: str = "transition"
    by: str = "activity"
    is_estimated: bool = False
    warning: str = ""

    @property
    def title(self) -> str:
        """What is measured, and whether starts were estimated."""
        return DURATIONS[self.measure].label.say(self.language) + (
            ESTIMATED.say(self.language) if self.is_estimated else ""
        )

    @property
    def sentence(self) -> str:
        """Where most of it is, in the narrowest kind of time there is."""
        table = narrowest(self.table)
        if table.empty:
            return ""
        first = table.iloc[0]
        time, is_working = first["time"], first["time"] == "working"
        if not first["total"]:
            return _NONE.filled(measure=self.title, time=TIME_WORDS[time]).say(self.language) + self.warning
        text = Words(
            "{measure}合计最多的是“{subject}”：{total}（{time}），占全部的 {share}，每次中位 {median}。",
            "{measure} is largest in total for {subject}: {total} ({time} time), {share} of all; the median instance takes {median}.",
        ).filled(
            measure=self.title,
            subject=f"{first['source']} → {first['subject']}" if self.by == "arc" else first["subject"],
            time=TIME_WORDS[time],
            total=write_time(first["total"], self.language, working=is_working),
            share=write_share(first["share"]),
            median=write_time(first["median"], self.language, working=is_working),
        )
        return text.say(self.language) + self.warning

    def table_html(self, place: Place) -> str:
        """The rows in the narrowest kind of time there is."""
        shown = self.rows_html(narrowest(self.table), self.LIMIT, place, "time")
        return shown + natural_elsewhere(self.table, self.language, place)


class ArcDurations(Durations):
    """Durations of arcs: from the activity before to the subject."""

    CHART: ClassVar[Chart | None] = Bars(("source", "subject", "time"), "median")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "source": Column("text", Words("从", "From"), Words("前一活动", "the activity before")),
        **Durations.COLUMNS,
        "subject": Column("text", Words("到", "To")),
    }
    SHOWN: ClassVar[tuple[str, ...]] = ("source", *Durations.SHOWN)


def processing_time(log: EventLog, *, by: By = "activity", calendar: WorkCalendar | None = None) -> Durations:
    """Processing time of activity instances: start to completion; never reported from one timestamp.

    Parameters
    ----------
    by
        What is told apart: `"activity"`, `"arc"` (enabling activity → activity), `"resource"`, `"group"` or `"case"`.
    calendar
        Where one is given, working time stands beside natural time.

    Raises
    ------
    MissingDataError
        If the log knows no starts.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.processing_time(pm.estimate_starts(pm.six_cases())).table[["subject", "n", "median"]].head(2)
      subject  n          median
    0      处理  7 0 days 19:00:00
    1      关闭  5 0 days 02:30:00
    """
    return durations(log, "processing", by, calendar)


def waiting_time(log: EventLog, *, by: By = "activity", calendar: WorkCalendar | None = None) -> Durations:
    """Waiting time of activity instances: enabled to start, never below 0; parameters as for `processing_time`.

    Raises
    ------
    MissingDataError
        If the log knows no starts.

    Examples
    --------
    >>> import procmine as pm
    >>> log = pm.estimate_starts(pm.six_cases())
    >>> pm.waiting_time(log).table[["subject", "n", "median"]].head(1)
      subject  n          median
    0    客户沟通  2 0 days 18:15:00
    """
    return durations(log, "waiting", by, calendar)


def sojourn_time(log: EventLog, *, by: By = "activity", calendar: WorkCalendar | None = None) -> Durations:
    """Sojourn time of activity instances: arrival to completion; parameters as for `processing_time`.

    Raises
    ------
    MissingDataError
        If the log records no arrival (`enabled`) and no starts, so that it would be the transition time.

    Examples
    --------
    >>> import procmine as pm
    >>> log = pm.estimate_starts(pm.six_cases())
    >>> pm.sojourn_time(log).table[["subject", "n", "median"]].head(1)
      subject  n          median
    0      处理  7 0 days 22:00:00
    """
    return durations(log, "sojourn", by, calendar)


def transition_time(log: EventLog, *, by: By = "arc", calendar: WorkCalendar | None = None) -> Durations:
    """Transition time: completion of the event before to completion; what remains when no start is known.

    Parameters are those of `processing_time`; the arc is that of the directly-follows graph.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.transition_time(pm.six_cases()).table[["source", "subject", "n", "total"]].head(1)
      source subject  n           total
    0     分类      处理  5 3 days 03:49:00
    """
    return durations(log, "transition", by, calendar)


def durations(log: EventLog, measure: str, by: By, calendar: WorkCalendar | None) -> Durations:
    """The distribution of one kind of duration; see the functions named after them."""
    if by not in KEYS:
        raise UnknownNameError.among(Words("分组", "grouping"), [by], list(KEYS), measure)
    _require(log, measure, by)
    clock = clock_of(log, calendar)
    table = clock.with_between(timed_instances(log, measure, by), "begin", "end", "working")
    keys = KEYS[by]
    frame = distributions_of(table.filter(table[keys[-1]].notnull()), keys, "n", working=calendar is not None)
    frame = frame.rename(columns={keys[-1]: "subject"})
    frame["source"] = frame["source"] if by == "arc" else None
    frame["share"] = (frame["total"] / frame.groupby("time")["total"].transform("sum")).fillna(0.0)
    frame = _ordered(frame)
    warning = clock.warning(log.language)
    if measure in ("processing", "waiting"):
        warning += unknown_starts(log, LEFT_OUT)
    is_estimated = log.has_estimated_starts and measure != "transition"
    kind = ArcDurations if by == "arc" else Durations
    return kind.of(log, frame, measure=measure, by=by, is_estimated=is_estimated, warning=warning)


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Largest natural total first, natural and working time of a subject together."""
    keys = ["source", "subject"]
    natural = frame[frame["time"] == "natural"].sort_values(["total", *keys], ascending=[False, True, True])
    rank = {tuple(key): i for i, key in enumerate(natural[keys].fillna("").itertuples(index=False))}
    places = [rank[tuple(key)] for key in frame[keys].fillna("").itertuples(index=False)]
    return frame.assign(place=places).sort_values(["place", "time"]).drop(columns="place")


def _require(log: EventLog, measure: str, by: str) -> None:
    columns = log.all_events.columns
    for column in DURATIONS[measure].needs:
        if not (measure == "sojourn" and "start" in columns):
            log.require(column, DURATIONS[measure].label)
    if by in ("resource", "group"):
        log.require(by, DURATIONS[measure].label)


def timed_instances(log: EventLog, measure: str, by: By) -> ir.Table:
    """One row per instance with the keys, `begin`, `end`, and `natural`: the duration in natural time, µs."""
    about = DURATIONS[measure]
    table = log.events.mutate(source=log.events.previous_activity) if measure == "transition" else instances(log)
    if by == "arc" and measure != "transition":
        before = instances(log).select("case_index", enabled_by="position", source="activity")
        table = table.inner_join(before, ["case_index", "enabled_by"])
    if by == "case":
        table = table.inner_join(log.cases.select("case_index", "case_id"), "case_index")
    given = table.filter(table[about.begin].notnull() & table[about.end].notnull())
    # What was written down backwards lasts no time: the beginning is taken at the end.
    begin, end = ibis.least(given[about.begin], given[about.end]), given[about.end]
    found = given.select(*KEYS[by], begin=begin, end=end)
    return found.mutate(natural=found.end.delta(found.begin, unit="microsecond"))
