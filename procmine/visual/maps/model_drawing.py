"""A mined model as a BPMN diagram."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from procmine.core.nets.bpmn import FONT, BpmnGraph, Node, bpmn_layout, label_lines, size_of
from procmine.core.nets.layout import Curve
from procmine.core.result.picture import FAMILY, Picture
from procmine.core.text.palette import ARC, BLUE, GREEN, INK, MUTED, NODE, PAPER
from procmine.core.text.textwidth import xml_text

if TYPE_CHECKING:
    from procmine.discovery.models import MinedModel

_PAD = 8.0
_SMALLEST = 0.6
"""A page may shrink a model to this part of its size, so that its labels can be read; beyond, it scrolls."""


def draw_model(result: MinedModel) -> Picture:
    """The BPMN of a mined model, from left to right."""
    return Picture(result, bpmn_svg(result.bpmn, result.title) if result.bpmn else "")


def bpmn_svg(graph: BpmnGraph, title: str) -> str:
    """A BPMN graph as self-contained SVG."""
    where = bpmn_layout(graph)
    width, height = where.width + 2 * _PAD, where.height + 2 * _PAD
    flows = "".join(_flow(curve) for curve in where.curves)
    nodes = "".join(_node(node, *where.centres[node.name]) for node in graph.nodes)
    return xml_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_PAD:g} {-_PAD:g} {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" style="min-width:{width * _SMALLEST:.0f}px" role="img" aria-label="{escape(title)}" font-family="{FAMILY}">'
        f'<rect x="{-_PAD:g}" y="{-_PAD:g}" width="{width:g}" height="{height:g}" fill="{PAPER}"/>{flows}{nodes}</svg>'
    )


def _flow(curve: Curve) -> str:
    first, *rest = curve.points
    line = f"M{first[0]:g} {first[1]:g}C" + " ".join(f"{x:g} {y:g}" for x, y in rest)
    (x0, y0), (x1, y1) = curve.points[-1], curve.tip
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
    nx, ny = -(y1 - y0) / length * 3.6, (x1 - x0) / length * 3.6
    tip = f"M{x0 + nx:.1f} {y0 + ny:.1f}L{x1:g} {y1:g}L{x0 - nx:.1f} {y0 - ny:.1f}Z"
    return f'<path d="{line}" fill="none" stroke="{MUTED}" stroke-width="1.3"/><path d="{tip}" fill="{MUTED}"/>'


def _node(node: Node, x: float, y: float) -> str:
    width, height = size_of(node)
    if node.kind == "start":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{width / 2 - 4:g}" fill="{PAPER}" stroke="{GREEN}" stroke-width="2"/>'
    if node.kind == "end":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{width / 2 - 5:g}" fill="{PAPER}" stroke="{INK}" stroke-width="4"/>'
    if node.kind == "task":
        return _task(node, x, y, width, height)
    half = width / 2
    diamond = f"M{x - half:g} {y:g}L{x:g} {y - half:g}L{x + half:g} {y:g}L{x:g} {y + half:g}Z"
    return f'<path d="{diamond}" fill="{PAPER}" stroke="{BLUE}" stroke-width="1.4"/>{_sign(node, x, y)}'


def _task(node: Node, x: float, y: float, width: float, height: float) -> str:
    lines = label_lines(node.label)
    top = y + 4 - (len(lines) - 1) * 8
    texts = "".join(
        f'<text x="{x:g}" y="{top + 16 * i:g}" font-size="{FONT:g}" text-anchor="middle" fill="{INK}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return (
        f'<g><title>{escape(node.label)}</title><rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" '
        f'height="{height:g}" rx="7" fill="{NODE}" stroke="{ARC}"/>{texts}</g>'
    )


def _sign(node: Node, x: float, y: float) -> str:
    if node.kind == "inclusive":
        return f'<circle cx="{x:g}" cy="{y:g}" r="8" fill="none" stroke="{BLUE}" stroke-width="2.4"/>'
    a, b = (8, 0) if node.kind == "parallel" else (6, 6)
    cross = f"M{x - a:g} {y - b:g}L{x + a:g} {y + b:g}M{x - b:g} {y + a:g}L{x + b:g} {y - a:g}"
    return f'<path d="{cross}" stroke="{BLUE}" stroke-width="2.6"/>'
