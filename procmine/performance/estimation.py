"""Start times that a log does not tell, estimated: only when asked, and marked in everything made from them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from procmine.core.build import EVENTS
from procmine.core.engine import scratch_folder
from procmine.core.words import Words
from procmine.performance.instances import instances

if TYPE_CHECKING:
    from procmine.core.eventlog import EventLog

_PURPOSE = Words("估计开始时间", "Estimating starts")


def estimate_starts(log: EventLog) -> EventLog:
    """The same log in which every instance has a start: an estimate where none is recorded.

    An instance began when it was enabled and its resource had completed what it did before, whichever
    was later, and no later than it was completed. Systems do what they do at once. Where the resource is
    not known there is no estimate. Processing times made from estimates are too long by whatever else
    kept people busy, and waiting times too short: results say that they rest on estimates.

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
    import ibis

    log.require("resource", _PURPOSE)
    table = instances(dataclasses.replace(log, cases=log.all_cases))
    order = ibis.window(group_by="resource", order_by=["timestamp", "case_index", "position"])
    free = table.timestamp.lag().over(order)
    latest = ibis.least(ibis.greatest(table.enabled, ibis.coalesce(free, table.enabled)), table.timestamp)
    if "is_system" in table.columns:
        latest = ibis.ifelse(table.is_system.fill_null(False), table.timestamp, latest)
    found = table.select("case_index", "position", estimated=ibis.ifelse(table.resource.notnull(), latest, ibis.null()))
    events = log.all_events
    joined = events.left_join(found, ["case_index", "position"])
    start = ibis.coalesce(joined.start, joined.estimated) if "start" in events.columns else joined.estimated
    marked = joined.mutate(start=start).select(*dict.fromkeys([*events.columns, "start"]))
    path = scratch_folder() / EVENTS
    marked.order_by("case_index", "position").to_parquet(str(path))
    written = log.all_events.get_backend().read_parquet(str(path))
    return dataclasses.replace(log, all_events=written, has_estimated_starts=True)
