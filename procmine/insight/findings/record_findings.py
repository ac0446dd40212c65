"""Findings about the records themselves: events that are told twice, and dates that are a day off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.text.words import Words, write_number
from procmine.discovery.misdated import misdated
from procmine.insight.findings.finding import Finding
from procmine.insight.findings.finding_kinds import KINDS
from procmine.insight.findings.log_facts import LogFacts

LEAST_CASES = 5


def record_findings(facts: LogFacts) -> Iterator[Finding]:
    """Records of an activity that are written twice, and records a day off: each in five cases or more."""
    return chain(_written_twice(facts), _day_off(facts))


def _day_off(facts: LogFacts) -> Iterator[Finding]:
    """Events whose times fit their case a day later or earlier (`misdated`); needs recorded arrivals."""
    if "enabled" not in facts.log.events.columns:
        return
    off = misdated(facts.log, calendar=facts.calendar)
    cases = pd.DataFrame({"case_index": sorted(set(off.case_index)), "lost": 0})
    if len(cases) < LEAST_CASES:
        return
    title = KINDS["records"].titles["day_off"]
    text = Words(
        "{n} 个案例里有时间与前后步骤矛盾、移动一天就吻合的记录；次序和等待时长因此失真。",
        "{n} cases have a record whose times contradict the rest and fit a day later or earlier; order and waiting are wrong for it.",
    ).filled(n=write_number(len(cases)))
    yield Finding("records", title, text, cases, tuple(off.table["activity"].mode().head(1)))


def _written_twice(facts: LogFacts) -> Iterator[Finding]:
    """Activities whose event stands twice in a row with the same times, by the same person, in five cases or more."""
    events = facts.events
    columns = {name: events[name].to_numpy() for name in ("case_index", "activity", "done")}
    same = np.zeros(len(events), dtype=bool)
    if len(events):
        same[1:] = np.logical_and.reduce([values[1:] == values[:-1] for values in columns.values()])
        who = events["resource"].astype("str").to_numpy()
        same[1:] &= who[1:] == who[:-1]
    for name in {"start", "enabled"} & {*facts.log.events.columns} if same.any() else ():
        same &= _as_before(facts, name)
    twice = events[same]
    for activity, rows in twice.groupby("activity", sort=True):
        cases = rows[["case_index"]].drop_duplicates().assign(lost=0).reset_index(drop=True)
        if len(cases) < LEAST_CASES:
            continue
        title = KINDS["records"].titles["twice"].filled(what=activity)
        text = Words(
            "{n} 个案例里有完全相同的两条；次数和工作量因此被高估。",
            "{n} cases have two that are alike in everything; counts and workload are too high for it.",
        ).filled(n=write_number(len(cases)))
        yield Finding("records", title, text, cases, (str(activity),))


def _as_before(facts: LogFacts, name: str) -> np.ndarray:
    """Whether a time of each event is that of the event before, or neither has one."""
    table = facts.log.events.order_by("case_index", "position").select(name)
    times = fetch(table)[name].to_numpy("datetime64[us]").astype(np.int64)
    return np.concatenate([[False], times[1:] == times[:-1]])
