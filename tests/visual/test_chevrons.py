"""Variants as rows of chevrons, and models as diagrams: pictures whose words stay text."""

from __future__ import annotations

import pytest
from conftest import real_log
from hypothesis import given, settings
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


def drawn(log):
    return pm.variants(log).draw().svg


def test_the_variants_of_the_six_cases():
    svg = drawn(pm.six_cases())
    assert texts(svg)[:14] == [
        "#1",
        "2",
        "33.3 %",
        "受理",
        "分类",
        "处理",
        "关闭",
        "#2",
        "1",
        "16.7 %",
        "受理",
        "分类",
        "关闭",
        "#3",
    ]
    assert hovers(svg)[:7] == ["受理", "分类", "处理", "关闭", "受理", "分类", "关闭"]


def test_at_most_eight_variants_are_shown():
    letters = "abcdefghij"
    assert [text for text in texts(drawn(log_of(dict.fromkeys(letters, 1)))) if text.startswith("#")] == [
        "#1", "#2", "#3", "#4", "#5", "#6", "#7", "#8",
    ]  # fmt: skip


def chevrons(svg):
    """Left edge, top and fill of each chevron."""
    paths = taken_apart(svg).iterfind(".//{*}g/{*}path")
    return [(*map(float, path.get("d")[1:].partition("L")[0].split()), path.get("fill")) for path in paths]


def test_one_activity_has_one_colour():
    colours = {}
    svg = drawn(log_of({"abc": 3, "acb": 2, "cab": 1}))
    for name, (_, _, fill) in zip(hovers(svg), chevrons(svg), strict=True):
        colours.setdefault(name, set()).add(fill)
    assert {name: len(fills) for name, fills in colours.items()} == {"a": 1, "b": 1, "c": 1}
    assert len(set.union(*colours.values())) == 3


@pytest.mark.parametrize(
    ("path", "lines"),
    [("a", 1), ("ab" * 8, 1), ("ab" * 9, 2), ("ab" * 17, 2), ("ab" * 18, 3)],
    ids=lambda value: str(len(value)) if isinstance(value, str) else None,
)
def test_a_long_path_goes_on_in_the_next_line_and_stays_in_the_picture(path, lines):
    svg = drawn(log_of({path: 1}))
    places = chevrons(svg)
    _, _, width, height = map(float, taken_apart(svg).get("viewBox").split())
    assert len(places) == len(path)
    assert len({top for _, top, _ in places}) == lines
    assert max(left for left, _, _ in places) + 50 <= width
    assert max(top for _, top, _ in places) + 44 <= height


@pytest.mark.parametrize("name", ["helpdesk", "receipt_csv", "bpic2020_DomesticDeclarations"])
def test_real_logs_are_well_formed_and_take_nothing_from_elsewhere(name):
    assert references(drawn(real_log(name))) == []


@given(frames())
@settings(max_examples=20, deadline=None)
def test_every_log_can_be_drawn(frame):
    assert references(drawn(log_of_frame(frame))) == []


def legible(name):
    return name.replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd")


def test_names_of_activities_are_only_text():
    svg = drawn(log_of_odd_names())
    assert hovers(svg)[: len(ODD_NAMES)] == [legible(name) for name in ODD_NAMES]
    assert references(svg) == []


@pytest.mark.parametrize("miner", ["inductive", "heuristics"])
def test_names_in_a_model_are_only_text(miner):
    svg = pm.discover_model(log_of_odd_names(), miner).draw().svg
    assert {legible(name) for name in ODD_NAMES} <= set(hovers(svg))
    assert references(svg) == []


def test_the_model_of_the_six_cases():
    picture = pm.discover_model(pm.six_cases()).draw()
    assert sorted(texts(picture.svg)) == ["关闭", "分类", "受理", "处理", "客户沟通"]
    assert taken_apart(picture.svg).get("aria-label") == "挖掘的模型"
    assert "min-width:" in picture.svg  # it shrinks no further than its labels can be read


@pytest.mark.parametrize("analysis", [pm.variants, pm.discover_model])
def test_a_log_without_cases_has_no_picture(analysis):
    assert analysis(nothing()).draw().svg == ""


def test_the_same_result_gives_the_same_bytes_in_a_fresh_interpreter():
    assert said_elsewhere("from test_chevrons import *; print(some_pictures())").strip() == some_pictures()


def some_pictures():
    logs = pm.six_cases(), log_of_odd_names()
    return "".join(analysis(log).draw().svg for analysis in (pm.variants, pm.discover_model) for log in logs)
