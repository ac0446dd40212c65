"""Rules beyond the flow, each between named nodes or activities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from procmine.conformance.target_parts import TimeLimit
from procmine.core.spec import Spec, SpecValueError
from procmine.core.words import Words

Pair = Annotated[list[str], Field(min_length=2, max_length=2)]

KINDS = (
    "response", "precedence", "succession", "not_after", "exclusive", "at_least", "at_most",
    "four_eyes", "same_person", "role", "authority",
)  # fmt: skip


class Authority(Spec):
    """Who may decide above an amount."""

    node: str = Field(description="the node that decides")
    amount: str = Field(description="attribute of the case that holds the amount")
    above: float = Field(description="amount above which only `roles` may decide")
    roles: list[str] = Field(min_length=1, description="roles that may")


class Count(Spec):
    """How often a node is done."""

    node: str
    times: int = Field(ge=0)


class RoleRule(Spec):
    """Who may do a node."""

    node: str
    roles: list[str] = Field(min_length=1)


class Rule(Spec):
    """One rule: exactly one kind, and for response, precedence and succession perhaps a time limit.

    The kinds between two nodes are those of Declare (Pesic and van der Aalst, 2006).
    """

    response: Pair | None = Field(None, description="after each of the first, the second follows some time")
    precedence: Pair | None = Field(None, description="the second only comes after the first")
    succession: Pair | None = Field(None, description="both: response and precedence")
    not_after: Pair | None = Field(None, description="after the first, the second does not come any more")
    exclusive: Pair | None = Field(None, description="a case has one of them at most")
    at_least: Count | None = Field(None, description="a node is done this often or more")
    at_most: Count | None = Field(None, description="a node is done this often or less")
    four_eyes: Annotated[list[str], Field(min_length=2)] | None = Field(None, description="done by different people")
    same_person: Annotated[list[str], Field(min_length=2)] | None = Field(None, description="done by one person")
    role: RoleRule | None = Field(None, description="who may do a node")
    authority: Authority | None = Field(None, description="who may decide above an amount")
    within: TimeLimit | None = Field(None, description="time limit from the first to the second")
    reason: str = Field("", description="why the rule is there")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            fault = Words("一条规则只有一种（现为：{given}）", "a rule is of one kind (given: {given})")
            hint = Words("可用：{kinds}", "kinds: {kinds}").filled(kinds=", ".join(KINDS))
            raise SpecValueError(fault.filled(given=", ".join(given) or "–"), hint)
        if self.within is not None and given[0] not in ("response", "precedence", "succession"):
            raise SpecValueError(Words("within: 只能与 response、precedence、succession 一起用",
                                       "within: stands beside response, precedence or succession only"))  # fmt: skip
        return self

    @property
    def kind(self) -> str:
        """Which kind of rule it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    def named(self) -> Iterator[tuple[str, str]]:
        """The nodes or activities it names, each with the key it stands under."""
        value = getattr(self, self.kind)
        names = value if isinstance(value, list) else [value.node]
        yield from ((self.kind, name) for name in names)
