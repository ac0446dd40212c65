"""How far a log is from the standard, as a result: rates, fitness, and every deviation with its cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from procmine.conformance.aligning.search_model import SearchModel
from procmine.conformance.judging.awaited_nodes import Awaited
from procmine.conformance.judging.deviation_sorts import DeviationSorts
from procmine.conformance.judging.deviations import Deviations
from procmine.conformance.judging.judged_groups import Group
from procmine.conformance.judging.node_times import NodeTimes
from procmine.conformance.judging.time_limits import Clocks
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.conformance.standard.standard import OpenCases
from procmine.conformance.standard.standard_words import POLICIES
from procmine.conformance.views.case_alignment import CaseAlignment, case_alignment
from procmine.conformance.views.conformance_split import (
    ConformanceBy,
    ConformanceOverTime,
    split_by_attribute,
    split_by_period,
)
from procmine.conformance.views.deviating_roles import DeviatingRoles, deviating_roles_of
from procmine.conformance.views.deviation_ledger import DeviatingCases, DeviationLedger, deviating_cases, ledger_frame
from procmine.conformance.views.fitness import CaseFitness, case_fitness
from procmine.conformance.views.node_limits import NodeLimits, limits_of_nodes
from procmine.conformance.views.rates import working_day_remark
from procmine.core.log.periods import Period
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number, write_share

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

SEARCHED = Words(
    "{n} 个案例的标准流程状态超过 5,000 个，逐个变体搜索对齐（每个至多 10 秒）；其中 {n_left} 个未能完成，不予判断。",
    " The standard of {n} cases has more than 5,000 states: their variants were searched one by one, for 10 s at most; "
    "{n_left} of them were not done in time and are not judged.",
)


@dataclass(frozen=True, repr=False, eq=False)
class Conformance(Result):
    """Deviations from the standard by kind and subject, those first that cost the most time in all.

    Attributes
    ----------
    n_cases, n_conforming
        Cases judged, and those without a deviation that is not allowed.
    n_events, n_fitting
        Events judged, and those that the standard expects where they are, by whom and when they are.
    cost, worst, average_fitness
        Sums over all cases of the alignments' costs and of their worst costs; the mean of 1 - cost / worst.
    n_unjudged
        Cases older than every version of the standard, or left out as open.
    n_allowed, n_allowances
        Deviations that are allowed, and so not in the table; entries of the allow-list.
    n_unknown_role
        Events of nodes with responsible roles whose role the log does not tell; they are not accused.
    n_unknown_amount
        Cases with an event that authority is asked for above an amount, which they do not tell; not accused.
    n_overdue
        Open cases that wait for a node whose limit has passed at the cut-off, judged or not; not in the table.
    clocks
        By which limits were measured.
    """

    TITLE: ClassVar[Words] = Words("与标准流程的偏差", "Deviations from the standard")
    CHART: ClassVar[Chart | None] = Bars(("kind", "subject"), "n_cases")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "kind": Column("text", Words("类型", "Kind"), words=DEVIATION_KINDS.words),
        "subject": Column(
            "text",
            Words("对象", "Subject"),
            Words("节点、动作或规则，或标准中没有的活动", "node, action or rule, or an activity foreign to it"),
        ),
        "n_cases": Column("count", Words("案例", "Cases")),
        "share": Column("share", Words("占比", "Share"), Words("占被判断的案例", "of the cases judged")),
        "n_times": Column("count", Words("次数", "Times")),
        "more_steps": Column(
            "number",
            Words("步数差", "More steps"),
            Words("同一运营路径下，有此偏差与无此偏差案例的平均步数之差", "mean steps with it less without it, on the same operating path"),
        ),
        "more_time": Column(
            "duration",
            Words("周期差", "More time"),
            Words("同一运营路径下平均流程周期之差", "likewise the mean throughput time"),
        ),
        "lost": Column(
            "duration", Words("合计影响", "In all"), Words("案例数 × 周期差，排序依据", "cases × more time; ranks the rows"), is_total=True
        ),
    }  # fmt: skip

    SHOWN: ClassVar[tuple[str, ...]] = ("kind", "subject", "n_cases", "share", "n_times", "more_time", "lost")

    n_cases: int = 0
    n_conforming: int = 0
    n_events: int = 0
    n_fitting: int = 0
    cost: int = 0
    worst: int = 0
    average_fitness: float = 1.0
    n_unjudged: int = 0
    n_allowed: int = 0
    n_allowances: int = 0
    n_unknown_role: int = 0
    n_unknown_amount: int = 0
    n_overdue: int = 0
    open_cases: OpenCases = "prefix"
    groups: tuple[Group, ...] = field(default=(), kw_only=True)
    deviations: Deviations = field(kw_only=True)
    sorts: DeviationSorts = field(kw_only=True)
    times: NodeTimes = field(kw_only=True)
    awaited: Awaited = field(kw_only=True)
    log: EventLog = field(kw_only=True)
    clocks: Clocks = field(kw_only=True)

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
        """The rates, the fitness, and what stands beside them: policy, allowed deviations, cases not judged."""
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
            "n_allowances": self.n_allowances,
            "n_unknown_role": self.n_unknown_role,
            "n_unknown_amount": self.n_unknown_amount,
            "n_overdue": self.n_overdue,
            "n_searched": self.n_searched,
        }

    @property
    def sentence(self) -> str:
        """How many cases keep to the standard, under which policy, and what else has to be known to read that."""
        text = Words(
            "{n_all} 个案例中 {n} 个（{share}）符合标准流程（{policy}；容许的偏差 {n_allowed} 处）。",
            "{n} of {n_all} cases ({share}) keep to the standard ({policy}; {n_allowed} deviations allowed).",
        ).filled(
            n_all=write_number(self.n_cases),
            n=write_number(self.n_conforming),
            share=write_share(self.case_rate),
            policy=POLICIES[self.open_cases],
            n_allowed=write_number(self.n_allowed),
        )
        return (
            text.say(self.language)
            + "".join(remark.say(self.language) for remark in self._remarks())
            + self._working_day_remark()
        )

    def _remarks(self) -> Iterator[Words]:
        if self.n_unjudged:
            text = Words("另有 {n} 个案例未判断。", " {n} cases are not judged.")
            yield text.filled(n=write_number(self.n_unjudged))
        if self.n_searched:
            yield SEARCHED.filled(n=write_number(self.n_searched), n_left=write_number(len(self.unfinished)))
        if self.groups and not self.log.knows_states:
            yield Words("日志未说明案例何时完成：以末节点结束的视为完成。",
                        " The log does not say when a case is complete: one that ends with a last node is taken to be.")  # fmt: skip
        if self.n_unknown_role:
            text = Words("{n} 个事件角色未知，未判断角色。", " Of {n} events the role is not known; nobody is accused.")
            yield text.filled(n=write_number(self.n_unknown_role))
        if self.n_unknown_amount:
            text = Words("{n} 个案例金额缺失或无法识别，未按权限判断。",
                         " Of {n} cases the amount is missing or cannot be read; their authority is not judged.")  # fmt: skip
            yield text.filled(n=write_number(self.n_unknown_amount))
        if self.n_overdue:
            text = Words(
                "另有 {n} 个未关闭案例已超时限，未计入。", " {n} open cases are beyond a limit and not counted."
            )
            yield text.filled(n=write_number(self.n_overdue))

    @property
    def n_searched(self) -> int:
        """Cases whose standard has too many states for exact alignment of all at once."""
        return sum(len(one.cases) + len(one.unfinished) for one in self.groups if isinstance(one.model, SearchModel))

    @property
    def unfinished(self) -> list[str]:
        """The cases for whose alignment the search was not done in time, in the order of the log; not judged."""
        left = {i: name for one in self.groups for i, name in one.unfinished[["case_index", "case_id"]].to_numpy()}
        return [left[i] for i in sorted(left)]

    @cached_property
    def fitness(self) -> CaseFitness:
        """How well each case fits."""
        return case_fitness(self.log, self.groups)

    def _working_day_remark(self) -> str:
        versions = {id(group.version): group.version for group in self.groups}.values()
        in_days = any(version.counts_working_days for version in versions)
        return working_day_remark(self.clocks, self.language) if in_days else ""

    # ── what leads on ─────────────────────────────────────────────────────────────────────────

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Every deviation of every case; see `conformance.views.deviation_ledger.Ledger` for its columns."""
        return ledger_frame(self.deviations, self.log)

    @cached_property
    def node_times(self) -> pd.DataFrame:
        """Every execution of a node with a limit, and those that open cases wait for; see `NodeTimes.frame`."""
        times = self.times.frame(self.groups, self.deviations.cases)
        return pd.concat([times, self.awaited.frame()], ignore_index=True) if self.awaited.groups else times

    @cached_property
    def limits(self) -> NodeLimits:
        """The nodes with a time limit: how often it was kept, and what is open and overdue."""
        return limits_of_nodes(self.log, [*self.groups, *self.awaited.groups], self.node_times)

    @cached_property
    def cases(self) -> DeviatingCases:
        """The cases that deviate, those with the most deviations first."""
        return deviating_cases(self.log, self.deviations)

    @cached_property
    def deviating_roles(self) -> DeviatingRoles:
        """Wrong roles and broken rules by the role that did it."""
        return deviating_roles_of(self.log, self.ledger)

    def cases_of(self, kind: str, subject: str) -> DeviatingCases:
        """The cases behind one row of the table, those of the longest throughput time first.

        Raises
        ------
        UnknownNameError
            If the table has no such row.
        """
        return deviating_cases(self.log, self.deviations, kind, subject)

    def case(self, case_id: str) -> CaseAlignment:
        """One case explained, step by step.

        Raises
        ------
        UnknownNameError
            If no such case was judged.
        """
        return case_alignment(self.log, self.groups, self.deviations, case_id)

    def by(self, attribute: str) -> ConformanceBy:
        """The case conformance rate and the deviations for each value of an attribute of the cases.

        Raises
        ------
        UnknownNameError
            If the cases have no such attribute.
        """
        return split_by_attribute(self.log, self.deviations, self.sorts, attribute)

    def over_time(self, period: Period = "month") -> ConformanceOverTime:
        """The case conformance rate and the deviations by the period in which cases started."""
        return split_by_period(self.log, self.deviations, self.sorts, period)

    @property
    def parts(self) -> dict[str, Result]:
        """Its ledger, the cases that deviate, its limits where there are any, and how it went over time."""
        results: dict[str, Result] = {
            "cases": self.cases,
            "ledger": DeviationLedger.of(self.log, self.ledger),
            "over_time": self.over_time(),
        }
        return results | ({"limits": self.limits} if len(self.limits.table) else {})
