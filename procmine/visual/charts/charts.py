"""Charts of what happened: arrivals and work in progress, every event as a dot, throughput times."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from procmine.core.result.html_table import column_unit
from procmine.core.result.picture import Picture
from procmine.core.text.palette import BLUE, INK, MUTED, ORANGE, ORANGE_INK, SERIES
from procmine.core.text.textwidth import text_width, wrapped
from procmine.core.text.words import Words
from procmine.visual.charts.figures import WHOLE, WIDTH, date_axis, new_figure, svg_of, whole_numbers

if TYPE_CHECKING:
    from procmine.discovery.dotted import Dotted
    from procmine.discovery.overview import Arrivals
    from procmine.performance.times.throughput import Throughput
    from procmine.visual.charts.figures import Axes

_LONGEST_NAME = 66.0
_MARK = 4.5
_NEAR, _ROOM_FOR_LABELS = 0.12, 1.13
"""How near two lines of a histogram share their labels' place, and how far it goes above its highest bar for a label."""


def _line(axes: Axes, table: Any, column: str, colour: str, label: str) -> None:
    whole = len(table) - int(table["incomplete"].iloc[-1])
    period, values = table["period"], table[column]
    axes.plot(
        period[:whole], values[:whole], color=colour, linewidth=1.8, marker="o", markersize=2.6, label=label, **WHOLE
    )
    axes.plot(
        period[whole - 1 :],
        values[whole - 1 :],
        color=colour,
        linewidth=1.2,
        linestyle=(0, (2, 2)),
        marker="o",
        markersize=2.6,
        markerfacecolor="white",
        **WHOLE,
    )


def draw_arrivals(result: Arrivals) -> Picture:
    """Arrivals and completions above, work in progress below."""
    table, language = result.table, result.language
    if table.empty:
        return Picture(result, "")
    labels = {name: result.COLUMNS[name].label.say(language) for name in result.COLUMNS}
    with new_figure(3.9) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[1, 1])
        _line(above, table, "arrivals", BLUE, labels["arrivals"])
        _line(above, table, "completions", ORANGE, labels["completions"])
        above.legend(loc="upper left", bbox_to_anchor=(0, 1.22), ncols=2, frameon=False, borderaxespad=0)
        below.fill_between(table["period"], table["work_in_progress"], color=BLUE, alpha=0.16, linewidth=0)
        below.plot(table["period"], table["work_in_progress"], color=BLUE, linewidth=1.8)
        below.set_title(labels["work_in_progress"], loc="left", fontsize=9.5, color=INK)
        for axes in (above, below):
            axes.set_ylim(bottom=0)
            axes.margins(x=0.01)
            whole_numbers(axes)
        date_axis(below)
        return Picture(result, svg_of(figure, result.title))


def draw_dotted(result: Dotted) -> Picture:
    """Dots, coloured by activity; they are drawn as one image, the words around it stay text."""
    table = result.table
    if table.empty:
        return Picture(result, "")
    with new_figure(4.6) as figure:
        axes = figure.subplots()
        dots = _dots(axes, result)
        axes.invert_yaxis()
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.grid(visible=True, axis="x")
        axes.margins(x=0.01, y=0.02)
        axes.set_ylabel(Words("案例（按开始时间）", "Cases (by start)").say(result.language))
        names = [wrapped(activity, _LONGEST_NAME, 1)[0] for activity in result.activities]
        columns = max(1, min(6, int(WIDTH * 72 / (max(text_width(name, 8.5) for name in names) + 26))))
        look: Any = {"frameon": False, "markerscale": _MARK / _side(result), "fontsize": 8.5, "handletextpad": 0.1}
        figure.legend(dots, names, loc="outside lower left", ncols=columns, **look)
        date_axis(axes)
        return Picture(result, svg_of(figure, result.title))


def _dots(axes: Axes, result: Dotted) -> list[Any]:
    """Draw the dots of each activity; what is drawn stands for the activity in the legend."""
    table = result.table
    local = table["at"].dt.tz_localize(None)
    look: Any = {"s": _side(result) ** 2, "linewidths": 0, "rasterized": True}
    drawn = []
    for i, activity in enumerate(result.activities):
        mine = table["activity"] == activity
        drawn.append(axes.scatter(local[mine], table["row"][mine], color=SERIES[i % len(SERIES)], **look))
    return drawn


def _side(result: Dotted) -> float:
    """How large a dot is, in points: the more cases, the smaller."""
    return math.sqrt(min(26.0, max(1.6, 520 / result.n_rows)))


def draw_throughput(result: Throughput) -> Picture:
    """The distribution of throughput times with its median and 90th percentile."""
    if result.histogram is None:
        return Picture(result, "")
    bins, row, language = result.histogram.table, result.table.iloc[0], result.language
    unit = column_unit(bins["from"])
    left = bins["from"].dt.total_seconds() / unit.seconds
    width = float(left.iloc[1] - left.iloc[0]) if len(left) > 1 else 1.0
    with new_figure(2.9) as figure:
        axes = figure.subplots()
        colours = [MUTED if last else BLUE for last in bins["open_ended"]]
        axes.bar(left, bins["n_cases"], width=width * 0.92, align="edge", color=colours)
        median, p90 = (row[name].total_seconds() / unit.seconds for name in ("median", "p90"))
        are_near = p90 - median < _NEAR * (float(left.iloc[-1]) + width)
        for at, label, drop in (
            (median, Words("中位", "median"), 0),
            (p90, Words("P90", "P90"), 11 if are_near else 0),
        ):
            axes.axvline(at, color=ORANGE, linewidth=1.4, linestyle=(0, (4, 3)))
            axes.annotate(
                f"{label.say(language)} {at:,.1f}",
                (at, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(4, -1 - drop),
                textcoords="offset points",
                va="top",
                color=ORANGE_INK,
                fontsize=9,
            )
        said = Words("流程周期（{unit}）；灰色为更长的案例", "Throughput time ({unit}); grey: all longer ones")
        axes.set_xlabel(said.filled(unit=unit.name).say(language))
        axes.set_xlim(left=0)
        axes.set_ylim(top=float(bins["n_cases"].max()) * (_ROOM_FOR_LABELS + (_ROOM_FOR_LABELS - 1 if are_near else 0)))
        whole_numbers(axes)
        return Picture(result.histogram, svg_of(figure, result.title))
