"""Every shape of rows becomes events; rows that are none are counted with their reason, and nothing is lost."""

from __future__ import annotations

import pytest
from profile_samples import document, shaped, table

from procmine.core.log.engine import workbench
from procmine.core.text.errors import ExportError
from procmine.reading.profiles.lookups import join_lookup
from procmine.reading.profiles.profile import Profile, built_in
from procmine.reading.profiles.trails import CELL_LIMIT, split_trail

TITLE = {"zh": "样例", "en": "sample"}


@pytest.fixture(scope="module")
def bench():
    with workbench() as backend:
        yield backend


def profile(**what):
    return Profile.model_validate({"name": "own", "title": TITLE, "system": "own", **what})


LOG = {"case_id": ["no"], "action": ["act"], "timestamp": ["when"]}


def test_rows_are_events_by_their_aliases_whatever_the_header_adds(bench, tmp_path):
    raw = table(
        bench, tmp_path, ["审批\n编号 *", "\ufeff环节(人)", "ＴＩＭＥ", "备注"], ["1", "受理", "2026-03-05 09:00", "x"]
    )
    kind = profile(shape="event_rows", aliases={"case_id": ["审批编号"], "activity": ["环节"], "timestamp": ["time"]})
    found = shaped(bench, raw, kind)
    assert found.events == [("1", "受理", "03-05 09:00", None)]
    assert found.also(bench, '"备注"') == [("x",)]


def test_date_and_clock_in_two_columns_are_one_time(bench, tmp_path):
    raw = table(bench, tmp_path, "no, act, day, clock", "1, a, 2026-03-05, 09:30:00", "1, b, 2026-03-06, -")
    kind = profile(
        shape="event_rows",
        aliases={"case_id": ["no"], "activity": ["act"], "timestamp": ["day"], "timestamp_clock": ["clock"]},
    )
    assert [event[2] for event in shaped(bench, raw, kind).events] == ["03-05 09:30", "03-06 00:00"]


def test_unknown_codes_stay_and_quiet_classes_are_counted(bench, tmp_path):
    raw = table(bench, tmp_path, "no, act, when", *[f"1, {code}, 2026-03-05 0{i}:00" for i, code in enumerate("03qtt")])
    kind = profile(
        shape="event_rows",
        aliases=LOG,
        activity=["{action}"],
        codes={"action": {"0": "批准", "3": "退回", "t": "抄送"}},
    )
    found = shaped(bench, raw, kind)
    assert [event[1] for event in found.events] == ["批准", "退回", "其他(q)"]
    assert found.also(bench, "action_class") == [("approve",), ("return",), ("其他(q)",)]
    assert found.notes["class_aside"] == 2


def test_classes_are_kept_when_the_profile_says_so(bench, tmp_path):
    raw = table(bench, tmp_path, "no, act, when", "1, 抄送, 2026-03-05 09:00")
    found = shaped(bench, raw, profile(shape="event_rows", aliases=LOG, activity=["{action}"], drop_classes=[]))
    assert [event[1] for event in found.events] == ["抄送"]


@pytest.mark.parametrize(
    ("unit", "texts"), [("s", ["1772701200", "0"]), ("ms", ["1772701200000", "0"])], ids=["seconds", "milliseconds"]
)
def test_epochs_are_universal_times_and_zero_is_none(bench, tmp_path, unit, texts):
    raw = table(bench, tmp_path, "no, act, when", *[f"{i}, a, {text}" for i, text in enumerate(texts)])
    kind = profile(
        shape="interval_rows",
        aliases={"case_id": ["no"], "activity": ["act"], "timestamp": ["when"]},
        epoch_unit=unit,
        zero_is_null=True,
    )
    found = shaped(bench, raw, kind, time_zone="Asia/Shanghai")
    assert found.events == [("0", "a", "03-05 09:00", None)]
    assert found.notes["open_intervals"] == 1


def test_repeated_columns_become_one_list(bench, tmp_path):
    header = ["Issue key", "Created", "Sprint", "Sprint", "Sprint", "合计", "合计"]
    raw = table(bench, tmp_path, header, ["P-1", "2026-03-05 09:00", "S1", "-", "S3", "1", "2"])
    found = shaped(bench, raw, "jira_issues")
    assert found.also(bench, '"Sprint"', '"合计"', '"合计.2"') == [("S1, S3", "1", "2")]
    assert {"column_joined", "no_history"} <= set(found.notes)


def test_a_missing_column_is_named_with_the_nearest_and_the_fix(bench, tmp_path):
    raw = table(bench, tmp_path, "审批编号, 审批发启时间, 审批记录", "1, 2026-03-05, x")
    with pytest.raises(ExportError) as error:
        shaped(bench, raw, "dingtalk_export")
    said = error.value.say("en")
    assert "'审批发起时间' is missing (created)" in said
    assert "aliases: {created: [审批发启时间]}" in said


def test_what_the_project_maps_comes_first(bench, tmp_path):
    raw = table(bench, tmp_path, "no, own, act, when", "1, A, x, 2026-03-05 09:00")
    kind = profile(shape="event_rows", aliases=LOG, activity=["{action}"])
    assert shaped(bench, raw, kind, columns={"case_id": "own"}).events == [("A", "x", "03-05 09:00", None)]
    with pytest.raises(ExportError, match="the column 'owner' is missing"):
        shaped(bench, raw, kind, columns={"case_id": "owner"})


def test_newest_first_turns_ties_around(bench, tmp_path):
    raw = table(bench, tmp_path, "no, act, when", *[f"1, {a}, 2026-03-05 14:03" for a in "edcba"])
    kind = profile(shape="event_rows", aliases=LOG, activity=["{action}"], newest_first=True)
    assert [event[1] for event in shaped(bench, raw, kind).events] == list("abcde")


def test_salesforce_ids_keep_their_case_and_their_two_lengths_meet(bench, tmp_path):
    header, day = "CaseId, Field, OldValue, NewValue, CreatedDate", "2026-03-05T06:0{}:00.000Z"
    ids = ["500A0000001bCdE", "500A0000001bCde", "500A0000001bCdEIAU"]
    rows = [f"{one}, Status, New, S{i}, {day.format(i)}" for i, one in enumerate(ids)]
    found = shaped(bench, table(bench, tmp_path, header, *rows), "salesforce_history")
    assert [event[:2] for event in found.events] == [
        ("500A0000001bCdE", "S0"),
        ("500A0000001bCdE", "S2"),
        ("500A0000001bCde", "S1"),
    ]
    assert found.notes["ids_cut"] == 1


def test_snapshots_are_events_where_the_state_differs(bench, tmp_path):
    rows = [
        "INC1, New, 2026-03-05 09:00:00, 0",
        "INC1, New, 2026-03-05 09:30:00, 1",
        "INC1, Active, 2026-03-05 10:00:00, 3",
        "INC1, New, 2026-03-05 10:00:00, 2",
        "INC1, New, 2026-03-05 11:00:00, 4",
        "INC2, New, 2026-03-05 09:00:00, 0",
    ]
    raw = table(bench, tmp_path, "number, incident_state, sys_updated_at, sys_mod_count", *rows)
    found = shaped(bench, raw, "servicenow_incident_updates")
    assert [event[:2] for event in found.events] == [
        ("INC1", "New"),
        ("INC1", "Active"),
        ("INC1", "New"),
        ("INC2", "New"),
    ]
    assert found.notes["unchanged"] == 2
    assert found.also(bench, "from_state", "to_state")[2:] == [("New", "Active"), ("Active", "New")]


def test_a_row_with_two_changes_is_two_events(bench, tmp_path):
    raw = table(
        bench,
        tmp_path,
        "no, state, team, when",
        "1, A, x, 2026-03-05 09:00",
        "1, B, y, 2026-03-05 10:00",
        "1, B, z, 2026-03-05 11:00",
    )
    kind = profile(
        shape="snapshot_rows",
        aliases={"case_id": ["no"], "state": ["state"], "team": ["team"], "timestamp": ["when"]},
        watch={"state": "{new}", "team": "转派 {new}"},
    )
    found = shaped(bench, raw, kind)
    assert [event[1] for event in found.events] == ["A", "B", "转派 y", "转派 z"]
    assert (found.raw.n_made, found.raw.n_set_aside) == (1, 0)


def test_milestones_are_events_in_the_order_of_the_profile(bench, tmp_path):
    raw = table(
        bench,
        tmp_path,
        "工单编号, 派单时间, 受理时间, 办结时间, 派单人, 业务",
        "W1, 2026-03-05 09:00, 2026-03-05 09:00, 2026-03-06 10:00, 李, 维修",
        "W2, -, 2026-03-05 11:00, -, -, 咨询",
        "W3, -, -, -, -, 咨询",
    )
    found = shaped(bench, raw, "ticket_milestones_zh")
    assert found.events == [
        ("W1", "受理", "03-05 09:00", None),
        ("W1", "派单", "03-05 09:00", "李"),
        ("W1", "办结", "03-06 10:00", None),
        ("W2", "受理", "03-05 11:00", None),
    ]
    assert (found.notes["no_milestone"], found.raw.n_made, found.raw.n_set_aside) == (1, 2, 1)
    assert found.notes["loops_invisible"]
    assert found.also(bench, '"业务"')[0] == ("维修",)


def test_a_file_without_any_milestone_is_refused(bench, tmp_path):
    with pytest.raises(ExportError, match="no column with the time of a stage"):
        shaped(bench, table(bench, tmp_path, "工单编号, 业务", "W1, x"), "ticket_milestones_zh")


START = "张三|提交申请|2026-03-05 09:00:00|提交申请"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (START, [("张三", "提交申请", "2026-03-05 09:00:00", "提交申请", None)]),
        ("", []),
        ("意见：按 2024-03-01 合同执行", []),
        (
            START
            + ";\n李四|审批|2026-03-05 10:00:00|refuse|材料不全;\n请补充发票；谢谢|财务;\n王五|审批|2026-03-05 11:00:00|不同意|",
            [
                ("张三", "提交申请", "2026-03-05 09:00:00", "提交申请", None),
                ("李四", "审批", "2026-03-05 10:00:00", "refuse", "材料不全;\n请补充发票；谢谢|财务"),
                ("王五", "审批", "2026-03-05 11:00:00", "不同意", None),
            ],
        ),
        (
            "张三|u01|提交申请|2026-03-05T09:31Z|提交申请;\n\n李四|u02|审批|2026-03-06|agree|好;\n\n",
            [
                ("张三", "提交申请", "2026-03-05T09:31Z", "提交申请", None),
                ("李四", "审批", "2026-03-06", "agree", "好"),
            ],
        ),
    ],
    ids=["one", "none", "a date in a remark", "remarks", "with ids"],
)
def test_a_trail_is_cut_before_the_heads_of_its_records(cell, expected):
    assert [(r.actor, r.action, r.timestamp, r.verdict, r.comment) for r in split_trail(cell)] == expected


@pytest.mark.parametrize(
    "end", ["\n李四|审批|2026-03-05 14:0", "\n李四|审批|2026-03-05 14:03", "\n李四|审批|2026-03-0"]
)
def test_a_record_cut_within_its_time_is_no_event(end):
    cell = START + "|" + "长" * (CELL_LIMIT - len(START) - 2 - len(end)) + ";" + end
    assert [record.actor for record in split_trail(cell)] == ["张三"]


TRAILS = "审批编号, 审批发起时间, 发起人姓名, 审批记录, 明细"


def test_trails_become_events_and_an_empty_one_keeps_its_start(bench, tmp_path):
    full = "张三|提交申请|2026-03-05 09:00:00|提交申请;\n李四|审批|2026-03-05 10:00:00|refuse|材料不全;\n请补充发票；谢谢|财务"
    rows = [
        ["A1", "2026-03-05 09:00:00", "张三", full, "1"],
        ["A1", "2026-03-05 09:00:00", "张三", full, "2"],
        ["-", "-", "-", "-", "3"],
        ["A2", "2026-03-06 09:00:00", "赵六", "-", "-"],
        ["A3", "-", "赵六", "-", "-"],
        ["A4", "2026-03-06 09:00:00", "赵六", "没有记录", "-"],
    ]
    found = shaped(bench, table(bench, tmp_path, TRAILS.split(", "), *rows), "dingtalk_export")
    assert found.events == [
        ("A1", "提交申请", "03-05 09:00", "张三"),
        ("A1", "审批", "03-05 10:00", "李四"),
        ("A2", "提交申请", "03-06 09:00", "赵六"),
    ]
    assert found.also(bench, "action_class", "comment")[1] == ("reject_end", "材料不全;\n请补充发票；谢谢|财务")
    assert (found.notes["detail_rows"], found.notes["empty_trail"], found.notes["no_trail"]) == (2, 1, 1)
    assert found.rejects == {"no record can be made out in '审批记录'": (7,)}


def test_a_trail_cut_by_excel_is_said(bench, tmp_path):
    cell = START + "|" + "长" * (CELL_LIMIT - len(START) - 1)
    row = ["A1", "2026-03-05 09:00:00", "张三", cell, "-"]
    assert shaped(bench, table(bench, tmp_path, TRAILS.split(", "), row), "dingtalk_export").notes["trail_cut"] == 1


def test_json_keeps_digits_names_paths_and_counts_positions(bench, tmp_path):
    kind = profile(shape="event_rows", aliases={}, records={"cases": ["data.list"], "at": ["steps.acts", "steps"]})
    content = '{"data": {"list": [{"id": 20260305140308600012, "tags": ["a"], "x": {"y": true}, "steps": [{"acts": [{"n": 1.50}, {"n": null}]}, {"acts": {"n": 2}}]}, {"id": 2}]}}'
    raw = document(bench, tmp_path, kind, content)
    rows = bench.con.execute(f"select * from {raw.relation} order by source_row").fetchall()
    names = ["id", "tags", "x.y", "steps.#", "steps.acts.#", "steps.acts.n"]
    assert list(raw.columns) == names
    same = ("20260305140308600012", '["a"]', "true")
    assert rows == [
        (*same, "1", "1", "1.50", 1),
        (*same, "1", "2", None, 2),
        (*same, "2", None, "2", 3),
        ("2", *[None] * 5, 4),
    ]
    assert [note.code for note in raw.notes] == ["case_without_records"]


def test_json_lines_are_read_one_by_one(bench, tmp_path):
    kind = profile(shape="event_rows", aliases={})
    raw = document(bench, tmp_path, kind, '\ufeff{"a": "1"}\n\n{"a": "2", "b": 3}\n')
    assert bench.con.execute(f"select * from {raw.relation} order by source_row").fetchall() == [
        ("1", None, 1),
        ("2", "3", 2),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a": 1', "well-formed JSON"),
        ('{"a": 1}\n{"a": \n', "json:2: this is not well-formed JSON"),
        ("[1, 2]", "a case must be a JSON object"),
        ("[]", "holds no cases"),
        ('{"a":' * 25 + "1" + "}" * 25, "nested deeper than 20"),
        ('{"a":' * 90_000 + "1" + "}" * 90_000, "nested deeper than 20"),
    ],
    ids=["cut", "line", "no objects", "empty", "deep", "very deep"],
)
def test_json_that_cannot_be_read_is_refused(bench, tmp_path, content, said):
    with pytest.raises(ExportError, match=said):
        document(bench, tmp_path, profile(shape="event_rows", aliases={}), content)


def test_repeated_rows_count_once(bench, tmp_path):
    rows = ["7, 1, 0, 2026-03-05, 09:00:00", "7, 1, 0, 2026-03-05, 09:00:00", "8, 1, 0, 2026-03-05, 09:00:00"]
    raw = table(bench, tmp_path, "logid, requestid, logtype, operatedate, operatetime", *rows)
    found = shaped(bench, raw, built_in()["weaver_log"])
    assert (len(found.events), found.notes["repeated_rows"]) == (2, 1)


def moments(bench, found):
    """When each event arrived and began, in the order of the events."""
    rows = found.also(bench, "enabled", "start")
    return [tuple(None if time is None else f"{time:%m-%d %H:%M}" for time in row) for row in rows]


TASKS = "ID_, PROC_INST_ID_, NAME_, ASSIGNEE_, START_TIME_, CLAIM_TIME_, END_TIME_"


def test_an_engines_task_arrives_when_it_is_made_and_begins_when_it_is_claimed(bench, tmp_path):
    rows = [
        "1, p1, 审批, 李, 2026-03-05 09:00:00, 2026-03-05 09:30:00, 2026-03-05 10:00:00",
        "2, p1, 付款, 王, 2026-03-05 10:00:00, -, 2026-03-05 12:00:00",
        "3, p1, 归档, -, 2026-03-05 12:00:00, 2026-03-05 12:30:00, -",
    ]
    found = shaped(bench, table(bench, tmp_path, TASKS, *rows), "flowable_history")
    assert [event[1:3] for event in found.events] == [("审批", "03-05 10:00"), ("付款", "03-05 12:00")]
    assert moments(bench, found) == [("03-05 09:00", "03-05 09:30"), ("03-05 10:00", None)]
    assert found.notes["open_intervals"] == 1


def test_tasks_that_nobody_claimed_have_no_start(bench, tmp_path):
    row = "1, p1, 审批, 李, 2026-03-05 09:00:00, -, 2026-03-05 10:00:00"
    found = shaped(bench, table(bench, tmp_path, TASKS, row), "flowable_history")
    assert moments(bench, found) == [("03-05 09:00", None)]


def test_a_business_key_names_the_case_and_an_instance_without_one_keeps_its_id(bench, tmp_path):
    rows = [f"{i}, p{i}, 审批, 李, 2026-03-05 09:00:00, -, 2026-03-05 1{i}:00:00" for i in range(5)]
    instances = table(
        bench,
        tmp_path,
        "ID_, BUSINESS_KEY_, START_TIME_",
        *[f"p{i}, {key}, x" for i, key in enumerate("AB-")],
        ["p3", " ", "x"],
    )
    raw = join_lookup(
        bench, table(bench, tmp_path, TASKS, *rows), built_in()["flowable_history"].lookups["instances"], instances
    )
    found = shaped(bench, raw, "flowable_history")
    assert [(case, time) for case, _, time, _ in found.events] == [
        ("A", "03-05 10:00"),
        ("B", "03-05 11:00"),
        ("p2", "03-05 12:00"),
        ("p3", "03-05 13:00"),
        ("p4", "03-05 14:00"),
    ]
    assert found.rejects == {}
    assert found.also(bench, '"PROC_INST_ID_"') == [("p0",), ("p1",), ("p2",), ("p3",), ("p4",)]


OPERATED = "id, requestid, nodeid, userid, isremark, receivedate, receivetime, {}operatedate, operatetime"


def test_an_operators_act_arrives_when_received_and_begins_when_viewed(bench, tmp_path):
    rows = [
        "1, 500, 2, 4, 2, 2026-03-05, 09:00:00, 2026-03-05, 09:40:00, 2026-03-05, 11:00:00",
        "2, 500, 3, 5, 2, 2026-03-05, 11:00:00, -, -, 2026-03-05, 12:00:00",
    ]
    raw = table(bench, tmp_path, OPERATED.format("viewdate, viewtime, "), *rows)
    found = shaped(bench, raw, "weaver_operator")
    assert moments(bench, found) == [("03-05 09:00", "03-05 09:40"), ("03-05 11:00", None)]


def test_an_act_by_proxy_counts_once_where_it_arrived_at_the_same_time(bench, tmp_path):
    rows = [
        "1, 500, 2, 4, 2, 2026-03-05, 09:00:00, 1, 2026-03-05, 11:00:00",
        "2, 500, 2, 9, 2, 2026-03-05, 09:00:00, 2, 2026-03-05, 11:00:00",
        "3, 500, 2, 4, 2, 2026-03-06, 09:00:00, 1, 2026-03-06, 11:00:00",
    ]
    found = shaped(bench, table(bench, tmp_path, OPERATED.format("agenttype, "), *rows), "weaver_operator")
    assert [event[2:] for event in found.events] == [("03-05 11:00", "9"), ("03-06 11:00", "4")]
    assert found.notes["double_rows"] == 1
