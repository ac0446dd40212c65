"""How well each case and each variant fits its standard: alignment fitness by its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.conformance.judging.judged_groups import Group
    from procmine.core.log.eventlog import EventLog

_MEASURES: Mapping[str, Column] = {
    "cost": Column("count", Words("代价", "Cost"), Words("最优对齐的代价", "of an optimal alignment")),
    "worst": Column(
        "count",
        Words("最差代价", "Worst cost"),
        Words("去掉全部事件并走最短路径", "leaving out every event and going the cheapest way through the standard"),
    ),
    "fitness": Column("share", Words("拟合度", "Fitness"), Words("1 − 代价/最差代价", "1 − cost / worst cost")),
    "is_open": Column("flag", Words("按前缀", "As a prefix"), Words("只按已走的部分判断", "judged by what is done so far")),
}  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class VariantFitness(Result):
    """Fitness of each variant on each standard that judges it, in the order of the variants."""

    TITLE: ClassVar[Words] = Words("变体拟合度", "Fitness of variants")
    CHART: ClassVar[Chart | None] = Bars(("variant", "version"), "fitness")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "variant": Column("count", Words("变体", "Variant"), Words("序号，最常见者为 1", "number, the most frequent is 1")),
        "version": Column("text", Words("版本", "Version")),
        "path": Column("text", Words("运营路径", "Operating path")),
        "n_cases": Column("count", Words("案例", "Cases")),
        **_MEASURES,
    }  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class CaseFitness(Result):
    """Fitness of each case that was judged, in the order of the log."""

    TITLE: ClassVar[Words] = Words("案例拟合度", "Fitness of cases")
    CHART: ClassVar[Chart | None] = Spread("fitness")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "variant": VariantFitness.COLUMNS["variant"],
        "version": VariantFitness.COLUMNS["version"],
        "path": VariantFitness.COLUMNS["path"],
        **_MEASURES,
    }

    log: EventLog = field(kw_only=True)

    @cached_property
    def variants(self) -> VariantFitness:
        """Fitness of each variant."""
        by = ["variant", "version", "path", "is_open"]
        grouped = self.table.groupby(by, sort=True, as_index=False)
        frame = grouped.agg(n_cases=("cost", "size"), cost=("cost", "first"), worst=("worst", "first"))
        return VariantFitness.of(self.log, _with_fitness(frame))

    @property
    def parts(self) -> dict[str, Result]:
        """The variants likewise."""
        return {"variants": self.variants}


def case_fitness(log: EventLog, groups: Sequence[Group]) -> CaseFitness:
    """The fitness of every case, from the alignment of its path."""
    columns = ["case_index", "case_id", "variant", "version", "path", "cost", "worst", "is_open"]
    parts = [
        group.cases[["case_index", "case_id", "variant"]].assign(
            version=group.version.version,
            path=group.situation.path,
            cost=group.alignments.costs[group.cases["row"]],
            worst=group.alignments.worst[group.cases["row"]],
            is_open=group.is_open,
        )
        for group in groups
    ]
    frame = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    return CaseFitness.of(log, _with_fitness(frame.sort_values("case_index", kind="stable")), log=log)


def _with_fitness(frame: pd.DataFrame) -> pd.DataFrame:
    """Where nothing can go wrong, all fits."""
    worst = frame["worst"].where(frame["worst"] > 0, 1)
    return frame.assign(fitness=(1 - frame["cost"] / worst).astype("float64"))
