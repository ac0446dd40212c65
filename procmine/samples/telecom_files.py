"""What the systems of the telecom operator export: an engine's history, ticket audits, tables beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from procmine.samples.files import document, text_table, workbook
from procmine.samples.office import OfficeWork
from procmine.samples.truth import Expected
from procmine.samples.world import World

STATUS = {"工单创建": "new", "工单打开": "open", "等待客户": "pending", "工单解决": "solved"}
_KEYS = {
    "受理": "accept",
    "定级分派": "grade",
    "领导批示": "instruct",
    "处理": "handle",
    "退费审核": "refund",
    "回复客户": "answer",
    "归档": "archive",
}
_REASONS = {"": "", "退回": "Change activity to accept", "转办": "Change activity to handle"}
_TASKS = (
    *("ID_", "PROC_DEF_ID_", "TASK_DEF_KEY_", "PROC_INST_ID_", "EXECUTION_ID_", "NAME_", "OWNER_", "ASSIGNEE_"),
    *("START_TIME_", "CLAIM_TIME_", "END_TIME_", "DURATION_", "DELETE_REASON_", "PRIORITY_"),
)
_INSTANCES = ("ID_", "PROC_INST_ID_", "BUSINESS_KEY_", "START_TIME_", "END_TIME_", "START_USER_ID_")
_REGISTER = ("工单号", "渠道", "类型", "主题", "客户编号")
_DEFINITION = "tousu:3:7"
_SYSTEM = -1


def telecom_exports(world: World) -> Iterator[tuple[str, bytes]]:
    """The files by name; what they give back when they are read goes to the world's truth."""
    instances = {case.id: str(20_001 + 12 * i) for i, case in enumerate(world.cases)}
    yield "ACT_HI_TASKINST.csv", _tasks(world, instances)
    yield "ACT_HI_PROCINST.csv", _instances(world, instances)
    yield "ticket_audits.json", _audits(world)
    rows = [(case.id, *(case.facts[name] for name in _REGISTER[1:])) for case in world.cases]
    yield "工单登记.xlsx", workbook("工单登记", _REGISTER, rows, above=("投诉与服务请求登记表",))
    yield "客户.xlsx", _customers(world)
    yield "人员.xlsx", workbook("人员", ("姓名", "岗位", "组"), [(p.name, p.role, p.group) for p in world.people])


# ── the engine ────────────────────────────────────────────────────────────────────────────────


def _tasks(world: World, instances: Mapping[str, str]) -> bytes:
    """One row per user task, in the order in which the engine made them; open tasks have no end."""
    dice = world.dice("tasks")
    people = {person.name for person in world.people}
    urgent = {case.id: case.facts["客户等级"] == "高价值" for case in world.cases}
    made = sorted((work for work in world.works if work.node in _KEYS), key=lambda work: work.enabled)
    rows: list[Sequence[object]] = []
    for number, work in enumerate(made, 1):
        early = timedelta(0)
        if work.worker in people and work.end is not None and dice.random() < 0.005:
            world.truth.plant("wrong_clock", work.case)
            early = timedelta(days=1)
        enabled, start, end = (
            None if one is None else world.moment(one) - early for one in (work.enabled, work.start, work.end)
        )
        row = _task(50_000 + 3 * number, work, instances[work.case], (enabled, start, end), urgent[work.case])
        n_told = 2 if dice.random() < 0.005 else 1
        if n_told == 2:
            world.truth.plant("double_rows", work.case)
        rows += [row] * n_told
        if end is not None:
            # The reader knows a task by its ID_, so that a row written twice is one event.
            world.truth.expected.append(Expected("引擎", work.case, work.node, end, start, enabled, work.worker))
    return text_table(_TASKS, rows, end="\n")


def _task(
    number: int, work: OfficeWork, instance: str, times: Sequence[datetime | None], is_urgent: bool
) -> Sequence[object]:
    millis = None if work.end is None else (work.end - work.enabled) * 1000
    reason = "" if work.end is None else _REASONS[work.action]
    names = (_KEYS[work.node], instance, int(instance) + 4, work.node, "", work.worker)
    return (number, _DEFINITION, *names, *map(_local, times), millis, reason, 80 if is_urgent else 50)


def _instances(world: World, instances: Mapping[str, str]) -> bytes:
    rows: list[Sequence[object]] = []
    for case in world.cases:
        ends = [work.end for work in case.works if work.node == "归档" and work.end is not None]
        end = world.moment(ends[0]) if ends else None
        key = instances[case.id]
        rows.append((key, key, case.id, _local(world.moment(case.arrival)), _local(end), "系统"))
    return text_table(_INSTANCES, rows, end="\n")


def _local(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


# ── the service desk ──────────────────────────────────────────────────────────────────────────


def _audits(world: World) -> bytes:
    """The audits of all tickets in the order of their times; several events share one audit."""
    dice = world.dice("audits")
    facts = {case.id: case.facts for case in world.cases}
    agents = {person.name: 40_001 + i for i, person in enumerate(world.people)}
    states: dict[str, str] = {}
    audits: list[dict[str, Any]] = []
    for work in world.done(STATUS.__contains__):
        known = facts[work.case]
        customer = 700_000 + int(known["客户编号"][2:])
        author = {"客户": customer, "系统": _SYSTEM}.get(work.worker) or agents[work.worker]
        at = world.moment(work.end or 0)
        changes = _changes(work, states.get(work.case), known)
        states[work.case] = STATUS[work.node]
        audits.append(_audit(work.case, at, author, changes))
        world.truth.expected.append(Expected("Zendesk", work.case, work.node, at, resource=str(author)))
        if work.node == "工单打开" and dice.random() < 0.08:
            remark = [{"type": "Comment", "body": "内部备注", "public": False}]
            audits.append(_audit(work.case, at + timedelta(seconds=dice.randrange(5, 50)), author, remark))
    n_events = 0
    for number, audit in enumerate(audits, 1):
        audit["id"] = 6_000_000 + number
        for event in audit["events"]:
            n_events += 1
            event["id"] = 8_000_000 + n_events
    return document({"audits": audits, "next_page": None, "count": len(audits)})


def _audit(case: str, at: datetime, author: int, changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    told = f"{at - timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}"
    events = [{"id": 0, **change} for change in changes]
    return {"id": 0, "ticket_id": int(case), "created_at": told, "author_id": author, "events": events}


def _changes(work: OfficeWork, old: str | None, facts: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """What one audit tells: the status, and what was said or set along with it."""
    new = STATUS[work.node]
    if old is None:
        text = {"type": "Comment", "body": f"{facts['主题']}{facts['类型']}", "public": True}
        given = {"status": new, "priority": "normal"}
        return [text, *({"type": "Create", "field_name": name, "value": value} for name, value in given.items())]
    changes: list[Mapping[str, Any]] = [_changed("status", new, old)]
    if old == "new" and facts["客户等级"] == "高价值":
        changes.append(_changed("priority", "urgent", "normal"))
    if new == "pending":
        changes.append({"type": "Comment", "body": "请补充资料", "public": True})
    return changes


def _changed(field: str, new: str, old: str) -> Mapping[str, Any]:
    return {"type": "Change", "field_name": field, "value": new, "previous_value": old}


# ── tables beside the events ──────────────────────────────────────────────────────────────────


def _customers(world: World) -> bytes:
    """Every customer that may call; what they pay follows their class."""
    dice = Random("telecom-customers")  # noqa: S311
    classes = {case.facts["客户编号"]: case.facts["客户等级"] for case in world.cases}
    rows = []
    for key in sorted(classes):
        plans, low, high = (("畅享 399", "政企专线"), 300, 1200)
        if classes[key] == "普通":
            plans, low, high = ("畅享 59", "家庭融合 129"), 29, 260
        rows.append((key, f"客户{key[2:]}", classes[key], dice.choice(plans), dice.randrange(low, high)))
    return workbook("客户", ("客户编号", "客户名称", "客户等级", "套餐", "月均收入"), rows)
