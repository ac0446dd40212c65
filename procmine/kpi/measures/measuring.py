"""One KPI measured: what was found, or why nothing can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from procmine.core.result.shares import UNKNOWN, Interval
from procmine.core.text.errors import MissingDataError
from procmine.core.text.words import Words
from procmine.kpi.measures.measure_facts import MeasureFacts
from procmine.kpi.measures.measure_rows import MeasureRows
from procmine.kpi.spec.kpi import Kpi, Measurement
from procmine.kpi.spec.statistics import interval_of, share_interval, statistic_of

if TYPE_CHECKING:
    import pandas as pd

NOT_GIVEN = Words("（未填）", "(none)")


@dataclass(frozen=True, eq=False)
class MeasuredKpi:
    """One KPI with what was found.

    Attributes
    ----------
    reason
        Why there is nothing, where the log lacks what the measure needs.
    """

    kpi: Kpi
    rows: MeasureRows | None
    reason: MissingDataError | None = None

    @property
    def by(self) -> str:
        """Whether its cases count in the period they start in or end in."""
        return self.kpi.by or (self.rows.by if self.rows else "started")

    def slices(self, facts: MeasureFacts) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame | None]]:
        """All its rows, then those of each value of its split: name, rows, overdue."""
        if self.rows is None:
            return
        frame, overdue = self.rows.frame, self.rows.overdue
        yield "", frame, overdue
        if not self.kpi.split:
            return
        parts = self.labels(facts, frame)
        others = None if overdue is None else self.labels(facts, overdue)
        names = {*parts.unique(), *(() if others is None else others.unique())}
        for name in sorted(names, key=lambda one: (one == NOT_GIVEN.say(facts.log.language), one)):
            yield name, frame[parts == name], None if overdue is None or others is None else overdue[others == name]

    def labels(self, facts: MeasureFacts, frame: pd.DataFrame) -> pd.Series:
        """The value of the split in each row."""
        if self.rows is not None and self.rows.label == self.kpi.split:
            return frame[self.kpi.split].astype("object")
        texts = facts.attribute(self.kpi.split).reindex(frame["case_index"]).set_axis(frame.index).astype("object")
        return texts.where(texts.notna() & (texts.str.strip() != ""), NOT_GIVEN.say(facts.log.language))

    def missed(self, frame: pd.DataFrame) -> np.ndarray:
        """The rows that by themselves miss what the KPI asks for."""
        kpi, more = self.kpi, self.kpi.wants_more
        if self.rows is None or self.rows.stock or kpi.kind == "count":
            return np.zeros(len(frame), bool)
        if self.rows.is_share:
            if more is None:
                return np.zeros(len(frame), bool)
            hits, units = frame["hits"].to_numpy("float64"), frame["units"].to_numpy("float64")
            found: np.ndarray = (hits < units) if more else (hits > 0)
            return found
        if kpi.target is None or kpi.stat in ("sum", "count"):
            return np.zeros(len(frame), bool)
        missed: np.ndarray = ~kpi.target.fulfilled(frame["value"].to_numpy())
        return missed


class KpiValue(NamedTuple):
    """A number with its interval and what it rests on."""

    value: float
    low: float
    high: float
    n: int


def rows_of(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """What a measurement finds, by the computation that its measure names.

    Raises
    ------
    MissingDataError
        If the log lacks what the measure needs.
    """
    module, name = wanted.measure_record.computation.split(".")
    compute: Callable[[MeasureFacts, Measurement], MeasureRows] = getattr(
        import_module(f"procmine.kpi.measures.{module}"), name
    )
    return compute(facts, wanted)


def measure_kpi(facts: MeasureFacts, kpi: Kpi) -> MeasuredKpi:
    """One KPI measured on a log."""
    try:
        rows = rows_of(facts, kpi)
        if kpi.split and kpi.split != rows.label:
            facts.attribute(kpi.split)
        return MeasuredKpi(kpi, rows)
    except MissingDataError as error:
        return MeasuredKpi(kpi, None, error)


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


def value_of(kpi: Kpi, frame: pd.DataFrame, *, with_interval: bool = True) -> KpiValue:
    """The KPI's value in some rows: a share, or its statistic; durations in µs."""
    if "hits" in frame.columns:
        n = float(frame["units"].sum())
        share = float(frame["hits"].sum()) / n if n else float("nan")
        reach = _share_interval(frame) if with_interval and len(frame) else UNKNOWN
        return KpiValue(share, *reach, int(n))
    values = per_unit(kpi, frame)["value"].to_numpy()
    if kpi.kind == "count":
        return KpiValue(float(values.sum()), *UNKNOWN, len(values))
    number = statistic_of(values, kpi.stat)  # type: ignore[arg-type]
    reach = interval_of(values, kpi.stat) if with_interval else UNKNOWN  # type: ignore[arg-type]
    return KpiValue(number, *reach, len(values))
