"""Queues: how much work waits before each activity, over time, and how arrivals compare with the pace of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

import ibis
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.log.worktime import local_time
from procmine.core.result.charted import Chart, Lines
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number
from procmine.performance.ground.instances import instances
from procmine.performance.ground.notes import TO_COMPLETION, notes

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

By = Literal["auto", "day", "week", "month"]
_STEPS: dict[str, tuple[Literal["D", "W", "M"], str]] = {
    "day": ("D", "D"),
    "week": ("W", "W-MON"),
    "month": ("M", "MS"),
}
_DAILY = 400
_DAY = 86_400_000_000
_ACTIVITY = Column("text", Words("活动", "Activity"))


@dataclass(frozen=True, repr=False, eq=False)
class QueuesOverTime(Result):
    """Arrivals, completions and the queue of each activity per period of local time."""

    TITLE: ClassVar[Words] = Words("队列随时间的变化", "Queues over time")
    CHART: ClassVar[Chart | None] = Lines("period", "longest", "activity")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "activity": _ACTIVITY,
        "period": Column("date", Words("时间段", "Period"), Words("时间段的第一天", "first day of the period")),
        "arrivals": Column("count", Words("到达", "Arrivals")),
        "taken": Column(
            "count",
            Words("离队", "Taken"),
            Words("开始处理，无开始时间则为完成", "started, or completed where no start is known"),
        ),
        "longest": Column("count", Words("最长队列", "Longest queue")),
        "queue": Column("count", Words("期末队列", "Queue at its end")),
    }


@dataclass(frozen=True, repr=False, eq=False)
class Queues(Result):
    """The queue before each activity, the longest on average first.

    Attributes
    ----------
    knows_start
        Whether a queue ends at the start of the work; else it ends at its completion and holds the work too.
    over_time
        The same per period.
    """

    TITLE: ClassVar[Words] = Words("队列与负荷", "Queues and load")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "activity": _ACTIVITY,
        "n": Column("count", Words("到达", "Arrivals"), Words("活动实例", "activity instances")),
        "arrival_rate": Column("number", Words("每日到达", "Arrivals per day"), Words("到达率，每个自然日", "arrival rate, per day of the clock")),
        "mean_queue": Column("number", Words("平均队列", "Mean queue"), Words("按时间平均", "average over time")),
        "longest": Column("count", Words("最长队列", "Longest queue")),
        "mean_wait": Column("duration", Words("平均等待", "Mean wait"), Words("到达至离队，自然时间", "arrival to leaving the queue, natural")),
        "mean_wip": Column("number", Words("平均在办", "Mean work in progress"), Words("排队与处理中，按时间平均", "queued and being worked on")),
        "service_rate": Column("number", Words("服务率", "Service rate"), Words("一个人不停做，每日可完成的数量", "what one person working without a break completes per day")),
        "load": Column("number", Words("负荷", "Load"), Words("平均同时在处理的数量 = 到达率 / 服务率", "mean number being worked on = arrival rate / service rate")),
        "n_resources": Column("number", Words("资源数", "Resources"), Words("做过该活动的资源", "that have done it")),
    }  # fmt: skip

    SHOWN: ClassVar[tuple[str, ...]] = (
        "activity", "n", "arrival_rate", "mean_queue", "longest", "mean_wait", "load", "n_resources"
    )  # fmt: skip

    knows_start: bool = False
    over_time: QueuesOverTime | None = None
    note: str = ""

    @property
    def parts(self) -> dict[str, Result]:
        """The same per period."""
        return {} if self.over_time is None else {"over_time": self.over_time}

    @property
    def sentence(self) -> str:
        """The longest queue, and what a queue is here."""
        if self.table.empty:
            return ""
        top = self.table.iloc[0]
        if not self.table["longest"].any():
            return (
                Words(
                    "没有排队：每个活动实例都一到就办。", "Nothing queues: every instance is taken as it arrives."
                ).say(self.language)
                + self.note
            )
        text = Words(
            "队列最长的是“{activity}”：平均 {mean}，最多 {most} 个在等。",
            "The longest queue is that of {activity}: {mean} on average, {most} at most.",
        ).filled(activity=top["activity"], mean=write_number(top["mean_queue"], 1), most=write_number(top["longest"]))
        how = (
            Words("从到达到开始算排队", " An instance queues from its arrival to its start")
            if self.knows_start
            else Words(
                "日志没有开始时间，从到达到完成都算排队",
                " Without start times an instance queues until it is completed",
            )
        )
        rest = Words(
            "；截止时仍在等的工作没有记录，因此最近几天偏低。",
            "; what still waits at the cut-off is not recorded, so the newest days look too empty.",
        )
        return "".join(words.say(self.language) for words in (text, how, rest)) + self.note


def queues(log: EventLog, *, period: By = "auto") -> Queues:
    """Work in progress and queue of each activity, arrival and service rates, and load.

    An instance arrives when it is enabled – as recorded, else by the concurrency oracle – and leaves the
    queue at its start, or at its completion where no start is known. The queue at an instant is the
    number that have arrived and not left. By Little's law mean queue = arrival rate × mean wait; all
    are averages over the natural time from the first arrival to the last completion of the log.
    Instances that are not completed at the cut-off are not in the log.

    Parameters
    ----------
    period
        Periods of `over_time`: days for up to 400 days, weeks beyond, unless told otherwise.

    Raises
    ------
    UnknownNameError
        If `by` is none of these.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.queues(pm.six_cases()).table[["activity", "n", "longest", "mean_wait"]].head(2)
      activity  n  longest              mean_wait
    0       处理  7        2 0 days 17:28:25.714286
    1     客户沟通  2        1 0 days 21:30:00.000000
    """
    if period not in ("auto", *_STEPS):
        raise UnknownNameError.among(Words("时间段", "period"), [period], ["auto", *_STEPS], "queues")
    knows_start = "start" in log.all_events.columns
    if log.first is None or log.last is None:
        return Queues.of(log, pd.DataFrame(columns=list(Queues.COLUMNS)), knows_start=knows_start)
    stays = _stays(log)
    frame, first, last = _summary(stays)
    days = (last - first).total_seconds() / 86_400
    # Where all happens at one instant there is no rate.
    table = _rates(frame, days or float("nan"))
    over_time = _over_time(log, stays, first, last, period if period != "auto" else "day" if days <= _DAILY else "week")
    table["longest"] = table["activity"].map(over_time.table.groupby("activity")["longest"].max())
    table = table.sort_values(["mean_queue", "activity"], ascending=[False, True])
    return Queues.of(
        log,
        table,
        knows_start=knows_start,
        over_time=over_time,
        note=notes(log, uses_start=True, without_start=TO_COMPLETION),
    )


def _stays(log: EventLog) -> ir.Table:
    """Instances with the instants of arrival, leaving the queue, and completion."""
    table = instances(log)
    start = ibis.coalesce(table.start, table.timestamp) if "start" in table.columns else table.timestamp
    worked = (
        ibis.greatest(table.timestamp.delta(table.start, unit="microsecond"), 0)
        if "start" in table.columns
        else ibis.null("int64")
    )
    who = table.resource if "resource" in table.columns else ibis.null("string")
    leaves = ibis.least(start, table.timestamp)
    return table.select(
        "activity",
        arrives=ibis.least(table.enabled, leaves),
        leaves=leaves,
        done=table.timestamp,
        worked=worked,
        who=who,
    )


def _summary(stays: ir.Table) -> tuple[pd.DataFrame, datetime, datetime]:
    frame = fetch(
        stays.group_by("activity").aggregate(
            n=stays.count(),
            waited=stays.leaves.delta(stays.arrives, unit="microsecond").sum(),
            stayed=stays.done.delta(stays.arrives, unit="microsecond").sum(),
            worked=stays.worked.sum(),
            n_worked=stays.worked.count(),
            n_resources=stays.who.nunique(),
            first=stays.arrives.min(),
            last=stays.done.max(),
        )
    )
    return frame, frame["first"].min().to_pydatetime(), frame["last"].max().to_pydatetime()


def _rates(frame: pd.DataFrame, days: float) -> pd.DataFrame:
    """Rates per day; what needs starts stays unknown where there are none."""
    worked = frame["worked"].astype("float64") / frame["n_worked"].where(frame["n_worked"] > 0)
    known = worked.where(worked > 0)
    return frame.assign(
        arrival_rate=frame["n"] / days,
        mean_queue=frame["waited"] / (days * _DAY),
        mean_wait=frame["waited"] / frame["n"],
        mean_wip=frame["stayed"] / (days * _DAY),
        service_rate=_DAY / known,
        load=frame["n"] / days / (_DAY / known),
        n_resources=frame["n_resources"].where(frame["n_resources"] > 0).astype("float64"),
    )


def _over_time(log: EventLog, stays: ir.Table, first: datetime, last: datetime, by: str) -> QueuesOverTime:
    """The queue as the running sum of +1 for every arrival and −1 for every leaving; empty periods carry it on."""
    unit, frequency = _STEPS[by]
    one, none = ibis.literal(1, "int64"), ibis.literal(0, "int64")
    comes = stays.select("activity", at=stays.arrives, arrivals=one, taken=none)
    goes = stays.select("activity", at=stays.leaves, arrivals=none, taken=one)
    moves = comes.union(goes)
    steps = moves.group_by("activity", "at").aggregate(arrivals=moves.arrivals.sum(), taken=moves.taken.sum())
    change = steps.arrivals - steps.taken
    running = steps.mutate(queue=change.sum().over(group_by="activity", order_by="at", rows=(None, 0)))
    dated = running.mutate(period=local_time(running["at"], log.zone, first, last).truncate(unit))
    frame = fetch(
        dated.group_by("activity", "period").aggregate(
            arrivals=dated.arrivals.sum(),
            taken=dated.taken.sum(),
            longest=dated.queue.max(),
            queue=dated.queue.argmax(dated["at"]),
        )
    )
    whole = pd.date_range(frame["period"].min(), frame["period"].max(), freq=frequency)
    index = pd.MultiIndex.from_product([sorted(frame["activity"].unique()), whole], names=["activity", "period"])
    frame = frame.set_index(["activity", "period"]).reindex(index)
    frame["queue"] = frame.groupby("activity")["queue"].ffill().fillna(0)
    before = frame.groupby("activity")["queue"].shift(fill_value=0)
    frame["longest"] = frame["longest"].fillna(0).clip(lower=before)
    frame[["arrivals", "taken"]] = frame[["arrivals", "taken"]].fillna(0)
    return QueuesOverTime.of(log, frame.reset_index())
