"""Where a table begins and ends: headers below titles, headers of two rows, footers that are no cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procmine.reading.files.table_cells import CellSpan
from procmine.reading.files.table_footer import footer_rows
from procmine.reading.files.table_layout import find_header, is_repeated_header

DATA = [["1001", "请假", "2024-03-05 10:00", "12"], ["1002", "报销", "2024-03-05 11:00", "8"]]
NAMES = ["编号", "标题", "发起时间", "耗时"]


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([NAMES, *DATA], 0),
        (
            [
                ["审批记录", None, None, None],
                ["导出时间：2024-03-05 10:00", None, None, None],
                [None] * 4,
                NAMES,
                *DATA,
            ],
            3,
        ),
        ([["审批记录"], [], NAMES, *DATA], 2),
        ([["导出时间", "2024-03-05", None, None], NAMES, *DATA], 1),
        ([["制表人：张三", None, "部门：销售", None], NAMES, *DATA], 1),
        ([["Opportunity History"], ["As of 2024-03-05 10:00"], [], NAMES, *DATA], 3),
        ([["2024年3月审批"], NAMES], 1),
        ([[], ["", " "], NAMES, *DATA], 2),
        ([["case:concept:name", "concept:name", "time:timestamp"], ["1", "a", "2024-03-05"]], 0),
        ([["x"], ["1"], ["2"]], 0),
        ([["导出时间：2024-03-05"], ["x"], ["1"]], 1),
        ([["x"], ["1"], ["2", "b"], ["3"]], 0),
        ([["x", "y"], ["1"], ["2", "b"], ["3", "c", "d"]], 0),
        ([["1", "2"], ["3", "4"]], 0),
        ([["合计", "合计"], ["a", "b"]], 0),
        ([["操作人", "操作", "操作时间"], ["张三", "同意", "2024-03-05"]], 0),
        ([[None, "id", None], [None, "1", "2"], [None, "3", "4"]], 0),
        ([["编号", None, None, "备注"], *DATA], 0),
        ([["审批记录"], NAMES, *DATA, [], ["合计", "20"], ["共 2 条"], ["Confidential"]], 1),
    ],
)
def test_the_header_is_found_below_what_stands_above_it(rows, at):
    header = find_header(rows)
    assert (header.rows, header.n_above, header.first_data_row) == ((at,), at, at + 1)
    assert header.names == tuple(cell or "" for cell in rows[at])


def test_rows_that_hold_nothing_have_no_header():
    assert find_header([[], [None, " "]]) == ((), (), ())
    assert find_header([]).names == ()


@given(
    st.lists(st.text("abc编号", min_size=1, max_size=4), min_size=1, max_size=6, unique=True),
    st.lists(st.lists(st.text("abc1编号", max_size=3), min_size=6, max_size=6), max_size=8),
)
def test_a_first_row_of_distinct_names_is_always_the_header(names, rows):
    table = [row[: len(names)] for row in rows]
    assert find_header([names, *table])[:2] == ((0,), tuple(names))


def test_two_header_rows_are_flattened_by_their_gaps():
    rows = [
        ["编号", "标题", "费用明细", None, None, "结果"],
        [None, None, "日期", "金额", "说明", None],
        ["1", "报销", "3-5", "20", "打车", "同意"],
    ]
    assert find_header(rows)[:2] == (
        (0, 1),
        ("编号", "标题", "费用明细.日期", "费用明细.金额", "费用明细.说明", "结果"),
    )


def test_two_header_rows_are_flattened_where_the_group_is_repeated():
    rows = [["编号", "费用明细", "费用明细"], ["编号", "日期", "金额"], ["1", "3-5", "20"]]
    assert find_header(rows)[:2] == ((0, 1), ("编号", "费用明细.日期", "费用明细.金额"))


def test_two_header_rows_are_flattened_by_their_merged_ranges():
    title, group, single = CellSpan(0, 0, 0, 3), CellSpan(1, 1, 1, 2), CellSpan(1, 0, 2, 0)
    rows = [
        ["审批记录", None, None, None],
        ["编号", "费用明细", None, "结果"],
        [None, "日期", "金额", None],
        ["1", "3-5", "20", "同意"],
    ]
    assert find_header(rows, [title, group, single])[:2] == ((1, 2), ("编号", "费用明细.日期", "费用明细.金额", "结果"))


def test_groups_over_all_columns_are_known_by_their_merged_ranges():
    groups = [CellSpan(0, 0, 0, 1), CellSpan(0, 2, 0, 5)]
    rows = [["申请", None, "处理", None, None, None], ["编号", "时间", "人", "时间", "结果", "备注"], list("1a3b5c")]
    names = ("申请.编号", "申请.时间", "处理.人", "处理.时间", "处理.结果", "处理.备注")
    assert find_header(rows, groups)[:2] == ((0, 1), names)


@pytest.mark.parametrize(
    "second",
    [["1", "请假", "x", "y"], [None, None, "2024-03-05", "20"], ["1", None, "x", "y"], [None, "x", "y", "z"]],
)
def test_a_row_of_data_is_no_second_header_row(second):
    rows = [["编号", "标题", "备注", None], second, ["2", "报销", "a", "b"]]
    assert find_header(rows).rows == (0,)


def test_repeated_names_side_by_side_are_no_group():
    rows = [["key", "Sprint", "Sprint", "Sprint"], ["A-1", "one", "two", None], ["A-2", "one", None, None]]
    assert find_header(rows)[:2] == ((0,), ("key", "Sprint", "Sprint", "Sprint"))


def test_a_repeated_header_is_known_whichever_row_is_repeated():
    rows = [["编号", "费用明细", None], [None, "日期", "金额"], ["1", "3-5", "20"]]
    header = find_header(rows)
    assert [is_repeated_header(row, header) for row in rows] == [True, True, False]
    assert is_repeated_header(["编号 ", "费用\n明细"], header)
    assert not is_repeated_header(["编号", "费用", "明细"], header)
    assert is_repeated_header([" 编号", "费用明细", "", ""], header)


def footer(rows, names=NAMES, data=DATA):
    """Which of the rows put below twenty rows of data are footer, counted from 0."""
    below = [*data * 10, *rows]
    found = footer_rows(below, find_header([names, *below]))
    return sorted(i - 20 for i in found)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["合计", None, None, "200"]], [0]),
        ([["总 计：", None, None, "200"]], [0]),
        ([[None, "小计", None, "200"]], [0]),
        ([["共 128 条"]], [0]),
        ([["共128条记录", None, None, None], ["第 1 页 / 共 3 页"]], [0, 1]),
        ([[], ["Grand Totals (20 records)"], ["Confidential Information"], ["Copyright © 2024 Acme"]], [0, 1, 2, 3]),
        (
            [[], [], ["Acme Report"], ["Copyright (c) 2024"], ["Generated By: A 2024"], ["Acme Inc."]],
            [0, 1, 2, 3, 4, 5],
        ),
        ([["合计", "20"], [], []], [0]),
        ([[], ["128 rows selected."]], [0, 1]),
        ([["导出时间：2024-03-05"]], [0]),
        ([["1003", "合计", "2024-03-05 12:00", "3"]], []),
        ([["1003", "共 3 条", "2024-03-05 12:00", None]], []),
        ([["合计", "合计", "2024-03-05 12:00", "3"]], [0]),
        ([["合计", None, None, "200"], DATA[0]], []),
        ([["1003", None, None, None]], []),
        ([["再见"]], []),
        ([[], []], []),
        ([["1003"], ["合计"]], [1]),
        ([["1003"], [], ["合计"]], [1, 2]),
    ],
)
def test_a_footer_is_known_by_its_words_and_its_shape(rows, found):
    assert footer(rows) == found


def test_a_case_called_total_stays_where_cases_are_texts():
    data = [["请假", "open", "2024-03-05"], ["报销", "close", "2024-03-06"]]
    names = ["标题", "活动", "时间"]
    assert footer([["合计", "open", "2024-03-07"]], names, data) == []
    assert footer([["合计", None, None]], names, data) == [0]


def test_a_table_of_one_column_has_no_footer():
    assert footer([["合计"], ["总计"]], ["标题"], [["请假"], ["报销"]]) == []


def test_a_table_without_rows_has_no_footer():
    header = find_header([NAMES])
    assert footer_rows([], header) == set()
    assert footer_rows([["共 0 条"]], header) == {0}
