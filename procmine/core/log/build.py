"""A staged table of events becomes a log: three Parquet files that every analysis opens.

`events` is sorted by case, time and sequence and knows each event's predecessor; `cases` has one
row per case; `variants` holds each distinct path once. All three are written by DuckDB, whatever
engine opens them later: sorting narrow, dictionary-coded rows in one process is what it is best at.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from procmine.core.log.case_attributes import BEFORE, SAME_CASE, constant_in_case
from procmine.core.log.columns import EVENT_COLUMNS, REQUIRED
from procmine.core.log.engine import literal, quoted, quoted_list
from procmine.core.log.paths import distinct_paths
from procmine.core.log.states import States
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words

if TYPE_CHECKING:
    import duckdb

    from procmine.core.log.paths import Paths

EVENTS, CASES, VARIANTS = "events.parquet", "cases.parquet", "variants.parquet"

_MOST_DISTINCT_CODED = 50_000
LINKS = ("position", "previous_activity", "previous_timestamp")
_LINKED, _NUMBER, _PATH_STATE = "b_linked", "__number", "__path_state"
"""Working columns: named as no attribute is."""


@dataclass(frozen=True)
class BuildFacts:
    """What was found while building a log.

    Attributes
    ----------
    n_ties
        Events that share their time with the one before in the same case.
    n_copies
        Events that equal the one before in the same case in everything but their place in the file.
    n_start_after_end
        Events whose start lies after their completion.
    case_attributes
        Attributes with one value within every case: they moved from the events to the cases.
    """

    n_events: int
    n_cases: int
    n_ties: int
    n_copies: int
    n_start_after_end: int
    case_attributes: tuple[str, ...]


def build_log(
    connection: duckdb.DuckDBPyConnection,
    staged: str,
    folder: Path,
    states: States | None = None,
    *,
    uses: Sequence[str] = (),
) -> BuildFacts:
    """Write the three files of a log into `folder`.

    Parameters
    ----------
    connection
        Holds the staged table or view.
    staged
        Its name. Columns: `case_id`, `activity` (text), `timestamp` (naive UTC), `sequence`
        (integer, orders events of equal time), the optional canonical columns, and attributes.
    folder
        An existing folder.
    states
        When a case is complete. Without it a staged column `state` is taken over, and where there is
        none either, the state of every case is unknown (null).
    uses
        Tables to be dropped as soon as the staged rows are no longer needed, to free their memory.

    Raises
    ------
    ExportError
        If a case, an activity or a timestamp is missing in any row.
    """
    return _Build(connection, staged, folder, states, uses).run()


class _Counts(NamedTuple):
    n_events: int
    n_ties: int
    n_copies: int
    n_start_after_end: int


class _Build:
    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        staged: str,
        folder: Path,
        states: States | None,
        uses: Sequence[str],
    ) -> None:
        self.connection, self.staged, self.folder = connection, staged, folder
        self.states, self.uses = states, uses
        self.partial: list[str] = []
        self.types: dict[str, str] = dict(
            self._rows(f"select column_name, column_type from (describe {quoted(staged)})")
        )

    def run(self) -> BuildFacts:
        self._number_cases()
        self._sort_events()
        self._check_invariants()
        attributes = [name for name in self.types if name not in (*EVENT_COLUMNS, *REQUIRED, "state")]
        constant, self.partial = constant_in_case(self.connection, _LINKED, attributes)
        case_attributes = [name for name in attributes if name in constant or name in self.partial]
        counts = self._count()
        # Paths are numbered in Python, which leaves the engine idle: it writes the events meanwhile.
        with ThreadPoolExecutor(1) as beside, self.connection.cursor() as own:
            written = beside.submit(self._copy, self._events_query(case_attributes), EVENTS, own)
            self._number_variants(counts.n_events)
            written.result()
        self._copy(self._cases_query(case_attributes), CASES, self.connection)
        ((n_cases,),) = self._rows("select count(*) from b_cases")
        self._drop()
        return BuildFacts(n_cases=n_cases, case_attributes=tuple(case_attributes), **counts._asdict())

    def _rows(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()

    def _copy(self, query: str, file: str, connection: duckdb.DuckDBPyConnection) -> None:
        path = literal(str(self.folder / file))
        # Version 2 stores numbers and times as differences: smaller, and quicker to write and to read.
        connection.execute(f"copy ({query}) to {path} (format parquet, parquet_version v2)")

    def _check_invariants(self) -> None:
        nameless = "case_index in (select case_index from b_cases where coalesce(case_id, '') = '')"
        tests = (nameless, "coalesce(activity::varchar, '') = ''", "timestamp is null")
        missing = ", ".join(f"count(*) filter (where {test})" for test in tests)
        (counts,) = self._rows(f"select {missing} from b_events")
        hint = Words("每个事件都必须有案例、活动和时间", "every event needs a case, an activity and a time")
        faults = [
            Fault("", Words("{n} 个事件没有 {name}", "{n} events have no {name}").filled(n=n, name=name), hint=hint)
            for name, n in zip(REQUIRED, counts, strict=True)
            if n
        ]
        if faults:
            raise ExportError(*faults)

    def _number_cases(self) -> None:
        self.connection.execute(
            "create table b_cases as select (row_number() over (order by case_id) - 1)::integer as case_index, "
            f"case_id from (select distinct case_id from {quoted(self.staged)})"
        )

    def _sort_events(self) -> None:
        """Sort narrow rows: cases become integers and texts of few values become codes on the way."""
        run, coded = self.connection.execute, self._code_texts()
        kept = ", ".join(coded.get(name, f"staged.{quoted(name)}") for name in self.types if name != "case_id")
        run(
            f"create table b_events as select case_index, {kept} from {quoted(self.staged)} as staged "
            "join b_cases on staged.case_id is not distinct from b_cases.case_id "
            "order by case_index, timestamp, sequence"
        )
        for table in self.uses:
            run(f"drop table {quoted(table)}")
        same_case = f"coalesce({BEFORE.format('case_index')} = case_index, false)"
        run(f"create view b_linked as select *, {same_case} as {SAME_CASE} from b_events")

    def _code_texts(self) -> dict[str, str]:
        texts = [name for name, kind in self.types.items() if kind == "VARCHAR" and name != "case_id"]
        counts = ", ".join(f"approx_count_distinct({quoted(name)})" for name in texts)
        (distinct,) = self._rows(f"select {counts} from {quoted(self.staged)}")
        coded = {}
        for number, (name, n) in enumerate(zip(texts, distinct, strict=True)):
            if 0 < n <= _MOST_DISTINCT_CODED or name == "activity":
                column = quoted(name)
                self.connection.execute(
                    f"create type b_type_{number} as enum "
                    f"(select distinct {column} from {quoted(self.staged)} where {column} is not null order by 1)"
                )
                coded[name] = f"staged.{column}::b_type_{number} as {column}"
        return coded

    def _count(self) -> _Counts:
        tie = f"{BEFORE.format('timestamp')} = timestamp"
        late = "start > timestamp" if "start" in self.types else "false"
        placing = ("case_id", "sequence", "source_file", "source_row")
        same = " and ".join(
            f"{quoted(name)} is not distinct from {BEFORE.format(quoted(name))}"
            for name in self.types
            if name not in placing
        )
        (row,) = self._rows(
            f"select count(*), count(*) filter (where {SAME_CASE} and tie), "
            f"count(*) filter (where {SAME_CASE} and copy), count(*) filter (where late) "
            f"from (select {SAME_CASE}, {tie} as tie, {same} as copy, {late} as late from b_linked)"
        )
        return _Counts(*row)

    def _events_query(self, case_attributes: Sequence[str]) -> str:
        own = [name for name in EVENT_COLUMNS if name in self.types or name in ("case_index", *LINKS)]
        others = [name for name in self.types if name not in (*own, *case_attributes, "case_id", "state")]
        linked = (
            f"select *, row_number() over () as {_NUMBER}, "
            f"case when {SAME_CASE} then {BEFORE.format('activity')} end as previous_activity, "
            f"case when {SAME_CASE} then {BEFORE.format('timestamp')} end as previous_timestamp from b_linked"
        )
        first = f"max(case when not {SAME_CASE} then {_NUMBER} end) over (rows unbounded preceding)"
        placed = f"select *, ({_NUMBER} - {first} + 1)::integer as position from ({linked})"
        return f"select {quoted_list([*own, *others])} from ({placed})"

    def _cases_query(self, case_attributes: Sequence[str]) -> str:
        first = [name for name in case_attributes if name not in self.partial]
        taken = "".join(f", {'told' if name in self.partial else 'firsts'}.{quoted(name)}" for name in case_attributes)
        told = "".join(f", max({quoted(name)}) as {quoted(name)}" for name in self.partial)
        given = ["case_index", *(["state"] if "state" in self.types else []), *first]
        return (
            'select case_index, case_id, variant, n_events, start, "end", '
            f"{self._state(case_attributes)} as state{taken} "
            "from b_cases join b_times using (case_index) join b_variant using (case_index) "
            f"join (select {quoted_list(given)} from b_linked where not {SAME_CASE}) as firsts using (case_index) "
            + (f"join (select case_index{told} from b_linked group by 1) as told using (case_index) " if told else "")
            + "join b_path_state using (variant) order by case_index"
        )

    def _state(self, case_attributes: Sequence[str]) -> str:
        if "state" in self.types:
            return "state"
        if self.states is None:
            return "null::varchar"
        both = f"[{_PATH_STATE}, {self.states.by_attribute(case_attributes)}]"
        return (
            f"case when list_contains({both}, 'cancelled') then 'cancelled' "
            f"when list_contains({both}, 'complete') then 'complete' else 'open' end"
        )

    def _number_variants(self, n_events: int) -> None:
        begin = "case when start < timestamp then start else timestamp end" if "start" in self.types else "timestamp"
        self.connection.execute(
            f"create table b_times as select case_index, count(*)::integer as n_events, min({begin}) as start, "
            'max(timestamp) as "end" from b_events group by case_index order by case_index'
        )
        paths = self._paths(n_events)
        number = pa.array(np.arange(1, len(paths.ends) + 1, dtype=np.int32))
        names = pa.array(paths.names, pa.string()).take(pa.array(paths.places.astype(np.int32)))
        activities = pa.ListArray.from_arrays(np.concatenate(([0], paths.ends)).astype(np.int32), names)
        pq.write_table(pa.table({"variant": number, "activities": activities}), self.folder / VARIANTS)
        states = [self.states.of_path(path) for path in paths.activities] if self.states else [None] * len(number)
        self._take(pa.table({"variant": number, _PATH_STATE: pa.array(states, pa.string())}), "b_path_state")
        case_index = pa.array(np.arange(len(paths.of_case), dtype=np.int32))
        self._take(pa.table({"case_index": case_index, "variant": paths.of_case}), "b_variant")

    def _paths(self, n_events: int) -> Paths:
        if n_events == 0:
            return distinct_paths(np.empty(0, dtype=int), np.empty(0, dtype=int), [])
        names = [
            name for (name,) in self._rows("select unnest(enum_range((select any_value(activity) from b_events)))")
        ]
        fetch = self.connection.execute
        codes = fetch("select enum_code(activity)::uinteger as code from b_events").fetchnumpy()["code"]
        lengths = fetch("select n_events from b_times order by case_index").fetchnumpy()["n_events"]
        return distinct_paths(codes, lengths, names)

    def _take(self, table: pa.Table, name: str) -> None:
        self.connection.register(f"{name}_arrow", table)
        self.connection.execute(f"create table {name} as select * from {name}_arrow")
        self.connection.unregister(f"{name}_arrow")

    def _drop(self) -> None:
        self.connection.execute("drop view b_linked")
        for table in ("b_events", "b_cases", "b_times", "b_variant", "b_path_state"):
            self.connection.execute(f"drop table {table}")
        for (name,) in self._rows("select type_name from duckdb_types() where type_name like 'b_type_%'"):
            self.connection.execute(f"drop type if exists {quoted(name)}")
