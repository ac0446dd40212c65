"""The end of a table: totals, counts and legal lines that are no data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Literal, NamedTuple

from procmine.reading.files.table_cells import Header, Kind, Row, kind, padded, plain_cell, without_tail

_SAMPLE_ROWS = 200
_TAIL_ROWS = 60


def footer_rows(rows: Sequence[Row], header: Header) -> set[int]:
    """Which of the rows below the header are no data but its footer: totals, counts, legal lines.

    A footer stands at the end, says one of the words that footers say, and is not shaped like the rows
    above it: a case whose title is 合计 stays. Blank rows directly before a footer, and single texts
    beside it, belong to it.

    Parameters
    ----------
    rows
        The rows below the header, or only the last of them (some 300 are enough).

    Returns
    -------
    set of int
        Indices into `rows`.

    Examples
    --------
    >>> from procmine.reading.files.table_layout import find_header
    >>> header = find_header([["编号", "标题", "时间"], ["1", "请假", "2024-03-05"]])
    >>> rows = [["1", "请假", "2024-03-05"], ["2", "合计", "2024-03-06"], [None] * 3, ["合计", None, "2"]]
    >>> sorted(footer_rows(rows, header))
    [2, 3]
    """
    start = max(0, len(rows) - _TAIL_ROWS)
    tail = [tuple(map(plain_cell, row)) for row in rows[start:]]
    if not any(says_footer(row) for row in tail):
        return set()
    sample = [tuple(map(plain_cell, row)) for row in islice(rows, max(0, start - _SAMPLE_ROWS), start)]
    shape = _Shape.of([row for row in (*sample, *tail) if any(row) and not says_footer(row)], len(header.names))
    kinds = [_role(row, shape) for row in tail]
    last = max((i for i, kind in enumerate(kinds) if kind == "data"), default=-1)
    begin = next((i for i in range(last + 1, len(kinds)) if kinds[i] == "footer"), None)
    if begin is None:
        return set()
    begin = _with_texts_before(kinds, begin, last)
    end = max(i for i, kind in enumerate(kinds) if kind != "blank")
    return {start + i for i in range(begin, end + 1)}


_TOTAL = re.compile(
    r"(本页|本月|本年)?(合\s*计|总\s*计|小\s*计|汇总|总数|累计)|(grand|sub|over\s?all)?[ -]?totals?\b|sum\b|count\b",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"(总?共|合计)\s*(有|计)?\s*[:：]?\s*[\d,]+\s*(条|行|笔|项|个|份|页)|第\s*\d+\s*页|[(（]?[\d,]+ (rows?|records?)\b"
    r"|confidential|copyright|©|\(c\) |all rights reserved|(generated|exported|printed|created) (by|at|on)\b"
    r"|(导出|打印|制表|统计|生成|下载)(时间|日期|人)[:：]|版权所有|保密|机密|内部资料|以上数据|-+\s*(end|完|以下空白)|以下空白",
    re.IGNORECASE,
)


def says_footer(row: tuple[str, ...]) -> bool:
    """Whether a row begins with words of a footer; a row of data may, too."""
    first = next((cell for cell in row if cell), "")
    return bool(_LINE.match(first)) or bool(_TOTAL.match(first))


class _Shape(NamedTuple):
    """What rows of data have in common: columns always filled, and the one kind of value of a column."""

    n_columns: int
    filled: frozenset[int]
    kinds: dict[int, Kind]

    @classmethod
    def of(cls, rows: Sequence[tuple[str, ...]], n_columns: int) -> _Shape:
        found = [Counter(kind(row[i]) if i < len(row) else "" for row in rows) for i in range(n_columns)]
        # Ragged rows and single texts of a footer are among the rows, so "always" is nine rows in ten.
        filled = frozenset(i for i, kinds in enumerate(found) if kinds[""] <= len(rows) / 10)
        kinds: dict[int, Kind] = {}
        for i in range(n_columns):
            given = [(n, own) for own, n in found[i].items() if own]
            if given and max(given)[0] >= 0.9 * sum(n for n, _ in given) and max(given)[1] != "text":
                kinds[i] = max(given)[1]
        return cls(n_columns, filled, kinds)

    def fits(self, row: tuple[str, ...]) -> bool:
        if len(without_tail(row)) > self.n_columns:
            return True
        cells = padded(row, self.n_columns)
        if not all(cells[i] for i in self.filled):
            return False
        return all(kind(cells[i]) in ("", own) for i, own in self.kinds.items())


_Role = Literal["blank", "footer", "text", "data"]


def _role(row: tuple[str, ...], shape: _Shape) -> _Role:
    filled = [cell for cell in row if cell]
    if not filled:
        return "blank"
    if says_footer(row) and not shape.fits(row):
        return "footer"
    return "text" if len(filled) == 1 and shape.n_columns >= 3 and row[0] else "data"


def _with_texts_before(kinds: Sequence[_Role], begin: int, last: int) -> int:
    """Where a footer begins: blank rows before it count, single texts only if a blank row cuts them off the data."""
    at = begin
    while at - 1 > last and kinds[at - 1] == "text":
        at -= 1
    if at == 0 or kinds[at - 1] != "blank":
        at = begin
    while at - 1 > last and kinds[at - 1] == "blank":
        at -= 1
    return at
