"""A log is read once: the cache is named by the content of the exports and by all that shapes their reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from procmine.core.log.import_report import ImportReport
from procmine.core.log.states import States
from procmine.reading.assembly import importing, reader
from procmine.reading.assembly.reader import read_log
from procmine.reading.files.source import ExportFile, ReadingPlan, Source

HEADER = "case_id,activity,timestamp,resource"
ROWS = ("c1,open,2026-07-01 09:00,Ann", "c1,close,2026-07-01 10:00,bot", "c2,open,2026-07-01 11:00,")


class Imported(Exception):  # noqa: N818
    """Raised instead of importing."""


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """Read ROWS into a cache; from then on an import raises `Imported`, and `again` reads anew."""
    path, cache = tmp_path / "export.csv", tmp_path / "cache"
    path.write_text("\n".join([HEADER, *ROWS]), encoding="utf-8")

    def again(source: Source | None = None, **plan: Any) -> Any:
        files = [(source or Source(path="export.csv"), ExportFile.at(path))]
        return read_log(files, ReadingPlan(**{"time_zone": "UTC", **plan}), name="test", cache=cache)

    def refuse(*_: Any) -> ImportReport:
        raise Imported

    again()
    monkeypatch.setattr(reader, "import_exports", refuse)
    return again


def test_a_second_read_opens_the_cache(cached, tmp_path):
    log = cached()
    assert (log.n_events, log.import_report.n_rows) == (3, 3)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [reader.cache_key(*_files(tmp_path))]


def _files(tmp_path: Path) -> tuple[Any, ReadingPlan]:
    return [(Source(path="export.csv"), ExportFile.at(tmp_path / "export.csv"))], ReadingPlan(time_zone="UTC")


def test_where_the_pattern_is_written_does_not_shape_the_log(cached):
    assert cached(Source(path="*.csv")).n_events == 3


@pytest.mark.parametrize(
    ("source", "plan"),
    [
        (Source(path="export.csv", columns={"resource": None}), {}),
        (Source(path="export.csv", null_values=["bot"]), {}),
        (None, {"time_zone": "Asia/Shanghai"}),
        (None, {"activities": {"start": ["open"]}}),
        (None, {"attributes": {"who": "resource"}}),
        (None, {"system_actors": ["bot"]}),
        (None, {"states": States(closed=["close"])}),
        (None, {"max_rejected": 0.5}),
    ],
)
def test_another_mapping_or_plan_imports_again(cached, source, plan):
    with pytest.raises(Imported):
        cached(source, **plan)


def test_another_reader_imports_again(cached, monkeypatch):
    monkeypatch.setattr(reader, "READER", 10_000)
    with pytest.raises(Imported):
        cached()


def test_another_content_imports_again(cached, tmp_path):
    with (tmp_path / "export.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(Imported):
        cached()


def test_an_interrupted_import_leaves_nothing_behind(tmp_path, monkeypatch):
    (tmp_path / "export.csv").write_text("\n".join([HEADER, *ROWS]), encoding="utf-8")
    files, plan = _files(tmp_path)

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing.quality, "built_notes", stop)
    with pytest.raises(KeyboardInterrupt):
        read_log(files, plan, name="test", cache=tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
    monkeypatch.undo()
    assert read_log(files, plan, name="test", cache=tmp_path / "cache").n_events == 3


def test_the_cache_keeps_the_newest_logs(tmp_path):
    for i in range(7):
        (tmp_path / "export.csv").write_text("\n".join([HEADER, f"c{i},a,2026-07-01,"]), encoding="utf-8")
        files, plan = _files(tmp_path)
        read_log(files, plan, name="test", cache=tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 5
    assert (tmp_path / "cache" / reader.cache_key(files, plan)).exists()
