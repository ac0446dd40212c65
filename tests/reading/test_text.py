"""Text exports: how rows are cut, which are refused, and that every row keeps its number in the file."""

from __future__ import annotations

import csv
import io
import itertools
import random
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import procmine as pm
from procmine.core.log.engine import workbench
from procmine.core.text.errors import ExportError
from procmine.reading.files.source import ExportFile, Source
from procmine.reading.text import encoding, legacy_encoding
from procmine.reading.text.text import read_text


class Read(NamedTuple):
    columns: list[str]
    rows: dict[int, tuple[Any, ...]]
    refused: dict[int, str]
    raw: Any


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Bytes of a file → its columns, its rows and its refused rows, by their numbers in the file."""
    path, numbers = tmp_path_factory.mktemp("text") / "export.csv", itertools.count()

    def reading(data: str | bytes, **source: Any) -> Read:
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        raw = read_text(bench, ExportFile.at(path), Source(path="", **source), next(numbers))
        rows = {row[-1]: row[:-1] for row in bench.con.execute(f"select * from {raw.relation}").fetchall()}
        refused = {number: reject.reason.en for reject in raw.rejects for number in reject.rows}
        return Read(list(raw.columns), rows, refused, raw)

    with workbench() as bench:
        yield reading


FEWER, MORE = "fewer cells than the header has", "more cells than the header has"
QUOTES = "its quotation marks do not match"


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ("x,y\n1,2\n3,4\n", {2: ("1", "2"), 3: ("3", "4")}),
        ("x,y\r\n1,2\r\n3,4\r\n", {2: ("1", "2"), 3: ("3", "4")}),
        ("x,y\r1,2\r3,4\r", {2: ("1", "2"), 3: ("3", "4")}),
        ("x,y\r\n1,2\n3,4\r5,6", {2: ("1", "2"), 3: ("3", "4"), 4: ("5", "6")}),
        ("x,y\n1,2\n3,4", {2: ("1", "2"), 3: ("3", "4")}),
    ],
    ids=["LF", "CRLF", "CR", "mixed", "no end"],
)
def test_every_kind_of_line_end_is_read(read, data, rows):
    assert read(data).rows == rows


@pytest.mark.parametrize(
    ("data", "rows", "n_blank"),
    [
        ("x,y\n\n1,2\n\n\n3,4\n", {3: ("1", "2"), 6: ("3", "4")}, 3),
        ("x,y\n1,2\n  \t\n3,4\n", {2: ("1", "2"), 4: ("3", "4")}, 1),
        ("\n\nx,y\n1,2\n", {4: ("1", "2")}, 2),
        ("\nx,y\n1,2\n", {3: ("1", "2")}, 1),
        ("\ufeff\nx,y\n1,2\n", {3: ("1", "2")}, 1),
        ("x,y\n1,2\n,\n,\n", {2: ("1", "2")}, 2),
        ('x,y\n"",""\n1,2\n', {3: ("1", "2")}, 1),
        ("x,y\n1,2\n  ", {2: ("1", "2")}, 1),
    ],
    ids=["lines", "blanks", "before the header", "one before", "after the mark", "no cells", "quoted", "last"],
)
def test_blank_rows_are_skipped_and_counted_and_keep_their_numbers(read, data, rows, n_blank):
    found = read(data)
    assert found.rows == rows
    assert [note.facts["n"] for note in found.raw.notes if note.code == "blank_rows"] == [n_blank]


@pytest.mark.parametrize(
    ("data", "rows", "refused"),
    [
        ('x,y\n1,"a\n\nb"\n2,c\n', {2: ("1", "a\n\nb"), 3: ("2", "c")}, {}),
        ('x,y\n1,"say ""hi"", then"\n2,c\n', {2: ("1", 'say "hi", then'), 3: ("2", "c")}, {}),
        ('x,y\n1,19" screen\n2,c\n', {2: ("1", '19" screen'), 3: ("2", "c")}, {}),
        ('x,y\n1, "a,b"\n2,c\n', {2: ("1", "a,b"), 3: ("2", "c")}, {}),
        ("x,y\n1,a,\n2,b,\n", {2: ("1", "a"), 3: ("2", "b")}, {}),
        ("x,y\n1\n2,b\n3,c,d\n4,e\n", {3: ("2", "b"), 5: ("4", "e")}, {2: FEWER, 4: MORE}),
        ('x,y\n1,"a\nb",c\n2,d\n', {3: ("2", "d")}, {2: MORE}),
        ('x,y\n1,"a"b\n2,c\n', {3: ("2", "c")}, {2: QUOTES}),
        ('x,y\n1,"a\n2,b\n3,c\n', {3: ("2", "b"), 4: ("3", "c")}, {2: QUOTES}),
        ('x,y\n1,"a\n2,"b"\n\n3,c', {3: ("2", "b"), 5: ("3", "c")}, {2: QUOTES}),
        ('x,y\n\n1,2\n3,"', {3: ("1", "2")}, {4: QUOTES}),
        ('x,y\n1,2\n3,a "b, "c"\n\n4,d\n', {2: ("1", "2"), 5: ("4", "d")}, {3: MORE}),
    ],
    ids=[
        "quoted line ends",
        "doubled quotes",
        "quote inside a cell",
        "blank before a quote",
        "trailing separator",
        "ragged rows",
        "ragged row of two lines",
        "text after a quote",
        "unterminated quote",
        "unterminated before a quoted cell",
        "unterminated at the end",
        "quotes inside cells",
    ],
)
def test_only_the_row_that_is_wrong_is_refused(read, data, rows, refused):
    found = read(data)
    assert found.rows == rows
    assert found.refused == refused


def test_an_unterminated_quote_before_thousands_of_rows_costs_one_row(read):
    """The engine alone would lose the rows behind it, some without a word."""
    tail = "".join(f"{i},some text to fill the line\n" for i in range(20_000))
    found = read(f'x,y\n1,"a\n{tail}')
    assert found.refused == {2: QUOTES}
    assert len(found.rows) == 20_000
    assert found.rows[20_002] == ("19999", "some text to fill the line")


def test_a_row_longer_than_the_engine_takes_is_refused(read):
    found = read(f"x,y\n1,{'a' * 3_000_000}\n2,b\n")
    assert found.rows == {3: ("2", "b")}
    assert found.refused == {2: "it is longer than 2 MB"}


@pytest.mark.parametrize("data", ["x,y\n1,2\n", "x;y\n1;2\n", "x\ty\n1\t2\n", "x|y\n1|2\n"])
def test_the_delimiter_is_told_from_the_first_rows(read, data):
    assert read(data).rows == {2: ("1", "2")}


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ("id;note\n1;a, b, c\n2;d, e\n", {2: ("1", "a, b, c"), 3: ("2", "d, e")}),
        ('id;note\n1;"a;b"\n2;c\n', {2: ("1", "a;b"), 3: ("2", "c")}),
        ("id\n1\n2\n", {2: ("1",), 3: ("2",)}),
    ],
)
def test_the_delimiter_that_cuts_all_rows_alike_wins(read, data, rows):
    assert read(data).rows == rows


@pytest.mark.parametrize("delimiter", ["#", "\t", " ", "；", "^", "]", "\\", "'"])
def test_a_declared_delimiter_is_taken(read, delimiter):
    data = f'x{delimiter}y\n1{delimiter}"2{delimiter},3"\n\n4{delimiter}5\n'
    assert read(data, delimiter=delimiter).rows == {2: ("1", f"2{delimiter},3"), 4: ("4", "5")}


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n"])
def test_a_delimiter_that_cannot_be_one_is_refused(delimiter):
    with pytest.raises(ValidationError, match="it must be one character, no quotation mark or line end"):
        Source(path="", delimiter=delimiter)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("a,,c", ["a", "column 2", "c"]),
        ("合计,合计,合计", ["合计", "合计.2", "合计.3"]),
        ("Name,name", ["Name", "name.2"]),
        ("a,a.2,a", ["a", "a.2", "a.3"]),
        (' a ,"b\n c"', ["a", "b c"]),
        ('"a,b",c', ["a,b", "c"]),
    ],
)
def test_header_cells_become_distinct_names(read, header, columns):
    assert read(f"{header}\n").columns == columns


def test_cells_that_mean_not_given_are_null(read):
    found = read('x,y,z\n,?,无\n"a,b",a?,"?"\n"",\'"\',c\n', null_values=["?", "无", "a,b", "'\"'"])
    assert found.rows == {2: (None, None, None), 3: (None, "a?", None), 4: (None, None, "c")}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ("\n", "no row holds column names"),
        (",,\n,,\n", "no row holds column names"),
        ('"x,y\n1,2\n', "the quotation marks of its header do not match"),
    ],
)
def test_a_file_without_a_header_is_an_error(read, data, fault):
    with pytest.raises(ExportError, match=fault):
        read(data)


# ── what surrounds the table, and what spreadsheets do to texts ───────────────────────────────


def said(found: Read) -> dict[str, Any]:
    return {note.code: note.facts.get("n", note.level) for note in found.raw.notes if note.code != "file_encoding"}


@pytest.mark.parametrize(
    ("data", "columns", "rows", "notes"),
    [
        ("\ufeffsep=;\nx;y\n1;2,3\n", ["x", "y"], {2: ("1", "2,3")}, {"separator_line": "info"}),
        ("x,y\n1,a\0b\n\0\0,c\n", ["x", "y"], {2: ("1", "ab"), 3: (None, "c")}, {"nul_bytes": 3}),
        (
            "编号；人\n1；甲\n2；乙\n",
            ["编号", "人"],
            {2: ("1", "甲"), 3: ("2", "乙")},
            {"full_width_delimiter": "warning"},
        ),
        ("编号，人\n1，甲\n", ["编号", "人"], {2: ("1", "甲")}, {"full_width_delimiter": "warning"}),
        ("x,说明\n1,一；二\n", ["x", "说明"], {2: ("1", "一；二")}, {}),
        ("说明\n一；二\n", ["说明"], {2: ("一；二",)}, {}),
        ("x,y,\n1,2,\n3,4,\n", ["x", "y"], {2: ("1", "2", None), 3: ("3", "4", None)}, {"empty_last_column": 1}),
        (
            "工单明细表,,\nx,y,\n1,2,\n",
            ["x", "y"],
            {3: ("1", "2", None)},
            {"rows_above": 1, "empty_last_column": 1},
        ),
        (
            "x,y,\n1,2,\n3,4,5\n",
            ["x", "y", "column 3"],
            {2: ("1", "2", None), 3: ("3", "4", "5")},
            {"renamed_columns": "info"},
        ),
    ],
    ids=[
        "sep=;",
        "NUL",
        "；",
        "，",
        "； in a cell",
        "； below only",
        "trailing",
        "below a title",
        "trailing but for one",
    ],
)
def test_what_spreadsheets_and_systems_add_is_taken_off_and_noted(read, data, columns, rows, notes):
    found = read(data)
    assert (found.columns, found.rows, said(found)) == (columns, rows, notes)


def test_marks_around_ids_are_taken_off_and_zeros_kept(read):
    found = read('x,y\n"=""0138""",a\n="0139",\'tis\n\'0007,\'0x\n"\t2024030514",=b\n8,\n')
    assert found.rows == {
        2: ("0138", "a"),
        3: ("0139", "'tis"),
        4: ("0007", "0x"),
        5: ("2024030514", "=b"),
        6: ("8", None),
    }
    assert said(found) == {"unwrapped": 5}


REPORT = "工单明细表,,\n导出时间：2026-03-02,,\n,,\n编号,标题,金额\n"


def test_titles_above_the_header_are_passed_over_and_rows_keep_their_numbers(read):
    found = read(f"{REPORT}1,请假,20\n2,合计,30\n")
    assert found.columns == ["编号", "标题", "金额"]
    assert found.rows == {5: ("1", "请假", "20"), 6: ("2", "合计", "30")}
    assert said(found) == {"rows_above": 2, "blank_rows": 1}


def test_titles_of_one_cell_do_not_hide_the_delimiter(read):
    found = read("工单明细表\n编号;标题;金额\n1;请假;20\n2;报销;30\n")
    assert found.rows == {3: ("1", "请假", "20"), 4: ("2", "报销", "30")}


def test_a_header_of_two_rows_becomes_one(read):
    found = read("编号,费用明细,\n,日期,金额\n1,2026-03-02,20\n")
    assert found.columns == ["编号", "费用明细.日期", "费用明细.金额"]
    assert found.rows == {3: ("1", "2026-03-02", "20")}
    assert said(found) == {"two_row_header": "info"}


def test_a_footer_is_left_out_and_a_case_called_total_stays(read):
    found = read("编号,标题,日期\n1,请假,2026-03-02\n2,合计,2026-03-03\n合计,,2\n共 2 条,,\n")
    assert found.rows == {2: ("1", "请假", "2026-03-02"), 3: ("2", "合计", "2026-03-03")}
    assert said(found) == {"footer": 2}
    assert found.raw.n_rows == 2


SALESFORCE = (
    '"Case","Field","Edit Date"\n"0001","Status","2026-03-02"\n"0002","Status","2026-03-03"\n\n'
    '"Grand Totals (2 records)"\n"Confidential Information - Do Not Distribute"\n'
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
)


@pytest.mark.parametrize("data", [SALESFORCE, SALESFORCE.replace("\n\n", "\n")], ids=["blank before", "at once"])
def test_the_last_lines_of_a_crm_report_are_no_rows(read, data):
    found = read(data)
    assert list(found.rows.values()) == [("0001", "Status", "2026-03-02"), ("0002", "Status", "2026-03-03")]
    assert found.refused == {}
    assert said(found)["footer"] == 3


@pytest.mark.parametrize("n", [10, 299, 300, 301, 5000])
def test_a_footer_far_below_is_found_and_no_row_is_lost(read, n):
    data = "编号,标题,日期\n" + "".join(f"{i},请假,2026-03-02\n" for i in range(n)) + "合计,,5\n"
    found = read(data)
    assert list(found.rows) == list(range(2, n + 2))
    assert said(found) == {"footer": 1}


def test_a_header_that_is_printed_on_every_page_is_left_out(read):
    page = "编号,标题\n" + "1,请假\n" * 3
    found = read(page * 3)
    assert list(found.rows) == [2, 3, 4, 6, 7, 8, 10, 11, 12]
    assert said(found) == {"repeated_headers": 2}


def test_a_regular_file_is_read_where_it_lies(read, monkeypatch):
    monkeypatch.setattr("procmine.reading.text.text.clean_copy", None)
    assert len(read("x,y\n" + "1,2\n" * 5000).rows) == 5000


# ── the independent reference: the standard library, row by row ───────────────────────────────

_plain = st.text('b7" é中', max_size=4).map("a{}".format) | st.just("")
_quoted = st.text('ab,;"\n', max_size=5).map(lambda text: '"' + text.replace('"', '""') + '"')
_line = st.sampled_from([3, 3, 3, 3, 2, 4, 0]).flatmap(
    lambda n: st.lists(_plain | _plain | _quoted, min_size=n, max_size=n).map(",".join)
)
_ends = st.sampled_from(["\n", "\r\n", "\r", "\n\r\n", "\n  \n"])


@st.composite
def _files(draw) -> str:
    ends = draw(st.lists(_ends, min_size=1, max_size=3))
    lines = ["x,y,z", *draw(st.lists(_line, max_size=8))]
    dice = random.Random(draw(st.integers(0, 99)))
    text = "".join(line + dice.choice(ends) for line in lines)
    return draw(st.sampled_from(["", "", "\n", " \n"])) + (text if draw(st.booleans()) else text.rstrip("\r\n"))


def _counted(text: str) -> tuple[dict[int, tuple[str | None, ...]], list[int]]:
    """Rows of three cells and refused rows by their numbers; one empty cell too many is forgiven."""
    rows, refused, header = {}, [], True
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, cells in enumerate(csv.reader(io.StringIO(plain, newline=""), strict=True), 1):
        if not "".join(cells).strip(' \n,;|"'):
            continue
        if not header and len(cells) != 3 and cells[3:] != [""]:
            refused.append(number)
        elif not header:
            rows[number] = tuple(cell or None for cell in cells[:3])
        header = False
    return rows, refused


@settings(max_examples=200, deadline=None)
@given(text=_files(), chunk=st.sampled_from([1, 2, 5, 1 << 20]))
def test_rows_and_their_numbers_are_those_of_the_standard_library(read, text, chunk):
    rows, refused = _counted(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_CHUNK", chunk)
        patch.setattr(legacy_encoding, "_CHUNK", chunk)
        found = read(text, delimiter=",")
    assert found.rows == rows
    assert sorted(found.refused) == refused
    assert found.raw.n_rows == len(rows) + len(refused)


@settings(max_examples=120, deadline=None)
@given(st.text('a",  \n', max_size=40))
def test_quotes_out_of_order_are_read_alike_in_place_and_copied(read, text):
    """A blank first row makes the reader copy the file: nothing may change but the numbers."""
    in_place, copied = read(f"x,y\n{text}", delimiter=","), read(f"\nx,y\n{text}", delimiter=",")
    assert {number + 1: row for number, row in in_place.rows.items()} == copied.rows
    assert {number + 1: reason for number, reason in in_place.refused.items()} == copied.refused
    assert in_place.raw.n_rows == copied.raw.n_rows == len(copied.rows) + len(copied.refused)


@pytest.mark.parametrize("length", [700_000, 3_000_000, 12_000_000])
def test_a_row_longer_than_the_engine_takes_is_refused_alone(tmp_path, length):
    path = tmp_path / "a.csv"
    rows = "".join(f"{i},a,2026-03-02,x\n" for i in range(200))
    path.write_text(
        f"case_id,activity,timestamp,note\n{rows}7,b,2026-03-02,{'长' * length}\n8,c,2026-03-02,y\n", encoding="utf-8"
    )
    report = pm.read_export(path, time_zone="UTC").import_report
    assert [(r.reason.en, r.n_rows, r.rows) for r in report.rejections] == [("it is longer than 2 MB", 1, (202,))]
    assert report.n_events == 201
