"""Forty-eight files as they come out of OA and CRM systems: each is read, or refused in words that help."""

from __future__ import annotations

import io
import json
from datetime import datetime

import pytest
import xlsxwriter
from made_files import compound_file, old_workbook, web_archive, workbook, zipped

import procmine as pm
from procmine.core.text.errors import ExportError

COLUMNS = {"case_id": "编号", "activity": "节点", "timestamp": "时间"}
HEADER = "编号,节点,时间"
ROWS = ("A1,提交,2026-03-02 09:00:00", "A1,审批,2026-03-02 10:30:00", "B2,提交,2026-03-03 11:00:00")
TABLE = "\n".join([HEADER, *ROWS]) + "\n"
EVENTS = [("A1", "提交", "03-02 09:00"), ("A1", "审批", "03-02 10:30"), ("B2", "提交", "03-03 11:00")]


class Outcome:
    """What became of a file: its log's events and notes, as simple values."""

    def __init__(self, log):
        self.log, self.report = log, log.import_report
        frame = log.to_pandas()
        self.events = [(r.case_id, r.activity, f"{r.timestamp:%m-%d %H:%M}") for r in frame.itertuples()]
        self.notes = {note.code: note.facts.get("n", True) for note in self.report.notes}
        self.warned = {note.code for note in self.report.warnings}
        self.refused = {r.reason.en: r.rows for r in self.report.rejections}


@pytest.fixture
def read(tmp_path):
    """Content of a file (text in UTF-8, or bytes), or of several by name → what became of it."""

    def reading(content, name="export.csv", *, columns=COLUMNS, time_zone="Asia/Shanghai", **source):
        files = content if isinstance(content, dict) else {name: content}
        for one, data in files.items():
            (tmp_path / one).write_bytes(data.encode() if isinstance(data, str) else data)
        paths = [tmp_path / one for one in files]
        return Outcome(pm.read_export(paths, time_zone=time_zone, columns=columns, language="en", **source))

    return reading


def book(*sheets, **formats):
    """A workbook; a sheet is a name, its rows, and what else is done to it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, formats) as made:
        for name, rows, *more in sheets:
            sheet = made.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
            for work in more:
                work(sheet, made)
    return buffer.getvalue()


def cells(*rows):
    return [row.split(",") for row in rows or (HEADER, *ROWS)]


def page(*rows, charset="gb2312", title=False):
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells(*rows))
    above = "<tr><td colspan=3>审批记录一览</td></tr>" if title else ""
    return f'<html><head><meta charset="{charset}"></head><body><table>{above}{body}</table></body></html>'


def refused(read, content, pattern, name="export.csv", **options):
    with pytest.raises(ExportError, match=pattern):
        read(content, name, **options)


# ── containers ────────────────────────────────────────────────────────────────────────────────


def test_01_a_page_in_gbk_named_xls(read):
    done = read(page(title=True).encode("gbk"), "a.xls")
    assert done.events == EVENTS
    assert {"rows_above", "suffix"} <= set(done.notes)


def test_02_a_page_that_lies_about_its_encoding(read):
    done = read(page().encode(), "a.xls")
    assert done.events == EVENTS
    assert "page_encoding" in done.notes


def test_03_tab_separated_text_named_xls(read):
    assert read(TABLE.replace(",", "\t").encode("gbk"), "a.xls").events == EVENTS


def test_04_an_xml_spreadsheet_with_gaps(read):
    def row(*cells, at=""):
        return f"<Row{at}>" + "".join(f'<Cell{i}><Data ss:Type="String">{v}</Data></Cell>' for i, v in cells) + "</Row>"

    gap = ' ss:Index="4"'
    rows = row(*(("", name) for name in [*HEADER.split(","), "备注"]))
    rows += row(("", "A1"), ("", "提交"), ("", "2026-03-02 09:00:00"), ("", "急"))
    rows += row((' ss:Index="1"', "A1"), ("", "审批"), ("", "2026-03-02 10:30:00"), at=gap)
    rows += row(("", "B2"), (' ss:Index="2"', "提交"), ("", "2026-03-03 11:00:00"), (gap, "缓"))
    space = (
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    )
    xml = f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook {space}><Worksheet ss:Name="数据"><Table>{rows}</Table></Worksheet></Workbook>'
    done = read(xml, "a.xls")
    assert done.events == EVENTS
    frame = done.log.to_pandas()
    assert frame["备注"].fillna("").tolist() == ["急", "", "缓"]
    assert frame["source_row"].tolist() == [2, 4, 5]


def test_05_a_web_archive_named_xls(read):
    assert read(web_archive(page()), "a.xls").events == EVENTS
    refused(read, web_archive("<p>x</p>"), r"web archive \(MHTML\).*\n.*save it as \.xlsx", "b.xls")


def test_06_text_named_xlsx(read):
    done = read(TABLE.encode("utf-8-sig"), "a.xlsx")
    assert (done.events, done.notes["suffix"]) == (EVENTS, True)


def test_07_a_new_workbook_named_xls(read):
    assert read(workbook(cells()), "a.xls").events == EVENTS


def test_08_a_protected_workbook(read):
    refused(read, compound_file("EncryptedPackage", b"x"), "protected by a password", "a.xlsx")


def test_09_half_a_download_and_an_empty_file(read):
    refused(read, workbook(cells() * 50)[:3000], "damaged or not complete|cut off|incomplete", "a.xlsx")
    refused(read, b"", r"the file is empty \(0 bytes\)", "b.xlsx")


def test_10_a_login_page(read):
    text = "<html><body><form>用户 <input name=u> 密码 <input type='password'></form></body></html>"
    refused(read, text, "login page", "a.xls")


def test_11_monthly_files_in_an_archive(read):
    second = "\n".join([HEADER, ROWS[2], "B2,审批,2026-04-01 09:00:00"])
    done = read(zipped({"三月.csv": TABLE.encode(), "四月.csv": second.encode()}), "months.zip")
    assert done.events == [*EVENTS, ("B2", "审批", "04-01 09:00")]
    assert done.notes["repeats"] == 1
    assert set(done.log.to_pandas()["source_file"]) == {"months.zip/三月.csv", "months.zip/四月.csv"}


def test_12_sheets_that_go_on_and_hidden_ones(read):
    first = [HEADER.split(","), *[[f"C{i}", "提交", "2026-03-02 09:00:00"] for i in range(65_535)]]
    content = book(
        ("说明", [["本表由系统导出"]]),
        ("数据", first),
        ("数据(2)", cells()),
        ("旧", cells(), lambda sheet, _: sheet.hide()),
    )
    done = read(content, "a.xlsx")
    assert done.log.n_events == 65_538
    assert done.notes["sheets_stacked"] == 2
    frame = done.log.to_pandas()
    last = frame[frame["case_id"] == "B2"]
    assert last[["source_file", "source_row"]].to_numpy().tolist() == [["a.xlsx/数据(2)", 4]]
    assert frame["source_row"].max() == 65_536
    said = [note.say("en") for note in done.report.notes if note.code == "sheet"]
    assert "说明" in said[0]
    assert "旧 (hidden)" in said[0]


# ── text and encoding ─────────────────────────────────────────────────────────────────────────


def test_13_chinese_only_after_five_megabytes_of_ascii(read):
    ascii_rows = "".join(f"A{i},submit,2026-03-02 09:00:00\n" for i in range(160_000))
    done = read(f"case,act,when\n{ascii_rows}A1,审批,2026-03-02 10:30:00\n".encode("gbk"),
                columns={"case_id": "case", "activity": "act", "timestamp": "when"})  # fmt: skip
    assert len(ascii_rows) > 5_000_000
    assert (done.report.files[0].encoding, "审批" in done.log.activities) == ("gb18030", True)


def test_14_rare_characters_of_gb18030(read):
    rows = TABLE.replace("A1,提交", "A1,㛃𠮷提交")
    assert read(rows.encode("gb18030")).events[0] == ("A1", "㛃𠮷提交", "03-02 09:00")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_15_utf_16_with_and_without_its_mark(read, encoding):
    assert read((TABLE * 1).replace(",", "\t").encode(encoding)).events == EVENTS


def test_16_a_first_line_that_names_the_separator(read):
    done = read(("sep=;\n" + TABLE.replace(",", ";")).encode("utf-8-sig"))
    assert (done.events, "separator_line" in done.notes) == (EVENTS, True)


def test_17_two_encodings_in_one_file(read):
    more = "".join(f"C{i},部门审批,2026-03-04 09:00:00\n" for i in range(40))
    refused(read, (TABLE + more).encode() + more.encode("gbk"), r"(?s)encodings.*\b45\b")
    done = read((TABLE + more).encode() + more.encode("gbk"), encoding="utf-8", undecodable="replace")
    assert (done.events[:3], done.log.n_events, done.notes["undecodable"] > 0) == (EVENTS, 83, True)
    assert "undecodable" in done.warned


def test_18_mojibake_that_can_and_cannot_be_undone(read):
    # An even number of bytes in each name: GBK pairs them without a rest.
    table = TABLE.replace("编号", "员工编号").replace("节点", "审批节点").replace("时间", "操作时间")
    columns = {"case_id": "员工编号", "activity": "审批节点", "timestamp": "操作时间"}
    scrambled = table.replace("提交", "提交资料").replace(",审批,", ",部门审批,").encode().decode("gbk")
    done = read(scrambled, columns=columns)
    assert [activity for _, activity, _ in done.events] == ["提交资料", "部门审批", "提交资料"]
    assert "unscrambled" in done.warned
    lost = TABLE.replace("节点", "处理人").encode().decode("gbk", "replace").replace("\ufffd", "?")
    refused(read, lost, "characters are lost|lost", columns={**COLUMNS, "activity": "处理人"})


def test_19_a_western_export(read):
    text = "Case,Step,At,Owner\n1,Créé,2026-03-02 09:00,José\n1,Fermé,2026-03-02 10:00,Zoë\n" * 3
    columns = {"case_id": "Case", "activity": "Step", "timestamp": "At", "resource": "Owner"}
    done = read(text.encode("cp1252"), columns=columns)
    assert done.report.files[0].encoding == "cp1252"
    assert set(done.log.to_pandas()["resource"]) == {"José", "Zoë"}


def test_20_full_width_digits_and_separators(read):
    text = TABLE.replace("2026-03-02 09:00:00", "２０２６－０３－０２　０９：００：００")
    assert read(text).events == EVENTS
    done = read(TABLE.replace(",", "；"))
    assert (done.events, "full_width_delimiter" in done.warned) == (EVENTS, True)


def test_21_stray_bytes_and_line_ends(read):
    assert read(TABLE.replace("\n", "\r")).events == EVENTS
    assert read(TABLE.replace("\n", "\r\n", 2)).events == EVENTS
    done = read(TABLE.replace("提交", "提交\0", 1))
    assert (done.events, done.notes["nul_bytes"]) == (EVENTS, 1)
    done = read(TABLE.replace("\n", ",\n"))
    assert (done.events, "empty_last_column" in done.notes) == (EVENTS, True)


def test_22_quotes_around_line_ends_and_one_astray(read):
    good = "".join(f'C{i},"提交\n""急""",2026-03-02 09:00:00\n' for i in range(150))
    done = read(f'{HEADER}\n{good}D,"提交"x,2026-03-02 09:00:00\n')
    assert done.log.n_events == 150
    assert done.refused == {"its quotation marks do not match": (152,)}
    refused(read, f'{HEADER}\nA1,提交,2026-03-02 09:00:00\nD,"提交"x,2026-03-02 09:00:00\n', r"1 of 2 rows")


def test_23_ragged_rows_are_refused_one_by_one(read):
    good = "".join(f"C{i},提交,2026-03-02 09:00:00\n" for i in range(150))
    done = read(f"{HEADER}\n{good}D,提交,急,2026-03-02 09:00:00\n")
    assert done.refused == {"more cells than the header has": (152,)}
    refused(read, f"{TABLE}D,提交,急,2026-03-02 09:00:00\n", r"1 of 4 rows \(25\.0 %\)")


# ── layout ────────────────────────────────────────────────────────────────────────────────────


def test_24_a_title_and_an_export_time_above_the_header(read):
    rows = [["审批数据导出", "", ""], ["导出时间：2026-04-01 08:00", "", ""], ["", "", ""], *cells()]
    content = book(("数据", rows, lambda sheet, _: sheet.merge_range(0, 0, 0, 2, "审批数据导出")))
    done = read(content, "a.xlsx")
    assert (done.events, done.notes["rows_above"]) == (EVENTS, 2)
    assert done.log.to_pandas()["source_row"].tolist() == [5, 6, 7]


def test_25_a_header_of_two_rows(read):
    rows = [[*HEADER.split(","), "费用明细", ""], ["", "", "", "日期", "金额"]]
    rows += [[*row, "2026-03-01", "12.5"] for row in cells(*ROWS)]

    def merged(sheet, _):
        for column in range(3):
            sheet.merge_range(0, column, 1, column, rows[0][column])
        sheet.merge_range(0, 3, 0, 4, "费用明细")

    done = read(book(("数据", rows, merged)), "a.xlsx")
    assert done.events == EVENTS
    assert {"费用明细.日期", "费用明细.金额"} <= set(done.log.to_pandas().columns)


DINGTALK = ["审批编号", "标题", "发起时间", "发起人姓名", "审批记录", "明细"]
TRAIL = "王芳|提交|2026-03-02 09:00:00;\n李强|审批|2026-03-02 10:30:00|agree|"


def dingtalk(*rows, merge=()):
    def merged(sheet, _):
        for first, last, column, value in merge:
            sheet.merge_range(first, column, last, column, value)

    return book(("审批数据", [DINGTALK, *rows], merged))


def test_26_merged_cells_of_a_case_with_details(read):
    case = ["202603020900000096068", "采购", "2026-03-02 09:00:00", "王芳", TRAIL]
    rows = [[*case, "笔"], ["", "", "", "", "", "纸"], ["202603020900000096069", "差旅", *case[2:4], "", ""]]
    merge = [(1, 2, column, value) for column, value in enumerate(case)]
    done = read(dingtalk(*rows, merge=merge), "a.xlsx", columns={}, profile="dingtalk_export")
    assert [case for case, _, _ in done.events] == ["202603020900000096068"] * 2 + ["202603020900000096069"]
    assert (done.notes["detail_rows"], done.notes["merged_cells"], done.notes["empty_trail"]) == (1, 5, 1)


def test_27_a_footer_and_a_case_called_total(read):
    rows = [
        HEADER + ",标题",
        "A1,提交,2026-03-02 09:00:00,采购",
        "T9,提交,2026-03-02 10:00:00,合计",
        "合计,2,,",
        "共 2 条,,,",
    ]
    done = read("\n".join(rows))
    assert [case for case, _, _ in done.events] == ["A1", "T9"]
    assert (done.notes["footer"], "footer" in done.warned) == (2, True)


def test_28_columns_of_one_name(read):
    done = read(TABLE.replace(HEADER, f"{HEADER},合计,合计").replace(":00\n", ":00,1,2\n"))
    assert {"合计", "合计.2"} <= set(done.log.to_pandas().columns)
    jira = "Issue key,Created,Resolved,Status,Sprint,Sprint,Sprint\nP-1,2026-03-02 09:00,2026-03-03 09:00,Done,S1,S2,\n"
    done = read(jira, columns={}, profile="jira_issues")
    assert set(done.log.to_pandas()["Sprint"]) == {"S1, S2"}


def test_29_the_last_lines_of_a_crm_report(read):
    block = "\n\nGrand Totals (3 records)\nConfidential Information - Do Not Distribute\nCopyright © 2000-2026 x.\n"
    done = read(TABLE.replace(",", '","').replace("\n", '"\n"')[:-1].join(['"', block]).rstrip('"'))
    assert done.events == EVENTS
    assert done.notes["footer"] == 3
    assert "footer" in done.warned


def test_30_a_header_printed_on_every_page(read):
    done = read(f"{TABLE}{HEADER}\nC,提交,2026-03-04 09:00:00\n{HEADER}\nD,提交,2026-03-04 09:00:00\n")
    assert (done.log.n_events, done.notes["repeated_headers"]) == (5, 2)


def test_31_headers_with_line_ends_stars_and_units(read):
    header = ["审批\n编号 *", "标题", "发起时间（北京）", "发起人姓名", "审批记录", "耗时(小时)"]
    content = book(("数据", [header, ["9", "采购", "2026-03-02 09:00:00", "王芳", TRAIL, "1.5"]]))
    assert len(read(content, "a.xlsx", columns={}, profile="dingtalk_export").events) == 2


def test_32_a_header_without_rows(read):
    refused(read, HEADER + "\n", r"there is a header and no rows\n  hint: perhaps a filter was set")


def test_33_rows_hidden_by_a_filter(read):
    content = book(("数据", cells(), lambda sheet, _: sheet.set_row(2, None, None, {"hidden": True})))
    done = read(content, "a.xlsx")
    assert (done.events, done.notes["hidden_rows"], "hidden_rows" in done.warned) == (EVENTS, 1, True)


def test_34_a_required_column_is_missing(read):
    rows = [["审批编号", "标题", "审批发启时间", "发起人姓名", "审批记录"], ["9", "x", "2026-03-02", "王芳", TRAIL]]
    pattern = r"(?s)'审批发起时间' is missing.*columns found: 审批编号, 标题, 审批发启时间.*aliases: \{created: \[审批发启时间\]\}"
    refused(read, book(("数据", rows)), pattern, "a.xlsx", columns={}, profile="dingtalk_export")


# ── ids ───────────────────────────────────────────────────────────────────────────────────────


def test_35_ids_that_became_numbers(read):
    rows = [HEADER.split(","), [2.02403051403e20, "提交", "2026-03-02 09:00:00"], ["A", "审批", "2026-03-02 10:00:00"]]
    pattern = r"(?s)lost their last digits.*1 row, for example 2\.02403051403e\+20.*export it again"
    refused(read, book(("数据", rows)), pattern, "a.xlsx")
    refused(read, TABLE.replace("A1", "2.02403E+20"), r"2 rows, for example 2\.02403E\+20")


def test_36_marks_around_ids(read):
    text = f'{HEADER}\n\t202403051403000096068,提交,2026-03-02 09:00\n\'0007,提交,2026-03-02 09:00\n"=""0138""",提交,2026-03-02 09:00\n'
    done = read(text)
    assert {case for case, _, _ in done.events} == {"202403051403000096068", "0007", "0138"}
    assert done.notes["unwrapped"] == 3


def test_37_zeros_before_a_number(read):
    old = [HEADER.split(","), ["007", "提交", "2026-03-02 09:00"], ["008", "提交", "2026-03-02 09:00"]]
    assert {case for case, _, _ in read(old_workbook(old), "a.xls").events} == {"007", "008"}
    old[1][0] = 7.0
    done = read(old_workbook(old, number_format="000"), "b.xls")
    assert {case for case, _, _ in done.events} == {"7", "008"}
    assert (done.notes["padded_numbers"], "padded_numbers" in done.warned) == (1, True)


SALESFORCE = "Case Number,Edited By,Field / Event,Old Value,New Value,Edit Date\n"


def test_38_ids_that_differ_in_case_and_in_length(read):
    rows = "5003000000D8cuI,A,Created.,,,2026-03-02 09:00\n5003000000D8cui,A,Created.,,,2026-03-02 09:30\n"
    rows += "5003000000D8cuIAAR,B,Status,New,Closed,2026-03-02 10:00\n"
    done = read(SALESFORCE + rows, columns={}, profile="salesforce_history")
    assert [case for case, _, _ in done.events] == ["5003000000D8cuI", "5003000000D8cuI", "5003000000D8cui"]
    assert "ids_cut" in done.warned


# ── time ──────────────────────────────────────────────────────────────────────────────────────


def test_39_dates_serials_and_texts_in_one_column(read):
    rows = [HEADER.split(","), ["A", "a", ""], ["A", "b", 45356.585], ["A", "c", "2024年3月5日 14:30"]]

    def dated(sheet, made):
        sheet.write_datetime(1, 2, datetime(2024, 3, 5, 14), made.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    done = read(book(("数据", rows, dated)), "a.xlsx")
    assert done.events == [("A", "a", "03-05 14:00"), ("A", "b", "03-05 14:02"), ("A", "c", "03-05 14:30")]
    assert "time_mix" in done.warned
    early = book(("数据", rows[:2], dated), date_1904=True)
    assert read(early, "b.xlsx").events == [("A", "a", "03-05 14:00")]


def test_40_day_or_month(read):
    text = f"{HEADER}\nA,提交,3/5/2024\nA,审批,4/5/2024\n"
    refused(read, text, "(?s)DD/MM/YYYY.*MM/DD/YYYY|MM/DD.*DD/MM")
    assert read(text, date_format="%m/%d/%Y").events[0] == ("A", "提交", "03-05 00:00")
    done = read(f"{text}A,归档,13/5/2024\n")
    assert done.events[0] == ("A", "提交", "05-03 00:00")
    said = [note.say("en") for note in done.report.notes if note.code == "time_format"]
    assert "DD/MM/YYYY" in said[0]


def test_41_two_formats_in_one_column(read):
    text = f"{HEADER}\nA,提交,2024-03-05 14:03:22\nA,审批,05-03-2024 14:04:22\n"
    refused(read, text, r"(?s)YYYY-MM-DD.*50\.0 %.*DD-MM-YYYY.*50\.0 %")
    both = read(text, date_format=["%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H:%M:%S"])
    assert [time for *_, time in both.events] == ["03-05 14:03", "03-05 14:04"]
    good = "".join(f"C{i},提交,2024-03-05 14:03:22\n" for i in range(300))
    done = read(f"{HEADER}\n{good}X,提交,2024-13-05 09:00:00\nY,提交,2024-02-30 09:00:00\n")
    assert done.refused == {"the time in '时间' cannot be read": (302, 303)}


def test_42_the_end_of_a_day_and_dates_of_zero(read):
    done = read(f"{HEADER},完成\nA,提交,2024-03-05 24:00:00,2024-03-06 00:00:00\nA,审批,2024-03-06 01:00:00,0000-00-00\n",
                columns={**COLUMNS, "start": "完成"})  # fmt: skip
    assert done.events[0] == ("A", "提交", "03-06 00:00")
    assert (done.notes["end_of_day"], done.notes["zero_times"]) == (1, 1)
    text = f"{HEADER},完成\n" + "".join(
        f"A,{i},2024-03-05 09:00,{end}\n"
        for i, end in enumerate(["2024-03-05 10:00", "1900-01-00", "0", "1970-01-01 00:00"])
    )
    done = read(text, columns={**COLUMNS, "start": "完成"})
    assert (done.log.n_events, done.notes["zero_times"]) == (4, 3)
    zeros = "".join(f"C{i},提交,2024-03-05 14:03:22\n" for i in range(300)) + "Z,提交,1900-01-00\n"
    assert read(f"{HEADER}\n{zeros}").refused == {"no Completed": (302,)}


def test_43_epochs(read):
    assert read(f"{HEADER}\nA,提交,1709604180\nB,提交,1709604190\n").events[0] == ("A", "提交", "03-05 10:03")
    assert read(f"{HEADER}\nA,提交,1709604180000\nB,提交,1709604190000\n").events[0] == ("A", "提交", "03-05 10:03")
    refused(read, f"{HEADER}\nA,提交,1709604180\nB,提交,1709604190000\n", "(?i)seconds.*milliseconds")
    detail = {"approver": {"userid": "u1"}, "sp_status": 1, "sptime": 0}
    info = {"sp_no": "7", "apply_time": 1709604180, "applyer": {"userid": "u0"}, "sp_record": [{"details": [detail]}]}
    done = read(json.dumps({"info": info}), "a.json", columns={}, profile="wecom_api")
    assert done.events == [("7", "提交申请", "03-05 10:03")]
    assert done.notes["open_intervals"] == 1


def test_44_offsets_and_none_in_one_column(read):
    text = f"{HEADER}\nA,a,2024-03-05T14:03:22+0800\nA,b,2024-03-05T14:03:22Z\nA,c,2024-03-05T14:03:22\n"
    refused(read, text, "(?i)offset")
    audit = "documentkey,fieldname,oldvalue,newvalue,sys_created_on,user\nI1,state,1,2,2024-03-05 06:00:00,x\n"
    done = read(audit, columns={}, profile="servicenow_audit")
    assert done.events == [("I1", "In Progress", "03-05 14:00")]
    assert [note.facts["zone"] for note in done.report.notes if note.code == "zone_assumed"] == ["UTC"]


def test_45_events_of_one_minute(read):
    minute = [f"A,{step},2024-03-05 14:03" for step in "edcba"]
    done = read("\n".join([HEADER, *minute]))
    assert ([a for _, a, _ in done.events], done.notes["ties"]) == (list("edcba"), 4)
    others = [f"{case},{step},2024-03-0{9 - i} 09:00" for case in "BCDE" for i, step in enumerate("zyxw")]
    done = read("\n".join([HEADER, *others, *minute]))
    assert [a for case, a, _ in done.events if case == "A"] == list("abcde")
    said = [note.say("en") for note in done.report.notes if note.code == "ties"]
    assert "from its end: it lists the newest first" in said[0]
    done = read("\n".join([HEADER, *minute]), newest_first=True)
    assert [a for _, a, _ in done.events] == list("abcde")
    history = {"issues": [{"key": "P-1", "fields": {"created": "2024-03-05T14:03:00.000+0800"}, "changelog": {"histories": [
        {"created": "2024-03-05T14:03:00.000+0800", "author": {"displayName": "A"},
         "items": [{"field": "status", "fromString": old, "toString": new}]} for old, new in ("cd", "bc", "ab")]}}]}  # fmt: skip
    done = read(json.dumps(history), "a.json", columns={}, profile="jira_changelog")
    assert [activity for _, activity, _ in done.events] == ["Created", "b", "c", "d"]
    numbered = "\n".join([HEADER + ",序", *(f"{row},{5 - i}" for i, row in enumerate(minute))])
    assert [a for _, a, _ in read(numbered, columns={**COLUMNS, "sequence": "序"}).events] == list("abcde")


def test_46_times_that_cannot_be(read):
    text = f"{HEADER},开始\nA,提交,2026-03-02 09:00,2026-03-02 10:00\nA,归档,2099-01-01 09:00,\n"
    done = read(text, columns={**COLUMNS, "start": "开始"})
    assert done.log.n_events == 2
    assert {"start_after_end", "future"} <= done.warned
    early = [["1", "采购", "2026-03-02 09:00:00", "王芳", TRAIL, "2026-03-02 10:29"]]
    early.append(["2", "采购", "2026-03-02 09:00:00", "王芳", TRAIL, "2026-03-02 10:30"])
    header = [*DINGTALK[:5], "审批完成时间"]
    done = read(book(("审批数据", [header, *early])), "a.xlsx", columns={}, profile="dingtalk_export")
    said = [note.say("en") for note in done.report.warnings if note.code == "ended_early"]
    assert (done.log.n_events, said) == (4, ["1 case has records after '审批完成时间', kept (for example 1)"])


# ── meaning ───────────────────────────────────────────────────────────────────────────────────


def test_47_trails(read):
    remark = "王芳|提交|2026-03-02 09:00:00;\n李强|审批|2026-03-02 10:30:00|refuse|材料不全;\n请补充发票；谢谢|财务;\n王芳|提交|2026-03-03 09:00:00"
    long = "王芳|提交|2026-03-02 09:00:00|".ljust(32_767, "x")
    head = ["标题", "2026-03-02 09:00:00", "王芳"]
    rows = [["1", *head, remark, ""], ["2", *head, "", ""], ["3", *head, long, ""]]
    done = read(dingtalk(*rows), "a.xlsx", columns={}, profile="dingtalk_export")
    frame = done.log.to_pandas()
    assert frame.groupby("case_id").size().to_dict() == {"1": 3, "2": 1, "3": 1}
    first = frame[frame["case_id"] == "1"]
    assert first["action_class"].tolist() == ["submit", "reject_end", "submit"]
    assert first["comment"].tolist()[1] == "材料不全;\n请补充发票；谢谢|财务"
    assert done.notes["empty_trail"] == 1
    assert done.notes["trail_cut"] == 1
    assert "trail_cut" in done.warned


def test_48_countersigning_proxies_automata_and_unknown_codes(read):
    weaver = "requestid,nodeid,nodename,logtype,operatedate,operatetime,lastname,logid,agenttype\n"
    rows = "7,3,会签,0,2026-03-02,09:00:00,甲,1,\n7,3,会签,0,2026-03-02,09:05:00,乙,2,\n7,3,会签,0,2026-03-02,09:10:00,丙,3,\n"
    rows += "7,4,审批,0,2026-03-02,10:00:00,丁,4,1\n7,4,审批,0,2026-03-02,10:00:00,戊,5,2\n7,5,,q,2026-03-02,11:00:00,己,6,\n"
    weaver_done = read(weaver + rows, columns={}, profile="weaver_log")
    assert [activity for _, activity, _ in weaver_done.events] == ["会签", "会签", "会签", "审批", "节点 5"]
    assert weaver_done.log.to_pandas()["action_class"].tolist()[-1] == "其他(q)"
    assert weaver_done.notes["double_rows"] == 1
    timeline = [{"type": "START", "create_time": "1772442000000", "user_id": "u"}]
    timeline += [
        {"type": kind, "create_time": "1772442000123", "user_id": "u"} for kind in ("AUTO_PASS", "REMOVE_REPEAT")
    ]
    data = {"instance_code": "F1", "serial_number": "9", "timeline": timeline}
    done = read(json.dumps({"data": data}), "a.json", columns={}, profile="feishu_api", time_zone="UTC")
    assert done.log.to_pandas()["is_system"].tolist() == [False, True, True]
