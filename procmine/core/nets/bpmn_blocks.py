"""From BPMN back to blocks: a graph whose gateways open and close in pairs is a process tree.

Flows carry trees. Nodes on a single way, gateways that are joined by several flows, and circles between a
joining and a splitting gateway are drawn together until one flow is left: its tree is the process. What
cannot be drawn together is not block-structured. Compare the series-parallel reduction of two-terminal graphs
(Valdes, Tarjan and Lawler, 1982) and the structured cores of the refined process structure tree (Vanhatalo,
Voelzer and Koehler, 2009).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from procmine.core.nets.bpmn import BpmnGraph, Kind
from procmine.core.nets.process_tree import ProcessTree, block, node

SILENT = node()


class Stuck(NamedTuple):
    """A gateway that opens ways which no gateway of its kind closes.

    Attributes
    ----------
    name
        Name of the node.
    leads_to
        Names of the nodes to which its ways lead.
    is_mismatched
        Whether they all lead to one gateway, which is of another kind.
    """

    name: str
    leads_to: tuple[str, ...]
    is_mismatched: bool


def blocks_of(graph: BpmnGraph) -> ProcessTree | tuple[Stuck, ...]:
    """The process tree of a graph with one start and one end, or the gateways that are not in pairs.

    A task with several ways in is reached by any of them; one with several ways out takes all of them. The end
    is reached when all that goes on has come to it, so ways that part in whatever kind may meet there.

    Examples
    --------
    >>> from procmine.core.nets.bpmn import bpmn_of
    >>> blocks_of(bpmn_of(block("one_of", node("a"), node("b")))) == block("one_of", node("a"), node("b"))
    True
    """
    drawing = _Drawing.of(graph)
    drawing.together()
    (start,) = (one.name for one in graph.nodes if one.kind == "start")
    (end,) = (one.name for one in graph.nodes if one.kind == "end")
    if len(drawing.flows) == 1 and (drawing.flows[0].tail, drawing.flows[0].head) == (f"{start}>", end):
        return drawing.flows[0].tree
    return tuple(drawing.stuck())


_APART: dict[Kind, tuple[Kind, Kind]] = {
    "start": ("start", "parallel"),
    "task": ("exclusive", "parallel"),
    "end": ("end", "end"),
}
"""How ways come together before a node, and how they part behind it."""


@dataclass
class _Flow:
    tail: str
    head: str
    tree: ProcessTree = SILENT


class _Drawing:
    def __init__(self, kinds: dict[str, Kind], flows: list[_Flow]) -> None:
        self.kinds, self.flows = kinds, flows
        self.ways_in: dict[str, list[_Flow]] = {name: [] for name in kinds}
        self.ways_out: dict[str, list[_Flow]] = {name: [] for name in kinds}
        for flow in flows:
            self.ways_out[flow.tail].append(flow)
            self.ways_in[flow.head].append(flow)

    @classmethod
    def of(cls, graph: BpmnGraph) -> _Drawing:
        """Every node apart into one where ways come together and one where they part, with what it does between."""
        kinds: dict[str, Kind] = {}
        flows = []
        for one in graph.nodes:
            kinds[f"{one.name}>"], kinds[one.name] = _APART.get(one.kind, (one.kind, one.kind))
            flows.append(_Flow(f"{one.name}>", one.name, node(one.label) if one.kind == "task" else SILENT))
        flows += [_Flow(tail, f"{head}>") for tail, head in graph.flows]
        return cls(kinds, flows)

    def together(self) -> None:
        """Draw together what can be; gateways tied to one of their kind become one where nothing else helps."""
        while any(self._series(name) or self._beside(name) or self._circle(name) for name in self.kinds) or any(
            self._fused(flow) for flow in self.flows
        ):
            pass

    def _put(self, flow: _Flow, *instead_of: _Flow) -> bool:
        for old in instead_of:
            self.flows.remove(old)
            self.ways_out[old.tail].remove(old)
            self.ways_in[old.head].remove(old)
        self.flows.append(flow)
        self.ways_out[flow.tail].append(flow)
        self.ways_in[flow.head].append(flow)
        return True

    def _series(self, name: str) -> bool:
        """One way in and one way out."""
        if len(self.ways_in[name]) != 1 or len(self.ways_out[name]) != 1:
            return False
        (before,), (after,) = self.ways_in[name], self.ways_out[name]
        if name in (before.tail, after.head) or before.tail == after.head:
            return False
        return self._put(_Flow(before.tail, after.head, _sequence(before.tree, after.tree)), before, after)

    def _beside(self, name: str) -> bool:
        """Several ways from one gateway to another of its kind."""
        heads = [flow.head for flow in self.ways_out[name]]
        for head in dict.fromkeys(heads):
            if heads.count(head) > 1 and self.kinds[head] in (self.kinds[name], "end") and name != head:
                some = [flow for flow in self.ways_out[name] if flow.head == head]
                trees = [flow.tree for flow in some]
                tree = _all_of(trees) if self.kinds[name] == "parallel" else _one_of(trees)
                return self._put(_Flow(name, head, tree), *some)
        return False

    def _circle(self, name: str) -> bool:
        """On from a joining gateway to a splitting one, and from there back."""
        if len(self.ways_out[name]) != 1 or self.kinds[name] != "exclusive":
            return False
        (onward,) = self.ways_out[name]
        if len(self.ways_in[onward.head]) != 1 or self.kinds[onward.head] != "exclusive":
            return False
        back = [flow for flow in self.ways_out[onward.head] if flow.head == name]
        if len(back) != 1 or len(self.ways_out[onward.head]) == 1 or len(self.ways_in[name]) == 1:
            return False
        return self._put(_Flow(name, onward.head, block("repeat", onward.tree, back[0].tree)), onward, back[0])

    def _fused(self, flow: _Flow) -> bool:
        """Two gateways of a kind, both splitting or both joining, with nothing between."""
        tail, head = flow.tail, flow.head
        if flow.tree != SILENT or self.kinds[tail] != self.kinds[head] or self.kinds[head] in ("start", "end"):
            return False
        if len(self.ways_in[head]) == 1 and len(self.ways_out[tail]) > 1 and tail != head:
            moved = [(old, _Flow(tail, old.head, old.tree)) for old in list(self.ways_out[head])]
        elif len(self.ways_out[tail]) == 1 and len(self.ways_in[head]) > 1 and tail != head:
            moved = [(old, _Flow(old.tail, head, old.tree)) for old in list(self.ways_in[tail])]
        else:
            return False
        for old, new in moved:
            self._put(new, old)
        self.flows.remove(flow)
        self.ways_out[tail].remove(flow)
        self.ways_in[head].remove(flow)
        return True

    def stuck(self) -> Iterator[Stuck]:
        """The gateways that part ways, those with no other one behind them first; else those that join."""
        parting = [name for name in self.kinds if len(self.ways_out[name]) > 1]
        inner = [name for name in parting if not any(flow.head in parting for flow in self.ways_out[name])]
        joining = [name for name in self.kinds if len(self.ways_in[name]) > 1]
        for name in inner or parting or joining:
            led_to = {flow.head for flow in self.ways_out[name]}
            heads = [other for other in self.kinds if other in led_to]
            mismatched = len(heads) == 1 and self.kinds[heads[0]] != self.kinds[name]
            yield Stuck(name.rstrip(">"), tuple(head.rstrip(">") for head in heads), mismatched)


# ── trees put together, without what does nothing ─────────────────────────────────────────────────


def _sequence(*trees: ProcessTree) -> ProcessTree:
    parts = [part for tree in trees if tree != SILENT for part in (tree.parts if tree.block == "sequence" else (tree,))]
    return parts[0] if len(parts) == 1 else block("sequence", *parts) if parts else SILENT


def _one_of(trees: list[ProcessTree]) -> ProcessTree:
    seen = [tree for tree in trees if tree != SILENT]
    if not seen:
        return SILENT
    parts = [part for tree in seen for part in (tree.parts if tree.block == "one_of" else (tree,))]
    choice = parts[0] if len(parts) == 1 else block("one_of", *parts)
    return choice if len(seen) == len(trees) else block("optional", choice)


def _all_of(trees: list[ProcessTree]) -> ProcessTree:
    seen = [tree for tree in trees if tree != SILENT]
    parts = [part for tree in seen for part in (tree.parts if tree.block == "any_order" else (tree,))]
    return SILENT if not parts else parts[0] if len(parts) == 1 else block("any_order", *parts)
