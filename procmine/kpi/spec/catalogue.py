"""The closed list of measures, each in one record."""

from __future__ import annotations

from collections.abc import Mapping

from procmine.core.text.likely_names import nearest
from procmine.core.text.words import Words, joined
from procmine.kpi.spec.measure import Measure

_TIME = ("statistic", "within", "clock")
_RECORDS = (
    # ── time ──────────────────────────────────────────────────────────────────────────────────────
    Measure(
        "throughput", Words("流程周期", "Throughput time"),
        Words("完成案例从开始到最后一个事件；写明起点和终点时，从首个起点到最后一个终点",
              "complete cases, from the start to the last event; with from and to: "
              "first of the one to last of the other"),
        "duration", "time_measures.throughput",
        good="low", takes=("from", "to", *_TIME), bias=-1, decided="reached", needs_together=("from", "to")),
    Measure(
        "response", Words("响应时间", "Response time"),
        Words("从首个起点（未写时为案例开始）到其后的首个终点，只计已到达的案例",
              "from the first `from` (else the start of the case) to the first `to` "
              "after it, of cases that reached it"),
        "duration", "time_measures.response",
        good="low", needs=("to",), takes=("from", *_TIME), bias=-1, decided="reached"),
    Measure(
        "processing", Words("处理时长", "Processing time"),
        Words("案例中 Σ(完成 − 开始)", "sum of completion less start, per case"),
        "duration", "time_measures.processing",
        good="low", takes=("node", *_TIME), bias=-1, starts_for=Words("处理时长", "Processing time")),
    Measure(
        "waiting", Words("等待时长", "Waiting time"),
        Words("案例中 Σ(开始 − 到达)", "sum of start less arrival, per case"),
        "duration", "time_measures.waiting",
        good="low", takes=("node", *_TIME), bias=-1, starts_for=Words("等待时长", "Waiting time")),
    Measure(
        "sojourn", Words("节点耗时", "Sojourn time"),
        Words("案例中 Σ(完成 − 到达)", "sum of completion less arrival, per case"),
        "duration", "time_measures.sojourn", good="low", takes=("node", *_TIME), bias=-1),
    Measure(
        "within_limit", Words("时限达成率", "Within-limit rate"),
        Words("按标准流程的节点时限：已完成的节点执行中未超时的占比；另计未完成且已超时",
              "node executions that ended within the standard's limit, of those that "
              "ended; open and overdue ones beside it"),
        "share", "standard_measures.within_limit", takes=("node",), bias=1, own_split="node", has_limits=True),
    # ── outcome ───────────────────────────────────────────────────────────────────────────────────
    Measure(
        "resolution_rate", Words("解决率", "Resolution rate"),
        Words("已解决 / 已收到的案例", "resolved / received cases"),
        "share", "outcome_measures.resolution_rate", bias=-1, decided="happened"),
    Measure(
        "fcr", Words("一次性解决率", "First contact resolution"),
        Words("已解决案例中没有重复、转办、退回和重新打开的占比（标准忽略的活动不计）",
              "resolved cases without repetition (of what the standard does not ignore), "
              "transfer, return or reopening / resolved cases"),
        "share", "outcome_measures.fcr", takes=("returned", "transferred", "redo"), bias=1),
    Measure(
        "acceptance_rate", Words("受理率", "Acceptance rate"),
        Words("已受理 / 已收到", "accepted / received"),
        "share", "outcome_measures.acceptance_rate", bias=-1, decided="happened"),
    Measure(
        "handling_rate", Words("处理率", "Handling rate"),
        Words("已解决 / 已受理", "resolved / accepted"),
        "share", "outcome_measures.handling_rate", bias=-1, decided="happened"),
    Measure(
        "repeat_rate", Words("二次投诉率", "Repeat complaint rate"),
        Words("同一客户（及主题）在解决后 N 天内再次发生的案例 / 已解决案例；"
              "客户或主题未填的不算再次，筛选之外的较早案例也算，可超过 100 %",
              "cases of a customer (and topic) within N days of a resolved one / resolved cases; none where customer or topic "
              "is not given, also after cases that a filter left out; may exceed 100 %"),
        "share", "repeat_measures.repeat_rate",
        good="low", needs=("customer", "days"), takes=("topic",), bias=1, is_part=False),
    Measure(
        "reopening_rate", Words("重新打开率", "Reopening rate"),
        Words("关闭后重新打开的 / 曾关闭的案例", "reopened / closed cases"),
        "share", "outcome_measures.reopening_rate", good="low", bias=-1, decided="happened"),
    Measure(
        "return_rate", Words("退回率", "Return rate"),
        Words("按决定（of: decisions）：退回 / (退回 + 通过)；按案例（of: cases）：有退回的案例占比",
              "of decisions: returns / (returns + approvals); of cases: those with a return"),
        "share", "outcome_measures.return_rate",
        good="low", takes=("of", "returned", "approved", "role"), bias=-1, decided="happened"),
    Measure(
        "rejection_rate", Words("拒绝率", "Rejection rate"),
        Words("按决定（of: decisions）：拒绝 / (拒绝 + 通过)；按案例（of: cases）：有拒绝的案例占比",
              "of decisions: rejections / (rejections + approvals); of cases: those with a rejection"),
        "share", "outcome_measures.rejection_rate",
        good="low", takes=("of", "rejected", "approved", "role"), bias=-1, decided="happened"),
    Measure(
        "case_share", Words("案例占比", "Share of cases"),
        Words("含有指定活动（having）且不含排除活动（lacking）的案例占比",
              "cases that have `having` and lack `lacking`"),
        "share", "outcome_measures.case_share",
        good="", takes=("having", "lacking"), bias=0, bias_alone={"having": -1, "lacking": 1},
        needs_one_of=("having", "lacking")),
    # ── work ──────────────────────────────────────────────────────────────────────────────────────
    Measure(
        "rework_rate", Words("返工率", "Rework rate"),
        Words("至少有一项活动做了多次的案例占比", "cases in which an activity is done more than once"),
        "share", "work_measures.rework_rate", good="low", takes=("node",), bias=-1, decided="happened"),
    Measure(
        "handovers", Words("交接次数", "Handovers"),
        Words("每个案例中相邻两个事件由不同人处理的次数",
              "consecutive events by different resources, per case"),
        "number", "work_measures.handover_counts", good="low", takes=("statistic",), bias=-1),
    Measure(
        "handover_rate", Words("交接率", "Handover rate"),
        Words("交接 / 流转（两侧处理人均已知）", "handovers / transitions with both known"),
        "share", "work_measures.handover_rate", good="low", bias=0),
    Measure(
        "automation_rate", Words("自动化率", "Automation rate"),
        Words("系统完成的事件 / 全部事件", "events by systems / events"),
        "share", "work_measures.automation_rate", bias=0),
    Measure(
        "no_touch_rate", Words("零接触率", "No-touch rate"),
        Words("没有人工事件的案例占比", "cases without a manual event"),
        "share", "work_measures.no_touch_rate", bias=1),
    Measure(
        "systematization_rate", Words("系统化率", "Systematization rate"),
        Words("★ 动作中由系统完成的事件 / ★ 动作的事件", "★-action events by systems / ★-action events"),
        "share", "work_measures.systematization_rate", bias=0),
    Measure(
        "bot_handover_rate", Words("机器人转人工率", "Bot-to-human hand-over rate"),
        Words("机器人接待过的案例中，其后有人工事件的占比",
              "cases in which a person acts after the bot, of those with the bot"),
        "share", "work_measures.bot_handover_rate", good="low", needs=("bot",), bias=-1, decided="happened"),
    # ── the standard ──────────────────────────────────────────────────────────────────────────────
    Measure(
        "case_conformance", Words("案例符合率", "Case conformance rate"),
        Words("符合标准流程的 / 被判断的案例（未关闭的只按已走的部分判断）",
              "conforming cases / cases judged (open ones by what they have done so far)"),
        "share", "standard_measures.case_conformance", bias=1),
    Measure(
        "event_conformance", Words("事件符合率", "Event conformance rate"),
        Words("符合标准的 / 被判断的事件", "conforming / judged events"),
        "share", "standard_measures.event_conformance", bias=0),
    # ── flow ──────────────────────────────────────────────────────────────────────────────────────
    Measure(
        "arrivals", Words("到达量", "Arrivals"),
        Words("期间开始的案例", "cases that start"),
        "count", "work_measures.arrived_cases", good="", takes=("statistic",)),
    Measure(
        "completions", Words("完成量", "Completions"),
        Words("期间完成的案例", "cases that are completed"),
        "count", "work_measures.completions", takes=("statistic",), bias=-1),
    Measure(
        "backlog", Words("积压", "Backlog"),
        Words("截止时未关闭的案例", "cases open at the cut-off"),
        "count", "work_measures.backlog", good="low"),
    # ── value ─────────────────────────────────────────────────────────────────────────────────────
    Measure(
        "satisfaction", Words("满意度", "Satisfaction"),
        Words("有回复的案例的评价；给出 at 时为达到该值的占比",
              "answers of cases that gave one; with at: the share that fulfils it"),
        "number", "value_measures.attribute",
        needs=("attribute",), takes=("statistic", "at"), bias=0, decided="valued", is_countable=True),
    Measure(
        "cost", Words("单案成本", "Cost per case"),
        Words("案例的成本属性，或 Σ(处理时长 × 岗位小时成本)",
              "an attribute, or processing time × hourly cost of the role"),
        "number", "value_measures.cost",
        good="low", takes=("statistic", "attribute"), bias=-1, bias_alone={"attribute": None},
        starts_for=Words("成本", "Cost")),
    Measure(
        "revenue", Words("收入", "Revenue"),
        Words("属性之和；per: customer 时每个客户只计一次（计在其首个案例）",
              "sum of an attribute; with per: customer once for each, at their first case"),
        "number", "value_measures.revenue",
        needs=("attribute",), takes=("per", "customer", "statistic"), statistic="sum"),
    Measure(
        "arpu", Words("户均收入", "ARPU"),
        Words("收入 / 客户数；分组、分期时为该组、该期自己的收入和客户",
              "revenue / customers, of a group or period its own revenue and customers"),
        "number", "value_measures.arpu", needs=("attribute", "customer"), takes=("per",)),
    Measure(
        "attribute", Words("属性", "Attribute"),
        Words("案例属性的统计；给出 at 时为达到该值的占比",
              "a statistic of a case attribute; with at: the share that fulfils it"),
        "number", "value_measures.attribute",
        good="", needs=("attribute",), takes=("statistic", "at"), is_countable=True),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = {one.name: one for one in _RECORDS}
"""Every measure by its name in project.yml."""


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
    known = MEASURES if near is None else [called[near]]
    titled = joined(
        (Words("{name}（{title}）", "{name} ({title})").filled(name=key, title=MEASURES[key].title) for key in known),
        Words(", ", ", "),
    )
    hint = (
        Words("可用：{known}", "known: {known}") if near is None else Words("是不是 {known}？", "did you mean {known}?")
    )
    return hint.filled(known=titled)
