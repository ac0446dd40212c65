"""The standard as BPMN: out per operating path with a lane per role, and in from a block-structured file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.situations import Situation, tree_of
from procmine.conformance.standard.standard import Process, Standard
from procmine.core.nets.bpmn import BpmnGraph, bpmn_of
from procmine.core.nets.bpmn_blocks import Stuck, blocks_of
from procmine.core.nets.bpmn_reading import BpmnProcess, read_bpmn
from procmine.core.nets.bpmn_xml import write_bpmn
from procmine.core.nets.process_tree import ProcessTree
from procmine.core.text.errors import Fault, SpecError, UnknownNameError
from procmine.core.text.words import Words

_SEVERAL = " / "
MOST_DEEP = 50


def standard_graph(standard: Standard, path_name: str = "") -> BpmnGraph:
    """The flow of a standard on one of its operating paths; a process that only some cases need may be left out.

    Parameters
    ----------
    path_name
        Name of an operating path; the unified process when left out.

    Raises
    ------
    UnknownNameError
        If there is no such path.
    """
    if path_name and path_name not in standard.paths:
        what = Words("运营路径", "operating path")
        raise UnknownNameError.among(what, [path_name], list(standard.paths), standard.name)
    whole = [one.model_copy(update={"optional": one.optional or bool(one.when)}) for one in standard.processes]
    every = standard.model_copy(update={"processes": whole})
    tree = tree_of(every, Situation(path_name, tuple(range(len(whole)))))
    return bpmn_of(tree, {node.name: _SEVERAL.join(node.responsible) for node in standard.nodes.values()})


def write_standard_bpmn(standard: Standard, path: str | Path, path_name: str = "") -> None:
    """Write the flow of a standard as BPMN 2.0 with layout, one lane for each responsible role.

    Parameters
    ----------
    path_name
        Name of an operating path; the unified process when left out.

    Raises
    ------
    UnknownNameError
        If there is no such path.

    Examples
    --------
    >>> import tempfile
    >>> import procmine as pm
    >>> from procmine.samples.bundled import sample_project
    >>> standard = pm.read_standard(sample_project("telecom") / "standard.yml")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_standard_bpmn(standard, f"{folder}/standard.bpmn")
    ...     again = pm.read_standard(f"{folder}/standard.bpmn")
    >>> list(again.nodes) == list(standard.nodes)
    True
    """
    write_bpmn(standard_graph(standard, path_name), path, " · ".join(filter(None, [standard.name, path_name])))


def read_standard_bpmn(path: Path) -> Standard:
    """The standard that a block-structured BPMN 2.0 file says: its tasks are the nodes, its lanes the roles.

    Tasks of one name become nodes of their own, done by the same activity: 审批, 审批 (2).

    Raises
    ------
    SpecError
        If the file cannot be read, holds what is not supported, or has gateways that do not open and close
        in pairs: each is named.
    """
    read = read_bpmn(path)
    tree = blocks_of(read.graph)
    if not isinstance(tree, ProcessTree):
        raise SpecError(*(_fault(one, read, path.name) for one in tree))
    if _depth(tree) > MOST_DEEP:
        fault = Words("块嵌套过深（上限 {n} 层）", "blocks are nested too deeply (at most {n} levels)")
        raise SpecError(Fault(path.name, fault.filled(n=MOST_DEEP)))
    label = {node.name: node.label for node in read.graph.nodes}
    roles = {label[name]: lane.label for lane in read.graph.lanes for name in lane.nodes if label[name]}
    items = _Items(roles).of(tree)
    if not items:
        raise SpecError(Fault(path.name, Words("流程中没有任务", "the process has no task")))
    process = Process(name=read.name or path.stem, nodes=items)
    return Standard(name=process.name, processes=[process])


def _fault(stuck: Stuck, read: BpmnProcess, file: str) -> Fault:
    name, place = read.told.get(stuck.name, ("start", file))
    led_to = ", ".join(read.told.get(one, ("start", ""))[0] for one in stuck.leads_to)
    if stuck.is_mismatched:
        text = Words(
            "网关“{name}”打开的分支由另一种网关关闭，案例会卡住或多次结束",
            "the ways that {name!r} opens are closed by a gateway of another kind: cases would stand still or end twice",
        )
    else:
        text = Words(
            "网关“{name}”打开的分支没有由同类网关一起关闭",
            "the ways that {name!r} opens are not closed together by one of its kind",
        )
    facts = Words("分支通向：{led_to}", "its ways lead to: {led_to}").filled(led_to=led_to)
    hint = Words(
        "让每个网关成对：同类网关打开，同类网关关闭",
        "let gateways stand in pairs: what one kind opens, the same kind closes",
    )
    return Fault(place, text.filled(name=name), facts, hint)


def _depth(tree: ProcessTree) -> int:
    """Levels of blocks, counted without going down into them one inside the other."""
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [part for one in level for part in one.parts]
    return depth


class _Items:
    """A process tree as the items of a standard file."""

    def __init__(self, roles: Mapping[str, str]) -> None:
        self.roles = roles
        self.seen: Counter[str] = Counter()

    def of(self, tree: ProcessTree) -> list[Item]:
        """The items that a tree says, one after the other."""
        if tree.block == "node":
            return [self._node(tree.label)] if tree.label else []
        if tree.block == "sequence":
            return [item for part in tree.parts for item in self.of(part)]
        if tree.block == "repeat":
            return self._repeat(tree)
        parts = [_one(items) for part in tree.parts if (items := self.of(part))]
        if tree.block == "optional":
            return [_optional(part) for part in parts]
        return [Item.model_validate({tree.block: parts})]

    def _node(self, label: str) -> Item:
        self.seen[label] += 1
        responsible = self.roles.get(label, "").split(_SEVERAL) if self.roles.get(label) else []
        if self.seen[label] == 1:
            return Item(name=label, responsible=responsible)
        name = f"{label} ({self.seen[label]})"
        self.seen[name] += 1
        return Item(name=name, log=[label], responsible=responsible)

    def _repeat(self, tree: ProcessTree) -> list[Item]:
        first, back = map(self.of, tree.parts)
        if first:
            return [Item(repeat=first, back=back)]
        return [_optional(Item(repeat=back))] if back else []


def _one(items: list[Item]) -> Item:
    return items[0] if len(items) == 1 else Item(sequence=items)


def _optional(item: Item) -> Item:
    return item.model_copy(update={"optional": True}) if item.name else Item(optional=item)
