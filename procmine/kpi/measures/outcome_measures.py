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
from procmine.kpi.measures.basis import NEVER, Evaluation, frame_of
from procmine.kpi.measures.measure_rows import Found
from procmine.kpi.spec.kpi import Measurement

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


def resolution_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Resolved cases of those received."""
    return _of_states(of, wanted, "resolved", "received")


def acceptance_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Accepted cases of those received."""
    return _of_states(of, wanted, "accepted", "received")


def handling_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Resolved cases of those accepted."""
    return _of_states(of, wanted, "resolved", "accepted")


def reopening_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Reopened cases of those that were closed."""
    return _of_states(of, wanted, "reopened", "closed")


def _of_states(of: Evaluation, wanted: Measurement, part: str, whole: str) -> Found:
    cases = of.population(wanted)
    there = of.moment(whole, cases) < NEVER
    return _share(cases[there], of.moment(part, cases)[there] < NEVER)


def _share(cases: pd.DataFrame, hits: np.ndarray) -> Found:
    return Found(frame_of(cases, hits=hits.astype(np.float64), units=1.0))


def case_share(of: Evaluation, wanted: Measurement) -> Found:
    """Cases that have one of some activities and none of some others."""
    cases = of.population(wanted)
    hits = np.ones(len(cases), bool)
    if wanted.having:
        hits &= _has(of, of.activities_of(wanted.having), cases)
    if wanted.lacking:
        hits &= ~_has(of, of.activities_of(wanted.lacking), cases)
    return _share(cases, hits)


def _has(of: Evaluation, activities: Sequence[str], cases: pd.DataFrame) -> np.ndarray:
    """Whether each case has an event of some activities: its path says it."""
    wanted = set(activities)
    variants = {one.number for one in of.log.variants if wanted & set(one.activities)}
    found: np.ndarray = cases["variant"].isin(variants).to_numpy()
    return found


def fcr(of: Evaluation, wanted: Measurement) -> Found:
    """Resolved cases without repetition, transfer, return or reopening, of those resolved."""
    cases = of.population(wanted)
    there = of.moment("resolved", cases) < NEVER
    ignored = {name for version in of.basis.standard for name in version.ignore}
    repeated = {one.number for one in of.log.variants if _repeats(one.activities, ignored)}
    spoilt = cases["variant"].isin(repeated).to_numpy()
    for names, action in ((wanted.returned, "return"), (wanted.transferred, "transfer")):
        spoilt = spoilt | _marked(of, names, action, cases)
    if wanted.redo:
        spoilt = spoilt | _redone(of, wanted.redo, cases)
    if of.basis.states is not None and of.basis.states.reopened:
        spoilt = spoilt | (of.moment("reopened", cases) < NEVER)
    return _share(cases[there], np.asarray(~spoilt[there]))


def _repeats(path: Sequence[str], ignored: Collection[str]) -> bool:
    """Whether an activity comes again after others; ignored ones are passed over."""
    runs = [name for name, _ in itertools.groupby(name for name in path if name not in ignored)]
    return len(set(runs)) < len(runs)


def _marked(of: Evaluation, names: Sequence[str], action: str, cases: pd.DataFrame) -> np.ndarray:
    """Cases with an event of some activities, or of an action class where the log tells it and none are named."""
    test = _acting(of, names, action)
    if test is None:
        return np.zeros(len(cases), bool)
    found: np.ndarray = of.counted(n=test)["n"].reindex(cases.index).to_numpy() > 0
    return found


def _redone(of: Evaluation, names: Sequence[str], cases: pd.DataFrame) -> np.ndarray:
    """Cases in which one of some activities is done again at once by another resource."""
    of.log.require("resource", Words("转办", "Transfers"))
    events = of.log.events.select("case_index", "position", "activity", "resource")
    window = ibis.window(group_by=events.case_index, order_by=events.position)
    pairs = events.mutate(what=events.activity.lag().over(window), who=events.resource.lag().over(window))
    again = pairs.filter(pairs.activity.isin(of.activities_of(names)) & (pairs.what == pairs.activity))
    found = fetch(again.filter(again.who != again.resource).select("case_index").distinct())["case_index"]
    redone: np.ndarray = cases.index.isin(found)
    return redone


def _acting(of: Evaluation, names: Sequence[str], action: str) -> ir.BooleanValue | None:
    events = of.log.events
    if names:
        return events.activity.isin(of.activities_of(names))
    return events[ACTION] == action if ACTION in events.columns else None


def return_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Returns: of decisions, or of cases."""
    return _decided(of, wanted, wanted.returned, ("return",))


def rejection_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Rejections: of decisions, or of cases."""
    return _decided(of, wanted, wanted.rejected, ("reject_end",))


def _decided(of: Evaluation, wanted: Measurement, against: Sequence[str], classes: Sequence[str]) -> Found:
    cases, events = of.population(wanted), of.log.events
    noes, ayes = _acting(of, against, classes[0]), _acting(of, wanted.approved, "approve")
    if noes is None or (wanted.of == "decisions" and ayes is None):
        key = "returned" if classes[0] == "return" else "rejected"
        raise _undecided(of.log.name, key if noes is None else "approved")
    if wanted.role:
        of.log.require("role", Words("岗位的决定", "Decisions of a role"))
        noes, ayes = (
            noes & events.role.isin(wanted.role),
            None if ayes is None else ayes & events.role.isin(wanted.role),
        )
    counts = of.counted(noes=noes, ayes=noes if ayes is None else ayes).reindex(cases.index)
    if wanted.of == "cases":
        return _share(cases, (counts["noes"] > 0).to_numpy())
    units = (counts["noes"] + counts["ayes"]).to_numpy(np.float64)
    frame = frame_of(cases, hits=counts["noes"].to_numpy(np.float64), units=units)
    return Found(frame[frame["units"] > 0])


def _undecided(source: str, key: str) -> MissingDataError:
    fault = Words(
        "日志没有操作类别（action_class），看不出决定", "the log has no action_class, so decisions cannot be told"
    )
    hint = Words("在 KPI 中写 {key}: [活动]", "write {key}: [activity] in the KPI").filled(key=key)
    return MissingDataError(Fault(source, fault, hint=hint))
