"""The closed lists of what findings can be, and of the marks that they put on a process, each in one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.text.palette import BLUE, BROWN, GREEN, ORANGE, PURPLE, RED
from procmine.core.text.words import Words

Story = Literal["movement", "person", "integrity", "node"]
Cost = Literal["", "since_before", "beyond_limit"]


class ProblemMark(NamedTuple):
    """One of the problem marks that companies put on the nodes of a process."""

    name: str
    words: Words
    colour: str


_MARK_RECORDS = (
    ProblemMark("bottleneck", Words("操作瓶颈", "bottleneck"), RED),
    ProblemMark("error", Words("容易出错", "error-prone"), PURPLE),
    ProblemMark("repetition", Words("重复工作", "repeated work"), ORANGE),
    ProblemMark("waste", Words("无效工作", "waste"), BROWN),
    ProblemMark("", Words("–", "–"), BLUE),
)
MARKS: Mapping[str, ProblemMark] = {one.name: one for one in _MARK_RECORDS}
"""Every problem mark by its name; nameless what is no problem."""


LEVELS: Mapping[str, Words] = {"high": Words("高", "high"), "low": Words("低", "low")}
"""How much there is of a problem."""


class FindingKind(NamedTuple):
    """One kind of finding.

    Attributes
    ----------
    words
        What it is called.
    mark
        The problem mark it puts on a process: a key of `MARKS`.
    titles
        What a reader remembers of it; of several, by what makes the difference.
    reason
        Of a cause of waiting: why the cases waited.
    order
        What comes first where no time tells findings apart: problems, then targets, which have their own table,
        then changes, which are news.
    cost
        What an event of it costs: the working time since the event before, or that beyond its limit.
    looks_for_doer
        Whether it matters who did most of it.
    is_about_people
        Whether who did it is told even where nobody else does it.
    stories
        The stories it may be part of: findings of one story are told as one.
    is_gain
        Whether its time is saved, not lost.
    """

    name: str
    words: Words
    mark: str
    titles: Mapping[str, Words]
    reason: Words = Words("", "")
    order: int = 0
    cost: Cost = ""
    looks_for_doer: bool = False
    is_about_people: bool = False
    stories: frozenset[Story] = frozenset()
    is_gain: bool = False

    @property
    def title(self) -> Words:
        """Its title, where it has but one."""
        return self.titles[""]

    @property
    def colour(self) -> str:
        """The colour of its rank: that of its mark, green for what was saved."""
        return GREEN if self.is_gain else MARKS[self.mark].colour


_WAITING = (
    FindingKind(
        "batching",
        Words("集中处理", "batching"),
        "bottleneck",
        {"": Words("{who}把“{what}”攒起来集中处理", "{who} collects {what} and does it in batches")},
        Words("为凑成一批", "for a batch to be complete"),
        stories=frozenset({"person"}),
    ),
    FindingKind(
        "contention",
        Words("过载", "overload"),
        "bottleneck",
        {
            "": Words(
                "{who}手上的工作超过工时，“{what}”在排队", "{who} has more work than hours: {what} stands in a queue"
            )
        },
        Words("因此人在办更早到的工作", "behind earlier work of the same person"),
        stories=frozenset({"person"}),
    ),
    FindingKind(
        "prioritization",
        Words("后到先办", "later work first"),
        "bottleneck",
        {"": Words("{who}先办后到的“{what}”", "{who} does later {what} first")},
        Words("因此人先办了后到的工作", "while the same person did later work"),
        stories=frozenset({"person"}),
    ),
    FindingKind(
        "unavailability",
        Words("不在岗", "absence"),
        "bottleneck",
        {"": Words("{who}不在岗时，“{what}”在等", "{what} waits while {who} is away")},
        Words("因此人不在岗（公司工作时间内）", "because the person was away in working hours"),
    ),
    FindingKind(
        "extraneous",
        Words("外部等待", "waiting outside"),
        "bottleneck",
        {
            "outside": Words("“{what}”在等办公室以外的事", "{what} waits for something outside the office"),
            "nobody_busy": Words("“{what}”之前没有人在忙，仍在等", "{what} waits although nobody is busy"),
        },
    ),
    FindingKind(
        "waiting",
        Words("等待", "waiting"),
        "bottleneck",
        {"": Words("“{what}”之前过了很久", "Much time passes before {what}")},
    ),
)
_DEVIATIONS = tuple(
    FindingKind(
        kind.name,
        kind.words,
        kind.mark,
        {"": kind.title},
        cost=kind.cost,
        looks_for_doer=kind.looks_for_doer,
        is_about_people=kind.about_people == "always",
        stories=frozenset(kind.stories),
    )
    for kind in DEVIATION_KINDS.values()
)
_MOVEMENT_AND_RECORDS = (
    FindingKind(
        "rework",
        Words("返工", "rework"),
        "repetition",
        {"": Words("“{what}”重做，{share} 的案例", "{what} is done again in {share} of the cases")},
        stories=frozenset({"movement"}),
    ),
    FindingKind(
        "ping_pong",
        Words("来回", "ping-pong"),
        "repetition",
        {"": Words("在{one}与{other}之间来回", "To and fro between {one} and {other}")},
        stories=frozenset({"movement"}),
    ),
    FindingKind(
        "kpi",
        Words("指标未达", "target missed"),
        "",
        {"": Words("指标未达标：{kpi}", "Target missed: {kpi}")},
        order=1,
    ),
    FindingKind(
        "records",
        Words("记录", "records"),
        "error",
        {
            "day_off": Words("记录的日期错了一天", "Records are dated a day off"),
            "twice": Words("“{what}”的记录写了两遍", "Records of {what} are written twice"),
        },
    ),
)
_CHANGES = (
    FindingKind(
        "improvement",
        Words("变快", "quicker"),
        "",
        {"": Words("“{what}”从 {month} 起快了", "{what} has been quicker since {month}")},
        order=2,
        is_gain=True,
    ),
    FindingKind(
        "slower",
        Words("变慢", "slower"),
        "bottleneck",
        {"": Words("“{what}”从 {month} 起慢了", "{what} has been slower since {month}")},
        order=2,
    ),
    FindingKind(
        "change",
        Words("变化", "change"),
        "",
        {
            "new": Words("{month} 起多了一步“{what}”", "{what} is a new step since {month}"),
            "gone": Words("{month} 起不再做“{what}”", "{what} is no longer done since {month}"),
            "taken_over": Words("“{what}”从 {month} 起多由系统完成", "{what} is mostly done by a system since {month}"),
        },
        order=2,
    ),
)
KINDS: Mapping[str, FindingKind] = {
    one.name: one for one in (*_WAITING, *_DEVIATIONS, *_MOVEMENT_AND_RECORDS, *_CHANGES)
}
"""Every kind of finding by its name; causes of waiting and deviations from the standard are told under their own names."""
