"""What a net can do, state by state."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procmine.core.nets.automaton import automaton_of
from procmine.core.nets.petri import PetriNet, Transition


def net_of(transitions, source="i", sink="o"):
    """A net from text: `a: i > p q` takes a token from i and gives one to p and q; `~` labels a silent one."""
    taken = [line.replace(":", " ").replace(">", " > ").split() for line in transitions]
    places, found, arcs = {source, sink}, [], []
    for number, (label, *rest) in enumerate(taken):
        middle = rest.index(">")
        name, before, after = f"t{number}", rest[:middle], rest[middle + 1 :]
        found.append(Transition(name, None if label == "~" else label))
        places.update(before, after)
        arcs += [(place, name) for place in before] + [(name, place) for place in after]
    return PetriNet(tuple(sorted(places)), tuple(found), tuple(arcs), source, sink)


SEQUENCE = net_of(["a: i > p", "b: p > o"])
SKIPPABLE = net_of(["a: i > p", "b: p > q", "~: p > q", "c: q > o"])
PARALLEL = net_of(["~: i > p q", "a: p > r", "b: q > s", "~: r s > o"])
LOOP = net_of(["a: i > p", "b: p > p", "c: p > o"])
TWO_WAYS = net_of(["a: i > p", "a: i > q", "b: p > o", "c: q > o"])
STUCK = net_of(["a: i > p", "b: p q > o"])
GROWING = net_of(["a: i > i p", "b: i > o"])


def test_states_are_numbered_as_they_are_reached():
    found = automaton_of(SKIPPABLE, 10)
    assert found.steps == ({"a": (1,)}, {"b": (2,)}, {"c": (3,)}, {})
    assert found.silent == ((), (2,), (), ())
    assert found.final == 3


def test_silent_steps_are_counted_by_the_fewest():
    detour = automaton_of(net_of(["~: i > p", "~: p > q", "~: i > q", "a: q > o"]), 10)
    assert [dict(reached) for reached in detour.silently] == [{0: 0, 1: 1, 2: 1}, {1: 0, 2: 1}, {2: 0}, {3: 0}]


@pytest.mark.parametrize(
    ("net", "costs", "label", "after"),
    [
        pytest.param(SEQUENCE, {0: 0}, "a", {1: 0}, id="a step"),
        pytest.param(SEQUENCE, {0: 0}, "b", {}, id="a step that cannot be"),
        pytest.param(SKIPPABLE, {1: 0}, "c", {3: 1}, id="after a silent step"),
        pytest.param(SKIPPABLE, {1: 2, 2: 0}, "c", {3: 0}, id="the cheapest of two"),
        pytest.param(TWO_WAYS, {0: 0}, "a", {1: 0, 2: 0}, id="to two states"),
        pytest.param(LOOP, {1: 5}, "b", {1: 5}, id="around"),
    ],
)
def test_a_label_leads_to_states_and_adds_silent_steps(net, costs, label, after):
    assert automaton_of(net, 10).after(costs, label) == after


@pytest.mark.parametrize(
    ("net", "states", "labels"),
    [
        (SEQUENCE, [0], {"a"}),
        (SKIPPABLE, [1], {"b", "c"}),
        (PARALLEL, [0], {"a", "b"}),
        (LOOP, [0, 1], {"a", "b", "c"}),
    ],
)
def test_labels_that_can_come_next(net, states, labels):
    assert automaton_of(net, 10).labels(states) == labels


@pytest.mark.parametrize(
    ("net", "n_states", "done"),
    [(SEQUENCE, 3, True), (SKIPPABLE, 4, True), (PARALLEL, 6, True), (LOOP, 3, True), (STUCK, 2, False)],
)
def test_there_are_as_many_states_as_markings(net, n_states, done):
    found = automaton_of(net, n_states)
    assert (len(found.steps), found.final is not None) == (n_states, done)
    assert automaton_of(net, n_states - 1) is None


def test_a_net_that_grows_without_end_has_no_automaton():
    assert automaton_of(GROWING, 50) is None


# ── against a token game played step by step ──────────────────────────────────────────────────────


@st.composite
def nets(draw):
    places = "ipqro"
    some = st.lists(st.sampled_from(places), min_size=1, max_size=2, unique=True).map(" ".join)
    line = st.builds("{}: {} > {}".format, st.sampled_from("ab~"), some, some)
    return net_of(draw(st.lists(line, min_size=1, max_size=5)))


def played(net, marking):
    """Label and next marking of every transition that can fire; a marking is a sorted tuple of places."""
    for transition in net.transitions:
        before = [source for source, target in net.arcs if target == transition.name]
        after = [target for source, target in net.arcs if source == transition.name]
        if all(place in marking for place in before):
            left = list(marking)
            for place in before:
                left.remove(place)
            yield transition.label, tuple(sorted(left + after))


def words_of_game(net, length):
    """All words of at most so many labels that the token game can say, and those it can end with."""
    said, ended, todo = {()}, set(), [((), (net.source,))]
    seen = set(todo)
    for word, marking in todo:
        said.add(word)
        ended |= {word} if marking == (net.sink,) else set()
        for label, after in played(net, marking):
            state = (word if label is None else (*word, label), after)
            if len(state[0]) <= length and state not in seen:
                seen.add(state)
                todo.append(state)
    return said, ended


def words_of_automaton(found, length):
    said, ended, todo = {()}, set(), [((), {0: 0})]
    for word, costs in todo:
        said.add(word)
        if any(found.final in found.silently[state] for state in costs):
            ended.add(word)
        if len(word) < length:
            todo += [((*word, label), found.after(costs, label)) for label in found.labels(costs)]
    return said, ended


@given(nets())
@settings(max_examples=150, deadline=None)
def test_the_automaton_says_what_the_net_can_say(net):
    found = automaton_of(net, 60)
    assume(found is not None)
    assert words_of_automaton(found, 4) == words_of_game(net, 4)
