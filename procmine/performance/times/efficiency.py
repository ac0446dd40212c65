"""Cycle time efficiency, and idle time inside cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import ibis
import pandas as pd

from procmine.core.clock.calendar import WorkCalendar
from procmine.core.clock.workclock import WorkClock, clock_of
from procmine.core.log.columns import LABELS
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, joined, write_duration, write_share
from procmine.performance.ground.distributions import (
    SHAPE,
    TIME,
    TIME_WORDS,
    distributions_of,
    narrowest,
    natural_elsewhere,
)
from procmine.performance.ground.notes import AT_COMPLETION, LEFT_OUT, unknown_starts
from procmine.performance.times.durations import ESTIMATED, KEYS, By, timed_instances

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog

_CTE, _IDLE = Words("周期效率", "Cycle time efficiency"), Words("空闲时间", "Idle time")


@dataclass(frozen=True, repr=False, eq=False)
class Efficiency(Result):
    """Processing and waiting of each subject and their ratio, most waiting first.

    Attributes
    ----------
    totals
        Processing and waiting of all instances by kind of time, µs: of those without a subject too.
    """

    TITLE: ClassVar[Words] = _CTE
    CHART: ClassVar[Chart | None] = Bars(("subject", "time"), "cte")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "subject": Column(
            "text", Words("对象", "Subject"), Words("活动、资源、部门或案例", "activity, resource, group or case")
        ),
        "time": TIME,
        "n": Column("count", Words("次数", "Instances")),
        "processing": Column("duration", Words("处理时长", "Processing")),
        "waiting": Column("duration", Words("等待时长", "Waiting")),
        "share": Column(
            "share",
            Words("占全部等待", "Share of all waiting"),
            Words("含对象未知的实例", "of instances without a subject too"),
        ),
        "cte": Column(
            "share", Words("效率", "CTE"), Words("处理 /（处理 + 等待）", "processing / (processing + waiting)")
        ),
    }

    is_estimated: bool = False
    warning: str = ""
    totals: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def table_html(self, place: Place) -> str:
        """The rows in the narrowest kind of time there is."""
        shown = self.rows_html(narrowest(self.table), self.LIMIT, place, "time")
        return shown + natural_elsewhere(self.table, self.language, place)

    @property
    def title(self) -> str:
        """The result's name, and whether starts were estimated."""
        return super().title + (ESTIMATED.say(self.language) if self.is_estimated else "")

    def whole(self, time: str) -> float | None:
        """Cycle time efficiency of the log in `"natural"` or `"working"` time, 0..1; None where there is none."""
        processing, waiting = self.totals.get(time, (0, 0))
        return processing / (processing + waiting) if processing + waiting else None

    @property
    def scalars(self) -> dict[str, float | None]:
        """The cycle time efficiency of the log by kind of time."""
        return {f"cte_{time}": self.whole(time) for time in TIME_WORDS}

    @property
    def sentence(self) -> str:
        """The share of processing in the whole."""
        known = {time: share for time in TIME_WORDS if (share := self.whole(time)) is not None}
        if not known:
            return ""
        text = Words(
            "处理时长占处理与等待之和的 {shares}。", "Processing is {shares} of processing and waiting together."
        )
        shares = [
            Words("{share}（{time}）", "{share} ({time} time)").filled(share=write_share(s), time=TIME_WORDS[t])
            for t, s in known.items()
        ]
        return text.filled(shares=joined(shares)).say(self.language) + self.warning


class ArcEfficiency(Efficiency):
    """The same of arcs: from the activity that enabled the subject."""

    CHART: ClassVar[Chart | None] = Bars(("source", "subject", "time"), "cte")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "source": Column("text", Words("从", "From"), Words("使其到达的活动", "the activity that enabled it")),
        **Efficiency.COLUMNS,
        "subject": Column("text", Words("到", "To")),
    }


def cycle_time_efficiency(log: EventLog, *, by: By = "activity", calendar: WorkCalendar | None = None) -> Efficiency:
    """Cycle time efficiency: Σ processing / (Σ processing + Σ waiting).

    Parameters
    ----------
    by
        What is told apart: `"activity"`, `"arc"`, `"resource"`, `"group"` or `"case"`.
    calendar
        Where one is given, working time stands beside natural time.

    Raises
    ------
    MissingDataError
        If the log knows no starts.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.cycle_time_efficiency(pm.estimate_starts(pm.six_cases()))
    >>> round(found.whole("natural"), 2)
    0.77
    """
    if by not in KEYS:
        raise UnknownNameError.among(Words("分组", "grouping"), [by], list(KEYS), "cycle_time_efficiency")
    for column in ("start", *([by] if by in ("resource", "group") else [])):
        log.require(column, _CTE)
    clock = clock_of(log, calendar)
    times = list(TIME_WORDS) if calendar is not None else ["natural"]
    frame = _both(log, by, clock, times)
    # What has no resource, or was enabled by nothing, has no row and belongs to the whole.
    whole = frame if by in ("activity", "case") else _both(log, "activity", clock, times)
    sums = whole.groupby("time")[["processing", "waiting"]].sum().astype("int64")
    totals = {time: (int(row["processing"]), int(row["waiting"])) for time, row in sums.iterrows()}
    frame = frame.rename(columns={KEYS[by][-1]: "subject"})
    frame["source"] = frame["source"] if by == "arc" else None
    of_all = pd.Series([totals[time][1] for time in frame["time"]], index=frame.index, dtype="int64")
    frame["share"] = (frame["waiting"] / of_all).fillna(0.0)
    frame["cte"] = (frame["processing"] / (frame["processing"] + frame["waiting"])).fillna(0.0)
    frame["most"] = frame.groupby(["source", "subject"], dropna=False)["waiting"].transform("max")
    order = frame.sort_values(["most", "source", "subject", "time"], ascending=[False, True, True, True])
    kind = ArcEfficiency if by == "arc" else Efficiency
    warning = clock.warning(log.language) + unknown_starts(log, LEFT_OUT)
    return kind.of(log, order, is_estimated=log.has_estimated_starts, warning=warning, totals=totals)


def _both(log: EventLog, by: By, clock: WorkClock, times: list[str]) -> pd.DataFrame:
    frame = _sums(log, "processing", by, clock).merge(_sums(log, "waiting", by, clock), how="left")
    return frame[frame["time"].isin(times)].fillna({"waiting": 0})


def _sums(log: EventLog, measure: str, by: By, clock: WorkClock) -> pd.DataFrame:
    """Totals of a measure by key and kind of time; processing counts the instances too."""
    table = clock.with_between(timed_instances(log, measure, by), "begin", "end", "working")
    keys = KEYS[by]
    table = table.filter(table[keys[-1]].notnull())
    count = {"n": table.count()} if measure == "processing" else {}
    frame = fetch(
        table.group_by(list(keys)).aggregate(natural=table.natural.sum(), working=table.working.sum(), **count)
    )
    return frame.melt([*keys, *count], ["natural", "working"], "time", measure)


@dataclass(frozen=True, repr=False, eq=False)
class IdleTime(Result):
    """The distribution over cases of the time in which none of a case's activities runs."""

    TITLE: ClassVar[Words] = _IDLE
    CHART: ClassVar[Chart | None] = Bars(("time",), "median")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "time": TIME,
        "n_cases": Column("count", Words("案例", "Cases")),
        **SHAPE,
    }

    is_estimated: bool = False
    warning: str = ""
    of_cases: IdleCases | None = field(default=None, kw_only=True)

    @property
    def title(self) -> str:
        """The result's name, and whether starts were estimated."""
        return super().title + (ESTIMATED.say(self.language) if self.is_estimated else "")

    @property
    def sentence(self) -> str:
        """How long a case lies idle."""
        if self.table.empty:
            return ""
        text = Words(
            "一半的案例空闲不超过 {median}（自然时间），九成不超过 {p90}。",
            "Half of the cases lie idle for up to {median} (natural time), nine in ten for up to {p90}.",
        )
        row = self.table.iloc[0]
        if not row["max"]:
            return Words("没有案例空闲过。", "No case lies idle.").say(self.language) + self.warning
        filled = text.filled(**{name: write_duration(row[name], self.language) for name in ("median", "p90")})
        return filled.say(self.language) + self.warning

    @cached_property
    def cases(self) -> IdleCases | None:
        """Every case, longest idle first."""
        return self.of_cases


@dataclass(frozen=True, repr=False, eq=False)
class IdleCases(Result):
    """Cases with their idle time, longest first."""

    TITLE: ClassVar[Words] = Words("案例的空闲时间", "Idle time by case")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("natural")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", LABELS["case_id"]),
        "natural": Column("duration", Words("空闲（自然时间）", "Idle (natural time)")),
        "working": Column(
            "duration",
            Words("空闲（工作时间）", "Idle (working time)"),
            Words("无日历时同自然时间", "natural time without a calendar"),
        ),
    }


def idle_time(log: EventLog, *, calendar: WorkCalendar | None = None) -> IdleTime:
    """Idle time of cases: the time inside a case in which no activity runs.

    Raises
    ------
    MissingDataError
        If the log knows no starts.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.idle_time(pm.estimate_starts(pm.six_cases())).table[["n_cases", "max"]]
       n_cases             max
    0        6 0 days 04:00:00
    """
    log.require("start", _IDLE)
    clock = clock_of(log, calendar)
    if log.n_cases == 0:
        return IdleTime.of(log, pd.DataFrame(columns=list(IdleTime.COLUMNS)))
    per_case = _idle_per_case(log, clock)
    frame = distributions_of(per_case, (), "n_cases", working=calendar is not None)
    cases = fetch(per_case.order_by(per_case.natural.desc(), "case_index"))
    return IdleTime.of(
        log,
        frame,
        is_estimated=log.has_estimated_starts,
        warning=clock.warning(log.language) + unknown_starts(log, AT_COMPLETION),
        of_cases=IdleCases.of(log, cases),
    )


def _idle_per_case(log: EventLog, clock: WorkClock) -> ir.Table:
    """Case, and its gaps between what ran before and the next start, in natural and working time."""
    events = log.events.mutate(
        begin=ibis.least(ibis.coalesce(log.events.start, log.events.timestamp), log.events.timestamp)
    )
    before = ibis.window(group_by="case_index", order_by=["begin", "position"], preceding=(None, 1), following=None)
    ran = events.mutate(ran=events.timestamp.max().over(before))
    gaps = ran.filter(ran.begin > ran.ran).select("case_index", "begin", "ran")
    timed = clock.with_between(
        gaps.mutate(natural=gaps.begin.delta(gaps.ran, unit="microsecond")), "ran", "begin", "working"
    )
    sums = timed.group_by("case_index").aggregate(natural=timed.natural.sum(), working=timed.working.sum())
    cases = log.cases.select("case_index", "case_id").left_join(sums, "case_index")
    return cases.select("case_index", "case_id", natural=cases.natural.fill_null(0), working=cases.working.fill_null(0))
