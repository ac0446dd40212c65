"""Where the nodes of a standard stand in a map with lanes: a column for each role, rows in the order of the flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from procmine.conformance.standard.outline import process_words
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Standard
from procmine.conformance.standard.standard_words import BLOCKS, block_words
from procmine.core.text.words import Words

START, END = "\x00start", "\x00end"


class Spot(NamedTuple):
    """Where a node stands: its row, its lane, and the place in the lane beside others of the same rows."""

    row: int
    lane: int
    slot: int


class Junction(NamedTuple):
    """Lines from one or several nodes to one or several others, all of one row.

    Attributes
    ----------
    join, split
        `any_order` where all of the tails (or heads) are done, `one_of` where one of them is, else empty.
    kind
        `on`; `back` into what is done before a repetition; `again` up to the begin of a repetition.
    """

    tails: tuple[str, ...]
    heads: tuple[str, ...]
    join: str = ""
    split: str = ""
    kind: Literal["on", "back", "again"] = "on"


class Bracket(NamedTuple):
    """Rows that belong to one block, and what it means for them."""

    first: int
    last: int
    column: int
    words: Words
    nodes: tuple[str, str]
    is_loop: bool


class ProcessHead(NamedTuple):
    """The head of a process, above a row."""

    row: int
    words: Words


@dataclass(frozen=True)
class Places:
    """Everything in a map with lanes by row and column, without sizes.

    Attributes
    ----------
    lanes
        Names of the roles; empty for nodes that name none.
    slots
        How many nodes stand beside each other in each lane.
    """

    lanes: tuple[str, ...]
    slots: tuple[int, ...]
    spots: dict[str, Spot]
    junctions: tuple[Junction, ...]
    brackets: tuple[Bracket, ...]
    bands: tuple[ProcessHead, ...]
    n_rows: int


def placed_in_lanes(version: Standard) -> Places:
    """Place the nodes of the unified process.

    Parts of `one_of` and `any_order` begin in one row, side by side; what is optional or repeated is told
    by brackets, so no line leads past a node.

    Examples
    --------
    >>> from procmine.conformance.standard.standard import Process
    >>> nodes = [Item(name="受理", responsible=["客服"]), Item(one_of=[Item(name="自动"), Item(name="人工")])]
    >>> placed = placed_in_lanes(Standard(name="x", processes=[Process(name="p", nodes=nodes)]))
    >>> placed.lanes, placed.spots["自动"], placed.spots["人工"]
    (('客服', ''), Spot(row=2, lane=1, slot=0), Spot(row=2, lane=1, slot=1))
    """
    work = _Placing(version)
    tails: tuple[str, ...] = (START,)
    join, row, bands = "", 1, []
    for i, process in enumerate(version.processes, 1):
        text = process_words(process)
        bands.append(ProcessHead(row, Words(f"{i} {text.zh}", f"{i} {text.en}")))
        whole = Item(optional=Item(sequence=process.nodes)) if process.optional else Item(sequence=process.nodes)
        span = work.place(whole, row, 0)
        work.join(tails, span.entries, join, span.split)
        tails, join, row = span.exits, span.join, row + span.n_rows
    work.join(tails, (END,), join)
    return work.finished(bands, row + 1)


class _Span(NamedTuple):
    entries: tuple[str, ...]
    exits: tuple[str, ...]
    n_rows: int
    split: str = ""
    join: str = ""


@dataclass
class _Placing:
    version: Standard
    rows: dict[str, int] = field(default_factory=dict)
    until: dict[str, int] = field(default_factory=dict)
    junctions: list[Junction] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)

    def join(
        self,
        tails: Sequence[str],
        heads: Sequence[str],
        join: str = "",
        split: str = "",
        kind: Literal["on", "back", "again"] = "on",
    ) -> None:
        self.junctions.append(Junction(tuple(tails), tuple(heads), join, split, kind))

    def place(self, item: Item, row: int, depth: int) -> _Span:
        """Place an item from a row on; `depth` brackets are around it."""
        if item.name:
            self.rows[item.name] = row
            return _Span((item.name,), (item.name,), 1)
        meant = block_words(item)
        inner = depth + (meant is not None)
        if item.kind in ("one_of", "any_order"):
            span = self._beside(item, row, inner)
        elif item.kind == "repeat":
            span = self._repeat(item, row, inner)
        else:
            span = self._sequence(item.parts, row, inner)
        if meant is not None:
            self._bracket(item.nodes(), row, span.n_rows, depth, meant, is_loop=item.kind == "repeat")
        return span

    def _sequence(self, parts: Iterable[Item], row: int, depth: int) -> _Span:
        spans: list[_Span] = []
        for part in parts:
            at = row + sum(span.n_rows for span in spans)
            span = self.place(part, at, depth)
            if spans:
                self.join(spans[-1].exits, span.entries, spans[-1].join, span.split)
            spans.append(span)
        first, last = spans[0], spans[-1]
        return _Span(first.entries, last.exits, sum(span.n_rows for span in spans), first.split, last.join)

    def _beside(self, item: Item, row: int, depth: int) -> _Span:
        spans = [self.place(part, row, depth) for part in item.parts]
        n_rows = max(span.n_rows for span in spans)
        exits = tuple(name for span in spans for name in span.exits)
        self._reserve(exits, row + n_rows - 1)
        fork = item.kind if len(spans) > 1 else ""
        return _Span(tuple(name for span in spans for name in span.entries), exits, n_rows, fork, fork)

    def _repeat(self, item: Item, row: int, depth: int) -> _Span:
        first = self._sequence(item.repeat, row, depth)
        if item.times.most == 1:
            return first
        last, n_rows = first, first.n_rows
        if item.back:
            last = self._sequence(item.back, row + first.n_rows, depth + 1)
            self._bracket(_nodes(item.back), row + first.n_rows, last.n_rows, depth, BLOCKS["back"], is_loop=False)
            self.join(first.exits, last.entries, first.join, last.split, "back")
            n_rows += last.n_rows
            self._reserve(first.exits, row + n_rows - 1)
        self.join(last.exits, first.entries, kind="again")
        return first._replace(n_rows=n_rows)

    def _reserve(self, names: Iterable[str], row: int) -> None:
        """Keep the way down from nodes free as far as a row."""
        for name in names:
            self.until[name] = max(row, self.until.get(name, 0))

    def _bracket(
        self, nodes: Iterable[Item], row: int, n_rows: int, depth: int, words: Words, *, is_loop: bool
    ) -> None:
        names = [node.name for node in nodes]
        last = row + n_rows - 1
        column = depth
        while any(one.column == column and one.first <= last and row <= one.last for one in self.brackets):
            column += 1  # a block beside this one
        self.brackets.append(Bracket(row, last, column, words, (names[0], names[-1]), is_loop))

    def finished(self, bands: Sequence[ProcessHead], n_rows: int) -> Places:
        """Give every node its lane, and its place in it."""
        nodes = self.version.nodes
        lane_of = {name: next(iter(nodes[name].responsible), "") for name in self.rows}
        named = list(dict.fromkeys(role for role in lane_of.values() if role))
        lanes = (*named, "") if "" in lane_of.values() else tuple(named)
        taken: list[list[list[tuple[int, int]]]] = [[] for _ in lanes]
        spots = {}
        for name, row in self.rows.items():
            lane = lanes.index(lane_of[name])
            slot = _free_slot(taken[lane], row, self.until.get(name, row))
            spots[name] = Spot(row, lane, slot)
        first, last = self._ends()
        spots[START] = Spot(0, spots[first].lane, spots[first].slot)
        spots[END] = Spot(n_rows - 1, spots[last].lane, spots[last].slot)
        slots = tuple(max(len(one), 1) for one in taken)
        return Places(lanes, slots, spots, tuple(self.junctions), tuple(self.brackets), tuple(bands), n_rows)

    def _ends(self) -> tuple[str, str]:
        """The first node behind the start, and the first before the end."""
        first = next(one.heads[0] for one in self.junctions if one.tails == (START,))
        last = next(one.tails[0] for one in self.junctions if one.heads == (END,))
        return first, last


def _nodes(items: Iterable[Item]) -> list[Item]:
    return [node for item in items for node in item.nodes()]


def _free_slot(slots: list[list[tuple[int, int]]], first: int, last: int) -> int:
    """The first place of a lane in which rows are free; they are taken then."""
    for number, taken in enumerate(slots):
        if all(last < begin or end < first for begin, end in taken):
            taken.append((first, last))
            return number
    slots.append([(first, last)])
    return len(slots) - 1
