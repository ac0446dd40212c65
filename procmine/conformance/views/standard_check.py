"""Do the standard and the log speak of the same things? Names that only one of them knows, with likely matches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pandas as pd

from procmine.conformance.judging.wrong_roles import SYSTEM
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.conformance.standard.limits import LimitByClass
from procmine.conformance.standard.standard import Standard, in_force
from procmine.core.log.engine import fetch
from procmine.core.result.result import Column, Result
from procmine.core.text.likely_names import nearest
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

SORTS: dict[str, Words] = {
    "unclaimed": Words("标准未提到的活动", "activity that no action claims"),
    "unseen": Words("日志中没有的活动", "activity that the log never shows"),
    "attribute": Words("日志中没有的属性", "attribute that the cases have not"),
    "value": Words("没有案例取此值", "value that no case has"),
    "role": Words("日志中没有的角色", "role that the log never shows"),
    "not_observable": Words("日志看不到的动作", "action that no log shows"),
}


@dataclass(frozen=True, repr=False, eq=False)
class StandardCheck(Result):
    """Names that the standard and the log do not share; those with the most events first in each sort."""

    TITLE: ClassVar[Words] = Words("标准与日志的对应", "The standard and the log")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "sort": Column("text", Words("类别", "Sort"), words=SORTS),
        "name": Column("text", Words("名称", "Name")),
        "place": Column("text", Words("标准中的位置", "Place in the standard")),
        "version": Column("text", Words("版本", "Version")),
        "n_events": Column("count", Words("事件", "Events"), Words("日志中的事件", "in the log")),
        "n_cases": Column("count", Words("案例", "Cases"), Words("日志中的案例", "in the log")),
        "likely": Column("text", Words("可能是", "Likely"), Words("另一方中最相近的名称", "the most similar name of the other side")),
    }  # fmt: skip

    @property
    def scalars(self) -> dict[str, Any]:
        """How many names of each sort."""
        counts = self.table["sort"].value_counts()
        return {f"n_{sort}": int(counts.get(sort, 0)) for sort in SORTS}

    @property
    def sentence(self) -> str:
        """How many activities only one side knows."""
        n = self.scalars
        text = Words(
            "日志中有 {a} 个活动标准未提到，标准中有 {b} 个活动日志里没有。",
            "The log has {a} activities that the standard does not know; the standard names {b} that the log never shows.",
        )
        return text.filled(a=write_number(n["n_unclaimed"]), b=write_number(n["n_unseen"])).say(self.language)


class _CheckRow(NamedTuple):
    sort: str
    name: str
    place: str = ""
    version: str = ""
    n_events: int = 0
    n_cases: int = 0
    likely: str = ""


def check_standard(log: EventLog, standard: Standard | Sequence[Standard]) -> StandardCheck:
    """Hold the names of a standard against those of a log.

    Told are: activities of the log that no action claims and that are not ignored; activities that the
    standard names and the log never shows; attributes and their values on which paths, limits and rules
    depend; roles; actions without `log:`, which nothing can show. The likely match is the most similar
    name that the other side has to spare, else any.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.standard.standard import Process
    >>> from procmine.conformance.standard.parts import Item
    >>> nodes = [Item(name="受理"), Item(name="请求分类", log=["分类", "分类复核"]), Item(name="关闭")]
    >>> found = check_standard(pm.six_cases(), Standard(name="x", processes=[Process(name="p", nodes=nodes)]))
    >>> found.table[["sort", "name", "n_events"]].values.tolist()
    [['unclaimed', '处理', 7], ['unclaimed', '客户沟通', 2], ['unseen', '分类复核', 0]]
    """
    versions = in_force(standard)
    rows = list(_Checking(log, versions).rows()) if log.n_cases else []
    return StandardCheck.of(log, pd.DataFrame(rows, columns=list(StandardCheck.COLUMNS)))


class _Checking:
    def __init__(self, log: EventLog, versions: Sequence[Standard]) -> None:
        self.log, self.versions = log, versions
        events = log.events
        counted = events.group_by("activity").aggregate(n=events.count(), n_cases=events.case_index.nunique())
        self.seen = {row.activity: (int(row.n), int(row.n_cases)) for row in fetch(counted).itertuples()}
        self.claimed = {name for version in versions for name in version.claims}
        ignored = {name for version in versions for name in version.ignore}
        self.unclaimed = sorted(set(self.seen) - self.claimed - ignored, key=lambda name: (-self.seen[name][0], name))

    def rows(self) -> Iterator[_CheckRow]:
        unseen = sorted(self.claimed - set(self.seen))
        for name in self.unclaimed:
            likely = nearest(name, unseen) or nearest(name, sorted(self.claimed)) or ""
            yield _CheckRow("unclaimed", name, "", "", *self.seen[name], likely)
        for version in self.versions:
            yield from self._unseen(version)
        for version in self.versions:
            yield from self._attributes(version)
            yield from self._roles(version)
            for node in version.nodes.values():
                for action in node.actions:
                    if not action.log:
                        yield _CheckRow("not_observable", action.do, node.name, version.version)

    def _unseen(self, version: Standard) -> Iterator[_CheckRow]:
        places = {name: ", ".join(nodes) for name, nodes in version.claims.items()}
        places |= dict.fromkeys(version.ignore, "ignore")
        places |= {
            one.subject: "allowed_deviations"
            for one in version.allowed_deviations
            if DEVIATION_KINDS[one.kind].subject == "activity"
        }
        for name, place in places.items():
            if name not in self.seen:
                likely = nearest(name, self.unclaimed) or nearest(name, sorted(self.seen)) or ""
                yield _CheckRow("unseen", name, place, version.version, likely=likely)

    def _attributes(self, version: Standard) -> Iterator[_CheckRow]:
        known = self.log.case_attributes
        for name in sorted(version.asked):
            if name not in known:
                yield _CheckRow("attribute", name, "", version.version, likely=nearest(name, known) or "")
                continue
            values = {value: place for place, asked, value in _values_asked(version) if asked == name}
            cases = self.log.cases
            value_table = fetch(cases.select(value=cases[name].cast("string")).distinct())
            values_there = sorted(str(value) for value in value_table["value"].dropna())
            for value, place in values.items():
                if value not in values_there:
                    yield _CheckRow(
                        "value", f"{name}: {value}", place, version.version, likely=nearest(value, values_there) or ""
                    )

    def _roles(self, version: Standard) -> Iterator[_CheckRow]:
        columns = [name for name in ("role", "resource") if name in self.log.all_events.columns]
        if "role" not in columns:
            return
        names_there: set[str] = set()
        for column in columns:
            name_table = fetch(self.log.events.select(name=self.log.events[column].cast("string")).distinct())
            names_there |= set(name_table["name"].dropna())
        places: dict[str, str] = {}
        for node in version.nodes.values():
            for role in node.responsible:
                places.setdefault(role, node.name)
        for rule in version.rules:
            for role in (rule.role or rule.authority).roles if rule.role or rule.authority else ():  # type: ignore[union-attr]
                places.setdefault(role, "rules")
        for role, place in places.items():
            if role not in names_there and role not in SYSTEM:
                yield _CheckRow("role", role, place, version.version, likely=nearest(role, names_there) or "")


def _values_asked(version: Standard) -> Iterator[tuple[str, str, str]]:
    """Where a value of an attribute is asked for: place, attribute, value."""
    whens = [
        *((name, path.when) for name, path in version.paths.items()),
        *((process.name, process.when) for process in version.processes),
        *(("rules", rule.when) for rule in version.rules),
    ]
    for place, when in whens:
        yield from ((place, name, value) for name, values in when.items() for value in values)
    for node in version.nodes.values():
        if isinstance(node.within, LimitByClass):
            yield from ((node.name, node.within.by, value) for value in node.within.limits)
