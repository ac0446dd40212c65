"""What the document of a standard holds: one section for everything that its file says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from procmine.conformance.standard.document import Section, TextTable
from procmine.conformance.standard.limits import Limit, LimitByClass
from procmine.conformance.standard.outline import Entry, Line, entries, flow_lines, process_words, roles_of
from procmine.conformance.standard.parts import Action, Item
from procmine.conformance.standard.standard import OperatingPath, Standard
from procmine.conformance.standard.standard_words import (
    OTHERS,
    POLICIES,
    allowed_words,
    clock_words,
    length_words,
    limit_lines,
    listed_names,
    quoted_names,
    rule_words,
    sayings,
    when_words,
)
from procmine.conformance.standard.version_notes import versions_section
from procmine.core.text.words import Language, Words

STAR = "★"
_STARS = Words("★ 可系统化沉淀", "★ could be carried by a system")
_UNSEEN = Words("日志中不可见", "not to be seen in the log")
_NODE, _NUMBER, _PROCESS = Words("节点", "Node"), Words("编号", "No."), Words("流程", "Process")


def sections_of(version: Standard, versions: Sequence[Standard], language: Language) -> list[Section]:
    """The sections of a version's document; those that would be empty are left out."""
    makers: list[Callable[[Standard, Language], Section | None]] = [
        _flow, _processes, _actions, _responsibilities, _limits, _paths, _rules, _allowed,
    ]  # fmt: skip
    sections = [section for make in makers if (section := make(version, language)) is not None]
    return [*sections, versions_section(version, versions, language)]


def summary(version: Standard, language: Language) -> str:
    """Version, owner and size of a standard in one line."""
    nodes = [one.node for one in entries(version)]
    actions = [action for node in nodes for action in node.actions]
    facts = [
        Words("版本 {v}", "version {v}").filled(v=version.version),
        Words("自 {day} 起生效", "in force from {day}").filled(day=version.valid_from) if version.valid_from else None,
        Words("负责部门：{owner}", "kept by {owner}").filled(owner=version.owner) if version.owner else None,
        Words("{n} 个节点", "{n} nodes").filled(n=len(nodes)),
        Words("{n} 个动作，其中 {m} 个可系统化", "{n} actions, {m} of them systematizable").filled(
            n=len(actions), m=sum(action.systematizable for action in actions)
        )
        if actions
        else None,
    ]
    return " · ".join(fact.say(language) for fact in facts if fact is not None)


def _head(language: Language, *labels: Words) -> tuple[str, ...]:
    return tuple(label.say(language) for label in labels)


# ── what is done, by whom, until when ─────────────────────────────────────────────────────────────


def _flow(version: Standard, language: Language) -> Section:
    title = Words("流程走向", "The flow")
    return Section("flow", title.say(language), lines=tuple(flow_lines(version, language)))


_PROCESS_PARTS = {
    "goal": Words("目的", "Goal"),
    "input": Words("输入", "Input"),
    "output": Words("输出", "Output"),
    "customer": Words("客户", "Customer"),
}


def _processes(version: Standard, language: Language) -> Section | None:
    parts = [key for key in _PROCESS_PARTS if any(getattr(process, key) for process in version.processes)]
    if not parts:
        return None
    rows = [
        (f"{i} {process_words(process).say(language)}", *(getattr(process, key) or "–" for key in parts))
        for i, process in enumerate(version.processes, 1)
    ]
    head = _head(language, _PROCESS, *(_PROCESS_PARTS[key] for key in parts))
    return Section(
        "processes", Words("流程要素", "Elements of the process").say(language), "", (TextTable(head, tuple(rows)),)
    )


def _actions(version: Standard, language: Language) -> Section:
    found = entries(version)
    optional: dict[Words, Callable[[Entry], str]] = {
        Words("位置", "Place"): lambda one: " › ".join(block.say(language) for block in one.blocks),
        Words("负责", "Responsible"): lambda one: listed_names(one.node.responsible).say(language),
        Words("动作", "Actions"): lambda one: _action_lines(one.node, language),
        Words("日志中的活动", "Activities in the log"): lambda one: _activities(one.node, language),
        Words("时限", "Time limit"): lambda one: _within(one.node, language),
        Words("文档", "Documents"): lambda one: listed_names(_documents(one.node)).say(language),
        Words("指标", "KPIs"): lambda one: listed_names(one.node.kpis).say(language),
    }
    columns = {label: [tell(one) for one in found] for label, tell in optional.items()}
    filled_columns = {label: cells for label, cells in columns.items() if any(cells)}
    of_process = [_of_process(version, one, language) for one in found]
    rows = [
        (
            of_process[i] if i == 0 or of_process[i] != of_process[i - 1] else "",
            f"{one.number} {one.node.name}",
            *(cells[i] or "–" for cells in filled_columns.values()),
        )
        for i, one in enumerate(found)
    ]
    stars = any(action.systematizable for one in found for action in one.node.actions)
    head = _head(language, _PROCESS, _NODE, *filled_columns)
    title = Words("流程—节点—动作", "Processes, nodes, actions").say(language)
    return Section("actions", title, _STARS.say(language) if stars else "", (TextTable(head, tuple(rows)),))


def _of_process(version: Standard, one: Entry, language: Language) -> str:
    """The process of a node; of one that only some paths have, those paths."""
    if one.process:
        return one.process
    paths = [name for name, path in version.paths.items() if one.node.name in {added.name for added in path.add}]
    return Words("仅{paths}", "only {paths}").filled(paths=listed_names(paths)).say(language)


def _action_lines(node: Item, language: Language) -> str:
    lines = [_action(action, language) for action in node.actions]
    if node.in_order and len(lines) > 1:
        lines = [f"{i}. {line}" for i, line in enumerate(lines, 1)]
    return "\n".join(lines)


def _action(action: Action, language: Language) -> str:
    notes = [Words("必做", "required").say(language)] if action.required else []
    notes += [] if action.log else [_UNSEEN.say(language)]
    note = f"（{'；'.join(notes)}）" if language == "zh" else f" ({'; '.join(notes)})"
    return f"{STAR + ' ' if action.systematizable else ''}{action.do}{note if notes else ''}"


def _activities(node: Item, language: Language) -> str:
    return listed_names(node.activities).say(language) or _UNSEEN.say(language)


def _documents(node: Item) -> list[str]:
    return list(dict.fromkeys([*node.documents, *(name for action in node.actions for name in action.documents)]))


def _within(node: Item, language: Language) -> str:
    return sayings(limit_lines(node.within), language)


_RACI = {
    "responsible": ("R", Words("负责", "responsible")),
    "accountable": ("A", Words("问责", "accountable")),
    "consulted": ("C", Words("咨询", "consulted")),
    "informed": ("I", Words("知会", "informed")),
}


def _responsibilities(version: Standard, language: Language) -> Section | None:
    roles = roles_of(version)
    if not roles:
        return None

    def mark(node: Item, role: str) -> str:
        return "/".join(letter for key, (letter, _) in _RACI.items() if role in getattr(node, key))

    rows = [
        (one.number, one.node.name, *(mark(one.node, role) for role in roles))
        for one in entries(version)
    ]  # fmt: skip
    legend = " · ".join(f"{letter} {word.say(language)}" for letter, word in _RACI.values())
    grid = TextTable((*_head(language, _NUMBER, _NODE), *roles), tuple(rows), is_matrix=True)
    return Section("raci", Words("职责矩阵（RACI）", "Responsibilities (RACI)").say(language), legend, (grid,))


def _limits(version: Standard, language: Language) -> Section | None:
    rows = []
    for one in entries(version):
        since = Words("“{node}”结束", "end of “{node}”").filled(node=one.node.since) if one.node.since else _ARRIVAL
        begins = f"{one.number} {one.node.name}", since.say(language)
        rows += [(*begins, *(word.say(language) for word in told)) for told in _limit_rows(one.node.within)]
    if not rows:
        return None
    head = _head(
        language,
        _NODE,
        Words("自", "From"),
        Words("适用于", "Applies to"),
        Words("时限", "Limit"),
        Words("时钟", "Clock"),
    )
    text = Words(
        "时限从节点到达起算，到节点的最后一个事件为止。", "A limit runs from the node's arrival to its last event."
    )
    return Section(
        "limits", Words("时限", "Time limits").say(language), text.say(language), (TextTable(head, tuple(rows)),)
    )


_ARRIVAL = Words("到达", "arrival")


def _limit_rows(within: Limit | LimitByClass | None) -> list[tuple[Words, Words, Words]]:
    if within is None:
        return []
    if isinstance(within, Limit):
        return [(Words("全部案例", "all cases"), length_words(within), clock_words(within))]
    limits = {Words(f"{within.by} {value}", f"{within.by} {value}"): limit for value, limit in within.limits.items()}
    limits |= {OTHERS: within.other} if within.other else {}
    return [(name, length_words(limit), clock_words(limit)) for name, limit in limits.items()]


# ── each business line's own way ──────────────────────────────────────────────────────────────────

_DONE, _SKIPPED, _ADDED, _MOVED = "●", "–", "＋", "↷"
_MARKS = Words("● 照统一流程　＋ 增加　– 跳过　↷ 移动", "● as in the unified process · ＋ added · – skipped · ↷ moved")
_NONE = Words("无", "none")


def _paths(version: Standard, language: Language) -> Section | None:
    if not version.paths:
        return None
    rows = [
        (
            name,
            when_words(path.when).say(language),
            sayings([_addition(one) for one in path.add], language) or _NONE.say(language),
            listed_names(path.skip).say(language) or _NONE.say(language),
            sayings([_behind(one.name, one.after) for one in path.move], language) or _NONE.say(language),
        )
        for name, path in version.paths.items()
    ]
    head = _head(
        language,
        Words("运营路径", "Operating path"),
        Words("适用于", "Applies where"),
        Words("增加", "Adds"),
        Words("跳过", "Skips"),
        Words("移动", "Moves"),
    )
    grids = TextTable(head, tuple(rows)), _path_matrix(version, language)
    return Section("paths", Words("运营路径", "Operating paths").say(language), _MARKS.say(language), grids)


def _addition(one: object) -> Words:
    name, after, before = (getattr(one, key) for key in ("name", "after", "before"))
    if after:
        return _behind(name, after)
    return Words("{name}（在“{before}”之前）", "{name} (before “{before}”)").filled(name=name, before=before)


def _behind(name: str, after: str) -> Words:
    return Words("{name}（在“{after}”之后）", "{name} (after “{after}”)").filled(name=name, after=after)


def _path_matrix(version: Standard, language: Language) -> TextTable:
    added = {one.name for path in version.paths.values() for one in path.add}

    def mark(path: OperatingPath, node: Item) -> str:
        if node.name in {one.name for one in path.add}:
            return _ADDED
        if node.name in path.skip or (node.name in added and node.name not in unified):
            return _SKIPPED
        return _MOVED if node.name in {one.name for one in path.move} else _DONE

    unified = {one.node.name for one in entries(version) if one.process}
    rows = [
        (one.number, one.node.name, *(mark(path, one.node) for path in version.paths.values()))
        for one in entries(version)
    ]
    return TextTable((*_head(language, _NUMBER, _NODE), *version.paths), tuple(rows), is_matrix=True)


# ── beyond the flow ───────────────────────────────────────────────────────────────────────────────


def _rules(version: Standard, language: Language) -> Section | None:
    lines = tuple(Line(0, rule_words(rule).say(language)) for rule in version.rules)
    return Section("rules", Words("规则", "Rules").say(language), lines=lines) if lines else None


def _allowed(version: Standard, language: Language) -> Section:
    rows = tuple((allowed_words(one).say(language), one.reason) for one in version.allowed_deviations)
    policy = POLICIES[version.open_cases]
    lines = [Words(f"{policy.zh}。", f"{policy.en[0].upper()}{policy.en[1:]}.")]
    if version.ignore:
        text = Words("不判断的活动：{names}。", "Activities that are not judged: {names}.")
        lines.append(text.filled(names=quoted_names(version.ignore)))
    head = _head(language, Words("容许的偏差", "Allowed deviation"), Words("原因", "Reason"))
    title = Words("怎样判断", "How cases are judged").say(language)
    return Section("allowed", title, sayings(lines, language), (TextTable(head, rows),) if rows else ())
