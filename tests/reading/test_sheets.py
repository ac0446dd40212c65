"""Workbooks: cells become text without losing or inventing anything."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from made_files import old_workbook, open_sheets

import procmine as pm
from procmine.core.log.engine import fetch, workbench
from procmine.core.text.errors import ExportError, UnknownNameError
from procmine.reading.assembly.importing import read_raw
from procmine.reading.files.source import ExportFile, Source
from procmine.reading.sheets.grid import cell_text

NOON = datetime(2026, 3, 2, 12, 0, 0)
HEADER = ["case_id", "activity", "timestamp"]


@pytest.fixture
def book(tmp_path):
    """Sheets with their rows → a workbook; a text goes in as text, whatever it looks like."""

    def writing(sheets: dict[str, list[list[Any]]], name: str = "export.xlsx", **options: Any) -> Any:
        with xlsxwriter.Workbook(tmp_path / name, options) as workbook:
            moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            for sheet, rows in sheets.items():
                page = workbook.add_worksheet(sheet)
                for i, row in enumerate(rows):
                    for j, cell in enumerate(row):
                        if isinstance(cell, str):
                            page.write_string(i, j, cell)
                        elif isinstance(cell, (date, time)):
                            page.write_datetime(i, j, cell, moment)
                        else:
                            page.write(i, j, cell)
        return tmp_path / name

    return writing


def raw_rows(path, **source: Any) -> tuple[list[str], list[tuple[Any, ...]], list[str]]:
    """Columns, rows with their numbers, and notes."""
    with workbench() as bench:
        raw = read_raw(bench, Source(path="", **source), ExportFile.at(path), 0)
        rows = bench.con.execute(f"select * from {raw.relation}").fetchall()
    return list(raw.columns), rows, [note.say("en") for note in raw.notes]


def test_cells_are_read_by_their_type(book):
    cells = [NOON, date(2026, 3, 2), time(9, 30), 7, -3, 1.5, 0.1, True, False, "007", "", None, "七"]
    path = book({"data": [[f"c{i}" for i in range(len(cells))], cells]})
    (row,) = raw_rows(path)[1]
    assert row == (
        *("2026-03-02 12:00:00", "2026-03-02", "09:30:00"),
        *("7", "-3", "1.5", "0.1", "TRUE", "FALSE", "007", None, None, "七"),
        2,
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-7.0, "-7"),
        (45356.585, "45356.585"),
        (9007199254740991.0, "9007199254740991"),
        (9007199254740992.0, "9.007199254740992e+15"),
        (9123456789012346.0, "9.123456789012346e+15"),
        (2.02403051403e20, "2.02403051403e+20"),
        (-1e300, "-1e+300"),
    ],
)
def test_a_number_beyond_its_precision_keeps_its_e_notation(number, text):
    assert cell_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_and_its_text_are_the_same_number(number):
    assert float(cell_text(number)) == number


def test_numbers_dates_and_texts_make_one_log(book):
    rows = [[7, "open", NOON], [7.0, "close", "2026-03-02 13:00"], ["007", "open", date(2026, 3, 3)]]
    log = pm.read_export(book({"data": [HEADER, *rows]}), time_zone="Asia/Shanghai")
    events = fetch(log.events.join(log.cases, "case_index").order_by("source_row"))
    assert events["case_id"].tolist() == ["7", "7", "007"]
    assert events["timestamp"].astype(str).tolist() == [
        "2026-03-02 04:00:00",
        "2026-03-02 05:00:00",
        "2026-03-02 16:00:00",
    ]


def test_dates_count_from_1904_where_the_workbook_says_so(book):
    path = book({"data": [["time"], [NOON]]}, date_1904=True)
    assert raw_rows(path)[1] == [("2026-03-02 12:00:00", 2)]


def test_empty_rows_and_columns_keep_the_row_numbers(book):
    path = book({"data": [[], [None, "id", None], [None, 1, 2], ["", None], [None, 3, 4]]})
    columns, rows, notes = raw_rows(path)
    assert columns == ["column 1", "id", "column 3"]
    assert rows == [(None, "1", "2", 3), (None, "3", "4", 5)]
    assert "export.xlsx: 1 blank row skipped" in notes


def test_null_values_are_null(book):
    path = book({"data": [["id", "who"], [1, "?"], [2, "无"], [3, "谁?"]]})
    rows = raw_rows(path, null_values=["?", "无"])[1]
    assert rows == [("1", None, 2), ("2", None, 3), ("3", "谁?", 4)]


SHEETS = {"说明": [["about"]], "数据": [["id"], ["x"]], "数据2": [["no"], ["y"]]}


def test_several_sheets_with_data_are_asked_for(book):
    with pytest.raises(ExportError, match="several sheets hold data\n  sheets: 说明, 数据, 数据2\n  hint: name one"):
        raw_rows(book(SHEETS))


def test_the_named_sheet_is_read_and_the_others_are_noted(book):
    _, rows, notes = raw_rows(book(SHEETS), sheet="数据2")
    assert rows == [("y", 2)]
    assert notes == ["export.xlsx: sheet '数据2' read; other sheets: 说明, 数据"]


def test_empty_sheets_need_not_be_named(book):
    _, rows, notes = raw_rows(book({"Sheet1": [["id"], ["x"]], "Sheet2": []}))
    assert rows == [("x", 2)]
    assert notes == ["export.xlsx: sheet 'Sheet1' read; other sheets: Sheet2"]


def test_an_unknown_sheet_is_an_error_with_the_nearest_name(book):
    with pytest.raises(UnknownNameError, match="no sheet is called '数据3'") as caught:
        raw_rows(book(SHEETS), sheet="数据3")
    (fault,) = caught.value.faults
    assert (fault.place, fault.facts.en) == ("export.xlsx", "known: 说明, 数据, 数据2")
    assert fault.hint.en.startswith("did you mean '数据")


@pytest.mark.parametrize(
    ("sheets", "source", "fault"),
    [
        ({"a": [], "b": []}, {}, "the workbook holds no data"),
        ({"a": [["id"]], "b": []}, {"sheet": "b"}, "the sheet is empty"),
    ],
)
def test_a_workbook_without_data_is_an_error(book, sheets, source, fault):
    with pytest.raises(ExportError, match=fault):
        raw_rows(book(sheets), **source)


def test_a_sheet_with_only_a_header_is_an_error(book):
    with pytest.raises(ExportError, match="there is a header and no rows"):
        pm.read_export(book({"data": [HEADER]}), time_zone="UTC")


DAMAGED = "became numbers and lost their last digits\n  1 row, for example {}\n  hint: export it again"


@pytest.mark.parametrize(
    ("case", "example"),
    [
        (202608010816000096068, r"2.02608010816\d*e\+20"),
        (9007199254740992, r"9.007199254740992e\+15"),
        ("2.02403E+20", r"2.02403E\+20"),
        ("\t2.02403E+20", r"2.02403E\+20"),
    ],
)
def test_case_ids_that_lost_digits_are_refused(book, case, example):
    path = book({"data": [HEADER, ["ok", "a", NOON], [case, "a", NOON]]})
    with pytest.raises(ExportError, match=DAMAGED.format(example)):
        pm.read_export(path, time_zone="UTC")


def test_ids_that_only_look_damaged_are_kept(book):
    cases = ["202608010816000096068", "12E5", "E+20", 9007199254740991]
    path = book({"data": [HEADER, *([case, "a", NOON] for case in cases)]})
    log = pm.read_export(path, time_zone="UTC")
    assert sorted(fetch(log.cases)["case_id"]) == ["12E5", "202608010816000096068", "9007199254740991", "E+20"]


def _half_a_sheet(path, damaged) -> None:
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(damaged, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            archive.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)


def _no_sheet(path, damaged) -> None:
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(damaged, "w") as archive:
        for name in [name for name in whole.namelist() if "sheet1" not in name]:
            archive.writestr(name, whole.read(name))


def _half_a_file(path, damaged) -> None:
    damaged.write_bytes(path.read_bytes()[:2000])


@pytest.mark.parametrize("damage", [_half_a_file, _half_a_sheet, _no_sheet])
def test_a_damaged_workbook_is_an_error(book, tmp_path, damage):
    path = book({"data": [HEADER, *([1, "a", NOON] for _ in range(50))]})
    damage(path, tmp_path / "damaged.xlsx")
    with pytest.raises(ExportError, match=r"damaged\.xlsx: the file is cut off, perhaps a download"):
        raw_rows(tmp_path / "damaged.xlsx")


def test_an_archive_of_something_else_is_an_error(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(ExportError, match="this is an archive, which is not read"):
        raw_rows(tmp_path / "export.xlsx")


def test_a_workbook_is_known_by_its_content_not_by_its_suffix(book):
    _, rows, notes = raw_rows(book({"data": [["id"], ["x"]]}, "export.csv"))
    assert rows == [("x", 2)]
    assert notes == ["export.csv: the suffix does not fit, read by content as xlsx"]


def merging(path, ranges, rows):
    """A workbook whose first sheet has merged ranges `(first row, first column, last row, last column)`."""
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("数据")
        for first_row, first_column, last_row, last_column in ranges:
            page.merge_range(first_row, first_column, last_row, last_column, "")
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell is not None:
                    page.write(i, j, cell)
    return path


def test_titles_above_the_header_are_passed_over(tmp_path):
    rows = [["审批记录"], ["导出时间：2024-03-05"], [], ["编号", "人", "备注"], [1, "甲", "x"], [2, "乙", None]]
    columns, found, notes = raw_rows(merging(tmp_path / "export.xlsx", [(0, 0, 0, 2)], rows))
    assert columns == ["编号", "人", "备注"]
    assert found == [("1", "甲", "x", 5), ("2", "乙", None, 6)]
    assert notes == ["export.xlsx: 2 rows above the header passed over (审批记录 / 导出时间：2024-03-05)"]


def test_a_header_of_two_rows_and_merged_cases(tmp_path):
    rows = [
        ["审批\n编号", "标题", "费用明细", None],
        [None, None, "日期", "金额"],
        ["1", "出差", "3-4", 20],
        [None, None, "3-5", 30],
        ["2", None, "3-6", 40],
        [None, "无", "3-7", 50],
    ]
    ranges = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (2, 0, 3, 0), (2, 1, 3, 1)]
    columns, found, notes = raw_rows(merging(tmp_path / "export.xlsx", ranges, rows))
    assert columns == ["审批编号", "标题", "费用明细.日期", "费用明细.金额"]
    assert found == [
        ("1", "出差", "3-4", "20", 3),
        ("1", "出差", "3-5", "30", 4),
        ("2", None, "3-6", "40", 5),
        (None, "无", "3-7", "50", 6),
    ]
    assert notes[-2:] == [
        "export.xlsx: a header of two rows, its names joined as group.name",
        "export.xlsx: 2 empty cells of a merged range took its value",
    ]


def test_repeated_headers_and_footers_are_left_out(book):
    head, rows = ["编号", "标题", "时间"], [[1, "合计", NOON], [2, "b", NOON]]
    path = book({"data": [head, *rows, head, *rows, [], ["合计", None, 4], ["共 4 条"]]})
    _, found, notes = raw_rows(path)
    assert [row[0] + row[1] for row in found] == ["1合计", "2b", "1合计", "2b"]
    assert [row[-1] for row in found] == [2, 3, 5, 6]
    assert notes == [
        "export.xlsx: 3 rows of a footer left out (合计 4 / 共 4 条)",
        "export.xlsx: 1 repetition of the header left out",
    ]


def test_a_last_case_called_total_is_kept(book):
    path = book({"data": [["编号", "标题", "时间"], *([i, "请假", NOON] for i in range(30)), [31, "合计", NOON]]})
    assert raw_rows(path)[1][-1] == ("31", "合计", "2026-03-02 12:00:00", 32)


def test_sheets_with_the_same_header_are_one_table(tmp_path):
    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in {
            "说明": [["本表由系统导出"], ["请勿外传"]],
            "数据": [["编号", "人"], [1, "甲"], [2, "乙"]],
            "数据(2)": [["编号", "人"], [3, "丙"]],
            "旧": [["编号", "人"], [9, "丁"]],
        }.items():
            page = workbook.add_worksheet(name)
            for i, row in enumerate(rows):
                page.write_row(i, 0, row)
            if name == "旧":
                page.hide()
    _, rows, notes = raw_rows(path)
    assert rows == [("1", "甲", 2), ("2", "乙", 3), ("3", "丙", 5)]
    assert notes == [
        "export.xlsx: 2 sheets with the same header read as one: 数据, 数据(2)",
        "export.xlsx: sheet '数据, 数据(2)' read; other sheets: 说明, 旧 (hidden)",
    ]
    assert raw_rows(path, sheet="旧")[1] == [("9", "丁", 2)]


def test_rows_of_stacked_sheets_are_known_by_sheet(book):
    good = [[str(i), "受理", NOON] for i in range(200)]
    path = book(
        {
            "一月": [["编号", "活动", "时间"], *good, ["x", "受理", None]],
            "二月": [["编号", "活动", "时间"], ["9", "关闭", NOON], [None, "关闭", NOON]],
        }
    )
    columns = {"case_id": "编号", "activity": "活动", "timestamp": "时间"}
    log = pm.read_export(path, time_zone="Asia/Shanghai", columns=columns, language="en")
    found = fetch(log.events.select("activity", "source_file", "source_row")).to_numpy().tolist()
    assert ["关闭", "export.xlsx/二月", 2] in found
    assert ["受理", "export.xlsx/一月", 201] in found
    refused = {(one.file, one.reason.en): (one.n_rows, one.rows) for one in log.import_report.rejections}
    assert refused == {
        ("export.xlsx/一月", "no Completed"): (1, (202,)),
        ("export.xlsx/二月", "no Case"): (1, (3,)),
    }


def test_of_different_sheets_the_one_with_the_mapped_columns_is_read(book):
    path = book({"人员": [["姓名", "部门"], ["甲", "一部"]], "数据": [["编号", "人"], [1, "甲"]]})
    with pytest.raises(ExportError, match="several sheets hold data"):
        raw_rows(path)
    assert raw_rows(path, columns={"case_id": "编号", "resource": None})[1] == [("1", "甲", 2)]


def test_hidden_sheets_are_read_only_when_named(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "export.xlsx") as workbook:
        workbook.add_worksheet("空")
        page = workbook.add_worksheet("旧")
        page.write_column(0, 0, ["id", "x"])
        page.hide()
    with pytest.raises(ExportError, match="the workbook holds no data\n  only hidden sheets do: 旧\n  hint: name one"):
        raw_rows(tmp_path / "export.xlsx")
    assert raw_rows(tmp_path / "export.xlsx", sheet="旧")[1] == [("x", 2)]


def test_marks_that_keep_ids_text_are_taken_off(book):
    cells = ["'0007", '="0138"', "\t202403051403000096068", "'tis so", '=HYPERLINK("x")', '="a ""b"""', "'", "\t"]
    _, rows, notes = raw_rows(book({"data": [["id"], *([cell] for cell in cells)]}))
    kept = ["0007", "0138", "202403051403000096068", "'tis so", '=HYPERLINK("x")', 'a "b"', "'", None]
    assert [row[0] for row in rows] == kept
    assert notes == ['export.xlsx: 5 cells taken out of marks that keep them text (apostrophe, ="…", tab)']


def test_names_of_columns_keep_what_they_say(book):
    columns, _, _ = raw_rows(
        book({"data": [["审批\n编号 *", "耗时(小时)", "合计", "合计", "Opened\nAt"], [1, 2, 3, 4, 5]]})
    )
    assert columns == ["审批编号", "耗时(小时)", "合计", "合计.2", "Opened At"]


def test_a_cell_with_a_wild_address_is_an_error_and_not_the_end_of_memory(tmp_path):
    path = tmp_path / "wild.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["case_id", "activity", "timestamp"])
        sheet.write_string(1_048_575, 16_383, "x")
    with pytest.raises(ExportError, match="takes more memory or time than there is"):
        pm.read_export(path, time_zone="UTC")


# ── what is shown otherwise than it is stored ─────────────────────────────────────────────────


def looks(content: bytes, tmp_path, name="a.xlsx"):
    (tmp_path / name).write_bytes(content)
    with workbench() as bench:
        raw = read_raw(bench, Source(path=""), ExportFile.at(tmp_path / name), 0)
    return {n.code: n.facts["n"] for n in raw.notes if n.code in ("hidden_rows", "padded_numbers")}, raw.n_rows


def open_row(*cells, show=""):
    """A row of an OpenDocument sheet; a cell is a text, a number as it is stored and shown, or markup."""
    marks = []
    for cell in cells:
        if isinstance(cell, tuple):
            marks.append(
                '<table:table-cell office:value-type="float" office:value="{}"><text:p>{}</text:p></table:table-cell>'.format(
                    *cell
                )
            )
        elif cell.startswith("<"):
            marks.append(cell)
        else:
            marks.append(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>')
    return f"<table:table-row{show}>{''.join(marks)}</table:table-row>"


def test_open_documents_say_what_they_merge_hide_and_pad(tmp_path):
    wide = '<table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>T1</text:p></table:table-cell>'
    filtered, folded = (f' table:visibility="{kind}"' for kind in ("filter", "collapse"))
    rows = [
        open_row("编号", "节点", "号"),
        open_row(wide, "提交", (7, "007")),
        open_row("<table:covered-table-cell/>", "审批", (12, "12"), show=filtered),
        open_row("T2", "提交", (0, "0"), show=folded),
        '<table:table-row table:number-rows-repeated="9" table:visibility="collapse"><table:table-cell/></table:table-row>',
        open_row("T3", "提交", (3, "3")),
    ]
    content = open_sheets({"说明": open_row("x"), "数据": "".join(rows)})
    found, n = looks(content, tmp_path, "a.ods")
    assert (found, n) == ({"hidden_rows": 2, "padded_numbers": 1}, 4)
    cells, notes = raw_rows(tmp_path / "a.ods")[1:]
    assert cells == [("T1", "提交", "7", 2), ("T1", "审批", "12", 3), ("T2", "提交", "0", 4), ("T3", "提交", "3", 14)]
    assert "a.ods: 1 empty cell of a merged range took its value" in notes


def test_hidden_rows_are_read_and_said(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        sheet = book.add_worksheet("数据")
        for i, row in enumerate([["编号", "节点"], ["1", "a"], ["2", "b"], ["3", "c"]]):
            sheet.write_row(i, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        other = book.add_worksheet("别的")
        other.set_row(0, None, None, {"hidden": True})
    content = (tmp_path / "made.xlsx").read_bytes()
    assert looks(content, tmp_path) == ({"hidden_rows": 1}, 3)
    old = old_workbook([["编号", "节点"], ["1", "a"], ["2", "b"], ["3", "c"]], hidden=[1, 3])
    assert looks(old, tmp_path, "a.xls") == ({"hidden_rows": 2}, 3)


def test_zeros_that_only_a_format_shows_are_said(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        sheet = book.add_worksheet()
        zeros, plain = book.add_format({"num_format": "000"}), book.add_format({"num_format": "0.00"})
        sheet.write_row(0, 0, ["编号", "耗时"])
        for i, number in enumerate([7, 12, 345, 1234]):
            sheet.write(i + 1, 0, number, zeros)
            sheet.write(i + 1, 1, number, plain)
    assert looks((tmp_path / "made.xlsx").read_bytes(), tmp_path) == ({"padded_numbers": 2}, 4)
    old = old_workbook([["编号", "节点"], [7.0, "a"], [1234.0, "b"]], number_format="000")
    assert looks(old, tmp_path, "a.xls") == ({"padded_numbers": 1}, 2)
