"""Boxes and links find their places: the same on every machine, in layers, and without touching."""

from __future__ import annotations

import itertools
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import said_elsewhere

import procmine as pm
from procmine.core.nets.layout import Box, Link, layout
from procmine.samples.bundled import sample_project

with_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="there is no dot on PATH")


def boxes(names, straight=""):
    return [Box(name, 60, 30, "main" if name in straight else "") for name in names]


def links(arcs):
    """Links from text: `ab bc!` are two, the second is heavy."""
    return [Link(arc[0], arc[1], 80 if arc.endswith("!") else 1) for arc in arcs.split()]


def layers(placed):
    """The names in each layer, from top to bottom."""
    rows = itertools.groupby(
        sorted(placed.centres, key=lambda name: placed.centres[name][1]), lambda n: placed.centres[n][1]
    )
    return [set(names) for _, names in rows]


def columns(placed):
    """The names whose centres are one above the other."""
    across = {
        round(x): {n for n, (other, _) in placed.centres.items() if round(other) == round(x)}
        for x, _ in placed.centres.values()
    }
    return [across[x] for x in sorted(across)]


GRAPHS = {
    "one box": ("a", "", "", [{"a"}], [{"a"}]),
    "a self-loop": ("a", "aa", "", [{"a"}], [{"a"}]),
    "a way": ("abc", "ab bc", "", [{"a"}, {"b"}, {"c"}], [{"a", "b", "c"}]),
    "a way back": ("abc", "ab! bc! ca", "abc", [{"a"}, {"b"}, {"c"}], [{"a", "b", "c"}]),
    "a by-way": ("abcd", "ab! bc! ad dc", "abc", [{"a"}, {"b", "d"}, {"c"}], [{"a", "b", "c"}, {"d"}]),
    "a short cut": ("abc", "ab! bc! ac", "abc", [{"a"}, {"b"}, {"c"}], [{"a", "b", "c"}]),
    "two of no kin": ("ab", "", "", [{"a", "b"}], [{"a"}, {"b"}]),
}


@pytest.mark.parametrize("engine", ["wasm", pytest.param("dot", marks=with_dot)])
@pytest.mark.parametrize(("names", "arcs", "straight", "rows", "lines"), GRAPHS.values(), ids=GRAPHS)
def test_both_engines_place_in_the_same_layers_and_columns(engine, names, arcs, straight, rows, lines):
    placed = layout(boxes(names, straight), links(arcs), engine=engine)
    assert layers(placed) == rows
    assert sorted(columns(placed), key=sorted) == lines


@pytest.fixture(scope="module")
def map_inputs():
    """What the maps of the six cases and of the sample project ask to be placed, view by view."""
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("procmine.visual.maps.map_looks.layout", lambda b, k: asked.append((b, k)) or layout(b, k))
        pm.process_map(pm.six_cases())
        pm.process_map(pm.open_project(sample_project()).read())
    return asked


@with_dot
def test_both_engines_agree_on_the_maps_of_the_samples(map_inputs):
    for asked in map_inputs:
        wasm, dot = layout(*asked), layout(*asked, engine="dot")
        assert layers(wasm) == layers(dot)
        main = {box.name for box in asked[0] if box.group == "main"}
        assert [main & column for column in columns(wasm) if main & column] == [main]
        assert [main & column for column in columns(dot) if main & column] == [main]


def test_left_to_right_turns_the_layers():
    placed = layout(boxes("abc"), links("ab bc"), direction="LR")
    assert layers(placed) == [{"a", "b", "c"}]
    assert columns(placed) == [{"a"}, {"b"}, {"c"}]


def test_the_first_and_the_last_box_are_at_the_ends():
    ends = [Box("a", 60, 30, end="last"), *boxes("bcd"), Box("e", 60, 30, end="first")]
    assert layers(layout(ends, links("ab bc cd"))) == [{"e"}, {"b"}, {"c"}, {"d"}, {"a"}]


def test_curves_come_in_the_order_of_the_links():
    there, back = layout(boxes("ab"), links("ab ba")).curves
    assert (there.tip[1] > there.points[0][1], back.tip[1] > back.points[0][1]) == (True, False)
    assert layout(boxes("ab"), links("ba ab")).curves[0].points != there.points


def test_nothing_to_place_is_an_empty_layout():
    placed = layout([], [])
    assert (placed.centres, placed.curves) == ({}, ())


# ── properties of random graphs ───────────────────────────────────────────────────────────────────


@st.composite
def graphs(draw):
    """Boxes of all sizes and links between them, self-loops and cycles included."""
    names = "abcdef"[: draw(st.integers(1, 6))]
    width, height, weight, label = st.integers(16, 200), st.integers(16, 80), st.integers(0, 90), st.integers(0, 70)
    group = st.sampled_from(["", "", "main"])
    placed = [Box(name, draw(width), draw(height), draw(group)) for name in names]
    ends = st.tuples(st.sampled_from(names), st.sampled_from(names))
    arcs = draw(st.lists(ends, unique=True, max_size=10))
    return placed, [Link(*arc, draw(weight), draw(label)) for arc in arcs]


def inner(box, centre, slack=1.0):
    """The rectangle of a box, a little smaller than it is."""
    (x, y), across, down = centre, box.width / 2 - slack, box.height / 2 - slack
    return x - across, y - down, x + across, y + down


def points_along(curve):
    """Points on the line of a curve, close together, and its tip."""
    for i in range(0, len(curve.points) - 1, 3):
        a, b, c, d = curve.points[i : i + 4]
        for t in (step / 20 for step in range(21)):
            u = 1 - t
            parts = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
            yield tuple(sum(part * p[axis] for part, p in zip(parts, (a, b, c, d), strict=True)) for axis in (0, 1))
    yield curve.tip


def crossings(curve, height):
    """Where a curve is when it passes a height."""
    for (x0, y0), (x1, y1) in itertools.pairwise(points_along(curve)):
        if min(y0, y1) <= height <= max(y0, y1):
            yield x0 if y0 == y1 else x0 + (x1 - x0) * (height - y0) / (y1 - y0)


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_no_two_boxes_overlap(graph):
    placed = layout(*graph)
    rectangles = [inner(box, placed.centres[box.name]) for box in graph[0]]
    for one, other in itertools.combinations(rectangles, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_a_link_leads_from_the_edge_of_its_tail_to_the_edge_of_its_head(graph):
    given_boxes, given_links = graph
    placed = layout(*graph)
    box = {box.name: box for box in given_boxes}
    for link, curve in zip(given_links, placed.curves, strict=True):
        for name, point in ((link.tail, curve.points[0]), (link.head, curve.tip)):
            left, top, right, bottom = inner(box[name], placed.centres[name], slack=-2.0)
            assert left <= point[0] <= right
            assert top <= point[1] <= bottom


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_a_label_begins_right_of_its_line(graph):
    for link, curve in zip(graph[1], layout(*graph).curves, strict=True):
        assert (curve.label is None) == (link.label_width == 0)
        if curve.label:
            x, y = curve.label
            assert max(crossings(curve, y)) <= x + 1


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_everything_lies_in_the_picture(graph):
    placed = layout(*graph)
    for box in graph[0]:
        left, top, right, bottom = inner(box, placed.centres[box.name])
        assert (left >= 0, top >= 0, right <= placed.width, bottom <= placed.height) == (True,) * 4
    for link, curve in zip(graph[1], placed.curves, strict=True):
        assert curve.label is None or curve.label[0] + link.label_width <= placed.width + 1


@given(graphs())
@settings(max_examples=20, deadline=None)
def test_the_same_input_gives_the_same_places(graph):
    assert repr(layout(*graph)) == repr(layout(*graph))


def test_the_same_input_gives_the_same_places_in_a_fresh_interpreter():
    code = "from test_layout import *; print(layout(boxes('abcd', 'abc'), links('ab! bc! ad dc ca aa')))"
    assert said_elsewhere(code).strip() == repr(layout(boxes("abcd", "abc"), links("ab! bc! ad dc ca aa")))
