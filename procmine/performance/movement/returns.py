"""Returns and reassignments: work that is sent back, and work that is passed on unfinished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column
from procmine.core.text.errors import MissingDataError, UnknownNameError
from procmine.core.text.words import Words, write_number
from procmine.performance.ground.notes import notes
from procmine.performance.ground.steps import UNKNOWN, event_steps
from procmine.performance.movement.occurrences import N_CASES, TIME, WORKING, Movement, spent_once, summed, timed
from procmine.performance.movement.sent_back import (
    NOBODY,
    NOWHERE,
    arcs_back,
    next_codes,
    occurrences,
    of_class,
    sent_back,
)

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Steps

M = TypeVar("M", bound="_Moves")
_NOT_KNOWN = {NOBODY: Words("（未知）", "(unknown)")}
_NOT_CLASSED = Words(
    "{m} 个事件中有 {n} 个没有动作类别，其中如有{what}则看不到。",
    " {n} of {m} events have no action class: {what} among them is not seen.",
)


@dataclass(frozen=True, repr=False, eq=False)
class _Moves(Movement):
    CHART: ClassVar[Chart | None] = Bars(("source", "target"), "n")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "source": Column("text", Words("从", "From"), words=_NOT_KNOWN),
        "target": Column(
            "text", Words("到", "To"), words={NOWHERE: Words("（到此为止）", "(no further)"), **_NOT_KNOWN}
        ),
        "n": Column("count", Words("次数", "Times")),
        "n_cases": N_CASES,
        "time": TIME,
        "working": WORKING,
    }

    WHAT: ClassVar[Words] = Words("", "")
    NONE: ClassVar[Words] = Words("", "")
    NONE_SEEN: ClassVar[Words] = Words("", "")
    SOME: ClassVar[Words] = Words("", "")

    n_unclassed: int = 0
    n_events: int = 0

    @property
    def scalars(self) -> dict[str, Any]:
        """Events whose action class is not known; 0 where classes do not decide."""
        return {"n_unclassed": self.n_unclassed}

    @property
    def sentence(self) -> str:
        """How often, where most, and in how many events it would not be seen."""
        if self.table.empty or self.found is None:
            none = self.NONE_SEEN if self.n_unclassed else self.NONE
            return none.say(self.language) + self._unclassed_said()
        top = self.table.iloc[0]
        ends = {name: self.COLUMNS[name].words.get(top[name], top[name]) for name in ("source", "target")}
        text = self.SOME.filled(
            n=write_number(self.table["n"].sum()),
            m=write_number(self.found["case"].nunique()),
            a=ends["source"],
            b=ends["target"],
        )
        return text.say(self.language) + self.time_said() + self._unclassed_said()

    def _unclassed_said(self) -> str:
        if not self.n_unclassed:
            return ""
        n, m = write_number(self.n_unclassed), write_number(self.n_events)
        return _NOT_CLASSED.filled(n=n, m=m, what=self.WHAT).say(self.language)


class Returns(_Moves):
    """Returns by the activity that sent back and the one it went back to, most first."""

    TITLE: ClassVar[Words] = Words("退回", "Returns")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        **_Moves.COLUMNS,
        "time": TIME._replace(
            meaning=Words(
                "各次之和，自然时间；同一案例的退回会重叠，各行不可相加",
                "sum of these returns, natural time; returns of a case overlap: rows do not add up",
            )
        ),
        "working": WORKING._replace(
            meaning=Words("同左，工作日历之内；没有给出日历则为空", "the same inside the working calendar; empty where none is given")
        ),
    }  # fmt: skip
    WHAT: ClassVar[Words] = Words("退回", "a return")
    NONE_SEEN: ClassVar[Words] = Words("有动作类别的事件中没有退回。", "No event of known action class is a return.")
    NONE: ClassVar[Words] = Words("没有退回。", "Nothing is returned.")
    SOME: ClassVar[Words] = Words(
        "{m} 个案例被退回 {n} 次，最多的是从“{a}”退回到“{b}”。",
        "{n} returns in {m} cases, most often from {a} back to {b}.",
    )


class Reassignments(_Moves):
    """Reassignments by who passed the work on and who had it next, most first."""

    TITLE: ClassVar[Words] = Words("转办", "Reassignments")
    WHAT: ClassVar[Words] = Words("转办", "a transfer")
    NONE_SEEN: ClassVar[Words] = Words("有动作类别的事件中没有转办。", "No event of known action class is a transfer.")
    NONE: ClassVar[Words] = Words("没有转办。", "Nothing is reassigned.")
    SOME: ClassVar[Words] = Words(
        "{m} 个案例转办 {n} 次，最多的是“{a}”转给“{b}”。",
        "{n} reassignments in {m} cases, most often from {a} to {b}.",
    )


def returns(log: EventLog, *, order: Sequence[str] = (), calendar: WorkCalendar | None = None) -> Returns:
    """Work that is sent back: an event of action class `return`, or an arc back to an earlier activity.

    By action class, `target` is the activity after the return, and the time it costs runs from the return until the
    activity that returned is completed again. By `order`, a return is an arc to an activity that stands earlier
    there, and its time runs until the case is again as far as it was. Where it never is, no time is counted.
    Returns of a case may overlap; the time in all, which the sentence tells, counts overlaps once. Where some
    events have no action class, the sentence says how many.

    Parameters
    ----------
    order
        Activities in the order of the standard process. Left out: action classes decide.
    calendar
        Gives the working time beside the natural one.

    Raises
    ------
    MissingDataError
        If there is neither an order nor the attribute `action_class`, or most events have no class and none is a return.
    UnknownNameError
        If the log as imported has no activity of the order.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.returns(pm.six_cases(), order=["受理", "分类", "处理", "客户沟通", "关闭"])
    >>> found.table[["source", "target", "n", "time"]]
      source target  n            time
    0   客户沟通     处理  1 0 days 20:00:00
    """
    if order:
        _require_some(log, order)
        steps = event_steps(log, "activity")
        found = arcs_back(steps, order)
    else:
        steps = _classed(log, "activity", "return", Words("识别退回", "Telling returns"), _OR_ORDER)
        found = sent_back(steps)
    return _told(Returns, log, calendar, steps, timed(log, found, calendar))


def reassignments(log: EventLog, *, calendar: WorkCalendar | None = None) -> Reassignments:
    """Work that is passed on unfinished: an event of action class `transfer`.

    `source` passed it on, `target` is the resource of the next event of the case; `?` stands for one that is not
    known. The time it costs runs from the event before (arrival at the one who passed it on) to the transfer:
    nothing was finished in it. The first event of a case costs no time.

    Raises
    ------
    MissingDataError
        If the log lacks `action_class` or `resource`, or most events have no class and none is a transfer.

    Examples
    --------
    >>> import pandas as pd
    >>> import procmine as pm
    >>> rows = [("1", "审批", "2026-03-02 09:00", "王芳", "submit"), ("1", "审批", "2026-03-02 11:00", "李强", "transfer"),
    ...         ("1", "审批", "2026-03-02 12:00", "赵敏", "approve")]
    >>> frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource", "action_class"])
    >>> pm.reassignments(pm.EventLog.from_pandas(frame, zone="UTC")).table[["source", "target", "n", "time"]]
      source target  n            time
    0     李强     赵敏  1 0 days 02:00:00
    """
    purpose = Words("识别转办", "Telling reassignments")
    log.require("resource", purpose)
    steps = _classed(log, "resource", "transfer", purpose)
    places = of_class(steps, "transfer")
    before = np.where(steps.follows[places], steps.done[places - 1], steps.done[places])
    found = occurrences(steps, "resource", places, next_codes(steps, "resource", places), before, steps.done[places])
    return _told(Reassignments, log, calendar, steps, timed(log, found, calendar))


def _require_some(log: EventLog, order: Sequence[str]) -> None:
    known = sorted(fetch(log.all_events.select("activity").distinct())["activity"])
    if known and not set(order).intersection(known):
        raise UnknownNameError.among(Words("活动", "activity"), order, known, "returns")


_OR_ORDER = Words(
    "或在笔记本中按标准流程的活动顺序识别（order=）",
    "or tell them by the order of the standard process (order= in the notebook)",
)


def _classed(log: EventLog, column: str, wanted: str, purpose: Words, otherwise: Words | None = None) -> Steps:
    """The events with their action classes, if these can tell whether any is of the wanted one."""
    if "action_class" not in log.case_attributes:
        log.require("action_class", purpose)
    steps = event_steps(log, column, "action_class")
    n_unclassed = _n_unclassed(steps)
    # That there is none among a few says nothing of the others.
    if 2 * n_unclassed > len(steps) and not len(of_class(steps, wanted)):
        raise MissingDataError.for_gaps("action_class", purpose, log.name, (n_unclassed, len(steps)), otherwise)
    return steps


def _n_unclassed(steps: Steps) -> int:
    return int((steps.codes["action_class"] == UNKNOWN).sum()) if "action_class" in steps.codes else 0


def _told(kind: type[M], log: EventLog, calendar: WorkCalendar | None, steps: Steps, found: pd.DataFrame) -> M:
    table = summed(found, ["source", "target"]).sort_values(["n", "source", "target"], ascending=[False, True, True])
    return kind.of(
        log,
        table,
        log=log,
        found=found,
        note=notes(log, calendar),
        spent=spent_once(log, found, calendar),
        n_unclassed=_n_unclassed(steps),
        n_events=len(steps),
    )
