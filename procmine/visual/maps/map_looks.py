"""From the numbers of a log to the looks of its map: strokes, fills, labels, hover texts, and layouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from procmine.core.nets.layout import Box, Layout, Link, layout
from procmine.core.text.palette import INK, PLAIN_ARC, PLAIN_NODE, cool, warm
from procmine.core.text.textwidth import text_width, wrapped
from procmine.core.text.words import Language, Words, write_duration, write_number
from procmine.discovery.variants import happy_path
from procmine.visual.maps.bottleneck_marks import Marks
from procmine.visual.maps.coverage import END, START, Arc, View, arc_counts, views_of
from procmine.visual.maps.map_drawing import LABEL_SIZE, METRICS, Face, MapDrawing, Stroke, node_size

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.log.eventlog import EventLog

_NAME_EM, _NAME_LINES = 11.0, 3
_MARK = 16.0
_BEGIN, _FINISH = Words("开始", "Start"), Words("结束", "End")
_EVENTS, _CASES = Words("事件", "Events"), Words("案例", "Cases")
_STARTS, _ENDS = Words("首个活动", "First in"), Words("末个活动", "Last in")
_MEAN = Words("平均时间", "Mean time")


def draw_map(
    title: str, log: EventLog, flow: pd.DataFrame, events: pd.DataFrame, colour: str, marks: Marks | None = None
) -> MapDrawing:
    """Lay out all views of a log and give every node and arc its looks under every metric."""
    marks = marks or Marks({}, {})
    variants = log.variants
    names = tuple(dict.fromkeys(activity for variant in variants for activity in variant.activities))
    counts = arc_counts(variants)
    arcs = tuple(sorted(counts, key=lambda arc: (-counts[arc], arc)))
    lines = {name: wrapped(name, _NAME_EM, _NAME_LINES) for name in names}
    strokes = marks.on_strokes(_strokes(log.language, arcs, counts, flow))
    views = views_of(variants)
    happy = happy_path(log)
    layouts = {
        (i, j): placed(view, names, arcs, counts, lines, strokes, happy)
        for i, row in enumerate(views.grid)
        for j, view in enumerate(row)
    }
    numbers = {row.activity: write_number(row.n_events) for row in events.itertuples()}
    return MapDrawing(
        title=title,
        language=log.language,
        colour=colour,
        n_cases=log.n_cases,
        names=names,
        arcs=arcs,
        lines=lines,
        numbers=numbers,
        faces=marks.on_faces(_faces(events)),
        strokes=strokes,
        hovers=marks.on_hovers(_hovers(log.language, flow, events, counts)),
        views=views,
        layouts=layouts,
        keys=marks.keys(log.language),
    )


def placed(
    view: View,
    names: Sequence[str],
    arcs: Sequence[Arc],
    counts: Mapping[Arc, int],
    lines: Mapping[str, Sequence[str]],
    strokes: Mapping[Arc, Mapping[str, Stroke]],
    happy: Sequence[str],
) -> Layout:
    """Lay out a view: the happy path straight down, everything else where its neighbours stand."""
    on_way = {START, END, *happy}
    main = set(zip((START, *happy), (*happy, END), strict=True))
    order = [name for name in _in_order(happy, names, counts) if name in view.activities]
    boxes = [Box(START, _MARK, _MARK, "main", "first")]
    boxes += [Box(name, *node_size(lines[name]), "main" if name in on_way else "") for name in order]
    boxes.append(Box(END, _MARK, _MARK, "main", "last"))
    most = max(counts.values())
    links = []
    for arc in arcs:
        if arc in view.arcs:
            weight = 1 + round(19 * counts[arc] / most) + (400 if arc in main else 0)
            label = max(text_width(stroke.label, LABEL_SIZE) for stroke in strokes[arc].values())
            links.append(Link(*arc, weight=weight, label_width=label + 10))
    return layout(boxes, links)


def _in_order(happy: Sequence[str], names: Sequence[str], counts: Mapping[Arc, int]) -> list[str]:
    """The activities from top to bottom: the happy path as it goes, the others where their neighbours stand.

    An activity stands half a step behind those it follows and half a step before those that follow it,
    on the average of how often it does; several rounds, since neighbours may stand beside the path too.
    """
    level = {name: float(i) for i, name in enumerate(happy)} | {START: -1.0, END: float(len(happy))}
    aside = [name for name in names if name not in level]
    for _ in range(len(aside) + 1):
        for name in aside:
            near = [(level[a] + 0.5, n) for (a, b), n in counts.items() if b == name != a and a in level]
            near += [(level[b] - 0.5, n) for (a, b), n in counts.items() if a == name != b and b in level]
            if near:
                level[name] = sum(at * n for at, n in near) / sum(n for _, n in near)
    return sorted((*happy, *aside), key=lambda name: (level.get(name, len(happy)), name not in happy, name))


def _faces(events: pd.DataFrame) -> dict[str, dict[str, Face]]:
    most = events["n_events"].max()
    faces = {}
    for row in events.itertuples():
        share = 0.05 + 0.4 * (row.n_events / most) ** 0.7
        faces[row.activity] = {
            metric: Face(cool(share), INK) if metric == "frequency" else Face(PLAIN_NODE, INK) for metric in METRICS
        }
    return faces


def _strokes(
    language: Language, arcs: Sequence[Arc], counts: Mapping[Arc, int], flow: pd.DataFrame
) -> dict[Arc, dict[str, Stroke]]:
    times = {(row.source, row.target): row for row in flow.itertuples()}
    most = max(counts.values())
    longest = (
        {metric: max(flow[metric].max().total_seconds(), 1.0) for metric in METRICS if metric != "frequency"}
        if len(flow)
        else {}
    )
    strokes = {}
    for arc in arcs:
        share = (counts[arc] / most) ** 0.5
        often = Stroke(write_number(counts[arc]), cool(0.35 + 0.6 * share), 1.1 + 4.4 * share)
        looks = {"frequency": often}
        for metric in longest or [m for m in METRICS if m != "frequency"]:
            if arc not in times:
                looks[metric] = Stroke("", PLAIN_ARC, 1.1)
                continue
            time = getattr(times[arc], metric)
            part = max(time.total_seconds() / longest[metric], 0.0) ** 0.5
            looks[metric] = Stroke(write_duration(time, language), warm(0.15 + 0.85 * part), 1.1 + 4.4 * part)
        strokes[arc] = looks
    return strokes


def _hovers(
    language: Language, flow: pd.DataFrame, events: pd.DataFrame, counts: Mapping[Arc, int]
) -> dict[str | Arc, str]:
    def lines(title: str, pairs: Sequence[tuple[Words, str]]) -> str:
        return "\n".join([title, *(f"{label.say(language)}: {value}" for label, value in pairs)])

    hovers: dict[str | Arc, str] = {START: _BEGIN.say(language), END: _FINISH.say(language)}
    for row in events.itertuples():
        pairs = [(_EVENTS, row.n_events), (_CASES, row.n_cases), (_STARTS, row.n_starts), (_ENDS, row.n_ends)]
        hovers[row.activity] = lines(row.activity, [(label, write_number(n)) for label, n in pairs])
    for row in flow.itertuples():
        times = [
            (METRICS["median"], row.median),
            (_MEAN, row.mean),
            (METRICS["p90"], row.p90),
            (METRICS["total"], row.total),
        ]
        pairs_of_arc = [(METRICS["frequency"], write_number(row.count)), (_CASES, write_number(row.n_cases))]
        pairs_of_arc += [(label, write_duration(value, language)) for label, value in times]
        hovers[(row.source, row.target)] = lines(f"{row.source} → {row.target}", pairs_of_arc)
    for arc, n in counts.items():
        if START in arc or END in arc:
            source, target = (
                _BEGIN.say(language) if end == START else _FINISH.say(language) if end == END else end for end in arc
            )
            hovers[arc] = lines(f"{source} → {target}", [(_CASES, write_number(n))])
    return hovers
