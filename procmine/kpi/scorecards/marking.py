"""What the items of a scorecard are worth in each case: marks of indicators, extras, and where a condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words, write_number
from procmine.kpi.measures.measure_facts import MeasureFacts
from procmine.kpi.measures.measuring import rows_of
from procmine.kpi.measures.value_measures import attribute_numbers
from procmine.kpi.scorecards.score_items import Adjustment, Bonus, Indicator, ScoreItem, Veto
from procmine.kpi.scorecards.score_sheet import ScoreSheet

if TYPE_CHECKING:
    import pandas as pd

_MOST_NAMED = 5


class Marking:
    """The values of items, case by case: from the log, its attributes, and the score sheet."""

    def __init__(self, facts: MeasureFacts, sheet: ScoreSheet | None) -> None:
        self.facts, self.sheet = facts, sheet

    def marks(self, one: Indicator, cases: pd.DataFrame, *, is_whatif: bool) -> np.ndarray:
        """Marks from 0 to 100; NaN where it was not judged.

        Raises
        ------
        MissingDataError
            If an attribute holds something else.
        """
        values, is_share = self._values(one, cases)
        if one.steps:
            marks = _stepped(one, values)
        else:
            marks = values * 100 if is_share else values
            self._refuse_beyond(one, marks, cases)
        if not (is_whatif and one.instead):
            return marks
        others = np.vstack([self.column(name, cases) for name in one.instead])
        n = (~np.isnan(others)).sum(axis=0)
        mean = np.where(n > 0, np.nansum(others, axis=0) / np.maximum(n, 1), np.nan)
        return np.where(np.isnan(marks), mean, marks)

    def bonus(self, one: Bonus, cases: pd.DataFrame) -> np.ndarray:
        """What a bonus adds to the score; NaN where it is not given."""
        values, _ = self._values(one, cases)
        if one.most is None:
            return values
        bounded: np.ndarray = np.minimum(values, one.most) if one.most >= 0 else np.maximum(-np.abs(values), one.most)
        return bounded

    def fulfilled(self, one: Veto | Adjustment, cases: pd.DataFrame) -> np.ndarray:
        """Where the condition of an item holds; an unknown value fulfils none."""
        found: np.ndarray = one.when.fulfilled(self._values(one, cases)[0])
        return found

    def column(self, name: str, cases: pd.DataFrame) -> np.ndarray:
        """A column of the sheet; NaN where it does not say."""
        if self.sheet is None:
            return np.full(len(cases), np.nan)
        found: np.ndarray = self.sheet.marks.set_index("case_id")[name].reindex(cases["case_id"]).to_numpy("float64")
        return found

    def _values(self, one: ScoreItem, cases: pd.DataFrame) -> tuple[np.ndarray, bool]:
        """The value of an item in each case, NaN where there is none; and whether it is a share."""
        if one.measure is not None:
            rows = rows_of(self.facts, one.measure)
            by = rows.frame.groupby("case_index")
            values = by["hits"].sum() / by["units"].sum() if rows.is_share else by["value"].sum()
            return values.reindex(cases["case_index"]).to_numpy("float64"), rows.is_share
        if one.attribute:
            mine = cases.set_index("case_index")
            return attribute_numbers(self.facts, one.attribute, mine).to_numpy("float64"), False
        return self.column(one.sheet_column, cases), False

    def _refuse_beyond(self, one: Indicator, marks: np.ndarray, cases: pd.DataFrame) -> None:
        bad = (marks < 0) | (marks > 100)
        if not one.attribute or not bad.any():
            return
        fault = Words(
            "“{name}”有 {n} 个值不是 0 到 100 的评分，例如 {value}",
            "{n} values of {name!r} are no marks from 0 to 100, such as {value}",
        ).filled(name=one.attribute, n=write_number(int(bad.sum())), value=f"{marks[bad][0]:g}")
        named = cases["case_id"].to_numpy()[bad]
        listed = ", ".join(named[:_MOST_NAMED]) + (" …" if len(named) > _MOST_NAMED else "")
        facts = Words("案例：{cases}", "cases: {cases}").filled(cases=listed)
        hint = Words(
            "在导出中更正，或用 steps: 说明这些值各得多少分",
            "mend them in the export, or say by steps: what such values are worth",
        )
        raise MissingDataError(Fault(self.facts.log.name, fault, facts, hint))


def _stepped(one: Indicator, values: np.ndarray) -> np.ndarray:
    """The mark of the first step that each value fulfils."""
    marks = np.full(len(values), np.nan)
    for step in reversed(one.steps):
        fits = ~np.isnan(values) if step.when is None else step.when.fulfilled(values)
        marks[fits] = step.mark
    return marks
