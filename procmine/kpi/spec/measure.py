"""What one measure is: everything that any room has to know of it, in one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from procmine.core.text.words import Words

Statistic = Literal["mean", "median", "p75", "p90", "p95", "min", "max", "sum", "count"]
Kind = Literal["duration", "share", "number", "count"]
Good = Literal["high", "low", ""]
Bias = Literal[-1, 0, 1]

_USUAL_STATISTIC: Mapping[Kind, str] = {"duration": "median", "number": "mean", "count": "count", "share": "share"}


class Measure(NamedTuple):
    """One measure.

    Attributes
    ----------
    name
        What it is called in project.yml.
    kind
        What its value is: a duration, a share 0..1, a number, or a count of cases.
    computation
        The function that gives its rows: module of `kpi.measures` and name in it.
    good
        Which way is better; empty where that depends.
    needs, takes
        Keys of a KPI that it must and may be given, besides those that all take.
    needs_one_of, needs_together
        Keys of which at least one must be given, and keys that are given both or neither.
    statistic
        The statistic that makes one number of many where none is named; empty for that of its kind.
    is_countable
        Whether a count of its values says something: how many answered.
    bias
        Whether its value for the period in which cases start is too high or too low while some of them are open,
        0 for either; None where open cases do not bend it. Too low is what counts things that may still happen,
        and what takes time, since those that got there so far are the quick ones.
    bias_alone
        The bias where of these keys this one alone is given.
    decided
        Which cases are told for good though they may be open: those that have a value, those that reached `to`,
        those in which it happened; empty for none.
    starts_for
        What is said to need recorded starts, where it does.
    own_split
        A column of its own rows by which a KPI may be split.
    has_limits
        Whether its shares are of durations against limits that stand in the standard.
    is_part
        Whether the hits of a share are some of its units, so that it lies between 0 and 1.
    """

    name: str
    title: Words
    definition: Words
    kind: Kind
    computation: str
    good: Good = "high"
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    needs_one_of: tuple[str, ...] = ()
    needs_together: tuple[str, ...] = ()
    statistic: str = ""
    is_countable: bool = False
    bias: Bias | None = None
    bias_alone: Mapping[str, Bias | None] = {}
    decided: Literal["", "valued", "reached", "happened"] = ""
    starts_for: Words | None = None
    own_split: str = ""
    has_limits: bool = False
    is_part: bool = True

    def usual_statistic(self, kind: Kind) -> str:
        """The statistic that makes one number of many where none is named, of values of this kind."""
        return self.statistic or _USUAL_STATISTIC[kind]

    @property
    def statistics(self) -> tuple[str, ...]:
        """The statistics that say something of it: a count of cases has no mean, and a number of cases is no duration.

        Examples
        --------
        >>> from procmine.kpi.spec.catalogue import MEASURES
        >>> MEASURES["arrivals"].statistics, "count" in MEASURES["throughput"].statistics
        (('count', 'sum'), False)
        """
        if self.kind == "count":
            return ("count", "sum")
        return tuple(name for name in get_args(Statistic) if name != "count" or self.is_countable)
