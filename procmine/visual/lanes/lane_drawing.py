"""A map with lanes as SVG: sizes, lines that keep to the gaps between rows, and every text inside its box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from procmine.conformance.standard.outline import node_numbers
from procmine.conformance.standard.standard import Standard
from procmine.core.result.picture import FAMILY
from procmine.core.text.palette import (
    BLUE,
    GREEN,
    GROUND,
    INK,
    LINE,
    MUTED,
    NODE,
    NODE_LINE,
    PALE_BLUE,
    PAPER,
    PURPLE,
    RULE,
)
from procmine.core.text.textwidth import wrapped, xml_text
from procmine.core.text.words import Language, Words
from procmine.visual.lanes.lane_faces import BOX, NAME, SMALL, faces_of
from procmine.visual.lanes.lane_places import END, START, Junction, placed_in_lanes

_SLOT, _GUTTER, _PAD = 148.0, 66.0, 8.0
_HEAD, _BAND, _MARK = 34.0, 30.0, 18.0
_TRACK, _ABOVE, _BELOW = 13.0, 9.0, 15.0
_NO_ROLE = Words("未定角色", "no role")


def lanes_svg(version: Standard, language: Language) -> str:
    """The unified process as a self-contained SVG: lanes from left to right, the flow from top to bottom."""
    return _LanesDrawing(version, language).svg()


class _Track(NamedTuple):
    """A horizontal stretch of a line in the gap above a row."""

    gap: int
    left: float
    right: float


@dataclass
class _Line:
    """A junction with the heights of its horizontal stretches."""

    junction: Junction
    tracks: list[_Track]
    numbers: list[int]


class _LanesDrawing:
    def __init__(self, version: Standard, language: Language) -> None:
        self.version, self.language = version, language
        self.places = placed_in_lanes(version)
        self.faces = faces_of(version, language)
        columns = max((one.column + 1 for one in self.places.brackets), default=0)
        self.left = _PAD + columns * _GUTTER
        self.edges = [self.left]
        for slots in self.places.slots:
            self.edges.append(self.edges[-1] + slots * _SLOT)
        self.lines = self._tracked()
        self.tops, self.heights = self._rows()

    # ── where things are ──────────────────────────────────────────────────────────────────────

    def _x(self, name: str) -> float:
        spot = self.places.spots[name]
        return self.edges[spot.lane] + (spot.slot + 0.5) * _SLOT

    def _box_height(self, name: str) -> float:
        return self.faces[name].height if name in self.faces else _MARK

    def _y(self, name: str) -> float:
        row = self.places.spots[name].row
        return self.tops[row] + self.heights[row] / 2

    def _top(self, name: str) -> float:
        return self._y(name) - self._box_height(name) / 2

    def _bottom(self, name: str) -> float:
        return self._y(name) + self._box_height(name) / 2

    def _row(self, name: str) -> int:
        return self.places.spots[name].row

    def _bracket_x(self, column: int) -> float:
        return _PAD + (column + 1) * _GUTTER - 9

    def _loops(self) -> Iterator[float]:
        """Where each repetition leads back up; in the order of its lines."""
        yield from (self._bracket_x(one.column) for one in self.places.brackets if one.is_loop)

    def _tracked(self) -> list[_Line]:
        """Every junction with its horizontal stretches; those of one gap that overlap lie on different heights."""
        loops = self._loops()
        lines: list[_Line] = []
        taken: dict[int, list[list[tuple[float, float]]]] = {}
        for junction in self.places.junctions:
            tracks = self._stretches(junction, loops)
            heights = []
            for track in tracks:
                gap = taken.setdefault(track.gap, [])
                heights.append(_free(gap, track.left - 8, track.right + 8))
            lines.append(_Line(junction, tracks, heights))
        self.n_tracks = {gap: len(stretches) for gap, stretches in taken.items()}
        return lines

    def _stretches(self, junction: Junction, loops: Iterator[float]) -> list[_Track]:
        heads, tails = ([self._x(name) for name in names] for names in (junction.heads, junction.tails))
        row = self._row(junction.heads[0])
        if junction.kind != "again" and junction.join and junction.split:
            return [_Track(row, min(tails), max(tails)), _Track(row, min(*heads, tails[0]), max(*heads, tails[0]))]
        if junction.kind != "again":
            return [_Track(row, min(heads + tails), max(heads + tails))]
        up, below = next(loops), max(map(self._row, junction.tails)) + 1
        return [_Track(below, up, max(tails)), _Track(row, up, max(heads))]

    def _rows(self) -> tuple[list[float], list[float]]:
        heights = [_MARK] * self.places.n_rows
        for name, spot in self.places.spots.items():
            heights[spot.row] = max(heights[spot.row], self._box_height(name))
        bands = {band.row for band in self.places.bands}
        tops, y = [], _PAD + _HEAD
        for row in range(self.places.n_rows):
            y += _BAND + 6 if row in bands else 0
            y += _ABOVE + _TRACK * self.n_tracks.get(row, 0) + _BELOW if row else 8
            tops.append(y)
            y += heights[row]
        return tops, heights

    def _track_y(self, gap: int, number: int) -> float:
        return self.tops[gap] - _BELOW - _TRACK * (self.n_tracks[gap] - number - 0.5)

    # ── pieces ────────────────────────────────────────────────────────────────────────────────

    def svg(self) -> str:
        width, height = self.edges[-1] + _PAD, self.tops[-1] + self.heights[-1] + 14
        title = Words("{name}：泳道图", "{name}: map with lanes").filled(name=self.version.name).say(self.language)
        parts = [
            self._lanes(height),
            *(self._band(row, words, under=True) for row, words in self.places.bands),
            *(self._line(line) for line in self.lines),
            *(self._band(row, words, under=False) for row, words in self.places.bands),
            self._brackets(),
            *(self._node(name) for name in self.faces if name in self.places.spots),
            self._marks(),
        ]
        return xml_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" style="min-width:{min(width, 860.0):g}px" role="img" aria-label="{escape(title)}" font-family="{FAMILY}">'
            f'<rect width="{width:g}" height="{height:g}" fill="{PAPER}"/>{"".join(parts)}</svg>'
        )

    def _lanes(self, height: float) -> str:
        parts = []
        for i, lane in enumerate(self.places.lanes):
            x, right = self.edges[i], self.edges[i + 1]
            name = lane or _NO_ROLE.say(self.language)
            (shown,) = wrapped(name, (right - x - 12) / 12.5, 1)
            parts.append(
                f'<g class="lane"><title>{escape(name)}</title><rect x="{x:g}" y="{_PAD:g}" width="{right - x:g}" height="{_HEAD:g}" '
                f'fill="{PALE_BLUE}" stroke="{LINE}"/><text x="{(x + right) / 2:g}" y="{_PAD + 22:g}" text-anchor="middle" '
                f'font-size="12.5" font-weight="600" fill="{INK if lane else MUTED}">{escape(shown)}</text></g>'
            )
        bottom = height - 6
        parts += [f'<path d="M{x:g} {_PAD + _HEAD:g}V{bottom:g}" stroke="{RULE}" fill="none"/>' for x in self.edges]
        return "".join(parts) + f'<path d="M{self.left:g} {bottom:g}H{self.edges[-1]:g}" stroke="{RULE}" fill="none"/>'

    def _band(self, row: int, words: Words, *, under: bool) -> str:
        y = self.tops[row] - _BELOW - _TRACK * self.n_tracks.get(row, 0) - _ABOVE - _BAND - 2
        text = words.say(self.language)
        if under:
            return (
                f'<rect class="band" x="{self.left:g}" y="{y:g}" width="{self.edges[-1] - self.left:g}" height="{_BAND - 4:g}" '
                f'fill="{GROUND}"/>'
            )
        (shown,) = wrapped(text, (self.edges[-1] - self.left - 24) / 12, 1)
        return (
            f'<text x="{self.left + 10:g}" y="{y + 18:g}" font-size="12" font-weight="600" fill="{BLUE}" stroke="{GROUND}" '
            f'stroke-width="4" paint-order="stroke">{escape(shown)}</text>'
        )

    def _line(self, line: _Line) -> str:
        junction = line.junction
        if junction.kind == "again":
            return self._again(line)
        heights = [self._track_y(track.gap, n) for track, n in zip(line.tracks, line.numbers, strict=True)]
        first, last = heights[0], heights[-1]
        stems = "".join(f"M{self._x(name):g} {self._bottom(name):g}V{first:g}" for name in junction.tails)
        buses = "".join(f"M{track.left:g} {y:g}H{track.right:g}" for track, y in zip(line.tracks, heights, strict=True))
        between = f"M{self._x(junction.tails[0]):g} {first:g}V{last:g}" if last != first else ""
        drops = "".join(f"M{self._x(name):g} {last:g}V{self._top(name) - 6:g}" for name in junction.heads)
        dash = ' stroke-dasharray="5 4"' if junction.kind == "back" else ""
        tips = "".join(_tip(self._x(name), self._top(name)) for name in junction.heads)
        signs = _sign(
            junction.join, line.tracks[0], first, self._x(junction.heads[0] if last == first else junction.tails[0])
        )
        signs += _sign(junction.split, line.tracks[-1], last, self._x(junction.tails[0]))
        return self._stroke(stems + buses + between + drops, dash, tips, signs)

    def _stroke(self, path: str, dash: str, tips: str, fork: str) -> str:
        return (
            f'<g class="flow"><path d="{path}" fill="none" stroke="{PAPER}" stroke-width="5"/>'
            f'<path d="{path}" fill="none" stroke="{MUTED}" stroke-width="1.4"{dash}/><path d="{tips}" fill="{MUTED}"/>{fork}</g>'
        )

    def _again(self, line: _Line) -> str:
        """From the end of a repetition by the gutter up to its begin."""
        below, above = (
            self._track_y(track.gap, number) for track, number in zip(line.tracks, line.numbers, strict=True)
        )
        up = line.tracks[0].left
        tails = "".join(f"M{self._x(name) - 14:g} {self._bottom(name):g}V{below:g}" for name in line.junction.tails)
        way = f"M{line.tracks[0].right - 14:g} {below:g}H{up:g}V{above:g}H{line.tracks[1].right - 14:g}"
        heads = "".join(f"M{self._x(name) - 14:g} {above:g}V{self._top(name) - 6:g}" for name in line.junction.heads)
        tips = "".join(_tip(self._x(name) - 14, self._top(name)) for name in line.junction.heads)
        return self._stroke(tails + way + heads, ' stroke-dasharray="5 4"', tips, "")

    def _brackets(self) -> str:
        number = node_numbers(self.version)
        parts = []
        for one in self.places.brackets:
            x, y = self._bracket_x(one.column), self.tops[one.first] - 2
            bottom = self.tops[one.last] + self.heights[one.last] + 2
            line = f'<path d="M{x + 6:g} {y:g}H{x:g}V{bottom:g}H{x + 6:g}" fill="none" stroke="{PURPLE}" stroke-width="1.4"/>'
            span = "–".join(dict.fromkeys(number[name] for name in one.nodes))
            rows = [*wrapped(one.words.say(self.language), (_GUTTER - 16) / SMALL, 4), span]
            top = (y + bottom) / 2 - (len(rows) - 1) * 6.5 + 3.5
            texts = "".join(
                f'<text x="{x - 5:g}" y="{top + 13 * i:g}" font-size="{SMALL:g}" text-anchor="end" fill="{PURPLE}">{escape(row)}</text>'
                for i, row in enumerate(rows)
            )
            text = f"{one.words.say(self.language)} {span}"
            parts.append(f'<g class="block"><title>{escape(text)}</title>{"" if one.is_loop else line}{texts}</g>')
        return "".join(parts)

    def _node(self, name: str) -> str:
        face, x, y = self.faces[name], self._x(name), self._top(name)
        dash = ' stroke-dasharray="4 3"' if face.is_optional else ""
        left, texts = x - BOX / 2, []
        for i, row in enumerate(face.name):
            texts.append(_text(x, y + 31 + 15 * i, row, NAME, INK, ' font-weight="600"'))
        under = y + 31 + 15 * (len(face.name) - 1)
        texts += [_text(x, under + 14 + 13 * i, row, SMALL, MUTED) for i, row in enumerate(face.notes)]
        number, stars = face.top
        return (
            f'<g class="node"><title>{escape(face.hover)}</title><rect x="{left:g}" y="{y:g}" width="{BOX:g}" height="{face.height:g}" '
            f'rx="7" fill="{PAPER if face.is_optional else NODE}" stroke="{NODE_LINE}" stroke-width="1.2"{dash}/>'
            f'<text x="{left + 8:g}" y="{y + 14:g}" font-size="{SMALL:g}" fill="{MUTED}">{escape(number)}</text>'
            f'<text x="{left + BOX - 8:g}" y="{y + 14:g}" font-size="{SMALL:g}" text-anchor="end" fill="{PURPLE}">{escape(stars)}</text>'
            f"{''.join(texts)}</g>"
        )

    def _marks(self) -> str:
        start, end = ((self._x(name), self._y(name)) for name in (START, END))
        return (
            f'<circle cx="{start[0]:g}" cy="{start[1]:g}" r="7.5" fill="{GREEN}"/><circle cx="{end[0]:g}" cy="{end[1]:g}" r="7.5" '
            f'fill="{PAPER}" stroke="{INK}" stroke-width="1.4"/><circle cx="{end[0]:g}" cy="{end[1]:g}" r="4.6" fill="{INK}"/>'
        )


def _text(x: float, y: float, text: str, size: float, colour: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="middle" fill="{colour}"{more}>{escape(text)}</text>'


def _sign(fork: str, track: _Track, y: float, x: float) -> str:
    """A bar where all ways are taken, a diamond at `x` where one of them is."""
    if fork == "any_order":
        return f'<path d="M{track.left - 5:g} {y:g}H{track.right + 5:g}" stroke="{INK}" stroke-width="4"/>'
    if fork == "one_of":
        return (
            f'<path d="M{x - 7:g} {y:g}L{x:g} {y - 6:g}L{x + 7:g} {y:g}L{x:g} {y + 6:g}Z" fill="{PAPER}" '
            f'stroke="{INK}" stroke-width="1.3"/>'
        )
    return ""


def _tip(x: float, y: float) -> str:
    return f"M{x - 4:g} {y - 7.5:g}L{x:g} {y:g}L{x + 4:g} {y - 7.5:g}Z"


def _free(taken: list[list[tuple[float, float]]], left: float, right: float) -> int:
    """The first height on which a stretch meets no other."""
    for number, stretches in enumerate(taken):
        if all(right < begin or end < left for begin, end in stretches):
            stretches.append((left, right))
            return number
    taken.append([(left, right)])
    return len(taken) - 1
