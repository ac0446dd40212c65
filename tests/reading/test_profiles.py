"""The built-in profiles, each with a made-up export and the events it tells; finding and opening profiles."""

from __future__ import annotations

import pytest
from profile_samples import document, shaped, table

from procmine.core.log.engine import workbench
from procmine.core.text.errors import ExportError, SpecError, UnknownNameError
from procmine.reading.files.source import Source
from procmine.reading.profiles.lookups import join_lookup
from procmine.reading.profiles.profile import built_in, find_column, likeliest_profile, open_profile, plain_header, rank
from procmine.reading.profiles.profile_parts import Doubles, Lookup
from procmine.reading.profiles.reshape import reshape

TABLES = {
    "dingtalk_export": (
        "审批编号, 标题, 审批状态, 审批结果, 审批发起时间, 发起人姓名, 审批记录, 请假天数",
        [
            [
                "202603050900000000101", "甲的请假", "完成", "同意", "2026-03-05 09:00:11", "甲",
                "甲|提交申请|2026-03-05 09:00:11|提交申请;\n乙|审批|2026-03-05 11:20:00|agree|;\n丙|审批|2026-03-06 08:05:00|agree|注意交接;",
                "2",
            ],
            [
                "202603050900000000102", "丁的请假", "终止", "-", "2026-03-05 09:30:00", "丁",
                "丁|提交申请|2026-03-05 09:30:00|提交申请;\n丁|撤销|2026-03-05 09:40:00", "1",
            ],
        ],
        [
            ("202603050900000000101", "提交申请", "03-05 09:00", "甲"),
            ("202603050900000000101", "审批", "03-05 11:20", "乙"),
            ("202603050900000000101", "审批", "03-06 08:05", "丙"),
            ("202603050900000000102", "提交申请", "03-05 09:30", "丁"),
            ("202603050900000000102", "撤销", "03-05 09:40", "丁"),
        ],
        {},
    ),
    "weaver_log": (
        "logid, requestid, nodeid, logtype, operatedate, operatetime, operator, agenttype, remark",
        [
            "11, 500, 1, 2, 2026-03-05, 09:00:00, 3, 0, -",
            "12, 500, 2, 1, 2026-03-05, 09:05:00, 4, 0, 草稿",
            "14, 500, 2, 3, 2026-03-05, 10:00:00, 4, 0, 补发票",
            "13, 500, 1, 2, 2026-03-05, 10:00:00, 3, 0, -",
            "15, 500, 2, 0, 2026-03-05, 11:00:00, 4, 1, -",
            "16, 500, 2, 0, 2026-03-05, 11:00:00, 9, 2, -",
            "17, 500, 3, q, 2026-03-05, 12:00:00, 5, 0, -",
            "18, 500, 3, t, 2026-03-05, 12:00:00, 5, 0, -",
        ],
        [
            ("500", "节点 1", "03-05 09:00", "3"),
            ("500", "节点 1", "03-05 10:00", "3"),
            ("500", "节点 2", "03-05 10:00", "4"),
            ("500", "节点 2", "03-05 11:00", "9"),
            ("500", "节点 3", "03-05 12:00", "5"),
        ],
        {"double_rows": 1, "unnamed": 5},
    ),
    "weaver_operator": (
        "id, requestid, nodeid, userid, isremark, receivedate, receivetime, operatedate, operatetime, agenttype",
        [
            "1, 500, 2, 4, 2, 2026-03-05, 09:00:00, 2026-03-05, 11:00:00, 0",
            "2, 500, 3, 5, 0, 2026-03-05, 11:00:00, 2026-03-05, 11:30:00, 0",
            "3, 500, 3, 6, 0, 2026-03-05, 11:00:00, -, -, 0",
            "4, 500, 3, 7, 8, 2026-03-05, 11:00:00, 2026-03-05, 11:10:00, 0",
        ],
        [("500", "节点 2", "03-05 11:00", "4")],
        {"open_intervals": 2, "not_kept": 1},
    ),
    "flowable_history": (
        "ID_, PROC_INST_ID_, ACT_ID_, ACT_NAME_, ACT_TYPE_, ASSIGNEE_, START_TIME_, END_TIME_, DELETE_REASON_",
        [
            "1, p1, s, 开始, startEvent, -, 2026-03-05 09:00:00, 2026-03-05 09:00:00, -",
            "2, p1, a, 经理审批, userTask, 李, 2026-03-05 09:00:00, 2026-03-05 10:00:00, -",
            "3, p1, g, -, exclusiveGateway, -, 2026-03-05 10:00:00, 2026-03-05 10:00:00, -",
            "4, p1, b, 会签, userTask, 王, 2026-03-05 10:00:00, 2026-03-05 12:00:00, -",
            "5, p1, b, 会签, userTask, 赵, 2026-03-05 10:00:00, 2026-03-05 12:00:00, MI_END",
            "6, p1, c, 归档, userTask, -, 2026-03-05 12:00:00, -, -",
        ],
        [("p1", "经理审批", "03-05 10:00", "李"), ("p1", "会签", "03-05 12:00", "王")],
        {"not_kept": 1, "open_intervals": 1},
    ),
    "salesforce_history": (
        "Case Number, Field / Event, Old Value, New Value, Edited By, Edit Date",
        [
            "00001026, Status, New, Working, José, 13/3/2026 2:10 PM",
            "00001026, Created., -, -, José, 13/3/2026 2:03 PM",
            "00001026, Priority, Low, High, José, 13/3/2026 2:11 PM",
            "00001026, Status, Working, Closed, Automated Process, 14/3/2026 9:00 AM",
        ],
        [
            ("00001026", "创建", "03-13 14:03", "José"),
            ("00001026", "Working", "03-13 14:10", "José"),
            ("00001026", "Closed", "03-14 09:00", "Automated Process"),
        ],
        {"unwatched": 1},
    ),
    "salesforce_stages": (
        "Id, OpportunityId, StageName, Amount, CloseDate, CreatedById, CreatedDate",
        [
            "h1, 006A, Prospecting, 100, 2026-06-30, 005A, 2026-03-05T09:00:00.000Z",
            "h2, 006A, Prospecting, 120, 2026-06-30, 005A, 2026-03-05T10:00:00.000Z",
            "h3, 006A, Negotiation, 120, 2026-06-30, 005B, 2026-03-06T09:00:00.000Z",
            "h4, 006A, Prospecting, 120, 2026-07-31, 005B, 2026-03-07T09:00:00.000Z",
        ],
        [
            ("006A", "Prospecting", "03-05 09:00", "005A"),
            ("006A", "Negotiation", "03-06 09:00", "005B"),
            ("006A", "Prospecting", "03-07 09:00", "005B"),
        ],
        {"unchanged": 1},
    ),
    "hubspot_deals": (
        ["Record ID", "Deal Name", "Create Date", "Deal owner", 'Date entered "Demo (Sales Pipeline)"', "Date entered “Won (Sales Pipeline)”"],
        [
            ["77", "X", "2026-03-05 09:00", "Kim", "2026-03-06 10:00", "2026-03-09 10:00"],
            ["78", "Y", "2026-03-05 09:30", "Kim", "-", "-"],
        ],
        [
            ("77", "创建", "03-05 09:00", "Kim"),
            ("77", "Demo", "03-06 10:00", "Kim"),
            ("77", "Won", "03-09 10:00", "Kim"),
            ("78", "创建", "03-05 09:30", "Kim"),
        ],
        {"loops_invisible": True},
    ),
    "servicenow_audit": (
        "documentkey, tablename, fieldname, oldvalue, newvalue, user, sys_created_on",
        [
            "abc, incident, state, 1, 2, anna, 2026-03-05 09:00:00",
            "abc, incident, priority, 3, 2, anna, 2026-03-05 09:10:00",
            "abc, incident, state, 2, 6, anna, 2026-03-05 10:00:00",
            "abc, incident, state, 6, 7, system, 2026-03-08 10:00:00",
            "abc, incident, state, 7, -7, system, 2026-03-08 11:00:00",
        ],
        [
            ("abc", "In Progress", "03-05 09:00", "anna"),
            ("abc", "Resolved", "03-05 10:00", "anna"),
            ("abc", "Closed", "03-08 10:00", "system"),
            ("abc", "其他(-7)", "03-08 11:00", "system"),
        ],
        {"unwatched": 1},
    ),
    "servicenow_metric": (
        "definition, id, value, start, end, duration, calculation_complete",
        [
            "Incident State Duration, INC1, New, 2026-03-05 09:00:00, 2026-03-05 10:00:00, 3600, true",
            "Incident State Duration, INC1, Active, 2026-03-05 10:00:00, -, -, false",
        ],
        [("INC1", "New", "03-05 10:00", None)],
        {"open_intervals": 1, "metric_start": True},
    ),
    "servicenow_incident_updates": (
        "number, incident_state, sys_updated_at, sys_updated_by, sys_mod_count",
        [
            "INC1, New, 2026-03-05 09:00:00, anna, 0",
            "INC1, New, 2026-03-05 09:10:00, anna, 1",
            "INC1, Active, 2026-03-05 09:20:00, ben, 2",
        ],
        [("INC1", "New", "03-05 09:00", "anna"), ("INC1", "Active", "03-05 09:20", "ben")],
        {"unchanged": 1},
    ),
    "ticket_milestones_zh": (
        "工单编号, 受理时间, 受理人, 派单时间, 接单时间, 办结时间, 回访时间",
        [
            "G1, 2026-03-05 09:00, 小张, 2026-03-05 09:10, 2026-03-05 09:30, 2026-03-05 17:00, 2026-03-06 10:00",
            "G2, 2026-03-05 10:00, 小张, -, -, -, -",
        ],
        [
            ("G1", "受理", "03-05 09:00", "小张"),
            ("G1", "派单", "03-05 09:10", None),
            ("G1", "接单", "03-05 09:30", None),
            ("G1", "办结", "03-05 17:00", None),
            ("G1", "回访", "03-06 10:00", None),
            ("G2", "受理", "03-05 10:00", "小张"),
        ],
        {"loops_invisible": True},
    ),
    "jira_issues": (
        "Issue key, Assignee, Created, Resolved, Labels, Labels",
        ["P-1, kim, 05/Mar/26 9:00 AM, 06/Mar/26 1:42 PM, a, b"],
        [("P-1", "Created", "03-05 09:00", "kim"), ("P-1", "Resolved", "03-06 13:42", "kim")],
        {"column_joined": 2, "no_history": True},
    ),
}  # fmt: skip

DOCUMENTS = {
    "dingtalk_api": (
        {
            "process_instance": {
                "business_id": "202603050900000000103",
                "title": "甲的报销",
                "operation_records": [
                    {"operation_type": "START_PROCESS_INSTANCE", "operation_result": "NONE", "date": "2026-03-05 09:00:00", "userid": "u1"},
                    {"operation_type": "EXECUTE_TASK_NORMAL", "operation_result": "AGREE", "date": "2026-03-05 10:00:00", "userid": "u2"},
                    {"operation_type": "ADD_REMARK", "operation_result": "NONE", "date": "2026-03-05 10:30:00", "userid": "u1"},
                    {"operation_type": "EXECUTE_TASK_NORMAL", "operation_result": "REFUSE", "date": "2026-03-05 11:00:00", "userid": "u3"},
                    {"operation_type": "NEW_TYPE", "operation_result": "NONE", "date": "2026-03-05 12:00:00", "userid": "u3"},
                ],
            }
        },
        [
            ("202603050900000000103", "提交申请", "03-05 09:00", "u1"),
            ("202603050900000000103", "审批", "03-05 10:00", "u2"),
            ("202603050900000000103", "审批", "03-05 11:00", "u3"),
            ("202603050900000000103", "其他(NEW_TYPE)", "03-05 12:00", "u3"),
        ],
        {"class_aside": 1},
    ),
    "feishu_api": (
        {
            "code": 0,
            "data": {
                "serial_number": "202603050001",
                "end_time": "0",
                "task_list": [{"id": "t1", "node_name": "经理审批"}, {"id": "t2", "node_name": "总监审批"}],
                "timeline": [
                    {"type": "START", "create_time": "1772701200000", "user_id": "a"},
                    {"type": "PASS", "create_time": "1772704800000", "user_id": "b", "task_id": "t1"},
                    {"type": "REMOVE_REPEAT", "create_time": "1772704800000", "user_id": "b", "task_id": "t2"},
                    {"type": "CC", "create_time": "1772704800000", "user_id": "c"},
                ],
            },
        },
        [
            ("202603050001", "发起", "03-05 09:00", "a"),
            ("202603050001", "经理审批", "03-05 10:00", "b"),
            ("202603050001", "总监审批", "03-05 10:00", "b"),
        ],
        {"class_aside": 1},
    ),
    "wecom_api": (
        {
            "errcode": 0,
            "info": {
                "sp_no": "202603050002",
                "apply_time": 1772701200,
                "applyer": {"userid": "a"},
                "sp_record": [
                    {
                        "approverattr": 1,
                        "details": [
                            {"approver": {"userid": "b"}, "sp_status": 2, "sptime": 1772704800},
                            {"approver": {"userid": "c"}, "sp_status": 1, "sptime": 0},
                        ],
                    },
                    {"details": {"approver": {"userid": "d"}, "sp_status": 3, "sptime": 1772708400}},
                    {"details": [{"approver": {"userid": "e"}, "sp_status": 1, "sptime": 0}]},
                ],
            },
        },
        [
            ("202603050002", "提交申请", "03-05 09:00", "a"),
            ("202603050002", "节点1", "03-05 10:00", "b"),
            ("202603050002", "节点2", "03-05 11:00", "d"),
        ],
        {"open_intervals": 2},
    ),
    "jira_changelog": (
        {
            "issues": [
                {
                    "key": "P-1",
                    "fields": {"created": "2026-03-05T09:00:00.000+0000", "reporter": {"displayName": "Kim"}},
                    "changelog": {
                        "histories": [
                            {"id": "3", "created": "2026-03-05T12:00:00.000+0000", "author": {"displayName": "Lee"},
                             "items": [{"field": "status", "fromString": "Doing", "toString": "Done"}, {"field": "resolution", "toString": "Fixed"}]},
                            {"id": "2", "created": "2026-03-05T10:00:00.000+0000", "author": {"displayName": "Kim"},
                             "items": [{"field": "status", "fromString": "To Do", "toString": "Doing"}]},
                        ]
                    },
                },
                {"key": "P-2", "fields": {"created": "2026-03-06T09:00:00.000+0000"}, "changelog": {"histories": []}},
            ]
        },
        [
            ("P-1", "Created", "03-05 09:00", "Kim"),
            ("P-1", "Doing", "03-05 10:00", "Kim"),
            ("P-1", "Done", "03-05 12:00", "Lee"),
            ("P-2", "Created", "03-06 09:00", None),
        ],
        {"unwatched": 1},
    ),
    "hubspot_history": (
        {
            "results": [
                {
                    "id": "77",
                    "properties": {"dealname": "X"},
                    "propertiesWithHistory": {
                        "dealstage": [
                            {"value": "demo", "timestamp": "2026-03-09T09:00:00.000Z", "sourceType": "CRM_UI", "updatedByUserId": 8},
                            {"value": "won", "timestamp": "2026-03-07T09:00:00.000Z", "sourceType": "CRM_UI", "updatedByUserId": 8},
                            {"value": "won", "timestamp": "2026-03-06T09:00:00.000Z", "sourceType": "CRM_UI", "updatedByUserId": 7},
                            {"value": "demo", "timestamp": "2026-03-05T09:00:00.000Z", "sourceType": "API", "sourceId": "form"},
                        ]
                    },
                }
            ]
        },
        [
            ("77", "demo", "03-05 09:00", None),
            ("77", "won", "03-06 09:00", "7"),
            ("77", "demo", "03-09 09:00", "8"),
        ],
        {"unchanged": 1},
    ),
    "feishu_tasks": (
        {
            "code": 0,
            "data": {
                "serial_number": "202603050001",
                "start_time": "1772701200000",
                "end_time": "0",
                "user_id": "a",
                "task_list": [
                    {"id": "t1", "node_name": "经理审批", "status": "APPROVED", "user_id": "b", "start_time": "1772701200000", "end_time": "1772704800000"},
                    {"id": "t2", "node_name": "总监审批", "status": "PENDING", "user_id": "c", "start_time": "1772704800000", "end_time": "0"},
                ],
            },
        },
        [("202603050001", "发起", "03-05 09:00", "a"), ("202603050001", "经理审批", "03-05 10:00", "b")],
        {"open_intervals": 1},
    ),
    "zendesk_metrics": (
        {
            "ticket_metric_events": [
                {"id": 1, "ticket_id": 35, "metric": "reply_time", "instance_id": 1, "type": "activate", "time": "2026-03-05T09:00:00Z"},
                {"id": 2, "ticket_id": 35, "metric": "reply_time", "instance_id": 1, "type": "apply_sla", "time": "2026-03-05T09:00:00Z"},
                {"id": 3, "ticket_id": 35, "metric": "agent_work_time", "instance_id": 1, "type": "activate", "time": "2026-03-05T09:00:00Z"},
                {"id": 4, "ticket_id": 35, "metric": "reply_time", "instance_id": 1, "type": "fulfill", "time": "2026-03-05T10:00:00Z"},
                {"id": 5, "ticket_id": 35, "metric": "agent_work_time", "instance_id": 1, "type": "pause", "time": "2026-03-05T11:00:00Z"},
                {"id": 6, "ticket_id": 35, "metric": "agent_work_time", "instance_id": 1, "type": "activate", "time": "2026-03-05T13:00:00Z"},
            ]
        },
        [("35", "reply_time", "03-05 10:00", None), ("35", "agent_work_time", "03-05 11:00", None)],
        {"no_pair": 1, "paired_rows": 2, "open_intervals": 1},
    ),
    "zendesk_audits": (
        {
            "audits": [
                {"id": 1, "ticket_id": 35, "created_at": "2026-03-05T09:00:00Z", "author_id": 7,
                 "events": [{"id": 11, "type": "Comment", "body": "hi"}, {"id": 12, "type": "Create", "field_name": "status", "value": "new"},
                            {"id": 13, "type": "Create", "field_name": "priority", "value": None}]},
                {"id": 2, "ticket_id": 35, "created_at": "2026-03-05T10:00:00Z", "author_id": -1,
                 "events": [{"id": 21, "type": "Change", "field_name": "status", "previous_value": "new", "value": "open"}]},
            ]
        },
        [("35", "new", "03-05 09:00", "7"), ("35", "open", "03-05 10:00", "-1")],
        {"not_kept": 1, "unwatched": 1},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def bench():
    with workbench() as backend:
        yield backend


def test_every_profile_has_a_sample():
    assert set(TABLES) | set(DOCUMENTS) == set(built_in())


@pytest.mark.parametrize("name", TABLES)
def test_a_table_tells_its_events(bench, tmp_path, name):
    header, rows, events, notes = TABLES[name]
    found = shaped(bench, table(bench, tmp_path, header, *rows), name)
    assert found.events == events
    assert notes.items() <= found.notes.items()
    assert found.rejects == {}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_tells_its_events(bench, tmp_path, name):
    content, events, notes = DOCUMENTS[name]
    found = shaped(bench, document(bench, tmp_path, built_in()[name], content), name)
    assert found.events == events
    assert notes.items() <= found.notes.items()
    assert found.rejects == {}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_proposed_its_own_profile(name):
    header = TABLES[name][0]
    ranked = rank(header.split(", ") if isinstance(header, str) else header)
    assert (ranked[0].profile.name, ranked[0].score, ranked[0].missing) == (name, 1.0, {})
    assert likeliest_profile(ranked) == ranked[0]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_proposed_its_own_profile(bench, tmp_path, name):
    raw = document(bench, tmp_path, built_in()[name], DOCUMENTS[name][0])
    assert rank(list(raw.columns))[0].profile.name == name


def test_a_variant_of_a_profile_is_listed_after_it(bench, tmp_path):
    names = ("feishu_api", "feishu_tasks")
    content = DOCUMENTS["feishu_tasks"][0]
    content = {"data": {**content["data"], "timeline": DOCUMENTS["feishu_api"][0]["data"]["timeline"]}}
    found = [
        rank(list(document(bench, tmp_path, built_in()[name], content).columns), {name: built_in()[name]})[0]
        for name in names
    ]
    assert [offer.score for offer in found] == [1.0, 1.0]
    assert likeliest_profile(found).profile.name == "feishu_api"
    assert likeliest_profile(found[1:]).profile.name == "feishu_tasks"


def test_a_report_that_lists_the_newest_first_is_read_from_its_end(bench, tmp_path):
    header, states = TABLES["salesforce_history"][0], ["New", "Working", "Escalated", "Closed"]
    rows = [
        f"0000{case}, Status, {old}, {new}, José, 13/3/2026 {hour}:00 PM"
        for case in range(6)
        for hour, old, new in ((5, "Escalated", "Closed"), (4, "Working", "Escalated"), (3, "New", "Working"))
    ]
    minute = [
        f"00009, Status, {old}, {new}, José, 14/3/2026 2:00 PM"
        for new, old in zip(states[:0:-1], states[-2::-1], strict=True)
    ]
    for source, expected in (({}, states[1:]), ({"newest_first": False}, states[:0:-1])):
        found = shaped(bench, table(bench, tmp_path, header, *rows, *minute), "salesforce_history", **source)
        assert [activity for case, activity, *_ in found.events if case == "00009"] == expected


def test_pairs_know_when_they_began(bench, tmp_path):
    raw = document(bench, tmp_path, built_in()["zendesk_metrics"], DOCUMENTS["zendesk_metrics"][0])
    starts = shaped(bench, raw, "zendesk_metrics").also(bench, "start::varchar")
    assert starts == [("2026-03-05 09:00:00",), ("2026-03-05 09:00:00",)]


def test_a_change_told_by_id_and_by_name_counts_once(bench, tmp_path):
    header = "CaseId, Field, OldValue, NewValue, CreatedById, CreatedDate"
    rows = [
        "500A, Owner, 005000000000001AAA, 005000000000002AAA, 005X, 2026-03-05T01:00:00.000Z",
        "500A, Owner, 王芳, 李强, 005X, 2026-03-05T01:00:00.000Z",
        "500A, Owner, 005000000000002AAA, 005000000000003AAA, 005X, 2026-03-06T01:00:00.000Z",
    ]
    own = built_in()["salesforce_history"].model_copy(update={"watch": {"Owner": "转给 {new}"}})
    found = shaped(bench, table(bench, tmp_path, header, *rows), own)
    assert [activity for _, activity, *_ in found.events] == ["转给 李强", "转给 005000000000003AAA"]
    assert found.notes["double_rows"] == 1


@pytest.mark.parametrize(
    "double",
    [{"drop": "1"}, {"pattern": "x", "drop": "1", "beside": "2"}, {"beside": "2"}, {}],
    ids=["half", "both", "other half", "none"],
)
def test_doubles_are_told_in_one_way(double):
    with pytest.raises(ValueError, match="give drop and beside, or a pattern"):
        Doubles.model_validate({"field": "f", "same": ["case_id"], **double})


def test_a_proposal_says_what_is_there_and_what_is_not():
    best = next(
        offer for offer in rank(["审批编号", "发起日期", "审批记录"]) if offer.profile.name == "dingtalk_export"
    )
    assert best.score == pytest.approx(2 / 3)
    assert best.matched == {"case_id": "审批编号", "cell": "审批记录"}
    assert best.missing == {"created": ("审批发起时间", "发起时间", "创建时间")}
    assert likeliest_profile([best]) is None


def test_nothing_is_proposed_for_a_plain_log():
    assert likeliest_profile(rank(["case", "activity", "time"])) is None


@pytest.mark.parametrize(
    ("header", "alias"),
    [("审批\n编号 *", "审批编号"), ("耗时(小时)", "耗时"), ("\ufeffEDIT  date", "Edit Date"), ("单号【必填】", "单号")],
)
def test_headers_are_compared_without_what_exports_add(header, alias):
    assert plain_header(header) == plain_header(alias)
    assert find_column([alias], ["x", header]) == header


def test_a_header_written_exactly_comes_before_one_that_is_only_like_it():
    assert find_column(["耗时"], ["耗时(小时)", "耗时"]) == "耗时"


def test_automatic_steps_and_system_actors_are_marked(bench, tmp_path):
    found = shaped(bench, document(bench, tmp_path, built_in()["feishu_api"], DOCUMENTS["feishu_api"][0]), "feishu_api")
    assert found.also(bench, "is_system") == [(False,), (False,), (True,)]
    header, rows, *_ = TABLES["servicenow_audit"]
    found = shaped(bench, table(bench, tmp_path, header, *rows), "servicenow_audit")
    assert found.also(bench, "is_system") == [(False,), (False,), (True,), (True,)]


def test_the_state_before_the_first_change_stands_on_the_creation(bench, tmp_path):
    raw = document(bench, tmp_path, built_in()["jira_changelog"], DOCUMENTS["jira_changelog"][0])
    found = shaped(bench, raw, "jira_changelog").also(bench, "to_state")
    assert found == [("To Do",), ("Doing",), ("Done",), (None,)]


def test_names_come_from_other_files(bench, tmp_path):
    header, rows, *_ = TABLES["weaver_log"]
    nodes = table(bench, tmp_path, "id, nodename, flow", "1, 申请, f", "2, 审核, f", "2, 复核, f", "2, 审核, g")
    raw = join_lookup(bench, table(bench, tmp_path, header, *rows), built_in()["weaver_log"].lookups["nodes"], nodes)
    found = shaped(bench, raw, "weaver_log")
    assert [event[1] for event in found.events] == ["申请", "申请", "审核", "审核", "节点 3"]
    assert (found.notes["lookup_repeated"], found.notes["lookup_missing"]) == (1, 2)


def looked_up(bench, raw, lookup, other):
    """The cells that a lookup adds, row by row, their columns, and what was said."""
    found = join_lookup(bench, raw, Lookup.model_validate(lookup), other)
    columns = [name for name in found.columns if name not in raw.columns]
    cells = ", ".join(found.columns[name] for name in columns)
    rows = bench.con.execute(f"select {cells} from {found.relation} order by source_row").fetchall()
    return columns, rows, {note.code: (note.facts["column"], note.facts["n"]) for note in found.notes}


WHO_AND_WHERE = {"match": {"case": ["no", "id"], "who": "user"}, "take": {"came": "Came *", "seen": ["viewed", "seen"]}}


def test_a_lookup_takes_several_columns_where_all_that_is_matched_is_equal(bench, tmp_path):
    raw = table(bench, tmp_path, "case, who", "1, a", "1, b", "2, a", ["3 ", " a\u3000"], "9, a")
    other = table(bench, tmp_path, "id, USER, seen, came", "1, a, s1, c1", "1, b, s2, c2", "2, a, -, c3", "3, a, s4, -")
    columns, rows, said = looked_up(bench, raw, WHO_AND_WHERE, other)
    assert columns == ["came", "seen"]
    assert rows == [("c1", "s1"), ("c2", "s2"), ("c3", None), (None, "s4"), (None, None)]
    assert said == {"lookup_missing": ("came, seen", 1)}


def test_a_key_that_is_not_given_whole_finds_nothing(bench, tmp_path):
    raw = table(bench, tmp_path, "case, who", "1, -", "-, a", "-, -", "1, a")
    other = table(
        bench, tmp_path, "id, user, seen, came", "1, -, s1, c1", "-, a, s2, c2", "-, -, s3, c3", "1, a, s4, c4"
    )
    _, rows, said = looked_up(bench, raw, WHO_AND_WHERE, other)
    assert rows == [(None, None)] * 3 + [("c4", "s4")]
    assert said == {}


def test_a_repeated_key_takes_its_first_row_whole(bench, tmp_path):
    raw = table(bench, tmp_path, "case, who", "1, a", "2, a", "3, a")
    rows = ["1, a, -, -", "1, a, -, c1", "1, a, s2, c2", "2, a, -, c3", "2, a, -, c3", "3, a, s4, c4", "3, a, s4, -"]
    _, rows, said = looked_up(bench, raw, WHO_AND_WHERE, table(bench, tmp_path, "id, user, seen, came", *rows))
    assert rows == [("c1", None), ("c3", None), ("c4", "s4")]
    assert said == {"lookup_repeated": ("came, seen", 2)}


def test_a_lookup_does_without_columns_it_would_take_but_not_without_all(bench, tmp_path):
    raw = table(bench, tmp_path, "case, who, came", "1, a, own")
    columns, rows, _ = looked_up(bench, raw, WHO_AND_WHERE, table(bench, tmp_path, "id, user, came", "1, a, c1"))
    assert (columns, rows) == (["came.2"], [("c1",)])
    with pytest.raises(ExportError, match=r"the column 'Came \*' is missing"):
        looked_up(bench, raw, WHO_AND_WHERE, table(bench, tmp_path, "id, user, other", "1, a, x"))
    with pytest.raises(ExportError, match="the column 'user' is missing"):
        looked_up(bench, raw, WHO_AND_WHERE, table(bench, tmp_path, "id, came", "1, x"))
    other = table(bench, tmp_path, "id, user, came", "1, a, c1")
    with pytest.raises(ExportError, match="the column 'who' is missing"):
        looked_up(bench, table(bench, tmp_path, "case", "1"), WHO_AND_WHERE, other)


def test_a_lookup_after_another_adds_its_own_columns(bench, tmp_path):
    lookups = built_in()["weaver_operator"].lookups
    header, rows, *_ = TABLES["weaver_operator"]
    nodes = table(bench, tmp_path, "id, nodename", "2, 审核", "3, 归档")
    people = table(bench, tmp_path, "id, lastname", "4, 李强")
    raw = join_lookup(bench, table(bench, tmp_path, header, *rows), lookups["nodes"], nodes)
    found = shaped(bench, join_lookup(bench, raw, lookups["people"], people), "weaver_operator")
    assert found.events == [("500", "审核", "03-05 11:00", "李强")]


@pytest.mark.parametrize(
    "lookup", [{"match": {}, "take": {"a": "a"}}, {"match": {"a": "a"}, "take": {}}], ids=["no match", "no take"]
)
def test_a_lookup_matches_and_takes_something(lookup):
    with pytest.raises(ValueError, match="at least 1"):
        Lookup.model_validate(lookup)


def test_a_profile_of_ones_own_is_a_yaml_file(tmp_path):
    text = "name: own\ntitle: {zh: 自, en: own}\nsystem: x\nshape: event_rows\naliases: {case_id: 号}\n"
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    assert open_profile("own.yml", tmp_path).aliases == {"case_id": ["号"]}
    with pytest.raises(UnknownNameError, match="did you mean 'weaver_log'"):
        open_profile("weaver_logs")
    (tmp_path / "own.yml").write_text(text + "aliasses: {}\nwarnings: [nothing]\n", encoding="utf-8")
    with pytest.raises(SpecError, match=r"own.yml:6: unknown key 'aliasses'"):
        open_profile("own.yml", tmp_path)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_rows_has_no_events(bench, tmp_path, name):
    raw = table(bench, tmp_path, TABLES[name][0])
    assert reshape(bench, raw, built_in()[name], Source(path="x"), 900 + list(TABLES).index(name))[0].n_made == 0
