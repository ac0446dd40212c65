"""Findings about movement: cases that go to and fro, and work done again where no standard says what is allowed."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from procmine.core.text.words import SENTENCES, Words, joined, write_number, write_share
from procmine.insight.findings.finding import Finding, time_words
from procmine.insight.findings.finding_kinds import KINDS
from procmine.insight.findings.log_facts import LogFacts, since_words, where_words
from procmine.performance.movement.ping_pong import By, ping_pong
from procmine.performance.movement.self_loops import self_loops

LEAST_SHARE, LEAST_CASES = 0.01, 5


def movement_findings(facts: LogFacts) -> Iterator[Finding]:
    """Ping-pong between activities and between groups; without a standard, activities that are done again."""
    yield from _ping_pong(facts, "activity")
    if "group" in facts.log.all_events.columns:
        yield from _ping_pong(facts, "group")
    if not facts.versions:
        yield from _rework(facts)


def _is_worth_telling(facts: LogFacts, cases: pd.DataFrame) -> bool:
    return len(cases) >= max(LEAST_CASES, LEAST_SHARE * facts.log.n_cases)


def _ping_pong(facts: LogFacts, by: By) -> Iterator[Finding]:
    result = ping_pong(facts.log, by=by, calendar=facts.calendar)
    if result.found is None:
        return
    column = "time" if facts.calendar is None else "working"
    for (one, other), rows in result.found.groupby(["one", "other"], sort=True):
        cases = (
            rows.groupby("case")[column].sum().astype("int64").rename("lost").rename_axis("case_index").reset_index()
        )
        if not _is_worth_telling(facts, cases):
            continue
        where = facts.where(cases)
        text = Words(
            "{n} 个案例来回两次以上，共转手 {turns} 次，用去 {lost}。",
            "{n} cases go to and fro twice or more, {turns} turns in all, which take {lost}.",
        ).filled(
            n=write_number(len(cases)),
            turns=write_number(int(rows["n_turns"].sum())),
            lost=time_words(float(cases["lost"].sum())),
        )
        sentence = joined([text, since_words(facts.since(cases)), where_words(where)], SENTENCES)
        title = KINDS["ping_pong"].title.filled(one=_name(one, by), other=_name(other, by))
        value = where.value if where else ""
        yield Finding("ping_pong", title, sentence, cases, (str(one), str(other)), value=value)


def _name(name: object, by: By) -> Words:
    return Words(f"“{name}”", str(name)) if by == "activity" else Words(str(name), str(name))


def _rework(facts: LogFacts) -> Iterator[Finding]:
    """Every event of an activity that is not the first of it in its case; what may be further signatures is none."""
    events = facts.events
    same = (events["case_index"] == events["case_index"].shift()) & (events["activity"] == events["activity"].shift())
    usual = self_loops(facts.log).usual if "resource" in facts.log.all_events.columns else ()
    signed = same & events["activity"].isin(facts.log.countersigned.union(usual))
    again = (events.duplicated(["case_index", "activity"]) & ~signed).to_numpy()
    rows = again.nonzero()[0]
    frame = pd.DataFrame(
        {
            "case_index": events["case_index"].to_numpy()[rows],
            "activity": events["activity"].to_numpy()[rows],
            "lost": facts.time_into(rows),
        }
    )
    for activity, mine in frame.groupby("activity", sort=True):
        cases = mine.groupby("case_index", as_index=False)["lost"].sum()
        if not _is_worth_telling(facts, cases):
            continue
        where = facts.where(cases)
        text = Words(
            "{n} 个案例共重做 {times} 次，用去 {lost}。", "{n} cases, {times} times, which take {lost}."
        ).filled(n=write_number(len(cases)), times=write_number(len(mine)), lost=time_words(float(cases["lost"].sum())))
        title = KINDS["rework"].title.filled(what=activity, share=write_share(len(cases) / facts.log.n_cases))
        value = where.value if where else ""
        sentence = joined([text, since_words(facts.since(cases)), where_words(where)], SENTENCES)
        yield Finding("rework", title, sentence, cases, (str(activity),), value=value)
