"""Variants: the distinct activity sequences of a log, and the cases that have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number, write_share
from procmine.discovery.case_list import CaseList, case_list

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_FEW = 5
ARROW = " → "


@dataclass(frozen=True, repr=False, eq=False)
class Variants(Result):
    """The variants of a log, most cases first.

    Attributes
    ----------
    paths
        The activities of each variant, in the order of the table.
    happy_path
        The most frequent variant among complete cases; among all where completeness is unknown.
    knows_states
        Whether it is known which cases are complete.
    """

    TITLE: ClassVar[Words] = Words("变体", "Variants")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "variant": Column("count", Words("变体", "Variant"), Words("编号，过滤后不变", "its number, kept by filters")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "share": Column("share", Words("占比", "Share"), Words("占全部案例", "of all cases")),
        "cumulative_share": Column(
            "share", Words("累计", "Cumulative"), Words("含更常见的变体", "with all more frequent ones")
        ),
        "n_events": Column("count", Words("步数", "Steps"), Words("事件数", "number of events")),
        "median_throughput": Column("duration", Words("周期中位", "Median throughput time")),
        "path": Column("text", Words("路径", "Path")),
    }

    paths: tuple[tuple[str, ...], ...] = ()
    happy_path: tuple[str, ...] = ()
    knows_states: bool = False
    log: EventLog | None = None

    @property
    def scalars(self) -> dict[str, Any]:
        """How many variants there are, and the happy path."""
        return {"n_variants": len(self.table), "happy_path": ARROW.join(self.happy_path)}

    @property
    def sentence(self) -> str:
        """How much of the work follows a few paths."""
        if self.table.empty:
            return ""
        n = min(_FEW, len(self.table))
        said = Words(
            "共 {n_all} 个变体；最常见的 {n} 个覆盖 {share} 的案例。",
            "There are {n_all} variants; the {n} most frequent cover {share} of the cases.",
        ).filled(
            n_all=write_number(len(self.table)), n=n, share=write_share(self.table["cumulative_share"].iloc[n - 1])
        )
        return said.say(self.language)

    @cached_property
    def cases(self) -> CaseList | None:
        """Every case, variant by variant."""
        return None if self.log is None else case_list(self.log, order="variant")


def variants(log: EventLog) -> Variants:
    """The distinct activity sequences with their cases, coverage and median throughput time.

    Ties in the number of cases are ordered by the names of the activities.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.variants(pm.six_cases()).table[["variant", "n_cases", "path"]].head(1)
       variant  n_cases               path
    0        1        2  受理 → 分类 → 处理 → 关闭
    """
    if not log.variants:
        return Variants.of(log, pd.DataFrame(columns=list(Variants.COLUMNS)))
    found = log.variants
    n_cases = np.array([variant.n_cases for variant in found])
    frame = pd.DataFrame(
        {
            "variant": [variant.number for variant in found],
            "n_cases": n_cases,
            "share": n_cases / log.n_cases,
            "cumulative_share": n_cases.cumsum() / log.n_cases,
            "n_events": [len(variant.activities) for variant in found],
            "path": [ARROW.join(variant.activities) for variant in found],
        }
    )
    frame["median_throughput"] = frame["variant"].map(_median_throughput(log))
    return Variants.of(
        log,
        frame,
        paths=tuple(variant.activities for variant in found),
        happy_path=happy_path(log),
        knows_states=log.knows_states,
        log=log,
    )


def _median_throughput(log: EventLog) -> pd.Series:
    cases = log.cases
    duration = cases.end.delta(cases.start, unit="microsecond")
    frame = fetch(
        cases.mutate(duration=duration).group_by("variant").aggregate(median=lambda t: t.duration.quantile(0.5))
    )
    return frame.set_index("variant")["median"]


def happy_path(log: EventLog) -> tuple[str, ...]:
    """The most frequent variant among complete cases; among all where completeness is unknown.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.happy_path(pm.six_cases())
    ('受理', '分类', '处理', '关闭')
    """
    complete = log.restricted_to(log.cases.filter(log.cases.state == "complete")) if log.knows_states else log
    found = complete.variants or log.variants
    return found[0].activities if found else ()
