"""Process trees become BPMN that every modeler opens: whole, laid out, and with names of its own."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pictures import ODD_NAMES, log_of_odd_names, taken_apart

import procmine as pm
from procmine.core.nets.bpmn import BpmnGraph, Node, bpmn_of, label_lines, size_of
from procmine.core.nets.bpmn_xml import bpmn_xml, write_bpmn
from procmine.core.nets.process_tree import block, node
from procmine.visual.maps.model_drawing import bpmn_svg

A, B, C, SILENT = node("a"), node("b"), node("c"), node()


@pytest.mark.parametrize(
    ("tree", "kinds", "flows"),
    [
        (SILENT, "start end", "01"),
        (A, "start task end", "01 12"),
        (block("sequence", A, SILENT, B), "start task task end", "01 12 23"),
        (block("one_of", A, B), "start exclusive task task exclusive end", "01 12 13 24 34 45"),
        (block("one_of", A, SILENT), "start exclusive task exclusive end", "01 12 23 13 34"),
        (block("any_order", A, B), "start parallel task task parallel end", "01 12 13 24 34 45"),
        (block("repeat", A, B), "start exclusive task exclusive task end", "01 12 23 34 41 35"),
        (block("repeat", A, SILENT), "start exclusive task exclusive end", "01 12 23 31 34"),
    ],
)
def test_each_operator_has_its_gateways(tree, kinds, flows):
    graph = bpmn_of(tree)
    assert [node.kind for node in graph.nodes] == kinds.split()
    assert Counter(graph.flows) == Counter((f"n{flow[0]}", f"n{flow[1]}") for flow in flows.split())


def operators(parts):
    several = st.lists(parts, min_size=2, max_size=3)
    flat = st.builds(
        lambda kind, some: block(kind, *some), st.sampled_from(["sequence", "one_of", "any_order"]), several
    )
    return (
        flat
        | st.builds(lambda one, two: block("repeat", one, two), parts, parts)
        | parts.map(lambda one: block("optional", one))
    )


labels = st.text(max_size=12).map(lambda text: f"A{text}")
trees = st.recursive(labels.map(node) | st.just(SILENT), operators, max_leaves=8)


def often(n):
    # A tree that grows too large is thrown away; hypothesis counts that as filtering.
    return settings(max_examples=n, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
}


def parsed(graph):
    return etree.fromstring(bpmn_xml(graph))


@given(trees)
@often(60)
def test_every_node_has_a_shape_and_every_flow_a_line(tree):
    graph = bpmn_of(tree)
    root = parsed(graph)
    shapes = root.xpath("//bpmndi:BPMNShape/@bpmnElement", namespaces=NS)
    edges = root.xpath("//bpmndi:BPMNEdge", namespaces=NS)
    ids = root.xpath("//@id")
    assert shapes == [node.name for node in graph.nodes]
    assert [edge.get("bpmnElement") for edge in edges] == root.xpath("//bpmn:sequenceFlow/@id", namespaces=NS)
    assert min(len(edge.findall("di:waypoint", NS)) for edge in edges) >= 2
    assert len(ids) == len(set(ids))


@given(trees)
@often(60)
def test_flows_name_nodes_and_nodes_name_flows(tree):
    root = parsed(bpmn_of(tree))
    flows = root.findall(".//bpmn:sequenceFlow", NS)
    outgoing = root.xpath("//bpmn:outgoing", namespaces=NS)
    incoming = root.xpath("//bpmn:incoming", namespaces=NS)
    assert {(flow.get("sourceRef"), flow.get("id")) for flow in flows} == {
        (e.getparent().get("id"), e.text) for e in outgoing
    }
    assert {(flow.get("targetRef"), flow.get("id")) for flow in flows} == {
        (e.getparent().get("id"), e.text) for e in incoming
    }
    assert (len(outgoing), len(incoming)) == (len(flows), len(flows))


@given(trees)
@often(60)
def test_one_way_leads_in_and_one_leads_out(tree):
    graph = bpmn_of(tree)
    ways_in, ways_out = Counter(target for _, target in graph.flows), Counter(source for source, _ in graph.flows)
    by_kind = {"start": {(0, 1)}, "end": {(1, 0)}, "task": {(1, 1)}}
    for one in graph.nodes:
        ways = (ways_in[one.name], ways_out[one.name])
        assert ways in by_kind.get(one.kind, {(1, ways[1]), (ways[0], 1)})


@given(trees)
@often(30)
def test_the_diagram_is_well_formed_and_the_same_each_time(tree):
    graph = bpmn_of(tree)
    taken_apart(bpmn_svg(graph, "<&>"))
    assert bpmn_xml(graph) == bpmn_xml(bpmn_of(tree))


def test_the_start_is_leftmost_and_the_end_rightmost():
    root = parsed(bpmn_of(block("sequence", A, block("any_order", B, C), block("repeat", A, SILENT))))
    left = {bounds.getparent().get("bpmnElement"): float(bounds.get("x")) for bounds in root.iter("{*}Bounds")}
    kinds = {element.get("id"): etree.QName(element).localname for element in root.find("bpmn:process", NS)}
    assert (kinds[min(left, key=left.get)], kinds[max(left, key=left.get)]) == ("startEvent", "endEvent")


@pytest.mark.parametrize(
    ("label", "lines", "size"),
    [
        ("受理", ["受理"], (80.0, 44.0)),
        ("客户信息录入与核对结果登记", ["客户信息录入与核对", "结果登记"], (128, 48.0)),
        ("\u3000", [""], (80.0, 44.0)),
    ],
)
def test_a_task_is_as_large_as_its_label(label, lines, size):
    assert label_lines(label) == lines
    assert size_of(Node("n1", "task", label)) == size


def test_two_flows_between_the_same_nodes_are_drawn_once():
    graph = bpmn_of(block("one_of", SILENT, SILENT))
    assert len(parsed(graph).findall(".//bpmn:sequenceFlow", NS)) == 3


def test_a_graph_of_start_and_end_is_written(tmp_path):
    graph = BpmnGraph((Node("n0", "start"), Node("n1", "end")), (("n0", "n1"),))
    write_bpmn(graph, tmp_path / "new" / "model.bpmn")
    assert (tmp_path / "new" / "model.bpmn").read_bytes() == bpmn_xml(graph)


def test_names_of_tasks_are_only_text():
    names = parsed(pm.discover_model(log_of_odd_names()).bpmn).xpath("//bpmn:task/@name", namespaces=NS)
    legible = {name.replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd") for name in ODD_NAMES}
    assert set(names) == legible | {"first", "last"}
