"""Scores counted by hand on a few cases: marks, rounding, veto, bands, points, review."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from pydantic import ValidationError

import procmine as pm
from procmine.core.text.errors import ExportError, MissingDataError, SpecError
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.scorecards.loaded_scorecard import LoadedScorecard
from procmine.kpi.scorecards.score_sheet import ScoreSheet
from procmine.kpi.scorecards.scorecard import Scorecard

STATES = pm.States(closed="close")
START = pd.Timestamp("2026-03-02 09:00")
BANDS = [{"points": 0}, {"from": 85, "points": 2}]


def log_of(hours, **attributes):
    """Cases c0, c1, … one a day from a Monday, each closed after so many hours."""
    rows = [
        {"case_id": f"c{i}", "activity": activity, "timestamp": START + pd.Timedelta(days=i, hours=after)}
        | {name: values[i] for name, values in attributes.items()}
        for i, took in enumerate(hours)
        for activity, after in (("a", 0), ("close", took))
    ]
    return pm.EventLog.from_pandas(pd.DataFrame(rows), zone="UTC", name="small", states=STATES, language="en")


def card_of(*indicators, bonus=(), veto=(), bands=BANDS, **more):
    version = {
        "version": "v1", "valid_from": "2026-01-01", "indicators": list(indicators),
        "bonus": list(bonus), "veto": list(veto),
    }  # fmt: skip
    return Scorecard.model_validate({"name": "card", "bands": bands, "versions": [version], **more})


def scores_of(log, card, **columns):
    """The log scored by a card, with a sheet of these columns, one row for each case."""
    n = len(next(iter(columns.values()), ()))
    frame = pd.DataFrame({"case": [f"c{i}" for i in range(n)], **columns})
    sheet = ScoreSheet.of("s.xlsx", frame, card) if columns else None
    return pm.score_cases(log, LoadedScorecard(card, sheet, MeasureSettings(STATES)))


def told(scores, *columns):
    return scores.table[["case_id", *columns]].to_numpy().tolist()


SHEET = {"path": "s.xlsx", "key": "case"}
HALVES = ({"name": "A", "weight": "50 %"}, {"name": "B", "weight": "50 %"})


# ── what is no mark ───────────────────────────────────────────────────────────────────────────────

STEPS = [{"when": "<= 12 h", "mark": 100}, {"mark": 20}]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"measure": {"measure": "throughput"}}, "no share: it needs steps"),
        ({"measure": {"measure": "handovers"}}, "no share: it needs steps"),
        ({"measure": {"measure": "completions"}}, "no share: it needs steps"),
        ({"measure": {"measure": "throughput"}, "steps": [{"when": "<= 12", "mark": 100}, {"mark": 20}]}, "'<= 12' has the wrong unit"),
        ({"measure": {"measure": "handovers"}, "steps": [{"when": "<= 2 h", "mark": 100}]}, "'<= 2 h' has the wrong unit"),
        ({"measure": {"measure": "rework_rate"}, "steps": [{"when": "<= 5", "mark": 100}]}, "'<= 5' has the wrong unit"),
        ({"attribute": "level", "steps": [{"when": ">= 50 %", "mark": 100}]}, "'>= 50 %' has the wrong unit"),
        ({"steps": [{"when": ">= 1 h", "mark": 100}]}, "'>= 1 h' has the wrong unit"),
    ],
)  # fmt: skip
def test_an_indicator_that_gives_no_mark_is_refused(item, said):
    with pytest.raises(ValidationError, match=said):
        card_of({"name": "q", "weight": "100 %", **item})


def test_shares_and_steps_in_their_unit_give_marks():
    share = {"name": "q", "weight": "50 %", "measure": {"measure": "throughput", "within": "12 h natural"}}
    stepped = {"name": "s", "weight": "50 %", "measure": {"measure": "throughput"}, "steps": STEPS}
    scores = scores_of(log_of([10, 20]), card_of(share, stepped))
    assert told(scores, "score") == [["c0", 100.0], ["c1", 10.0]]


@pytest.mark.parametrize(
    "more",
    [
        {"veto": [{"name": "late", "measure": {"measure": "throughput"}, "when": ">= 12"}]},
        {"veto": [{"name": "late", "when": ">= 1 h"}]},
        {
            "ledger": {
                "adjustments": [{"name": "late", "measure": {"measure": "throughput"}, "when": ">= 12", "points": 1}]
            }
        },
    ],
)
def test_conditions_of_vetoes_and_adjustments_need_the_unit_of_their_values(more):
    with pytest.raises(ValidationError, match="has the wrong unit"):
        card_of(*HALVES, **more)


def test_a_duration_is_no_bonus():
    with pytest.raises(ValidationError, match="'fast' is a duration"):
        card_of(*HALVES, bonus=[{"name": "fast", "measure": {"measure": "throughput"}, "most": 5}])


def test_a_card_in_a_file_says_the_line(tmp_path):
    (tmp_path / "card.yml").write_text(
        "name: card\nversions:\n  - version: v1\n    valid_from: 2026-01-01\n    indicators:\n"
        "      - {name: q, weight: 100 %, measure: {measure: throughput}}\n",
        encoding="utf-8",
    )
    with pytest.raises(SpecError) as caught:
        Scorecard.open(tmp_path / "card.yml")
    assert "card.yml:6: versions.0.indicators.0: the measure 'throughput' of 'q'" in str(caught.value)
    assert 'hint: for example steps: [{when: "<= 8 h", mark: 100}, {mark: 50}]' in str(caught.value)


def test_attributes_that_hold_no_marks_are_refused_with_their_cases():
    log = log_of([1, 1, 1, 1], mark=["100", "250", "0", "-1"])
    with pytest.raises(MissingDataError) as caught:
        scores_of(log, card_of({"name": "q", "weight": "100 %", "attribute": "mark"}))
    assert "small: 2 values of 'mark' are no marks from 0 to 100, such as 250" in str(caught.value)
    assert "cases: c1, c3" in str(caught.value)
    steps = [{"when": ">= 200", "mark": 90}, {"mark": 10}]
    scores = scores_of(log, card_of({"name": "q", "weight": "100 %", "attribute": "mark", "steps": steps}))
    assert told(scores, "score") == [["c0", 10.0], ["c1", 90.0], ["c2", 10.0], ["c3", 10.0]]


def test_a_column_of_the_sheet_is_a_mark_unless_steps_translate_it():
    card = card_of(
        {"name": "minutes", "weight": "100 %", "steps": [{"when": "<= 240", "mark": 100}, {"mark": 0}]}, sheet=SHEET
    )
    assert told(scores_of(log_of([1, 1]), card, minutes=[240, 241]), "score") == [["c0", 100.0], ["c1", 0.0]]
    with pytest.raises(ExportError, match="'240' in 'minutes' is no score"):
        scores_of(log_of([1]), card_of({"name": "minutes", "weight": "100 %"}, sheet=SHEET), minutes=[240])


# ── rounding ──────────────────────────────────────────────────────────────────────────────────────


def test_a_half_goes_up_as_it_does_by_hand():
    """Means of A and B: 84.5, 85.5, 86.5, 84.4 – to 85 (2 points), 86, 87, 84 (none)."""
    card = card_of(*HALVES, sheet={**SHEET, "total": "T"}, decimals=0)
    scores = scores_of(log_of([1] * 4), card, A=[84, 85, 86, 84], B=[85, 86, 87, 84.8], T=[85, 86, 87, 84])
    assert told(scores, "score", "points") == [
        ["c0", 85.0, 2.0],
        ["c1", 86.0, 2.0],
        ["c2", 87.0, 2.0],
        ["c3", 84.0, 0.0],
    ]
    assert scores.n_differing == 0


def test_every_weighted_sum_is_rounded_as_its_decimals_say():
    """All sums of 35 % and 65 % of whole marks, against decimal arithmetic; half of those that end in 5 would go down."""
    marks = [(a, b) for a in range(0, 101, 3) for b in range(101)]
    card = card_of({"name": "A", "weight": "35 %"}, {"name": "B", "weight": "65 %"}, sheet={**SHEET, "total": "T"})
    exact = [(Decimal(35) * a + Decimal(65) * b) / 100 for a, b in marks]
    wanted = [float(one.quantize(Decimal("0.1"), ROUND_HALF_UP)) for one in exact]
    assert sum(one != round(float(e), 1) for one, e in zip(wanted, exact, strict=True)) > 500
    columns = {"A": [a for a, _ in marks], "B": [b for _, b in marks], "T": [float(one) for one in exact]}
    scores = scores_of(log_of([1] * len(marks)), card, **columns)
    assert scores.table.set_index("case_id")["score"].loc[[f"c{i}" for i in range(len(marks))]].tolist() == wanted
    assert scores.n_differing == 0


def test_a_total_that_is_another_one_differs():
    card = card_of({"name": "A", "weight": "100 %"}, sheet={**SHEET, "total": "T"})
    scores = scores_of(log_of([1] * 4), card, A=[80, 80, 80, 80], T=[80, 80.05, 80.06, None])
    assert scores.n_differing == 1


# ── veto ──────────────────────────────────────────────────────────────────────────────────────────

VETOES = [{"name": "V", "when": ">= 1", "score": 0}, {"name": "W", "when": ">= 1", "score": 59}]


@pytest.mark.parametrize("veto", [VETOES, VETOES[::-1]])
def test_a_veto_sets_the_score_whatever_is_given_and_the_lowest_counts(veto):
    """c1: B is missing, V applies; c2: both apply; c3: nothing applies, B is missing; c4: not marked at all, W applies."""
    card = card_of(*HALVES, veto=veto, sheet=SHEET)
    columns = {
        "A": [84, 84, 90, 85, None],
        "B": [85, None, 91, None, None],
        "V": [0, 1, 1, 0, None],
        "W": [0, 0, 1, 0, 1],
    }
    scores = scores_of(log_of([1] * 5), card, **columns)
    assert told(scores, "score", "vetoed") == [
        ["c0", 84.5, False], ["c1", 0.0, True], ["c2", 0.0, True], ["c4", 59.0, True],
    ]  # fmt: skip
    assert scores.frames.unscored[["case_id", "reason"]].to_numpy().tolist() == [["c3", "B not given"]]
    assert scores.explain("c1").table[["item", "kind", "mark"]].to_numpy().tolist() == [
        ["A", "indicator", 84.0], ["V", "veto", 0.0],
    ]  # fmt: skip
    assert set(scores.explain("c2").table["item"]) == {"A", "B", "V", "W"}
    assert scores.explain("c4").table["item"].tolist() == ["W"]


# ── points ────────────────────────────────────────────────────────────────────────────────────────


def test_points_that_make_the_line_exactly_are_a_promotion():
    """Three cases at 0.7 make 2.1, due on the third day; to a line of 2.2 they lack 0.1; with −0.1 each they make 1.8."""
    hundred = {"name": "q", "weight": "100 %", "measure": {"measure": "throughput"}, "steps": [{"mark": 90}]}
    log = log_of([1, 1, 1], engineer=["Li"] * 3)

    def row(promotion, **more):
        ledger = {"promotion": promotion, **more}
        bands = [{"points": 0}, {"from": 85, "points": 0.7}]
        scores = scores_of(log, card_of(hundred, bands=bands, person={"attribute": "engineer"}, ledger=ledger))
        return scores, scores.ledger.table.iloc[0]

    scores, due = row(2.1)
    assert due[["case_points", "points", "missing"]].tolist() == [2.1, 2.1, 0.0]
    assert f"{due['promoted_on']:%Y-%m-%d}" == "2026-03-04"
    assert scores.ledger.entries.table["total"].tolist() == [0.7, 1.4, 2.1]
    assert (scores.scalars["points"], scores.weeks.table["points"].tolist()) == (2.1, [2.1])
    _, later = row(2.2)
    assert (later["missing"], pd.isna(later["promoted_on"])) == (0.1, True)
    less = {"name": "l", "measure": {"measure": "throughput"}, "when": ">= 0 h", "points": -0.1}
    _, docked = row(1.8, adjustments=[less])
    assert docked[["case_points", "adjusted", "points", "missing"]].tolist() == [2.1, -0.3, 1.8, 0.0]
    assert f"{docked['promoted_on']:%Y-%m-%d}" == "2026-03-04"


# ── bands, and whose cases ────────────────────────────────────────────────────────────────────────

MARKED = {"name": "q", "weight": "100 %", "measure": {"measure": "throughput"},
          "steps": [{"when": "<= 12 h", "mark": 90}, {"mark": 30}]}  # fmt: skip


def test_cases_below_the_first_band_are_a_row_of_their_own():
    """Two cases of 90, three of 30: 40 % in the upper band, 60 % below the lowest; a card from 30 on holds all."""
    log = log_of([10, 10, 20, 20, 20])
    scores = scores_of(log, card_of(MARKED, bands=[{"from": 60, "points": 1}, {"from": 85, "points": 2}]))
    assert scores.parts["bands"].table[["band", "points", "n_cases", "share"]].to_numpy().tolist() == [
        ["< 60", 0.0, 3, 0.6], ["60–85", 1.0, 0, 0.0], ["≥ 85", 2.0, 2, 0.4],
    ]  # fmt: skip
    assert told(scores, "band", "points")[1:3] == [["c1", "≥ 85", 2.0], ["c2", "< 60", 0.0]]
    assert scores.explain("c2").sentence == "Case c2: 30 by v1, 0 points (< 60)."
    assert scores.distribution.borders == (60, 85)


def test_a_card_without_bands_gives_scores_and_no_points():
    scores = scores_of(log_of([10, 20]), card_of(MARKED, bands=[]))
    assert told(scores, "score", "points") == [["c0", 90.0, 0.0], ["c1", 30.0, 0.0]]
    assert scores.parts["bands"].table.empty


@pytest.mark.parametrize(
    ("bands", "name"),
    [
        ([{"points": 0, "name": "x"}, {"from": 85, "points": 1, "name": "x"}], "x"),
        ([{"points": 0}, {"from": 85, "points": 1, "name": "< 85"}], "< 85"),
        ([{"from": 60, "points": 0}, {"from": 85, "points": 1, "name": "< 60"}], "< 60"),
    ],
)
def test_two_bands_of_one_name_are_refused(bands, name):
    card = card_of(MARKED, bands=bands)
    ((place, fault, _),) = card.contradictions()
    assert (place, fault.en) == (("bands", 1), f"two bands are called '{name}'")
    with pytest.raises(SpecError, match=f"card: two bands are called '{name}'"):
        scores_of(log_of([1]), card)


def test_a_value_of_where_that_never_occurs_is_told_with_the_nearest():
    log = log_of([1, 1], kind=["visit", "call"])
    with pytest.raises(SpecError) as caught:
        scores_of(log, card_of(MARKED, where={"kind": ["vist", "call"]}))
    assert str(caught.value) == (
        "card: no value of 'kind' is called 'vist'\n  known: call, visit\n  hint: did you mean 'visit'?"
    )
    assert told(scores_of(log, card_of(MARKED, where={"kind": "visit"})), "score") == [["c0", 90.0]]
    none = scores_of(log.filter_cases(kind="call"), card_of(MARKED, where={"kind": "visit"}))
    assert none.sentence == "No case is scored."


def test_when_no_case_is_scored_the_gaps_are_still_told():
    scores = scores_of(log_of([1, 1]), card_of({"name": "A", "weight": "100 %"}, sheet=SHEET), A=[None, None])
    assert scores.sentence == "No case is scored. 2 finished cases have no score."


# ── the weekly review ─────────────────────────────────────────────────────────────────────────────


def test_a_week_in_which_nothing_is_lost_says_so():
    scores = scores_of(log_of([1, 1]), card_of(*HALVES, sheet=SHEET), A=[100, 100], B=[100, 100])
    page = scores.review()
    assert page.sentence == "–, week of 2026-03-02: 2 cases, mean score 100.0; nothing is lost."
    assert page.table["weakest"].isna().all()
    assert (page.table["lost"].tolist(), page.table["best"].tolist()) == ([0.0, 0.0], ["B", "B"])
    assert scores.weeks.table["weakest"].isna().all()


def test_what_a_veto_costs_is_told_by_its_name():
    """c0 loses 10 at A; c1 has full marks and both vetoes, of which V (100 lost) counts; c2 lacks B and has W (41 lost)."""
    card = card_of(*HALVES, veto=VETOES, sheet=SHEET)
    columns = {"A": [80, 100, 50], "B": [100, 100, None], "V": [0, 1, 0], "W": [0, 1, 1]}
    page = scores_of(log_of([1] * 3), card, **columns).review()
    assert page.table[["case_id", "score", "best", "weakest", "lost"]].to_numpy().tolist() == [
        ["c1", 0.0, "B", "V", 100.0], ["c2", 59.0, "A", "W", 41.0], ["c0", 90.0, "B", "A", 10.0],
    ]  # fmt: skip
    assert page.sentence.endswith("most is lost at V.")


def test_what_costs_most_in_a_week_is_what_costs_all_its_cases_most():
    """Five cases lose 10 each at A, one 41 by a veto: 50 against 41. In the week after, nothing is lost."""
    card = card_of(*HALVES, veto=VETOES[1:], sheet=SHEET)
    columns = {"A": [80] * 5 + [100] * 4, "B": [100] * 9, "W": [0] * 5 + [1] + [0] * 3}
    weeks = scores_of(log_of([1] * 9), card, **columns).weeks.table
    assert weeks["n_cases"].tolist() == [2, 7]
    assert weeks["weakest"].fillna("").tolist() == ["", "A"]


# ── what takes off, and what stands for an indicator ──────────────────────────────────────────────


def test_a_bonus_with_a_negative_most_takes_off():
    """Of 80: 3 and −3 both take 3 off, 10 and −10 the most there is, 5; nothing is given in the last."""
    card = card_of({"name": "A", "weight": "100 %"}, bonus=[{"name": "less", "most": -5}], sheet=SHEET)
    scores = scores_of(log_of([1] * 6), card, A=[80] * 6, less=[3, -3, 10, -10, 0, None])
    assert scores.table["score"].tolist() == [77.0, 77.0, 75.0, 75.0, 80.0, 80.0]
    full = scores_of(log_of([1]), card, A=[100], less=[3]).review()
    assert full.table[["weakest", "lost"]].to_numpy().tolist() == [["less", 3.0]]


def test_a_measure_can_take_off():
    """Li to Wu and back are two handovers: 2 off, or 1 where that is the most."""
    rows = [("c0", "a", START, "Li"), ("c0", "b", START + pd.Timedelta(hours=1), "Wu"),
            ("c0", "close", START + pd.Timedelta(hours=2), "Li")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"])
    log = pm.EventLog.from_pandas(frame, zone="UTC", name="small", states=STATES, language="en")
    full = {"name": "q", "weight": "100 %", "measure": {"measure": "throughput"}, "steps": [{"mark": 100}]}
    for most, score in ((-5, 98.0), (-1, 99.0)):
        less = {"name": "less", "measure": {"measure": "handovers"}, "most": most}
        assert told(scores_of(log, card_of(full, bonus=[less])), "score") == [["c0", score]]


def test_what_stands_for_an_indicator_does_so_for_stepped_ones_and_shares():
    """Neither item was judged under the old version; its mark A stands for both in the what-if: 70."""
    stepped = {"name": "s", "weight": "40 %", "attribute": "level", "instead": "A",
               "steps": [{"when": ">= 3", "mark": 100}, {"mark": 0}]}  # fmt: skip
    share = {"name": "r", "weight": "60 %", "measure": {"measure": "satisfaction", "attribute": "level", "at": ">= 3"},
             "instead": "A"}  # fmt: skip
    versions = [
        {"version": "v1", "valid_from": "2026-01-01", "indicators": [{"name": "A", "weight": "100 %"}]},
        {"version": "v2", "valid_from": "2026-06-01", "indicators": [stepped, share]},
    ]
    card = Scorecard.model_validate({"name": "card", "bands": BANDS, "versions": versions, "sheet": SHEET})
    frame = pd.DataFrame({"case": ["c0", "c1"], "A": [70, 70]})
    plan = LoadedScorecard(card, ScoreSheet.of("s.xlsx", frame, card), MeasureSettings(STATES))
    found = pm.rescore_cases(log_of([1, 1], level=[None, "5"]), plan, version="v2")
    assert (found.table.set_index("case_id")["new_score"].to_dict(), found.n_lost) == ({"c0": 70.0, "c1": 100.0}, 0)
