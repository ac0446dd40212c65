"""What a path did and what the standard asks of it, step by step: the rows of an alignment, ready to be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from procmine.conformance.aligning.flow_deviations import SKIPPED, WRONG_ORDER
from procmine.conformance.judging.judged_groups import Group
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.text.words import Words

STEP_WORDS: dict[str, Words] = {
    "kept": Words("符合", "as it should be"),
    "due": Words("本应在此", "was due here"),
    **DEVIATION_KINDS.words,
}


class AlignedStep(NamedTuple):
    """A node that was done, or that the standard asks for.

    Attributes
    ----------
    name
        The node, or an activity that is foreign to the standard.
    kind
        `kept`; what the ledger calls it: `skipped`, `unexpected`, `wrong_order`, `repeated`; or `due`, where
        a node in the wrong order should have been.
    is_done, is_asked
        Whether it was done here, and whether the standard asks for it here.
    is_allowed
        Whether the standard accepts this deviation.
    activity, place
        The activity it begins with and its place in the case, from 1; empty and 0 where it was not done.
    """

    name: str
    kind: str
    is_done: bool
    is_asked: bool
    is_allowed: bool = False
    activity: str = ""
    place: int = 0

    @property
    def is_deviation(self) -> bool:
        """Whether it counts as a deviation from the standard."""
        return self.kind not in ("kept", "due") and not self.is_allowed


def aligned_steps(group: Group) -> list[tuple[AlignedStep, ...]]:
    """The steps of every path of a group: its executions, and between them what is missing."""
    events = _kinds(group)
    missing = _missing(group)
    nodes = group.alignments.nodes.tolist()
    begins = group.alignments.begins.tolist()
    allowed = _allowed(group)
    all_steps = []
    for row, activities in enumerate(group.executions):
        places, gaps = group.places[row], missing.get(row, {})
        steps: list[AlignedStep] = []
        for i, activity in enumerate(activities):
            steps += gaps.get(i, ())
            node = nodes[begins[row] + i]
            kind, name = events.get((row, i), ("kept", ""))
            name = group.model.nodes[node] if node >= 0 else name or _claimed(group, activity)
            is_fine = (kind, name) in allowed
            steps.append(AlignedStep(name, kind, True, node >= 0, is_fine, activity, int(places[i])))
        all_steps.append(_with_later_repeats([*steps, *gaps.get(len(activities), ())]))
    return all_steps


def _with_later_repeats(steps: list[AlignedStep]) -> tuple[AlignedStep, ...]:
    """The same steps, where of a node that is done again the later one is too many, as in the ledger.

    The alignment may have it the other way round. What the standard asks for stays in its order.
    """
    for i, step in enumerate(steps):
        if step.is_asked or step.kind != "kept":
            continue
        later = next((j for j in range(i + 1, len(steps)) if steps[j].is_asked), None)
        if later is not None and (steps[later].name, steps[later].kind) == (step.name, "repeated"):
            steps[i], steps[later] = step._replace(is_asked=True), steps[later]._replace(is_asked=False)
    return tuple(steps)


def _claimed(group: Group, activity: str) -> str:
    """The node that an event too many belongs to, else its activity."""
    claims = group.model.claims.get(activity, ())
    return group.model.nodes[claims[0]] if claims else activity


def _kinds(group: Group) -> dict[tuple[int, int], tuple[str, str]]:
    """Kind and subject of each execution that deviates, by path and position."""
    rows, kinds, nodes, positions, _ = (column.tolist() for column in group.flow_deviations)
    return {
        (row, position): (DEVIATION_KINDS.names[kind], group.model.nodes[node] if node >= 0 else "")
        for row, kind, node, position in zip(rows, kinds, nodes, positions, strict=True)
        if kind != SKIPPED
    }


def _missing(group: Group) -> dict[int, dict[int, list[AlignedStep]]]:
    """What each path lacks, by the number of executions before it; a node that came elsewhere was due there."""
    allowed = _allowed(group)
    moved = Counter(
        (row, node, due)
        for row, kind, node, _, due in zip(*(column.tolist() for column in group.flow_deviations), strict=True)
        if kind == WRONG_ORDER
    )
    gaps: dict[int, dict[int, list[AlignedStep]]] = {}
    for row, before, node in group.alignments.skipped.tolist():
        name = group.model.nodes[node]
        kind = "due" if moved[row, node, before] else "skipped"
        moved[row, node, before] -= kind == "due"
        step = AlignedStep(name, kind, False, True, (kind, name) in allowed)
        gaps.setdefault(row, {}).setdefault(before, []).append(step)
    return gaps


def _allowed(group: Group) -> set[tuple[str, str]]:
    """The deviations that are accepted, by kind and node."""
    return {(one.kind, one.subject) for one in group.version.allowed_deviations}


class Way(NamedTuple):
    """A distinct sequence of steps, and how many cases took it; `is_open` where they are still going on."""

    steps: tuple[AlignedStep, ...]
    is_open: bool
    n_cases: int

    @property
    def n_deviations(self) -> int:
        """How many deviations it has."""
        return sum(step.is_deviation for step in self.steps)


def ways_of(groups: Sequence[Group]) -> tuple[list[Way], pd.DataFrame]:
    """The distinct ways of all cases judged, most cases first, and the number of each case's way, from 1.

    Paths that differ only in what does a node, or in events that are not judged, are one way.
    """
    counts: Counter[tuple[tuple[AlignedStep, ...], bool]] = Counter()
    parts = []
    for group in groups:
        is_open = group.is_open
        keys = [
            (tuple(step._replace(activity="", place=0) for step in steps), is_open) for steps in aligned_steps(group)
        ]
        rows = group.cases["row"].to_numpy()
        for row, n in zip(*_counted(rows), strict=True):
            counts[keys[row]] += n
        parts.append((group.cases[["case_index", "case_id"]], rows, keys))
    ordered = sorted(counts, key=lambda key: (-counts[key], key))
    number = {key: i for i, key in enumerate(ordered, 1)}
    frames = [frame.assign(way=[number[keys[row]] for row in rows]) for frame, rows, keys in parts]
    empty = pd.DataFrame({"case_index": [], "case_id": [], "way": []}).astype({"case_index": "int64", "way": "int64"})
    cases = pd.concat(frames, ignore_index=True) if frames else empty
    return [Way(*key, counts[key]) for key in ordered], cases.sort_values(["way", "case_index"], ignore_index=True)


def _counted(rows: object) -> tuple[list[int], list[int]]:
    values, n = np.unique(np.asarray(rows), return_counts=True)
    return values.tolist(), n.tolist()
