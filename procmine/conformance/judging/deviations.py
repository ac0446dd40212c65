"""All deviations of all cases in one table of numbers: what every figure of conformance is counted from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS

if TYPE_CHECKING:
    from procmine.conformance.judging.judged_groups import Group

NOT_KNOWN = -1


class NameNumbers:
    """Names by number, in the order in which they are first asked for; 0 is the empty name."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {"": 0}

    def number(self, name: str) -> int:
        """The number of a name."""
        return self.known.setdefault(name, len(self.known))

    def numbers(self, names: Iterable[str]) -> np.ndarray:
        """The numbers of some names."""
        return np.array([self.number(name) for name in names], np.int64)

    def listed(self) -> tuple[str, ...]:
        """All names by their numbers."""
        return tuple(self.known)


@dataclass(frozen=True, eq=False)
class DeviationRows:
    """Deviations of one sort; `owner` is a path of a group, or the number of a case.

    Attributes
    ----------
    kind
        Number in `DEVIATION_KINDS`.
    subject, activity
        Numbers of names.
    position, due
        Places in the case, from 1; see `Conformance.ledger`.
    elapsed, limit
        Of what is late: µs; -1 where it is not about time.
    """

    owner: np.ndarray
    kind: np.ndarray | int
    subject: np.ndarray | int
    activity: np.ndarray | int
    position: np.ndarray
    due: np.ndarray | int = NOT_KNOWN
    elapsed: np.ndarray | int = NOT_KNOWN
    limit: np.ndarray | int = NOT_KNOWN

    def columns(self) -> dict[str, np.ndarray]:
        """Its columns, single values repeated."""
        return {
            name: np.broadcast_to(np.asarray(getattr(self, name), np.int64), self.owner.shape) for name in _COLUMNS[1:]
        }

    def of_cases(self, cases: JudgedCases, first_path: int) -> DeviationRows:
        """The same for every case of each path."""
        owner, which = cases.along(self.owner + first_path)
        return DeviationRows(owner, **{name: values[which] for name, values in self.columns().items()})


_COLUMNS = ("owner", "kind", "subject", "activity", "position", "due", "elapsed", "limit")


@dataclass(frozen=True, eq=False)
class JudgedCases:
    """The cases judged, in the order of the log.

    Attributes
    ----------
    frame
        Rows of the log's cases, with `group` and `path`: the numbers of its group and of its path among all.
    firsts
        Per group the number of its first path.
    """

    frame: pd.DataFrame
    firsts: tuple[int, ...]

    @classmethod
    def of(cls, groups: Sequence[Group]) -> JudgedCases:
        """The cases of some groups."""
        sizes = [len(group.paths) for group in groups]
        firsts = tuple(int(n) for n in np.concatenate([[0], np.cumsum(sizes)]))
        tables = [
            group.cases.assign(group=i, path=group.cases["row"] + firsts[i], is_open=group.is_open)
            for i, group in enumerate(groups)
        ]
        columns = ["case_index", "case_id", "start", "end", "n_events", "group", "path", "is_open", "is_running"]
        if not tables:
            return cls(pd.DataFrame({name: [] for name in columns}).astype({"case_index": "int64"}), firsts)
        return cls(pd.concat(tables).sort_values("case_index", kind="stable").reset_index(drop=True), firsts)

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def index(self) -> np.ndarray:
        """The log's number of each case, rising."""
        values: np.ndarray = self.frame["case_index"].to_numpy("int64")
        return values

    @cached_property
    def group(self) -> np.ndarray:
        """The number of each case's group."""
        values: np.ndarray = self.frame["group"].to_numpy("int64")
        return values

    @cached_property
    def path(self) -> np.ndarray:
        """The number of each case's path among the paths of all groups."""
        values: np.ndarray = self.frame["path"].to_numpy("int64")
        return values

    @cached_property
    def is_over(self) -> np.ndarray:
        """Whether each case is no longer open."""
        over: np.ndarray = ~self.frame["is_running"].to_numpy(bool)
        return over

    @cached_property
    def throughput(self) -> np.ndarray:
        """The throughput time of each case in µs."""
        length = self.frame["end"].to_numpy("datetime64[us]") - self.frame["start"].to_numpy("datetime64[us]")
        micro: np.ndarray = length.astype("int64").astype("float64")
        return micro

    @cached_property
    def counts(self) -> np.ndarray:
        """Cases of each path."""
        return np.bincount(self.path, minlength=self.firsts[-1])

    @cached_property
    def by_path(self) -> np.ndarray:
        """The cases, path by path."""
        return np.argsort(self.path, kind="stable")

    @cached_property
    def begins(self) -> np.ndarray:
        """Where the cases of each path begin in `by_path`."""
        return np.concatenate([[0], np.cumsum(self.counts)])[:-1]

    def along(self, path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The cases of each of these paths, one after the other, and to which place in `path` each belongs."""
        counts = self.counts[path]
        which = np.repeat(np.arange(len(path)), counts)
        within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.by_path[self.begins[path[which]] + within], which

    def numbers_of(self, case_index: np.ndarray) -> np.ndarray:
        """The number of each case among those judged; -1 for others."""
        if not len(self.index):
            return np.full(len(case_index), -1, np.int64)
        place = np.minimum(np.searchsorted(self.index, case_index), len(self.index) - 1)
        return np.where(self.index[place] == case_index, place, -1)


@dataclass(frozen=True, eq=False)
class Deviations:
    """Every deviation of every case, in the order of cases and places."""

    cases: JudgedCases
    names: tuple[str, ...]
    case: np.ndarray
    kind: np.ndarray
    subject: np.ndarray
    activity: np.ndarray
    position: np.ndarray
    due: np.ndarray
    elapsed: np.ndarray
    limit: np.ndarray
    is_allowed: np.ndarray

    @classmethod
    def of(
        cls, cases: JudgedCases, names: NameNumbers, parts: Sequence[DeviationRows], allowed: np.ndarray
    ) -> Deviations:
        """Deviations from their parts.

        Parameters
        ----------
        allowed
            Rows of group, kind, subject: what is accepted.
        """
        tables: list[dict[str, Any]] = [{"owner": part.owner, **part.columns()} for part in parts]
        empty = np.empty(0, np.int64)
        whole = {name: np.concatenate([empty, *(one[name] for one in tables)]) for name in _COLUMNS}
        ranks = np.argsort(np.argsort(np.array(names.listed())))[whole["subject"]]
        order = np.lexsort((ranks, whole["kind"], whole["position"], whole["owner"]))
        whole = {name: values[order] for name, values in whole.items()}
        case = whole.pop("owner")
        group = cases.group[case] if len(cases) else empty
        keys = _keys(group, whole["kind"], whole["subject"], len(names.known))
        accepted = _keys(allowed[:, 0], allowed[:, 1], allowed[:, 2], len(names.known))
        is_allowed = np.isin(keys, accepted)
        return cls(cases, names.listed(), case, **whole, is_allowed=is_allowed)

    @cached_property
    def is_deviating(self) -> np.ndarray:
        """Per case whether it deviates in a way that is not allowed."""
        deviates = np.zeros(len(self.cases), bool)
        deviates[self.case[~self.is_allowed]] = True
        return deviates

    def blamed_events(self) -> np.ndarray:
        """Rows of the deviations that accuse an event which may well be where it should be: of roles, times and rules."""
        of_actions = DEVIATION_KINDS.numbers(lambda kind: kind.accuses == "actions")
        of_events = DEVIATION_KINDS.numbers(lambda kind: kind.accuses == "events")
        inside = np.isin(self.kind, of_actions) & (self.due < 0)  # of an action: the node may be where it should be
        accuses = inside | np.isin(self.kind, of_events)
        about = accuses & ~self.is_allowed & (self.position > 0) & (self.activity > 0)
        rows = np.flatnonzero(about)
        _, first = np.unique(np.stack([self.case[rows], self.position[rows]]), axis=1, return_index=True)
        return rows[np.sort(first)]

    def paths_of(self, rows: np.ndarray, group: int) -> tuple[np.ndarray, np.ndarray]:
        """Path within its group, and place (from 1), of those deviations that are in cases of one group."""
        mine = rows[self.cases.group[self.case[rows]] == group] if len(rows) else rows
        return self.cases.path[self.case[mine]] - self.cases.firsts[group], self.position[mine]

    @cached_property
    def sort(self) -> np.ndarray:
        """Per deviation a number for its kind and subject together."""
        sorts: np.ndarray = self.kind * len(self.names) + self.subject
        return sorts


def _keys(group: np.ndarray, kind: np.ndarray, subject: np.ndarray, n_names: int) -> np.ndarray:
    keys: np.ndarray = (group * len(DEVIATION_KINDS) + kind) * n_names + subject
    return keys
