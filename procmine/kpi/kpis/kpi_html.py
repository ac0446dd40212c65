"""KPIs as people read them: a row with its light, told by shape, word and colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from procmine.core.result.html_table import table_html
from procmine.core.text.palette import BLUE, GREEN, MUTED, ORANGE_INK, RED
from procmine.core.text.words import Language, Words, write_number
from procmine.kpi.kpis.kpi_words import STATUS, TRENDS, unit_name, written_value

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.html.places import Place
    from procmine.core.result.result import Column
    from procmine.kpi.spec.kpi import Kpi

_HEAD = (
    (Words("指标", "KPI"), False),
    (Words("状态", "Status"), False),
    (Words("实际（95 % 区间）", "Value (95 % interval)"), True),
    (Words("目标", "Target"), True),
    (Words("基数", "n"), True),
    (Words("趋势", "Trend"), False),
    (Words("未达标案例", "Cases that missed"), True),
)
_GREY = f"var(--muted,{MUTED})"
COLOURS = {
    "ok": f"var(--good,{GREEN})",
    "warning": f"var(--warn,{ORANGE_INK})",
    "breach": f"var(--bad,{RED})",
    "none": _GREY,
    "missing": _GREY,
}
_FEW = Words("案例太少", "too few cases")
_OVERDUE = Words("另有 {n} 个未完成且超时，计入后 {value}", "{n} more open and overdue, with them {value}")
_SPARK_WIDTH = 84
_MORE = Words("全部列与定义", "All columns and definitions")


def kpis_html(
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    kpis: Mapping[str, Kpi],
    over_time: Mapping[str, Sequence[float]],
    language: Language,
    place: Place,
    caption: str,
) -> str:
    """The KPIs, each value of a split indented below its KPI; everything else behind a fold.

    Parameters
    ----------
    over_time
        Values by full period of each KPI as a whole: drawn as a small line.
    """
    if table.empty:
        return table_html(table, columns, language, place, limit=1, caption=caption)
    head = "".join(
        f'<th scope="col"{" class=num" if is_number else ""}>{escape(words.say(language))}</th>'
        for words, is_number in _HEAD
    )
    rows = "".join(
        _row_html(row, kpis[row.kpi], () if row.group else over_time.get(row.kpi, ()), language)
        for row in table.itertuples()
    )
    more = table_html(table, columns, language, place, limit=len(table), caption=caption)
    return (
        f'<div class="pm-scroll"><table class="pm-table pm-kpis"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<details class="pm-more"><summary>{escape(_MORE.say(language))}</summary>{more}</details>'
    )


def light_html(status: str, language: Language) -> str:
    """A status: shape and word, coloured as well."""
    return f'<span class="pm-light" style="color:{COLOURS[status]};white-space:nowrap">{escape(STATUS[status].say(language))}</span>'


def _row_html(row: Any, kpi: Kpi, values: Sequence[float], language: Language) -> str:
    cells = [
        f"<td>{_name_html(row)}</td>",
        f"<td>{light_html(row.status, language)}{_small(_FEW.say(language)) if row.too_few and row.status != 'missing' else ''}</td>",
        f'<td class="num">{_value_html(row, kpi, language)}</td>',
        f'<td class="num"{_label(3, language)}>{escape(row.target) or "–"}</td>',
        f'<td class="num"{_label(4, language)}>{write_number(row.n)}</td>',
        f"<td>{spark_html(values)}{escape(TRENDS[row.trend].say(language)) if row.status != 'missing' else '–'}</td>",
        f'<td class="num"{_label(6, language)}>{write_number(row.n_missed)}{_overdue_html(row, kpi, language)}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _label(place: int, language: Language) -> str:
    """What a cell is, for narrow pages that have no head of columns."""
    return f' data-label="{escape(_HEAD[place][0].say(language), quote=True)}"'


def spark_html(values: Sequence[float]) -> str:
    """Values over time as a line of the size of a word, the last one marked; nothing for fewer than three.

    Examples
    --------
    >>> spark_html([1.0, 2.0, 3.0]).count("<circle")
    1
    """
    known = [value for value in values if value == value]  # noqa: PLR0124
    if len(known) < 3:
        return ""
    low, high = min(known), max(known)
    step, reach = _SPARK_WIDTH / (len(known) - 1), (high - low) or 1.0
    points = [(3 + i * step, 20 - 16 * (value - low) / reach) for i, value in enumerate(known)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return (
        f'<svg class="pm-spark" viewBox="0 0 {_SPARK_WIDTH + 8} 24" width="{_SPARK_WIDTH + 8}" height="24" aria-hidden="true">'
        f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="1.6"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{BLUE}"/></svg>'
    )


def _small(text: str) -> str:
    return f'<br><span class="pm-unit" style="color:{_GREY}">{escape(text)}</span>' if text else ""


def _name_html(row: Any) -> str:
    if row.group:
        return f'<span style="display:inline-block;padding-left:1.4em">{escape(row.group)}</span>'
    return f"<b>{escape(row.kpi)}</b>{_small(row.population)}{_small(row.reason)}"


def _value_html(row: Any, kpi: Kpi, language: Language) -> str:
    low, high = (written_value(kpi, value, language) for value in (row.low, row.high))
    low = low.removesuffix(unit_name(kpi, language)).strip() if kpi.kind != "share" else low
    return f"<b>{escape(written_value(kpi, row.value, language))}</b>{_small('' if low == '–' else f'{low} – {high}')}"


def _overdue_html(row: Any, kpi: Kpi, language: Language) -> str:
    if not row.n_overdue:
        return ""
    text = _OVERDUE.filled(n=write_number(row.n_overdue), value=written_value(kpi, row.value_due, language))
    return _small(text.say(language))
