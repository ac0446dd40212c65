"""Measures of the standard: time limits kept, cases and events that conform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words
from procmine.kpi.measures.measure_facts import MeasureFacts
from procmine.kpi.measures.measure_rows import MeasureRows
from procmine.kpi.spec.kpi import Measurement

if TYPE_CHECKING:
    from procmine.conformance.judging.deviations import JudgedCases
    from procmine.conformance.judging.judged_groups import Group
    from procmine.conformance.judging.node_times import NodeTimes
    from procmine.conformance.views.conformance import Conformance


def within_limit(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Executions of nodes with a limit that kept it, of those that ended; open ones beyond their limit beside them.

    Raises
    ------
    MissingDataError
        If the standard sets no limit.
    """
    table = _executions(facts.conformance)
    if table.empty:
        fault = Words("标准流程没有节点时限", "the standard sets no time limit for a node")
        hint = Words("在 standard.yml 的节点上写 within:", "write within: with a node of standard.yml")
        raise MissingDataError(Fault(facts.log.name, fault, hint=hint))
    mine = table[table["case_index"].isin(facts.population(wanted).index)]
    if wanted.node:
        mine = mine[mine["node"].isin(wanted.node)]
    done = mine[mine["is_done"]]
    hits = (~done["is_late"]).to_numpy(np.float64)
    frame = done[["case_index", "node", "value"]].assign(hits=hits, units=1.0).reset_index(drop=True)
    overdue = mine.loc[mine["is_overdue"], ["case_index", "node"]].reset_index(drop=True)
    return MeasureRows(frame, overdue=overdue, label="node")


def _executions(found: Conformance) -> pd.DataFrame:
    """The executions of nodes with a limit: case_index, node, value (µs), is_done, is_late, is_overdue.

    With what open cases wait for, however the standard judges them.
    """
    awaited = found.awaited
    parts = (found.times, found.groups, found.deviations.cases), (awaited.times, awaited.groups, awaited.cases)
    return pd.concat([_limited(*part) for part in parts], ignore_index=True)


def _limited(times: NodeTimes, groups: Sequence[Group], cases: JudgedCases) -> pd.DataFrame:
    limited = times.limit >= 0
    names = np.array([name for group in groups for name in group.model.nodes], object)
    firsts = np.concatenate([[0], np.cumsum([len(group.model.nodes) for group in groups])]).astype(np.int64)
    index = cases.index
    return pd.DataFrame(
        {
            "case_index": index[times.case[limited]] if len(index) else np.zeros(0, np.int64),
            "node": names[(firsts[times.group] + times.node)[limited]] if len(names) else np.zeros(0, object),
            "value": times.elapsed[limited].astype(np.float64),
            "is_done": times.is_done[limited],
            "is_late": times.is_late[limited],
            "is_overdue": times.is_open_overdue[limited],
        }
    )


def case_conformance(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Conforming cases of those judged."""
    deviations = facts.conformance.deviations
    return _judged(facts, wanted, (~deviations.is_deviating).astype(np.float64), np.ones(len(deviations.cases)))


def event_conformance(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Events that the standard expects where they are, by whom and when they are, of those judged."""
    found = facts.conformance
    deviations, cases = found.deviations, found.deviations.cases
    hits, units, blamed = np.zeros(len(cases)), np.zeros(len(cases)), deviations.blamed_events()
    for i, group in enumerate(found.groups):
        done, is_fitting = group.done, group.alignments.nodes >= 0
        owner, n_paths = done.begun.owner, len(group.paths)
        here = np.flatnonzero(cases.group == i)
        path = cases.path[here] - cases.firsts[i]
        units[here] = np.bincount(owner, done.size, n_paths)[path]
        hits[here] = np.bincount(owner, done.size * is_fitting, n_paths)[path]
        mine = blamed[cases.group[deviations.case[blamed]] == i] if len(blamed) else blamed
        of_path, place = deviations.paths_of(blamed, i)
        execution = done.of_event[group.paths.begins[of_path] + place - 1]
        counts = (execution >= 0) & is_fitting[np.maximum(execution, 0)] if len(execution) else np.zeros(0, bool)
        np.subtract.at(hits, deviations.case[mine[counts]], 1)
    return _judged(facts, wanted, hits, units)


def _judged(facts: MeasureFacts, wanted: Measurement, hits: np.ndarray, units: np.ndarray) -> MeasureRows:
    """Judged cases of the population."""
    frame = pd.DataFrame({"case_index": facts.conformance.deviations.cases.index, "hits": hits, "units": units})
    kept = frame["case_index"].isin(facts.population(wanted).index) & (frame["units"] > 0)
    return MeasureRows(frame[kept].reset_index(drop=True))
