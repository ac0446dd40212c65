"""Where the nodes and flows of a BPMN graph go when each role has a lane of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from procmine.core.nets.bpmn import BpmnGraph, bpmn_layout, size_of
from procmine.core.nets.layout import Point

_HEADER = 30.0
_GAP = 34.0
_NEAR = 12.0


class LaneRect(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def is_crossed(self, begin: Point, end: Point) -> bool:
        """Whether a horizontal or vertical line goes through its inside."""
        (x0, x1), (y0, y1) = sorted((begin[0], end[0])), sorted((begin[1], end[1]))
        return x0 < self.x + self.width and x1 > self.x and y0 < self.y + self.height and y1 > self.y


@dataclass(frozen=True)
class Swimlanes:
    """A placed diagram: the pool, its lanes from top to bottom, the nodes' centres, and the flows' corners."""

    pool: LaneRect
    lanes: tuple[LaneRect, ...]
    centres: dict[str, Point]
    lines: tuple[tuple[Point, ...], ...]


def swimlanes(graph: BpmnGraph) -> Swimlanes:
    """Place a graph with lanes: from left to right as without them, and each node in a row of its lane.

    Examples
    --------
    >>> from procmine.core.nets.bpmn import bpmn_of
    >>> from procmine.core.nets.process_tree import block, node
    >>> tree = block("sequence", node("受理"), node("审批"), node("关闭"))
    >>> found = swimlanes(bpmn_of(tree, {"受理": "客服", "审批": "经理", "关闭": "客服"}))
    >>> [round(band.y) for band in found.lanes], found.lines[1]
    ([0, 78], ((240.0, 39.0), (252.0, 39.0), (252.0, 117.0), (270.0, 117.0)))
    """
    drawn = bpmn_layout(graph)
    size = {node.name: size_of(node) for node in graph.nodes}
    left = min(x - size[name][0] / 2 for name, (x, _) in drawn.centres.items())
    across = {name: round(x - left + 2 * _HEADER + _GAP, 1) for name, (x, _) in drawn.centres.items()}
    width = max(across[name] + size[name][0] / 2 for name in across) + _GAP
    centres: dict[str, Point] = {}
    bands, top = [], 0.0
    for lane in graph.lanes:
        begin = top
        for row in _rows(sorted(lane.nodes, key=lambda name: (drawn.centres[name][::-1], name)), across, size):
            height = max(size[name][1] for name in row) + _GAP
            centres |= {name: (across[name], top + height / 2) for name in row}
            top += height
        bands.append(LaneRect(_HEADER, begin, width - _HEADER, top - begin))
    boxes = {
        name: LaneRect(x - size[name][0] / 2, y - size[name][1] / 2, *size[name]) for name, (x, y) in centres.items()
    }
    lines = tuple(_line(boxes, source, target) for source, target in dict.fromkeys(graph.flows))
    return Swimlanes(LaneRect(0.0, 0.0, width, top), tuple(bands), centres, lines)


def _rows(names: Sequence[str], across: dict[str, float], size: dict[str, tuple[float, float]]) -> list[list[str]]:
    """The nodes of a lane in as many rows as keep them apart."""
    rows: list[list[str]] = []
    for name in names:

        def is_free(other: str, name: str = name) -> bool:
            return abs(across[name] - across[other]) >= (size[name][0] + size[other][0]) / 2 + _NEAR

        row = next((row for row in rows if all(map(is_free, row))), None)
        if row is None:
            rows.append([name])
        else:
            row.append(name)
    return rows


def _line(boxes: dict[str, LaneRect], source: str, target: str) -> tuple[Point, ...]:
    """The corners of a flow: straight, round one corner of the column, or along the edge of a row; not through nodes."""
    edge = {name: (box.x, box.x + box.width) for name, box in boxes.items()}
    column: defaultdict[float, list[str]] = defaultdict(list)
    for name, box in boxes.items():
        column[round(box.x + box.width / 2, 1)].append(name)

    def beside(name: str, side: int) -> float:
        same = column[round(sum(edge[name]) / 2, 1)]
        return round(max(edge[n][1] for n in same) + _NEAR if side else min(edge[n][0] for n in same) - _NEAR, 1)

    here, there = boxes[source], boxes[target]
    begin = (round(here.x + here.width, 1), here.y + here.height / 2)
    end = (round(there.x, 1), there.y + there.height / 2)
    out, into = beside(source, 1), beside(target, 0)
    others = [box for name, box in boxes.items() if name not in (source, target)]
    bottom = there.y + there.height + _NEAR if there.y > here.y else here.y + here.height + _NEAR
    ways: list[tuple[Point, ...]] = [
        *([(begin, end)] if begin[1] == end[1] and begin[0] < end[0] else []),
        *([(begin, (x, begin[1]), (x, end[1]), end) for x in (out, into)] if begin[0] < end[0] else []),
        (begin, (out, begin[1]), (out, bottom), (into, bottom), (into, end[1]), end),
    ]
    free = (way for way in ways if not any(_crosses(box, way) for box in others))
    return next(free, ways[-1])


def _crosses(box: LaneRect, way: Sequence[Point]) -> bool:
    return any(box.is_crossed(begin, end) for begin, end in pairwise(way))
