"""The command line: helpful, and never a traceback."""

import json
import re
import subprocess
import sys

import pytest

from procmine import cli
from procmine.cli.group import commands, language_of_shell
from procmine.samples.bundled import sample_project

EXPORT = "工单编号,处理环节,处理时间,处理人\n1,受理,2026/3/2 9:00,王芳\n1,关闭,2026/3/2 10:00,王芳\n2,受理,2026/3/2 11:00,李强\n"


def run(capsys, *arguments):
    """Exit code, standard output and standard error of one call."""
    code = 0
    try:
        sys.argv = ["procmine", *map(str, arguments)]
        cli.main()
    except SystemExit as stop:
        code = stop.code or 0
    done = capsys.readouterr()
    return code, done.out, done.err


@pytest.fixture(autouse=True)
def english(monkeypatch, tmp_path):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.chdir(tmp_path)


def export(folder, text=EXPORT, name="export.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("variables", "language"),
    [({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"), ({"LANG": "de_DE"}, "en")],
)
def test_the_language_is_what_the_user_asks_for_even_where_the_machine_lacks_it(monkeypatch, variables, language):
    monkeypatch.undo()
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, variables.get(name, ""))
    assert language_of_shell() == language


@pytest.mark.parametrize("command", ["report", "demo", "check", "inspect", "new", "schema", "lab", "trust", "standard"])
def test_every_command_explains_itself(capsys, command):
    code, out, _ = run(capsys, command, "--help")
    assert code == 0
    assert f"Usage: procmine {command}" in out or f"{command} [OPTIONS]" in out
    assert len(out.splitlines()) > 4


def test_help_lists_what_an_analyst_types_first(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for line in ("procmine demo", "procmine new my-project EXPORT.csv", "procmine report my-project"):
        assert line in out


def test_inspect_says_what_a_file_is_and_decides_nothing(capsys, tmp_path):
    path = export(tmp_path)
    code, out, _ = run(capsys, "inspect", path)
    assert code == 0
    for line in (
        "export.csv: text · utf-8, 3 rows, 4 columns",
        "处理环节 │ 受理          │ 关闭           │ 受理",
        "case_id ← 工单编号    (Case)",
        "one event per row, read by the columns above",
    ):
        assert line in out
    assert [file.name for file in tmp_path.iterdir()] == ["export.csv"]


def test_inspect_tries_what_it_proposes(capsys, tmp_path):
    _, out, _ = run(capsys, "inspect", export(tmp_path))
    assert "tried: 2 cases, 3 events, 2 activities, 2026-03-02 – 2026-03-02" in out
    assert "· 处理时间: read as YYYY/MM/DD hh:mm:ss" in out
    _, out, _ = run(capsys, "inspect", export(tmp_path, EXPORT.replace("2026/3/2", "3/2/2026")))
    assert "tried, and it fails:\n  export.csv: the dates in '处理时间' can be read in several ways" in out
    assert "which is the day and which the month?" in out


def test_inspect_doubts_a_case_that_is_a_row_number_and_activities_that_are_remarks(capsys, tmp_path):
    rows = "".join(f"{i},备注{i},2026-03-02 09:{i:02}\n" for i in range(30))
    _, out, _ = run(capsys, "inspect", export(tmp_path, "编号,操作,操作时间\n" + rows))
    assert "! every row is a case of its own: '编号' probably numbers rows, not cases" in out
    assert "! '操作' has 30 values: these are probably no activities" in out


def test_new_writes_what_speaks_against_its_proposal(capsys, tmp_path):
    path = export(tmp_path, EXPORT.replace("2026/3/2", "3/2/2026"))
    code, out, _ = run(capsys, "new", tmp_path / "mine", path)
    assert code == 0
    assert "# 试读失败：\n    #   export.csv: “处理时间”的日期可以有多种读法" in out
    text = (tmp_path / "mine" / "project.yml").read_text(encoding="utf-8")
    line = "  - path: exports/export*.csv\n"
    answered = text.replace(line, line + '    date_format: "%m/%d/%Y %H:%M"\n')
    (tmp_path / "mine" / "project.yml").write_text(answered, encoding="utf-8")
    code, out, _ = run(capsys, "check", tmp_path / "mine")
    assert (code, "2 cases, 3 events" in out) == (0, True)


def test_new_makes_one_entry_for_files_of_one_kind_and_one_for_each_of_several(capsys, tmp_path):
    march, april = (export(tmp_path, EXPORT.replace("2026/3", f"2026/{m}"), f"{m}.csv") for m in (3, 4))
    _, out, _ = run(capsys, "new", tmp_path / "months", march, april)
    assert out.count("- path:") == 1
    assert "path: exports/[0-9]*.csv" in out
    other = export(tmp_path, "单号,环节,时间\n2,归档,2026-03-09 09:00\n", "oa.txt")
    code, out, _ = run(capsys, "new", tmp_path / "two", march, other)
    assert (code, out.count("- path:")) == (0, 2)
    code, out, err = run(capsys, "check", tmp_path / "two")
    assert (code, err) == (0, "")
    assert "2 cases, 4 events" in out
    (tmp_path / "more").mkdir()
    code, _, err = run(capsys, "new", tmp_path / "twice", march, export(tmp_path / "more", name="3.csv"))
    assert (code, "3.csv: several exports have one name" in err) == (2, True)


def test_inspect_says_which_column_cannot_be_told(capsys, tmp_path):
    code, out, _ = run(capsys, "inspect", export(tmp_path, "a,b\n1,2\n"))
    assert code == 0
    assert "which column is case_id, activity, timestamp cannot be told" in out


RIVALS = "工单编号,受理时间,派单时间,办结时间,Case Number,Field / Event,Old Value,New Value,Edited By,Edit Date\n1,2026-03-02 09:00,,,1,Created.,,,x,2026-03-02 09:00\n"


def test_new_asks_which_profile_where_two_fit_alike(capsys, tmp_path):
    path = export(tmp_path, RIVALS)
    code, _, err = run(capsys, "new", tmp_path / "mine", path)
    assert code == 2
    assert "several profiles fit this file alike" in err
    assert "--profile" in err
    assert not (tmp_path / "mine").exists()
    code, out, _ = run(capsys, "new", tmp_path / "mine", path, "--profile", "salesforce_history")
    assert code == 0
    assert "profile: salesforce_history" in out


def test_from_an_export_to_a_checked_project(capsys, tmp_path):
    path = export(tmp_path)
    code, out, _ = run(capsys, "new", tmp_path / "mine", path)
    assert code == 0
    for line in ("case_id: 工单编号", "activity: 处理环节", "timestamp: 处理时间", "resource: 处理人"):
        assert line in out
    code, out, err = run(capsys, "check", tmp_path / "mine")
    assert (code, err) == (0, "")
    assert "2 cases, 3 events" in out
    assert "处理时间: read as YYYY/MM/DD hh:mm:ss" in out


def test_a_column_that_cannot_be_told_is_marked_and_then_asked_for(capsys, tmp_path):
    path = export(tmp_path, EXPORT.replace("处理环节", "甲").replace("工单编号", "乙"))
    _, out, _ = run(capsys, "new", tmp_path / "mine", path)
    assert "activity: …" in out
    code, _, err = run(capsys, "check", tmp_path / "mine")
    assert code == 2
    assert "project.yml:10: it is not said yet which column is activity\n" in err
    assert "  hint: replace … by a column of the export: 乙, 甲, 处理时间, 处理人" in err


def test_new_leaves_an_existing_project_alone(capsys, tmp_path):
    path = export(tmp_path)
    run(capsys, "new", tmp_path / "mine", path)
    before = (tmp_path / "mine" / "project.yml").read_text(encoding="utf-8")
    code, _, err = run(capsys, "new", tmp_path / "mine", path)
    assert (code, "there is a project here already" in err) == (2, True)
    assert (tmp_path / "mine" / "project.yml").read_text(encoding="utf-8") == before


def test_the_schema_is_json(capsys):
    code, out, _ = run(capsys, "schema")
    assert code == 0
    assert json.loads(out)["properties"]["time_zone"]["description"]


BAD = {
    "an empty file": (b"", "the file is empty (0 bytes)"),
    "only a header": ("工单编号,处理环节,处理时间,处理人\n".encode(), "there is a header and no rows"),
    "an unreadable date": (EXPORT.replace("2026/3/2", "vorgestern").encode(), "the times in '处理时间' cannot be read"),
    "a missing column": (EXPORT.replace("处理时间", "时刻").encode(), "there is no column '处理时间' (mapped as timestamp)"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is a binary file"),
    "a web page": (b"<!DOCTYPE html><html><body>login</body></html>", "this is a web page (HTML)"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "an old Excel workbook"),
    "a cut workbook": (b"PK\x03\x04" + b"\x00" * 40, "the file is cut off"),
    "a log without cases": (b'<?xml version="1.0"?><log xes.version="1.0"></log>', "the log holds no events"),
    "ids that lost digits": (EXPORT.replace("\n1,", "\n2.02403E+20,").encode(), "became numbers and lost their last digits"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["check", "report"])
def test_bad_exports_are_explained(capsys, tmp_path, name, command):
    content, said = BAD[name]
    run(capsys, "new", tmp_path / "mine", export(tmp_path))
    (tmp_path / "mine" / "exports" / "export.csv").write_bytes(content)
    code, _out, err = run(capsys, command, tmp_path / "mine")
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert not (tmp_path / "report").exists()


def test_a_folder_instead_of_an_export(capsys, tmp_path):
    run(capsys, "new", tmp_path / "mine", export(tmp_path))
    code, _, err = run(capsys, "check", tmp_path / "mine", tmp_path)
    assert (code, "this is a folder, not a file" in err) == (2, True)


def test_a_pattern_without_files_lists_what_is_there(capsys, tmp_path):
    run(capsys, "new", tmp_path / "mine", export(tmp_path))
    project = tmp_path / "mine" / "project.yml"
    project.write_text(project.read_text("utf-8").replace("export*.csv", "tickets_*.xlsx"), encoding="utf-8")
    code, _, err = run(capsys, "check", tmp_path / "mine")
    assert (code, "found there: export.csv" in err) == (2, True)


@pytest.mark.parametrize(
    "arguments", [("report",), ("report", "nowhere"), ("check", "nowhere"), ("dance",), ("new", "x", "none.csv")]
)
def test_mistakes_at_the_prompt_end_with_code_2(capsys, arguments):
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert err.strip()
    assert "Traceback" not in err


def test_chinese_readers_get_chinese_errors(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "找不到 project.yml" in run(capsys, "check", "nowhere")[2]


def test_the_sample_is_found_beside_the_package():
    assert (sample_project() / "project.yml").exists()


def test_python_dash_m_is_not_needed_and_version_is_said():
    done = subprocess.run([sys.executable, "-m", "procmine", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("procmine, version ")


# ── the standard ──────────────────────────────────────────────────────────────────────────────────


def test_standard_writes_the_document_in_the_projects_language(capsys, tmp_path):
    code, out, _ = run(capsys, "standard", sample_project("telecom"), "--out", tmp_path / "doc")
    assert (code, out) == (0, f"standard: {tmp_path / 'doc' / 'standard.html'}\n")
    assert sorted(path.name for path in (tmp_path / "doc").iterdir()) == [
        "standard.bpmn",
        "standard.html",
        "standard.md",
        "standard.svg",
    ]
    assert "职责矩阵" in (tmp_path / "doc" / "standard.html").read_text(encoding="utf-8")
    assert run(capsys, "standard", sample_project("telecom"), "--language", "en")[0] == 0
    assert "Responsibilities (RACI)" in (tmp_path / "standard" / "telecom" / "standard.md").read_text(encoding="utf-8")


def test_standard_without_a_standard_says_how_to_name_one(capsys, tmp_path):
    text = (sample_project() / "project.yml").read_text(encoding="utf-8")
    (tmp_path / "project.yml").write_text(text.replace("standard: standard.yml", ""), encoding="utf-8")
    code, _, err = run(capsys, "standard", tmp_path)
    assert code == 2
    assert "name it in project.yml: standard: standard.yml" in err
    assert not (tmp_path / "standard").exists()


def test_standard_does_not_write_over_a_file(capsys, tmp_path):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "standard", sample_project(), "--out", tmp_path / "taken")
    assert code == 2
    assert err.splitlines()[-1] == "  hint: choose another --out"
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_faults_of_a_standard_are_told_with_their_lines(capsys, tmp_path):
    text = (sample_project() / "project.yml").read_text(encoding="utf-8")
    (tmp_path / "project.yml").write_text(text, encoding="utf-8")
    (tmp_path / "standard.yml").write_text(
        "name: x\nprocesses:\n  - {name: p, nodes: [{name: a}, {name: a}]}\n", encoding="utf-8"
    )
    code, _, err = run(capsys, "standard", tmp_path)
    assert code == 2
    assert "standard.yml:3" in err
    assert "the node 'a' stands in it twice" in err


def project_with(folder, more="", **files):
    project = folder / "p"
    (project / "exports").mkdir(parents=True)
    export(project / "exports")
    text = "procmine: 1\nname: p\nlanguage: en\ntime_zone: UTC\nsources:\n  - {path: exports/*.csv, columns: {case_id: 工单编号, activity: 处理环节, timestamp: 处理时间}}\n"
    (project / "project.yml").write_text(text + more, encoding="utf-8")
    for name, content in files.items():
        (project / f"{name}.yml").write_text(content, encoding="utf-8")
    return project


def test_check_holds_the_standard_and_the_kpis_against_the_log(capsys, tmp_path):
    standard = "name: s\nprocesses:\n  - {name: p, nodes: [{name: 受理}, {name: 完结}]}\n"
    kpis = (
        "standard: standard.yml\nkpis:\n  - {name: first, measure: response, from: 受里, to: 关闭, target: '<= 1 h'}\n"
    )
    code, out, err = run(capsys, "check", str(project_with(tmp_path, kpis, standard=standard)))
    assert code == 2
    assert "activity that the log never shows: 完结" in out
    assert "project.yml:9" in err
    assert "受里" in err
    assert "受理" in err


def test_roles_and_attributes_of_the_standard_are_held_against_the_log(capsys, tmp_path):
    standard = "name: s\nprocesses:\n  - name: p\n    when: {渠到: 电话}\n    nodes: [{name: 受理, responsible: 客服}, {name: 关闭}]\n"
    project = project_with(tmp_path, "standard: standard.yml\n", standard=standard)
    text = (project / "project.yml").read_text(encoding="utf-8").replace("处理时间}}", "处理时间, role: 岗位}}")
    (project / "project.yml").write_text(text, encoding="utf-8")
    rows = "工单编号,处理环节,处理时间,岗位,渠道\n1,受理,2026/3/2 9:00,客服专员,电话\n1,关闭,2026/3/2 10:00,主管,电话\n"
    export(project / "exports", rows)
    code, out, _ = run(capsys, "check", str(project))
    assert code == 0
    assert "role that the log never shows: 客服 – 客服专员?" in out
    assert "attribute that the cases have not: 渠到 – 渠道?" in out


def test_attributes_of_customers_are_held_against_the_log_with_their_lines(capsys, tmp_path):
    project = project_with(
        tmp_path, "attributes: {渠道: 渠道, 客户: 客户}\ncustomers:\n  customer: 客户\n  topic: 主题\n  channel: 渠到\n"
    )
    export(
        project / "exports",
        "工单编号,处理环节,处理时间,渠道,客户\n1,受理,2026/3/2 9:00,电话,甲\n2,受理,2026/3/2 9:00,邮件,乙\n",
    )
    code, _, err = run(capsys, "check", str(project))
    assert code == 2
    assert "project.yml:10: no attribute of the case is called '主题'" in err
    assert "project.yml:11: no attribute of the case is called '渠到'" in err
    assert "did you mean '渠道'?" in err


def test_a_report_tells_faults_before_it_runs_anything(capsys, tmp_path):
    kpis = "kpis:\n  - {name: first, measure: response, from: 受里, to: 关闭, target: '<= 1 h'}\n"
    code, out, err = run(capsys, "report", str(project_with(tmp_path, kpis)), "--out", str(tmp_path / "out"))
    assert code == 2
    assert "受里" in err
    assert "00_summary" not in out + err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", [(), *((name,) for name in commands.commands)], ids=" ".join)
def test_help_keeps_its_lines_and_shows_no_marks_of_its_own(capsys, command):
    with pytest.raises(SystemExit) as ended:
        commands([*command, "--help"])
    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert "\\b" not in out
    if not command:
        assert "\n  procmine demo  " in out
        assert "\n  procmine lab my-project  " in out
        assert "..." not in out.partition("Commands:")[2]


def test_check_speaks_one_language(capsys, monkeypatch, tmp_path):
    run(capsys, "new", tmp_path / "mine", export(tmp_path), "--time-zone", "Asia/Shanghai")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    _, out, _ = run(capsys, "check", tmp_path / "mine")
    assert out.startswith("mine：2 个案例，3 个事件，2 种活动（Asia/Shanghai）\n")
    assert "EventLog" not in out
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    _, out, _ = run(capsys, "check", tmp_path / "mine")
    assert not re.search(r"个(案例|事件)", out)


def test_inspect_and_new_name_the_rows_that_the_trial_refused(capsys, tmp_path):
    rows = "".join(f"{i},受理,2026/3/2 09:{i % 60:02},王芳\n" for i in range(200))
    path = export(tmp_path, EXPORT.splitlines()[0] + "\n" + rows + "x,受理,soon,王芳\n")
    _, out, _ = run(capsys, "inspect", path)
    assert "  ! export.csv: the time in '处理时间' cannot be read ×1 (202)\n" in out
    _, out, _ = run(capsys, "new", tmp_path / "mine", path)
    assert "    #   ! export.csv: “处理时间”的时间无法读取 ×1 (202)\n" in out
