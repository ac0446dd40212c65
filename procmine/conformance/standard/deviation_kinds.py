"""What a deviation from the standard is: one record per kind, read by all that counts, tells or draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from procmine.core.text.palette import GREEN, ORANGE, PAPER, PURPLE, RED
from procmine.core.text.words import Words


class Look(NamedTuple):
    """Fill, outline, dashes and ink of a step, and the sign before its word."""

    fill: str
    line: str
    dash: str
    ink: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class DeviationKind:
    """One kind of deviation.

    Attributes
    ----------
    name
        What tables, run.json and the key under `allowed_deviations:` call it.
    words
        Its name for people.
    title
        Of a finding about it: `{what}` is its subject, `{share}` that of the cases.
    allowance, allows
        What the document says of one that is allowed, `{name}` being its subject; what the key of the standard means.
    subject
        What it is about.
    mark
        The problem mark that it puts on a node.
    accuses
        Whom it blames beyond the alignment: no event, only one out of order inside of its node, or every event it is told at.
    is_missing
        Whether nothing was done: it is told behind an event, not at one.
    about_people
        Whether it is about who did it: never, always, or where its rule is about people.
    looks_for_doer
        Whether it matters who did most of it.
    cost
        The time at stake: none by itself, the working time since the event before, or what lies beyond its limit.
    stories
        The stories that it can be a part of, see `insight.findings.same_story`.
    look
        How a step with it is drawn.
    """

    name: str
    words: Words
    title: Words
    allowance: Words
    allows: str
    subject: Literal["node", "activity", "rule"]
    mark: Literal["bottleneck", "error", "repetition", "waste"]
    accuses: Literal["nothing", "actions", "events"] = "nothing"
    is_missing: bool = False
    about_people: Literal["never", "always", "by rule"] = "never"
    looks_for_doer: bool = False
    cost: Literal["", "since_before", "beyond_limit"] = ""
    stories: frozenset[Literal["movement", "integrity", "node"]] = frozenset()
    look: Look


class DeviationKinds(Mapping[str, DeviationKind]):
    """The closed list of kinds by name; in arrays a kind is its number, which says nothing but its place in tables.

    Examples
    --------
    >>> kinds = DEVIATION_KINDS
    >>> kinds.names[kinds.number("late")], [kinds.names[n] for n in kinds.numbers(lambda kind: kind.is_missing)]
    ('late', ['skipped'])
    """

    def __init__(self, kinds: Iterable[DeviationKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self.names = tuple(self._kinds)
        self.words = {name: kind.words for name, kind in self._kinds.items()}

    def __getitem__(self, name: str) -> DeviationKind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def number(self, name: str) -> int:
        """The number of a kind."""
        return self.names.index(name)

    def numbers(self, chosen: Callable[[DeviationKind], bool]) -> list[int]:
        """The numbers of the kinds for which something holds."""
        return [number for number, kind in enumerate(self._kinds.values()) if chosen(kind)]


_PALE_ORANGE, _DARK_ORANGE, _PALE_RED, _DARK_RED = "#fbeedd", "#7d430a", "#f8e3df", "#7d2417"

DEVIATION_KINDS = DeviationKinds(
    (
        DeviationKind(
            name="skipped",
            words=Words("缺失", "skipped"),
            title=Words("{share} 的案例没有做“{what}”", "{share} of the cases leave out {what}"),
            allowance=Words("可以没有“{name}”", "“{name}” may be left out"),
            allows="node that may be left out",
            subject="node",
            mark="error",
            is_missing=True,
            stories=frozenset({"node"}),
            look=Look(PAPER, RED, "5 3", RED, "○"),
        ),
        DeviationKind(
            name="unexpected",
            words=Words("多余", "unexpected"),
            title=Words(
                "标准之外多做了“{what}”，{share} 的案例",
                "{what} is done although the standard does not ask for it, in {share} of the cases",
            ),
            allowance=Words("可以多出“{name}”", "“{name}” may come in addition"),
            allows="activity that may come in addition",
            subject="activity",
            mark="waste",
            looks_for_doer=True,
            cost="since_before",
            stories=frozenset({"movement"}),
            look=Look(_PALE_ORANGE, ORANGE, "", _DARK_ORANGE, "+"),
        ),
        DeviationKind(
            name="wrong_order",
            words=Words("次序颠倒", "wrong order"),
            title=Words("“{what}”没有按标准的次序做", "{what} is not done in the order of the standard"),
            allowance=Words("“{name}”可以不按次序", "“{name}” may come elsewhere"),
            allows="node that may come elsewhere",
            subject="node",
            mark="error",
            accuses="actions",
            looks_for_doer=True,
            stories=frozenset({"node"}),
            look=Look("#eee8f6", PURPLE, "", "#4c3475", "⇄"),
        ),
        DeviationKind(
            name="repeated",
            words=Words("重复", "repeated"),
            title=Words(
                "“{what}”做了不止一次，{share} 的案例", "{what} is done more than once in {share} of the cases"
            ),
            allowance=Words("可以重复“{name}”", "“{name}” may be done again"),
            allows="node that may be done again",
            subject="node",
            mark="repetition",
            looks_for_doer=True,
            cost="since_before",
            stories=frozenset({"movement", "node"}),
            look=Look(_PALE_ORANGE, ORANGE, "", _DARK_ORANGE, "↻"),
        ),
        DeviationKind(
            name="wrong_role",
            words=Words("角色不符", "wrong role"),
            title=Words("“{what}”由标准以外的岗位办理", "{what} is done by a role that is not responsible"),
            allowance=Words("“{name}”可以由其他角色办理", "“{name}” may be done by other roles"),
            allows="node that others than its roles may do",
            subject="node",
            mark="error",
            accuses="events",
            about_people="always",
            looks_for_doer=True,
            stories=frozenset({"integrity"}),
            look=Look("#e3f0e9", GREEN, "", "#1f5a40", "◇"),
        ),
        DeviationKind(
            name="late",
            words=Words("超时", "late"),
            title=Words("“{what}”超过时限，{share} 的案例", "{what} is late in {share} of the cases"),
            allowance=Words("“{name}”可以超过时限", "“{name}” may be late"),
            allows="node that may take longer than its limit",
            subject="node",
            mark="bottleneck",
            accuses="events",
            cost="beyond_limit",
            stories=frozenset({"node"}),
            look=Look(_PALE_RED, RED, "", _DARK_RED, "△"),
        ),
        DeviationKind(
            name="rule_broken",
            words=Words("违反规则", "rule broken"),
            title=Words("有案例违反规则：{what}", "A rule is broken: {what}"),
            allowance=Words("可以违反规则“{name}”", "the rule “{name}” may be broken"),
            allows="name of a rule that may be broken",
            subject="rule",
            mark="error",
            accuses="events",
            about_people="by rule",
            looks_for_doer=True,
            stories=frozenset({"integrity"}),
            look=Look(_PALE_RED, RED, "8 2", _DARK_RED, "!"),
        ),
    )
)
