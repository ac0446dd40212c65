"""One YAML file → sources, names, zone, states: everything that makes a company's log its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import platformdirs

from procmine.conformance.standard.standard import Standard
from procmine.conformance.standard.standard_file import read_standard
from procmine.core.clock.calendar import Sla, WorkCalendar
from procmine.core.log.eventlog import EventLog
from procmine.core.log.import_report import Note
from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.words import Language, Words
from procmine.kpi.kpis.kpi_set import KpiSet
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.scorecards.loaded_scorecard import LoadedScorecard
from procmine.performance.ground.estimation import estimate_starts
from procmine.project.project_checks import Written
from procmine.project.project_notes import project_notes
from procmine.project.project_spec import ProjectSpec
from procmine.reading.assembly.importing import Progress, no_progress
from procmine.reading.assembly.reader import read_log
from procmine.reading.files.selection import Selection, sheets_of, sources_of
from procmine.reading.files.source import ExportFile, Source

FILE = "project.yml"
_CACHE = ".procmine"
_ADDRESS = "@sha256:"


@dataclass(frozen=True)
class Project:
    """A project folder and what its project.yml says.

    Attributes
    ----------
    folder
        Absolute path; names in project.yml are relative to it.
    written
        Its project.yml with the lines of all that it says.
    """

    folder: Path
    spec: ProjectSpec
    written: Written

    @property
    def name(self) -> str:
        """The project's name."""
        return self.spec.name

    @property
    def language(self) -> Language:
        """The language of its reports."""
        return self.spec.language

    @property
    def cache(self) -> Path:
        """Where imported logs are kept: in the project, or where it may not be written, with the user."""
        own = self.folder / _CACHE
        bundled = Path(__file__).parent in self.folder.parents
        if os.access(self.folder, os.W_OK) and not bundled:
            return own
        return Path(platformdirs.user_cache_dir("procmine", appauthor=False))

    @cached_property
    def standard(self) -> tuple[Standard, ...]:
        """The versions of the standard process, read once; none where project.yml names no `standard:`.

        Raises
        ------
        SpecError
            If a file is missing, bears the former name of a standard, or has faults: all at once, each with its line.
        """
        return tuple(read_standard(path) for path in self.written.standard())

    @property
    def settings(self) -> MeasureSettings:
        """What KPIs and scorecards are measured by, besides the log."""
        rates, column = self.spec.people.costs if self.spec.people else ({}, "")
        states = self.spec.states
        known = frozenset([*self.spec.activities, *(states.activities() if states else [])])
        return MeasureSettings(states, self.standard, self.sla, rates, column, known)

    @property
    def kpis(self) -> KpiSet:
        """Its KPIs with what they are measured by; empty where project.yml names none."""
        return KpiSet.of(self.spec.kpis, self.settings, self.spec.customers, self.folder / FILE)

    @cached_property
    def scorecards(self) -> tuple[LoadedScorecard, ...]:
        """Its scorecards, each with its sheet; none where project.yml names none. For faults: `LoadedScorecard.open`."""
        cards = self.written.there(self.spec.scorecards, "scorecards")
        return tuple(LoadedScorecard.open(path, self.folder, self.settings) for path in cards)

    @property
    def calendar(self) -> WorkCalendar | None:
        """The working calendar; None where project.yml names none."""
        return self.spec.calendar

    @property
    def sla(self) -> Sla:
        """How limits are measured: their own calendar, else the working calendar, and the pauses."""
        return Sla(calendar=self.spec.sla_calendar or self.spec.calendar, pauses=tuple(self.spec.pauses))

    def files(self, exports: Sequence[str | Path] = ()) -> list[tuple[Source, ExportFile]]:
        """The exports to read, each with its source.

        Parameters
        ----------
        exports
            Read these instead of what `sources:` names: paths relative to the project folder, or
            `name@sha256:…` for an export that the cache already holds.

        Raises
        ------
        ExportError
            If a file is missing.
        SpecError
            If it cannot be told to which source an export belongs.
        """
        self.written.refuse_missing(exports=not exports)
        chosen = self._selection()
        given = ((str(export).partition(_ADDRESS)[0], self._file(str(export))) for export in exports)
        named = [(source, file) for name, file in given for source in sources_of(name, chosen.sources)]
        return [*named, *chosen.files(tables_only=bool(exports))]

    def _selection(self) -> Selection:
        people = [self.spec.people.source()] if self.spec.people else []
        sources = [source.in_folder(self.folder) for source in (*self.spec.sources, *people)]
        return Selection(self.folder, sources, sheets_of([self.folder / path for path in self.spec.scorecards]))

    def _file(self, export: str) -> ExportFile:
        if _ADDRESS in export:
            name, _, digest = export.partition(_ADDRESS)
            return ExportFile(self.folder / name, name, digest, 0)
        return ExportFile.at(self.folder / export)

    def read(self, exports: Sequence[str | Path] = (), *, progress: Progress = no_progress) -> EventLog:
        """The project's log; read from the exports once, then opened from the cache.

        Raises
        ------
        ExportError
            If an export cannot be read.
        """
        log = read_log(
            self.files(exports),
            self.spec.plan(),
            name=self.name,
            language=self.language,
            case_link=self.spec.case_link,
            engine=self.spec.engine,
            cache=self.cache,
            progress=progress,
        )
        log = estimate_starts(log) if self.spec.estimate_start else log
        unread = [] if exports else self._selection().notes()
        report = log.import_report.with_notes(*unread, *self._notes(log))
        return replace(log, import_report=report, countersigned=frozenset(self.spec.countersign))

    def _notes(self, log: EventLog) -> Iterator[Note]:
        calendars = [one for one in (self.spec.calendar, self.spec.sla_calendar) if one is not None]
        return project_notes(
            log,
            calendars=calendars,
            pauses=self.spec.pauses,
            countersigned=self.spec.countersign,
            system_actors=self.spec.system_actors,
            paid_roles=self.spec.people.costs[0] if self.spec.people else (),
        )


def address(file: ExportFile) -> str:
    """An export's name and content: names it without saying where it lies."""
    return f"{file.name}{_ADDRESS}{file.sha256}"


def project_file(path: str | Path) -> Path:
    """The project.yml of a project that is named by its folder or by that file.

    Raises
    ------
    SpecError
        If there is none.
    """
    given = Path(path).resolve()
    file = given if given.is_file() else given / FILE
    if not file.exists():
        fault = Words("找不到 project.yml", "there is no project.yml here")
        hint = Words("用 procmine new 新建一个项目", "make a project with procmine new")
        raise SpecError(Fault(str(path), fault, hint=hint))
    return file


def open_project(path: str | Path) -> Project:
    """Open a project by its folder or its project.yml.

    Raises
    ------
    SpecError
        If there is no project.yml, or it has faults: all of them at once, each with its line.

    Examples
    --------
    >>> from procmine.samples.bundled import sample_project
    >>> project = open_project(sample_project("telecom"))
    >>> project.name, len(project.kpis), [version.name for version in project.standard]
    ('电信运营商 · 投诉与服务请求', 10, ['投诉与服务请求标准流程'])
    """
    file = project_file(path)
    written = Written.read(file)
    return Project(file.parent, written.spec, written)
