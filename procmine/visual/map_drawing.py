"""Drawing a process map: geometry by `core.layout`, strokes and texts by the numbers of the log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

from procmine.core.layout import Curve, Layout
from procmine.core.places import Place
from procmine.core.textwidth import text_width, xml_text
from procmine.core.words import Language, Words, write_number, write_share
from procmine.visual.coverage import END, START, Arc, View, Views
from procmine.visual.palette import GREEN, INK, PAPER

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
    line: str = "#8fa5c0"
    dash: str = ""


@dataclass(frozen=True)
class MapDrawing:
    """Everything the page needs to draw a map at any level, under any metric.

    Attributes
    ----------
    metrics
        What colours, widths and labels can stand for.
    legend
        HTML that explains colours and dashes; empty where they need no words.
    """

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
    legend: str = ""

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
        where = f' transform="translate({_n(centre[0])} {_n(centre[1])})"' if centre else ' display="none"'
        number = self.names.index(name) if name in self.names else -1
        hover = f"<title>{escape(self.hovers.get(name, ''))}</title>"
        if name in (START, END):
            return f'<g class="n" data-n="{"s" if name == START else "e"}"{where}>{_mark(name)}{hover}</g>'
        width, height = node_size(self.lines[name])
        face = self.faces[name][self.colour]
        box = (
            f'<rect x="{_n(-width / 2)}" y="{_n(-height / 2)}" width="{_n(width)}" height="{_n(height)}" rx="7" '
            f'fill="{face.fill}" stroke="{face.line}" stroke-width="{1.8 if face.dash else 1}"{_dashes(face.dash)}/>'
        )
        return f'<g class="n" data-n="{number}"{where}>{box}{self._node_text(name, height, face)}{hover}</g>'

    def _node_text(self, name: str, height: float, face: Face) -> str:
        rows = [*self.lines[name], self.numbers[name]]
        texts = []
        for i, row in enumerate(rows):
            y = -height / 2 + 17 + i * 15
            last = i == len(rows) - 1
            size, weight = (_NUMBER, "") if last else (_NAME, ' font-weight="600"')
            texts.append(f'<text y="{_n(y)}" font-size="{size}"{weight} fill="{face.ink}">{escape(row)}</text>')
        return "".join(texts)

    def _arc(self, arc: Arc, place: tuple[int, int]) -> str:
        curve = self._curves[place].get(arc)
        stroke = self.strokes[arc][self.colour]
        line, tip, (x, y) = _paths(curve) if curve else ("", "", (0.0, 0.0))
        hidden = "" if curve else ' display="none"'
        return (
            f'<g class="a" data-a="{self.arcs.index(arc)}"{hidden}><title>{escape(self.hovers[arc])}</title>'
            f'<path d="{line}" fill="none" stroke="{stroke.colour}" stroke-width="{_n(stroke.width)}"{_dashes(stroke.dash)}/>'
            f'<path d="{tip}" fill="{stroke.colour}"/>'
            f'<text x="{_n(x)}" y="{_n(y)}" dx="5" dy=".35em" text-anchor="start" font-size="{LABEL_SIZE}" fill="{INK}" stroke="{PAPER}" '
            f'stroke-width="3" stroke-linejoin="round" paint-order="stroke">{escape(stroke.label)}</text></g>'
        )

    # ── wholes ────────────────────────────────────────────────────────────────────────────────

    def svg(self, *, everything: bool = False) -> str:
        """The map as SVG at its first level; with `everything` its hidden parts are there, undisplayed."""
        place = self.views.first
        placed = self.layouts[place]
        arcs = self.arcs if everything else self._shown_arcs(place)
        names = self.names if everything else [name for name in self.names if name in placed.centres]
        width, height = placed.width + 2 * _PAD, placed.height + 2 * _PAD
        box = f"{_n(-_PAD)} {_n(-_PAD)} {_n(width)} {_n(height)}"
        drawn = "".join(self._arc(arc, place) for arc in arcs)
        drawn += "".join(self._node(name, place) for name in [START, END, *names])
        return xml_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{_n(width)}" height="{_n(height)}" '
            f'role="img" font-family=\'{_FONT}\' text-anchor="middle">'
            f'<rect class="bg" x="{_n(-_PAD)}" y="{_n(-_PAD)}" width="{_n(width)}" height="{_n(height)}" fill="{PAPER}"/>'
            f"{drawn}</svg>"
        )

    def html(self, place: Place) -> str:
        """The map with its controls, its data and the script that switches levels."""
        style, script = (
            files("procmine.visual").joinpath("assets", name).read_text("utf-8") for name in ("map.css", "map.js")
        )
        data = json.dumps(self._data(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        still = f'<p class="pm-note pm-still">{escape(_STILL.say(self.language))}</p>' if place.is_notebook else ""
        return (
            f'<figure class="pm-map"><style>{style}</style>{place.at_work(self._controls())}{self.legend}'
            f'<div class="pm-map-canvas">{self.svg(everything=True)}</div>{still}'
            f'<script type="application/json">{data}</script>{place.at_work(f"<script>{script}</script>")}</figure>'
        )

    def _controls(self) -> str:
        say = lambda words: escape(words.say(self.language))  # noqa: E731
        buttons = "".join(
            f'<button type="button" data-m="{name}" aria-pressed="{"true" if name == self.colour else "false"}">{say(label)}</button>'
            for name, label in self.metrics.items()
        )
        (i, j), grid = self.views.first, self.views.grid
        return (
            f'<div class="pm-map-controls"><span class="pm-seg" role="group">{buttons}</span>'
            f'<label>{say(_ACTIVITIES)} <input type="range" data-s="a" min="0" max="{len(grid) - 1}" value="{i}"> <output data-o="a">{self._activity_label(i)}</output></label>'
            f'<label>{say(_ARCS)} <input type="range" data-s="p" min="0" max="{len(grid[i]) - 1}" value="{j}"> <output data-o="p">{self._arc_label((i, j))}</output></label>'
            f'<span class="pm-map-kept" data-o="k">{escape(self._kept((i, j)))}</span>'
            f'<span class="pm-map-save"><button type="button" data-save="svg">SVG</button><button type="button" data-save="png">PNG</button></span></div>'
        )

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

    def _view_data(self, place: tuple[int, int]) -> dict[str, Any]:
        placed, curves = self.layouts[place], self._curves[place]
        ends = [placed.centres[START], placed.centres[END]]
        arcs = []
        for arc, curve in curves.items():
            line, tip, (x, y) = _paths(curve)
            arcs.append([self.arcs.index(arc), line, tip, x, y])
        return {
            "size": [placed.width, placed.height],
            "label": self._arc_label(place),
            "kept": self._kept(place),
            "ends": ends,
            "nodes": [[i, *placed.centres[name]] for i, name in enumerate(self.names) if name in placed.centres],
            "arcs": arcs,
        }


_STILL = Words(
    "这是静态图。信任此笔记本或重新运行这一格后，滑块、切换和悬停即可使用。",
    "This is a still picture: sliders, switches and hovering work once the notebook is trusted or the cell is run again.",
)
_ACTIVITIES, _ARCS = Words("活动", "Activities"), Words("路径", "Paths")


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _dashes(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _mark(name: str) -> str:
    if name == START:
        return f'<circle r="7.5" fill="{GREEN}"/>'
    return f'<circle r="7.5" fill="none" stroke="{INK}" stroke-width="1.4"/><circle r="4.6" fill="{INK}"/>'


def _paths(curve: Curve) -> tuple[str, str, tuple[float, float]]:
    """The line, the arrow head and the place of the label of an arc."""
    first, *rest = curve.points
    line = f"M{_n(first[0])} {_n(first[1])}C" + " ".join(f"{_n(x)} {_n(y)}" for x, y in rest)
    (x0, y0), (x1, y1) = curve.points[-1], curve.tip
    dx, dy = x1 - x0, y1 - y0
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    nx, ny = -dy / length * 4.2, dx / length * 4.2
    tip = f"M{_n(x0 + nx)} {_n(y0 + ny)}L{_n(x1)} {_n(y1)}L{_n(x0 - nx)} {_n(y0 - ny)}Z"
    return line, tip, curve.label or _middle(curve)


def _middle(curve: Curve) -> tuple[float, float]:
    return curve.points[len(curve.points) // 2]


def node_size(lines: Sequence[str]) -> tuple[float, float]:
    """Width and height of an activity's box."""
    width = max(text_width(line, _NAME) for line in lines) + 22
    return max(84.0, round(width)), 15.0 * len(lines) + 27
