"""The ways that cases took, each held against the standard step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from procmine.conformance.judging.judged_groups import judge_cases
from procmine.conformance.standard.standard import OpenCases, Standard, in_force
from procmine.conformance.standard.standard_words import POLICIES
from procmine.conformance.views.aligned_steps import STEP_WORDS, AlignedStep, Way, ways_of
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Language, Words, write_number, write_share

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_ARROW = " → "


@dataclass(frozen=True, repr=False, eq=False)
class WayCases(Result):
    """Every case with the number of the way it took."""

    TITLE: ClassVar[Words] = Words("各走法的案例", "Cases of the ways")
    LIMIT: ClassVar[int] = 100
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "way": Column("count", Words("走法", "Way")),
    }


@dataclass(frozen=True, repr=False, eq=False)
class AlignedVariants(Result):
    """Distinct ways through the standard, those of most cases first.

    Attributes
    ----------
    ways
        The steps of each, in the order of the table.
    n_conforming
        Cases whose way has no deviation that counts.
    """

    TITLE: ClassVar[Words] = Words("逐步对照标准", "Step by step against the standard")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "way": Column("count", Words("走法", "Way"), Words("编号，案例最多的为 1", "its number; 1 has the most cases")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "share": Column("share", Words("占比", "Share"), Words("占被判断的案例", "of the cases judged")),
        "n_deviations": Column(
            "count", Words("偏差", "Deviations"), Words("每个案例，不含容许的", "per case, without those allowed")
        ),
        "is_open": Column("flag", Words("未关闭", "Open"), Words("案例还在进行", "the cases are still going on")),
        "path": Column("text", Words("步骤", "Steps"), Words("括号内为偏差", "deviations are in brackets")),
    }

    ways: tuple[Way, ...] = field(default=(), kw_only=True)
    n_cases: int = field(default=0, kw_only=True)
    n_conforming: int = field(default=0, kw_only=True)
    open_cases: OpenCases = field(default="prefix", kw_only=True)
    listed: WayCases | None = field(default=None, kw_only=True)

    @property
    def scalars(self) -> dict[str, Any]:
        """Ways, cases judged, and those on a way without a deviation."""
        return {"n_ways": len(self.ways), "n_cases": self.n_cases, "n_conforming": self.n_conforming}

    @property
    def sentence(self) -> str:
        """How many ways there are, and how much of the work takes one that the standard knows."""
        if not self.ways:
            return ""
        fine = [way for way in self.ways if not way.n_deviations]
        text = Words(
            "共 {n} 种走法，其中 {n_fine} 种的走向没有偏差，覆盖 {n_cases} 个案例（{share}）；{policy}。",
            "There are {n} ways; {n_fine} of them keep to the flow and cover {n_cases} cases ({share}); {policy}.",
        ).filled(
            n=write_number(len(self.ways)),
            n_fine=write_number(len(fine)),
            n_cases=write_number(self.n_conforming),
            share=write_share(self.n_conforming / self.n_cases),
            policy=POLICIES[self.open_cases],
        )
        return text.say(self.language)

    @property
    def cases(self) -> WayCases | None:
        """Every case judged, way by way."""
        return self.listed


def aligned_variants(
    log: EventLog, standard: Standard | Sequence[Standard], *, open_cases: OpenCases | None = None
) -> AlignedVariants:
    """The distinct ways of the cases, aligned with the standard at the lowest cost (see `conformance.aligning.alignment`).

    A step is as it should be, skipped, unexpected, in the wrong order or repeated, as in the ledger of
    `check_conformance`; where a step in the wrong order was due stands a step `due`. Paths that differ
    only in which activity does a node, or in events that are not judged, are one way. Deviations of roles,
    times and rules are no steps and not among these.

    Raises
    ------
    MissingDataError
        If there is no standard.

    Examples
    --------
    >>> import procmine as pm
    >>> standard = pm.six_standard()
    >>> found = aligned_variants(pm.six_cases(), standard)
    >>> found.table[["n_cases", "n_deviations"]].values.tolist()
    [[3, 0], [1, 0], [1, 3], [1, 1]]
    >>> found.table["path"].iloc[2]
    '受理 → 分类 → 处理 → [多余：客户沟通] → [重复：处理] → [多余：客户沟通] → 关闭'
    """
    versions = in_force(standard)
    policy = open_cases or versions[0].open_cases
    ways, cases = ways_of(judge_cases(log, versions, policy, {}))
    n_cases = sum(way.n_cases for way in ways)
    rows = [
        (i, way.n_cases, way.n_cases / n_cases, way.n_deviations, way.is_open, path_text(way.steps, log.language))
        for i, way in enumerate(ways, 1)
    ]
    return AlignedVariants.of(
        log,
        pd.DataFrame(rows, columns=list(AlignedVariants.COLUMNS)),
        ways=tuple(ways),
        n_cases=n_cases,
        n_conforming=sum(way.n_cases for way in ways if not way.n_deviations),
        open_cases=policy,
        listed=WayCases.of(log, cases),
    )


def path_text(steps: Sequence[AlignedStep], language: Language) -> str:
    """Steps as one line; deviations stand in brackets."""
    return _ARROW.join(step_text(step, language) for step in steps)


def step_text(step: AlignedStep, language: Language) -> str:
    """A step by its node, and what is wrong with it."""
    if step.kind == "kept":
        return step.name
    text = Words("[{kind}：{name}]", "[{kind}: {name}]").filled(kind=STEP_WORDS[step.kind], name=step.name)
    return text.say(language)
