"""Who did it: events of roles that the standard does not name, and of roles that nobody knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from procmine.core.log.engine import fetch

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.conformance.judging.deviations import JudgedCases
    from procmine.conformance.judging.judged_groups import Group
    from procmine.core.log.eventlog import EventLog

SYSTEM = frozenset({"系统", "system", "System"})
"""How a standard names any system as responsible."""
_KEYS = ("activity", "role", "resource", "is_system")


@dataclass(frozen=True, eq=False)
class Doers:
    """Who does what in a log: each combination of activity, role, resource and system or person, once.

    Attributes
    ----------
    table
        One row per combination with its number of events `n`; an unknown role or resource is empty.
    """

    log: EventLog
    table: pd.DataFrame

    @classmethod
    def of(cls, log: EventLog) -> Doers:
        """Those of a log."""
        events = _filled(log)
        table = fetch(events.group_by(list(_KEYS)).aggregate(n=events.count()).order_by(list(_KEYS)))
        return cls(log, table)

    def others(self, activities: Collection[str], roles: Collection[str]) -> np.ndarray:
        """Per combination whether it does one of the activities in a known role that is none of these.

        A role fits by its name; so does a resource that the standard names, and any system where the
        standard says 系统 or system.
        """
        table, named = self.table, set(roles)
        fits = table["role"].isin(named) | table["resource"].isin(named)
        if named & SYSTEM:
            fits |= table["is_system"]
        is_other = table["activity"].isin(set(activities)) & (table["role"] != "") & ~fits
        return np.asarray(is_other, bool)

    def n_unknown(self, activities: Iterable[str], roles: Collection[str]) -> int:
        """Events of these activities whose doer neither has a role nor is named otherwise."""
        table, named = self.table, set(roles)
        known = (table["role"] != "") | table["resource"].isin(named)
        if named & SYSTEM:
            known |= table["is_system"]
        return int(table.loc[table["activity"].isin(set(activities)) & ~known, "n"].sum())

    def events(self, combinations: np.ndarray) -> pd.DataFrame:
        """The events of some combinations: case_index, position, and the number of the `combination`."""
        if not combinations.any():
            return pd.DataFrame({name: np.empty(0, np.int64) for name in ("case_index", "position", "combination")})
        rows = np.flatnonzero(combinations)
        combination_table = self.table.iloc[rows][list(_KEYS)].assign(combination=rows)
        wanted = ibis.memtable(pa.Table.from_pandas(combination_table, preserve_index=False))
        events = _filled(self.log).view().inner_join(wanted, list(_KEYS))  # a filtered log is a join itself
        return fetch(events.select("case_index", "position", "combination").order_by("case_index", "position"))


def _filled(log: EventLog) -> ir.Table:
    events = log.events
    texts = {
        name: events[name].cast("string").fill_null("") if name in events.columns else ibis.literal("")
        for name in ("role", "resource")
    }
    is_system = events.is_system.fill_null(False) if "is_system" in events.columns else ibis.literal(False)
    return events.select("case_index", "position", "activity", **texts, is_system=is_system)


def wrong_roles(groups: Sequence[Group], cases: JudgedCases, doers: Doers) -> tuple[np.ndarray, ...]:
    """Events of nodes by roles that are not responsible for them: case, place, group and node, one row per event.

    The node of an event is that of its alignment, or where it is one too many the first that claims it.
    """
    nodes = [
        {name: node.responsible for name, node in group.version.nodes.items() if node.responsible} for group in groups
    ]
    masks = [
        {name: doers.others(group.version.nodes[name].activities, roles) for name, roles in some.items()}
        for group, some in zip(groups, nodes, strict=True)
    ]
    wanted = np.zeros(len(doers.table), bool)
    for mask in (mask for some in masks for mask in some.values()):
        wanted |= mask
    frame = doers.events(wanted)
    case = cases.numbers_of(frame["case_index"].to_numpy("int64"))
    place, combination = frame["position"].to_numpy("int64"), frame["combination"].to_numpy("int64")
    parts = []
    for i, group in enumerate(groups):
        mine = np.flatnonzero((case >= 0) & (cases.group[case] == i)) if len(cases) else np.empty(0, np.int64)
        row = cases.path[case[mine]] - cases.firsts[i]
        execution = group.done.of_event[group.paths.begins[row] + place[mine] - 1]
        node = np.where(execution >= 0, group.node_of[execution], -1) if len(execution) else execution
        of_node = np.zeros((len(group.model.nodes) + 1, len(doers.table)), bool)
        for number, name in enumerate(group.model.nodes):
            if name in masks[i]:
                of_node[number] = masks[i][name]
        wrong = of_node[node, combination[mine]]
        parts.append((case[mine][wrong], place[mine][wrong], np.full(int(wrong.sum()), i), node[wrong]))
    return tuple(np.concatenate([np.empty(0, np.int64), *columns]) for columns in zip(*parts, strict=True)) or tuple(
        np.empty(0, np.int64) for _ in range(4)
    )
