"""Ping-pong: a case goes to and fro between two activities, resources or groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd

from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number
from procmine.performance.ground.notes import notes
from procmine.performance.ground.steps import UNKNOWN, event_steps, runs
from procmine.performance.movement.occurrences import N_CASES, TIME, WORKING, Movement, summed, timed

if TYPE_CHECKING:
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Steps

By = Literal["activity", "resource", "role", "group"]
BY_WORDS: dict[str, Words] = {
    "activity": Words("活动", "activities"),
    "resource": Words("资源", "resources"),
    "role": Words("角色", "roles"),
    "group": Words("部门/小组", "groups"),
}
LEAST = 4
"""A B A B: two alternations."""


@dataclass(frozen=True, repr=False, eq=False)
class PingPong(Movement):
    """Pairs between which cases go to and fro, the costliest first."""

    TITLE: ClassVar[Words] = Words("来回往复", "Ping-pong")
    CHART: ClassVar[Chart | None] = Bars(("one", "other"), "n")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "one": Column("text", Words("一方", "One"), Words("按名称在前", "the first by name")),
        "other": Column("text", Words("另一方", "Other")),
        "n": Column("count", Words("来回段", "Rallies"), Words("A B A B 及更长的段", "runs A B A B and longer")),
        "n_turns": Column("count", Words("转手", "Turns"), Words("段内从一方到另一方的次数", "moves between the two")),
        "n_cases": N_CASES,
        "time": TIME,
        "working": WORKING,
    }

    by: By = "activity"

    @property
    def title(self) -> str:
        """Between what."""
        text = Words("来回往复（{kind}）", "Ping-pong between {kind}")
        return text.filled(kind=BY_WORDS[self.by]).say(self.language)

    @property
    def scalars(self) -> dict[str, int]:
        """Rallies and the cases that have one."""
        n_cases = 0 if self.found is None else int(self.found["case"].nunique())
        return {"n": int(self.table["n"].sum()), "n_cases": n_cases}

    @property
    def sentence(self) -> str:
        """How many cases, and between whom most."""
        if self.table.empty:
            text = Words("没有案例在两个{kind}之间来回往复。", "No case goes to and fro between two {kind}.")
            return text.filled(kind=BY_WORDS[self.by]).say(self.language)
        top = self.table.iloc[0]
        text = Words(
            "{n} 个案例在两个{kind}之间来回往复（A B A B 及以上），最费时的是“{one}”与“{other}”。",
            "{n} cases go to and fro between two {kind} (A B A B or longer), most of the time between {one} and {other}.",
        ).filled(n=write_number(self.scalars["n_cases"]), kind=BY_WORDS[self.by], one=top["one"], other=top["other"])
        return text.say(self.language) + self.time_said()


def ping_pong(log: EventLog, *, by: By = "activity", calendar: WorkCalendar | None = None) -> PingPong:
    """Cases that alternate between two activities, resources, roles or groups: A B A B or longer.

    Equal values in a row count as one. A value that is not known ends a run. The time it costs runs from
    the completion before the first turn to the completion after the last one. Each run is counted once, at its full length.

    Parameters
    ----------
    by
        `activity`, `resource`, `role` or `group`.
    calendar
        Gives the working time beside the natural one.

    Raises
    ------
    UnknownNameError
        If `by` is none of these.
    MissingDataError
        If the log lacks that column.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.ping_pong(pm.six_cases()).table[["one", "other", "n_turns", "n_cases", "time"]]
      one other  n_turns  n_cases            time
    0  处理  客户沟通        3        1 1 days 01:30:00
    """
    if by not in BY_WORDS:
        raise UnknownNameError.among(Words("依据", "basis"), [by], list(BY_WORDS), "ping_pong")
    if by != "activity":
        log.require(by, Words("来回往复", "Ping-pong"))
    found = timed(log, _rallies(event_steps(log, by), by), calendar)
    turns = found.groupby(["one", "other"])["n_turns"].sum()
    table = summed(found, ["one", "other"]).join(turns, on=["one", "other"])
    table = table.sort_values(["time", "one", "other"], ascending=[False, True, True])
    return PingPong.of(log, table, log=log, found=found, note=notes(log, calendar), by=by)


def _rallies(steps: Steps, by: By) -> pd.DataFrame:
    """Every longest alternation of at least `LEAST` blocks, a block being equal values in a row."""
    codes = steps.codes[by]
    new = ~steps.follows | (codes != np.roll(codes, 1))
    first, last = runs(new)
    case, value = steps.case[first], codes[first]
    back = np.zeros(len(first), dtype=bool)
    back[2:] = (value[2:] == value[:-2]) & (case[2:] == case[:-2])
    back[2:] &= (value[2:] != UNKNOWN) & (value[1:-1] != UNKNOWN)
    begins, ends = runs(~back | ~np.roll(back, 1))
    kept = back[begins] & (ends - begins + 3 >= LEAST) if len(first) else back
    begins, ends = begins[kept] - 2, ends[kept]
    first_of, second = value[begins], value[begins + 1]
    one, other = steps.name(by, np.minimum(first_of, second)), steps.name(by, np.maximum(first_of, second))
    return pd.DataFrame(
        {
            "case": case[begins],
            "one": pd.Series(one, dtype="str"),
            "other": pd.Series(other, dtype="str"),
            "subject": pd.Series([f"{a} ⇄ {b}" for a, b in zip(one, other, strict=True)], dtype="str"),
            "n": 1,
            "n_turns": ends - begins,
            "begin": steps.done[last[begins]],
            "end": steps.done[first[ends]],
        }
    )
