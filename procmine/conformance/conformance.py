"""How far a log is from the standard: rates, fitness, and every departure with its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from procmine.conformance.deviations import KINDS
from procmine.conformance.judging import Group, OpenCases, judged, n_cases_of
from procmine.conformance.ledger import variant_ledger
from procmine.conformance.target import TargetVersion
from procmine.core.result import Column, Result
from procmine.core.words import Words, write_number, write_share

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.eventlog import EventLog

KIND_WORDS: dict[str, Words] = {
    "skipped": Words("缺失", "skipped"),
    "unexpected": Words("多余", "unexpected"),
    "wrong_order": Words("次序颠倒", "wrong order"),
    "repeated": Words("重复", "repeated"),
}
POLICIES: dict[str, Words] = {
    "prefix": Words("未关闭的案例只按已走的部分判断", "open cases are judged by what they have done so far"),
    "complete": Words("未关闭的案例按完整流程判断", "open cases are judged as if they were over"),
    "leave_out": Words("未关闭的案例不判断", "open cases are left out"),
}


@dataclass(frozen=True, repr=False, eq=False)
class Conformance(Result):
    """Departures from the standard by kind and subject, those of the most cases first.

    Attributes
    ----------
    n_cases, n_conforming
        Cases judged, and those without a departure that is not allowed.
    n_events, n_fitting
        Events judged, and those that the standard expects where they are.
    cost, worst, average_fitness
        Sums over all cases of the alignments' costs and of their worst costs; the mean of 1 - cost / worst.
    n_unjudged
        Cases older than every version of the standard, or left out as open.
    n_allowed
        Departures that are allowed, and so not in the table.
    """

    TITLE: ClassVar[Words] = Words("与标准流程的偏差", "Departures from the standard")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "kind": Column("text", Words("类型", "Kind"), words=KIND_WORDS),
        "subject": Column(
            "text", Words("节点", "Node"), Words("节点，或标准中没有的活动", "node, or activity foreign to it")
        ),
        "n_cases": Column("count", Words("案例", "Cases")),
        "share": Column("share", Words("占比", "Share"), Words("占被判断的案例", "of the cases judged")),
        "n_times": Column("count", Words("次数", "Times")),
    }

    n_cases: int = 0
    n_conforming: int = 0
    n_events: int = 0
    n_fitting: int = 0
    cost: int = 0
    worst: int = 0
    average_fitness: float = 1.0
    n_unjudged: int = 0
    n_allowed: int = 0
    open_cases: OpenCases = "prefix"
    groups: tuple[Group, ...] = field(default=(), kw_only=True)

    @property
    def case_rate(self) -> float:
        """Case conformance rate: conforming cases of those judged, 0..1."""
        return self.n_conforming / self.n_cases if self.n_cases else 0.0

    @property
    def event_rate(self) -> float:
        """Event conformance rate: events that conform of those judged, 0..1."""
        return self.n_fitting / self.n_events if self.n_events else 0.0

    @property
    def log_fitness(self) -> float:
        """Alignment fitness of the log: 1 - cost / worst cost, both summed over all cases."""
        return 1 - self.cost / self.worst if self.worst else 1.0

    @property
    def scalars(self) -> dict[str, Any]:
        """The rates, the fitness, and what stands beside them: policy, allowed departures, cases not judged."""
        return {
            "n_cases": self.n_cases,
            "n_conforming": self.n_conforming,
            "case_rate": self.case_rate,
            "event_rate": self.event_rate,
            "log_fitness": self.log_fitness,
            "average_fitness": self.average_fitness,
            "open_cases": self.open_cases,
            "n_unjudged": self.n_unjudged,
            "n_allowed": self.n_allowed,
        }

    @property
    def sentence(self) -> str:
        """How many cases keep to the standard, under which policy, and what they depart by most often."""
        said = Words(
            "{n_all} 个案例中 {n} 个（{share}）符合标准流程（{policy}；容许的偏差 {n_allowed} 处）。",
            "{n} of {n_all} cases ({share}) keep to the standard ({policy}; {n_allowed} departures allowed).",
        ).filled(
            n_all=write_number(self.n_cases),
            n=write_number(self.n_conforming),
            share=write_share(self.case_rate),
            policy=POLICIES[self.open_cases],
            n_allowed=write_number(self.n_allowed),
        )
        return said.say(self.language)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Every departure of every case: case_id, kind, subject, activity, position, due, is_allowed.

        `position` is the event's place in the case, from 1 (of a skipped node the place behind which it is
        missing, 0 for the beginning); `due` the place behind which a node in the wrong order was due.
        """
        import pandas as pd

        parts = [
            _of_variants(group).merge(group.cases[["case_id", "case_index", "row"]], on="row") for group in self.groups
        ]
        columns = ["case_id", "kind", "subject", "activity", "position", "due", "is_allowed"]
        if not parts:
            return pd.DataFrame(columns=columns)
        whole = pd.concat(parts).sort_values(["case_index", "position", "kind", "subject"], kind="stable")
        return whole[columns].reset_index(drop=True)


def check_conformance(
    log: EventLog,
    target: TargetVersion | Sequence[TargetVersion],
    *,
    open_cases: OpenCases = "prefix",
    costs: Mapping[str, int] | None = None,
) -> Conformance:
    """Hold every case against the standard process.

    Each case is aligned, at the lowest cost, with the version in force on the day it started and its own
    operating path (see `conformance.alignment`). Departures are told by node: skipped, unexpected, in the
    wrong order, repeated.

    Parameters
    ----------
    open_cases
        `prefix`: open cases are judged by what they have done so far; `complete`: as if they were over;
        `leave_out`: not at all.
    costs
        Cost of leaving out a node or of an event too many, by node and activity; 1 when left out, 1..1000.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.target import Process, TargetVersion
    >>> from procmine.conformance.target_parts import Item
    >>> nodes = [Item(name="受理"), Item(name="分类"), Item(name="处理"), Item(name="关闭")]
    >>> target = TargetVersion(name="标准", processes=[Process(name="服务", nodes=nodes)])
    >>> found = check_conformance(pm.six_cases(), target)
    >>> found.n_conforming, found.table[["kind", "subject", "n_cases"]].values.tolist()
    (4, [['skipped', '处理', 1], ['unexpected', '客户沟通', 1], ['repeated', '处理', 1]])
    """
    versions = [target] if isinstance(target, TargetVersion) else list(target)
    groups = judged(log, versions, open_cases, costs or {})
    return _result(log, groups, open_cases)


def _result(log: EventLog, groups: Sequence[Group], open_cases: OpenCases) -> Conformance:
    import numpy as np
    import pandas as pd

    n_cases = sum(len(group.cases) for group in groups)
    told = [_of_variants(group).assign(weight=lambda t, g=group: n_cases_of(g)[t["row"]]) for group in groups]
    whole = pd.concat(told, keys=range(len(told)), names=["group"]).reset_index("group") if told else pd.DataFrame()
    counted = whole[~whole["is_allowed"]] if len(whole) else whole
    rows = []
    if len(counted):
        by = counted.groupby(["kind", "subject"], sort=True)
        rows = [
            (kind, subject, int(part.drop_duplicates(["group", "row"])["weight"].sum()), int(part["weight"].sum()))
            for (kind, subject), part in by
        ]
    frame = pd.DataFrame(rows, columns=["kind", "subject", "n_cases", "n_times"])
    frame["share"] = frame["n_cases"] / max(n_cases, 1)
    frame["order"] = [KINDS.index(kind) for kind in frame["kind"]]
    frame = frame.sort_values(["n_cases", "order", "subject"], ascending=[False, True, True])
    weights = [n_cases_of(group) for group in groups]
    departing = (
        sum(int(part.drop_duplicates(["group", "row"])["weight"].sum()) for part in [counted]) if len(counted) else 0
    )
    fitness = [
        (1 - group.alignments.costs / np.maximum(group.alignments.worst, 1)) * weight
        for group, weight in zip(groups, weights, strict=True)
    ]
    sums = [_event_sums(group, weight) for group, weight in zip(groups, weights, strict=True)]
    return Conformance.of(
        log,
        frame,
        n_cases=n_cases,
        n_conforming=n_cases - departing,
        n_events=sum(n for n, _ in sums),
        n_fitting=sum(n for _, n in sums),
        cost=sum(int((g.alignments.costs * w).sum()) for g, w in zip(groups, weights, strict=True)),
        worst=sum(int((g.alignments.worst * w).sum()) for g, w in zip(groups, weights, strict=True)),
        average_fitness=float(sum(part.sum() for part in fitness) / n_cases) if n_cases else 1.0,
        n_unjudged=log.n_cases - n_cases,
        n_allowed=int(whole.loc[whole["is_allowed"], "weight"].sum()) if len(whole) else 0,
        open_cases=open_cases,
        groups=tuple(groups),
    )


def _event_sums(group: Group, weight: Any) -> tuple[int, int]:
    """Events judged, and those that the standard expects where they are."""
    import numpy as np

    sizes = np.array([size for part in group.sizes for size in part], np.int64)
    owner = np.repeat(np.arange(len(group.sizes)), [len(part) for part in group.sizes])
    weighed = sizes * weight[owner] if len(sizes) else sizes
    return int(weighed.sum()), int(weighed[group.alignments.nodes >= 0].sum())


def _of_variants(group: Group) -> pd.DataFrame:
    """The departures of a group's variants in words, each variant once."""
    import pandas as pd

    places = list(chain.from_iterable(group.places))
    frame = variant_ledger(group.model, group.alignments, group.deviations, places)
    allowed = [
        (kind, getattr(one, kind))
        for one in group.version.allowed_deviations
        for kind in ("skipped", "unexpected", "repeated")
        if getattr(one, kind)
    ]
    named = pd.MultiIndex.from_frame(frame[["kind", "subject"]])
    return frame.rename(columns={"variant": "row"}).assign(is_allowed=named.isin(allowed))
