"""Figures and their axes. The only door to matplotlib: no font is asked, no setting heard, text stays text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from procmine.core.result.picture import FAMILY
from procmine.core.text.palette import INK, LINE, MUTED
from procmine.core.text.quiet import quiet_matplotlib
from procmine.core.text.textwidth import ASCENT, DESCENT, text_width, xml_text
from procmine.visual.charts.slimming import slim

with quiet_matplotlib():
    import matplotlib as mpl
    from matplotlib.backend_bases import FigureCanvasBase
    from matplotlib.backends.backend_mixed import MixedModeRenderer
    from matplotlib.backends.backend_svg import RendererSVG
    from matplotlib.collections import LineCollection, PatchCollection
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
    from matplotlib.figure import Figure
    from matplotlib.font_manager import weight_dict
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle
    from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib import axes as plain

    Axes = plain.Axes

WIDTH = 9.2
_POINTS, _SHARPNESS = 72, 110
_BOLD = 600
_MOST_MONTHS = 6
_SECOND_ROW = 18.0
_LOOK = f"{FAMILY}; stroke-linejoin: round"
WHOLE: Any = {"clip_on": False, "in_layout": False, "zorder": 3}
"""For marks that may stand on the edge of the axes: they are drawn whole and move no margin."""
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "procmine",
    "text.parse_math": False,
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
    "ytick.alignment": "center",
    "xtick.major.pad": 6,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


@contextmanager
def new_figure(height: float) -> Iterator[Figure]:
    """A figure of the width of a page in the house's style, whatever a machine has set; nothing of it stays behind."""
    with quiet_matplotlib():
        settings: Any = {name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"}
        with mpl.rc_context(settings | _STYLE):
            figure = Figure(figsize=(WIDTH, height), dpi=_POINTS, layout="constrained")
            _canvas_class()(figure)
            yield figure


@cache
def _renderer_class() -> Any:
    """Draws SVG and measures texts by the table: layout asks it too, so that no font is ever opened."""

    class Renderer(RendererSVG):
        def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
            del ismath
            size, weight = prop.get_size_in_points(), prop.get_weight()
            width = text_width(s, size, is_bold=weight_dict.get(weight, weight) >= _BOLD)
            return width, (ASCENT + DESCENT) * size, DESCENT * size

        def _get_font_height_metrics(self, prop: Any) -> tuple[float, float, float]:
            size = prop.get_size_in_points()
            return ASCENT * size, DESCENT * size, 0.0

        def _write_default_style(self) -> None:
            """Nothing: a style sheet would reach the whole page; `svg_of` says it on the picture itself."""

    return Renderer


@cache
def _canvas_class() -> Any:
    """What a figure asks for a renderer while it is laid out."""

    class Canvas(FigureCanvasBase):
        def get_renderer(self) -> Any:
            return _renderer(self.figure, io.StringIO(), _POINTS)

    return Canvas


def _renderer(figure: Figure, file: io.StringIO, sharpness: float) -> Any:
    width, height = figure.get_size_inches()
    unsaid: Any = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    vector = _renderer_class()(width * _POINTS, height * _POINTS, file, image_dpi=sharpness, metadata=unsaid)
    return MixedModeRenderer(figure, width, height, sharpness, vector)


def svg_of(figure: Figure, label: str, *, sharpness: int = _SHARPNESS) -> str:
    """The figure as SVG that can stand in a page: no declaration, no style sheet, ids of its own.

    What is drawn as an image has `sharpness` dots to an inch.
    """
    buffer = io.StringIO()
    renderer = _renderer(figure, buffer, sharpness)
    figure.draw(renderer)
    renderer.finalize()
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    used = set(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", text))
    text = re.sub(r'(<[^<>]*) id="([^"]+)"', lambda tag: tag[0] if tag[2] in used else tag[1], text)
    return xml_text(slim(text, _LOOK).replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1))


def whole_numbers(axes: Axes) -> None:
    """Few whole numbers on the vertical scale, with thousands separators."""
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def per_cent_axis(axis: Any, step: float) -> None:
    """Per cent from 0 to 1, marked every `step`."""
    axis.set_major_locator(MultipleLocator(step))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.0f} %"))


def cells(axes: Axes, places: Sequence[tuple[float, float]], colours: Sequence[str]) -> None:
    """Cells of a matrix around places (column, row), a little apart."""
    drawn = [Rectangle((x - 0.47, y - 0.46), 0.94, 0.92) for x, y in places]
    axes.add_collection(PatchCollection(drawn, facecolors=list(colours), linewidths=0))


def lines(axes: Axes, ends: Sequence[Any], colour: str, width: float, *, as_image: bool) -> None:
    """Straight lines, each between two points; many are drawn as one image."""
    axes.add_collection(LineCollection(ends, colors=colour, linewidths=width, rasterized=as_image))


def key_line(colour: str) -> Any:
    """A line that stands for its colour in a legend."""
    return Line2D([], [], color=colour, linewidth=2)


def names_below(axes: Axes, places: Sequence[float], above: Sequence[str], below: Sequence[str]) -> None:
    """Two rows of names under the horizontal scale; each is a text of its own, so that each stands in the middle."""
    axes.set_xticks(places, above)
    axes.set_xticks(places, below, minor=True)
    axes.xaxis.remove_overlapping_locs = False
    axes.tick_params(axis="x", which="minor", length=0, pad=_SECOND_ROW)


def day_numbers(times: pd.Series) -> Any:
    """Times of a zone as numbers on a date axis, in local time."""
    return date2num(times.dt.tz_localize(None).to_numpy())


def month_axis(axes: Axes, months: pd.Series) -> None:
    """Months below, each in its place, as many as there is room for."""
    distinct = sorted(set(months))
    shown = distinct[:: -(-len(distinct) // _MOST_MONTHS)]
    axes.set_xticks([float(date2num(month)) for month in shown], [f"{month:%Y-%m}" for month in shown])


def date_axis(axes: Axes) -> None:
    """Dates below; midnight is said as a day, and a single instant stands in the middle of one."""
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


def few_numbers(axes: Axes) -> None:
    """Few numbers on the vertical scale, with a decimal only where it is needed."""
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
