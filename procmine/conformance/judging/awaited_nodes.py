"""What open cases wait for, where the standard judges them otherwise than by what they have done so far.

As if they were over, they wait for nothing; left out, they are not there. Their limits pass all the same, so they are
looked at apart, as far as they have come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from procmine.conformance.judging.deviations import JudgedCases
from procmine.conformance.judging.judged_groups import Group, judge_cases
from procmine.conformance.judging.node_times import NodeTimes, node_times

if TYPE_CHECKING:
    import pandas as pd

    from procmine.conformance.judging.time_limits import Clocks
    from procmine.conformance.standard.standard import OpenCases, Standard


@dataclass(frozen=True, eq=False)
class Awaited:
    """The nodes with a limit that open cases wait for: their times, by the groups and cases that belong to these."""

    groups: tuple[Group, ...]
    cases: JudgedCases
    times: NodeTimes

    @classmethod
    def of(cls, versions: Sequence[Standard], open_cases: OpenCases, costs: Mapping[str, int], clocks: Clocks) -> Self:
        """Those of a log; none where open cases are judged by what they have done, since they are told there."""
        has_limits = any(node.within is not None for version in versions for node in version.nodes.values())
        is_told = open_cases == "prefix" or not has_limits
        groups = () if is_told else tuple(judge_cases(clocks.log, versions, "prefix", costs, only_open=True))
        cases = JudgedCases.of(groups)
        return cls(groups, cases, node_times(groups, cases, clocks).awaited())

    @property
    def n_overdue(self) -> int:
        """Cases that wait for a node whose limit has passed."""
        return self.times.n_overdue

    def frame(self) -> pd.DataFrame:
        """The times as those of executions; see `NodeTimes.frame`."""
        return self.times.frame(self.groups, self.cases)
