"""Process trees: blocks that nest, and the sound workflow nets that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from procmine.core.nets.petri import PetriNet, Transition

Block = Literal["node", "sequence", "one_of", "any_order", "optional", "repeat"]


@dataclass(frozen=True)
class ProcessTree:
    """A node, or a block of trees.

    Attributes
    ----------
    block
        `sequence`: one after the other; `one_of`: exactly one of them; `any_order`: all of them, in any
        order and interleaved; `optional`: its one part or nothing; `repeat`: the first part, and after
        each run of the second part the first again.
    label
        What the node is called; empty for a block, and for a node that nobody sees.
    """

    block: Block
    parts: tuple[ProcessTree, ...] = ()
    label: str = ""


def node(label: str = "") -> ProcessTree:
    """A node by its name; without one it is silent."""
    return ProcessTree("node", (), label)


def block(kind: Block, *parts: ProcessTree) -> ProcessTree:
    """A block of trees."""
    return ProcessTree(kind, parts)


def net_of(tree: ProcessTree) -> PetriNet:
    """The workflow net of a tree: sound and safe, since every block has one way in and one way out.

    Examples
    --------
    >>> net = net_of(block("sequence", node("受理"), block("optional", node("处理"))))
    >>> [transition.label for transition in net.transitions]
    ['受理', '处理', None]
    """
    return _Compiling().net(tree)


class _Compiling:
    def __init__(self) -> None:
        self.n_places = 0
        self.transitions: list[Transition] = []
        self.arcs: list[tuple[str, str]] = []

    def net(self, tree: ProcessTree) -> PetriNet:
        source, sink = self._place(), self._place()
        self._add(tree, source, sink)
        places = tuple(f"p{i}" for i in range(self.n_places))
        return PetriNet(places, tuple(self.transitions), tuple(self.arcs), source, sink)

    def _place(self) -> str:
        self.n_places += 1
        return f"p{self.n_places - 1}"

    def _step(self, label: str | None, sources: Sequence[str], targets: Sequence[str]) -> None:
        name = f"t{len(self.transitions)}"
        self.transitions.append(Transition(name, label))
        self.arcs += [(source, name) for source in sources] + [(name, target) for target in targets]

    def _add(self, tree: ProcessTree, source: str, sink: str) -> None:
        """Add a tree between two places."""
        getattr(self, f"_{tree.block}")(tree, source, sink)

    def _node(self, tree: ProcessTree, source: str, sink: str) -> None:
        self._step(tree.label or None, [source], [sink])

    def _sequence(self, tree: ProcessTree, source: str, sink: str) -> None:
        if not tree.parts:
            self._step(None, [source], [sink])
        between = [self._place() for _ in tree.parts[1:]]
        for part, begin, end in zip(tree.parts, [source, *between], [*between, sink], strict=False):
            self._add(part, begin, end)

    def _one_of(self, tree: ProcessTree, source: str, sink: str) -> None:
        for part in tree.parts:
            self._add(part, source, sink)

    def _optional(self, tree: ProcessTree, source: str, sink: str) -> None:
        self._add(tree.parts[0], source, sink)
        self._step(None, [source], [sink])

    def _any_order(self, tree: ProcessTree, source: str, sink: str) -> None:
        begins = [self._place() for _ in tree.parts]
        ends = [self._place() for _ in tree.parts]
        self._step(None, [source], begins)
        for part, begin, end in zip(tree.parts, begins, ends, strict=True):
            self._add(part, begin, end)
        self._step(None, ends, [sink])

    def _repeat(self, tree: ProcessTree, source: str, sink: str) -> None:
        # Silent steps around it: nothing outside shares the places between which it goes round.
        first, *rest = tree.parts
        begin, end = self._place(), self._place()
        self._step(None, [source], [begin])
        self._add(first, begin, end)
        self._add(rest[0] if rest else node(), end, begin)
        self._step(None, [end], [sink])
