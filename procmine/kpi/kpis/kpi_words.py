"""KPIs in words: their values with units, their population, what a status means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.conformance.standard.limits import LimitByClass
from procmine.core.log.states import STATES
from procmine.core.text.words import (
    CLAUSES,
    DAYS,
    HOURS,
    PHRASES,
    Language,
    Unit,
    Words,
    joined,
    unit_for,
    write_number,
    write_share,
)
from procmine.kpi.spec.comparison import time_unit
from procmine.kpi.spec.statistics import QUANTILES

if TYPE_CHECKING:
    from procmine.conformance.standard.limits import Limit
    from procmine.kpi.spec.kpi import Kpi

STATUS: dict[str, Words] = {
    "ok": Words("● 达标", "● met"),
    "warning": Words("▲ 预警", "▲ warning"),
    "breach": Words("■ 未达标", "■ missed"),
    "none": Words("○ 无目标", "○ no target"),
    "missing": Words("◇ 缺数据", "◇ no data"),
}
"""Shape and word, so that no status rests on its colour."""

TRENDS: dict[str, Words] = {
    "better": Words("▴ 明显变好", "▴ clearly better"),
    "worse": Words("▾ 明显变差", "▾ clearly worse"),
    "changed": Words("◆ 明显变化", "◆ clearly changed"),
    "steady": Words("— 正常波动", "— usual range"),
    "unripe": Words("… 仍有未关闭", "… cases still open"),
    "unclear": Words("… 数据不足", "… too little data"),
}

_STATISTICS: dict[str, Words] = {
    "mean": Words("平均", "mean"),
    "median": Words("中位", "median"),
    "min": Words("最小", "lowest"),
    "max": Words("最大", "highest"),
    "sum": Words("合计", "sum"),
    "count": Words("个数", "count"),
    **{name: Words(name.upper(), name) for name in QUANTILES if name != "median"},
}
_COUNTED = Words("个", "cases")
_ALL = Words("全部案例", "all cases")
_CLOCKS = {"natural": Words("自然时间", "natural time"), "working": Words("工作时间", "working time")}


def unit_of(kpi: Kpi) -> Unit | None:
    """The unit of time in which a KPI is told: hours unless it says otherwise; None for what is no duration."""
    return (time_unit(kpi.unit) or HOURS) if kpi.kind == "duration" else None


def in_unit(kpi: Kpi, value: float) -> float:
    """A value in the KPI's unit: durations from µs, all else as it is."""
    unit = unit_of(kpi)
    return value / (unit.seconds * 1_000_000) if unit else value


def unit_name(kpi: Kpi, language: Language) -> str:
    """The unit of the numbers that `in_unit` gives; empty for shares."""
    unit = unit_of(kpi)
    if unit:
        return unit.name.say(language)
    if kpi.kind == "share":
        return ""
    return kpi.unit or (_COUNTED.say(language) if kpi.kind == "count" else "")


def written_value(kpi: Kpi, value: float, language: Language) -> str:
    """A value in its unit as people read it."""
    if value != value:  # noqa: PLR0124
        return "–"
    if kpi.kind == "share":
        return write_share(value)
    if kpi.kind == "count":
        return write_number(value, 0 if float(value).is_integer() else 1)
    big = abs(value) >= 1000
    return f"{write_number(value, 0 if big else 1 if kpi.kind == 'duration' else 2)} {unit_name(kpi, language)}".strip()


def population_of(kpi: Kpi, language: Language) -> str:
    """Which cases a KPI is about."""
    parts = [f"{name} = {' / '.join(values)}" for name, values in kpi.where.items()]
    parts += [" / ".join(STATES[state].say(language) for state in kpi.state)] if kpi.state else []
    return joined(parts, PHRASES).say(language) or _ALL.say(language)


def written_limit(limit: Limit) -> Words:
    """A limit in words: whether of working or of natural time.

    Examples
    --------
    >>> from pydantic import TypeAdapter
    >>> from procmine.conformance.standard.limits import TimeLimit
    >>> [written_limit(TypeAdapter(TimeLimit).validate_python(text)).zh for text in ("2 h", "2 days", "3 days natural")]
    ['2 小时工作时间', '2 个工作日', '3 天自然时间']
    """
    if limit.days:
        return Words(f"{limit.days:g} 个工作日", limit.text)
    unit = (
        DAYS
        if limit.natural and limit.seconds % DAYS.seconds == 0
        else HOURS
        if limit.seconds > 2 * DAYS.seconds
        else unit_for(limit.seconds)
    )
    clock = "自然时间" if limit.natural else "工作时间"
    return Words(f"{limit.seconds / unit.seconds:g} {unit.name.zh}{clock}", limit.text)


def definition_of(kpi: Kpi, language: Language) -> str:
    """How a KPI is measured: its measure's definition and what it is told besides."""
    measure = kpi.measure_record
    parts = [measure.definition.say(language)]
    if kpi.kind in ("duration", "number") and kpi.stat in _STATISTICS:
        parts.append(_STATISTICS[kpi.stat].say(language))
    if kpi.kind == "duration":
        parts.append(_CLOCKS[kpi.clock].say(language))
    if kpi.from_ or kpi.to:
        parts.append(f"{kpi.from_ or '…'} → {kpi.to}")
    if kpi.within is not None:
        limit = kpi.within.by if isinstance(kpi.within, LimitByClass) else written_limit(kpi.within)
        parts.append(Words("时限 {limit}", "limit {limit}").filled(limit=limit).say(language))
    if kpi.at is not None:
        parts.append(kpi.at.written(language))
    if kpi.days:
        parts.append(Words("N = {n} 天", "N = {n} days").filled(n=kpi.days).say(language))
    return joined(parts, CLAUSES).say(language)
