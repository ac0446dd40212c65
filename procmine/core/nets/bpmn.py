"""Process trees as BPMN: events, tasks and gateways with the flows between them, and where they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from procmine.core.nets.layout import Box, Layout, Link, layout
from procmine.core.nets.process_tree import ProcessTree
from procmine.core.text.textwidth import text_width, wrapped

Kind = Literal["start", "end", "task", "exclusive", "parallel", "inclusive"]


class Node(NamedTuple):
    """A node of a BPMN graph."""

    name: str
    kind: Kind
    label: str = ""


class Lane(NamedTuple):
    """A lane: who does the nodes in it."""

    label: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class BpmnGraph:
    """Events, tasks and gateways with the flows between them; nodes are named `n0`, `n1` and so on.

    Attributes
    ----------
    lanes
        Lanes that together hold every node, from top to bottom; none where nobody is named.
    """

    nodes: tuple[Node, ...]
    flows: tuple[tuple[str, str], ...]
    lanes: tuple[Lane, ...] = ()


def bpmn_of(tree: ProcessTree, roles: Mapping[str, str] | None = None) -> BpmnGraph:
    """The BPMN graph of a process tree; silent nodes are not in it.

    Parameters
    ----------
    roles
        Label of a node: who does it. Each gets a lane; what nobody is named for stands where the case comes from.

    Examples
    --------
    >>> from procmine.core.nets.process_tree import block, node
    >>> graph = bpmn_of(block("sequence", node("受理"), node("关闭")))
    >>> [node.kind for node in graph.nodes], graph.flows
    (['start', 'task', 'task', 'end'], (('n0', 'n1'), ('n1', 'n2'), ('n2', 'n3')))
    """
    builder = _Builder()
    start = builder.node("start")
    last = builder.add(tree, start)
    builder.flow(last, builder.node("end"))
    graph = BpmnGraph(tuple(builder.nodes), tuple(builder.flows))
    return BpmnGraph(graph.nodes, graph.flows, _lanes(graph, roles or {}))


class _Builder:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.flows: list[tuple[str, str]] = []

    def node(self, kind: Kind, label: str = "") -> str:
        self.nodes.append(Node(f"n{len(self.nodes)}", kind, label))
        return self.nodes[-1].name

    def flow(self, source: str, target: str) -> None:
        self.flows.append((source, target))

    def add(self, tree: ProcessTree, before: str) -> str:
        """Append a tree after a node; return the node that what follows is to be tied to."""
        if tree.block == "node":
            return self._task(tree.label, before) if tree.label else before
        if tree.block == "sequence":
            for part in tree.parts:
                before = self.add(part, before)
            return before
        if tree.block == "repeat":
            return self._repeat(tree, before)
        return self._between(tree, before)

    def _task(self, label: str, before: str) -> str:
        task = self.node("task", label)
        self.flow(before, task)
        return task

    def _between(self, tree: ProcessTree, before: str) -> str:
        """A tree's parts between a gateway that opens and one that closes."""
        kind: Kind = "parallel" if tree.block == "any_order" else "exclusive"
        split = self.node(kind)
        self.flow(before, split)
        ends = [self.add(part, split) for part in tree.parts]
        join = self.node(kind)
        for end in [*ends, *([split] if tree.block == "optional" else [])]:
            self.flow(end, join)
        return join

    def _repeat(self, tree: ProcessTree, before: str) -> str:
        first, *again = tree.parts
        join = self.node("exclusive")
        self.flow(before, join)
        done = self.add(first, join)
        split = self.node("exclusive")
        self.flow(done, split)
        back = self.add(again[0], split) if again else split
        self.flow(back, join)
        return split


def _lanes(graph: BpmnGraph, roles: Mapping[str, str]) -> tuple[Lane, ...]:
    """Every node in the lane of who does it, else of the node before it, else of the first that somebody does."""
    lane = {node.name: roles[node.label] for node in graph.nodes if roles.get(node.label)}
    if not lane:
        return ()
    before: dict[str, str] = {}
    for source, target in graph.flows:
        before.setdefault(target, source)
    for node in graph.nodes:  # in the order in which they were made: what comes before is known
        lane.setdefault(node.name, lane.get(before.get(node.name, ""), ""))
    first = next(lane[node.name] for node in graph.nodes if lane[node.name])
    bpmn_layout = {name: label or first for name, label in lane.items()}
    labels = dict.fromkeys(bpmn_layout[node.name] for node in graph.nodes)
    return tuple(
        Lane(label, tuple(node.name for node in graph.nodes if bpmn_layout[node.name] == label)) for label in labels
    )


# ── places ────────────────────────────────────────────────────────────────────────────────────────

_SIZES: dict[Kind, tuple[float, float]] = {"start": (36, 36), "end": (36, 36)}
_GATEWAY = (42.0, 42.0)
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


def bpmn_layout(graph: BpmnGraph) -> Layout:
    """Where the nodes and flows go, from left to right."""
    boxes = [
        Box(node.name, *size_of(node), end="first" if node.kind == "start" else "last" if node.kind == "end" else "")
        for node in graph.nodes
    ]
    return layout(boxes, [Link(*flow) for flow in dict.fromkeys(graph.flows)], direction="LR")
