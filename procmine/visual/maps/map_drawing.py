"""Drawing a process map: geometry by `core.nets.layout`, strokes and texts by the numbers of the log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

from procmine.core.html.places import Place
from procmine.core.nets.layout import Curve, Layout
from procmine.core.text.palette import ARC, INK, PAPER
from procmine.core.text.textwidth import text_width, xml_text
from procmine.core.text.words import Language, Words, write_number, write_share
from procmine.visual.maps.coverage import END, START, Arc, View, Views
from procmine.visual.maps.map_caption import Caption, Key, caption, legend_html
from procmine.visual.maps.map_controls import ACTIVITIES, ARCS, Slider, controls_html
from procmine.visual.maps.map_shapes import arrow, dashes, mark, written

METRICS: dict[str, Words] = {
    "frequency": Words("次数", "Frequency"),
    "median": Words("中位时间", "Median time"),
    "p90": Words("P90 时间", "P90 time"),
    "total": Words("总时间", "Total time"),
}

_FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",system-ui,"Segoe UI",sans-serif'
_NAME, _NUMBER, LABEL_SIZE = 12.5, 11.0, 10.5
_PAD = 14.0


class Stroke(NamedTuple):
    """How an arc looks under one metric: its label, colour, width and dashes."""

    label: str
    colour: str
    width: float
    dash: str = ""


class Face(NamedTuple):
    """How a node looks under one metric: its fill, the colour of its text, its outline and its dashes."""

    fill: str
    ink: str
    line: str = ARC
    dash: str = ""


@dataclass(frozen=True)
class MapDrawing:
    """Everything the page needs to draw a map at any level, under any metric.

    Attributes
    ----------
    metrics
        What colours, widths and labels can stand for.
    keys
        What explains colours and dashes; none where they need no words.
    """

    title: str
    language: Language
    colour: str
    n_cases: int
    names: tuple[str, ...]
    arcs: tuple[Arc, ...]
    lines: Mapping[str, Sequence[str]]
    numbers: Mapping[str, str]
    faces: Mapping[str, Mapping[str, Face]]
    strokes: Mapping[Arc, Mapping[str, Stroke]]
    hovers: Mapping[str | Arc, str]
    views: Views
    layouts: Mapping[tuple[int, int], Layout]
    metrics: Mapping[str, Words] = field(default_factory=lambda: METRICS)
    keys: tuple[Key, ...] = ()

    @property
    def legend(self) -> str:
        """What explains colours and dashes, as HTML; empty where they need no words."""
        return legend_html(self.keys)

    # ── pieces ────────────────────────────────────────────────────────────────────────────────

    def _view(self, place: tuple[int, int]) -> View:
        return self.views.grid[place[0]][place[1]]

    def _shown_arcs(self, place: tuple[int, int]) -> list[Arc]:
        view = self._view(place)
        return [arc for arc in self.arcs if arc in view.arcs]

    @cached_property
    def _curves(self) -> dict[tuple[int, int], dict[Arc, Curve]]:
        return {
            place: dict(zip(self._shown_arcs(place), placed.curves, strict=True))
            for place, placed in self.layouts.items()
        }

    def _node(self, name: str, place: tuple[int, int]) -> str:
        centre = self.layouts[place].centres.get(name)
        where = f' transform="translate({written(centre[0])} {written(centre[1])})"' if centre else ' display="none"'
        number = self.names.index(name) if name in self.names else -1
        hover = f"<title>{escape(self.hovers.get(name, ''))}</title>"
        if name in (START, END):
            return f'<g class="n" data-n="{_ENDS[name]}"{where}>{mark(name)}{hover}</g>'
        width, height = node_size(self.lines[name])
        face = self.faces[name][self.colour]
        box = (
            f'<rect x="{written(-width / 2)}" y="{written(-height / 2)}" width="{written(width)}" height="{written(height)}" rx="7" '
            f'fill="{face.fill}" stroke="{face.line}" stroke-width="{1.8 if face.dash else 1}"{dashes(face.dash)}/>'
        )
        return f'<g class="n" data-n="{number}"{where}>{box}{self._node_text(name, height, face)}{hover}</g>'

    def _node_text(self, name: str, height: float, face: Face) -> str:
        rows = [*self.lines[name], self.numbers[name]]
        texts = []
        for i, row in enumerate(rows):
            y = -height / 2 + 17 + i * 15
            last = i == len(rows) - 1
            size, weight = (_NUMBER, "") if last else (_NAME, ' font-weight="600"')
            texts.append(f'<text y="{written(y)}" font-size="{size}"{weight} fill="{face.ink}">{escape(row)}</text>')
        return "".join(texts)

    def _arc(self, arc: Arc, place: tuple[int, int]) -> str:
        curve = self._curves[place].get(arc)
        stroke = self.strokes[arc][self.colour]
        line, tip, (x, y) = arrow(curve) if curve else ("", "", (0.0, 0.0))
        hidden = "" if curve else ' display="none"'
        return (
            f'<g class="a" data-a="{self.arcs.index(arc)}"{hidden}><title>{escape(self.hovers[arc])}</title>'
            f'<path d="{line}" fill="none" stroke="{stroke.colour}" stroke-width="{written(stroke.width)}"{dashes(stroke.dash)}/>'
            f'<path d="{tip}" fill="{stroke.colour}"/>'
            f'<text x="{written(x)}" y="{written(y)}" dx="5" dy=".35em" text-anchor="start" font-size="{LABEL_SIZE}" fill="{INK}" stroke="{PAPER}" '
            f'stroke-width="3" stroke-linejoin="round" paint-order="stroke">{escape(stroke.label)}</text></g>'
        )

    # ── wholes ────────────────────────────────────────────────────────────────────────────────

    def svg(self, *, everything: bool = False) -> str:
        """The map at its first level as a picture of its own; with `everything` what a page needs, its hidden parts too.

        The picture has its name, what it shows and its legend above it; in a page the controls say that.
        """
        place = self.views.first
        placed = self.layouts[place]
        arcs = self.arcs if everything else self._shown_arcs(place)
        names = self.names if everything else [name for name in self.names if name in placed.centres]
        head = Caption("", 0.0, 0.0) if everything else self._caption
        width, height = max(placed.width, head.width) + 2 * _PAD, placed.height + head.height + 2 * _PAD
        left, top = -_PAD - (width - 2 * _PAD - placed.width) / 2, -_PAD - head.height
        size = f'width="{written(width)}" height="{written(height)}"'
        drawn = "".join(self._arc(arc, place) for arc in arcs)
        drawn += "".join(self._node(name, place) for name in [START, END, *names])
        if head.svg:
            drawn += (
                f'<g class="head" transform="translate({written(left + _PAD)} {written(top + _PAD)})">{head.svg}</g>'
            )
        return xml_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{written(left)} {written(top)} {written(width)} {written(height)}" {size} '
            f'role="img" aria-label="{escape(self.title)}" font-family=\'{_FONT}\' text-anchor="middle">'
            f'<rect class="bg" x="{written(left)}" y="{written(top)}" {size} fill="{PAPER}"/>{drawn}</svg>'
        )

    @cached_property
    def _caption(self) -> Caption:
        places = [(i, j) for i, row in enumerate(self.views.grid) for j in range(len(row))]
        lines = (self._line(metric, place) for metric in self.metrics for place in places)
        return caption(self.title, self._line(self.colour, self.views.first), lines, self.keys)

    def _line(self, metric: str, place: tuple[int, int]) -> str:
        return f"{self.metrics[metric].say(self.language)} · {self._said(place)}"

    def _said(self, place: tuple[int, int]) -> str:
        """What a view shows, in a line."""
        activities, arcs = (words.say(self.language) for words in (ACTIVITIES, ARCS))
        return f"{activities} {self._activity_label(place[0])} · {arcs} {self._arc_label(place)} · {self._kept(place)}"

    def html(self, place: Place) -> str:
        """The map with its controls, its data and the script that switches levels."""
        style, script = (
            files("procmine.visual").joinpath("assets", name).read_text("utf-8") for name in ("map.css", "map.js")
        )
        data = json.dumps(self._data(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        still = f'<p class="pm-note pm-still">{escape(_STILL.say(self.language))}</p>' if place.is_notebook else ""
        return (
            f'<figure class="pm-map" aria-label="{escape(xml_text(self.title))}"><style>{style}</style>'
            f"{place.at_work(self._controls())}{self.legend}"
            f'<div class="pm-map-canvas">{self.svg(everything=True)}</div>{still}'
            f'<script type="application/json">{data}</script>{place.at_work(f"<script>{script}</script>")}</figure>'
        )

    def _controls(self) -> str:
        (i, j), grid = self.views.first, self.views.grid
        sliders = [
            Slider("a", ACTIVITIES, i, len(grid), self._activity_label(i)),
            Slider("p", ARCS, j, len(grid[i]), self._arc_label((i, j))),
        ]
        return controls_html(self.language, self.metrics, self.colour, sliders, self._kept((i, j)))

    def _activity_label(self, level: int) -> str:
        return f"{len(self._view((level, 0)).activities)} / {len(self.names)}"

    def _arc_label(self, place: tuple[int, int]) -> str:
        return f"{len(self._view(place).arcs)} / {len(self.arcs)}"

    def _kept(self, place: tuple[int, int]) -> str:
        n = self._view(place).n_cases
        said = Words("完整显示 {n} / {m} 个案例（{share}）", "kept {n} of {m} cases ({share})").filled(
            n=write_number(n), m=write_number(self.n_cases), share=write_share(n / self.n_cases)
        )
        return said.say(self.language)

    def _data(self) -> dict[str, Any]:
        return {
            "title": xml_text(self.title),
            "words": {name: words.say(self.language) for name, words in _SAID_BY_THE_PAGE.items()},
            "metrics": {metric: label.say(self.language) for metric, label in self.metrics.items()},
            "head": self._caption._asdict(),
            "links": [[self._mark_of(end) for end in arc] for arc in self.arcs],
            "first": list(self.views.first),
            "metric": self.colour,
            "pad": _PAD,
            "faces": {metric: [list(self.faces[name][metric]) for name in self.names] for metric in self.metrics},
            "strokes": {
                metric: [
                    [s.label, s.colour, round(s.width, 1), s.dash]
                    for s in (self.strokes[arc][metric] for arc in self.arcs)
                ]
                for metric in self.metrics
            },
            "rows": [
                {"label": self._activity_label(i), "views": [self._view_data((i, j)) for j in range(len(row))]}
                for i, row in enumerate(self.views.grid)
            ],
        }

    def _mark_of(self, end: str) -> int | str:
        """What an end of an arc is called in the page."""
        return _ENDS.get(end) or self.names.index(end)

    def _view_data(self, place: tuple[int, int]) -> dict[str, Any]:
        placed, curves = self.layouts[place], self._curves[place]
        ends = [placed.centres[START], placed.centres[END]]
        arcs = []
        for arc, curve in curves.items():
            line, tip, (x, y) = arrow(curve)
            arcs.append([self.arcs.index(arc), line, tip, x, y])
        return {
            "size": [placed.width, placed.height],
            "label": self._arc_label(place),
            "said": self._said(place),
            "kept": self._kept(place),
            "ends": ends,
            "nodes": [[i, *placed.centres[name]] for i, name in enumerate(self.names) if name in placed.centres],
            "arcs": arcs,
        }


_SAID_BY_THE_PAGE = {
    "keys": Words("用方向键逐个查看", "arrow keys go from one to the next"),
    "failed": Words("PNG 没有生成，请存为 SVG", "the PNG could not be made, save as SVG instead"),
}
_ENDS = {START: "s", END: "e"}
_STILL = Words(
    "这是静态图。信任此笔记本或重新运行这一格后，滑块、切换和悬停即可使用。",
    "This is a still picture: sliders, switches and hovering work once the notebook is trusted or the cell is run again.",
)


def node_size(lines: Sequence[str]) -> tuple[float, float]:
    """Width and height of an activity's box."""
    width = max(text_width(line, _NAME) for line in lines) + 22
    return max(84.0, round(width)), 15.0 * len(lines) + 27
