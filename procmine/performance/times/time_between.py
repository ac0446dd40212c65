"""From one activity to another within a case: the time between marked points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd

from procmine.core.clock.calendar import Pause, Sla, WorkCalendar
from procmine.core.log.columns import LABELS
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number, write_time
from procmine.performance.ground.distributions import QUANTILES, SHAPE, TIME
from procmine.performance.ground.elapsed import CaseClock

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

Occurrence = Literal["first", "last"]
_PAUSED = "paused"
_LESS = Words("，已扣除暂停", ", less pauses")
_TIME = TIME._replace(words={**TIME.words, _PAUSED: Words("自然时间，已扣除暂停", "natural, less pauses")})


@dataclass(frozen=True, repr=False, eq=False)
class TimeBetween(Result):
    """The distribution of the time from one activity to another, one row per kind of time.

    Attributes
    ----------
    n_without
        Cases that have the first activity and not the second one after it.
    """

    TITLE: ClassVar[Words] = Words("活动之间的时间", "Time between activities")
    CHART: ClassVar[Chart | None] = Bars(("time",), "median")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "time": _TIME,
        "n_cases": Column("count", Words("案例", "Cases"), Words("两点都到达的案例", "cases that reached both points")),
        **SHAPE,
    }

    source: str = ""
    target: str = ""
    n_without: int = 0
    is_paused: bool = False
    warning: str = ""
    of_cases: BetweenCases | None = field(default=None, kw_only=True)

    @property
    def scalars(self) -> dict[str, Any]:
        """Cases that did not reach the second point."""
        return {"n_without": self.n_without}

    @cached_property
    def cases(self) -> BetweenCases | None:
        """Every case, longest first."""
        return self.of_cases

    @property
    def sentence(self) -> str:
        """The middle and the tail in the narrowest kind of time, and who never arrived."""
        if self.table.empty:
            none = _NONE_THERE if self.n_without else _NONE_HERE
            about = {"source": self.source, "target": self.target, "n": write_number(self.n_without)}
            return none.filled(**about).say(self.language)
        row = self.table.iloc[-1]
        is_working = row["time"] == "working"
        kind = Words("工作时间", "working time") if is_working else Words("自然时间", "natural time")
        less = _LESS if self.is_paused else Words("", "")
        text = Words(
            "从 {source} 到 {target}：中位 {median}，九成在 {p90} 内（{kind}{less}）；{n} 个案例到达了起点而未到终点。",
            "From {source} to {target}: median {median}, nine in ten up to {p90} ({kind}{less}); {n} cases reached the first point and not the second.",
        )
        quantiles = {name: write_time(row[name], self.language, working=is_working) for name in ("median", "p90")}
        about = {"source": self.source, "target": self.target, "n": write_number(self.n_without)}
        return text.filled(**quantiles, **about, kind=kind, less=less).say(self.language) + self.warning


_NONE_HERE = Words("没有案例到达 {source}。", "No case reached {source}.")
_NONE_THERE = Words(
    "{n} 个案例到达了 {source}，其后都未到 {target}。",
    "{n} cases reached {source}, and none of them {target} after it.",
)


@dataclass(frozen=True, repr=False, eq=False)
class BetweenCases(Result):
    """Cases with the two points and the time between them, longest first."""

    TITLE: ClassVar[Words] = Words("各案例两点之间的时间", "Time between two points by case")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("natural")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", LABELS["case_id"]),
        "from": Column("time", Words("起点", "From")),
        "to": Column("time", Words("终点", "To")),
        "natural": Column("duration", Words("自然时间", "Natural time")),
        "working": Column(
            "duration",
            Words("工作时间", "Working time"),
            Words("扣除暂停；没有日历则为空", "less pauses; empty without a calendar"),
        ),
    }


class PausedCases(BetweenCases):
    """The same where there are pauses and no calendar."""

    COLUMNS: ClassVar[Mapping[str, Column]] = {
        **BetweenCases.COLUMNS,
        "working": Column("duration", Words("扣除暂停", "Less pauses"), Words("自然时间", "natural time")),
    }


def time_between(
    log: EventLog,
    source: str,
    target: str,
    *,
    calendar: WorkCalendar | None = None,
    pauses: Sequence[Pause] = (),
    of_source: Occurrence = "first",
    of_target: Occurrence = "first",
) -> TimeBetween:
    """The time from the completion of one activity to the completion of another, per case.

    Parameters
    ----------
    calendar, pauses
        Where one is given, working time less pauses stands beside natural time; with pauses alone, natural time less pauses.
    of_source
        Which occurrence in the case it runs from.
    of_target
        Which occurrence after that it runs to.

    Raises
    ------
    UnknownNameError
        If the log as imported has no activity of such a name.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.time_between(pm.six_cases(), "受理", "关闭")
    >>> found.table[["n_cases", "median"]], found.n_without
    (   n_cases          median
    0        5 1 days 01:00:00, 1)
    """
    _known(log, source, target)
    points = fetch(_points(log, source, target, of_source, of_target))
    reached = points[points["to"].notna()]
    about = {"source": source, "target": target, "n_without": len(points) - len(reached)}
    if reached.empty:
        return TimeBetween.of(log, pd.DataFrame(columns=list(TimeBetween.COLUMNS)), **about)
    clock = CaseClock.of(log, Sla(calendar=calendar, pauses=tuple(pauses)))
    begins, ends = (reached[name].astype("datetime64[us]").astype("int64").to_numpy() for name in ("from", "to"))
    working = clock.between(reached["case_index"].to_numpy().astype("int64"), begins, ends)
    narrower = None if calendar is None and not pauses else _PAUSED if calendar is None else "working"
    timed = reached.assign(natural=ends - begins, working=float("nan") if narrower is None else working)
    kinds = {"natural": "natural"} | ({} if narrower is None else {narrower: "working"})
    frame = pd.DataFrame([{"time": kind, **_shape(timed[column])} for kind, column in kinds.items()])
    timed = timed.sort_values([[*kinds.values()][-1], "case_index"], ascending=[False, True])
    cases = PausedCases if narrower == _PAUSED else BetweenCases
    more = {
        "is_paused": bool(pauses),
        "warning": clock.clock.warning(log.language),
        "of_cases": cases.of(log, timed),
    }
    return TimeBetween.of(log, frame, **about, **more)


def _known(log: EventLog, *activities: str) -> None:
    unknown = [name for name in activities if name not in log.activities]
    if unknown:
        # What a filter left out, and what an empty log does not have, was not misspelt.
        imported = sorted(fetch(log.all_events.select("activity").distinct())["activity"])
        unknown = [name for name in unknown if name not in imported] if imported else []
    if unknown:
        raise UnknownNameError.among(Words("活动", "activity"), unknown, imported, "time_between")


def _points(log: EventLog, source: str, target: str, of_source: Occurrence, of_target: Occurrence) -> ir.Table:
    """Case and the two instants; the second is null where it does not come."""
    events = log.events.select("case_index", "position", "activity", "timestamp")
    begun = _picked(events.filter(events.activity == source), of_source)
    sources = begun.select("case_index", begin="position", **{"from": begun.timestamp})
    later = events.filter(events.activity == target).inner_join(sources, "case_index")
    reached = _picked(later.filter(later.position > later.begin), of_target)
    targets = reached.select("case_index", to="timestamp")
    points = sources.left_join(targets, "case_index").select("case_index", "from", "to")
    return points.inner_join(log.cases.select("case_index", "case_id"), "case_index").order_by("case_index")


def _picked(events: ir.Table, which: Occurrence) -> ir.Table:
    """One event per case: the first or the last."""
    chosen = events.group_by("case_index").aggregate(
        position=events.position.min() if which == "first" else events.position.max()
    )
    return events.semi_join(chosen, ["case_index", "position"])


def _shape(values: pd.Series) -> dict[str, Any]:
    total = int(values.sum())
    quantiles = {name: values.quantile(share) for name, share in QUANTILES.items()}
    return {
        "n_cases": len(values),
        "mean": total / len(values),
        "min": values.min(),
        "max": values.max(),
        "total": total,
        **quantiles,
    }
