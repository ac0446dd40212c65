"""Where a standard contradicts itself: names that nothing has, nodes that stand twice, circles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.conformance.standard.parts import Item, NodeParts
from procmine.conformance.standard.standard import OperatingPath, Standard
from procmine.core.text.errors import Text, did_you_mean
from procmine.core.text.words import Words

Place = tuple[str | int, ...]
_BLOCKS = ("sequence", "any_order", "one_of", "repeat", "back")


class Contradiction(NamedTuple):
    """Where a file contradicts itself: the place in it, the fault, a hint."""

    place: Place
    fault: Text
    hint: Text = ""


def contradictions(standard: Standard, *, names_known: bool = True) -> Iterator[Contradiction]:
    """All places in which a standard contradicts itself.

    Parameters
    ----------
    names_known
        False where parts that hold names could not be read: then no name is said to be unknown.
    """
    yield from _twice(standard)
    yield from _days(standard)
    for place, node in _nodes(standard):
        yield from _within_node(standard, place, node)
    for name, path in standard.paths.items():
        yield from _circle(name, path)
    if names_known:
        yield from _names_of_paths(standard)
        yield from _names_of_rules(standard)
        yield from _names_elsewhere(standard)


def _nodes(standard: Standard) -> Iterator[tuple[Place, Item]]:
    """Every node of the unified process with its place in the file."""
    for i, process in enumerate(standard.processes):
        for j, item in enumerate(process.nodes):
            yield from _nodes_in(item, ("processes", i, "nodes", j))


def _nodes_in(item: Item, place: Place) -> Iterator[tuple[Place, Item]]:
    if item.name:
        yield place, item
    if not isinstance(item.optional, bool):
        yield from _nodes_in(item.optional, (*place, "optional"))
    for block in _BLOCKS:
        for i, part in enumerate(getattr(item, block)):
            yield from _nodes_in(part, (*place, block, i))


def _unified(standard: Standard) -> set[str]:
    return {node.name for _, node in _nodes(standard)}


def _twice(standard: Standard) -> Iterator[Contradiction]:
    seen: set[str] = set()
    fault = Words("节点“{name}”出现两次", "the node {name!r} stands in it twice")
    hint = Words("每个节点只写一次；重复执行用 repeat:", "write each node once; use repeat: to do it again")
    for place, node in _nodes(standard):
        if node.name in seen:
            yield Contradiction(place, fault.filled(name=node.name), hint)
        seen.add(node.name)
    for path_name, path in standard.paths.items():
        own: set[str] = set()
        for i, added in enumerate(path.add):
            if added.name in seen | own:
                move = Words("换位置用 move:", "use move: to let it stand elsewhere")
                yield Contradiction(("paths", path_name, "add", i, "name"), fault.filled(name=added.name), move)
            own.add(added.name)


def _days(standard: Standard) -> Iterator[Contradiction]:
    if standard.valid_from and standard.valid_until and standard.valid_until < standard.valid_from:
        fault = Words("有效期的结束早于开始", "the version ends before it begins")
        yield Contradiction(("valid_until",), fault, Words("交换两个日期", "swap the two dates"))


def _within_node(standard: Standard, place: Place, node: NodeParts) -> Iterator[Contradiction]:
    for i, action in enumerate(node.actions):
        if action.required and not action.log:
            fault = Words(
                "动作“{name}”是必须的，但日志看不到它", "the action {name!r} is required, and no log shows it"
            )
            hint = Words("写上 log:，或去掉 required:", "name its activity under log:, or leave out required:")
            yield Contradiction((*place, "actions", i), fault.filled(name=action.do), hint)
    for activity in sorted(set(_activities(node)) & set(standard.ignore)):
        fault = Words("“{name}”既不判断又是节点的动作", "{name!r} is ignored and yet does a node").filled(name=activity)
        yield Contradiction(place, fault, Words("从 ignore: 中去掉", "take it out of ignore:"))


def _activities(node: NodeParts) -> tuple[str, ...]:
    return getattr(node, "activities", ())


# ── names that nothing has ────────────────────────────────────────────────────────────────────


def _unknown(name: str, known: Collection[str], place: Place) -> Iterator[Contradiction]:
    if name not in known:
        fault = Words("没有节点“{name}”", "there is no node {name!r}").filled(name=name)
        yield Contradiction(place, fault, did_you_mean(name, sorted(known)))


def _names_of_paths(standard: Standard) -> Iterator[Contradiction]:
    unified = _unified(standard)
    for name, path in standard.paths.items():
        known = unified | {added.name for added in path.add}
        for i, skipped in enumerate(path.skip):
            yield from _unknown(skipped, unified, ("paths", name, "skip", i))
        for i, added in enumerate(path.add):
            key = "after" if added.after else "before"
            yield from _unknown(added.after or added.before, known - {added.name}, ("paths", name, "add", i, key))
            if added.since:
                yield from _unknown(added.since, known | set(standard.claims), ("paths", name, "add", i, "since"))
        for i, moved in enumerate(path.move):
            yield from _unknown(moved.name, unified, ("paths", name, "move", i, "name"))
            yield from _unknown(moved.after, known - {moved.name}, ("paths", name, "move", i, "after"))


def _names_of_rules(standard: Standard) -> Iterator[Contradiction]:
    known = set(standard.nodes) | set(standard.claims)
    for i, rule in enumerate(standard.rules):
        for key, named in rule.named():
            yield from _unknown(named, known, ("rules", i, key))


def _names_elsewhere(standard: Standard) -> Iterator[Contradiction]:
    known = set(standard.nodes) | set(standard.claims)
    for place, node in _nodes(standard):
        if node.since:
            yield from _unknown(node.since, known - {node.name}, (*place, "since"))
    for i, allowed in enumerate(standard.allowed_deviations):
        subject = DEVIATION_KINDS[allowed.kind].subject
        if subject == "node":
            yield from _unknown(allowed.subject, standard.nodes, ("allowed_deviations", i, allowed.kind))
        elif subject == "rule" and allowed.subject not in (names := [r.title.zh for r in standard.rules]):
            fault = Words("没有规则“{name}”", "there is no rule {name!r}").filled(name=allowed.subject)
            hint = did_you_mean(allowed.subject, names)
            yield Contradiction(("allowed_deviations", i, allowed.kind), fault, hint)


def _circle(name: str, path: OperatingPath) -> Iterator[Contradiction]:
    """Additions and moves that stand beside each other in a circle have no place."""
    beside = {added.name: added.after or added.before for added in path.add}
    beside |= {moved.name: moved.after for moved in path.move}
    for begin in beside:
        here, seen = begin, [begin]
        while (here := beside.get(here, "")) and here not in seen:
            seen.append(here)
        if here == begin and begin == min(seen):
            fault = Words("节点互相引用：{names}", "nodes stand beside each other in a circle: {names}")
            yield Contradiction(("paths", name), fault.filled(names=" → ".join([*seen, begin])))
