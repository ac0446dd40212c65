"""A scorecard as its owner writes it: versions with dates, bands to points, points of people."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from procmine.core.text.errors import Fault, SpecError, Text
from procmine.core.text.spec import Spec, SpecValueError, text_of
from procmine.core.text.words import Words
from procmine.core.text.yaml_text import read_yaml
from procmine.kpi.scorecards.score_items import Adjustment, Bonus, Indicator, Names, ScoreItem, Veto

_ONE_DAY = timedelta(days=1)
Contradiction = tuple[tuple[str | int, ...], Words, Text]


class Version(Spec):
    """One version of the card and the days on which it holds."""

    version: str = Field(description="its name")
    valid_from: date = Field(description="first day")
    valid_to: date | None = Field(None, description="last day; until the next version where left out")
    indicators: list[Indicator] = Field(min_length=1, description="its indicators; their weights add up to 100 %")
    bonus: list[Bonus] = Field(default_factory=list, description="what adds to the score")
    veto: list[Veto] = Field(default_factory=list, description="what sets the score")

    @property
    def items(self) -> tuple[ScoreItem, ...]:
        """Everything that is looked at."""
        return (*self.indicators, *self.bonus, *self.veto)


class ScoreBand(Spec):
    """From one score (included) to another (excluded): its points."""

    from_: float | None = Field(None, alias="from", description="lower border, included; left out: from the lowest")
    to: float | None = Field(None, description="upper border, excluded; left out: up to the next band")
    points: float = Field(description="points of a case with such a score")
    name: str = Field("", description="what it is called")


class LedgerRules(Spec):
    """Points of people: what counts beside the cases' points, and how many make a promotion."""

    adjustments: list[Adjustment] = Field(
        default_factory=list, description="further points, for example of satisfaction"
    )
    promotion: float | None = Field(None, gt=0, description="points at which a promotion is due")


class Sheet(Spec):
    """A score sheet: one row per case."""

    path: str = Field(description="file, relative to project.yml")
    key: str = Field(description="its column with the case")
    sheet: str | None = Field(None, description="worksheet, where there are several")
    total: str = Field("", description="its column with the total, to be compared with")


class PointsOwner(Spec):
    """Who a case's points go to: an attribute, or whoever did an activity last."""

    attribute: str = Field("", description="attribute of the case")
    did: str = Field("", description="activity: the last one who did it")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.attribute) == bool(self.did):
            raise SpecValueError(Words("写 attribute: 或 did: 之一", "give one of attribute: and did:"))
        return self


class Scorecard(Spec):
    """How every finished case is scored."""

    name: str = Field(description="name of the scorecard")
    owner: str = Field("", description="who keeps it")
    where: dict[str, Names] = Field(default_factory=dict, description="attribute of the case: values of those scored")
    scored_at: str = Field(
        "", description="activity whose last event is the scoring; the closing of the case if left out"
    )
    sheet: Sheet | None = Field(None, description="score sheet with the marks that people give")
    group: str = Field("", description="attribute with the group, for the weekly review")
    person: PointsOwner | None = Field(None, description="who the points go to")
    decimals: int = Field(1, ge=0, le=6, description="decimals of a score")
    bands: list[ScoreBand] = Field(default_factory=list, description="what a score is worth")
    between: Literal["below", "above"] | None = Field(
        None, description="which band a score between two bands belongs to; needed where bands leave room"
    )
    versions: list[Version] = Field(min_length=1, description="its versions, oldest first")
    ledger: LedgerRules = Field(default_factory=LedgerRules, description="points of people")

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a scorecard from a YAML file.

        Raises
        ------
        SpecError
            With all faults of the file at once, each with its line.
        """
        document = read_yaml(text_of(path), path.name)
        card = cls.from_yaml(document)
        faults = [Fault(document.place(place), fault, hint=hint) for place, fault, hint in card.contradictions()]
        if faults:
            raise SpecError(*faults)
        return card

    def version_at(self, day: date) -> Version | None:
        """The version in force on a day; None before the first and after the last."""
        i = bisect_right([one.valid_from for one in self.versions], day) - 1
        if i < 0:
            return None
        found = self.versions[i]
        return None if found.valid_to is not None and day > found.valid_to else found

    @property
    def all_bands(self) -> list[ScoreBand]:
        """Its bands; where the first has a lower border, what lies below it is one as well, worth nothing."""
        is_open = bool(self.bands) and self.bands[0].from_ is not None
        return [ScoreBand(points=0), *self.bands] if is_open else list(self.bands)

    @property
    def band_names(self) -> list[str]:
        """What each of all its bands is called: its name, else its borders.

        Examples
        --------
        >>> from procmine.kpi.scorecards.score_items import Indicator
        >>> bands = [ScoreBand(points=1, **{"from": 60, "to": 75}), ScoreBand(points=2, **{"from": 75})]
        >>> card = Scorecard(name="x", bands=bands, versions=[Version(
        ...     version="v1", valid_from="2026-01-01", indicators=[Indicator(name="a", weight="100 %")])])
        >>> card.band_names
        ['< 60', '60–75', '≥ 75']
        """
        found, bands = [], self.all_bands
        for i, band in enumerate(bands):
            after = bands[i + 1].from_ if i + 1 < len(bands) else None
            end = band.to if band.to is not None else after
            if band.name:
                found.append(band.name)
            elif band.from_ is None:
                found.append("–" if end is None else f"< {end:g}")
            else:
                found.append(f"≥ {band.from_:g}" if end is None else f"{band.from_:g}–{end:g}")
        return found

    @property
    def borders(self) -> list[float]:
        """The lower border of each of all its bands, in order; scores between two bands are with the one that `between` says."""
        found, bands = [], self.all_bands
        for i, band in enumerate(bands):
            low = float("-inf") if band.from_ is None else band.from_
            before = bands[i - 1].to if i else None
            found.append(before if self.between == "above" and before is not None else low)
        return found

    def band_of(self, score: float) -> ScoreBand | None:
        """The band of a score: closed below, open above; None where the card has none.

        Examples
        --------
        >>> from procmine.kpi.scorecards.score_items import Indicator
        >>> bands = [ScoreBand(points=0), ScoreBand(points=2, **{"from": 85, "to": 100}), ScoreBand(points=2.5, **{"from": 101})]
        >>> card = Scorecard(name="x", bands=bands, between="below", versions=[Version(
        ...     version="v1", valid_from="2026-01-01", indicators=[Indicator(name="a", weight="100 %")])])
        >>> [card.band_of(score).points for score in (84.9, 85, 100, 100.9, 101)]
        [0.0, 2.0, 2.0, 2.0, 2.5]
        """
        bands = self.all_bands
        return bands[bisect_right(self.borders, score) - 1] if bands else None

    # ── what cannot be ────────────────────────────────────────────────────────────────────────

    def contradictions(self) -> Iterator[Contradiction]:
        """Where the card contradicts itself: the place in its file, the fault, a hint."""
        for i, version in enumerate(self.versions):
            weights = sum(round(one.weight * 100, 6) for one in version.indicators)
            if round(weights, 6) != 100:
                fault = Words(
                    "版本“{version}”的权重合计 {sum} %，不是 100 %",
                    "the weights of {version!r} add up to {sum} %, not 100 %",
                )
                listed = " + ".join(f"{one.name} {one.weight * 100:g} %" for one in version.indicators)
                yield ("versions", i, "indicators"), fault.filled(version=version.version, sum=f"{weights:g}"), listed
            names = [one.name for one in version.items]
            for name in sorted({name for name in names if names.count(name) > 1}):
                fault = Words("“{name}”在版本“{version}”中出现两次", "{name!r} stands twice in {version!r}")
                yield ("versions", i), fault.filled(name=name, version=version.version), ""
        yield from _dates(self.versions)
        yield from self._bands()

    def _bands(self) -> Iterator[Contradiction]:
        yield from self._named_alike()
        for i, band in enumerate(self.bands):
            if i and band.from_ is None:
                yield ("bands", i), Words("只有第一档可以没有 from:", "only the first band may be without from:"), ""
            if band.to is not None and band.from_ is not None and band.to <= band.from_:
                yield ("bands", i), Words("to 不大于 from", "to: is not above from:"), ""
        for i, (low, high) in enumerate(itertools.pairwise(self.bands), 1):
            if high.from_ is None:
                continue
            end = low.to if low.to is not None else high.from_
            if end > high.from_ or (low.from_ is not None and low.from_ >= high.from_):
                fault = Words("分档重叠：{end} 与 {begin}", "bands overlap: up to {end} and from {begin}")
                hint = Words(
                    "从低到高写，每档从上一档的 to 开始",
                    "write them from low to high, each from where the last one ends",
                )
                yield ("bands", i), fault.filled(end=f"{end:g}", begin=f"{high.from_:g}"), hint
            elif end < high.from_ and self.between is None:
                fault = Words(
                    "{end} 到 {begin} 之间的得分没有归属", "scores between {end} and {begin} belong to no band"
                )
                hint = Words("写 between: below（归较低一档）或 above", "write between: below, or above")
                yield ("bands", i), fault.filled(end=f"{end:g}", begin=f"{high.from_:g}"), hint

    def _named_alike(self) -> Iterator[Contradiction]:
        names, bands = self.band_names, self.all_bands
        for i, band in enumerate(bands):
            twin = names.index(names[i])
            if twin < i and (band.name or bands[twin].name):
                fault = Words("两个档位都叫“{name}”", "two bands are called {name!r}").filled(name=names[i])
                hint = Words("给每一档不同的 name:", "give each band a name: of its own")
                yield ("bands", i - len(bands) + len(self.bands)), fault, hint


def _dates(versions: Sequence[Version]) -> Iterator[Contradiction]:
    """Versions that leave days out, or hold on the same day."""
    seen: set[str] = set()
    for i, version in enumerate(versions):
        if version.version in seen:
            yield (
                ("versions", i, "version"),
                Words("版本“{name}”重复", "the version {name!r} stands twice").filled(name=version.version),
                "",
            )
        seen.add(version.version)
        if version.valid_to is not None and version.valid_to < version.valid_from:
            yield ("versions", i, "valid_to"), Words("valid_to 早于 valid_from", "valid_to lies before valid_from"), ""
    for i, (old, new) in enumerate(itertools.pairwise(versions), 1):
        due = None if old.valid_to is None else old.valid_to + _ONE_DAY
        facts = {"old": old.version, "new": new.version}
        if new.valid_from <= old.valid_from or (due is not None and new.valid_from < due):
            fault = Words("版本“{old}”与“{new}”重叠", "the versions {old!r} and {new!r} overlap").filled(**facts)
            hint = Words(
                "每一天只能有一个版本有效，从旧到新写", "one version holds on each day; write the oldest first"
            )
            yield ("versions", i, "valid_from"), fault, hint
        elif due is not None and new.valid_from > due:
            fault = Words("版本“{old}”与“{new}”之间有空档", "between {old!r} and {new!r} no version holds").filled(
                **facts
            )
            gap = Words("{first} 至 {last}", "from {first} to {last}").filled(first=due, last=new.valid_from - _ONE_DAY)
            yield ("versions", i, "valid_from"), fault, gap
