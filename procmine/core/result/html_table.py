"""Tables and cards as HTML fragments: numbers written for people, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from procmine.core.text.words import (
    CLAUSES,
    DAYS,
    HOURS,
    Language,
    Unit,
    Words,
    joined,
    say,
    unit_for,
    write_in_unit,
    write_number,
    write_share,
)

if TYPE_CHECKING:
    from procmine.core.html.places import Place
    from procmine.core.result.result import Column

_NUMERIC = ("count", "number", "share", "duration")
_ROWS = Words("显示前 {n} 行，共 {m} 行", "first {n} of {m} rows")
_COLUMNS = Words("另有：{names}", "further columns: {names}")
_EMPTY = Words("没有可显示的行", "no rows to show")
_TINY = "<0.1"
_YES, _NO = Words("是", "yes"), Words("否", "no")


def table_html(
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    language: Language,
    place: Place,
    *,
    limit: int,
    caption: str,
    case_link: str | None = None,
    more: Sequence[Column] = (),
) -> str:
    """A table as HTML: labels in the language, the first `limit` rows, one unit for the durations of a kind.

    A column in which no row has anything is left out. With `case_link` – an address with `{case_id}` in it –
    the cell of a case leads there; `more` are columns that only the full table has. The caption names the
    table for those who do not see the heading above it.
    """
    if table.empty:
        return f'<p class="pm-note">{_EMPTY.say(language)}</p>'
    shown = table.head(limit)
    columns = {name: column for name, column in columns.items() if _says_anything(table[name])}
    units = column_units(table, columns)
    head = "".join(_head_cell(column, units.get(name), language) for name, column in columns.items())
    cells = [
        _cells(shown[name], column, units.get(name), language, case_link if name == "case_id" else None)
        for name, column in columns.items()
    ]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    return (
        f'<div class="pm-scroll"><table class="pm-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{_rest(table, shown, more, language, place)}"
    )


def _decimals(numbers: pd.Series) -> int:
    """The decimals a column of numbers needs, at most two."""
    known = numbers.dropna()
    return next((n for n in (0, 1) if (known.round(n) == known.round(2)).all()), 2)


def _rest(table: pd.DataFrame, shown: pd.DataFrame, more: Sequence[Column], language: Language, place: Place) -> str:
    """What the reader does not see here, and where it is."""
    said = []
    if len(shown) < len(table):
        said.append(_ROWS.filled(n=write_number(len(shown)), m=write_number(len(table))).say(language))
    if more:
        said.append(_COLUMNS.filled(names=joined(column.label for column in more)).say(language))
    if not said:
        return ""
    text = joined([*said, place.full_table], CLAUSES).say(language)
    return f'<p class="pm-note">{escape(text)}</p>'


def _says_anything(values: pd.Series) -> bool:
    return bool((values.notna() & (values != "")).any())


def column_units(table: pd.DataFrame, columns: Mapping[str, Column]) -> dict[str, Unit]:
    """The unit of each duration column: one for all totals and one for all others, so that they can be compared.

    Where a table tells working time no unit is a day: that could be eight hours or twenty-four.
    """
    units: dict[str, Unit] = {}
    of_work = _tells_working_time(table)
    for is_total in (False, True):
        names = [name for name, column in columns.items() if column.kind == "duration" and column.is_total is is_total]
        if names:
            unit = _unit_of_long_ones(pd.concat([table[name] for name in names], ignore_index=True))
            units |= dict.fromkeys(names, HOURS if of_work and unit is DAYS else unit)
    return units


def _unit_of_long_ones(durations: pd.Series) -> Unit:
    """The unit that suits the upper quarter: what is long is what a table is read for."""
    seconds = durations.dropna().dt.total_seconds().abs()
    return unit_for(float(seconds[seconds > 0].quantile(0.75)) if (seconds > 0).any() else 0.0)


def _tells_working_time(table: pd.DataFrame) -> bool:
    by_column = any("working" in name and table[name].notna().any() for name in table.columns)
    by_row = "time" in table.columns and table["time"].dtype.kind != "m" and bool((table["time"] == "working").any())
    return by_column or by_row


def column_unit(durations: pd.Series) -> Unit:
    """The unit that suits a whole column of durations: that of its median."""
    seconds = durations.dropna().dt.total_seconds().abs()
    positive = seconds[seconds > 0]
    return unit_for(float(positive.median()) if len(positive) else 0.0)


def _head_cell(column: Column, unit: Unit | None, language: Language) -> str:
    label = escape(column.label.say(language))
    if unit is not None:
        label += f' <span class="pm-unit">{escape(unit.name.say(language))}</span>'
    meaning = escape(column.meaning.say(language), quote=True)
    title = f' title="{meaning}"' if meaning else ""
    return f'<th scope="col"{_class(column)}{title}>{label}</th>'


def _class(column: Column) -> str:
    return ' class="num"' if column.kind in _NUMERIC else ' class="time"' if column.kind in ("time", "date") else ""


def _cells(values: pd.Series, column: Column, unit: Unit | None, language: Language, link: str | None) -> list[str]:
    decimals = _decimals(values) if column.kind == "number" else 0
    return [_cell(value, column, written(value, column, unit, language, decimals), link) for value in values]


def _cell(value: Any, column: Column, said: str, link: str | None) -> str:
    key = f' data-v="{_sort_key(value, column)}"' if column.kind in _NUMERIC else ""
    bar = ""
    if column.kind == "share" and not math.isnan(value):
        bar = f' style="--share:{value * 100:.1f}%"'
    text = escape(said)
    if link is not None:
        address = link.replace("{case_id}", quote(str(value), safe=""))
        text = f'<a href="{escape(address, quote=True)}" rel="noreferrer">{text}</a>'
    return f"<td{_class(column)}{key}{bar}>{text}</td>"


def _sort_key(value: Any, column: Column) -> str:
    if pd.isna(value):
        return ""
    return f"{value.total_seconds():.6f}" if column.kind == "duration" else f"{value:.10g}"


def written(value: Any, column: Column, unit: Unit | None, language: Language, decimals: int) -> str:
    """One value of a table as text for people; a missing one is a dash."""
    if value is None or pd.isna(value):
        return "–"
    if column.kind == "text":
        return say(column.words.get(value, value), language)
    if column.kind == "flag":
        return (_YES if value else _NO).say(language)
    if column.kind == "duration":
        seconds = value.total_seconds()
        unit = unit or unit_for(abs(seconds))
        return _TINY if 0 < seconds < 0.05 * unit.seconds else write_in_unit(seconds, unit)
    if column.kind == "number":
        return write_number(value, decimals)
    return _WRITTEN[column.kind](value)


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "count": write_number,
    "share": write_share,
    "date": lambda value: f"{value:%Y-%m-%d}",
    "time": lambda value: f"{value:%Y-%m-%d %H:%M}",
}
