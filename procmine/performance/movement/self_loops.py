"""Self-loops: the same activity again at once – repeated by the same resource, or redone by another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column
from procmine.core.text.words import Words, joined, write_number
from procmine.performance.ground.notes import notes
from procmine.performance.ground.steps import UNKNOWN, event_steps
from procmine.performance.movement.occurrences import N_CASES, TIME, WORKING, Movement, summed, timed

if TYPE_CHECKING:
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog

PURPOSE = Words("区分重做与返做", "Telling repeats from redos")


@dataclass(frozen=True, repr=False, eq=False)
class SelfLoops(Movement):
    """Self-loops per activity, most first; activities without any are left out.

    Attributes
    ----------
    usual
        Activities that somebody else does again at once in most of the cases that have them.
    """

    TITLE: ClassVar[Words] = Words("原地重复", "Self-loops")
    CHART: ClassVar[Chart | None] = Bars(("activity",), "n")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "activity": Column("text", Words("活动", "Activity")),
        "n": Column("count", Words("原地重复", "Self-loops"), Words("紧接着再次发生", "again right after itself")),
        "n_repeats": Column("count", Words("本人重复", "Repeats"), Words("同一资源", "by the same resource")),
        "n_redos": Column("count", Words("他人重做", "Redos"), Words("换了资源", "by another resource")),
        "n_unknown": Column("count", Words("资源不明", "Unknown"), Words("有一方资源未知", "a resource is not known")),
        "n_cases": N_CASES,
        "time": TIME,
        "working": WORKING,
    }

    usual: tuple[str, ...] = ()

    @property
    def scalars(self) -> dict[str, Any]:
        """Self-loops by kind."""
        return {name: int(self.table[name].sum()) for name in ("n", "n_repeats", "n_redos", "n_unknown")}

    @property
    def sentence(self) -> str:
        """How many by the same person, how many by another."""
        n = self.scalars
        text = Words(
            "原地重复 {n} 次：本人重复 {same} 次，他人重做 {other} 次。",
            "{n} self-loops: {same} repeated by the same resource, {other} redone by another.",
        ).filled(
            **{name: write_number(n[key]) for name, key in (("n", "n"), ("same", "n_repeats"), ("other", "n_redos"))}
        )
        return text.say(self.language) + self.time_said() + self._usual_said()

    def _usual_said(self) -> str:
        if not self.usual:
            return ""
        text = Words(
            "{names}在多数案例里都由另一人紧接着再办一次：若本该如此（会签），在 project.yml 写 countersign: [{keys}]，就不算返工。",
            " In most cases somebody else does {keys} again at once: if it is meant so, countersign: [{keys}] in "
            "project.yml says it, and it is no rework.",
        )
        names, keys = joined(f"“{name}”" for name in self.usual), ", ".join(self.usual)
        return text.filled(names=names, keys=keys).say(self.language)


def self_loops(log: EventLog, *, calendar: WorkCalendar | None = None) -> SelfLoops:
    """The same activity again at once, told apart by who did it: *repeat* by the same resource, *redo* by another.

    A run of n equal activities counts n − 1; one of a countersigned activity is no self-loop. The time a self-loop
    costs lies between the completion of the first and that of the next of the two. Source: self-loops of edeaR (Swennen et al., 2016).

    Parameters
    ----------
    calendar
        Gives the working time beside the natural one.

    Raises
    ------
    MissingDataError
        If the log names no resources.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.self_loops(pm.six_cases()).table[["activity", "n_repeats", "n_redos", "time"]]
      activity  n_repeats  n_redos            time
    0       处理          0        1 0 days 22:00:00
    """
    log.require("resource", PURPOSE)
    steps = event_steps(log, "activity", "resource")
    activity, resource = steps.codes["activity"], steps.codes["resource"]
    signed = np.array([name in log.countersigned for name in steps.names["activity"]], dtype=bool)
    again = np.flatnonzero(steps.follows & (activity == np.roll(activity, 1)) & ~signed[activity])
    one, other = resource[again - 1], resource[again]
    unknown = (one == UNKNOWN) | (other == UNKNOWN)
    found = pd.DataFrame(
        {
            "case": steps.case[again],
            "subject": steps.name("activity", activity[again]),
            "n": 1,
            "n_repeats": (one == other) & ~unknown,
            "n_redos": (one != other) & ~unknown,
            "n_unknown": unknown,
            "begin": steps.done[again - 1],
            "end": steps.done[again],
        }
    )
    found = timed(log, found, calendar)
    kinds = found.groupby("subject")[["n_repeats", "n_redos", "n_unknown"]].sum()
    table = summed(found, ["subject"]).join(kinds, on="subject").rename(columns={"subject": "activity"})
    table = table.sort_values(["n", "activity"], ascending=[False, True])
    note = notes(log, calendar, counts_again=True)
    return SelfLoops.of(log, table, log=log, found=found, note=note, usual=_usual(log, found))


def _usual(log: EventLog, found: pd.DataFrame) -> tuple[str, ...]:
    present = Counter[str]()
    for variant in log.variants:
        present.update(dict.fromkeys(variant.activities, variant.n_cases))
    redone = found[found["n_redos"]].groupby("subject")["case"].nunique()
    return tuple(str(name) for name, n in redone.items() if n > present[str(name)] / 2)
