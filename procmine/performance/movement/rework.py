"""Rework: the same activity again, at once (self-loop) or later (repetition)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from procmine.core.log.countersign import executions, first_signatures
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_duration, write_number, write_share
from procmine.performance.ground.notes import notes
from procmine.performance.ground.steps import event_steps
from procmine.performance.movement.occurrences import case_ids, working_between

if TYPE_CHECKING:
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Flags, Steps


_TIME = Words("自然时间", "Natural time")
_WORKING = Words("工作时间", "Working time")


@dataclass(frozen=True, repr=False, eq=False)
class ReworkCases(Result):
    """The cases with rework, the most costly first.

    `time` lies between the first and the last completion of the activities that are done again; where
    such spans overlap, as in A B A B, it is counted once.
    """

    TITLE: ClassVar[Words] = Words("返工 · 案例", "Rework: cases")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("n")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "n": Column("count", Words("重复", "Again"), Words("再次做的事件", "events that do an activity again")),
        "time": Column(
            "duration", _TIME, Words("从首次完成到末次完成，重叠只计一次", "first to last completion, overlaps once")
        ),
        "working": Column("duration", _WORKING, Words("没有给出日历则为空", "empty where no calendar is given")),
    }


@dataclass(frozen=True, repr=False, eq=False)
class Rework(Result):
    """Rework per activity, most affected cases first; activities without rework are left out.

    Attributes
    ----------
    n_cases, n_rework_cases
        Cases in all, and cases in which any activity occurs more than once.
    """

    TITLE: ClassVar[Words] = Words("返工", "Rework")
    CHART: ClassVar[Chart | None] = Bars(("activity",), "n_rework_cases")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "activity": Column("text", Words("活动", "Activity")),
        "n_rework_cases": Column(
            "count",
            Words("返工案例", "Cases with rework"),
            Words("该活动发生多次的案例", "cases in which it occurs more than once"),
        ),
        "share": Column(
            "share", Words("占比", "Share"), Words("占出现该活动的案例", "of the cases that have the activity")
        ),
        "n_self_loops": Column(
            "count", Words("原地重复", "Self-loops"), Words("紧接着再次发生", "again right after itself")
        ),
        "n_repetitions": Column(
            "count", Words("再次发生", "Repetitions"), Words("中间隔有其他活动", "again later, others in between")
        ),
        "time": Column(
            "duration",
            _TIME,
            Words(
                "从首次完成到末次完成之和；各活动会重叠，不可相加",
                "first to last completion; activities overlap: no sum",
            ),
        ),
        "working": Column(
            "duration",
            _WORKING,
            Words("同左，工作日历之内；没有给出日历则为空", "the same inside the calendar; empty where none is given"),
        ),
    }

    n_cases: int = 0
    n_rework_cases: int = 0
    log: EventLog | None = None
    calendar: WorkCalendar | None = None

    @cached_property
    def cases(self) -> ReworkCases | None:
        """Every case with rework and the time it cost, made when asked for."""
        return None if self.log is None else _cases(self.log, self.calendar)

    @property
    def rate(self) -> float:
        """Share of cases with any rework, 0..1."""
        return self.n_rework_cases / self.n_cases if self.n_cases else 0.0

    @property
    def scalars(self) -> dict[str, Any]:
        """The rework rate and its parts."""
        return {"n_cases": self.n_cases, "n_rework_cases": self.n_rework_cases, "rework_rate": self.rate}

    @property
    def sentence(self) -> str:
        """How many cases see rework, and where most of it is."""
        text = Words("{n} 个案例（{share}）有返工。", "{n} cases ({share}) see rework.").filled(
            n=write_number(self.n_rework_cases), share=write_share(self.rate)
        )
        if self.table.empty:
            return text.say(self.language)
        top = Words(
            "最多的是“{activity}”，从首次完成到末次完成共 {time}（自然时间）。",
            " Most often it is {activity!r}: {time} from its first to its last completion (natural time).",
        ).filled(
            activity=self.table["activity"].iloc[0], time=write_duration(self.table["time"].iloc[0], self.language)
        )
        note = "" if self.log is None else notes(self.log, self.calendar, counts_again=True)
        return text.say(self.language) + top.say(self.language) + note


def rework(log: EventLog, *, calendar: WorkCalendar | None = None) -> Rework:
    """Self-loops and repetitions of every activity, the cases that have them, and the time they take.

    A self-loop is the same activity again at once; a repetition is the same activity again after
    others (the words of edeaR). Each event beyond the first of its activity in a case is one of the
    two. The time lies between the first and the last completion of the activity in a case. Signatures
    of a countersigned activity in a row are one execution, completed by the first of them.

    Parameters
    ----------
    calendar
        Gives the working time beside the natural one.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.rework(pm.six_cases())
    >>> found.n_rework_cases, found.table[["activity", "n_self_loops", "n_repetitions"]].values.tolist()
    (2, [['处理', 1, 1], ['客户沟通', 0, 1]])
    """
    rows, n_rework_cases = _counted(log)
    frame = pd.DataFrame(rows, columns=["activity", "n_rework_cases", "share", "n_self_loops", "n_repetitions"])
    frame = frame.merge(_spans(log, calendar), on="activity", how="left")
    frame = frame.sort_values(["n_rework_cases", "activity"], ascending=[False, True])
    return Rework.of(log, frame, n_cases=log.n_cases, n_rework_cases=n_rework_cases, log=log, calendar=calendar)


def _counted(log: EventLog) -> tuple[list[tuple[Any, ...]], int]:
    """Activity, cases with rework, their share, self-loops, repetitions; and the cases with any: by variant."""
    loops, repetitions, affected, present = (Counter[str]() for _ in range(4))
    n_rework_cases = 0
    for variant in executions(log):
        counts = Counter(variant.activities)
        again = [name for name, n in counts.items() if n > 1]
        n_rework_cases += variant.n_cases if again else 0
        at_once = Counter(a for a, b in zip(variant.activities, variant.activities[1:], strict=False) if a == b)
        for name in counts:
            present[name] += variant.n_cases
        for name in again:
            affected[name] += variant.n_cases
            loops[name] += at_once[name] * variant.n_cases
            repetitions[name] += (counts[name] - 1 - at_once[name]) * variant.n_cases
    return [
        (name, n, n / present[name], loops[name], repetitions[name]) for name, n in affected.items()
    ], n_rework_cases


def _spans(log: EventLog, calendar: WorkCalendar | None) -> pd.DataFrame:
    """Activity and the time from its first to its last completion, over all cases that repeat it."""
    events = first_signatures(log)
    spans = events.group_by("case_index", "activity").aggregate(
        n=events.count(), begin=events.timestamp.min(), end=events.timestamp.max()
    )
    again = spans.filter(spans.n > 1)
    work = working_between(log, calendar)
    if work is None:
        natural = again.mutate(time=again.end.delta(again.begin, unit="microsecond"))
        return fetch(natural.group_by("activity").aggregate(time=natural.time.sum())).assign(working=float("nan"))
    frame = fetch(again.select("activity", "begin", "end"))
    begin, end = (frame[name].astype("datetime64[us]").astype("int64") for name in ("begin", "end"))
    frame = frame.assign(time=end - begin, working=work(begin.to_numpy(), end.to_numpy()))
    return frame.groupby("activity", as_index=False)[["time", "working"]].sum()


def _cases(log: EventLog, calendar: WorkCalendar | None) -> ReworkCases:
    again = [variant.number for variant in executions(log) if len(set(variant.activities)) < len(variant.activities)]
    some = log.restricted_to(log.cases.filter(log.cases.variant.isin(again)))
    steps = event_steps(some, "activity", events=first_signatures(some))
    covered, repeated = _loops(steps)
    inside = np.flatnonzero(covered)
    work = working_between(log, calendar)
    begin, end = steps.done[inside - 1], steps.done[inside]
    frame = pd.DataFrame(
        {"case": steps.case[inside], "time": end - begin, "working": work(begin, end) if work else float("nan")}
    )
    sums = frame.groupby("case", sort=True)
    table = pd.DataFrame({"time": sums["time"].sum(), "working": sums["working"].sum(min_count=1)})
    table["n"] = pd.Series(repeated.astype("int64")).groupby(steps.case).sum().reindex(table.index)
    table["case_id"] = case_ids(log).reindex(table.index)
    table = table.reset_index().sort_values(["time", "case"], ascending=[False, True])
    return ReworkCases.of(log, table)


def _loops(steps: Steps) -> tuple[Flags, Flags]:
    """Which steps lead through a loop – after the first and up to the last of a repeated activity –, and which repeat."""
    key = steps.case * (len(steps.names["activity"]) + 1) + steps.codes["activity"]
    _, firsts, inverse = np.unique(key, return_index=True, return_inverse=True)
    ends = np.zeros(len(firsts), dtype="int64")
    np.maximum.at(ends, inverse, np.arange(len(steps)))
    last_of = ends[inverse]
    reach = np.maximum.accumulate(last_of) if len(steps) else last_of
    covered = np.zeros(len(steps), dtype=bool)
    covered[1:] = reach[:-1] >= np.arange(1, len(steps))
    return covered, firsts[inverse] != np.arange(len(steps))
