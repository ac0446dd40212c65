"""How long it took, and how long it may: natural time, or working time less the pauses."""

from __future__ import annotations

from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd

from procmine.conformance.judging.time_limits import CaseLimits, Clocks, limits_of
from procmine.conformance.standard.limits import LimitByClass
from procmine.core.clock.calendar import Sla
from procmine.core.clock.workclock import WorkClock, clock_of
from procmine.core.log.engine import fetch
from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words
from procmine.kpi.measures.measure_facts import NEVER, MeasureFacts
from procmine.kpi.spec.kpi import Measurement
from procmine.performance.ground.instances import instances


class CaseSpans(NamedTuple):
    """Beginning and end of something, per case: µs since 1970; `NEVER` where it did not come."""

    begins: np.ndarray
    ends: np.ndarray


def allowed(facts: MeasureFacts, wanted: Measurement, cases: pd.DataFrame) -> CaseLimits:
    """The limit of each case in µs, `NEVER` for none, and whether it counts natural time; all `NEVER` without `within`."""
    within = wanted.within
    if within is None:
        return CaseLimits(np.full(len(cases), NEVER), np.full(len(cases), wanted.clock == "natural"))
    known = cases
    if isinstance(within, LimitByClass):
        known = cases.assign(**{within.by: facts.attribute(within.by).reindex(cases.index)})
    found = limits_of(within, known, facts.clocks.day)
    return CaseLimits(np.where(found.length < 0, NEVER, found.length), found.is_natural)


def lasting(facts: MeasureFacts, wanted: Measurement, cases: pd.DataFrame, span: CaseSpans) -> np.ndarray:
    """How long it took, µs: with a limit by the clock of the limit, less pauses; else by the measurement's own clock.

    Raises
    ------
    MissingDataError
        If working time is asked for and the project has no calendar.
    """
    index = cases.index.to_numpy(np.int64)
    if wanted.within is not None:
        return facts.clocks.took(index, *span, allowed(facts, wanted, cases).is_natural)
    if wanted.clock == "natural":
        natural: np.ndarray = span.ends - span.begins
        return natural
    return Clocks(facts.log, _without_pauses(facts)).took(index, *span, np.zeros(len(index), bool))


def _without_pauses(facts: MeasureFacts) -> Sla:
    calendar = facts.settings.sla.calendar
    if calendar is None:
        fault = Words("没有工作日历，无法按工作时间计算", "there is no calendar to measure working time in")
        hint = Words(
            "在 project.yml 中写 calendar:，或写 clock: natural", "write calendar: in project.yml, or clock: natural"
        )
        raise MissingDataError(Fault(facts.log.name, fault, hint=hint))
    return Sla(calendar=calendar)


def _is_natural(facts: MeasureFacts, wanted: Measurement, cases: pd.DataFrame) -> np.ndarray:
    """Whether the instances of each case are summed in natural time: by the case's limit, else the measurement's clock."""
    natural = allowed(facts, wanted, cases).is_natural
    return natural | (wanted.within is not None and facts.settings.sla.calendar is None)


def summed_instances(facts: MeasureFacts, wanted: Measurement, cases: pd.DataFrame, begin: str, end: str) -> pd.Series:
    """The time between two instants of every activity instance, never below zero, summed per case: µs, NaN without one.

    Pauses stand between instances, not in them.
    """
    if wanted.measure_record.starts_for is not None:
        facts.log.require("start", wanted.measure_record.starts_for)
    natural = _is_natural(facts, wanted, cases)
    found = pd.Series(np.nan, index=cases.index)
    for of_these, calendar in ((natural, False), (~natural, True)):
        if of_these.any():
            clock = clock_of(facts.log, _without_pauses(facts).calendar if calendar else None)
            sums = _sums(facts, wanted, clock, begin, end)
            found[of_these] = sums.reindex(cases.index[of_these]).to_numpy()
    return found


def _sums(facts: MeasureFacts, wanted: Measurement, clock: WorkClock, begin: str, end: str) -> pd.Series:
    table = instances(facts.log)
    if wanted.node:
        table = table.filter(table.activity.isin(facts.activities_of(wanted.node)))
    table = table.filter(table[begin].notnull() & table[end].notnull())
    later = table.mutate(until=ibis.greatest(table[begin], table[end]))
    timed = clock.with_between(later, begin, "until", "span")
    sums = timed.group_by("case_index").aggregate(total=timed.span.sum())
    return fetch(sums).set_index("case_index")["total"].astype("int64")


def worked(facts: MeasureFacts, wanted: Measurement) -> pd.DataFrame:
    """Processing time per case and role (or hourly cost, where the list of staff gives it): case_index, key, worked (µs)."""
    purpose, by = wanted.measure_record.starts_for or wanted.measure_record.title, facts.settings.rate_column or "role"
    facts.log.require("start", purpose)
    facts.log.require(by, purpose)
    events = facts.log.events.filter(facts.log.events.start.notnull())
    length = events.timestamp.delta(events.start, unit="microsecond")
    spans = events.select("case_index", key=events[by].cast("string"), span=length.clip(lower=0))
    sums = spans.group_by("case_index", "key").aggregate(worked=spans.span.sum())
    return fetch(sums.order_by("case_index", "key"))
