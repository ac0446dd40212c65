"""The KPIs of a project with everything they are measured by, and the check that they name what there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from procmine.conformance.standard.limits import LimitByClass
from procmine.core.text.errors import Fault, MissingDataError, SpecError, did_you_mean
from procmine.core.text.spec import text_of
from procmine.core.text.words import Words
from procmine.core.text.yaml_text import read_yaml
from procmine.kpi.customers.segments import SEGMENT, segment_of_cases
from procmine.kpi.measures.measure_facts import MeasureFacts, MeasureSettings
from procmine.kpi.spec.customers import Customers
from procmine.kpi.spec.kpi import Kpi, Place

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog
    from procmine.core.text.yaml_text import YamlText

_ACTIVITY = Words("活动或节点", "activity or node")
_ATTRIBUTE = Words("案例属性", "attribute of the case")


@dataclass(frozen=True)
class KpiSet:
    """KPIs and what they are measured by.

    Attributes
    ----------
    document, under
        The file that they stand in and the path to them in it, so that a fault can be told with its line.
    """

    kpis: tuple[Kpi, ...]
    settings: MeasureSettings = field(default_factory=MeasureSettings)
    customers: Customers | None = None
    document: YamlText | None = None
    under: Place = ("kpis",)

    @classmethod
    def of(cls, kpis: Sequence[Kpi], settings: MeasureSettings, customers: Customers | None, file: Path) -> Self:
        """The KPIs of a project, with the file that they stand in."""
        document = read_yaml(text_of(file), file.name) if file.exists() else None
        return cls(tuple(kpis), settings, customers, document)

    def __len__(self) -> int:
        return len(self.kpis)

    def __iter__(self) -> Iterator[Kpi]:
        return iter(self.kpis)

    def place(self, number: int, key: Place) -> str:
        """Where a key of a KPI stands: file and line, else its name."""
        if self.document is None:
            return self.kpis[number].name
        return self.document.place((*self.under, number, *key))

    def facts_of(self, log: EventLog) -> MeasureFacts:
        """The log as the KPIs see it, segments of customers among its attributes."""
        facts = MeasureFacts(log, self.settings)
        if self.customers is not None and any(kpi.split == SEGMENT or SEGMENT in kpi.where for kpi in self.kpis):
            try:
                facts.labels[SEGMENT] = segment_of_cases(log, self.customers)
            except MissingDataError as error:
                facts.lacking[SEGMENT] = error
        return facts

    def check(self, facts: MeasureFacts) -> None:
        """Make sure that every activity, node and attribute that is named is there.

        Raises
        ------
        SpecError
            If not: all faults at once, each with its line and the nearest name.
        """
        faults = [fault for i, kpi in enumerate(self.kpis) for fault in self._faults(facts, i, kpi)]
        if faults:
            raise SpecError(*faults)

    def _faults(self, facts: MeasureFacts, number: int, kpi: Kpi) -> Iterator[Fault]:
        activities = sorted(facts.known_activities | set(facts.nodes) | self.settings.known)
        for key, name in kpi.named:
            yield from _unknown(name, activities, _ACTIVITY, self.place(number, key))
        if kpi.bot:
            actors = sorted({*activities, *_resources(facts.log)})
            for i, name in enumerate(kpi.bot):
                yield from _unknown(name, actors, _ACTIVITY, self.place(number, ("bot", i)))
        own = [kpi.measure_record.own_split] if kpi.measure_record.own_split else []
        attributes = sorted({*facts.log.case_attributes, *facts.labels, *facts.lacking, *own})
        named: list[tuple[Place, str]] = [
            ((key,), getattr(kpi, key)) for key in ("attribute", "customer", "topic", "split")
        ]
        named += [(("where", name), name) for name in kpi.where]
        if isinstance(kpi.within, LimitByClass):
            named.append((("within", "by"), kpi.within.by))
        for place, name in named:
            if name:
                yield from _unknown(name, attributes, _ATTRIBUTE, self.place(number, place))
        for name, values in kpi.where.items():
            known = sorted(facts.values(name)) if name in attributes and name not in facts.lacking else values
            what = Words("“{name}”的值", "value of {name!r}").filled(name=name)
            for i, value in enumerate(values):
                yield from _unknown(value, known, what, self.place(number, ("where", name, i)))


def _unknown(name: str, known: list[str], what: Words, place: str) -> Iterator[Fault]:
    if name not in known:
        listed = ", ".join(known[:30]) + (" …" if len(known) > 30 else "")
        fault = Words("没有名为“{name}”的{what}", "no {what} is called {name!r}").filled(name=name, what=what)
        facts = Words("已有：{listed}", "known: {listed}").filled(listed=listed or "–")
        yield Fault(place, fault, facts, did_you_mean(name, known))


def _resources(log: EventLog) -> list[str]:
    if "resource" not in log.all_events.columns:
        return []
    found = log.all_events.select("resource").distinct().to_pyarrow()["resource"].to_pylist()
    return sorted(name for name in found if name is not None)
