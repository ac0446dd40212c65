"""Mined models: as pm4py mines them, the same each time, and readable by others."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from conftest import real_log
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import log_of, nothing, said_elsewhere, traces_of
from random_logs import frames, quietly
from random_logs import log_of as log_of_frame

import procmine as pm
from procmine.core.nets.bpmn_xml import bpmn_xml
from procmine.core.nets.petri import pnml
from procmine.core.text.errors import UnknownNameError
from procmine.discovery.miners import mine

LOGS = {
    "six cases": pm.six_cases,
    "running example": lambda: real_log("running_example"),
    "declarations": lambda: real_log("bpic2020_DomesticDeclarations"),
    "helpdesk": lambda: real_log("helpdesk"),
}
each_log = pytest.mark.parametrize("name", LOGS)


@cache
def model(name, miner="inductive"):
    return pm.discover_model(LOGS[name](), miner)


def paths_of(name):
    return [variant.activities for variant in LOGS[name]().variants]


def all_fit(net, initial, final, paths):
    """Whether pm4py aligns every path with the net without a move in one of them only."""
    from pm4py.algo.conformance.alignments.petri_net.variants import dijkstra_less_memory

    aligned = dijkstra_less_memory.apply
    found = [aligned(trace, net, initial, final) for trace in traces_of(paths)]
    return all(log == label or (log, label) == (">>", None) for one in found for log, label in one["alignment"])


# ── one row about the model ───────────────────────────────────────────────────────────────────────


def test_the_model_of_the_six_cases():
    result = model("six cases")
    assert result.table.to_dict("records") == [
        {
            "miner": "归纳挖掘",
            "noise": 0.0,
            "log_fitness": 1.0,
            "average_fitness": 1.0,
            "precision": pytest.approx(0.869565, abs=1e-6),
            "simplicity": pytest.approx(0.76),
            "n_cases_judged": 6,
            "n_transitions": 5,
        }
    ]
    assert result.sentence == "模型能完整解释日志行为的 100.0 %，精确度 87.0 %（按 100.0 % 的案例计算）。"


@pytest.mark.parametrize("name", ["helpdesk", "running example"])
def test_a_model_with_too_many_states_says_so(name):
    result = model(name, "heuristics")
    assert result.table[["log_fitness", "average_fitness", "precision"]].isna().all(axis=None)
    assert result.table["n_cases_judged"].tolist() == [0]
    assert result.sentence.startswith("The model has more than 2000 states")


def test_three_models_side_by_side():
    result = pm.compare_models(pm.six_cases("en"))
    assert list(zip(result.table["miner"], result.table["noise"], strict=True)) == [
        ("inductive miner", 0.0),
        ("inductive miner", 0.2),
        ("heuristics miner", 0.05),
    ]
    assert result.table["log_fitness"].iloc[0] == 1.0
    assert result.sentence.startswith("High fitness")


def test_noise_filtering_gives_up_rare_paths_for_precision():
    log = log_of({"abc": 90, "acb": 4, "aabc": 3, "abcabc": 3})
    everything, most = (pm.discover_model(log, noise=noise).table.iloc[0] for noise in (0.0, 0.2))
    assert (everything["log_fitness"], most["log_fitness"] < 1.0) == (1.0, True)
    assert everything["precision"] < most["precision"]


def test_a_log_without_cases_has_no_model(tmp_path):
    empty = pm.discover_model(nothing())
    empty.save_bpmn(tmp_path / "model.bpmn")
    empty.save_pnml(tmp_path / "model.pnml")
    assert (len(empty.table), empty.net, empty.bpmn, empty.sentence) == (0, None, None, "")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_miner_is_an_error_that_names_the_known_ones():
    with pytest.raises(UnknownNameError) as error:
        pm.discover_model(pm.six_cases(), "heuristic")
    assert str(error.value).splitlines() == [
        "discover_model: no miner is called 'heuristic'",
        "  known: inductive, heuristics",
        "  hint: did you mean 'heuristics'?",
    ]


# ── as pm4py mines ────────────────────────────────────────────────────────────────────────────────


def shape(places, transitions, arcs):
    """What two equal nets have in common whatever their parts are called."""
    return len(places), Counter(transition.label for transition in transitions), len(arcs)


def heuristics_net(cases, noise):
    """The net that pm4py mines from every case."""
    with quietly():
        from pm4py.algo.discovery.heuristics.variants import classic

        every_case = traces_of([path for path, n in cases.items() for _ in range(n)])
        return classic.apply(every_case, parameters={classic.Parameters.DFG_PRE_CLEANING_NOISE_THRESH: noise})[0]


@pytest.mark.parametrize("name", ["running example", pytest.param("declarations", marks=pytest.mark.slow)])
@pytest.mark.parametrize("noise", [0.0, 0.05, 0.2])
def test_the_heuristics_miner_finds_from_variants_what_pm4py_finds_from_the_log(name, noise):
    cases = Counter({variant.activities: variant.n_cases for variant in LOGS[name]().variants})
    ours, theirs = mine(cases, "heuristics", noise).net, heuristics_net(cases, noise)
    assert shape(ours.places, ours.transitions, ours.arcs) == shape(theirs.places, theirs.transitions, theirs.arcs)


paths = st.text("abcd", min_size=1, max_size=6).map(tuple)


@given(st.dictionaries(paths, st.integers(1, 9), min_size=1, max_size=6), st.sampled_from([0.0, 0.2]))
@settings(max_examples=60, deadline=None)
def test_the_heuristics_miner_finds_in_random_logs_what_pm4py_finds(cases, noise):
    ours = mine(Counter(cases), "heuristics", noise).net
    theirs = heuristics_net(cases, noise)
    assert shape(ours.places, ours.transitions, ours.arcs) == shape(theirs.places, theirs.transitions, theirs.arcs)


@pytest.mark.parametrize("name", ["running example", pytest.param("declarations", marks=pytest.mark.slow)])
def test_the_inductive_miner_finds_from_variants_what_pm4py_finds_from_the_log(name):
    log = LOGS[name]()
    with quietly():
        from pm4py.algo.discovery.inductive import algorithm
        from pm4py.objects.conversion.process_tree import converter

        every_case = traces_of([variant.activities for variant in log.variants for _ in range(variant.n_cases)])
        theirs, _, _ = converter.apply(algorithm.apply(every_case, variant=algorithm.Variants.IM))
    ours = model(name).net
    assert shape(ours.places, ours.transitions, ours.arcs) == shape(theirs.places, theirs.transitions, theirs.arcs)


# ── read by others ────────────────────────────────────────────────────────────────────────────────


@each_log
def test_pm4py_reads_the_net_back(name, tmp_path):
    result = model(name)
    result.save_pnml(tmp_path / "model.pnml")
    with quietly():
        from pm4py.objects.petri_net.importer.variants.pnml import import_net

        theirs, initial, final = import_net(str(tmp_path / "model.pnml"))
        assert all_fit(theirs, initial, final, paths_of(name))
    ours = result.net
    assert shape(ours.places, ours.transitions, ours.arcs) == shape(theirs.places, theirs.transitions, theirs.arcs)
    assert [(place.name, n) for place, n in (*initial.items(), *final.items())] == [(ours.source, 1), (ours.sink, 1)]


@each_log
def test_pm4py_reads_the_diagram_and_every_case_runs_through_it(name, tmp_path):
    model(name).save_bpmn(tmp_path / "model.bpmn")
    with quietly():
        from pm4py.objects.bpmn.importer.variants import lxml
        from pm4py.objects.conversion.bpmn.variants import to_petri_net

        net = to_petri_net.apply(lxml.apply(str(tmp_path / "model.bpmn")))
        assert all_fit(*net, paths_of(name))


# ── the same each time ────────────────────────────────────────────────────────────────────────────


def files():
    """Both files of both models of three logs, as one text."""
    logs = (LOGS[name]() for name in ("six cases", "running example", "declarations"))
    models = [mined for log in logs for mined in (pm.discover_model(log), pm.discover_model(log, "heuristics"))]
    return "".join((pnml(mined.net) + bpmn_xml(mined.bpmn)).decode() for mined in models)


def test_the_same_log_gives_the_same_files_in_a_fresh_interpreter():
    here = files()
    assert said_elsewhere("from test_models import *; print(files())").strip() == here.strip()


@given(frames())
@settings(max_examples=25, deadline=None)
def test_the_order_of_cases_and_events_is_irrelevant(frame):
    turned = frame.iloc[::-1]
    for miner in ("inductive", "heuristics"):
        one, other = (pm.discover_model(log_of_frame(rows), miner) for rows in (frame, turned))
        assert (one.net, one.bpmn) == (other.net, other.bpmn)


def test_a_page_may_shrink_a_model_as_far_as_its_labels_can_be_read():
    svg = pm.discover_model(pm.six_cases()).draw().svg
    width, least = (float(re.search(pattern, svg)[1]) for pattern in (r' width="([0-9.]+)"', r"min-width:([0-9.]+)px"))
    assert least == pytest.approx(0.6 * width, abs=1)
    assert "pm-wide" not in pm.discover_model(pm.six_cases()).draw()._repr_html_()
