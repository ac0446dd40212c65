"""What reading found, gathered into one import report; too many refused rows are an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from procmine.core.log.build import BuildFacts
from procmine.core.log.engine import literal, trimmed
from procmine.core.log.import_report import Note, Rejection, SourceFile
from procmine.core.log.states import States
from procmine.core.text.errors import ExportError, Fault, did_you_mean
from procmine.core.text.words import Words, write_number, write_share
from procmine.reading.events.shapes import Staged
from procmine.reading.files.raw import RawTable, Reject
from procmine.reading.files.source import ReadingPlan
from procmine.reading.times.time_faults import null_value

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_CLOCK_DIFFERENCE = timedelta(days=1)


def source_file(raw: RawTable, staged: Staged | None) -> SourceFile:
    """The account of one file; without staged events it is a table beside them."""
    return SourceFile(
        name=raw.file.name,
        sha256=raw.file.sha256,
        n_bytes=raw.file.n_bytes,
        container=raw.container,
        encoding=raw.encoding,
        n_rows=raw.n_rows,
        n_rejected=sum(reject.n_rows for reject in _rejects(raw, staged)),
        joined=staged is None,
    )


def rejections(raw: RawTable, staged: Staged | None) -> list[Rejection]:
    """The refused rows of one file, by reason."""
    return [one for reject in _rejects(raw, staged) for one in _rejected(raw, reject)]


def _rejected(raw: RawTable, reject: Reject) -> Iterator[Rejection]:
    """The rejection of each sheet; what is more than the rows kept by number is counted with the last of them."""
    places = raw.places(reject.rows) or {raw.file.name: ()}
    n_more = reject.n_rows - len(reject.rows)
    for i, (place, rows) in enumerate(places.items(), 1):
        n = len(rows) + (n_more if i == len(places) else 0)
        yield Rejection(
            file=place, reason=reject.reason, n_rows=n, rows=rows, example=reject.example, usual=reject.usual
        )


def _rejects(raw: RawTable, staged: Staged | None) -> Sequence[Reject]:
    return (*raw.rejects, *(staged.rejects if staged else ()))


def refuse_too_many(file: SourceFile, refused: Sequence[Rejection], plan: ReadingPlan) -> None:
    """Stop when more rows of a file are refused than the project allows, or none is left.

    Raises
    ------
    ExportError
        With every reason, its count, its first rows and an example.
    """
    if file.n_rows == 0:
        hint = Words("导出时的筛选条件可能过窄", "perhaps a filter was set during the export")
        raise ExportError(Fault(file.name, Words("只有表头，没有数据行", "there is a header and no rows"), hint=hint))
    if file.n_rejected <= plan.max_rejected * file.n_rows and file.n_rejected < file.n_rows:
        return
    fault = Words("{n} 行中有 {m} 行（{share}）无法读取", "{m} of {n} rows ({share}) cannot be read").filled(
        n=write_number(file.n_rows), m=write_number(file.n_rejected), share=write_share(file.n_rejected / file.n_rows)
    )
    hint = Words(
        "修正导出，或在 project.yml 中提高 max_rejected:（现为 {limit}）",
        "mend the export, or raise max_rejected: in project.yml (now {limit})",
    ).filled(limit=write_share(plan.max_rejected))
    reasons = [
        Fault(
            f"{rejection.file}:{rejection.rows[0] if rejection.rows else '–'}",
            Words("{reason} ×{n}", "{reason} ×{n}").filled(reason=rejection.reason, n=write_number(rejection.n_rows)),
            repr(rejection.example) if rejection.example else "",
            null_value(rejection.usual) if rejection.usual else "",
        )
        for rejection in refused
        if rejection.file == file.name or rejection.file.startswith(f"{file.name}/")
    ]
    raise ExportError(Fault(file.name, fault, hint=hint), *reasons)


def refuse_absent_attributes(raws: Sequence[RawTable], plan: ReadingPlan) -> None:
    """Stop when a column that the project names as an attribute is in none of the exports.

    Raises
    ------
    ExportError
        With the columns found and the nearest name.
    """
    names = list(dict.fromkeys(column for raw in raws for column in raw.columns))
    listed = Words("已有的列：{names}", "columns found: {names}").filled(names=", ".join(names[:40]))
    faults = [
        Fault(
            "project.yml",
            Words(
                "attributes: {name}：导出中没有列“{column}”", "attributes: {name}: no export has a column {column!r}"
            ).filled(name=name, column=column),
            listed,
            did_you_mean(column, names),
        )
        for name, column in plan.attributes.items()
        if column not in names
    ]
    if faults:
        raise ExportError(*faults)


def unused_names(backend: Backend, pairs: Sequence[tuple[RawTable, Staged]], plan: ReadingPlan) -> list[Note]:
    """Notes on activities that the project names and no export shows."""
    if not plan.activities and plan.states is None:
        return []
    shown: set[str] = set()
    for raw, staged in pairs:
        cell = raw.columns[staged.map.canonical["activity"]]
        rows = backend.con.execute(f"select distinct {trimmed(f'{cell}::varchar')} from {raw.relation}").fetchall()
        shown |= {name for (name,) in rows if name is not None}
    standard = {plan.standard_names.get(name, name) for name in shown}
    named = plan.states.activities() if plan.states else []
    absent = {
        "aliases_unused": [name for name in plan.standard_names if name not in shown],
        "states_unused": [name for name in named if name not in standard],
    }
    return [
        Note(code=code, level="warning", facts={"names": ", ".join(names)}) for code, names in absent.items() if names
    ]


def cutoff_and_future(
    backend: Backend, events: Path, now: datetime | None = None
) -> tuple[datetime | None, list[Note]]:
    """The newest event that does not lie after the moment of import, and a note on those that do."""
    moment = (now or datetime.now(UTC)).replace(tzinfo=None) + _CLOCK_DIFFERENCE
    late = f"timestamp > {literal(moment.isoformat(' '))}::timestamp"
    query = f"select max(timestamp) filter (where not {late}), count(*) filter (where {late}) from read_parquet(?)"
    cutoff, n = backend.con.execute(query, [str(events)]).fetchone() or (None, 0)
    return cutoff, [Note(code="future", level="warning", facts={"n": n})] if n else []


def built_notes(facts: BuildFacts, ordered_by: Words, states: States | None) -> list[Note]:
    """The notes on what building the log showed."""
    notes = []
    asked = states.attributes() if states else []
    absent = [name for name in asked if name not in facts.case_attributes]
    if absent:
        notes.append(Note(code="states_absent", level="warning", facts={"names": ", ".join(absent)}))
    if facts.n_ties:
        notes.append(Note(code="ties", level="info", facts={"n": facts.n_ties, "order": ordered_by}))
    if facts.n_copies:
        notes.append(Note(code="duplicates", level="warning", facts={"n": facts.n_copies}))
    if facts.n_start_after_end:
        notes.append(Note(code="start_after_end", level="warning", facts={"n": facts.n_start_after_end}))
    if facts.case_attributes:
        names = ", ".join(facts.case_attributes)
        notes.append(Note(code="case_attributes", level="info", facts={"columns": names}))
    return notes


def columns_read(raws: Sequence[tuple[RawTable, Staged]]) -> Mapping[str, str]:
    """Canonical column to the export's column, over all files."""
    return {name: column for _, staged in reversed(raws) for name, column in staged.map.canonical.items()}


_VARYING = ("file", "n", "text", "example", "encoding")
"""Facts in which notes may differ and yet say the same of several files."""


def unique(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes without repetition: what several files of one kind have in common is said once for all.

    Counts are added up; an example is that of the first file.
    """
    kinds: dict[tuple[object, ...], list[Note]] = {}
    for note in notes:
        same = tuple(sorted((name, str(fact)) for name, fact in note.facts.items() if name not in _VARYING))
        kinds.setdefault((note.code, note.level, same, note.facts.get("encoding")), []).append(note)
    return tuple(_together(alike) for alike in kinds.values())


def _together(notes: Sequence[Note]) -> Note:
    facts = dict(notes[0].facts)
    files = list(dict.fromkeys(str(note.facts["file"]) for note in notes if "file" in note.facts))
    if len(files) > 1:
        said = Words("{file} 等 {n} 个文件", "{file} and {more} more")
        facts["file"] = said.filled(file=files[0], n=len(files), more=len(files) - 1)
    distinct = [note for i, note in enumerate(notes) if note not in notes[:i]]
    if isinstance(facts.get("n"), int) and len(distinct) > 1:
        facts["n"] = sum(int(str(note.facts["n"])) for note in distinct)
    return notes[0].model_copy(update={"facts": facts})
