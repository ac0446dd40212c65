"""Start times that a log does not tell, estimated: only when asked, and marked in everything made from them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import ibis

from procmine.core.log.build import CASES, EVENTS
from procmine.core.log.engine import scratch_folder
from procmine.core.text.words import Words
from procmine.performance.ground.instances import instances

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

_PURPOSE = Words("估计开始时间", "Estimating starts")
_ESTIMATE = "__estimate"
"""Named as no attribute is."""


def estimate_starts(log: EventLog) -> EventLog:
    """The same log in which every instance has a start: an estimate where none is recorded.

    An instance began when it was enabled and its resource had completed what it did before, whichever
    was later, and no later than it was completed. What systems do is done at once and keeps nobody busy. Cases
    begin with the first start. Where the resource is not known there is no estimate. Processing times made from
    estimates are too long by whatever else kept people busy, and waiting times too short: results say that they
    rest on estimates.

    Raises
    ------
    MissingDataError
        If the log names no resources.

    Examples
    --------
    >>> import procmine as pm
    >>> log = pm.estimate_starts(pm.six_cases())
    >>> log.has_estimated_starts, "start" in log.events.columns
    (True, True)

    References
    ----------
    Chapela-Campa and Dumas, Enhancing business process simulation models with extraneous activity delays,
    Information Systems 2024 (the latest of enabled time and availability of the resource).
    """
    log.require("resource", _PURPOSE)
    table = instances(dataclasses.replace(log, cases=log.all_cases))
    is_system = table.is_system.fill_null(False) if "is_system" in table.columns else ibis.literal(False)
    before = ibis.window(
        group_by="resource", order_by=["timestamp", "case_index", "position"], preceding=(None, 1), following=None
    )
    free = ibis.ifelse(is_system, ibis.null("timestamp"), table.timestamp).max().over(before)
    latest = ibis.least(ibis.greatest(table.enabled, ibis.coalesce(free, table.enabled)), table.timestamp)
    latest = ibis.ifelse(is_system, table.timestamp, latest)
    estimate = ibis.ifelse(table.resource.notnull(), latest, ibis.null())
    events = log.all_events
    joined = events.left_join(
        table.select("case_index", "position", **{_ESTIMATE: estimate}), ["case_index", "position"]
    )
    start = ibis.coalesce(joined.start, joined[_ESTIMATE]) if "start" in events.columns else joined[_ESTIMATE]
    marked = joined.mutate(start=start).select(*dict.fromkeys([*events.columns, "start"]))
    written = _written(marked.order_by("case_index", "position"), EVENTS)
    return dataclasses.replace(log, all_events=written, **_cases(log, written), has_estimated_starts=True)


def _cases(log: EventLog, events: ir.Table) -> dict[str, ir.Table]:
    """The cases, which now begin with their first start."""
    begun = ibis.ifelse(events.start < events.timestamp, events.start, events.timestamp)
    first = events.mutate(begun=begun).group_by("case_index").aggregate(**{_ESTIMATE: lambda table: table.begun.min()})
    joined = log.all_cases.left_join(first, "case_index").mutate(start=lambda table: table[_ESTIMATE])
    every = _written(joined.select(*log.all_cases.columns).order_by("case_index"), CASES)
    kept = every if log.cases is log.all_cases else every.semi_join(log.cases, "case_index")
    return {"all_cases": every, "cases": kept}


def _written(table: ir.Table, name: str) -> ir.Table:
    path = str(scratch_folder() / name)
    table.to_parquet(path)
    return table.get_backend().read_parquet(path)
