"""The versions of a standard: when each is in force, and what it changes."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, timedelta

from procmine.conformance.standard.document import Section, TextTable
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Standard, in_force
from procmine.conformance.standard.standard_words import limit_lines, listed_names, sayings
from procmine.core.text.words import Language, Words


def versions_section(version: Standard, versions: Sequence[Standard], language: Language) -> Section:
    """All versions, the time each is in force, and what each changes from the one before it."""
    ordered = in_force(versions)
    rows = []
    for i, one in enumerate(ordered):
        last = _last_day(one, ordered[i + 1] if i + 1 < len(ordered) else None)
        changes = _changes(ordered[i - 1], one, language) if i else Words("首个版本", "first version").say(language)
        here = Words("（本文）", " (this document)").say(language) if one is version else ""
        rows.append((f"{one.version}{here}", _period(one.valid_from, last, language), changes))
    head = tuple(
        label.say(language)
        for label in (Words("版本", "Version"), Words("生效期", "In force"), Words("变化", "Changes"))
    )
    text = Words("案例按其开始那天生效的版本判断。", "A case is judged by the version in force on the day it starts.")
    return Section(
        "versions", Words("版本", "Versions").say(language), text.say(language), (TextTable(head, tuple(rows)),)
    )


def _last_day(one: Standard, after: Standard | None) -> date | None:
    begins = after.valid_from if after else None
    return one.valid_until or (begins - timedelta(days=1) if begins else None)


def _period(first: date | None, last: date | None, language: Language) -> str:
    if first and last:
        return Words("{a} 至 {b}", "{a} to {b}").filled(a=first, b=last).say(language)
    if first:
        return Words("自 {a} 起", "from {a}").filled(a=first).say(language)
    if last:
        return Words("至 {b}", "until {b}").filled(b=last).say(language)
    return Words("一直", "always").say(language)


def _changes(before: Standard, after: Standard, language: Language) -> str:
    old, new = before.nodes, after.nodes
    lines = []
    if gone := [name for name in old if name not in new]:
        lines.append(Words("去掉：{names}", "removed: {names}").filled(names=listed_names(gone)))
    if come := [name for name in new if name not in old]:
        lines.append(Words("新增：{names}", "added: {names}").filled(names=listed_names(come)))
    for name, node in new.items():
        if name in old:
            lines += _node_changes(old[name], node, language)
    if _shape(before, new) != _shape(after, old):
        lines.append(Words("流程走向有变", "the flow runs otherwise"))
    if before.rules != after.rules:
        lines.append(Words("规则有变", "the rules differ"))
    if before.paths != after.paths:
        lines.append(Words("运营路径有变", "the operating paths differ"))
    return sayings(lines, language) or Words("节点与走向不变", "same nodes, same flow").say(language)


def _shape(version: Standard, known: Container[str]) -> list[str]:
    """How the nodes that another version knows as well follow one another and nest."""

    def shape(item: Item) -> str:
        if item.name:
            return f"{item.name}{'?' * (item.optional is True)}" if item.name in known else ""
        parts = [told for part in item.parts if (told := shape(part))]
        return f"{item.kind}{item.times.model_dump()}({','.join(parts)})" if parts else ""

    return [told for process in version.processes for item in process.nodes if (told := shape(item))]


def _node_changes(old: Item, new: Item, language: Language) -> list[Words]:
    lines = []
    if old.responsible != new.responsible:
        names = listed_names(new.responsible).say(language) or "–"
        lines.append(
            Words("{node}：负责改为 {names}", "{node}: now done by {names}").filled(node=new.name, names=names)
        )
    if old.within != new.within:
        limit = "; ".join(line.say(language) for line in limit_lines(new.within)) or "–"
        lines.append(Words("{node}：时限改为 {limit}", "{node}: limit now {limit}").filled(node=new.name, limit=limit))
    return lines
