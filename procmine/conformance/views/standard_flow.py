"""The flow of the standard and the flow of the log on one map: what was kept, skipped and added, arc by arc."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from procmine.conformance.judging.judged_groups import judge_cases
from procmine.conformance.standard.standard import OpenCases, Standard, in_force
from procmine.conformance.views.aligned_steps import AlignedStep, Way, ways_of
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Language, Words

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

START, END = "\x00start", "\x00end"
"""The marks where cases begin and end."""
MARKS: dict[str, Words] = {START: Words("开始", "Start"), END: Words("结束", "End")}

Arc = tuple[str, str]

_KEPT = Column("count", Words("符合", "Kept"), Words("照标准发生", "done as the standard asks"))
_SKIPPED = Column("count", Words("缺失", "Skipped"), Words("标准要求而没有发生", "asked for by the standard, not done"))
_ADDED = Column("count", Words("多余", "Added"), Words("发生了而标准没有要求", "done, not asked for by the standard"))


@dataclass(frozen=True, repr=False, eq=False)
class StandardNodes(Result):
    """The nodes of the map, in the order in which they are first met."""

    TITLE: ClassVar[Words] = Words("标准与实际：节点", "Standard and actual flow: nodes")
    LIMIT: ClassVar[int] = 60
    CHART: ClassVar[Chart | None] = Bars(("node",), "n_skipped")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "node": Column(
            "text", Words("节点", "Node"), Words("节点，或标准中没有的活动", "node, or activity foreign to it")
        ),
        "n_kept": _KEPT,
        "n_skipped": _SKIPPED,
        "n_added": _ADDED,
    }


@dataclass(frozen=True, repr=False, eq=False)
class StandardFlow(Result):
    """The arcs of the map, those of most cases first.

    Attributes
    ----------
    ways
        The ways of the cases, see `conformance.views.aligned_steps`.
    nodes
        What became of each node.
    """

    TITLE: ClassVar[Words] = Words("标准与实际：流转", "Standard and actual flow: arcs")
    CHART: ClassVar[Chart | None] = Bars(("source", "target"), "n_added")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "source": Column("text", Words("自", "From")),
        "target": Column("text", Words("至", "To")),
        "n_kept": _KEPT,
        "n_skipped": _SKIPPED,
        "n_added": _ADDED,
        "n_open": Column(
            "count", Words("未关闭", "Open"), Words("案例在此还没有结束", "cases that go on from here and are not over")
        ),
    }

    ways: tuple[Way, ...] = field(default=(), kw_only=True)
    counts: Mapping[Arc, ArcCounts] = field(default_factory=dict, kw_only=True)
    nodes: StandardNodes | None = field(default=None, kw_only=True)
    n_cases: int = field(default=0, kw_only=True)
    open_cases: OpenCases = field(default="prefix", kw_only=True)


@dataclass(frozen=True)
class ArcCounts:
    """How often an arc was gone as it should be, was left out, came in addition; `open`: led on in an open case."""

    kept: int = 0
    skipped: int = 0
    added: int = 0
    open: int = 0

    @property
    def n(self) -> int:
        """All together."""
        return self.kept + self.skipped + self.added + self.open


def standard_flow(
    log: EventLog, standard: Standard | Sequence[Standard], *, open_cases: OpenCases | None = None
) -> StandardFlow:
    """What became of every arc of the standard, and which arcs came in addition.

    Each case is aligned with the standard. What it did is a path, and so is what the standard asks of it;
    an arc of both, with nothing between, is kept; one of the first only is added, one of the second only
    is skipped. From the last node of a case that is still open an arc to the end is counted apart.

    Raises
    ------
    MissingDataError
        If there is no standard.

    Examples
    --------
    >>> import procmine as pm
    >>> standard = pm.six_standard()
    >>> standard_flow(pm.six_cases(), standard).table.drop(columns="n_open").head(4).values.tolist()
    [['分类', '处理', 5, 1, 0], ['受理', '分类', 6, 0, 0], ['开始', '受理', 6, 0, 0], ['关闭', '结束', 5, 0, 0]]
    """
    versions = in_force(standard)
    policy = open_cases or versions[0].open_cases
    ways, _ = ways_of(judge_cases(log, versions, policy, {}))
    n_cases = sum(way.n_cases for way in ways)
    counts = _arc_counts(ways)
    ordered = sorted(counts, key=lambda arc: (-counts[arc].n, [name_of(end, log.language) for end in arc]))
    rows = [
        (*(name_of(end, log.language) for end in arc), one.kept, one.skipped, one.added, one.open)
        for arc in ordered
        for one in [counts[arc]]
    ]
    return StandardFlow.of(
        log,
        pd.DataFrame(rows, columns=list(StandardFlow.COLUMNS)),
        ways=tuple(ways),
        counts={arc: counts[arc] for arc in ordered},
        nodes=StandardNodes.of(log, pd.DataFrame(_node_rows(ways), columns=list(StandardNodes.COLUMNS))),
        n_cases=n_cases,
        open_cases=policy,
    )


def name_of(end: str, language: Language) -> str:
    """A node by its name, a mark by its word."""
    return MARKS[end].say(language) if end in MARKS else end


def done_path(way: Way) -> tuple[str, ...]:
    """What the cases of a way did."""
    return tuple(step.name for step in way.steps if step.is_done)


def asked_path(way: Way) -> tuple[str, ...]:
    """What the standard asks of them."""
    return tuple(step.name for step in way.steps if step.is_asked)


def _arc_counts(ways: Sequence[Way]) -> dict[Arc, ArcCounts]:
    sums: dict[str, Counter[Arc]] = {kind: Counter() for kind in ("kept", "skipped", "added", "open")}
    for way in ways:
        for kind, arcs in _arcs(way).items():
            for arc in arcs:
                sums[kind][arc] += way.n_cases
    every = {arc for counter in sums.values() for arc in counter}
    return {arc: ArcCounts(**{kind: counter[arc] for kind, counter in sums.items()}) for arc in every}


def _arcs(way: Way) -> dict[str, list[Arc]]:
    """The arcs of one way by kind."""
    ends = [AlignedStep(START, "kept", True, True), AlignedStep(END, "kept", True, True)]
    steps = [ends[0], *way.steps, *([] if way.is_open else ends[1:])]
    kept = [
        (a.name, b.name) for a, b in itertools.pairwise(steps) if a.is_done and a.is_asked and b.is_done and b.is_asked
    ]
    done = itertools.pairwise([step.name for step in steps if step.is_done])
    asked = itertools.pairwise([step.name for step in steps if step.is_asked])
    last = [step.name for step in steps if step.is_done][-1]
    return {
        "kept": kept,
        "added": list((Counter(done) - Counter(kept)).elements()),
        "skipped": list((Counter(asked) - Counter(kept)).elements()),
        "open": [(last, END)] if way.is_open else [],
    }


def _node_rows(ways: Sequence[Way]) -> list[tuple[str, int, int, int]]:
    sums: dict[str, list[int]] = {}
    for way in ways:
        for step in way.steps:
            place = 0 if step.is_done and step.is_asked else 1 if step.is_asked else 2
            sums.setdefault(step.name, [0, 0, 0])[place] += way.n_cases
    return [(name, kept, skipped, added) for name, (kept, skipped, added) in sums.items()]
