"""What is true of a made-up world: the faults that were planted, and everything that really happened."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from procmine.core.text.words import Words

KINDS: dict[str, Words] = {
    "skipped": Words("缺失的节点", "skipped node"),
    "unexpected": Words("多余的节点", "inserted node"),
    "wrong_order": Words("次序颠倒", "wrong order"),
    "repeated": Words("重复的节点", "repeated node"),
    "wrong_role": Words("角色不符", "wrong role"),
    "same_person": Words("提交与审批为同一人", "same person submits and approves"),
    "late": Words("节点超时", "late node"),
    "rework": Words("返工回路", "rework loop"),
    "ping_pong": Words("部门间来回", "ping-pong between departments"),
    "batching": Words("成批处理", "batching"),
    "contention": Words("人员过载", "overloaded resource"),
    "prioritization": Words("后到先办", "first-in-first-out broken"),
    "unavailability": Words("人员缺勤", "absence"),
    "improvement": Words("改进生效", "improvement taking effect"),
    "new_deviation": Words("近期新出现的偏差", "new deviation in the last month"),
    "delay": Words("某类案例被拖延", "attribute value that causes delay"),
    "duplicate": Words("重复记录", "duplicate records"),
    "misordered": Words("时间错乱的记录", "mis-ordered records"),
}
"""Kinds of faults; the first seven are deviations from the standard process."""


@dataclass
class PlantedFault:
    """One planted fault: what it is, what it is about, and the cases it is in.

    Attributes
    ----------
    about
        The nodes, people, departments or attribute values it concerns, by what they are.
    period
        First and last day on which it happens.
    """

    kind: str
    title: Words
    about: dict[str, str]
    period: tuple[date, date]
    cases: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The fault as plain data; each case once."""
        cases = sorted(set(self.cases))
        return {
            "kind": self.kind,
            "title": {"zh": self.title.zh, "en": self.title.en},
            "about": self.about,
            "period": [day.isoformat() for day in self.period],
            "n_cases": len(cases),
            "n_times": len(self.cases),
            "cases": cases,
        }


class Expected(NamedTuple):
    """An event that an export gives back: what its format can carry of what happened."""

    export: str
    case_id: str
    activity: str
    timestamp: datetime
    start: datetime | None = None
    enabled: datetime | None = None
    resource: str | None = None


class Happened(NamedTuple):
    """One activity instance as it really was, with the seconds it waited by cause."""

    case_id: str
    position: int
    node: str
    worker: str
    enabled: datetime
    start: datetime | None
    end: datetime | None
    causes: Mapping[str, int]


@dataclass
class Truth:
    """Everything that is true of one simulated world.

    Attributes
    ----------
    faults
        By name.
    happened
        The true path of every case, in order.
    expected
        What the exports give back when they are read.
    """

    world: str
    seed: int
    n_cases: int
    faults: dict[str, PlantedFault]
    happened: list[Happened] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)

    def plant(self, name: str, case: str) -> None:
        """Remember that a case has a fault."""
        self.faults[name].cases.append(case)

    def faults_json(self) -> bytes:
        """The faults and the sizes as JSON."""
        seconds = {cause: 0 for one in self.happened for cause in one.causes}
        for one in self.happened:
            for cause, n in one.causes.items():
                seconds[cause] += n
        content = {
            "world": self.world,
            "seed": self.seed,
            "n_cases": self.n_cases,
            "n_activities": len(self.happened),
            "n_events": len(self.expected),
            "waiting_hours": {cause: round(n / 3600, 1) for cause, n in seconds.items()},
            "faults": {name: fault.as_json() for name, fault in self.faults.items()},
        }
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    def happened_csv(self) -> bytes:
        """The true path of every case with its waiting by cause, in seconds."""
        causes = sorted({cause for one in self.happened for cause in one.causes})
        rows = ((*one[:-1], *(one.causes.get(cause, 0) for cause in causes)) for one in self.happened)
        return _csv([*Happened._fields[:-1], *causes], rows)

    def expected_csv(self) -> bytes:
        """The events that the exports give back, export by export and case by case."""
        events = sorted(self.expected, key=_place)
        return _csv(Expected._fields, events)


def _place(one: Expected) -> tuple[str, str, datetime, str, str]:
    return one.export, one.case_id, one.timestamp, one.activity, one.resource or ""


def _csv(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    content = io.BytesIO()
    with io.TextIOWrapper(content, encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
        text.flush()
        return content.getvalue()
