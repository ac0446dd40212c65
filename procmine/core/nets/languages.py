"""What two models allow, held side by side: which label can follow which, and where their ways part."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from procmine.core.nets.automaton import Automaton

Word = tuple[str, ...]
Arc = tuple[str, str]
States = frozenset[int]

EDGE = ""
"""Stands for the start where an arc begins, and for the end where it leads."""

MOST_PAIRS = 20_000


def arcs_of(model: Automaton) -> dict[Arc, Word]:
    """Every label that can directly follow another in a whole run, each with the shortest run that shows it.

    The model can reach its end from everywhere.

    Examples
    --------
    >>> from procmine.core.nets.automaton import automaton_of
    >>> from procmine.core.nets.process_tree import block, net_of, node
    >>> tree = block("sequence", node("a"), block("optional", node("b")), node("c"))
    >>> sorted(arcs_of(automaton_of(net_of(tree), 100)))
    [('', 'a'), ('a', 'b'), ('a', 'c'), ('b', 'c'), ('c', '')]
    """
    before, behind = _words_before(model), _words_behind(model)
    onward = [_onward(model, state, behind) for state in range(len(model.steps))]
    found: dict[Arc, Word] = {}
    for label, rest in onward[0].items():
        _keep(found, (EDGE, label), rest)
    for state, steps in enumerate(model.steps):
        for label, heads in steps.items():
            for head in heads:
                for after, rest in onward[head].items():
                    _keep(found, (label, after), (*before[state], label, *rest))
    return found


def _onward(model: Automaton, state: int, behind: Mapping[int, Word]) -> dict[str, Word]:
    """Each label that can come next in a state, with the shortest word from there to the end."""
    found: dict[str, Word] = {}
    for here in model.silently[state]:
        if here == model.final:
            found[EDGE] = ()
        for label, heads in model.steps[here].items():
            for head in heads:
                word = (label, *behind[head])
                found[label] = min(found.get(label, word), word, key=_length)
    return found


def _keep(found: dict[Arc, Word], arc: Arc, word: Word) -> None:
    found[arc] = min(found.get(arc, word), word, key=_length)


def _length(word: Word) -> tuple[int, Word]:
    return len(word), word


def _words_before(model: Automaton) -> dict[int, Word]:
    """The shortest word to each state."""

    def ahead(state: int, word: Word) -> Iterator[tuple[int, Word]]:
        yield from ((head, word) for head in model.silent[state])
        yield from ((head, (*word, label)) for label, heads in model.steps[state].items() for head in heads)

    return _shortest(0, ahead)


def _words_behind(model: Automaton) -> dict[int, Word]:
    """The shortest word from each state to the end."""
    into: list[list[tuple[int, Word]]] = [[] for _ in model.steps]
    for state, heads in enumerate(model.silent):
        for head in heads:
            into[head].append((state, ()))
    for state, steps in enumerate(model.steps):
        for label, heads in steps.items():
            for head in heads:
                into[head].append((state, (label,)))
    return _shortest(model.final or 0, lambda state, word: ((tail, (*first, *word)) for tail, first in into[state]))


def _shortest(begin: int, steps: Callable[[int, Word], Iterator[tuple[int, Word]]]) -> dict[int, Word]:
    """The shortest word for each state, of equally long ones the first by name: Dijkstra, 1959."""
    found: dict[int, Word] = {}
    todo: list[tuple[int, Word, int]] = [(0, (), begin)]
    while todo:
        _, word, state = heapq.heappop(todo)
        if state not in found:
            found[state] = word
            for after, longer in steps(state, word):
                if after not in found:
                    heapq.heappush(todo, (len(longer), longer, after))
    return found


# ── side by side ──────────────────────────────────────────────────────────────────────────────────


class Parting(NamedTuple):
    """Where a way that both models allow goes on as one of them alone allows.

    Attributes
    ----------
    arc
        The last label of the way both allow, and the one that comes next.
    example
        The shortest run of that one model that parts there.
    """

    arc: Arc
    example: Word


class Walker:
    """A model read label by label, without a choice left open."""

    def __init__(self, model: Automaton) -> None:
        self.model, self._behind = model, _words_behind(model)

    @property
    def start(self) -> States:
        """The states before any label."""
        return frozenset(self.model.silently[0])

    def after(self, states: States, label: str) -> States:
        """The states behind a label; none where it is not allowed."""
        heads = {head for state in states for head in self.model.steps[state].get(label, ())}
        return frozenset(state for head in heads for state in self.model.silently[head])

    def labels(self, states: States) -> set[str]:
        """What can come next; `EDGE` where the model can be done."""
        found = {label for state in states for label in self.model.steps[state]}
        return found | ({EDGE} if self.model.final in states else set())

    def rest(self, states: States) -> Word:
        """The shortest word to the end."""
        return min((self._behind[state] for state in states), key=_length)


def partings(one: Walker, other: Walker) -> tuple[list[Parting], list[Parting]] | None:
    """Where the ways of two models part, for each of them: each arc once, where it comes first.

    None where the two have too many states together.

    Examples
    --------
    >>> from procmine.core.nets.automaton import automaton_of
    >>> from procmine.core.nets.process_tree import block, net_of, node
    >>> free = block("sequence", block("any_order", node("a"), node("b")), node("c"))
    >>> tied = block("sequence", node("a"), block("optional", node("b")), node("c"))
    >>> partings(*(Walker(automaton_of(net_of(tree), 100)) for tree in (free, tied)))
    ([Parting(arc=('', 'b'), example=('b', 'a', 'c'))], [Parting(arc=('a', 'c'), example=('a', 'c'))])
    """
    found: tuple[dict[Arc, Word], dict[Arc, Word]] = ({}, {})
    begin = (one.start, other.start, EDGE)
    todo: list[tuple[States, States, str, Word]] = [(*begin, ())]
    seen = {begin}
    for left, right, last, word in todo:
        if len(seen) > MOST_PAIRS:
            return None
        labels = one.labels(left), other.labels(right)
        for mine, theirs, walker, states, told in (
            (labels[0], labels[1], one, left, found[0]),
            (labels[1], labels[0], other, right, found[1]),
        ):
            for label in sorted(mine - theirs):
                ends = () if label == EDGE else (label, *walker.rest(walker.after(states, label)))
                told.setdefault((last, label), (*word, *ends))
        for label in sorted((labels[0] & labels[1]) - {EDGE}):
            ahead = (one.after(left, label), other.after(right, label), label)
            if ahead not in seen:
                seen.add(ahead)
                todo.append((*ahead, (*word, label)))
    first, second = ([Parting(*item) for item in sorted(told.items())] for told in found)
    return first, second
