"""Many activity sequences as flat arrays: what alignment, deviations and rules are computed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, eq=False)
class Sequences:
    """Activity sequences, one after the other.

    Attributes
    ----------
    activities
        Names, sorted.
    codes
        Per event, sequence after sequence: the number of its activity.
    begins
        Where each sequence begins in `codes`; one more at the end.
    """

    activities: tuple[str, ...]
    codes: np.ndarray
    begins: np.ndarray

    @classmethod
    def of(cls, sequences: Sequence[Sequence[str]] | Sequences) -> Sequences:
        """Sequences of names as arrays.

        Examples
        --------
        >>> told = Sequences.of([("b", "a"), (), ("a",)])
        >>> told.activities, told.codes.tolist(), told.begins.tolist()
        (('a', 'b'), [1, 0, 0], [0, 2, 2, 3])
        """
        if isinstance(sequences, Sequences):
            return sequences
        activities = tuple(sorted(set().union(*sequences)))
        sign = {name: chr(i) for i, name in enumerate(activities)}
        text = "".join(["".join(map(sign.__getitem__, sequence)) for sequence in sequences])
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int32)
        return cls(activities, codes, _begins(np.array(list(map(len, sequences)), np.int64)))

    @classmethod
    def of_log(cls, log: EventLog) -> tuple[Sequences, np.ndarray]:
        """The distinct paths of a log in order of their variant numbers, and these numbers."""
        paths = log.paths.semi_join(log.cases, "variant").order_by("variant").to_pyarrow()
        path_lists = paths["activities"].combine_chunks()
        names = path_lists.flatten().dictionary_encode()
        known = [str(name) for name in names.dictionary.to_pylist()]
        order = np.array(sorted(range(len(known)), key=known.__getitem__), np.int64)
        rank = np.empty(len(known), np.int32)
        rank[order] = np.arange(len(known), dtype=np.int32)
        lengths = path_lists.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
        codes = rank[names.indices.to_numpy(zero_copy_only=False)]
        numbers = paths["variant"].to_numpy().astype(np.int64)
        return cls(tuple(known[i] for i in order), codes, _begins(lengths)), numbers

    def __len__(self) -> int:
        return len(self.begins) - 1

    @cached_property
    def lengths(self) -> np.ndarray:
        """Events of each sequence."""
        lengths: np.ndarray = self.begins[1:] - self.begins[:-1]
        return lengths

    @cached_property
    def owner(self) -> np.ndarray:
        """Per event the number of its sequence."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @cached_property
    def place(self) -> np.ndarray:
        """Per event its place in its sequence, from 0."""
        place: np.ndarray = np.arange(len(self.codes)) - self.begins[self.owner]
        return place

    def take(self, rows: np.ndarray) -> Sequences:
        """Some of the sequences, in the order of `rows`."""
        lengths = self.lengths[rows]
        begins = _begins(lengths)
        events = np.repeat(self.begins[rows] - begins[:-1], lengths) + np.arange(begins[-1])
        return Sequences(self.activities, self.codes[events], begins)

    def texts(self) -> list[str]:
        """Each sequence as a text with one sign per event; texts sort as the sequences do."""
        whole = self.codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        ends = self.begins.tolist()
        return [whole[begin:end] for begin, end in pairwise(ends)]

    def among(self, names: Iterable[str]) -> np.ndarray:
        """Per event whether its activity is one of these."""
        wanted = set(names)
        is_wanted: np.ndarray = np.array([name in wanted for name in self.activities], bool)[self.codes]
        return is_wanted

    def lists(self) -> list[tuple[str, ...]]:
        """The sequences as names."""
        return [tuple(map(self.activities.__getitem__, part)) for part in self.split(self.codes)]

    def split(self, values: np.ndarray) -> list[list[int]]:
        """A value per event, sequence by sequence."""
        flat, ends = values.tolist(), self.begins.tolist()
        return [flat[begin:end] for begin, end in pairwise(ends)]


def _begins(lengths: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
