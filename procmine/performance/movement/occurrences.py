"""What rework and movement have in common: occurrences in cases, the time each costs, and the cases behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from procmine.core.clock.workclock import clock_of
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_duration, write_hours
from procmine.performance.ground.elapsed import joined_pauses
from procmine.performance.ground.steps import MISSING

if TYPE_CHECKING:
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Integers

    Between = Callable[[Integers, Integers], Integers]

TIME = Column(
    "duration", Words("自然时间", "Natural time"), Words("合计，自然时间", "in all, natural time"), is_total=True
)
WORKING = Column(
    "duration",
    Words("工作时间", "Working time"),
    Words("合计，工作日历之内；没有给出日历则为空", "in all, inside the working calendar; empty where none is given"),
    is_total=True,
)
N_CASES = Column("count", Words("案例", "Cases"), Words("至少发生一次的案例", "cases with at least one"))


@dataclass(frozen=True, repr=False, eq=False)
class MovementCases(Result):
    """The cases behind a movement, one row per case and subject, longest first."""

    TITLE: ClassVar[Words] = Words("涉及的案例", "The cases")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("time")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "subject": Column("text", Words("内容", "What")),
        "n": Column("count", Words("次数", "Times")),
        "begin": Column("time", Words("首次", "First"), Words("耗时的起点", "from here time is counted")),
        "end": Column("time", Words("末次", "Last"), Words("耗时的终点", "until here")),
        "time": TIME,
        "working": WORKING,
    }

    about: Words | None = None

    @property
    def title(self) -> str:
        """Of which movement these are the cases."""
        return Words("{about} · 案例", "{about}: cases").filled(about=self.about or self.TITLE).say(self.language)


class Spent(NamedTuple):
    """Natural and working time in µs; working time is None without a calendar."""

    natural: int
    working: int | None


@dataclass(frozen=True, repr=False, eq=False)
class Movement(Result):
    """The base of results about movement: `found` has a row per occurrence.

    Attributes
    ----------
    spent
        The time in all, where occurrences overlap within a case, so that it is no sum of theirs.
    """

    log: EventLog | None = None
    found: pd.DataFrame | None = None
    note: str = ""
    spent: Spent | None = None

    @cached_property
    def cases(self) -> MovementCases | None:
        """Every case and what happened in it, longest first."""
        if self.log is None or self.found is None:
            return None
        return case_table(self.log, self.found, self.TITLE)

    def time_said(self) -> str:
        """The time it costs in all: working time where a calendar is given."""
        if self.table.empty:
            return ""
        natural, working = self._in_all()
        if working is None:
            text = Words("共耗时 {time}（自然时间）。", " It takes {time} in all (natural time).")
            return text.filled(time=write_duration(natural, self.language)).say(self.language) + self.note
        text = Words(
            "共耗时 {working}（工作时间；自然时间 {time}）。",
            " It takes {working} of working time in all ({time} natural).",
        )
        return (
            text.filled(working=write_hours(working, self.language), time=write_duration(natural, self.language)).say(
                self.language
            )
            + self.note
        )

    def _in_all(self) -> tuple[timedelta, timedelta | None]:
        if self.spent is not None:
            natural, working = (None if us is None else timedelta(microseconds=us) for us in self.spent)
            return natural or timedelta(0), working
        none_is_known = self.table["working"].isna().all()
        return self.table["time"].sum(), None if none_is_known else self.table["working"].sum()


def timed(log: EventLog, found: pd.DataFrame, calendar: WorkCalendar | None) -> pd.DataFrame:
    """Occurrences with the natural and the working time between `begin` and `end`, in microseconds.

    An end that is not known costs no time; without a calendar working time is not known.
    """
    begins, ends = found["begin"].to_numpy("int64"), found["end"].to_numpy("int64")
    until = ends.copy()
    until[ends == MISSING] = begins[ends == MISSING]
    work = working_between(log, calendar)
    return found.assign(time=until - begins, working=float("nan") if work is None else work(begins, until))


def spent_once(log: EventLog, found: pd.DataFrame, calendar: WorkCalendar | None) -> Spent:
    """The time of occurrences in all: where they overlap within a case it counts once."""
    if found.empty:
        return Spent(0, None if calendar is None else 0)
    begins, ends = found["begin"].to_numpy("int64"), found["end"].to_numpy("int64")
    _, since, until = joined_pauses(found["case"].to_numpy("int64"), begins, np.maximum(begins, ends))
    work = working_between(log, calendar)
    return Spent(int((until - since).sum()), None if work is None else int(work(since, until).sum()))


def working_between(log: EventLog, calendar: WorkCalendar | None) -> Between | None:
    """Working microseconds between instants of a log; None without a calendar."""
    if calendar is None:
        return None
    between: Between = clock_of(log, calendar).between
    return between


def summed(found: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Occurrences by their keys: `n`, `n_cases`, `time`, `working`."""
    grouped = found.groupby(list(keys), sort=True)
    frame = grouped.agg(n=("n", "sum"), n_cases=("case", "nunique"), time=("time", "sum"))
    frame["working"] = grouped["working"].sum(min_count=1)
    return frame.reset_index()


def case_ids(log: EventLog) -> pd.Series:
    """The ids of the cases by their index."""
    frame = fetch(log.cases.select("case_index", "case_id"))
    return frame.set_index("case_index")["case_id"]


def case_table(log: EventLog, found: pd.DataFrame, about: Words) -> MovementCases:
    """The cases behind occurrences; `found` has `case`, `subject`, `n`, `begin`, `end`, `time`, `working`."""
    grouped = found.groupby(["case", "subject"], sort=True)
    frame = grouped.agg(n=("n", "sum"), begin=("begin", "min"), end=("end", "max"), time=("time", "sum"))
    frame["working"] = grouped["working"].sum(min_count=1)
    frame = frame.reset_index()
    frame["case_id"] = frame["case"].map(case_ids(log))
    for name in ("begin", "end"):
        frame[name] = pd.to_datetime(frame[name].where(frame[name] != MISSING), unit="us")
    frame = frame.sort_values(["time", "case", "subject"], ascending=[False, True, True])
    return MovementCases.of(log, frame, about=about)
