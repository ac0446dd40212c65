"""What follows from scores: distribution over time, bands, weekly review, points of people, explanations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pandas as pd

from procmine.core.log.periods import periods_of
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result, typed
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    from procmine.kpi.scorecards.scorecard import Scorecard
    from procmine.kpi.scorecards.scoring import ScoredFrames

_View = TypeVar("_View", bound=Result)
CASE = Column("text", Words("案例", "Case"))
SCORE = Column("number", Words("得分", "Score"))
POINTS = Column("number", Words("积分", "Points"))
N = Column("count", Words("案例", "Cases"))
ITEM_KINDS: dict[str, Words] = {
    "indicator": Words("指标", "indicator"),
    "bonus": Words("加分项", "bonus"),
    "veto": Words("一票否决", "veto"),
}
SHARES = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}


def view(scores: Result, kind: type[_View], frame: pd.DataFrame, /, **more: Any) -> _View:
    """A view in the language and zone of the scores."""
    table = typed(frame, kind.COLUMNS, scores.zone)
    return kind(table=table, language=scores.language, zone=scores.zone, case_link=scores.case_link, **more)


# ── over time ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False, eq=False)
class Distribution(Result):
    """Scores by the month in which they were given."""

    TITLE: ClassVar[Words] = Words("得分分布", "Distribution of scores")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "period": Column("date", Words("月份", "Month"), Words("第一天", "its first day")),
        "n_cases": N,
        **{
            name: Column("number", Words({"median": "中位"}.get(name, name.upper()), name.capitalize()))
            for name in SHARES
        },
        "mean": Column("number", Words("平均", "Mean")),
    }

    scores: pd.DataFrame | None = None
    borders: tuple[float, ...] = ()

    @property
    def sentence(self) -> str:
        """How the middle half of the scores moved."""
        if self.table.empty:
            return ""
        first, last = (self.table.iloc[i] for i in (0, -1))
        text = Words(
            "中间一半的得分由 {a}–{b} 移到 {c}–{d}。", "The middle half of the scores moved from {a}–{b} to {c}–{d}."
        )
        cells = (("a", first, "p25"), ("b", first, "p75"), ("c", last, "p25"), ("d", last, "p75"))
        return text.filled(**{key: write_number(row[name]) for key, row, name in cells}).say(self.language)


def distribution(scores: Result, card: Scorecard | None) -> Distribution:
    """Scores by month: their quantiles and mean."""
    table = scores.table
    period = periods_of(table["scored_at"], "month")
    by = table.groupby(period)["score"]
    frame = by.agg(n_cases="size", mean="mean", **{name: _quantile(share) for name, share in SHARES.items()})
    frame = frame.rename_axis("period").reset_index()
    borders = tuple(border for border in card.borders if border > float("-inf")) if card else ()
    return view(scores, Distribution, frame, scores=table.assign(period=period.to_numpy()), borders=borders)


def _quantile(share: float) -> Any:
    return lambda values: values.quantile(share)


@dataclass(frozen=True, repr=False, eq=False)
class Bands(Result):
    """How many of a month's cases are in each band."""

    TITLE: ClassVar[Words] = Words("各档占比", "Scores by band")
    CHART: ClassVar[Chart | None] = Bars(("period", "band"), "n_cases")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "period": Column("date", Words("月份", "Month")),
        "band": Column("text", Words("档位", "Band")),
        "points": POINTS,
        "n_cases": N,
        "share": Column("share", Words("占比", "Share")),
    }


def bands(scores: Result, card: Scorecard | None) -> Bands:
    """Cases by month and band; bands without cases have a row as well."""
    table = scores.table
    names = card.band_names if card else []
    points = {name: band.points for name, band in zip(names, card.all_bands if card else [], strict=True)}
    period = periods_of(table["scored_at"], "month")
    counts = pd.crosstab(period, table["band"]).reindex(columns=names, fill_value=0) if len(table) else None
    rows = [] if counts is None else [
        (month, name, points[name], int(n), n / max(int(row.sum()), 1)) for month, row in counts.iterrows() for name, n in row.items()
    ]  # fmt: skip
    return view(scores, Bands, pd.DataFrame(rows, columns=list(Bands.COLUMNS)))


# ── explanations ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False, eq=False)
class Items(Result):
    """Scores item by item: mark × weight, what bonus items add, what a veto sets."""

    TITLE: ClassVar[Words] = Words("得分明细", "Scores item by item")
    LIMIT: ClassVar[int] = 100
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": CASE,
        "item": Column("text", Words("项目", "Item")),
        "kind": Column("text", Words("类型", "Kind"), words=ITEM_KINDS),
        "mark": Column("number", Words("评分", "Mark")),
        "weight": Column("share", Words("权重", "Weight")),
        "points": Column("number", Words("计入得分", "Adds to the score")),
    }

    explanation: str = ""

    @property
    def sentence(self) -> str:
        """How the score of one case comes about; nothing for many."""
        return self.explanation


def items(scores: Result, frames: ScoredFrames | None, cases: Collection[str]) -> Items:
    """What each item added to the scores of some cases."""
    if frames is None:
        return view(scores, Items, pd.DataFrame(columns=list(Items.COLUMNS)))
    wanted = list(cases)
    place = {case: i for i, case in enumerate(wanted)}
    mine = frames.items
    mine = mine[mine["case_id"].isin(place) & mine["mark"].notna()]
    mine = mine.assign(order=mine["case_id"].map(place)).sort_values("order", kind="stable")
    return view(scores, Items, mine, explanation=_explained(scores, wanted[0]) if len(wanted) == 1 else "")


def _explained(scores: Result, case: str) -> str:
    row = scores.table[scores.table["case_id"] == case].iloc[0]
    text = Words(
        "案例 {case}：按 {version} 得 {score} 分，积分 {points}（{band}）。",
        "Case {case}: {score} by {version}, {points} points ({band}).",
    )
    return text.filled(
        case=case,
        version=row["version"],
        score=f"{row['score']:g}",
        points=f"{row['points']:g}",
        band=row["band"] or "–",
    ).say(scores.language)


@dataclass(frozen=True, repr=False, eq=False)
class Unscored(Result):
    """Finished cases without a score, and why."""

    TITLE: ClassVar[Words] = Words("没有得分的案例", "Cases without a score")
    LIMIT: ClassVar[int] = 100
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": CASE,
        "scored_at": Column("time", Words("评分或关闭时间", "Scored or closed")),
        "version": Column("text", Words("评分卡版本", "Version")),
        "reason": Column("text", Words("原因", "Reason")),
    }


def unscored(scores: Result, frames: ScoredFrames | None) -> Unscored:
    """The finished cases that could not be scored."""
    if frames is None:
        return view(scores, Unscored, pd.DataFrame(columns=list(Unscored.COLUMNS)))
    scored_at = pd.to_datetime(frames.unscored["at"], unit="us")
    return view(scores, Unscored, frames.unscored.assign(scored_at=scored_at))
