"""KPIs over time with their control limits, and how scores move."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from procmine.core.result.picture import Picture
from procmine.core.text.palette import BLUE, INK, LINE, MUTED, ORANGE, RED
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import Words
from procmine.kpi.kpis.kpi_trend import signals
from procmine.kpi.kpis.kpi_words import in_unit, unit_name
from procmine.visual.charts.figures import (
    date_axis,
    few_numbers,
    month_axis,
    names_below,
    new_figure,
    svg_of,
    whole_numbers,
)

if TYPE_CHECKING:
    import pandas as pd

    from procmine.kpi.kpis.evaluation import Kpis
    from procmine.kpi.kpis.kpi_trend import KpiTrend
    from procmine.kpi.scorecards.score_views import Distribution
    from procmine.kpi.scorecards.scores import Scores
    from procmine.kpi.spec.kpi import Kpi

MOST_KPIS = 12
_COLUMNS, _ROW, _LONGEST = 2, 1.75, 24.0
_DOTS_SEED = 7


def draw_kpis(result: Kpis) -> Picture:
    """The trend of the KPIs."""
    return draw_kpi_trend(result.trend)


def draw_kpi_trend(result: KpiTrend) -> Picture:
    """A panel per KPI: values, the usual range shaded, the target dashed, what is worth a question marked with a diamond."""
    table = result.table[result.table["group"] == ""]
    names = [name for name in dict.fromkeys(table["kpi"]) if table.loc[table["kpi"] == name, "value"].notna().any()]
    if not names or result.kpis is None:
        return Picture(result, "")
    names, columns = names[:MOST_KPIS], min(_COLUMNS, len(names))
    n_rows = math.ceil(len(names) / columns)
    with new_figure(n_rows * _ROW + 0.35) as figure:
        every = figure.subplots(n_rows, columns, squeeze=False).ravel()
        for axes, name in zip(every, names, strict=False):
            _panel(axes, table[table["kpi"] == name], result.kpis[name], result)
        for axes in every[len(names) :]:
            axes.set_visible(False)
        said = Words(
            "灰色带：正常波动（控制限）；橙色虚线：目标；◆：超出正常波动或接连偏向一侧；空心：该期未满",
            "Grey band: usual range (control limits); orange dashes: target; ◆: outside of it or leaning to one side; "
            "hollow: period not over",
        )
        figure.supxlabel(said.say(result.language), fontsize=9, color=MUTED)
        return Picture(result, svg_of(figure, result.title))


def _panel(axes: Any, table: pd.DataFrame, kpi: Kpi, result: KpiTrend) -> None:
    scale = 100 if kpi.kind == "share" else 1
    whole = table[~table["incomplete"]]
    axes.fill_between(whole["period"], whole["low"] * scale, whole["high"] * scale, color=LINE, linewidth=0, alpha=0.8)
    axes.plot(whole["period"], whole["centre"] * scale, color=MUTED, linewidth=0.7)
    axes.plot(table["period"], table["value"] * scale, color=BLUE, linewidth=1.6, marker="o", markersize=3)
    open_ended = table[table["incomplete"]]
    axes.plot(
        open_ended["period"],
        open_ended["value"] * scale,
        linestyle="",
        marker="o",
        markersize=4.5,
        color=BLUE,
        markerfacecolor="white",
    )
    moved = whole[signals(whole)]
    axes.plot(moved["period"], moved["value"] * scale, linestyle="", marker="D", markersize=6, color=RED)
    if kpi.target is not None:
        axes.axhline(in_unit(kpi, kpi.target.number) * scale, color=ORANGE, linewidth=1.3, linestyle=(0, (4, 3)))
    unit = "%" if kpi.kind == "share" else unit_name(kpi, result.language)
    title = wrapped(kpi.name, _LONGEST, 1)[0] + (f" · {unit}" if unit else "")
    axes.set_title(title, loc="left", fontsize=9.5, color=INK)
    few_numbers(axes)
    axes.margins(x=0.08 if kpi.period == "month" else 0.03, y=0.12)
    if kpi.period == "month":
        month_axis(axes, table["period"])
    else:
        date_axis(axes)


def draw_scores(result: Scores) -> Picture:
    """How the scores move."""
    return Picture(result, "") if result.frames is None else draw_distribution(result.distribution)


def draw_distribution(result: Distribution) -> Picture:
    """Every score as a dot by month, the middle half as a box, the middle as a line; borders of the bands across."""
    table, dots = result.table, result.scores
    if table.empty or dots is None:
        return Picture(result, "")
    places = {period: i for i, period in enumerate(table["period"])}
    with new_figure(3.6) as figure:
        axes = figure.subplots()
        for border in result.borders:
            axes.axhline(border, color=ORANGE, linewidth=0.9, linestyle=(0, (4, 3)))
        x = dots["period"].map(places).to_numpy(float)
        aside = np.random.default_rng(_DOTS_SEED).uniform(-0.28, 0.28, len(x))
        look: Any = {"s": max(3.0, min(14.0, 4000 / len(x))), "linewidths": 0, "rasterized": len(x) > 2000}
        axes.scatter(x + aside, dots["score"], color=BLUE, alpha=0.35, **look)
        axes.bar(
            list(places.values()),
            table["p75"] - table["p25"],
            bottom=table["p25"],
            width=0.62,
            color=BLUE,
            alpha=0.18,
            linewidth=0,
        )
        axes.hlines(
            table["median"],
            [i - 0.31 for i in places.values()],
            [i + 0.31 for i in places.values()],
            colors=BLUE,
            linewidth=2.2,
        )
        for i, row in zip(places.values(), table.itertuples(), strict=True):
            axes.annotate(f"{row.median:.0f}", (i + 0.33, row.median), va="center", fontsize=8.5, color=INK)
        months, counts = [f"{period:%Y-%m}" for period in table["period"]], [f"n = {n:,}" for n in table["n_cases"]]
        names_below(axes, list(places.values()), months, counts)
        axes.set_xlim(-0.6, len(places) - 0.2)
        whole_numbers(axes)
        said = Words(
            "得分；方框：中间一半；粗线：中位；橙色虚线：档位边界",
            "Score; box: middle half; bar: median; orange dashes: borders of bands",
        )
        axes.set_title(said.say(result.language), loc="left", fontsize=9.5, color=MUTED)
        return Picture(result, svg_of(figure, result.title))
