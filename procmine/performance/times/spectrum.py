"""The performance spectrum of a segment: every passage from one activity to the next as a line in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_duration, write_number
from procmine.discovery.flow import arc_cases

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

QUARTILES: dict[str, Words] = {
    "1": Words("最快的四分之一", "fastest quarter"),
    "2": Words("较快", "second"),
    "3": Words("较慢", "third"),
    "4": Words("最慢的四分之一", "slowest quarter"),
}


@dataclass(frozen=True, repr=False, eq=False)
class Spectrum(Result):
    """Every passage of a segment, in the order in which it begins."""

    TITLE: ClassVar[Words] = Words("性能谱", "Performance spectrum")
    LIMIT: ClassVar[int] = 100
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "begin": Column("time", Words("前一活动完成", "Source completed")),
        "end": Column("time", Words("后一活动完成", "Target completed")),
        "duration": Column("duration", Words("流转时间", "Transition time")),
        "quartile": Column("text", Words("四分位", "Quarter"), words=QUARTILES),
    }

    source: str = ""
    target: str = ""

    @property
    def sentence(self) -> str:
        """How to read the picture, and its middle."""
        if self.table.empty:
            return ""
        text = Words(
            "每条线是一个案例从“{source}”（上）到“{target}”（下）：越平越慢；共 {n} 次，中位 {median}（自然时间）。"
            "线相互平行是先到先办，相交是插队，扇形汇于一点是成批处理。",
            "Every line is a case on its way from {source} (above) to {target} (below): the flatter, the slower; {n} in all, "
            "median {median} (natural time). Parallel lines are first come, first served; crossing ones overtake; a fan that "
            "meets in one point is a batch.",
        )
        median = write_duration(self.table["duration"].median(), self.language)
        return text.filled(source=self.source, target=self.target, n=write_number(len(self.table)), median=median).say(
            self.language
        )


def spectrum(log: EventLog, source: str | None = None, target: str | None = None) -> Spectrum:
    """Every passage from `source` right to `target`, with the quarter to which its duration belongs.

    Without names: the arc on which most time passes in all. Source: Denisov, Fahland and van der Aalst,
    "Unbiased, fine-grained description of processes performance from event data", BPM 2018.

    Raises
    ------
    UnknownNameError
        If the log has no such arc.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.spectrum(pm.six_cases(), "处理", "关闭").table[["case_id", "duration", "quartile"]]
      case_id        duration quartile
    0      C1 0 days 18:00:00        4
    1      C2 0 days 02:30:00        2
    2      C3 0 days 01:00:00        1
    """
    chosen = arc_cases(log, source, target)
    if chosen.table.empty:
        return Spectrum.of(log, pd.DataFrame(columns=list(Spectrum.COLUMNS)))
    events = log.events
    taken = events.filter((events.previous_activity == chosen.source) & (events.activity == chosen.target))
    joined = taken.inner_join(log.cases.select("case_index", "case_id"), "case_index")
    ordered = joined.order_by("previous_timestamp", "timestamp", "case_index", "position")
    frame = fetch(ordered.select("case_id", begin="previous_timestamp", end="timestamp"))
    frame["duration"] = frame["end"] - frame["begin"]
    edges = frame["duration"].quantile([0.25, 0.5, 0.75]).to_numpy()
    frame["quartile"] = (edges.searchsorted(frame["duration"].to_numpy(), side="left") + 1).astype("str")
    return Spectrum.of(log, frame, source=chosen.source, target=chosen.target)
