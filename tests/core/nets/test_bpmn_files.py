"""BPMN files: what we write says the same when it is read back, by us and by pm4py; what is no block is refused by name."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import shared_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from random_standards import LABELS, automaton, same_language, trees

import procmine as pm
from procmine.conformance.standard.situations import Situation, tree_of
from procmine.conformance.standard.standard_bpmn import standard_graph
from procmine.core.nets.automaton import automaton_of
from procmine.core.nets.bpmn import BpmnGraph, bpmn_of, size_of
from procmine.core.nets.bpmn_blocks import blocks_of
from procmine.core.nets.bpmn_reading import read_bpmn
from procmine.core.nets.bpmn_xml import MODEL, bpmn_xml, write_bpmn
from procmine.core.nets.petri import PetriNet, Transition
from procmine.core.nets.process_tree import ProcessTree, block, node
from procmine.core.nets.swimlanes import swimlanes
from procmine.core.text.errors import SpecError, UnknownNameError

many = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def net_of_graph(graph: BpmnGraph) -> PetriNet:
    """BPMN as a net, as Dijkman, Dumas and Ouyang (2008) define it: a place per flow, no use made of blocks."""
    flows = [f"f{i}" for i in range(len(graph.flows))]
    transitions, arcs = [], []

    def step(label, sources, targets):
        name = f"t{len(transitions)}"
        transitions.append(Transition(name, label))
        arcs.extend([(place, name) for place in sources] + [(name, place) for place in targets])

    for one in graph.nodes:
        ways_in = [flows[i] for i, flow in enumerate(graph.flows) if flow[1] == one.name] or ["i"]
        ways_out = [flows[i] for i, flow in enumerate(graph.flows) if flow[0] == one.name] or ["o"]
        if one.kind == "parallel":
            step(None, ways_in, ways_out)
        else:
            for way_in in ways_in:
                for way_out in ways_out:
                    step(one.label or None, [way_in], [way_out])
    return PetriNet(("i", "o", *flows), tuple(transitions), tuple(arcs), "i", "o")


def reread(graph, folder):
    write_bpmn(graph, folder / "model.bpmn")
    return read_bpmn(folder / "model.bpmn").graph


@many
@given(trees())
def test_a_tree_read_back_from_its_file_allows_the_same(tmp_path_factory, tree):
    graph = reread(bpmn_of(tree), tmp_path_factory.mktemp("files"))
    again = blocks_of(graph)
    assert isinstance(again, ProcessTree)
    assert same_language(automaton(tree), automaton(again))
    assert same_language(automaton(tree), automaton_of(net_of_graph(graph), 5000))


@pytest.mark.parametrize(
    "tree",
    [
        block("sequence", node("a"), block("any_order", node("b"), block("sequence", node("c"), node("d"))), node("e")),
        block("repeat", block("one_of", node("a"), node("b")), node("c")),
        block("sequence", block("optional", node("a")), block("repeat", node("b"), node())),
    ],
)
def test_pm4py_reads_the_same_from_our_files(tmp_path, tree):
    import pm4py

    write_bpmn(bpmn_of(tree, {"a": "客服", "b": "经理"}), tmp_path / "model.bpmn", "标准")
    net, initial, final = pm4py.convert_to_petri_net(pm4py.read_bpmn(str(tmp_path / "model.bpmn")))
    (source,), (sink,) = initial, final
    arcs = tuple((arc.source.name, arc.target.name) for arc in net.arcs)
    places = tuple(place.name for place in net.places)
    theirs = PetriNet(places, tuple(Transition(t.name, t.label) for t in net.transitions), arcs, source.name, sink.name)
    assert same_language(automaton(tree), automaton_of(theirs, 5000))


def test_the_bpmn_of_a_municipality_is_read():
    path = shared_file("permits/receipt.bpmn")
    tree = blocks_of(read_bpmn(path).graph)
    assert isinstance(tree, ProcessTree)
    assert same_language(automaton(tree), automaton_of(net_of_graph(read_bpmn(path).graph), 5000))
    standard = pm.read_standard(path)
    assert (len(standard.nodes), next(iter(standard.nodes))) == (27, "Confirmation of receipt")


# ── lanes ─────────────────────────────────────────────────────────────────────────────────────────


@many
@given(trees(), st.dictionaries(st.sampled_from(LABELS), st.sampled_from(["客服", "经理", "财务"]), min_size=1))
def test_every_node_is_in_its_lane_and_no_flow_goes_through_a_node(tree, roles):
    graph = bpmn_of(tree, roles)
    labels = {one.label for one in graph.nodes}
    assert {lane.label for lane in graph.lanes} == {role for label, role in roles.items() if label in labels}
    if not graph.lanes:
        return
    where = swimlanes(graph)
    assert sorted(name for lane in graph.lanes for name in lane.nodes) == sorted(one.name for one in graph.nodes)
    assert [band.y for band in where.lanes] == sorted(band.y for band in where.lanes)
    size = {one.name: size_of(one) for one in graph.nodes}
    for lane, band in zip(graph.lanes, where.lanes, strict=True):
        for name in lane.nodes:
            (x, y), (width, height) = where.centres[name], size[name]
            assert band.x <= x - width / 2
            assert x + width / 2 <= band.x + band.width
            assert band.y <= y - height / 2
            assert y + height / 2 <= band.y + band.height
        own = [where.centres[name] for name in lane.nodes]
        assert len(own) == len(set(own))
    assert [roles.get(one.label, "") in ("", lane_of(graph, one.name)) for one in graph.nodes].count(False) == 0
    for (source, target), line in zip(dict.fromkeys(graph.flows), where.lines, strict=True):
        assert line[0][0] == pytest.approx(where.centres[source][0] + size[source][0] / 2, abs=0.1)
        assert line[-1][0] == pytest.approx(where.centres[target][0] - size[target][0] / 2, abs=0.1)


def lane_of(graph, name):
    return next(lane.label for lane in graph.lanes if name in lane.nodes)


def test_flows_go_round_nodes():
    tree = block("sequence", node("a"), block("optional", node("b")), block("repeat", node("c"), node()), node("d"))
    graph = bpmn_of(tree, dict.fromkeys("abcd", "客服"))
    where = swimlanes(graph)
    for flow, line in zip(graph.flows, where.lines, strict=True):
        for one in graph.nodes:
            (x, y), (width, height) = where.centres[one.name], size_of(one)
            for (x0, y0), (x1, y1) in pairwise(line):
                is_beside = max(x0, x1) <= x - width / 2 or min(x0, x1) >= x + width / 2
                is_above = max(y0, y1) <= y - height / 2 or min(y0, y1) >= y + height / 2
                assert is_beside or is_above or one.name in flow


def test_a_pool_its_lanes_and_every_element_are_drawn(tmp_path):
    graph = bpmn_of(block("sequence", node("受理"), node("审批")), {"受理": "客服", "审批": "经理"})
    root = etree.fromstring(bpmn_xml(graph, "标准"))
    shapes = root.xpath("//*[local-name()='BPMNShape']/@bpmnElement")
    assert shapes == ["pool", "l0", "l1", "n0", "n1", "n2", "n3"]
    assert root.xpath("//@isHorizontal") == ["true"] * 3
    assert root.xpath("//*[local-name()='BPMNPlane']/@bpmnElement") == ["collaboration"]
    assert root.xpath("//*[local-name()='lane']/@name") == ["客服", "经理"]
    assert root.xpath("//*[local-name()='participant']/@*") == ["pool", "标准", "process"]
    assert read_bpmn(_written(tmp_path, bpmn_xml(graph, "标准"))).name == "标准"


def _written(folder, content):
    path = folder / "x.bpmn"
    path.write_bytes(content)
    return path


# ── standards ──────────────────────────────────────────────────────────────────────────────────────

STANDARD = """name: 标准
processes:
  - name: 受理
    nodes:
      - {name: 接收, responsible: 客服}
      - one_of: [{name: 自动分配}, {sequence: [{name: 研判, responsible: [经理, 总监]}, {name: 分配}]}]
      - any_order: [{name: 诊断}, {name: 沟通, optional: true}]
      - repeat: [{name: 解决}]
        back: [{name: 退回}]
        times: 1..3
  - {name: 投诉, when: {类型: [投诉]}, nodes: [{name: 回访, responsible: 客服}]}
paths:
  软件: {when: {线: [软件]}, add: [{name: 合同, after: 接收}], skip: [诊断]}
"""


@pytest.fixture
def standard(tmp_path):
    (tmp_path / "standard.yml").write_text(STANDARD, encoding="utf-8")
    return pm.read_standard(tmp_path / "standard.yml")


@pytest.mark.parametrize("path_name", ["", "软件"])
def test_a_standard_comes_back_from_its_bpmn(standard, tmp_path, path_name):
    pm.write_standard_bpmn(standard, tmp_path / "out.bpmn", path_name)
    again = pm.read_standard(tmp_path / "out.bpmn")
    label = {one.name: one.activities[0] for one in again.nodes.values()}

    def renamed(tree):
        return ProcessTree(tree.block, tuple(map(renamed, tree.parts)), label.get(tree.label, ""))

    ours = tree_of(standard.model_copy(update={"processes": [
        one.model_copy(update={"optional": bool(one.when)}) for one in standard.processes
    ]}), Situation(path_name, (0, 1)))  # fmt: skip
    assert same_language(automaton(ours), automaton(renamed(tree_of(again, Situation("", (0,))))))
    assert again.name == ("标准 · 软件" if path_name else "标准")
    assert (again.nodes["研判"].responsible, again.nodes["接收"].responsible) == (["经理", "总监"], ["客服"])
    assert again.nodes["解决 (2)"].activities == ("解决",)


def test_a_path_that_is_not_there_is_named(standard):
    with pytest.raises(UnknownNameError, match=r"no operating path is called '软体'.*\n.*软件"):
        standard_graph(standard, "软体")


def test_a_project_reads_its_standard_from_bpmn(standard, tmp_path):
    pm.write_standard_bpmn(standard, tmp_path / "standard.bpmn")
    (tmp_path / "project.yml").write_text(
        "procmine: 1\nname: x\ntime_zone: UTC\nsources: [{path: 'exports/*.csv'}]\nstandard: standard.bpmn\n", "utf-8"
    )
    (standard,) = pm.open_project(tmp_path).standard
    assert list(standard.nodes)[:2] == ["接收", "自动分配"]


# ── what is refused ───────────────────────────────────────────────────────────────────────────────


def bpmn(elements, flows, more=""):
    """A file of elements like `a:task`, and of flows like `s>a`."""
    made = "".join(
        f'<{kind} id="{name}" name="{name}">{inner}</{kind}>'
        for name, kind, inner in ((*one.split(":"), "", "")[:3] for one in elements.split())
    )
    tied = "".join(
        '<sequenceFlow id="f{}" sourceRef="{}" targetRef="{}"/>'.format(i, *flow.split(">"))
        for i, flow in enumerate(flows.split())
    )
    return f'<definitions xmlns="{MODEL}">\n<process id="p">\n{made}{tied}</process>{more}</definitions>'


ENDS = "s:startEvent e:endEvent "
X, P = "exclusiveGateway", "parallelGateway"

FAULTS = {
    "ways opened in parallel and closed by a choice": (
        bpmn(ENDS + f"g:{P} h:{X} a:task b:task", "s>g g>a g>b a>h b>h h>e"),
        [r"x.bpmn:3: the ways that 'g' opens are closed by a gateway of another kind", "its ways lead to: h", "hint: let gateways"],
    ),
    "a choice closed as if all came": (
        bpmn(ENDS + f"g:{X} h:{P} a:task b:task", "s>g g>a g>b a>h b>h h>e"),
        ["'g' opens are closed by a gateway of another kind"],
    ),
    "ways that cross": (
        bpmn(
            ENDS + f"g:{P} k:{P} l:{P} h:{P} x:task a:task b:task c:task",
            "s>g g>x x>k g>b k>a k>l b>l l>c a>h c>h h>e",
        ),
        [r"the ways that 'k' opens are not closed together", "its ways lead to: l, h"],
    ),
    "a circle entered in the middle": (
        bpmn(ENDS + f"g:{X} j:{X} k:{X} l:{X} a:task b:task", "s>g g>j g>k j>a a>k k>b b>l l>j l>e"),
        ["the ways that 'l' opens are not closed together by one of its kind"],
    ),
    "a sub-process": (bpmn(ENDS + "u:subProcess", "s>u u>e"), [r"a sub-process \('u'\) is not supported", "supported: tasks"]),
    "a call": (bpmn(ENDS + "u:callActivity", "s>u u>e"), [r"a call activity \('u'\) is not supported"]),
    "an event on the way": (bpmn(ENDS + "u:intermediateCatchEvent", "s>u u>e"), [r"an? intermediate event \('u'\)"]),
    "an event at the edge": (bpmn(ENDS + "a:task u:boundaryEvent", "s>a a>e"), [r"a boundary event \('u'\)"]),
    "an inclusive gateway": (
        bpmn(ENDS + "g:inclusiveGateway h:inclusiveGateway a:task b:task", "s>g g>a g>b a>h b>h h>e"),
        [r"inclusive gateway \('g'\)", r"inclusive gateway \('h'\)"],
    ),
    "a gateway of events": (bpmn(ENDS + "g:eventBasedGateway a:task", "s>g g>a a>e"), [r"event-based gateway \('g'\)"]),
    "an end that stops all": (
        bpmn("s:startEvent e:endEvent:<terminateEventDefinition/> a:task", "s>a a>e"),
        ["the end event 'e' is of kind terminate"],
    ),
    "a task done in a loop": (
        bpmn(ENDS + "a:task:<standardLoopCharacteristics/>", "s>a a>e"), ["the task 'a' has a loop marker"],
    ),
    "two pools": (
        bpmn(ENDS + "a:task", "s>a a>e", '<process id="q"><task id="b" name="b"/></process>'),
        [r"the file has 2 processes \(pools\)"],
    ),
    "message flows": (
        bpmn(ENDS + "a:task", "s>a a>e", '<collaboration id="c"><messageFlow id="m" sourceRef="a" targetRef="x"/></collaboration>'),
        [r"a message flow \('m'\) is not supported"],
    ),
    "a task tied to nothing": (bpmn(ENDS + "a:task b:task", "s>a a>e"), ["no way leads from the start to 'b'"]),
    "a task that leads nowhere": (
        bpmn(ENDS + f"a:task b:task g:{X}", "s>g g>a g>b a>e"), ["no way leads from 'b' to an end"],
    ),
    "a flow to nothing": (bpmn(ENDS + "a:task", "s>a a>e a>zzz"), ["the flow 'f2' is tied to an element that is not there", "zzz"]),
    "no start": (bpmn("e:endEvent a:task", "a>e"), ["there is no start event"]),
    "no end": (bpmn("s:startEvent a:task", "s>a"), ["there is no end event"]),
    "no task": (bpmn(ENDS, "s>e"), ["the process has no task"]),
    "no process": (f'<definitions xmlns="{MODEL}"/>', ["the file has 0 processes"]),
    "another format": ("<html/>", ["this is no BPMN 2.0 file", "root element: html"]),
    "no XML": ("name: x", ["this is no XML"]),
    "a document type": (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + bpmn(ENDS + "a:task", "s>a a>e"),
        ["it has a DOCTYPE"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_standard_is_refused_in_words(tmp_path, fault):
    text, patterns = FAULTS[fault]
    (tmp_path / "x.bpmn").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        pm.read_standard(tmp_path / "x.bpmn")
    for pattern in patterns:
        assert re.search(pattern, str(caught.value)), str(caught.value)
    assert caught.value.say("zh") != caught.value.say("en")


def test_faults_come_all_at_once(tmp_path):
    elements = ENDS + "u:subProcess v:callActivity w:task"
    (tmp_path / "x.bpmn").write_text(bpmn(elements, "s>u u>v v>e"), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        read_bpmn(tmp_path / "x.bpmn")
    assert len(caught.value.faults) >= 3


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SpecError, match="there is no such file"):
        read_bpmn(Path(tmp_path / "none.bpmn"))


ACCEPTED = {
    "ways that meet at the end": (bpmn(ENDS + f"g:{P} a:task b:task", "s>g g>a g>b a>e b>e"), block("any_order", node("a"), node("b"))),
    "several ends": (
        bpmn(ENDS + f"d:endEvent g:{X} a:task b:task", "s>g g>a g>b a>e b>d"), block("one_of", node("a"), node("b")),
    ),
    "several starts": (
        bpmn(ENDS + "t:startEvent a:task b:task c:task", "s>a t>b a>c b>c c>e"),
        block("sequence", block("one_of", node("a"), node("b")), node("c")),
    ),
    "a way back into a task": (
        bpmn(ENDS + f"a:task b:task g:{X}", "s>a a>g g>b b>a g>e"), block("repeat", node("a"), node("b")),
    ),
    "a task that opens ways": (
        bpmn(ENDS + f"a:task b:task c:task h:{P}", "s>a a>b a>c b>h c>h h>e"),
        block("sequence", node("a"), block("any_order", node("b"), node("c"))),
    ),
    "choices that share their end": (
        bpmn(ENDS + f"g:{X} k:{X} h:{X} a:task b:task", "s>g g>a g>k k>b k>h a>h b>h h>e"),
        block("optional", block("one_of", node("a"), node("b"))),
    ),
    "gateways tied to each other": (
        bpmn(ENDS + f"g:{X} k:{X} h:{X} j:{X} a:task b:task c:task", "s>g g>a g>k k>b k>c a>j b>j j>h c>h h>e"),
        block("one_of", node("a"), node("b"), node("c")),
    ),
    "what is only said": (
        bpmn(ENDS + "a:userTask n:textAnnotation d:dataObject g:inclusiveGateway", "s>g g>a a>e"), node("a"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_people_draw_is_read(tmp_path, name):
    text, wanted = ACCEPTED[name]
    (tmp_path / "x.bpmn").write_text(text, encoding="utf-8")
    found = blocks_of(read_bpmn(tmp_path / "x.bpmn").graph)
    assert isinstance(found, ProcessTree)
    assert same_language(automaton(found), automaton(wanted))


def test_many_elements_do_not_hang(tmp_path):
    names = [f"t{i}" for i in range(900)]
    ways = " ".join(f"{a}>{b}" for a, b in pairwise(["s", *names, "e"]))
    (tmp_path / "x.bpmn").write_text(bpmn(ENDS + " ".join(f"{n}:task" for n in names), ways), encoding="utf-8")
    assert len(pm.read_standard(tmp_path / "x.bpmn").nodes) == 900
    (tmp_path / "y.bpmn").write_text(bpmn(ENDS + "a:task " * 1001, "s>a a>e"), encoding="utf-8")
    with pytest.raises(SpecError, match="too many elements"):
        pm.read_standard(tmp_path / "y.bpmn")


def test_blocks_nested_without_end_are_refused(tmp_path):
    n = 300
    names = " ".join(f"g{i}:{X} h{i}:{X} t{i}:task" for i in range(n))
    down = " ".join(f"g{i}>t{i} t{i}>g{i + 1} g{i}>h{i} h{i + 1}>h{i}" for i in range(n - 1))
    last = f"g{n - 1}>t{n - 1} t{n - 1}>h{n - 1} g{n - 1}>h{n - 1}"
    (tmp_path / "x.bpmn").write_text(bpmn(ENDS + names, f"s>g0 {down} {last} h0>e"), encoding="utf-8")
    with pytest.raises(SpecError, match="blocks are nested too deeply"):
        pm.read_standard(tmp_path / "x.bpmn")
