"""Findings about change: what became quicker or slower from some month on, and steps that are new or gone."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from procmine.core.text.words import Words, write_share
from procmine.insight.findings.finding import Finding, time_words
from procmine.insight.findings.finding_kinds import KINDS
from procmine.insight.findings.log_facts import LogFacts
from procmine.insight.findings.turning_points import TurningPoint, turning_point
from procmine.performance.waiting.lost_times import lost_times

MUCH, LEAST_STAKE = 1.5, 0.01
RARE, USUAL = 0.05, 0.5


def change_findings(facts: LogFacts) -> Iterator[Finding]:
    """Activities before which time became 1.5 times shorter or longer, and those that came or went.

    A change of speed is told where it saves or costs a hundredth of all time lost; a step is new, or gone, or
    taken over by a system, where fewer than 5 % of the cases had it so on one side of the month and more than
    half on the other. What a system does or the standard ignores has no speed. Only cases that are settled are
    compared (`settled`): the newest months tell only of quick cases, and of no late steps. What is there counts in
    all cases, what is quicker, slower or missing in those compared.
    """
    found = lost_times(facts.log, facts.calendar)
    frame = pd.DataFrame({"case_index": found.case, "activity": found.activity, "lost": found.ranked_by})
    settled = facts.settled_months.index
    whole = float(frame.loc[frame["case_index"].isin(settled), "lost"].sum())
    by = frame.groupby(["activity", "case_index"])["lost"].sum()
    for code, name in enumerate(found.activities):
        mine = by.loc[code] if code in by.index.get_level_values(0) else by[:0].droplevel(0)
        if name not in facts.automatic | facts.ignored:
            yield from _speed(facts, name, mine[mine.index.isin(settled)], whole)
        yield from _habit(facts, name, mine.index)
    yield from _taken_over(facts)


def _speed(facts: LogFacts, name: str, mine: pd.Series, whole: float) -> Iterator[Finding]:
    months = facts.settled_months.reindex(mine.index)
    point = turning_point(months, mine)
    if point is None or not (point.ratio >= MUCH or point.ratio * MUCH <= 1):
        return
    later = mine[(months >= point.month).to_numpy()]
    quicker = point.after < point.before
    change = abs(point.before - point.after)
    if change * len(later) < LEAST_STAKE * whole:
        return
    text = Words(
        "之前的时间平均由 {before} 变为 {after}。", "The time before it went from {before} to {after} on average."
    ).filled(before=time_words(point.before), after=time_words(point.after))
    cases = later.index.to_frame(index=False, name="case_index").assign(lost=round(change))
    kind = KINDS["improvement" if quicker else "slower"]
    yield Finding(kind.name, kind.title.filled(what=name, month=_month(point)), text, cases, (name,))


def _habit(facts: LogFacts, name: str, having: pd.Index) -> Iterator[Finding]:
    months = facts.settled_months
    has = pd.Series(months.index.isin(having).astype(float), index=months.index)
    point = turning_point(months, has)
    if point is None or not (min(point.before, point.after) <= RARE and max(point.before, point.after) >= USUAL):
        return
    is_new = point.after > point.before
    title = KINDS["change"].titles["new" if is_new else "gone"]
    text = Words(
        "此前 {before} 的案例有这一步，此后 {after}。", "{before} of the cases had it before, {after} from then on."
    ).filled(before=write_share(point.before), after=write_share(point.after))
    later = months.index[(months >= point.month).to_numpy() & (has == 0).to_numpy()]
    if is_new:
        later = facts.months.index[(facts.months >= point.month).to_numpy() & facts.months.index.isin(having)]
    cases = later.to_frame(index=False, name="case_index").assign(lost=0)
    yield Finding("change", title.filled(what=name, month=_month(point)), text, cases, (name,))


def _taken_over(facts: LogFacts) -> Iterator[Finding]:
    """Activities that people did before, and systems do from some month on."""
    events, months = facts.events, facts.settled_months
    is_system = events["is_system"].eq(True)
    for name, mine in is_system.groupby(events["activity"], sort=True):
        by_case = mine.astype(float).groupby(events["case_index"].loc[mine.index]).max()
        compared = by_case[by_case.index.isin(months.index)]
        point = turning_point(months.reindex(compared.index), compared)
        if point is None or point.before > RARE or point.after < USUAL:
            continue
        title = KINDS["change"].titles["taken_over"]
        text = Words(
            "此前 {before} 由系统完成，此后 {after}。",
            "Systems did it in {before} of the cases before, in {after} from then on.",
        ).filled(before=write_share(point.before), after=write_share(point.after))
        cases = by_case.index[by_case > 0].to_frame(index=False, name="case_index").assign(lost=0)
        yield Finding("change", title.filled(what=name, month=_month(point)), text, cases, (str(name),))


def _month(point: TurningPoint) -> str:
    return f"{point.month:%Y-%m}"
