"""From a KPI to the cases that missed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from procmine.core.log.states import STATES
from procmine.core.result.html_table import table_html
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number
from procmine.kpi.kpis.kpi_words import unit_of
from procmine.kpi.measures.measure_facts import MeasureFacts
from procmine.kpi.measures.measuring import MeasuredKpi, per_unit, value_of

if TYPE_CHECKING:
    from procmine.core.html.places import Place

HOW: dict[str, Words] = {
    "missed": Words("未达标", "missed"),
    "overdue": Words("未完成且超时", "open and overdue"),
    "open": Words("未关闭", "open"),
}


@dataclass(frozen=True, repr=False, eq=False)
class MissedCases(Result):
    """Cases that by themselves miss what a KPI asks for, KPI by KPI, worst first."""

    TITLE: ClassVar[Words] = Words("未达标案例", "Cases that missed")
    LIMIT: ClassVar[int] = 64
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "kpi": Column("text", Words("指标", "KPI")),
        "case_id": Column("text", Words("案例", "Case")),
        "how": Column("text", Words("情况", "How"), words=HOW),
        "value": Column("number", Words("值", "Value"), Words("该案例自己的值；占比类为未达次数", "its own value; of shares how often it missed")),
        "unit": Column("text", Words("单位", "Unit")),
        "start": Column("time", Words("开始", "Start")),
        "state": Column("text", Words("状态", "State"), words=STATES),
    }  # fmt: skip

    n_kpis: int = 1

    @property
    def sentence(self) -> str:
        """How many cases missed a KPI, and how many open ones make up a backlog beyond its target, or without one."""
        if not self.n_kpis:
            return ""
        ids, is_open = self.table["case_id"], self.table["how"] == "open"
        n, n_open = ids[~is_open].nunique(), ids[is_open].nunique()
        none = Words("没有未达标的案例。", "No case missed a KPI.")
        some = Words("{n} 个案例至少有一个 KPI 未达标或超时。", "{n} cases missed at least one KPI, or are overdue.")
        parts = [some.filled(n=write_number(n)) if n else none]
        if n_open:
            stock = Words("积压中有 {n} 个未关闭案例。", "The backlog holds {n} open cases.")
            parts.append(stock.filled(n=write_number(n_open)))
        return ("" if self.language == "zh" else " ").join(one.say(self.language) for one in parts)

    def table_html(self, place: Place) -> str:
        """The worst cases of every KPI, as many of each as fit into the limit together."""
        kpis = list(dict.fromkeys(self.table["kpi"]))
        if len(kpis) < 2:
            return super().table_html(place)
        columns = {name: column for name, column in self.COLUMNS.items() if name != "kpi"}
        n = max(1, self.LIMIT // len(kpis))
        shown = ((kpi, self.table[self.table["kpi"] == kpi]) for kpi in kpis)
        return "".join(
            f"<h3>{escape(kpi)}</h3>{table_html(mine, columns, self.language, place, limit=n, caption=kpi, case_link=self.case_link)}"
            for kpi, mine in shown
        )


def missed_cases(facts: MeasureFacts, measured: Sequence[MeasuredKpi]) -> MissedCases:
    """The cases that missed each KPI."""
    parts = [_of_one(facts, one) for one in measured if one.rows is not None]
    columns = ["kpi", "case_index", "how", "value", "unit"]
    whole = pd.concat([pd.DataFrame(columns=columns), *parts]) if parts else pd.DataFrame(columns=columns)
    cases = facts.cases.reindex(whole["case_index"].astype("int64"))
    table = whole.assign(
        case_id=cases["case_id"].to_numpy(),
        start=pd.to_datetime(cases["start"].to_numpy(), unit="us"),
        state=cases["state"].to_numpy(),
    )
    return MissedCases.of(facts.log, table, n_kpis=len(measured))


def _of_one(facts: MeasureFacts, one: MeasuredKpi) -> pd.DataFrame:
    """The cases that missed one KPI, those that are overdue behind them, each case once."""
    kpi, found = one.kpi, one.rows
    if found is None:
        return pd.DataFrame()
    frame = per_unit(kpi, found.frame)
    frame = frame[~_is_met(one, frame) if found.stock else one.missed(frame)]
    how = "open" if found.stock else "missed"
    table = pd.DataFrame({"case_index": frame["case_index"], "how": how, "value": _values(facts, one, frame)})
    by = table.groupby("case_index", sort=True)
    table = by.agg(how=("how", "first"), value=("value", "sum")).reset_index()
    worst_first = bool(
        "value" in frame.columns and kpi.target is not None and kpi.target.wants_more and not found.is_share
    )
    table = table.sort_values(["value", "case_index"], ascending=[worst_first, True])
    name = _unit(one, frame)
    late = pd.DataFrame({"case_index": [], "how": [], "value": []})
    if found.overdue is not None and len(found.overdue):
        late = pd.DataFrame(
            {"case_index": found.overdue["case_index"].unique(), "how": "overdue", "value": float("nan")}
        )
    parts = [part for part in (table, late) if len(part)] or [table]
    return pd.concat(parts).assign(kpi=kpi.name, unit=name.say(facts.log.language))[
        ["kpi", "case_index", "how", "value", "unit"]
    ]


def _is_met(one: MeasuredKpi, frame: pd.DataFrame) -> np.ndarray:
    """Of a stock: all of it where its target is met, else none."""
    target = one.kpi.target
    met = target is not None and target.met(value_of(one.kpi, frame, with_interval=False).value)
    return np.full(len(frame), met)


_HOURS, _TIMES = Words("小时", "h"), Words("次", "times")
_HOUR = 3_600_000_000


def _is_time(one: MeasuredKpi, frame: pd.DataFrame) -> bool:
    """Whether a case's own value is a duration, though the KPI may be the share of those within a limit."""
    kpi = one.kpi
    is_limited = kpi.within is not None or kpi.measure_record.has_limits
    return "value" in frame.columns and (kpi.kind == "duration" or is_limited)


def _unit(one: MeasuredKpi, frame: pd.DataFrame) -> Words:
    """The unit of what `_values` gives."""
    found = one.rows
    if found is not None and (found.stock or unit_of(one.kpi) is not None or _is_time(one, frame)):
        return _HOURS
    return Words(one.kpi.unit, one.kpi.unit) if "value" in frame.columns else _TIMES


def _values(facts: MeasureFacts, one: MeasuredKpi, frame: pd.DataFrame) -> np.ndarray:
    """The case's own value: hours of a duration, the age of an open case, else the number, or how often it missed."""
    kpi, found = one.kpi, one.rows
    if found is not None and found.stock:
        age: np.ndarray = (facts.cutoff - facts.cases["start"].reindex(frame["case_index"]).to_numpy("float64")) / _HOUR
        return age
    if "value" in frame.columns:
        own: np.ndarray = frame["value"].to_numpy("float64") / (_HOUR if _is_time(one, frame) else 1)
        return own
    times: np.ndarray = (frame["units"] - frame["hits"] if kpi.wants_more else frame["hits"]).to_numpy("float64")
    return times
