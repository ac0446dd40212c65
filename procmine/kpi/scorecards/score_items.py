"""The items of a scorecard – indicators, bonus, veto, adjustments: where each value comes from and what it is worth."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from procmine.core.text.spec import OneOrMore, Share, Spec, SpecValueError
from procmine.core.text.words import Words
from procmine.kpi.spec.comparison import Compared, Comparison
from procmine.kpi.spec.kpi import Measurement, unit_fault
from procmine.kpi.spec.measure import Kind

Names = Annotated[list[str], OneOrMore]
_STEPS = Words(
    '例如 steps: [{{when: "{when}", mark: 100}}, {{mark: 50}}]',
    'for example steps: [{{when: "{when}", mark: 100}}, {{mark: 50}}]',
)


class MarkStep(Spec):
    """What a measured value is worth: the first step that it fulfils counts."""

    when: Compared | None = Field(None, description='"<= 8 h", ">= 90 %"; left out: everything else')
    mark: float = Field(ge=0, le=100, description="mark from 0 to 100")


class ScoreItem(Spec):
    """Where a value comes from: the score sheet, an attribute of the case, or a measure of the log."""

    name: str = Field(description="name of the item; also its column in the score sheet if no other source is given")
    column: str = Field("", description="column of the score sheet")
    attribute: str = Field("", description="attribute of the case")
    measure: Measurement | None = Field(None, description="a measure of the log, as in a KPI")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum((bool(self.column), bool(self.attribute), self.measure is not None)) > 1:
            fault = Words("“{name}”有多个来源", "{name!r} has several sources").filled(name=self.name)
            raise SpecValueError(
                fault, Words("column、attribute、measure 只写一个", "give one of column, attribute, measure")
            )
        return self

    @property
    def sheet_column(self) -> str:
        """Its column in the score sheet; empty where it comes from the log."""
        return "" if self.attribute or self.measure is not None else self.column or self.name

    @property
    def kind(self) -> Kind:
        """What its values are: those of its measure; sheets and attributes hold bare numbers."""
        return "number" if self.measure is None else self.measure.kind

    def _comparable(self, *conditions: Comparison | None) -> None:
        for one in conditions:
            fault = None if one is None else unit_fault(f"{self.name} when", one, self.kind)
            if fault is not None:
                raise SpecValueError(*fault)


class Indicator(ScoreItem):
    """A weighted indicator: marked from 0 to 100."""

    weight: Share = Field(gt=0, le=1, description="its share of the score, for example 30 %")
    steps: list[MarkStep] = Field(default_factory=list, description="what a measured value is worth, first fit counts")
    instead: Names = Field(
        default_factory=list,
        description="columns whose mean mark stands for its own where it was not judged yet (what-if)",
    )

    @model_validator(mode="after")
    def _gives_marks(self) -> Self:
        self._comparable(*(step.when for step in self.steps))
        if self.measure is not None and self.kind != "share" and not self.steps:
            fault = Words(
                "“{name}”的度量“{measure}”不是占比，需要 steps: 才能得出 0 到 100 的评分",
                "the measure {measure!r} of {name!r} is no share: it needs steps: to become a mark from 0 to 100",
            )
            hint = _STEPS.filled(when="<= 8 h" if self.kind == "duration" else "<= 2")
            raise SpecValueError(fault.filled(name=self.name, measure=self.measure.measure), hint)
        return self


class Bonus(ScoreItem):
    """Something that adds to the score (or, with a negative `most`, takes off)."""

    most: float | None = Field(
        None, description="the most it may add; negative: the most it may take off, whatever the sign of its values"
    )

    @model_validator(mode="after")
    def _adds_points(self) -> Self:
        if self.kind == "duration":
            fault = Words("“{name}”是时长，不能加到得分上", "{name!r} is a duration, which cannot be added to a score")
            hint = Words("写成带 steps: 的指标，或用 within: 变为占比",
                         "make it an indicator with steps:, or a share by within:")  # fmt: skip
            raise SpecValueError(fault.filled(name=self.name), hint)
        return self


class Veto(ScoreItem):
    """Something that sets the score, whatever the indicators say, given or not; of several, the lowest counts."""

    when: Compared = Field(description='when it applies, for example ">= 1"')
    score: float = Field(0, description="the score it sets")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        self._comparable(self.when)
        return self


class Adjustment(ScoreItem):
    """What a case adds to, or takes from, the points of the person, beside its score."""

    when: Compared = Field(description='when it applies, for example "<= 2"')
    points: float = Field(description="points, negative to take off")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        self._comparable(self.when)
        return self
