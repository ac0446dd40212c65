"""One import: every file read and understood, put together, joined, paired, checked and built."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from procmine.core.build import EVENTS, build_log
from procmine.core.engine import EngineSpec, workbench
from procmine.core.errors import ExportError, Fault
from procmine.core.import_report import ImportReport, Note
from procmine.core.words import Words
from procmine.reading import quality
from procmine.reading.containers import Container, container_of, fits_suffix
from procmine.reading.joins import join_table
from procmine.reading.lifecycle import pair_lifecycle
from procmine.reading.merging import merged
from procmine.reading.plan import ReadingPlan
from procmine.reading.raw import FILE_NUMBER, RawTable
from procmine.reading.shapes import Staged, event_rows
from procmine.reading.source import ExportFile, Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

Progress = Callable[[str | Words], None]


def no_progress(step: str | Words) -> None:
    """Say nothing of the steps."""
    del step


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
    with workbench(engine) as bench:
        return _Import(bench, plan, progress).run(files, folder)


class _Import:
    """What is known so far: the view that holds the events, its columns, and the account of the reading."""

    def __init__(self, bench: Backend, plan: ReadingPlan, progress: Progress) -> None:
        self.bench, self.plan, self.progress = bench, plan, progress
        self.notes: list[Note] = []
        self.view = ""
        self.columns: Mapping[str, str] = {}
        self.n_starts = self.n_set_aside = 0

    def run(self, files: Sequence[tuple[Source, ExportFile]], folder: Path) -> ImportReport:
        raws = [(source, self._raw(source, file, number)) for number, (source, file) in enumerate(files)]
        tables = [(source, raw) for source, raw in raws if source.join]
        parts = [self._staged(source, raw, number) for number, (source, raw) in enumerate(raws) if not source.join]
        if not parts:
            raise ExportError(
                Fault("project.yml", Words("没有任何含有事件的导出文件", "there is no export to read events from"))
            )
        pairs = [(raw, staged) for _, raw, staged in parts]
        quality.refuse_absent_attributes([raw for _, raw in raws], self.plan)
        accounts = [quality.source_file(raw, staged) for raw, staged in pairs]
        refused = [rejection for raw, staged in pairs for rejection in quality.rejections(raw, staged)]
        for account in accounts:
            quality.refuse_too_many(account, refused, self.plan)
        self.notes += [note for raw, staged in pairs for note in (*raw.notes, *staged.notes)]
        self.notes += quality.unused_names(self.bench, pairs, self.plan)
        used = [*self._merge([(source, staged) for source, _, staged in parts])]
        for source, raw in tables:
            self._join(source, raw, [staged.map.canonical["case_id"] for _, staged in pairs])
        self._pair()
        self.progress(Words("排序与汇总", "sorting"))
        used += [table for _, raw in raws for table in raw.tables]
        facts = build_log(self.bench.con, self.view, folder, self.plan.states, uses=used)
        cutoff, future = quality.cutoff_and_future(self.bench, folder / EVENTS)
        self.notes += [*future, *quality.built_notes(facts, pairs[0][1].ordered_by, self.plan.states)]
        return ImportReport(
            files=(*accounts, *(quality.table_file(raw) for _, raw in tables)),
            columns=dict(quality.columns_read(pairs)),
            rejections=tuple(refused),
            notes=quality.unique(self.notes),
            n_rows=sum(account.n_rows for account in accounts),
            n_set_aside=self.n_set_aside,
            n_starts=self.n_starts,
            n_events=facts.n_events,
            cutoff=cutoff,
        )

    def _raw(self, source: Source, file: ExportFile, number: int) -> RawTable:
        self.progress(file.name)
        return read_raw(self.bench, source, file, number)

    def _staged(self, source: Source, raw: RawTable, number: int) -> tuple[Source, RawTable, Staged]:
        return source, raw, event_rows(self.bench, raw, source, self.plan, number)

    def _merge(self, parts: Sequence[tuple[Source, Staged]]) -> Sequence[str]:
        found = merged(self.bench, parts)
        self.view, self.columns = found.view, found.columns
        self.n_set_aside += found.n_repeats
        self.notes += found.notes
        return found.tables

    def _join(self, source: Source, raw: RawTable, case_columns: Sequence[str]) -> None:
        joined = join_table(self.bench, self.view, self.columns, raw, source, self.plan, case_columns)
        self.view, self.columns = joined.view, joined.columns
        self.notes += [*raw.notes, *joined.notes]

    def _pair(self) -> None:
        if "lifecycle" in self.columns:
            paired = pair_lifecycle(self.bench, self.view, self.columns)
            self.view = paired.view
            self.n_starts = paired.n_starts
            self.n_set_aside += paired.n_set_aside
            self.notes += paired.notes
            return
        self.bench.con.execute(f"create view events_only as select * exclude ({FILE_NUMBER}) from {self.view}")
        self.view = "events_only"


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
    if container == "parquet":
        return read_parquet(bench, file, number)
    if container == "xes":
        return read_xes(bench, file, number)
    return read_sheet(bench, file, source, number)
