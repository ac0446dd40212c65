"""Charts. The only door to matplotlib: no global state, text stays text, same numbers same bytes."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from procmine.core.html_table import column_unit
from procmine.core.textwidth import text_width, wrapped, xml_text
from procmine.core.words import Words
from procmine.visual.palette import BLUE, INK, LINE, MUTED, ORANGE, SERIES
from procmine.visual.picture import FAMILY, FONTS, Picture
from procmine.visual.slimming import slim

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib import axes as plain
    from matplotlib.figure import Figure

    from procmine.discovery.dotted import Dotted
    from procmine.discovery.overview import Arrivals
    from procmine.performance.times import Throughput

    Axes = plain.Axes

WIDTH = 9.2
_LONGEST_NAME = 66.0
_MOST_MONTHS = 6
_NEAR, _ROOM_FOR_LABELS = 0.12, 1.13
"""How near two lines of a histogram share their labels' place, and how far it goes above its highest bar for a label."""


_OF_NO_USE = re.compile(r"<metadata>.*?</metadata>|<defs>\s*<style\b.*?</style>\s*</defs>", re.DOTALL)
"""Who made it, and a style for all elements of whatever page it stands in: the drawing's own start says it instead."""


@contextmanager
def new_figure(height: float) -> Iterator[Figure]:
    """A figure of the width of a page in the house's style; nothing of it stays behind."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "procmine",
        "text.parse_math": False,
        "font.family": list(FONTS),
        "font.size": 9.5,
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "axes.edgecolor": LINE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": LINE,
        "grid.linewidth": 0.8,
        "axes.axisbelow": True,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
    }
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        yield Figure(figsize=(WIDTH, height), layout="constrained")


def svg_of(figure: Figure, label: str) -> str:
    """The figure as SVG that can stand in a page: no declaration, no metadata, ids of its own."""
    import logging

    buffer = io.StringIO()
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = _OF_NO_USE.sub("", text[text.index("<svg") :])
    used = set(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", text))
    text = re.sub(r'(<[^<>]*) id="([^"]+)"', lambda tag: tag[0] if tag[2] in used else tag[1], text)
    start = f'<svg role="img" aria-label="{label}" style="stroke-linejoin: round; '
    return xml_text(slim(text, FAMILY).replace('<svg style="', start, 1))


def _line(axes: Axes, table: Any, column: str, colour: str, label: str) -> None:
    whole = len(table) - int(table["incomplete"].iloc[-1])
    period, values = table["period"], table[column]
    axes.plot(period[:whole], values[:whole], color=colour, linewidth=1.8, marker="o", markersize=2.6, label=label)
    axes.plot(
        period[whole - 1 :],
        values[whole - 1 :],
        color=colour,
        linewidth=1.2,
        linestyle=(0, (2, 2)),
        marker="o",
        markersize=2.6,
        markerfacecolor="white",
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


def whole_numbers(axes: Axes) -> None:
    """Few whole numbers on the vertical scale, with thousands separators."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def per_cent_axis(axis: Any, step: float) -> None:
    """Per cent from 0 to 1, marked every `step`."""
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    axis.set_major_locator(MultipleLocator(step))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.0f} %"))


def cells(axes: Axes, places: Sequence[tuple[float, float]], colours: Sequence[str]) -> None:
    """Cells of a matrix around places (column, row), a little apart."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    drawn = [Rectangle((x - 0.47, y - 0.46), 0.94, 0.92) for x, y in places]
    axes.add_collection(PatchCollection(drawn, facecolors=list(colours), linewidths=0))


def lines(axes: Axes, ends: Sequence[Any], colour: str, width: float, *, as_image: bool) -> None:
    """Straight lines, each between two points; many are drawn as one image."""
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(ends, colors=colour, linewidths=width, rasterized=as_image))


def key_line(colour: str) -> Any:
    """A line that stands for its colour in a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour, linewidth=2)


def day_numbers(times: pd.Series) -> Any:
    """Times of a zone as numbers on a date axis, in local time."""
    from matplotlib.dates import date2num

    return date2num(times.dt.tz_localize(None).to_numpy())


def month_axis(axes: Axes, months: pd.Series) -> None:
    """Months below, each in its place, as many as there is room for."""
    from matplotlib.dates import date2num

    distinct = sorted(set(months))
    shown = distinct[:: -(-len(distinct) // _MOST_MONTHS)]
    axes.set_xticks([float(date2num(month)) for month in shown], [f"{month:%Y-%m}" for month in shown])


def date_axis(axes: Axes) -> None:
    """Dates below; midnight is said as a day, and a single instant stands in the middle of one."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=4, maxticks=9)
    formats = ["%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M", "%H:%M:%S"]
    zeros = ["%Y", "%Y-%m", "%m-%d", "%m-%d", "%H:%M", "%H:%M:%S"]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=formats, zero_formats=zeros, offset_formats=[""] * 6, show_offset=False)
    )
    first, last = axes.dataLim.intervalx
    if first == last:
        axes.set_xlim(first - 0.5, last + 0.5)


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
        look: Any = {"frameon": False, "markerscale": 2.2, "fontsize": 8.5, "handletextpad": 0.1}
        figure.legend(dots, names, loc="outside lower left", ncols=columns, **look)
        date_axis(axes)
        figure.set_dpi(110)
        return Picture(result, svg_of(figure, result.title))


def _dots(axes: Axes, result: Dotted) -> list[Any]:
    """Draw the dots of each activity; what is drawn stands for the activity in the legend."""
    table = result.table
    local = table["at"].dt.tz_localize(None)
    look: Any = {"s": min(26.0, max(1.6, 520 / result.n_rows)), "linewidths": 0, "rasterized": True}
    drawn = []
    for i, activity in enumerate(result.activities):
        mine = table["activity"] == activity
        drawn.append(axes.scatter(local[mine], table["row"][mine], color=SERIES[i % len(SERIES)], **look))
    return drawn


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
                color=ORANGE,
                fontsize=9,
            )
        said = Words("流程周期（{unit}）；灰色为更长的案例", "Throughput time ({unit}); grey: all longer ones")
        axes.set_xlabel(said.filled(unit=unit.name).say(language))
        axes.set_xlim(left=0)
        axes.set_ylim(top=float(bins["n_cases"].max()) * (_ROOM_FOR_LABELS + (_ROOM_FOR_LABELS - 1 if are_near else 0)))
        whole_numbers(axes)
        return Picture(result.histogram, svg_of(figure, result.title))


def few_numbers(axes: Axes) -> None:
    """Few numbers on the vertical scale, with a decimal only where it is needed."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
