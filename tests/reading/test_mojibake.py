"""UTF-8 that was opened as GBK and saved again: read back for header and values, refused where characters are lost."""

from __future__ import annotations

import pytest

from procmine.core.log.engine import workbench
from procmine.core.text.errors import ExportError
from procmine.reading.files.source import ExportFile, Source
from procmine.reading.text.mojibake import is_scrambled, unscrambled
from procmine.reading.text.text import read_text

TABLE = "工单编号,活动,员工\nSR-1,受理,李四光明\nSR-2,aé,张三\n"
"""All of its Chinese texts have an even number of bytes, so nothing is lost."""


def scrambled(text: str, errors: str = "strict") -> str:
    return text.encode().decode("gbk", errors)


@pytest.fixture
def read(tmp_path):
    def reading(data: bytes):
        path = tmp_path / "export.csv"
        path.write_bytes(data)
        with workbench() as bench:
            raw = read_text(bench, ExportFile.at(path), Source(path=""), 0)
            return raw, bench.con.execute(f"select * from {raw.relation}").fetchall()

    return reading


def test_header_and_values_are_read_back_and_noted(read):
    raw, rows = read(scrambled(TABLE.replace("é", "e")).encode())
    assert list(raw.columns) == ["工单编号", "活动", "员工"]
    assert rows == [("SR-1", "受理", "李四光明", 2), ("SR-2", "ae", "张三", 3)]
    (note,) = [note for note in raw.notes if note.code == "unscrambled"]
    assert note.level == "warning"
    assert note.say("en").endswith("it was read back (columns: 工单编号, 活动, 员工)")


@pytest.mark.parametrize("lost", ["?", "\ufffd"])
@pytest.mark.parametrize(
    ("table", "line"),
    [("工单编号,活动,处理人\nSR-1,受理,张三\n", 1), (TABLE + "SR-3,受理,欧阳锋\n", 4)],
    ids=["header", "value"],
)
def test_lost_characters_are_an_error(read, table, line, lost):
    data = scrambled(table.replace("é", "e"), "replace").replace("\ufffd", lost)
    with pytest.raises(ExportError, match="export again; characters are lost") as caught:
        read(data.encode())
    assert caught.value.faults[0].place == f"export.csv:{line}"


@pytest.mark.parametrize(
    "cell", ["员工", "处理人", "联通", "是否通过?", "審批流程", "José", "Ñandú", "id", "", "時間", "状态？"]
)
def test_a_header_that_means_what_it_says_is_left_alone(cell):
    assert not is_scrambled([cell])
    assert unscrambled(cell) == cell


def test_values_that_are_sound_are_left_alone(read):
    raw, rows = read((scrambled("员工,活动\n张三,") + "正常文本\n").encode())
    assert rows == [("张三", "正常文本", 2)]
    assert list(raw.columns) == ["员工", "活动"]
