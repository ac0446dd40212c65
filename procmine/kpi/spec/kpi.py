"""A KPI as its owner writes it: population, measure, statistic, target, split, owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from procmine.conformance.standard.limits import Within
from procmine.core.text.errors import Text, did_you_mean
from procmine.core.text.spec import OneOrMore, Spec, SpecValueError
from procmine.core.text.value_faults import described
from procmine.core.text.words import Words
from procmine.kpi.spec.catalogue import MEASURES, likely_measure
from procmine.kpi.spec.comparison import Compared, Comparison, Dimension, read_comparison, scale_of, time_unit
from procmine.kpi.spec.measure import Kind, Measure, Statistic

Names = Annotated[list[str], OneOrMore]
Place = tuple[str | int, ...]

_PARAMETERS = (
    *("from", "to", "node", "within", "clock", "statistic", "attribute", "at", "customer", "topic", "days", "of"),
    *("returned", "rejected", "approved", "transferred", "redo", "role", "bot", "having", "lacking", "per"),
)
_FOR_EACH: dict[str, Dimension] = {"duration": "duration", "share": "share", "number": "number", "count": "number"}


class Measurement(Spec):
    """What is measured, on which cases: the part that KPIs and indicators of scorecards share."""

    model_config = ConfigDict(populate_by_name=True)

    measure: str = Field(description="one of: " + ", ".join(MEASURES))
    where: dict[str, Names] = Field(default_factory=dict, description="attribute of the case: values that count")
    state: Names = Field(default_factory=list, description="complete, cancelled, open: only cases in this state")
    from_: str = Field(
        "", alias="from", description="node or activity from which it runs; start of the case if left out"
    )
    to: str = Field("", description="node or activity up to which it runs")
    node: Names = Field(default_factory=list, description="only these nodes or activities")
    within: Within | None = Field(None, description="limit: the share of cases that keep it is measured")
    clock: Literal["natural", "working"] = Field("natural", description="natural time, or time in working hours only")
    statistic: Statistic | None = Field(None, description="mean, median, p75, p90, p95, min, max, sum, count")
    attribute: str = Field("", description="attribute of the case that holds the value")
    at: Compared | None = Field(None, description='">= 4": the share of values that fulfil it is measured')
    customer: str = Field("", description="attribute of the case that names the customer")
    topic: str = Field("", description="attribute of the case that names the topic")
    days: int | None = Field(None, ge=1, description="within how many days a case counts as a repeat")
    of: Literal["cases", "decisions"] = Field("cases", description="a rate of cases, or of decisions")
    returned: Names = Field(default_factory=list, description="activities that are returns")
    rejected: Names = Field(default_factory=list, description="activities that are rejections")
    approved: Names = Field(default_factory=list, description="activities that are approvals")
    transferred: Names = Field(default_factory=list, description="activities that are transfers")
    redo: Names = Field(
        default_factory=list, description="activities that, done again at once by somebody else, were transferred"
    )
    role: Names = Field(default_factory=list, description="only decisions of these roles")
    bot: Names = Field(default_factory=list, description="activities or resources that are the bot")
    having: Names = Field(default_factory=list, description="activities of which one must be in the case")
    lacking: Names = Field(default_factory=list, description="activities that must not be in the case")
    per: Literal["case", "customer"] = Field("case", description="whether the attribute is told per case or customer")

    @field_validator("measure")
    @classmethod
    def _known(cls, measure: str) -> str:
        if measure not in MEASURES:
            fault = Words("没有名为“{name}”的度量", "no measure is called {name!r}").filled(name=measure)
            raise SpecValueError(fault, likely_measure(measure))
        return measure

    @field_validator("state")
    @classmethod
    def _states(cls, states: list[str]) -> list[str]:
        known = ["complete", "cancelled", "open"]
        for name in states:
            if name not in known:
                fault = Words("没有状态“{name}”", "there is no state {name!r}").filled(name=name)
                raise SpecValueError(fault, did_you_mean(name, known) or ", ".join(known))
        return states

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        needed, taken = self.measure_record.needs, (*self.measure_record.needs, *self.measure_record.takes)
        given = [name for name in _PARAMETERS if _key(name) in self.model_fields_set]
        for name in needed:
            if not getattr(self, _key(name)):
                fault = Words("度量“{measure}”需要“{name}”", "the measure {measure!r} needs {name!r}")
                raise SpecValueError(fault.filled(measure=self.measure, name=name), _described(name))
        for name in given:
            if name not in taken:
                fault = Words("度量“{measure}”没有“{name}”", "the measure {measure!r} takes no {name!r}")
                listed = Words("可用：{names}", "it takes: {names}").filled(names=", ".join(taken) or "–")
                raise SpecValueError(fault.filled(measure=self.measure, name=name), listed)
        self._whole()
        return self

    def _whole(self) -> None:
        one_of, together = (
            [bool(getattr(self, _key(name))) for name in names]
            for names in (self.measure_record.needs_one_of, self.measure_record.needs_together)
        )
        both: dict[str, tuple[bool, Text]] = {
            " / ".join(self.measure_record.needs_one_of): (bool(one_of) and not any(one_of), ""),
            "".join(self.measure_record.needs_together[-1:]): (len(set(together)) > 1, ""),
            "customer": (self.per == "customer" and not self.customer, _described("customer")),
        }
        for name, (is_missing, hint) in both.items():
            if is_missing:
                fault = Words("度量“{measure}”需要“{name}”", "the measure {measure!r} needs {name!r}")
                raise SpecValueError(fault.filled(measure=self.measure, name=name), hint)
        if self.statistic and self.kind == "share":
            fault = Words("占比没有其他统计量", "a share has no other statistic")
            raise SpecValueError(fault, Words("去掉 statistic:", "leave statistic: out"))
        possible = self.measure_record.statistics
        if self.statistic and self.statistic not in possible:
            fault = Words("度量“{measure}”没有统计量“{name}”", "the measure {measure!r} has no statistic {name!r}")
            hint = Words("可用：{names}", "it has: {names}").filled(names=", ".join(possible))
            raise SpecValueError(fault.filled(measure=self.measure, name=self.statistic), hint)

    @property
    def measure_record(self) -> Measure:
        """Its measure in the catalogue."""
        return MEASURES[self.measure]

    @property
    def kind(self) -> Kind:
        """What its value is; a limit or a threshold makes a share of it."""
        return "share" if self.within is not None or self.at is not None else self.measure_record.kind

    @property
    def stat(self) -> str:
        """The statistic that makes one number of many."""
        return self.statistic or self.measure_record.usual_statistic(self.kind)

    @property
    def named(self) -> Iterator[tuple[Place, str]]:
        """The nodes and activities that it names, with where they stand."""
        for key, name in (("from", self.from_), ("to", self.to)):
            if name:
                yield (key,), name
        for key in ("node", "returned", "rejected", "approved", "transferred", "redo", "having", "lacking"):
            for i, name in enumerate(getattr(self, key)):
                yield (key, i), name


class Kpi(Measurement):
    """A KPI.

    Examples
    --------
    >>> kpi = Kpi(name="首次响应", measure="response", to="处理", within="1 h", target=">= 90 %", warn=">= 80 %")
    >>> kpi.kind, kpi.target.number
    ('share', 0.9)
    """

    name: str = Field(description="name of the KPI")
    target: Compared | None = Field(None, description='operator and number: ">= 95 %", "<= 40 h"')
    warn: Compared | None = Field(None, description="as far as here it is a warning, beyond it a breach")
    unit: str = Field("", description="unit in which it is told: h, min, d for durations; any word for numbers")
    split: str = Field("", description="attribute of the case: the KPI is told for each of its values as well")
    owner: str = Field("", description="who answers for it")
    process: str = Field("", description="process it belongs to, for the KPI tree")
    period: Literal["day", "week", "month"] = Field("month", description="period of its trend")
    by: Literal["started", "completed"] | None = Field(
        None, description="whether a case counts in the period it starts in or ends in"
    )
    least_cases: int = Field(20, ge=1, description="with fewer cases the KPI says that they are too few")

    @model_validator(mode="before")
    @classmethod
    def _in_its_unit(cls, given: Any) -> Any:
        """A target in the KPI's own unit multiplies nothing: 100 万元 of a KPI told in 万元 is 100."""
        unit = given.get("unit") if isinstance(given, dict) else None
        if not isinstance(unit, str) or scale_of(unit.strip()) == 1:
            return given
        return {
            key: _read_in_unit(value, unit.strip()) if key in ("target", "warn") else value
            for key, value in given.items()
        }

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        wanted = _FOR_EACH[self.kind]
        for key in ("target", "warn"):
            one: Comparison | None = getattr(self, key)
            if one is not None and not _fits(one, wanted, self.unit):
                raise SpecValueError(*_misfit(key, one, wanted))
        if self.warn is not None:
            self._consistent(self.warn)
        if self.kind == "duration" and self.unit and time_unit(self.unit) is None:
            fault = Words("“{unit}”不是时间单位", "{unit!r} is no unit of time").filled(unit=self.unit)
            raise SpecValueError(fault, Words("写 h、min 或 d", "write h, min or d"))
        return self

    def _consistent(self, warn: Comparison) -> None:
        if self.target is None:
            raise SpecValueError(Words("有 warn: 而没有 target:", "there is a warn: but no target:"))
        is_looser = warn.number <= self.target.number if warn.wants_more else warn.number >= self.target.number
        if warn.wants_more != self.target.wants_more or not is_looser:
            fault = Words(
                "warn “{warn}”不比 target “{target}”宽松", "warn {warn!r} is not looser than target {target!r}"
            )
            raise SpecValueError(fault.filled(warn=warn.text, target=self.target.text))

    def status_of(self, value: float) -> str:
        """What a value means: `ok`, `warning`, `breach`; `none` without a target.

        Examples
        --------
        >>> kpi = Kpi(name="x", measure="rework_rate", target="<= 5 %", warn="<= 10 %")
        >>> [kpi.status_of(value) for value in (0.05, 0.1, 0.11)]
        ['ok', 'warning', 'breach']
        """
        if self.target is None:
            return "none"
        if self.target.met(value):
            return "ok"
        return "warning" if self.warn is not None and self.warn.met(value) else "breach"

    @property
    def wants_more(self) -> bool | None:
        """Whether higher is better: as its target says, else as its measure does; None where neither does.

        The share of cases that keep a limit is better when higher, whatever is limited. The share of values
        that fulfil `at` is better when higher where `at` asks for what is good of the values themselves.

        Examples
        --------
        >>> Kpi(name="x", measure="throughput").wants_more, Kpi(name="x", measure="throughput", within="2 d").wants_more
        (False, True)
        >>> Kpi(name="x", measure="satisfaction", attribute="y", at="<= 2").wants_more
        False
        """
        if self.target is not None:
            return self.target.wants_more
        if self.within is not None:
            return True
        good = {"high": True, "low": False, "": None}[self.measure_record.good]
        return good if good is None or self.at is None else self.at.wants_more == good


def _key(name: str) -> str:
    return "from_" if name == "from" else name


def _described(name: str) -> Words:
    field: Any = Measurement.model_fields[_key(name)]
    return described(str(field.description))


def _read_in_unit(value: object, unit: str) -> object:
    """A comparison read with the unit of its KPI where that is what it says; else as it is, to be read and checked."""
    if not isinstance(value, str) or not value.rstrip().endswith(unit):
        return value
    try:
        return read_comparison(value, unit)
    except SpecValueError:
        return value


def _fits(one: Comparison, wanted: Dimension, unit: str) -> bool:
    if wanted == "share":
        return one.dimension == "share" or (not one.unit and 0 <= one.number <= 1)
    if one.scale != 1 and scale_of(unit) != 1:
        return False
    return one.dimension == wanted and (wanted == "duration" or not one.unit or not unit or one.unit == unit)


def _misfit(key: str, one: Comparison, wanted: Dimension) -> tuple[Words, Words]:
    fault = Words("{key} “{text}”的单位不符", "{key} {text!r} has the wrong unit").filled(key=key, text=one.text)
    hint = {
        "share": Words("占比写成 >= 95 % 或 >= 0.95", "write a share as >= 95 % or >= 0.95"),
        "duration": Words("时长要写单位，例如 <= 40 h", "write a duration with its unit, for example <= 40 h"),
        "number": Words("写不带时间和 % 的数", "write a number without time and %"),
    }[wanted]
    return fault, hint


def unit_fault(key: str, one: Comparison, kind: Kind) -> tuple[Words, Words] | None:
    """What is wrong with comparing values of a kind with it, and a hint; None where its unit fits."""
    wanted = _FOR_EACH[kind]
    return None if _fits(one, wanted, "") else _misfit(key, one, wanted)
