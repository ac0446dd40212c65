"""One YAML file → sources, names, zone, states: everything that makes a company's log its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from procmine.conformance.target import TargetVersion
from procmine.core.calendar import Pause, Sla, WorkCalendar
from procmine.core.engine import EngineSpec
from procmine.core.errors import Fault, SpecError
from procmine.core.eventlog import EventLog
from procmine.core.import_report import Note
from procmine.core.spec import OneOrMore, Share, Spec, SpecValueError
from procmine.core.states import States
from procmine.core.words import Language, Words
from procmine.kpi.basis import Basis
from procmine.kpi.customers import Customers
from procmine.kpi.plan import KpiSet
from procmine.kpi.score_plan import ScorePlan
from procmine.kpi.spec import Kpi
from procmine.performance.estimation import estimate_starts
from procmine.project_notes import project_notes
from procmine.reading.importing import Progress, no_progress
from procmine.reading.people import People
from procmine.reading.plan import ReadingPlan
from procmine.reading.reader import read_log
from procmine.reading.source import ExportFile, Source, files_of, known_zone, source_of

FILE = "project.yml"
_CACHE = ".procmine"
_ADDRESS = "@sha256:"


class ProjectSpec(Spec):
    """What project.yml may say."""

    procmine: int = Field(description="version of this file's format: 1")
    name: str = Field(description="the project's name, the title of its reports")
    language: Language = Field("zh", description="language of its reports: zh or en")
    time_zone: str = Field(
        description="IANA zone of its people and of times written without an offset, for example Asia/Shanghai"
    )
    sources: list[Source] = Field(min_length=1, description="its exports; each entry is one kind of file")
    activities: dict[str, Annotated[list[str], OneOrMore]] = Field(
        default_factory=dict, description="standard name of an activity: its names in the exports"
    )
    attributes: dict[str, str] = Field(default_factory=dict, description="attribute: its column in the exports")
    people: People | None = Field(None, description="a list of staff that gives resources their role and group")
    system_actors: Annotated[list[str], OneOrMore] = Field(
        default_factory=list, description="resources that are systems, not people"
    )
    states: States | None = Field(None, description="what closes, cancels and reopens a case")
    countersign: Annotated[list[str], OneOrMore] = Field(
        default_factory=list, description="activities that several people sign in a row (会签): done once, no rework"
    )
    calendar: WorkCalendar | None = Field(
        None, description="the working calendar: hours, holidays, and who differs; natural time where left out"
    )
    sla_calendar: WorkCalendar | None = Field(
        None, description="the calendar in which limits are measured; the working calendar where left out"
    )
    pauses: list[Pause] = Field(
        default_factory=list, description="when the clock of a limit stands, for example while the customer is asked"
    )
    estimate_start: bool = Field(
        False, description="true: estimate the starts that the exports do not tell; results then say so"
    )
    target: Annotated[list[str], OneOrMore] = Field(
        default_factory=list, description="the standard process: a YAML file, or one per version"
    )
    kpis: list[Kpi] = Field(default_factory=list, description="what is measured, and what it should be")
    scorecards: Annotated[list[str], OneOrMore] = Field(default_factory=list, description="scorecards, one file each")
    customers: Customers | None = Field(None, description="which attributes tell customer, worth, cause and channel")
    max_rejected: Share = Field(0.01, ge=0, le=1, description="share of unreadable rows above which reading stops")
    case_link: str | None = Field(None, description="address of a case in your system, with {case_id} in it")
    engine: EngineSpec = Field(default_factory=EngineSpec, description="engine and its limits; may be left out")

    @field_validator("procmine")
    @classmethod
    def _version(cls, version: int) -> int:
        if version != 1:
            fault = Words("未知的文件版本 {version}", "file version {version} is not known")
            raise SpecValueError(fault.filled(version=version), Words("写 procmine: 1", "write procmine: 1"))
        return version

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, zone: str) -> str:
        return known_zone(zone)

    @field_validator("case_link")
    @classmethod
    def _link(cls, link: str | None) -> str | None:
        if link is not None and ("{case_id}" not in link or not link.startswith(("http://", "https://"))):
            fault = Words("case_link 必须是含 {{case_id}} 的网址", "case_link is an address with {{case_id}} in it")
            raise SpecValueError(fault.filled(), "https://crm.example/ticket/{case_id}")
        return link

    @field_validator("activities")
    @classmethod
    def _one_meaning(cls, activities: dict[str, list[str]]) -> dict[str, list[str]]:
        meaning: dict[str, str] = {}
        for standard, names in activities.items():
            for name in names:
                if meaning.setdefault(name, standard) != standard:
                    fault = Words("“{name}”同时属于“{a}”和“{b}”", "{name!r} stands under both {a!r} and {b!r}")
                    fault = fault.filled(name=name, a=meaning[name], b=standard)
                    raise SpecValueError(fault, Words("只保留一处", "keep it in one place"))
        return activities

    @field_validator("sla_calendar")
    @classmethod
    def _nobodys(cls, calendar: WorkCalendar | None) -> WorkCalendar | None:
        if calendar is not None and calendar.is_personal:
            fault = Words(
                "sla_calendar 不能有 groups 或 resources",
                "sla_calendar has groups or resources, and limits are nobody's",
            )
            raise SpecValueError(fault, Words("写在 calendar 里", "write them under calendar"))
        return calendar

    def plan(self) -> ReadingPlan:
        """The part that shapes reading."""
        return ReadingPlan(**{name: getattr(self, name) for name in ReadingPlan.model_fields})


@dataclass(frozen=True)
class Project:
    """A project folder and what its project.yml says.

    Attributes
    ----------
    folder
        Absolute path; names in project.yml are relative to it.
    """

    folder: Path
    spec: ProjectSpec

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
        import platformdirs

        own = self.folder / _CACHE
        bundled = Path(__file__).parent in self.folder.parents
        if os.access(self.folder, os.W_OK) and not bundled:
            return own
        return Path(platformdirs.user_cache_dir("procmine", appauthor=False))

    @property
    def targets(self) -> tuple[TargetVersion, ...]:
        """The versions of the standard process; none where project.yml names no `target:`.

        Raises
        ------
        SpecError
            If a file is missing or has faults: all of them at once, each with its line.
        """
        return tuple(TargetVersion.open(self.folder / path) for path in self.spec.target)

    @property
    def basis(self) -> Basis:
        """What KPIs and scorecards are measured by, besides the log."""
        rates, column = self.spec.people.costs if self.spec.people else ({}, "")
        return Basis.of(self.spec.states, self.targets, self.sla, rates, column, self.spec.activities)

    @property
    def kpis(self) -> KpiSet:
        """Its KPIs with what they are measured by; empty where project.yml names none."""
        return KpiSet.of(self.spec.kpis, self.basis, self.spec.customers, self.folder / FILE)

    @property
    def scorecards(self) -> tuple[ScorePlan, ...]:
        """Its scorecards, each with its sheet; none where project.yml names none. For faults: `ScorePlan.open`."""
        return tuple(ScorePlan.open(self.folder / path, self.folder, self.basis) for path in self.spec.scorecards)

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
        people = [self.spec.people.source()] if self.spec.people else []
        sources = [source.in_folder(self.folder) for source in (*self.spec.sources, *people)]
        if not exports:
            return [(source, file) for source in sources for file in files_of(source, self.folder)]
        tables = [(source, file) for source in sources if source.join for file in files_of(source, self.folder)]
        return [
            *((source_of(str(export).partition(_ADDRESS)[0], sources), self._file(str(export))) for export in exports),
            *tables,
        ]

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
        report = log.import_report.model_copy(update={"notes": (*log.import_report.notes, *self._notes(log))})
        return replace(log, import_report=report, countersigned=frozenset(self.spec.countersign))

    def _notes(self, log: EventLog) -> Iterator[Note]:
        calendars = [one for one in (self.spec.calendar, self.spec.sla_calendar) if one is not None]
        said = {name: getattr(self.spec, name) for name in ("pauses", "system_actors")}
        roles = self.spec.people.costs[0] if self.spec.people else ()
        return project_notes(log, calendars=calendars, countersigned=self.spec.countersign, paid_roles=roles, **said)


def address(file: ExportFile) -> str:
    """An export's name and content: names it without saying where it lies."""
    return f"{file.name}{_ADDRESS}{file.sha256}"


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
    >>> project.name, len(project.kpis), [version.name for version in project.targets]
    ('电信运营商 · 投诉与服务请求', 10, ['投诉与服务请求标准流程'])
    """
    given = Path(path).resolve()
    file = given if given.is_file() else given / FILE
    if not file.exists():
        fault = Words("找不到 project.yml", "there is no project.yml here")
        hint = Words("用 procmine new 新建一个项目", "make a project with procmine new")
        raise SpecError(Fault(str(path), fault, hint=hint))
    return Project(file.parent, ProjectSpec.load(file))
