"""A scorecard with what it is applied with, and the check that it names what there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from procmine.core.text.errors import Fault, MissingDataError, SpecError, did_you_mean
from procmine.core.text.spec import text_of
from procmine.core.text.words import Words
from procmine.core.text.yaml_text import read_yaml
from procmine.kpi.measures.measure_facts import MeasureFacts, MeasureSettings
from procmine.kpi.scorecards.score_items import ScoreItem
from procmine.kpi.scorecards.score_sheet import ScoreSheet
from procmine.kpi.scorecards.scorecard import Scorecard
from procmine.kpi.spec.kpi import Place

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog
    from procmine.core.text.yaml_text import YamlText


@dataclass(frozen=True)
class LoadedScorecard:
    """A scorecard with its sheet, what its measures are measured by, and the file it stands in."""

    card: Scorecard
    sheet: ScoreSheet | None = None
    settings: MeasureSettings = field(default_factory=MeasureSettings)
    document: YamlText | None = None

    @classmethod
    def open(cls, path: Path, folder: Path, settings: MeasureSettings) -> Self:
        """Read a scorecard and the sheet it names.

        Raises
        ------
        SpecError
            If the file has faults: all of them at once, each with its line.
        ExportError
            If the sheet has.
        """
        card = Scorecard.open(path)
        return cls(card, ScoreSheet.read(card, folder), settings, read_yaml(text_of(path), path.name))

    def check(self, facts: MeasureFacts) -> None:
        """Make sure that the card agrees with itself and the log: activities, attributes and values, cases of the sheet.

        Raises
        ------
        SpecError
            If the card contradicts itself or names what there is not: all faults at once, each with its line and the nearest name.
        ExportError
            If the sheet tells of unknown cases.
        """
        faults = [*self._contradictions(), *self._unknown(facts)]
        if faults:
            raise SpecError(*faults)
        if self.sheet is not None:
            ids = facts.log.all_cases.select("case_id").to_pyarrow()["case_id"].to_pylist()
            self.sheet.refuse_unknown_cases(frozenset(ids))

    def _contradictions(self) -> Iterator[Fault]:
        """What `Scorecard.open` refuses in a file; a card made in Python is looked at here."""
        for place, fault, hint in self.card.contradictions():
            yield Fault(self._at(place), fault, hint=hint)

    def _unknown(self, facts: MeasureFacts) -> Iterator[Fault]:
        activities = sorted(facts.known_activities | set(facts.nodes) | self.settings.known)
        for place, name in self._activities():
            yield from self._absent(name, activities, Words("活动或节点", "activity or node"), place)
        for place, name in self._attributes():
            yield from self._absent(name, facts.log.case_attributes, Words("案例属性", "attribute of the case"), place)
        for name, values in self.card.where.items():
            known = sorted(facts.values(name)) if name in facts.log.case_attributes else values
            what = Words("“{name}”的值", "value of {name!r}").filled(name=name)
            for i, value in enumerate(values):
                yield from self._absent(value, known, what, ("where", name, i))

    def _items(self) -> Iterator[tuple[Place, ScoreItem]]:
        for i, version in enumerate(self.card.versions):
            for key in ("indicators", "bonus", "veto"):
                yield from ((("versions", i, key, j), item) for j, item in enumerate(getattr(version, key)))
        yield from ((("ledger", "adjustments", i), one) for i, one in enumerate(self.card.ledger.adjustments))

    def _activities(self) -> Iterator[tuple[Place, str]]:
        yield ("scored_at",), self.card.scored_at
        if self.card.person:
            yield ("person", "did"), self.card.person.did
        for place, item in self._items():
            if item.measure is not None:
                yield from (((*place, "measure", *key), name) for key, name in item.measure.named)

    def _attributes(self) -> Iterator[tuple[Place, str]]:
        yield ("group",), self.card.group
        if self.card.person:
            yield ("person", "attribute"), self.card.person.attribute
        yield from ((("where", name), name) for name in self.card.where)
        yield from (((*place, "attribute"), item.attribute) for place, item in self._items())

    def _absent(self, name: str, known: Sequence[str], what: Words, place: Place) -> Iterator[Fault]:
        if name and name not in known:
            fault = Words("没有名为“{name}”的{what}", "no {what} is called {name!r}").filled(name=name, what=what)
            listed = Words("已有：{names}", "known: {names}").filled(names=", ".join(known[:30]) or "–")
            yield Fault(self._at(place), fault, listed, did_you_mean(name, known))

    def _at(self, place: Place) -> str:
        return self.document.place(place) if self.document else self.card.name


Scorecards = LoadedScorecard | Scorecard | Sequence[LoadedScorecard]


def chosen_scorecard(log: EventLog, scorecards: Scorecards) -> LoadedScorecard:
    """The scorecard to use: the first of a project's.

    Raises
    ------
    MissingDataError
        If there is none.
    """
    if isinstance(scorecards, LoadedScorecard):
        return scorecards
    if isinstance(scorecards, Scorecard):
        return LoadedScorecard(scorecards)
    if not scorecards:
        fault = Words("项目没有评分卡", "the project has no scorecard")
        hint = Words(
            "在 project.yml 中写 scorecards: scorecards.yml", "write scorecards: scorecards.yml in project.yml"
        )
        raise MissingDataError(Fault(log.name, fault, hint=hint))
    return scorecards[0]
