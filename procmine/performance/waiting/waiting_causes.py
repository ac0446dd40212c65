"""Causes of waiting: why each activity instance waited before it was begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from procmine.core.clock.calendar import WorkCalendar
from procmine.core.log.columns import LABELS
from procmine.core.result.result import Column, Result, typed
from procmine.core.text.words import Words, write_duration, write_share
from procmine.performance.ground.availability import availability
from procmine.performance.waiting.cause_records import CAUSES
from procmine.performance.waiting.cause_rows import cause_rows
from procmine.performance.waiting.cause_totals import (
    CAUSE_COLUMNS,
    ByCause,
    CauseTotals,
    causes_frame,
    totals_class,
    totals_frame,
)

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.log.eventlog import EventLog

Kind = Literal["transitions", "activities", "resources", "cases"]
_PURPOSE = Words("等待原因", "Causes of waiting")


@dataclass(frozen=True, repr=False, eq=False)
class WaitingCauses(Result):
    """One row per activity instance, longest wait first; the five causes sum to the waiting time.

    Attributes
    ----------
    n_left_out
        Instances whose start or resource is not known: nothing can be said of them.
    has_calendar, is_discovered
        Whether there was a working calendar – without one nothing is unavailability – and whether it was
        discovered from the log.
    warning
        Years whose holidays are not published, as a sentence.
    """

    TITLE: ClassVar[Words] = Words("等待的原因", "Causes of waiting")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", LABELS["case_id"]),
        "source": Column(
            "text",
            Words("前一活动", "Enabled by"),
            Words("使其到达的活动实例", "the activity instance that enabled it"),
        ),
        "source_resource": Column("text", Words("前一资源", "Its resource")),
        "activity": Column("text", LABELS["activity"]),
        "resource": Column("text", LABELS["resource"]),
        "enabled": Column("time", LABELS["enabled"]),
        "start": Column("time", LABELS["start"]),
        "processing": Column("duration", Words("处理时长", "Processing"), Words("开始到完成", "start to completion")),
        "waiting": Column(
            "duration", Words("等待时长", "Waiting"), Words("到达到开始，自然时间", "enabled to start, natural time")
        ),
        **CAUSE_COLUMNS,
    }

    n_left_out: int = 0
    has_calendar: bool = False
    is_discovered: bool = False
    has_estimated_starts: bool = False
    warning: str = ""

    @property
    def title(self) -> str:
        """The result's name, and whether starts were estimated."""
        return super().title + (ESTIMATED.say(self.language) if self.has_estimated_starts else "")

    @property
    def cte(self) -> float:
        """Cycle time efficiency of these instances: processing / (processing + waiting); 0 where both are none."""
        processing, waiting = self.table["processing"].sum(), self.table["waiting"].sum()
        whole = processing + waiting
        return float(processing / whole) if whole else 0.0

    @property
    def scalars(self) -> dict[str, Any]:
        """Waiting in all and by cause, the cycle time efficiency, and what was left out."""
        return {
            "waiting": self.table["waiting"].sum(),
            **{cause: self.table[cause].sum() for cause in CAUSES},
            "cte": self.cte,
            "n_left_out": self.n_left_out,
            "has_estimated_starts": self.has_estimated_starts,
        }

    @property
    def sentence(self) -> str:
        """How much waiting there is, its chief cause, and what is assumed."""
        waiting = self.table["waiting"].sum()
        if not waiting:
            return _NO_WAITING.say(self.language) + self._assumptions()
        by_cause = {cause: self.table[cause].sum() for cause in CAUSES}
        chief = max(CAUSES, key=lambda cause: by_cause[cause])
        text = Words(
            "活动实例共等待 {waiting}（自然时间），最主要的原因是{cause}（{share}）；处理时长占 {cte}。",
            "Activity instances waited {waiting} in all (natural time), mostly by {cause} ({share}); {cte} of the time is processing.",
        ).filled(
            waiting=write_duration(waiting, self.language),
            cause=CAUSES[chief].words,
            share=write_share(by_cause[chief] / waiting),
            cte=write_share(self.cte),
        )
        return text.say(self.language) + self._assumptions()

    def _assumptions(self) -> str:
        parts = [
            (not self.has_calendar, _NO_CALENDAR),
            (self.is_discovered, _DISCOVERED),
            (self.has_estimated_starts, _STARTS),
            (bool(self.n_left_out), _LEFT_OUT.filled(n=self.n_left_out)),
        ]
        return "".join(words.say(self.language) for holds, words in parts if holds) + self.warning

    @property
    def parts(self) -> dict[str, Result]:
        """Totals by cause, transition, activity, resource and case."""
        names: tuple[Kind, ...] = ("transitions", "activities", "resources")
        return {"causes": self.causes, **{name: self.by(name) for name in names}, "cases": self.cases}

    @cached_property
    def _rows(self) -> pd.DataFrame:
        """The table with durations in µs, to be added up exactly."""
        durations = [name for name, column in self.COLUMNS.items() if column.kind == "duration"]
        return self.table.assign(**{name: self.table[name].astype("int64") for name in durations})

    def _total(self, kind: type[CauseTotals], frame: pd.DataFrame) -> CauseTotals:
        suffix = ESTIMATED.say(self.language) if self.has_estimated_starts else ""
        table = typed(frame, kind.COLUMNS, self.zone)
        return kind(table, self.language, self.zone, suffix, case_link=self.case_link)

    @cached_property
    def causes(self) -> CauseTotals:
        """One row per cause: how much, and the cycle time efficiency without it."""
        return self._total(ByCause, causes_frame(self._rows))

    @cached_property
    def cases(self) -> CauseTotals:
        """One row per case, most waiting first."""
        return self.by("cases")

    def by(self, what: Kind) -> CauseTotals:
        """Totals of transitions, activities, resources or cases, most waiting first."""
        return self._total(totals_class(what), totals_frame(self._rows, what))


ESTIMATED = Words("（开始时间为估计）", " (starts are estimated)")
_NO_WAITING = Words("没有等待。", "Nothing waited.")
_NO_CALENDAR = Words(
    "未给出工作日历，因此没有“不在岗”一项。", " No working calendar was given, so nothing is unavailability."
)
_DISCOVERED = Words(
    "工作时间由日志推断，不含节假日与缺勤。",
    " Working hours are discovered from the log, without holidays and absences.",
)
_STARTS = Words(
    "开始时间为估计值，因此只能看出资源忙碌造成的等待。",
    " Starts are estimated, so only waiting for busy resources can be seen.",
)
_LEFT_OUT = Words(
    "{n} 个活动实例没有开始时间或资源，未计入。", " {n} activity instances without a start or a resource are left out."
)


def waiting_causes(
    log: EventLog, *, calendar: WorkCalendar | Literal["discovered"] | None = None, gap: timedelta = timedelta(0)
) -> WaitingCauses:
    """Why each activity instance waited between being enabled and being begun.

    Every instant has one cause, the first that holds: *batching* (collected until the batch was
    complete), *contention* (the resource was busy with work enabled no later), *prioritization* (busy with
    work enabled later: first-in-first-out was broken), *unavailability* (outside the resource's
    working hours), *extraneous* (anything else). What a resource did in cases that a filter left out counts
    too: a filter changes no cause.

    Parameters
    ----------
    calendar
        Working hours of groups and resources, for example `project.calendar`; systems work round the
        clock. Without one nothing is unavailability; `"discovered"` takes the weekly hours that the log
        shows (`availability`), and the result says so.
    gap
        Longest idle time inside a batch.

    Raises
    ------
    MissingDataError
        If the log knows no starts or no resources.

    Examples
    --------
    >>> import procmine as pm
    >>> log = pm.estimate_starts(pm.six_cases())  # which knows of no other cause than busy resources
    >>> pm.waiting_causes(log).causes.table[["cause", "n", "share"]].head(2)
            cause  n  share
    0    batching  0    0.0
    1  contention  5    1.0

    References
    ----------
    Lashkevich, Milani, Chapela-Campa, Suvorau and Dumas, Why am I waiting? Data-driven analysis of
    waiting times in business processes, CAiSE 2023, doi 10.1007/978-3-031-34560-9_11.
    """
    for column in ("start", "resource"):
        log.require(column, _PURPOSE)
    known = availability(log).calendar if calendar == "discovered" else calendar
    frame, clocks = cause_rows(log, known, gap)
    return WaitingCauses.of(
        log,
        frame.sort_values(["waiting", "case_index", "position"], ascending=[False, True, True]),
        n_left_out=log.n_events - len(frame),
        has_calendar=known is not None,
        is_discovered=calendar == "discovered" and known is not None,
        has_estimated_starts=log.has_estimated_starts,
        warning=clocks.warning(log.language),
    )
