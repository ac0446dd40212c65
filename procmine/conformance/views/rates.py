"""Sums over judged cases: fitness, events that conform, and how a working day is counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from procmine.conformance.judging.deviations import Deviations
from procmine.conformance.judging.judged_groups import Group
from procmine.conformance.judging.time_limits import Clocks
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.core.text.words import Language


def average_fitness(groups: Sequence[Group], n_cases: int) -> float:
    """The mean over cases of 1 - cost / worst cost; 1 where there are none."""
    sums = [
        ((1 - group.alignments.costs / np.maximum(group.alignments.worst, 1)) * group.weights).sum() for group in groups
    ]
    return float(sum(sums) / n_cases) if n_cases else 1.0


def event_sums(groups: Sequence[Group], deviations: Deviations) -> tuple[int, int]:
    """Events judged, and those that the standard expects where they are, by whom and when they are."""
    n_all = n_fitting = 0
    blamed = deviations.blamed_events()
    for i, group in enumerate(groups):
        done, weights = group.done, group.weights
        sizes = done.size * weights[done.begun.owner]
        is_fitting = group.alignments.nodes >= 0
        path, place = deviations.paths_of(blamed, i)
        execution = done.of_event[group.paths.begins[path] + place - 1]
        n_blamed = int(np.sum(is_fitting[execution[execution >= 0]]))
        n_all, n_fitting = n_all + int(sizes.sum()), n_fitting + int(sizes[is_fitting].sum()) - n_blamed
    return n_all, n_fitting


def working_day_remark(clocks: Clocks, language: Language) -> str:
    """How a working day is counted, and whether holidays are not published yet."""
    if clocks.sla.calendar is None:
        text = Words("没有工作日历：1 天按 24 小时自然时间计。",
                     " There is no working calendar: a day counts 24 hours of natural time.")  # fmt: skip
        return text.say(language)
    hours = f"{clocks.day / 3_600_000_000:g}"
    text = Words("1 个工作日按 {hours} 小时工作时间计。", " A working day counts {hours} hours of working time.")
    return text.filled(hours=hours).say(language) + clocks.warning(language)
