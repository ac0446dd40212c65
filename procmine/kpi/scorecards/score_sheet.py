"""A score sheet: the marks that people gave, case by case, each with the row it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd

from procmine.core.log.engine import workbench
from procmine.core.text.errors import ExportError, Fault, UnknownNameError
from procmine.core.text.words import Words, write_number
from procmine.kpi.scorecards.scorecard import Scorecard
from procmine.reading.assembly.importing import read_raw
from procmine.reading.files.source import ExportFile, Source

_MOST_TOLD = 20
_COLUMN = Words("列", "column")


@dataclass(frozen=True, eq=False)
class ScoreSheet:
    """The rows of a score sheet.

    Attributes
    ----------
    name
        The file, as errors call it.
    marks
        One row per case: `case_id`, then the columns that the card asks for, as numbers (NaN: not given).
    rows
        The row of each case in the file, as a spreadsheet shows it.
    """

    name: str
    marks: pd.DataFrame
    rows: Sequence[int]

    @classmethod
    def read(cls, card: Scorecard, folder: Path) -> Self | None:
        """The sheet that a card names, read from a project folder; None where it names none.

        Raises
        ------
        ExportError
            If the file cannot be read, or a case stands twice, or a mark is no number: all of these at once.
        UnknownNameError
            If it lacks a column that the card asks for.
        """
        if card.sheet is None:
            return None
        file = ExportFile.at(folder / card.sheet.path)
        with workbench() as bench:
            raw = read_raw(bench, Source(path=card.sheet.path, sheet=card.sheet.sheet), file, 0)
            cells = bench.table(raw.relation).to_pyarrow().to_pandas()
        wanted = [card.sheet.key, *columns_of(card)]
        absent = [name for name in wanted if name not in raw.columns]
        if absent:
            raise UnknownNameError.among(_COLUMN, absent, list(raw.columns), file.name)
        frame = cells[[raw.columns[name] for name in wanted]].set_axis(wanted, axis=1)
        return cls.of(file.name, frame, card, [int(row) for row in cells["source_row"]])

    @classmethod
    def of(cls, name: str, frame: pd.DataFrame, card: Scorecard, rows: Sequence[int] | None = None) -> Self:
        """A sheet from a frame in hand; without row numbers they count from the first row below the header."""
        key = "case_id" if card.sheet is None else card.sheet.key
        numbers = list(rows) if rows is not None else list(range(2, len(frame) + 2))
        texts = frame.reset_index(drop=True).astype("string")
        cases = texts[key].str.strip()
        faults = [*_twice(name, cases, numbers)]
        columns = {"case_id": cases.astype("object")}
        for column in columns_of(card):
            bare = texts[column].str.strip().replace("", pd.NA)
            values = pd.to_numeric(bare, errors="coerce").astype("float64")
            highest = 100.0 if column in _marks_of(card) else None
            faults += _bad_marks(name, column, bare, values, numbers, highest)
            columns[column] = values
        if faults:
            raise ExportError(*_told(faults))
        given = cases.notna()
        marks = pd.DataFrame(columns)[given].reset_index(drop=True)
        return cls(name, marks, [row for row, there in zip(numbers, given, strict=True) if there])

    def refuse_unknown_cases(self, known: frozenset[str]) -> None:
        """Make sure that every case of the sheet is in the log.

        Raises
        ------
        ExportError
            If some are not: each with its row.
        """
        faults = [
            Fault(
                f"{self.name}:{row}",
                Words("日志中没有案例“{case}”", "the log has no case {case!r}").filled(case=case),
                hint=Words(
                    "核对案例编号，或补上缺少的导出", "check the number of the case, or add the export that lacks"
                ),
            )
            for row, case in zip(self.rows, self.marks["case_id"], strict=True)
            if case not in known
        ]
        if faults:
            raise ExportError(*_told(faults))


def columns_of(card: Scorecard) -> list[str]:
    """The columns of its sheet that a card asks for, in the order of its versions."""
    if card.sheet is None:
        return []
    items = [item for version in card.versions for item in version.items]
    own = [item.sheet_column for item in (*items, *card.ledger.adjustments)]
    others = [name for version in card.versions for one in version.indicators for name in one.instead]
    return [name for name in dict.fromkeys([*own, *others, card.sheet.total]) if name]


def _marks_of(card: Scorecard) -> set[str]:
    """The columns that hold marks from 0 to 100: of indicators whose values no steps translate, and what stands for one."""
    all_of_them = [one for version in card.versions for one in version.indicators]
    return {one.sheet_column for one in all_of_them if not one.steps} | {n for one in all_of_them for n in one.instead}


def _twice(name: str, cases: pd.Series, rows: Sequence[int]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for case, row in zip(cases, rows, strict=True):
        if not isinstance(case, str):
            continue
        if case in seen:
            fault = Words("案例“{case}”出现两次", "the case {case!r} stands twice").filled(case=case)
            facts = Words("第 {a} 行和第 {b} 行", "in rows {a} and {b}").filled(a=seen[case], b=row)
            yield Fault(f"{name}:{row}", fault, facts, Words("每个案例只留一行", "keep one row for each case"))
        seen.setdefault(case, row)


def _bad_marks(
    name: str, column: str, texts: pd.Series, values: pd.Series, rows: Sequence[int], highest: float | None
) -> Iterator[Fault]:
    beyond = (values < 0) | (values > highest) if highest is not None else values.isna()
    for i in texts.index[texts.notna() & (values.isna() | beyond)]:
        fault = Words("“{column}”中的“{value}”不是得分", "{value!r} in {column!r} is no score")
        hint = Words("写 0 到 100 的数；未评分的留空", "write a number from 0 to 100; leave empty what is not scored")
        yield Fault(f"{name}:{rows[i]}", fault.filled(column=column, value=texts[i]), hint=hint)


def _told(faults: Sequence[Fault]) -> list[Fault]:
    """The first faults, and how many more there are."""
    if len(faults) <= _MOST_TOLD:
        return list(faults)
    more = Words("另有 {n} 处", "{n} more").filled(n=write_number(len(faults) - _MOST_TOLD))
    return [*faults[:_MOST_TOLD], Fault("", more)]
