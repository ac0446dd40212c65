"""Waiting and its causes added up: by cause, transition, activity, resource or case, each with its effect on efficiency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from procmine.core.log.columns import LABELS
from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, say, write_duration, write_share
from procmine.performance.waiting.cause_records import CAUSES

CAUSE_WORDS = {one.name: one.words for one in CAUSES.values()}
CAUSE_COLUMNS = {
    one.name: Column("duration", Words(one.words.zh, one.words.en.capitalize()), one.meaning, is_total=True)
    for one in CAUSES.values()
}
_KEYS = {
    "transitions": ("source", "activity"),
    "activities": ("activity",),
    "resources": ("resource",),
    "cases": ("case_id",),
}
_CASE_START = Words("（案例开始）", "(case start)")
_IMPACT = Words("若无此等待，处理时长的占比", "share of processing time if this waiting were gone")
_TOTALS = {
    "n": Column("count", Words("次数", "Instances"), Words("活动实例数", "activity instances")),
    "waiting": Column(
        "duration",
        Words("等待合计", "Waiting"),
        Words("到达到开始，自然时间", "enabled to start, natural time"),
        is_total=True,
    ),
    "mean": Column("duration", Words("平均等待", "Mean waiting")),
    "share": Column("share", Words("占全部等待", "Share of all waiting")),
    **CAUSE_COLUMNS,
    "processing": Column("duration", Words("处理时长", "Processing"), is_total=True),
    "cte": Column("share", Words("效率", "CTE"), Words("处理 /（处理 + 等待）", "processing / (processing + waiting)")),
    "cte_without": Column("share", Words("去除后效率", "CTE without"), _IMPACT),
}


@dataclass(frozen=True, repr=False, eq=False)
class CauseTotals(Result):
    """Totals of waiting, most waiting first."""

    suffix: str = ""

    @property
    def title(self) -> str:
        """What is added up, and whether starts were estimated."""
        return super().title + self.suffix

    TEMPLATE: ClassVar[Words] = Words(
        "等待最多的是“{subject}”：共 {waiting}（自然时间），占全部的 {share}。",
        "Most waiting is before {subject}: {waiting} of natural time, {share} of all.",
    )

    @property
    def sentence(self) -> str:
        """Where most of the waiting is."""
        if self.table.empty or not self.table["waiting"].sum():
            return ""
        first = self.table.loc[self.table["waiting"].idxmax()]
        keys = [name for name in self.COLUMNS if self.COLUMNS[name].kind == "text"]
        # Where nothing enabled it, it waited since its case began.
        known = [key for key in keys if isinstance(first[key], str)]
        named = [
            _CASE_START if key not in known else CAUSES[first[key]].words if key == "cause" else first[key]
            for key in keys
        ]
        return self.TEMPLATE.filled(
            subject=" → ".join(say(word, self.language) for word in named),
            waiting=write_duration(first["waiting"], self.language),
            share=write_share(first["share"]),
        ).say(self.language)


class ByCause(CauseTotals):
    """One row per cause, in the order in which they are judged."""

    TITLE: ClassVar[Words] = Words("等待的原因合计", "Waiting by cause")
    TEMPLATE: ClassVar[Words] = Words(
        "最主要的原因是{subject}：共 {waiting}（自然时间），占全部的 {share}。",
        "The chief cause is {subject}: {waiting} of natural time, {share} of all.",
    )
    CHART: ClassVar[Chart | None] = Bars(("cause",), "waiting")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "cause": Column("text", Words("原因", "Cause"), words=CAUSE_WORDS),
        **{name: _TOTALS[name] for name in ("n", "waiting", "mean", "share", "cte_without")},
    }


class ByTransition(CauseTotals):
    """One row per transition: the enabling activity and the one that waited."""

    TITLE: ClassVar[Words] = Words("各流转的等待原因", "Causes of waiting by transition")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "source": Column("text", Words("从", "From"), Words("使其到达的活动", "the activity that enabled it")),
        "activity": Column("text", Words("到", "To")),
        **_TOTALS,
    }


class ByActivity(CauseTotals):
    """One row per activity."""

    TITLE: ClassVar[Words] = Words("各活动的等待原因", "Causes of waiting by activity")
    COLUMNS: ClassVar[Mapping[str, Column]] = {"activity": Column("text", LABELS["activity"]), **_TOTALS}


class ByResource(CauseTotals):
    """One row per resource."""

    TITLE: ClassVar[Words] = Words("各资源的等待原因", "Causes of waiting by resource")
    COLUMNS: ClassVar[Mapping[str, Column]] = {"resource": Column("text", LABELS["resource"]), **_TOTALS}


class ByCase(CauseTotals):
    """One row per case."""

    TITLE: ClassVar[Words] = Words("各案例的等待原因", "Causes of waiting by case")
    CHART: ClassVar[Chart | None] = Spread("waiting")
    COLUMNS: ClassVar[Mapping[str, Column]] = {"case_id": Column("text", LABELS["case_id"]), **_TOTALS}


_KINDS = {"transitions": ByTransition, "activities": ByActivity, "resources": ByResource, "cases": ByCase}


def totals_frame(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    """The totals of instances by what they share; durations are µs.

    Parameters
    ----------
    rows
        Instances with `waiting`, `processing` and the causes in µs.
    what
        `transitions`, `activities`, `resources` or `cases`.
    """
    keys = list(_KEYS[what])
    sums = rows.groupby(keys, dropna=False, sort=True)[["waiting", "processing", *CAUSES]]
    frame = sums.sum().reset_index()
    frame["n"] = sums.size().to_numpy()
    waiting, processing = int(rows["waiting"].sum()), int(rows["processing"].sum())
    frame["mean"] = frame["waiting"] / frame["n"]
    frame["share"] = frame["waiting"] / waiting if waiting else 0.0
    frame["cte"] = (frame["processing"] / (frame["processing"] + frame["waiting"])).fillna(0.0)
    frame["cte_without"] = (processing / (processing + waiting - frame["waiting"])).fillna(0.0)
    return frame.sort_values(["waiting", *keys], ascending=[False, *(True for _ in keys)])


def causes_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per cause: instances that waited for it, how long, and the efficiency without it."""
    waiting, processing = int(rows["waiting"].sum()), int(rows["processing"].sum())
    frame = pd.DataFrame({"cause": list(CAUSES)})
    frame["n"] = [int((rows[cause] > 0).sum()) for cause in CAUSES]
    frame["waiting"] = [int(rows[cause].sum()) for cause in CAUSES]
    frame["mean"] = (frame["waiting"] / frame["n"]).fillna(0.0)
    frame["share"] = frame["waiting"] / waiting if waiting else 0.0
    rest = processing + waiting - frame["waiting"]
    frame["cte_without"] = (processing / rest).fillna(0.0)
    return frame


def totals_class(what: str) -> type[CauseTotals]:
    """The class of totals by their name."""
    return _KINDS[what]
