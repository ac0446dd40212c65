"""The standard process, as its owner writes it: processes, nodes, actions, and each business line's own path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from procmine.conformance.rules import Rule
from procmine.conformance.target_parts import Item, Names
from procmine.core.errors import Fault, SpecError, Text, did_you_mean
from procmine.core.spec import OneOrMore, Spec, SpecValueError, text_of
from procmine.core.words import Words
from procmine.core.yaml_text import read_yaml

Values = Annotated[list[str], OneOrMore]
Contradiction = tuple[tuple[str | int, ...], Words, Text]
"""Where a file contradicts itself: the place in it, the fault, a hint."""


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


class Addition(Spec):
    """A node that a path has besides."""

    name: str = Field(description="name of the node")
    after: str = Field("", description="node behind which it stands")
    before: str = Field("", description="node before which it stands")
    optional: bool = Field(False, description="whether it may be left out")
    log: Names = Field(default_factory=list, description="activities that do it; its own name when left out")
    responsible: Names = Field(default_factory=list, description="roles that do it")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.after) == bool(self.before):
            fault = Words("写 after: 或 before: 之一", "give either after: or before:")
            raise SpecValueError(fault)
        return self

    def item(self) -> Item:
        """The node itself."""
        return Item(name=self.name, optional=self.optional, log=self.log, responsible=self.responsible)


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


class Allowed(Spec):
    """A departure from the standard that is accepted, and why."""

    skipped: str = Field("", description="node that may be left out")
    unexpected: str = Field("", description="activity that may come in addition")
    repeated: str = Field("", description="node that may be done again")
    reason: str = Field(description="why that is accepted")


class TargetVersion(Spec):
    """One version of the standard process."""

    name: str = Field(description="name of the standard")
    version: str = Field("1", description="its version")
    valid_from: date | None = Field(None, description="first day on which cases that start are judged by it")
    owner: str = Field("", description="who keeps it")
    processes: list[Process] = Field(min_length=1, description="its processes, in order")
    paths: dict[str, OperatingPath] = Field(
        default_factory=dict, description="name of an operating path: how it differs"
    )
    rules: list[Rule] = Field(default_factory=list, description="rules beyond the flow")
    ignore: list[str] = Field(default_factory=list, description="activities that are not judged")
    allowed_deviations: list[Allowed] = Field(default_factory=list, description="departures that are accepted")

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a standard from a YAML file, or from a block-structured BPMN file.

        Raises
        ------
        SpecError
            With all faults of the file at once: each with its line, the nearest known name and a hint.
        """
        if path.suffix.lower() == ".bpmn":
            return cls.from_bpmn(path)
        document = read_yaml(text_of(path), path.name)
        target = cls.from_yaml(document)
        faults = [Fault(document.place(place), fault, hint=hint) for place, fault, hint in target.contradictions()]
        if faults:
            raise SpecError(*faults)
        return target

    @classmethod
    def from_bpmn(cls, path: str | Path) -> Self:
        """Read a standard from a block-structured BPMN 2.0 file: its tasks are the nodes, its lanes the roles.

        Raises
        ------
        SpecError
            If it holds what is not supported, or gateways that do not stand in pairs: each is named.
        """
        from procmine.conformance.target_bpmn import process_of

        process = process_of(Path(path))
        return cls(name=process.name, processes=[process])

    def save_bpmn(self, path: str | Path, path_name: str = "") -> None:
        """Write the flow as BPMN 2.0 with layout, one lane for each responsible role.

        Parameters
        ----------
        path_name
            Name of an operating path; the unified process when left out.

        Raises
        ------
        UnknownNameError
            If there is no such path.
        """
        from procmine.conformance.target_bpmn import target_graph
        from procmine.core.bpmn_xml import write_bpmn

        write_bpmn(target_graph(self, path_name), path, " · ".join(filter(None, [self.name, path_name])))

    @cached_property
    def nodes(self) -> Mapping[str, Item]:
        """Every node of the unified process and of its paths, by name, in the order of the file."""
        found = {node.name: node for process in self.processes for item in process.nodes for node in item.nodes()}
        for path in self.paths.values():
            found |= {added.name: added.item() for added in path.add if added.name not in found}
        return found

    @property
    def claims(self) -> Mapping[str, tuple[str, ...]]:
        """Activity to the nodes that an event of it can do."""
        found: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for activity in node.activities:
                found.setdefault(activity, []).append(node.name)
        return {activity: tuple(names) for activity, names in found.items()}

    # ── what cannot be ────────────────────────────────────────────────────────────────────────

    def contradictions(self) -> Iterator[Contradiction]:
        """Where the file contradicts itself: the place in it, the fault, the nearest name."""
        yield from self._twice()
        unified = {node.name for process in self.processes for item in process.nodes for node in item.nodes()}
        for name, path in self.paths.items():
            known = unified | {added.name for added in path.add}
            for i, skipped in enumerate(path.skip):
                yield from _unknown(skipped, unified, ("paths", name, "skip", i))
            for i, added in enumerate(path.add):
                key = "after" if added.after else "before"
                yield from _unknown(added.after or added.before, known - {added.name}, ("paths", name, "add", i, key))
            for i, moved in enumerate(path.move):
                yield from _unknown(moved.name, unified, ("paths", name, "move", i, "name"))
                yield from _unknown(moved.after, known - {moved.name}, ("paths", name, "move", i, "after"))
            yield from _circle(name, path)
        for i, rule in enumerate(self.rules):
            for key, named in rule.named():
                if named not in self.nodes and named not in self.claims:
                    yield from _unknown(named, set(self.nodes) | set(self.claims), ("rules", i, key))

    def _twice(self) -> Iterator[Contradiction]:
        counts: Counter[str] = Counter()
        for i, process in enumerate(self.processes):
            for j, item in enumerate(process.nodes):
                for node in item.nodes():
                    counts[node.name] += 1
                    if counts[node.name] == 2:
                        fault = Words("节点“{name}”出现两次", "the node {name!r} stands in it twice")
                        hint = Words(
                            "每个节点只写一次；重复执行用 repeat:", "write each node once; use repeat: to do it again"
                        )
                        yield ("processes", i, "nodes", j), fault.filled(name=node.name), hint


def _unknown(name: str, known: set[str], place: tuple[str | int, ...]) -> Iterator[Contradiction]:
    if name not in known:
        fault = Words("没有节点“{name}”", "there is no node {name!r}").filled(name=name)
        yield place, fault, did_you_mean(name, sorted(known))


def _circle(name: str, path: OperatingPath) -> Iterator[Contradiction]:
    """Additions and moves that stand beside each other in a circle have no place."""
    beside = {added.name: added.after or added.before for added in path.add}
    beside |= {moved.name: moved.after for moved in path.move}
    for begin in beside:
        here, seen = begin, [begin]
        while (here := beside.get(here, "")) and here not in seen:
            seen.append(here)
        if here == begin and begin == min(seen):
            fault = Words("节点互相引用：{names}", "nodes stand beside each other in a circle: {names}")
            yield ("paths", name), fault.filled(names=" → ".join([*seen, begin])), ""


def version_for(versions: Sequence[TargetVersion], day: date) -> TargetVersion | None:
    """The version in force on a day: the newest that is valid from that day or earlier."""
    valid = [one for one in versions if one.valid_from is None or one.valid_from <= day]
    return max(valid, key=lambda one: one.valid_from or date.min, default=None)
