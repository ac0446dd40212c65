"""What the OA of the return visits exports: request logs, the operator table, names, a register, score sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from procmine.samples.files import text_table, workbook
from procmine.samples.office import OfficeWork
from procmine.samples.truth import Expected
from procmine.samples.visit_scores import INDICATORS, card_for, judged_visit, points, total
from procmine.samples.world import World

_NODES = ("回访计划", "回访准备", "资料准备", "方案准备", "准备审核", "回访邮件一", "电话确认", "客户回访", "回访邮件二",
          "回访总结", "评分", "归档")  # fmt: skip
_NODE_ID = {name: 101 + i for i, name in enumerate(_NODES)}
_LOG = ("logid", "requestid", "nodeid", "logtype", "operatedate", "operatetime", "operator", "operatordept",
        "destnodeid", "remark")  # fmt: skip
_OPERATORS = ("id", "requestid", "userid", "nodeid", "isremark", "receivedate", "receivetime", "viewdate", "viewtime",
              "operatedate", "operatetime")  # fmt: skip
_FACTS = ("组", "客户编号", "区域", "回访类型", "客户等级")
_SYSTEM = "系统管理员"
_TURN = datetime(2026, 1, 1)
_OVERLAP = timedelta(days=4)


class _Told(NamedTuple):
    """One act as the OA records it, with its times as they stand there."""

    work: OfficeWork
    enabled: datetime
    start: datetime
    end: datetime


def return_visits_exports(world: World) -> Iterator[tuple[str, bytes]]:
    """The files by name; what they give back when they are read goes to the world's truth."""
    staff = {person.name: 1001 + i for i, person in enumerate(world.people)} | {_SYSTEM: 1}
    told = _recorded(world)
    yield from _request_logs(world, told, staff)
    yield "currentoperator.csv", _operator_table(world, told, staff)
    yield "nodebase.csv", _gbk(("id", "nodename"), [(number, name) for name, number in _NODE_ID.items()])
    yield "hrmresource.csv", _gbk(("id", "lastname"), [(number, name) for name, number in staff.items()])
    yield (
        "回访登记.xlsx",
        workbook(
            "回访登记",
            ("流程编号", *_FACTS),
            [(case.id, *(case.facts[name] for name in _FACTS)) for case in world.cases],
        ),
    )
    yield "评分表.xlsx", _scores(world)
    yield "人员.xlsx", workbook("人员", ("姓名", "岗位", "组"), [(p.name, p.role, p.group) for p in world.people])


def _recorded(world: World) -> list[_Told]:
    """Every finished act, a few of them recorded by a clock that is a day slow."""
    dice = world.dice("clock")
    told = []
    for work in world.done(lambda _: True):
        times = [world.moment(moment or 0) for moment in (work.enabled, work.start, work.end)]
        if work.worker != _SYSTEM and dice.random() < 0.004:
            world.truth.plant("wrong_clock", work.case)
            times = [moment - timedelta(days=1) for moment in times]
        told.append(_Told(work, *times))
    return told


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def _gbk(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    return text_table(header, rows, encoding="gbk")


def _request_logs(world: World, told: Sequence[_Told], staff: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """The request log of each year, the second from some days before its beginning on."""
    dice = world.dice("requestlog")
    groups = {person.name: person.group for person in world.people}
    names = sorted(set(groups.values()))
    following = _following(world)
    rows: list[tuple[datetime, Sequence[object]]] = []
    number = 880_000
    for one in told:
        work, at = one.work, one.end
        number += 1
        kind = (
            "e" if work.worker == _SYSTEM else "3" if work.action else "0" if work.node in ("准备审核", "评分") else "2"
        )
        dept = names.index(groups[work.worker]) + 11 if work.worker in groups else ""
        who = staff[work.worker]
        row = (number, work.case, _NODE_ID[work.node], kind, _day(at), _clock(at), who, dept, following[id(work)], "")
        rows.append((at, row))
        in_overlap = abs((at - _TURN).days) <= _OVERLAP.days + 1
        if not in_overlap and dice.random() < 0.005:
            world.truth.plant("double_rows", work.case)
            rows.append((at, row))
        start, enabled = (None, None) if work.worker == _SYSTEM else (one.start, one.enabled)
        world.truth.expected.append(Expected("OA", work.case, work.node, at, start, enabled, work.worker))
        if dice.random() < 0.03:  # remarks and copies: no step of the process
            number += 1
            aside = dice.choice(("7", "9", "t"))
            rows.append(
                (at, (*(number, work.case, _NODE_ID[work.node], aside, _day(at), _clock(at)), who, dept, "", "请知悉"))
            )
    for name, begin, end in (
        ("requestlog_2025.csv", datetime.min, _TURN),
        ("requestlog_2026.csv", _TURN - _OVERLAP, datetime.max),
    ):
        yield name, _gbk(_LOG, [row for at, row in rows if begin <= at < end])


def _following(world: World) -> dict[int, object]:
    """For each piece of work the id of the node that its case goes to next."""
    found: dict[int, object] = {}
    for case in world.cases:
        for work, after in zip(case.works, [*case.works[1:], None], strict=True):
            found[id(work)] = _NODE_ID[after.node] if after else ""
    return found


def _operator_table(world: World, told: Sequence[_Told], staff: Mapping[str, int]) -> bytes:
    """One row per piece of work: received, first viewed, done; what is open has no end, perhaps no view."""
    rows: list[Sequence[object]] = []
    key: tuple[object, ...]
    for one in told:
        if one.work.worker != _SYSTEM:
            key = (one.work.case, staff[one.work.worker], _NODE_ID[one.work.node], "2")
            times = (text(moment) for moment in (one.enabled, one.start, one.end) for text in (_day, _clock))
            rows.append((len(rows) + 1, *key, *times))
    for work in world.works:
        if work.end is None:
            seen = world.moment(work.start) if work.start is not None else None
            received = world.moment(work.enabled)
            key = (work.case, staff.get(work.worker, ""), _NODE_ID[work.node], "0")
            viewed = (_day(seen), _clock(seen)) if seen else ("", "")
            rows.append((len(rows) + 1, *key, _day(received), _clock(received), *viewed, "", ""))
    return _gbk(_OPERATORS, rows)


def _scores(world: World) -> bytes:
    """The score sheet: one row per scored visit, by the card in force on the day it was scored."""
    dice = world.dice("scores")
    rows = []
    for case in world.cases:
        scored = [work for work in case.works if work.node == "评分" and work.end is not None and not work.action]
        if scored:
            day = world.moment(scored[-1].end or 0).date()
            card, month = card_for(day), (day.year - world.first.year) * 12 + day.month - world.first.month
            split = any(work.node == "方案准备" for work in case.works)
            marks = judged_visit(card, month, split=split, dice=dice)
            score = total(card, marks)
            cells = (marks.get(name) for name in INDICATORS)
            rows.append((case.id, card.version, *cells, score, points(score)))
    return workbook("评分", ("流程编号", "版本", *INDICATORS, "总分", "积分"), rows)
