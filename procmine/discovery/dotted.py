"""The dotted chart: every event as a dot, time to the right, cases from top to bottom by their start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import ibis
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

COLUMNS_OF_DOTS, ROWS_OF_DOTS = 320, 180


@dataclass(frozen=True, repr=False, eq=False)
class Dotted(Result):
    """Dots of a dotted chart on a grid: what happened, when, in which slice of the cases.

    A grid cell and an activity make one row; `n_events` says how many events it stands for, so that
    every event of the log is in the picture.
    """

    TITLE: ClassVar[Words] = Words("点图", "Dotted chart")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "at": Column("time", Words("时间", "Time"), Words("格子的开始", "start of the grid cell")),
        "row": Column(
            "count", Words("行", "Row"), Words("按开始时间排序的案例，从上到下", "cases by their start, top to bottom")
        ),
        "activity": Column("text", Words("活动", "Activity")),
        "n_events": Column("count", Words("事件", "Events")),
    }

    n_cases: int = 0
    n_rows: int = 0
    activities: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How to read the picture."""
        return (
            Words(
                "每个点是一次活动：横向为时间，纵向为 {n} 个案例（按开始时间排列）。",
                "Every dot is one activity: time runs to the right, the {n} cases run down in the order of their start.",
            )
            .filled(n=write_number(self.n_cases))
            .say(self.language)
        )


def dotted(log: EventLog) -> Dotted:
    """The events of a log on a grid of 320 × 180 cells (fewer rows for fewer cases).

    Source of the picture: Song and van der Aalst, "Supporting process mining by showing events at a
    glance", WITS 2007.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.dotted(pm.six_cases())
    >>> found.n_rows, len(found.table)
    (6, 26)
    """
    if log.first is None or log.last is None:
        return Dotted.of(log, pd.DataFrame(columns=list(Dotted.COLUMNS)))
    n_rows = min(ROWS_OF_DOTS, log.n_cases)
    width = _cell_width(log.first, log.last)
    ranked = log.cases.select("case_index", rank=ibis.row_number().over(order_by=["start", "case_index"]))
    row = (ranked.rank * n_rows // log.n_cases).cast("int64")
    events = log.events.inner_join(ranked.select("case_index", row=row), "case_index")
    column = events.timestamp.delta(log.first, unit="microsecond") // int(width / timedelta(microseconds=1))
    dots = events.select("row", "activity", column=column).group_by("row", "column", "activity")
    frame = fetch(dots.aggregate(n_events=lambda t: t.count()).order_by("row", "column", "activity"))
    frame["at"] = pd.Timestamp(log.first) + frame["column"] * pd.Timedelta(width)
    order = tuple(dict.fromkeys(activity for variant in log.variants for activity in variant.activities))
    return Dotted.of(log, frame, n_cases=log.n_cases, n_rows=n_rows, activities=order)


def _cell_width(first: datetime, last: datetime) -> timedelta:
    return max((last - first) / COLUMNS_OF_DOTS, timedelta(seconds=1))
