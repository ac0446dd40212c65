"""How long nodes took beside their limits: a histogram each, with the limit marked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from procmine.core.result.html_table import column_unit
from procmine.core.result.picture import Picture
from procmine.core.text.palette import BLUE, INK, MUTED, ORANGE
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import Words, write_number
from procmine.visual.charts.figures import new_figure, svg_of, whole_numbers

if TYPE_CHECKING:
    import pandas as pd

    from procmine.conformance.views.node_limits import NodeLimits
    from procmine.core.text.words import Language
    from procmine.visual.charts.figures import Axes

MOST_NODES, _ROW, _FOOT = 8, 1.75, 0.3


def draw_limits(result: NodeLimits) -> Picture:
    """A panel per node and limit, in the order of the table: bars within the limit blue, beyond it orange."""
    if result.spread is None:
        return Picture(result, "")
    table = result.spread.table
    places = {name: place for place, name in enumerate(result.table["node"])}
    panels = sorted(table.groupby(["node", "limit"], sort=True), key=lambda one: places[one[0][0]])[:MOST_NODES]
    n_rows = math.ceil(len(panels) / 2)
    with new_figure(n_rows * _ROW + _FOOT) as figure:
        every = figure.subplots(n_rows, 2, squeeze=False).ravel()
        for axes, ((name, _), panel) in zip(every, panels, strict=False):
            _panel(axes, str(name), panel.reset_index(drop=True), result.language)
        for axes in every[len(panels) :]:
            axes.set_axis_off()
        said = Words(
            "蓝色：时限之内；橙色：超时，最后一柱为两倍时限以上；竖线：时限",
            "Blue: within the limit; orange: late, the last bar all beyond twice the limit; line: the limit",
        )
        figure.supxlabel(said.say(result.language), fontsize=9, color=MUTED)
        return Picture(result.spread, svg_of(figure, result.spread.title))


def _panel(axes: Axes, name: str, panel: pd.DataFrame, language: Language) -> None:
    unit = column_unit(panel["limit"])
    left, limit = (panel[column].dt.total_seconds() / unit.seconds for column in ("from", "limit"))
    width = float(left.iloc[1] - left.iloc[0])
    tones = [ORANGE if late else BLUE for late in panel["is_late"]]
    axes.bar(left, panel["n"], width=width * 0.92, align="edge", color=tones)
    axes.axvline(limit.iloc[0], color=INK, linewidth=1.4)
    said = Words("时限 {limit} {unit}", "limit {limit} {unit}").filled(
        limit=f"{limit.iloc[0]:,.4g}", unit=unit.name.say(language)
    )
    look: Any = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "top", "fontsize": 9}
    axes.annotate(said.say(language), (limit.iloc[0], 1.0), xytext=(4, -1), color=INK, **look)
    late = int(panel.loc[panel["is_late"], "n"].sum())
    told = Words("{node} · {n} 次，超时 {late}", "{node} · {n} times, {late} late").filled(
        node=wrapped(name, 22, 1)[0], n=write_number(panel["n"].sum()), late=write_number(late)
    )
    axes.set_title(told.say(language), loc="left", fontsize=9.5, color=INK)
    axes.set_xlim(0, float(left.iloc[-1]) + width)
    whole_numbers(axes)
