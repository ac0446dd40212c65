"""Findings about the standard: what is left out, added, moved, done again, by whom, too late, against a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from procmine.conformance.judging.rule_people import PURPOSES
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.text.words import SENTENCES, Words, joined, write_number, write_share
from procmine.insight.findings.finding import Finding, time_words
from procmine.insight.findings.finding_kinds import KINDS
from procmine.insight.findings.log_facts import Doer, LogFacts, since_words, where_words

if TYPE_CHECKING:
    from procmine.conformance.views.conformance import Conformance

LEAST_SHARE, LEAST_CASES = 0.01, 5
STANDS_OUT, MOST_OF_IT = 1.5, 0.6


def deviation_findings(facts: LogFacts) -> Iterator[Finding]:
    """A finding per kind and subject that at least one case in a hundred, and five, deviate by.

    What is unexpected or repeated costs the working time from the event before; what is late, the part of the
    node's working time that lies beyond the limit. Other deviations cost no time by themselves.
    """
    found = facts.conformance
    if found is None:
        return
    ledger = found.ledger[~found.ledger["is_allowed"]]
    if ledger.empty:
        return
    index = pd.Series(found.deviations.cases.frame["case_index"].to_numpy(), found.deviations.cases.frame["case_id"])
    ledger = ledger.assign(case_index=ledger["case_id"].map(index).astype("int64"))
    for (kind, subject), rows in ledger.groupby(["kind", "subject"], sort=True):
        if rows["case_index"].nunique() >= max(LEAST_CASES, LEAST_SHARE * found.n_cases):
            yield _finding(facts, str(kind), str(subject), rows, found)


def _finding(facts: LogFacts, kind: str, subject: str, rows: pd.DataFrame, found: Conformance) -> Finding:
    placed = rows[rows["position"] > 0] if KINDS[kind].looks_for_doer else rows[:0]
    places = facts.rows(placed["case_index"].to_numpy("int64"), placed["position"].to_numpy("int64"))
    cases = (
        rows[["case_index"]]
        .assign(lost=_lost(facts, kind, rows, found))
        .groupby("case_index", as_index=False)["lost"]
        .sum()
    )
    doer = facts.doer(places) if len(places) else None
    names = doer is not None and doer.share >= MOST_OF_IT and (
        _is_about_people(kind, subject, found) or doer.share >= STANDS_OUT * doer.expected
    )  # fmt: skip
    alike = _alike(found, cases)
    where = None if names else facts.where(cases, alike)
    since = facts.since(cases, alike)
    share = write_share(len(cases) / max(found.n_cases, 1))
    title = KINDS[kind].title.filled(what=subject, share=share)
    parts = [_counted(kind, cases, len(rows)), since_words(since), where_words(where)]
    if doer is not None and names:
        parts.insert(1, _who(doer))
    person = doer.name if doer is not None and names else ""
    value = where.value if where else ""
    return Finding(kind, title, joined(parts, SENTENCES), cases, (subject,), person, value, n_among=found.n_cases)


def _is_about_people(kind: str, subject: str, found: Conformance) -> bool:
    """Whether a deviation is of people and not of order or time: who did it is told even where nobody else does it."""
    rules = (rule for group in found.groups for rule in group.version.rules)
    titles = (rule.title.say(found.language) for rule in rules if rule.kind in PURPOSES)
    about = DEVIATION_KINDS[kind].about_people
    return about == "always" or (about == "by rule" and subject in titles)


def _alike(found: Conformance, cases: pd.DataFrame) -> pd.Index:
    """The cases judged by the same versions and operating paths: only they could deviate so."""
    judged = found.deviations.cases.frame
    groups = judged.loc[judged["case_index"].isin(cases["case_index"]), "group"].unique()
    return pd.Index(judged.loc[judged["group"].isin(groups), "case_index"].to_numpy())


def _lost(facts: LogFacts, kind: str, rows: pd.DataFrame, found: Conformance) -> pd.Series:
    if KINDS[kind].cost == "since_before":
        at = facts.rows(rows["case_index"].to_numpy("int64"), rows["position"].to_numpy("int64"))
        return pd.Series(facts.time_into(at), index=rows.index)
    if KINDS[kind].cost == "beyond_limit":
        return _beyond(facts, rows, found)
    return pd.Series(np.zeros(len(rows), "int64"), index=rows.index)


def _beyond(facts: LogFacts, rows: pd.DataFrame, found: Conformance) -> pd.Series:
    """Working time of each late node beyond its limit: as much of it as the limit's own clock counts beyond it."""
    times, late = found.times, found.times.is_late
    index = found.deviations.cases.index[times.case[late]]
    working = facts.clock.between(times.arrival[late], times.end[late])
    part = (times.elapsed[late] - times.limit[late]) / np.maximum(times.elapsed[late], 1)
    keys = pd.MultiIndex.from_arrays([index, times.last_place[late]])
    lost = pd.Series(np.round(working * part).astype("int64"), index=keys).groupby(level=[0, 1]).max()
    asked = pd.MultiIndex.from_arrays([rows["case_index"], rows["position"]])
    return pd.Series(lost.reindex(asked).fillna(0).astype("int64").to_numpy(), index=rows.index)


def _counted(kind: str, cases: pd.DataFrame, n_times: int) -> Words:
    lost = float(cases["lost"].sum())
    n, times = write_number(len(cases)), write_number(n_times)
    if KINDS[kind].cost == "beyond_limit":
        text = Words("{n} 个案例，超出时限共 {lost}。", "{n} cases, {lost} beyond the limit in all.")
    elif lost > 0:
        text = Words("{n} 个案例共 {times} 次，用去 {lost}。", "{n} cases, {times} times, which take {lost}.")
    elif n == times:
        text = Words("{n} 个案例。", "{n} cases.")
    else:
        text = Words("{n} 个案例共 {times} 次。", "{n} cases, {times} times.")
    return text.filled(n=n, times=times, lost=time_words(lost))


def _who(doer: Doer) -> Words:
    text = Words("{share} 由{name}办理。", " {share} of it is done by {name}.")
    return text.filled(share=write_share(doer.share), name=doer.name)
