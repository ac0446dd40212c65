"""What was worked out of a log is kept, so that all views of one judgement, and all pages, rest on the same one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from procmine.conformance.standard.standard import Standard
    from procmine.core.log.eventlog import EventLog

_Value = TypeVar("_Value")
_MOST = 4
"""Judgements that are kept: each holds a row per deviation of its log."""


class Remembered(Generic[_Value]):
    """The newest few values by what they were made from."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, _Value] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """The value that is known, else the one that is made, kept in place of the one longest unused."""
        if key not in self._values:
            self._values[key] = make()
            if len(self._values) > _MOST:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]


def log_key(log: EventLog) -> Hashable:
    """What a judgement takes from a log: its events and cases, whose signatures count once, and how results tell it."""
    return (
        log.all_events,
        log.cases,
        log.countersigned,
        (log.name, log.zone, log.language, log.case_link, log.cutoff, log.has_estimated_starts),
    )


def standard_key(versions: Sequence[Standard], costs: Mapping[str, int]) -> Hashable:
    """The versions of a standard by all that they say, and the costs of leaving something out."""
    return tuple(version.model_dump_json() for version in versions), tuple(sorted(costs.items()))
