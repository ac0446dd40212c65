"""Filters by attribute, period and time: each takes a log and returns a new one with fewer cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from procmine.core.log.worktime import to_universal
from procmine.core.text.errors import FilterError, UnknownNameError
from procmine.core.text.words import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

_COLUMN = Words("属性", "attribute")
_VALUE = Words("“{column}”的值", "value of {column!r}")


def filter_cases(log: EventLog, values: Mapping[str, Any] | None = None, **more: Any) -> EventLog:
    """Keep the cases whose attributes have these values.

    Parameters
    ----------
    values, more
        Attribute to value, or to a list of values of which one must hold; `None` stands for "not
        given". An attribute of events, `resource` for instance, keeps the cases in which at least
        one event has the value. `case_id` selects single cases.

    Raises
    ------
    UnknownNameError
        If the log has no such attribute, or the imported log no such value.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.six_cases().filter_cases(渠道="邮件").n_cases
    2
    """
    cases = log.cases
    for name, wanted in {**(values or {}), **more}.items():
        known = ["case_id", *log.case_attributes]
        if name in known:
            test = _one_of(log.all_cases, name, wanted)
            cases = cases.filter(test(cases[name]))
        elif name in log.all_events.columns and name not in _NO_FILTER:
            test = _one_of(log.all_events, name, wanted)
            cases = cases.semi_join(log.all_events.filter(test(log.all_events[name])), "case_index")
        else:
            events = [column for column in log.all_events.columns if column not in _NO_FILTER]
            raise UnknownNameError.among(_COLUMN, [name], [*known, *events], "filter_cases")
    return log.restricted_to(cases)


_NO_FILTER = ("case_index", "position", "previous_activity", "previous_timestamp", "timestamp", "start", "enabled")


def _one_of(table: ir.Table, name: str, wanted: Any) -> Callable[[ir.Column], ir.BooleanValue]:
    values = list(wanted) if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
    given = [value for value in values if value is not None]
    if table[name].type().is_string():
        given = [str(value) for value in given]
    present = set(table.filter(table[name].isin(given)).select(name).distinct().to_pyarrow()[name].to_pylist())
    absent = [str(value) for value in given if value not in present]
    if absent:
        known = table.select(name).distinct().order_by(name).limit(1000).to_pyarrow()[name].to_pylist()
        what = _VALUE.filled(column=name)
        raise UnknownNameError.among(what, absent, [str(value) for value in known if value is not None], "filter_cases")

    def test(column: ir.Column) -> ir.BooleanValue:
        matches = column.isin(given)
        return matches.fill_null(False) | column.isnull() if len(given) < len(values) else matches

    return test


Which = Literal["started", "completed", "within", "touching"]


def filter_period(
    log: EventLog, start: str | None = None, end: str | None = None, *, cases: Which = "started"
) -> EventLog:
    """Keep the cases of a period of local time; events are never trimmed.

    Parameters
    ----------
    start, end
        `2026`, `2026-06`, `2026-06-15` or `2026-06-15 14:30[:05]`, read in the log's zone. Both ends
        belong to the period, at the precision written: `2026-06` as the end is all of June. None
        leaves a side open.
    cases
        Which cases count: `started` or `completed` in the period (their first or last event),
        `within` it from first to last event, or `touching` it.

    Raises
    ------
    FilterError
        If a bound is no date, or the period ends before it starts.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.six_cases().filter_period("2026-03-03", "2026-03-04").n_cases
    3
    """
    low = to_universal(_bounds(start)[0], log.zone) if start else datetime.min
    high = to_universal(_bounds(end)[1], log.zone) if end else datetime.max
    if start and end and high <= low:
        raise FilterError.because(
            f"filter_period({start!r}, {end!r})",
            Words("时间段的结束早于开始", "the period ends before it starts"),
            Words("交换两个日期", "swap the two dates"),
        )
    table = log.cases
    first, last = table.start, table.end
    kept = {
        "started": [(first, "from"), (first, "until")],
        "completed": [(last, "from"), (last, "until")],
        "within": [(first, "from"), (last, "until")],
        "touching": [(last, "from"), (first, "until")],
    }
    if cases not in kept:
        raise UnknownNameError.among(Words("方式", "choice of cases"), [cases], list(kept), "filter_period")
    tests = [
        instant >= low if side == "from" else instant < high
        for instant, side in kept[cases]
        if (side == "from" and start) or (side == "until" and end)
    ]
    return log.restricted_to(table.filter(*tests) if tests else table)


_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})"
    r"(?:[ T](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?)?)?"
)


def _bounds(written: str) -> tuple[datetime, datetime]:
    """From the first instant of what was written until the first instant after it (local time)."""
    match = _DATE.fullmatch(written.strip())
    parts = {name: int(value) for name, value in match.groupdict().items() if value} if match else {}
    try:
        begin = datetime(**{"year": 0, "month": 1, "day": 1, **parts})  # type: ignore[arg-type]
    except ValueError:
        raise FilterError.because(
            f"filter_period: {written!r}",
            Words("不是日期", "this is no date"),
            Words(
                "写成 2026、2026-06、2026-06-15 或 2026-06-15 14:30",
                "write 2026, 2026-06, 2026-06-15 or 2026-06-15 14:30",
            ),
        ) from None
    if "day" not in parts:
        months = 1 if "month" in parts else 12
        year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
        return begin, begin.replace(year=year, month=month + 1)
    steps = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "day": timedelta(days=1)}
    return begin, begin + next(step for unit, step in steps.items() if unit in parts)


def filter_throughput(
    log: EventLog, *, min: timedelta | str | None = None, max: timedelta | str | None = None
) -> EventLog:
    """Keep the cases whose throughput time lies between two durations, both included.

    Parameters
    ----------
    min, max
        A timedelta, or text such as `"2 days"` or `"36 h"`; natural time.

    Raises
    ------
    FilterError
        If a text is no duration.
    """
    duration = log.cases.end.delta(log.cases.start, unit="microsecond")
    tests = []
    if min is not None:
        tests.append(duration >= _microseconds(min))
    if max is not None:
        tests.append(duration <= _microseconds(max))
    return log.restricted_to(log.cases.filter(*tests) if tests else log.cases)


def _microseconds(duration: timedelta | str) -> int:
    try:
        return int(pd.Timedelta(duration) / pd.Timedelta(microseconds=1))
    except ValueError:
        raise FilterError.because(
            f"filter_throughput: {duration!r}",
            Words("不是时长", "this is no duration"),
            Words('例如 "2 days" 或 "36 h"', 'for example "2 days" or "36 h"'),
        ) from None
