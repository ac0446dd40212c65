"""The parts of a standard in words: limits, blocks, conditions, rules and allowed deviations as people say them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.conformance.standard.limits import Limit, LimitByClass
from procmine.conformance.standard.parts import Item, Times
from procmine.conformance.standard.rules import Rule
from procmine.conformance.standard.standard import AllowedDeviation
from procmine.core.text.words import Language, Words, say

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60

POLICIES: dict[str, Words] = {
    "prefix": Words("未关闭的案例只按已走的部分判断", "open cases are judged by what they have done so far"),
    "complete": Words("未关闭的案例按完整流程判断", "open cases are judged as if they were over"),
    "leave_out": Words("未关闭的案例不判断", "open cases are left out"),
}
"""What is asked of cases that are still open, by `open_cases:`."""
OPTIONAL = Words("可选", "optional")
BLOCKS: dict[str, Words] = {
    "optional": Words("可选段", "optional part"),
    "one_of": Words("任选其一", "one of these"),
    "any_order": Words("次序任意", "in any order"),
    "back": Words("返工时", "before doing it again"),
}


def amount_text(value: float) -> str:
    """A number as people write it in a limit: no more decimals than it has.

    Examples
    --------
    >>> amount_text(2.0), amount_text(1.5), amount_text(100000)
    ('2', '1.5', '100,000')
    """
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def limit_words(limit: Limit) -> Words:
    """A time limit, and whether it runs in working or natural time.

    Examples
    --------
    >>> from procmine.conformance.standard.parts import Item
    >>> [limit_words(Item(name="x", within=text).within).en for text in ("30 min", "2 days", "2 days natural")]
    ['30 min (working time)', '2 working days', '2 days (natural time)']
    """
    if limit.days:
        return length_words(limit)
    return Words("{length}（{clock}）", "{length} ({clock})").filled(
        length=length_words(limit), clock=clock_words(limit)
    )


def clock_words(limit: Limit) -> Words:
    """Which time a limit is measured in."""
    return Words("自然时间", "natural time") if limit.natural else Words("工作时间", "working time")


def length_words(limit: Limit) -> Words:
    """How long a time limit is."""
    if limit.days:
        return Words("{n} 个工作日", "{n} working day" if limit.days == 1 else "{n} working days").filled(
            n=amount_text(limit.days)
        )
    seconds = limit.seconds
    if limit.natural and seconds % _DAY == 0:
        days = seconds / _DAY
        return Words("{n} 天", "{n} day" if days == 1 else "{n} days").filled(n=amount_text(days))
    if seconds % _HOUR == 0:
        return Words("{n} 小时", "{n} h").filled(n=amount_text(seconds / _HOUR))
    return Words("{n} 分钟", "{n} min").filled(n=amount_text(seconds / _MINUTE))


def limit_lines(within: Limit | LimitByClass | None) -> list[Words]:
    """A limit, or one line for each class that has its own."""
    if within is None:
        return []
    if isinstance(within, Limit):
        return [limit_words(within)]
    lines = [_of_class(f"{within.by} {value}", limit) for value, limit in within.limits.items()]
    return [*lines, _of_class(OTHERS, within.other)] if within.other else lines


OTHERS = Words("其他案例", "all other cases")


def _of_class(name: object, limit: Limit) -> Words:
    return Words("{name}：{limit}", "{name}: {limit}").filled(name=name, limit=limit_words(limit))


def times_words(times: Times) -> Words:
    """How often a block is done in all."""
    if times.most is None and times.least == 1:
        return Words("可重复", "repeated")
    if times.most is None:
        return Words("可重复，至少 {n} 次", "repeated, {n} times or more").filled(n=times.least)
    if times.most == times.least:
        return Words("共 {n} 次", "{n} times in all" if times.least > 1 else "once").filled(n=times.least)
    return Words("可重复，共 {a}–{b} 次", "repeated, {a} to {b} times").filled(a=times.least, b=times.most)


def block_words(item: Item) -> Words | None:
    """What a block means for its parts; None where they simply follow one another."""
    if item.kind == "repeat":
        return None if item.times.most == 1 else times_words(item.times)
    return BLOCKS.get(item.kind)


# ── lists and conditions ──────────────────────────────────────────────────────────────────────────


def listed_names(names: Iterable[str]) -> Words:
    """Names one after the other."""
    names = list(names)
    return Words("、".join(names), ", ".join(names))


_AND, _OR = Words("和", " and "), Words("或", " or ")


def quoted_names(names: Iterable[str], last: Words = _AND) -> Words:
    """Names in quotation marks, the last two joined by a word.

    Examples
    --------
    >>> quoted_names(["受理", "分类", "关闭"]).zh
    '“受理”、“分类”和“关闭”'
    """
    *first, final = [f"“{name}”" for name in names] or [""]
    if not first:
        return Words(final, final)
    return Words("、".join(first) + last.zh + final, ", ".join(first) + last.en + final)


def when_words(when: Mapping[str, Sequence[str]]) -> Words:
    """The cases that a path or a process is for.

    Examples
    --------
    >>> when_words({"业务线": ["软件销售"], "渠道": ["邮件", "电话"]}).zh
    '业务线为软件销售，且渠道为邮件或电话'
    """
    return Words(
        "，且".join(f"{name}为{'或'.join(values)}" for name, values in when.items()),
        " and ".join(f"{name} is {' or '.join(values)}" for name, values in when.items()),
    )


# ── rules and allowed deviations ──────────────────────────────────────────────────────────────────


def rule_words(rule: Rule) -> Words:
    """A rule as a sentence: its name if it has one, the cases it holds for, what it says, and why.

    Examples
    --------
    >>> rule_words(Rule(four_eyes=["合同提交", "合同审批"], reason="提交人不得自批")).zh
    '“合同提交”和“合同审批”须由不同的人办理。原因：提交人不得自批'
    """
    text = _RULES[rule.kind](rule)
    if rule.when:
        text = Words("{when}时：{said}", "Where {when}: {said}").filled(when=when_words(rule.when), said=text)
    if rule.name:
        text = Words("{name}：{said}", "{name}: {said}").filled(name=rule.name, said=text)
    if rule.reason:
        text = Words("{said}原因：{reason}", "{said} Reason: {reason}").filled(said=text, reason=rule.reason)
    return text


def _between(zh: str, en: str) -> Callable[[Rule], Words]:
    def words(rule: Rule) -> Words:
        first, second = getattr(rule, rule.kind)
        return Words(zh, en).filled(a=first, b=second, limit=_within(rule.within))

    return words


def _within(within: Limit | LimitByClass | None) -> Words:
    if within is None:
        return Words("", "")
    lines = limit_lines(within)
    joined = Words("；".join(line.zh for line in lines), "; ".join(line.en for line in lines))
    if isinstance(within, Limit):
        return Words("，并在{limit}之内", ", within {limit}").filled(limit=joined)
    return Words("，时限为 {limit}", ", within: {limit}").filled(limit=joined)


def _often(zh: str, en: str) -> Callable[[Rule], Words]:
    def words(rule: Rule) -> Words:
        count = getattr(rule, rule.kind)
        return Words(zh, en).filled(node=count.node, n=count.times)

    return words


def _people(zh: str, en: str) -> Callable[[Rule], Words]:
    return lambda rule: Words(zh, en).filled(names=quoted_names(getattr(rule, rule.kind)))


def _role(rule: Rule) -> Words:
    assert rule.role is not None  # noqa: S101
    roles = quoted_names(rule.role.roles, _OR)
    return Words("“{node}”只能由{roles}办理。", "“{node}” is done by {roles} only.").filled(
        node=rule.role.node, roles=roles
    )


def _authority(rule: Rule) -> Words:
    one = rule.authority
    assert one is not None  # noqa: S101
    return Words(
        "{amount}超过 {above} 时，“{node}”只能由{roles}办理。",
        "Where {amount} is above {above}, “{node}” is done by {roles} only.",
    ).filled(amount=one.amount, above=amount_text(one.above), node=one.node, roles=quoted_names(one.roles, _OR))


_RULES: dict[str, Callable[[Rule], Words]] = {
    "response": _between("“{a}”之后必须有“{b}”{limit}。", "After “{a}” there must be “{b}”{limit}."),
    "precedence": _between("“{b}”只能在“{a}”之后{limit}。", "“{b}” comes only after “{a}”{limit}."),
    "succession": _between(
        "“{a}”之后必须有“{b}”，“{b}”之前必须有“{a}”{limit}。",
        "After “{a}” there must be “{b}”, and “{b}” comes only after “{a}”{limit}.",
    ),
    "not_after": _between("“{a}”之后不得再有“{b}”。", "After “{a}” there is no “{b}” any more."),
    "exclusive": _between("“{a}”与“{b}”至多有其一。", "A case has “{a}” or “{b}”, not both."),
    "between": _between("从“{a}”到“{b}”{limit}。", "From “{a}” to “{b}”{limit}."),
    "at_least": _often("“{node}”至少做 {n} 次。", "“{node}” is done at least {n} times."),
    "at_most": _often("“{node}”至多做 {n} 次。", "“{node}” is done at most {n} times."),
    "four_eyes": _people("{names}须由不同的人办理。", "{names} are done by different people."),
    "same_person": _people("{names}须由同一人办理。", "{names} are done by the same person."),
    "role": _role,
    "authority": _authority,
}


def allowed_words(one: AllowedDeviation) -> Words:
    """What an allowed deviation allows.

    Examples
    --------
    >>> from procmine.conformance.standard.standard import Allowed
    >>> allowed_words(Allowed(skipped="客户沟通", reason="电话已沟通")).en
    '“客户沟通” may be left out'
    """
    return DEVIATION_KINDS[one.kind].allowance.filled(name=one.subject)


def sayings(lines: Iterable[object], language: Language) -> str:
    """Lines in one language, one below the other."""
    return "\n".join(say(line, language) for line in lines)
