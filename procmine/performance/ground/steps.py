"""The events of a log as narrow sorted arrays: for what a query cannot say – runs, rounds, overlaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from procmine.core.log.eventlog import EventLog

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_TIMES = ("timestamp", "start", "enabled")
UNKNOWN = -1
"""The code of a value that is not known."""


@dataclass(frozen=True)
class Steps:
    """Events case by case, in order.

    Attributes
    ----------
    case
        `case_index` of each event.
    codes
        A text column by name as codes of its sorted values; -1 where it is not known.
    names
        The values that the codes stand for.
    times
        A time column by name in microseconds of universal time; `MISSING` where it is not known.
    """

    case: Integers
    codes: dict[str, Integers]
    names: dict[str, list[str]]
    times: dict[str, Integers]

    def __len__(self) -> int:
        return len(self.case)

    @property
    def done(self) -> Integers:
        """When each event was completed."""
        return self.times["timestamp"]

    @property
    def follows(self) -> Flags:
        """Whether an event has one before it in its case."""
        follows = np.zeros(len(self), dtype=bool)
        follows[1:] = self.case[1:] == self.case[:-1]
        return follows

    def name(self, column: str, codes: Integers) -> list[str]:
        """The values behind some codes."""
        names = self.names[column]
        return [names[code] for code in codes.tolist()]


MISSING = -(2**63)
"""A time that is not known: what numpy makes of NaT."""


def event_steps(log: EventLog, *columns: str, events: ir.Table | None = None) -> Steps:
    """The events of a log, or some of them, with these of its columns; `timestamp` always."""
    times = ["timestamp", *(name for name in columns if name in _TIMES and name != "timestamp")]
    texts = [name for name in columns if name not in _TIMES]
    events = log.events if events is None else events
    of_case = [name for name in texts if name not in events.columns]  # an attribute with one value per case
    if of_case:
        events = events.inner_join(log.cases.select("case_index", *of_case), "case_index")
    table = events.order_by("case_index", "position").select("case_index", *times, *texts).to_pyarrow()
    found = {name: coded(table[name]) for name in texts}
    return Steps(
        case=table["case_index"].to_numpy().astype("int64"),
        codes={name: codes for name, (codes, _) in found.items()},
        names={name: names for name, (_, names) in found.items()},
        times={name: times_in_microseconds(table[name]) for name in times},
    )


def times_in_microseconds(column: pa.ChunkedArray) -> Integers:
    """A column of naive times as microseconds; `MISSING` where there is none."""
    found: Integers = column.cast(pa.timestamp("us")).cast(pa.int64()).fill_null(MISSING).to_numpy()
    return found


def coded(column: Any) -> tuple[Integers, list[str]]:
    """Codes that sort as their values do, so that nothing depends on which value came first."""
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_pylist()
    names = sorted(values)
    place = {name: code for code, name in enumerate(names)}
    rank = np.array([*(place[value] for value in values), UNKNOWN], dtype="int64")
    return rank[encoded.indices.fill_null(len(values)).to_numpy()], names


def runs(starts: Flags) -> tuple[Integers, Integers]:
    """First and last place of each run of rows, where `starts` marks the first of every run.

    Examples
    --------
    >>> import numpy as np
    >>> [places.tolist() for places in runs(np.array([True, False, True]))]
    [[0, 2], [1, 2]]
    """
    first = np.flatnonzero(starts)
    return first, np.append(first[1:], len(starts))[: len(first)] - 1
