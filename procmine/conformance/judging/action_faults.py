"""Inside of a node: required actions that are missing, and actions that come in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from procmine.conformance.judging.judged_groups import Group
    from procmine.conformance.standard.parts import Item


class ActionFault(NamedTuple):
    """Where an action deviates: `is_missing` or out of order; paths, places (from 1), activities (-1: none)."""

    subject: str
    is_missing: bool
    path: np.ndarray
    place: np.ndarray
    activity: np.ndarray


def action_faults(group: Group) -> Iterator[ActionFault]:
    """The deviations inside of the executions of a group's nodes.

    An execution without an event of a required action lacks it, told behind its last event; what is
    still being done, at the end of an open case, lacks nothing yet. Of a node whose actions come in
    order, an action that begins before one that is listed before it is in the wrong order.
    """
    for i, name in enumerate(group.model.nodes):
        node = group.version.nodes[name]
        if node.in_order or any(action.required for action in node.actions):
            yield from _of_node(group, i, node)


def _of_node(group: Group, number: int, node: Item) -> Iterator[ActionFault]:
    done = group.done
    mine = np.flatnonzero(group.alignments.nodes == number)
    firsts = {action.do: _first_events(group, action.log) for action in node.actions if action.log}
    for action in node.actions:
        if action.required:
            lacking = mine[(firsts[action.do][mine] < 0) & ~_still_going(group)[mine]]
            nothing = np.full(len(lacking), -1)
            yield ActionFault(
                f"{node.name} · {action.do}", True, done.begun.owner[lacking], done.last[lacking], nothing
            )
    if node.in_order:
        latest = np.full(len(done.place), -1, np.int64)
        for do, first in firsts.items():
            early = mine[(first[mine] >= 0) & (first[mine] < latest[mine])]
            event = first[early]
            yield ActionFault(
                f"{node.name} · {do}",
                False,
                done.begun.owner[early],
                group.paths.place[event] + 1,
                group.paths.codes[event],
            )
            latest = np.maximum(latest, first)


def _first_events(group: Group, activities: list[str]) -> np.ndarray:
    """Per execution the number of its first event of some activities, -1 for none."""
    events = np.flatnonzero(group.paths.among(activities) & (group.done.of_event >= 0))[::-1]
    first_events = np.full(len(group.done.place), -1, np.int64)
    first_events[group.done.of_event[events]] = events
    return first_events


def _still_going(group: Group) -> np.ndarray:
    """Per execution whether it is the last of an open case."""
    is_last = np.zeros(len(group.done.place), bool)
    ends = group.done.begun.begins[1:]
    is_last[ends[group.done.begun.lengths > 0] - 1] = group.is_open
    return is_last
