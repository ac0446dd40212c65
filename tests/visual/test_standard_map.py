"""The map of standard and actual flow: counts by hand, sums that must agree, kinds told apart without colour."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from lxml import html
from pictures import hovers, log_of, log_of_odd_names, nothing, references, said_elsewhere, taken_apart, texts
from random_logs import frames
from random_logs import log_of as log_of_frame
from small_standards import LINE, of_nodes

import procmine as pm
from procmine.conformance.standard.standard import Allowed
from procmine.conformance.views.aligned_steps import aligned_steps, ways_of
from procmine.conformance.views.standard_flow import asked_path, done_path
from procmine.core.html.places import PAGE
from procmine.core.text.errors import MissingDataError
from procmine.core.text.palette import BLUE, MUTED, ORANGE, RED
from procmine.samples.bundled import sample_project
from procmine.visual.maps.coverage import END, START

ABC = of_nodes("a", "b", "c")


@cache
def six_map():
    return pm.standard_map(pm.six_cases(), LINE)


def counts(found):
    """Kept, skipped, added and open of each arc."""
    return {
        (row.source, row.target): (row.n_kept, row.n_skipped, row.n_added, row.n_open)
        for row in found.table.itertuples()
    }


def nodes(found):
    return {row.node: (row.n_kept, row.n_skipped, row.n_added) for row in found.parts["nodes"].table.itertuples()}


# ── counts ────────────────────────────────────────────────────────────────────────────────────────


def test_the_six_cases():
    """C4 talks to the customer and goes back to 处理; C5 leaves 处理 out; C6 is still at 处理."""
    assert counts(six_map()) == {
        ("分类", "处理"): (5, 1, 0, 0),
        ("受理", "分类"): (6, 0, 0, 0),
        ("开始", "受理"): (6, 0, 0, 0),
        ("关闭", "结束"): (5, 0, 0, 0),
        ("处理", "关闭"): (3, 2, 0, 0),
        ("处理", "客户沟通"): (0, 0, 2, 0),
        ("分类", "关闭"): (0, 0, 1, 0),
        ("处理", "结束"): (0, 0, 0, 1),
        ("客户沟通", "关闭"): (0, 0, 1, 0),
        ("客户沟通", "处理"): (0, 0, 1, 0),
    }
    assert nodes(six_map()) == {
        "受理": (6, 0, 0), "分类": (6, 0, 0), "处理": (5, 1, 1), "关闭": (5, 0, 0), "客户沟通": (0, 0, 2),
    }  # fmt: skip


def test_the_sentence_names_what_is_skipped_and_added_most():
    assert six_map().sentence == (
        "6 个案例与标准流程对照（未关闭的案例只按已走的部分判断）：实线照标准走，虚线“−”是标准要求而没有走的，"
        "点划线“+”是标准之外的。最常缺失的是“处理”（1 次）。最常多余的是“客户沟通”（2 次）。"
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("abc", {("Start", "a"): (1, 0, 0), ("a", "b"): (1, 0, 0), ("b", "c"): (1, 0, 0), ("c", "End"): (1, 0, 0)}),
        ("ac", {("Start", "a"): (1, 0, 0), ("a", "b"): (0, 1, 0), ("b", "c"): (0, 1, 0), ("a", "c"): (0, 0, 1), ("c", "End"): (1, 0, 0)}),
        ("axbc", {("Start", "a"): (1, 0, 0), ("a", "b"): (0, 1, 0), ("a", "x"): (0, 0, 1), ("x", "b"): (0, 0, 1), ("b", "c"): (1, 0, 0), ("c", "End"): (1, 0, 0)}),
        ("abbc", {("Start", "a"): (1, 0, 0), ("a", "b"): (1, 0, 0), ("b", "c"): (1, 0, 0), ("c", "End"): (1, 0, 0)}),
        ("x", {("Start", "a"): (0, 1, 0), ("a", "b"): (0, 1, 0), ("b", "c"): (0, 1, 0), ("c", "End"): (0, 1, 0), ("Start", "x"): (0, 0, 1), ("x", "End"): (0, 0, 1)}),
    ],
)  # fmt: skip
def test_single_edits(path, expected):
    found = counts(pm.standard_map(log_of({path: 1}), ABC, open_cases="complete"))
    assert {arc: told[:3] for arc, told in found.items()} == expected


def test_a_node_in_the_wrong_order_is_skipped_where_it_was_due_and_added_where_it_came():
    found = pm.standard_map(log_of({"acb": 3}), ABC, open_cases="complete")
    assert nodes(found) == {"a": (3, 0, 0), "b": (3, 0, 0), "c": (0, 3, 3)}


def test_a_node_done_again_is_too_many_the_second_time():
    found = counts(pm.standard_map(log_of({"abxbc": 1}), ABC))
    assert found["a", "b"] == (1, 0, 0, 0)
    assert found["b", "x"] == found["x", "b"] == (0, 0, 1, 0)


def test_open_cases_by_policy():
    log = pm.six_cases()
    assert counts(pm.standard_map(log, LINE, open_cases="complete"))["关闭", "结束"] == (5, 1, 0, 0)
    assert counts(pm.standard_map(log, LINE, open_cases="complete"))["处理", "结束"] == (0, 0, 1, 0)
    left = pm.standard_map(log, LINE, open_cases="leave_out")
    assert (left.n_cases, nodes(left)["受理"]) == (5, (5, 0, 0))


def test_no_standard_is_missing_data():
    with pytest.raises(MissingDataError, match="standard: standard"):
        pm.standard_map(pm.six_cases(), ())


@given(frames())
@settings(max_examples=25, deadline=None)
def test_what_was_done_and_what_is_asked_add_up(frame):
    """Every path has one arc more than it has steps; a kept step is both."""
    log = log_of_frame(frame)
    standard = of_nodes("a", {"name": "b", "optional": True}, {"one_of": [{"name": "c"}, {"name": "d"}]})
    found = pm.check_conformance(log, standard)
    ways, cases = ways_of(found.groups)
    told = pm.standard_map(log, standard)
    n_open = sum(way.n_cases for way in ways if way.is_open)
    sums = told.table[["n_kept", "n_skipped", "n_added", "n_open"]].sum()
    done = sum((len(done_path(way)) + 1) * way.n_cases for way in ways)
    asked = sum((len(asked_path(way)) + 1) * way.n_cases for way in ways)
    assert sums["n_kept"] + sums["n_added"] + sums["n_open"] == done
    assert sums["n_kept"] + sums["n_skipped"] == asked - n_open
    assert len(cases) == found.n_cases
    assert references(told.svg()) == []


@given(frames())
@settings(max_examples=25, deadline=None)
def test_the_steps_say_what_the_ledger_says(frame):
    standard = of_nodes("a", {"any_order": [{"name": "b"}, {"name": "c"}]}, "d")
    found = pm.check_conformance(log_of_frame(frame), standard)
    told = []
    for group in found.groups:
        steps = aligned_steps(group)
        for case, row in zip(group.cases["case_id"], group.cases["row"], strict=True):
            told += [
                (case, step.kind, step.name, step.activity) for step in steps[row] if step.kind not in ("kept", "due")
            ]
    kinds = ["skipped", "unexpected", "wrong_order", "repeated"]
    ledger = found.ledger[found.ledger["kind"].isin(kinds)]
    assert sorted(told) == sorted(ledger[["case_id", "kind", "subject", "activity"]].itertuples(index=False, name=None))


# ── the picture ───────────────────────────────────────────────────────────────────────────────────


def looks(svg):
    """Hover title, label, dashes of each arc that is drawn."""
    return {
        arc.findtext("{*}title").partition("\n")[0]: (
            arc.findtext("{*}text"),
            arc.find("{*}path").get("stroke-dasharray"),
        )
        for arc in taken_apart(svg).iterfind(".//{*}g[@class='a']")
    }


def test_labels_have_signs_and_kinds_have_dashes():
    told = looks(six_map().drawing.svg(everything=True))
    assert told["分类 → 处理"] == ("5  −1", None)
    assert told["处理 → 客户沟通"] == ("+2", "9 3 2 3")
    assert told["处理 → 结束"] == ("…1", "1.5 4")
    assert told["开始 → 受理"] == ("6", None)
    skipped = looks(pm.standard_map(log_of({"ac": 2}), ABC).drawing.svg(everything=True))
    assert skipped["a → b"] == ("−2", "6 4")


def test_boxes_carry_what_became_of_the_node():
    svg = six_map().drawing.svg(everything=True)
    assert {"6", "5  −1  +1", "+2"} <= set(texts(svg))
    boxes = {
        group.findtext("{*}title").partition("\n")[0]: group.find("{*}rect").get("stroke-dasharray")
        for group in taken_apart(svg).iterfind(".//{*}g[@class='n']")
        if group.find("{*}rect") is not None
    }
    assert boxes == {"受理": None, "分类": None, "处理": None, "关闭": None, "客户沟通": "9 3 2 3"}
    never = pm.standard_map(log_of({"ac": 2}), ABC).drawing.svg(everything=True)
    assert [rect.get("stroke-dasharray") for rect in taken_apart(never).iterfind(".//{*}g[@class='n']/{*}rect")] == [
        None, "6 4", None,
    ]  # fmt: skip
    assert "处理\n符合: 5\n缺失: 1\n多余: 1" in hovers(svg)


def test_a_node_of_the_standard_that_was_never_done_is_on_the_map_and_hangs_on_it():
    drawing = pm.standard_map(log_of({"ac": 5, "axc": 1}), ABC).drawing
    (last,) = drawing.views.grid[-1][-1:]
    assert {("a", "b"), ("b", "c")} <= last.arcs
    for row in drawing.views.grid:
        for view in row:
            ends = {end for arc in view.arcs for end in arc}
            assert view.activities <= ends


def page_data(found):
    return json.loads(html.fromstring(found._repr_html_()).xpath("//script[@type='application/json']/text()")[0])


def test_the_page_has_sliders_switches_and_a_legend():
    page = html.fromstring(six_map().html_in(PAGE))
    assert [button.text for button in page.xpath("//*[@data-m]")] == ["全部", "符合", "缺失", "多余"]
    assert len(page.xpath("//input[@type='range']")) == 2
    legend = page.xpath("//div[@class='pm-map-legend']/span")
    assert [span.text_content() for span in legend] == ["符合", "缺失 −", "多余 +", "未关闭 …"]
    assert len({path.get("stroke-dasharray") for path in page.xpath("//div[@class='pm-map-legend']//path")}) == 4
    data = page_data(six_map())
    assert list(data["strokes"]) == list(data["faces"]) == ["all", "kept", "skipped", "added"]
    drawing = six_map().drawing
    at = drawing.arcs.index(("处理", "关闭"))
    assert [data["strokes"][metric][at][0] for metric in data["strokes"]] == ["3  −2", "3", "−2", ""]
    shown = [[len(view["arcs"]) for view in row["views"]] for row in data["rows"]]
    assert shown == [[len(view.arcs) for view in row] for row in drawing.views.grid]


def test_the_standard_runs_straight_down():
    drawing = six_map().drawing
    placed = drawing.layouts[drawing.views.first]
    across, down = zip(*(placed.centres[step] for step in (START, "受理", "分类", "处理", "关闭", END)), strict=True)
    assert list(down) == sorted(down)
    assert max(across) - min(across) <= 0.6


def test_coverage_counts_cases_not_what_is_asked():
    assert (
        page_data(pm.standard_map(log_of({"ac": 3, "abc": 1}), ABC))["rows"][-1]["views"][-1]["kept"]
        == "kept 4 of 4 cases (100.0 %)"
    )


def test_names_are_only_text():
    odd = pm.standard_map(log_of_odd_names(), of_nodes("first", "<script>alert(1)</script>", "last"))
    page = html.fromstring(odd.html_in(PAGE))
    assert [script.get("type") for script in page.iter("script")] == ["application/json", None]
    assert references(odd.svg()) == []


def test_a_log_without_cases_has_no_picture():
    assert pm.standard_map(nothing(), LINE).svg() == ""


def test_allowed_deviations_are_on_the_map_too():
    lenient = LINE.model_copy(update={"allowed_deviations": [Allowed(skipped="处理", reason="机器人")]})
    assert nodes(pm.standard_map(pm.six_cases(), lenient))["处理"] == (5, 1, 1)


@pytest.mark.parametrize("world", ["globaltech", "return_visits", "telecom"])
def test_the_sample_worlds(world):
    project = pm.open_project(sample_project(world))
    log = project.read()
    found = pm.standard_map(log, project.standard)
    ledger = pm.check_conformance(log, project.standard).ledger
    table = found.parts["nodes"].table
    moved = (ledger["kind"] == "wrong_order").sum()
    assert table["n_skipped"].sum() == (ledger["kind"] == "skipped").sum() + moved
    assert table["n_added"].sum() == ledger["kind"].isin(["unexpected", "repeated"]).sum() + moved
    assert len(found.html_in(PAGE).encode()) < 600_000


def test_the_same_log_gives_the_same_bytes_in_a_fresh_interpreter():
    code = "import procmine as pm; from small_standards import LINE; print(pm.standard_map(pm.six_cases(), LINE)._repr_html_())"
    assert said_elsewhere(code).strip() == six_map()._repr_html_().strip()


def test_what_no_case_did_is_drawn_faint_and_says_so():
    """Of the open case only a was asked: the way from there to the end is needed to draw that, but nobody took it."""
    drawing = pm.standard_map(log_of({"abc": 2, "ax": 1}), ABC).drawing
    assert [arc for arc in drawing.arcs if drawing.strokes[arc]["all"].label == "0"] == [("a", END)]
    assert drawing.strokes["a", END]["all"].colour not in (BLUE, RED, ORANGE, MUTED)
    assert drawing.hovers["a", END].splitlines() == ["a → End", "Kept: 0"]
