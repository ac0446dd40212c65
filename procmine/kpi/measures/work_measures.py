"""Measures of how work is done: rework, handovers, by systems or by hand, bots; and how cases come and go."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import ibis
import numpy as np

from procmine.core.log.countersign import executions
from procmine.core.log.engine import fetch
from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words, write_share
from procmine.kpi.measures.measure_facts import MeasureFacts, frame_of, missing_standard
from procmine.kpi.measures.measure_rows import MeasureRows
from procmine.kpi.spec.kpi import Measurement

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_MOST_UNKNOWN = 0.05


def rework_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Cases in which an activity is done more than once; with `node`, one of these activities, of cases that have one."""
    cases, named = facts.population(wanted), set(facts.activities_of(wanted.node))
    counts = {one.number: Counter(one.activities) for one in executions(facts.log)}
    again = {n for n, of_path in counts.items() if any(k > 1 and (not named or a in named) for a, k in of_path.items())}
    if named:
        cases = cases[cases["variant"].isin({n for n, of_path in counts.items() if named & set(of_path)})]
    return MeasureRows(frame_of(cases, hits=cases["variant"].isin(again).to_numpy(np.float64), units=1.0))


def handover_counts(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Consecutive events by different resources, per case."""
    counts, cases = _handed(facts), facts.population(wanted)
    return MeasureRows(frame_of(cases, value=counts["hits"].reindex(cases.index).to_numpy(float)))


def handover_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Handovers of all transitions in which both resources are known."""
    counts, cases = _handed(facts), facts.population(wanted)
    mine = counts.reindex(cases.index)
    frame = frame_of(cases, hits=mine["hits"].to_numpy(float), units=mine["units"].to_numpy(float))
    return MeasureRows(frame[frame["units"] > 0])


def _handed(facts: MeasureFacts) -> pd.DataFrame:
    facts.log.require("resource", Words("交接", "Handovers"))
    events = facts.log.events.select("case_index", "position", "resource")
    window = ibis.window(group_by=events.case_index, order_by=events.position)
    pairs = events.mutate(before=events.resource.lag().over(window))
    pairs = pairs.filter(pairs.before.notnull() & pairs.resource.notnull())
    table = pairs.group_by("case_index").aggregate(hits=(pairs.before != pairs.resource).sum(), units=pairs.count())
    return fetch(table).set_index("case_index").reindex(facts.cases.index).fillna(0)


def automation_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Events by systems, of all events."""
    cases = facts.population(wanted)
    known = _known_actors(facts, None, cases)
    frame = frame_of(cases, hits=known["system"].to_numpy(float), units=known["n"].to_numpy(float))
    return MeasureRows(frame[frame["units"] > 0])


def no_touch_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Cases without a manual event."""
    cases = facts.population(wanted)
    manual = _known_actors(facts, None, cases)["manual"].to_numpy()
    return MeasureRows(frame_of(cases, hits=(manual == 0).astype(float), units=1.0))


def systematization_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Events of ★ actions that systems did, of all events of ★ actions."""
    cases, starred = facts.population(wanted), starred_activities(facts)
    known = _known_actors(facts, facts.log.events.activity.isin(starred), cases)
    frame = frame_of(cases, hits=known["system"].to_numpy(float), units=known["n"].to_numpy(float))
    return MeasureRows(frame[frame["units"] > 0])


def starred_activities(facts: MeasureFacts) -> list[str]:
    """Activities of actions that a system could carry (★).

    Raises
    ------
    MissingDataError
        If there is no standard, or none of its actions is marked.
    """
    if not facts.settings.standard:
        raise missing_standard(facts.log.name)
    items = [item for version in facts.settings.standard for item in version.nodes.values()]
    found = {name for item in items for action in item.actions if action.systematizable for name in action.log}
    if not found:
        fault = Words("标准流程没有标出可系统化的动作", "the standard marks no action as systematizable")
        hint = Words("在动作上写 systematizable: true", "write systematizable: true with an action")
        raise MissingDataError(Fault(facts.log.name, fault, hint=hint))
    return sorted(found)


def _known_actors(facts: MeasureFacts, test: ir.BooleanValue | None, cases: pd.DataFrame) -> pd.DataFrame:
    """Events per case by who did them; refused where that is unknown of more than 5 % of them.

    Raises
    ------
    MissingDataError
        If it is unknown of too many.
    """
    purpose = Words("自动化率", "Automation")
    facts.log.require("is_system", purpose)
    system = facts.log.events.is_system
    counts = facts.counted(test, system=system, manual=~system, unknown=system.isnull()).reindex(cases.index)
    counts["n"] = counts["system"] + counts["manual"]
    total = int(counts["n"].sum() + counts["unknown"].sum())
    share = float(counts["unknown"].sum()) / total if total else 0.0
    if share > _MOST_UNKNOWN:
        fault = Words(
            "{share} 的事件不知由人还是由系统完成", "of {share} of the events it is unknown whether a system did them"
        )
        hint = Words(
            "在 project.yml 中写 system_actors:，并映射 resource",
            "write system_actors: in project.yml and map resource",
        )
        raise MissingDataError(Fault(facts.log.name, fault.filled(share=write_share(share)), hint=hint))
    return counts


def bot_handover_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Cases in which a person acts after the bot did, of those with the bot."""
    cases, events = facts.population(wanted), facts.log.events
    test = events.activity.isin(wanted.bot)
    if "resource" in events.columns:
        test = test | events.resource.isin(wanted.bot).fill_null(False)
    bots = events.filter(test)
    place, _ = facts.placed(
        bots.group_by("case_index").aggregate(position=bots.position.min(), timestamp=bots.timestamp.min()), cases
    )
    facts.log.require("is_system", Words("机器人转人工率", "Bot-to-human hand-over rate"))
    manual = events.filter(~events.is_system & ~test)
    last, _ = facts.placed(
        manual.group_by("case_index").aggregate(position=manual.position.max(), timestamp=manual.timestamp.max()), cases
    )
    there = place >= 0
    return MeasureRows(frame_of(cases[there], hits=(last > place)[there].astype(np.float64), units=1.0))


def arrived_cases(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Cases that start."""
    return MeasureRows(frame_of(facts.population(wanted), value=1.0))


def completions(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Cases that are completed."""
    facts.require_states()
    cases = facts.population(wanted)
    return MeasureRows(frame_of(cases[cases["state"] == "complete"], value=1.0), "completed")


def backlog(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Cases that are open at the cut-off."""
    facts.require_states()
    cases = facts.population(wanted)
    return MeasureRows(frame_of(cases[cases["state"] == "open"], value=1.0), stock=True)
