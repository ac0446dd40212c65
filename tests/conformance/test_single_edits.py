"""One edit of a case that conforms: told as exactly that kind at that place, wherever there is but one way to tell it.

Every optimal alignment of the edited case is listed by a plain search, and each is told in words by the slow
definition. Three classes of edits: it stays in the language; all optimal alignments tell the same; they differ.
"""

from __future__ import annotations

import heapq
from collections import Counter
from functools import cache
from itertools import product

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_standards import automaton, trees

import procmine as pm
from procmine.conformance.aligning.alignment import align
from procmine.conformance.aligning.flow_deviations import flow_deviations
from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.conformance.standard.limits import Limit
from procmine.conformance.standard.parts import Action, Item
from procmine.conformance.standard.standard import Process, Standard
from procmine.core.nets.process_tree import ProcessTree, block, node

quietly = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def distinct(tree: ProcessTree, names) -> ProcessTree:
    """The same tree in which every node has a name of its own."""
    if tree.block == "node":
        return node(next(names)) if tree.label else tree
    return ProcessTree(tree.block, tuple(distinct(part, names) for part in tree.parts))


standards = st.tuples(trees(), trees()).map(
    lambda two: distinct(
        block("sequence", node("."), two[0], node("."), two[1], node(".")), iter("abcdefghijklmnopqrs")
    )
)


def played(machine, dice) -> tuple[str, ...]:
    """A way through a model; after some steps the shortest way to its end."""
    remaining = to_end(machine)
    way, state = [], 0
    while state != machine.final:
        edges = [(after, "") for after in machine.silent[state]]
        edges += [(after, label) for label, states in machine.steps[state].items() for after in states]
        edges = [edge for edge in edges if edge[0] in remaining]
        if len(way) > 5:
            edges = [min(edges, key=lambda edge: (remaining[edge[0]], edge))]
        state, label = dice.choice(sorted(edges))
        way += [label] if label else []
    return tuple(way)


def to_end(machine) -> dict[int, int]:
    """Edges from each state to the end."""
    found, todo = {machine.final: 0}, [machine.final]
    for goal in todo:
        for state, steps in enumerate(machine.steps):
            heads = {*machine.silent[state], *(after for states in steps.values() for after in states)}
            if goal in heads and state not in found:
                found[state] = found[goal] + 1
                todo.append(state)
    return found


# ── every optimal alignment, and what it tells ────────────────────────────────────────────────


def moves_from(machine, trace, state, place):
    """What can come next: cost, state, place in the trace, and the move (None where nobody sees it)."""
    yield from ((0, after, place, None) for after in machine.silent[state])
    for label, states in machine.steps[state].items():
        for after in states:
            yield 1, after, place, ("model", label)
            if place < len(trace) and trace[place] == label:
                yield 0, after, place + 1, ("sync", label)
    if place < len(trace):
        yield 1, state, place + 1, ("log", trace[place])


def still_to_pay(machine, trace):
    """The cost from each state and place to the end: Dijkstra, backwards."""
    backward = {}
    for state, place in product(range(len(machine.steps)), range(len(trace) + 1)):
        for cost, after, further, _ in moves_from(machine, trace, state, place):
            backward.setdefault((after, further), []).append((cost, state, place))
    goal = (machine.final, len(trace))
    left, todo = {goal: 0}, [(0, *goal)]
    while todo:
        paid, state, place = heapq.heappop(todo)
        for cost, before, earlier in backward.get((state, place), ()):
            if paid + cost < left.get((before, earlier), 1 << 20):
                left[before, earlier] = paid + cost
                heapq.heappush(todo, (paid + cost, before, earlier))
    return left


def optimal(machine, trace):
    """Cost, and all sequences of visible moves of that cost: (kind of move, label)."""
    left = still_to_pay(machine, trace)
    best, found = left[0, 0], set()
    seen, stack = set(), [(0, 0, 0, ())]
    while stack:
        paid, state, place, moves = stack.pop()
        if (state, place, moves) in seen or paid + left.get((state, place), 1 << 20) > best:
            continue
        seen.add((state, place, moves))
        if (state, place) == (machine.final, len(trace)):
            found.add(moves)
        for cost, after, further, move in moves_from(machine, trace, state, place):
            stack.append((paid + cost, after, further, moves if move is None else (*moves, move)))
    return best, found


def told_by(moves, labels) -> frozenset[tuple[str, str, int]]:
    """The deviations in moves by their definition: kind, node (empty: foreign), place."""
    skipped, extra, done, place, rows = {}, {}, {}, 0, []
    for kind, label in moves:
        if kind == "model":
            skipped.setdefault(label, []).append(place)
            continue
        if label in labels:
            done.setdefault(label, []).append(place)
            if kind == "log":
                extra.setdefault(label, []).append(place)
        elif kind == "log":
            rows.append(("unexpected", "", place))
        place += 1
    for label in labels:
        missing, more = skipped.get(label, []), extra.get(label, [])
        k = min(len(missing), len(more))
        rows += [("wrong_order", label, at) for at in more[:k]]
        rows += [("skipped", label, at) for at in missing[k:]]
        left = len(more) - k
        last = done.get(label, [])[len(done.get(label, [])) - left :] if left else []
        lone = left == len(done.get(label, []))
        rows += [("unexpected" if lone and not i else "repeated", label, at) for i, at in enumerate(last)]
    return frozenset(rows)


def reported(model, trace):
    found = align(model, [trace])
    told = flow_deviations(model, [trace], found)
    rows = zip(*(column.tolist() for column in told), strict=True)
    names = [
        (DEVIATION_KINDS.names[kind], model.nodes[which] if which >= 0 else "", position)
        for _, kind, which, position, _ in rows
    ]
    return int(found.costs[0]), found.nodes.tolist(), frozenset(names)


def tied(model, machine, trace):
    """The nodes of events by the tie-break, slowly: from the end, synchronous if it can be, fewest moves behind it."""
    n, far = model.n_states, 1 << 30
    way = [[0 if i == j else far for j in range(n)] for i in range(n)]
    for tail, head, which in model.edges:
        way[tail][head] = min(way[tail][head], (model.costs[which] if which >= 0 else 0) * (n + 1) + 1)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                way[i][j] = min(way[i][j], way[i][k] + way[k][j])
    cost = [[way[0][j] // (n + 1) for j in range(n)]]
    for label in trace:
        after = [one + 1 for one in cost[-1]]
        for tail, head, which in model.edges_for(label):
            del which
            after = [min(after[j], cost[-1][tail] + way[head][j] // (n + 1)) for j in range(n)]
        cost.append(after)
    state, nodes = model.final, []
    for place in range(len(trace), 0, -1):
        choices = [
            (way[head][state], tail, head, which)
            for tail, head, which in model.edges_for(trace[place - 1])
            if cost[place - 1][tail] + way[head][state] // (n + 1) == cost[place][state] and way[head][state] < far
        ]
        nodes.append(min(choices)[3] if choices else -1)
        state = min(choices)[1] if choices else state
    return nodes[::-1]


# ── the edits ─────────────────────────────────────────────────────────────────────────────────


EDITS = ("drop", "insert", "swap", "repeat")


def edited(kind, way, dice):
    """The edited way, what it costs at most, and how the edit itself is told."""
    i = dice.randrange(len(way))
    if kind == "drop":
        return (*way[:i], *way[i + 1 :]), 1, ("skipped", way[i], i)
    if kind == "insert":
        return (*way[:i], "x", *way[i:]), 1, ("unexpected", "", i)
    if kind == "repeat":
        j = dice.randrange(i + 1, len(way) + 1)
        last = max(at for at, label in enumerate((*way[:j], way[i], *way[j:])) if label == way[i])
        return (*way[:j], way[i], *way[j:]), 1, ("repeated", way[i], last)
    j = min(i + dice.randrange(1, 4), len(way) - 1)
    return (*way[:i], *way[i + 1 : j + 1], way[i], *way[j + 1 :]), 2, ("wrong_order", way[i], j)


def test_single_edits_of_the_flow(record_property):
    counts: Counter[tuple[str, str]] = Counter()

    @settings(max_examples=60, deadline=None, suppress_health_check=quietly)
    @given(standards, st.randoms(use_true_random=False))
    def judge(tree, dice):
        machine = automaton(tree)
        way = played(machine, dice)
        model = StateModel.of(machine)
        assert reported(model, way) == (0, [model.nodes.index(name) for name in way], frozenset())
        for kind in EDITS:
            judge_one(kind, machine, model, way, dice)

    def judge_one(kind, machine, model, way, dice):
        trace, most, own = edited(kind, way, dice)
        cost, nodes, told = reported(model, trace)
        best, moves = optimal(machine, trace)
        classes = {told_by(one, model.nodes) for one in moves}
        assert cost == best <= most
        assert told in classes
        assert nodes == tied(model, machine, trace)
        if best == 0:
            counts[kind, "in the language"] += 1
            assert told == frozenset()
        elif len(classes) == 1 and best == most:
            counts[kind, "one class"] += 1
            assert told == {own}
        else:
            counts[kind, "several"] += 1

    judge()
    for kind in EDITS:
        classes = {name: counts[kind, name] for name in ("in the language", "one class", "several")}
        record_property("single edits", f"{kind:<8} {classes}")
    assert sum(n for (_, name), n in counts.items() if name == "one class") >= 60


# ── who and when ──────────────────────────────────────────────────────────────────────────────


def item(tree: ProcessTree, numbers) -> Item:
    """A tree as its owner would write it: each node with its role and a limit; a silent node is never shown."""
    if tree.block == "node":
        if not tree.label:
            return Item(name=f"silent {next(numbers)}", actions=[Action(do="nobody sees it")])
        return Item(name=tree.label, responsible=[f"role {tree.label}"], within=Limit(text="2 h", seconds=7200))
    parts = [item(part, numbers) for part in tree.parts]
    if tree.block == "optional":
        return Item(optional=parts[0])
    if tree.block == "repeat":
        return Item(repeat=parts[:1], back=parts[1:])
    return Item(**{tree.block: parts})


@settings(max_examples=8, deadline=None, suppress_health_check=quietly)
@given(standards, st.randoms(use_true_random=False))
def test_a_change_of_role_and_a_delay_are_told_as_such_and_a_played_log_as_nothing(tree, dice):
    machine = automaton(tree)
    standard = Standard(name="x", processes=[Process(name="p", nodes=[item(tree, iter(range(99)))])])
    rows, expected = [], []
    for number in range(40):
        way = played(machine, dice)
        runs = [at for at in range(len(way)) if at == len(way) - 1 or way[at + 1] != way[at]]
        edit = dice.choice(["none", "role", "delay"]) if way else "none"
        at = dice.choice(runs) if way else 0
        clock = pd.Timestamp("2026-03-02 01:00")
        for place, label in enumerate(way):
            late = edit == "delay" and place == at and place > 0
            clock += pd.Timedelta(hours=3 if late else 0.1)
            role = "somebody" if edit == "role" and place == at else f"role {label}"
            rows.append((f"c{number:02}", label, clock.tz_localize("UTC"), role))
        if edit == "role":
            expected.append((f"c{number:02}", "wrong_role", way[at], at + 1))
        if edit == "delay" and at > 0:
            expected.append((f"c{number:02}", "late", way[at], at + 1))
    if not rows:
        return
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "role"])
    log = pm.EventLog.from_pandas(frame, zone="UTC")
    found = pm.check_conformance(log, standard, open_cases="complete")
    told = found.ledger[["case_id", "kind", "subject", "position"]].to_numpy().tolist()
    kinds = [tuple(row) for row in told if row[1] != "late"]
    assert kinds == [row for row in expected if row[1] != "late"]
    assert {row for row in expected if row[1] == "late"} <= {tuple(row) for row in told}
    assert found.log_fitness == 1.0


@cache
def chain() -> Standard:
    nodes = [Item(name=name, responsible=[f"role {name}"], within=Limit(text="2 h", seconds=7200)) for name in "abcd"]
    return Standard(name="x", processes=[Process(name="p", nodes=nodes)])


def test_each_delay_in_a_chain_is_told_once_where_it_is():
    """Of other models a delay may be several: what comes after runs late from the same arrival where the two are concurrent."""
    for late in range(1, 4):
        times = pd.Timestamp("2026-03-02 01:00", tz="UTC") + pd.to_timedelta(
            [0.1 * i + 3 * (i >= late) for i in range(4)], "h"
        )
        frame = pd.DataFrame({"case_id": "1", "activity": list("abcd"), "timestamp": times})
        log = pm.EventLog.from_pandas(frame.assign(role=[f"role {name}" for name in "abcd"]), zone="UTC")
        told = pm.check_conformance(log, chain(), open_cases="complete").ledger
        assert told[["kind", "subject", "position"]].to_numpy().tolist() == [["late", "abcd"[late], late + 1]]
        assert told["elapsed"][0] == pd.Timedelta(hours=3.1)
