"""How good a model is, by hand, by pm4py and by brute force."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import cache

import pytest
from conftest import real_log, shared_file
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pictures import traces_of
from random_logs import quietly
from test_automaton import GROWING, LOOP, PARALLEL, SEQUENCE, SKIPPABLE, STUCK, net_of

import procmine as pm
from procmine.core.log.eventlog import Variant
from procmine.core.nets.automaton import automaton_of
from procmine.core.nets.petri import write_pnml
from procmine.discovery.miners import mine
from procmine.discovery.model_quality import MOST_STATES, fitness, model_quality, precision, shortest_run, simplicity


def cases_of(log):
    return Counter({variant.activities: variant.n_cases for variant in log.variants})


@cache
def mined(name):
    return mine(cases_of(real_log(name)), "inductive", 0.0)


def paths(cases):
    return Counter({tuple(path): n for path, n in cases.items()})


CHOICE = net_of(["a: i > o", "b: i > o", "c: i > o"])

# ── by hand ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("costs", "log_fitness", "average"),
    [
        pytest.param([(0, 9, 1)], 1.0, 1.0, id="fits"),
        pytest.param([(9, 9, 4)], 0.0, 0.0, id="fits nowhere"),
        pytest.param([(1, 4, 1), (0, 6, 1)], 0.9, 0.875, id="long cases weigh more in the log"),
        pytest.param([(1, 4, 3), (0, 4, 1)], 0.8125, 0.8125, id="cases count"),
        pytest.param([(0, 0, 2)], 1.0, 1.0, id="nothing to pay for"),
    ],
)
def test_fitness_by_hand(costs, log_fitness, average):
    assert fitness(costs) == pytest.approx((log_fitness, average))


@pytest.mark.parametrize(
    ("net", "steps"),
    [(SEQUENCE, 2), (SKIPPABLE, 2), (PARALLEL, 2), (LOOP, 2), (STUCK, None), (net_of(["~: i > o"]), 0)],
)
def test_the_shortest_run_by_hand(net, steps):
    assert shortest_run(automaton_of(net, 10)) == steps


@pytest.mark.parametrize(
    ("net", "cases", "share"),
    [
        pytest.param(SEQUENCE, {"ab": 5}, 1.0, id="nothing else allowed"),
        pytest.param(SKIPPABLE, {"abc": 3, "ac": 1}, 1.0, id="all shown"),
        pytest.param(SKIPPABLE, {"abc": 1}, 0.75, id="one of four not shown"),
        pytest.param(LOOP, {"ac": 1}, 2 / 3, id="a loop not taken"),
        pytest.param(LOOP, {"ac": 1, "abc": 1}, 7 / 8, id="a loop not taken twice"),
        pytest.param(LOOP, {"xc": 1}, 0.0, id="only the first step can be judged"),
        pytest.param(PARALLEL, {"ab": 3, "ba": 1}, 1.0, id="either first"),
        pytest.param(PARALLEL, {"ab": 1}, 2 / 3, id="never the other first"),
    ],
)
def test_precision_by_hand(net, cases, share):
    assert precision(automaton_of(net, 10), paths(cases)) == pytest.approx(share)


@pytest.mark.parametrize(("net", "share"), [(SEQUENCE, 1.0), (PARALLEL, 1.0), (CHOICE, 5 / 7)])
def test_simplicity_by_hand(net, share):
    assert simplicity(net) == pytest.approx(share)


# ── published and compared ────────────────────────────────────────────────────────────────────────


def test_the_fitness_of_the_published_notebook():
    model = mine(cases_of(pm.read_export(shared_file("basics/running-example.csv"), time_zone="UTC")), "inductive", 0.0)
    broken = pm.read_export(shared_file("basics/running_example_broken.csv"), time_zone="UTC")
    costs = model.align([variant.activities for variant in broken.variants])
    shortest = shortest_run(automaton_of(model.net, MOST_STATES))
    worst = [len(variant.activities) + shortest for variant in broken.variants]
    assert sorted(zip(costs, worst, strict=True)) == [(0, 10), (1, 9), (1, 9), (2, 10), (3, 9), (3, 17)]
    found = model_quality(model.net, broken.variants, model.align)
    assert (found.log_fitness, found.average_fitness) == pytest.approx((0.843750, 0.844662), abs=5e-7)


PERFECT = ["running_example", "helpdesk", "receipt_csv", "bpic2020_DomesticDeclarations"]


@pytest.mark.parametrize("name", PERFECT)
def test_without_noise_the_inductive_miner_fits_every_case(name):
    log, model = real_log(name), mined(name)
    found = model_quality(model.net, log.variants, model.align)
    assert (found.log_fitness, found.average_fitness) == (1.0, 1.0)
    assert (found.n_cases_judged, found.reason) == (log.n_cases, None)


def visible_after_silent(net, marking):
    """What pm4py's helper of this name means to find; its own forgets all but one marking per transition."""
    from pm4py.objects.petri_net import semantics

    seen, todo, visible = {marking}, [marking], set()
    for here in todo:
        for transition in semantics.enabled_transitions(net, here):
            after = semantics.execute(transition, net, here)
            if transition.label is not None:
                visible.add(transition)
            elif after not in seen:
                seen.add(after)
                todo.append(after)
    return visible


@pytest.mark.parametrize(
    "name", ["running_example", "helpdesk", pytest.param("bpic2020_DomesticDeclarations", marks=pytest.mark.slow)]
)
def test_precision_and_simplicity_are_those_of_pm4py(name, tmp_path, monkeypatch):
    net, cases = mined(name).net, cases_of(real_log(name))
    write_pnml(net, tmp_path / "net.pnml")
    with quietly():
        from pm4py.algo.evaluation.precision.variants import align_etconformance
        from pm4py.algo.evaluation.simplicity.variants import arc_degree
        from pm4py.objects.petri_net.importer.variants.pnml import import_net

        for module in (align_etconformance, align_etconformance.utils):
            monkeypatch.setattr(module, "get_visible_transitions_eventually_enabled_by_marking", visible_after_silent)
        theirs = import_net(str(tmp_path / "net.pnml"))
        every_case = traces_of([path for path, n in cases.items() for _ in range(n)])
        expected = align_etconformance.apply(every_case, *theirs, parameters={"show_progress_bar": False})
        assert simplicity(net) == pytest.approx(arc_degree.apply(theirs[0]))
    assert precision(automaton_of(net, MOST_STATES), cases) == pytest.approx(expected)


# ── by brute force ────────────────────────────────────────────────────────────────────────────────


def fired(net, marking):
    """Label and next marking of every transition that can fire; markings count the tokens of each place."""
    for transition in net.transitions:
        takes = Counter(source for source, target in net.arcs if target == transition.name)
        gives = Counter(target for source, target in net.arcs if source == transition.name)
        if takes <= Counter(dict(marking)):
            yield transition.label, frozenset((Counter(dict(marking)) - takes + gives).items())


def silently(net, marking):
    """Every marking that silent steps reach, with the fewest they take."""
    steps, todo = {marking: 0}, [marking]
    for here in todo:
        for label, after in fired(net, here):
            if label is None and after not in steps:
                steps[after] = steps[here] + 1
                todo.append(after)
    return steps


def standing(net, prefix):
    """The markings right after a prefix that cost the fewest silent steps; none where it cannot be replayed."""
    costs = {frozenset({(net.source, 1)}): 0}
    for wanted in prefix:
        reached = [
            (paid + more, after)
            for here, paid in costs.items()
            for between, more in silently(net, here).items()
            for label, after in fired(net, between)
            if label == wanted
        ]
        costs = {after: paid for paid, after in sorted(reached, key=lambda pair: -pair[0])}
    return [marking for marking, paid in costs.items() if paid == min(costs.values())]


def escaping_edges(net, cases):
    allowed = escaping = 0
    for prefix in {path[:i] for path in cases for i in range(len(path))}:
        going_on = {path: n for path, n in cases.items() if path[: len(prefix)] == prefix and len(path) > len(prefix)}
        shown = {path[len(prefix)] for path in going_on}
        can = {
            label
            for marking in standing(net, prefix)
            for between in silently(net, marking)
            for label, _ in fired(net, between)
            if label is not None
        }
        allowed += len(can) * sum(going_on.values())
        escaping += len(can - shown) * sum(going_on.values())
    return 1 - escaping / allowed if allowed else 1.0


small_logs = st.dictionaries(
    st.text("abcd", min_size=1, max_size=5).map(tuple), st.integers(1, 9), min_size=1, max_size=5
)


@given(small_logs, small_logs, st.sampled_from(["inductive", "heuristics"]))
@settings(max_examples=60, deadline=None)
def test_precision_equals_its_definition_by_brute_force(learned, judged, miner):
    net = mine(Counter(learned), miner, 0.0).net
    automaton = automaton_of(net, 200)
    assume(automaton is not None)
    for cases in (learned, judged):
        assert precision(automaton, Counter(cases)) == pytest.approx(escaping_edges(net, cases))


@given(small_logs)
@settings(max_examples=40, deadline=None)
def test_whatever_was_learned_without_noise_fits(cases):
    model = mine(Counter(cases), "inductive", 0.0)
    assert model.align(list(cases)) == [0] * len(cases)


# ── what cannot be judged ─────────────────────────────────────────────────────────────────────────

JUDGED = [Variant(1, ("a", "b"), 3), Variant(2, ("a",), 1)]
WIDE = net_of(
    ["~: i > " + " ".join(f"p{i}" for i in range(11)), *(f"{i}: p{i} > q{i}" for i in range(11)), "~: q0 > o"]
)
TOO_WIDE = (
    "The model has more than 2000 states, too many to align the log with, so fitness and precision are not reported."
)
NO_WAY = "The model has no way from its start to its end, so fitness and precision are not reported."


@pytest.mark.parametrize(("net", "reason"), [(WIDE, TOO_WIDE), (GROWING, TOO_WIDE), (STUCK, NO_WAY)])
def test_a_model_that_cannot_be_judged_says_why(net, reason):
    found = model_quality(net, JUDGED, lambda paths: pytest.fail("there is nothing to align with"))
    assert (found.log_fitness, found.average_fitness, found.precision, found.n_cases_judged) == (None, None, None, 0)
    assert found.reason.say("en") == reason
    assert 0 < found.simplicity <= 1


def test_cases_without_an_alignment_in_time_are_left_out():
    found = model_quality(SEQUENCE, JUDGED, lambda paths: [None, 1])
    assert (found.n_cases_judged, found.log_fitness, found.average_fitness) == (
        1,
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
    )
    nothing = model_quality(SEQUENCE, JUDGED, lambda paths: [None, None])
    assert (nothing.log_fitness, nothing.reason.say("en")) == (None, "No alignment was found within the time limit.")


def test_at_most_five_hundred_variants_are_judged():
    names = itertools.islice(itertools.product("abcdefgh", repeat=3), 501)
    variants = [Variant(i, path, 2) for i, path in enumerate(names)]
    assert model_quality(SEQUENCE, variants, lambda paths: [1] * len(paths)).n_cases_judged == 1000
