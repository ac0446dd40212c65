"""Measures of the outcome: resolved, accepted, handled, reopened, returned, rejected."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import ibis
import numpy as np

from procmine.core.log.engine import fetch
from procmine.core.log.states import ACTION
from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words
from procmine.kpi.measures.measure_facts import NEVER, MeasureFacts, frame_of
from procmine.kpi.measures.measure_rows import MeasureRows
from procmine.kpi.spec.kpi import Measurement

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


def resolution_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Resolved cases of those received."""
    return _of_states(facts, wanted, "resolved", "received")


def acceptance_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Accepted cases of those received."""
    return _of_states(facts, wanted, "accepted", "received")


def handling_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Resolved cases of those accepted."""
    return _of_states(facts, wanted, "resolved", "accepted")


def reopening_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Reopened cases of those that were closed."""
    return _of_states(facts, wanted, "reopened", "closed")


def _of_states(facts: MeasureFacts, wanted: Measurement, part: str, whole: str) -> MeasureRows:
    cases = facts.population(wanted)
    there = facts.moment(whole, cases) < NEVER
    return _share(cases[there], facts.moment(part, cases)[there] < NEVER)


def _share(cases: pd.DataFrame, hits: np.ndarray) -> MeasureRows:
    return MeasureRows(frame_of(cases, hits=hits.astype(np.float64), units=1.0))


def case_share(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Cases that have one of some activities and none of some others."""
    cases = facts.population(wanted)
    hits = np.ones(len(cases), bool)
    if wanted.having:
        hits &= _has(facts, facts.activities_of(wanted.having), cases)
    if wanted.lacking:
        hits &= ~_has(facts, facts.activities_of(wanted.lacking), cases)
    return _share(cases, hits)


def _has(facts: MeasureFacts, activities: Sequence[str], cases: pd.DataFrame) -> np.ndarray:
    """Whether each case has an event of some activities: its path says it."""
    wanted = set(activities)
    variants = {one.number for one in facts.log.variants if wanted & set(one.activities)}
    found: np.ndarray = cases["variant"].isin(variants).to_numpy()
    return found


def fcr(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Resolved cases without repetition, transfer, return or reopening, of those resolved."""
    cases = facts.population(wanted)
    there = facts.moment("resolved", cases) < NEVER
    ignored = {name for version in facts.settings.standard for name in version.ignore}
    repeated = {one.number for one in facts.log.variants if _repeats(one.activities, ignored)}
    spoilt = cases["variant"].isin(repeated).to_numpy()
    for names, action in ((wanted.returned, "return"), (wanted.transferred, "transfer")):
        spoilt = spoilt | _marked(facts, names, action, cases)
    if wanted.redo:
        spoilt = spoilt | _redone(facts, wanted.redo, cases)
    if facts.settings.states is not None and facts.settings.states.reopened:
        spoilt = spoilt | (facts.moment("reopened", cases) < NEVER)
    return _share(cases[there], np.asarray(~spoilt[there]))


def _repeats(path: Sequence[str], ignored: Collection[str]) -> bool:
    """Whether an activity comes again after others; ignored ones are passed over."""
    runs = [name for name, _ in itertools.groupby(name for name in path if name not in ignored)]
    return len(set(runs)) < len(runs)


def _marked(facts: MeasureFacts, names: Sequence[str], action: str, cases: pd.DataFrame) -> np.ndarray:
    """Cases with an event of some activities, or of an action class where the log tells it and none are named."""
    test = _acting(facts, names, action)
    if test is None:
        return np.zeros(len(cases), bool)
    found: np.ndarray = facts.counted(n=test)["n"].reindex(cases.index).to_numpy() > 0
    return found


def _redone(facts: MeasureFacts, names: Sequence[str], cases: pd.DataFrame) -> np.ndarray:
    """Cases in which one of some activities is done again at once by another resource."""
    facts.log.require("resource", Words("转办", "Transfers"))
    events = facts.log.events.select("case_index", "position", "activity", "resource")
    window = ibis.window(group_by=events.case_index, order_by=events.position)
    pairs = events.mutate(what=events.activity.lag().over(window), who=events.resource.lag().over(window))
    again = pairs.filter(pairs.activity.isin(facts.activities_of(names)) & (pairs.what == pairs.activity))
    found = fetch(again.filter(again.who != again.resource).select("case_index").distinct())["case_index"]
    redone: np.ndarray = cases.index.isin(found)
    return redone


def _acting(facts: MeasureFacts, names: Sequence[str], action: str) -> ir.BooleanValue | None:
    events = facts.log.events
    if names:
        return events.activity.isin(facts.activities_of(names))
    return events[ACTION] == action if ACTION in events.columns else None


def return_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Returns: of decisions, or of cases."""
    return _decided(facts, wanted, wanted.returned, ("return",))


def rejection_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Rejections: of decisions, or of cases."""
    return _decided(facts, wanted, wanted.rejected, ("reject_end",))


def _decided(facts: MeasureFacts, wanted: Measurement, against: Sequence[str], classes: Sequence[str]) -> MeasureRows:
    cases, events = facts.population(wanted), facts.log.events
    noes, ayes = _acting(facts, against, classes[0]), _acting(facts, wanted.approved, "approve")
    if noes is None or (wanted.of == "decisions" and ayes is None):
        key = "returned" if classes[0] == "return" else "rejected"
        raise _undecided(facts.log.name, key if noes is None else "approved")
    if wanted.role:
        facts.log.require("role", Words("岗位的决定", "Decisions of a role"))
        noes, ayes = (
            noes & events.role.isin(wanted.role),
            None if ayes is None else ayes & events.role.isin(wanted.role),
        )
    counts = facts.counted(noes=noes, ayes=noes if ayes is None else ayes).reindex(cases.index)
    if wanted.of == "cases":
        return _share(cases, (counts["noes"] > 0).to_numpy())
    units = (counts["noes"] + counts["ayes"]).to_numpy(np.float64)
    frame = frame_of(cases, hits=counts["noes"].to_numpy(np.float64), units=units)
    return MeasureRows(frame[frame["units"] > 0])


def _undecided(source: str, key: str) -> MissingDataError:
    fault = Words(
        "日志没有操作类别（action_class），看不出决定", "the log has no action_class, so decisions cannot be told"
    )
    hint = Words("在 KPI 中写 {key}: [活动]", "write {key}: [activity] in the KPI").filled(key=key)
    return MissingDataError(Fault(source, fault, hint=hint))
