"""What project.yml names and is not there is told with its line, and with what is there."""

import re

import pytest

import procmine as pm
from procmine.core.text.errors import ProcmineError, SpecError

LINES = ["procmine: 1", "name: p", "time_zone: Asia/Shanghai", "sources:"]
SOURCE = "  - {path: exports/a.csv, columns: {case_id: 单号, activity: 环节, timestamp: 时间, resource: 人}}"


@pytest.fixture
def project(tmp_path):
    def opened(*lines, source=SOURCE, encoding="utf-8"):
        (tmp_path / "exports").mkdir(exist_ok=True)
        (tmp_path / "exports" / "a.csv").write_text("单号,环节,时间,人\n1,受理,2026-03-02 09:00,甲\n", encoding="utf-8")
        (tmp_path / "exports" / "人员.csv").write_text("姓名,岗位\n甲,客服\n", encoding="utf-8")
        text = "\n".join([*LINES, source, *lines, ""])
        (tmp_path / "project.yml").write_text(text, encoding=encoding)
        return pm.open_project(tmp_path)

    return opened


def fault(act, kind=SpecError):
    with pytest.raises(kind) as caught:
        act()
    return caught.value.say("zh").splitlines()


def test_a_missing_list_of_staff_is_told_with_its_line_and_what_is_there(project):
    found = fault(project("people: {path: exports/员工.csv, key: 姓名}").read)
    assert found == ["project.yml:6: 找不到文件“exports/员工.csv”", "  那里有：a.csv, 人员.csv", *found[2:]]


@pytest.mark.parametrize("key", ["standard", "scorecards"])
def test_a_missing_standard_or_scorecard_is_told_with_its_line(project, key):
    opened = project(f"{key}: standard.yml")
    found = fault(lambda: getattr(opened, key))
    assert found[:2] == ["project.yml:6: 找不到文件“standard.yml”", "  那里有：exports, project.yml"]


def test_the_former_key_of_the_standard_is_told_with_the_new_one(project):
    found = fault(lambda: project("target: standard.yml"))
    assert found[0] == "project.yml:6: “target:”现在叫“standard:”"
    now = re.search("改成 (.*)$", found[-1])[1]
    assert project(f"{now} standard.yml").spec.standard == ["standard.yml"]


@pytest.mark.parametrize(
    ("line", "place", "new"),
    [
        ("standard: target.yml", "project.yml:6", "standard.yml"),
        ("standard: docs/target.yml", "project.yml:6", "docs/standard.yml"),
        ("standard: standard.yml", "project.yml:6", "standard.yml"),
        ("case_link: null", "project.yml:1", "standard.yml"),
    ],
)
def test_the_former_name_of_a_standard_is_told_with_the_new_one(project, tmp_path, line, place, new):
    old = tmp_path / new.replace("standard", "target")
    old.parent.mkdir(exist_ok=True)
    old.write_text("name: s\nprocesses: [{name: p, nodes: [{name: 受理}]}]\n", encoding="utf-8")
    found = fault(lambda: project(line).standard)
    assert found[0].startswith(f"{place}: “{old.relative_to(tmp_path)}”现在叫“{new}”")
    renamed, key = re.search("改名为 (.*)，并在 project.yml 中写 (.*)$", found[-1]).groups()
    old.rename(tmp_path / renamed)
    assert [one.name for one in project(key).standard] == ["s"]


def test_another_file_of_the_former_name_is_nobodys_business(project, tmp_path):
    for name in ("own.yml", "target.yml"):
        (tmp_path / name).write_text("name: s\nprocesses: [{name: p, nodes: [{name: 受理}]}]\n", encoding="utf-8")
    assert len(project("standard: own.yml").standard) == 1


def test_the_standard_is_read_once(project, tmp_path):
    (tmp_path / "standard.yml").write_text("name: s\nprocesses: [{name: p, nodes: [{name: 受理}]}]\n", encoding="utf-8")
    opened = project("standard: standard.yml")
    assert opened.standard is opened.standard
    (tmp_path / "standard.yml").unlink()
    assert opened.settings.standard is opened.standard


def test_missing_exports_and_lookups_are_told_at_once(project):
    source = "  - {path: exports/b.csv, profile: weaver_log, lookups: {nodes: exports/节点.csv}}"
    found = fault(project(source=source).read)
    assert [line for line in found if line.startswith("project.yml")] == [
        "project.yml:5: 找不到文件“exports/b.csv”",
        "project.yml:5: 找不到文件“exports/节点.csv”",
    ]


@pytest.mark.parametrize(
    ("name", "line", "hint"),
    [
        ("dingding", "project.yml:5: 没有名为“dingding”的格式", "dingtalk"),
        ("weaver-log", "project.yml:5: 没有名为“weaver-log”的格式", "weaver_log"),
        ("own.yml", "project.yml:5: 找不到文件“own.yml”", ""),
    ],
)
def test_a_profile_that_there_is_not_is_told_with_its_line_and_the_nearest(project, name, line, hint):
    found = fault(lambda: project(source=f"  - {{path: exports/a.csv, profile: {name}}}"), ProcmineError)
    assert found[0] == line
    assert hint in found[-1]


def test_a_project_saved_as_gbk_is_to_be_saved_as_utf_8(project):
    assert fault(lambda: project(encoding="gbk")) == [
        "project.yml: 文件不是 UTF-8 编码",
        "  建议：在编辑器里另存为 UTF-8",
    ]


def test_a_column_still_to_be_named_is_asked_for_in_its_line_with_the_columns_of_the_export(project):
    source = SOURCE.replace("环节", "…")
    assert fault(lambda: project(source=source)) == [
        "project.yml:5: 还没有写明哪一列是 activity",
        "  建议：把 … 换成导出中的一列：单号, 环节, 时间, 人",
    ]
