"""The map for a first look: held against the standard where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from procmine.visual.maps.process_map import ProcessMap, process_map
from procmine.visual.maps.standard_map import standard_map

if TYPE_CHECKING:
    from procmine.conformance.standard.standard import Standard
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.waiting.bottlenecks import Bottlenecks


def overview_map(
    log: EventLog, standard: Sequence[Standard] = (), bottlenecks: Bottlenecks | None = None
) -> ProcessMap:
    """The process map of a log, with the standard and the bottlenecks as far as they are given.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.overview_map(pm.six_cases()).title
    '流程图'
    """
    if standard:
        return standard_map(log, standard, bottlenecks=bottlenecks)
    return process_map(log, bottlenecks=bottlenecks)
