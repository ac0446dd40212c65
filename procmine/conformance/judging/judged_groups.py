"""Every case judged by the standard that holds for it: its version, its operating path, as far as it has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from procmine.conformance.aligning.alignment import Alignments
from procmine.conformance.aligning.executions import Executions, executions_of
from procmine.conformance.aligning.flow_deviations import FlowDeviations, claimed_nodes, flow_deviations
from procmine.conformance.aligning.search_model import aligned, model_for
from procmine.conformance.aligning.sequences import Sequences
from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.judging.remembered import Remembered, log_key, standard_key
from procmine.conformance.standard.situations import Situation, situation_of
from procmine.conformance.standard.standard import OpenCases, Standard
from procmine.core.log.engine import fetch
from procmine.core.log.worktime import to_universal
from procmine.core.text.errors import Fault, MissingDataError, did_you_mean
from procmine.core.text.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, eq=False)
class Group:
    """Cases that one model judges.

    Attributes
    ----------
    cases
        Rows of the log's cases, with `row`, the number of each case's path below.
    is_open
        Whether they may end anywhere.
    paths
        Their distinct paths.
    done
        The executions of nodes in them: what is aligned.
    unfinished
        Further cases, whose alignment was not found in time.
    """

    version: Standard
    situation: Situation
    model: StateModel
    cases: pd.DataFrame
    is_open: bool
    paths: Sequences
    done: Executions
    alignments: Alignments
    flow_deviations: FlowDeviations
    unfinished: pd.DataFrame

    @cached_property
    def executions(self) -> list[tuple[str, ...]]:
        """Per path the activities that its executions begin with."""
        return self.done.begun.lists()

    @cached_property
    def places(self) -> list[list[int]]:
        """Per path the place of each execution in the case, from 1."""
        return self.done.begun.split(self.done.place)

    @cached_property
    def sizes(self) -> list[list[int]]:
        """Per path how many events belong to each execution."""
        return self.done.begun.split(self.done.size)

    @cached_property
    def node_of(self) -> np.ndarray:
        """Per execution the node it does; where it is too many, the first that claims its activity; else -1."""
        return np.where(self.alignments.nodes >= 0, self.alignments.nodes, claimed_nodes(self.model, self.done.begun))

    @cached_property
    def weights(self) -> np.ndarray:
        """Cases of each path."""
        return np.bincount(self.cases["row"], minlength=len(self.paths))


_groups: Remembered[tuple[Group, ...]] = Remembered()


def judge_cases(
    log: EventLog,
    versions: Sequence[Standard],
    open_cases: OpenCases,
    costs: Mapping[str, int],
    *,
    only_open: bool = False,
) -> tuple[Group, ...]:
    """The cases in groups of one version, one situation and one way of ending, each group aligned.

    A case is judged by the version in force on the local day it started; one older than all versions is
    in no group. Where the log does not know which cases are complete, one that ends with a node that can
    be the last is.

    Parameters
    ----------
    versions
        By the day from which they hold.
    only_open
        Whether to leave out all cases that are over.
    """
    key = (log_key(log), standard_key(versions, costs), open_cases, only_open)
    return _groups.get(key, lambda: tuple(_judged(log, versions, open_cases, costs, only_open=only_open)))


def _judged(
    log: EventLog, versions: Sequence[Standard], open_cases: OpenCases, costs: Mapping[str, int], *, only_open: bool
) -> list[Group]:
    cases = _cases(log, versions)
    paths, numbers = Sequences.of_log(log)
    groups: list[Group] = []
    for version, situation, mine in _situations(cases, versions):
        model = model_for(version, situation, costs)
        is_open = _are_open(mine, model, paths, numbers)
        rows = mine.assign(is_running=is_open)
        kept = ~is_open if open_cases == "leave_out" else is_open | (not only_open)
        ends_anywhere = is_open if open_cases == "prefix" else np.zeros(len(rows), bool)
        for flag in (False, True):
            part = rows[kept & (ends_anywhere == flag)]
            if len(part):
                here, row = np.unique(part["variant"].to_numpy(), return_inverse=True)
                their_paths = paths.take(numbers.searchsorted(here))
                groups.append(_group(version, situation, model, part.assign(row=row), their_paths, costs, is_open=flag))
    return groups


def _group(
    version: Standard,
    situation: Situation,
    model: StateModel,
    cases: pd.DataFrame,
    paths: Sequences,
    costs: Mapping[str, int],
    *,
    is_open: bool,
) -> Group:
    done = executions_of(version, paths, model.again)
    alignments, is_found = aligned(model, done.begun, log_costs=costs, is_open=is_open)
    deviating = flow_deviations(model, done.begun, alignments)
    is_judged = is_found[cases["row"]]
    left = cases[~is_judged]
    return Group(version, situation, model, cases[is_judged], is_open, paths, done, alignments, deviating, left)


def _are_open(cases: pd.DataFrame, model: StateModel, paths: Sequences, numbers: np.ndarray) -> np.ndarray:
    """Whether each case is open: as the log says, else by whether it ends with a node that can be the last."""
    final = [any(node in model.last_nodes for node in model.claims.get(name, ())) for name in paths.activities]
    ends_finally = np.array(final, bool)[paths.codes[paths.begins[1:] - 1]] if len(paths) else np.zeros(0, bool)
    state = cases["state"]
    guessed = ~ends_finally[numbers.searchsorted(cases["variant"].to_numpy())]
    is_open: np.ndarray = np.where(state.isna().to_numpy(bool), guessed, (state == "open").fillna(False).to_numpy(bool))
    return is_open


# ── which standard holds for a case ───────────────────────────────────────────────────────────


def asked_attributes(log: EventLog, versions: Sequence[Standard]) -> list[str]:
    """The attributes of cases that versions ask for.

    Raises
    ------
    MissingDataError
        If the log has one of them not.
    """
    asked = sorted({name for version in versions for name in version.asked})
    missing = [name for name in asked if name not in log.case_attributes]
    if missing:
        fault = Words(
            "标准流程要用案例属性“{name}”，而日志中没有", "the standard asks for the attribute {name!r} of cases"
        )
        known = Words("已有：{known}", "known: {known}").filled(known=", ".join(log.case_attributes) or "–")
        raise MissingDataError(
            *(
                Fault(log.name, fault.filled(name=name), known, did_you_mean(name, log.case_attributes))
                for name in missing
            )
        )
    return asked


def _cases(log: EventLog, versions: Sequence[Standard]) -> pd.DataFrame:
    """The cases that some version judges, in the order of the log, with the number of that version."""
    columns = ["case_index", "case_id", "variant", "start", "end", "n_events", "state"]
    # As text, in the engine: where one value is missing pandas would write 7 as 7.0, which no standard names.
    attributes = {name: log.cases[name].cast("string") for name in asked_attributes(log, versions)}
    cases = fetch(log.cases.select(*columns, **attributes).order_by("case_index"))
    starts = cases["start"].to_numpy("datetime64[us]")
    begins = np.array([_first_instant(one, log.zone) for one in versions], "datetime64[us]")
    number = np.searchsorted(begins, starts, side="right") - 1
    ends = np.array([_last_instant(one, log.zone) for one in versions], "datetime64[us]")
    is_over = starts >= ends[np.maximum(number, 0)] if len(ends) else np.ones(len(starts), bool)
    cases["version_number"] = np.where(is_over, -1, number)
    return cases[cases["version_number"] >= 0].reset_index(drop=True)


def _first_instant(version: Standard, zone: str) -> datetime:
    return to_universal(datetime.combine(version.valid_from, time()), zone) if version.valid_from else datetime.min


def _last_instant(version: Standard, zone: str) -> datetime:
    if version.valid_until is None:
        return datetime.max
    return to_universal(datetime.combine(version.valid_until, time()) + timedelta(days=1), zone)


def _situations(
    cases: pd.DataFrame, versions: Sequence[Standard]
) -> Iterator[tuple[Standard, Situation, pd.DataFrame]]:
    """Cases of one version and situation: each combination of attribute values is looked at once."""
    for number, version in enumerate(versions):
        mine = cases[cases["version_number"] == number]
        if mine.empty:
            continue
        attributes = sorted(version.deciding)
        if not attributes:
            yield version, situation_of(version, {}), mine
            continue
        combination = mine.groupby(attributes, dropna=False, sort=True).ngroup()
        firsts = mine[~combination.duplicated()]
        situations = {
            place: situation_of(version, dict(zip(attributes, values, strict=True)))
            for place, values in zip(combination[firsts.index], firsts[attributes].itertuples(index=False), strict=True)
        }
        ordered = sorted(set(situations.values()))
        which = combination.map({place: ordered.index(one) for place, one in situations.items()})
        for i, situation in enumerate(ordered):
            yield version, situation, mine[which == i]
