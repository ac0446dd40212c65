"""A finding: one thing that a manager should know, with its cases and the working time at stake."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from procmine.conformance.standard.deviation_kinds import KIND_WORDS
from procmine.core.text.words import Words
from procmine.insight.findings.amounts_said import joined

if TYPE_CHECKING:
    import pandas as pd

KINDS: dict[str, Words] = {
    "batching": Words("集中处理", "batching"),
    "contention": Words("过载", "overload"),
    "prioritization": Words("后到先办", "later work first"),
    "unavailability": Words("不在岗", "absence"),
    "extraneous": Words("外部等待", "waiting outside"),
    "waiting": Words("等待", "waiting"),
    **KIND_WORDS,
    "rework": Words("返工", "rework"),
    "ping_pong": Words("来回", "ping-pong"),
    "kpi": Words("指标未达", "target missed"),
    "records": Words("记录", "records"),
    "improvement": Words("变快", "quicker"),
    "slower": Words("变慢", "slower"),
    "change": Words("变化", "change"),
}
MARKS: dict[str, Words] = {
    "bottleneck": Words("操作瓶颈", "bottleneck"),
    "error": Words("容易出错", "error-prone"),
    "repetition": Words("重复工作", "repeated work"),
    "waste": Words("无效工作", "waste"),
    "": Words("–", "–"),
}
"""The problem marks that companies put on the nodes of a process."""

_MARK_OF = {
    **dict.fromkeys(
        ("batching", "contention", "prioritization", "unavailability", "extraneous", "waiting", "late", "slower"),
        "bottleneck",
    ),
    **dict.fromkeys(("skipped", "wrong_order", "wrong_role", "rule_broken", "records"), "error"),
    **dict.fromkeys(("repeated", "rework", "ping_pong"), "repetition"),
    "unexpected": "waste",
}


ASIDE = {"kpi": 1, "improvement": 2, "slower": 2, "change": 2}
"""What stands behind problems where no time tells them apart: targets have their own table, changes are news."""

_BESIDES = Words("同一批案例里还有：{titles}。", " In the same cases: {titles}.")


class Finding(NamedTuple):
    """One finding.

    Attributes
    ----------
    kind
        A key of `KINDS`.
    title, sentence
        What a reader remembers, and the numbers behind it.
    cases
        The cases it is in, each once: `case_index` and `lost`, working microseconds at stake in the case.
    about
        Nodes, groups, rules or KPIs it is about.
    person, value
        Who it is mostly about, and the attribute value on which it falls; empty where there is none.
    besides
        Titles of the findings of the same story in the same cases.
    n_among
        How many cases could be in it: of departures those judged; 0 for all of the log.
    """

    kind: str
    title: Words
    sentence: Words
    cases: pd.DataFrame
    about: tuple[str, ...]
    person: str = ""
    value: str = ""
    besides: tuple[Words, ...] = ()
    n_among: int = 0

    @property
    def full_sentence(self) -> Words:
        """The sentence, and what else is in the same cases."""
        if not self.besides:
            return self.sentence
        titles = Words("；".join(title.zh for title in self.besides), "; ".join(title.en for title in self.besides))
        return joined(self.sentence, _BESIDES.filled(titles=titles))

    @property
    def subject(self) -> tuple[str, ...]:
        """All names that it is about."""
        return tuple(dict.fromkeys(name for name in (*self.about, self.person, self.value) if name))

    @property
    def mark(self) -> str:
        """Its problem mark: a key of `MARKS`."""
        return _MARK_OF.get(self.kind, "")

    @property
    def lost(self) -> int:
        """Working microseconds at stake in all its cases."""
        return int(self.cases["lost"].sum())

    @property
    def rank(self) -> tuple[object, ...]:
        """What orders findings: most time, problems before targets and changes, most cases, name."""
        return (-self.lost, ASIDE.get(self.kind, 0), -len(self.cases), self.title)
