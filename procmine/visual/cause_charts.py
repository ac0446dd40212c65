"""Causes of waiting as bars: an activity each, the time waited before it split by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.core.html_table import column_unit
from procmine.core.textwidth import wrapped
from procmine.core.words import Words, write_share
from procmine.performance.cause_split import CAUSES
from procmine.performance.cause_totals import CAUSE_NAMES
from procmine.visual.charts import new_figure, svg_of
from procmine.visual.palette import BLUE, INK, LINE, MUTED, ORANGE, PURPLE, RED
from procmine.visual.picture import Picture

if TYPE_CHECKING:
    from procmine.performance.waiting_causes import WaitingCauses

MOST = 12
_TONES = dict(zip(CAUSES, (PURPLE, BLUE, RED, "#c3ccd6", ORANGE), strict=True))


def draw_causes(result: WaitingCauses) -> Picture:
    """Activities from the most waiting down, each a bar of its causes; the share of the whole beside it."""
    import numpy as np

    totals = result.by("activities").table
    if not len(totals) or not totals["waiting"].sum():
        return Picture(result, "")
    shown, language = totals.head(MOST), result.language
    unit = column_unit(shown["waiting"])
    with new_figure(len(shown) * 0.3 + 1.0) as figure:
        axes = figure.subplots()
        left = np.zeros(len(shown))
        places = range(len(shown))
        for cause in CAUSES:
            width = shown[cause].dt.total_seconds().to_numpy() / unit.seconds
            label = CAUSE_NAMES[cause].say(language)
            axes.barh(places, width, left=left, height=0.66, color=_TONES[cause], label=label, linewidth=0)
            left += width
        shares = shown["waiting"] / totals["waiting"].sum()
        for place, end, share in zip(places, left, shares, strict=True):
            axes.annotate(
                write_share(share),
                (end, place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
                color=MUTED,
            )
        names = [wrapped(name, 12, 1)[0] for name in shown["activity"]]
        axes.set_yticks(list(places), names, color=INK)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.margins(x=0.09)
        axes.set_xlim(left=0)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x", color=LINE)
        said = Words("等待合计（{unit}，自然时间）", "Waiting in all ({unit}, natural time)")
        axes.set_xlabel(said.filled(unit=unit.name).say(language))
        figure.legend(loc="outside lower left", ncols=5, frameon=False, fontsize=8.5)
        return Picture(result, svg_of(figure, result.title))
