"""What a standard process is written of: nodes with their actions, and the blocks in which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from procmine.conformance.standard.limits import Within
from procmine.core.text.spec import OneOrMore, Spec, SpecValueError
from procmine.core.text.words import Words

Names = Annotated[list[str], OneOrMore]
"""One name or several."""

_BLOCKS = ("sequence", "any_order", "one_of", "repeat")
_MOST_TIMES = 50


class Times(Spec):
    """How often a block may be done; no upper limit where `most` is None."""

    least: int
    most: int | None


def _as_times(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(\d+)(?:\.\.(\d*))?", value.strip())
    if match is None:
        fault = Words("“{value}”不是次数", "{value!r} is no number of times").filled(value=value)
        raise SpecValueError(fault, Words("例如 1..4 或 1..（不限）", "for example 1..4, or 1.. for no upper limit"))
    least, most = int(match.group(1)), match.group(2)
    top = least if most is None else int(most) if most else None
    if least < 1 or (top is not None and not least <= top <= _MOST_TIMES):
        fault = Words("次数 {value} 不合适", "{value} is no possible number of times").filled(value=value)
        raise SpecValueError(fault, Words("从 1 到 {most}", "from 1 to {most}").filled(most=_MOST_TIMES))
    return Times(least=least, most=top)


class Action(Spec):
    """What people do at a node, and how the log names it; without a name it is not to be seen there."""

    do: str = Field(description="what is done, in the company's words")
    log: Names = Field(default_factory=list, description="activities of the log that are this action")
    systematizable: bool = Field(False, description="whether a system could carry it (可系统化沉淀)")
    required: bool = Field(False, description="whether the node is not done without it")
    documents: Names = Field(default_factory=list, description="documents it needs or makes")


class NodeParts(Spec):
    """What is said of a node besides its name: how the log shows it, who does it, and until when."""

    log: Names = Field(default_factory=list, description="activities that do the node, where its actions need no list")
    actions: list[Action] = Field(default_factory=list, description="what people do at the node")
    in_order: bool = Field(False, description="whether its actions come in the order given")
    responsible: Names = Field(default_factory=list, description="roles that do it (R)")
    accountable: Names = Field(default_factory=list, description="roles that answer for it (A)")
    consulted: Names = Field(default_factory=list, description="roles that are asked (C)")
    informed: Names = Field(default_factory=list, description="roles that are told (I)")
    within: Within | None = Field(None, description="time limit: 30 min, 2 days, 2 days natural, or one per class")
    since: str = Field("", description="node from whose end the limit runs; from the node's arrival when left out")
    documents: Names = Field(default_factory=list, description="documents it needs or makes")
    kpis: Names = Field(default_factory=list, description="indicators that are measured at it")

    @model_validator(mode="after")
    def _one_list_of_activities(self) -> Self:
        if self.actions and self.log:
            fault = Words("写 log: 或 actions: 之一", "give either log: or actions:")
            raise SpecValueError(fault, Words("把 log: 写进各个动作", "write log: with each action"))
        if self.since and self.within is None:
            fault = Words("since: 只能与 within: 一起用", "since: stands beside within: only")
            raise SpecValueError(fault)
        return self


def _flag_or_part(value: object) -> str:
    return "part" if isinstance(value, (dict, Spec)) else "flag"


class Item(NodeParts):
    """A node, or a block of nodes: exactly one of `name`, `sequence`, `any_order`, `one_of`, `repeat`, `optional`."""

    name: str = Field("", description="name of a node")
    optional: Annotated[Annotated[bool, Tag("flag")] | Annotated[Item, Tag("part")], Discriminator(_flag_or_part)] = (
        Field(False, description="true: the node may be left out; or the part that may be")
    )
    sequence: list[Item] = Field(default_factory=list, description="parts, one after the other")
    any_order: list[Item] = Field(default_factory=list, description="parts that are all done, in any order")
    one_of: list[Item] = Field(default_factory=list, description="parts of which one is done")
    repeat: list[Item] = Field(default_factory=list, description="parts that may be done again")
    back: list[Item] = Field(default_factory=list, description="what is done before `repeat` is done again")
    times: Annotated[Times, BeforeValidator(_as_times)] = Field(
        Times(least=1, most=None), description='how often `repeat` is done in all: "1..4", or "1.." for no limit'
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [kind for kind in _BLOCKS if getattr(self, kind)]
        kinds += ["name"] * bool(self.name) + ["optional"] * isinstance(self.optional, Item)
        if len(kinds) != 1:
            given = ", ".join(kinds) or "–"
            fault = Words(
                "每一项要么是节点，要么是一种块（现为：{given}）", "an item is one node or one block (given: {given})"
            ).filled(given=given)
            raise SpecValueError(
                fault, Words("写 name: 或 one_of: 等其中之一", "write one of name:, one_of: and so on")
            )
        if self.back and not self.repeat:
            fault = Words("back: 只能与 repeat: 一起用", "back: stands beside repeat: only")
            raise SpecValueError(fault)
        return self

    @property
    def kind(self) -> Literal["node", "sequence", "any_order", "one_of", "repeat", "optional"]:
        """What it is."""
        if self.name:
            return "node"
        if isinstance(self.optional, Item):
            return "optional"
        return next(kind for kind in ("sequence", "any_order", "one_of", "repeat") if getattr(self, kind))

    @property
    def parts(self) -> tuple[Item, ...]:
        """Its parts, those of `back` last; none of a node."""
        if isinstance(self.optional, Item):
            return (self.optional,)
        return (*self.sequence, *self.any_order, *self.one_of, *self.repeat, *self.back)

    def nodes(self) -> Iterator[Item]:
        """The nodes in it, itself if it is one, in the order of the file."""
        if self.name:
            yield self
        for part in self.parts:
            yield from part.nodes()

    @property
    def activities(self) -> tuple[str, ...]:
        """Activities of the log that do the node: its own name where nothing else is said."""
        if self.log:
            return tuple(self.log)
        if not self.actions:
            return (self.name,)
        return tuple(dict.fromkeys(activity for action in self.actions for activity in action.log))


Item.model_rebuild()
