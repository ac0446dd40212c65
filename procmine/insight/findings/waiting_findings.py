"""Findings about waiting: who collects, who has too much, who is away, and what waits for something outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from procmine.core.text.words import SENTENCES, Words, joined, write_number, write_share
from procmine.insight.findings.finding import Finding, time_words
from procmine.insight.findings.finding_kinds import KINDS
from procmine.insight.findings.log_facts import LogFacts, where_words
from procmine.performance.waiting.cause_records import CAUSES, Cause
from procmine.performance.waiting.cause_rows import cause_rows
from procmine.performance.waiting.lost_times import lost_times

LEAST_LIFT, MOST_LIFT, LEAST_OF_CAUSE, LEAST_OF_ALL = 1.5, 99.0, 0.1, 0.01
LEAST_OUTSIDE, LEAST_CASES, FEWEST = 0.05, 0.01, 5
_MOST_OF_IT = 0.6

_TIMES = Words("{text}，是他人同样工作的 {lift} 倍。", "{text}: {lift} times as long as the same work with others.")
_TIMES_OF_SHARED = Words(
    "{text}；其中 {shared} 是他人也做的工作，为他人的 {lift} 倍。",
    "{text}; {shared} of it for work that others do as well: {lift} times as long as with them.",
)

_OUTSIDE = Words(
    "没有人在忙、也在上班时间内，{n} 个案例仍共等待 {lost}。",
    "With nobody busy and within working hours {n} cases still waited {lost} in all.",
)
_NOBODY_BUSY = Words(
    "没有人在忙，{n} 个案例仍共等待 {lost}；没有工作日历，夜间和假日也计在内。",
    "With nobody busy {n} cases still waited {lost} in all; without a working calendar nights and holidays count.",
)


def waiting_findings(facts: LogFacts) -> Iterator[Finding]:
    """Waiting that a person, or something outside of the office, causes far more than elsewhere.

    A person stands out in a cause when work for them waits 1.5 times as long for it as the same activities
    do with others, and it is a tenth of all waiting for that cause and a hundredth of all waiting. Work that
    nobody else does has nothing to be compared with: its waiting counts, but not in how many times. Waiting
    outside is told by activity, from a twentieth of all waiting on. Findings in fewer than one case in a
    hundred are left out.
    """
    if not {"start", "resource"} <= {*facts.log.all_events.columns}:
        return
    frame, _ = cause_rows(facts.log, facts.calendar, timedelta(0))
    frame = in_working_time(frame, facts)
    whole = float(frame[list(CAUSES)].to_numpy().sum())
    if whole <= 0:
        return
    for cause in CAUSES.values():
        if cause.is_personal:
            yield from _of_people(frame, cause, whole, LEAST_CASES * facts.log.n_cases)
    yield from _outside(frame, whole, facts)


def in_working_time(frame: pd.DataFrame, facts: LogFacts) -> pd.DataFrame:
    """The causes of each instance in working time, µs: together they are the working time of its waiting.

    Causes other than unavailability keep their share of it; what working time is left then – a person was
    away – is unavailability.
    """
    enabled, start = (frame[name].astype("datetime64[us]").astype("int64").to_numpy() for name in ("enabled", "start"))
    working = facts.clock.between(np.minimum(enabled, start), start)
    others = [cause for cause in CAUSES if cause != "unavailability"]
    natural = frame[others].sum(axis=1).to_numpy("float64")
    part = np.minimum(1.0, working / np.maximum(natural, 1.0))
    parts = {cause: np.floor(frame[cause].to_numpy("float64") * part).astype("int64") for cause in others}
    left = working - sum(parts.values())
    is_away = frame["unavailability"].to_numpy() > 0
    rest = np.where(is_away, 0, left)
    chief = np.argmax(np.stack([parts[cause] for cause in others]), axis=0)
    for i, cause in enumerate(others):
        parts[cause] = parts[cause] + np.where(chief == i, rest, 0)
    return frame.assign(**parts, unavailability=np.where(is_away, left, 0))


def _of_people(frame: pd.DataFrame, cause: Cause, whole: float, least_cases: float) -> Iterator[Finding]:
    by = frame.groupby(["resource", "activity"])[cause.name].agg(["sum", "size"]).reset_index()
    all_of = by.groupby("activity")[["sum", "size"]].transform("sum")
    n_others = all_of["size"] - by["size"]
    by["expected"] = ((all_of["sum"] - by["sum"]) / n_others * by["size"]).where(n_others > 0, 0.0)
    by["alone"], by["shared"] = by["sum"].where(n_others == 0, 0), by["sum"].where(n_others > 0, 0)
    people = by.groupby("resource")[["alone", "shared", "expected"]].sum()
    least = max(LEAST_OF_CAUSE * float(by["sum"].sum()), LEAST_OF_ALL * whole)
    people["shared"] = people["shared"].where(people["shared"] >= LEAST_LIFT * people["expected"], 0)
    for who, row in (
        people.assign(lost=people["alone"] + people["shared"]).sort_values("lost", ascending=False).iterrows()
    ):
        if row["lost"] < least:
            continue
        theirs = by[(by["resource"] == who) & ((n_others == 0) | (row["shared"] > 0))]
        what = theirs.sort_values(["sum", "activity"], ascending=[False, True])["activity"].iloc[0]
        mine = frame[(frame["resource"] == who) & frame["activity"].isin(theirs["activity"]) & (frame[cause.name] > 0)]
        cases = mine.groupby("case_index")[cause.name].sum().rename("lost").reset_index()
        lost = _Lost(float(row["alone"]), float(row["shared"]), float(row["expected"]))
        title = KINDS[cause.finding].title.filled(who=who, what=what)
        if len(cases) >= least_cases:
            sentence = _sentence(KINDS[cause.finding].reason, cases, len(mine), lost)
            yield Finding(cause.finding, title, sentence, pd.DataFrame(cases), (str(what),), str(who))


class _Lost(NamedTuple):
    """Waiting for a person: of work that nobody else does, and of what others do as well, which expects so much."""

    alone: float
    shared: float
    expected: float


def _sentence(reason: Words, cases: pd.DataFrame, n: int, lost: _Lost) -> Words:
    whole = lost.alone + lost.shared
    text = Words(
        "{n} 个案例{reason}共等待 {lost}，平均每次 {mean}",
        "{n} cases waited {lost} in all {reason}, {mean} each time on average",
    ).filled(n=write_number(len(cases)), reason=reason, lost=time_words(whole), mean=time_words(whole / max(n, 1)))
    if not lost.shared:
        return Words("{text}；没有别人做这项工作。", "{text}; nobody else does this work.").filled(text=text)
    if lost.shared > MOST_LIFT * lost.expected:
        return Words("{text}。", "{text}.").filled(text=text)
    times = _TIMES if not lost.alone else _TIMES_OF_SHARED
    lift = write_number(lost.shared / lost.expected, 1)
    return times.filled(text=text, lift=lift, shared=time_words(lost.shared))


def _outside(frame: pd.DataFrame, whole: float, facts: LogFacts) -> Iterator[Finding]:
    """Waiting when nobody is busy and everybody is there, by activity."""
    by = frame.groupby("activity")["extraneous"].sum().sort_values(ascending=False)
    for activity, lost in by.items():
        if lost < LEAST_OUTSIDE * whole:
            continue
        mine = frame[frame["activity"] == activity]
        cases = mine.groupby("case_index")["extraneous"].sum().rename("lost").reset_index()
        cases = cases[cases["lost"] > 0]
        if len(cases) < LEAST_CASES * facts.log.n_cases:
            continue
        found = facts.where(cases, mine["case_index"].drop_duplicates().sort_values())
        is_outside = facts.calendar is not None
        title = KINDS["extraneous"].titles["outside" if is_outside else "nobody_busy"]
        text = (_OUTSIDE if is_outside else _NOBODY_BUSY).filled(
            n=write_number(len(cases)), lost=time_words(float(lost))
        )
        sentence = joined([text, where_words(found)], SENTENCES)
        value = found.value if found else ""
        yield Finding("extraneous", title.filled(what=activity), sentence, cases, (str(activity),), value=value)


def unrecorded_findings(facts: LogFacts) -> Iterator[Finding]:
    """Activities whose start nobody writes down, and before which a twentieth of all time between events passes.

    What systems do has no start of its own; what the standard ignores is no work.
    """
    found = lost_times(facts.log, facts.calendar)
    frame = pd.DataFrame(
        {
            "case_index": found.case,
            "activity": found.activity,
            "taker": found.taker,
            "lost": found.ranked_by,
            "known": found.is_waiting,
        }
    )
    whole = float(frame["lost"].sum())
    apart = facts.automatic | facts.ignored
    looked_at = [code for code, name in enumerate(found.activities) if name not in apart]
    unknown = frame[~frame["known"] & frame["activity"].isin(looked_at)]
    sums = unknown.groupby("activity")["lost"].sum().sort_values(ascending=False)
    for code, lost in sums.items():
        mine = unknown[unknown["activity"] == code]
        if whole > 0 and lost >= LEAST_OUTSIDE * whole and mine["case_index"].nunique() >= FEWEST:
            yield _unrecorded(found.activities[int(str(code))], mine, found.resources, float(lost), whole)


def _unrecorded(activity: str, mine: pd.DataFrame, resources: list[str], lost: float, whole: float) -> Finding:
    by = mine[mine["taker"] >= 0].groupby("taker")["lost"].agg(["sum", "size"]).sort_values("sum", ascending=False)
    most = by.iloc[0] if len(by) else None
    stands_out = (
        most is not None
        and most["sum"] >= _MOST_OF_IT * lost
        and most["sum"] / lost >= LEAST_LIFT * most["size"] / by["size"].sum()
    )
    who = resources[int(by.index[0])] if stands_out else ""
    cases = mine.groupby("case_index")["lost"].sum().reset_index()
    title = KINDS["waiting"].title.filled(what=activity)
    text = Words(
        "从到达到完成共 {lost}，占全部的 {share}（没有记录开始时间，含办理本身）。",
        "Between arrival and completion pass {lost}, {share} of all (no start is recorded: the work itself is in it).",
    ).filled(lost=time_words(lost), share=write_share(lost / whole))
    if who:
        lies = Words(
            "其中 {share} 在{who}手上，而此人只办理其中的 {part}。",
            " {share} of it lies with {who}, who does {part} of them.",
        ).filled(
            share=write_share(float(by["sum"].iloc[0]) / lost),
            who=who,
            part=write_share(float(by["size"].iloc[0]) / float(by["size"].sum())),
        )
        text = joined([text, lies], SENTENCES)
    kept = pd.DataFrame(cases[cases["lost"] > 0])
    return Finding("waiting", title, text, kept, (activity,), who)
