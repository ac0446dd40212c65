"""The pictures of results that say with their columns what to draw: bars, a spread, lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from procmine.core.result.charted import Bars, Lines, Spread
from procmine.core.result.html_table import column_unit, column_units, written
from procmine.core.result.picture import Picture
from procmine.core.result.result import Column, Result
from procmine.core.text.palette import BLUE, INK, SERIES
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import Language
from procmine.visual.charts.figures import date_axis, few_numbers, new_figure, per_cent_axis, svg_of, whole_numbers

_MOST_BARS, _MOST_LINES, _BINS = 15, 6, 24
_LONGEST_NAME = 24.0
_UNKNOWN, _ARROW, _DOT = "–", " → ", " · "


def draw_plain(result: Result) -> Picture:
    """The picture that a result's `CHART` asks for; an empty one where it has no row to draw."""
    if result.table.empty:
        return Picture(result, "")
    if isinstance(result.CHART, Bars):
        return _bars(result, result.CHART)
    if isinstance(result.CHART, Spread):
        return _spread(result, result.CHART)
    if isinstance(result.CHART, Lines):
        return _lines(result, result.CHART)
    raise TypeError(type(result).__name__)


def _bars(result: Result, chart: Bars) -> Picture:
    table = result.table[result.table[chart.value].notna()].head(_MOST_BARS)
    if table.empty:
        return Picture(result, "")
    column = result.COLUMNS[chart.value]
    unit = column_units(table[[chart.value]], {chart.value: column}).get(chart.value)
    lengths = _plain_numbers(table[chart.value])
    with new_figure(0.55 + 0.32 * len(table)) as figure:
        axes = figure.subplots()
        axes.barh(range(len(table)), lengths, height=0.55, color=BLUE)
        for row, (length, value) in enumerate(zip(lengths, table[chart.value], strict=True)):
            said = written(value, column, unit, result.language, 2)
            said += f" {unit.name.say(result.language)}" if unit else ""
            look: Any = {"textcoords": "offset points", "va": "center", "color": INK, "fontsize": 9}
            axes.annotate(said, (max(length, 0.0), row), xytext=(5, 0), **look)
        columns = [result.COLUMNS[one] for one in chart.names]
        rows = table[list(chart.names)].itertuples(index=False)
        names = [
            _name(values, columns, result.language, _ARROW if "source" in chart.names else _DOT) for values in rows
        ]
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(axis="y", labelcolor=INK)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.margins(x=0.14)
        axes.set_title(column.label.say(result.language), loc="left", fontsize=9.5, color=INK)
        return Picture(result, svg_of(figure, result.title))


def _name(values: tuple[Any, ...], columns: list[Column], language: Language, joint: str) -> str:
    """What a row is called: its values one behind the other, without those that are missing."""
    known = [(value, column) for value, column in zip(values, columns, strict=True) if pd.notna(value) and value != ""]
    said = [written(value, column, None, language, 1) for value, column in known]
    return wrapped(joint.join(said) or _UNKNOWN, _LONGEST_NAME, 1)[0]


def _plain_numbers(values: pd.Series) -> list[float]:
    numbers = values.dt.total_seconds() if values.dtype.kind == "m" else values
    return [float(number) for number in numbers]


def _spread(result: Result, chart: Spread) -> Picture:
    values = result.table[chart.value].dropna()
    if values.empty:
        return Picture(result, "")
    column, label = result.COLUMNS[chart.value], result.COLUMNS[chart.value].label.say(result.language)
    numbers = np.array(_plain_numbers(values))
    if column.kind == "duration":
        unit = column_unit(values)
        numbers, label = numbers / unit.seconds, f"{label} ({unit.name.say(result.language)})"
    counts, edges = np.histogram(numbers, bins=min(_BINS, max(1, len(np.unique(numbers)))))
    with new_figure(2.6) as figure:
        axes = figure.subplots()
        axes.bar(edges[:-1], counts, width=np.diff(edges) * 0.92, align="edge", color=BLUE)
        axes.set_xlabel(label)
        if column.kind == "share":
            per_cent_axis(axes.xaxis, 0.25)
        whole_numbers(axes)
        return Picture(result, svg_of(figure, result.title))


def _lines(result: Result, chart: Lines) -> Picture:
    table, language = result.table, result.language
    column = result.COLUMNS[chart.value]
    groups = [""]
    if chart.group:
        sums = table.groupby(chart.group, sort=True)[chart.value].sum().sort_values(ascending=False, kind="stable")
        groups = [str(name) for name in sums.index[:_MOST_LINES]]
    with new_figure(2.9) as figure:
        axes = figure.subplots()
        for name, colour in zip(groups, SERIES, strict=False):
            mine = table[table[chart.group] == name] if chart.group else table
            said = _name((name,), [result.COLUMNS[chart.group]], language, _DOT) if chart.group else ""
            look: Any = {"color": colour, "linewidth": 1.8, "marker": "o", "markersize": 2.6, "label": said}
            axes.plot(mine[chart.period], _plain_numbers(mine[chart.value]), **look)
        if chart.group:
            figure.legend(loc="outside upper left", ncols=3, frameon=False)
        axes.set_ylabel(column.label.say(language))
        axes.set_ylim(bottom=0)
        if column.kind == "share":
            per_cent_axis(axes.yaxis, 0.25)
        else:
            (whole_numbers if column.kind == "count" else few_numbers)(axes)
        date_axis(axes)
        return Picture(result, svg_of(figure, result.title))
