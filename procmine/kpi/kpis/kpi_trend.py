"""KPIs over time, with the limits of a control chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd

from procmine.core.log.periods import all_periods, local_instants, periods_of
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, joined
from procmine.kpi.kpis.kpi_words import in_unit, unit_name
from procmine.kpi.measures.measure_facts import MeasureFacts
from procmine.kpi.measures.measuring import MeasuredKpi, value_of
from procmine.kpi.measures.ripening import decided_cases, unripe
from procmine.kpi.spec.kpi import Kpi
from procmine.kpi.spec.statistics import control_limits


@dataclass(frozen=True, repr=False, eq=False)
class KpiTrend(Result):
    """KPIs by period, in the order of the project file; the newest period is marked where it is not over."""

    TITLE: ClassVar[Words] = Words("KPI 趋势", "KPIs over time")
    LIMIT: ClassVar[int] = 60
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "kpi": Column("text", Words("指标", "KPI")),
        "group": Column("text", Words("分组", "Group"), Words("拆分的取值，空为全部", "value of the split, empty for all")),
        "period": Column("date", Words("时间段", "Period"), Words("第一天", "its first day")),
        "value": Column("number", Words("值", "Value"), Words("占比为 0–1，时长按 unit", "shares 0 to 1, durations in `unit`")),
        "unit": Column("text", Words("单位", "Unit")),
        "n": Column("count", Words("基数", "n")),
        "low": Column("number", Words("控制下限", "Lower limit")),
        "high": Column("number", Words("控制上限", "Upper limit")),
        "centre": Column("number", Words("中心线", "Centre line")),
        "is_outside": Column("flag", Words("超出控制限", "Outside")),
        "is_leaning": Column("flag", Words("偏向一侧", "Leaning"),
            Words("三期中两期在同侧偏离中心线两倍标准差以上", "two of three periods more than two sigma to one side of the centre")),
        "open_share": Column("share", Words("未关闭占比", "Still open"), Words("该期开始的案例中", "of the cases that started in it")),
        "incomplete": Column("flag", Words("未满", "Incomplete"), Words("日志在期内结束", "the log ends within it")),
    }  # fmt: skip

    kpis: Mapping[str, Kpi] | None = None

    @property
    def sentence(self) -> str:
        """How many points lie outside of their limits."""
        if self.table.empty:
            return ""
        whole = self.table[self.table["group"] == ""]
        limited = whole.groupby("kpi", sort=False)["low"].count() > 0
        if not limited.any():
            return Words(
                "期数不足六个，不画控制限。", "There are fewer than six full periods, so there are no control limits."
            ).say(self.language)
        moved = list(dict.fromkeys(whole.loc[signals(whole), "kpi"]))
        parts = [(_MOVED if moved else _ALL_STEADY if limited.all() else _STEADY).filled(names=joined(moved))]
        if not limited.all():
            parts.append(_UNLIMITED.filled(names=joined(limited.index[~limited])))
        return ("" if self.language == "zh" else " ").join(one.say(self.language) for one in parts)

    def only(self, kpi: str, group: str = "") -> KpiTrend:
        """The trend of one KPI, of all its cases or of one value of its split."""
        mine = (self.table["kpi"] == kpi) & (self.table["group"] == group)
        return replace(self, table=self.table[mine].reset_index(drop=True))


_ALL_STEADY = Words("各指标都在正常波动范围内。", "All KPIs stay within their usual range.")
_STEADY = Words("有控制限的指标都在正常波动范围内。", "The KPIs with control limits stay within their usual range.")
_MOVED = Words(
    "超出正常波动或接连偏向一侧的有：{names}。", "Outside of their usual range or leaning to one side: {names}."
)
_UNLIMITED = Words(
    "期数不足六个、没有控制限的有：{names}。", "Fewer than six full periods, so no control limits: {names}."
)


class _Row(NamedTuple):
    period: pd.Timestamp
    value: float
    n: int


def trend_of(
    facts: MeasureFacts, one: MeasuredKpi, group: str, frame: pd.DataFrame, periods: pd.DatetimeIndex
) -> pd.DataFrame:
    """One KPI over time: value, n and limits per period; durations in µs."""
    kpi = one.kpi
    rows = list(
        _stock(facts, one, group, periods) if one.rows and one.rows.stock else _by_period(facts, one, frame, periods)
    )
    table = pd.DataFrame(rows, columns=list(_Row._fields)).astype({"value": "float64", "n": "int64"})
    table["incomplete"] = _incomplete(facts, kpi, periods)
    whole = ~table["incomplete"].to_numpy()
    values, sizes = table["value"].to_numpy(), table["n"].to_numpy("float64")
    limits = control_limits(values[whole], sizes[whole] if _is_plain_share(one, frame) else None)
    is_part = one.rows is not None and one.rows.is_share and kpi.measure_record.is_part
    least, most = (0.0, 1.0) if is_part else (-np.inf, np.inf)
    for name, found, elsewhere in (
        ("low", np.maximum(limits.low, least), np.nan),
        ("high", np.minimum(limits.high, most), np.nan),
        ("is_outside", limits.outside, False),
        ("is_leaning", limits.leaning, False),
    ):
        table[name] = elsewhere
        table.loc[whole, name] = found
    table["centre"] = np.where(whole, limits.centre, np.nan)
    table["open_share"], table["pending"] = _open_shares(facts, one, group, periods)
    table.loc[unripe(kpi, table), ["is_outside", "is_leaning"]] = False
    return table


def _is_plain_share(one: MeasuredKpi, frame: pd.DataFrame) -> bool:
    """Whether it is a share of cases that each count once: others vary more between periods than their basis says."""
    if one.rows is None or not one.rows.is_share or not one.kpi.measure_record.is_part:
        return False
    return bool((frame["units"] == 1).all()) and not frame["case_index"].duplicated().any()


def _by_period(facts: MeasureFacts, one: MeasuredKpi, frame: pd.DataFrame, periods: pd.DatetimeIndex) -> Iterator[_Row]:
    """The value of the rows of each period, open cases being in none that they end in; a count of none is zero."""
    kpi = one.kpi
    column = "end" if one.by == "completed" else "start"
    if one.by == "completed" and facts.log.knows_states:
        frame = frame[(facts.cases["state"].reindex(frame["case_index"]) != "open").to_numpy()]
    at = local_instants(facts.cases[column].reindex(frame["case_index"]).set_axis(frame.index), facts.log.zone)
    parts = dict(iter(frame.groupby(periods_of(at, kpi.period)))) if len(frame) else {}
    for period in periods:
        mine = parts.get(period)
        if mine is None:
            yield _Row(period, 0.0 if kpi.kind == "count" else float("nan"), 0)
            continue
        if kpi.kind == "count":
            yield _Row(period, float(mine["value"].sum()), len(mine))
            continue
        found = value_of(kpi, mine, with_interval=False)
        yield _Row(period, found.value, found.n)


def _stock(facts: MeasureFacts, one: MeasuredKpi, group: str, periods: pd.DatetimeIndex) -> Iterator[_Row]:
    """How many cases were open at the end of each period."""
    cases = facts.population(one.kpi)
    if group:
        mine = one.labels(facts, cases.reset_index()).to_numpy()
        cases = cases[mine == group]
    begun = np.sort(_local(facts, cases["start"]))
    over = np.sort(_local(facts, cases.loc[cases["state"] != "open", "end"]))
    code = {"day": "D", "week": "W-SUN", "month": "M"}[one.kpi.period]
    for period in periods:
        end = np.datetime64((period.to_period(code) + 1).start_time, "us")
        n = int(np.searchsorted(begun, end) - np.searchsorted(over, end))
        yield _Row(period, float(n), n)


def _local(facts: MeasureFacts, instants: pd.Series) -> np.ndarray:
    found: np.ndarray = local_instants(instants, facts.log.zone).dt.tz_localize(None).to_numpy("datetime64[us]")
    return found


def _incomplete(facts: MeasureFacts, kpi: Kpi, periods: pd.DatetimeIndex) -> Sequence[bool]:
    """Whether the log ends within each period: weeks and months are full with their last day, days with the next one.

    A log tells when its last event was, not when it was exported: the day of the cut-off may go on.
    """
    if not len(periods) or facts.log.cutoff is None:
        return [False] * len(periods)
    code = {"day": "D", "week": "W-SUN", "month": "M"}[kpi.period]
    day = facts.log.local(facts.log.cutoff).date()
    lasts = [period.to_period(code).end_time.date() for period in periods]
    return [day <= last if kpi.period == "day" else day < last for last in lasts]


def _open_shares(
    facts: MeasureFacts, one: MeasuredKpi, group: str, periods: pd.DatetimeIndex
) -> tuple[np.ndarray, np.ndarray]:
    """Of the cases that started in each period, whatever their state, the share still open, and open and not settled.

    Unknown where that says nothing.
    """
    if one.by == "completed" or one.rows is None or one.rows.stock or not facts.log.knows_states:
        return np.full(len(periods), np.nan), np.full(len(periods), np.nan)
    cases = facts.population(one.kpi.model_copy(update={"state": []}))
    if group and one.rows.label != one.kpi.split:
        cases = cases[one.labels(facts, cases.reset_index()).to_numpy() == group]
    starts = periods_of(local_instants(cases["start"], facts.log.zone), one.kpi.period)
    is_open = cases["state"] == "open"
    is_pending = is_open & ~cases.index.isin(decided_cases(one.kpi, one.rows.frame))
    shares = [flag.groupby(starts).mean().reindex(periods).to_numpy("float64") for flag in (is_open, is_pending)]
    return shares[0], shares[1]


def periods_for(facts: MeasureFacts, kpi: Kpi) -> pd.DatetimeIndex:
    """The periods of the log, from its first start to its cut-off."""
    log = facts.log
    first, last = log.first, log.last
    if first is None or last is None:
        return pd.DatetimeIndex([])
    begin, end = (pd.Timestamp(log.local(one).replace(tzinfo=None)) for one in (first, last))
    return all_periods(begin, end, kpi.period)


def trends(facts: MeasureFacts, measured: Sequence[MeasuredKpi]) -> KpiTrend:
    """All KPIs over time, split values behind the whole."""
    parts = []
    for one in measured:
        periods = periods_for(facts, one.kpi)
        for group, frame, _ in one.slices(facts):
            table = trend_of(facts, one, group, frame, periods)
            for name in ("value", "low", "high", "centre"):
                table[name] = in_unit(one.kpi, table[name])
            parts.append(table.assign(kpi=one.kpi.name, group=group, unit=unit_name(one.kpi, facts.log.language)))
    columns = list(KpiTrend.COLUMNS)
    frame = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    return KpiTrend.of(facts.log, frame, kpis={one.kpi.name: one.kpi for one in measured})


def signals(table: pd.DataFrame) -> pd.Series:
    """The periods that are worth a question: outside of their limits, or leaning to one side."""
    return table["is_outside"] | table["is_leaning"]


def direction(one: MeasuredKpi, table: pd.DataFrame) -> str:
    """What the last full period says: better or worse where it is worth a question, else it is the usual range."""
    whole = table[~table["incomplete"]]
    if whole.empty or whole[["low", "value"]].iloc[-1].isna().any():
        return "unclear"
    last = whole.iloc[-1]
    if unripe(one.kpi, whole).iloc[-1]:
        return "unripe"
    if not (last["is_outside"] or last["is_leaning"]):
        return "steady"
    more = one.kpi.wants_more
    if more is None:
        return "changed"
    return "better" if (last["value"] > last["centre"]) == more else "worse"


def change(table: pd.DataFrame) -> float:
    """The last full period less the one before."""
    values = table.loc[~table["incomplete"], "value"]
    return float(values.iloc[-1] - values.iloc[-2]) if len(values) > 1 else float("nan")
