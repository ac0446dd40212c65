"""Which files a project reads: next month's, and none that was meant for something else."""

import pandas as pd
import pytest

import procmine as pm
from procmine.core.text.errors import ExportError
from procmine.project.new_project import make_project
from procmine.reading.files.file_names import pattern_of

HEADER = "工单号,处理环节,处理时间,处理人\n"


def month(folder, name, number, case="1"):
    rows = f"{case},受理,2026-{number:02}-02 09:00,王芳\n{case},办结,2026-{number:02}-03 10:00,李强\n"
    (folder / name).write_text(HEADER + rows, encoding="utf-8")
    return folder / name


def made(folder, *exports):
    make_project(folder / "p", exports, time_zone="Asia/Shanghai", language="zh")
    return pm.open_project(folder / "p")


def warnings(log):
    return {note.code: note.say("zh") for note in log.import_report.warnings}


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (["工单流转_2026-01.xlsx"], "工单流转_*.xlsx"),
        (["2026年3月.csv"], "[0-9]*.csv"),
        (["工单2026Q1.csv"], "工单*.csv"),
        (["导出 (1).csv"], "导出*.csv"),
        (["2026-03工单.xlsx"], "*工单.xlsx"),
        (["ticket_v2.csv"], "ticket_v2*.csv"),
        (["[合同]导出.csv"], "[[]合同]导出*.csv"),
        (["log_03.csv", "log_04.csv"], "log_*.csv"),
        (["3月工单.csv", "4月工单.csv"], "*工单.csv"),
        (["a.csv", "b.csv"], "*.csv"),
    ],
)
def test_dates_and_counters_in_names_become_a_pattern(names, pattern):
    assert pattern_of(names) == pattern


@pytest.mark.parametrize("names", [("工单_2026-03.csv", "工单_2026-04.csv"), ("合同审批.csv", "合同审批_4月.csv")])
def test_next_months_export_is_read_by_the_project_of_one_file(tmp_path, names):
    project = made(tmp_path, month(tmp_path, names[0], 3))
    assert project.read().n_cases == 1
    month(tmp_path / "p" / "exports", names[1], 4, case="2")
    assert project.read().n_cases == 2


def test_a_file_with_brackets_in_its_name_is_read(tmp_path):
    assert made(tmp_path, month(tmp_path, "[合同]导出.csv", 3)).read().n_cases == 1


def test_files_in_exports_that_no_entry_names_are_told(tmp_path):
    project = made(tmp_path, month(tmp_path, "工单_2026-03.csv", 3))
    assert "unread_files" not in warnings(project.read())
    month(tmp_path / "p" / "exports", "流转明细.csv", 4)
    (tmp_path / "p" / "exports" / "~$工单_2026-05.csv").write_text("lock", encoding="utf-8")
    said = warnings(project.read())["unread_files"]
    assert said.startswith("exports/ 里有 1 个文件没有被读取：流转明细.csv")
    assert "unread_files" not in warnings(project.read(["exports/工单_2026-03.csv"]))


def test_tables_that_are_named_elsewhere_are_neither_exports_nor_unread(tmp_path):
    project = made(tmp_path, month(tmp_path, "a.csv", 3), month(tmp_path, "b.csv", 4, case="2"))
    exports = tmp_path / "p" / "exports"
    pd.DataFrame({"姓名": ["王芳", "李强"], "岗位": ["客服", "主管"]}).to_csv(exports / "人员.csv", index=False)
    file = tmp_path / "p" / "project.yml"
    text = file.read_text(encoding="utf-8")
    assert "path: exports/*.csv" in text
    with pytest.raises(ExportError) as caught:
        project.read()
    assert "人员.csv: 这个文件符合 path: exports/*.csv" in caught.value.say("zh")
    file.write_text(text + "people: {path: exports/人员.csv, key: 姓名, role: 岗位}\n", encoding="utf-8")
    log = pm.open_project(tmp_path / "p").read()
    assert (log.n_cases, sorted(set(log.to_pandas()["role"]))) == (2, ["主管", "客服"])
    assert "unread_files" not in warnings(log)


def test_each_kind_has_a_pattern_that_leaves_the_other_alone(tmp_path):
    other = tmp_path / "工单明细.csv"
    other.write_text("单号,环节,时间\n2,归档,2026-03-09 09:00\n", encoding="utf-8")
    made(tmp_path, month(tmp_path, "工单.csv", 3), other)
    text = (tmp_path / "p" / "project.yml").read_text(encoding="utf-8")
    assert [line.split("path: ")[1] for line in text.splitlines() if "- path:" in line] == [
        "exports/工单.csv",
        "exports/工单明细*.csv",
    ]
