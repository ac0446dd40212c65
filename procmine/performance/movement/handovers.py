"""Handovers: consecutive steps of a case by different resources, and the network they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from procmine.core.result.charted import Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number, write_share
from procmine.performance.ground.notes import notes
from procmine.performance.ground.steps import UNKNOWN, event_steps
from procmine.performance.movement.occurrences import N_CASES, TIME, WORKING, Movement, case_ids, summed, timed
from procmine.performance.movement.ping_pong import BY_WORDS

if TYPE_CHECKING:
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Steps

Between = Literal["resource", "role", "group"]


@dataclass(frozen=True, repr=False, eq=False)
class HandoverCases(Result):
    """Handovers of each case, most first."""

    TITLE: ClassVar[Words] = Words("交接 · 案例", "Handovers: cases")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("n")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "n": Column("count", Words("交接", "Handovers")),
        "n_transitions": Column("count", Words("流转", "Transitions"), Words("双方已知的流转", "with both ends known")),
        "time": TIME,
        "working": WORKING,
    }


@dataclass(frozen=True, repr=False, eq=False)
class Handovers(Movement):
    """The handover network, one row per pair, most handovers first.

    Attributes
    ----------
    n_transitions, n_unknown
        Transitions whose two ends are known, and those of which one is not.
    """

    TITLE: ClassVar[Words] = Words("交接", "Handovers")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "source": Column("text", Words("从", "From")),
        "target": Column("text", Words("到", "To")),
        "n": Column("count", Words("交接", "Handovers")),
        "n_cases": N_CASES,
        "median": Column("duration", Words("中位", "Median"), Words("流转时间的中位数", "median transition time")),
        "time": TIME,
        "working": WORKING,
    }

    by: Between = "resource"
    n_transitions: int = 0
    n_unknown: int = 0

    @property
    def title(self) -> str:
        """Between what."""
        text = Words("交接（{kind}）", "Handovers between {kind}")
        return text.filled(kind=BY_WORDS[self.by]).say(self.language)

    @property
    def n_handovers(self) -> int:
        """Handovers in all."""
        return int(self.table["n"].sum())

    @property
    def rate(self) -> float:
        """Handovers / transitions whose two ends are known, 0..1."""
        return self.n_handovers / self.n_transitions if self.n_transitions else 0.0

    @property
    def scalars(self) -> dict[str, Any]:
        """The handover rate and its parts."""
        return {
            "n_handovers": self.n_handovers,
            "n_transitions": self.n_transitions,
            "n_unknown": self.n_unknown,
            "handover_rate": self.rate,
        }

    @property
    def sentence(self) -> str:
        """The handover rate and the widest way."""
        text = Words("{n} 次流转中 {share} 换手", "{share} of {n} transitions are handovers").filled(
            share=write_share(self.rate), n=write_number(self.n_transitions)
        )
        top = Words("。", ".")
        if len(self.table):
            row = self.table.iloc[0]
            top = Words("，最多的是“{a}”交给“{b}”（{n} 次）。", ", most often from {a} to {b} ({n} times).").filled(
                a=row["source"], b=row["target"], n=write_number(row["n"])
            )
        unknown = Words("", "")
        if self.n_unknown:
            unknown = Words(
                "另有 {n} 次流转有一方未知，不计入。", " {n} more, of which one end is not known, are left out."
            ).filled(n=write_number(self.n_unknown))
        return "".join(part.say(self.language) for part in (text, top, unknown)) + self.note

    @cached_property
    def cases(self) -> HandoverCases | None:  # type: ignore[override]
        """Every case with its handovers."""
        if self.log is None or self.found is None:
            return None
        found = self.found.assign(**{name: self.found[name].where(self.found["n"] > 0) for name in ("time", "working")})
        grouped = found.groupby("case", sort=True)
        frame = grouped.agg(n=("n", "sum"), n_transitions=("n", "size"), time=("time", "sum"))
        frame["working"] = grouped["working"].sum(min_count=1)
        frame["case_id"] = case_ids(self.log).reindex(frame.index)
        frame = frame.reset_index().sort_values(["n", "time", "case"], ascending=[False, False, True])
        return HandoverCases.of(self.log, frame)


def handovers(log: EventLog, *, by: Between = "resource", calendar: WorkCalendar | None = None) -> Handovers:
    """Consecutive steps of a case by different resources, roles or groups, and the network they make.

    The rate is handovers / transitions, of those transitions whose two ends are known. The time of a
    handover is its transition time: completion of the one → completion of the other; it holds the work
    of the receiver as well as the waiting for it.

    Parameters
    ----------
    by
        `resource`, `role` or `group`.
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
    >>> found = pm.handovers(pm.six_cases())
    >>> found.n_handovers, found.n_transitions, found.table[["source", "target", "n"]].values.tolist()[0]
    (11, 20, ['李强', '王芳', 2])
    """
    if by not in ("resource", "role", "group"):
        raise UnknownNameError.among(Words("依据", "basis"), [by], ["resource", "role", "group"], "handovers")
    log.require(by, Words("交接", "Handovers"))
    steps = event_steps(log, by)
    known = timed(log, _transitions(steps, by), calendar)
    changed = known[known["n"] > 0]
    table = summed(changed, ["source", "target"])
    median = changed.groupby(["source", "target"])["time"].median()
    table = table.join(median.rename("median"), on=["source", "target"])
    for name in ("source", "target"):
        table[name] = steps.name(by, table[name].to_numpy())
    table = table.sort_values(["n", "source", "target"], ascending=[False, True, True])
    n_unknown = int(steps.follows.sum()) - len(known)
    return Handovers.of(
        log,
        table,
        log=log,
        found=known,
        note=notes(log, calendar),
        by=by,
        n_transitions=len(known),
        n_unknown=n_unknown,
    )


def _transitions(steps: Steps, by: Between) -> pd.DataFrame:
    """Transitions with two known ends: `n` is 1 where they are a handover, else 0."""
    codes = steps.codes[by]
    after = np.flatnonzero(steps.follows & (codes != UNKNOWN) & (np.roll(codes, 1) != UNKNOWN))
    source, target = codes[after - 1], codes[after]
    return pd.DataFrame(
        {
            "case": steps.case[after],
            "source": source,
            "target": target,
            "n": (source != target).astype("int64"),
            "begin": steps.done[after - 1],
            "end": steps.done[after],
        }
    )
