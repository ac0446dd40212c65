"""Measures of time: throughput, response, processing, waiting, sojourn – as durations or held against a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from procmine.core.text.words import Words
from procmine.kpi.measures.measure_clock import CaseSpans, allowed, lasting, summed_instances
from procmine.kpi.measures.measure_facts import NEVER, MeasureFacts, frame_of
from procmine.kpi.measures.measure_rows import By, MeasureRows
from procmine.kpi.spec.kpi import Measurement

if TYPE_CHECKING:
    import pandas as pd


def throughput(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """From the start of a complete case to its last event, or from one activity to the last of another."""
    cases = facts.population(wanted)
    if wanted.to:
        _, begins = facts.first(facts.activities_of([wanted.from_]), cases)
        _, ends = facts.first(facts.activities_of([wanted.to]), cases, last=True)
        return _timed(facts, wanted, cases, CaseSpans(begins, _not_before(begins, ends)))
    is_over = np.isin(cases.index, facts.complete(cases).index)
    is_open = (cases["state"] == "open").to_numpy() if facts.log.knows_states else np.zeros(len(cases), bool)
    ends = np.where(is_over, cases["end"].to_numpy(), NEVER)
    begins = np.where(is_over | is_open, cases["start"].to_numpy(), NEVER)
    found = _timed(facts, wanted, cases, CaseSpans(begins, ends), by_end=True)
    return found if facts.log.knows_states else MeasureRows(found.frame, found.by, found.overdue, note=_UNKNOWN)


_UNKNOWN = Words(
    "项目未说明案例何时完成，全部案例按完成计", "all cases count as complete: the project does not say which are"
)
_ALL_OPEN = Words(
    "项目未说明案例何时完成，未到达的案例全部按未关闭计",
    "all cases that did not get there count as open: the project does not say which are complete",
)


def response(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """From the first of one activity – the start of the case if none is named – to the first of another after it."""
    cases = facts.population(wanted)
    begins, places = cases["start"].to_numpy(), None
    if wanted.from_:
        places, begins = facts.first(facts.activities_of([wanted.from_]), cases)
    ends = _first_after(facts, facts.activities_of([wanted.to]), cases, places)
    return _timed(facts, wanted, cases, CaseSpans(begins, ends))


def _not_before(begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Ends that lie before their beginning are none."""
    return np.where(ends >= begins, ends, NEVER)


def _first_after(
    facts: MeasureFacts, activities: list[str], cases: pd.DataFrame, places: np.ndarray | None
) -> np.ndarray:
    """The instant of the first event of some activities behind a place in the case."""
    if places is None:
        return facts.first(activities, cases)[1]
    begun = places >= 0
    marks = ibis.memtable(pa.table({"case_index": cases.index.to_numpy(np.int32)[begun], "behind": places[begun]}))
    events = facts.log.events.filter(facts.log.events.activity.isin(activities)).inner_join(marks, "case_index")
    later = events.filter(events.position > events.behind)
    table = later.group_by("case_index").aggregate(position=later.position.min(), timestamp=later.timestamp.min())
    return facts.placed(table, cases)[1]


def _timed(
    facts: MeasureFacts, wanted: Measurement, cases: pd.DataFrame, span: CaseSpans, *, by_end: bool = False
) -> MeasureRows:
    """Durations of the cases that reached the end; with a limit: who kept it, and who is open and overdue."""
    begun = span.begins < NEVER
    reached = begun & (span.ends < NEVER)
    by: By = "completed" if by_end else "started"
    done = lasting(facts, wanted, cases[reached], CaseSpans(span.begins[reached], span.ends[reached]))
    if wanted.within is None:
        return MeasureRows(frame_of(cases[reached], value=done.astype(np.float64)), by)
    limits = allowed(facts, wanted, cases).length
    asked = reached & (limits < NEVER)
    kept = (done <= limits[reached])[asked[reached]]
    frame = frame_of(
        cases[asked], hits=kept.astype(np.float64), units=1.0, value=done[asked[reached]].astype(np.float64)
    )
    still = begun & ~reached & (limits < NEVER) & (span.begins <= facts.cutoff)
    if facts.log.knows_states:
        still &= (cases["state"] == "open").to_numpy()
    waiting = lasting(facts, wanted, cases[still], CaseSpans(span.begins[still], np.full(still.sum(), facts.cutoff)))
    late = frame_of(cases[still][waiting > limits[still]])
    return MeasureRows(frame, by, late, note=_ALL_OPEN if len(late) and not facts.log.knows_states else None)


def processing(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Completion less start, summed over the instances of a case."""
    return _summed(facts, wanted, "start", "timestamp")


def waiting(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Start less arrival, never below zero, summed over the instances of a case."""
    return _summed(facts, wanted, "enabled", "start")


def sojourn(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Completion less arrival, summed over the instances of a case."""
    return _summed(facts, wanted, "enabled", "timestamp")


def _summed(facts: MeasureFacts, wanted: Measurement, begin: str, end: str) -> MeasureRows:
    """A span of each activity instance, summed per case; complete cases only, since others go on."""
    cases = facts.complete(facts.population(wanted))
    sums = summed_instances(facts, wanted, cases, begin, end)
    known = sums.notna().to_numpy()
    values = sums.to_numpy(np.float64)[known]
    if wanted.within is None:
        return MeasureRows(frame_of(cases[known], value=values), "completed")
    limits = allowed(facts, wanted, cases).length[known]
    asked = limits < NEVER
    kept = (values <= limits)[asked].astype(np.float64)
    return MeasureRows(frame_of(cases[known][asked], hits=kept, units=1.0, value=values[asked]), "completed")
