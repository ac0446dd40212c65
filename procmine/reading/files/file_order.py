"""Which way a file runs: it decides between events of equal time where nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.core.text.words import Words
from procmine.reading.files.raw import ROW

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

FROM_BEGINNING = Words("文件中的位置", "their place in the file")
FROM_END = Words(
    "文件中的位置（自下而上，文件把最新的排在最前）", "their place in the file, from its end: it lists the newest first"
)
_SAMPLE = 20_000
_ENOUGH, _CLEARLY = 10, 9


def lists_newest_first(backend: Backend, relation: str, case_cell: str, time_sql: str) -> bool:
    """Whether the first rows go back in time within their cases: at least ten steps, and nearly all of them."""
    head = f"select {ROW} as place, {case_cell} as who, {time_sql} as moment from {relation} limit {_SAMPLE}"
    steps = f"select moment, lag(moment) over (partition by who order by place, moment) as before from ({head})"
    query = f"select count(*) filter (where moment > before), count(*) filter (where moment < before) from ({steps})"
    n_on, n_back = backend.con.execute(query).fetchone() or (0, 0)
    return bool(n_back >= _ENOUGH and n_back > _CLEARLY * n_on)
