"""Scores by week and group for the review, and the points of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from procmine.core.log.periods import periods_of
from procmine.core.result.charted import Bars, Chart, Lines, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number
from procmine.kpi.scorecards.score_views import CASE, POINTS, SCORE, N, view
from procmine.kpi.spec.statistics import DECIMALS

if TYPE_CHECKING:
    from procmine.kpi.scorecards.scorecard import Scorecard
    from procmine.kpi.scorecards.scoring import ScoredFrames

_GROUP = Column("text", Words("组", "Group"))
_PERSON = Column("text", Words("人员", "Person"))


# ── the weekly review ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False, eq=False)
class Weeks(Result):
    """Scores by week and group, newest first; change is against the group's week before that had scores."""

    TITLE: ClassVar[Words] = Words("每周得分", "Scores by week")
    CHART: ClassVar[Chart | None] = Lines("week", "mean", "group")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "week": Column("date", Words("周", "Week"), Words("周一", "its Monday")),
        "group": _GROUP,
        "n_cases": N,
        "mean": Column("number", Words("平均得分", "Mean score")),
        "change": Column("number", Words("较前一周", "Against the week before")),
        "points": POINTS,
        "weakest": Column("text", Words("失分最多的指标", "Item that costs most")),
    }


def weeks(scores: Result, frames: ScoredFrames | None) -> Weeks:
    """Mean score, points and the weakest indicator of every group and week."""
    table = scores.table.assign(week=periods_of(scores.table["scored_at"], "week").to_numpy())
    table["group"] = table["group"].fillna("–")
    by = table.groupby(["group", "week"], sort=True)
    frame = by.agg(n_cases=("score", "size"), mean=("score", "mean"), points=("points", "sum")).reset_index()
    frame["points"] = frame["points"].round(DECIMALS)
    frame["change"] = frame.groupby("group")["mean"].diff()
    lost = _lost(_items(scores, frames)).merge(table[["case_id", "group", "week"]], on="case_id")
    worst = lost.groupby(["group", "week", "item"])["lost"].sum().reset_index()
    worst = worst.sort_values(["lost", "item"], ascending=[False, True]).drop_duplicates(["group", "week"])
    frame = frame.merge(
        worst.rename(columns={"item": "weakest"})[["group", "week", "weakest"]], how="left", on=["group", "week"]
    )
    frame = frame.sort_values(["week", "group"], ascending=[False, True])
    return view(scores, Weeks, frame)


def _items(scores: Result, frames: ScoredFrames | None) -> pd.DataFrame:
    return frames.items if frames else scores.table.assign(item="", kind="", mark=0.0, weight=0.0)


def _short(items: pd.DataFrame) -> pd.Series:
    """How far each item falls short of its full weight."""
    return (100 - items["mark"]) * items["weight"].fillna(1)


def _lost(items: pd.DataFrame) -> pd.DataFrame:
    """What costs each case points: indicators short of their full weight, bonus items that take off – or its veto alone."""
    lost = items.assign(lost=_short(items).where(items["kind"] != "bonus", -items["mark"]).round(DECIMALS))
    is_veto = lost["kind"] == "veto"
    counts = is_veto | ~lost["case_id"].isin(lost.loc[is_veto, "case_id"])
    return lost[counts & (lost["lost"] > 0)]


@dataclass(frozen=True, repr=False, eq=False)
class Review(Result):
    """The scored cases of one group in one week, lowest score first, with what cost each most."""

    TITLE: ClassVar[Words] = Words("周回顾", "Weekly review")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("score")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": CASE,
        "person": _PERSON,
        "score": SCORE,
        "points": POINTS,
        "best": Column("text", Words("最好的指标", "Best item")),
        "weakest": Column("text", Words("失分最多", "Costs most")),
        "lost": Column("number", Words("失分", "Points lost"), Words("离满分的差距", "what it falls short of full marks")),
        "next_band": Column("number", Words("离上一档", "To the next band"), Words("还差的分数", "what is missing in score")),
    }  # fmt: skip

    group: str = ""
    week: str = ""
    row: Mapping[str, Any] | None = None

    @property
    def sentence(self) -> str:
        """How the week went, against the week before."""
        if self.row is None:
            return ""
        text = Words(
            "{group}，{week} 起的一周：{n} 个案例，平均 {mean} 分{change}；{most}。",
            "{group}, week of {week}: {n} cases, mean score {mean}{change}; {most}.",
        )
        weakest = self.row["weakest"]
        most = Words("失分最多的是“{item}”", "most is lost at {item}").filled(item=weakest)
        if not isinstance(weakest, str):
            most = Words("没有失分", "nothing is lost")
        change = self.row["change"]
        moved = "" if change != change else f"（{change:+.1f}）" if self.language == "zh" else f" ({change:+.1f})"  # noqa: PLR0124
        return text.filled(
            group=self.group,
            week=self.week,
            n=len(self.table),
            mean=f"{self.row['mean']:.1f}",
            change=moved,
            most=most,
        ).say(self.language)


def review(
    scores: Result, frames: ScoredFrames | None, card: Scorecard | None, group: str | None, week: str | None
) -> Review:
    """One group's week: see `Scores.review`."""
    all_weeks = weeks(scores, frames).table
    if all_weeks.empty:
        return view(scores, Review, pd.DataFrame(columns=list(Review.COLUMNS)))
    name = group if group is not None else min(all_weeks["group"])
    mine = all_weeks[all_weeks["group"] == name]
    if mine.empty:
        raise UnknownNameError.among(Words("组", "group"), [name], sorted(set(all_weeks["group"])), "review")
    day = mine["week"].iloc[0] if week is None else pd.Timestamp(week).to_period("W-SUN").start_time
    known = [f"{one:%Y-%m-%d}" for one in mine["week"]]
    if day not in set(mine["week"]):
        raise UnknownNameError.among(Words("有得分的周", "week with scores"), [f"{day:%Y-%m-%d}"], known, "review")
    table = scores.table
    here = (periods_of(table["scored_at"], "week") == day).to_numpy() & (table["group"].fillna("–") == name).to_numpy()
    row = mine[mine["week"] == day].iloc[0].to_dict()
    return view(
        scores,
        Review,
        _reviewed(_items(scores, frames), card, table[here]),
        group=name,
        week=f"{day:%Y-%m-%d}",
        row=row,
    )


def _reviewed(items: pd.DataFrame, card: Scorecard | None, cases: pd.DataFrame) -> pd.DataFrame:
    items = items[items["case_id"].isin(cases["case_id"])]
    lost = _lost(items).sort_values(["lost", "item"], ascending=[False, True])
    worst = lost.drop_duplicates("case_id").set_index("case_id")
    borders = card.borders if card else []
    frame = cases.assign(
        weakest=cases["case_id"].map(worst["item"]),
        lost=cases["case_id"].map(worst["lost"]).fillna(0.0),
        best=cases["case_id"].map(_best(items)),
        next_band=[
            min((round(border - score, DECIMALS) for border in borders if border > score), default=float("nan"))
            for score in cases["score"]
        ],
    )
    return frame.sort_values(["score", "case_id"])


def _best(items: pd.DataFrame) -> pd.Series:
    """The indicator of each case that falls least short of its full weight."""
    mine = items[items["kind"] == "indicator"]
    mine = mine.assign(lost=_short(mine)).sort_values(["lost", "item"], ascending=[False, True])
    return mine.drop_duplicates("case_id", keep="last").set_index("case_id")["item"]


# ── points of people ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False, eq=False)
class PointsLedger(Result):
    """Points of people, most first."""

    TITLE: ClassVar[Words] = Words("积分台账", "Points of people")
    CHART: ClassVar[Chart | None] = Bars(("person",), "points")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "person": _PERSON,
        "group": _GROUP,
        "n_cases": N,
        "mean_score": Column("number", Words("平均得分", "Mean score")),
        "case_points": Column("number", Words("案例积分", "Points of cases")),
        "adjusted": Column("number", Words("加减项", "Adjustments"), Words("满意度、服务等", "satisfaction, service and so on")),
        "points": Column("number", Words("积分合计", "Points in all")),
        "missing": Column("number", Words("距晋级", "To promotion"), Words("还差的积分", "points still missing")),
        "promoted_on": Column("date", Words("达到晋级", "Promotion due"), Words("积分达到晋级线的日期", "day on which the points sufficed")),
    }  # fmt: skip

    entries: LedgerEntries = None  # type: ignore[assignment]

    @property
    def sentence(self) -> str:
        """Who leads, and how many are due for promotion."""
        if self.table.empty:
            return ""
        top, n = self.table.iloc[0], int(self.table["promoted_on"].notna().sum())
        text = Words(
            "积分最高的是{person}（{points}）；{n} 人达到晋级线。",
            "{person} has the most points ({points}); {n} people are due for promotion.",
        )
        return text.filled(person=top["person"], points=write_number(top["points"], 1), n=n).say(self.language)


@dataclass(frozen=True, repr=False, eq=False)
class LedgerEntries(Result):
    """Every entry of the ledger, person by person, oldest first, with the running total."""

    TITLE: ClassVar[Words] = Words("积分明细", "Entries of the ledger")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Lines("scored_at", "score", "person")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "person": _PERSON,
        "scored_at": Column("time", Words("时间", "At")),
        "case_id": CASE,
        "score": SCORE,
        "case_points": Column("number", Words("案例积分", "Points of the case")),
        "adjusted": Column("number", Words("加减项", "Adjustments")),
        "total": Column("number", Words("累计", "Running total")),
    }


def ledger(scores: Result, frames: ScoredFrames | None, card: Scorecard | None) -> PointsLedger:
    """Points of every person: those of their cases, adjustments, and when they sufficed for a promotion."""
    cases = frames.cases if frames else None
    if cases is None or cases["person"].isna().all():
        none = view(scores, LedgerEntries, pd.DataFrame(columns=list(LedgerEntries.COLUMNS)))
        return view(scores, PointsLedger, pd.DataFrame(columns=list(PointsLedger.COLUMNS)), entries=none)
    table = cases[cases["person"].notna()].rename(columns={"points": "case_points"})
    table = table.sort_values(["person", "at", "case_id"], kind="stable")
    table["total"] = (table["case_points"] + table["adjusted"]).groupby(table["person"]).cumsum().round(DECIMALS)
    table["scored_at"] = pd.to_datetime(table["at"], unit="us")
    by = table.groupby("person", sort=True)
    frame = by.agg(
        group=("group", "first"),
        n_cases=("score", "size"),
        mean_score=("score", "mean"),
        case_points=("case_points", "sum"),
        adjusted=("adjusted", "sum"),
    )
    frame = frame.reset_index()
    frame["points"] = frame["case_points"] + frame["adjusted"]
    frame = frame.round(dict.fromkeys(("case_points", "adjusted", "points"), DECIMALS))
    line = card.ledger.promotion if card else None
    local = table["scored_at"].dt.tz_localize("UTC").dt.tz_convert(scores.zone).dt.tz_localize(None).dt.normalize()
    reached = table.assign(day=local)[table["total"] >= (line or float("inf"))].groupby("person")["day"].min()
    frame["promoted_on"] = pd.to_datetime(reached.reindex(frame["person"]).to_numpy())
    frame["missing"] = (line - frame["points"]).clip(lower=0).round(DECIMALS) if line else float("nan")
    frame = frame.sort_values(["points", "person"], ascending=[False, True])
    return view(scores, PointsLedger, frame, entries=view(scores, LedgerEntries, table))
