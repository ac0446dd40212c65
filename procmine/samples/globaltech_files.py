"""What the systems of 环球科技 export: ticket workbooks, a case history, contract approvals, tables beside them."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from procmine.samples.files import text_table, workbook
from procmine.samples.office import OfficeWork
from procmine.samples.truth import Expected
from procmine.samples.world import Case, World

_IN_CRM = {
    "创建工单": "新建",
    "机器人接待": "机器人接待",
    "服务满意度调查": "已调查",
    "待客户回复": "待客户回复",
    "关闭": "已关闭",
}
_IN_DINGTALK = {"合同提交": "提交申请", "合同审核": "审批", "合同签订": "审批"}
_TICKETS = (
    "工单编号",
    "处理环节",
    "派单时间",
    "接单时间",
    "完成时间",
    "处理人",
    "部门",
    "业务线",
    "来源",
    "产品",
    "客户编号",
)
_CONTRACTS = (
    *("审批编号", "标题", "审批状态", "审批结果", "发起时间", "完成时间", "发起人姓名", "发起人部门"),
    *("关联工单编号", "合同金额", "审批记录"),
)
_HISTORY = ("Case Number", "Field / Event", "Old Value", "New Value", "Edited By", "Edit Date")
_OVERLAP = timedelta(days=4)
_ANSWERED = 0.7
_N_CUSTOMERS = 160
_REGIONS = ("华北", "华东", "华南")


def globaltech_exports(world: World) -> Iterator[tuple[str, bytes]]:
    """The files by name; what they give back when they are read goes to the world's truth."""
    yield from _ticket_books(world)
    yield "CaseHistory_2026H1.csv", _history(world)
    yield from _contract_books(world)
    yield "客户.xlsx", _customers()
    yield "人员.xlsx", workbook("人员", ("姓名", "岗位", "部门"), [(p.name, p.role, p.group) for p in world.people])
    yield "满意度.xlsx", _surveys(world)


def _ticket_books(world: World) -> Iterator[tuple[str, bytes]]:
    """One workbook per month, each beginning some days early: one row per piece of work."""
    dice = world.dice("records")
    facts = {case.id: case.facts for case in world.cases}
    groups = {person.name: person.group for person in world.people}
    rows: list[tuple[datetime, Sequence[object]]] = []
    for work in world.done(lambda node: node not in _IN_CRM and node not in _IN_DINGTALK):
        enabled, start, end = (world.moment(moment or 0) for moment in (work.enabled, work.start, work.end))
        if work.worker in groups and dice.random() < 0.003:
            world.truth.plant("wrong_clock", work.case)
            enabled, start, end = (moment - timedelta(days=1) for moment in (enabled, start, end))
        known = facts[work.case]
        row = [work.case, work.node, enabled, start, end, work.worker, groups.get(work.worker, "")]
        row += [known[name] for name in _TICKETS[7:]]
        # Whoever takes a request and presses the button twice has taken it twice, says the system.
        n_told = 2 if work.node == "服务请求接收" and dice.random() < 0.022 else 1
        if n_told == 2:
            world.truth.plant("double_rows", work.case)
        rows += [(end, row)] * n_told
        world.truth.expected += [Expected("工单", work.case, work.node, end, start, enabled, work.worker)] * n_told
    rows.sort(key=lambda one: one[0])
    for month in range(world.first.month, world.last.month + 1):
        begin, over = datetime(2026, month, 1), datetime(2026, month + 1, 1)
        told = [row for at, row in rows if begin - _OVERLAP <= at < over]
        above = ("工单处理明细表", f"导出时间：{over:%Y-%m-%d} 08:00    导出人：系统管理员", "")
        book = workbook("工单", _TICKETS, told, above=above, below=[("合计", f"{len(told)} 条")])
        yield f"工单导出_2026-{month:02}.xlsx", book


def _history(world: World) -> bytes:
    """The CRM's case history, in universal time, with the last lines of a printed report."""
    rows: list[Sequence[str]] = []
    states: dict[str, str] = {}
    for work in world.done(_IN_CRM.__contains__):
        at = world.moment(work.end or 0).replace(second=0)
        told = f"{at - timedelta(hours=8):%Y/%m/%d %H:%M}"
        new, old = _IN_CRM[work.node], states.get(work.case)
        change = ("Created.", "", "") if old is None else ("Status", old, new)
        rows.append((work.case, *change, work.worker, told))
        states[work.case] = new
        world.truth.expected.append(Expected("CRM", work.case, work.node, at, resource=work.worker))
    footer = (
        f'\n"Grand Totals ({len(rows)} records)"\n"Confidential Information - Do Not Distribute"\n'
        '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
    )
    return text_table(_HISTORY, rows, encoding="utf-8-sig", quoting=csv.QUOTE_ALL, end="\n", footer=footer)


def _contract_books(world: World) -> Iterator[tuple[str, bytes]]:
    """One workbook per quarter: one row per contract, its trail in one cell."""
    dice = world.dice("contracts")
    rows: list[tuple[datetime, Sequence[object]]] = []
    for case in world.cases:
        works = [work for work in case.works if work.node in _IN_DINGTALK and work.end is not None]
        if works:
            rows.append((world.moment(works[0].end or 0), _contract(world, case, works, dice)))
    rows.sort(key=lambda one: one[0])
    for quarter, months in enumerate(((1, 2, 3), (4, 5, 6)), 1):
        told = [row for at, row in rows if at.month in months]
        yield (
            f"合同审批_钉钉_2026Q{quarter}.xlsx",
            workbook("审批数据", _CONTRACTS, told, above=(f"合同审批 2026 年第 {quarter} 季度",)),
        )


def _contract(world: World, case: Case, works: Collection[OfficeWork], dice: Random) -> Sequence[object]:
    groups = {person.name: person.group for person in world.people}
    times = [world.moment(work.end or 0) for work in works]
    records = []
    for work, at in zip(works, times, strict=True):
        verdict = "|" if work.node == "合同提交" else f"|agree|{dice.choice(('', '同意', '条款无误；同意'))}"
        records.append(f"{work.worker}|{_IN_DINGTALK[work.node]}|{at:%Y-%m-%d %H:%M:%S}{verdict}")
        # The trail says "approval" of the legal check and of the signature alike.
        told = work.node if work.node == "合同提交" else "合同审批"
        world.truth.expected.append(Expected("钉钉", case.id, told, at, resource=work.worker))
    over = len(works) == len(_IN_DINGTALK)
    first = next(iter(works)).worker
    status = ("完成", "同意", times[0], times[-1]) if over else ("审批中", "", times[0], None)
    return (
        f"{times[0]:%Y%m%d%H%M%S}{int(case.id) % 10**6:06}0",
        f"{case.facts['客户编号']} 软件采购合同",
        *status,
        first,
        groups.get(first, ""),
        case.id,
        dice.randrange(8, 400) * 1000,
        ";\n".join(records),
    )


def _customers() -> bytes:
    dice = Random("globaltech-customers")  # noqa: S311
    rows = []
    for number in range(_N_CUSTOMERS):
        grade = dice.choices(("VIP", "重点", "普通"), (0.1, 0.3, 0.6))[0]
        low, high = {"VIP": (300, 900), "重点": (80, 300), "普通": (5, 80)}[grade]
        region, revenue = _REGIONS[number % len(_REGIONS)], dice.randrange(low, high)
        rows.append((f"KH{number:04}", f"客户{number:03}有限公司", grade, region, revenue))
    return workbook("客户", ("客户编号", "客户名称", "客户等级", "区域", "年收入（万元）"), rows)


def _surveys(world: World) -> bytes:
    """The answers of customers: worse where solutions were sent to and fro."""
    dice = world.dice("surveys")
    rows = []
    for case in world.cases:
        asked = any(work.node == "服务满意度调查" for work in case.works)
        if asked and dice.random() < _ANSWERED:
            n_returns = sum(work.node == "退回修改" for work in case.works)
            rows.append((case.id, max(1, min(5, round(dice.gauss(4.3 - 0.8 * n_returns, 0.7))))))
    return workbook("满意度", ("工单编号", "满意度"), rows)
