"""Exports in, log out: what the project's names, actors, states and zones do, and several files in one log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from small_exports import HEADER, column, notes

import procmine as pm
from procmine.core.log.states import States
from procmine.core.text.errors import ExportError, SpecError
from procmine.reading.assembly.reader import read_log
from procmine.reading.files.source import ReadingPlan

ROWS = ("c1,open,2026-07-01 09:00,Ann", "c1,close,2026-07-01 10:00,bot", "c2,open,2026-07-01 11:00,")


def test_several_names_of_the_export_mean_one_activity(read):
    rows = ["c,受理,2026-07-01,", "c, 来电受理 ,2026-07-02,", "c,关闭,2026-07-03,", "c,It's,2026-07-04,"]
    log = read(*rows, activities={"接收": ["受理", "来电受理"], "why": ["It's"]})
    assert column(log, "activity") == ["接收", "接收", "关闭", "why"]
    assert notes(log, "aliases_unused") == []


def test_names_that_no_export_shows_are_said(read):
    log = read(*ROWS, activities={"start": ["open", "begin"], "end": ["stop"]}, states=States(closed=["close", "end"]))
    assert notes(log, "aliases_unused") == ["names under activities: that the export never shows: begin, stop"]
    assert notes(log, "states_unused") == ["activities under states: that the export never shows: end"]


def test_system_actors_are_marked_and_unknown_ones_stay_unknown(read):
    assert column(read(*ROWS, system_actors=["bot", "系统"]), "is_system") == [False, True, None]
    assert "is_system" not in read(*ROWS).events.columns


def test_states_come_from_activities_and_from_attributes(read):
    rows = [
        *("c1,open,2026-07-01,,开", "c1,close,2026-07-02,,开"),
        *("c2,open,2026-07-01,,已关闭", "c2,work,2026-07-02,,已关闭"),
        *("c3,close,2026-07-01,,开", "c3,reopen,2026-07-02,,开"),
        "c4,cancel,2026-07-01,,已关闭",
        "c5,open,2026-07-01,,",
    ]
    states = States(closed=["close", {"状态": ["已关闭"]}], cancelled=["cancel"], reopened=["reopen"])
    log = read(*rows, header=f"{HEADER},状态", states=states)
    found = log.cases.order_by("case_id").state.to_pyarrow().to_pylist()
    assert found == ["complete", "complete", "open", "cancelled", "open"]


def test_an_attribute_under_states_that_no_case_has_is_said(read):
    rows = ["c,open,2026-07-01,,开", "c,close,2026-07-02,,关"]
    log = read(*rows, header=f"{HEADER},状态", states=States(closed=[{"状态": ["关"]}], cancelled=[{"原因": ["撤销"]}]))
    assert notes(log, "states_absent") == [
        "attributes under states: that the export lacks or that change within a case, not used: 原因, 状态"
    ]


def test_without_states_nothing_is_known_of_completeness(read):
    assert read(*ROWS).knows_states is False


def test_the_zone_of_a_source_comes_before_the_zone_of_the_project(read):
    log = read("c,a,2026-07-01 12:00,", source={"time_zone": "Asia/Shanghai"}, time_zone="Europe/Amsterdam")
    assert column(log, "timestamp") == [datetime(2026, 7, 1, 4)]
    assert log.zone == "Europe/Amsterdam"


# ── several files ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def read_all(tmp_path):
    """Files by name (a folder may be in it) → one log."""

    def reading(files: dict[str, str], **options: Any) -> Any:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return pm.read_export([tmp_path / name for name in files], time_zone="UTC", language="en", **options)

    return reading


def test_several_files_make_one_log_in_their_order(read_all):
    log = read_all(
        {
            "b.csv": "case_id,activity,timestamp\nc,first,2026-07-01 10:00\n",
            "a.csv": "timestamp;case_id;activity;note\n2026-07-01 10:00;c;second;x\n2026-07-01 09:00;c;zero;y\n",
        }
    )
    events = log.events.order_by("position").to_pyarrow().to_pylist()
    assert [(e["activity"], e["source_file"], e["source_row"], e["note"]) for e in events] == [
        ("zero", "a.csv", 3, "y"),
        ("first", "b.csv", 2, None),
        ("second", "a.csv", 2, "x"),
    ]
    assert [(file.name, file.n_rows) for file in log.import_report.files] == [("b.csv", 1), ("a.csv", 2)]


def test_a_column_of_different_types_in_two_files_becomes_text(read_all):
    csv = "case:concept:name,concept:name,time:timestamp,n\nc,B,2026-07-01T12:00:00Z,many\n"
    event = '<string key="concept:name" value="A"/><date key="time:timestamp" value="2026-07-01T10:00:00Z"/>'
    xes = f'<log><trace><string key="concept:name" value="c"/><event>{event}<int key="n" value="7"/></event></trace></log>'
    log = read_all({"a.xes": xes, "b.csv": csv})
    assert log.events.order_by("position").n.to_pyarrow().to_pylist() == ["7", "many"]


def test_files_of_one_name_in_two_folders_are_kept_apart(read_all):
    rows = "case_id,activity,timestamp,lifecycle,sequence\nc,a,{} 10:00,start,1\nc,a,{} 11:00,complete,2\n"
    log = read_all({"may/x.csv": rows.replace("{}", "2026-05-01"), "june/x.csv": rows.replace("{}", "2026-06-01")})
    assert log.events.order_by("position").start.to_pyarrow().to_pylist() == [
        datetime(2026, 5, 1, 10),
        datetime(2026, 6, 1, 10),
    ]


def test_an_attribute_may_be_in_one_file_only(read_all):
    files = {
        "a.csv": "case_id,activity,timestamp,Channel\na,x,2026-07-01,mail\n",
        "b.csv": "case_id,activity,timestamp\nb,x,2026-07-01\n",
    }
    log = read_all(files, attributes={"channel": "Channel"})
    assert log.cases.order_by("case_id").channel.to_pyarrow().to_pylist() == ["mail", None]


def test_no_file_at_all_is_an_error():
    with pytest.raises(ExportError, match="there is no export to read"):
        read_log([], ReadingPlan(time_zone="UTC"), name="test")


def test_a_zone_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(
        SpecError, match="no time zone is called 'Europe/Amsterdm'\n  hint: did you mean 'Europe/Amsterdam'"
    ):
        pm.read_export(tmp_path / "export.csv", time_zone="Europe/Amsterdm")
