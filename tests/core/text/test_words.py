"""Words for people: one thing is one thing in English too, and Chinese texts hold no key words."""

import re

import pytest

import procmine as pm
from procmine.core.text.errors import MissingDataError
from procmine.core.text.words import Words, singular
from procmine.kpi.kpis.evaluation import evaluate_kpis
from procmine.kpi.kpis.kpi_words import definition_of


@pytest.mark.parametrize(
    ("text", "ones", "said"),
    [
        ("{n} things to know", {"n": 1}, "1 thing to know"),
        ("{n} things to know", {"n": 2}, "2 things to know"),
        ("{n} files, {rows} rows read", {"n": "1", "rows": "11"}, "1 file, 11 rows read"),
        ("{n} open cases are late", {"n": 1}, "1 open case is late"),
        ("{n} cases are open", {"n": 1}, "1 case is open"),
        ("{n} cases ({share}) see rework", {"n": 1, "share": "5 %"}, "1 case (5 %) sees rework"),
        ("{k} of {n} activities are done by one", {"k": 1, "n": 1}, "1 of 1 activity are done by one"),
        ("{n} caseshare", {"n": 1}, "1 caseshare"),
    ],
)
def test_english_has_the_singular_after_a_one(text, ones, said):
    assert Words("", text).filled(**ones).en == said


def test_only_what_is_one_is_singular():
    assert singular("{n} cases, {m} events", {"m"}) == "{n} cases, {m} event"


def test_a_purpose_of_several_words_is_followed_by_no_verb():
    with pytest.raises(MissingDataError, match="Causes of waiting: the column 'start' is needed"):
        pm.waiting_causes(pm.six_cases("en"))


@pytest.mark.parametrize("more", [{"within": "2 h"}, {"within": "2 days"}, {"within": "3 days natural"}, {}])
def test_the_definition_of_a_kpi_is_in_one_language(more):
    said = definition_of(
        pm.Kpi.model_validate({"name": "x", "measure": "response", "from": "受理", "to": "处理", **more}), "zh"
    )
    assert re.findall("[A-Za-z]+", said) == []


def test_where_there_are_no_kpis_the_hint_is_no_riddle_of_signs():
    assert ":。" not in evaluate_kpis(pm.six_cases(), []).sentence
