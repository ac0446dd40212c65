"""Service requests of 环球科技, a made-up company: a seeded office with queues, written as a GBK export.

Requests arrive in working hours, wait for whoever of the role is free, and take one of three paths
by business line. A few habits are planted: mail requests are classified twice now and then,
contracts are reviewed on two afternoons a week only, surveys are skipped, solutions are sent back.
"""

from __future__ import annotations

import csv
import heapq
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

HEADER = ("工单编号", "处理环节", "处理时间", "处理人", "部门", "业务线", "来源", "客户等级", "合同金额")

_FIRST_DAY, _LAST_DAY = date(2026, 1, 5), date(2026, 6, 30)
_SHIFTS = ((time(9), time(12)), (time(13, 30), time(18)))
_REVIEW_DAYS = (1, 3)
_HOLIDAYS = frozenset(
    date(2026, month, day)
    for month, days in {2: range(16, 24), 4: [6], 5: range(1, 6), 6: [19]}.items()
    for day in days
)
_STAFF = {
    "客服专员": ("客服部", ("王芳", "赵敏", "刘洋")),
    "调度员": ("客服部", ("孙磊",)),
    "技术工程师": ("技术部", ("李强", "陈静", "周涛", "吴昊")),
    "法务": ("法务部", ("郑岚",)),
    "实施顾问": ("交付部", ("何俊", "林雪", "高翔")),
    "系统": ("", ("系统",)),
}
_NODES = {
    "服务请求接收": ("客服专员", 6),
    "请求分类": ("客服专员", 9),
    "请求分配": ("调度员", 7),
    "问题诊断": ("技术工程师", 70),
    "解决方案提供": ("技术工程师", 95),
    "退回修改": ("客服专员", 8),
    "合同审核": ("法务", 35),
    "合同签订": ("法务", 20),
    "服务执行": ("实施顾问", 150),
    "服务满意度调查": ("系统", 0),
    "反馈分析与改进": ("客服专员", 12),
    "关闭": ("客服专员", 4),
}
_LINES = {"软件销售": 0.3, "技术支持": 0.45, "客户咨询": 0.25}
_CHANNELS = {"电话": 0.45, "邮件": 0.3, "在线表单": 0.25}
_RECEIVED_AS = {"电话": "来电受理", "邮件": "受理", "在线表单": "受理"}


class _Row(NamedTuple):
    at: datetime
    case: int
    node: str
    who: str
    department: str


@dataclass
class _Case:
    number: int
    line: str
    channel: str
    grade: str
    amount: str
    path: list[str] = field(default_factory=list)


def _working(day: date) -> bool:
    return day.weekday() < 5 and day not in _HOLIDAYS


def _advance(moment: datetime, work: timedelta) -> datetime:
    """The moment after so much working time."""
    while True:
        day = moment.date()
        for begin, end in _SHIFTS if _working(day) else ():
            start = max(moment, datetime.combine(day, begin))
            left = datetime.combine(day, end) - start
            if left > work:
                return start + work
            if left > timedelta():
                work -= left
                moment = datetime.combine(day, end)
        moment = datetime.combine(day + timedelta(days=1), time())


def _reviewing(moment: datetime) -> datetime:
    """The next afternoon on which contracts are reviewed."""
    day = moment.date()
    while True:
        if _working(day) and day.weekday() in _REVIEW_DAYS and datetime.combine(day, time(17)) > moment:
            return max(moment, datetime.combine(day, time(14)))
        day += timedelta(days=1)


def _path(case: _Case, dice: random.Random) -> list[str]:
    path = ["服务请求接收"]
    if case.line != "客户咨询":
        path.append("请求分类")
    path.append("请求分配")
    if case.channel == "邮件" and case.line != "客户咨询" and dice.random() < 0.35:
        path += ["请求分类", "请求分配"]
    if case.line == "软件销售":
        path += ["合同审核", "合同签订"]
    elif case.line == "技术支持" and dice.random() > 0.13:
        path.append("问题诊断")
    path.append("解决方案提供")
    skipped = case.line == "技术支持" and "问题诊断" not in path
    while dice.random() < (0.4 if skipped else 0.09):
        path += ["退回修改", "解决方案提供"]
    if case.line != "客户咨询":
        path.append("服务执行")
    if dice.random() > 0.08:
        path.append("服务满意度调查")
        if dice.random() < 0.18:
            path.append("反馈分析与改进")
    return [*path, "关闭"]


def _cases(n: int, dice: random.Random) -> Iterator[tuple[datetime, _Case]]:
    days = [_FIRST_DAY + timedelta(days=i) for i in range((_LAST_DAY - _FIRST_DAY).days)]
    open_days = [day for day in days if _working(day)]
    moments = sorted(
        datetime.combine(dice.choice(open_days), time(9)) + timedelta(minutes=dice.randrange(0, 520)) for _ in range(n)
    )
    for number, moment in enumerate(moments, start=1):
        line = dice.choices(list(_LINES), list(_LINES.values()))[0]
        channel = dice.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
        grade = dice.choices(["VIP", "重点", "普通"], [0.1, 0.25, 0.65])[0]
        amount = str(dice.randrange(8, 400) * 1000) if line == "软件销售" else ""
        case = _Case(number, line, channel, grade, amount)
        case.path = _path(case, dice)
        yield moment, case


def _simulate(n: int, seed: int) -> tuple[list[_Case], list[_Row]]:
    """Work every case through its path: each step waits for the first of its role to be free."""
    dice = random.Random(seed)  # noqa: S311
    arriving = list(_cases(n, dice))
    free = {name: datetime.min for _, names in _STAFF.values() for name in names}
    waiting = [(moment, case.number, 0) for moment, case in arriving]
    cases = [case for _, case in arriving]
    heapq.heapify(waiting)
    rows = []
    while waiting:
        moment, number, step = heapq.heappop(waiting)
        case = cases[number - 1]
        node = case.path[step]
        role, minutes = _NODES[node]
        department, names = _STAFF[role]
        who = min(names, key=lambda name: (free[name], name))
        start = max(moment, free[who])
        if node == "合同审核":
            start = _reviewing(start)
        took = timedelta(minutes=minutes * dice.lognormvariate(0, 0.45))
        done = start + timedelta(seconds=30) if role == "系统" else _advance(start, took)
        if role != "系统":
            free[who] = done
        if done.date() > _LAST_DAY:
            continue
        rows.append(_Row(done, number, node, who, department))
        if step + 1 < len(case.path):
            pause = (
                timedelta(hours=dice.expovariate(1 / 20))
                if node in ("解决方案提供", "服务执行")
                else timedelta(minutes=2)
            )
            heapq.heappush(waiting, (done + pause, number, step + 1))
    return cases, sorted(rows)


def export_bytes(n_cases: int = 480, seed: int = 20260105) -> bytes:
    """The export as its system writes it: GBK, one row per finished step, oldest first.

    Two rows carry a time that cannot be read, as real exports do.
    """
    cases, rows = _simulate(n_cases, seed)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for place, row in enumerate(rows):
        case = cases[row.case - 1]
        node = _RECEIVED_AS[case.channel] if row.node == "服务请求接收" else row.node
        at = "待补录" if place in (1200, 2345) else f"{row.at:%Y/%m/%d %H:%M}"
        writer.writerow(
            (
                f"SR-2026-{row.case:04d}",
                node,
                at,
                row.who,
                row.department,
                case.line,
                case.channel,
                case.grade,
                case.amount,
            )
        )
    return text.getvalue().encode("gbk")


def write_export(path: Path) -> None:
    """Write the export of the sample project."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export_bytes())
