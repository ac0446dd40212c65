"""Spread and passage: durations by person as boxes, a segment as lines in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.core.result.html_table import column_unit
from procmine.core.result.picture import Picture
from procmine.core.text.palette import BLUE, INK, LIGHT_GREY, LINE, MUTED, ORANGE, PALE_GREY, cool, warm
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import Unit, Words, write_number
from procmine.performance.times.spectrum import QUARTILES
from procmine.visual.charts.figures import date_axis, day_numbers, key_line, lines, new_figure, svg_of

if TYPE_CHECKING:
    import pandas as pd

    from procmine.performance.people.speed import Speed
    from procmine.performance.times.spectrum import Spectrum
    from procmine.visual.charts.figures import Axes

MOST_ACTIVITIES, MOST_PEOPLE, MOST_LINES = 6, 14, 20_000
_ROW, _HEAD = 0.24, 0.42
_TONES = (cool(0.5), LIGHT_GREY, warm(0.5), warm(1.0))
"""Quarters from fast to slow: blue, grey, orange, red."""


def draw_speed(result: Speed) -> Picture:
    """A panel per activity: the middle half as a box, the middle as a line, from one in ten to nine in ten as a whisker."""
    table = result.table
    if table.empty:
        return Picture(result, "")
    names = list(dict.fromkeys(table["activity"]))[:MOST_ACTIVITIES]
    panels = [table[table["activity"] == name].nlargest(MOST_PEOPLE, "n").sort_values("resource") for name in names]
    heights = [len(panel) * _ROW + _HEAD for panel in panels]
    with new_figure(sum(heights) + 0.5) as figure:
        every = figure.subplots(len(panels), 1, height_ratios=heights, squeeze=False)[:, 0]
        for axes, name, panel in zip(every, names, panels, strict=True):
            unit = column_unit(panel["q3"])
            _boxes(axes, panel, unit)
            title = f"{wrapped(name, 30, 1)[0]} · {unit.name.say(result.language)}"
            axes.set_title(title, loc="left", fontsize=9.5, color=INK)
        said = Words(
            "横线：P10–P90；方框：中间一半；竖线：中位；虚线：该活动的中位；浅色：少于 10 次",
            "Line: P10 to P90; box: middle half; bar: median; dashes: median of the activity; pale: fewer than 10",
        )
        every[-1].set_xlabel(said.say(result.language))
        return Picture(result, svg_of(figure, result.title))


def _boxes(axes: Axes, panel: pd.DataFrame, unit: Unit) -> None:
    times = {
        name: panel[name].dt.total_seconds().to_numpy() / unit.seconds for name in ("p10", "q1", "median", "q3", "p90")
    }
    places = range(len(panel))
    tones = [PALE_GREY if small else BLUE for small in panel["is_small"]]
    axes.hlines(places, times["p10"], times["p90"], colors=tones, linewidth=1.2)
    axes.barh(places, times["q3"] - times["q1"], left=times["q1"], height=0.56, color=tones, alpha=0.35, linewidth=0)
    bars = [place + side for place in places for side in (-0.28, 0.28)]
    axes.vlines(times["median"], bars[::2], bars[1::2], colors=tones, linewidth=2.2)
    whole = panel["activity_median"].iloc[0].total_seconds() / unit.seconds
    axes.axvline(whole, color=ORANGE, linewidth=1.0, linestyle=(0, (3, 3)))
    rows = zip(panel["resource"], panel["n"], strict=True)
    labels = [f"{wrapped(name, 10, 1)[0]}  n={write_number(n)}" for name, n in rows]
    axes.set_yticks(list(places), labels, fontsize=8.5, color=INK)
    axes.set_ylim(len(panel) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=LINE)


def draw_spectrum(result: Spectrum) -> Picture:
    """Source above, target below, a line for each passage; fast ones blue, slow ones red, drawn last."""
    table = result.table
    if table.empty:
        return Picture(result, "")
    shown = table.iloc[:: -(-len(table) // MOST_LINES)]
    begin, end = (day_numbers(shown[name]) for name in ("begin", "end"))
    with new_figure(3.2) as figure:
        axes = figure.subplots()
        width = min(1.4, max(0.35, 260 / len(shown)))
        for tone, quarter in zip(_TONES, QUARTILES, strict=True):
            mine = (shown["quartile"] == quarter).to_numpy()
            ends = [((a, 1.0), (b, 0.0)) for a, b in zip(begin[mine], end[mine], strict=True)]
            lines(axes, ends, tone, width, as_image=len(shown) > 1500)
        pad = max((end.max() - begin.min()) * 0.01, 0.02)
        axes.set_xlim(begin.min() - pad, end.max() + pad)
        axes.set_ylim(-0.03, 1.03)
        axes.set_yticks([1.0, 0.0], [wrapped(name, 9, 1)[0] for name in (result.source, result.target)], color=INK)
        axes.grid(visible=True, axis="x", color=LINE)
        marks = [key_line(tone) for tone in _TONES]
        names = [words.say(result.language) for words in QUARTILES.values()]
        figure.legend(marks, names, loc="outside lower left", ncols=4, frameon=False, fontsize=8.5, labelcolor=MUTED)
        date_axis(axes)
        return Picture(result, svg_of(figure, result.title, sharpness=130))
