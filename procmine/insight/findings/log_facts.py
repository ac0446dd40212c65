"""What all findings rest on: the log, the hours that count, and what is known of its cases and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from procmine.conformance.standard.standard import in_force
from procmine.conformance.views.conformance_check import check_conformance
from procmine.core.clock.calendar import Sla
from procmine.core.clock.workclock import WorkClock, clock_of
from procmine.core.log.engine import fetch
from procmine.core.text.words import Words, write_share
from procmine.insight.findings.concentration import Concentration, case_values, concentration
from procmine.insight.findings.settled import settled
from procmine.insight.findings.turning_points import TurningPoint, turning_point
from procmine.kpi.kpis.evaluation import evaluate_kpis

if TYPE_CHECKING:
    from procmine.conformance.standard.standard import Standard
    from procmine.conformance.views.conformance import Conformance
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.kpi.kpis.evaluation import Kpis
    from procmine.kpi.kpis.kpi_set import KpiSet
    from procmine.kpi.measures.measure_facts import MeasureSettings

NEW, RISEN = 0.1, 3.0
"""A habit is new where its rate was below a tenth of the later one; it has risen where it is three times as high."""


class Doer(NamedTuple):
    """Somebody who did most of something.

    Attributes
    ----------
    share, expected
        Part of these events, and of all events of the same activities.
    """

    name: str
    share: float
    expected: float


@dataclass(frozen=True, eq=False)
class LogFacts:
    """A log, and what it is looked at by.

    Attributes
    ----------
    calendar
        The company's working hours, in which everything lost is measured; natural time without.
    versions, sla
        The standard process in its versions, none where there is none, and how its limits are measured.
    kpis
        The KPIs, if there are any.
    """

    log: EventLog
    calendar: WorkCalendar | None
    versions: tuple[Standard, ...] = ()
    kpis: KpiSet | None = None
    sla: Sla = field(default_factory=Sla)

    @cached_property
    def ignored(self) -> frozenset[str]:
        """The activities that the standard ignores: they are no work."""
        return frozenset(name for version in self.versions for name in version.ignore)

    @cached_property
    def measured(self) -> Kpis | None:
        """The KPIs, measured."""
        return evaluate_kpis(self.log, self.kpis) if self.kpis is not None and len(self.kpis) else None

    @cached_property
    def conformance(self) -> Conformance | None:
        """The log held against the standard; KPIs that are measured by the same one have done it already."""
        if not self.versions:
            return None
        known = None if self.measured is None else self.measured.facts
        if known is not None and self._judges_alike(known.settings):
            return known.conformance
        return check_conformance(self.log, self.versions, sla=self.sla)

    def _judges_alike(self, settings: MeasureSettings) -> bool:
        return bool(settings.standard) and settings.sla == self.sla and in_force(settings.standard) == self.versions

    @cached_property
    def clock(self) -> WorkClock:
        """The company's common clock: who is absent or has other shifts loses time by it."""
        return clock_of(self.log, self.calendar)

    @cached_property
    def values(self) -> pd.DataFrame:
        """Attributes of the cases that tell groups apart, by case_index."""
        return case_values(self.log)

    @cached_property
    def months(self) -> pd.Series:
        """First day of the local month in which each case started, by case_index."""
        frame = fetch(self.log.cases.select("case_index", "start")).sort_values("case_index")
        local = frame["start"].astype("datetime64[us]").dt.tz_localize("UTC").dt.tz_convert(self.log.zone)
        first = local.dt.tz_localize(None).dt.to_period("M").dt.to_timestamp()
        return pd.Series(first.to_numpy(), index=frame["case_index"].to_numpy())

    @cached_property
    def settled_months(self) -> pd.Series:
        """The months of the cases that can be compared over time; see `settled`."""
        return self.months.loc[settled(self.log, self.months)]

    @cached_property
    def events(self) -> pd.DataFrame:
        """The events by case and position: activity, resource, system, done and before (µs; before is -1 at first)."""
        known = [name for name in ("resource", "is_system") if name in self.log.all_events.columns]
        columns = ["case_index", "position", "activity", "timestamp", "previous_timestamp", *known]
        frame = fetch(self.log.events.select(*columns).order_by("case_index", "position"))
        done, before = (frame[name].astype("datetime64[us]") for name in ("timestamp", "previous_timestamp"))
        frame["done"] = done.astype("int64")
        frame["before"] = np.where(before.isna(), -1, before.astype("int64"))
        for name in {"resource", "is_system"} - {*known}:
            frame[name] = None
        return frame.drop(columns=["timestamp", "previous_timestamp"])

    @cached_property
    def automatic(self) -> frozenset[str]:
        """The activities that systems do for the most part."""
        share = self.events["is_system"].eq(True).groupby(self.events["activity"]).mean()
        return frozenset(share.index[share > 0.5])

    def rows(self, case_index: np.ndarray, position: np.ndarray) -> np.ndarray:
        """The rows of `events` at these places."""
        found: np.ndarray = np.searchsorted(self.events["case_index"].to_numpy(), case_index) + position - 1
        return found

    def time_into(self, rows: np.ndarray) -> np.ndarray:
        """Working time from the event before to each of these events, µs; nothing before the first of a case."""
        done, before = (self.events[name].to_numpy()[rows] for name in ("done", "before"))
        found: np.ndarray = self.clock.between(np.where(before < 0, done, before), done)
        return found

    # ── where, since when, by whom ────────────────────────────────────────────────────────────

    def where(self, cases: pd.DataFrame, among: pd.Index | None = None) -> Concentration | None:
        """The attribute value on which a finding falls, by time lost, or by cases where none is lost.

        Parameters
        ----------
        among
            The cases that could have it; all cases when left out.
        """
        weights = _weights(cases, self.values.index if among is None else among)
        return concentration(self.values, weights)

    def since(self, cases: pd.DataFrame, among: pd.Index | None = None) -> TurningPoint | None:
        """The month from which on cases have it clearly more often.

        Parameters
        ----------
        among
            The cases that could have it; all cases when left out.
        """
        months = self.months if among is None else self.months.loc[among]
        has = pd.Series(months.index.isin(cases["case_index"]).astype(float), index=months.index)
        found = turning_point(months, has)
        return found if found is not None and found.after >= RISEN * found.before else None

    def doer(self, rows: np.ndarray) -> Doer | None:
        """The person who did most of these events; None where nobody stands out or a system did it."""
        events = self.events
        mine = events.iloc[rows]
        manual = mine[mine["is_system"].ne(True) & mine["resource"].notna()]
        if manual.empty or len(manual) * 2 < len(mine):
            return None
        counts = manual["resource"].value_counts()
        name = min(counts.index[counts == counts.max()])
        alike = events[events["activity"].isin(set(manual["activity"]))]
        return Doer(name, float(counts.max() / len(mine)), float((alike["resource"] == name).mean()))


def _weights(cases: pd.DataFrame, among: pd.Index) -> pd.Series:
    lost = cases.groupby("case_index")["lost"].sum()
    lost = lost.clip(lower=0) if (lost > 0).any() else lost * 0 + 1
    return pd.Series(lost.reindex(among).fillna(0.0).to_numpy(dtype=float), index=among)


def where_words(found: Concentration | None) -> Words:
    """A half-sentence on where something falls; empty where nowhere."""
    if found is None:
        return Words("", "")
    text = Words(
        "{share} 落在{attribute}为“{value}”的案例上（占相关案例的 {expected}）。",
        " {share} of it falls on cases with {attribute} {value} ({expected} of the cases concerned).",
    )
    return text.filled(
        share=write_share(found.share),
        attribute=found.attribute,
        value=found.value,
        expected=write_share(found.expected),
    )


def since_words(found: TurningPoint | None) -> Words:
    """A half-sentence on when something began or rose; empty where it did not."""
    if found is None:
        return Words("", "")
    text = Words(
        "{month} 起明显增多：此前 {before} 的案例，此后 {after}。",
        " It has been more since {month}: {before} of the cases before, {after} from then on.",
    )
    return text.filled(month=f"{found.month:%Y-%m}", before=write_share(found.before), after=write_share(found.after))
