"""Scorecards of the return visits: three versions with dates, and what a score is worth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import NamedTuple


class SampleScorecard(NamedTuple):
    """A version of the scorecard: weights of its indicators in percent, and the most that extras may add."""

    version: str
    since: date
    weights: Mapping[str, int]
    most_extra: int = 0


CARDS = (
    SampleScorecard("v1", date(2025, 9, 1), {"回访准备": 30, "邮件一": 15, "邮件二": 15, "流程统计": 10, "内容": 30}),
    SampleScorecard(
        "v2",
        date(2025, 11, 3),
        {"资料准备": 20, "方案准备": 20, "邮件一": 10, "邮件二": 10, "流程统计": 10, "内容": 30},
    ),
    SampleScorecard(
        "v3",
        date(2026, 1, 5),
        {"资料准备": 15, "方案准备": 20, "邮件一": 10, "邮件二": 10, "流程统计": 10, "内容": 35},
        most_extra=15,
    ),
)
EXTRA = "加分项"
INDICATORS = ("回访准备", "资料准备", "方案准备", "邮件一", "邮件二", "流程统计", "内容", EXTRA)
_BANDS = ((110, 3.0), (101, 2.5), (85, 2.0), (75, 1.5), (60, 1.0))


def card_for(day: date) -> SampleScorecard:
    """The version in force on a day."""
    return [card for card in CARDS if card.since <= day][-1]


def points(score: float) -> float:
    """What a score is worth: a band begins with its lower border, and from 100 to 101 it is the band below.

    Examples
    --------
    >>> [points(score) for score in (59.9, 60, 75, 85, 100.9, 101, 110)]
    [0.0, 1.0, 1.5, 2.0, 2.0, 2.5, 3.0]
    """
    return next((worth for border, worth in _BANDS if score >= border), 0.0)


def judged_visit(card: SampleScorecard, month: int, *, split: bool, dice: Random) -> dict[str, float]:
    """How a visit is judged, indicator by indicator: better every month, preparation most of all once it is split.

    Parameters
    ----------
    month
        Months since the first scorecard.
    """
    skill = 47 + 4.4 * month + dice.gauss(0, 7)
    marks = {}
    for indicator in card.weights:
        better = 8 if split and "准备" in indicator else 0
        marks[indicator] = float(max(5, min(100, round(skill + better + dice.gauss(0, 6)))))
    if card.most_extra:
        marks[EXTRA] = float(dice.choices((0, 5, 10, card.most_extra), (0.6, 0.2, 0.12, 0.08))[0])
    return marks


def total(card: SampleScorecard, marks: Mapping[str, float]) -> float:
    """The score: the weighted marks and the extras, to one decimal, halves up as a spreadsheet rounds.

    Examples
    --------
    >>> total(SampleScorecard("v", date(2026, 1, 1), {"a": 75, "b": 25}), {"a": 55.0, "b": 56.0})
    55.3
    """
    hundredths = sum(weight * marks[name] for name, weight in card.weights.items())
    return (hundredths + 100 * marks.get(EXTRA, 0) + 5) // 10 / 10
