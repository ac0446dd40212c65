"""What project.yml may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from procmine.core.clock.calendar import Pause, WorkCalendar
from procmine.core.log.engine import EngineSpec
from procmine.core.log.states import States
from procmine.core.text.spec import OneOrMore, Share, Spec, SpecValueError
from procmine.core.text.words import Language, Words
from procmine.kpi.spec.customers import Customers
from procmine.kpi.spec.kpi import Kpi
from procmine.reading.files.source import People, ReadingPlan, Source, known_zone


class ProjectSpec(Spec):
    """What project.yml may say."""

    FORMER_KEYS: ClassVar[Mapping[str, str]] = {"target": "standard"}

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
    standard: Annotated[list[str], OneOrMore] = Field(
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
