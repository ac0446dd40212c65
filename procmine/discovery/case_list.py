"""Cases one by one, each with its throughput time, steps, variant and state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from procmine.core.log.engine import fetch
from procmine.core.log.states import STATES
from procmine.core.result.charted import Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_ORDERS = {
    "throughput": (("throughput", False), ("case_index", True)),
    "variant": (("variant", True), ("case_index", True)),
}


@dataclass(frozen=True, repr=False, eq=False)
class CaseList(Result):
    """Cases in the order that was asked for."""

    TITLE: ClassVar[Words] = Words("案例清单", "Cases")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("throughput")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "throughput": Column(
            "duration",
            Words("流程周期", "Throughput time"),
            Words("首个事件到末个事件，自然时间", "first to last event, natural time"),
        ),
        "n_events": Column("count", Words("步数", "Steps"), Words("事件数", "number of events")),
        "variant": Column("count", Words("变体", "Variant")),
        "start": Column("time", Words("开始", "Start")),
        "end": Column("time", Words("结束", "End")),
        "state": Column("text", Words("状态", "State"), words=STATES),
    }


def case_list(log: EventLog, *, order: Literal["throughput", "variant"] = "throughput") -> CaseList:
    """All cases: longest first, or variant by variant.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.case_list(pm.six_cases()).table["case_id"].tolist()
    ['C4', 'C6', 'C2', 'C3', 'C1', 'C5']
    """
    cases = log.cases.mutate(throughput=log.cases.end.delta(log.cases.start, unit="microsecond"))
    keys = [cases[name].asc() if rising else cases[name].desc() for name, rising in _ORDERS[order]]
    return CaseList.of(log, fetch(cases.order_by(keys).select(*CaseList.COLUMNS)))
