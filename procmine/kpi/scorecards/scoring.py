"""The score of every case: the version in force, its marks item by item, band, points and person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, joined
from procmine.kpi.measures.measure_facts import NEVER, MeasureFacts
from procmine.kpi.scorecards.loaded_scorecard import LoadedScorecard
from procmine.kpi.scorecards.marking import Marking
from procmine.kpi.scorecards.scorecard import Version
from procmine.kpi.spec.statistics import half_up

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_MISSING = Words("缺少“{names}”", "{names} not given")
_NO_VERSION = Words("当日没有有效的版本", "no version held on that day")
_NO_MARKS = Words("评分表中没有该案例", "not in the score sheet")


def score_frames(log: EventLog, loaded: LoadedScorecard, version: str | None = None) -> ScoredFrames:
    """Score the finished cases of a log, each by the version in force when it was scored – or all by one.

    Raises
    ------
    SpecError
        If there is no such version, or the card names an activity or attribute that the log does not have.
    ExportError
        If the sheet tells of a case that the log does not have.
    """
    return _Scoring(log, loaded).run(version)


class _Scoring:
    def __init__(self, log: EventLog, loaded: LoadedScorecard) -> None:
        self.log, self.card, self.sheet = log, loaded.card, loaded.sheet
        self.facts = MeasureFacts(log, loaded.settings)
        self.marking = Marking(self.facts, loaded.sheet)
        loaded.check(self.facts)

    def run(self, version: str | None) -> ScoredFrames:
        forced = None if version is None else self._version(version)
        cases = self._finished()
        days = pd.to_datetime(cases["at"], unit="us").dt.tz_localize("UTC").dt.tz_convert(self.log.zone).dt.date
        held = [forced or self.card.version_at(day) for day in days]
        cases["version"] = [one.version if one else "" for one in held]
        parts = [
            self._by(one, cases[np.array([own is one for own in held], bool)], is_whatif=forced is not None)
            for one in self.card.versions
        ]
        whole = pd.concat([part[0] for part in parts])
        items = pd.concat([part[1] for part in parts])
        missing = cases[cases["version"] == ""].assign(reason=_NO_VERSION.say(self.log.language))
        unscored = pd.concat([*(part[2] for part in parts), missing])
        order = ["at", "case_id"]
        return ScoredFrames(
            self._with_points(whole.sort_values(order)),
            items.reset_index(drop=True),
            unscored.sort_values(order).reset_index(drop=True),
        )

    # ── what is scored, and when ──────────────────────────────────────────────────────────────

    def _finished(self) -> pd.DataFrame:
        """The cases that reached the scoring, with its moment in µs."""
        cases = self.facts.cases
        for name, values in self.card.where.items():
            cases = cases[self.facts.attribute(name).reindex(cases.index).isin(values)]
        if self.card.scored_at:
            _, at = self.facts.first(self.facts.activities_of([self.card.scored_at]), cases, last=True)
            done = cases.assign(at=at)
            if self.log.knows_states:
                done = done[done["state"] == "complete"]
            done = done[done["at"] < NEVER]
        else:
            self.facts.require_states()
            done = cases[cases["state"] == "complete"]
            done = done.assign(at=done["end"])
        return done[["case_id", "at"]].rename_axis("case_index").reset_index()

    def _version(self, name: str) -> Version:
        known = [one.version for one in self.card.versions]
        if name not in known:
            raise UnknownNameError.among(Words("评分卡版本", "version of the scorecard"), [name], known, self.card.name)
        return self.card.versions[known.index(name)]

    # ── one version ───────────────────────────────────────────────────────────────────────────

    def _by(self, version: Version, cases: pd.DataFrame, *, is_whatif: bool) -> tuple[Any, Any, Any]:
        cases = cases.assign(version=version.version)
        marks = {one.name: self.marking.marks(one, cases, is_whatif=is_whatif) for one in version.indicators}
        extra = {one.name: self.marking.bonus(one, cases) for one in version.bonus}
        sets = {one.name: np.where(self.marking.fulfilled(one, cases), one.score, np.nan) for one in version.veto}
        sums = sum(round(one.weight * 100, 6) * marks[one.name] for one in version.indicators) / 100
        sums = sums + sum(np.nan_to_num(one) for one in extra.values())
        lowest = np.fmin.reduce([np.full(len(cases), np.nan), *sets.values()])
        is_vetoed = ~np.isnan(lowest)
        known = is_vetoed | ~np.isnan(sums)
        scored = cases.assign(score=np.where(is_vetoed, lowest, half_up(sums, self.card.decimals)), is_vetoed=is_vetoed)
        parts = [
            *((one.name, "indicator", marks[one.name], one.weight) for one in version.indicators),
            *((name, "bonus", values, np.nan) for name, values in extra.items()),
            *((name, "veto", values, np.nan) for name, values in sets.items()),
        ]
        items = pd.concat(
            [_item(scored[known], name, kind, values[known], weight) for name, kind, values, weight in parts]
        )
        return scored[known], items, self._unscored(cases[~known], {name: mark[~known] for name, mark in marks.items()})

    def _unscored(self, cases: pd.DataFrame, marks: dict[str, np.ndarray]) -> pd.DataFrame:
        language = self.log.language
        reasons = []
        for i in range(len(cases)):
            absent = [name for name, mark in marks.items() if np.isnan(mark[i])]
            everything = len(absent) == len(marks) and self.sheet is not None
            reasons.append((_NO_MARKS if everything else _MISSING.filled(names=joined(absent))).say(language))
        return cases.assign(reason=reasons)

    # ── points ────────────────────────────────────────────────────────────────────────────────

    def _with_points(self, cases: pd.DataFrame) -> pd.DataFrame:
        """Band, points, group and person; what the sheet itself says; what adjusts the person's points."""
        names, points = self.card.band_names or [""], [band.points for band in self.card.all_bands] or [0.0]
        place = np.searchsorted(self.card.borders, cases["score"], side="right") - 1
        mine = cases.set_index("case_index")
        group = self.facts.attribute(self.card.group).reindex(mine.index).to_numpy() if self.card.group else None
        total = self.card.sheet.total if self.card.sheet else ""
        adjusted = np.zeros(len(cases))
        for one in self.card.ledger.adjustments:
            adjusted += np.where(self.marking.fulfilled(one, cases), one.points, 0.0)
        return cases.assign(
            band=np.array(names, object)[place],
            points=np.array(points)[place],
            group=group,
            person=self._people(mine),
            adjusted=adjusted,
            sheet_total=self.marking.column(total, cases) if total else np.nan,
        ).reset_index(drop=True)

    def _people(self, cases: pd.DataFrame) -> Any:
        who = self.card.person
        if who is None:
            return None
        if who.attribute:
            return self.facts.attribute(who.attribute).reindex(cases.index).to_numpy()
        self.log.require("resource", Words("个人积分", "Points of people"))
        events = self.log.events.filter(self.log.events.activity.isin(self.facts.activities_of([who.did])))
        last = events.group_by("case_index").aggregate(person=events.resource.argmax(events.position))
        return fetch(last).set_index("case_index")["person"].reindex(cases.index).to_numpy()


def _item(cases: pd.DataFrame, name: str, kind: str, marks: np.ndarray, weight: float) -> pd.DataFrame:
    """What an item says of the cases that it says something of."""
    is_given = ~np.isnan(marks)
    ids, marks = cases["case_id"].to_numpy()[is_given], marks[is_given]
    points = round(weight * 100, 6) * marks / 100 if kind == "indicator" else marks if kind == "bonus" else marks * 0.0
    return pd.DataFrame({"case_id": ids, "item": name, "kind": kind, "mark": marks, "weight": weight, "points": points})


@dataclass(frozen=True, eq=False)
class ScoredFrames:
    """Every finished case under one card.

    Attributes
    ----------
    cases
        case_index, case_id, at (naive UTC), version, score, band, points, is_vetoed, group, person.
    items
        case_id, item, kind, mark, weight, points: what each item added to each score.
    unscored
        case_id, at, version, reason.
    """

    cases: pd.DataFrame
    items: pd.DataFrame
    unscored: pd.DataFrame
