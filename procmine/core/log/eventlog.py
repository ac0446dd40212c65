"""The event log: what every analysis takes. Frozen; a filter returns a new one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from procmine.core.html.places import Displayed, Place
from procmine.core.log import export, filters, path_filters, xes_writer
from procmine.core.log.build import CASES, EVENTS, LINKS, VARIANTS
from procmine.core.log.columns import CASE_COLUMNS, EVENT_COLUMNS
from procmine.core.log.engine import EngineSpec, connected, fetch, open_parquet, scratch_folder
from procmine.core.log.frames import build_from_frame, build_from_query
from procmine.core.log.import_report import ImportReport
from procmine.core.log.log_card import log_card, log_line
from procmine.core.text.errors import MissingDataError
from procmine.core.text.words import Language, Words

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from ibis.backends import BaseBackend

    from procmine.core.log.states import States


class Variant(NamedTuple):
    """A distinct activity sequence: its number, its activities, and how many cases have it."""

    number: int
    activities: tuple[str, ...]
    n_cases: int


class _Facts(NamedTuple):
    n_cases: int
    n_events: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, repr=False, eq=False)
class EventLog(Displayed):
    """Events of cases, on the engine.

    Attributes
    ----------
    cases
        One row per case (`core.log.columns.CASE_COLUMNS`, then case attributes). Times are naive UTC.
    all_events, all_cases
        The tables as imported; `events` holds the events of the cases that a filter kept.
    paths
        `variant` and its `activities`.
    zone
        The IANA time zone in which people read the times of this log.
    language
        The language of its results, "zh" or "en".
    import_report
        What reading the exports did.
    case_link
        Address of a case in the company's system, with `{case_id}` in it.
    has_estimated_starts
        Whether starts were estimated (`performance.ground.estimation`); every number made from them says so.
    countersigned
        Activities that several people sign in a row (会签): no rework (`core.log.countersign`).
    real_names
        Behind the pseudonyms of resources, for the hours that a calendar gives to people by name.

    Examples
    --------
    >>> import procmine as pm
    >>> log = pm.six_cases()
    >>> log.n_cases, log.activities
    (6, ['关闭', '分类', '受理', '处理', '客户沟通'])
    """

    name: str
    all_events: ir.Table
    all_cases: ir.Table
    paths: ir.Table
    cases: ir.Table
    zone: str
    language: Language = "zh"
    import_report: ImportReport = field(default_factory=ImportReport)
    case_link: str | None = None
    has_estimated_starts: bool = False
    countersigned: frozenset[str] = frozenset()
    real_names: Mapping[str, str] = field(default_factory=dict)

    # ── making a log ──────────────────────────────────────────────────────────────────────────

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        name: str,
        zone: str,
        language: Language = "zh",
        import_report: ImportReport | None = None,
        case_link: str | None = None,
        engine: EngineSpec | None = None,
    ) -> EventLog:
        """Open the three files that `core.log.build.build_log` wrote."""
        tables = _open_tables(connected(engine or EngineSpec()), folder)
        report = import_report or ImportReport()
        return cls(name=name, zone=zone, language=language, import_report=report, case_link=case_link, **tables)

    @classmethod
    def from_pandas(
        cls,
        frame: pd.DataFrame,
        *,
        zone: str,
        name: str = "",
        language: Language = "zh",
        states: States | None = None,
        countersigned: Iterable[str] = (),
    ) -> EventLog:
        """A log from a frame in hand.

        Parameters
        ----------
        frame
            Columns `case_id`, `activity`, `timestamp`, optional canonical columns, and attributes.
            Without `sequence`, events of equal time keep the order of the rows. Times without a zone
            are local times of `zone`.

        Raises
        ------
        ExportError
            If a required column or value is missing.
        """
        folder = scratch_folder()
        report = build_from_frame(frame, folder, zone, states)
        log = cls.open(folder, name=name, zone=zone, language=language, import_report=report)
        return dataclasses.replace(log, countersigned=frozenset(countersigned))

    def restricted_to(self, cases: ir.Table) -> EventLog:
        """The same log with fewer cases; `cases` is a selection of this log's cases."""
        return dataclasses.replace(self, cases=cases)

    def projected_on(self, events: ir.Table) -> EventLog:
        """A new log of these of its events: predecessors, variants and cases are made anew."""
        folder = scratch_folder()
        attributes = self.cases.select("case_index", "case_id", "state", *self.case_attributes)
        staged = events.drop(*LINKS).inner_join(attributes, "case_index").drop("case_index")
        build_from_query(staged, folder)
        tables = _open_tables(self.all_events.get_backend(), folder)
        return dataclasses.replace(self, **tables)

    # ── what it holds ─────────────────────────────────────────────────────────────────────────

    @property
    def events(self) -> ir.Table:
        """One row per event of the cases of this log (`core.log.columns.EVENT_COLUMNS`, then attributes)."""
        if self.cases is self.all_cases:
            return self.all_events
        return self.all_events.semi_join(self.cases, "case_index")

    @property
    def event_attributes(self) -> list[str]:
        """The attributes that may differ within a case."""
        return [name for name in self.all_events.columns if name not in EVENT_COLUMNS]

    @property
    def case_attributes(self) -> list[str]:
        """The attributes with one value per case."""
        return [name for name in self.all_cases.columns if name not in CASE_COLUMNS]

    @cached_property
    def knows_states(self) -> bool:
        """Whether it is known which cases are complete."""
        return bool(self.all_cases.state.notnull().any().to_pyarrow().as_py())

    def require(self, column: str, purpose: Words) -> None:
        """Make sure that an optional event column is there.

        Raises
        ------
        MissingDataError
            If it is not; the hint says what to map and where.
        """
        if column not in self.all_events.columns:
            raise MissingDataError.for_column(column, purpose, self.name)

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """The variants of this log, most cases first; a variant keeps its number through filters."""
        counted = self.cases.group_by("variant").aggregate(n_cases=self.cases.count())
        frame = fetch(counted.inner_join(self.paths, "variant"))
        found = [
            Variant(int(number), tuple(activities), int(n))
            for number, n, activities in zip(frame["variant"], frame["n_cases"], frame["activities"], strict=True)
        ]
        return tuple(sorted(found, key=lambda variant: (-variant.n_cases, variant.number)))

    # ── counters ──────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _facts(self) -> _Facts:
        cases = self.cases
        (row,) = (
            cases.aggregate(
                n_cases=cases.count(),
                n_events=cases.n_events.sum().fill_null(0),
                first=cases.start.min(),
                last=cases.end.max(),
            )
            .to_pyarrow()
            .to_pylist()
        )
        return _Facts(**row)

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return self._facts.n_cases

    @property
    def n_events(self) -> int:
        """Number of events."""
        return self._facts.n_events

    @property
    def n_variants(self) -> int:
        """Number of distinct activity sequences."""
        return len(self.variants)

    @cached_property
    def activities(self) -> list[str]:
        """The names of the activities, sorted."""
        return sorted({activity for variant in self.variants for activity in variant.activities})

    @property
    def n_activities(self) -> int:
        """Number of distinct activities."""
        return len(self.activities)

    @cached_property
    def n_resources(self) -> int | None:
        """Number of distinct resources; None where the log names none."""
        if "resource" not in self.all_events.columns:
            return None
        return int(self.events.resource.nunique().to_pyarrow().as_py())

    @property
    def first(self) -> datetime | None:
        """The earliest instant of the log (start where known): naive UTC; None when it is empty."""
        return self._facts.first

    @property
    def last(self) -> datetime | None:
        """The latest completion in the log: naive UTC; None when it is empty."""
        return self._facts.last

    @property
    def cutoff(self) -> datetime | None:
        """The log's own present: its newest event that is not marked as future, naive UTC."""
        return self.import_report.cutoff or self.last

    def local(self, instant: datetime) -> datetime:
        """A naive UTC instant as a time of the log's zone."""
        return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))

    # ── verbs ─────────────────────────────────────────────────────────────────────────────────

    filter_cases = filters.filter_cases
    filter_period = filters.filter_period
    filter_variants = path_filters.filter_variants
    filter_activities = path_filters.filter_activities
    filter_containing = path_filters.filter_containing
    filter_endpoints = path_filters.filter_endpoints
    filter_follower = path_filters.filter_follower
    filter_throughput = filters.filter_throughput

    to_pandas = export.to_pandas
    to_csv = export.to_csv
    to_parquet = export.to_parquet
    to_xes = xes_writer.to_xes

    # ── how it shows itself ───────────────────────────────────────────────────────────────────

    def __repr__(self) -> str:
        return log_line(self)

    def html_in(self, place: Place) -> str:  # noqa: ARG002
        """A card: what it holds, what was refused, what to call next; the same in every place."""
        return log_card(self)


def _open_tables(backend: BaseBackend, folder: Path) -> dict[str, ir.Table]:
    events, cases, paths = (open_parquet(backend, folder / file) for file in (EVENTS, CASES, VARIANTS))
    return {"all_events": events, "all_cases": cases, "cases": cases, "paths": paths}
