"""A first project.yml for an export in hand: every column found, the likely mapping proposed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from procmine.core.columns import LABELS, REQUIRED
from procmine.core.engine import workbench
from procmine.core.errors import Fault, SpecError
from procmine.core.words import Language, Words
from procmine.core.yaml_text import scalar
from procmine.project import FILE
from procmine.reading.importing import read_raw
from procmine.reading.mapping import propose
from procmine.reading.source import ExportFile, Source

_MISSING = "…"


def make_project(folder: Path, exports: Sequence[Path], *, time_zone: str, language: Language) -> Path:
    """Copy exports into a new project folder and write its project.yml.

    Returns
    -------
    pathlib.Path
        The project.yml; its columns are a proposal to be looked at.

    Raises
    ------
    SpecError
        If the folder holds a project already.
    ExportError
        If an export cannot be read.
    """
    target = folder / FILE
    if target.exists():
        fault = Words("这里已有一个项目", "there is a project here already")
        raise SpecError(
            Fault(
                str(target),
                fault,
                hint=Words("另选文件夹，或直接编辑 project.yml", "choose another folder, or edit its project.yml"),
            )
        )
    columns = _columns(exports[0])
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    for export in exports:
        shutil.copy2(export, folder / "exports" / export.name)
    pattern = exports[0].name if len(exports) == 1 else f"*{exports[0].suffix}"
    target.write_text(_text(folder.name, pattern, columns, time_zone, language), encoding="utf-8")
    return target


def _columns(export: Path) -> list[str]:
    with workbench() as bench:
        return list(read_raw(bench, Source(path=export.name), ExportFile.at(export), 0).columns)


def _text(name: str, pattern: str, columns: list[str], time_zone: str, language: Language) -> str:
    found = propose(columns)
    lines = [
        f"      {column}: {scalar(found.get(column, _MISSING))}    # {LABELS[column].zh} · {LABELS[column].en}"
        for column in (*REQUIRED, *(column for column in found if column not in REQUIRED))
    ]
    listed = ", ".join(columns)
    return "\n".join(
        [
            "procmine: 1",
            f"name: {scalar(name)}",
            f"language: {language}",
            f"time_zone: {time_zone}",
            "sources:",
            f"  - path: {scalar('exports/' + pattern)}",
            f"    # 文件中的列 · columns of the file: {listed}",
            "    columns:",
            *lines,
            "# activities: {标准名称: [导出中的名称, …]}          standard name: its names in the export",
            "# states: {closed: [关闭]}                          what completes a case",
            "# system_actors: [系统]                             resources that are no people",
            "",
        ]
    )
