"""What stands above a map that has left its page: its name, what it shows, and what its lines mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from procmine.core.text.palette import INK, MUTED
from procmine.core.text.textwidth import text_width, xml_text

_NAME, _LINE, _ROW = 15.0, 11.5, 18.0
_GAP = 8.0


class Key(NamedTuple):
    """An entry of a legend: a drawn sample, ten high and `width` wide, and what it stands for."""

    sample: str
    width: float
    text: str


class Caption(NamedTuple):
    """The head of a saved map as an SVG group that begins at its upper left, and the room it takes."""

    svg: str
    width: float
    height: float


def caption(name: str, line: str, lines: Iterable[str], keys: Sequence[Key]) -> Caption:
    """The name of a map, a line on what it shows, and its legend, one below the other.

    Parameters
    ----------
    lines
        All that the line can come to say, so that none of it is ever cut off.
    """
    texts = [
        f'<text y="{_NAME:g}" font-size="{_NAME:g}" font-weight="600" fill="{INK}">{escape(name)}</text>',
        f'<text class="line" y="{_NAME + _ROW:g}" font-size="{_LINE:g}" fill="{MUTED}">{escape(line)}</text>',
    ]
    widths = [text_width(name, _NAME), *(text_width(one, _LINE) for one in (line, *lines))]
    for i, key in enumerate(keys):
        y = _NAME + _ROW * (i + 2)
        texts.append(
            f'<g transform="translate(0 {y - 9:g})">{key.sample}</g>'
            f'<text x="{key.width + _GAP:g}" y="{y:g}" font-size="{_LINE:g}" fill="{MUTED}">{escape(key.text)}</text>'
        )
        widths.append(key.width + _GAP + text_width(key.text, _LINE))
    height = _NAME + _ROW * (len(keys) + 1) + 2 * _GAP
    return Caption(xml_text(f'<g text-anchor="start">{"".join(texts)}</g>'), float(round(max(widths))), height)


def legend_html(keys: Sequence[Key]) -> str:
    """The legend above a map in a page; nothing where there are no keys."""
    entries = "".join(
        f'<span><svg width="{key.width:g}" height="10" aria-hidden="true">{key.sample}</svg>{escape(key.text)}</span>'
        for key in keys
    )
    return f'<div class="pm-map-legend">{entries}</div>' if keys else ""
