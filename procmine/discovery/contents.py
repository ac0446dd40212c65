"""What a log holds and how it came in: notes of the import, refused rows, attributes and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from procmine.core.log.columns import LABELS, MADE_LABELS
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

_COUNTS = ("n_rows", "n_made", "n_rejected", "n_set_aside", "n_starts", "n_events")
_LEVELS = {"warning": Words("请注意", "note well"), "info": Words("说明", "for information")}


@dataclass(frozen=True, repr=False, eq=False)
class ImportNotes(Result):
    """What reading found and assumed, warnings first."""

    TITLE: ClassVar[Words] = Words("读取说明", "Notes on reading")
    LIMIT: ClassVar[int] = 100
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "level": Column("text", Words("级别", "Level")),
        "text": Column("text", Words("说明", "What was found")),
    }

    n_rows: int = 0
    n_made: int = 0
    n_rejected: int = 0
    n_set_aside: int = 0
    n_starts: int = 0
    n_events: int = 0

    @property
    def scalars(self) -> dict[str, int]:
        """Rows read and what became of them."""
        return {name: getattr(self, name) for name in _COUNTS}

    @property
    def sentence(self) -> str:
        """Rows in, events out."""
        said = Words(
            "读取 {n_rows} 行{more}：拒绝 {n_rejected}，搁置 {n_set_aside}，得到 {n_events} 个事件。",
            "{n_rows} rows read{more}: {n_rejected} refused, {n_set_aside} set aside, {n_events} events.",
        )
        made = Words("（另由一行多事件展开 {n}）", " (and {n} more from rows that tell several events)")
        more = made.filled(n=write_number(self.n_made)) if self.n_made else ""
        return said.filled(more=more, **{name: write_number(n) for name, n in self.scalars.items()}).say(self.language)


def import_notes(log: EventLog) -> ImportNotes:
    """The notes of the import, warnings first, and what became of the rows.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.import_notes(pm.six_cases()).n_events
    26
    """
    report = log.import_report
    ordered = [*report.warnings, *(note for note in report.notes if note.level == "info")]
    rows = [(_LEVELS[note.level].say(log.language), note.say(log.language)) for note in ordered]
    counts = {name: getattr(report, name) for name in _COUNTS}
    return ImportNotes.of(log, pd.DataFrame(rows, columns=list(ImportNotes.COLUMNS)), **counts)


@dataclass(frozen=True, repr=False, eq=False)
class RejectedRows(Result):
    """Rows that were refused, one by one."""

    TITLE: ClassVar[Words] = Words("拒绝的行", "Refused rows")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "file": Column("text", Words("文件", "File")),
        "row": Column("count", Words("行", "Row"), Words("表头为第 1 行", "the header is row 1")),
        "reason": Column("text", Words("原因", "Reason")),
        "example": Column("text", Words("首例", "First of its kind")),
    }

    n_rejected: int = 0

    @property
    def sentence(self) -> str:
        """How many rows were refused."""
        if self.n_rejected == 0:
            return Words("没有拒绝任何行。", "No row was refused.").say(self.language)
        said = Words(
            "拒绝 {n} 行；列出每种原因的前 1,000 行。", "{n} rows refused; the first 1,000 of each reason are listed."
        )
        return said.filled(n=write_number(self.n_rejected)).say(self.language)


def rejected_rows(log: EventLog) -> RejectedRows:
    """The refused rows with file, row number and reason; at most 1,000 of each reason.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.rejected_rows(pm.six_cases()).n_rejected
    0
    """
    rows = [
        (found.file, row, found.reason.say(log.language), found.example if place == 0 else None)
        for found in log.import_report.rejections
        for place, row in enumerate(found.rows)
    ]
    frame = pd.DataFrame(rows, columns=list(RejectedRows.COLUMNS))
    return RejectedRows.of(log, frame, n_rejected=log.import_report.n_rejected)


@dataclass(frozen=True, repr=False, eq=False)
class Attributes(Result):
    """The attributes of cases and events, and how far they are filled."""

    TITLE: ClassVar[Words] = Words("属性", "Attributes")
    LIMIT: ClassVar[int] = 60
    CHART: ClassVar[Chart | None] = Bars(("attribute",), "n_values")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "attribute": Column("text", Words("属性", "Attribute"), words={**LABELS, **MADE_LABELS}),
        "of": Column(
            "text", Words("属于", "Of"), Words("在每个案例内不变的属于案例", "constant within every case: of the case")
        ),
        "n_values": Column("count", Words("不同值", "Values")),
        "missing": Column("share", Words("缺失", "Missing")),
        "most_frequent": Column("text", Words("最常见的值", "Most frequent value")),
    }

    @property
    def sentence(self) -> str:
        """How many attributes there are to split by."""
        said = Words("共 {n} 个属性可用于筛选和对比。", "{n} attributes to filter and compare by.")
        return said.filled(n=len(self.table)).say(self.language)


def attributes(log: EventLog) -> Attributes:
    """Every attribute with its number of values, the share that is missing and its most frequent value.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.attributes(pm.six_cases()).table[["attribute", "n_values", "most_frequent"]]
      attribute  n_values most_frequent
    0        渠道         3            电话
    1       业务线         2            支持
    2  resource         5            李强
    """
    of_events = [name for name in ("resource", "role", "group") if name in log.all_events.columns]
    rows = [_described(log.cases, name, Words("案例", "case").say(log.language)) for name in log.case_attributes]
    rows += [
        _described(log.events, name, Words("事件", "event").say(log.language))
        for name in [*of_events, *log.event_attributes]
    ]
    return Attributes.of(log, pd.DataFrame(rows, columns=list(Attributes.COLUMNS)))


def _described(table: ir.Table, name: str, owner: str) -> tuple[str, str, int, float, str | None]:
    column = table[name]
    (counted,) = fetch(table.aggregate(n=table.count(), given=column.count(), values=column.nunique())).to_dict(
        "records"
    )
    values = column.cast("string").name("value").as_table().filter(lambda t: t.value.notnull())
    top = values.group_by("value").aggregate(n=lambda t: t.count()).order_by(lambda t: t.n.desc(), "value").limit(1)
    found = top.to_pyarrow()["value"].to_pylist()
    missing = 1 - counted["given"] / counted["n"] if counted["n"] else 0.0
    return name, owner, int(counted["values"]), missing, found[0] if found else None
