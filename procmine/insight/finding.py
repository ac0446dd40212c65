"""A finding: one thing that a manager should know, with its cases and the working time at stake."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from procmine.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

KINDS: dict[str, Words] = {
    "batching": Words("集中处理", "batching"),
    "contention": Words("过载", "overload"),
    "prioritization": Words("后到先办", "later work first"),
    "unavailability": Words("不在岗", "absence"),
    "extraneous": Words("外部等待", "waiting outside"),
    "waiting": Words("等待", "waiting"),
    "skipped": Words("缺失", "skipped"),
    "unexpected": Words("多余", "unexpected"),
    "wrong_order": Words("次序颠倒", "wrong order"),
    "repeated": Words("重复", "repeated"),
    "wrong_role": Words("角色不符", "wrong role"),
    "late": Words("超时", "late"),
    "rule_broken": Words("违反规则", "rule broken"),
    "rework": Words("返工", "rework"),
    "ping_pong": Words("来回", "ping-pong"),
    "kpi": Words("指标未达", "target missed"),
    "records": Words("记录", "records"),
    "improvement": Words("改进", "improvement"),
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
        ("batching", "contention", "prioritization", "unavailability", "extraneous", "waiting", "late"), "bottleneck"
    ),
    **dict.fromkeys(("skipped", "wrong_order", "wrong_role", "rule_broken", "records"), "error"),
    **dict.fromkeys(("repeated", "rework", "ping_pong"), "repetition"),
    "unexpected": "waste",
}


class Finding(NamedTuple):
    """One finding.

    Attributes
    ----------
    kind
        A key of `KINDS`.
    subject
        What it is about: node, person, value of an attribute.
    title, sentence
        What a reader remembers, and the numbers behind it.
    cases
        The cases it is in, each once: `case_index` and `lost`, working microseconds at stake in the case.
    """

    kind: str
    subject: tuple[str, ...]
    title: Words
    sentence: Words
    cases: pd.DataFrame

    @property
    def mark(self) -> str:
        """Its problem mark: a key of `MARKS`."""
        return _MARK_OF.get(self.kind, "")

    @property
    def lost(self) -> int:
        """Working microseconds at stake in all its cases."""
        return int(self.cases["lost"].sum())
