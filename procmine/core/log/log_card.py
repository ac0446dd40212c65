"""How a log shows itself: a line, and a card that says what it holds, what was refused, and what to do next."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from procmine.core.html.fragments import facts_html
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_EMPTY = Words("日志中没有案例", "the log holds no cases")
_PERIOD = Words("{first} 至 {last} · 时区 {zone}", "{first} to {last} · time zone {zone}")
_CASES, _EVENTS, _ACTIVITIES = Words("案例", "Cases"), Words("事件", "Events"), Words("活动", "Activities")
_FILTERED = Words("已筛选：共 {m} 个案例，留下 {n} 个。", "Filtered: {n} of {m} cases are left.")
_REFUSED = Words("读取 {m} 行，其中 {n} 行没有读入：", "{m} rows were read, and {n} of them refused:")
_WHOLE = Words("读取 {m} 行，没有一行被拒绝。", "{m} rows were read, and none was refused.")
_MORE = Words("另有 {n} 种原因", "and {n} more reasons")
_WARNED = Words("关于数据，有 {n} 件事要先知道", "{n} things to know about the data")
_NEXT = Words("接下来：", "Next: ")
_STEPS = (
    ("overview", Words("概览", "the numbers")),
    ("process_map", Words("流程图", "the map")),
    ("variants", Words("变体", "the variants")),
)
_MOST_REASONS = 3


def log_line(log: EventLog) -> str:
    """A log in one line, for consoles."""
    period = ""
    if log.first and log.last:
        period = f", {log.local(log.first):%Y-%m-%d} – {log.local(log.last):%Y-%m-%d}"
    return (
        f"<EventLog {log.name!r}: {write_number(log.n_cases)} cases, {write_number(log.n_events)} events, "
        f"{log.n_activities} activities, {write_number(log.n_variants)} variants{period} ({log.zone})>"
    )


def log_period(log: EventLog) -> Words:
    """First and last day of a log, in its zone; empty where it holds nothing."""
    if log.first is None or log.last is None:
        return Words("", "")
    first, last = (f"{log.local(instant):%Y-%m-%d}" for instant in (log.first, log.last))
    return _PERIOD.filled(first=first, last=last, zone=log.zone)


def log_card(log: EventLog) -> str:
    """A log as a card: its name, its size and period, what reading refused, and what to call next."""
    numbers = ((log.n_cases, _CASES), (log.n_events, _EVENTS), (log.n_activities, _ACTIVITIES))
    facts = facts_html([(write_number(n), label.say(log.language)) for n, label in numbers])
    period = escape(log_period(log).say(log.language) or _EMPTY.say(log.language))
    return (
        f'<div class="pm-log"><p class="pm-log-name"><b>{escape(log.name)}</b></p>{facts}<p>{period}</p>'
        f"{_filtered(log)}{_refused(log)}{_next(log)}</div>"
    )


def _filtered(log: EventLog) -> str:
    if log.cases is log.all_cases:
        return ""
    whole = int(log.all_cases.count().to_pyarrow().as_py())
    said = _FILTERED.filled(n=write_number(log.n_cases), m=write_number(whole))
    return f"<p>{said.say(log.language)}</p>"


def _refused(log: EventLog) -> str:
    """What reading refused; nothing where no file was read."""
    report = log.import_report
    if not report.files:
        return ""
    said = (_REFUSED if report.n_rejected else _WHOLE).filled(
        n=write_number(report.n_rejected), m=write_number(report.n_rows)
    )
    shown = [rejection.say(log.language) for rejection in report.rejections[:_MOST_REASONS]]
    if len(report.rejections) > len(shown):
        shown.append(_MORE.filled(n=len(report.rejections) - len(shown)).say(log.language))
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in shown)
    return f"<p>{said.say(log.language)}</p>{f'<ul>{reasons}</ul>' if report.n_rejected else ''}"


def _next(log: EventLog) -> str:
    """Calls worth making: of what was refused or noted first, then the analyses that every log allows."""
    report, steps = log.import_report, []
    if report.n_rejected:
        steps.append(("rejected_rows", Words("没有读入的行", "the rows refused")))
    if report.warnings:
        steps.append(("import_notes", _WARNED.filled(n=len(report.warnings))))
    steps += _STEPS if log.n_cases else ()
    calls = [f"<code>pm.{name}(log)</code> {escape(words.say(log.language))}" for name, words in steps]
    return f"<p>{_NEXT.say(log.language)}{' · '.join(calls)}</p>" if calls else ""
