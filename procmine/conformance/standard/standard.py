"""The standard process, as its owner writes it: processes, nodes, actions, and each business line's own path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, create_model, model_validator

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.conformance.standard.limits import LimitByClass
from procmine.conformance.standard.parts import Item, NodeParts
from procmine.conformance.standard.rules import Rule
from procmine.core.text.errors import Fault, MissingDataError, SpecError
from procmine.core.text.spec import OneOrMore, Spec, SpecValueError
from procmine.core.text.words import Words

Values = Annotated[list[str], OneOrMore]
OpenCases = Literal["prefix", "complete", "leave_out"]
"""What is asked of cases that are still open: only what they have done so far, everything, or nothing."""


class Process(Spec):
    """A process: its nodes in order. A case runs the processes one after the other."""

    name: str = Field(description="name of the process")
    nodes: list[Item] = Field(min_length=1, description="its nodes and blocks, in order")
    optional: bool = Field(False, description="whether a case may do without it")
    when: dict[str, Values] = Field(default_factory=dict, description="attribute of the case: values for which it runs")
    goal: str = Field("", description="what it is for")
    input: str = Field("", description="what it begins with")
    output: str = Field("", description="what it gives")
    customer: str = Field("", description="who it is for")


class Addition(NodeParts):
    """A node that a path has besides, with all that is said of a node."""

    name: str = Field(description="name of the node")
    after: str = Field("", description="node behind which it stands")
    before: str = Field("", description="node before which it stands")
    optional: bool = Field(False, description="whether it may be left out")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.after) == bool(self.before):
            fault = Words("写 after: 或 before: 之一", "give either after: or before:")
            raise SpecValueError(fault)
        return self

    def item(self) -> Item:
        """The node itself."""
        return Item.model_construct(
            **{name: getattr(self, name) for name in (*NodeParts.model_fields, "name", "optional")}
        )


class Move(Spec):
    """A node that stands elsewhere on a path."""

    name: str = Field(description="name of the node")
    after: str = Field(description="node behind which it stands on this path")


class OperatingPath(Spec):
    """How a business line differs from the unified process (运营路径)."""

    when: dict[str, Values] = Field(min_length=1, description="attribute of the case: values of those that take it")
    add: list[Addition] = Field(default_factory=list, description="nodes it has besides")
    skip: list[str] = Field(default_factory=list, description="nodes it does without")
    move: list[Move] = Field(default_factory=list, description="nodes that stand elsewhere")


class AllowedDeviation(Spec):
    """A deviation from the standard that is accepted, and why; `Allowed` has a key for each kind, of which one is given."""

    if TYPE_CHECKING:

        def __init__(self, *, reason: str, **subject: str) -> None: ...

    reason: str = Field(min_length=1, description="why that is accepted")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in DEVIATION_KINDS if getattr(self, kind, "")]
        if len(given) != 1:
            fault = Words(
                "一条容许的偏差只有一种（现为：{given}）", "an allowed deviation is of one kind (given: {given})"
            )
            hint = Words("可用：{kinds}", "kinds: {kinds}").filled(kinds=", ".join(DEVIATION_KINDS))
            raise SpecValueError(fault.filled(given=", ".join(given) or "–"), hint)
        return self

    @property
    def kind(self) -> str:
        """Which kind of deviation it is about."""
        return next(kind for kind in DEVIATION_KINDS if getattr(self, kind))

    @property
    def subject(self) -> str:
        """The node, activity or rule it is about."""
        return str(getattr(self, self.kind))


if TYPE_CHECKING:
    Allowed = AllowedDeviation
else:
    _keys = {name: (str, Field("", description=kind.allows)) for name, kind in DEVIATION_KINDS.items()}
    Allowed = create_model("Allowed", __base__=AllowedDeviation, __module__=__name__, **_keys)


class Standard(Spec):
    """One version of the standard process.

    Examples
    --------
    >>> nodes = [{"name": "受理"}, {"name": "处理", "within": "2 days"}, {"name": "关闭"}]
    >>> standard = Standard.model_validate({"name": "标准", "processes": [{"name": "服务", "nodes": nodes}]})
    >>> list(standard.nodes)
    ['受理', '处理', '关闭']
    """

    name: str = Field(description="name of the standard")
    version: str = Field("1", description="its version")
    valid_from: date | None = Field(None, description="first day on which cases that start are judged by it")
    valid_until: date | None = Field(None, description="last such day; until the next version when left out")
    owner: str = Field("", description="who keeps it")
    processes: list[Process] = Field(min_length=1, description="its processes, in order")
    paths: dict[str, OperatingPath] = Field(
        default_factory=dict, description="name of an operating path: how it differs"
    )
    rules: list[Rule] = Field(default_factory=list, description="rules beyond the flow")
    ignore: list[str] = Field(default_factory=list, description="activities that are not judged")
    allowed_deviations: list[Allowed] = Field(default_factory=list, description="deviations that are accepted")
    open_cases: OpenCases = Field(
        "prefix",
        description="open cases are judged by what they have done (prefix), in full (complete) or not (leave_out)",
    )

    @cached_property
    def nodes(self) -> Mapping[str, Item]:
        """Every node of the unified process and of its paths, by name, in the order of the file."""
        by_name = {node.name: node for process in self.processes for item in process.nodes for node in item.nodes()}
        for path in self.paths.values():
            by_name |= {added.name: added.item() for added in path.add if added.name not in by_name}
        return by_name

    @cached_property
    def claims(self) -> Mapping[str, tuple[str, ...]]:
        """Activity to the nodes that an event of it can do."""
        claiming: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for activity in node.activities:
                claiming.setdefault(activity, []).append(node.name)
        return {activity: tuple(names) for activity, names in claiming.items()}

    @property
    def deciding(self) -> frozenset[str]:
        """The attributes of a case that decide its operating path and its processes."""
        whens = (*(path.when for path in self.paths.values()), *(process.when for process in self.processes))
        return frozenset(name for when in whens for name in when)

    @property
    def asked(self) -> frozenset[str]:
        """All attributes of cases that the standard asks for: those of paths, processes, rules and limits."""
        limits = [rule.within for rule in self.rules] + [node.within for node in self.nodes.values()]
        return frozenset(
            [
                *self.deciding,
                *(name for rule in self.rules for name in rule.when),
                *(rule.authority.amount for rule in self.rules if rule.authority),
                *(limit.by for limit in limits if isinstance(limit, LimitByClass)),
            ]
        )

    @property
    def counts_working_days(self) -> bool:
        """Whether some limit is given in working days."""
        given = [*(rule.within for rule in self.rules), *(node.within for node in self.nodes.values())]
        limits = [one for within in given for one in (within.all() if isinstance(within, LimitByClass) else [within])]
        return any(limit is not None and limit.days > 0 for limit in limits)

    def activities_of(self, name: str) -> tuple[str, ...]:
        """The activities that a name of a rule stands for: those of the node of this name, else the activity itself."""
        return self.nodes[name].activities if name in self.nodes else (name,)


def in_force(versions: Standard | Sequence[Standard]) -> tuple[Standard, ...]:
    """Versions by the day from which they hold.

    Raises
    ------
    MissingDataError
        If there are none: the project names no standard.
    SpecError
        If two hold on the same day, or do not say the same of open cases.
    """
    given = [versions] if isinstance(versions, Standard) else list(versions)
    if not given:
        fault = Words("项目没有给出标准流程", "the project names no standard process")
        hint = Words(
            "把标准流程写进一个文件，并在 project.yml 中写 standard: standard.yml",
            "write the standard into a file and name it in project.yml: standard: standard.yml",
        )
        raise MissingDataError(Fault("project.yml", fault, hint=hint))
    ordered = sorted(given, key=lambda one: (one.valid_from or date.min, one.version))
    faults = [fault for old, new in pairwise(ordered) for fault in _overlap(old, new)]
    policies = sorted({one.open_cases for one in given})
    if len(policies) > 1:
        fault = Words("各版本的 open_cases: 不一致", "the versions do not say the same under open_cases:")
        faults.append(Fault(given[0].name, fault, ", ".join(policies), Words("写成一样", "let them say the same")))
    if faults:
        raise SpecError(*faults)
    return tuple(ordered)


def _overlap(old: Standard, new: Standard) -> Iterator[Fault]:
    names = {"a": old.version, "b": new.version}
    if old.valid_from == new.valid_from:
        fault = Words("版本 {a} 与 {b} 同日生效", "versions {a} and {b} hold from the same day").filled(**names)
        facts = Words("valid_from: {day}", "valid_from: {day}").filled(day=new.valid_from or "–")
        yield Fault(new.name, fault, facts, Words("每个版本写不同的 valid_from:", "give each its own valid_from:"))
    elif old.valid_until and new.valid_from and old.valid_until >= new.valid_from:
        fault = Words("版本 {a} 与 {b} 的有效期重叠", "versions {a} and {b} overlap").filled(**names)
        facts = Words("{until} ≥ {since}", "{until} ≥ {since}").filled(until=old.valid_until, since=new.valid_from)
        hint = Words("让 valid_until: 早于下一版的 valid_from:", "let valid_until: end before the next valid_from:")
        yield Fault(new.name, fault, facts, hint)


def version_for(versions: Sequence[Standard], day: date) -> Standard | None:
    """The version in force on a day: the newest that is valid from that day or earlier."""
    valid = [one for one in versions if one.valid_from is None or one.valid_from <= day]
    newest = max(valid, key=lambda one: one.valid_from or date.min, default=None)
    is_over = newest is not None and newest.valid_until is not None and newest.valid_until < day
    return None if is_over else newest
