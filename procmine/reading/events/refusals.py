"""The rows of one file that are no events, by reason: each row is counted once, whatever it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from procmine.core.log.columns import LABELS
from procmine.core.log.engine import literal
from procmine.core.text.words import Words
from procmine.reading.files.raw import ROW, RawTable, Reject

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

KEPT_ROWS = 1000
UNREADABLE = "unreadable"


class Refusals(NamedTuple):
    """Refused rows by reason.

    Attributes
    ----------
    n_more
        How many events beyond one for each refused row went with them.
    """

    rejects: tuple[Reject, ...] = ()
    n_more: int = 0


def refusals(backend: Backend, raw: RawTable, problem: str, given: str, column: str) -> Refusals:
    """The rows that have a problem.

    Parameters
    ----------
    problem
        The expression that names a row's problem, or is null.
    given, column
        The cell of the time and what the export calls it.
    """
    header = raw.time_header or literal(column)
    faulty = f"(select {ROW}, {problem} as problem, {given} as given, {header} as header from {raw.relation})"
    first = "min(struct_pack(problem := problem, header := header, given := given))"
    rows = f"(select {ROW}, {first} as first, count(*) as n from {faulty} where problem is not null group by {ROW})"
    found = backend.con.execute(
        f"select first.problem, if(first.problem = '{UNREADABLE}', first.header, '') as header, count(*), "
        f"list({ROW} order by {ROW})[:{KEPT_ROWS}], arg_min(first.given, {ROW}), sum(n)::bigint "
        f"from {rows} group by 1, 2 order by 1, 2"
    ).fetchall()
    usual = _usual_texts(backend, rows)
    rejects = [
        Reject(_reason(kind, header), n, tuple(numbers), str(example), usual.get(header, ""))
        if kind == UNREADABLE
        else Reject(_reason(kind, header), n, tuple(numbers), "")
        for kind, header, n, numbers, example, _ in found
    ]
    return Refusals(tuple(rejects), sum(n_events - n for _, _, n, _, _, n_events in found))


def _usual_texts(backend: Backend, rows: str) -> dict[str, str]:
    """Column to the text that most of its unreadable cells hold, if they are several and one does."""
    counted = (
        f"select first.header, first.given, count(*), sum(count(*)) over (partition by first.header) "
        f"from {rows} where first.problem = '{UNREADABLE}' group by 1, 2 order by 3 desc, 2"
    )
    usual: dict[str, str] = {}
    for header, text, n, n_all in backend.con.execute(counted).fetchall():
        if n > 1 and n * 2 >= n_all:
            usual.setdefault(header, text.strip())
    return usual


def _reason(problem: str, column: str) -> Words:
    if problem == UNREADABLE:
        return Words("“{column}”的时间无法读取", "the time in {column!r} cannot be read").filled(column=column)
    return Words("没有{label}", "no {label}").filled(label=LABELS[problem])
