"""Resources: how much each does, how varied it is, how busy, and how often with two things at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.log.worktime import local_time
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number, write_share
from procmine.performance.ground.notes import notes
from procmine.performance.ground.pseudonyms import pseudonymized
from procmine.performance.ground.steps import MISSING, UNKNOWN, event_steps

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Steps

PURPOSE = Words("资源分析", "The analysis of resources")
RESOURCE = Column("text", Words("资源", "Resource"))
N_EVENTS = Column("count", Words("事件", "Events"))
Period = Literal["day", "week", "month"]


@dataclass(frozen=True, repr=False, eq=False)
class Resources(Result):
    """One row per resource, most events first: what each does, not who is best."""

    TITLE: ClassVar[Words] = Words("资源", "Resources")
    LIMIT: ClassVar[int] = 30
    CHART: ClassVar[Chart | None] = Bars(("resource",), "n_events")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "resource": RESOURCE,
        "n_events": N_EVENTS,
        "share": Column(
            "share", Words("占比", "Share"), Words("占资源已知的事件", "of the events whose resource is known")
        ),
        "n_cases": Column("count", Words("案例", "Cases")),
        "n_activities": Column("count", Words("活动", "Activities")),
        "main_activity": Column("text", Words("主要活动", "Main activity"), Words("做得最多的活动", "done most often")),
        "main_share": Column("share", Words("主要活动占比", "Share of it"), Words("占其事件", "of their events")),
        "first": Column("time", Words("最早", "First")),
        "last": Column("time", Words("最晚", "Last")),
        "busy": Column(
            "duration",
            Words("有活在手", "Busy"),
            Words(
                "至少一项活动正在处理的自然时间", "natural time with at least one instance between start and completion"
            ),
        ),
        "multitasking": Column(
            "share",
            Words("并行处理", "Multitasking"),
            Words("有活在手的时间里，同时处理两项及以上的占比", "share of the busy time with two or more at once"),
        ),
    }

    SHOWN: ClassVar[tuple[str, ...]] = (
        "resource", "n_events", "share", "n_cases", "n_activities", "main_activity", "main_share", "busy", "multitasking"
    )  # fmt: skip

    knows_start: bool = False
    note: str = ""

    @property
    def sentence(self) -> str:
        """How many, how concentrated, how often with two things at once, and of how many events it is not known."""
        if self.table.empty:
            return self.note
        ranked = self.table["share"].sort_values(ascending=False)
        text = Words(
            "{n} 个资源参与处理，最忙的 {k} 个完成了 {share} 的事件。",
            "{n} resources take part; the busiest {k} of them complete {share} of the events.",
        ).filled(n=write_number(len(ranked)), k=min(3, len(ranked)), share=write_share(ranked.head(3).sum()))
        if not self.knows_start:
            more = Words(
                "日志没有开始时间，因此不知其忙碌和并行的程度。",
                " Without start times it is not known how busy they are.",
            )
        else:
            busy = self.table["busy"].dt.total_seconds().fillna(0)
            double = float((self.table["multitasking"].fillna(0) * busy).sum() / busy.sum()) if busy.sum() else 0.0
            more = Words(
                "有活在手的时间里，{share} 同时处理两项以上。",
                " In {share} of their busy time they have two or more things open.",
            ).filled(share=write_share(double))
        return text.say(self.language) + more.say(self.language) + self.note


def resources(log: EventLog, *, pseudonyms: bool = False) -> Resources:
    """What each resource does: events, cases, activities, busy time and multitasking.

    Busy is the natural time in which at least one of its instances lies between start and completion;
    multitasking is the share of it with two or more. Both need start times, without which they stay
    empty; instances without a start, or that end before it, are left out of them.

    Parameters
    ----------
    pseudonyms
        Show R01, R02 … instead of names.

    Raises
    ------
    MissingDataError
        If the log names no resources.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.resources(pm.six_cases()).table[["resource", "n_events", "n_cases", "main_activity"]].head(2)
      resource  n_events  n_cases main_activity
    0       李强         7        4            处理
    1       王芳         7        3            受理
    """
    log.require("resource", PURPOSE)
    log = pseudonymized(log) if pseudonyms else log
    events = log.events.filter(log.events.resource.notnull())
    frame = fetch(
        events.group_by("resource").aggregate(
            n_events=events.count(),
            n_cases=events.case_index.nunique(),
            n_activities=events.activity.nunique(),
            first=events.timestamp.min(),
            last=events.timestamp.max(),
        )
    )
    knows_start = "start" in log.all_events.columns
    if frame.empty:
        empty = pd.DataFrame(columns=list(Resources.COLUMNS))
        return Resources.of(log, empty, knows_start=knows_start, note=notes(log, needs_resource=True))
    frame["share"] = frame["n_events"] / frame["n_events"].sum()
    profile = counted(log).sort_values(["resource", "n_events", "activity"], ascending=[True, False, True])
    main = profile.drop_duplicates("resource").set_index("resource")
    frame["main_activity"] = frame["resource"].map(main["activity"])
    frame["main_share"] = frame["resource"].map(main["n_events"]) / frame["n_events"]
    frame = frame.merge(_overlaps(log) if knows_start else _unknown(frame), on="resource", how="left")
    frame = frame.sort_values(["n_events", "resource"], ascending=[False, True])
    note = notes(log, uses_start=True, needs_resource=True)
    return Resources.of(log, frame, knows_start=knows_start, note=note)


def counted(log: EventLog) -> pd.DataFrame:
    """Events of each resource and activity."""
    events = log.events.filter(log.events.resource.notnull())
    return fetch(
        events.group_by("resource", "activity").aggregate(n_events=events.count()).order_by("resource", "activity")
    )


def _unknown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["resource"]].assign(busy=float("nan"), multitasking=float("nan"))


def _overlaps(log: EventLog) -> pd.DataFrame:
    """Busy time and the share of it with two or more open instances, of each resource."""
    steps = event_steps(log, "start", "resource")
    who, began, ended = _worked(steps)
    place = np.concatenate([who, who])
    at = np.concatenate([began, ended])
    change = np.concatenate([np.ones_like(began), -np.ones_like(ended)])
    order = np.lexsort((change, at, place))
    place, at = place[order], at[order]
    open_now = np.cumsum(change[order])
    length = np.append(at[1:] - at[:-1], 0) if len(at) else at
    frame = pd.DataFrame({"who": place, "busy": length * (open_now > 0), "double": length * (open_now > 1)})
    sums = frame.groupby("who").sum()
    names = steps.name("resource", sums.index.to_numpy())
    share = sums["double"] / sums["busy"].where(sums["busy"] > 0)
    return pd.DataFrame(
        {"resource": pd.Series(names, dtype="str"), "busy": sums["busy"].to_numpy(), "multitasking": share.to_numpy()}
    )


def _worked(steps: Steps) -> tuple[Any, Any, Any]:
    """Resource, start and completion of the instances for which all three are known and in order."""
    who, began = steps.codes["resource"], steps.times["start"]
    known = (who != UNKNOWN) & (began != MISSING) & (began <= steps.done)
    return who[known], began[known], steps.done[known]


@dataclass(frozen=True, repr=False, eq=False)
class Workload(Result):
    """Completed events of each resource per period of local time; periods without any are left out."""

    TITLE: ClassVar[Words] = Words("工作量", "Workload")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "resource": RESOURCE,
        "period": Column("date", Words("时间段", "Period"), Words("时间段的第一天", "first day of the period")),
        "n_events": N_EVENTS,
        "n_cases": Column("count", Words("案例", "Cases")),
    }

    @property
    def sentence(self) -> str:
        """The fullest period of one resource."""
        if self.table.empty:
            return ""
        top = self.table.loc[self.table["n_events"].idxmax()]
        text = Words(
            "最满的是“{who}”在 {when} 起的时间段：完成 {n} 个事件。",
            "The fullest period is that of {who} from {when}: {n} events completed.",
        )
        return text.filled(who=top["resource"], when=f"{top['period']:%Y-%m-%d}", n=write_number(top["n_events"])).say(
            self.language
        )


_PERIODS: dict[str, Literal["D", "W", "M"]] = {"day": "D", "week": "W", "month": "M"}


def workload(log: EventLog, *, period: Period = "week", pseudonyms: bool = False) -> Workload:
    """Events that each resource completes per day, week (from Monday) or month of local time.

    Raises
    ------
    MissingDataError
        If the log names no resources.
    UnknownNameError
        If `by` is none of these.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.workload(pm.six_cases(), period="day").table[["resource", "n_events", "n_cases"]].head(2)
      resource  n_events  n_cases
    0      机器人         3        1
    1      机器人         2        1
    """
    if period not in _PERIODS:
        raise UnknownNameError.among(Words("时间段", "period"), [period], list(_PERIODS), "workload")
    log.require("resource", PURPOSE)
    log = pseudonymized(log) if pseudonyms else log
    if log.first is None or log.last is None:
        return Workload.of(log, pd.DataFrame(columns=list(Workload.COLUMNS)))
    events = log.events.filter(log.events.resource.notnull())
    local = local_time(events.timestamp, log.zone, log.first, log.last)
    dated = events.mutate(period=local.truncate(_PERIODS[period]))
    grouped = dated.group_by("resource", "period").aggregate(n_events=dated.count(), n_cases=dated.case_index.nunique())
    return Workload.of(log, fetch(grouped.order_by("resource", "period")))
