"""The account of an import: every row is refused, set aside, joined or an event, and nothing is silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_exports import column, notes

from procmine.core.log.engine import workbench
from procmine.core.log.import_report import ImportReport
from procmine.core.text.errors import ExportError
from procmine.reading.assembly import reading_report as quality
from procmine.reading.assembly.reader import read_log
from procmine.reading.files.source import ExportFile, ReadingPlan, Source

# ── refused rows ──────────────────────────────────────────────────────────────────────────────

SPOILT = (
    ",open,2026-07-01,",
    "c, ,2026-07-01,",
    "c,open,,",
    "c,open,soon,",
    "c,open",
    "c,open,32.1.2026,",
    "c,a,2026-07-01,",
)


def test_refused_rows_are_counted_by_reason_with_their_numbers_and_an_example(read):
    report = read(*SPOILT, max_rejected=0.9).import_report
    assert [(r.reason.en, r.n_rows, r.rows, r.example) for r in report.rejections] == [
        ("fewer cells than the header has", 1, (6,), "c,open"),
        ("no Activity", 1, (3,), ""),
        ("no Case", 1, (2,), ""),
        ("no Completed", 1, (4,), ""),
        ("the time in 'timestamp' cannot be read", 2, (5, 7), "soon"),
    ]
    assert (report.n_rows, report.n_rejected, report.n_events) == (7, 6, 1)


def test_too_many_refused_rows_are_an_error_with_the_reasons_and_an_example(read):
    with pytest.raises(ExportError) as caught:
        read(*SPOILT)
    first, *reasons = caught.value.faults
    assert (first.place, first.fault.en) == ("export.csv", "6 of 7 rows (85.7 %) cannot be read")
    assert first.hint.en == "mend the export, or raise max_rejected: in project.yml (now 1.0 %)"
    assert [(fault.place, fault.fault.en, fault.facts) for fault in reasons] == [
        ("export.csv:6", "fewer cells than the header has ×1", "'c,open'"),
        ("export.csv:3", "no Activity ×1", ""),
        ("export.csv:2", "no Case ×1", ""),
        ("export.csv:4", "no Completed ×1", ""),
        ("export.csv:5", "the time in 'timestamp' cannot be read ×2", "'soon'"),
    ]


@pytest.mark.parametrize(("max_rejected", "allowed"), [(0.01, True), (0.009, False), (0, False)])
def test_the_share_of_refused_rows_may_reach_the_limit(read, max_rejected, allowed):
    rows = [*["c,a,2026-07-01,"] * 99, ",a,2026-07-01,"]
    if allowed:
        assert read(*rows, max_rejected=max_rejected).n_events == 99
    else:
        with pytest.raises(ExportError, match="1 of 100 rows"):
            read(*rows, max_rejected=max_rejected)


def test_a_log_without_any_row_left_is_an_error_whatever_the_limit(read):
    with pytest.raises(ExportError, match="1 of 1 row"):
        read(",a,2026-07-01,", max_rejected=1)


def test_unreadable_starts_are_not_given_and_counted(read):
    log = read(
        "c,a,2026-07-01 10:00,2026-07-01 09:00", "c,b,2026-07-01 11:00,soon", header="case_id,activity,timestamp,start"
    )
    assert column(log, "start") == [datetime(2026, 7, 1, 9), None]
    assert notes(log, "unreadable_times") == ["start: 1 value unreadable, treated as not given (for example soon)"]


@pytest.mark.parametrize("order", ["x", "2.5", " ", "99999999999999999999"])
def test_a_sequence_that_is_no_whole_number_is_an_error(read, order):
    rows = ["c,a,2026-07-01,1", "c,a,2026-07-01,2.0", "c,a,2026-07-01,", f"c,a,2026-07-01,{order}"]
    with pytest.raises(ExportError, match="the sequence 'n' holds more than whole numbers\n  1 value is not"):
        read(*rows, header="case_id,activity,timestamp,n", source={"columns": {"sequence": "n"}})


_cells = st.tuples(
    st.sampled_from(["c1", "c2", "", " "]),
    st.sampled_from(["a", "b", "", "\u3000"]),
    st.sampled_from(["2026-07-01 09:00", "2026-07-01 10:00", "", "soon"]),
    st.sampled_from(["start", "complete", "schedule", ""]),
).map(",".join)
_lines = st.lists(_cells | st.sampled_from(["", ",,,", "c1,a", 'c1,"a,2026-07-01,']), max_size=15)


@settings(max_examples=20, deadline=None)
@given(_lines)
def test_every_row_is_refused_set_aside_joined_or_an_event(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("rows") / "export.csv"
    path.write_text("\n".join(["case_id,activity,timestamp,lifecycle", *lines, "c,a,2026-07-01,complete"]), "utf-8")
    report = read_log(
        [(Source(path=""), ExportFile.at(path))], ReadingPlan(time_zone="UTC", max_rejected=1), name=""
    ).import_report
    assert report.n_rows == report.n_rejected + report.n_set_aside + report.n_starts + report.n_events
    assert report.n_rows == len([line for line in lines if line.strip(", ")]) + 1


# ── what the import checks say ────────────────────────────────────────────────────────────────


def test_ties_and_copies_are_counted_and_kept(read):
    rows = ["c,a,2026-07-01 09:00,x", "c,a,2026-07-01 09:00,x", "c,a,2026-07-01 09:00,y", "d,a,2026-07-01 09:00,x"]
    log = read(*rows)
    assert log.n_events == 4
    assert notes(log, "ties", "duplicates") == [
        "2 events have the time of the one before in the same case, ordered by their place in the file",
        "1 event repeats the one before in the same case exactly, kept",
    ]


def test_a_mapped_sequence_orders_events_of_equal_time(read):
    rows = ["c,last,2026-07-01,10", "c,first,2026-07-01,9"]
    log = read(*rows, header="case_id,activity,timestamp,n", source={"columns": {"sequence": "n"}})
    assert log.events.order_by("position").activity.to_pyarrow().to_pylist() == ["first", "last"]
    assert notes(log, "ties") == ["1 event has the time of the one before in the same case, ordered by 'n'"]


def test_events_of_the_future_are_kept_and_are_not_the_cutoff(read):
    future = datetime.now(UTC) + timedelta(days=3)
    log = read("c,a,2026-01-01 09:00,", f"c,b,{future:%Y-%m-%d %H:%M},")
    assert log.n_events == 2
    assert log.cutoff == datetime(2026, 1, 1, 9)
    assert notes(log, "future") == ["1 event lies after the moment of import; kept, but not used as the cut-off"]


def test_the_future_begins_a_day_after_the_moment_of_import(tmp_path):
    with workbench() as bench:
        bench.con.execute(
            f"copy (select timestamp '2026-07-02 12:00' as timestamp) to '{tmp_path}/e.parquet' (format parquet)"
        )
        at = {
            clock: quality.cutoff_and_future(bench, tmp_path / "e.parquet", datetime(2026, 7, 1, clock))[0]
            for clock in (11, 12)
        }
    assert at == {11: None, 12: datetime(2026, 7, 2, 12)}


def test_events_that_start_after_they_end_are_said(read):
    log = read("c,a,2026-07-01,2026-07-02", header="case_id,activity,timestamp,start")
    assert notes(log, "start_after_end") == ["1 event starts after the end, kept"]


def test_the_report_survives_being_saved(read, tmp_path):
    report = read(*SPOILT, max_rejected=0.9).import_report
    report.save(tmp_path / "import.json")
    assert ImportReport.open(tmp_path / "import.json") == report
