"""Findings that tell the same story become one: the one with most at stake speaks, the others lend their numbers."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from procmine.core.text.words import SENTENCES, Words, joined
from procmine.insight.findings.finding import Finding
from procmine.insight.findings.finding_kinds import KINDS, Story

ALIKE = 0.7
_ALSO = Words("另外，{title}：{sentence}", " Moreover, {title}: {sentence}")


def merge_same_stories(found: Iterable[Finding]) -> list[Finding]:
    """The findings, those of one story as one.

    One story are: movements – repeated, unexpected, to and fro – of which one is in mostly the same cases as the
    other; causes of waiting with one person; wrong roles and broken rules of one person, or in mostly the
    same cases; and deviations at one node. Times at stake add up where they are different time: causes of one
    person. Elsewhere they overlap – a node that is done again is late by the same time – and the larger counts
    in each case.
    """
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: one.rank):
        place = next((i for i, other in enumerate(kept) if is_one_story(one, other)), None)
        if place is None:
            kept.append(one)
        else:
            kept[place] = _together(kept[place], one)
    return kept


def is_one_story(one: Finding, other: Finding) -> bool:
    """Whether two findings are told as one."""
    shared = _stories(one, other)
    if "person" in shared or ("integrity" in shared and one.person == other.person != ""):
        return one.person == other.person
    if "node" in shared and one.about[0] == other.about[0]:
        return True
    return bool(shared & {"movement", "integrity"}) and _in_mostly_the_same_cases(one, other)


def _stories(one: Finding, other: Finding) -> frozenset[Story]:
    """The stories that both kinds may be part of."""
    return KINDS[one.kind].stories & KINDS[other.kind].stories


def _in_mostly_the_same_cases(one: Finding, other: Finding) -> bool:
    mine, theirs = set(one.cases["case_index"]), set(other.cases["case_index"])
    return len(mine & theirs) >= ALIKE * min(len(mine), len(theirs))


def _together(chief: Finding, other: Finding) -> Finding:
    shared = _stories(chief, other)
    moves = "movement" in shared
    also = Words("", "") if moves else _ALSO.filled(title=other.title, sentence=other.sentence)
    adds_up = "person" in shared
    lent = [name for name in (other.person, other.value) if name and name not in chief.subject]
    return chief._replace(
        sentence=joined([chief.sentence, also], SENTENCES),
        besides=(*chief.besides, *([other.title] if moves else []), *other.besides),
        cases=_cases(chief.cases, other.cases, "sum" if adds_up else "max"),
        about=tuple(dict.fromkeys((*chief.about, *other.about, *lent))),
        n_among=max(chief.n_among, other.n_among) if chief.n_among and other.n_among else 0,
    )


def _cases(chief: pd.DataFrame, other: pd.DataFrame, how: str) -> pd.DataFrame:
    both = pd.concat([chief, other])
    return both.groupby("case_index", as_index=False)["lost"].agg(how).astype({"lost": "int64"})
