"""The nodes of a standard in the order of its file, numbered, each with the blocks it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Process, Standard
from procmine.conformance.standard.standard_words import BLOCKS, OPTIONAL, block_words, listed_names, when_words
from procmine.core.text.words import Language, Words


class Entry(NamedTuple):
    """A node in its place.

    Attributes
    ----------
    number
        Number of its process and its own, `2.3`; of a node that only some paths have, `+1` and so on.
    process
        Name of its process; empty for a node that only some paths have.
    blocks
        What the blocks around it mean for it, the outermost first.
    """

    number: str
    process: str
    node: Item
    blocks: tuple[Words, ...]


def entries(version: Standard) -> list[Entry]:
    """All nodes of the unified process, then those that paths have besides.

    Examples
    --------
    >>> from procmine.conformance.standard.standard import OperatingPath
    >>> nodes = [Item(name="受理"), Item(one_of=[Item(name="自动分配"), Item(name="人工分配")])]
    >>> paths = {"软件": OperatingPath(when={"业务线": ["软件"]}, add=[{"name": "审核", "after": "受理"}])}
    >>> version = Standard(name="x", processes=[Process(name="服务", nodes=nodes)], paths=paths)
    >>> [(one.number, one.node.name, *(block.en for block in one.blocks)) for one in entries(version)]
    [('1.1', '受理'), ('1.2', '自动分配', 'one of these'), ('1.3', '人工分配', 'one of these'), ('+1', '审核')]
    """
    listed_nodes = []
    for i, process in enumerate(version.processes, 1):
        around = (BLOCKS["optional"],) if process.optional else ()
        inside = [one for item in process.nodes for one in _inside(item, around)]
        listed_nodes += [Entry(f"{i}.{j}", process.name, node, blocks) for j, (node, blocks) in enumerate(inside, 1)]
    known = {one.node.name for one in listed_nodes}
    added = [node for name, node in version.nodes.items() if name not in known]
    return listed_nodes + [Entry(f"+{i}", "", node, _own(node)) for i, node in enumerate(added, 1)]


def _own(node: Item) -> tuple[Words, ...]:
    return (OPTIONAL,) if node.optional else ()


def _inside(item: Item, around: tuple[Words, ...]) -> Iterator[tuple[Item, tuple[Words, ...]]]:
    if item.name:
        yield item, around + _own(item)
        return
    meant = block_words(item)
    inner = around if meant is None else (*around, meant)
    for part in (*item.sequence, *item.any_order, *item.one_of, *item.repeat):
        yield from _inside(part, inner)
    if isinstance(item.optional, Item):
        yield from _inside(item.optional, inner)
    for part in item.back:
        yield from _inside(part, (*inner, BLOCKS["back"]))


def node_numbers(version: Standard) -> dict[str, str]:
    """The number of every node."""
    return {one.node.name: one.number for one in entries(version)}


def roles_of(version: Standard) -> list[str]:
    """All roles that a standard names, those responsible first, in the order of the file."""
    nodes = [one.node for one in entries(version)]
    keys = ("responsible", "accountable", "consulted", "informed")
    return list(dict.fromkeys(role for key in keys for node in nodes for role in getattr(node, key)))


def process_words(process: Process) -> Words:
    """A process by its name, and when it runs."""
    name = Words(process.name, process.name)
    notes = [OPTIONAL] if process.optional else []
    notes += [Words("仅当{when}", "only where {when}").filled(when=when_words(process.when))] if process.when else []
    if not notes:
        return name
    return Words("{name}（{notes}）", "{name} ({notes})").filled(
        name=name, notes=Words("；".join(note.zh for note in notes), "; ".join(note.en for note in notes))
    )


# ── the flow as nested lines ──────────────────────────────────────────────────────────────────────


class Line(NamedTuple):
    """A line of a nested list: how deep it stands, and what it says."""

    depth: int
    text: str


def flow_lines(version: Standard, language: Language) -> list[Line]:
    """The flow of the unified process as a nested list: a line for each process, block and node."""
    number = node_numbers(version)
    lines = []
    for i, process in enumerate(version.processes, 1):
        lines.append(Line(0, f"{i} {process_words(process).say(language)}"))
        for item in process.nodes:
            lines += _lines(item, 1, number, language)
    return lines


def _lines(item: Item, depth: int, number: dict[str, str], language: Language) -> Iterator[Line]:
    if item.name:
        yield Line(depth, node_words(item, number[item.name]).say(language))
        return
    meant = block_words(item) or (_TOGETHER if item.kind == "sequence" else None)
    if meant is not None:
        yield Line(depth, meant.say(language) + ("：" if language == "zh" else ":"))
        depth += 1
    optional = (item.optional,) if isinstance(item.optional, Item) else ()
    for part in (*item.sequence, *item.any_order, *item.one_of, *item.repeat, *optional):
        yield from _lines(part, depth, number, language)
    if item.back:
        yield Line(depth, BLOCKS["back"].say(language) + ("：" if language == "zh" else ":"))
        for part in item.back:
            yield from _lines(part, depth + 1, number, language)


_TOGETHER = Words("依次", "one after the other")


def node_words(node: Item, number: str) -> Words:
    """A node by number and name, who does it, and whether it may be left out."""
    notes = [listed_names(node.responsible)] if node.responsible else []
    notes += [OPTIONAL] if node.optional else []
    text = Words(f"{number} {node.name}", f"{number} {node.name}")
    if not notes:
        return text
    return Words(
        f"{text.zh}（{'；'.join(note.zh for note in notes)}）", f"{text.en} ({'; '.join(note.en for note in notes)})"
    )
