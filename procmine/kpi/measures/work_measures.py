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
from procmine.kpi.measures.basis import Evaluation, frame_of, missing_standard
from procmine.kpi.measures.measure_rows import Found
from procmine.kpi.spec.kpi import Measurement

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_MOST_UNKNOWN = 0.05


def rework_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Cases in which an activity is done more than once; with `node`, one of these activities, of cases that have one."""
    cases, named = of.population(wanted), set(of.activities_of(wanted.node))
    counts = {one.number: Counter(one.activities) for one in executions(of.log)}
    again = {n for n, of_path in counts.items() if any(k > 1 and (not named or a in named) for a, k in of_path.items())}
    if named:
        cases = cases[cases["variant"].isin({n for n, of_path in counts.items() if named & set(of_path)})]
    return Found(frame_of(cases, hits=cases["variant"].isin(again).to_numpy(np.float64), units=1.0))


def handovers(of: Evaluation, wanted: Measurement) -> Found:
    """Consecutive events by different resources, per case."""
    counts, cases = _handed(of), of.population(wanted)
    return Found(frame_of(cases, value=counts["hits"].reindex(cases.index).to_numpy(float)))


def handover_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Handovers of all transitions in which both resources are known."""
    counts, cases = _handed(of), of.population(wanted)
    mine = counts.reindex(cases.index)
    frame = frame_of(cases, hits=mine["hits"].to_numpy(float), units=mine["units"].to_numpy(float))
    return Found(frame[frame["units"] > 0])


def _handed(of: Evaluation) -> pd.DataFrame:
    of.log.require("resource", Words("交接", "Handovers"))
    events = of.log.events.select("case_index", "position", "resource")
    window = ibis.window(group_by=events.case_index, order_by=events.position)
    pairs = events.mutate(before=events.resource.lag().over(window))
    pairs = pairs.filter(pairs.before.notnull() & pairs.resource.notnull())
    table = pairs.group_by("case_index").aggregate(hits=(pairs.before != pairs.resource).sum(), units=pairs.count())
    return fetch(table).set_index("case_index").reindex(of.cases.index).fillna(0)


def automation_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Events by systems, of all events."""
    cases = of.population(wanted)
    known = _known_actors(of, None, cases)
    frame = frame_of(cases, hits=known["system"].to_numpy(float), units=known["n"].to_numpy(float))
    return Found(frame[frame["units"] > 0])


def no_touch_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Cases without a manual event."""
    cases = of.population(wanted)
    manual = _known_actors(of, None, cases)["manual"].to_numpy()
    return Found(frame_of(cases, hits=(manual == 0).astype(float), units=1.0))


def systematization_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Events of ★ actions that systems did, of all events of ★ actions."""
    cases, starred = of.population(wanted), starred_activities(of)
    known = _known_actors(of, of.log.events.activity.isin(starred), cases)
    frame = frame_of(cases, hits=known["system"].to_numpy(float), units=known["n"].to_numpy(float))
    return Found(frame[frame["units"] > 0])


def starred_activities(of: Evaluation) -> list[str]:
    """Activities of actions that a system could carry (★).

    Raises
    ------
    MissingDataError
        If there is no standard, or none of its actions is marked.
    """
    if not of.basis.standard:
        raise missing_standard(of.log.name)
    items = [item for version in of.basis.standard for item in version.nodes.values()]
    found = {name for item in items for action in item.actions if action.systematizable for name in action.log}
    if not found:
        fault = Words("标准流程没有标出可系统化的动作", "the standard marks no action as systematizable")
        hint = Words("在动作上写 systematizable: true", "write systematizable: true with an action")
        raise MissingDataError(Fault(of.log.name, fault, hint=hint))
    return sorted(found)


def _known_actors(of: Evaluation, test: ir.BooleanValue | None, cases: pd.DataFrame) -> pd.DataFrame:
    """Events per case by who did them; refused where that is unknown of more than 5 % of them.

    Raises
    ------
    MissingDataError
        If it is unknown of too many.
    """
    purpose = Words("自动化率", "Automation")
    of.log.require("is_system", purpose)
    system = of.log.events.is_system
    counts = of.counted(test, system=system, manual=~system, unknown=system.isnull()).reindex(cases.index)
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
        raise MissingDataError(Fault(of.log.name, fault.filled(share=write_share(share)), hint=hint))
    return counts


def bot_handover_rate(of: Evaluation, wanted: Measurement) -> Found:
    """Cases in which a person acts after the bot did, of those with the bot."""
    cases, events = of.population(wanted), of.log.events
    test = events.activity.isin(wanted.bot)
    if "resource" in events.columns:
        test = test | events.resource.isin(wanted.bot).fill_null(False)
    bots = events.filter(test)
    place, _ = of.placed(
        bots.group_by("case_index").aggregate(position=bots.position.min(), timestamp=bots.timestamp.min()), cases
    )
    of.log.require("is_system", Words("机器人转人工率", "Bot-to-human hand-over rate"))
    manual = events.filter(~events.is_system & ~test)
    last, _ = of.placed(
        manual.group_by("case_index").aggregate(position=manual.position.max(), timestamp=manual.timestamp.max()), cases
    )
    there = place >= 0
    return Found(frame_of(cases[there], hits=(last > place)[there].astype(np.float64), units=1.0))


def arrivals(of: Evaluation, wanted: Measurement) -> Found:
    """Cases that start."""
    return Found(frame_of(of.population(wanted), value=1.0))


def completions(of: Evaluation, wanted: Measurement) -> Found:
    """Cases that are completed."""
    of.require_states()
    cases = of.population(wanted)
    return Found(frame_of(cases[cases["state"] == "complete"], value=1.0), "completed")


def backlog(of: Evaluation, wanted: Measurement) -> Found:
    """Cases that are open at the cut-off."""
    of.require_states()
    cases = of.population(wanted)
    return Found(frame_of(cases[cases["state"] == "open"], value=1.0), stock=True)
