"""Deviations of variants as a tidy table in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from procmine.conformance.alignment import Alignments
from procmine.conformance.deviations import KINDS, SKIPPED, Deviations
from procmine.conformance.state_model import StateModel

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def variant_ledger(
    model: StateModel, found: Alignments, told: Deviations, places: Sequence[int] | None = None
) -> pd.DataFrame:
    """Every deviation of every variant: variant, kind, subject, activity, position, due.

    `position` is the event's place in the case, from 1 (of a skipped node the place behind which it is
    missing, 0 for the beginning); `due` the place behind which a node in the wrong order was due, else -1.

    Parameters
    ----------
    places
        Place of each aligned event in its case, variant after variant, where not all events were aligned.

    Examples
    --------
    >>> from procmine.conformance.alignment import align
    >>> from procmine.conformance.deviations import deviations_of
    >>> from procmine.core.automaton import automaton_of
    >>> from procmine.core.process_tree import block, net_of, node
    >>> model = StateModel.of(automaton_of(net_of(block("sequence", *map(node, "abcd"))), 100))
    >>> log = [("a", "c", "d", "b"), ("b", "x", "c", "d")]
    >>> found = align(model, log)
    >>> variant_ledger(model, found, deviations_of(model, log, found)).values.tolist()
    [[0, 'wrong_order', 'b', 'b', 4, 1], [1, 'skipped', 'a', '', 0, -1], [1, 'unexpected', 'x', 'x', 2, -1]]
    """
    import numpy as np
    import pandas as pd

    begins = found.begins[told.variant]
    is_event = told.kind != SKIPPED
    activity = np.full(len(is_event), len(found.activities))
    activity[is_event] = found.codes[begins[is_event] + told.position[is_event]]
    subject = np.where(told.node >= 0, told.node, len(model.nodes) + activity)
    columns = {
        "variant": told.variant,
        "kind": _named(KINDS, told.kind),
        "subject": _named([*model.nodes, *found.activities], subject),
        "activity": _named([*found.activities, ""], activity),
        "position": _behind(begins, told.position + is_event, places),
        "due": np.where(told.due >= 0, _behind(begins, np.maximum(told.due, 0), places), -1),
    }
    return pd.DataFrame(columns)


def _behind(begins: np.ndarray, n_before: np.ndarray, places: Sequence[int] | None) -> np.ndarray:
    """The place in the case of the last of so many aligned events; 0 where there are none."""
    import numpy as np

    if places is None:
        return n_before
    shifted = np.concatenate([[0], np.asarray(places, np.int64)])
    return np.where(n_before > 0, shifted[begins + n_before], 0)


def _named(names: Sequence[str], numbers: np.ndarray) -> pd.Series:
    """Names by their numbers."""
    import pandas as pd

    return pd.Series(pd.array(list(names), dtype="str").take(numbers))
