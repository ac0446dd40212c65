"""Every case judged by the standard that holds for it: its version, its operating path, as far as it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from procmine.conformance.alignment import Alignments, align
from procmine.conformance.compiling import Situation, model_of, situation_of
from procmine.conformance.deviations import Deviations, deviations_of
from procmine.conformance.state_model import StateModel
from procmine.conformance.target import TargetVersion, version_for
from procmine.core.engine import fetch

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from procmine.core.eventlog import EventLog

OpenCases = Literal["prefix", "complete", "leave_out"]
"""What is asked of cases that are still open: only what they have done so far, everything, or nothing."""


class Group(NamedTuple):
    """Cases that one model judges.

    Attributes
    ----------
    cases
        Rows of the log's cases, with `row`, the number of each case's variant below.
    executions
        Per distinct variant: the activities that count, repeated ones of one node as one.
    places, sizes
        Likewise: the place of each in the case, from 1, and how many events it stands for.
    """

    version: TargetVersion
    situation: Situation
    model: StateModel
    cases: pd.DataFrame
    executions: list[tuple[str, ...]]
    places: list[tuple[int, ...]]
    sizes: list[tuple[int, ...]]
    alignments: Alignments
    deviations: Deviations


def judged(
    log: EventLog, versions: Sequence[TargetVersion], open_cases: OpenCases, costs: Mapping[str, int]
) -> list[Group]:
    """The cases in groups of one version, one situation and one way of ending, each group aligned.

    A case is judged by the version in force on the local day it started; one older than all versions is
    in no group.
    """
    cases = _cases(log, versions)
    if open_cases == "leave_out":
        cases = cases[cases["state"] != "open"]
    cases["is_open"] = (cases["state"] == "open") & (open_cases == "prefix")
    paths = {variant.number: variant.activities for variant in log.variants}
    groups = []
    for (number, situation, is_open), rows in cases.groupby(["version_number", "situation", "is_open"], sort=True):
        version = versions[int(str(number))]
        groups.append(_group(version, situation, rows.copy(), paths, costs, is_open=bool(is_open)))
    return groups


def _cases(log: EventLog, versions: Sequence[TargetVersion]) -> pd.DataFrame:
    asked = {
        name
        for version in versions
        for when in (*(one.when for one in version.paths.values()), *(one.when for one in version.processes))
        for name in when
    }
    attributes = sorted(asked & set(log.case_attributes))
    cases = fetch(log.cases.select("case_index", "case_id", "variant", "start", "state", *attributes))
    cases = cases.sort_values("case_index")
    known: dict[Any, Any] = {}
    found: list[tuple[int, Situation | None]] = []
    for row in cases[["start", *attributes]].itertuples(index=False):
        day = log.local(row[0].to_pydatetime()).date()
        key = (day, *row[1:])
        if key not in known:
            version = version_for(versions, day)
            values = dict(zip(attributes, row[1:], strict=True))
            known[key] = (-1, None) if version is None else (
                versions.index(version), situation_of(version, values)
            )  # fmt: skip
        found.append(known[key])
    cases["version_number"] = [number for number, _ in found]
    cases["situation"] = [situation for _, situation in found]
    return cases[cases["version_number"] >= 0].copy()


def _group(
    version: TargetVersion,
    situation: Situation,
    cases: pd.DataFrame,
    paths: Mapping[int, tuple[str, ...]],
    costs: Mapping[str, int],
    *,
    is_open: bool,
) -> Group:
    model = model_of(version, situation, costs)
    numbers = sorted(cases["variant"].unique())
    parts = [executions(version, paths[number]) for number in numbers]
    row_of = {number: row for row, number in enumerate(numbers)}
    cases["row"] = [row_of[number] for number in cases["variant"]]
    told = [tuple(one.activity for one in part) for part in parts]
    found = align(model, told, log_costs=costs, is_open=[is_open] * len(told))
    places = [tuple(one.place for one in part) for part in parts]
    sizes = [tuple(one.n_events for one in part) for part in parts]
    deviations = deviations_of(model, told, found)
    return Group(version, situation, model, cases, told, places, sizes, found, deviations)


class Execution(NamedTuple):
    """A node being done: the activity it begins with, where that is in the case, and how many events belong to it."""

    activity: str
    place: int
    n_events: int


def executions(version: TargetVersion, activities: Sequence[str]) -> list[Execution]:
    """The executions of nodes in a case.

    A node is done by the first event of its actions; further ones belong to the same execution until
    another node's event comes. Ignored activities are passed over; an activity that several nodes claim
    is always an execution of its own.

    Examples
    --------
    >>> from procmine.conformance.target import Process
    >>> from procmine.conformance.target_parts import Item
    >>> nodes = [Item(name="接收", log=["受理", "登记"]), Item(name="关闭")]
    >>> version = TargetVersion(name="x", processes=[Process(name="p", nodes=nodes)], ignore=["催办"])
    >>> executions(version, ["受理", "催办", "登记", "关闭"])
    [Execution(activity='受理', place=1, n_events=2), Execution(activity='关闭', place=4, n_events=1)]
    """
    claims, ignored = version.claims, frozenset(version.ignore)
    found: list[Execution] = []
    before: tuple[str, ...] = ()
    for place, activity in enumerate(activities, 1):
        if activity in ignored:
            continue
        nodes = claims.get(activity, ())
        if len(nodes) == 1 and nodes == before:
            found[-1] = found[-1]._replace(n_events=found[-1].n_events + 1)
        else:
            found.append(Execution(activity, place, 1))
        before = nodes
    return found


def n_cases_of(group: Group) -> np.ndarray:
    """Cases of each distinct variant of a group."""
    import numpy as np

    return np.bincount(group.cases["row"], minlength=len(group.executions))
