"""One import: every file read and understood, put together, joined, paired, checked and built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.log.build import EVENTS, build_log
from procmine.core.log.engine import EngineSpec, scratch_folder, workbench
from procmine.core.log.import_report import ImportReport, Note, Rejection, SourceFile
from procmine.core.text.errors import ExportError, Fault, UnknownNameError
from procmine.core.text.words import Words
from procmine.reading.assembly import reading_report as quality
from procmine.reading.assembly.joins import join_table
from procmine.reading.assembly.lifecycle import pair_lifecycle
from procmine.reading.assembly.merging import ExportPart, merge_exports
from procmine.reading.events.shapes import Staged, event_rows
from procmine.reading.files.containers import Container, container_of, fits_suffix
from procmine.reading.files.raw import FILE_NUMBER, RawTable
from procmine.reading.files.selection import told_by
from procmine.reading.files.source import ExportFile, ReadingPlan, Source
from procmine.reading.profiles.lookups import join_lookup
from procmine.reading.profiles.profile import Profile, fields_found, likeliest_profile, profile_of, rank
from procmine.reading.profiles.reshape import reshape
from procmine.reading.records.json_records import read_json
from procmine.reading.records.parquet import read_parquet
from procmine.reading.records.xes import read_xes
from procmine.reading.sheets.archives import names_in, unpacked
from procmine.reading.sheets.sheets import read_sheet
from procmine.reading.text.text import read_text
from procmine.reading.times.day_and_time import with_clocks

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

Progress = Callable[[str | Words], None]

_SHOWN = 5
_LOOKUPS = 1_000_000
"""Files of names are numbered from here on, past all exports."""


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


class _Read(NamedTuple):
    """One file: what the project says of it, what its profile makes of that, and its rows."""

    source: Source
    mapped: Source
    profile: Profile | None
    raw: RawTable
    number: int
    key: tuple[str, ...]


class _Import:
    """What is known so far: the view that holds the events, its columns, and the account of the reading."""

    def __init__(self, bench: Backend, plan: ReadingPlan, progress: Progress) -> None:
        self.bench, self.plan, self.progress = bench, plan, progress
        self.notes: list[Note] = []
        self.names: list[RawTable] = []
        self.view = ""
        self.columns: Mapping[str, str] = {}
        self.taken: Counter[str] = Counter()
        self.n_starts = self.n_set_aside = 0

    def run(self, files: Sequence[tuple[Source, ExportFile]], folder: Path) -> ImportReport:
        unpacked = enumerate(files_in(files))
        self.notes += _unread_members(files)
        self.taken = Counter(source.path for source, _ in files)
        read = [self._read(source, file, number) for number, (source, file) in unpacked]
        tables = [one for one in read if one.source.join]
        events = [one for one in read if not one.source.join]
        if not events:
            fault = Words("没有任何含有事件的导出文件", "there is no export to read events from")
            raise ExportError(Fault("project.yml", fault))
        parts = [self._staged(one) for one in events]
        pairs = [(one.raw, part.staged) for one, part in zip(events, parts, strict=True)]
        beside = [*self.names, *(one.raw for one in tables)]
        quality.refuse_absent_attributes([one.raw for one in read], self.plan)
        accounts, refused = self._accounts([*pairs, *((raw, None) for raw in beside)])
        self.notes += quality.unused_names(self.bench, pairs, self.plan)
        self.n_set_aside = sum(raw.n_set_aside for raw, _ in pairs)
        raws = [*(raw for raw, _ in pairs), *beside]
        used = [*self._merge(parts), *(table for raw in raws for table in raw.tables)]
        for one in tables:
            self._join(one, [staged.map.canonical["case_id"] for _, staged in pairs])
        self._pair()
        self.progress(Words("排序与汇总", "sorting"))
        facts = build_log(self.bench.con, self.view, folder, self.plan.states, uses=used)
        cutoff, future = quality.cutoff_and_future(self.bench, folder / EVENTS)
        self.notes += [*future, *quality.built_notes(facts, parts[0].staged.ordered_by, self.plan.states)]
        return ImportReport(
            files=tuple(accounts),
            columns=dict(quality.columns_read(pairs)),
            rejections=tuple(refused),
            notes=quality.unique(self.notes),
            n_rows=sum(raw.n_rows for raw, _ in pairs),
            n_made=sum(raw.n_made - staged.n_more_refused for raw, staged in pairs),
            n_set_aside=self.n_set_aside,
            n_starts=self.n_starts,
            n_events=facts.n_events,
            cutoff=cutoff,
        )

    def _read(self, source: Source, file: ExportFile, number: int) -> _Read:
        self.progress(file.name)
        try:
            return self._understood(source, file, number)
        except ExportError as error:
            raise self._told_by(error, source, file.name) from None

    def _told_by(self, error: ExportError, source: Source, file: str) -> ExportError:
        return told_by(error, source, file) if self.taken[source.path] > 1 else error

    def _understood(self, source: Source, file: ExportFile, number: int) -> _Read:
        profile = profile_of(source)
        raw = read_raw(self.bench, source, file, number)
        if profile is None:
            raw, mapped = with_clocks(self.bench, raw, source) if source.clocks else (raw, source)
            return _Read(source, mapped, None, raw, number, tuple(source.key))
        raw = self._with_names(raw, source, profile)
        found = fields_found(profile, raw.columns)
        key = source.key or [found[field] for field in profile.dedupe_key if field in found]
        shaped, mapped = reshape(self.bench, raw, profile, source, number)
        return _Read(source, mapped, profile, shaped, number, tuple(key))

    def _with_names(self, raw: RawTable, source: Source, profile: Profile) -> RawTable:
        """The rows with the names that the profile looks up in other files."""
        unknown = [name for name in source.lookups if name not in profile.lookups]
        if unknown:
            what, place = Words("对照表", "lookup"), f"{source.path}: lookups:"
            raise UnknownNameError.among(what, unknown, list(profile.lookups), place)
        for name, path in source.lookups.items():
            number = _LOOKUPS + len(self.names)
            other = read_raw(self.bench, Source(path=path), ExportFile.at(Path(path)), number)
            self.names.append(other)
            raw = join_lookup(self.bench, raw, profile.lookups[name], other)
        return raw

    def _staged(self, one: _Read) -> ExportPart:
        try:
            staged = event_rows(self.bench, one.raw, one.mapped, self.plan, one.number)
        except ExportError as error:
            told = ExportError(*error.faults, *_likely_profile(one))
            raise self._told_by(told, one.source, one.raw.file.name) from None
        return ExportPart(one.source, staged, one.key, one.profile)

    def _accounts(self, pairs: Sequence[tuple[RawTable, Staged | None]]) -> tuple[list[SourceFile], list[Rejection]]:
        """What each file held and what of it was refused; tables beside the events have no staged events."""
        accounts = [quality.source_file(raw, staged) for raw, staged in pairs]
        refused = [rejection for raw, staged in pairs for rejection in quality.rejections(raw, staged)]
        for account in accounts:
            quality.refuse_too_many(account, refused, self.plan)
        self.notes += [note for raw, staged in pairs for note in (*raw.notes, *(staged.notes if staged else ()))]
        return accounts, refused

    def _merge(self, parts: Sequence[ExportPart]) -> Sequence[str]:
        found = merge_exports(self.bench, parts)
        self.view, self.columns = found.view, found.columns
        self.n_set_aside += found.n_repeats
        self.notes += found.notes
        return found.tables

    def _join(self, one: _Read, case_columns: Sequence[str]) -> None:
        joined = join_table(self.bench, self.view, self.columns, one.raw, one.source, self.plan, case_columns)
        self.view, self.columns = joined.view, joined.columns
        self.notes += joined.notes

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


def _likely_profile(one: _Read) -> Iterator[Fault]:
    """A fault that names the profile which would read a file, if none was asked for and one stands out."""
    offer = likeliest_profile(rank(list(one.raw.columns))) if one.profile is None else None
    if offer is not None:
        said = Words("这个文件像是“{title}”", "the file looks like this: {title}").filled(
            title=offer.profile.title.words
        )
        hint = Words(
            "在 project.yml 的 sources: 中写 profile: {name}", "write profile: {name} under sources: in project.yml"
        )
        yield Fault(one.raw.file.name, said, hint=hint.filled(name=offer.profile.name))


def files_in(files: Sequence[tuple[Source, ExportFile]]) -> Iterator[tuple[Source, ExportFile]]:
    """The files, each archive replaced by what it holds."""
    for source, file in files:
        if container_of(file.path) == "zip":
            yield from ((source, member) for member in unpacked(file, scratch_folder(), source.takes))
        else:
            yield source, file


def _unread_members(files: Sequence[tuple[Source, ExportFile]]) -> Iterator[Note]:
    """A note on each archive that holds files which no source takes."""
    sources: dict[ExportFile, list[Source]] = {}
    for source, file in files:
        if source.members and container_of(file.path) == "zip":
            sources.setdefault(file, []).append(source)
    for file, some in sources.items():
        names = [name for name in names_in(file) if not any(source.takes(name) for source in some)]
        if names:
            shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
            yield Note(code="unread_members", level="info", facts={"file": file.name, "n": len(names), "names": shown})


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
    if container == "zip":
        fault = Words("这里不能用压缩包", "no archive can be read here")
        raise ExportError(Fault(file.name, fault, hint=Words("解压后写出文件名", "unpack it and name the file in it")))
    if container == "text":
        return read_text(bench, file, source, number)
    if container == "parquet":
        return read_parquet(bench, file, number)
    if container == "xes":
        return read_xes(bench, file, number)
    if container == "json":
        return read_json(bench, file, profile_of(source), number)
    return read_sheet(bench, file, source, number)
