"""A first project.yml for an export in hand: every column found, the likely mapping proposed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from procmine.core.log.columns import LABELS, REQUIRED
from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.words import Language, Words
from procmine.core.text.yaml_text import scalar
from procmine.project.inspection import Inspection, inspect_file
from procmine.project.project import FILE
from procmine.reading.files.file_names import pattern_of
from procmine.reading.files.source import ExportFile
from procmine.reading.profiles.lookups import fits_lookup
from procmine.reading.profiles.profile import Profile, fields_found, open_profile

_MISSING = "…"


def make_project(
    folder: Path, exports: Sequence[Path], *, time_zone: str, language: Language, profile: str | None = None
) -> Path:
    """Copy exports into a new project folder and write its project.yml.

    Parameters
    ----------
    profile
        The profile to use; without it, the one that stands out for the file, if any does.

    Returns
    -------
    pathlib.Path
        The project.yml; its columns are a proposal to be looked at.

    Raises
    ------
    SpecError
        If the folder holds a project already, or several profiles fit alike and none is named.
    ExportError
        If an export cannot be read.
    """
    target = folder / FILE
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
    found = {export: inspect_file(export) for export in exports}
    tables = _lookups(found, profile)
    named = {table for lookups in tables.values() for table in lookups.values()}
    events = {export: one for export, one in found.items() if export not in named}
    for one in events.values():
        _refuse_rivals(one, profile)
    lines = [*_head(folder.name, time_zone, language)]
    for pattern, export in _kinds(events):
        lookups = tables.get(export, {})
        one = inspect_file(export, {name: str(path) for name, path in lookups.items()}) if lookups else events[export]
        lines += _entry(pattern, one, lookups, profile, language)
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    for export in exports:
        shutil.copy2(export, folder / "exports" / export.name)
    target.write_text("\n".join([*lines, *_TAIL, ""]), encoding="utf-8")
    return target


def _refuse_rivals(found: Inspection, profile: str | None) -> None:
    if profile is None and found.rivals:
        fault = Words("有几种格式同样符合这个文件", "several profiles fit this file alike")
        facts = Words("格式：{names}", "profiles: {names}").filled(names=", ".join(found.rivals))
        hint = Words("用 --profile 写明一种", "name one with --profile")
        raise SpecError(Fault(found.raw.file.name, fault, facts, hint))


def _chosen(found: Inspection, profile: str | None) -> Profile | None:
    return open_profile(profile) if profile else found.profile.profile if found.profile else None


def _lookups(found: Mapping[Path, Inspection], profile: str | None) -> dict[Path, dict[str, Path]]:
    """The exports that hold names for others: what an export with a profile would look up in which of them."""
    tables: dict[Path, dict[str, Path]] = {}
    for export, one in found.items():
        chosen = _chosen(one, profile)
        for name, lookup in chosen.lookups.items() if chosen and not one.rivals else ():
            fitting = (
                other
                for other, table in found.items()
                if other != export and other not in tables and fits_lookup(lookup, one.raw.columns, table.raw.columns)
            )
            if (table := next(fitting, None)) is not None:
                tables.setdefault(export, {})[name] = table
    return tables


def _kinds(found: Mapping[Path, Inspection]) -> list[tuple[str, Path]]:
    """The entries of `sources:`: one for all exports of a kind, by a pattern that fits next month's export too.

    Where such a pattern would take an export of another kind as well, the exports are named one by one.
    """
    kinds: dict[tuple[str, tuple[str, ...]], list[Path]] = {}
    for export, one in found.items():
        kinds.setdefault((export.suffix, tuple(one.raw.columns)), []).append(export)
    entries = []
    for alike in kinds.values():
        pattern = pattern_of([export.name for export in alike])
        if any(fnmatch(export.name, pattern) for export in found if export not in alike):
            entries += [(export.name, export) for export in alike]
        else:
            entries.append((pattern, alike[0]))
    return entries


def _head(name: str, time_zone: str, language: Language) -> list[str]:
    return [
        "procmine: 1",
        f"name: {scalar(name)}",
        f"language: {language}",
        f"time_zone: {time_zone}    # 导出文件中没有写明时差的时间 · of times written without an offset",
        "sources:",
    ]


def _entry(
    pattern: str, found: Inspection, lookups: Mapping[str, Path], profile: str | None, language: Language
) -> list[str]:
    """The entry of one kind of export, with what speaks against it."""
    chosen = _chosen(found, profile)
    doubts = found.doubts(language) if profile is None else ()
    return [
        f"  - path: {scalar('exports/' + pattern)}",
        f"    # 文件中的列 · columns of the file: {' '.join(', '.join(found.raw.columns).split())}",
        *_mapping(found, chosen),
        *(_looked_up(chosen, lookups) if chosen and chosen.lookups else []),
        *(f"    # {doubt}" for doubt in doubts),
    ]


def _mapping(found: Inspection, profile: Profile | None) -> list[str]:
    """How the columns are read: by a profile, else one by one."""
    if profile is not None:
        title = profile.title
        fields = [f"    #   {field} ← {column}" for field, column in fields_found(profile, found.raw.columns).items()]
        return [f"    profile: {profile.name}    # {title.zh} · {title.en}", *fields]
    canonical = (*REQUIRED, *(column for column in found.columns if column not in REQUIRED))
    return [
        "    columns:",
        *(
            f"      {name}: {scalar(found.columns.get(name, _MISSING))}    # {LABELS[name].zh} · {LABELS[name].en}"
            for name in canonical
        ),
    ]


def _looked_up(profile: Profile, lookups: Mapping[str, Path]) -> list[str]:
    """The files that hold names and the like: those in hand, and which others there could be."""
    given = ", ".join(f"{name}: {scalar('exports/' + path.name)}" for name, path in lookups.items())
    others = ", ".join(f"{name}: {_MISSING}" for name in profile.lookups if name not in lookups)
    said = "名称等所在的文件 · files that hold names and the like"
    if not given:
        return [f"    # lookups: {{{others}}}    # {said}"]
    return [f"    lookups: {{{given}}}    # {said}" + (f" ({others})" if others else "")]


_TAIL = (
    "# activities: {标准名称: [导出中的名称, …]}          standard name: its names in the export",
    "# attributes: {名称: 导出中的列}                     name of an attribute: its column in the export",
    "# states: {closed: [关闭]}                          what completes a case",
    "# system_actors: [系统]                             resources that are no people",
    "# countersign: [合同审批]                           会签：多人接连签，不算返工 · signed by several in a row: no rework",
    "# people: {path: 人员.xlsx, key: 姓名, role: 岗位, group: 部门}",
    '# calendar: {country: CN, hours: {mon-fri: ["09:00-12:00", "13:30-18:00"]}}     工作时间 · working hours',
    "# standard: standard.yml                            标准流程 · the standard process",
    "# kpis: [{name: 首次响应, measure: response, from: …, to: …, within: 2 h, target: '>= 95 %'}]",
)
