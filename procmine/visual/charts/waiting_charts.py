"""Where waiting goes: bars of its causes, one per activity, transition or resource."""

from __future__ import annotations

from typing import Any

from procmine.core.result.html_table import column_unit
from procmine.core.result.picture import Picture
from procmine.core.text.palette import INK
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import write_in_unit
from procmine.performance.waiting.cause_records import CAUSES
from procmine.performance.waiting.cause_totals import ByTransition, CauseTotals
from procmine.performance.waiting.waiting_causes import WaitingCauses
from procmine.visual.charts.figures import new_figure, svg_of

_MOST, _LONGEST_NAME = 12, 20.0


def draw_waiting_causes(result: WaitingCauses) -> Picture:
    """Bars of the causes of waiting, one per activity."""
    return draw_cause_totals(result.by("activities"))


def draw_cause_totals(result: CauseTotals) -> Picture:
    """Bars of the causes of waiting, the rows with most waiting first; at most twelve."""
    waited = (
        result.table[result.table["waiting"].dt.total_seconds() > 0]
        if "batching" in result.COLUMNS
        else result.table[:0]
    )
    if waited.empty:
        return Picture(result, "")
    table = waited.head(_MOST)
    unit = column_unit(table["waiting"])
    with new_figure(0.75 + 0.36 * len(table)) as figure:
        axes = figure.subplots()
        left = [0.0] * len(table)
        for cause in CAUSES:
            width = table[cause].dt.total_seconds() / unit.seconds
            axes.barh(
                range(len(table)),
                width,
                left=left,
                height=0.55,
                color=CAUSES[cause].colour,
                label=CAUSES[cause].words.say(result.language),
            )
            left = [a + b for a, b in zip(left, width, strict=True)]
        _labels(axes, result, table)
        for row, seconds in enumerate(table["waiting"].dt.total_seconds()):
            text = f"{write_in_unit(seconds, unit)} {unit.name.say(result.language)}"
            axes.annotate(
                text, (left[row], row), xytext=(5, 0), textcoords="offset points", va="center", color=INK, fontsize=9
            )
        look: Any = {"frameon": False, "handlelength": 0.9, "handleheight": 0.9, "columnspacing": 1.4}
        figure.legend(loc="outside upper left", ncols=len(CAUSES), **look)
        return Picture(result, svg_of(figure, result.title))


def _labels(axes: Any, result: CauseTotals, table: Any) -> None:
    """Names beside the bars, longest bar on top; the numbers stand at the bars, so there is no scale."""
    keys = ["source", "activity"] if isinstance(result, ByTransition) else [next(iter(result.COLUMNS))]
    names = [" → ".join(map(str, row)) for row in table[keys].fillna("●").itertuples(index=False)]
    axes.set_yticks(range(len(names)), [wrapped(name, _LONGEST_NAME, 1)[0] for name in names])
    axes.tick_params(axis="y", labelcolor=INK)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.margins(x=0.12)
    axes.set_xlim(left=0)
