"""What deviations cost in an alignment, as a user gives it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from procmine.conformance.standard.standard import Standard
from procmine.core.text.errors import Fault, SpecError, UnknownNameError
from procmine.core.text.words import Words

MOST = 1000


def checked_costs(
    costs: Mapping[str, int], versions: Sequence[Standard], activities: Collection[str]
) -> Mapping[str, int]:
    """Costs by node and activity, each of them known and from 1 to 1000.

    Raises
    ------
    UnknownNameError
        If a name is neither a node of some version nor an activity of it or of the log.
    SpecError
        If a cost is no whole number from 1 to 1000: all of them at once.

    Examples
    --------
    >>> checked_costs({"受理": 5}, [], ["受理"])
    {'受理': 5}
    """
    known = {name for one in versions for name in (*one.nodes, *one.claims)} | set(activities)
    foreign = [name for name in costs if name not in known]
    if foreign:
        raise UnknownNameError.among(Words("节点或活动", "node or activity"), foreign, sorted(known), "costs")
    text = Words("“{name}”的代价是 {cost}", "the cost of {name!r} is {cost}")
    hint = Words("写 1 到 {most} 的整数", "write a whole number from 1 to {most}").filled(most=MOST)
    faults = [
        Fault("costs", text.filled(name=name, cost=cost), hint=hint)
        for name, cost in costs.items()
        if isinstance(cost, bool) or not isinstance(cost, int) or not 1 <= cost <= MOST
    ]
    if faults:
        raise SpecError(*faults)
    return costs
