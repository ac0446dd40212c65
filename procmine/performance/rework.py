"""Rework: the same activity again, at once (self-loop) or later (repetition)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from procmine.core.result import Column, Result
from procmine.core.words import Words, write_number, write_share

if TYPE_CHECKING:
    from procmine.core.eventlog import EventLog


@dataclass(frozen=True, repr=False, eq=False)
class Rework(Result):
    """Rework per activity, most affected cases first; activities without rework are left out.

    Attributes
    ----------
    n_cases, n_rework_cases
        Cases in all, and cases in which any activity occurs more than once.
    """

    TITLE: ClassVar[Words] = Words("返工", "Rework")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "activity": Column("text", Words("活动", "Activity")),
        "n_rework_cases": Column(
            "count",
            Words("返工案例", "Cases with rework"),
            Words("该活动发生多次的案例", "cases in which it occurs more than once"),
        ),
        "share": Column(
            "share", Words("占比", "Share"), Words("占出现该活动的案例", "of the cases that have the activity")
        ),
        "n_self_loops": Column(
            "count", Words("原地重复", "Self-loops"), Words("紧接着再次发生", "again right after itself")
        ),
        "n_repetitions": Column(
            "count", Words("再次发生", "Repetitions"), Words("中间隔有其他活动", "again later, others in between")
        ),
    }

    n_cases: int = 0
    n_rework_cases: int = 0

    @property
    def rate(self) -> float:
        """Share of cases with any rework, 0..1."""
        return self.n_rework_cases / self.n_cases if self.n_cases else 0.0

    @property
    def scalars(self) -> dict[str, Any]:
        """The rework rate and its parts."""
        return {"n_cases": self.n_cases, "n_rework_cases": self.n_rework_cases, "rework_rate": self.rate}

    @property
    def sentence(self) -> str:
        """How many cases see rework, and where most of it is."""
        said = Words("{n} 个案例（{share}）有返工。", "{n} cases ({share}) see rework.").filled(
            n=write_number(self.n_rework_cases), share=write_share(self.rate)
        )
        if self.table.empty:
            return said.say(self.language)
        top = Words("最多的是“{activity}”。", " Most often it is {activity!r}.").filled(
            activity=self.table["activity"].iloc[0]
        )
        return said.say(self.language) + top.say(self.language)


def rework(log: EventLog) -> Rework:
    """Self-loops and repetitions of every activity, and the cases that have them.

    A self-loop is the same activity again at once; a repetition is the same activity again after
    others (the words of edeaR). Each event beyond the first of its activity in a case is one of the
    two.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.rework(pm.six_cases())
    >>> found.n_rework_cases, found.table[["activity", "n_self_loops", "n_repetitions"]].values.tolist()
    (2, [['处理', 1, 1], ['客户沟通', 0, 1]])
    """
    import pandas as pd

    loops, repetitions, affected, present = (Counter[str]() for _ in range(4))
    n_rework_cases = 0
    for variant in log.variants:
        counts = Counter(variant.activities)
        again = [name for name, n in counts.items() if n > 1]
        n_rework_cases += variant.n_cases if again else 0
        at_once = Counter(a for a, b in zip(variant.activities, variant.activities[1:], strict=False) if a == b)
        for name in counts:
            present[name] += variant.n_cases
        for name in again:
            affected[name] += variant.n_cases
            loops[name] += at_once[name] * variant.n_cases
            repetitions[name] += (counts[name] - 1 - at_once[name]) * variant.n_cases
    rows = [(name, n, n / present[name], loops[name], repetitions[name]) for name, n in affected.items()]
    frame = pd.DataFrame(rows, columns=list(Rework.COLUMNS))
    frame = frame.sort_values(["n_rework_cases", "activity"], ascending=[False, True])
    return Rework.of(log, frame, n_cases=log.n_cases, n_rework_cases=n_rework_cases)
