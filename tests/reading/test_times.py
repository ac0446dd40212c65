"""Times in text: one format per column, never guessed; and the zone they are read in."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import procmine as pm
from procmine.core.log.engine import fetch, workbench
from procmine.core.text.errors import ExportError
from procmine.reading.times.time_formats import FORMATS, joined_cells
from procmine.reading.times.time_texts import ReadTime, read_times


@pytest.fixture(scope="module")
def bench():
    with workbench() as backend:
        yield backend


@pytest.fixture(scope="module")
def read(bench):
    """Texts of a column → how it is read, and the times (as text) in the order of the rows."""

    def reading(
        *texts: str | None, declared: str | list[str] | None = None, **told: bool
    ) -> tuple[ReadTime, list[str | None]]:
        rows = {"c0": pa.array(texts, pa.string()), "source_row": range(len(texts))}
        bench.con.register("given", pa.table(rows))
        bench.con.execute("create or replace table raw as select * from given")
        found = read_times(bench, "raw", "c0", "time", "export.csv", declared, **told)
        times = bench.con.execute(f"select ({found.sql})::varchar from raw order by source_row").fetchall()
        return found, [time for (time,) in times]

    return reading


EXAMPLES = [
    ("YYYY-MM-DD hh:mm:ss", "2024-03-05 14:03:22", "2024-03-05 14:03:22"),
    ("YYYY-MM-DD hh:mm:ss", "2024-3-5 4:03", "2024-03-05 04:03:00"),
    ("YYYY-MM-DD hh:mm:ss", "2024-03-05T14:03:22", "2024-03-05 14:03:22"),
    ("YYYY-MM-DD hh:mm:ss", "2024-03-05 14:03:22.0", "2024-03-05 14:03:22"),
    ("YYYY-MM-DD hh:mm:ss", "2024-03-05 14:03:22.123456", "2024-03-05 14:03:22.123456"),
    ("YYYY-MM-DD hh:mm:ss", "2024-03-05", "2024-03-05 00:00:00"),
    ("YYYY-MM-DD hh:mm:ss", " 2024-03-05 14:03\t", "2024-03-05 14:03:00"),
    ("YYYY-MM-DDThh:mm:ss±hh:mm", "2024-03-05T14:03:22Z", "2024-03-05 14:03:22"),
    ("YYYY-MM-DDThh:mm:ss±hh:mm", "2024-03-05T14:03:22.123z", "2024-03-05 14:03:22.123"),
    ("YYYY-MM-DDThh:mm:ss±hh:mm", "2024-03-05T14:03Z", "2024-03-05 14:03:00"),
    ("YYYY-MM-DDThh:mm:ss±hh:mm", "2024-03-05T14:03:22+08:00", "2024-03-05 06:03:22"),
    ("YYYY-MM-DDThh:mm:ss±hh:mm", "2024-03-05T14:03:22.5+0800", "2024-03-05 06:03:22.5"),
    ("YYYY-MM-DDThh:mm:ss±hh:mm", "2024-03-05 14:03:22-05:30", "2024-03-05 19:33:22"),
    ("YYYY-MM-DDThh:mm:ss±hh:mm", "2024-01-01T00:30:00+01", "2023-12-31 23:30:00"),
    ("YYYY/MM/DD hh:mm:ss", "2024/3/5 14:03", "2024-03-05 14:03:00"),
    ("YYYY/MM/DD hh:mm:ss", "2024/03/05", "2024-03-05 00:00:00"),
    ("YYYY.MM.DD hh:mm:ss", "2024.03.05 14:03:22", "2024-03-05 14:03:22"),
    ("YYYY年M月D日 hh:mm:ss", "2024年3月5日 14:03", "2024-03-05 14:03:00"),
    ("YYYY年M月D日 hh:mm:ss", "2024年03月05日14时03分22秒", "2024-03-05 14:03:22"),
    ("YYYY年M月D日 hh:mm:ss", "2024年3月5日 14点3分", "2024-03-05 14:03:00"),
    ("YYYY年M月D日 hh:mm:ss", "2024年3月5日", "2024-03-05 00:00:00"),
    ("YYYYMMDD hhmmss", "20240305140322", "2024-03-05 14:03:22"),
    ("YYYYMMDD hhmmss", "20240305 140322", "2024-03-05 14:03:22"),
    ("YYYYMMDD hhmmss", "20240305", "2024-03-05 00:00:00"),
    ("DD.MM.YYYY hh:mm", "05.03.2024 14:03", "2024-03-05 14:03:00"),
    ("DD.MM.YY hh:mm", "05.03.24 14:03", "2024-03-05 14:03:00"),
    ("DD-MM-YYYY hh:mm", "15-03-2024 14:03:22", "2024-03-15 14:03:22"),
    ("MM-DD-YYYY hh:mm", "03-15-2024 14:03:22", "2024-03-15 14:03:22"),
    ("DD/MM/YYYY hh:mm", "15/3/2024 2:03 PM", "2024-03-15 14:03:00"),
    ("DD/MM/YYYY hh:mm", "15/03/2024", "2024-03-15 00:00:00"),
    ("MM/DD/YYYY hh:mm", "3/15/2024 12:03:22 AM", "2024-03-15 00:03:22"),
    ("DD/MM/YY hh:mm", "15/03/24 14:03", "2024-03-15 14:03:00"),
    ("MM/DD/YY hh:mm", "3/15/24 12:03 pm", "2024-03-15 12:03:00"),
    ("DD/Mon/YY hh:mm", "05/Mar/24 2:03 PM", "2024-03-05 14:03:00"),
    ("DD-Mon-YYYY hh:mm", "05-MAR-2024 14:03", "2024-03-05 14:03:00"),
    ("YYYY-MM-DD hh:mm:ss", "２０２４－０３－０５　１４：０３", "2024-03-05 14:03:00"),
    ("YYYY年M月D日 hh:mm:ss", "２０２４年３月５日", "2024-03-05 00:00:00"),
    ("YYYY年M月D日 hh:mm:ss", "2024年3月5日 下午2:03", "2024-03-05 14:03:00"),
    ("YYYY年M月D日 hh:mm:ss", "2024年3月5日 上午12时03分", "2024-03-05 00:03:00"),
    ("YYYY/MM/DD hh:mm:ss", "2024/3/5 下午 2:03:22", "2024-03-05 14:03:22"),
    ("YYYY-MM-DD hh:mm:ss", "2024-03-05 上午9:03", "2024-03-05 09:03:00"),
    ("spreadsheet serial", "45356.585", "2024-03-05 14:02:24"),
    ("spreadsheet serial", "45356", "2024-03-05 00:00:00"),
    ("epoch seconds", "1709647402", "2024-03-05 14:03:22"),
    ("epoch milliseconds", "1709647402123", "2024-03-05 14:03:22.123"),
]


@pytest.mark.parametrize(("format", "text", "time"), EXAMPLES, ids=[text for _, text, _ in EXAMPLES])
def test_every_format_of_the_list_is_read(read, format, text, time):
    found, times = read(text)
    assert (found.format, times) == (format, [time])
    assert found.has_offset is ("±" in format or "epoch" in format)


def test_every_format_of_the_list_has_an_example():
    assert {format.name for format in FORMATS} == {format for format, _, _ in EXAMPLES}


def test_one_format_may_be_more_or_less_precise(read):
    found, times = read("2024-03-05", "2024-03-05 14:03", "2024-03-05T14:03:22.5")
    assert times == ["2024-03-05 00:00:00", "2024-03-05 14:03:00", "2024-03-05 14:03:22.5"]
    assert found.n_unfit == 0


@pytest.mark.parametrize("text", ["3/5/2024", "03-05-2024 14:03", "3/5/24 2:03 PM"])
def test_a_day_that_could_be_the_month_is_asked_for(read, text):
    with pytest.raises(ExportError, match=r"can be read in several ways: DD.MM.YY.*, MM.DD.YY") as caught:
        read(text, text)
    (fault,) = caught.value.faults
    assert fault.hint.en.startswith("which is the day and which the month? Declare date_format:")
    assert fault.hint.zh.startswith("哪一个是日、哪一个是月？")


@pytest.mark.parametrize(
    ("evidence", "format", "time"),
    [
        ("13/6/2024", "DD/MM/YYYY hh:mm", "2024-05-03 00:00:00"),
        ("6/13/2024", "MM/DD/YYYY hh:mm", "2024-03-05 00:00:00"),
    ],
)
@pytest.mark.parametrize("n_before", [1, 2000], ids=["at once", "beyond the sample"])
def test_one_date_anywhere_decides_between_day_and_month(read, n_before, evidence, format, time):
    found, times = read(*["3/5/2024"] * n_before, evidence)
    assert (found.format, times[0], found.n_unfit) == (format, time, 0)


def test_dates_that_every_format_reads_alike_are_not_asked_for(read):
    assert read("3/3/2024", "4/4/2024")[1] == ["2024-03-03 00:00:00", "2024-04-04 00:00:00"]


@pytest.mark.parametrize(
    ("texts", "times"),
    [
        (["2024-02-29", "2024-02-30", "2024-13-05"], ["2024-02-29 00:00:00", None, None]),
        (["13/1/2024", "14/1/2024", "1/13/2024"], ["2024-01-13 00:00:00", "2024-01-14 00:00:00", None]),
        (["2024-01-01 23:59:59", "2024-01-01 23:59:60"], ["2024-01-01 23:59:59", None]),
        (["1899-12-29", "1900-01-02", "2200-01-01"], [None, "1900-01-02 00:00:00", None]),
        (["2199-12-31 23:59:59", "2200-01-01"], ["2199-12-31 23:59:59", None]),
        (["2024-01-01", "昨天", "至今"], ["2024-01-01 00:00:00", None, None]),
    ],
)
def test_what_is_no_date_of_the_format_is_unreadable_and_never_swapped(read, texts, times):
    found, read_as = read(*texts)
    assert read_as == times
    assert found.n_unfit == times.count(None)


def test_blank_texts_are_missing_not_unreadable(read):
    found, times = read("2024-01-01", None, " ", "\u3000")
    assert times == ["2024-01-01 00:00:00", None, None, None]
    assert (found.n_missing, found.n_unfit) == (3, 0)


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-01-01T00:00:00Z", "2024-01-01 00:00:00"],
        ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "2024-01-01 00:00:00"],
        ["2024-01-01 00:00:00", "2024-01-01 00:00:00", "2024-01-01T00:00:00+08:00"],
        [*["2024-01-01 00:00:00"] * 2000, "2024-01-01T00:00:00+08:00"],
    ],
)
def test_times_with_and_without_an_offset_are_not_mixed(read, texts):
    with pytest.raises(ExportError, match=r"'time' mixes times with and without an offset\n  1 value differs"):
        read(*texts)


def test_different_offsets_in_one_column_are_each_applied(read):
    _, times = read("2024-01-01T12:00:00Z", "2024-01-01T12:00:00+08:00", "2024-01-01T12:00:00-0500")
    assert times == ["2024-01-01 12:00:00", "2024-01-01 04:00:00", "2024-01-01 17:00:00"]


@pytest.mark.parametrize(
    "text", ["soon", "昨天 09:00", "15356.585", "80001", "170964740", "14:03", "2024-03-05 14:03 PST"]
)
def test_a_column_that_holds_no_times_is_an_error_with_examples(read, text):
    with pytest.raises(ExportError, match="the times in 'time' cannot be read") as caught:
        read(text, text)
    (fault,) = caught.value.faults
    assert fault.facts.en == f"for example: {text!r}"
    assert "date_format:" in fault.hint.en


@pytest.mark.parametrize(
    ("declared", "texts", "times"),
    [
        ("%d/%m/%Y", ["3/5/2024"], ["2024-05-03 00:00:00"]),
        ("%m/%d/%Y", ["3/5/2024", "13/5/2024"], ["2024-03-05 00:00:00", None]),
        ("%d %b %Y %H:%M %z", ["5 Mar 2024 14:03 +0800"], ["2024-03-05 06:03:00"]),
        ("%H:%M on %Y-%m-%d", ["14:03 on 2024-03-05", None], ["2024-03-05 14:03:00", None]),
        ("%d/%m/%Y", [None, ""], [None, None]),
    ],
)
def test_a_declared_format_is_taken_whatever_else_would_fit(read, declared, texts, times):
    assert read(*texts, declared=declared)[1] == times


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ("%d.%m.%Y", "no value of 'time' fits %d.%m.%Y"),
        ("%Q", "date_format '%Q' is no strptime pattern"),
        ("", "date_format '' is no strptime pattern"),
    ],
)
def test_a_declared_format_that_does_not_fit_is_an_error(read, declared, fault):
    with pytest.raises(ExportError, match=fault):
        read("3/5/2024", declared=declared)


@pytest.mark.parametrize("n_before", [0, 2000], ids=["at once", "beyond the sample"])
@pytest.mark.parametrize(
    ("text", "time", "kind"),
    [
        ("2024-03-05 24:00:00", "2024-03-06 00:00:00", "midnight"),
        ("2024-12-31 24:00", "2025-01-01 00:00:00", "midnight"),
        ("0000-00-00", None, "zero"),
        ("0000-00-00 00:00:00", None, "zero"),
        ("1900-01-00", None, "zero"),
        ("1970-01-01 00:00:00", None, "zero"),
        ("1970-01-01 08:00:00", None, "zero"),
        ("0", None, "zero"),
    ],
)
def test_midnight_at_the_end_of_a_day_and_zero_dates_are_put_right_and_counted(read, text, time, kind, n_before):
    found, times = read(*["2024-03-05 14:03:22"] * n_before, text, "2024-03-05 14:03:22", text)
    assert times[n_before:] == [time, "2024-03-05 14:03:22", time]
    assert (found.nothing if kind == "zero" else found.repaired) == {text if kind == "zero" else kind: 2}
    assert (found.n_unfit, found.n_missing) == (0, 2 if kind == "zero" else 0)


@pytest.mark.parametrize(
    "text", ["2024-03-05 24:01", "2024-02-30 24:00", "1970-01-01 00:00:01", "10", "2024-03-05 下午14:03"]
)
def test_what_only_looks_like_it_is_not_put_right(read, text):
    found, times = read("2024-03-05 09:00", "2024-03-05 14:03", text)
    assert (found.repaired, found.nothing) == ({}, {})
    assert times[2] == ("1970-01-01 00:00:01" if text.startswith("1970") else None)


@pytest.mark.parametrize(
    ("texts", "times"),
    [
        (["1709647402", "0", "1709647402"], ["2024-03-05 14:03:22", None, "2024-03-05 14:03:22"]),
        (["0", "1709647402000"], [None, "2024-03-05 14:03:22"]),
        (["0", "0"], [None, None]),
    ],
)
def test_zero_in_a_column_of_epochs_is_not_given(read, texts, times):
    found, read_as = read(*texts)
    assert (read_as, found.nothing) == (times, {"0": times.count(None)})


def test_seconds_and_milliseconds_are_not_mixed(read):
    with pytest.raises(ExportError, match=r"export\.csv:2: 'time' mixes seconds \(10 digits\) and milliseconds"):
        read("1709647402", "1709647402", "1709647402000")


MIX = ["2024-03-05 14:03:00", "45356.585", "2024年3月5日 14:03"]


def test_real_times_serials_and_one_text_format_are_read_together_where_cells_have_types(read):
    found, times = read(*MIX, typed_cells=True)
    assert times == ["2024-03-05 14:03:00", "2024-03-05 14:02:24", "2024-03-05 14:03:00"]
    assert sorted(found.mix.values()) == [1, 1, 1]


@pytest.mark.parametrize("typed", [True, False])
def test_two_text_formats_in_one_column_are_an_error_with_shares_and_rows(read, typed):
    texts = [*["2024/03/05 14:03"] * 3, "05-03-2024 14:03:22"]
    with pytest.raises(ExportError, match="'time' mixes several formats of time") as caught:
        read(*texts, typed_cells=typed)
    (fault,) = caught.value.faults
    assert fault.facts.en.startswith(
        "YYYY/MM/DD hh:mm:ss: 75.0 %, first in row 0; DD-MM-YYYY hh:mm: 25.0 %, first in row 3"
    )
    assert "date_format:" in fault.hint.zh


def test_a_declared_list_of_formats_reads_both(read):
    found, times = read(
        "2024-03-05 14:03:22", "05-04-2024 14:03:22", declared=["%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H:%M:%S"]
    )
    assert times == ["2024-03-05 14:03:22", "2024-04-05 14:03:22"]
    assert found.n_unfit == 0


@pytest.mark.parametrize(
    ("day", "clock", "time"),
    [
        ("2024-03-05", "14:03", "2024-03-05 14:03"),
        ("2024-03-05 00:00:00", "14:03:22", "2024-03-05 14:03:22"),
        ("2024/3/5", "1899-12-31 14:03:00", "2024/3/5 14:03:00"),
        ("20240305", "140322", "20240305 140322"),
        ("45356", "0.585", "45356.585"),
        ("2024-03-05", None, "2024-03-05"),
        (None, "14:03", None),
    ],
)
def test_a_date_and_a_clock_in_two_cells_make_one_time(bench, day, clock, time):
    bench.con.register("given", pa.table({"d": pa.array([day], pa.string()), "c": pa.array([clock], pa.string())}))
    assert bench.con.execute(f"select {joined_cells('d', 'c')} from given").fetchall() == [(time,)]


@pytest.fixture
def log_of(tmp_path):
    def reading(*times: str) -> Any:
        rows = [f"{i},a,{time}" for i, time in enumerate(times)]
        path = tmp_path / "export.csv"
        path.write_text("\n".join(["case_id,activity,timestamp", *rows]), encoding="utf-8")
        return pm.read_export(path, time_zone="Europe/Amsterdam", language="en")

    return reading


def instants(log) -> list[str]:
    return [str(time) for time in fetch(log.events.order_by("source_row"))["timestamp"]]


def said(log) -> list[str]:
    return [
        note.say("en")
        for note in log.import_report.notes
        if note.code in ("zone_assumed", "zone_given", "doubtful_times")
    ]


def test_a_missing_and_a_double_hour_take_the_earlier_offset_and_are_counted(log_of):
    log = log_of("2024-03-31 02:30", "2024-10-27 02:30", "2024-10-27 03:00", "2024-07-01 12:00")
    assert instants(log) == ["2024-03-31 01:30:00", "2024-10-27 00:30:00", "2024-10-27 02:00:00", "2024-07-01 10:00:00"]
    assert said(log) == [
        "timestamp: no time zone given, read as Europe/Amsterdam",
        "timestamp: 2 times at a clock change (missing or double), taken at the earlier offset",
    ]


def test_written_offsets_are_used_and_said(log_of):
    log = log_of("2024-10-27T02:30:00+02:00", "2024-10-27T02:30:00+01:00")
    assert instants(log) == ["2024-10-27 00:30:00", "2024-10-27 01:30:00"]
    assert said(log) == ["timestamp: converted by the offset written in the file"]


def test_repairs_and_their_counts_are_said(log_of):
    log = log_of("2024-03-05 24:00:00", "2024-03-06 10:00:00", *["2024-03-06 11:00:00"] * 200, "0000-00-00")
    assert instants(log)[:2] == ["2024-03-05 23:00:00", "2024-03-06 09:00:00"]
    assert [note.say("en") for note in log.import_report.warnings] == [
        "timestamp: 1 zeros treated as not given ('0000-00-00' ×1)",
        "timestamp: 1 time at 24:00 read as 00:00 of the next day",
    ]
    assert [(one.reason.en, one.rows) for one in log.import_report.rejections] == [("no Completed", (204,))]


def test_a_list_of_formats_may_be_declared(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("case_id,activity,timestamp\n1,a,2024-03-05\n1,b,06-03-2024\n", encoding="utf-8")
    log = pm.read_export(path, time_zone="UTC", date_format=["%Y-%m-%d", "%d-%m-%Y"])
    assert instants(log) == ["2024-03-05 00:00:00", "2024-03-06 00:00:00"]


# ── no time, nobody ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("n_before", [1, 2000], ids=["at once", "beyond the sample"])
@pytest.mark.parametrize(
    "text",
    ["-", "--", "——", "/", "无", "NULL", "null", r"\N", "(null)", "N/A", "NaT", "暂无", "1900-01-01 00:00:00", "1900-01-01",
     "1899-12-30", "1900/1/0 0:00", "0001-01-01 00:00:00"],
)  # fmt: skip
def test_placeholders_and_zero_dates_are_times_that_are_not_given(read, text, n_before):
    found, times = read(*["2024-03-05 14:03:22"] * n_before, text, "2024-03-06 14:03:22")
    assert (times[-2:], found.n_unfit, found.n_missing) == ([None, "2024-03-06 14:03:22"], 0, 1)
    assert found.nothing == {text: 1}


def test_a_text_that_stands_in_most_unreadable_times_is_offered_as_a_null_value(log_of):
    with pytest.raises(ExportError) as caught:
        log_of("2024-03-05 14:03", *["未接单"] * 5, "soon")
    assert 'null_values: ["未接单"]' in caught.value.say("zh")
    with pytest.raises(ExportError) as caught:
        log_of("未接单", "未接单")
    assert 'null_values: ["未接单"]' in caught.value.say("en")


MILESTONES = "工单编号,受理时间,派单时间,办结时间,处理人\n"


def milestones(folder, rows, **more):
    path = folder / "工单.csv"
    path.write_text(MILESTONES + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return pm.read_export(path, time_zone="UTC", profile="ticket_milestones_zh", **more)


def test_a_stage_that_was_not_reached_may_be_written_as_a_placeholder(tmp_path):
    rows = [
        f"{i},2026-03-02 09:00,{text},1900-01-01 00:00:00,无" for i, text in enumerate(["-", "--", "无", r"\N", "-"])
    ]
    log = milestones(tmp_path, [*rows, "9,2026-03-02 09:00,2026-03-02 10:00,2026-03-02 11:00,王芳"])
    assert (log.n_cases, log.n_events) == (6, 8)
    said_of = [
        note.say("zh") for note in log.import_report.notes if note.code in ("no_time", "zero_times", "no_person")
    ]
    assert said_of == [
        "派单时间：5 个占位符按未填处理（“-” ×2，“--” ×1，“\\N” ×1 …）",
        "办结时间：5 个零值按未填处理（“1900-01-01 00:00:00” ×5）",
    ]


def test_a_placeholder_is_no_person(tmp_path):
    path = tmp_path / "export.csv"
    rows = "".join(
        f"1,a,2024-03-05 0{i}:00,{who}\n" for i, who in enumerate(["王芳", "NULL", "无", "-", r"\N", "NULL"])
    )
    path.write_text("case_id,activity,timestamp,resource\n" + rows, encoding="utf-8")
    log = pm.read_export(path, time_zone="UTC")
    assert log.to_pandas()["resource"].dropna().tolist() == ["王芳"]
    (note,) = (note for note in log.import_report.notes if note.code == "no_person")
    assert note.say("en").startswith("resource: 5 rows name nobody, treated as without a resource ('NULL' ×2")


def test_an_unreadable_time_of_a_stage_is_named_by_its_column(tmp_path):
    rows = [f"{i},2026-03-02 09:00,2026-03-02 10:00,2026-03-02 11:00,王芳" for i in range(200)]
    log = milestones(tmp_path, [*rows, "x,2026-03-02 09:00,2026-03-02 10:00,soon,王芳"])
    (refused,) = log.import_report.rejections
    assert (refused.reason.zh, refused.rows) == ("“办结时间”的时间无法读取", (202,))
    assert log.import_report.columns["timestamp"] == "受理时间 / 派单时间 / 办结时间"


def test_a_row_that_tells_several_events_is_refused_once(tmp_path):
    rows = [f"{i},2026-03-02 09:00,2026-03-02 10:00,2026-03-02 11:00,王芳" for i in range(100)]
    log = milestones(tmp_path, [*rows, ",2026-03-02 09:00,2026-03-02 10:00,soon,王芳"])
    report = log.import_report
    assert [(one.reason.zh, one.n_rows, one.rows) for one in report.rejections] == [("没有案例", 1, (102,))]
    assert (report.n_rejected, report.n_events) == (1, 300)
    assert report.n_rows + report.n_made == report.n_rejected + report.n_set_aside + report.n_events
    with pytest.raises(ExportError, match=r"1 of 2 rows \(50\.0 %\)"):
        milestones(tmp_path, [rows[0], ",2026-03-02 09:00,2026-03-02 10:00,soon,王芳"])


# ── dates only, and how formats are written ───────────────────────────────────────────────────────


def test_dates_without_a_time_of_day_are_said(log_of):
    notes = {note.code: note.say("zh") for note in log_of("2024-03-05", "2024-03-06").import_report.notes}
    assert notes["dates_only"] == "timestamp：只有日期，没有时刻：一天以内的时长和先后看不到"
    assert notes["time_format"] == "timestamp：按“YYYY-MM-DD”读取（例如 2024-03-05）"
    clocks = log_of("2024-03-05 14:03", "2024-03-06").import_report.notes
    assert "dates_only" not in {note.code for note in clocks}


def test_formats_are_named_in_the_language_of_the_reader(log_of):
    zh = {note.code: note.say("zh") for note in log_of("45356.585", "45357.5").import_report.notes}
    assert zh["time_format"] == "timestamp：按“电子表格日期序号”读取（例如 45356.585）"


@pytest.mark.parametrize(
    "declared", ["DD/MM/YYYY hh:mm", "DD/MM/YYYY", "dd/mm/yyyy HH:mm:ss", ["MM/DD/YY hh:mm", "DD/MM/YYYY hh:mm"]]
)
def test_a_format_may_be_declared_in_the_notation_in_which_it_is_shown(read, declared):
    assert read("3/5/2024 14:03", declared=declared)[1] == ["2024-05-03 14:03:00"]


def test_a_column_without_any_time_is_said_to_be_written_in_no_format(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        "case_id,activity,timestamp,start\n1,a,2024-03-05 14:03,\n1,b,2024-03-06 14:03,-\n", encoding="utf-8"
    )
    notes = pm.read_export(path, time_zone="UTC").import_report.notes
    assert [note.facts["column"] for note in notes if note.code == "time_format"] == ["timestamp"]


@pytest.mark.parametrize("name", ["activity", "timestamp", "start", "enabled"])
def test_a_stage_may_not_be_mapped_as_something_else(tmp_path, name):
    rows = ["1,2026-03-02 09:00,2026-03-02 10:00,2026-03-02 11:00,王芳"]
    with pytest.raises(ExportError) as caught:
        milestones(tmp_path, rows, columns={name: "派单时间"})
    assert f"一行一案例的格式（ticket_milestones_zh）不能映射 {name}: 派单时间" in caught.value.say("zh")
    assert milestones(tmp_path, rows, columns={"case_id": "工单编号", "start": None}).n_events == 3
