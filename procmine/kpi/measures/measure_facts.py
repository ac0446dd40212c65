"""What measures draw on: a log's cases, their moments and events, each brought out of the engine once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from procmine.conformance.judging.time_limits import Clocks
from procmine.conformance.views.conformance_check import check_conformance
from procmine.core.clock.calendar import Sla
from procmine.core.log.engine import fetch
from procmine.core.log.moments import moments
from procmine.core.log.states import STATES, States
from procmine.core.text.errors import Fault, MissingDataError, UnknownNameError
from procmine.core.text.words import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.conformance.standard.standard import Standard
    from procmine.conformance.views.conformance import Conformance
    from procmine.core.log.eventlog import EventLog
    from procmine.kpi.spec.kpi import Measurement

_ATTRIBUTE = Words("属性", "attribute")


@dataclass(frozen=True)
class MeasureSettings:
    """What a project says besides its log: states, standard, clock, what an hour of each role costs.

    Attributes
    ----------
    rates, rate_column
        What an hour costs: of each role, or the attribute of events that the list of staff gives.
    known
        Activities that may be named although the log has none of them yet.
    """

    states: States | None = None
    standard: Sequence[Standard] = ()
    sla: Sla = field(default_factory=Sla)
    rates: Mapping[str, float] = field(default_factory=dict)
    rate_column: str = ""
    known: frozenset[str] = frozenset()


class MeasureFacts:
    """One log and its basis, with everything that several measures ask for computed once.

    Attributes
    ----------
    labels
        Further attributes of the cases, by name: `case_index` to value.
    lacking
        Those that the log cannot tell, with the reason.
    """

    def __init__(self, log: EventLog, settings: MeasureSettings, labels: Mapping[str, pd.Series] | None = None) -> None:
        self.log, self.settings, self.labels = log, settings, dict(labels or {})
        self.lacking: dict[str, MissingDataError] = {}
        self._attributes: dict[str, pd.Series] = {}

    # ── cases ─────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def cases(self) -> pd.DataFrame:
        """Every case by its index: case_id, variant, start and end (µs since 1970), state."""
        log = self.log
        frame = fetch(log.cases.select("case_index", "case_id", "variant", "n_events", "start", "end", "state"))
        frame = frame.sort_values("case_index").set_index("case_index")
        for name in ("start", "end"):
            frame[name] = frame[name].to_numpy("datetime64[us]").astype(np.int64)
        return frame

    @cached_property
    def cutoff(self) -> int:
        """The log's own present: µs since 1970."""
        return int(np.datetime64(self.log.cutoff, "us").astype(np.int64))

    def attribute(self, name: str) -> pd.Series:
        """The values of a case attribute, as text, by case index; empty where it is not given.

        Raises
        ------
        UnknownNameError
            If the cases have no such attribute.
        MissingDataError
            If the log cannot tell it.
        """
        if name in self.lacking:
            raise self.lacking[name]
        if name in self.labels:
            return self.labels[name].reindex(self.cases.index)
        if name not in self._attributes:
            known = [*self.log.case_attributes, *self.labels]
            if name not in self.log.case_attributes:
                raise UnknownNameError.among(_ATTRIBUTE, [name], known)
            table = self.log.cases.select("case_index", value=self.log.cases[name].cast("string"))
            self._attributes[name] = fetch(table).set_index("case_index")["value"].reindex(self.cases.index)
        return self._attributes[name]

    def population(self, wanted: Measurement) -> pd.DataFrame:
        """The cases that a measurement is about.

        Raises
        ------
        UnknownNameError
            If it names an attribute, or a value of one, that the log does not have.
        MissingDataError
            If it asks for a state and the project does not say when a case is complete.
        """
        cases = self.cases
        for name, values in wanted.where.items():
            texts = self.attribute(name)
            absent = sorted(set(values) - set(texts.dropna().unique()) - self.values(name))
            if absent:
                what = Words("“{name}”的值", "value of {name!r}").filled(name=name)
                raise UnknownNameError.among(what, absent, sorted(self.values(name)))
            cases = cases[texts.reindex(cases.index).isin(values)]
        if wanted.state:
            self.require_states()
            cases = cases[cases["state"].isin(wanted.state)]
        return cases

    def values(self, name: str) -> set[str]:
        """All values of an attribute in the log as imported, filtered or not."""
        if name in self.labels:
            return set(self.labels[name].dropna().unique())
        column = self.log.all_cases[name].cast("string")
        return set(column.name("v").as_table().distinct().to_pyarrow()["v"].to_pylist()) - {None}

    def require_states(self) -> None:
        """Make sure that it is known which cases are complete.

        Raises
        ------
        MissingDataError
            If it is not.
        """
        if not self.log.knows_states:
            fault = Words("不知道案例何时完成", "it is not known when a case is complete")
            hint = Words("在 project.yml 中写 states: {{closed: …}}", "write states: {{closed: …}} in project.yml")
            raise MissingDataError(Fault(self.log.name, fault, hint=hint.filled()))

    def complete(self, cases: pd.DataFrame) -> pd.DataFrame:
        """Those of the cases that are complete and not cancelled; all of them where states are unknown."""
        return cases[cases["state"] == "complete"] if self.log.knows_states else cases

    # ── moments ───────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _moments(self) -> pd.DataFrame:
        states = self.settings.states
        if states is None:
            self.require_states()
            raise missing_state("resolved", self.log.name)
        frame = fetch(moments(self.log, states)).set_index("case_index").reindex(self.cases.index)
        for name in frame.columns:
            values = frame[name].to_numpy("datetime64[us]")
            frame[name] = np.where(np.isnat(values), NEVER, values.astype(np.int64))
        return frame

    def moment(self, name: str, cases: pd.DataFrame) -> np.ndarray:
        """When each of these cases reached a state: µs since 1970, `NEVER` where it did not.

        Raises
        ------
        MissingDataError
            If the project does not say what reaches the state.
        """
        states = self.settings.states
        if states is None or not getattr(states, name):
            raise missing_state(name, self.log.name)
        found: np.ndarray = self._moments[name].reindex(cases.index).to_numpy()
        return found

    # ── events ────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def known_activities(self) -> frozenset[str]:
        """Activities that the log has, filtered or not."""
        return frozenset(name for path in fetch(self.log.paths.select("activities"))["activities"] for name in path)

    @cached_property
    def nodes(self) -> dict[str, tuple[str, ...]]:
        """Nodes of the standard, each with the activities that do it."""
        found: dict[str, list[str]] = {}
        for version in self.settings.standard:
            for name, item in version.nodes.items():
                found.setdefault(name, []).extend(item.activities)
        return {name: tuple(dict.fromkeys(activities)) for name, activities in found.items()}

    def activities_of(self, names: Sequence[str]) -> list[str]:
        """The activities that names of nodes or activities mean: a node of the standard, else the activity itself."""
        return sorted({activity for name in names for activity in self.nodes.get(name, (name,))})

    def first(
        self, activities: Sequence[str], cases: pd.DataFrame, *, last: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Of each case the place and the instant (µs) of the first – or last – event of some activities; -1 and `NEVER`."""
        events = self.log.events.filter(self.log.events.activity.isin(activities))
        pick = {name: (events[name].max() if last else events[name].min()) for name in ("position", "timestamp")}
        return self.placed(events.group_by("case_index").aggregate(**pick), cases)

    def placed(self, table: ir.Table, cases: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Place and instant per case, in the order of these cases."""
        frame = fetch(table).set_index("case_index").reindex(cases.index)
        instants = frame["timestamp"].to_numpy("datetime64[us]")
        at = np.where(np.isnat(instants), NEVER, instants.astype(np.int64))
        return frame["position"].fillna(-1).to_numpy(np.int64), at

    def counted(self, test: ir.BooleanValue | None = None, **tests: ir.BooleanValue) -> pd.DataFrame:
        """Per case how many events pass each test; a case of which none is `counted` has zeros."""
        events = self.log.events if test is None else self.log.events.filter(test)
        table = events.group_by("case_index").aggregate(
            **{name: one.fill_null(False).sum() for name, one in tests.items()}
        )
        return fetch(table).set_index("case_index").reindex(self.cases.index).fillna(0).astype("int64")

    @cached_property
    def conformance(self) -> Conformance:
        """The log held against the standard.

        Raises
        ------
        MissingDataError
            If the project has no standard.
        """
        if not self.settings.standard:
            raise missing_standard(self.log.name)
        return check_conformance(self.log, list(self.settings.standard), sla=self.settings.sla)

    @cached_property
    def clocks(self) -> Clocks:
        """The clocks by which limits are measured."""
        return Clocks(self.log, self.settings.sla)


NEVER = 2**63 - 1
"""The instant that does not come."""


def missing_state(name: str, source: str) -> MissingDataError:
    """The project does not say what brings a case into a state."""
    label = {**STATES, **_STATES}.get(name, name)
    fault = Words("项目没有说明案例何时“{name}”", "the project does not say when a case is {name}").filled(name=label)
    hint = Words("在 project.yml 的 states: 中写 {name}: …", "write {name}: … under states: in project.yml")
    return MissingDataError(Fault(source, fault, hint=hint.filled(name=name)))


def missing_standard(source: str) -> MissingDataError:
    """The project has no standard."""
    fault = Words("项目没有标准流程", "the project has no standard process")
    hint = Words("在 project.yml 中写 standard:", "write standard: in project.yml")
    return MissingDataError(Fault(source, fault, hint=hint))


_STATES = {
    "received": Words("收到", "received"),
    "accepted": Words("受理", "accepted"),
    "resolved": Words("解决", "resolved"),
    "closed": Words("关闭", "closed"),
    "cancelled": Words("取消", "cancelled"),
    "reopened": Words("重新打开", "reopened"),
}


def frame_of(cases: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """One row per case of a measure: `case_index`, then these columns."""
    return pd.DataFrame({"case_index": cases.index.to_numpy(), **columns})
