"""The parts that a profile is written of."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from procmine.core.text.spec import OneOrMore, Spec, SpecValueError
from procmine.core.text.words import Words

Texts = Annotated[list[str], OneOrMore]
"""One text or several."""


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, or a fault in words if it is none."""
    try:
        return re.compile(pattern)
    except re.error as error:
        fault = Words("不是正确的正则表达式：{said}", "not a regular expression: {said}").filled(said=str(error))
        raise SpecValueError(fault) from None


class Title(Spec):
    """What a profile is called."""

    zh: str
    en: str

    @property
    def words(self) -> Words:
        """The title in both languages."""
        return Words(self.zh, self.en)


class Milestone(Spec):
    """A column that holds the time of one activity, or a pattern for a family of such columns."""

    columns: Texts = Field(default_factory=list, description="headers of the column, the first that fits is taken")
    pattern: str | None = Field(None, description="regular expression for headers, with a group (?P<stage>…)")
    activity: str = Field("{stage}", description="the activity; {stage} is what the pattern found")
    resource: Texts = Field(default_factory=list, description="headers of the column that says who did it")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None and "stage" not in compiled(pattern).groupindex:
            fault = Words("模式缺少名为 stage 的组", "the pattern has no group called stage")
            raise SpecValueError(fault, "(?P<stage>…)")
        return pattern

    @model_validator(mode="after")
    def _one_way(self) -> Milestone:
        if bool(self.columns) == (self.pattern is not None):
            raise SpecValueError(Words("写 columns 或 pattern 之一", "give either columns or pattern"))
        return self


class CreatedEvent(Spec):
    """The event that opens a case: a row of its own, or made from the time the case was created."""

    activity: str = Field(description="name of the activity")
    markers: Texts = Field(default_factory=list, description="values of `field` that mark the row of creation")


class Doubles(Spec):
    """Rows that tell the same act twice: `drop` is left out where `beside` stands in a row alike.

    With a pattern instead, a value that fits it is left out where one that does not stands in a row alike.
    """

    field: str
    drop: str | None = None
    beside: str | None = None
    pattern: str | None = Field(None, description="regular expression for the whole value")
    same: list[str] = Field(min_length=1)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        return pattern and compiled(pattern).pattern

    @model_validator(mode="after")
    def _one_way(self) -> Doubles:
        values = (self.drop is not None, self.beside is not None)
        if any(values) != all(values) or any(values) == (self.pattern is not None):
            raise SpecValueError(Words("写 drop 与 beside，或写 pattern", "give drop and beside, or a pattern"))
        return self


class Pairs(Spec):
    """Rows that begin and end a stretch of time: each begin goes with the next row alike, if that ends it."""

    field: str = Field(description="the field that says what a row is")
    begin: Texts
    end: Texts
    same: list[str] = Field(min_length=1, description="fields in which the two rows are alike")


class Lookup(Spec):
    """What another file knows of the rows: its columns join the row here that they match."""

    match: dict[str, Texts] = Field(
        min_length=1, description="header in this export: headers of the other file that hold the same"
    )
    take: dict[str, Texts] = Field(
        min_length=1, description="new column, to be used in aliases: its headers in the other file, if it is there"
    )


class InnerJoin(Spec):
    """A list inside the same JSON object that names what a record refers to."""

    at: str = Field(description="path of the list within a case")
    key: str = Field(description="field of the list's items")
    on: str = Field(description="column of the records that holds the key")
    take: dict[str, str] = Field(description="new column: field of the item")


class Records(Spec):
    """Where a JSON export keeps its cases and their records; a path is `a.b`, lists are passed through."""

    cases: Texts = Field(default_factory=list, description="path from the top to a case; the first that is there")
    at: Texts = Field(default_factory=list, description="path within a case to its records; the first that is there")
    joins: list[InnerJoin] = Field(default_factory=list)
    whole: bool = Field(True, description="whether a case comes with all of its records; false where they are pages")
