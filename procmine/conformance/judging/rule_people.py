"""Rules about who does what: four eyes, one person, roles, and authority above an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from procmine.conformance.judging.wrong_roles import Doers
from procmine.conformance.standard.rules import Rule
from procmine.core.log.engine import fetch
from procmine.core.text.words import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import pandas as pd

    from procmine.conformance.standard.standard import Standard
    from procmine.core.log.eventlog import EventLog

PURPOSES = {
    "four_eyes": Words("规则“四眼原则”", "the rule four_eyes"),
    "same_person": Words("规则“同一人办理”", "the rule same_person"),
    "role": Words("规则“角色”", "the rule role"),
    "authority": Words("规则“权限”", "the rule authority"),
}
_NEEDS = {"four_eyes": "resource", "same_person": "resource", "role": "role", "authority": "role"}


class BrokenBy(NamedTuple):
    """Events that break a rule: the log's number of the case, the place in it (from 1), the activity."""

    case_index: np.ndarray
    place: np.ndarray
    activity: list[str]


def broken_by_people(rule: Rule, version: Standard, log: EventLog, doers: Doers | None) -> BrokenBy | None:
    """Events that break a rule about people; None for rules of other kinds.

    - four_eyes: a person who did two of the nodes in one case, told at the first event of the second;
      systems and events without a resource are nobody.
    - same_person: a second person among those who did the nodes in one case, told where they come in.
    - role, authority: events in a known role that may not; amounts are looked at by the caller.

    Raises
    ------
    MissingDataError
        If the log knows neither people nor roles.
    """
    if rule.kind not in _NEEDS:
        return None
    log.require(_NEEDS[rule.kind], PURPOSES[rule.kind])
    if rule.kind == "four_eyes":
        return _four_eyes(rule, version, log)
    if rule.kind == "same_person":
        return _same_person(rule, version, log)
    return _others(rule, version, doers or Doers.of(log))


def _others(rule: Rule, version: Standard, doers: Doers) -> BrokenBy:
    demand = rule.role or rule.authority
    roles = demand.roles if demand else []
    frame = doers.events(doers.others(version.activities_of(rule.names[0]), roles))
    activity = doers.table["activity"].to_numpy(object)[frame["combination"].to_numpy("int64")]
    return _broken(frame.assign(activity=activity))


def _broken(frame: pd.DataFrame) -> BrokenBy:
    return BrokenBy(
        frame["case_index"].to_numpy("int64"), frame["position"].to_numpy("int64"), frame["activity"].tolist()
    )


def _by_people(rule: Rule, version: Standard, log: EventLog) -> ir.Table:
    """Events of people at the rule's nodes, with the number of the `node`; an activity counts for the first that names it."""
    node_of: dict[str, int] = {}
    for i, name in enumerate(rule.names):
        for activity in version.activities_of(name):
            node_of.setdefault(activity, i)
    events = log.events.filter(log.events.activity.isin(sorted(node_of)), log.events.resource.notnull())
    if "is_system" in events.columns:
        events = events.filter(~events.is_system.fill_null(False))
    node = events.activity.cases(*sorted(node_of.items()), else_=-1)
    return events.select("case_index", "position", "activity", "resource", node=node)


def _four_eyes(rule: Rule, version: Standard, log: EventLog) -> BrokenBy:
    events = _by_people(rule, version, log)
    both = events.group_by("case_index", "resource").aggregate(least=events.node.min(), most=events.node.max())
    suspects = events.semi_join(both.filter(both.least < both.most), ["case_index", "resource"])
    frame = fetch(suspects.order_by("case_index", "position"))
    first = frame.groupby(["case_index", "resource"], sort=False)["node"].transform("first")
    return _broken(frame[frame["node"] != first].drop_duplicates(["case_index", "resource", "node"]))


def _same_person(rule: Rule, version: Standard, log: EventLog) -> BrokenBy:
    events = _by_people(rule, version, log)
    several = events.group_by("case_index").aggregate(least=events.resource.min(), most=events.resource.max())
    mixed = events.semi_join(several.filter(several.least < several.most), "case_index")
    frame = fetch(mixed.order_by("case_index", "position"))
    first = frame.groupby("case_index", sort=False)["resource"].transform("first")
    return _broken(frame[frame["resource"] != first].drop_duplicates(["case_index", "resource"]))
