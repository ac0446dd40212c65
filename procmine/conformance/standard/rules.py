"""Rules beyond the flow, each between named nodes or activities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from procmine.conformance.standard.limits import Limit, Within
from procmine.core.text.spec import OneOrMore, Spec, SpecValueError
from procmine.core.text.words import Words

Pair = Annotated[list[str], Field(min_length=2, max_length=2)]

TITLES: dict[str, Words] = {
    "response": Words("{a} 之后要有 {b}", "{b} after {a}"),
    "precedence": Words("{b} 之前要有 {a}", "{a} before {b}"),
    "succession": Words("{a} 与 {b} 先后相随", "{a} and {b} together"),
    "not_after": Words("{a} 之后不再 {b}", "no {b} after {a}"),
    "exclusive": Words("{a} 与 {b} 不并存", "{a} or {b}, not both"),
    "between": Words("{a} 到 {b} 的时限", "time from {a} to {b}"),
    "at_least": Words("{a} 至少 {n} 次", "{a} at least {n} times"),
    "at_most": Words("{a} 至多 {n} 次", "{a} at most {n} times"),
    "four_eyes": Words("四眼原则：{all}", "four eyes: {all}"),
    "same_person": Words("同一人办理：{all}", "one person: {all}"),
    "role": Words("{a} 只由 {roles} 办理", "{a} by {roles} only"),
    "authority": Words(
        "{amount} 超过 {above} 时 {a} 由 {roles} 办理", "{a} by {roles} where {amount} is above {above}"
    ),
}
KINDS = tuple(TITLES)
_TIMED = ("response", "precedence", "succession", "between")


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
    """One rule: exactly one kind, and for response, precedence, succession and between perhaps a time limit.

    The kinds between two nodes are those of Declare (Pesic and van der Aalst, 2006).
    """

    name: str = Field("", description="what the rule is called; its own words when left out")
    when: dict[str, Annotated[list[str], OneOrMore]] = Field(
        default_factory=dict, description="attribute of the case: values of those it holds for; all when left out"
    )
    response: Pair | None = Field(None, description="after each of the first, the second follows some time")
    precedence: Pair | None = Field(None, description="the second only comes after the first")
    succession: Pair | None = Field(None, description="both: response and precedence")
    not_after: Pair | None = Field(None, description="after the first, the second does not come any more")
    exclusive: Pair | None = Field(None, description="a case has one of them at most")
    between: Pair | None = Field(None, description="two points that lie at most `within` apart, where both are reached")
    at_least: Count | None = Field(None, description="a node is done this often or more")
    at_most: Count | None = Field(None, description="a node is done this often or less")
    four_eyes: Annotated[list[str], Field(min_length=2)] | None = Field(None, description="done by different people")
    same_person: Annotated[list[str], Field(min_length=2)] | None = Field(None, description="done by one person")
    role: RoleRule | None = Field(None, description="who may do a node")
    authority: Authority | None = Field(None, description="who may decide above an amount")
    within: Within | None = Field(None, description="time limit from the first to the second")
    reason: str = Field("", description="why the rule is there")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            fault = Words("一条规则只有一种（现为：{given}）", "a rule is of one kind (given: {given})")
            hint = Words("可用：{kinds}", "kinds: {kinds}").filled(kinds=", ".join(KINDS))
            raise SpecValueError(fault.filled(given=", ".join(given) or "–"), hint)
        if self.within is not None and given[0] not in _TIMED:
            kinds = ", ".join(_TIMED)
            fault = Words("within: 只能与 {kinds} 一起用", "within: stands beside {kinds} only").filled(kinds=kinds)
            raise SpecValueError(fault)
        if self.between is not None and self.within is None:
            fault = Words("between: 要有 within:", "between: needs within:")
            raise SpecValueError(fault, Words("例如 within: 2 days", "for example within: 2 days"))
        return self

    @property
    def kind(self) -> str:
        """Which kind of rule it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """The nodes or activities it names."""
        value = getattr(self, self.kind)
        return tuple(value) if isinstance(value, list) else (value.node,)

    def named(self) -> Iterator[tuple[str, str]]:
        """The nodes or activities it names, each with the key it stands under."""
        yield from ((self.kind, name) for name in self.names)

    @property
    def title(self) -> Words:
        """What the rule is called.

        Examples
        --------
        >>> Rule(response=["受理", "关闭"]).title
        Words(zh='受理 之后要有 关闭', en='关闭 after 受理')
        """
        if self.name:
            return Words(self.name, self.name)
        value = getattr(self, self.kind)
        facts = {
            "a": self.names[0], "b": self.names[-1], "all": Words("、".join(self.names), ", ".join(self.names)),
            "n": getattr(value, "times", ""), "amount": getattr(value, "amount", ""),
            "above": f"{getattr(value, 'above', 0):g}",
            "roles": Words("、".join(getattr(value, "roles", [])), " or ".join(getattr(value, "roles", []))),
        }  # fmt: skip
        text = TITLES[self.kind].filled(**facts)
        limit = self.within.text if isinstance(self.within, Limit) else ""
        return Words(f"{text.zh}（{limit}）", f"{text.en} ({limit})") if limit else text
