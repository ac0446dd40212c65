"""XES logs: attributes of every kind, start and complete events, and files that are not what they should be."""

from __future__ import annotations

import gzip
from datetime import datetime
from typing import Any

import pytest
from conftest import SHARED, shared_file

import procmine as pm
from procmine.core.log.engine import workbench
from procmine.core.text.errors import ExportError
from procmine.reading.assembly.importing import read_raw
from procmine.reading.files.source import ExportFile, Source
from procmine.reading.records import xes

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/">\n'
CASE = '<string key="concept:name" value="c1"/>'


def event(name: str, clock: str, *attributes: str) -> str:
    """An event on the first of July: `10:00` is universal time, anything longer stands as it is."""
    time = f"2026-07-01T{clock}:00Z" if len(clock) == 5 else f"2026-07-01T{clock}"
    named = f'<string key="concept:name" value="{name}"/><date key="time:timestamp" value="{time}"/>'
    return f"<event>{named}{''.join(attributes)}</event>"


def document(*traces: str) -> str:
    return HEAD + "\n".join(f"<trace>{trace}</trace>" for trace in traces) + "\n</log>"


@pytest.fixture
def raw(tmp_path):
    """A document → its columns, each with its values row by row, and the notes."""

    def reading(text: str | bytes) -> tuple[dict[str, list[Any]], list[str]]:
        (tmp_path / "log.xes").write_bytes(text.encode() if isinstance(text, str) else text)
        with workbench() as bench:
            found = read_raw(bench, Source(path=""), ExportFile.at(tmp_path / "log.xes"), 0)
            values = bench.con.execute(f"select * from {found.relation} order by source_row").fetchall()
        columns = [list(cells) for cells in zip(*values, strict=True)]
        return dict(zip([*found.columns, "source_row"], columns, strict=True)), [note.say("en") for note in found.notes]

    return reading


@pytest.fixture
def read(tmp_path):
    def reading(text: str, **options: Any) -> Any:
        (tmp_path / "log.xes").write_text(text, encoding="utf-8")
        return pm.read_export(tmp_path / "log.xes", time_zone="Asia/Shanghai", language="en", **options)

    return reading


def rows(log, *columns: str) -> list[tuple[Any, ...]]:
    table = log.events.order_by("source_row").select(*columns).to_pyarrow().to_pylist()
    return [tuple(row.values()) for row in table]


def notes(log) -> list[str]:
    return [note.say("en") for note in log.import_report.notes]


# ── attributes ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("attribute", "columns"),
    [
        ('<string key="k" value="张三"/>', {"k": ["张三"]}),
        ('<int key="k" value="-7"/>', {"k": [-7]}),
        ('<float key="k" value="1.5"/>', {"k": [1.5]}),
        ('<boolean key="k" value="True"/>', {"k": [True]}),
        ('<id key="k" value="ab-1"/>', {"k": ["ab-1"]}),
        ('<date key="k" value="2026-07-02"/>', {"k": ["2026-07-02"]}),
        ('<int key="k" value="many"/>', {"k": ["many"]}),
        ('<int key="k" value="18446744073709551616"/>', {"k": ["18446744073709551616"]}),
        ('<boolean key="k" value="maybe"/>', {"k": ["maybe"]}),
        ('<string key="k" value="x"><int key="n" value="1"/></string>', {"k": ["x"], "k.n": [1]}),
        (
            '<string key="k" value="x"><string key="m" value="y"><int key="n" value="1"/></string></string>',
            {"k": ["x"], "k.m": ["y"], "k.m.n": [1]},
        ),
        ('<list key="k"/>', {"k": ["[]"]}),
        ('<container key="k"><int key="n" value="1"/></container>', {"k": ['[{"key": "n", "value": "1"}]']}),
        ("<!-- no attribute --><?nor this?>", {}),
    ],
)
def test_an_attribute_is_read_by_its_kind(raw, attribute, columns):
    found, _ = raw(document(CASE + event("A", "10:00", attribute)))
    usual = {"concept:name": ["A"], "time:timestamp": ["2026-07-01T10:00:00Z"], "case:concept:name": ["c1"]}
    assert found == {**usual, **columns, "source_row": [1]}


@pytest.mark.parametrize(
    ("attributes", "note"),
    [
        (
            '<string key="k" value="1"/><string key="k" value="2"/>',
            "log.xes: 1 attribute repeats a key; the first is kept",
        ),
        ('<string key="k" value="1"/><string value="2"/>', "log.xes: 1 attribute without a key or a value left out"),
        ('<string key="k" value="1"/><string key="m"/>', "log.xes: 1 attribute without a key or a value left out"),
        (
            '<string key="k" value="1"/><string key="" value="2"/>',
            "log.xes: 1 attribute without a key or a value left out",
        ),
    ],
    ids=["repeated key", "no key", "no value", "empty key"],
)
def test_attributes_that_cannot_be_taken_are_counted(raw, attributes, note):
    found, said = raw(document(CASE + event("A", "10:00", attributes)))
    assert found["k"] == ["1"]
    assert set(found) == {"concept:name", "time:timestamp", "case:concept:name", "k", "source_row"}
    assert said == [note]


def test_attributes_of_a_case_may_follow_its_events(raw):
    found, _ = raw(
        document(event("A", "10:00") + event("B", "11:00") + CASE, '<string key="x" value="1"/>' + event("C", "09:00"))
    )
    assert found["case:concept:name"] == ["c1", "c1", None]
    assert found["case:x"] == [None, None, "1"]


def test_events_outside_of_a_case_are_counted(raw):
    text = document(CASE + event("A", "10:00")).replace("</log>", event("stray", "11:00") + "</log>")
    found, said = raw(text)
    assert found["concept:name"] == ["A"]
    assert said == ["log.xes: 1 event outside of any case left out"]


@pytest.mark.parametrize("per_part", [1, 2, 50_000])
def test_a_column_of_several_types_becomes_text_wherever_the_parts_are_cut(raw, monkeypatch, per_part):
    monkeypatch.setattr(xes, "_ROWS_PER_PART", per_part)
    found, _ = raw(
        document(
            '<string key="concept:name" value="c1"/>'
            + event("A", "10:00", '<int key="k" value="1"/><int key="n" value="1"/>'),
            '<string key="concept:name" value="c2"/>' + event("A", "10:00", '<string key="k" value="x"/>'),
            '<string key="concept:name" value="c3"/>'
            + event("A", "10:00", '<float key="n" value="2.5"/><boolean key="k" value="true"/>'),
            '<string key="concept:name" value="c4"/>' + event("A", "10:00", '<int key="late" value="4"/>'),
        )
    )
    assert found["k"] == ["1", "x", "true", None]
    assert found["n"] == [1.0, None, 2.5, None]
    assert found["late"] == [None, None, None, 4]
    assert found["case:concept:name"] == ["c1", "c2", "c3", "c4"]
    assert found["source_row"] == [1, 2, 3, 4]


# ── times ─────────────────────────────────────────────────────────────────────────────────────


def test_every_offset_is_applied(read):
    log = read(document(CASE + event("A", "12:00:00+01:00") + event("B", "12:00") + event("C", "12:00:00.5-05:00")))
    assert rows(log, "timestamp") == [
        (datetime(2026, 7, 1, 11),),
        (datetime(2026, 7, 1, 12),),
        (datetime(2026, 7, 1, 17, 0, 0, 500_000),),
    ]


def test_dates_without_an_offset_are_local_times(read):
    due = '<date key="due" value="2026-07-02T08:00:00"/>'
    log = read(document(CASE + event("A", "12:00:00", due) + event("B", "13:00:00")))
    assert rows(log, "timestamp", "due") == [
        (datetime(2026, 7, 1, 4), datetime(2026, 7, 2, 0)),
        (datetime(2026, 7, 1, 5), None),
    ]
    assert "time:timestamp: no time zone given, read as Asia/Shanghai" in notes(log)


def test_a_date_attribute_that_holds_something_else_stays_text(read):
    dates = ['<date key="due" value="2026-07-02T08:00:00Z"/>', '<date key="due" value="soon"/>']
    log = read(document(CASE + event("A", "12:00", dates[0]) + event("B", "13:00", dates[1])))
    assert rows(log, "due") == [("2026-07-02T08:00:00Z",), ("soon",)]


def test_start_and_complete_events_become_one(read):
    transition = '<string key="lifecycle:transition" value="{}"/>'
    start, complete = (
        event("A", clock, transition.format(kind)) for clock, kind in [("10:00", "start"), ("10:30", "complete")]
    )
    log = read(document(CASE + start + complete))
    assert rows(log, "start", "timestamp") == [(datetime(2026, 7, 1, 10), datetime(2026, 7, 1, 10, 30))]
    assert "lifecycle:transition" not in log.events.columns


# ── files that are not what they should be ────────────────────────────────────────────────────

WHOLE = document(CASE + event("A", "10:00"))
ENTITIES = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY x "boom">]><log><trace/></log>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE log SYSTEM "http://example.com/xes.dtd"><log><trace/></log>'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (ENTITIES, r"a document type \(DOCTYPE\) is not allowed"),
        (OUTSIDE, r"a document type \(DOCTYPE\) is not allowed"),
        (WHOLE.replace('"c1"', '"&x;"'), "this is not well-formed XML"),
        (WHOLE.replace("<event>", "<event><b>"), "log.xes:3: this is not well-formed XML"),
        ("<catalogue/>", "its root element is not <log>"),
        ("<catalogue><log><trace/></log></catalogue>", "its root element is not <log>"),
        (document(), "the log holds no events"),
        (document(CASE), "the log holds no events"),
        (WHOLE[:-3], "the file is cut off"),
        (WHOLE[:-60], "the file is cut off"),
        (WHOLE[:60], "the file is cut off"),
        (gzip.compress(WHOLE.encode())[:-12], "the file is cut off"),
        (gzip.compress(WHOLE[:-60].encode()), "the file is cut off"),
    ],
)
def test_a_file_that_is_no_xes_log_is_an_error(raw, text, fault):
    with pytest.raises(ExportError, match=fault):
        raw(text)


def test_gzip_and_other_encodings_are_read(raw):
    chinese = WHOLE.replace("UTF-8", "gb2312").replace("c1", "张三").encode("gbk")
    assert raw(gzip.compress(chinese))[0]["case:concept:name"] == ["张三"]


def test_every_file_of_the_public_collection_of_spoilt_logs_is_a_clear_error():
    """None of the 71 holds times, so none of them is a log."""
    shared_file("xes_importer")
    files = sorted((SHARED / "xes_importer").glob("*.xes"))
    assert len(files) == 71
    faults = []
    for path in files:
        with pytest.raises(ExportError) as caught:
            pm.read_export(path, time_zone="UTC")
        assert all(fault.place == path.name for fault in caught.value.faults)
        faults.append(caught.value.say("en").splitlines()[0].removeprefix(f"{path.name}: "))
    assert {fault: faults.count(fault) for fault in faults} == {
        "the log holds no events": 57,
        "no event belongs to a case: 1 <event> outside of any <trace>": 5,
        "the column for Case (case_id) is missing": 8,
        "the file is empty (0 bytes)": 1,
    }
