"""Bottlenecks: where the most time is really lost, in total, with its tail, its causes, and what a limit would save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number, write_share, write_time
from procmine.performance.ground.notes import notes
from procmine.performance.waiting.breach import BreachLimits
from procmine.performance.waiting.cause_records import CAUSES
from procmine.performance.waiting.cause_rows import cause_rows
from procmine.performance.waiting.cause_totals import CAUSE_COLUMNS, CAUSE_WORDS
from procmine.performance.waiting.lost_time_sums import case_sums, ranked
from procmine.performance.waiting.lost_times import lost_times

if TYPE_CHECKING:
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.waiting.lost_time_sums import Numbers
    from procmine.performance.waiting.lost_times import LostTimes

_MOST_ROWS = 10
_KINDS = {"activity": Words("活动", "activity"), "arc": Words("流转", "arc")}


@dataclass(frozen=True, repr=False, eq=False)
class LossCases(Result):
    """Time lost in each case, most first."""

    TITLE: ClassVar[Words] = Words("瓶颈 · 案例", "Bottlenecks: cases")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("lost")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "lost": Column("duration", Words("损失（自然时间）", "Lost (natural)")),
        "lost_working": Column("duration", Words("损失（工作时间）", "Lost (working)")),
        "worst": Column(
            "text", Words("主要在", "Mostly before"), Words("损失最多的活动", "the activity with the most")
        ),
        "worst_share": Column("share", Words("占比", "Share"), Words("占该案例的损失", "of what the case loses")),
    }


@dataclass(frozen=True, repr=False, eq=False)
class Bottlenecks(Result):
    """Activities, then arcs, each ranked by the time lost before them in all.

    Attributes
    ----------
    waiting_share
        Share of instances whose start is known, so that what is lost is waiting alone.
    in_working_time
        Whether a calendar was given: then ranks, shares, means and tails are in working time.
    by_median, limited
        Whether the limit is each row's median, and the activities that were given one of their own.
    """

    TITLE: ClassVar[Words] = Words("瓶颈", "Bottlenecks")
    LIMIT: ClassVar[int] = 30
    CHART: ClassVar[Chart | None] = Bars(("source", "target"), "lost")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "kind": Column("text", Words("对象", "Kind"), words=_KINDS),
        "rank": Column("count", Words("名次", "Rank")),
        "source": Column("text", Words("从", "From"), words={"": Words("–", "–")}),
        "target": Column("text", Words("到", "To")),
        "n": Column("count", Words("次数", "Count")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "lost": Column("duration", Words("损失（自然时间）", "Lost (natural)"),
            Words("到达至开始，无开始时间则至完成，合计", "arrival to start, or to completion where no start is known, in all"), is_total=True),
        "lost_working": Column("duration", Words("损失（工作时间）", "Lost (working)"), Words("没有日历则为空", "empty without a calendar"), is_total=True),
        "share": Column("share", Words("占比", "Share"), Words("占同类对象的合计", "of all of its kind")),
        "mean": Column("duration", Words("平均", "Mean"), Words("有日历则为工作时间", "working time if a calendar is given")),
        "median": Column("duration", Words("中位", "Median")),
        "p90": Column("duration", Words("P90", "P90")),
        "p95": Column("duration", Words("P95", "P95")),
        "waiting": Column("share", Words("等待已知", "Waiting known"), Words("开始时间已知的占比，其余含处理时间", "with a known start; the others hold the work too")),
        **CAUSE_COLUMNS,
        "cause": Column("text", Words("主要原因", "Main cause"), Words("有日历则按办理人工作时间之内的等待",
            "with a calendar of what was waited in the hours of those who do it"), words={**CAUSE_WORDS, "": Words("–", "–")}),
        "cause_share": Column("share", Words("主因占比", "Its share"), Words("占原因已知的等待", "of the waiting whose causes are known")),
        "n_causes": Column("count", Words("原因已知", "Causes known"), Words("开始时间和处理人已知的次数", "times with a known start and resource")),
        "waits_for": Column("text", Words("谁等谁", "Who waits for whom"), Words("损失最多的一对：交出方 → 接手方", "the pair that loses most: giver → taker")),
        "waits_share": Column("share", Words("该对占比", "Share of the pair")),
        "limit": Column("duration", Words("假设时限", "Limit assumed")),
        "saved": Column("duration", Words("可省", "Would save"),
            Words("每次都不超过时限时省下的合计：Σ max(0, 损失 − 时限)", "if none took longer: Σ max(0, lost − limit)"), is_total=True),
    }  # fmt: skip

    SHOWN: ClassVar[tuple[str, ...]] = (
        "rank", "source", "target", "n", "lost", "lost_working", "share", "median", "p90", "limit", "saved", "cause", "cause_share", "waits_for"
    )  # fmt: skip

    waiting_share: float = 0.0
    in_working_time: bool = False
    by_median: bool = True
    limited: frozenset[str] = frozenset()
    note: str = ""
    log: EventLog | None = None
    calendar: WorkCalendar | None = None

    @property
    def scalars(self) -> dict[str, Any]:
        """What was known."""
        return {"waiting_share": self.waiting_share, "in_working_time": self.in_working_time}

    @property
    def sentence(self) -> str:
        """The first bottleneck, its main cause, and what a limit would save."""
        if self.table.empty:
            return ""
        top = self.table.iloc[0]
        lost = top["lost_working" if self.in_working_time else "lost"]
        if not lost:
            return (
                Words("任何活动之前都没有损失时间。", "No time is lost before any activity.").say(self.language)
                + self.note
            )
        kind = Words("工作时间", "working time") if self.in_working_time else Words("自然时间", "natural time")
        text = Words(
            "“{name}”之前损失最多：共 {lost}（{kind}），占全部的 {share}，九成不超过 {p90}",
            "Most is lost before {name}: {lost} of {kind}, {share} of all, nine in ten within {p90}",
        ).filled(
            name=top["target"],
            lost=self._written(lost),
            kind=kind,
            share=write_share(top["share"]),
            p90=self._written(top["p90"]),
        )
        parts = [text, self._cause_said(top), self._saving_said(top), self._known_said()]
        return "".join(part.say(self.language) for part in parts) + self.note

    def _written(self, duration: timedelta) -> str:
        return write_time(duration, self.language, working=self.in_working_time)

    def _cause_said(self, top: Any) -> Words:
        if not top["cause"]:
            return Words("。", ".")
        text = Words("，{when}主要原因是{cause}（{share}{of}）。", ", {when}above all for {cause} ({share}{of}).")
        of = Words("", "")
        if top["n_causes"] < top["n"]:
            of = Words("，据其中 {n} 次", " of the {n} times of which it is known").filled(
                n=write_number(top["n_causes"])
            )
        when = (
            Words("按办理人的工作时间，", "in the hours of those who do it ") if self.in_working_time else Words("", "")
        )
        return text.filled(when=when, cause=CAUSES[top["cause"]].words, share=write_share(top["cause_share"]), of=of)

    def _is_median(self, row: Any) -> bool:
        return self.by_median and row["target"] not in self.limited

    def _saving_said(self, top: Any) -> Words:
        basis = Words("中位 ", "its median of ") if self._is_median(top) else Words("时限 ", "the limit of ")
        text = Words(
            "若每次都不超过{basis}{limit}而其他不变，可省 {saved}。",
            " If none took longer than {basis}{limit}, all else unchanged, {saved} would be saved.",
        )
        return text.filled(
            basis=basis,
            limit=self._written(top["limit"]),
            saved=self._written(top["saved"]),
        )

    def _known_said(self) -> Words:
        if self.waiting_share == 1.0:
            return Words("", "")
        if self.waiting_share == 0.0:
            return Words(
                "日志没有开始时间：损失为流转时间，含处理在内，原因不可分。",
                " Without start times what is lost is transition time, work included, and has no causes.",
            )
        text = Words(
            "{share} 的实例没有开始时间，按流转时间计。",
            " {share} of the instances have no start: their transition time counts.",
        )
        return text.filled(share=write_share(1 - self.waiting_share))

    def table_html(self, place: Place) -> str:
        """The first ten activities and the first ten arcs."""
        shown = []
        plain = [
            *(["lost"] if self.in_working_time else []),
            *(["limit"] if self.by_median and not self.limited else []),
            *(["cause", "cause_share"] if not (self.table["n_causes"] > 0).any() else []),
        ]
        for kind, words in _KINDS.items():
            hidden = ["kind", *(["source"] if kind == "activity" else []), *plain]
            rows = self.table[self.table["kind"] == kind]
            title = escape(words.say(self.language).capitalize())
            shown.append(f"<h3>{title}</h3>" + self.rows_html(rows, _MOST_ROWS, place, *hidden))
        return "".join(shown)

    @cached_property
    def cases(self) -> LossCases | None:
        """Every case with what it loses, made when asked for."""
        if self.log is None or self.table.empty:
            return None
        return LossCases.of(self.log, case_sums(self.log, lost_times(self.log, self.calendar)))


def bottlenecks(
    log: EventLog,
    *,
    calendar: WorkCalendar | None = None,
    limit: timedelta | str = "median",
    limits: Mapping[str, timedelta | str] | None = None,
) -> Bottlenecks:
    """Activities and arcs ranked by the time lost before them in all.

    Lost is the time from enablement to start – waiting – and where no start is known to completion, which is
    the transition time when nothing ran beside. An arc leads from the activity that enabled the instance. Causes
    are those of `waiting_causes`, in natural time; the main one is that of the hours of the resource, where there
    is a calendar, since nights would else outweigh everything.

    Parameters
    ----------
    calendar
        Ranks by working time, and tells waiting outside of it (unavailability) from other causes.
    limit
        For the saving: a duration, or `"median"`: the median of each row.
    limits
        Activity: a limit of its own, for it and for the arcs that lead to it.

    Raises
    ------
    UnknownNameError
        If `limits` names an activity that the log does not have.
    FilterError
        If a text is no duration.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.bottlenecks(pm.six_cases()).table
    >>> found[["target", "n", "lost", "share", "saved"]].head(1)
      target  n            lost     share           saved
    0     处理  7 5 days 02:19:00  0.612604 0 days 09:29:00
    """
    asked = BreachLimits.read(log, None if limit == "median" else limit, limits, "bottlenecks")
    if log.n_cases == 0:
        return Bottlenecks.of(log, pd.DataFrame(columns=list(Bottlenecks.COLUMNS)))
    found = lost_times(log, calendar)
    causes = _causes(log, calendar, found)
    frame = ranked(found, causes, asked)
    return Bottlenecks.of(
        log,
        frame,
        waiting_share=float(found.is_waiting.mean()),
        in_working_time=calendar is not None,
        by_median=limit in ("median", None),
        limited=frozenset(asked.nodes),
        note=notes(log, calendar, uses_start=True),
        log=log,
        calendar=calendar,
    )


def _causes(log: EventLog, calendar: WorkCalendar | None, found: LostTimes) -> dict[str, Numbers] | None:
    """Microseconds by cause of every instance, unknown where its start or resource is; None where all are.

    Under `<cause>_chief` those that tell the main cause: in the hours of the resource where there is a calendar.
    """
    if not {"start", "resource"} <= {*log.all_events.columns}:
        return None
    in_hours = calendar is not None
    rows, _ = cause_rows(log, calendar, timedelta(0), in_hours=in_hours)
    place = found.place(rows["case_index"].to_numpy("int64"), rows["position"].to_numpy("int64"))
    sources = {cause: cause for cause in CAUSES}
    sources |= {f"{cause}_chief": f"{cause}_working" if in_hours else cause for cause in CAUSES}
    causes = {}
    for name, column in sources.items():
        causes[name] = np.full(len(found.case), np.nan)
        causes[name][place] = rows[column].to_numpy("float64")
    return causes
