"""The process map shows the numbers of the log, keeps its happy path straight and takes every name for data."""

from __future__ import annotations

import itertools
import json
from functools import cache

import pytest
from conftest import ROOT, real_log
from hypothesis import given, settings
from lxml import html
from pictures import (
    ODD_NAMES,
    hovers,
    log_of,
    log_of_odd_names,
    nothing,
    references,
    said_elsewhere,
    taken_apart,
    texts,
)
from random_logs import frames
from random_logs import log_of as log_of_frame

import procmine as pm
from procmine.core.html.places import PAGE
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import write_number
from procmine.samples.bundled import sample_project
from procmine.visual.maps.coverage import END, START

LOGS = {
    "six cases": pm.six_cases,
    "the sample project": lambda: pm.open_project(sample_project()).read(),
    "helpdesk": lambda: real_log("helpdesk"),
    "receipt": lambda: real_log("receipt_csv"),
    "declarations": lambda: real_log("bpic2020_DomesticDeclarations"),
}
each_log = pytest.mark.parametrize(
    "name",
    ["six cases", "the sample project", "helpdesk", "receipt", pytest.param("declarations", marks=pytest.mark.slow)],
)


@cache
def map_of(name, colour="frequency"):
    return pm.process_map(LOGS[name](), colour=colour)


def arcs_of(path):
    return set(itertools.pairwise((START, *path, END)))


# ── geometry ──────────────────────────────────────────────────────────────────────────────────────


@each_log
def test_the_happy_path_runs_straight_down_from_mark_to_mark(name):
    happy, drawing = pm.happy_path(LOGS[name]()), map_of(name).drawing
    whole = [place for place in drawing.layouts if arcs_of(happy) <= drawing.views.grid[place[0]][place[1]].arcs]
    assert whole
    for place in whole:
        across, down = zip(*(drawing.layouts[place].centres[step] for step in (START, *happy, END)), strict=True)
        assert list(down) == sorted(down)
        assert max(across) - min(across) <= 0.6


@each_log
def test_the_marks_are_above_and_below_everything(name):
    for placed in map_of(name).drawing.layouts.values():
        down = {step: y for step, (_, y) in placed.centres.items()}
        assert (min(down, key=down.get), max(down, key=down.get)) == (START, END)


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────


def arcs_in(svg):
    """Label and hover text of each arc of an SVG, in order."""
    return [
        (arc.findtext("{*}text"), arc.findtext("{*}title")) for arc in taken_apart(svg).iterfind(".//{*}g[@class='a']")
    ]


def test_labels_and_hover_texts_of_the_six_cases():
    everything = map_of("six cases").drawing.svg(everything=True)
    assert arcs_in(everything)[:4] == [
        ("6", "开始 → 受理\n案例: 6"),
        (
            "6",
            "受理 → 分类\n次数: 6\n案例: 6\n中位时间: 20.0 分钟\n平均时间: 37.0 分钟\nP90 时间: 90.0 分钟\n总时间: 3.7 小时",
        ),
        ("5", "关闭 → 结束\n案例: 5"),
        (
            "5",
            "分类 → 处理\n次数: 5\n案例: 5\n中位时间: 17.5 小时\n平均时间: 15.2 小时\nP90 时间: 26.0 小时\n总时间: 3.2 天",
        ),
    ]
    assert hovers(everything)[-7:] == [
        "开始",
        "结束",
        "受理\n事件: 6\n案例: 6\n首个活动: 6\n末个活动: 0",
        "分类\n事件: 6\n案例: 6\n首个活动: 0\n末个活动: 0",
        "处理\n事件: 7\n案例: 5\n首个活动: 0\n末个活动: 1",
        "关闭\n事件: 5\n案例: 5\n首个活动: 0\n末个活动: 5",
        "客户沟通\n事件: 2\n案例: 1\n首个活动: 0\n末个活动: 0",
    ]


@each_log
def test_arcs_carry_the_counts_of_the_directly_follows_table(name):
    log, drawing = LOGS[name](), map_of(name).drawing
    flow, ends = pm.directly_follows(log).table, pm.activities(log).table
    expected = {(row.source, row.target): row.count for row in flow.itertuples()}
    expected |= {(START, row.activity): row.n_starts for row in ends.itertuples() if row.n_starts}
    expected |= {(row.activity, END): row.n_ends for row in ends.itertuples() if row.n_ends}
    labels = [label for label, _ in arcs_in(drawing.svg(everything=True))]
    assert dict(zip(drawing.arcs, labels, strict=True)) == {arc: write_number(n) for arc, n in expected.items()}


@each_log
def test_boxes_carry_the_number_of_events(name):
    log, drawing = LOGS[name](), map_of(name).drawing
    expected = {row.activity: write_number(row.n_events) for row in pm.activities(log).table.itertuples()}
    assert drawing.numbers == expected
    assert set(expected.values()) <= set(texts(drawing.svg(everything=True)))


@pytest.mark.parametrize(
    ("colour", "label"), [("frequency", "6"), ("median", "20.0 分钟"), ("p90", "90.0 分钟"), ("total", "3.7 小时")]
)
def test_labels_follow_the_colouring(colour, label):
    drawn = map_of("six cases", colour)
    assert label in texts(drawn.svg())
    assert [arc[0] for arc in arcs_in(drawn.drawing.svg(everything=True))][1] == label


def test_an_unknown_colouring_is_an_error_that_names_the_known_ones():
    with pytest.raises(UnknownNameError) as error:
        pm.process_map(pm.six_cases(), colour="medain")
    assert str(error.value).splitlines() == [
        "process_map: no colouring is called 'medain'",
        "  known: frequency, median, p90, total",
        "  hint: did you mean 'median'?",
    ]


# ── the page ──────────────────────────────────────────────────────────────────────────────────────


def page_data(result):
    return json.loads(html.fromstring(result._repr_html_()).xpath("//script[@type='application/json']/text()")[0])


@each_log
def test_the_page_has_the_places_of_every_view(name):
    drawing, data = map_of(name).drawing, page_data(map_of(name))
    assert data["first"] == list(drawing.views.first)
    shown = [[(len(view["nodes"]), len(view["arcs"])) for view in row["views"]] for row in data["rows"]]
    assert shown == [[(len(view.activities), len(view.arcs)) for view in row] for row in drawing.views.grid]


@each_log
def test_the_picture_takes_nothing_from_elsewhere(name, tmp_path):
    map_of(name).save(tmp_path / "map.svg")
    saved = (tmp_path / "map.svg").read_text(encoding="utf-8")
    assert saved == map_of(name).svg()
    assert references(saved) == []
    assert "<script" not in saved


def test_the_same_log_gives_the_same_picture_in_a_fresh_interpreter():
    code = "import procmine as pm; print(pm.process_map(pm.six_cases())._repr_html_())"
    assert said_elsewhere(code).strip() == pm.process_map(pm.six_cases())._repr_html_().strip()


def test_names_of_activities_are_only_text():
    result = pm.process_map(log_of_odd_names())
    shown = hovers(result.drawing.svg(everything=True))
    legible = {name.replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd") for name in ODD_NAMES}
    assert legible <= {hover.partition("\n")[0] for hover in shown}
    page = html.fromstring(result.html_in(PAGE))
    assert [script.get("type") for script in page.iter("script")] == ["application/json", None]
    assert page_data(result)["metric"] == "frequency"


def test_every_name_is_drawn_and_a_long_one_says_that_it_goes_on():
    assert "名" * 10 + "…" in texts(pm.process_map(log_of_odd_names()).drawing.svg(everything=True))


def test_a_log_without_cases_has_no_picture():
    empty = pm.process_map(nothing())
    assert empty.svg() == ""
    assert "没有可显示的行" in empty._repr_html_()


def test_cases_of_one_event_have_no_times():
    single = pm.process_map(log_of({"a": 3, "b": 1}))
    assert arcs_in(single.svg()) == [
        ("3", "Start → a\nCases: 3"),
        ("3", "a → End\nCases: 3"),
        ("1", "Start → b\nCases: 1"),
        ("1", "b → End\nCases: 1"),
    ]
    assert {label for label, *_ in page_data(single)["strokes"]["median"]} == {""}


def test_ways_of_the_same_width_can_be_drawn():
    assert texts(pm.process_map(log_of({"ac": 1, "bbc": 1})).drawing.svg(everything=True)).count("c") == 1


@given(frames())
@settings(max_examples=25, deadline=None)
def test_every_log_can_be_drawn(frame):
    drawn = pm.process_map(log_of_frame(frame))
    taken_apart(drawn.drawing.svg(everything=True))
    assert references(drawn.svg()) == []


def test_the_summary_speaks_of_no_standard_and_no_attribute_of_its_own():
    """What a picture shows is told by its own sentence: a text of the notebook cannot know what a project has."""
    cells = json.loads((ROOT / "notebooks" / "00_summary.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert [word for word in ("实线", "紫色", "Full lines", "purple", "业务线", "channel") if word in texts] == []
