"""Speed by resource with its spread: never a league table, only where several do the same activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd

from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number
from procmine.performance.ground.notes import LEFT_OUT, notes
from procmine.performance.ground.pseudonyms import pseudonymized
from procmine.performance.ground.steps import MISSING, UNKNOWN, event_steps
from procmine.performance.people.resources import RESOURCE
from procmine.performance.waiting.cause_rows import clocks_of

if TYPE_CHECKING:
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Integers, Steps

Measure = Literal["auto", "processing", "sojourn", "transition"]
SPEED_MEASURES: dict[str, Words] = {
    "processing": Words("处理时长（开始到完成）", "processing time (start to completion)"),
    "sojourn": Words("节点耗时（到达到完成）", "sojourn time (arrival to completion)"),
    "transition": Words("流转时间（上一完成到本次完成）", "transition time (completion before to completion)"),
}
_BEGINS = {"processing": "start", "sojourn": "enabled"}
SMALL = 10

_COMPARED = Words(
    "{measure}，{kind}：{n} 项活动由多人完成，其中 {m} 项至少有两人各做了 {small} 次，可以比较：有 {k} 项存在两人的中间一半完全错开"
    "{rest}。案例难易未作区分；少于 {small} 次的标为样本小。",
    "{measure}, {kind}: of {n} activities that several do, {m} are done at least {small} times by two of them, enough to "
    "compare: in {k} of these the middle halves of two do not overlap{rest}. Cases may differ in difficulty; fewer than "
    "{small} instances are marked small.",
)
_REST = Words("，其余差别都在个人自身的波动之内", "; in the others people differ less than each from day to day")
_FEW = Words(
    "{measure}，{kind}：{n} 项活动由多人完成，但没有一项有两人各做满 {small} 次，次数太少，不宜比较。",
    "{measure}, {kind}: of {n} activities that several do, none is done at least {small} times by two of them: too few to compare.",
)


@dataclass(frozen=True, repr=False, eq=False)
class Speed(Result):
    """Durations by activity and resource: activities with most instances first, resources by name."""

    TITLE: ClassVar[Words] = Words("处理速度与离散程度", "Speed and its spread")
    LIMIT: ClassVar[int] = 60
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "activity": Column("text", Words("活动", "Activity")),
        "resource": RESOURCE,
        "n": Column("count", Words("实例", "Instances")),
        "is_small": Column(
            "flag", Words("样本小", "Small"), Words("少于 10 次，不宜比较", "fewer than 10: do not compare")
        ),
        "p10": Column("duration", Words("P10", "P10")),
        "q1": Column("duration", Words("下四分位", "Lower quartile")),
        "median": Column("duration", Words("中位", "Median")),
        "q3": Column("duration", Words("上四分位", "Upper quartile")),
        "p90": Column("duration", Words("P90", "P90")),
        "activity_median": Column(
            "duration", Words("该活动中位", "Median of all"), Words("所有资源", "of all resources")
        ),
    }

    measure: str = "processing"
    in_working_time: bool = False
    note: str = ""

    @property
    def sentence(self) -> str:
        """In how many activities enough was done to compare, and the middle halves do not even overlap."""
        kind = Words("工作时间", "working time") if self.in_working_time else Words("自然时间", "natural time")
        if self.table.empty:
            words = Words("没有由多个资源共同完成的活动可比较。", "No activity is done by several resources.")
            return words.say(self.language)
        words = (_FEW if not self.n_compared else _COMPARED).filled(
            measure=SPEED_MEASURES[self.measure],
            kind=kind,
            n=write_number(self.table["activity"].nunique()),
            m=write_number(self.n_compared),
            k=write_number(self.n_apart),
            small=SMALL,
            rest=_REST if self.n_apart < self.n_compared else Words("", ""),
        )
        text = words.say(self.language)
        return text[:1].upper() + text[1:] + self.note

    @property
    def n_compared(self) -> int:
        """Activities that two resources, neither of them small, have done."""
        fair = self.table[~self.table["is_small"]]
        return int((fair.groupby("activity").size() > 1).sum())

    @property
    def n_apart(self) -> int:
        """Activities in which the middle halves of two resources, neither of them small, do not overlap."""
        fair = self.table[~self.table["is_small"]]
        grouped = fair.groupby("activity")
        return int((grouped["q1"].max() > grouped["q3"].min()).sum())


def speed(
    log: EventLog, *, calendar: WorkCalendar | None = None, measure: Measure = "auto", pseudonyms: bool = False
) -> Speed:
    """How long the same activity takes with different resources: median, quartiles and tails, never a rank.

    Only activities that at least two resources do; what systems do is left out. A person's median means nothing without the spread, and
    cases may differ in difficulty.

    Parameters
    ----------
    calendar
        Measures in working time instead of natural time: in each resource's own hours, where they differ.
    measure
        `processing` needs starts, `sojourn` recorded arrivals, `transition` nothing more. `auto` takes the first
        that the log can give, and the sentence says which.

    Raises
    ------
    UnknownNameError
        If `measure` is none of these.
    MissingDataError
        If the log lacks resources, or the times of the measure.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.speed(pm.six_cases()).table[["activity", "resource", "n", "median"]].head(2)
      activity resource  n          median
    0       处理       李强  5 0 days 17:30:00
    1       处理       陈静  2 1 days 00:59:30
    """
    purpose = Words("处理速度", "Speed")
    log.require("resource", purpose)
    log = pseudonymized(log) if pseudonyms else log
    kind = _known(log, measure)
    column = _BEGINS.get(kind)
    if column is not None:
        log.require(column, purpose)
    steps = event_steps(log, "activity", "resource", *([column] if column else []), *_systems(log))
    begin = steps.times[column] if column else np.where(steps.follows, np.roll(steps.done, 1), MISSING)
    frame = _common(steps, begin)
    frame["time"] = _took(log, calendar, steps, frame)
    return Speed.of(
        log,
        _spread(steps, frame),
        measure=kind,
        in_working_time=calendar is not None,
        note=notes(log, calendar, uses_start=column == "start", without_start=LEFT_OUT if column == "start" else None),
    )


def _known(log: EventLog, measure: Measure) -> str:
    if measure not in ("auto", *SPEED_MEASURES):
        raise UnknownNameError.among(Words("度量", "measure"), [measure], ["auto", *SPEED_MEASURES], "speed")
    if measure != "auto":
        return measure
    return next((name for name, column in _BEGINS.items() if column in log.all_events.columns), "transition")


def _took(log: EventLog, calendar: WorkCalendar | None, steps: Steps, frame: pd.DataFrame) -> Integers:
    """How long each instance took: in the working hours of its own resource, where a calendar is given."""
    begin: Integers = frame["begin"].to_numpy("int64")
    end: Integers = frame["end"].to_numpy("int64")
    if calendar is None:
        return end - begin
    who = frame["resource"].to_numpy("int64")
    clocks = clocks_of(log, calendar, steps.names["resource"])
    took: Integers = clocks.worked(who, end) - clocks.worked(who, begin)
    return took


def _systems(log: EventLog) -> list[str]:
    return [name for name in ("is_system",) if name in log.all_events.columns]


def _common(steps: Steps, begin: object) -> pd.DataFrame:
    """Instances with a known begin, of activities that at least two resources do."""
    frame = pd.DataFrame(
        {"activity": steps.codes["activity"], "resource": steps.codes["resource"], "begin": begin, "end": steps.done}
    )
    if "is_system" in steps.codes:
        systems = [code for code, name in enumerate(steps.names["is_system"]) if name == "true"]
        frame["begin"] = frame["begin"].where(~np.isin(steps.codes["is_system"], systems), MISSING)
    known = (frame["resource"] != UNKNOWN) & (frame["begin"] != MISSING) & (frame["begin"] <= frame["end"])
    frame = frame[known].reset_index(drop=True)
    return frame[frame.groupby("activity")["resource"].transform("nunique") > 1].reset_index(drop=True)


def _spread(steps: Steps, frame: pd.DataFrame) -> pd.DataFrame:
    grouped = frame.groupby(["activity", "resource"])["time"]
    table = grouped.agg(n="size").reset_index()
    for name, share in {"p10": 0.1, "q1": 0.25, "median": 0.5, "q3": 0.75, "p90": 0.9}.items():
        table[name] = grouped.quantile(share).to_numpy()
    table["is_small"] = table["n"] < SMALL
    whole = frame.groupby("activity")["time"]
    table["activity_median"] = table["activity"].map(whole.median())
    table["size"] = table["activity"].map(whole.size())
    table = table.sort_values(["size", "activity", "resource"], ascending=[False, True, True])
    for name in ("activity", "resource"):
        table[name] = steps.name(name, table[name].to_numpy("int64"))
    return table
