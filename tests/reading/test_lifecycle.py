"""Start and complete events: which completion takes which start, and what is set aside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import procmine as pm
from procmine.core.text.errors import ExportError


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Rows `case,activity,clock,lifecycle,instance,order` of one day → the log."""
    path = tmp_path_factory.mktemp("lifecycle") / "export.csv"

    def reading(*rows: str, **columns: str | None) -> Any:
        dated = [",".join([case, activity, f"2026-07-01 {rest}"]) for case, activity, rest in map(_cut, rows)]
        path.write_text("\n".join(["case_id,activity,timestamp,lifecycle,instance,order", *dated]), encoding="utf-8")
        return pm.read_export(path, time_zone="UTC", language="en", columns=columns)

    return reading


def _cut(row: str) -> list[str]:
    return row.split(",", 2)


def pairs(log) -> list[tuple[str, str | None, str]]:
    """Activity, start and completion of each event, in the order of the file."""
    found = log.events.order_by("source_row").select("activity", "start", "timestamp").to_pyarrow().to_pylist()
    return [(e["activity"], e["start"] and f"{e['start']:%H:%M}", f"{e['timestamp']:%H:%M}") for e in found]


def notes(log) -> list[str]:
    codes = ("lifecycle_other", "lifecycle_paired", "lifecycle_open")
    return [note.say("en") for note in log.import_report.notes if note.code in codes]


@pytest.mark.parametrize(
    ("rows", "events"),
    [
        (["c,A,10:00,start,,", "c,A,10:30,complete,,"], [("A", "10:00", "10:30")]),
        (
            ["c,A,10:00,start,,", "c,A,10:05,start,,", "c,A,10:10,complete,,", "c,A,10:20,complete,,"],
            [("A", "10:00", "10:10"), ("A", "10:05", "10:20")],
        ),
        (
            ["c,A,10:00,start,1,", "c,A,10:05,start,2,", "c,A,10:10,complete,2,", "c,A,10:20,complete,1,"],
            [("A", "10:05", "10:10"), ("A", "10:00", "10:20")],
        ),
        (["c,A,10:30,complete,,", "c,A,10:00,start,,"], [("A", "10:00", "10:30")]),
        (["c,A,10:00,start,,", "c,A,10:00,complete,,"], [("A", "10:00", "10:00")]),
        (["c,A,10:00,START,,", "c,A,10:30, Complete,,"], [("A", "10:00", "10:30")]),
        (["c,A,10:00,start,,", "c,A,10:30,,,"], [("A", "10:00", "10:30")]),
        (["c,A,10:00,start,,", "c,B,10:30,complete,,"], [("B", None, "10:30")]),
        (["c,A,10:00,start,,", "d,A,10:30,complete,,"], [("A", None, "10:30")]),
        (["c,A,10:00,start,1,", "c,A,10:30,complete,2,"], [("A", None, "10:30")]),
        (["c,A,10:30,complete,,", "c,A,10:40,start,,"], [("A", None, "10:30")]),
    ],
    ids=[
        "a pair",
        "first in, first out",
        "by instance",
        "newest first",
        "at once",
        "letter case and blanks",
        "no transition is a completion",
        "another activity",
        "another case",
        "another instance",
        "a start that comes later",
    ],
)
def test_a_completion_takes_its_start(read, rows, events):
    assert pairs(read(*rows)) == events


def test_what_is_no_completed_instance_is_set_aside_and_counted(read):
    log = read(
        "c,A,09:50,schedule,,",
        "c,A,10:00,start,,",
        "c,A,10:30,complete,,",
        "c,A,10:40,start,,",
        "c,B,11:00,suspend,,",
        "c,B,12:00,Suspend,,",
    )
    report = log.import_report
    assert pairs(log) == [("A", "10:00", "10:30")]
    assert (report.n_rows, report.n_rejected, report.n_set_aside, report.n_starts, report.n_events) == (6, 0, 4, 1, 1)
    assert notes(log) == [
        "1 event set aside, no completed activity instance (schedule)",
        "2 events set aside, no completed activity instance (suspend)",
        "1 activity instances paired from a start and a complete event",
        "1 activity started and not completed, set aside",
    ]


def test_a_log_of_completions_alone_has_no_starts(read):
    log = read("c,A,10:00,complete,,", "c,B,11:00,,,")
    assert log.n_events == 2
    assert "start" not in log.events.columns
    assert notes(log) == []


def test_a_start_column_of_its_own_is_not_overwritten(read):
    log = read("c,A,10:00,start,,2026-07-01 09:00", "c,A,10:30,complete,,2026-07-01 09:15", start="order")
    assert pairs(log) == [("A", "09:15", "10:30")]
    assert notes(log) == ["1 activity started and not completed, set aside"]


def test_pairing_leaves_no_columns_of_its_own(read):
    log = read("c,A,10:00,start,,x", "c,A,10:30,complete,,y", "c,A,11:00,complete,,z")
    assert log.event_attributes == ["order"]
    assert log.case_attributes == ["instance"]


def test_a_mapped_sequence_that_repeats_pairs_every_completion_once(read):
    rows = ["c,A,10:00,start,,1", "c,A,10:30,complete,,2", "d,A,11:00,complete,,2"]
    assert pairs(read(*rows, sequence="order")) == [("A", "10:00", "10:30"), ("A", None, "11:00")]


def test_no_completion_at_all_is_an_error(read):
    with pytest.raises(ExportError, match="no event is a completion") as caught:
        read("c,A,10:00,new,,", "c,A,11:00,new,,", "c,A,12:00,start,,")
    (fault,) = caught.value.faults
    assert fault.facts.en == "lifecycle values: new ×2, start ×1"
    assert fault.hint.en.endswith("write lifecycle: ~ under sources: columns:")


def test_a_lifecycle_left_unmapped_is_an_attribute(read):
    log = read("c,A,10:00,new,,", "c,A,11:00,old,,", lifecycle=None)
    assert log.n_events == 2
    assert "lifecycle.2" in log.event_attributes


_rows = st.lists(
    st.tuples(
        st.sampled_from("cd"),
        st.sampled_from("AB"),
        st.sampled_from(["10:00", "10:10", "10:20"]),
        st.sampled_from(["start", "start", "complete", "complete", "schedule"]),
        st.sampled_from(["", "1"]),
    ),
    min_size=1,
    max_size=12,
).filter(lambda rows: any(row[3] == "complete" for row in rows))


def _paired_slowly(rows: list[tuple[str, ...]]) -> dict[int, str | None]:
    """For each completion (by its place): the clock of the earliest start that is still open."""
    started: list[int] = []
    found: dict[int, str | None] = {}
    for i in sorted(range(len(rows)), key=lambda i: (rows[i][2], i)):
        case, activity, _, transition, instance = rows[i]
        if transition == "start":
            started.append(i)
        if transition == "complete":
            same = [j for j in started if (rows[j][0], rows[j][1], rows[j][4]) == (case, activity, instance)]
            found[i] = rows[same[0]][2] if same else None
            started = [j for j in started if j not in same[:1]]
    return found


@settings(max_examples=20, deadline=None)
@given(_rows)
def test_pairs_are_those_of_the_slow_definition_and_every_row_is_accounted_for(read, rows):
    log = read(*(",".join([*row, ""]) for row in rows))
    expected = _paired_slowly(rows)
    report = log.import_report
    assert report.n_rows == len(rows) == report.n_rejected + report.n_set_aside + report.n_starts + report.n_events
    assert report.n_starts == sum(start is not None for start in expected.values())
    if "start" in log.events.columns:
        assert pairs(log) == [(rows[i][1], expected[i], rows[i][2]) for i in sorted(expected)]
