"""Queues over time: a strip for each of the activities with the longest ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procmine.core.result.picture import Picture
from procmine.core.text.palette import BLUE, INK, ORANGE
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import Words
from procmine.visual.charts.figures import date_axis, new_figure, svg_of, whole_numbers

if TYPE_CHECKING:
    from procmine.performance.waiting.queues import Queues

MOST = 6


def draw_queues(result: Queues) -> Picture:
    """The longest queue of each period as an area, arrivals as a line; one scale for each activity."""
    if result.table.empty or result.over_time is None:
        return Picture(result, "")
    names = result.table["activity"].tolist()[:MOST]
    whole, language = result.over_time.table, result.language
    with new_figure(0.95 * len(names) + 0.75) as figure:
        every = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
        drawn: list[Any] = []
        for axes, name in zip(every, names, strict=True):
            table = whole[whole["activity"] == name]
            area = axes.fill_between(table["period"], table["longest"], step="mid", color=BLUE, alpha=0.35, linewidth=0)
            (line,) = axes.plot(table["period"], table["arrivals"], color=ORANGE, linewidth=1.0, drawstyle="steps-mid")
            drawn = [area, line]
            axes.set_title(wrapped(name, 30, 1)[0], loc="left", fontsize=9.5, color=INK, pad=3)
            axes.set_ylim(bottom=0)
            axes.margins(x=0.01)
            whole_numbers(axes)
        labels = [Words("最长队列", "Longest queue"), Words("到达", "Arrivals")]
        figure.legend(
            drawn, [label.say(language) for label in labels], loc="outside lower left", ncols=2, frameon=False
        )
        date_axis(every[-1])
        return Picture(result, svg_of(figure, result.title))
