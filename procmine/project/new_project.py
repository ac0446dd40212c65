"""A first project.yml for an export in hand: every column found, the likely mapping proposed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from procmine.core.log.columns import LABELS, REQUIRED
from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.shell import this_shell
from procmine.core.text.words import Language, Words
from procmine.core.text.written_files import writing
from procmine.core.text.yaml_text import scalar
from procmine.project.export_inspection import Contents, inspect_export, listed
from procmine.project.first_settings import Chosen, choose_language, choose_zone
from procmine.project.inspection import Inspection
from procmine.project.project import FILE
from procmine.reading.files.file_names import pattern_of
from procmine.reading.files.source import UNSAID, ExportFile
from procmine.reading.profiles.lookups import fits_lookup
from procmine.reading.profiles.profile import Profile, fields_found, open_profile


class FirstProject(NamedTuple):
    """A project.yml that was written, and why it says what nobody asked for."""

    path: Path
    text: str
    language: Language
    spoken: Words
    zone: Chosen

    @property
    def reasons(self) -> tuple[Words, ...]:
        """Why its language and its zone are these, a line each."""
        language = Words("语言 {value}：{why}", "language {value}: {why}").filled(value=self.language, why=self.spoken)
        zone = Words("时区 {value}：{why}", "time zone {value}: {why}")
        return language, zone.filled(value=self.zone.value, why=self.zone.why)

    @property
    def is_open(self) -> bool:
        """Whether a line of it is still to be filled in."""
        said = (line.partition("    #")[0] for line in self.text.splitlines() if not line.lstrip().startswith("#"))
        return any(line.endswith(f": {UNSAID}") for line in said)


def make_project(
    folder: Path,
    exports: Sequence[Path],
    *,
    time_zone: str | None = None,
    language: Language | None = None,
    profile: str | None = None,
) -> FirstProject:
    """Copy exports into a new project folder and write its project.yml.

    Parameters
    ----------
    time_zone, language
        As the exports, the shell and the machine say when left out: see `procmine.project.first_settings`.
    profile
        The profile to use; without it, the one that stands out for the file, if any does.

    Returns
    -------
    FirstProject
        Its columns are a proposal to be looked at.

    Raises
    ------
    SpecError
        If the folder holds a project already, there is no such zone, or several profiles fit alike and none is named.
    ExportError
        If an export cannot be read.
    WriteError
        If the system lets nothing be written there.
    """
    target = folder / FILE
    _refuse_taken(target, exports)
    found = {export: inspect_export(export) for export in exports}
    tables = _lookups(found, profile)
    named = {table for lookups in tables.values() for table in lookups.values()}
    events = {export: one for export, one in found.items() if export not in named}
    kinds = [kind for one in events.values() for kind in one.logs]
    for kind in kinds:
        _refuse_rivals(kind, profile)
    spoken, why = choose_language(language, kinds, this_shell())
    zone = choose_zone(time_zone, kinds, spoken)
    lines = _head(folder.resolve().name, zone, spoken)
    for pattern, export in _kinds(events):
        lookups = tables.get(export, {})
        paths = {name: str(path) for name, path in lookups.items()}
        one = inspect_export(export, paths) if lookups else events[export]
        for kind in one.logs:
            lines += _entry(pattern, one, kind, lookups, profile, spoken)
    text = "\n".join([*lines, *(f"# {line.say(spoken)}" for line in _TAIL), ""])
    with writing(folder, Words("另选文件夹", "choose another folder")):
        (folder / "exports").mkdir(parents=True, exist_ok=True)
        for export in exports:
            shutil.copy2(export, folder / "exports" / export.name)
        target.write_text(text, encoding="utf-8")
    return FirstProject(target, text, spoken, why, zone)


def _refuse_taken(target: Path, exports: Sequence[Path]) -> None:
    """Stop where there is a project already, or exports are not there or would take each other's place."""
    if target.exists():
        fault = Words("这里已有一个项目", "there is a project here already")
        hint = Words("另选文件夹，或直接编辑 project.yml", "choose another folder, or edit its project.yml")
        raise SpecError(Fault(str(target), fault, hint=hint))
    for export in exports:
        ExportFile.at(export)
    names = [export.name for export in exports]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        fault = Words("几个导出文件同名", "several exports have one name")
        hint = Words("先改名再导入", "rename them first")
        raise SpecError(Fault(", ".join(twice), fault, hint=hint))


def _refuse_rivals(found: Inspection, profile: str | None) -> None:
    if profile is None and found.rivals:
        fault = Words("有几种格式同样符合这个文件", "several profiles fit this file alike")
        facts = Words("格式：{names}", "profiles: {names}").filled(names=", ".join(found.rivals))
        hint = Words("用 --profile 写明一种", "name one with --profile")
        raise SpecError(Fault(found.raw.file.name, fault, facts, hint))


def _chosen(found: Inspection, profile: str | None) -> Profile | None:
    return open_profile(profile) if profile else found.profile.profile if found.profile else None


def _lookups(found: Mapping[Path, Contents], profile: str | None) -> dict[Path, dict[str, Path]]:
    """The exports that hold names for others: what an export with a profile would look up in which of them."""
    plain = {export: one.kinds[0] for export, one in found.items() if not one.is_archive}
    tables: dict[Path, dict[str, Path]] = {}
    for export, one in plain.items():
        chosen = _chosen(one, profile)
        for name, lookup in chosen.lookups.items() if chosen and not one.rivals else ():
            fitting = (
                other
                for other, table in plain.items()
                if other != export and other not in tables and fits_lookup(lookup, one.raw.columns, table.raw.columns)
            )
            if (table := next(fitting, None)) is not None:
                tables.setdefault(export, {})[name] = table
    return tables


def _kinds(found: Mapping[Path, Contents]) -> list[tuple[str, Path]]:
    """The entries of `sources:`: one for all exports of a kind, by a pattern that fits next month's export too.

    Where such a pattern would take an export of another kind as well, the exports are named one by one.
    """
    kinds: dict[tuple[str, tuple[tuple[str, ...], ...]], list[Path]] = {}
    for export, one in found.items():
        kinds.setdefault((export.suffix, tuple(tuple(kind.raw.columns) for kind in one.logs)), []).append(export)
    entries = []
    for alike in kinds.values():
        pattern = pattern_of([export.name for export in alike])
        if any(fnmatch(export.name, pattern) for export in found if export not in alike):
            entries += [(export.name, export) for export in alike]
        else:
            entries.append((pattern, alike[0]))
    return entries


def _head(name: str, zone: Chosen, language: Language) -> list[str]:
    return [
        "procmine: 1",
        f"name: {scalar(name)}",
        f"language: {language}",
        f"time_zone: {zone.value}    # {zone.why.say(language)}",
        "sources:",
    ]


_COLUMNS = Words("文件中的列：{names}", "columns of the file: {names}")


def _entry(
    pattern: str,
    whole: Contents,
    found: Inspection,
    lookups: Mapping[str, Path],
    profile: str | None,
    language: Language,
) -> list[str]:
    """The entry of one kind of rows, with what speaks against it."""
    chosen = _chosen(found, profile)
    doubts = found.doubts(language) if profile is None else ()
    columns = _COLUMNS.filled(names=" ".join(", ".join(found.raw.columns).split()))
    return [
        f"  - path: {scalar('exports/' + pattern)}",
        *_members(whole, found, language),
        f"    # {columns.say(language)}",
        *_mapping(found, chosen, language),
        *(_looked_up(chosen, lookups, language) if chosen and chosen.lookups else []),
        *(f"    # {doubt}" for doubt in doubts),
    ]


def _members(whole: Contents, found: Inspection, language: Language) -> Iterator[str]:
    """Which files of an archive are of this kind, where it holds others too."""
    others = [name for one in whole.kinds if one is not found for name in one.members]
    others += [name for name, _ in whole.unread]
    if not others:
        return
    bare = [PurePosixPath(name).name for name in found.members]
    pattern = pattern_of(bare)
    fits_others = any(fnmatch(PurePosixPath(name).name, pattern) for name in others)
    names = list(found.members) if fits_others else [pattern]
    yield f"    members: [{', '.join(scalar(name) for name in names)}]"
    if whole.aside:
        said = Words("压缩包里不读取：{names}", "not read in the archive: {names}").filled(names=listed(whole.aside))
        yield f"    # {said.say(language)}"


def _mapping(found: Inspection, profile: Profile | None, language: Language) -> list[str]:
    """How the columns are read: by a profile, else one by one."""
    if profile is not None:
        fields = [f"    #   {field} ← {column}" for field, column in fields_found(profile, found.raw.columns).items()]
        return [f"    profile: {profile.name}    # {profile.title.words.say(language)}", *fields]
    canonical = (*REQUIRED, *(column for column in found.columns if column not in REQUIRED))
    return [
        "    columns:",
        *(
            f"      {name}: {scalar(found.columns.get(name, UNSAID))}    # {LABELS[name].say(language)}"
            for name in canonical
        ),
    ]


_NAMES = Words("名称等所在的文件", "files that hold names and the like")


def _looked_up(profile: Profile, lookups: Mapping[str, Path], language: Language) -> list[str]:
    """The files that hold names and the like: those in hand, and which others there could be."""
    given = ", ".join(f"{name}: {scalar('exports/' + path.name)}" for name, path in lookups.items())
    others = ", ".join(f"{name}: {UNSAID}" for name in profile.lookups if name not in lookups)
    said = _NAMES.say(language)
    if not given:
        return [f"    # lookups: {{{others}}}    # {said}"]
    return [f"    lookups: {{{given}}}    # {said}" + (f" ({others})" if others else "")]


_TAIL = (
    Words("activities: {标准名称: [导出中的名称, …]}", "activities: {standard name: [its names in the export, …]}"),
    Words("attributes: {名称: 导出中的列}", "attributes: {name: its column in the export}"),
    Words("states: {closed: [关闭]}                  # 什么算完成", "states: {closed: [Close]}                # what completes a case"),
    Words("system_actors: [系统]                     # 不是人的处理人", "system_actors: [System]                  # resources that are no people"),
    Words("countersign: [合同审批]                   # 会签：多人接连签，不算返工", "countersign: [Contract approval]         # signed by several in a row: no rework"),
    Words("people: {path: 人员.xlsx, key: 姓名, role: 岗位, group: 部门}", "people: {path: people.xlsx, key: name, role: role, group: department}"),
    Words('calendar: {country: CN, hours: {mon-fri: ["09:00-12:00", "13:30-18:00"]}}     # 工作时间', 'calendar: {hours: {mon-fri: "09:00-17:00"}}     # working hours; country: adds public holidays'),
    Words("standard: standard.yml                    # 标准流程", "standard: standard.yml                   # the standard process"),
    Words("kpis: [{name: 首次响应, measure: response, from: …, to: …, within: 2 h, target: '>= 95 %'}]", "kpis: [{name: First response, measure: response, from: …, to: …, within: 2 h, target: '>= 95 %'}]"),
)  # fmt: skip
