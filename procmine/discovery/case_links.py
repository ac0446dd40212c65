"""Links between the events of a case: work arrives just when other work is done – or a day off, by a wrong date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from procmine.core.log.engine import fetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.log.eventlog import EventLog

    Instants = NDArray[np.int64]
    Flags = NDArray[np.bool_]

DAY, _HOUR, MINUTE = 86_400_000_000, 3_600_000_000, 60_000_000


class TimedEvents(NamedTuple):
    """The events in order, as arrays: case, activity (a number), done and arrived (µs).

    `known` says whether the arrival is, `minutely` whether the completions of the activity are recorded to the minute.
    """

    frame: pd.DataFrame
    case: Instants
    activity: Instants
    done: Instants
    arrived: Instants
    known: Flags
    minutely: Flags


def timed_events(log: EventLog) -> TimedEvents:
    """The events of a log as arrays, by case and position."""
    optional = [name for name in ("start", "resource", "is_system") if name in log.events.columns]
    columns = ["case_index", "position", "activity", "timestamp", "enabled", *optional]
    frame = fetch(log.events.select(*columns).order_by("case_index", "position"))
    for name in {"start", "resource", "is_system"} - {*optional}:
        frame[name] = pd.NaT if name == "start" else None
    known = frame["enabled"].notna().to_numpy()
    activity, _ = pd.factorize(frame["activity"], sort=True)
    done = instants_of(frame["timestamp"])
    finer = np.bincount(activity, weights=done % MINUTE != 0)
    return TimedEvents(
        frame,
        frame["case_index"].to_numpy().astype("int64"),
        activity.astype("int64"),
        done,
        instants_of(frame["enabled"].fillna(frame["timestamp"])),
        known,
        finer[activity] == 0,
    )


def instants_of(times: pd.Series) -> Instants:
    """Naive UTC times as µs since 1970."""
    found: Instants = times.astype("datetime64[us]").astype("int64").to_numpy()
    return found


def moved_links(events: TimedEvents) -> tuple[Instants, NDArray[Any]]:
    """How far each event has to be moved for its links to hold, µs, 0 for those that stand right; and the sign."""
    rows = np.flatnonzero(events.known)
    before, after = _before(events, rows, 0), _after(events, rows, 0)
    usual = {
        "arrival": _counted(events, before, rows),
        "following": _counted(events, rows, after),
    }
    rows = rows[(before < 0) & (after < 0)]
    moved, sign = np.zeros(len(events.done), np.int64), np.full(len(events.done), "", dtype=object)
    n_links = np.zeros(len(events.done), np.int64)
    for shift in (DAY, -DAY):
        for name, other in (("following", _after(events, rows, shift)), ("arrival", _before(events, rows, shift))):
            pair = (rows, other) if name == "following" else (other, rows)
            hits = rows[_are_usual(events, pair, usual[name])]
            n_links[hits] = np.where(moved[hits] == shift, n_links[hits] + 1, 1)
            moved[hits], sign[hits] = shift, name
    moved[_explained_by_others(events.case, moved, n_links)] = 0
    return moved, sign


def _before(events: TimedEvents, rows: Instants, shift: int) -> Instants:
    """For each of these events, moved, the event of the case that is done just when it arrives; −1 where none is."""
    at, case = events.arrived[rows] + shift, events.case[rows]
    every, rough = np.arange(len(events.done)), np.flatnonzero(events.minutely)
    found = _place(case, at, events.case, events.done, every)
    less = _place(case, at // MINUTE * MINUTE, events.case, events.done, rough)
    return np.where(at % _HOUR == 0, -1, np.where((found < 0) | (found == rows), less, found))


def _after(events: TimedEvents, rows: Instants, shift: int) -> Instants:
    """For each of these events, moved, the event of the case that arrives just when it is done; −1 where none does."""
    at, case, known = events.done[rows] + shift, events.case[rows], np.flatnonzero(events.known)
    found = _place(case, at, events.case, events.arrived, known)
    rough, less = np.flatnonzero(events.minutely[rows]), np.full(len(rows), -1)
    less[rough] = _place(case[rough], at[rough], events.case, events.arrived // MINUTE * MINUTE, known)
    return np.where(at % _HOUR == 0, -1, np.where((found < 0) | (found == rows), less, found))


def _place(case: Instants, at: Instants, cases: Instants, instants: Instants, among: Instants) -> Instants:
    """The place of the event, of some, that has this case and instant; −1 where none has."""
    if not len(among) or not len(at):
        return np.full(len(at), -1)
    every = np.unique(instants[among])
    keys = cases[among] * len(every) + np.searchsorted(every, instants[among])
    order = np.argsort(keys, kind="stable")
    there = np.minimum(np.searchsorted(every, at), len(every) - 1)
    asked = case * len(every) + there
    place = np.minimum(np.searchsorted(keys, asked, sorter=order), len(order) - 1)
    return np.where((every[there] == at) & (keys[order[place]] == asked), among[order[place]], -1)


def _pairs(events: TimedEvents, one: Instants, other: Instants) -> Instants:
    """A number for the activities of two events."""
    found: Instants = events.activity[one] * (events.activity.max() + 1) + events.activity[other]
    return found


def _counted(events: TimedEvents, one: Instants, other: Instants) -> Instants:
    """How often activities are linked, by the number of their pair."""
    here = (one >= 0) & (other >= 0)
    found: Instants = np.bincount(_pairs(events, one[here], other[here]), minlength=int(events.activity.max() + 1) ** 2)
    return found


def _are_usual(events: TimedEvents, pair: tuple[Instants, Instants], usual: Instants) -> Flags:
    """Whether both events are there, of activities that are linked as they stand more often than a day off."""
    here = (pair[0] >= 0) & (pair[1] >= 0)
    numbers = _pairs(events, *pair)
    n_off = np.bincount(numbers[here], minlength=len(usual))
    found: Flags = here & (usual > n_off)[numbers]
    return found


def _explained_by_others(case: Instants, moved: Instants, n_links: Instants) -> Flags:
    """Events whose move the move of another event of the case makes needless.

    One wrong date breaks a link that moving either of its events mends, one forth or the other back. Of the two
    directions in a case the one that mends more links of one event holds; in doubt that the earlier date is wrong.
    """
    best = {}
    for forth in (True, False):
        best[forth] = np.zeros(int(case.max()) + 1, np.int64)
        here = moved > 0 if forth else moved < 0
        np.maximum.at(best[forth], case[here], n_links[here])
    goes_forth = (best[True] >= best[False])[case]
    found: Flags = (moved != 0) & ((moved > 0) != goes_forth)
    return found
