"""Deviations by kind and subject, and what goes with them: steps and time of cases with and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS

if TYPE_CHECKING:
    from procmine.conformance.judging.deviations import Deviations, JudgedCases


class DeviationSorts(NamedTuple):
    """The sorts of deviation (kind and subject) that are not allowed, and which cases have which.

    Attributes
    ----------
    kinds, subjects
        Number of the kind and name of the subject of each sort.
    n_times
        Deviations of each sort.
    sort, case
        Pairs of sort and case, each once.
    """

    kinds: np.ndarray
    subjects: list[str]
    n_times: np.ndarray
    sort: np.ndarray
    case: np.ndarray


def deviation_sorts(deviations: Deviations) -> DeviationSorts:
    """The deviations that are not allowed, by sort."""
    counted = ~deviations.is_allowed
    sorts, number = np.unique(deviations.sort[counted], return_inverse=True)
    n_cases = max(len(deviations.cases), 1)
    pairs = np.sort(number * n_cases + deviations.case[counted])
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    kinds, subjects = np.divmod(sorts, len(deviations.names))
    n_times = np.bincount(number, minlength=len(sorts))
    return DeviationSorts(
        kinds, [deviations.names[i] for i in subjects.tolist()], n_times, pairs // n_cases, pairs % n_cases
    )


def deviation_table(sorts: DeviationSorts, cases: JudgedCases) -> pd.DataFrame:
    """One row per sort, those first that cost the most time in all.

    Differences are those of the mean over cases that are over, with the deviation less without it, within
    the same version and operating path, weighted by the cases with it: a path that is long anyway does not
    make its deviations look costly.
    """
    n_sorts = len(sorts.kinds)
    n_cases = np.bincount(sorts.sort, minlength=n_sorts)
    frame = pd.DataFrame(
        {
            "kind": [DEVIATION_KINDS.names[kind] for kind in sorts.kinds.tolist()],
            "subject": sorts.subjects,
            "n_cases": n_cases,
            "share": n_cases / max(len(cases), 1),
            "n_times": sorts.n_times,
            "more_steps": _difference(sorts, cases, cases.frame["n_events"].to_numpy("float64")),
            "more_time": _difference(sorts, cases, cases.throughput),
        }
    )
    frame["lost"] = frame["n_cases"] * frame["more_time"]
    frame["rank"] = frame["lost"].fillna(0).clip(lower=0)
    frame["order"] = sorts.kinds
    return frame.sort_values(["rank", "n_cases", "order", "subject"], ascending=[False, False, True, True])


def _difference(sorts: DeviationSorts, cases: JudgedCases, values: np.ndarray) -> np.ndarray:
    """Mean with less mean without, per sort; nan where no group of cases has both."""
    n_sorts, n_groups = len(sorts.kinds), max(len(cases.firsts) - 1, 1)
    over = cases.is_over
    group, whole = cases.group[over], values[over]
    n_all, sum_all = np.bincount(group, minlength=n_groups), np.bincount(group, whole, minlength=n_groups)
    mine = over[sorts.case] if len(sorts.case) else np.zeros(0, bool)
    key = sorts.sort[mine] * n_groups + cases.group[sorts.case[mine]]
    shape = (n_sorts, n_groups)
    n_with = np.bincount(key, minlength=n_sorts * n_groups).reshape(shape)
    sum_with = np.bincount(key, values[sorts.case[mine]], minlength=n_sorts * n_groups).reshape(shape)
    both = (n_with > 0) & (n_with < n_all)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = sum_with / n_with - (sum_all - sum_with) / (n_all - n_with)
        difference: np.ndarray = np.where(both, apart * n_with, 0).sum(axis=1) / np.where(both, n_with, 0).sum(axis=1)
    return difference
