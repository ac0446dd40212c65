"""Can the log be trusted? Every check with what it found, also where it found nothing."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.log.worktime import local_time
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words
from procmine.discovery.misdated import misdated

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog

Severity = Literal["error", "warning", "info", "ok"]

SEVERITIES: dict[str, Words] = {
    "error": Words("有误", "wrong"),
    "warning": Words("请注意", "note well"),
    "info": Words("说明", "for information"),
    "ok": Words("正常", "fine"),
}
_BATCH = 10
_LONG_GAP = timedelta(days=10)
_LATE_PART = 10
_SHOWN = 5


class _CheckFound(NamedTuple):
    """What one check found: how many of how many, how bad that is, and where to look."""

    check: Words
    n: int
    n_all: int
    severity: Severity
    detail: str | Words = ""


@dataclass(frozen=True, repr=False, eq=False)
class DataQuality(Result):
    """The checks of a log, the gravest first.

    Attributes
    ----------
    n_grave
        How many checks found something wrong or to be noted.
    """

    TITLE: ClassVar[Words] = Words("数据质量", "Data quality")
    CHART: ClassVar[Chart | None] = Bars(("check",), "n")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "severity": Column("text", Words("级别", "Severity"), words=SEVERITIES),
        "check": Column("text", Words("检查", "Check")),
        "n": Column("count", Words("数量", "Found")),
        "share": Column("share", Words("占比", "Share")),
        "detail": Column("text", Words("具体", "Where")),
    }

    n_grave: int = 0

    @property
    def scalars(self) -> dict[str, int]:
        """How many checks ask for attention."""
        return {"n_grave": self.n_grave}

    @property
    def sentence(self) -> str:
        """Whether there is anything to look at before believing the figures."""
        if self.table.empty:
            return ""
        if self.n_grave == 0:
            return Words("没有发现需要注意的数据问题。", "Nothing in the data asks for attention.").say(self.language)
        said = Words(
            "{n_all} 项检查中有 {n} 项需要注意。",
            "{n} of {n_all} checks ask for attention before the figures are believed.",
        )
        return said.filled(n=self.n_grave, n_all=len(self.table)).say(self.language)


def data_quality(log: EventLog, *, calendar: WorkCalendar | None = None) -> DataQuality:
    """Check a log for what makes figures wrong: missing, double, impossible, lumped and absent events.

    Severities: *wrong* cannot have happened; *note well* bends figures; the others are good to know.
    A batch is ten or more events of one activity (and resource, where known) in the same second; a gap
    is more than ten days without any event; a new activity is first seen in the last tenth of the period. Where
    arrivals are recorded, dates that are a day off are counted (`misdated`, which lists them).

    Parameters
    ----------
    calendar
        The working calendar: work on days off shows wrong dates too.

    Examples
    --------
    >>> import procmine as pm
    >>> quality = pm.data_quality(pm.six_cases())
    >>> quality.table.loc[quality.table["severity"] == "info", ["check", "n"]]
           check  n
    0  尚未关闭的案例  1
    """
    if log.first is None or log.last is None:
        return DataQuality.of(log, pd.DataFrame(columns=list(DataQuality.COLUMNS)))
    found = [
        *_of_import(log),
        *_of_events(log),
        *_of_dates(log, calendar),
        *_of_cases(log),
        *_of_period(log, log.first, log.last),
        *_of_attributes(log),
    ]
    order = list(SEVERITIES)
    found.sort(key=lambda one: order.index(one.severity))
    rows = [
        (
            one.severity,
            one.check.say(log.language),
            one.n,
            one.n / one.n_all if one.n_all else 0.0,
            one.detail.say(log.language) if isinstance(one.detail, Words) else one.detail,
        )
        for one in found
    ]
    n_grave = sum(one.severity in ("error", "warning") for one in found)
    return DataQuality.of(log, pd.DataFrame(rows, columns=list(DataQuality.COLUMNS)), n_grave=n_grave)


def _grade(n: int, bad: Severity = "warning") -> Severity:
    return bad if n else "ok"


def _of_import(log: EventLog) -> Iterator[_CheckFound]:
    """What the import report counted."""
    report = log.import_report
    counted: Counter[str] = Counter()
    for note in report.notes:
        counted[note.code] += int(str(note.facts.get("n", 0)))
    reasons = "; ".join(dict.fromkeys(one.reason.say(log.language) for one in report.rejections))
    yield _CheckFound(
        Words("拒绝的行", "Refused rows"), report.n_rejected, report.n_rows, _grade(report.n_rejected), reasons
    )
    graded: tuple[tuple[str, Words, Severity], ...] = (
        ("duplicates", Words("完全相同的相邻事件", "Exact copies of the event before"), "warning"),
        ("future", Words("晚于导入时刻的事件", "Events after the moment of import"), "error"),
        ("start_after_end", Words("开始晚于完成的事件", "Events that start after they end"), "error"),
        ("doubtful_times", Words("处在夏令时切换处的时间", "Times at a clock change"), "info"),
    )
    if n := counted["dates_only"]:
        yield _CheckFound(
            Words("没有时刻、只有日期的事件", "Events dated without a time of day"), n, report.n_events, "warning"
        )
    for code, check, bad in graded:
        n = counted[code]
        yield _CheckFound(check, n, report.n_events, _grade(n, bad))


def _of_events(log: EventLog) -> Iterator[_CheckFound]:
    events = log.events
    same = events.timestamp == events.previous_timestamp
    n_ties = int(events.filter(same).count().to_pyarrow().as_py())
    severity: Severity = "warning" if n_ties > log.n_events / 10 else _grade(n_ties, "info")
    yield _CheckFound(
        Words("与前一事件时间相同，先后靠推定", "Same time as the event before: their order is assumed"),
        n_ties,
        log.n_events,
        severity,
    )
    if "resource" in events.columns:
        n = int(events.filter(events.resource.isnull()).count().to_pyarrow().as_py())
        severity = "warning" if n > log.n_events / 10 else _grade(n, "info")
        yield _CheckFound(Words("没有处理人的事件", "Events without a resource"), n, log.n_events, severity)
    batches = _batches(log)
    shown = "; ".join(
        f"{row.activity} ×{row.n} {log.local(row.second.to_pydatetime()):%Y-%m-%d %H:%M:%S}"
        for row in batches.head(_SHOWN).itertuples()
    )
    n = int(batches["n"].sum())
    yield _CheckFound(Words("同一秒成批写入的事件", "Events written in one lump"), n, log.n_events, _grade(n), shown)


def _of_dates(log: EventLog, calendar: WorkCalendar | None) -> Iterator[_CheckFound]:
    if "enabled" not in log.events.columns:
        return
    off = misdated(log, calendar=calendar)
    check = Words("日期错了一天的事件", "Events dated a day off")
    rows = zip(off.table["case_id"].head(_SHOWN), off.table["activity"], strict=False)
    shown = "; ".join(f"{case} {activity}" for case, activity in rows)
    yield _CheckFound(check, len(off.table), off.n_events, _grade(len(off.table)), shown)


def _batches(log: EventLog) -> pd.DataFrame:
    """Ten or more events of one kind in one second, the largest lump first."""
    second = log.events.timestamp.truncate("s")
    by = [name for name in ("activity", "resource") if name in log.events.columns]
    counted = log.events.group_by([*by, second.name("second")]).aggregate(n=lambda t: t.count())
    frame = fetch(counted.filter(counted.n >= _BATCH))
    return frame.sort_values(["n", "second", *by], ascending=[False, True, *(True for _ in by)])


def _of_cases(log: EventLog) -> Iterator[_CheckFound]:
    cases = log.cases
    n = int(cases.filter(cases.n_events == 1).count().to_pyarrow().as_py())
    severity: Severity = "warning" if n > log.n_cases / 20 else _grade(n, "info")
    yield _CheckFound(Words("只有一个事件的案例", "Cases of a single event"), n, log.n_cases, severity)
    if log.knows_states:
        n = int(cases.filter(cases.state == "open").count().to_pyarrow().as_py())
        severity = "warning" if n > log.n_cases / 2 else _grade(n, "info")
        yield _CheckFound(Words("尚未关闭的案例", "Cases not yet closed"), n, log.n_cases, severity)


def _of_period(log: EventLog, first: datetime, last: datetime) -> Iterator[_CheckFound]:
    day = local_time(log.events.timestamp, log.zone, first, last).date().name("day")
    days = sorted(row["day"] for row in day.as_table().distinct().to_pyarrow().to_pylist())
    gaps = list(_gaps(days))
    shown = "; ".join(f"{before} – {after}" for before, after in gaps[:_SHOWN])
    check = Words("超过十天没有任何事件的空档", "Gaps of more than ten days without any event")
    yield _CheckFound(check, len(gaps), 0, _grade(len(gaps)), shown)
    late = last - (last - first) / _LATE_PART
    seen = log.events.group_by("activity").aggregate(since=log.events.timestamp.min())
    names = sorted(fetch(seen.filter(seen.since > late))["activity"].tolist())
    check = Words("最近才出现的活动", "Activities first seen lately")
    yield _CheckFound(check, len(names), len(log.activities), _grade(len(names), "info"), _named(names))


def _gaps(days: list[date]) -> Iterator[tuple[date, date]]:
    return ((before, after) for before, after in itertools.pairwise(days) if after - before > _LONG_GAP)


def _of_attributes(log: EventLog) -> Iterator[_CheckFound]:
    tables = ((log.cases, log.case_attributes), (log.events, log.event_attributes))
    n_values = {name: n for table, names in tables for name, n in _n_values(table, names)}
    constant = [name for name, n in n_values.items() if n <= 1]
    check = Words("只有一个值的属性", "Attributes of a single value")
    yield _CheckFound(check, len(constant), len(n_values), _grade(len(constant), "info"), _named(constant))


def _n_values(table: ir.Table, names: Sequence[str]) -> Iterable[tuple[str, int]]:
    """How many values each column has."""
    if not names:
        return ()
    counts = table.aggregate([table[name].nunique().name(f"n{i}") for i, name in enumerate(names)])
    return zip(names, fetch(counts).iloc[0].tolist(), strict=True)


def _named(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
