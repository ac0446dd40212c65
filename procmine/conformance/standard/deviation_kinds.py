"""The closed list of deviations from a standard, and their names for people."""

from __future__ import annotations

from procmine.core.text.words import Words

KIND_WORDS: dict[str, Words] = {
    "skipped": Words("缺失", "skipped"),
    "unexpected": Words("多余", "unexpected"),
    "wrong_order": Words("次序颠倒", "wrong order"),
    "repeated": Words("重复", "repeated"),
    "wrong_role": Words("角色不符", "wrong role"),
    "late": Words("超时", "late"),
    "rule_broken": Words("违反规则", "rule broken"),
}
KINDS = tuple(KIND_WORDS)
SKIPPED, UNEXPECTED, WRONG_ORDER, REPEATED, WRONG_ROLE, LATE, RULE_BROKEN = range(len(KINDS))
