"""Limits of open cases, and how probable it is that they are exceeded, from what past cases did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.text.errors import FilterError, UnknownNameError
from procmine.core.text.words import Words
from procmine.performance.ground.elapsed import elapsed

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from procmine.core.clock.calendar import Sla
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Integers

    Elapsed = Callable[[Integers, Integers, Integers], Integers]


@dataclass(frozen=True)
class BreachLimits:
    """How long a case may take, and how long it may wait after an activity: microseconds."""

    case: int | None
    nodes: Mapping[str, int]

    @classmethod
    def read(
        cls,
        log: EventLog,
        limit: timedelta | str | None,
        limits: Mapping[str, timedelta | str] | None,
        place: str = "open_cases",
    ) -> BreachLimits:
        """Limits as they were asked for.

        Raises
        ------
        UnknownNameError
            If one is for an activity that the log as imported does not have.
        FilterError
            If a text is no duration.
        """
        nodes = {name: microseconds_of(value, place) for name, value in (limits or {}).items()}
        if nodes:
            known = sorted(fetch(log.all_events.select("activity").distinct())["activity"])
            unknown = [name for name in nodes if name not in known]
            if unknown:
                raise UnknownNameError.among(Words("活动", "activity"), unknown, known, place)
        return cls(None if limit is None else microseconds_of(limit, place), nodes)


def microseconds_of(duration: timedelta | str, place: str) -> int:
    """A duration in microseconds; a day is 24 hours of the clock."""
    hint = Words('例如 "30 min" 或 "36 h"', 'for example "30 min" or "36 h"')
    try:
        length = int(pd.Timedelta(duration) / pd.Timedelta(microseconds=1))
    except ValueError:
        fault = Words("不是时长", "this is no duration")
        raise FilterError.because(f"{place}: {duration!r}", fault, hint) from None
    if length <= 0:
        raise FilterError.because(f"{place}: {duration!r}", Words("时限必须大于零", "a limit is above nought"), hint)
    return length


def elapsed_of(log: EventLog, sla: Sla | None) -> Elapsed | None:
    """Working time less pauses between two instants of a case; None where none is asked for."""
    if sla is None:
        return None
    return lambda case, begin, end: elapsed(log, sla, case, begin, end)


_SPENT = {"case": "age", "node": "dwell"}


def with_limits(log: EventLog, frame: pd.DataFrame, limits: BreachLimits, sla: Sla | None) -> pd.DataFrame:
    """Open cases with the limit of which most has elapsed, and the risk of exceeding it.

    The frame has `node`, `age`, `dwell`, and both in working time; with an `sla` those are measured.
    """
    limited = frame.assign(limit=np.nan, limit_of="", elapsed=np.nan, is_overdue=False, risk=np.nan, n_like=0)
    wanted = [("node", value, name) for name, value in sorted(limits.nodes.items())]
    wanted += [] if limits.case is None else [("case", limits.case, "")]
    for kind, value, node in wanted:
        spent = frame[_SPENT[kind] if sla is None else f"{_SPENT[kind]}_working"].to_numpy("float64")
        risk, n_like = _risk(_past(log, sla, node), spent, value)
        here = (spent / value > limited["elapsed"]) | limited["elapsed"].isna()
        if kind == "node":
            here &= frame["node"] == node
        found = {"limit": value, "limit_of": kind, "elapsed": spent / value, "is_overdue": spent > value}
        for name, values in {**found, "risk": risk, "n_like": n_like}.items():
            limited[name] = limited[name].where(~here, values)
    return limited


def _risk(past: Integers, spent: NDArray[np.float64], value: int) -> tuple[NDArray[np.float64], Integers]:
    """Of past durations that exceed what has been spent: the share that exceeds the limit, and how many they are."""
    n_like = len(past) - np.searchsorted(past, spent, side="right")
    n_over = len(past) - int(np.searchsorted(past, value, side="right"))
    share = np.divide(n_over, n_like, out=np.full(len(spent), np.nan), where=n_like > 0)
    return np.where(spent > value, 1.0, share), n_like


def _past(log: EventLog, sla: Sla | None, node: str) -> Integers:
    """How long complete cases took, or cases stayed after an activity, sorted."""
    frame = fetch(_stays(log, node) if node else _complete(log))
    begin, end = (frame[name].astype("datetime64[us]").astype("int64").to_numpy() for name in ("begin", "finish"))
    clock = elapsed_of(log, sla)
    took = end - begin if clock is None else clock(frame["case_index"].to_numpy("int64"), begin, end)
    return np.sort(took)


def _complete(log: EventLog) -> ir.Table:
    cases = log.cases.filter(log.cases.state == "complete")
    return cases.select("case_index", begin="start", finish="end")


def _stays(log: EventLog, node: str) -> ir.Table:
    events = log.events
    after = events.filter(events.previous_activity == node)
    return after.select("case_index", begin="previous_timestamp", finish="timestamp")
