"""BPMN 2.0 XML (ISO/IEC 19510) with its diagram: every node has a shape, every flow an edge, every lane a band."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from procmine.core.nets.bpmn import BpmnGraph, bpmn_layout, size_of
from procmine.core.nets.layout import Curve, Point
from procmine.core.nets.swimlanes import LaneRect, swimlanes
from procmine.core.text.textwidth import xml_text
from procmine.core.text.written_files import written_aside

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"

_TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "task": "task",
    "exclusive": "exclusiveGateway",
    "parallel": "parallelGateway",
    "inclusive": "inclusiveGateway",
}
_NS = {
    "bpmn": MODEL,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}


def write_bpmn(graph: BpmnGraph, path: str | Path, name: str = "") -> None:
    """Write a graph as BPMN 2.0 XML with its layout."""
    with written_aside(Path(path), (".bpmn", ".bpmn20.xml")) as aside:
        aside.write_bytes(bpmn_xml(graph, name))


def bpmn_xml(graph: BpmnGraph, name: str = "") -> bytes:
    """A graph as BPMN 2.0 XML with its layout.

    Parameters
    ----------
    name
        What the process is called.
    """
    root = etree.Element(
        _tag("bpmn", "definitions"), nsmap=_NS, id="definitions", targetNamespace="https://procmine.example/bpmn"
    )
    named = {"name": xml_text(name)} if name else {}
    if graph.lanes:
        pool = etree.SubElement(root, _tag("bpmn", "collaboration"), id="collaboration")
        etree.SubElement(pool, _tag("bpmn", "participant"), {"id": "pool", **named, "processRef": "process"})
    process = etree.SubElement(root, _tag("bpmn", "process"), {"id": "process", **named, "isExecutable": "false"})
    _lane_set(process, graph)
    _elements(process, graph)
    _diagram(root, graph)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _tag(prefix: str, name: str) -> str:
    return f"{{{_NS[prefix]}}}{name}"


def _lane_set(process: etree._Element, graph: BpmnGraph) -> None:
    if graph.lanes:
        lanes = etree.SubElement(process, _tag("bpmn", "laneSet"), id="lanes")
        for i, lane in enumerate(graph.lanes):
            element = etree.SubElement(lanes, _tag("bpmn", "lane"), id=f"l{i}", name=xml_text(lane.label))
            for member in lane.nodes:
                etree.SubElement(element, _tag("bpmn", "flowNodeRef")).text = member


def _elements(process: etree._Element, graph: BpmnGraph) -> None:
    flows = list(dict.fromkeys(graph.flows))
    for node in graph.nodes:
        element = etree.SubElement(process, _tag("bpmn", _TAGS[node.kind]), id=node.name)
        if node.label:
            element.set("name", xml_text(node.label))
        for role, end in (("incoming", 1), ("outgoing", 0)):
            for i, flow in enumerate(flows):
                if flow[end] == node.name:
                    etree.SubElement(element, _tag("bpmn", role)).text = f"f{i}"
    for i, (source, target) in enumerate(flows):
        etree.SubElement(process, _tag("bpmn", "sequenceFlow"), id=f"f{i}", sourceRef=source, targetRef=target)


# ── the diagram ───────────────────────────────────────────────────────────────────────────────────


def _diagram(root: etree._Element, graph: BpmnGraph) -> None:
    diagram = etree.SubElement(root, _tag("bpmndi", "BPMNDiagram"), id="diagram")
    drawn = "collaboration" if graph.lanes else "process"
    plane = etree.SubElement(diagram, _tag("bpmndi", "BPMNPlane"), id="plane", bpmnElement=drawn)
    if graph.lanes:
        where = swimlanes(graph)
        centres, lines = where.centres, where.lines
        _band(plane, "pool", where.pool)
        for i, band in enumerate(where.lanes):
            _band(plane, f"l{i}", band)
    else:
        plain = bpmn_layout(graph)
        centres, lines = plain.centres, tuple(_waypoints(curve) for curve in plain.curves)
    for node in graph.nodes:
        (x, y), (width, height) = centres[node.name], size_of(node)
        _bounds(_shape(plane, node.name), LaneRect(x - width / 2, y - height / 2, width, height))
    for i, line in enumerate(lines):
        edge = etree.SubElement(plane, _tag("bpmndi", "BPMNEdge"), id=f"f{i}_edge", bpmnElement=f"f{i}")
        for x, y in line:
            etree.SubElement(edge, _tag("di", "waypoint"), x=f"{x:g}", y=f"{y:g}")


def _shape(plane: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(plane, _tag("bpmndi", "BPMNShape"), id=f"{name}_shape", bpmnElement=name)


def _band(plane: etree._Element, name: str, band: LaneRect) -> None:
    shape = _shape(plane, name)
    shape.set("isHorizontal", "true")
    _bounds(shape, band)


def _bounds(shape: etree._Element, band: LaneRect) -> None:
    etree.SubElement(shape, _tag("dc", "Bounds"), {key: f"{value:g}" for key, value in band._asdict().items()})


def _waypoints(curve: Curve) -> tuple[Point, ...]:
    return *curve.points[::3], curve.tip
