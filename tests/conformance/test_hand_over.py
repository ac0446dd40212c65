"""Standards with more than 5,000 states: searched variant by variant, with the same costs and the same moves each time."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_standards import LABELS, automaton, cheapest, traces, trees

import procmine as pm
from procmine.conformance.aligning import search_model as hand_over
from procmine.conformance.aligning.alignment import align
from procmine.conformance.aligning.search_model import SearchModel, aligned, model_for
from procmine.conformance.aligning.sequences import Sequences
from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.standard.situations import Situation, tree_of
from procmine.core.nets.process_tree import net_of
from procmine.core.text.errors import SpecError

prices = st.dictionaries(st.sampled_from(LABELS), st.integers(1, 9))


def search_model(tree, costs=None, claims=None):
    known = StateModel.of(automaton(tree), claims, costs)
    return SearchModel(1, (), known.nodes, known.claims, known.costs, 0, tree, net_of(tree)), known


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(trees(), st.lists(traces(), max_size=4), prices, prices, st.booleans())
def test_the_search_finds_the_costs_of_the_exact_alignment(tree, log, costs, log_costs, is_open):
    searched, exact = search_model(tree, costs)
    found, is_found = aligned(searched, Sequences.of(log), log_costs=log_costs, is_open=is_open)
    wanted = align(exact, log, log_costs=log_costs, is_open=[is_open] * len(log))
    assert is_found.all()
    assert found.costs.tolist() == wanted.costs.tolist()
    assert found.worst.tolist() == wanted.worst.tolist()
    assert found.costs.tolist() == [
        cheapest(automaton(tree), path, is_open=is_open, costs=costs, log_costs=log_costs) for path in log
    ]
    assert searched.shortest == exact.shortest
    assert searched.again == exact.again
    assert {searched.nodes[i] for i in searched.last_nodes} == {exact.nodes[i] for i in exact.last_nodes}


def test_an_activity_that_several_nodes_claim_does_the_one_that_fits():
    from procmine.core.nets.process_tree import block, node

    tree = block("sequence", node("初审"), node("复审"))
    searched, exact = search_model(tree, claims={"审批": ["初审", "复审"]})
    log = Sequences.of([("审批", "审批"), ("审批", "审批", "审批")])
    found, _ = aligned(searched, log, log_costs={}, is_open=False)
    assert found.costs.tolist() == align(exact, log).costs.tolist() == [0, 1]
    assert found.nodes.tolist()[:2] == [searched.nodes.index("初审"), searched.nodes.index("复审")]


def wide(n):
    """A standard whose middle is done in any order."""
    parts = [{"name": f"n{i:02d}"} for i in range(n)]
    nodes = [{"name": "受理"}, {"any_order": parts}, {"name": "关闭"}]
    return pm.Standard.model_validate({"name": "宽", "processes": [{"name": "p", "nodes": nodes}]})


def log_of(*paths):
    rows = [(f"c{i}", name) for i, path in enumerate(paths) for name in path]
    frame = pd.DataFrame(rows, columns=["case_id", "activity"])
    frame["timestamp"] = pd.Timestamp("2026-03-02") + pd.to_timedelta(range(len(frame)), unit="min")
    return pm.EventLog.from_pandas(frame, zone="UTC", states=pm.States(closed=["关闭"]))


MIDDLE = [f"n{i:02d}" for i in range(13)]


def test_a_wide_standard_is_searched_and_that_is_said():
    log = log_of(
        ("受理", *MIDDLE, "关闭"),
        ("受理", *MIDDLE[::-1], "关闭"),
        ("受理", *MIDDLE[:4], *MIDDLE[5:], "关闭"),
        ("受理", *MIDDLE[:6], "x", *MIDDLE[6:], "关闭"),
        ("受理", *MIDDLE[:3]),
    )
    found = pm.check_conformance(log, wide(13))
    assert (found.n_cases, found.n_conforming, found.cost, found.n_searched) == (5, 3, 2, 5)
    assert sorted(found.table[["kind", "subject"]].to_numpy().tolist()) == [["skipped", "n04"], ["unexpected", "x"]]
    assert found.fitness.table["worst"].tolist() == [30, 30, 29, 31, 4]
    assert "5 个案例的标准流程状态超过 5,000 个" in found.sentence
    assert found.unfinished == []


def test_what_is_not_found_in_time_is_not_judged(monkeypatch):
    monkeypatch.setattr(hand_over, "MOST_SECONDS", 0)
    found = pm.check_conformance(log_of(("受理", *MIDDLE, "关闭"), ("受理", "关闭")), wide(13))
    assert (found.n_cases, found.n_unjudged, found.unfinished) == (0, 2, ["c0", "c1"])
    assert "其中 2 个未能完成，不予判断" in found.sentence
    assert len(found.ledger) == 0


def test_a_standard_that_is_larger_still_is_refused():
    assert isinstance(model_for(wide(17), Situation("", (0,))), SearchModel)
    with pytest.raises(SpecError, match=r"any_order ×21"):
        model_for(wide(21), Situation("", (0,)))
    assert not isinstance(model_for(wide(4), Situation("", (0,))), SearchModel)
    assert tree_of(wide(4), Situation("", (0,))).parts


SCRIPT = """
from procmine.core.nets.process_tree import block, net_of, node
from procmine.discovery.miners import Searcher
tree = block("sequence", block("any_order", *map(node, "abcd")), block("one_of", node("e"), node("f")))
held = [object() for _ in range({n})]
print([Searcher(net_of(tree)).moves(tuple(path)) for path in ("", "dcx", "aab", "ef", "xbce")])
"""


def test_of_several_optimal_alignments_the_same_one_is_found_on_every_run():
    runs = {
        subprocess.run([sys.executable, "-c", SCRIPT.format(n=n)], cwd=ROOT, capture_output=True, check=True).stdout
        for n in (0, 77_777)
    }
    assert len(runs) == 1
