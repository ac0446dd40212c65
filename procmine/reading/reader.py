"""Exports in, log out: read once, keep the result under the content it came from."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from procmine.core.build import EVENTS, build_log
from procmine.core.engine import EngineSpec, scratch_folder, workbench
from procmine.core.errors import ExportError, Fault, SpecError
from procmine.core.eventlog import EventLog
from procmine.core.import_report import ImportReport, Note
from procmine.core.spec import SpecValueError
from procmine.core.sql import quoted
from procmine.core.words import Language, Words
from procmine.reading import quality
from procmine.reading.containers import Container, container_of, fits_suffix
from procmine.reading.lifecycle import FILE_NUMBER, pair_lifecycle
from procmine.reading.plan import READER, ReadingPlan
from procmine.reading.raw import RawTable
from procmine.reading.shapes import Staged, event_rows
from procmine.reading.source import ExportFile, Source, known_zone

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

REPORT = "import.json"
_KEPT_ENTRIES = 5

Progress = Callable[[Words | str], None]


def no_progress(step: Words | str) -> None:
    """Say nothing of the steps."""
    del step


def read_export(
    path: str | Path | Sequence[str | Path],
    *,
    time_zone: str,
    columns: Mapping[str, str | None] | None = None,
    activities: Mapping[str, Sequence[str]] | None = None,
    attributes: Mapping[str, str] | None = None,
    name: str = "",
    language: Language = "zh",
    **source: str | list[str] | None,
) -> EventLog:
    """Read one export, or several of one kind, without a project file.

    Parameters
    ----------
    path
        CSV, TSV, XLSX, XES or Parquet; CSV and XES may be gzipped.
    time_zone
        IANA zone: times written without an offset are local times of this zone.
    columns
        Canonical column to the export's column; standard names (XES) need no mapping.
    activities
        Standard name to the names in the export that mean it.
    attributes
        Name of an attribute to its column in the export.
    source
        What else a source may say: `sheet`, `encoding`, `delimiter`, `date_format`, `null_values`.

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
        "files": [[source.model_dump(mode="json", exclude={"path"}), file.name, file.sha256] for source, file in files],
    }
    text = json.dumps(shaping, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


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


def import_exports(
    files: Sequence[tuple[Source, ExportFile]],
    plan: ReadingPlan,
    folder: Path,
    engine: EngineSpec | None = None,
    progress: Progress = no_progress,
) -> ImportReport:
    """Read exports into the files of one log in `folder`; return the account of it.

    Raises
    ------
    ExportError
        If an export cannot be read or too many of its rows are refused.
    """
    if not files:
        raise ExportError(Fault("project.yml", Words("没有任何导出文件", "there is no export to read")))
    with workbench(engine) as bench:
        pairs = [_stage(bench, source, file, plan, i, progress) for i, (source, file) in enumerate(files)]
        quality.refuse_absent_attributes(pairs, plan)
        accounts = [quality.source_file(raw, staged) for raw, staged in pairs]
        refused = [rejection for raw, staged in pairs for rejection in quality.rejections(raw, staged)]
        for account in accounts:
            quality.refuse_too_many(account, refused, plan)
        view, columns = _union(bench, [staged for _, staged in pairs])
        notes = [note for raw, staged in pairs for note in (*raw.notes, *staged.notes)]
        notes += quality.unused_names(bench, pairs, plan)
        n_starts = n_aside = 0
        if "lifecycle" in columns:
            paired = pair_lifecycle(bench, view, columns)
            view, n_starts, n_aside = paired.view, paired.n_starts, paired.n_set_aside
            notes += paired.notes
        progress(Words("排序与汇总", "sorting"))
        facts = build_log(
            bench.con, view, folder, plan.states, uses=[table for raw, _ in pairs for table in raw.tables]
        )
        cutoff, future = quality.cutoff_and_future(bench, folder / EVENTS)
        notes += [*future, *quality.built_notes(facts, pairs[0][1].ordered_by, plan.states)]
        return ImportReport(
            files=tuple(accounts),
            columns=dict(quality.columns_read(pairs)),
            rejections=tuple(refused),
            notes=quality.unique(notes),
            n_rows=sum(account.n_rows for account in accounts),
            n_set_aside=n_aside,
            n_starts=n_starts,
            n_events=facts.n_events,
            cutoff=cutoff,
        )


def _stage(
    bench: Backend, source: Source, file: ExportFile, plan: ReadingPlan, number: int, progress: Progress
) -> tuple[RawTable, Staged]:
    progress(file.name)
    raw = read_raw(bench, source, file, number)
    return raw, event_rows(bench, raw, source, plan, number)


def read_raw(bench: Backend, source: Source, file: ExportFile, number: int) -> RawTable:
    """The rows of one file, whatever its container, as table or view `raw_<number>` of the engine.

    Raises
    ------
    ExportError
        If the file cannot be read.
    """
    container = container_of(file.path)
    raw = _read_container(bench, source, file, number, container)
    if fits_suffix(file.path, container):
        return raw
    note = Note(code="suffix", level="info", facts={"file": file.name, "container": container})
    return replace(raw, notes=(note, *raw.notes))


def _read_container(bench: Backend, source: Source, file: ExportFile, number: int, container: Container) -> RawTable:
    from procmine.reading.sheets import read_sheet
    from procmine.reading.tables import read_parquet
    from procmine.reading.text import read_text
    from procmine.reading.xes import read_xes

    if container == "text":
        return read_text(bench, file, source, number)
    if container == "xlsx":
        return read_sheet(bench, file, source, number)
    if container == "parquet":
        return read_parquet(bench, file, number)
    return read_xes(bench, file, number)


def _union(bench: Backend, parts: Sequence[Staged]) -> tuple[str, list[str]]:
    """All files' events in one view; a column of different types in different files becomes text."""
    kinds: dict[str, set[str]] = {}
    for part in parts:
        for name, kind in part.columns.items():
            kinds.setdefault(name, set()).add(kind)
    types = {name: next(iter(found)) if len(found) == 1 else "VARCHAR" for name, found in kinds.items()}

    def select(number: int, part: Staged) -> str:
        cells = [
            f"{quoted(name) if name in part.columns else 'null'}::{kind} as {quoted(name)}"
            for name, kind in types.items()
        ]
        if "lifecycle" in types:
            cells.append(f"{number} as {FILE_NUMBER}")
        return f"select {', '.join(cells)} from {part.view}"

    selects = [select(number, part) for number, part in enumerate(parts)]
    bench.con.execute(f"create view staged as {' union all '.join(selects)}")
    return "staged", list(types)
