"""Whatever a file holds: a log or a clear error, never anything else, and never an endless wait."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import procmine as pm
from procmine.core.text.errors import ProcmineError

ROWS = [
    ("工单编号", "处理环节", "处理时间", "备注"),
    *(
        (f"SR-{n:03}", activity, f"2026-03-{day:02} 0{hour}:30:00", 'a,"b"\n第二行' if n == 2 else "合计")
        for n in range(1, 5)
        for day, hour, activity in ((2 + n, 8, "受理"), (3 + n, 9, "处理"), (5 + n, 7, "关闭"))
    ),
]
COLUMNS = {"case_id": "工单编号", "activity": "处理环节", "timestamp": "处理时间"}


def csv_bytes(encoding, delimiter=","):
    return pd.DataFrame(ROWS[1:], columns=ROWS[0]).to_csv(index=False, sep=delimiter).encode(encoding)


def xlsx_bytes():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def html_bytes():
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    return f"<html><body><table>{rows}</table></body></html>".encode("gbk")


def xes_bytes():
    events = "".join(
        f'<trace><string key="concept:name" value="{case}"/><event><string key="concept:name" value="{activity}"/>'
        f'<date key="time:timestamp" value="{time.replace(" ", "T")}+08:00"/></event></trace>'
        for case, activity, time, _ in ROWS[1:]
    )
    return f'<?xml version="1.0"?><log>{events}</log>'.encode()


def parquet_bytes():
    return pd.DataFrame(ROWS[1:], columns=ROWS[0]).to_parquet()


def zip_bytes():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("三月.csv", csv_bytes("utf-8"))
    return buffer.getvalue()


SEEDS = {
    "utf-8": csv_bytes("utf-8"),
    "gbk": csv_bytes("gbk"),
    "utf-16": csv_bytes("utf-16", "\t"),
    "gzip": gzip.compress(csv_bytes("utf-8"), mtime=0),
    "xlsx": xlsx_bytes(),
    "html": html_bytes(),
    "xes": xes_bytes(),
    "parquet": parquet_bytes(),
    "zip": zip_bytes(),
    "json": json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]], ensure_ascii=False).encode(),
}

many = settings(
    max_examples=40,
    deadline=20_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def log_or_error(folder, content, name="export.csv"):
    path = folder / name
    path.write_bytes(content)
    faults = []
    try:
        log = pm.read_export(path, time_zone="Asia/Shanghai", columns=COLUMNS, language="en")
    except ProcmineError as error:
        faults = [error.say("en").strip(), error.say("zh").strip()]
    if faults:
        assert all(faults)
        return
    report = log.import_report
    assert report.n_rows + report.n_made == report.n_rejected + report.n_set_aside + report.n_starts + report.n_events


@pytest.mark.parametrize("kind", SEEDS)
def test_what_is_damaged_here_is_readable_whole(tmp_path, kind):
    columns = {"xes": None}.get(kind, COLUMNS)
    (tmp_path / "export").write_bytes(SEEDS[kind])
    log = pm.read_export(tmp_path / "export", time_zone="Asia/Shanghai", columns=columns)
    assert (log.n_cases, log.n_events) == (4, 12)


@pytest.mark.parametrize("kind", SEEDS)
@many
@given(data=st.data())
def test_damaged_files(tmp_path, kind, data):
    content = bytearray(SEEDS[kind])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    end = data.draw(st.integers(1, len(content)) | st.just(len(content)))
    log_or_error(tmp_path, bytes(content[:end]))


@many
@given(st.binary(min_size=1, max_size=3000))
def test_random_bytes(tmp_path, content):
    log_or_error(tmp_path, content)


cells = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    [
        "",
        "2026-03-02 09:00",
        "2026/3/2",
        "13/1/2024",
        "45356.585",
        "1709604180",
        "0",
        "合计",
        "受理",
        '"',
        "=1+1",
        "\t",
        "'007",
    ]
)


@many
@given(
    st.lists(st.lists(cells, min_size=1, max_size=5), max_size=30),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5", "cp1252"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_random_cells_in_random_encodings(tmp_path, rows, encoding, delimiter, end):
    lines = [delimiter.join(ROWS[0]), *(delimiter.join(row) for row in rows)]
    log_or_error(tmp_path, end.join(lines).encode(encoding, "ignore"))


@many
@given(st.lists(st.lists(cells | st.floats() | st.booleans() | st.none(), min_size=3, max_size=4), max_size=20))
def test_random_cells_in_workbooks(tmp_path, rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"nan_inf_to_errors": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([ROWS[0], *rows]):
            sheet.write_row(number, 0, row)
    log_or_error(tmp_path, buffer.getvalue())
