"""What reading an export did: files, rows read and refused, and everything assumed on the way."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from procmine.core.words import Language, Words

NOTES: dict[str, Words] = {
    "file_encoding": Words("{file}：按 {encoding} 解码", "{file}: decoded as {encoding}"),
    "suffix": Words(
        "{file}：扩展名与内容不符，按内容（{container}）读取",
        "{file}: the suffix does not fit, read by content as {container}",
    ),
    "blank_rows": Words("{file}：跳过 {n} 个空行", "{file}: {n} blank rows skipped"),
    "renamed_columns": Words(
        "列名为空、重复或跨行，已改名：{columns}", "columns renamed, their name was empty, taken or broken: {columns}"
    ),
    "time_format": Words(
        "{column}：按“{format}”读取（例如 {example}）", "{column}: read as {format} (for example {example})"
    ),
    "zone_assumed": Words("{column}：没有时区信息，按 {zone} 理解", "{column}: no time zone given, read as {zone}"),
    "zone_given": Words("{column}：按文件中写明的时差换算", "{column}: converted by the offset written in the file"),
    "doubtful_times": Words(
        "{column}：{n} 个时间处在夏令时切换处（不存在或出现两次），按较早的时差换算",
        "{column}: {n} times at a clock change (missing or double), taken at the earlier offset",
    ),
    "ties": Words(
        "{n} 个事件与同一案例的前一事件时间相同，按{order}排序",
        "{n} events share their time with the one before in the same case, ordered by {order}",
    ),
    "start_after_end": Words("{n} 个事件的开始晚于完成，保留", "{n} events start after they end, kept"),
    "future": Words(
        "{n} 个事件晚于导入时刻，保留但不计入截止时间",
        "{n} events lie after the moment of import; kept, but not used as the cut-off",
    ),
    "duplicates": Words(
        "{n} 个事件与同一案例的前一事件完全相同，保留",
        "{n} events are exact copies of the one before in the same case, kept",
    ),
    "repeats": Words(
        "{path}：{n} 行与更早的文件重复（按键或整行比较），只计一次",
        "{path}: {n} rows repeat an earlier one (by key, or whole), counted once",
    ),
    "joined": Words(
        "{file}：按“{key}”关联，{n_all} 个案例中有 {n} 个没有对应的行",
        "{file}: joined by {key!r}, {n} of {n_all} cases have no row in it",
    ),
    "aliases_unused": Words(
        "activities: 中的这些名称在导出中没有出现：{names}",
        "names under activities: that the export never shows: {names}",
    ),
    "states_unused": Words(
        "states: 中的这些活动在导出中没有出现：{names}", "activities under states: that the export never shows: {names}"
    ),
    "states_absent": Words(
        "states: 中的这些属性在导出中没有，或在案例内会变化，未能使用：{names}",
        "attributes under states: that the export lacks or that change within a case, not used: {names}",
    ),
    "case_attributes": Words(
        "在每个案例内取值不变，作为案例属性：{columns}",
        "constant within every case, so attributes of the case: {columns}",
    ),
    "lifecycle_paired": Words(
        "{n} 个活动实例由 start 与 complete 两个事件配对而成",
        "{n} activity instances paired from a start and a complete event",
    ),
    "lifecycle_other": Words(
        "{n} 个 {transition} 事件不是已完成的活动实例，未计入",
        "{n} events {transition!r} are not completed activity instances, set aside",
    ),
    "lifecycle_open": Words("{n} 个活动已开始但未完成，未计入", "{n} activities started and not completed, set aside"),
    "sheet": Words(
        "{file}：读取工作表“{sheet}”，其余：{others}", "{file}: sheet {sheet!r} read; other sheets: {others}"
    ),
    "spoilt_attributes": Words(
        "{file}：{n} 个属性没有键或值，已略去", "{file}: {n} attributes without a key or a value left out"
    ),
    "repeated_keys": Words(
        "{file}：{n} 个属性的键重复，保留第一个", "{file}: {n} attributes repeat a key; the first is kept"
    ),
    "stray_events": Words(
        "{file}：{n} 个事件不在任何案例内，已略去", "{file}: {n} events outside of any case left out"
    ),
    "unreadable_times": Words(
        "{column}：{n} 个值无法读取，按未填处理（例如 {example}）",
        "{column}: {n} values unreadable, treated as not given (for example {example})",
    ),
    "nested": Words("{file}：嵌套属性已展开为“上级.下级”", "{file}: nested attributes unfolded as parent.child"),
}


class Note(BaseModel):
    """One thing that reading found or assumed, to be shown to the reader of the report."""

    model_config = ConfigDict(frozen=True)

    code: str
    level: Literal["info", "warning"]
    facts: dict[str, str | int | Words]

    def say(self, language: Language) -> str:
        """The note as a sentence."""
        return NOTES[self.code].filled(**self.facts).say(language)


class SourceFile(BaseModel):
    """One file that was read; `joined` if it is a table beside the events, whose rows are not counted as events."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    n_bytes: int
    container: str
    encoding: str | None
    n_rows: int
    n_rejected: int
    joined: bool = False


class Rejection(BaseModel):
    """Rows refused for one reason: how many, and the first of them."""

    model_config = ConfigDict(frozen=True)

    file: str
    reason: Words
    n_rows: int
    rows: tuple[int, ...]
    example: str


class ImportReport(BaseModel):
    """The account of one import.

    Attributes
    ----------
    files
        The files read, in the order of their names.
    columns
        Canonical column to the column of the export it was read from.
    rejections
        Rows refused, by file and reason.
    notes
        What was found, assumed or set aside.
    n_rows, n_rejected, n_set_aside, n_starts, n_events
        Rows read = rejected + set aside + starts that joined their completion + events.
    cutoff
        The newest event not marked as future: naive UTC.
    """

    model_config = ConfigDict(frozen=True)

    files: tuple[SourceFile, ...] = ()
    columns: dict[str, str] = {}
    rejections: tuple[Rejection, ...] = ()
    notes: tuple[Note, ...] = ()
    n_rows: int = 0
    n_set_aside: int = 0
    n_starts: int = 0
    n_events: int = 0
    cutoff: datetime | None = None

    @property
    def n_rejected(self) -> int:
        """Rows refused."""
        return sum(file.n_rejected for file in self.files if not file.joined)

    @property
    def warnings(self) -> tuple[Note, ...]:
        """The notes a reader should act on."""
        return tuple(note for note in self.notes if note.level == "warning")

    def save(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_text(self.model_dump_json(indent=1), encoding="utf-8")

    @classmethod
    def open(cls, path: Path) -> ImportReport:
        """Read a report written by `save`."""
        return cls.model_validate_json(path.read_text(encoding="utf-8"))
