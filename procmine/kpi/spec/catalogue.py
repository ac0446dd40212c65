"""The closed list of measures: what each is called, how it is defined, and what it has to be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from procmine.core.text.likely_names import nearest
from procmine.core.text.words import Words
from procmine.kpi.spec.statistics import Statistic

Kind = Literal["duration", "share", "number", "count"]
Good = Literal["high", "low", ""]


class Measure(NamedTuple):
    """One measure.

    Attributes
    ----------
    kind
        What its value is: a duration, a share 0..1, a number, or a count of cases.
    good
        Which way is better; empty where that depends.
    needs, takes
        Keys of a KPI that it must and may be given, besides those that all take.
    """

    title: Words
    definition: Words
    kind: Kind
    good: Good = "high"
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


_TIME = ("statistic", "within", "clock")
MEASURES: Mapping[str, Measure] = {
    # ── time ──────────────────────────────────────────────────────────────────────────────────
    "throughput": Measure(
        Words("流程周期", "Throughput time"),
        Words("完成案例从开始到最后一个事件；写明起点和终点时，从首个起点到最后一个终点",
              "complete cases, from the start to the last event; with from and to: first of the one to last of the other"),
        "duration", "low", takes=("from", "to", *_TIME)),
    "response": Measure(
        Words("响应时间", "Response time"),
        Words("从首个起点（未写时为案例开始）到其后的首个终点，只计已到达的案例",
              "from the first `from` (else the start of the case) to the first `to` after it, of cases that reached it"),
        "duration", "low", needs=("to",), takes=("from", *_TIME)),
    "processing": Measure(
        Words("处理时长", "Processing time"), Words("案例中 Σ(完成 − 开始)", "sum of completion less start, per case"),
        "duration", "low", takes=("node", *_TIME)),
    "waiting": Measure(
        Words("等待时长", "Waiting time"), Words("案例中 Σ(开始 − 到达)", "sum of start less arrival, per case"),
        "duration", "low", takes=("node", *_TIME)),
    "sojourn": Measure(
        Words("节点耗时", "Sojourn time"), Words("案例中 Σ(完成 − 到达)", "sum of completion less arrival, per case"),
        "duration", "low", takes=("node", *_TIME)),
    "within_limit": Measure(
        Words("时限达成率", "Within-limit rate"),
        Words("按标准流程的节点时限：已完成的节点执行中未超时的占比；另计未完成且已超时",
              "node executions that ended within the standard's limit, of those that ended; open and overdue ones beside it"),
        "share", takes=("node",)),
    # ── outcome ───────────────────────────────────────────────────────────────────────────────
    "resolution_rate": Measure(
        Words("解决率", "Resolution rate"), Words("已解决 / 已收到的案例", "resolved / received cases"), "share"),
    "fcr": Measure(
        Words("一次性解决率", "First contact resolution"),
        Words("已解决案例中没有重复、转办、退回和重新打开的占比（标准忽略的活动不计）",
              "resolved cases without repetition (of what the standard does not ignore), transfer, return or reopening / resolved cases"),
        "share", takes=("returned", "transferred", "redo")),
    "acceptance_rate": Measure(
        Words("受理率", "Acceptance rate"), Words("已受理 / 已收到", "accepted / received"), "share"),
    "handling_rate": Measure(
        Words("处理率", "Handling rate"), Words("已解决 / 已受理", "resolved / accepted"), "share"),
    "repeat_rate": Measure(
        Words("二次投诉率", "Repeat complaint rate"),
        Words("同一客户（及主题）在解决后 N 天内再次发生的案例 / 已解决案例；客户或主题未填的不算再次，筛选之外的较早案例也算，可超过 100 %",
              "cases of a customer (and topic) within N days of a resolved one / resolved cases; none where customer or topic is not "
              "given, also after cases that a filter left out; may exceed 100 %"),
        "share", "low", needs=("customer", "days"), takes=("topic",)),
    "reopening_rate": Measure(
        Words("重新打开率", "Reopening rate"), Words("关闭后重新打开的 / 曾关闭的案例", "reopened / closed cases"),
        "share", "low"),
    "return_rate": Measure(
        Words("退回率", "Return rate"),
        Words("按决定（of: decisions）：退回 / (退回 + 通过)；按案例（of: cases）：有退回的案例占比",
              "of decisions: returns / (returns + approvals); of cases: those with a return"),
        "share", "low", takes=("of", "returned", "approved", "role")),
    "rejection_rate": Measure(
        Words("拒绝率", "Rejection rate"),
        Words("按决定（of: decisions）：拒绝 / (拒绝 + 通过)；按案例（of: cases）：有拒绝的案例占比",
              "of decisions: rejections / (rejections + approvals); of cases: those with a rejection"),
        "share", "low", takes=("of", "rejected", "approved", "role")),
    "case_share": Measure(
        Words("案例占比", "Share of cases"),
        Words("含有指定活动（having）且不含排除活动（lacking）的案例占比", "cases that have `having` and lack `lacking`"),
        "share", "", takes=("having", "lacking")),
    # ── work ──────────────────────────────────────────────────────────────────────────────────
    "rework_rate": Measure(
        Words("返工率", "Rework rate"),
        Words("至少有一项活动做了多次的案例占比", "cases in which an activity is done more than once"),
        "share", "low", takes=("node",)),
    "handovers": Measure(
        Words("交接次数", "Handovers"),
        Words("每个案例中相邻两个事件由不同人处理的次数", "consecutive events by different resources, per case"),
        "number", "low", takes=("statistic",)),
    "handover_rate": Measure(
        Words("交接率", "Handover rate"), Words("交接 / 流转（两侧处理人均已知）", "handovers / transitions with both known"),
        "share", "low"),
    "automation_rate": Measure(
        Words("自动化率", "Automation rate"), Words("系统完成的事件 / 全部事件", "events by systems / events"), "share"),
    "no_touch_rate": Measure(
        Words("零接触率", "No-touch rate"), Words("没有人工事件的案例占比", "cases without a manual event"), "share"),
    "systematization_rate": Measure(
        Words("系统化率", "Systematization rate"),
        Words("★ 动作中由系统完成的事件 / ★ 动作的事件", "★-action events by systems / ★-action events"), "share"),
    "bot_handover_rate": Measure(
        Words("机器人转人工率", "Bot-to-human hand-over rate"),
        Words("机器人接待过的案例中，其后有人工事件的占比", "cases in which a person acts after the bot, of those with the bot"),
        "share", "low", needs=("bot",)),
    # ── the standard ──────────────────────────────────────────────────────────────────────────
    "case_conformance": Measure(
        Words("案例符合率", "Case conformance rate"),
        Words("符合标准流程的 / 被判断的案例（未关闭的只按已走的部分判断）",
              "conforming cases / cases judged (open ones by what they have done so far)"), "share"),
    "event_conformance": Measure(
        Words("事件符合率", "Event conformance rate"), Words("符合标准的 / 被判断的事件", "conforming / judged events"),
        "share"),
    # ── flow ──────────────────────────────────────────────────────────────────────────────────
    "arrivals": Measure(Words("到达量", "Arrivals"), Words("期间开始的案例", "cases that start"), "count", "",
                        takes=("statistic",)),
    "completions": Measure(Words("完成量", "Completions"), Words("期间完成的案例", "cases that are completed"), "count",
                           takes=("statistic",)),
    "backlog": Measure(Words("积压", "Backlog"), Words("截止时未关闭的案例", "cases open at the cut-off"), "count", "low"),
    # ── value ─────────────────────────────────────────────────────────────────────────────────
    "satisfaction": Measure(
        Words("满意度", "Satisfaction"), Words("有回复的案例的评价；给出 at 时为达到该值的占比",
                                           "answers of cases that gave one; with at: the share that fulfils it"),
        "number", needs=("attribute",), takes=("statistic", "at")),
    "cost": Measure(
        Words("单案成本", "Cost per case"),
        Words("案例的成本属性，或 Σ(处理时长 × 岗位小时成本)", "an attribute, or processing time × hourly cost of the role"),
        "number", "low", takes=("statistic", "attribute")),
    "revenue": Measure(
        Words("收入", "Revenue"), Words("属性之和；per: customer 时每个客户只计一次（计在其首个案例）",
              "sum of an attribute; with per: customer once for each, at their first case"),
        "number", needs=("attribute",), takes=("per", "customer", "statistic")),
    "arpu": Measure(
        Words("户均收入", "ARPU"), Words("收入 / 客户数；分组、分期时为该组、该期自己的收入和客户",
                                       "revenue / customers, of a group or period its own revenue and customers"), "number",
        needs=("attribute", "customer"), takes=("per",)),
    "attribute": Measure(
        Words("属性", "Attribute"), Words("案例属性的统计；给出 at 时为达到该值的占比",
                                        "a statistic of a case attribute; with at: the share that fulfils it"),
        "number", "", needs=("attribute",), takes=("statistic", "at")),
}  # fmt: skip
"""Every measure by its name in project.yml."""

_DEFAULT_STATISTIC: Mapping[Kind, str] = {"duration": "median", "number": "mean", "count": "count", "share": "share"}

_COUNTABLE = ("satisfaction", "attribute")
"""Measures of which a count of values says something: how many answered."""


def default_statistic(measure: str, kind: Kind) -> str:
    """The statistic that makes one number of many where none is named."""
    return "sum" if measure == "revenue" else _DEFAULT_STATISTIC[kind]


def statistics_of(measure: str) -> tuple[str, ...]:
    """The statistics that say something of a measure: a count of cases has no mean, and a number of cases is no duration.

    Examples
    --------
    >>> statistics_of("arrivals"), "count" in statistics_of("throughput")
    (('count', 'sum'), False)
    """
    if MEASURES[measure].kind == "count":
        return ("count", "sum")
    return tuple(name for name in get_args(Statistic) if name != "count" or measure in _COUNTABLE)


def likely_measure(name: str) -> Words:
    """A hint for a name that is no measure: the measure it is most like, by its name or its titles, else all of them.

    Examples
    --------
    >>> likely_measure("响应").zh, likely_measure("respnse").en
    ('是不是 response（响应时间）？', 'did you mean response (Response time)?')
    """
    called = {name: name for name in MEASURES}
    called |= {word: key for key, one in MEASURES.items() for word in one.title}
    near = nearest(name, called)
    listed = MEASURES if near is None else [called[near]]
    titles = {key: MEASURES[key].title for key in listed}
    zh, en = (
        ", ".join(f"{k}（{t.zh}）" for k, t in titles.items()),
        ", ".join(f"{k} ({t.en})" for k, t in titles.items()),
    )
    said = Words("可用：{zh}", "known: {en}") if near is None else Words("是不是 {zh}？", "did you mean {en}?")
    return Words(said.zh.format(zh=zh), said.en.format(en=en))
