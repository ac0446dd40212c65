"""Variants as rows of chevrons: what happened, step by step, for the most frequent paths."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from procmine.core.result.picture import FAMILY, Picture
from procmine.core.text.palette import INK, MUTED, SERIES, ink_on
from procmine.core.text.textwidth import text_width, wrapped, xml_text
from procmine.core.text.words import write_number, write_share

if TYPE_CHECKING:
    from procmine.discovery.variants import Variants

_SHOWN = 8
_WIDTH, _LEFT, _HEIGHT, _GAP = 980.0, 128.0, 44.0, 12.0
_POINT = 9.0
_WIDEST, _NARROWEST = 118.0, 50.0
_FONT = 10.0


def draw_variants(result: Variants) -> Picture:
    """The eight most frequent variants; a path that is too long for the page goes on in the next line."""
    if result.table.empty:
        return Picture(result, "")
    names = list(dict.fromkeys(activity for path in result.paths for activity in path))
    colours = {name: SERIES[i % len(SERIES)] for i, name in enumerate(names)}
    rows, y = [], 4.0
    for place, path in enumerate(result.paths[:_SHOWN]):
        row = result.table.iloc[place]
        chevrons, height = _row(path, colours, y)
        rows.append(_head(int(row["variant"]), int(row["n_cases"]), float(row["share"]), y) + chevrons)
        y += height + _GAP
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {y:g}" width="{_WIDTH:g}" height="{y:g}" '
        f'role="img" aria-label="{escape(result.title)}" font-family="{FAMILY}">{"".join(rows)}</svg>'
    )
    return Picture(result, xml_text(svg))


def _head(number: int, n_cases: int, share: float, y: float) -> str:
    middle = y + _HEIGHT / 2
    return (
        f'<text x="0" y="{middle - 4:g}" font-size="12" font-weight="600" fill="{INK}">#{number}</text>'
        f'<text x="{_LEFT - 14:g}" y="{middle - 4:g}" font-size="11.5" text-anchor="end" fill="{INK}">{write_number(n_cases)}</text>'
        f'<text x="{_LEFT - 14:g}" y="{middle + 11:g}" font-size="10.5" text-anchor="end" fill="{MUTED}">{write_share(share)}</text>'
        f'<rect x="0" y="{middle + 4:g}" width="{max(share * 56, 1):.1f}" height="5" rx="2" fill="{SERIES[0]}"/>'
    )


def _row(path: Sequence[str], colours: dict[str, str], y: float) -> tuple[str, float]:
    space = _WIDTH - _LEFT
    width = min(_WIDEST, max(_NARROWEST, space / len(path)))
    per_line = max(1, int(space / width + 1e-6))
    shapes = [
        _chevron(
            activity, colours[activity], _LEFT + (i % per_line) * width, y + (i // per_line) * (_HEIGHT + 4), width
        )
        for i, activity in enumerate(path)
    ]
    n_lines = -(-len(path) // per_line)
    return "".join(shapes), n_lines * _HEIGHT + (n_lines - 1) * 4


def _chevron(activity: str, colour: str, x: float, y: float, width: float) -> str:
    right, middle, bottom = x + width - 3, y + _HEIGHT / 2, y + _HEIGHT
    shape = f"M{x:g} {y:g}L{right - _POINT:g} {y:g}L{right:g} {middle:g}L{right - _POINT:g} {bottom:g}L{x:g} {bottom:g}L{x + _POINT:g} {middle:g}Z"
    lines = wrapped(activity, (width - 2 * _POINT - 8) / _FONT, 3)
    centre = (x + right) / 2 + _POINT / 4
    top = middle + 3.6 - (len(lines) - 1) * 6.0
    texts = "".join(
        f'<text x="{centre:g}" y="{top + i * 12:g}" font-size="{_FONT}" text-anchor="middle" fill="{ink_on(colour)}">{escape(line)}</text>'
        for i, line in enumerate(lines)
        if text_width(line)
    )
    return f'<g><title>{escape(activity)}</title><path d="{shape}" fill="{colour}"/>{texts}</g>'
