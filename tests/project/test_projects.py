"""From the files that systems write to a log, by project.yml alone: profiles, names, overlaps, archives, JSON."""

import json
import zipfile

import pandas as pd
import pytest
import xlsxwriter
from conftest import shared_file

import procmine as pm
from procmine.core.text.errors import ExportError, UnknownNameError
from procmine.project.inspection import inspect_file
from procmine.project.new_project import make_project


def opened(folder, sources, more=""):
    text = f"procmine: 1\nname: 项目\ntime_zone: Asia/Shanghai\nsources:\n{sources}\n{more}"
    (folder / "project.yml").write_text(text, encoding="utf-8")
    return pm.open_project(folder).read()


def events(log):
    frame = log.to_pandas()
    return [
        (
            row.case_id,
            row.activity,
            f"{row.timestamp:%m-%d %H:%M}",
            None if row.resource != row.resource else row.resource,
        )
        for row in frame.itertuples()
    ]


def adds_up(log):
    report = log.import_report
    return report.n_rows + report.n_made == report.n_rejected + report.n_set_aside + report.n_starts + report.n_events


WEAVER = "logid,requestid,nodeid,logtype,operatedate,operatetime,operator\n"
MARCH = WEAVER + "1,R1,10,2,2026-03-30,09:00:00,7\n2,R1,11,0,2026-03-31,10:30:00,8\n"
APRIL = WEAVER + "2,R1,11,0,2026-03-31,10:30:00,8\n3,R1,12,e,2026-04-01,11:00:00,9\n"


def weaver(folder):
    (folder / "log_03.csv").write_bytes(MARCH.encode("gbk"))
    (folder / "log_04.csv").write_bytes(APRIL.encode("gbk"))
    (folder / "节点.csv").write_bytes("id,nodename\n10,提交申请\n11,部门审批\n12,归档\n".encode("gbk"))
    (folder / "人员.csv").write_bytes("id,lastname\n7,王芳\n8,李强\n".encode("gbk"))
    return opened(folder, "  - {path: log_*.csv, profile: weaver_log, lookups: {nodes: 节点.csv, people: 人员.csv}}")


def test_a_weaver_log_gets_its_names_and_each_entry_counts_once(tmp_path):
    log = weaver(tmp_path)
    found = events(log)
    assert [(case, time) for case, _, time, _ in found] == [
        ("R1", "03-30 09:00"),
        ("R1", "03-31 10:30"),
        ("R1", "04-01 11:00"),
    ]
    assert [activity.split("·")[0].strip() for _, activity, _, _ in found][:2] == ["提交申请", "部门审批"]
    assert [who for _, _, _, who in found][:2] == ["王芳", "李强"]
    assert adds_up(log)
    codes = {note.code: note.facts.get("n") for note in log.import_report.notes}
    assert codes["repeats"] == 1
    assert codes["lookup_missing"] == 1  # operator 9 is in no list of people


OPERATORS = """id,requestid,nodeid,userid,receivedate,receivetime,viewdate,viewtime,operatedate,operatetime
1,R1,10,7,2026-03-30,08:50:00,2026-03-30,08:55:00,2026-03-30,09:00:00
2,R1,11,8,2026-03-30,09:00:00,,,2026-03-31,10:30:00
3,R1,12,9,2026-03-31,10:30:00,2026-03-31,11:00:00,2026-04-01,11:00:01
4,R1,12,,2026-03-31,10:30:00,2026-03-31,11:00:00,2026-04-01,11:00:00
"""


def with_operators(folder, operators):
    (folder / "log.csv").write_text(MARCH + APRIL.removeprefix(WEAVER), encoding="utf-8")
    (folder / "operators.csv").write_text(operators, encoding="utf-8")
    return opened(folder, "  - {path: log.csv, profile: weaver_log, lookups: {operators: operators.csv}}")


def local(times):
    return [None if pd.isna(time) else f"{time:%m-%d %H:%M}" for time in times]


def test_a_weaver_log_learns_from_its_operators_when_acts_were_received_and_viewed(tmp_path):
    log = with_operators(tmp_path, OPERATORS)
    frame = log.to_pandas()
    assert local(frame["timestamp"]) == ["03-30 09:00", "03-31 10:30", "04-01 11:00"]
    assert local(frame["enabled"]) == ["03-30 08:50", "03-30 09:00", None]
    assert local(frame["start"]) == ["03-30 08:55", None, None]
    assert adds_up(log)
    missing = [note.facts for note in log.import_report.notes if note.code == "lookup_missing"]
    assert missing == [{"column": "receivedate, receivetime, viewdate, viewtime", "n": 1}]
    assert log.import_report.columns["enabled"] == "receivedate"


def test_operators_that_were_never_asked_what_they_viewed_still_tell_the_arrival(tmp_path):
    lines = [line.split(",") for line in OPERATORS.splitlines()]
    log = with_operators(tmp_path, "".join(",".join(line[:6] + line[8:]) + "\n" for line in lines))
    frame = log.to_pandas()
    assert local(frame["enabled"]) == ["03-30 08:50", "03-30 09:00", None]
    assert "start" not in frame


def test_operators_of_other_requests_leave_the_log_without_arrivals(tmp_path):
    log = with_operators(tmp_path, OPERATORS.replace("R1", "R2"))
    assert local(log.to_pandas()["timestamp"]) == ["03-30 09:00", "03-31 10:30", "04-01 11:00"]
    assert log.to_pandas()["enabled"].isna().all()
    assert adds_up(log)


def test_the_cache_knows_when_names_change(tmp_path):
    before = events(weaver(tmp_path))
    (tmp_path / "节点.csv").write_bytes("id,nodename\n10,发起\n11,部门审批\n12,归档\n".encode("gbk"))
    after = events(pm.open_project(tmp_path).read())
    assert before[0][1] != after[0][1]
    assert "发起" in after[0][1]


def test_a_lookup_that_the_profile_does_not_know_is_an_error(tmp_path):
    weaver(tmp_path)
    with pytest.raises(UnknownNameError, match="nodes"):
        opened(tmp_path, "  - {path: log_*.csv, profile: weaver_log, lookups: {node: 节点.csv}}")


DINGTALK = ["审批编号", "标题", "审批状态", "审批结果", "发起时间", "完成时间", "发起人姓名", "发起人部门", "审批记录"]
TRAIL = "王芳|提交申请|2026-03-30 09:00:10|;\n李强|审批|2026-03-30 15:20:00|agree|同意;\n请尽快"
MORE = TRAIL + ";\n赵敏|审批|2026-04-01 10:00:00|refuse|"


def dingtalk(path, trail, done=""):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("审批数据")
        sheet.merge_range(0, 0, 0, 8, "合同审批 导出")
        sheet.write_row(1, 0, DINGTALK)
        status, verdict = ("完成", "拒绝") if done else ("审批中", "")
        row = [
            "202603300900000096068",
            "采购合同",
            status,
            verdict,
            "2026-03-30 09:00:10",
            done,
            "王芳",
            "市场部",
            trail,
        ]
        sheet.write_row(2, 0, row)


def test_a_later_dingtalk_export_tells_a_running_case_anew(tmp_path):
    dingtalk(tmp_path / "审批_03.xlsx", TRAIL)
    dingtalk(tmp_path / "审批_04.xlsx", MORE, "2026-04-01 10:00:00")
    log = opened(tmp_path, "  - {path: 审批_*.xlsx, profile: dingtalk_export}")
    found = events(log)
    assert [(case, time, who) for case, _, time, who in found] == [
        ("202603300900000096068", "03-30 09:00", "王芳"),
        ("202603300900000096068", "03-30 15:20", "李强"),
        ("202603300900000096068", "04-01 10:00", "赵敏"),
    ]
    assert adds_up(log)
    assert {note.code: note.facts.get("n") for note in log.import_report.notes}["told_anew"] == 2
    assert set(log.to_pandas()["source_file"]) == {"审批_04.xlsx"}


def test_inspecting_a_dingtalk_export_proposes_its_profile_and_new_writes_it(tmp_path):
    dingtalk(tmp_path / "审批.xlsx", MORE, "2026-04-01 10:00:00")
    found = inspect_file(tmp_path / "审批.xlsx")
    assert found.profile.profile.name == "dingtalk_export"
    said = found.say("en")
    for piece in ("审批.xlsx: xlsx, 1 row, 9 columns", "100.0 %", "审批记录", "profile: dingtalk_export fits"):
        assert piece in said
    make_project(tmp_path / "mine", [tmp_path / "审批.xlsx"], time_zone="Asia/Shanghai", language="zh")
    assert "profile: dingtalk_export" in (tmp_path / "mine" / "project.yml").read_text(encoding="utf-8")
    assert pm.open_project(tmp_path / "mine").read().n_events == 3


def test_a_profile_of_ones_own_is_one_yaml_file(tmp_path):
    (tmp_path / "ours.yml").write_text(
        "name: ours\ntitle: {zh: 自有系统, en: our system}\nsystem: 自有\nshape: milestone_columns\n"
        "aliases: {case_id: [单据号]}\nrequired: [case_id]\n"
        "milestones:\n  - {columns: [下单时间], activity: 下单}\n  - {columns: [发货时间], activity: 发货}\n",
        encoding="utf-8",
    )
    (tmp_path / "o.csv").write_text(
        "单据号,下单时间,发货时间\nA,2026-03-02 09:00,2026-03-03 10:00\nB,2026-03-02 09:30,\n", "utf-8"
    )
    log = opened(tmp_path, "  - {path: o.csv, profile: ours.yml}")
    assert [(case, activity) for case, activity, _, _ in events_without_resource(log)] == [
        ("A", "下单"),
        ("A", "发货"),
        ("B", "下单"),
    ]
    assert adds_up(log)


def events_without_resource(log):
    return [(row.case_id, row.activity, row.timestamp, None) for row in log.to_pandas().itertuples()]


def test_an_archive_of_monthly_files_is_read_file_by_file(tmp_path):
    rows = "case_id,activity,timestamp,resource\nA,受理,2026-03-30 09:00,王芳\nA,处理,2026-03-31 10:00,李强\n"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("三月.csv", rows)
        archive.writestr(
            "四月.csv", rows.replace("A,受理,2026-03-30 09:00,王芳\n", "") + "A,关闭,2026-04-01 11:00,王芳\n"
        )
    log = opened(tmp_path, "  - path: all.zip")
    assert [v.activities for v in log.variants] == [("受理", "处理", "关闭")]
    assert sorted(set(log.to_pandas()["source_file"])) == ["all.zip/三月.csv", "all.zip/四月.csv"]
    assert log.import_report.n_set_aside == 1


def test_a_feishu_instance_is_read_from_json(tmp_path):
    moment = 1_774_832_400_000  # 2026-03-30 09:00 in Shanghai
    instance = {
        "data": {
            "approval_name": "报销",
            "instance_code": "F1",
            "serial_number": "202603300001",
            "start_time": str(moment),
            "end_time": "0",
            "status": "PENDING",
            "task_list": [
                {
                    "id": "t1",
                    "node_id": "n1",
                    "node_name": "直属上级",
                    "user_id": "u2",
                    "start_time": str(moment),
                    "end_time": "0",
                }
            ],
            "timeline": [
                {"type": "START", "create_time": str(moment), "user_id": "u1"},
                {"type": "PASS", "create_time": str(moment + 3_600_000), "user_id": "u2", "task_id": "t1"},
            ],
        }
    }
    (tmp_path / "f.json").write_text(json.dumps(instance, ensure_ascii=False), encoding="utf-8")
    log = opened(tmp_path, "  - {path: f.json, profile: feishu_api}")
    assert [(time, who) for _, _, time, who in events(log)] == [("03-30 09:00", "u1"), ("03-30 10:00", "u2")]
    assert "直属上级" in events(log)[1][1]
    assert adds_up(log)


def test_a_known_export_without_a_profile_is_an_error_that_names_it(tmp_path):
    dingtalk(tmp_path / "审批.xlsx", TRAIL)
    with pytest.raises(ExportError, match=r"DingTalk approvals \(Excel\)\n  hint: write profile: dingtalk_export"):
        opened(tmp_path, "  - {path: 审批.xlsx}")


def test_inspecting_json_tries_every_profile_of_json(tmp_path):
    record = {"id": 1, "ticket_id": 35, "created_at": "2026-03-30T01:00:00Z", "author_id": 5}
    change = {"type": "Change", "field_name": "status", "previous_value": "new", "value": "open"}
    (tmp_path / "z.json").write_text(json.dumps({"audits": [{**record, "events": [change]}]}), encoding="utf-8")
    found = inspect_file(tmp_path / "z.json")
    assert found.profile.profile.name == "zendesk_audits"
    assert "profile: zendesk_audits fits" in found.say("en")


TWO = "case_id,activity,日期,时刻\nA,受理,2026-03-02,09:00\nA,关闭,2026-03-02 00:00:00,17:45:10\nB,受理,2026-03-03,\n"


def test_date_and_time_of_day_in_two_columns(tmp_path):
    (tmp_path / "t.csv").write_text(TWO, encoding="utf-8")
    log = opened(tmp_path, "  - {path: t.csv, columns: {timestamp: 日期}, clocks: {timestamp: 时刻}}")
    assert [f"{time:%m-%d %H:%M:%S}" for time in log.to_pandas()["timestamp"]] == [
        "03-02 09:00:00",
        "03-02 17:45:10",
        "03-03 00:00:00",
    ]
    assert log.import_report.columns["timestamp"] == "日期 时刻"


def test_a_clock_that_is_no_column_is_an_error(tmp_path):
    (tmp_path / "t.csv").write_text(TWO, encoding="utf-8")
    with pytest.raises(ExportError, match="no column '时间'"):
        opened(tmp_path, "  - {path: t.csv, columns: {timestamp: 日期}, clocks: {timestamp: 时间}}")


def test_a_profile_that_does_not_fit_says_what_is_missing(tmp_path):
    (tmp_path / "o.csv").write_text("单据号,下单时间\nA,2026-03-02 09:00\n", "utf-8")
    with pytest.raises(ExportError, match="单据号"):
        opened(tmp_path, "  - {path: o.csv, profile: salesforce_history}")


def profiled(path, profile):
    return pm.read_export(shared_file(path), time_zone="Asia/Shanghai", profile=profile, null_values=["?"])


@pytest.mark.parametrize("path", ["engines/leave_act_hi_taskinst.csv", "engines/leave_act_hi_taskinst_gbk.csv"])
def test_an_engines_finished_tasks_are_events_and_open_ones_are_not(path):
    given = pd.read_csv(shared_file(path), encoding="gb18030" if "gbk" in path else "utf-8", dtype=str)
    done = given[given["END_TIME_"].notna()]
    log = profiled(path, "flowable_history")
    assert (log.n_events, log.n_cases) == (len(done), done["PROC_INST_ID_"].nunique())
    assert log.import_report.n_set_aside == len(given) - len(done) > 0
    assert adds_up(log)
    for name, column in (("enabled", "START_TIME_"), ("start", "CLAIM_TIME_")):
        times = log.to_pandas()[name].dropna().dt.strftime("%F %T")
        assert sorted(times) == sorted(done[column].dropna().str[:19])


def test_an_engines_gateways_are_no_events():
    given = pd.read_csv(shared_file("engines/leave_act_hi_actinst.csv"), dtype=str)
    done = given[(given["ACT_TYPE_"] == "userTask") & given["END_TIME_"].notna()]
    log = profiled("engines/leave_act_hi_actinst.csv", "flowable_history")
    assert log.to_pandas()["activity"].value_counts().to_dict() == done["ACT_NAME_"].value_counts().to_dict()
    assert adds_up(log)


def test_snapshots_of_incidents_become_changes_of_state():
    given = pd.read_csv(shared_file("crm/servicenow_incident_event_log.csv"), dtype=str)
    given["moment"] = pd.to_datetime(given["sys_updated_at"], format="%d-%m-%Y %H:%M")
    given["turn"] = given["sys_mod_count"].astype(int)
    given = given.sort_values(["number", "moment", "turn"], kind="stable")
    given = given[given["incident_state"] != "?"]
    changed = given["incident_state"] != given.groupby("number")["incident_state"].shift()
    log = profiled("crm/servicenow_incident_event_log.csv", "servicenow_incident_updates")
    assert log.n_cases == given["number"].nunique()
    assert (
        log.to_pandas()["activity"].value_counts().to_dict()
        == given[changed]["incident_state"].value_counts().to_dict()
    )
    assert adds_up(log)


def test_new_with_a_second_file_that_is_not_there_leaves_nothing_behind(tmp_path):
    (tmp_path / "a.csv").write_text("case_id,activity,timestamp\n1,a,2026-03-02\n", encoding="utf-8")
    with pytest.raises(ExportError, match="there is no such file"):
        make_project(
            tmp_path / "new", [tmp_path / "a.csv", tmp_path / "b.csv"], time_zone="Asia/Shanghai", language="zh"
        )
    assert not (tmp_path / "new").exists()


def test_a_file_of_names_with_refused_rows_says_so(tmp_path):
    rows = "".join(f"{i},节点{i}\n" for i in range(200))
    (tmp_path / "log.csv").write_text(
        "requestid,nodeid,logtype,operatedate,operatetime,operator,logid\n7,1,2,2026-03-30,09:00:00,甲,1\n",
        encoding="utf-8",
    )
    (tmp_path / "nodes.csv").write_text("id,nodename\n" + rows + "201\n", encoding="utf-8")
    log = opened(tmp_path, "  - {path: log.csv, profile: weaver_log, lookups: {nodes: nodes.csv}}")
    report = log.import_report
    assert [(f.name, f.n_rows, f.n_rejected, f.joined) for f in report.files] == [
        ("log.csv", 1, 0, False),
        ("nodes.csv", 201, 1, True),
    ]
    assert [r.file for r in report.rejections] == ["nodes.csv"]
    assert list(log.activities) == ["节点1"]


def test_giant_cells_are_cut_before_they_are_measured(tmp_path):
    head = "case_id,activity,timestamp,note\n"
    (tmp_path / "a.csv").write_text(f"{head}1,a,2026-03-02,{'长' * 600_000}\n", encoding="utf-8")
    assert "长长长…" in inspect_file(tmp_path / "a.csv").say("zh")


def test_what_lies_beside_a_workbook_is_not_run(tmp_path, monkeypatch):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate((["case_id", "activity", "timestamp"], ["1", "a", "2026-03-02 09:00"])):
            sheet.write_row(row, 0, cells)
    for name in ("random", "pickle", "python_calamine", "procmine"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(42)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert pm.read_export("a.xlsx", time_zone="UTC").n_events == 1


def test_reading_leaves_no_scratch_behind(tmp_path, monkeypatch):
    from procmine.core.log import engine

    monkeypatch.setattr(engine, "_process_folder", lambda: tmp_path / "scratch")
    (tmp_path / "scratch").mkdir()
    text = "工单导出\n编号,环节,时间\n1,受理,2026-03-02 09:00\n1,关闭,2026-03-03 09:00\n"
    (tmp_path / "a.csv").write_bytes(text.encode("gbk"))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "a.csv")
    columns = "{case_id: 编号, activity: 环节, timestamp: 时间}"
    log = opened(tmp_path, f"  - {{path: a.csv, columns: {columns}}}\n  - {{path: b.zip, columns: {columns}}}")
    assert log.n_events == 2  # the archive holds the same export again
    assert [path for path in (tmp_path / "scratch").rglob("*") if path.suffix in (".csv", ".parquet")] == []


@pytest.mark.parametrize(("repeats", "proposed"), [(3, None), (1, "ticket_milestones_zh")])
def test_a_file_with_a_row_per_event_is_not_taken_for_one_with_a_row_per_ticket(tmp_path, repeats, proposed):
    rows = [
        f"W{n},{'受理处理办结'[2 * i : 2 * i + 2]},2026-03-0{1 + n} 1{i}:00,2026-03-0{1 + n} 1{i}:10,2026-03-0{1 + n} 1{i}:30"
        for n in range(8)
        for i in range(repeats)
    ]
    file = tmp_path / "工单.csv"
    file.write_text("\n".join(["工单编号,处理环节,派单时间,接单时间,完成时间", *rows]), encoding="utf-8")
    found = inspect_file(file)
    assert (found.profile and found.profile.profile.name) == proposed
    if proposed is None:
        assert found.columns == {
            "case_id": "工单编号", "activity": "处理环节", "timestamp": "完成时间", "start": "接单时间", "enabled": "派单时间",
        }  # fmt: skip
        assert (found.trial.n_cases, found.trial.n_events, found.trial.n_activities) == (8, 24, 3)


ACTIVITIES = "ID_,PROC_INST_ID_,ACT_NAME_,ACT_TYPE_,ASSIGNEE_,START_TIME_,END_TIME_\n" + "".join(
    f"{i},{case},{name},userTask,王芳,2026-03-0{i} 09:00:00,2026-03-0{i} 10:00:00\n"
    for i, (case, name) in enumerate([("P1", "申请"), ("P1", "审批"), ("P2", "申请"), ("P3", "申请")], 1)
)
INSTANCES = "ID_,PROC_INST_ID_,BUSINESS_KEY_,START_TIME_,END_TIME_,START_USER_ID_,START_ACT_ID_,NAME_\n" + "".join(
    f"{case},{case},{key},2026-03-01 09:00:00,,7,start,\n" for case, key in (("P1", "HT-1"), ("P2", ""), ("P3", "NULL"))
)


def test_an_instance_without_a_business_key_is_called_by_its_own_id(tmp_path):
    (tmp_path / "act.csv").write_text(ACTIVITIES, encoding="utf-8")
    (tmp_path / "inst.csv").write_text(INSTANCES, encoding="utf-8")
    log = opened(tmp_path, "  - {path: act.csv, profile: flowable_history, lookups: {instances: inst.csv}}")
    assert [case for case, _, _, _ in events(log)] == ["HT-1", "HT-1", "P2", "P3"]
    notes = {note.code: note.say("zh") for note in log.import_report.notes}
    assert notes["or_else"] == "2 行没有填写“BUSINESS_KEY_”，改用“PROC_INST_ID_”"
    assert adds_up(log)


@pytest.mark.parametrize("name", ["actinst", "taskinst"])
def test_real_history_without_any_business_key_is_read(tmp_path, name):
    history, instances = (shared_file(f"engines/leave_act_hi_{table}.csv") for table in (name, "procinst"))
    assert pd.read_csv(instances, dtype=str)["BUSINESS_KEY_"].isna().all()
    log = opened(tmp_path, f"  - {{path: {history}, profile: flowable_history, lookups: {{instances: {instances}}}}}")
    alone = profiled(f"engines/leave_act_hi_{name}.csv", "flowable_history")
    assert (log.n_cases, log.n_events, log.import_report.n_rejected) == (alone.n_cases, alone.n_events, 0)


def test_a_table_of_instances_is_not_taken_for_their_history(tmp_path):
    (tmp_path / "inst.csv").write_text(INSTANCES, encoding="utf-8")
    assert "flowable_history" not in [offer.profile.name for offer in inspect_file(tmp_path / "inst.csv").ranked]


def test_a_weaver_log_without_names_of_nodes_tells_nodes_by_number_and_asks_for_the_names(tmp_path):
    (tmp_path / "log.csv").write_text(MARCH, encoding="utf-8")
    make_project(tmp_path / "p", [tmp_path / "log.csv"], time_zone="Asia/Shanghai", language="zh")
    text = (tmp_path / "p" / "project.yml").read_text(encoding="utf-8")
    assert "    # lookups: {nodes: …, people: …, operators: …}" in text
    log = pm.open_project(tmp_path / "p").read()
    assert log.activities == ["节点 10", "节点 11"]
    (said,) = [note.say("zh") for note in log.import_report.warnings if note.code == "unnamed"]
    assert said.startswith("2 行没有活动的名称，按编号命名")
    assert "lookups: {nodes: exports/<文件>}" in said
    assert "unnamed" not in {note.code for note in weaver(tmp_path).import_report.notes}


def test_tables_of_names_that_come_along_with_a_log_become_its_lookups(tmp_path):
    weaver(tmp_path)
    exports = [tmp_path / name for name in ("人员.csv", "log_03.csv", "节点.csv", "log_04.csv")]
    make_project(tmp_path / "p", exports, time_zone="Asia/Shanghai", language="zh")
    text = (tmp_path / "p" / "project.yml").read_text(encoding="utf-8")
    assert text.count("- path:") == 1
    assert "  - path: exports/log_*.csv\n" in text
    assert "    lookups: {nodes: exports/节点.csv, people: exports/人员.csv}    # " in text
    assert "按编号命名" not in text
    log = pm.open_project(tmp_path / "p").read()
    assert [activity for _, activity, _, _ in events(log)] == ["提交申请", "部门审批", "归档"]
    assert "unread_files" not in {note.code for note in log.import_report.notes}


def test_the_columns_of_json_are_those_of_the_profile_that_is_proposed(tmp_path):
    task = {"id": "t", "user_id": "u2", "node_name": "财务", "status": "APPROVED", "start_time": "1772442000000",
            "end_time": "1772445600000"}  # fmt: skip
    line = {"type": "PASS", "create_time": "1772445600000", "user_id": "u2", "task_id": "t", "comment": "同意"}
    data = {"instance_code": "F1", "serial_number": "9", "start_time": "1772442000000", "user_id": "u1",
            "timeline": [line], "task_list": [task]}  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps({"data": data}), encoding="utf-8")
    found = inspect_file(tmp_path / "a.json")
    assert found.profile.profile.name == "feishu_api"
    assert "timeline.type" in found.raw.columns
    assert not [name for name in found.raw.columns if name.startswith("task_list.")]
