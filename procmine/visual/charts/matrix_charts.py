"""Matrices: the week by weekday and hour, who hands over to whom, who does what, who was busy when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from procmine.core.result.picture import Picture
from procmine.core.text.palette import INK, MUTED, cool, ink_on
from procmine.core.text.textwidth import text_width, wrapped
from procmine.core.text.words import Words, write_number
from procmine.performance.people.rhythm import WEEKDAYS
from procmine.visual.charts.figures import cells, new_figure, svg_of

if TYPE_CHECKING:
    import pandas as pd

    from procmine.performance.movement.handovers import Handovers
    from procmine.performance.people.profiles import ActivityProfile
    from procmine.performance.people.resources import Workload
    from procmine.performance.people.rhythm import WeekRhythm
    from procmine.visual.charts.figures import Axes

MOST = 16
_NAME = 11.0
_BREADTH = 7.0
"""Inches that the names of columns have among them; where they fit, they are not slanted."""
_ROW, _HEAD = 0.29, 0.75


def draw_week(result: WeekRhythm) -> Picture:
    """Weekdays down, hours to the right; the deeper, the more."""
    if result.table.empty:
        return Picture(result, "")
    table = result.table.pivot_table(index="weekday", columns="hour", values="n_events", sort=False)
    days = [WEEKDAYS[day].say(result.language) for day in table.index]
    hours = [str(hour) for hour in table.columns]
    with new_figure(len(days) * _ROW + 0.7) as figure:
        axes = figure.subplots()
        _matrix(axes, table.to_numpy("float64"), days, hours, numbers=False)
        axes.set_xlabel(Words("小时（当地时间）", "Hour (local time)").say(result.language))
        return Picture(result, svg_of(figure, result.title))


def draw_handovers(result: Handovers) -> Picture:
    """Who gives down, who takes to the right: the ones with most handovers, most first."""
    table = result.table
    if table.empty:
        return Picture(result, "")
    given, taken = (table.groupby(side)["n"].sum() for side in ("source", "target"))
    weight = given.add(taken, fill_value=0)
    names = sorted(weight.index, key=lambda name: (-weight[name], name))[:MOST]
    shown = table.pivot_table(index="source", columns="target", values="n", aggfunc="sum")
    shown = shown.reindex(index=names, columns=names)
    return _drawn(result, shown, Words("交出方（纵）→ 接手方（横）", "From (down) → to (right)"), slanted=True)


def draw_profile(result: ActivityProfile) -> Picture:
    """Resources down, activities to the right; numbers are events, colours their share of the resource's work."""
    table = result.table
    if table.empty:
        return Picture(result, "")
    names, activities = (_largest(table, key) for key in ("resource", "activity"))
    counts = table.pivot_table(index="resource", columns="activity", values="n_events").reindex(
        index=sorted(names), columns=activities
    )
    shares = table.pivot_table(index="resource", columns="activity", values="share").reindex(
        index=sorted(names), columns=activities
    )
    said = Words("颜色：占其工作的比例", "Colour: share of their work")
    return _drawn(result, counts, said, slanted=True, colours=shares)


def draw_workload(result: Workload) -> Picture:
    """Resources down, periods to the right; the deeper, the more."""
    table = result.table
    if table.empty:
        return Picture(result, "")
    names = sorted(_largest(table, "resource"))
    shown = table.pivot_table(index="resource", columns="period", values="n_events").reindex(index=names)
    periods = [f"{period:%m-%d}" for period in shown.columns]
    shown.columns = [name if i % max(1, len(periods) // 12) == 0 else "" for i, name in enumerate(periods)]
    return _drawn(result, shown, Words("时间段的第一天", "First day of the period"), numbers=len(periods) <= 16)


def _largest(table: pd.DataFrame, key: str) -> list[str]:
    sums = table.groupby(key)["n_events"].sum()
    return sorted(sums.index, key=lambda name: (-sums[name], name))[:MOST]


def _drawn(
    result: Any, shown: pd.DataFrame, said: Words, *, slanted: bool = False, numbers: bool = True, colours: Any = None
) -> Picture:
    rows, columns = ([_short(str(name)) for name in names] for names in (shown.index, shown.columns))
    longest = max(text_width(name, 8.5) for name in columns) / 72
    slanted = slanted and longest > _BREADTH / len(columns)
    longest = longest if slanted else 0.0
    with new_figure(len(rows) * _ROW + _HEAD + longest * 0.75) as figure:
        axes = figure.subplots()
        tones = None if colours is None else colours.to_numpy("float64")
        _matrix(axes, shown.to_numpy("float64"), rows, columns, numbers=numbers, colours=tones)
        if slanted:
            axes.set_xticklabels(columns, rotation=40, ha="right", rotation_mode="anchor")
        axes.set_xlabel(said.say(result.language))
        return Picture(result, svg_of(figure, result.title))


def _short(name: str) -> str:
    return wrapped(name, _NAME, 1)[0] if name else ""


def _matrix(
    axes: Axes, values: Any, rows: Sequence[str], columns: Sequence[str], *, numbers: bool, colours: Any = None
) -> None:
    """Cells coloured by the root of their share of the largest; missing ones stay white."""
    tones = values if colours is None else colours
    top = float(np.nanmax(tones)) or 1.0
    places, faces = [], []
    for (i, j), value in np.ndenumerate(values):
        if np.isnan(value) or value == 0:
            continue
        part = (float(tones[i, j]) / top) ** 0.5
        places.append((float(j), float(i)))
        faces.append(cool(part))
        if numbers:
            look: Any = {"ha": "center", "va": "center", "fontsize": 8, "color": ink_on(faces[-1])}
            axes.text(j, i, write_number(value), **look)
    cells(axes, places, faces)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), columns, fontsize=8.5)
    axes.set_yticks(range(len(rows)), rows, fontsize=8.5, color=INK)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(axis="x", colors=MUTED)
