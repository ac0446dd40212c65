"""Process trees as BPMN 2.0: a small graph, and its XML with a layout that any modeler opens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from lxml import etree

from procmine.core.export import written_aside
from procmine.core.layout import Box, Curve, Layout, Link, layout
from procmine.core.textwidth import text_width, wrapped, xml_text

Operator = Literal["sequence", "exclusive", "parallel", "loop", "activity", "silent"]
Kind = Literal["start", "end", "task", "exclusive", "parallel", "inclusive"]


class Tree(NamedTuple):
    """A process tree: an activity, a silent step, or an operator over parts.

    A `loop` has two parts: the first is done, and done again after each time the second is.
    """

    operator: Operator
    label: str = ""
    parts: tuple[Tree, ...] = ()


class Node(NamedTuple):
    """A node of a BPMN graph."""

    name: str
    kind: Kind
    label: str = ""


@dataclass(frozen=True)
class BpmnGraph:
    """Events, tasks and gateways with the flows between them; nodes are named `n0`, `n1` and so on."""

    nodes: tuple[Node, ...]
    flows: tuple[tuple[str, str], ...]


def bpmn_of(tree: Tree) -> BpmnGraph:
    """The BPMN graph of a process tree.

    Examples
    --------
    >>> graph = bpmn_of(Tree("sequence", parts=(Tree("activity", "受理"), Tree("activity", "关闭"))))
    >>> [node.kind for node in graph.nodes], graph.flows
    (['start', 'task', 'task', 'end'], (('n0', 'n1'), ('n1', 'n2'), ('n2', 'n3')))
    """
    builder = _Builder()
    start = builder.node("start")
    last = builder.add(tree, start)
    builder.flow(last, builder.node("end"))
    return BpmnGraph(tuple(builder.nodes), tuple(builder.flows))


class _Builder:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.flows: list[tuple[str, str]] = []

    def node(self, kind: Kind, label: str = "") -> str:
        self.nodes.append(Node(f"n{len(self.nodes)}", kind, label))
        return self.nodes[-1].name

    def flow(self, source: str, target: str) -> None:
        self.flows.append((source, target))

    def add(self, tree: Tree, before: str) -> str:
        """Append a tree after a node; return the node that what follows is to be tied to."""
        if tree.operator == "silent":
            return before
        if tree.operator == "activity":
            task = self.node("task", tree.label)
            self.flow(before, task)
            return task
        if tree.operator == "sequence":
            for part in tree.parts:
                before = self.add(part, before)
            return before
        if tree.operator == "loop":
            return self._loop(tree, before)
        kind: Kind = "parallel" if tree.operator == "parallel" else "exclusive"
        split = self.node(kind)
        self.flow(before, split)
        ends = [self.add(part, split) for part in tree.parts]
        join = self.node(kind)
        for end in ends:
            self.flow(end, join)
        return join

    def _loop(self, tree: Tree, before: str) -> str:
        join = self.node("exclusive")
        self.flow(before, join)
        done = self.add(tree.parts[0], join)
        split = self.node("exclusive")
        self.flow(done, split)
        back = self.add(tree.parts[1], split)
        self.flow(back, join)
        return split


# ── places and XML ────────────────────────────────────────────────────────────────────────────────

_SIZES: dict[Kind, tuple[float, float]] = {"start": (36, 36), "end": (36, 36)}
_GATEWAY = (42.0, 42.0)
_TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "task": "task",
    "exclusive": "exclusiveGateway",
    "parallel": "parallelGateway",
    "inclusive": "inclusiveGateway",
}
_NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
FONT, LABEL_EM, LABEL_LINES = 12.0, 9.5, 3


def label_lines(label: str) -> list[str]:
    """A task's label as it is broken into lines."""
    return wrapped(label, LABEL_EM, LABEL_LINES)


def size_of(node: Node) -> tuple[float, float]:
    """Width and height of a node when drawn."""
    if node.kind != "task":
        return _SIZES.get(node.kind, _GATEWAY)
    lines = label_lines(node.label)
    width = max(text_width(line, FONT) for line in lines) + 20
    return max(80.0, round(width)), max(44.0, 16.0 * len(lines) + 16)


def placed(graph: BpmnGraph) -> Layout:
    """Where the nodes and flows go, from left to right."""
    boxes = [
        Box(node.name, *size_of(node), end="first" if node.kind == "start" else "last" if node.kind == "end" else "")
        for node in graph.nodes
    ]
    return layout(boxes, [Link(*flow) for flow in dict.fromkeys(graph.flows)], direction="LR")


def write_bpmn(graph: BpmnGraph, path: str | Path) -> None:
    """Write a graph as BPMN 2.0 XML with its layout."""
    with written_aside(Path(path)) as aside:
        aside.write_bytes(bpmn_xml(graph))


def bpmn_xml(graph: BpmnGraph) -> bytes:
    """A graph as BPMN 2.0 XML with its layout."""
    root = etree.Element(_tag("bpmn", "definitions"), nsmap=_NS, targetNamespace="https://procmine.example/bpmn")
    process = etree.SubElement(root, _tag("bpmn", "process"), id="process", isExecutable="false")
    flows = list(dict.fromkeys(graph.flows))
    for node in graph.nodes:
        element = etree.SubElement(process, _tag("bpmn", _TAGS[node.kind]), id=node.name)
        if node.label:
            element.set("name", xml_text(node.label))
        for i, (source, target) in enumerate(flows):
            if node.name in (source, target):
                role = "outgoing" if node.name == source else "incoming"
                etree.SubElement(element, _tag("bpmn", role)).text = f"f{i}"
    for i, (source, target) in enumerate(flows):
        etree.SubElement(process, _tag("bpmn", "sequenceFlow"), id=f"f{i}", sourceRef=source, targetRef=target)
    _diagram(root, graph)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _tag(prefix: str, name: str) -> str:
    return f"{{{_NS[prefix]}}}{name}"


def _diagram(root: etree._Element, graph: BpmnGraph) -> None:
    where = placed(graph)
    diagram = etree.SubElement(root, _tag("bpmndi", "BPMNDiagram"), id="diagram")
    plane = etree.SubElement(diagram, _tag("bpmndi", "BPMNPlane"), id="plane", bpmnElement="process")
    for node in graph.nodes:
        (x, y), (width, height) = where.centres[node.name], size_of(node)
        shape = etree.SubElement(plane, _tag("bpmndi", "BPMNShape"), id=f"{node.name}_shape", bpmnElement=node.name)
        bounds = {"x": x - width / 2, "y": y - height / 2, "width": width, "height": height}
        etree.SubElement(shape, _tag("dc", "Bounds"), {name: f"{value:g}" for name, value in bounds.items()})
    for i, curve in enumerate(where.curves):
        edge = etree.SubElement(plane, _tag("bpmndi", "BPMNEdge"), id=f"f{i}_edge", bpmnElement=f"f{i}")
        for x, y in _waypoints(curve):
            etree.SubElement(edge, _tag("di", "waypoint"), x=f"{x:g}", y=f"{y:g}")


def _waypoints(curve: Curve) -> list[tuple[float, float]]:
    return [*curve.points[::3], curve.tip]
