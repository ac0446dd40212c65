"""Parquet exports: types are taken as they are; times become universal time like everywhere else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import procmine as pm
from procmine.core.text.errors import ExportError

NOON, EVENING = datetime(2026, 7, 1, 12), datetime(2026, 7, 1, 18)
IDS = {"case_id": ["a", "a"], "activity": ["open", "close"]}
NAIVE = pa.array([NOON, EVENING], pa.timestamp("us"))


@pytest.fixture
def read(tmp_path):
    """Columns → the log; times without a zone are local times of Shanghai."""

    def reading(columns: dict[str, Any], **source: Any) -> Any:
        pq.write_table(pa.table(columns), tmp_path / "export.parquet")
        return pm.read_export(tmp_path / "export.parquet", time_zone="Asia/Shanghai", language="en", **source)

    return reading


def column(log, name: str) -> list[Any]:
    table = log.events if name in log.events.columns else log.events.join(log.cases, "case_index")
    return table.order_by("source_row")[name].to_pyarrow().to_pylist()


@pytest.mark.parametrize(
    ("times", "first", "note"),
    [
        (NAIVE, datetime(2026, 7, 1, 4), "timestamp: no time zone given, read as Asia/Shanghai"),
        (
            NAIVE.cast(pa.timestamp("ns")),
            datetime(2026, 7, 1, 4),
            "timestamp: no time zone given, read as Asia/Shanghai",
        ),
        (
            NAIVE.cast(pa.timestamp("s")),
            datetime(2026, 7, 1, 4),
            "timestamp: no time zone given, read as Asia/Shanghai",
        ),
        (NAIVE.cast(pa.timestamp("us", "UTC")), NOON, "timestamp: converted by the offset written in the file"),
        (
            pa.array([NOON, EVENING], pa.timestamp("ms", "Europe/Amsterdam")),
            NOON,
            "timestamp: converted by the offset written in the file",
        ),
        (
            pa.array([date(2026, 7, 1), date(2026, 7, 2)]),
            datetime(2026, 6, 30, 16),
            "timestamp: no time zone given, read as Asia/Shanghai",
        ),
        (
            pa.array(["2026-07-01 12:00", "2026-07-01 18:00"]),
            datetime(2026, 7, 1, 4),
            "timestamp: read as YYYY-MM-DD hh:mm:ss (for example 2026-07-01 12:00)",
        ),
    ],
    ids=["naive", "nanoseconds", "seconds", "aware", "aware elsewhere", "dates", "texts"],
)
def test_times_become_universal_time(read, times, first, note):
    log = read({**IDS, "timestamp": times})
    assert column(log, "timestamp")[0] == first
    assert note in [note.say("en") for note in log.import_report.notes]


def test_attributes_keep_their_types_and_nested_ones_become_text(read):
    log = read(
        {
            **IDS,
            "timestamp": NAIVE,
            "number": [1, 2],
            "amount": [1.5, None],
            "ok": [True, False],
            "tags": [["x", "y"], []],
            "place": [{"city": "上海"}, None],
            "due": [NOON, EVENING],
            "seen": NAIVE.cast(pa.timestamp("us", "UTC")),
            "channel": ["邮件", "邮件"],
        }
    )
    assert log.event_attributes == ["number", "amount", "ok", "tags", "place", "due", "seen"]
    assert log.case_attributes == ["channel"]
    assert column(log, "number") == [1, 2]
    assert column(log, "amount") == [1.5, None]
    assert column(log, "ok") == [True, False]
    assert column(log, "tags") == ["[x, y]", "[]"]
    assert column(log, "place") == ["{'city': 上海}", None]
    assert column(log, "due") == [datetime(2026, 7, 1, 4), datetime(2026, 7, 1, 10)]
    assert column(log, "seen") == [NOON, EVENING]


@pytest.mark.parametrize(
    ("ids", "texts"),
    [
        ([7, 8], ["7", "8"]),
        ([7.0, 2.5], ["7", "2.5"]),
        (pa.array([2**63, 1], pa.uint64()), ["9223372036854775808", "1"]),
        (pa.array(["007", "007"]).dictionary_encode(), ["007", "007"]),
    ],
    ids=["integers", "floats", "large integers", "dictionary"],
)
def test_case_ids_become_text(read, ids, texts):
    log = read({"case_id": ids, "activity": ["open", "close"], "timestamp": NAIVE})
    assert column(log, "case_id") == texts


def test_float_case_ids_beyond_their_precision_are_refused(read):
    with pytest.raises(ExportError, match="became numbers and lost their last digits\n  1 row"):
        read({"case_id": [1.0, 2.0**53], "activity": ["open", "close"], "timestamp": NAIVE})


def test_rows_are_counted_from_one(read):
    with pytest.raises(ExportError, match=r"export\.parquet:2: no Activity ×1"):
        read({"case_id": ["a", "b"], "activity": ["open", " "], "timestamp": NAIVE})


@pytest.mark.parametrize(
    ("times", "fault"),
    [
        ([1, 2], "the times in 'timestamp' cannot be read"),
        ([1.5, 2.5], "the times in 'timestamp' cannot be read"),
        (pa.array([None, None], pa.timestamp("us")), "no Completed ×2"),
    ],
)
def test_a_column_without_times_is_an_error(read, times, fault):
    with pytest.raises(ExportError, match=fault):
        read({**IDS, "timestamp": times})


def test_no_rows_are_an_error(read):
    with pytest.raises(ExportError, match="there is a header and no rows"):
        read({"case_id": pa.array([], pa.string()), "activity": pa.array([], pa.string()), "timestamp": NAIVE[:0]})


@pytest.mark.parametrize("keep", [4, 100, -1, -8, -200])
def test_a_cut_off_file_is_an_error(tmp_path, keep):
    pq.write_table(pa.table({**IDS, "timestamp": NAIVE}), tmp_path / "whole.parquet")
    (tmp_path / "export.parquet").write_bytes((tmp_path / "whole.parquet").read_bytes()[:keep])
    with pytest.raises(ExportError, match=r"export\.parquet: the file is cut off"):
        pm.read_export(tmp_path / "export.parquet", time_zone="UTC")


def test_a_damaged_footer_is_an_error(tmp_path):
    pq.write_table(pa.table({**IDS, "timestamp": NAIVE}), tmp_path / "whole.parquet")
    content = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "export.parquet").write_bytes(content[:-108] + b"\xff" * 100 + content[-8:])
    with pytest.raises(ExportError, match=r"export\.parquet: the file is cut off"):
        pm.read_export(tmp_path / "export.parquet", time_zone="UTC")
