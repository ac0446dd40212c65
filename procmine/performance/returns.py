"""Returns and reassignments: work that is sent back, and work that is passed on unfinished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from procmine.core.result import Column
from procmine.core.words import Words, write_number
from procmine.performance.movement import N_CASES, TIME, WORKING, Movement, summed, timed
from procmine.performance.notes import notes
from procmine.performance.steps import MISSING, UNKNOWN, steps_of
from procmine.reading.vocabulary import class_of

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.calendar import WorkCalendar
    from procmine.core.eventlog import EventLog
    from procmine.performance.steps import Integers, Steps

NOWHERE = ""
M = TypeVar("M", bound="_Moves")


@dataclass(frozen=True, repr=False, eq=False)
class _Moves(Movement):
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "source": Column("text", Words("从", "From")),
        "target": Column("text", Words("到", "To"), words={NOWHERE: Words("（到此为止）", "(no further)")}),
        "n": Column("count", Words("次数", "Times")),
        "n_cases": N_CASES,
        "time": TIME,
        "working": WORKING,
    }

    NONE: ClassVar[Words] = Words("", "")
    SOME: ClassVar[Words] = Words("", "")

    @property
    def sentence(self) -> str:
        """How often, and where most."""
        if self.table.empty or self.found is None:
            return self.NONE.say(self.language)
        top = self.table.iloc[0]
        target = self.COLUMNS["target"].words.get(top["target"], top["target"])
        said = self.SOME.filled(
            n=write_number(self.table["n"].sum()),
            m=write_number(self.found["case"].nunique()),
            a=top["source"],
            b=target,
        )
        return said.say(self.language) + self.time_said()


class Returns(_Moves):
    """Returns by the activity that sent back and the one it went back to, most first."""

    TITLE: ClassVar[Words] = Words("退回", "Returns")
    NONE: ClassVar[Words] = Words("没有退回。", "Nothing is returned.")
    SOME: ClassVar[Words] = Words(
        "{m} 个案例被退回 {n} 次，最多的是从“{a}”退回到“{b}”。",
        "{n} returns in {m} cases, most often from {a} back to {b}.",
    )


class Reassignments(_Moves):
    """Reassignments by who passed the work on and who had it next, most first."""

    TITLE: ClassVar[Words] = Words("转办", "Reassignments")
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

    Parameters
    ----------
    order
        Activities in the order of the standard process. Left out: action classes decide.
    calendar
        Gives the working time beside the natural one.

    Raises
    ------
    MissingDataError
        If there is neither an order nor the attribute `action_class`.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.returns(pm.six_cases(), order=["受理", "分类", "处理", "客户沟通", "关闭"])
    >>> found.table[["source", "target", "n", "time"]]
      source target  n            time
    0   客户沟通     处理  1 0 days 20:00:00
    """
    if order:
        steps = steps_of(log, "activity")
        found = _back(steps, order)
    else:
        _require_classes(log, Words("识别退回", "Telling returns"))
        steps = steps_of(log, "activity", "action_class")
        found = _sent_back(steps)
    return _told(Returns, log, calendar, timed(log, found, calendar))


def reassignments(log: EventLog, calendar: WorkCalendar | None = None) -> Reassignments:
    """Work that is passed on unfinished: an event of action class `transfer`.

    `source` passed it on, `target` is the resource of the next event of the case. The time it costs runs
    from the event before (arrival at the one who passed it on) to the transfer: nothing was finished in it.
    The first event of a case costs no time.

    Raises
    ------
    MissingDataError
        If the log lacks `action_class` or `resource`.

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
    import numpy as np

    purpose = Words("识别转办", "Telling reassignments")
    _require_classes(log, purpose)
    log.require("resource", purpose)
    steps = steps_of(log, "resource", "action_class")
    places = _of_class(steps, "transfer")
    places = places[steps.codes["resource"][places] != UNKNOWN]
    before = np.where(steps.follows[places], steps.done[places - 1], steps.done[places])
    found = _occurrences(steps, "resource", places, _next(steps, "resource", places), before, steps.done[places])
    return _told(Reassignments, log, calendar, timed(log, found, calendar))


def _require_classes(log: EventLog, purpose: Words) -> None:
    if "action_class" not in log.case_attributes:
        log.require("action_class", purpose)


def _of_class(steps: Steps, name: str) -> Integers:
    """The events of an action class; an export's own words for it count too."""
    import numpy as np

    codes = [code for code, word in enumerate(steps.names["action_class"]) if name in (word, class_of(word))]
    return np.flatnonzero(np.isin(steps.codes["action_class"], codes))


def _next(steps: Steps, column: str, places: Integers) -> Integers:
    """The code at the next event of the case; unknown at its end."""
    import numpy as np

    codes = np.append(steps.codes[column], UNKNOWN)
    goes_on = np.append(steps.follows, [False, False])[places + 1]
    return np.where(goes_on, codes[places + 1], UNKNOWN)


def _sent_back(steps: Steps) -> pd.DataFrame:
    """Events of class return, until the activity that returned is completed again in the case."""
    import numpy as np

    places = _of_class(steps, "return")
    activity = steps.codes["activity"]
    order = np.lexsort((activity, steps.case))
    one, other = order[:-1], order[1:]
    same = (steps.case[one] == steps.case[other]) & (activity[one] == activity[other])
    again = np.full(len(steps), MISSING, dtype="int64")
    again[one[same]] = steps.done[other[same]]
    return _occurrences(steps, "activity", places, _next(steps, "activity", places), steps.done[places], again[places])


def _back(steps: Steps, order: Sequence[str]) -> pd.DataFrame:
    """Arcs to an activity that stands earlier in the order, until the case is as far as before."""
    import numpy as np

    rank_of = {name: rank for rank, name in enumerate(order)}
    ranks = np.array([rank_of.get(name, UNKNOWN) for name in steps.names["activity"]], dtype="int64")
    rank = ranks[steps.codes["activity"]]
    before = np.roll(rank, 1)
    places = np.flatnonzero(steps.follows & (rank != UNKNOWN) & (before != UNKNOWN) & (rank < before))
    end = np.full(len(places), MISSING, dtype="int64")
    ahead, waiting = places + 1, np.arange(len(places))
    while len(waiting):
        inside = ahead < len(steps)
        inside[inside] &= steps.follows[ahead[inside]]
        waiting, ahead = waiting[inside], ahead[inside]
        there = rank[ahead] >= before[places[waiting]]
        end[waiting[there]] = steps.done[ahead[there]]
        waiting, ahead = waiting[~there], ahead[~there] + 1
    return _occurrences(steps, "activity", places - 1, steps.codes["activity"][places], steps.done[places - 1], end)


def _occurrences(
    steps: Steps, column: str, places: Integers, target: Integers, begin: Integers, end: Integers
) -> pd.DataFrame:
    import pandas as pd

    names = [*steps.names[column], NOWHERE]
    one = [names[code] for code in steps.codes[column][places].tolist()]
    other = [names[code] for code in target.tolist()]
    return pd.DataFrame(
        {
            "case": steps.case[places],
            "source": pd.Series(one, dtype="str"),
            "target": pd.Series(other, dtype="str"),
            "subject": pd.Series([f"{a} → {b}" if b else a for a, b in zip(one, other, strict=True)], dtype="str"),
            "n": 1,
            "begin": begin,
            "end": end,
        }
    )


def _told(kind: type[M], log: EventLog, calendar: WorkCalendar | None, found: pd.DataFrame) -> M:
    table = summed(found, ["source", "target"]).sort_values(["n", "source", "target"], ascending=[False, True, True])
    return kind.of(log, table, log=log, found=found, note=notes(log, calendar))
