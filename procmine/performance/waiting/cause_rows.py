"""The activity instances that waiting is told of: those whose start and resource are known, with their causes."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from procmine.core.clock.calendar import WorkCalendar
from procmine.core.clock.personal_clocks import PersonalClocks, personal_clocks
from procmine.core.log.engine import fetch
from procmine.performance.ground.instances import instances
from procmine.performance.waiting.cause_records import CAUSES
from procmine.performance.waiting.cause_split import InstanceArrays, split_waiting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.log.eventlog import EventLog


def cause_rows(
    log: EventLog, calendar: WorkCalendar | None, gap: timedelta, *, in_hours: bool = False
) -> tuple[pd.DataFrame, PersonalClocks]:
    """The instances of the log's cases with waiting, processing and causes in µs, and the clocks of their resources.

    All of what was imported is split, whatever a filter keeps: what a resource did elsewhere is why we waited.
    With `in_hours` causes are measured in the hours of the resource (`<cause>_working`) beside natural time.
    """
    whole = dataclasses.replace(log, cases=log.all_cases)
    frame = _instances(whole)
    numbers, names = pd.factorize(frame["resource"], sort=True)
    clocks = clocks_of(whole, calendar, names.tolist())
    work = _work(frame, numbers.astype(np.int64))
    found = split_waiting(work, clocks if calendar is not None else None, gap // timedelta(microseconds=1))
    columns = {cause: found.causes[cause] for cause in CAUSES}
    if in_hours:
        hours = split_waiting(work, clocks, gap // timedelta(microseconds=1), in_hours=True)
        columns |= {f"{cause}_working": hours.causes[cause] for cause in CAUSES}
    rows = frame.assign(
        waiting=work.start - work.enabled,
        processing=np.maximum(work.end - work.start, 0),
        batch=found.batch,
        batch_size=_sizes(found.batch),
        **columns,
    )
    return rows[_kept(log, rows["case_index"].to_numpy())], clocks


def _sizes(batch: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.bincount(batch)[batch] if len(batch) else batch


def _instances(log: EventLog) -> pd.DataFrame:
    table = instances(log)
    enablers = table.select("case_index", enabled_by="position", source="activity", source_resource="resource")
    known = table.filter(table.start.notnull() & table.resource.notnull())
    joined = known.left_join(enablers, ["case_index", "enabled_by"]).left_join(
        log.all_cases.select("case_index", "case_id"), "case_index"
    )
    columns = ("case_index", "position", "case_id", "source", "source_resource", "activity", "resource")
    return fetch(joined.select(*columns, "enabled", "start", "timestamp").order_by("case_index", "position"))


def _work(frame: pd.DataFrame, resource: NDArray[np.int64]) -> InstanceArrays:
    activity, names = pd.factorize(frame["activity"], sort=True)
    enabled, start, end = (
        frame[name].astype("datetime64[us]").astype("int64").to_numpy() for name in ("enabled", "start", "timestamp")
    )
    desk = resource * max(len(names), 1) + activity
    return InstanceArrays(resource, desk, np.minimum(enabled, start), start, end)


def clocks_of(log: EventLog, calendar: WorkCalendar | None, resources: list[str]) -> PersonalClocks:
    """The clocks of resources in the order given; a resource belongs to the group it is mostly told in.

    Systems, all of whose events are automatic, work round the clock.
    """
    events, columns = log.all_events, log.all_events.columns
    group: dict[str, str] = {}
    if calendar is not None and "group" in columns:
        counted = events.filter(events.resource.notnull() & events.group.notnull()).group_by("resource", "group")
        frame = fetch(counted.aggregate(n=lambda t: t.count()))
        frame = frame.sort_values(["n", "group"], ascending=[True, False])
        group = dict(zip(frame["resource"], frame["group"], strict=True))
    systems: set[str] = set()
    if "is_system" in columns:
        # Approvals that pass by themselves are told under the person's name: only who is never a person is a system.
        known = events.filter(events.is_system.notnull() & events.resource.notnull())
        always = fetch(known.group_by("resource").aggregate(always=known.is_system.all()))
        systems = set(always["resource"][always["always"].astype(bool)])
    members = [(log.real_names.get(name, name), group.get(name)) for name in resources]
    return personal_clocks(log, calendar, members, systems={log.real_names.get(name, name) for name in systems})


def _kept(log: EventLog, case_index: NDArray[np.int64]) -> NDArray[np.bool_]:
    if log.cases is log.all_cases:
        return np.ones(len(case_index), dtype=bool)
    kept = log.cases.select("case_index").to_pyarrow()["case_index"].to_numpy()
    return np.isin(case_index, kept)
