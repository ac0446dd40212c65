"""What a Petri net can do, state by state: its reachability graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from procmine.core.nets.petri import PetriNet

Marking = tuple[int, ...]


@dataclass(frozen=True)
class Automaton:
    """The reachability graph of a net; state 0 is the initial marking.

    Attributes
    ----------
    steps
        For every state its labelled steps: label to the states it leads to.
    silent
        For every state the states that silent steps lead to.
    final
        The state in which the net is done; None when it cannot be reached.
    """

    steps: tuple[Mapping[str, tuple[int, ...]], ...]
    silent: tuple[tuple[int, ...], ...]
    final: int | None

    @cached_property
    def silently(self) -> tuple[Mapping[int, int], ...]:
        """For every state the states that silent steps reach, each with the fewest steps it takes."""
        return tuple(self._distances(state) for state in range(len(self.steps)))

    def _distances(self, state: int) -> dict[int, int]:
        distance, todo = {state: 0}, [state]
        for here in todo:
            for after in self.silent[here]:
                if after not in distance:
                    distance[after] = distance[here] + 1
                    todo.append(after)
        return distance

    def after(self, costs: Mapping[int, int], label: str) -> dict[int, int]:
        """Where a label leads from states that have cost so many silent steps, and what it costs there."""
        reached: dict[int, int] = {}
        for state, paid in costs.items():
            for between, more in self.silently[state].items():
                for after in self.steps[between].get(label, ()):
                    reached[after] = min(reached.get(after, paid + more), paid + more)
        return reached

    def labels(self, states: Iterable[int]) -> set[str]:
        """The labels that can come next in any of these states, after silent steps."""
        return {label for state in states for between in self.silently[state] for label in self.steps[between]}


def automaton_of(net: PetriNet, limit: int) -> Automaton | None:
    """The reachability graph of a net, or None if it has more than `limit` states or is unbounded.

    Examples
    --------
    >>> from procmine.core.nets.petri import Transition
    >>> net = PetriNet(("i", "o"), (Transition("t", "受理"),), (("i", "t"), ("t", "o")), "i", "o")
    >>> automaton_of(net, 10).steps
    ({'受理': (1,)}, {})
    """
    index = {place: i for i, place in enumerate(net.places)}
    takes, gives = _effects(net, index)
    start = tuple(int(place == net.source) for place in net.places)
    goal = tuple(int(place == net.sink) for place in net.places)
    number: dict[Marking, int] = {start: 0}
    steps: list[dict[str, list[int]]] = []
    silent: list[list[int]] = []
    todo = [start]
    for marking in todo:
        steps.append(defaultdict(list))
        silent.append([])
        for transition in net.transitions:
            if any(marking[place] < 1 for place in takes[transition.name]):
                continue
            after = _fired(marking, takes[transition.name], gives[transition.name])
            if after not in number:
                if len(number) >= limit or max(after) > limit:
                    return None
                number[after] = len(number)
                todo.append(after)
            into = silent[-1] if transition.label is None else steps[-1][transition.label]
            into.append(number[after])
    return Automaton(
        tuple({label: tuple(states) for label, states in step.items()} for step in steps),
        tuple(tuple(states) for states in silent),
        number.get(goal),
    )


def _effects(net: PetriNet, index: Mapping[str, int]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    takes: dict[str, list[int]] = {transition.name: [] for transition in net.transitions}
    gives: dict[str, list[int]] = {transition.name: [] for transition in net.transitions}
    for source, target in net.arcs:
        if source in index:
            takes[target].append(index[source])
        else:
            gives[source].append(index[target])
    return takes, gives


def _fired(marking: Marking, takes: list[int], gives: list[int]) -> Marking:
    tokens = list(marking)
    for place in takes:
        tokens[place] -= 1
    for place in gives:
        tokens[place] += 1
    return tuple(tokens)
