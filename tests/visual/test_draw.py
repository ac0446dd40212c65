"""Every kind of result draws itself, or says which other view does."""

import importlib
import pkgutil

import pytest
from pictures import texts

import procmine as pm
from procmine.core.result.charted import Bars, Lines, Spread
from procmine.core.result.result import Result
from procmine.visual.draw import _DRAWN_BY, _PAINTERS

WITHOUT = {
    "Availability", "DeviationLedger", "Histogram", "ImportNotes", "Items", "KpiTree", "LimitSpread", "MissedCases",
    "Misdated", "ModelDifference", "Overview", "RejectedRows", "StandardCheck", "Unscored", "WayCases",
}  # fmt: skip
"""Lists, texts, and parts of what draws them."""


def kinds():
    """Every kind of result that the package has."""
    for module in pkgutil.walk_packages(pm.__path__, "procmine."):
        if not module.name.startswith(("procmine.__main__", "procmine.docs")):
            importlib.import_module(module.name)

    def below(kind):
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    return {kind for kind in below(Result) if kind.__module__.startswith("procmine.") and kind.COLUMNS}


def test_all_but_the_few_named_here_have_a_picture():
    drawn = {kind for kind in kinds() if kind in _PAINTERS or kind.CHART}
    assert {kind.__name__ for kind in kinds() - drawn} == WITHOUT == {kind.__name__ for kind in _DRAWN_BY}


def test_what_draws_them_instead_is_at_the_front_door():
    assert set(_DRAWN_BY.values()) <= set(pm.__all__)


@pytest.mark.parametrize("kind", sorted(kinds(), key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_a_plain_picture_asks_for_columns_that_are_there(kind):
    shown = [name for part in kind.CHART or () for name in ([part] if isinstance(part, str) else part) if name]
    assert set(shown) <= set(kind.COLUMNS)


def test_a_result_without_a_picture_says_where_one_is():
    with pytest.raises(pm.UnknownNameError, match=r"have no picture\n.*\.table; for a picture see pm\.arrivals"):
        pm.overview(pm.six_cases("en")).draw()


def test_bars_show_name_and_number_of_each_row():
    found = pm.activities(pm.six_cases())
    assert isinstance(found.CHART, Bars)
    shown = texts(found.draw().svg)
    assert [name for name in found.table["activity"] if name not in shown] == []
    assert [n for n in map(str, found.table["n_events"]) if n not in shown] == []


def test_arcs_are_called_by_their_arrow_and_missing_names_left_out():
    found = pm.bottlenecks(pm.six_cases())
    shown = texts(found.draw().svg)
    assert "受理" in shown
    assert not [text for text in shown if text.startswith(("–", " →"))]


def test_a_spread_counts_every_row(tmp_path):
    found = pm.case_list(pm.six_cases())
    assert isinstance(found.CHART, Spread)
    found.save(tmp_path / "spread.svg")
    assert (tmp_path / "spread.svg").read_text("utf-8") == found.draw().svg
    with pytest.raises(pm.WriteError, match=r"spread\.svg"):
        found.save(tmp_path / "spread.png")


def test_lines_have_one_for_each_of_the_largest_groups():
    found = pm.queues(pm.six_cases())
    over_time = next(part for part in found.parts.values() if isinstance(part.CHART, Lines))
    shown = texts(over_time.draw().svg)
    assert set(over_time.table["activity"].unique()[:3]) <= set(shown)


def test_nothing_to_draw_is_an_empty_picture():
    log = pm.six_cases()
    empty = log.restricted_to(log.cases.filter(log.cases.n_events < 0))
    assert pm.case_list(empty).draw().svg == ""


def test_a_card_that_stands_for_a_result_stays_a_card():
    card = pm.show(pm.waiting_time, pm.six_cases())
    assert "start" in str(card)
    assert card.draw() is card
    assert pm.show(card) is card
