"""From the moves of an alignment to deviations that people recognize: skipped, unexpected, wrong order, repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from procmine.conformance.aligning.alignment import Alignments
from procmine.conformance.aligning.sequences import Sequences
from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS

SKIPPED, UNEXPECTED, WRONG_ORDER, REPEATED = map(
    DEVIATION_KINDS.number, ("skipped", "unexpected", "wrong_order", "repeated")
)


class FlowDeviations(NamedTuple):
    """Deviations of variants from the flow of their standard, one per row, by variant and position.

    Attributes
    ----------
    variant
        Number of the variant.
    kind
        Number of the kind in `DEVIATION_KINDS`.
    node
        Number of the node in the model; -1 for an event whose activity no node claims.
    position
        Place of the event in the variant, from 0; of a skipped node the number of events before it.
    due
        For a wrong order: the number of events before the place where the node was due; else -1.
    """

    variant: np.ndarray
    kind: np.ndarray
    node: np.ndarray
    position: np.ndarray
    due: np.ndarray


def flow_deviations(
    model: StateModel, variants: Sequence[Sequence[str]] | Sequences, alignments: Alignments
) -> FlowDeviations:
    """The deviations in aligned variants.

    A node that is skipped in one place and done unexpectedly in another is in the wrong order: as many
    pairs as there are, in order of position, each told once. An unexpected event of a node that is done
    elsewhere in the case as well is a repetition, told at the later place; any other is unexpected.

    Examples
    --------
    >>> from procmine.conformance.aligning.alignment import align
    >>> from procmine.core.nets.automaton import automaton_of
    >>> from procmine.core.nets.process_tree import block, net_of, node
    >>> model = StateModel.of(automaton_of(net_of(block("sequence", *map(node, "abc"))), 100))
    >>> log = [("a", "c", "b"), ("a", "b", "a", "c"), ("b", "c")]
    >>> told = flow_deviations(model, log, align(model, log))
    >>> [(int(v), DEVIATION_KINDS.names[k], model.nodes[n], int(p)) for v, k, n, p in zip(*told[:4])]
    [(0, 'wrong_order', 'c', 1), (1, 'repeated', 'a', 2), (2, 'skipped', 'a', 0)]
    """
    lengths = np.diff(alignments.begins)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(owner)) - alignments.begins[owner]
    claimed = claimed_nodes(model, Sequences.of(variants))
    unexpected = np.flatnonzero(alignments.nodes < 0)
    node = np.where(alignments.nodes < 0, claimed, alignments.nodes)
    n_nodes = len(model.nodes) + 1
    skipped = alignments.skipped
    skip_key = skipped[:, 0] * n_nodes + skipped[:, 2]
    event_key = owner * n_nodes + np.where(node < 0, len(model.nodes), node)
    pairs = _moved_pairs(skip_key, np.where(claimed[unexpected] < 0, -1, event_key[unexpected]))
    alone = np.setdiff1d(unexpected, unexpected[pairs.second], assume_unique=True)
    again, first = _repeats_and_others(event_key, node >= 0, alone)
    left = np.setdiff1d(np.arange(len(skipped)), pairs.first, assume_unique=True)
    moved = unexpected[pairs.second]
    parts = [
        (skipped[left, 0], SKIPPED, skipped[left, 2], skipped[left, 1], np.full(len(left), -1)),
        (owner[moved], WRONG_ORDER, node[moved], place[moved], skipped[pairs.first, 1]),
        (owner[again], REPEATED, node[again], place[again], np.full(len(again), -1)),
        (owner[first], UNEXPECTED, node[first], place[first], np.full(len(first), -1)),
    ]
    columns = [
        np.concatenate([part[0] for part in parts]),
        np.concatenate([np.full(len(part[0]), part[1]) for part in parts]),
        *(np.concatenate([part[i] for part in parts]) for i in (2, 3, 4)),
    ]
    order = np.lexsort((columns[1], columns[3], columns[0]))
    return FlowDeviations(*(column[order].astype(np.int64) for column in columns))


def claimed_nodes(model: StateModel, begun: Sequences) -> np.ndarray:
    """The first node that claims each event's activity, -1 where none does."""
    claims = {activity: nodes[0] for activity, nodes in model.claims.items() if nodes}
    claimed: np.ndarray = np.array([claims.get(name, -1) for name in begun.activities], np.int64)[begun.codes]
    return claimed


class _MovedPairs(NamedTuple):
    first: np.ndarray
    second: np.ndarray


def _moved_pairs(first: np.ndarray, second: np.ndarray) -> _MovedPairs:
    """Rows of two tables with the same key, one to one in their order; negative keys have no partner."""
    ranked = [_rank(keys) for keys in (first, second)]
    most = max((int(rank.max(initial=0)) for rank in ranked), default=0) + 1
    unique_keys = [keys * most + rank for keys, rank in zip((first, second), ranked, strict=True)]
    unique_keys[1] = np.where(second < 0, -1 - np.arange(len(second)), unique_keys[1])
    _, one, other = np.intersect1d(unique_keys[0], unique_keys[1], assume_unique=True, return_indices=True)
    return _MovedPairs(one, other)


def _rank(keys: np.ndarray) -> np.ndarray:
    """For each row: how many rows with the same key stand before it."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(keys) else np.array([], int)
    sizes = np.diff(np.append(starts, len(keys)))
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys)) - np.repeat(starts, sizes)
    return rank


def _repeats_and_others(key: np.ndarray, is_node: np.ndarray, alone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each node that a case does too often: the events that are the repetitions, and those that are merely unexpected.

    Where a node is done `m` times and `u` of these are too many, the last `u` are the repetitions; if all
    are, the first is unexpected.
    """
    foreign = alone[~is_node[alone]]
    own = alone[is_node[alone]]
    keys, too_many = np.unique(key[own], return_counts=True)
    rows = np.flatnonzero(np.isin(key, keys) & is_node)
    group = np.searchsorted(keys, key[rows])
    done = np.bincount(group, minlength=len(keys))
    rank = _rank(key[rows])
    last = rank >= (done - too_many)[group]
    lone = (done == too_many)[group] & (rank == 0)
    return rows[last & ~lone], np.sort(np.concatenate([rows[lone], foreign]))
