"""What a map shows at each level of its sliders, and how many cases it then shows whole."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procmine.core.log.eventlog import Variant
from procmine.visual.maps.coverage import END, START, arc_counts, views_of


def variants_of(paths):
    """Variants from paths, letter by letter, and the number of cases that took each."""
    return [Variant(i, tuple(path), n) for i, (path, n) in enumerate(paths.items(), start=1)]


def ways(variant):
    """The arcs that a case of this variant takes, from mark to mark."""
    steps = [START, *variant.activities, END]
    return {(steps[i], steps[i + 1]) for i in range(len(steps) - 1)}


def reached(arcs, root):
    """The nodes that arcs lead to from a root."""
    found = {root}
    while more := {target for source, target in arcs if source in found} - found:
        found |= more
    return found


def views(variants):
    return [view for row in views_of(variants).grid for view in row]


paths = st.text("abcdef", min_size=1, max_size=7)
logs = st.dictionaries(paths, st.integers(1, 60), min_size=1, max_size=9).map(variants_of)
two_ways_as_wide = variants_of({"ac": 1, "bbc": 1})
a_busy_log = variants_of({"abcd": 50, "abd": 20, "acbd": 9, "abcbcd": 4, "ae": 2, "fd": 1})


def test_arcs_are_counted_by_case_from_mark_to_mark():
    assert arc_counts(variants_of({"ab": 3, "aab": 2})) == {
        (START, "a"): 5,
        ("a", "b"): 5,
        ("b", END): 5,
        ("a", "a"): 2,
    }


@given(logs)
@example(a_busy_log)
def test_every_activity_is_on_a_shown_way_from_mark_to_mark(variants):
    for view in views(variants):
        backward = {(target, source) for source, target in view.arcs}
        assert view.activities <= reached(view.arcs, START) & reached(backward, END)


@given(logs)
@example(two_ways_as_wide)
def test_arcs_join_shown_activities_and_occur_in_the_log(variants):
    occurring = set().union(*(ways(variant) for variant in variants))
    for view in views(variants):
        assert view.arcs <= occurring
        assert {end for arc in view.arcs for end in arc} == view.activities | {START, END}


@given(logs)
@example(a_busy_log)
def test_the_cases_of_a_view_are_those_it_shows_whole(variants):
    for view in views(variants):
        assert view.n_cases == sum(variant.n_cases for variant in variants if ways(variant) <= view.arcs)


@given(logs)
@example(a_busy_log)
def test_the_last_view_shows_everything(variants):
    last = views(variants)[-1]
    assert last.activities == {activity for variant in variants for activity in variant.activities}
    assert last.arcs == set().union(*(ways(variant) for variant in variants))
    assert last.n_cases == sum(variant.n_cases for variant in variants)


@given(logs)
@example(a_busy_log)
def test_each_level_shows_more_than_the_one_before(variants):
    grid = views_of(variants).grid
    for fewer, more in itertools.pairwise(grid):
        assert fewer[0].activities < more[0].activities
        assert fewer[0].arcs < more[0].arcs
        assert fewer[-1].arcs < more[-1].arcs
        assert fewer[-1].n_cases <= more[-1].n_cases


@given(logs)
@example(a_busy_log)
def test_more_arcs_never_show_fewer_cases(variants):
    for row in views_of(variants).grid:
        for fewer, more in itertools.pairwise(row):
            assert fewer.activities == more.activities
            assert fewer.arcs < more.arcs
            assert fewer.n_cases <= more.n_cases


@given(logs)
@example(a_busy_log)
def test_the_order_of_the_variants_is_irrelevant(variants):
    assert views_of(variants) == views_of(variants[::-1])


@given(logs)
@example(a_busy_log)
def test_the_first_view_is_one_of_them(variants):
    found = views_of(variants)
    row, column = found.first
    assert found.grid[row][column] in views(variants)


@pytest.mark.parametrize(
    ("paths", "first_activities", "first_cases"),
    [
        pytest.param({"a": 1}, "a", 1, id="one case"),
        pytest.param({"abc": 90, "abxc": 10}, "abc", 90, id="the many without the few"),
        pytest.param({"abc": 50, "abxc": 50}, "abcx", 100, id="two halves"),
        pytest.param({"abc": 80, "abyc": 10, "abxc": 10}, "abc", 80, id="four in five are enough"),
    ],
)
def test_a_map_begins_with_the_simplest_view_of_most_cases(paths, first_activities, first_cases):
    found = views_of(variants_of(paths))
    view = found.grid[found.first[0]][found.first[1]]
    assert (view.activities, view.n_cases) == (set(first_activities), first_cases)


def test_a_map_with_many_arcs_begins_with_a_readable_view():
    letters = "abcdefgh"
    tangled = variants_of({a + b + c: 1 for a in letters for b in letters for c in letters})
    found = views_of(tangled)
    assert len(found.grid[found.first[0]][found.first[1]].arcs) <= 34
    assert len(found.grid[-1][-1].arcs) == 80


def test_the_way_to_a_rare_activity_is_the_widest():
    rare_by_two_ways = variants_of({"abz": 1, "cbz": 5, "c": 20, "ab": 3})
    for view in views(rare_by_two_ways):
        if "z" in view.activities:
            assert {(START, "c"), ("c", "b"), ("b", "z"), ("z", END)} <= view.arcs


def test_of_ways_as_wide_the_shortest_is_shown_whatever_activities_are_called():
    """To z lead two ways of ten cases: by m, and by m and b, which comes first in the alphabet."""
    log = variants_of({"mz": 10, "mbz": 10, "m": 30})
    ways_there = [view.arcs for view in views(log) if "z" in view.activities and "b" not in view.activities]
    assert ways_there != []
    assert all(("m", "z") in arcs for arcs in ways_there)


def test_of_ways_as_wide_and_as_short_the_first_by_name_is_shown():
    log = variants_of({"caz": 10, "cbz": 10, "c": 30})
    fewest = min((view for view in views(log) if "z" in view.activities), key=lambda view: len(view.activities))
    assert fewest.activities == {"a", "c", "z"}
