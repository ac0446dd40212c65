"""Charts of conformance rates: over time with what is still open, and by group with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procmine.core.result.picture import Picture
from procmine.core.text.palette import BLUE, INK, LINE, ORANGE
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import Words, write_number, write_share
from procmine.visual.charts.figures import WHOLE, date_axis, new_figure, per_cent_axis, svg_of

if TYPE_CHECKING:
    from procmine.conformance.views.conformance_split import ConformanceBy, ConformanceOverTime

_MOST_GROUPS = 20


def draw_conformance_over_time(result: ConformanceOverTime) -> Picture:
    """The rate with its interval, and below it the share of cases that are still open."""
    table, language = result.table, result.language
    known = table[table["n_cases"] > 0]
    if known.empty:
        return Picture(result, "")
    labels = {name: column.label.say(language) for name, column in result.COLUMNS.items()}
    with new_figure(3.9) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2.4, 1])
        above.fill_between(known["period"], known["low"], known["high"], color=BLUE, alpha=0.14, linewidth=0)
        _rate_line(above, known)
        above.set_title(labels["case_rate"], loc="left", fontsize=9.5, color=INK)
        days = {"day": 1, "week": 7, "month": 28}[result.period]
        below.bar(known["period"], known["open_share"], width=days * 0.72, color=ORANGE, hatch="///", edgecolor="white")
        below.set_title(labels["open_share"], loc="left", fontsize=9.5, color=INK)
        for axes in (above, below):
            axes.set_ylim(0, 1.03)
            axes.margins(x=0.02)
        per_cent_axis(above.yaxis, 0.25)
        per_cent_axis(below.yaxis, 0.5)
        date_axis(below)
        return Picture(result, svg_of(figure, result.title))


def _rate_line(axes: Any, table: Any) -> None:
    """The rate; a period within which the log ends is dashed, with an empty dot."""
    whole = table[~table["incomplete"]]
    look: Any = {"color": BLUE, "marker": "o", "markersize": 4, **WHOLE}
    axes.plot(whole["period"], whole["case_rate"], linewidth=1.8, **look)
    last = table.tail(2) if len(table) > len(whole) else table.tail(0)
    axes.plot(last["period"], last["case_rate"], linewidth=1.2, linestyle=(0, (2, 2)), color=BLUE)
    ended = table[table["incomplete"]]
    axes.plot(ended["period"], ended["case_rate"], linestyle="none", markerfacecolor="white", **look)
    for row in table.itertuples():
        axes.annotate(
            write_number(row.n_cases),
            (row.period, row.case_rate),
            xytext=(0, 7 if row.case_rate < 0.9 else -14),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=INK,
        )


def draw_conformance_by(result: ConformanceBy) -> Picture:
    """A dot for each group with its interval and number of cases; at most twenty groups."""
    table = result.table.head(_MOST_GROUPS)
    if table.empty:
        return Picture(result, "")
    names = [wrapped(value, 18, 1)[0] for value in table["value"]]
    with new_figure(0.9 + 0.34 * len(table)) as figure:
        axes = figure.subplots()
        places = range(len(table))
        axes.hlines(places, table["low"], table["high"], color=BLUE, linewidth=2.2, alpha=0.45)
        axes.plot(table["case_rate"], places, linestyle="none", marker="o", markersize=6, color=BLUE, **WHOLE)
        for place, row in zip(places, table.itertuples(), strict=True):
            said = Words("{rate}　{n} 个案例", "{rate} · {n} cases").filled(
                rate=write_share(row.case_rate), n=write_number(row.n_cases)
            )
            axes.annotate(
                said.say(result.language),
                (1.02, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=9,
                color=INK,
                annotation_clip=False,
            )
        axes.set_yticks(list(places), names)
        axes.tick_params(axis="y", labelcolor=INK, pad=8)
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x", color=LINE)
        per_cent_axis(axes.xaxis, 0.25)
        axes.set_xlabel(Words("符合率与 95 % 区间", "Conformance rate with its 95 % interval").say(result.language))
        return Picture(result, svg_of(figure, f"{result.title} · {result.attribute}"))
