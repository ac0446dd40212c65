"""What a cell of a notebook shows: pictures that survive distrust, a style and a script that reach nothing else."""

from __future__ import annotations

import base64
import re
from functools import cache
from html import escape, unescape
from importlib.resources import files
from typing import TYPE_CHECKING

from procmine.core.html.scoped_style import ROOT, scoped_style

if TYPE_CHECKING:
    from procmine.core.text.words import Language

_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_LABEL = re.compile(r'<svg\b[^>]*? aria-label="([^"]*)"')
_NAMESPACE = "http://www.w3.org/2000/svg"
_TEXT_CELL = re.compile(r'<(td|th scope="col")( class="time")?(?=>| title=)')
"""Cells of text: JupyterLab puts them to the right, and of a style leaves only what stands in the cell."""
_FEW_ROWS = 3
"""Tables of one or two rows below their head need no sorting."""


def notebook_html(html: str, language: Language) -> str:
    """The HTML of a page's fragment as the output of a cell.

    JupyterLab takes every script, style and drawing out of a notebook that is not trusted, and keeps images.
    So each drawing is an image; where the notebook is trusted a script puts the drawing back, brings what
    waits for scripts (`Place.at_work`) to life, and lets tables sort and search. It touches its own output
    alone: what stands beside it may still be untrusted.

    Examples
    --------
    >>> found = notebook_html('<p class="pm-note">1</p><svg aria-label="2"></svg>', "en")
    >>> found.count("<svg"), found.count('<img class="pm-drawn" alt="2" src="data:image/svg+xml;base64,')
    (0, 1)
    """
    body = _TEXT_CELL.sub(r'<\1\2 style="text-align:left"', _SVG.sub(lambda svg: _image(svg[0]), html))
    script = f"<script>{_script()}</script>" if _has_work(body) else ""
    style = scoped_style(body)
    return (
        f'<div class="{ROOT} mathjax_ignore" lang="{"zh-CN" if language == "zh" else "en"}"><style>{style}</style>'
        f"{body}{script}</div>"
    )


@cache
def asset(name: str) -> str:
    """A file that pages and notebooks share, without the blanks at the beginning of its lines."""
    text = files("procmine.core").joinpath("assets", name).read_text(encoding="utf-8")
    return "\n".join(line.strip() for line in text.splitlines())


def _has_work(body: str) -> bool:
    return 'class="pm-drawn"' in body or 'class="pm-later"' in body or body.count("<tr>") > _FEW_ROWS


def _script() -> str:
    return f"(function(){{'use strict';\n{asset('tables.js')}\n{asset('output.js')}\n}})();"


def _image(svg: str) -> str:
    """A drawing as an image with a paper of its own, which can be read on any ground."""
    label = _LABEL.match(svg)
    alone = svg if " xmlns=" in svg.partition(">")[0] else svg.replace("<svg", f'<svg xmlns="{_NAMESPACE}"', 1)
    data = base64.b64encode(_on_paper(alone).encode()).decode()
    alt = escape(unescape(label[1]), quote=True) if label else ""
    return f'<img class="pm-drawn" alt="{alt}" src="data:image/svg+xml;base64,{data}">'


def _on_paper(svg: str) -> str:
    start, end, rest = svg.partition(">")
    styled = start.replace(' style="', ' style="background:#fff;', 1)
    return (styled if styled != start else f'{start} style="background:#fff"') + end + rest
