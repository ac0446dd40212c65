"""Filters by what happened in a case: each takes a log and returns a new one.

A path decides, so the few distinct paths are looked at, never the events.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from procmine.core.text.errors import FilterError, UnknownNameError
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog, Variant

Names = str | Iterable[str]

_ACTIVITY = Words("活动", "activity")


def _with_variants(log: EventLog, keep: Callable[[Variant], bool]) -> EventLog:
    numbers = [variant.number for variant in log.variants if keep(variant)]
    kept = ibis.memtable(pa.table({"variant": pa.array(numbers, pa.int32())}))
    return log.restricted_to(log.cases.semi_join(kept, "variant"))


def filter_variants(
    log: EventLog,
    numbers: int | Iterable[int] | None = None,
    *,
    top: int | None = None,
    coverage: float | None = None,
) -> EventLog:
    """Keep the cases of some variants: by number, the `top` most frequent, or as many as cover a share.

    Parameters
    ----------
    numbers
        Variant numbers as in the table of `procmine.variants`.
    top
        How many of the most frequent variants.
    coverage
        A share 0..1 of the cases: the fewest variants, most frequent first, that reach it.

    Raises
    ------
    FilterError
        Unless exactly one of the three is given.
    UnknownNameError
        If the log has no variant of a number.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.six_cases().filter_variants(top=1).n_cases
    2
    """
    if sum(choice is not None for choice in (numbers, top, coverage)) != 1:
        raise FilterError.because(
            "filter_variants",
            Words("numbers、top、coverage 须且只须给出一个", "give exactly one of numbers, top and coverage"),
            Words("例如 filter_variants(top=5)", "for example filter_variants(top=5)"),
        )
    if numbers is not None:
        wanted = {numbers} if isinstance(numbers, int) else set(numbers)
        known = {variant.number for variant in log.variants}
        absent = sorted(str(number) for number in wanted - known)
        if absent:
            known_names = [str(number) for number in sorted(known)]
            raise UnknownNameError.among(Words("变体", "variant"), absent, known_names, "filter_variants")
        return _with_variants(log, lambda variant: variant.number in wanted)
    n = top if top is not None else _n_covering(log, coverage or 0.0)
    kept = {variant.number for variant in log.variants[:n]}
    return _with_variants(log, lambda variant: variant.number in kept)


def _n_covering(log: EventLog, share: float) -> int:
    covered = 0
    for n, variant in enumerate(log.variants):
        if covered >= share * log.n_cases:
            return n
        covered += variant.n_cases
    return len(log.variants)


def _known_activities(log: EventLog, names: Names, where: str) -> set[str]:
    wanted = {names} if isinstance(names, str) else set(names)
    unknown = sorted(wanted - set(log.activities))
    if unknown:
        raise UnknownNameError.among(_ACTIVITY, unknown, log.activities, where)
    return wanted


def filter_activities(log: EventLog, keep: Names | None = None, *, drop: Names | None = None) -> EventLog:
    """Keep only the events of some activities, or all but some: the one filter that removes events.

    What follows what, the variants and the bounds of each case are made anew; a case left without
    events is gone. Whether a case is complete stays as it was.

    Raises
    ------
    FilterError
        Unless exactly one of `keep` and `drop` is given.
    UnknownNameError
        If the log has no such activity.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.six_cases().filter_activities(drop="客户沟通").n_events
    24
    """
    if (keep is None) == (drop is None):
        raise FilterError.because(
            "filter_activities",
            Words("keep 和 drop 须且只须给出一个", "give exactly one of keep and drop"),
            Words('例如 filter_activities(drop="催办")', 'for example filter_activities(drop="催办")'),
        )
    events = log.events
    if keep is not None:
        kept = _known_activities(log, keep, "filter_activities")
        return log.projected_on(events.filter(events.activity.isin(sorted(kept))))
    dropped = _known_activities(log, drop or (), "filter_activities")
    return log.projected_on(events.filter(events.activity.notin(sorted(dropped))))


def filter_containing(log: EventLog, *, all_of: Names = (), any_of: Names = (), none_of: Names = ()) -> EventLog:
    """Keep the cases that contain all, at least one, or none of some activities.

    Raises
    ------
    UnknownNameError
        If the log has no such activity.
    """
    every, some, never = (_known_activities(log, names, "filter_containing") for names in (all_of, any_of, none_of))

    def keep(variant: Variant) -> bool:
        found = set(variant.activities)
        return every <= found and not (never & found) and (not some or bool(some & found))

    return _with_variants(log, keep)


def filter_endpoints(log: EventLog, *, start: Names | None = None, end: Names | None = None) -> EventLog:
    """Keep the cases that start and end with one of these activities.

    Raises
    ------
    UnknownNameError
        If the log has no such activity.
    """
    first = None if start is None else _known_activities(log, start, "filter_endpoints")
    last = None if end is None else _known_activities(log, end, "filter_endpoints")
    return _with_variants(
        log,
        lambda variant: (
            (first is None or variant.activities[0] in first) and (last is None or variant.activities[-1] in last)
        ),
    )


def filter_follower(
    log: EventLog, activity: str, follower: str, *, directly: bool = True, negate: bool = False
) -> EventLog:
    """Keep the cases in which `follower` comes after `activity`, directly or some time later.

    Parameters
    ----------
    directly
        The follower must be the very next event; else any later one.
    negate
        Keep the cases in which this never happens.

    Raises
    ------
    UnknownNameError
        If the log has no such activity.
    """
    _known_activities(log, [activity, follower], "filter_follower")

    def follows(path: Sequence[str]) -> bool:
        if directly:
            return (activity, follower) in itertools.pairwise(path)
        return activity in path and follower in path[path.index(activity) + 1 :]

    return _with_variants(log, lambda variant: follows(variant.activities) != negate)
