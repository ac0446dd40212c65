"""Several files become one log: overlaps once, two systems by one case key, tables beside the events joined."""

import pytest

import procmine as pm
from procmine.core.text.errors import ExportError, SpecError, UnknownNameError


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def project(folder, sources, more=""):
    (folder / "project.yml").write_text(
        f"procmine: 1\nname: 合并\ntime_zone: Asia/Shanghai\nsources:\n{sources}{more}", encoding="utf-8"
    )
    return pm.open_project(folder).read()


def codes(log):
    return [note.code for note in log.import_report.notes]


MARCH = "case_id,activity,timestamp,resource\nA,受理,2026-03-30 09:00,王芳\nA,处理,2026-03-31 10:00,李强\n"
APRIL = "case_id,activity,timestamp,resource\nA,处理,2026-03-31 10:00,李强\nA,关闭,2026-04-01 11:00,王芳\n"


def test_a_row_that_two_monthly_files_hold_is_one_event(tmp_path):
    write(tmp_path, m03=MARCH, m04=APRIL)
    log = project(tmp_path, "  - path: m*.csv\n")
    assert [v.activities for v in log.variants] == [("受理", "处理", "关闭")]
    report = log.import_report
    assert (report.n_rows, report.n_set_aside, report.n_events) == (4, 1, 3)
    assert [note.say("en") for note in report.notes if note.code == "repeats"] == [
        "m*.csv: 1 row repeats an earlier one (by key, or whole), counted once"
    ]
    assert log.to_pandas()["source_file"].tolist() == ["m03.csv", "m03.csv", "m04.csv"]


def test_entries_that_say_the_same_of_their_files_overlap_as_one(tmp_path):
    write(tmp_path, m03=MARCH, m04=APRIL)
    same = "  - {path: m03.csv, null_values: [无]}\n  - {path: m04.csv, null_values: [无]}\n"
    assert project(tmp_path, same).n_events == 3
    assert project(tmp_path, same.replace("无", "-", 1)).n_events == 4


def test_equal_rows_inside_one_file_stay_and_pair_up_across_files(tmp_path):
    twice = MARCH + "A,处理,2026-03-31 10:00,李强\n"
    write(tmp_path, m03=twice, m04=APRIL)
    log = project(tmp_path, "  - path: m*.csv\n")
    assert [v.activities for v in log.variants] == [("受理", "处理", "处理", "关闭")]
    assert log.import_report.n_set_aside == 1


def test_rows_that_differ_in_any_column_are_two_events(tmp_path):
    write(tmp_path, m03=MARCH, m04=APRIL.replace("李强", "陈静"))
    log = project(tmp_path, "  - path: m*.csv\n")
    assert log.n_events == 4
    assert "repeats" not in codes(log)


def test_a_declared_key_decides_instead_of_the_whole_row(tmp_path):
    write(
        tmp_path,
        m03="id,case_id,activity,timestamp,备注\n1,A,受理,2026-03-30 09:00,\n2,A,处理,2026-03-31 10:00,旧\n",
        m04="id,case_id,activity,timestamp,备注\n2,A,处理,2026-03-31 10:00,新\n3,A,关闭,2026-04-01 11:00,\n3,A,关闭,2026-04-01 11:00,x\n",
    )
    log = project(tmp_path, "  - {path: m*.csv, key: id}\n")
    frame = log.to_pandas()
    assert frame["id"].tolist() == ["1", "2", "3"]
    assert frame["备注"].fillna("").tolist() == ["", "旧", ""]
    assert log.import_report.n_set_aside == 2


def test_a_key_that_no_file_has_is_an_error_with_the_nearest_name(tmp_path):
    write(tmp_path, m03=MARCH)
    with pytest.raises(UnknownNameError, match="resource"):
        project(tmp_path, "  - {path: m*.csv, key: resorce}\n")


def test_two_systems_meet_in_one_case_with_their_own_zones_and_columns(tmp_path):
    write(
        tmp_path,
        oa="单号,环节,时间\nA,审批,2026-03-02 10:00\n",
        crm="Case,Action,At\nA,Created,2026-03-02 01:30\n",
    )
    log = project(
        tmp_path,
        "  - {path: oa.csv, columns: {case_id: 单号, activity: 环节, timestamp: 时间}}\n"
        "  - {path: crm.csv, time_zone: UTC, columns: {case_id: Case, activity: Action, timestamp: At}}\n",
    )
    assert [v.activities for v in log.variants] == [("Created", "审批")]
    assert pm.throughput_time(log).table["median"][0].total_seconds() == 30 * 60


CUSTOMERS = "客户编号,等级\nK1,重要\nK2,普通\nK2,普通\n"
TICKETS = "case_id,activity,timestamp,客户编号\nA,受理,2026-03-02 09:00,K1\nB,受理,2026-03-02 09:10, K2\nC,受理,2026-03-02 09:20,K9\n"


def test_a_customer_list_becomes_attributes_of_the_cases(tmp_path):
    write(tmp_path, t=TICKETS, customers=CUSTOMERS)
    log = project(
        tmp_path,
        "  - path: t.csv\n  - {path: customers.csv, join: cases, on: 客户编号}\n",
        "attributes: {客户等级: 等级}\n",
    )
    assert log.to_pandas().set_index("case_id")["客户等级"].fillna("–").to_dict() == {
        "A": "重要",
        "B": "普通",
        "C": "–",
    }
    assert log.filter_cases(客户等级="重要").n_cases == 1
    (note,) = [note for note in log.import_report.notes if note.code == "joined"]
    assert (note.level, note.facts["n"], note.facts["n_all"]) == ("warning", 1, 3)
    assert [(file.name, file.joined) for file in log.import_report.files] == [("t.csv", False), ("customers.csv", True)]
    assert log.import_report.n_rows == 3


def test_a_score_sheet_is_joined_by_the_case_itself(tmp_path):
    write(tmp_path, t=TICKETS, scores="case_id,得分\nA,80\nB,65\nC,90\n")
    log = project(tmp_path, "  - path: t.csv\n  - {path: scores.csv, join: cases, on: case_id}\n")
    assert log.to_pandas()["得分"].tolist() == ["80", "65", "90"]


def test_the_key_may_have_another_name_in_the_table(tmp_path):
    write(tmp_path, t=TICKETS, customers=CUSTOMERS.replace("客户编号", "编号"))
    log = project(tmp_path, "  - path: t.csv\n  - {path: customers.csv, join: cases, on: {客户编号: 编号}}\n")
    assert log.to_pandas()["等级"].fillna("–").tolist() == ["重要", "普通", "–"]


def test_staff_give_role_and_group_where_the_export_gives_none(tmp_path):
    write(tmp_path, m03=MARCH, staff="姓名,岗位,部门\n王芳,客服专员,一线\n李强,工程师,二线\n")
    people = "people: {path: staff.csv, key: 姓名, role: 岗位, group: 部门}\n"
    log = project(tmp_path, "  - path: m03.csv\n", people)
    frame = log.to_pandas()
    assert frame["role"].tolist() == ["客服专员", "工程师"]
    assert frame["group"].tolist() == ["一线", "二线"]


def test_a_key_that_stands_twice_with_different_values_is_refused(tmp_path):
    write(tmp_path, t=TICKETS, customers=CUSTOMERS + "K1,普通\n")
    with pytest.raises(ExportError, match="'K1' stands more than once"):
        project(tmp_path, "  - path: t.csv\n  - {path: customers.csv, join: cases, on: 客户编号}\n")


@pytest.mark.parametrize(
    ("on", "error", "said"),
    [
        ("客户号", UnknownNameError, "客户编号"),
        ("{客户编号: 编码}", ExportError, "no column '编码'"),
        ("{a: b, c: d}", SpecError, "one pair"),
        ("~", SpecError, "needs on:"),
    ],
)
def test_a_join_that_cannot_be_is_a_clear_error(tmp_path, on, error, said):
    write(tmp_path, t=TICKETS, customers=CUSTOMERS)
    with pytest.raises(error, match=said):
        project(tmp_path, f"  - path: t.csv\n  - {{path: customers.csv, join: cases, on: {on}}}\n")


def test_tables_alone_make_no_log(tmp_path):
    write(tmp_path, customers=CUSTOMERS)
    with pytest.raises(ExportError, match="no export to read events from"):
        project(tmp_path, "  - {path: customers.csv, join: cases, on: 客户编号}\n")


def test_staff_of_an_export_that_names_nobody_is_an_error(tmp_path):
    write(tmp_path, t=TICKETS, staff="姓名,岗位\n王芳,客服专员\n")
    with pytest.raises(ExportError, match=r"staff\.csv: the list of staff cannot be joined"):
        project(tmp_path, "  - path: t.csv\n", "people: {path: staff.csv, key: 姓名, role: 岗位}\n")


def test_refused_rows_of_a_joined_table_are_said(tmp_path):
    customers = CUSTOMERS + "".join(f"X{i},普通\n" for i in range(200)) + "Y\n"
    write(tmp_path, t=TICKETS, customers=customers)
    log = project(tmp_path, "  - path: t.csv\n  - {path: customers.csv, join: cases, on: 客户编号}\n")
    report = log.import_report
    assert [(r.file, r.n_rows, r.example) for r in report.rejections] == [("customers.csv", 1, "Y")]
    assert (report.n_rows, report.n_rejected, report.files[1].n_rejected) == (3, 0, 1)


def test_a_joined_table_with_too_many_bad_rows_stops_the_reading(tmp_path):
    write(tmp_path, t=TICKETS, customers=CUSTOMERS + "Y\nZ\n")
    with pytest.raises(ExportError, match=r"customers\.csv: 2 of 5 rows \(40\.0 %\) cannot be read"):
        project(tmp_path, "  - path: t.csv\n  - {path: customers.csv, join: cases, on: 客户编号}\n")


# ── overlapping files of known systems ────────────────────────────────────────────────────────

HISTORY = "Case Number,Edited By,Field / Event,Old Value,New Value,Edit Date\n"
FIRST = "0001,Ann,Created.,,,2026-03-30 09:00\n0001,Ann,Status,New,Working,2026-03-30 10:00\n"
SECOND = "0001,Ann,Status,New,Working,2026-03-30 10:00\n0001,Ben,Status,Working,Closed,2026-04-01 11:00\n"


def test_overlapping_histories_without_a_key_are_told_once(tmp_path):
    write(tmp_path, m03=HISTORY + FIRST, m04=HISTORY + FIRST + SECOND.split("\n")[1] + "\n")
    log = project(tmp_path, "  - {path: m*.csv, profile: salesforce_history}\n")
    assert [v.activities for v in log.variants] == [("创建", "Working", "Closed")]
    assert [note.facts["n"] for note in log.import_report.notes if note.code == "repeats"] == [2]


WEAVER = "requestid,nodename,logtype,operatedate,operatetime,operator,logid\n"


def test_rows_without_their_key_are_compared_whole(tmp_path):
    write(
        tmp_path,
        m03=WEAVER + "7,申请,2,2026-03-30,09:00:00,甲,1\n7,审批,0,2026-03-30,10:00:00,乙,\n",
        m04=WEAVER
        + "7,审批,0,2026-03-30,10:00:00,乙,\n7,归档,0,2026-04-01,10:00:00,丙,\n7,申请,2,2026-03-30,09:00:00,甲方,1\n",
    )
    log = project(tmp_path, "  - {path: m*.csv, profile: weaver_log}\n")
    assert [v.activities for v in log.variants] == [("申请", "审批", "归档")]
    assert log.import_report.n_set_aside == 2


JIRA = """{"issues": [{"key": "P-1", "fields": {"created": "2026-03-02T09:00:00.000+0800"}, "changelog": {"histories": [
%s]}}]}"""
CHANGE = (
    '{"created": "2026-03-0%d%s", "author": {"displayName": "A"}, '
    '"items": [{"field": "status", "fromString": "%s", "toString": "%s"}]}'
)


def test_a_later_json_export_tells_its_cases_anew(tmp_path):
    first = CHANGE % (3, "T09:00:00.000+0800", "Open", "Doing")
    renamed = CHANGE % (3, "T09:00:00.000+0800", "Open", "In Arbeit")
    second = CHANGE % (4, "T09:00:00.000+0800", "In Arbeit", "Done")
    (tmp_path / "m03.json").write_text(JIRA % first, encoding="utf-8")
    (tmp_path / "m04.json").write_text(JIRA % f"{second}, {renamed}", encoding="utf-8")
    log = project(tmp_path, "  - {path: m*.json, profile: jira_changelog}\n")
    assert [v.activities for v in log.variants] == [("Created", "In Arbeit", "Done")]
    assert "told_anew" in codes(log)
