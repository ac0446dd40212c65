"""Scores counted by hand on a few cases: marks, rounding, veto, bands, points, review."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

import procmine as pm
from procmine.core.errors import ExportError, MissingDataError, SpecError
from procmine.kpi.basis import Basis
from procmine.kpi.score_plan import ScorePlan
from procmine.kpi.score_sheet import ScoreSheet
from procmine.kpi.scorecard import Scorecard

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
    return pm.score_cases(log, ScorePlan(card, sheet, Basis(STATES)))


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
