"""A finding: one thing that a manager should know, with its cases and the working time at stake."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.text.words import CLAUSES, SENTENCES, Words, joined, write_hours
from procmine.insight.findings.finding_kinds import KINDS

if TYPE_CHECKING:
    import pandas as pd

_BESIDES = Words("同一批案例里还有：{titles}。", " In the same cases: {titles}.")


class Finding(NamedTuple):
    """One finding.

    Attributes
    ----------
    kind
        A key of `KINDS`.
    title, sentence
        What a reader remembers, and the numbers behind it.
    cases
        The cases it is in, each once: `case_index` and `lost`, working microseconds at stake in the case.
    about
        Nodes, groups, rules or KPIs it is about.
    person, value
        Who it is mostly about, and the attribute value on which it falls; empty where there is none.
    besides
        Titles of the findings of the same story in the same cases.
    n_among
        How many cases could be in it: of deviations those judged; 0 for all of the log.
    """

    kind: str
    title: Words
    sentence: Words
    cases: pd.DataFrame
    about: tuple[str, ...]
    person: str = ""
    value: str = ""
    besides: tuple[Words, ...] = ()
    n_among: int = 0

    @property
    def full_sentence(self) -> Words:
        """The sentence, and what else is in the same cases."""
        if not self.besides:
            return self.sentence
        return joined([self.sentence, _BESIDES.filled(titles=joined(self.besides, CLAUSES))], SENTENCES)

    @property
    def subject(self) -> tuple[str, ...]:
        """All names that it is about."""
        return tuple(dict.fromkeys(name for name in (*self.about, self.person, self.value) if name))

    @property
    def mark(self) -> str:
        """Its problem mark: a key of `MARKS`."""
        return KINDS[self.kind].mark

    @property
    def lost(self) -> int:
        """Working microseconds at stake in all its cases."""
        return int(self.cases["lost"].sum())

    @property
    def rank(self) -> tuple[object, ...]:
        """What orders findings: most time, problems before targets and changes, most cases, name."""
        return (-self.lost, KINDS[self.kind].order, -len(self.cases), self.title)


def time_words(microseconds: float) -> Words:
    """A length of working time in both languages: never in days, since a day of work is not 24 hours.

    Examples
    --------
    >>> time_words(360_000_000_000)
    Words(zh='100.0 小时', en='100.0 h')
    """
    length = timedelta(microseconds=round(microseconds))
    return Words(write_hours(length, "zh"), write_hours(length, "en"))
