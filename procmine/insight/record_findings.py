"""Findings about the records themselves: events that are told twice."""

from __future__ import annotations

from collections.abc import Iterator

from procmine.core.words import Words, write_number
from procmine.insight.finding import Finding
from procmine.insight.grounds import Grounds

LEAST_CASES = 5


def record_findings(grounds: Grounds) -> Iterator[Finding]:
    """Activities whose event stands twice in a row at the same instant, by the same person, in five cases or more."""
    import numpy as np

    events = grounds.events
    columns = {name: events[name].to_numpy() for name in ("case_index", "activity", "done")}
    same = np.zeros(len(events), dtype=bool)
    if len(events):
        same[1:] = np.logical_and.reduce([values[1:] == values[:-1] for values in columns.values()])
        who = events["resource"].astype("str").to_numpy()
        same[1:] &= who[1:] == who[:-1]
    twice = events[same]
    for activity, rows in twice.groupby("activity", sort=True):
        cases = rows[["case_index"]].drop_duplicates().assign(lost=0).reset_index(drop=True)
        if len(cases) < LEAST_CASES:
            continue
        title = Words("“{what}”的记录写了两遍", "records of {what} are written twice").filled(what=activity)
        said = Words(
            "{n} 个案例里有完全相同的两条；次数和工作量因此被高估。",
            "{n} cases have two that are alike in everything; counts and workload are too high for it.",
        ).filled(n=write_number(len(cases)))
        yield Finding("records", title, said, cases, (str(activity),))
