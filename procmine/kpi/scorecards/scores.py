"""Scores of cases as a result: one row per case, and everything that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from procmine.core.html.fragments import lead_html
from procmine.core.html.places import Place
from procmine.core.result.charted import Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number
from procmine.kpi.scorecards import score_people as people
from procmine.kpi.scorecards import score_views as views
from procmine.kpi.scorecards.loaded_scorecard import Scorecards, chosen_scorecard
from procmine.kpi.scorecards.scorecard import Scorecard
from procmine.kpi.scorecards.scoring import ScoredFrames, score_frames
from procmine.kpi.spec.statistics import DECIMALS, NOISE

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_CASE = Column("text", Words("案例", "Case"))


@dataclass(frozen=True, repr=False, eq=False)
class Scores(Result):
    """The score of every finished case, oldest first.

    Attributes
    ----------
    n_differing
        Scores that differ from the total that the sheet itself gives.
    """

    TITLE: ClassVar[Words] = Words("案例得分", "Scores")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": _CASE,
        "scored_at": Column("time", Words("评分时间", "Scored")),
        "version": Column("text", Words("评分卡版本", "Version"), Words("评分当日有效的版本", "in force on the day of the score")),
        "score": Column("number", Words("得分", "Score"), Words("100 分制，加分后可超过", "of 100, with extras beyond")),
        "band": Column("text", Words("档位", "Band")),
        "points": Column("number", Words("积分", "Points")),
        "group": Column("text", Words("组", "Group")),
        "person": Column("text", Words("积分归属", "Points go to")),
        "vetoed": Column("flag", Words("一票否决", "Veto")),
    }  # fmt: skip

    frames: ScoredFrames | None = None
    card: Scorecard | None = None
    n_differing: int = 0

    @property
    def n_unscored(self) -> int:
        """Finished cases without a score."""
        return 0 if self.frames is None else len(self.frames.unscored)

    @property
    def scalars(self) -> dict[str, Any]:
        """How many cases are scored, and the middle of the scores at first and at last."""
        months = self.distribution.table
        known = len(months) > 0
        return {
            "n_scored": len(self.table),
            "n_unscored": self.n_unscored,
            "n_differing": self.n_differing,
            "first_median": float(months["median"].iloc[0]) if known else None,
            "last_median": float(months["median"].iloc[-1]) if known else None,
            "points": round(float(self.table["points"].sum()), DECIMALS),
        }

    @property
    def sentence(self) -> str:
        """Where most scores lay at first and at last."""
        if self.table.empty:
            return Words("没有已评分的案例。", "No case is scored.").say(self.language) + self._gaps()
        first, last = (self.distribution.table.iloc[i] for i in (0, -1))
        text = Words(
            "{n} 个案例有得分：一半落在 {a}–{b}（{then}），最近为 {c}–{d}（{now}）。",
            "{n} cases are scored: half of them between {a} and {b} ({then}), lately between {c} and {d} ({now}).",
        ).filled(
            n=write_number(len(self.table)),
            then=f"{first['period']:%Y-%m}",
            now=f"{last['period']:%Y-%m}",
            **{
                key: write_number(row[name], 1)
                for key, row, name in (("a", first, "p25"), ("b", first, "p75"), ("c", last, "p25"), ("d", last, "p75"))
            },
        )
        return text.say(self.language) + self._gaps()

    def _gaps(self) -> str:
        parts = []
        if self.n_unscored:
            parts.append(
                Words("{n} 个已完成的案例没有得分。", " {n} finished cases have no score.").filled(
                    n=write_number(self.n_unscored)
                )
            )
        if self.n_differing:
            parts.append(
                Words("{n} 个得分与评分表的总分不同。", " {n} scores differ from the total in the sheet.").filled(
                    n=write_number(self.n_differing)
                )
            )
        return "".join(one.say(self.language) for one in parts)

    def html_in(self, place: Place) -> str:
        """The ledger, the newest review of every group, and the scores."""
        if self.frames is None or self.table.empty:
            return super().html_in(place)
        shown: dict[str, Result] = {".ledger": self.ledger}
        shown |= {f".review({group!r})": self.review(group) for group in sorted(set(self.weeks.table["group"]))}
        parts = "".join(
            f"<h3>{escape(part.title)}</h3>{part.html_in(place.inside(way))}"
            for way, part in shown.items()
            if len(part.table)
        )
        return lead_html(self.sentence) + parts + f"<h3>{escape(self.title)}</h3>" + self.table_html(place)

    # ── parts ─────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def distribution(self) -> views.Distribution:
        """Scores by month."""
        return views.distribution(self, self.card)

    @cached_property
    def ledger(self) -> people.PointsLedger:
        """Points of people."""
        return people.ledger(self, self.frames, self.card)

    @cached_property
    def items(self) -> views.Items:
        """What each item added to each score."""
        return views.items(self, self.frames, self.table["case_id"])

    @cached_property
    def weeks(self) -> people.Weeks:
        """Scores by week and group."""
        return people.weeks(self, self.frames)

    @property
    def parts(self) -> dict[str, Result]:
        """Distribution over time, bands, weeks, ledger with its entries, items of all cases, cases without a score."""
        if self.frames is None:
            return {}
        return {
            "distribution": self.distribution,
            "bands": views.bands(self, self.card),
            "weeks": self.weeks,
            "ledger": self.ledger,
            "ledger_entries": self.ledger.entries,
            "items": self.items,
            "unscored": views.unscored(self, self.frames),
        }  # fmt: skip

    def explain(self, case_id: str) -> views.Items:
        """The score of one case, item by item.

        Raises
        ------
        UnknownNameError
            If the case has no score.
        """
        if case_id not in set(self.table["case_id"]):
            known = self.table["case_id"].tolist()
            raise UnknownNameError.among(Words("已评分的案例", "scored case"), [case_id], known, "explain")
        return views.items(self, self.frames, [case_id])

    def review(self, group: str | None = None, week: str | None = None) -> people.Review:
        """The page of a weekly review: the scored cases of one group in one week, the latest if none is named.

        Parameters
        ----------
        group
            The group; the first by name if left out.
        week
            Any day of the week, for example 2026-02-27.

        Raises
        ------
        UnknownNameError
            If there is no such group, or no case of it was scored in that week.
        """
        return people.review(self, self.frames, self.card, group, week)


def score_cases(log: EventLog, scorecards: Scorecards, *, version: str | None = None) -> Scores:
    """Score every finished case under a scorecard.

    The score is the sum of the indicators' marks by their weights, and what bonus items add, halves rounded
    up; a veto sets it, the lowest of several. Each case is scored by the version in force on the day it was
    scored (else closed); its points are those of its band, closed below and open above.

    Parameters
    ----------
    scorecards
        A project's scorecards, of which the first is used, or one.
    version
        Score all cases under this version instead: what if.

    Raises
    ------
    MissingDataError
        If there is no scorecard, or the project does not say when a case is complete.
    ExportError
        If the score sheet tells of an unknown case.
    SpecError, UnknownNameError
        If the card names what the log does not have, or there is no such version.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.kpi.scorecards.scorecard import Scorecard
    >>> card = Scorecard.model_validate({"name": "卡", "bands": [{"points": 0}, {"from": 60, "points": 1}], "versions": [
    ...     {"version": "v1", "valid_from": "2026-01-01", "indicators": [
    ...         {"name": "快", "weight": "60 %", "measure": {"measure": "throughput"},
    ...          "steps": [{"when": "<= 1 d", "mark": 100}, {"mark": 50}]},
    ...         {"name": "顺", "weight": "40 %", "measure": {"measure": "handovers"},
    ...          "steps": [{"when": "<= 2", "mark": 100}, {"mark": 0}]}]}]})
    >>> pm.score_cases(pm.six_cases(), card).table[["case_id", "score", "points"]].values.tolist()
    [['C1', 100.0, 1.0], ['C2', 30.0, 0.0], ['C5', 100.0, 1.0], ['C3', 30.0, 0.0], ['C4', 70.0, 1.0]]
    """
    loaded = chosen_scorecard(log, scorecards)
    if log.n_cases == 0:
        return Scores.of(log, pd.DataFrame(columns=list(Scores.COLUMNS)), card=loaded.card)
    frames = score_frames(log, loaded, version)
    cases = frames.cases
    cases = cases.assign(scored_at=pd.to_datetime(cases["at"], unit="us"), vetoed=cases["is_vetoed"])
    is_given = cases["sheet_total"].notna() & (version is None)
    differing = is_given & ((cases["sheet_total"] - cases["score"]).abs() > 10**-loaded.card.decimals / 2 + NOISE)
    return Scores.of(log, cases, frames=frames, card=loaded.card, n_differing=int(differing.sum()))


@dataclass(frozen=True, repr=False, eq=False)
class Rescored(Result):
    """Cases under another version of the card, those that lose most points first."""

    TITLE: ClassVar[Words] = Words("换版重算", "Scores under another version")
    LIMIT: ClassVar[int] = 20
    CHART: ClassVar[Chart | None] = Spread("change")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": _CASE,
        "version": Column("text", Words("原版本", "Version then")),
        "score": Column("number", Words("原得分", "Score then")),
        "new_score": Column("number", Words("新得分", "New score")),
        "points": Column("number", Words("原积分", "Points then")),
        "new_points": Column("number", Words("新积分", "New points")),
        "change": Column("number", Words("得分变化", "Change of score")),
    }

    version: str = ""
    n_lost: int = 0

    @property
    def sentence(self) -> str:
        """What the other version would have meant."""
        if self.table.empty:
            return ""
        text = Words(
            "若全部按 {version} 评分：得分平均变化 {change}，积分合计 {old} → {new}；{n} 个案例缺少该版本的指标，未能重算。",
            "Had all been scored by {version}: mean change of score {change}, points in all {old} → {new}; {n} cases lack its "
            "indicators and are left out.",
        )
        return text.filled(
            version=self.version,
            change=f"{self.table['change'].mean():+.1f}",
            old=write_number(self.table["points"].sum(), 1),
            new=write_number(self.table["new_points"].sum(), 1),
            n=write_number(self.n_lost),
        ).say(self.language)


def rescore_cases(log: EventLog, scorecards: Scorecards, *, version: str | None = None) -> Rescored:
    """What if every case had been scored under one version: the newest if none is named.

    An indicator that a case was not judged by is taken from the columns under `instead:`; a case that
    lacks one even so is left out and counted. See `score_cases` for an example of a scorecard.

    Raises
    ------
    UnknownNameError
        If there is no such version.
    """
    loaded = chosen_scorecard(log, scorecards)
    wanted = version or loaded.card.versions[-1].version
    old, new = score_cases(log, loaded), score_cases(log, loaded, version=wanted)
    table: pd.DataFrame = old.table.merge(new.table, on="case_id", suffixes=("", "_new"))
    table = table.rename(columns={"score_new": "new_score", "points_new": "new_points"})
    table["change"] = (table["new_score"] - table["score"]).round(DECIMALS)
    table = table.sort_values(["change", "case_id"], kind="stable")
    return Rescored.of(log, table, version=wanted, n_lost=len(old.table) - len(table))
