"""Which column is which: what the project says, else the standard names; never a silent guess."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

import procmine as pm
from procmine.core.log.columns import EVENT_COLUMNS, MAPPABLE, RESERVED
from procmine.core.text.errors import ExportError
from procmine.reading.events.mapping import ColumnMap, map_columns
from procmine.reading.files.source import Source
from procmine.reading.profiles.usual_names import propose

STANDARD = ["case_id", "activity", "timestamp"]


def mapped(names: list[str], attributes: dict[str, str] | None = None, **columns: str | None) -> ColumnMap:
    return map_columns(names, Source(path="", columns=columns), attributes or {}, "export.csv")


def faults(names: list[str], **columns: str | None) -> list[tuple[str, str]]:
    """The English fault and hint of everything that is wrong."""
    with pytest.raises(ExportError) as caught:
        mapped(names, **columns)
    assert all(fault.place == "export.csv" for fault in caught.value.faults)
    assert all(fault.facts.en == f"columns found: {', '.join(names)}" for fault in caught.value.faults)
    return [(fault.fault.en, str(fault.hint and fault.hint.en)) for fault in caught.value.faults]


# ── canonical columns ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("names", "canonical"),
    [
        (STANDARD, {"case_id": "case_id", "activity": "activity", "timestamp": "timestamp"}),
        (
            ["case:concept:name", "concept:name", "time:timestamp", "org:resource", "start_timestamp"],
            {
                "case_id": "case:concept:name",
                "activity": "concept:name",
                "timestamp": "time:timestamp",
                "start": "start_timestamp",
                "resource": "org:resource",
            },
        ),
        ([*STANDARD, "concept:name"], {"case_id": "case_id", "activity": "activity", "timestamp": "timestamp"}),
    ],
    ids=["canonical names", "XES names", "both"],
)
def test_standard_names_need_no_mapping(names, canonical):
    assert mapped(names).canonical == canonical


def test_a_declared_column_is_taken_before_the_standard_name():
    found = mapped([*STANDARD, "Step"], activity="Step")
    assert found.canonical["activity"] == "Step"
    assert found.attributes == {"activity.2": "activity"}


def test_one_column_may_be_declared_for_two_purposes():
    found = mapped(["id", "what", "when"], case_id="id", activity="what", timestamp="when", start="when")
    assert found.canonical["start"] == found.canonical["timestamp"] == "when"


def test_a_column_declared_elsewhere_is_not_taken_by_its_standard_name_too():
    found = mapped([*STANDARD, "resource"], group="resource")
    assert found.canonical["group"] == "resource"
    assert "resource" not in found.canonical


def test_a_tilde_unmaps_a_standard_name():
    found = mapped([*STANDARD, "resource"], resource=None)
    assert "resource" not in found.canonical
    assert found.attributes == {"resource.2": "resource"}


def test_a_required_column_that_is_unmapped_is_missing():
    assert faults(STANDARD, activity=None)[0][0] == "the column for Activity (activity) is missing"


# ── columns that are not there ────────────────────────────────────────────────────────────────


def test_all_missing_columns_are_named_at_once_with_the_likeliest_and_the_fix():
    assert faults(["工单编号", "处理环节", "处理时间", "备注"]) == [
        (
            "the column for Case (case_id) is missing",
            "write columns: {case_id: 工单编号} in project.yml under sources:",
        ),
        (
            "the column for Activity (activity) is missing",
            "write columns: {activity: 处理环节} in project.yml under sources:",
        ),
        (
            "the column for Completed (timestamp) is missing",
            "write columns: {timestamp: 处理时间} in project.yml under sources:",
        ),
    ]


@pytest.mark.parametrize(
    ("declared", "hint"),
    [
        ("Ticket Nr", "write columns: {case_id: Ticket Nr.} in project.yml under sources:"),
        ("ticket nr.", "write columns: {case_id: Ticket Nr.} in project.yml under sources:"),
        ("Kundenkonto", ""),
    ],
    ids=["a dot less", "letter case", "nothing like it"],
)
def test_a_declared_column_that_is_absent_is_an_error_with_the_nearest(declared, hint):
    assert faults(["Ticket Nr.", "activity", "timestamp"], case_id=declared) == [
        (f"there is no column {declared!r} (mapped as case_id)", hint)
    ]


def test_what_is_offered_is_a_usual_name_and_no_column_in_use():
    names = ["工单编号", "环节名称", "处理人", "开始时间", "结束时间"]
    declared = {"case_id": "工单编号", "resource": "处理人", "activity": "…", "timestamp": "…"}
    assert [hint for _, hint in faults(names, **declared)] == [
        "write columns: {activity: 环节名称} in project.yml under sources:",
        "write columns: {timestamp: 结束时间} in project.yml under sources:",
    ]
    assert faults(["工单编号", "处理人", "备注"], **declared)[0][1] == ""
    assert faults(["结束时间", "处理时间", "activity", "case_id"], timestamp="处理时问")[0][1] == (
        "write columns: {timestamp: 处理时间} in project.yml under sources:"
    )


def test_absent_and_missing_columns_are_named_together():
    assert [fault for fault, _ in faults(["a", "b"], case_id="c", resource="d")] == [
        "there is no column 'c' (mapped as case_id)",
        "there is no column 'd' (mapped as resource)",
        "the column for Activity (activity) is missing",
        "the column for Completed (timestamp) is missing",
    ]


def test_a_canonical_column_that_does_not_exist_is_an_error():
    with pytest.raises(ValidationError, match="no canonical column is called actvity"):
        Source(path="", columns={"actvity": "Step"})


# ── attributes ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "attributes", "found"),
    [
        ("渠道", {}, {"渠道": "渠道"}),
        ("Business_Line__c", {"业务线": "Business_Line__c"}, {"业务线": "Business_Line__c"}),
        ("case:amount", {}, {"amount": "case:amount"}),
        ("position", {}, {"position.2": "position"}),
        ("Variant", {}, {"Variant.2": "Variant"}),
        ("role", {"state": "role"}, {}),
    ],
    ids=["as it is", "renamed", "of the case", "reserved", "reserved in other letters", "canonical"],
)
def test_every_other_column_is_an_attribute(column, attributes, found):
    assert mapped([*STANDARD, column], attributes).attributes == found


def test_attributes_of_one_name_are_kept_apart():
    found = mapped([*STANDARD, "amount", "case:amount", "Amount "], {"amount.2": "Amount "})
    assert found.attributes == {"amount": "amount", "amount.2": "case:amount", "amount.2.2": "Amount "}
    assert found.renamed == ("amount.2", "amount.2.2")


def test_no_attribute_may_take_the_name_of_a_column_of_the_log():
    names = [name for name in sorted(RESERVED) if name not in MAPPABLE]
    assert not set(mapped([*STANDARD, *names]).attributes) & RESERVED
    assert set(EVENT_COLUMNS) <= RESERVED


@pytest.fixture
def read(tmp_path):
    def reading(header: str, *rows: str, **options: Any) -> Any:
        (tmp_path / "export.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
        return pm.read_export(tmp_path / "export.csv", time_zone="UTC", language="en", **options)

    return reading


def test_an_attribute_whose_column_is_absent_is_an_error_with_the_nearest(read):
    with pytest.raises(ExportError, match="attributes: channel: no export has a column 'Chanel'") as caught:
        read("case_id,activity,timestamp,Channel", "a,b,2026-07-01,mail", attributes={"channel": "Chanel"})
    (fault,) = caught.value.faults
    assert fault.facts.en == "columns found: case_id, activity, timestamp, Channel"
    assert fault.hint.en == "did you mean 'Channel'?"


@pytest.mark.parametrize(
    "name",
    [
        "problem",
        "r",
        "given",
        "row_number",
        "rowid",
        "same_case",
        "path_state",
        "tie",
        "copy",
        "late",
        "at",
        "key",
        "c0",
    ],
)
def test_an_attribute_may_have_any_name_that_the_engine_uses(read, name):
    log = read(f"case_id,activity,timestamp,{name}", "a,x,2026-07-01,1", "a,y,2026-07-02,2", "b,y,2026-07-02,2")
    assert log.event_attributes == [name]
    assert log.events.order_by("source_row")[name].to_pyarrow().to_pylist() == ["1", "2", "2"]
    constant = read(f"case_id,activity,timestamp,{name}", "a,x,2026-07-01,1", "a,y,2026-07-02,1")
    assert constant.case_attributes == [name]


def test_renamed_columns_are_said(read):
    log = read("case_id,activity,timestamp,position", "a,x,2026-07-01,1")
    assert log.case_attributes == ["position.2"]
    assert [note.facts for note in log.import_report.notes if note.code == "renamed_columns"] == [
        {"columns": "position.2"}
    ]


# ── proposals ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("names", "proposed"),
    [
        (
            ["Case ID", "Activity", "Start Date", "End Date", "Resource"],
            {
                "case_id": "Case ID",
                "activity": "Activity",
                "timestamp": "End Date",
                "start": "Start Date",
                "resource": "Resource",
            },
        ),
        (["CASE_NUMBER", "Status", "Time"], {"case_id": "CASE_NUMBER", "activity": "Status", "timestamp": "Time"}),
        (["case:concept:name", "concept:name"], {"case_id": "case:concept:name", "activity": "concept:name"}),
        (
            ["审批编号", "节点名称", "操作时间", "处理人", "部门"],
            {
                "case_id": "审批编号",
                "activity": "节点名称",
                "timestamp": "操作时间",
                "resource": "处理人",
                "group": "部门",
            },
        ),
        (
            ["合同编号", "办理环节", "经办人", "办理日期", "金额（万元）"],
            {"case_id": "合同编号", "activity": "办理环节", "timestamp": "办理日期", "resource": "经办人"},
        ),
        (
            ["序号", "文号", "公文标题", "办理环节", "办理人员", "办理部门", "到达时刻", "办理时刻", "办理用时(小时)"],
            {
                "case_id": "文号",
                "activity": "办理环节",
                "timestamp": "办理时刻",
                "enabled": "到达时刻",
                "resource": "办理人员",
                "group": "办理部门",
            },
        ),
        (
            ["Ticket", "Step", "When", "Who"],
            {"case_id": "Ticket", "activity": "Step", "timestamp": "When", "resource": "Who"},
        ),
        (
            ["采购单号", "客户编号", "会签环节", "签字日期（必填）", "创建日期", "复核办理人"],
            {"case_id": "采购单号", "activity": "会签环节", "timestamp": "签字日期（必填）", "resource": "复核办理人"},
        ),
        (["采购单号", "入库单号", "会签环节", "用印时间", "归还时间"], {"activity": "会签环节"}),
        (["工单编号", "采购单号"], {"case_id": "工单编号"}),
        (["foo", "bar"], {}),
        (["时间", "时间.2"], {"timestamp": "时间"}),
    ],
)
def test_usual_names_are_proposed(names, proposed):
    assert propose(names) == proposed


def test_a_proposal_reads_as_a_mapping():
    names = ["工单编号", "处理环节", "处理时间", "处理人"]
    assert mapped(names, **propose(names)).attributes == {}
