"""Which events of a path are one doing of a node: the unit that is aligned, timed and judged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from procmine.conformance.aligning.sequences import Sequences

if TYPE_CHECKING:
    from procmine.conformance.standard.standard import Standard


@dataclass(frozen=True, eq=False)
class Executions:
    """The executions of nodes in some paths.

    Attributes
    ----------
    begun
        Per path the activity that each execution begins with.
    place, last
        Per execution the place of its first and of its last event in the case, from 1.
    size
        Per execution how many events belong to it.
    of_event
        Per event of the paths the number of its execution; -1 where it is ignored.
    """

    begun: Sequences
    place: np.ndarray
    last: np.ndarray
    size: np.ndarray
    of_event: np.ndarray


def executions_of(version: Standard, paths: Sequences, again: Collection[str] = ()) -> Executions:
    """The executions of nodes in paths.

    A node is done by the first event of its actions; further ones belong to the same execution until
    another node's event comes. Ignored activities are passed over; an activity that several nodes claim
    is always an execution of its own, and so is one that none claims.

    Parameters
    ----------
    again
        Nodes that the standard lets follow themselves: with each event of the activity that such an
        execution began with, the next one begins.

    Examples
    --------
    >>> from procmine.conformance.standard.standard import Process, Standard
    >>> from procmine.conformance.standard.parts import Item
    >>> nodes = [Item(name="接收", log=["受理", "登记"]), Item(name="关闭")]
    >>> version = Standard(name="x", processes=[Process(name="p", nodes=nodes)], ignore=["催办"])
    >>> found = executions_of(version, Sequences.of([["受理", "催办", "登记", "关闭"]]))
    >>> found.begun.lists(), found.place.tolist(), found.size.tolist(), found.last.tolist()
    ([('受理', '关闭')], [1, 4], [2, 1], [3, 4])
    """
    number = {name: i for i, name in enumerate(version.nodes)}
    claims = [version.claims.get(name, ()) for name in paths.activities]
    node = np.array([number[nodes[0]] if len(nodes) == 1 else -1 for nodes in claims], np.int64)[paths.codes]
    kept = np.flatnonzero(~paths.among(version.ignore))
    node, owner = node[kept], paths.owner[kept]
    goes_on = (node[1:] == node[:-1]) & (node[1:] >= 0) & (owner[1:] == owner[:-1])
    starts = np.concatenate([[True], ~goes_on])[: len(kept)]
    if again:
        may_follow = np.array([name in again for name in version.nodes] + [False], bool)[node]
        codes = paths.codes[kept]
        starts |= may_follow & (codes == codes[np.flatnonzero(starts)][np.cumsum(starts) - 1])
    first = np.flatnonzero(starts)
    end = np.append(first[1:], len(kept))[: len(first)]
    counts = np.bincount(owner[first], minlength=len(paths))
    begins = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    of_event = np.full(len(paths.codes), -1, np.int64)
    of_event[kept] = np.cumsum(starts) - 1
    begun = Sequences(paths.activities, paths.codes[kept[first]], begins)
    return Executions(begun, paths.place[kept[first]] + 1, paths.place[kept[end - 1]] + 1, end - first, of_event)
