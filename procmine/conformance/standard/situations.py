"""What a case has to go: the process tree of a standard on an operating path, for the processes that run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from procmine.conformance.standard.parts import Item, Times
from procmine.conformance.standard.standard import Addition, OperatingPath, Standard
from procmine.core.nets.process_tree import ProcessTree, block, node


class Situation(NamedTuple):
    """What decides which nodes a case has to go: its operating path, and the processes that run for it.

    Attributes
    ----------
    path
        Name of the operating path; empty for the unified process.
    processes
        Numbers of the processes, in order.
    """

    path: str
    processes: tuple[int, ...]


def situation_of(standard: Standard, attributes: Mapping[str, object]) -> Situation:
    """The situation of a case with these attributes: the first path that fits, and every process that runs."""

    def fits(when: Mapping[str, list[str]]) -> bool:
        return all(str(attributes.get(name)) in values for name, values in when.items())

    path = next((name for name, one in standard.paths.items() if fits(one.when)), "")
    return Situation(path, tuple(i for i, one in enumerate(standard.processes) if fits(one.when)))


def tree_of(standard: Standard, situation: Situation) -> ProcessTree:
    """What a case in a situation may do; the label of a node is its name, of one that no log shows empty.

    Examples
    --------
    >>> from procmine.conformance.standard.standard import Process
    >>> nodes = [Item(name="受理"), Item(name="分类", optional=True), Item(name="关闭")]
    >>> standard = Standard(name="x", processes=[Process(name="p", nodes=nodes)])
    >>> [part.block for part in tree_of(standard, Situation("", (0,))).parts[0].parts]
    ['node', 'optional', 'node']
    """
    processes = []
    for number in situation.processes:
        process = standard.processes[number]
        whole = block("sequence", *map(_tree, process.nodes))
        processes.append(block("optional", whole) if process.optional else whole)
    tree = block("sequence", *processes)
    return _along(tree, standard.paths[situation.path]) if situation.path else tree


def _tree(item: Item) -> ProcessTree:
    if item.kind == "node":
        leaf = node(item.name)
        return block("optional", leaf) if item.optional else leaf
    if item.kind == "repeat":
        again = block("sequence", *map(_tree, item.back))
        return _times(block("sequence", *map(_tree, item.repeat)), again, item.times)
    return block(item.kind, *map(_tree, item.parts))


def _times(first: ProcessTree, again: ProcessTree, times: Times) -> ProcessTree:
    """Something done so often, with something else before it is done again; an upper limit is written out."""
    once_more = block("sequence", again, first)
    least = [first, *[once_more] * (times.least - 1)]
    if times.most is None:
        return (
            block("sequence", *least[1:], block("repeat", first, again))
            if times.least == 1
            else block("sequence", *least[:-1], block("sequence", again, block("repeat", first, again)))
        )
    further: ProcessTree | None = None
    for _ in range(times.most - times.least):
        further = block("optional", once_more if further is None else block("sequence", once_more, further))
    return block("sequence", *least, *([further] if further else []))


# ── operating paths ───────────────────────────────────────────────────────────────────────────


def _along(tree: ProcessTree, path: OperatingPath) -> ProcessTree:
    """The tree with the nodes that a path skips, moves and adds."""
    moved = {move.name: _found(tree, move.name) for move in path.move}
    tree = _without(tree, {*path.skip, *moved}) or block("sequence")
    waiting: list[tuple[str, str, ProcessTree, bool]] = [
        *((add.after or add.before, add.name, _added(add), bool(add.after)) for add in path.add),
        *((move.after, move.name, moved[move.name], True) for move in path.move),
    ]
    while waiting:
        ready = [one for one in waiting if _holds(tree, one[0])]
        if not ready:  # what they stand beside is not on this path: they come at its end
            return block("sequence", tree, *(part for _, _, part, _ in waiting))
        for anchor, _, part, after in ready:
            tree = _beside(tree, anchor, part, after=after)
        waiting = [one for one in waiting if one not in ready]
    return tree


def _added(add: Addition) -> ProcessTree:
    return block("optional", node(add.name)) if add.optional else node(add.name)


def _is_unit(tree: ProcessTree, name: str) -> bool:
    """Whether a tree is a node, with what makes it optional."""
    return tree.label == name or (tree.block == "optional" and tree.parts[0].label == name)


def _found(tree: ProcessTree, name: str) -> ProcessTree:
    """A node of the tree with what makes it optional."""
    if _is_unit(tree, name):
        return tree
    return next(found for part in tree.parts if _holds(part, name) for found in [_found(part, name)])


def _holds(tree: ProcessTree, name: str) -> bool:
    return tree.label == name or any(_holds(part, name) for part in tree.parts)


def _without(tree: ProcessTree, names: set[str]) -> ProcessTree | None:
    """The tree without some nodes; None where nothing is left of it."""
    if tree.block == "node":
        return None if tree.label in names else tree
    parts = [_without(part, names) for part in tree.parts]
    if tree.block == "repeat":
        first, again = parts
        return block("repeat", first or block("sequence"), again or block("sequence")) if first or again else None
    left = [part for part in parts if part is not None]
    return ProcessTree(tree.block, tuple(left)) if left else None


def _beside(tree: ProcessTree, anchor: str, part: ProcessTree, *, after: bool) -> ProcessTree:
    """The tree with a part right behind a node, or right before it."""
    if _is_unit(tree, anchor):
        return block("sequence", tree, part) if after else block("sequence", part, tree)
    return ProcessTree(tree.block, tuple(_beside(one, anchor, part, after=after) for one in tree.parts), tree.label)
