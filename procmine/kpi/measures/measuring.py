"""Measures by name, and one KPI measured: what was found, or why nothing can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.core.result.shares import UNKNOWN, Interval
from procmine.core.text.errors import MissingDataError
from procmine.core.text.words import Words
from procmine.kpi.measures import outcome_measures as outcomes
from procmine.kpi.measures import repeat_measures as repeats
from procmine.kpi.measures import standard_measures as within
from procmine.kpi.measures import time_measures as times
from procmine.kpi.measures import value_measures as worth
from procmine.kpi.measures import work_measures as work
from procmine.kpi.measures.basis import Evaluation
from procmine.kpi.measures.measure_rows import Found
from procmine.kpi.spec.kpi import Kpi, Measurement
from procmine.kpi.spec.statistics import interval_of, share_interval, statistic_of

if TYPE_CHECKING:
    import pandas as pd

WAYS: Mapping[str, Callable[[Evaluation, Measurement], Found]] = {
    "throughput": times.throughput,
    "response": times.response,
    "processing": times.processing,
    "waiting": times.waiting,
    "sojourn": times.sojourn,
    "within_limit": within.within_limit,
    "resolution_rate": outcomes.resolution_rate,
    "fcr": outcomes.fcr,
    "acceptance_rate": outcomes.acceptance_rate,
    "handling_rate": outcomes.handling_rate,
    "repeat_rate": repeats.repeat_rate,
    "reopening_rate": outcomes.reopening_rate,
    "return_rate": outcomes.return_rate,
    "rejection_rate": outcomes.rejection_rate,
    "case_share": outcomes.case_share,
    "rework_rate": work.rework_rate,
    "handovers": work.handovers,
    "handover_rate": work.handover_rate,
    "automation_rate": work.automation_rate,
    "no_touch_rate": work.no_touch_rate,
    "systematization_rate": work.systematization_rate,
    "bot_handover_rate": work.bot_handover_rate,
    "case_conformance": within.case_conformance,
    "event_conformance": within.event_conformance,
    "arrivals": work.arrivals,
    "completions": work.completions,
    "backlog": work.backlog,
    "satisfaction": worth.attribute,
    "cost": worth.cost,
    "revenue": worth.revenue,
    "arpu": worth.arpu,
    "attribute": worth.attribute,
}

NOT_GIVEN = Words("（未填）", "(none)")


@dataclass(frozen=True, eq=False)
class Measured:
    """One KPI with what was found.

    Attributes
    ----------
    reason
        Why there is nothing, where the log lacks what the measure needs.
    """

    kpi: Kpi
    found: Found | None
    reason: MissingDataError | None = None

    @property
    def by(self) -> str:
        """Whether its cases count in the period they start in or end in."""
        return self.kpi.by or (self.found.by if self.found else "started")

    def slices(self, of: Evaluation) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame | None]]:
        """All its rows, then those of each value of its split: name, rows, overdue."""
        if self.found is None:
            return
        frame, overdue = self.found.frame, self.found.overdue
        yield "", frame, overdue
        if not self.kpi.split:
            return
        parts = self.labels(of, frame)
        others = None if overdue is None else self.labels(of, overdue)
        names = {*parts.unique(), *(() if others is None else others.unique())}
        for name in sorted(names, key=lambda one: (one == NOT_GIVEN.say(of.log.language), one)):
            yield name, frame[parts == name], None if overdue is None or others is None else overdue[others == name]

    def labels(self, of: Evaluation, frame: pd.DataFrame) -> pd.Series:
        """The value of the split in each row."""
        if self.found is not None and self.found.label == self.kpi.split:
            return frame[self.kpi.split].astype("object")
        told = of.attribute(self.kpi.split).reindex(frame["case_index"]).set_axis(frame.index).astype("object")
        return told.where(told.notna() & (told.str.strip() != ""), NOT_GIVEN.say(of.log.language))

    def missed(self, frame: pd.DataFrame) -> np.ndarray:
        """The rows that by themselves miss what the KPI asks for."""
        kpi, more = self.kpi, self.kpi.wants_more
        if self.found is None or self.found.stock or kpi.kind == "count":
            return np.zeros(len(frame), bool)
        if self.found.is_share:
            if more is None:
                return np.zeros(len(frame), bool)
            hits, units = frame["hits"].to_numpy("float64"), frame["units"].to_numpy("float64")
            found: np.ndarray = (hits < units) if more else (hits > 0)
            return found
        if kpi.target is None or kpi.stat in ("sum", "count"):
            return np.zeros(len(frame), bool)
        missed: np.ndarray = ~kpi.target.fulfilled(frame["value"].to_numpy())
        return missed


class Value(NamedTuple):
    """A number with its interval and what it rests on."""

    value: float
    low: float
    high: float
    n: int


def measured(of: Evaluation, kpi: Kpi) -> Measured:
    """One KPI measured on a log."""
    try:
        found = WAYS[kpi.measure](of, kpi)
        if kpi.split and kpi.split != found.label:
            of.attribute(kpi.split)
        return Measured(kpi, found)
    except MissingDataError as error:
        return Measured(kpi, None, error)


def _share_interval(frame: pd.DataFrame) -> Interval:
    """The interval of a share, its rows taken together by case."""
    if frame["case_index"].duplicated().any():
        frame = frame.groupby("case_index")[["hits", "units"]].sum()
    return share_interval(frame["hits"].to_numpy("float64"), frame["units"].to_numpy("float64"))


def per_unit(kpi: Measurement, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that a statistic is of: those of a measure of customers become one per customer, at their first case."""
    if "customer" not in frame.columns:
        return frame
    how = "first" if kpi.per == "customer" else "sum"
    by = frame.sort_values("case_index").groupby("customer", sort=True)
    return by.agg(case_index=("case_index", "first"), value=("value", how)).reset_index(drop=True)


def value_of(kpi: Kpi, frame: pd.DataFrame, *, with_interval: bool = True) -> Value:
    """The KPI's value in some rows: a share, or its statistic; durations in µs."""
    if "hits" in frame.columns:
        n = float(frame["units"].sum())
        share = float(frame["hits"].sum()) / n if n else float("nan")
        reach = _share_interval(frame) if with_interval and len(frame) else UNKNOWN
        return Value(share, *reach, int(n))
    values = per_unit(kpi, frame)["value"].to_numpy()
    if kpi.kind == "count":
        return Value(float(values.sum()), *UNKNOWN, len(values))
    number = statistic_of(values, kpi.stat)  # type: ignore[arg-type]
    reach = interval_of(values, kpi.stat) if with_interval else UNKNOWN  # type: ignore[arg-type]
    return Value(number, *reach, len(values))
