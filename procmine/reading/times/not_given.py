r"""Texts that say there is no value: placeholders (`-`, `无`, `NULL`, `\N`) and the zero dates of systems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from procmine.core.log.engine import literal
from procmine.core.log.import_report import Note
from procmine.core.log.worktime import is_doubtful
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

_MARKS = r"[-‐–—―－_/／\\~*.·…]{1,6}"
_NOTHING = r"无|暂无|空|未填|未填写|不适用|[(<\[]?null[)>\]]?|none|nil|nan|nat|undefined|#?n/a|\\n"
_MIDNIGHT = r"([ T]0?0:00(:00(\.0+)?)?)?"
_ZERO = (
    r"0+(\.0+)?|0000([-/.])0{1,2}([-/.])0{1,2}([ T].*)?|1900[-/.]0?1[-/.]0{1,2}([ T].*)?"
    rf"|(1900[-/.年]0?1[-/.月]0?1|1899[-/.年]12[-/.月]3[01]|0001[-/.年]0?1[-/.月]0?1)日?{_MIDNIGHT}"
    r"|1970[-/.]0?1[-/.]0?1([ T]0[08]:00(:00(\.0+)?)?)?(Z|[+]00:?00)?"
)

PLACEHOLDER = rf"(?i)^\s*({_MARKS}|{_NOTHING})\s*$"
"""A text that people or systems write where there is nothing to be written."""

ZERO = rf"^\s*({_ZERO})\s*$"
"""A time that systems write where there is none."""

_SHORT = 8
_ZERO_BEGINS = ("0", "1899", "1900", "1970")
_SHOWN = 3


def says_nothing(cell: str, *, time: bool = False) -> str:
    """The condition that a trimmed text cell gives no value; what cannot be one is not looked at closely."""
    plain = f"(length({cell}) <= {_SHORT} and regexp_matches({cell}, {literal(PLACEHOLDER)}))"
    if not time:
        return plain
    begins = " or ".join(f"starts_with({cell}, '{begin}')" for begin in _ZERO_BEGINS)
    return f"({plain} or (({begins}) and regexp_matches({cell}, {literal(ZERO)})))"


def texts_of(backend: Backend, relation: str, cell: str, condition: str) -> dict[str, int]:
    """Each text of the rows that meet a condition, the most frequent first."""
    query = f"select {cell}, count(*) from {relation} where {condition} group by 1 order by 2 desc, 1"
    return dict(backend.con.execute(query).fetchall())


def time_notes(column: str, texts: dict[str, int]) -> Iterator[Note]:
    """What a column of times gives instead of times: placeholders are usual, zero dates worth a look."""
    zeros = {text: n for text, n in texts.items() if re.search(ZERO, text)}
    others = {text: n for text, n in texts.items() if text not in zeros}
    if zeros:
        yield Note(code="zero_times", level="warning", facts=_counted(column, zeros))
    if others:
        yield Note(code="no_time", level="info", facts=_counted(column, others))


def person_note(column: str, texts: dict[str, int]) -> Note:
    """What stands in place of a name and is nobody's."""
    return Note(code="no_person", level="info", facts=_counted(column, texts))


def _counted(column: str, texts: dict[str, int]) -> dict[str, str | int | Words]:
    return {"column": column, "n": sum(texts.values()), "values": quoted_texts(texts)}


def quoted_texts(texts: dict[str, int]) -> Words:
    """The first few texts with their numbers."""
    more = " …" if len(texts) > _SHOWN else ""
    shown = [(text.strip(), write_number(n)) for text, n in list(texts.items())[:_SHOWN]]
    return Words(
        "，".join(f"“{text}” ×{n}" for text, n in shown) + more,
        ", ".join(f"{text!r} ×{n}" for text, n in shown) + more,
    )


def doubt_notes(
    times: ir.TimestampValue, table: ir.Table, column: str, zone: str, bounds: tuple[datetime, datetime]
) -> Iterator[Note]:
    """A note where local times of a zone do not exist, or exist twice."""
    n = table.filter(is_doubtful(times, zone, *bounds)).count().to_pyarrow().as_py()
    if n:
        yield Note(code="doubtful_times", level="warning", facts={"column": column, "n": n})
