"""Who came again: cases of a customer, and topic, soon after an earlier one, whatever a filter left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from procmine.kpi.measures.measure_facts import NEVER, MeasureFacts, frame_of
from procmine.kpi.measures.measure_rows import MeasureRows
from procmine.kpi.spec.kpi import Measurement

if TYPE_CHECKING:
    import pandas as pd

_DAY = 86_400_000_000


def unfiltered(facts: MeasureFacts) -> MeasureFacts:
    """The same of the log as imported: what came before does not go away with a filter."""
    log = facts.log
    return (
        facts
        if log.cases is log.all_cases
        else MeasureFacts(replace(log, cases=log.all_cases), facts.settings, facts.labels)
    )


def named(facts: MeasureFacts, attribute: str) -> pd.Series:
    """The values of an attribute by case index; missing where it is empty too, since nobody knows whether two such are the same."""
    texts = facts.attribute(attribute).astype("string")
    return texts.where(texts.str.strip() != "").astype("object")


def repeat_rate(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Cases of a customer, and topic, that start within some days of the end of a resolved one / resolved ones.

    The resolved one before may lie outside of the log's filter, but is of the same population. A case
    whose customer or topic is not given repeats none and is repeated by none. Of few resolved cases
    there may be more repeats than these.
    """
    whole = unfiltered(facts)
    cases, earlier = facts.population(wanted), whole.population(wanted)
    keys = named(whole, wanted.customer)
    if wanted.topic:
        keys = keys.str.cat(named(whole, wanted.topic), sep="\x1f")
    mine, theirs = keys.reindex(cases.index), keys.reindex(earlier.index)
    known, resolved = theirs.notna().to_numpy(), whole.moment("resolved", earlier)
    before = known & (resolved < NEVER)
    again = mine.notna().to_numpy(copy=True)
    again[again] = _again(
        mine[again].to_numpy(str),
        cases["start"].to_numpy()[again],
        theirs[before].to_numpy(str),
        resolved[before],
        (wanted.days or 0) * _DAY,
    )
    units = facts.moment("resolved", cases) < NEVER
    frame = frame_of(cases, hits=again.astype(np.float64), units=units.astype(np.float64))
    return MeasureRows(frame[(frame["hits"] > 0) | (frame["units"] > 0)])


def _again(keys: np.ndarray, starts: np.ndarray, of_ends: np.ndarray, ends: np.ndarray, within: int) -> np.ndarray:
    """Whether one of the same key ended before each start, less than so long ago.

    The latest end before a start decides: it is found by one search in the ends of all keys, each key on
    a stretch of its own.
    """
    if not len(keys) or not len(ends):
        return np.zeros(len(keys), bool)
    _, codes = np.unique(np.concatenate([keys, of_ends]), return_inverse=True)
    asked_code, code = codes[: len(keys)], codes[len(keys) :]
    order = np.lexsort((ends, code))
    code, at = code[order], ends[order]
    first, last = np.searchsorted(code, asked_code, side="left"), np.searchsorted(code, asked_code, side="right")
    rank = np.unique(np.concatenate([at, starts]))
    width = len(rank) + 1
    flat = code.astype(np.int64) * width + np.searchsorted(rank, at)
    asked = asked_code.astype(np.int64) * width + np.searchsorted(rank, starts)
    i = np.searchsorted(flat, asked, side="left") - 1
    there = (i >= first) & (i < last)
    found = np.zeros(len(keys), bool)
    found[there] = starts[there] - at[i[there]] < within
    return found
