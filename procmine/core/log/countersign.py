"""Countersigning (会签): several people sign one after another, and their signatures in a row are one execution."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog, Variant


def executions(log: EventLog) -> tuple[Variant, ...]:
    """The variants of a log, in which signatures of a countersigned activity in a row are one.

    Examples
    --------
    >>> import dataclasses
    >>> import procmine as pm
    >>> log = dataclasses.replace(pm.six_cases(), countersigned=frozenset({"处理"}))
    >>> [len(variant.activities) for variant in log.variants], [len(variant.activities) for variant in executions(log)]
    ([4, 3, 3, 5, 7], [4, 3, 3, 4, 7])
    """
    return tuple(
        variant._replace(activities=tuple(_signed_once(variant.activities, log.countersigned)))
        for variant in log.variants
    )


def _signed_once(path: tuple[str, ...], countersigned: frozenset[str]) -> list[str]:
    once: list[str] = []
    for name, run in itertools.groupby(path):
        once += [name] if name in countersigned else run
    return once


def first_signatures(log: EventLog) -> ir.Table:
    """The events of a log without the signatures that follow another of the same countersigned activity."""
    events = log.events
    if not log.countersigned:
        return events
    further = events.activity.isin(sorted(log.countersigned)) & (events.activity == events.previous_activity)
    return events.filter(~further.fill_null(False))
