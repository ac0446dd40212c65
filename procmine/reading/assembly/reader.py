"""Exports in, log out: read once, keep the result under the content it came from."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from procmine.core.log.engine import EngineSpec, scratch_folder
from procmine.core.log.eventlog import EventLog
from procmine.core.log.import_report import ImportReport
from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.spec import SpecValueError
from procmine.core.text.words import Language
from procmine.reading.assembly.importing import Progress, import_exports, no_progress
from procmine.reading.files.source import READER, ExportFile, ReadingPlan, Source, known_zone
from procmine.reading.profiles.profile import profile_of

REPORT = "import.json"
_KEPT_ENTRIES = 5


def read_export(
    path: str | Path | Sequence[str | Path],
    *,
    time_zone: str,
    columns: Mapping[str, str | None] | None = None,
    activities: Mapping[str, Sequence[str]] | None = None,
    attributes: Mapping[str, str] | None = None,
    name: str = "",
    language: Language = "zh",
    **source: str | bool | list[str] | None,
) -> EventLog:
    """Read one export, or several of one kind, without a project file.

    Parameters
    ----------
    path
        CSV, TSV, XLSX, XLS, ODS, web pages named .xls, JSON, XES, Parquet, or zip archives of these; CSV and
        XES may be gzipped. Several files that overlap make one log.
    time_zone
        IANA zone: times written without an offset are local times of this zone.
    columns
        Canonical column to the export's column; standard names (XES) need no mapping.
    activities
        Standard name to the names in the export that mean it.
    attributes
        Name of an attribute to its column in the export.
    source
        What else a source may say: `profile`, `lookups`, `sheet`, `encoding`, `delimiter`, `date_format`,
        `undecodable`, `newest_first`, `clocks`, `key`, `null_values`.

    Raises
    ------
    ExportError
        If the export cannot be read, a column is missing, or too many rows are refused.
    SpecError
        If there is no such time zone.
    """
    try:
        known_zone(time_zone)
    except SpecValueError as error:
        raise SpecError(Fault("time_zone", error.fault, hint=error.hint)) from None
    paths = [path] if isinstance(path, (str, Path)) else list(path)
    spec = Source.model_validate({"path": str(paths[0]), "columns": dict(columns or {}), **source})
    plan = ReadingPlan(
        time_zone=time_zone,
        activities={standard: list(names) for standard, names in (activities or {}).items()},
        attributes=dict(attributes or {}),
    )
    files = [(spec, ExportFile.at(Path(one))) for one in paths]
    return read_log(files, plan, name=name or Path(paths[0]).name, language=language)


def read_log(
    files: Sequence[tuple[Source, ExportFile]],
    plan: ReadingPlan,
    *,
    name: str,
    language: Language = "zh",
    case_link: str | None = None,
    engine: EngineSpec | None = None,
    cache: Path | None = None,
    progress: Progress = no_progress,
) -> EventLog:
    """Open the log of some exports; they are read only if the cache does not hold them yet.

    Parameters
    ----------
    cache
        The folder that keeps logs under the content they came from; None keeps nothing.
    """
    folder = scratch_folder() / "log" if cache is None else cache / cache_key(files, plan)
    if not (folder / REPORT).exists():
        _import_aside(files, plan, folder, engine, progress)
        if cache is not None:
            _prune(cache, folder)
    return EventLog.open(
        folder,
        name=name,
        zone=plan.time_zone,
        language=language,
        import_report=ImportReport.open(folder / REPORT),
        case_link=case_link,
        engine=engine,
    )


def cache_key(files: Iterable[tuple[Source, ExportFile]], plan: ReadingPlan) -> str:
    """The name of a log in the cache: from the content of its exports and all that shapes reading."""
    shaping = {
        "reader": READER,
        "plan": plan.model_dump(mode="json"),
        "files": [[*_shaping(source), file.name, file.sha256] for source, file in files],
    }
    text = json.dumps(shaping, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _shaping(source: Source) -> list[object]:
    """What of a source shapes the log: contents count, not where they lie."""
    profile = profile_of(source)
    return [
        source.model_dump(mode="json", exclude={"path", "profile", "lookups"}),
        None if profile is None else profile.model_dump(mode="json"),
        {name: ExportFile.at(Path(path)).sha256 for name, path in source.lookups.items()},
    ]


def _import_aside(
    files: Sequence[tuple[Source, ExportFile]],
    plan: ReadingPlan,
    folder: Path,
    engine: EngineSpec | None,
    progress: Progress,
) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".import-"))
    try:
        import_exports(files, plan, aside, engine, progress).save(aside / REPORT)
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _prune(cache: Path, newest: Path) -> None:
    entries = sorted((path for path in cache.iterdir() if path != newest), key=lambda path: path.stat().st_mtime)
    for old in entries[: -(_KEPT_ENTRIES - 1)]:
        shutil.rmtree(old, ignore_errors=True)
