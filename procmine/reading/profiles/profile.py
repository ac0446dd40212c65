"""A profile: what one system's export looks like and which shape of rows it has, as data.

The built-in profiles are YAML files beside this module; a user's own file has the same keys.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, field_validator

from procmine.core.log.import_notes import NOTES
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.spec import Spec, SpecValueError
from procmine.core.text.words import Words
from procmine.core.text.yaml_text import read_yaml
from procmine.reading.files.source import Source, known_zone
from procmine.reading.profiles.profile_parts import (
    CreatedEvent,
    Doubles,
    Lookup,
    Milestone,
    Pairs,
    Records,
    Texts,
    Title,
    compiled,
)

Shape = Literal["event_rows", "interval_rows", "field_history", "snapshot_rows", "milestone_columns", "trail_cell"]

ROW_IS_CASE = ("trail_cell", "milestone_columns")
"""Shapes whose row tells a whole case."""

NO_ACTIVITY = ("cc", "comment", "remind", "save")
"""Classes of actions that are no step of a process unless a profile says otherwise."""

_PROPOSED, _APART = 0.8, 0.1
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_SILENT = re.compile(r"[\s\ufeff\u200b-\u200f\u2060*]+")


class Profile(Spec):
    """How the export of one system becomes events."""

    name: str
    title: Title
    system: str = Field(description="the system, its version or its table")
    shape: Shape
    variant_of: str | None = Field(None, description="the profile that is proposed before this one for the same file")
    records: Records | None = Field(None, description="where the rows are, if the export is JSON")
    aliases: dict[str, Texts] = Field(description="canonical column or field of the shape: headers that mean it")
    required: list[str] = Field(default_factory=list, description="fields without which this is another export")
    not_with: Texts = Field(default_factory=list, description="headers that show that this is another export")
    or_else: dict[str, Texts] = Field(default_factory=dict, description="field: headers taken in rows that lack it")
    constants: dict[str, str] = Field(default_factory=dict, description="field: its value in every row")
    activity: Texts = Field(
        default_factory=list, description='templates such as "{node}"; the first that can be filled'
    )
    codes: dict[str, dict[str, str]] = Field(default_factory=dict, description="field: what its codes mean")
    vocabulary: dict[str, str] = Field(default_factory=dict, description="word of an action: its class")
    drop_classes: list[str] = Field(default_factory=lambda: list(NO_ACTIVITY), description="classes that are no events")
    keep: dict[str, Texts] = Field(default_factory=dict, description="field: the values that are events")
    drop: dict[str, Texts] = Field(default_factory=dict, description="field: values that are no events")
    open_when: dict[str, Texts] = Field(default_factory=dict, description="field: values that mean not finished")
    open_tokens: list[str] = Field(default_factory=list, description="texts in a time that mean not finished")
    pairs: Pairs | None = Field(None, description="rows that begin and end an interval, if they are two")
    watch: dict[str, str] = Field(default_factory=dict, description='what to watch for changes: activity, as "{new}"')
    created_event: CreatedEvent | None = None
    milestones: list[Milestone] = Field(default_factory=list)
    record: str | None = Field(None, description="regular expression for the head of a record in a trail")
    epoch_unit: Literal["s", "ms"] | None = Field(None, description="unit of times that are numbers")
    zero_is_null: bool = Field(False, description="a time of 0 means that there is none")
    salesforce_ids: bool = Field(False, description="case ids may have 15 or 18 characters")
    system_actors: list[str] = Field(default_factory=list)
    order_by: list[str] = Field(default_factory=lambda: ["sequence"], description="fields that order equal times")
    newest_first: bool = Field(False, description="the export lists the newest first")
    dedupe_key: list[str] = Field(default_factory=list, description="fields that name a row: repeated rows count once")
    doubles: list[Doubles] = Field(default_factory=list)
    list_columns: list[str] = Field(default_factory=list, description="repeated columns to be joined into one list")
    lookups: dict[str, Lookup] = Field(default_factory=dict)
    date_format: str | None = None
    time_zone: str | None = None
    warnings: list[str] = Field(default_factory=list, description="what this export cannot show, as codes of notes")

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, zone: str | None) -> str | None:
        return None if zone is None else known_zone(zone)

    @field_validator("record")
    @classmethod
    def _record(cls, record: str | None) -> str | None:
        if record is not None and "timestamp" not in compiled(record).groupindex:
            fault = Words("记录的表达式缺少名为 timestamp 的组", "the record has no group called timestamp")
            raise SpecValueError(fault, "(?P<timestamp>…)")
        return record

    @field_validator("warnings")
    @classmethod
    def _warnings(cls, warnings: list[str]) -> list[str]:
        unknown = [code for code in warnings if code not in NOTES]
        if unknown:
            fault = Words("没有提示“{codes}”", "there is no note {codes}").filled(codes=", ".join(unknown))
            raise SpecValueError(fault)
        return warnings


@cache
def built_in() -> dict[str, Profile]:
    """The profiles that come with the package, by name.

    Examples
    --------
    >>> built_in()["dingtalk_export"].shape
    'trail_cell'
    """
    folder = resources.files("procmine.reading") / "profiles"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yml")), key=lambda file: file.name)
    profiles = [Profile.from_yaml(read_yaml(file.read_text(encoding="utf-8"), file.name)) for file in files]
    return {profile.name: profile for profile in profiles}


def open_profile(name: str, folder: Path | None = None) -> Profile:
    """A built-in profile by its name, or a user's own by the path of its YAML file.

    Parameters
    ----------
    folder
        Where a relative path starts; the working directory when left out.

    Raises
    ------
    UnknownNameError
        If no built-in profile has this name and it is no path of a YAML file.
    SpecError
        If the file is missing or does not fit the model.

    Examples
    --------
    >>> open_profile("weaver_log").system
    '泛微 e-cology workflow_requestLog'
    """
    known = built_in()
    if name in known:
        return known[name]
    if not name.lower().endswith((".yml", ".yaml")):
        raise UnknownNameError.among(Words("格式", "profile"), [name], list(known), "profile")
    return Profile.load((folder or Path()) / name)


def profile_of(source: Source) -> Profile | None:
    """The profile that a project's source names, if it names one."""
    return None if source.profile is None else open_profile(source.profile)


def plain_header(header: str) -> str:
    r"""A header as it is compared: no blanks, marks or units, one width and one case.

    Examples
    --------
    >>> plain_header("\ufeff审批\n编号 *"), plain_header("耗时（小时）"), plain_header("Ｅdit Date")
    ('审批编号', '耗时', 'editdate')
    """
    text = _SILENT.sub("", unicodedata.normalize("NFKC", header))
    bare = _BRACKETS.sub("", text)
    return (bare or text).casefold()


def find_column(aliases: Iterable[str], columns: Iterable[str]) -> str | None:
    """The first column that an alias names: as it is written, else by its plain header.

    Examples
    --------
    >>> find_column(["发起时间"], ["编号", "发起时间 *"])
    '发起时间 *'
    """
    names = list(columns)
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(plain_header(name), name)
    for alias in aliases:
        found = alias if alias in names else plain.get(plain_header(alias))
        if found is not None:
            return found
    return None


class Proposal(NamedTuple):
    """How well a profile fits a file.

    Attributes
    ----------
    score
        Share of the required fields that are there, 0..1.
    matched
        Field to the column that was found for it.
    missing
        Required field to the headers that would have meant it.
    """

    profile: Profile
    score: float
    matched: dict[str, str]
    missing: dict[str, tuple[str, ...]]


def fields_found(profile: Profile, columns: Iterable[str]) -> dict[str, str]:
    """Field of a profile to the column that means it."""
    names = list(columns)
    found = {field: find_column(aliases, names) for field, aliases in profile.aliases.items()}
    return {field: column for field, column in found.items() if column is not None}


def rank(columns: Sequence[str], profiles: Mapping[str, Profile] | None = None) -> list[Proposal]:
    """How well each profile fits a file with these columns, the best first.

    A profile is only ever proposed; `likeliest_profile` says whether one stands out. Profiles of JSON files
    are ranked by the names that `read_json` gives their columns.

    Examples
    --------
    >>> rank(["审批编号", "审批状态", "发起时间", "审批记录"])[0].profile.name
    'dingtalk_export'
    """
    offered = [_proposal(profile, columns) for profile in (profiles or built_in()).values()]
    return sorted(offered, key=lambda offer: (-offer.score, -len(offer.matched), offer.profile.name))


def likeliest_profile(ranked: Sequence[Proposal]) -> Proposal | None:
    """The one profile that fits well and clearly better than the next; None if the user has to say."""
    good = [offer for offer in ranked if offer.score >= _PROPOSED]
    near = [offer for offer in good if good[0].score - offer.score <= _APART]
    names = [offer.profile.name for offer in near]
    near = [offer for offer in near if offer.profile.variant_of not in names]
    if len(near) > 1 and len(near[0].matched) > len(near[1].matched):
        own = {plain_header(column) for column in near[0].matched.values()}
        near = [near[0], *(one for one in near[1:] if {plain_header(c) for c in one.matched.values()} - own)]
    return near[0] if len(near) == 1 else None


def rivals(ranked: Sequence[Proposal]) -> list[Proposal]:
    """The profiles between which the user has to choose; none where at most one fits well."""
    good = [offer for offer in ranked if offer.score >= _PROPOSED]
    return good if len(good) > 1 and likeliest_profile(ranked) is None else []


def _proposal(profile: Profile, columns: Sequence[str]) -> Proposal:
    found = fields_found(profile, columns)
    stages = _stages_found(profile, columns)
    needed = profile.required
    missing = {field: tuple(profile.aliases.get(field, ())) for field in needed if field not in found}
    parts = len(needed) + bool(profile.milestones)
    met = len(needed) - len(missing) + (bool(profile.milestones) and len(stages) > 1)
    score = met / parts if parts and find_column(profile.not_with, columns) is None else 0.0
    return Proposal(profile, score, found | stages, missing)


def _stages_found(profile: Profile, columns: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for milestone in profile.milestones:
        column = find_column(milestone.columns, columns)
        if column is not None:
            found[milestone.activity] = column
        if milestone.pattern is not None:
            found |= {name: name for name in columns if re.search(milestone.pattern, name)}
    return found
