"""What a file is, before anything is decided: its kind, its columns, a preview, and what could read it.

What is proposed is tried: the proposal says how many cases and events come out, or why none do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procmine.core.log.columns import LABELS, REQUIRED
from procmine.core.log.engine import workbench
from procmine.core.text.errors import ExportError, ProcmineError
from procmine.core.text.words import Language, Words, write_number, write_share
from procmine.project.trial import Trial, odd
from procmine.reading.assembly.importing import read_raw
from procmine.reading.assembly.reader import read_export
from procmine.reading.files.containers import container_of
from procmine.reading.files.raw import ROW, RawTable
from procmine.reading.files.source import ExportFile, Source
from procmine.reading.profiles.profile import Proposal, built_in, likeliest_profile, rank, rivals
from procmine.reading.profiles.usual_names import propose
from procmine.reading.records.json_records import read_json
from procmine.reading.times.time_column import offsets_in

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_PREVIEW, _OFFERS = 3, 3
_CELL = 24
_SEEN = 400
"""Characters of a cell that are looked at: some cells hold a whole history."""
_FITS = 0.5
_ONE_ROW_EACH = 0.9
"""Fewer cases than this per row: the file has a row per event, not one per case."""


@dataclass(frozen=True)
class Inspection:
    """What was found in a file.

    Attributes
    ----------
    preview
        The first rows, in the order of the columns.
    ranked
        Profiles that fit at all, the best first.
    profile
        The one that stands out; None where none does, or where two fit alike.
    columns
        Canonical column to the column that is likely to hold it, by usual names.
    trial
        What comes of the proposal; None where nothing can be proposed.
    members
        Where it stands for files of an archive: their paths in it.
    offsets
        What its times say of their zone: `+08:00`, `Z`; empty for a time that says nothing.
    """

    raw: RawTable
    preview: tuple[tuple[Any, ...], ...]
    ranked: tuple[Proposal, ...]
    profile: Proposal | None
    columns: dict[str, str]
    trial: Trial | None = None
    members: tuple[str, ...] = ()
    offsets: tuple[str, ...] = ()

    @property
    def rivals(self) -> tuple[str, ...]:
        """Profiles that fit so alike that none is proposed."""
        return () if self.profile else tuple(offer.profile.name for offer in rivals(self.ranked))

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that neither a profile nor a usual name gives."""
        return () if self.profile else tuple(name for name in REQUIRED if name not in self.columns)

    def say(self, language: Language) -> str:
        """The findings as lines of text."""
        parts = (*self._kind(language), "", *self._table(), "", *self._offers(language))
        return "\n".join((*parts, *self._next(language), *self.doubts(language)))

    def _kind(self, language: Language) -> Iterator[str]:
        raw = self.raw
        kind = raw.container + (f" · {raw.encoding}" if raw.encoding else "")
        said = Words("{file}：{kind}，{n} 行，{m} 列", "{file}: {kind}, {n} rows, {m} columns")
        yield said.filled(file=raw.file.name, kind=kind, n=write_number(raw.n_rows), m=len(raw.columns)).say(language)
        yield from (f"  {'!' if note.level == 'warning' else '·'} {note.say(language)}" for note in raw.notes)
        for reject in raw.rejects if self.trial is None or self.trial.error is not None else ():
            yield f"  ! {reject.reason.say(language)} ×{reject.n_rows}"

    def _table(self) -> Iterator[str]:
        """One line per column: its name and the first values."""
        lines = [[_short(name), *(_short(row[i]) for row in self.preview)] for i, name in enumerate(self.raw.columns)]
        widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            cells = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
            yield f"  {' │ '.join(cells)}".rstrip()

    def _offers(self, language: Language) -> Iterator[str]:
        if self.ranked:
            yield Words("可能适用的格式（profile）", "Profiles that might fit").say(language)
        for offer in self.ranked:
            title = offer.profile.title.words.say(language)
            yield f"  {write_share(offer.score):>7}  profile: {offer.profile.name} – {title}"
            if offer.matched:
                yield "           " + ", ".join(f"{field} ← {column}" for field, column in offer.matched.items())
            for field, headers in offer.missing.items():
                said = Words("缺少 {field}（{headers}）", "missing {field} ({headers})")
                yield "           " + said.filled(field=field, headers=" / ".join(headers[:3])).say(language)
        if self.profile:
            return
        if self.columns:
            yield Words("按常见列名", "By usual names of columns").say(language)
        for name, column in self.columns.items():
            yield f"  {name} ← {column}    ({LABELS[name].say(language)})"

    def _next(self, language: Language) -> Iterator[str]:
        if self.profile:
            said = Words("建议使用 profile: {name}", "profile: {name} fits").filled(name=self.profile.profile.name)
        elif self.rivals:
            said = Words(
                "有几种格式同样符合，请在 sources: 中写明 profile:",
                "several profiles fit alike: say which, as profile: under sources:",
            )
        elif self.missing:
            names = ", ".join(self.missing)
            said = Words(
                "无法判断哪一列是 {names}，请在 sources: 的 columns: 中写明",
                "which column is {names} cannot be told: say it as columns: under sources:",
            ).filled(names=names)
        else:
            said = Words("每行一个事件，按以上各列读取", "one event per row, read by the columns above")
        yield said.say(language)
        if self.trial is not None and self.trial.error is None:
            facts = {name: write_number(n) for name, n in self.trial._asdict().items() if name.startswith("n_")}
            came = Words(
                "试读：{n_cases} 个案例，{n_events} 个事件，{n_activities} 种活动，{period}",
                "tried: {n_cases} cases, {n_events} events, {n_activities} activities, {period}",
            )
            yield came.filled(period=self.trial.period, **facts).say(language)

    def doubts(self, language: Language) -> Iterator[str]:
        """What speaks against the proposal, or has to be answered first, as lines of text."""
        if self.trial is None:
            return
        if self.trial.error is not None:
            yield Words("试读失败：", "tried, and it fails:").say(language)
            yield from (f"  {line}" for line in self.trial.error.say(language).splitlines())
            return
        if self.profile is None:
            yield from (f"  ! {doubt.say(language)}" for doubt in odd(self.trial, self.columns))
        yield from (f"  ! {rejection.say(language)}" for rejection in self.trial.rejections)
        known = {(note.code, str(note.facts)) for note in self.raw.notes}
        for note in self.trial.notes:
            if note.level == "warning" and (note.code, str(note.facts)) not in known:
                yield f"  ! {note.say(language)}"
            elif note.code == "time_format":
                yield f"  · {note.say(language)}"


def _short(cell: object) -> str:
    text = "" if cell is None else " ".join(str(cell)[:_SEEN].split())
    while _width(text) > _CELL:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def _width(text: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def inspect_file(path: Path, lookups: Mapping[str, str] | None = None) -> Inspection:
    """Look at a file without deciding anything.

    Parameters
    ----------
    lookups
        Files beside it that the proposed profile looks names up in.

    Raises
    ------
    ExportError
        If it cannot be read at all.
    """
    return tried(looked_at(ExportFile.at(path)), path, lookups or {})


def looked_at(file: ExportFile) -> Inspection:
    """What a file shows before what is proposed is tried.

    Raises
    ------
    ExportError
        If it cannot be read at all.
    """
    with workbench() as bench:
        if container_of(file.path) == "json":
            raw, ranked = _read_json(bench, file)
        else:
            raw = read_raw(bench, Source(path=file.name), file, 0)
            ranked = rank(list(raw.columns), {name: one for name, one in built_in().items() if one.records is None})
            ranked = [offer for offer in ranked if not _has_a_row_per_event(bench, raw, offer)]
        cells = ", ".join(raw.columns.values())
        preview = bench.con.execute(f"select {cells} from {raw.relation} order by {ROW} limit {_PREVIEW}").fetchall()
        columns, profile = propose(list(raw.columns)), likeliest_profile(ranked)
        offsets = offsets_in(bench, raw, [*columns.values(), *(profile.matched.values() if profile else ())])
    return Inspection(raw, tuple(preview), _worth_saying(ranked), profile, columns, offsets=offsets)


def tried(found: Inspection, path: Path, lookups: Mapping[str, str]) -> Inspection:
    """What was found with what comes of it when it is read as proposed."""
    return replace(found, trial=None if found.missing or found.rivals else _trial(path, found, lookups))


def _trial(path: Path, found: Inspection, lookups: Mapping[str, str]) -> Trial:
    how: dict[str, Any] = {"members": list(found.members)}
    how |= (
        {"profile": found.profile.profile.name, "lookups": dict(lookups)}
        if found.profile is not None
        else {"columns": found.columns}
    )
    try:
        log = read_export(path, time_zone="UTC", **how)
    except ProcmineError as error:
        return Trial(error)
    period = f"{log.first:%Y-%m-%d} – {log.last:%Y-%m-%d}" if log.first and log.last else ""
    report = log.import_report
    return Trial(None, log.n_cases, log.n_events, log.n_activities, period, report.notes, report.rejections)


def _read_json(bench: Backend, file: ExportFile) -> tuple[RawTable, list[Proposal]]:
    """The rows as the profile that is proposed finds them, and how well each fits: each seeks rows elsewhere."""
    found: list[tuple[Proposal, RawTable]] = []
    for number, (name, profile) in enumerate(built_in().items(), 1):
        if profile.records is not None:
            try:
                raw = read_json(bench, file, profile, number)
            except ExportError:
                continue
            found.append((rank(list(raw.columns), {name: profile})[0], raw))
    found.sort(key=lambda one: (-one[0].score, -len(one[0].matched), one[0].profile.name))
    if not found or found[0][0].score < _FITS:
        return read_json(bench, file, None, 0), []
    offers = [offer for offer, _ in found]
    chosen = likeliest_profile(offers) or offers[0]
    return next(raw for offer, raw in found if offer is chosen), offers


def _has_a_row_per_event(bench: Backend, raw: RawTable, offer: Proposal) -> bool:
    """Whether a profile of one row per case is offered for a file that names activities and repeats its cases."""
    case = offer.matched.get("case_id")
    if offer.profile.shape != "milestone_columns" or case is None or set(REQUIRED) - set(propose(list(raw.columns))):
        return False
    cell = raw.columns[case]
    counted = bench.con.execute(f"select count({cell}), count(distinct {cell}) from {raw.relation}").fetchone()
    n_rows, n_cases = counted or (0, 0)
    return bool(n_cases < _ONE_ROW_EACH * n_rows)


def _worth_saying(ranked: Sequence[Proposal]) -> tuple[Proposal, ...]:
    return tuple(offer for offer in ranked if offer.score >= _FITS)[:_OFFERS]
