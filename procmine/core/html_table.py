"""Tables and cards as HTML fragments: numbers written for people, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from procmine.core.words import Language, Unit, Words, say, unit_for, write_in_unit, write_number, write_share

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.result import Column

_NUMERIC = ("count", "number", "share", "duration")
_SHOWN = Words("显示前 {n} 行，共 {m} 行；完整表格见附表", "first {n} of {m} rows; the full table is in the appendix")
_EMPTY = Words("没有可显示的行", "no rows to show")
_YES, _NO = Words("是", "yes"), Words("否", "no")


def table_html(
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    language: Language,
    *,
    limit: int,
    case_link: str | None = None,
) -> str:
    """A table as HTML: labels in the language, the first `limit` rows, one unit per duration column.

    With `case_link` – an address with `{case_id}` in it – the cell of a case leads there.
    """
    if table.empty:
        return f'<p class="pm-note">{_EMPTY.say(language)}</p>'
    shown = table.head(limit)
    units = {name: column_unit(table[name]) for name, column in columns.items() if column.kind == "duration"}
    head = "".join(_head_cell(column, units.get(name), language) for name, column in columns.items())
    cells = [
        [
            _cell(value, columns[name], units.get(name), language, case_link if name == "case_id" else None)
            for value in shown[name]
        ]
        for name in columns
    ]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    note = ""
    if len(shown) < len(table):
        text = _SHOWN.filled(n=write_number(len(shown)), m=write_number(len(table))).say(language)
        note = f'<p class="pm-note">{text}</p>'
    return (
        f'<div class="pm-scroll"><table class="pm-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}"
    )


def card_html(text: str) -> str:
    """A card with a message of several lines."""
    return f'<div class="pm-card">{"<br>".join(escape(line.strip()) for line in text.splitlines())}</div>'


def column_unit(durations: pd.Series) -> Unit:
    """The unit that suits a whole column of durations: that of its median."""
    seconds = durations.dropna().dt.total_seconds().abs()
    positive = seconds[seconds > 0]
    return unit_for(float(positive.median()) if len(positive) else 0.0)


def lead_html(sentence: str) -> str:
    """The sentence above a table or picture."""
    return f'<p class="pm-lead">{escape(sentence)}</p>' if sentence else ""


def _head_cell(column: Column, unit: Unit | None, language: Language) -> str:
    label = escape(column.label.say(language))
    if unit is not None:
        label += f' <span class="pm-unit">{escape(unit.name.say(language))}</span>'
    meaning = escape(column.meaning.say(language), quote=True)
    title = f' title="{meaning}"' if meaning else ""
    return f'<th scope="col"{_class(column)}{title}>{label}</th>'


def _class(column: Column) -> str:
    return ' class="num"' if column.kind in _NUMERIC else ""


def _cell(value: Any, column: Column, unit: Unit | None, language: Language, link: str | None) -> str:
    key = f' data-v="{_sort_key(value, column)}"' if column.kind in _NUMERIC else ""
    bar = ""
    if column.kind == "share" and not math.isnan(value):
        bar = f' style="--share:{value * 100:.1f}%"'
    text = escape(written(value, column, unit, language))
    if link is not None:
        address = link.replace("{case_id}", quote(str(value), safe=""))
        text = f'<a href="{escape(address, quote=True)}" rel="noreferrer">{text}</a>'
    return f"<td{_class(column)}{key}{bar}>{text}</td>"


def _sort_key(value: Any, column: Column) -> str:
    import pandas as pd

    if pd.isna(value):
        return ""
    return f"{value.total_seconds():.6f}" if column.kind == "duration" else f"{value:.10g}"


def written(value: Any, column: Column, unit: Unit | None, language: Language) -> str:
    """One value of a table as text for people; a missing one is a dash."""
    import pandas as pd

    if value is None or pd.isna(value):
        return "–"
    if column.kind == "text":
        return say(column.words.get(value, value), language)
    if column.kind == "flag":
        return (_YES if value else _NO).say(language)
    if column.kind == "duration":
        seconds = value.total_seconds()
        return write_in_unit(seconds, unit or unit_for(abs(seconds)))
    return _WRITTEN[column.kind](value)


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "count": write_number,
    "number": lambda value: write_number(value, 2),
    "share": write_share,
    "date": lambda value: f"{value:%Y-%m-%d}",
    "time": lambda value: f"{value:%Y-%m-%d %H:%M}",
}
