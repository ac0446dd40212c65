"""What a project says about its exports, and one file of them."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, StringConstraints, field_validator, model_validator

from procmine.core.log.columns import MAPPABLE
from procmine.core.log.states import States
from procmine.core.text.errors import ExportError, Fault, Text, did_you_mean
from procmine.core.text.spec import OneOrMore, Share, Spec, SpecValueError
from procmine.core.text.words import Words

UNSAID = "…"
"""What stands in a project.yml where something is still to be said."""

_OFFSET = re.compile(r"(?:utc|gmt)? *([+-]) *(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_WELL_KNOWN = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Asia/Kolkata", "Asia/Dubai", "Europe/London", "Europe/Berlin",
    "Europe/Paris", "Europe/Moscow", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo",
    "Australia/Sydney",
)  # fmt: skip
_PLACES = {"beijing": "Asia/Shanghai", "peking": "Asia/Shanghai", "china": "Asia/Shanghai", "北京": "Asia/Shanghai",
           "中国": "Asia/Shanghai", "上海": "Asia/Shanghai", "香港": "Asia/Hong_Kong", "台北": "Asia/Taipei"}  # fmt: skip
"""Where the name that people expect is not the one that the data base has."""


def known_zone(zone: str) -> str:
    """The zone itself, if the IANA data base knows it."""
    if zone == UNSAID:
        fault = Words("还没有写明时区", "it is not said yet which time zone")
        raise SpecValueError(fault, Words("例如 Asia/Shanghai", "for example Asia/Shanghai"))
    if zone not in available_timezones():
        fault = Words("没有名为“{zone}”的时区", "no time zone is called {zone!r}").filled(zone=zone)
        raise SpecValueError(fault, _zone_hint(zone))
    return zone


def _zone_hint(zone: str) -> Text:
    if offset := _OFFSET.fullmatch(zone.strip()):
        hours = int(f"{offset[1]}{offset[2]}") * 60 + int(f"{offset[1]}{offset[3] or 0}")
        winter = {name: datetime(2026, 1, 15, tzinfo=ZoneInfo(name)).utcoffset() for name in _WELL_KNOWN}
        fitting = [name for name, its in winter.items() if its == timedelta(minutes=hours)]
        return Words(
            "时差不是时区；写地点，例如 {names}", "an offset is no zone; name a place, for example {names}"
        ).filled(names=", ".join(fitting or _WELL_KNOWN[:3]))
    place = next((known for name, known in _PLACES.items() if name in zone.casefold()), None)
    near = (
        did_you_mean(zone, available_timezones())
        if place is None
        else Words(f"是不是“{place}”？", f"did you mean {place!r}?")
    )
    return near or Words("例如 Asia/Shanghai", "for example Asia/Shanghai")


class Source(Spec):
    """One kind of export: where its files are and how their columns are to be understood."""

    path: str = Field(description="file or pattern, relative to project.yml, for example exports/工单_*.csv")
    profile: str | None = Field(
        None, description="what kind of export it is: the name of a built-in profile, or a YAML file of your own"
    )
    lookups: dict[str, str] = Field(
        default_factory=dict, description="lookup of the profile: the file that holds it, for example {nodes: 节点.csv}"
    )
    columns: dict[str, str | None] = Field(
        default_factory=dict,
        description="canonical column: column of the export, for example {case_id: 工单编号}; ~ = do not use",
    )
    members: Annotated[list[str], OneOrMore] = Field(
        default_factory=list,
        description="files of a zip archive to read, by name or pattern, for example 工单*.csv; all when left out",
    )
    sheet: str | None = Field(None, description="worksheet to read; needed where several sheets would fit")
    encoding: str | None = Field(
        None, description="encoding of a text file where it cannot be told, for example cp1252"
    )
    undecodable: Literal["refuse", "replace"] = Field(
        "refuse", description='bytes that do not decode in the declared encoding: "replace" reads them as �'
    )
    delimiter: Annotated[str, StringConstraints(strip_whitespace=False)] | None = Field(
        None, description="separator of a text file"
    )
    date_format: str | list[str] | None = Field(
        None, description="format (or formats) of its times where it cannot be told, for example %d/%m/%Y %H:%M"
    )
    newest_first: bool | None = Field(
        None, description="whether its rows run from the newest to the oldest; seen by their times when left out"
    )
    null_values: list[str] = Field(
        default_factory=list, description='texts that mean "not given", for example ["?", "无"]'
    )
    time_zone: str | None = Field(
        None, description="zone of times written without one; the project's zone when left out"
    )

    clocks: dict[Literal["timestamp", "start", "enabled"], str] = Field(
        default_factory=dict,
        description="where date and time stand in two columns: the one with the time of day, as {timestamp: 操作时刻}",
    )
    key: Annotated[list[str], OneOrMore] = Field(
        default_factory=list,
        description="columns that tell one record from another, for example [logid]: the same record is read once",
    )
    join: Literal["cases", "people"] | None = Field(
        None, description="a table beside the events: of cases (customers, scores) or of people (resources)"
    )
    on: str | dict[str, str] | None = Field(
        None, description="what a table of cases is joined by: a column, or {name in the log: column of the table}"
    )

    def in_folder(self, folder: Path) -> Self:
        """The same source with the files it names found from a folder."""
        own = self.profile is not None and self.profile.lower().endswith((".yml", ".yaml"))
        files = {name: str(folder / path) for name, path in self.lookups.items()}
        return self.model_copy(
            update={"profile": str(folder / str(self.profile)) if own else self.profile, "lookups": files}
        )

    def takes(self, member: str) -> bool:
        """Whether a file of an archive, by its path in it, is one that the source reads."""
        names = (member, PurePosixPath(member).name)
        return not self.members or any(name == one or fnmatch(name, one) for one in self.members for name in names)

    @property
    def on_columns(self) -> tuple[str, str]:
        """The log's name and the table's column of what a table is joined by."""
        if isinstance(self.on, dict):
            ((ours, theirs),) = self.on.items()
            return ours, theirs
        return self.on or "", self.on or ""

    @model_validator(mode="after")
    def _replaceable(self) -> Self:
        if self.undecodable == "replace" and self.encoding is None:
            fault = Words("undecodable: replace 需要 encoding:", "undecodable: replace needs encoding:")
            raise SpecValueError(fault, Words("例如 encoding: gb18030", "for example encoding: gb18030"))
        return self

    @model_validator(mode="after")
    def _joinable(self) -> Self:
        if self.join == "cases" and not self.on:
            fault = Words("join: cases 需要 on:", "join: cases needs on:")
            raise SpecValueError(fault, Words("例如 on: 客户编号", "for example on: customer"))
        if isinstance(self.on, dict) and len(self.on) != 1:
            raise SpecValueError(Words("on: 只能有一对名称", "on: takes one pair of names"))
        return self

    @field_validator("delimiter")
    @classmethod
    def _one_sign(cls, delimiter: str | None) -> str | None:
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
            fault = Words(
                "分隔符必须是一个字符，且不是引号或换行", "it must be one character, no quotation mark or line end"
            )
            raise SpecValueError(fault, Words('例如 ";" 或 "\\t"', 'for example ";" or "\\t"'))
        return delimiter

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, zone: str | None) -> str | None:
        return None if zone is None else known_zone(zone)

    @field_validator("columns")
    @classmethod
    def _canonical(cls, columns: dict[str, str | None]) -> dict[str, str | None]:
        unknown = [name for name in columns if name not in MAPPABLE]
        if unknown:
            names = ", ".join(unknown)
            fault = Words("没有名为“{names}”的标准列", "no canonical column is called {names}").filled(names=names)
            hint = Words("可映射：{known}", "to be mapped: {known}").filled(known=", ".join(MAPPABLE))
            raise SpecValueError(fault, hint)
        return columns


class ExportFile(NamedTuple):
    """One export on disk, named by its content."""

    path: Path
    name: str
    sha256: str
    n_bytes: int

    @classmethod
    def at(cls, path: Path) -> ExportFile:
        """The file at a path.

        Raises
        ------
        ExportError
            If there is no such file, it is a folder, it may not be read, or it is empty.
        """
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                n_bytes = file.tell()
        except FileNotFoundError:
            raise ExportError(Fault(str(path), Words("找不到文件", "there is no such file"))) from None
        except IsADirectoryError:
            hint = Words("给出文件夹里的导出文件", "name an export inside it")
            raise ExportError(
                Fault(str(path), Words("这是文件夹，不是文件", "this is a folder, not a file"), hint=hint)
            ) from None
        except PermissionError:
            raise ExportError(Fault(str(path), Words("没有读取权限", "the file may not be read"))) from None
        if n_bytes == 0:
            fault = Words("文件为空（0 字节）", "the file is empty (0 bytes)")
            hint = Words("重新导出", "export it again")
            raise ExportError(Fault(path.name, fault, hint=hint))
        return cls(path, path.name, digest, n_bytes)


class People(Spec):
    """A list of staff: who they are, by the name that the exports give as resource."""

    path: str = Field(description="file with one row per person, relative to project.yml")
    key: str = Field(description="its column with the names that the exports use")
    role: str | None = Field(None, description="its column with their role")
    group: str | None = Field(None, description="its column with their department or team")
    cost_per_hour: str | dict[str, float] | None = Field(
        None, description="its column with what an hour costs, or {role: cost}"
    )

    @property
    def costs(self) -> tuple[dict[str, float], str]:
        """What an hour of each role costs, and the column that says it of each person: one of them is empty."""
        cost = self.cost_per_hour
        return ({}, cost) if isinstance(cost, str) else (cost or {}, "")

    def source(self) -> Source:
        """The list as a table to be joined."""
        return Source(
            path=self.path, join="people", columns={"resource": self.key, "role": self.role, "group": self.group}
        )


READER = 8
"""The reader's own version: raise it when the same export is read differently than before."""


class ReadingPlan(Spec):
    """How the exports of a project become one log."""

    time_zone: str
    activities: dict[str, list[str]] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    system_actors: list[str] = Field(default_factory=list)
    states: States | None = None
    max_rejected: Share = 0.01

    @property
    def standard_names(self) -> dict[str, str]:
        """Name in the exports to the standard name of the activity."""
        return {name: standard for standard, names in self.activities.items() for name in names}
