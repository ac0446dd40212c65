"""Where a table begins and ends among the rows of a file: titles above it, header rows, totals below it.

All functions are pure and look at texts only; None and `""` are empty cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from statistics import median_low

from procmine.reading.files.table_cells import CellSpan, Header, Row, kind, padded, plain_cell, without_tail
from procmine.reading.files.table_footer import says_footer

_HEAD_ROWS = 40
_SAMPLE_ROWS = 200


def find_header(rows: Sequence[Row], merged: Iterable[CellSpan] = ()) -> Header:
    """The header of a table, whose first rows are given.

    It is the first row that is about as wide as the table and holds a name; a title, a line like
    `导出时间：…` and blank rows above it are passed over. Where no row is like that, it is the first
    row that is not blank. Two rows are one header where cells of the upper one are merged sideways, or
    where the lower one fills just the columns that the upper one leaves open.

    Parameters
    ----------
    rows
        The rows of the file from its very first, blank ones too; some 200 are enough.
    merged
        The merged ranges, where the container knows them.

    Examples
    --------
    >>> find_header([["编号", "金额"], ["1", "20"]]).names
    ('编号', '金额')
    >>> header = find_header([["审批记录"], ["导出时间：2024-03-05"], [], ["编号", "人", "时间"], ["1", "甲", "8:00"]])
    >>> header.rows, header.n_above
    ((3,), 3)
    >>> find_header([["编号", "费用明细", None], [None, "日期", "金额"], ["1", "3-5", "20"]])[:2]
    ((0, 1), ('编号', '费用明细.日期', '费用明细.金额'))
    """
    head = [tuple(map(plain_cell, row)) for row in islice(rows, _SAMPLE_ROWS)]
    first = next((i for i, row in enumerate(head) if any(row)), None)
    if first is None:
        return Header((), (), ())
    width = _width(head)
    wide = (i for i in range(first, min(len(head), _HEAD_ROWS)) if _may_be_header(head[i], width))
    spans = list(merged)
    at = next(wide, first)
    n_columns = max(len(head[i]) for i in range(first, min(len(head), at + 2)))
    if at > first and _groups_of(spans, at - 1, n_columns, least=2) and _may_be_lower(head[at]):
        at -= 1
    upper = padded(head[at], n_columns)
    lower = padded(head[at + 1], n_columns) if at + 1 < len(head) else ()
    flat = _flattened(upper, lower, spans, at)
    if flat is None:
        return Header((at,), head[at], (without_tail(upper),))
    return Header((at, at + 1), flat, (without_tail(upper), without_tail(lower)))


def is_repeated_header(row: Row, header: Header) -> bool:
    """Whether a row below the header says the header (or one row of it) again, as printed reports do.

    Examples
    --------
    >>> header = find_header([["编号", "金额"], ["1", "20"]])
    >>> is_repeated_header(["编号", " 金额"], header), is_repeated_header(["2", "金额"], header)
    (True, False)
    """
    return without_tail(tuple(map(plain_cell, row))) in header.cells


def _width(rows: Iterable[tuple[str, ...]]) -> int:
    """How many cells a row of the table fills; single texts count only where most rows are single texts."""
    filled = [[cell for cell in row if cell] for row in rows if any(row) and not says_footer(row)]
    counts = [len(cells) for cells in filled if not _is_remark(cells)]
    wide = [n for n in counts if n > 1]
    return median_low(wide) if wide and 2 * len(wide) >= len(counts) else 1


def _may_be_header(row: tuple[str, ...], width: int) -> bool:
    filled = [cell for cell in row if cell]
    if not filled or _is_remark(filled):
        return False
    return len(filled) >= min(width, max(2, (width + 1) // 2)) and any(kind(cell) == "text" for cell in filled)


_ABOUT = re.compile(
    r"(导出|打印|制表|统计|查询|生成|下载|报表|操作|截止|数据)(时间|日期|人员?|者|条件|范围|周期|部门|单位|区间|说明)"
    r"|(export|print|generat|creat|report|run)\w*\s+(by|at|on|date|time)\b|as of\b|period\b",
    re.IGNORECASE,
)


def _is_remark(filled: list[str]) -> bool:
    """Whether a row says something about the file: `导出时间：2024-03-05`, `制表人：张三`, `Period, 2024-03`."""
    labels = sum("：" in cell or ": " in cell or cell.endswith(":") for cell in filled)
    if 2 * labels >= len(filled):
        return True
    if not _ABOUT.match(filled[0]):
        return False
    return len(filled) == 1 or (len(filled) <= 3 and kind(filled[1]) != "text")


def _may_be_lower(row: tuple[str, ...]) -> bool:
    return any(row) and all(kind(cell) == "text" for cell in row if cell)


def _groups_of(spans: Iterable[CellSpan], row: int, n_columns: int, least: int = 1) -> bool:
    """Whether cells of a row are merged sideways, as group names are; a title spans the whole table."""
    groups = [span for span in spans if span.first_row == span.last_row == row and span.last_column > span.first_column]
    return len([span for span in groups if span.last_column - span.first_column + 1 < n_columns]) >= least


def _flattened(
    upper: tuple[str, ...], lower: tuple[str, ...], spans: Sequence[CellSpan], at: int
) -> tuple[str, ...] | None:
    """The names of a header of two rows, or None where the second row is none."""
    if not _may_be_lower(lower):
        return None
    groups = [_group(upper, i, spans, at) for i in range(len(upper))]
    grouped = {name: groups.count(name) for name in groups if name}
    below = [i for i, name in enumerate(lower) if name and name != upper[i]]
    inner = [i for i, name in enumerate(groups) if name and grouped[name] > 1]
    known = _groups_of(spans, at, len(upper))
    alone = len(inner) < len(upper)
    if not inner or below != inner or not (known or alone) or len({(groups[i], lower[i]) for i in inner}) < len(inner):
        return None
    return tuple(f"{groups[i]}.{lower[i]}" if i in set(inner) else upper[i] or lower[i] for i in range(len(upper)))


def _group(upper: tuple[str, ...], column: int, spans: Sequence[CellSpan], at: int) -> str:
    """The name above a column: its own, that of its merged range, else – nothing merged – the last one before."""
    if upper[column]:
        return upper[column]
    for span in spans:
        if span.first_row <= at <= span.last_row and span.first_column <= column <= span.last_column:
            return upper[span.first_column]
    if spans:
        return ""
    return next((upper[i] for i in range(column, -1, -1) if upper[i]), "")
