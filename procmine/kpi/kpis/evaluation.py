"""KPIs of a log: value, interval, target, status and trend, and the cases that missed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, joined
from procmine.kpi.kpis import kpi_html
from procmine.kpi.kpis.kpi_set import KpiSet
from procmine.kpi.kpis.kpi_tree import KpiTree, kpi_tree
from procmine.kpi.kpis.kpi_trend import KpiTrend, change, direction, periods_for, trend_of, trends
from procmine.kpi.kpis.kpi_words import STATUS, TRENDS, definition_of, in_unit, population_of, unit_name
from procmine.kpi.kpis.missed_cases import MissedCases, missed_cases
from procmine.kpi.measures.measure_facts import MeasureFacts, MeasureSettings
from procmine.kpi.measures.measuring import MeasuredKpi, measure_kpi, per_unit, value_of
from procmine.kpi.spec.kpi import Kpi

if TYPE_CHECKING:
    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, repr=False, eq=False)
class Kpis(Result):
    """KPIs in the order of the project file, each followed by the values of its split.

    Attributes
    ----------
    n_ok, n_warning, n_breach, n_missing
        KPIs by status, splits aside.
    """

    TITLE: ClassVar[Words] = Words("KPI 与目标", "KPIs and targets")
    LIMIT: ClassVar[int] = 100
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "kpi": Column("text", Words("指标", "KPI")),
        "split": Column("text", Words("拆分", "Split by")),
        "group": Column("text", Words("取值", "Value of it"), Words("空为全部", "empty for all")),
        "population": Column("text", Words("范围", "Population")),
        "target": Column("text", Words("目标", "Target")),
        "warn": Column("text", Words("预警线", "Warning")),
        "value": Column("number", Words("实际", "Value"), Words("占比为 0–1，时长按 unit", "shares 0 to 1, durations in `unit`")),
        "unit": Column("text", Words("单位", "Unit")),
        "low": Column("number", Words("区间下限", "Interval from"), Words("95 % 区间", "95 % interval")),
        "high": Column("number", Words("区间上限", "Interval to")),
        "n": Column("count", Words("基数", "n"), Words("值所依据的案例、决定或节点执行数", "cases, decisions or executions that it rests on")),
        "status": Column("text", Words("状态", "Status"), words=STATUS),
        "trend": Column("text", Words("趋势", "Trend"), Words("最近一个完整时间段", "of the last full period"), TRENDS),
        "change": Column("number", Words("较上期", "Change"), Words("最近完整时间段减前一段", "last full period less the one before")),
        "too_few": Column("flag", Words("案例太少", "Too few cases")),
        "n_missed": Column("count", Words("未达标案例", "Cases that missed")),
        "n_overdue": Column("count", Words("未完成且超时", "Open and overdue")),
        "value_due": Column("number", Words("计入超时未完成", "Value with these"), Words("把未完成且超时的算作未达标", "open and overdue ones counted as missed")),
        "measure": Column("text", Words("度量", "Measure")),
        "process": Column("text", Words("流程", "Process")),
        "node": Column("text", Words("节点", "Node")),
        "owner": Column("text", Words("负责人", "Owner")),
        "definition": Column("text", Words("定义", "Definition")),
        "reason": Column("text", Words("缺数据的原因", "Why there is none")),
    }  # fmt: skip

    facts: MeasureFacts = field(kw_only=True)
    measured: tuple[MeasuredKpi, ...] = ()

    def _count(self, status: str) -> int:
        return int(((self.table["status"] == status) & (self.table["group"] == "")).sum())

    @property
    def n_ok(self) -> int:
        """KPIs that meet their target."""
        return self._count("ok")

    @property
    def n_warning(self) -> int:
        """KPIs between their target and the warning line."""
        return self._count("warning")

    @property
    def n_breach(self) -> int:
        """KPIs that miss their target."""
        return self._count("breach")

    @property
    def n_missing(self) -> int:
        """KPIs that the log cannot tell."""
        return self._count("missing")

    @property
    def scalars(self) -> dict[str, Any]:
        """KPIs by status."""
        return {name: getattr(self, name) for name in ("n_ok", "n_warning", "n_breach", "n_missing")}

    @property
    def sentence(self) -> str:
        """How many KPIs meet their target, and which do not."""
        if self.table.empty:
            text = Words(
                "没有 KPI：在 project.yml 的 kpis: 之下写。",
                "There are no KPIs: write them under kpis: in project.yml.",
            )
            return text.say(self.language) if self.facts.log.n_cases else ""
        whole = self.table[self.table["group"] == ""]
        text = Words(
            "{all} 个 KPI：{ok} 个达标，{warning} 个预警，{breach} 个未达标。",
            "{all} KPIs: {ok} met, {warning} with a warning, {breach} missed.",
        ).filled(all=len(whole), ok=self.n_ok, warning=self.n_warning, breach=self.n_breach)
        parts = [text.say(self.language)]
        names = joined(whole.loc[whole["status"] == "breach", "kpi"]).say(self.language)
        if names:
            parts.append(Words("未达标：{names}。", " Missed: {names}.").filled(names=names).say(self.language))
        if self.n_missing:
            parts.append(Words("{n} 个缺数据。", " Without data: {n}.").filled(n=self.n_missing).say(self.language))
        few = int((whole["too_few"] & (whole["status"] != "missing")).sum())
        if few:
            parts.append(
                Words("{n} 个案例太少，只作参考。", " {n} rest on too few cases.").filled(n=few).say(self.language)
            )
        return "".join(parts)

    @cached_property
    def trend(self) -> KpiTrend:
        """Every KPI over time, with control limits."""
        return trends(self.facts, self.measured)

    @cached_property
    def tree(self) -> KpiTree:
        """The KPIs by process and node."""
        return kpi_tree(self)

    @cached_property
    def cases(self) -> MissedCases:
        """The cases that missed each KPI, worst first."""
        return missed_cases(self.facts, self.measured)

    def missed(self, kpi: str) -> MissedCases:
        """The cases that missed one KPI, worst first.

        Raises
        ------
        UnknownNameError
            If there is no such KPI.
        """
        known = [one.kpi.name for one in self.measured]
        if kpi not in known:
            raise UnknownNameError.among(Words("KPI", "KPI"), [kpi], known, "missed")
        return missed_cases(self.facts, [one for one in self.measured if one.kpi.name == kpi])

    @property
    def parts(self) -> dict[str, Result]:
        """The trend, the tree, and the cases that missed."""
        return {"trend": self.trend, "tree": self.tree, "cases": self.cases}

    def table_html(self, place: Place) -> str:
        """The KPIs with their lights: target, value with interval and n, status by shape and word, trend."""
        kpis = {one.kpi.name: one.kpi for one in self.measured}
        return kpi_html.kpis_html(self.table, self.COLUMNS, kpis, self._over_time(), self.language, place, self.title)

    def _over_time(self) -> dict[str, list[float]]:
        table = self.trend.table
        full = table[(table["group"] == "") & ~table["incomplete"]]
        return {str(kpi): rows["value"].tolist() for kpi, rows in full.groupby("kpi")}

    def headlines(self) -> Kpis:
        """The KPIs without the values of their splits."""
        return replace(self, table=self.table[self.table["group"] == ""].reset_index(drop=True))


def evaluate_kpis(log: EventLog, kpis: KpiSet | Sequence[Kpi], *, settings: MeasureSettings | None = None) -> Kpis:
    """Measure KPIs, hold them against their targets, and say how sure the numbers are.

    A KPI whose target is met is OK; between `warn` and target it is a warning, beyond a breach. Shares
    have a Wilson interval (units of one case counted together), quantiles one of order statistics, means
    a bootstrap interval (all 95 %). A KPI that the log cannot tell has its reason in the table; the
    others are measured all the same.

    Parameters
    ----------
    kpis
        A project's KPIs, or a list of them.
    basis
        What a list of KPIs is measured by: states, standard, clock, costs. A project's KPIs bring their own.

    Raises
    ------
    SpecError
        If a KPI names an activity, attribute or value that the log does not have: all faults at once.

    Examples
    --------
    >>> import procmine as pm
    >>> kpis = [pm.Kpi(name="周期", measure="throughput", target="<= 2 d"),
    ...         pm.Kpi(name="返工率", measure="rework_rate", target="<= 10 %", warn="<= 40 %")]
    >>> pm.evaluate_kpis(pm.six_cases(), kpis).table[["kpi", "value", "unit", "n", "status"]]
       kpi      value unit  n   status
    0   周期  25.000000   小时  5       ok
    1  返工率   0.333333       6  warning
    """
    plan = kpis if isinstance(kpis, KpiSet) else KpiSet(tuple(kpis), settings or MeasureSettings())
    facts = plan.facts_of(log)
    if log.n_cases == 0 or not len(plan):
        return Kpis.of(log, pd.DataFrame(columns=list(Kpis.COLUMNS)), facts=facts)
    plan.check(facts)
    found = tuple(measure_kpi(facts, kpi) for kpi in plan)
    rows = [row for one in found for row in _rows(facts, one)]
    return Kpis.of(log, pd.DataFrame(rows, columns=list(Kpis.COLUMNS)), facts=facts, measured=found)


def _rows(facts: MeasureFacts, one: MeasuredKpi) -> Iterator[dict[str, Any]]:
    """One KPI, then each value of its split."""
    language = facts.log.language
    common = _common_cells(facts, one)
    if one.rows is None:
        reason = one.reason.say(language) if one.reason else ""
        yield {
            **common,
            **_NOTHING,
            "split": "",
            "group": "",
            "status": "missing",
            "trend": "unclear",
            "reason": reason,
        }
        return
    periods = periods_for(facts, one.kpi)
    note = "" if one.rows.note is None else one.rows.note.say(language)
    for group, frame, overdue in one.slices(facts):
        over_time = trend_of(facts, one, group, frame, periods)
        yield {
            **common,
            **_numbers(one, frame, overdue),
            "split": one.kpi.split if group else "",
            "group": group,
            "trend": direction(one, over_time),
            "change": in_unit(one.kpi, change(over_time)),
            "reason": note,
        }


_NOTHING = {
    **dict.fromkeys(("value", "low", "high", "change", "value_due"), float("nan")),
    **dict.fromkeys(("n", "n_missed", "n_overdue"), 0),
    "too_few": False,
}


def _common_cells(facts: MeasureFacts, one: MeasuredKpi) -> dict[str, str]:
    """What does not depend on the log."""
    kpi, language = one.kpi, facts.log.language
    node = kpi.node[0] if len(kpi.node) == 1 else kpi.to if kpi.to in facts.nodes else ""
    return {
        "kpi": kpi.name,
        "population": population_of(kpi, language),
        "target": kpi.target.written(language) if kpi.target else "",
        "warn": kpi.warn.written(language) if kpi.warn else "",
        "unit": unit_name(kpi, language),
        "measure": kpi.measure_record.title.say(language),
        "process": kpi.process or _process_of(facts, node),
        "node": node,
        "owner": kpi.owner,
        "definition": definition_of(kpi, language),
    }


def _process_of(facts: MeasureFacts, node: str) -> str:
    """The process of a node of the standard; the standard's only process where no node is named."""
    processes = [process for version in facts.settings.standard[-1:] for process in version.processes]
    for process in processes:
        if node and any(one.name == node for item in process.nodes for one in item.nodes()):
            return process.name
    return processes[0].name if len(processes) == 1 else ""


def _numbers(one: MeasuredKpi, frame: pd.DataFrame, overdue: pd.DataFrame | None) -> dict[str, Any]:
    kpi, found = one.kpi, value_of(one.kpi, frame)
    n_overdue = 0 if overdue is None else len(overdue)
    due = found.value * found.n / (found.n + n_overdue) if n_overdue and found.n else found.value
    if n_overdue and not found.n:
        due = 0.0
    is_known = found.value == found.value
    rows = per_unit(kpi, frame)
    return {
        "value": in_unit(kpi, found.value),
        "low": in_unit(kpi, found.low),
        "high": in_unit(kpi, found.high),
        "n": found.n,
        "status": kpi.status_of(found.value) if is_known else "missing",
        "too_few": kpi.kind != "count" and rows["case_index"].nunique() < kpi.least_cases,
        "n_missed": int(rows.loc[one.missed(rows), "case_index"].nunique()),
        "n_overdue": n_overdue,
        "value_due": float("nan") if overdue is None else due,
    }
