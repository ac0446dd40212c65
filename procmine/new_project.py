"""A first project.yml for an export in hand: every column found, the likely mapping proposed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from procmine.core.columns import LABELS, REQUIRED
from procmine.core.errors import Fault, SpecError
from procmine.core.words import Language, Words
from procmine.core.yaml_text import scalar
from procmine.inspection import Inspection, inspect_file
from procmine.project import FILE
from procmine.reading.profile import Profile, fields_found, open_profile
from procmine.reading.source import ExportFile

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
    found = inspect_file(exports[0])
    if profile is None and found.rivals:
        fault = Words("有几种格式同样符合这个文件", "several profiles fit this file alike")
        facts = Words("格式：{names}", "profiles: {names}").filled(names=", ".join(found.rivals))
        hint = Words("用 --profile 写明一种", "name one with --profile")
        raise SpecError(Fault(exports[0].name, fault, facts, hint))
    chosen = open_profile(profile) if profile else found.profile.profile if found.profile else None
    pattern = exports[0].name if len(exports) == 1 else f"*{exports[0].suffix}"
    lines = [*_head(folder.name, time_zone, language, pattern, found), *_mapping(found, chosen), *_TAIL, ""]
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    for export in exports:
        shutil.copy2(export, folder / "exports" / export.name)
    target.write_text("\n".join(lines), encoding="utf-8")
    return target


def _head(name: str, time_zone: str, language: Language, pattern: str, found: Inspection) -> list[str]:
    return [
        "procmine: 1",
        f"name: {scalar(name)}",
        f"language: {language}",
        f"time_zone: {time_zone}    # 导出文件中没有写明时差的时间 · of times written without an offset",
        "sources:",
        f"  - path: {scalar('exports/' + pattern)}",
        f"    # 文件中的列 · columns of the file: {' '.join(', '.join(found.raw.columns).split())}",
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


_TAIL = (
    "# activities: {标准名称: [导出中的名称, …]}          standard name: its names in the export",
    "# attributes: {名称: 导出中的列}                     name of an attribute: its column in the export",
    "# states: {closed: [关闭]}                          what completes a case",
    "# system_actors: [系统]                             resources that are no people",
    "# people: {path: 人员.xlsx, key: 姓名, role: 岗位, group: 部门}",
)
