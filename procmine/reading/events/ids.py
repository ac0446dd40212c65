"""Ids are texts: a number that lost its last digits is refused, never made up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.core.log.engine import literal
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.raw import RawTable

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def refuse_lost_digits(backend: Backend, raw: RawTable, cell: str, kind: str, column: str) -> None:
    """Stop where case ids were turned into numbers beyond 2⁵³, or into E-notation.

    Raises
    ------
    ExportError
        With the number of such ids and an example.
    """
    if kind in ("DOUBLE", "FLOAT"):
        damaged = f"abs({cell}) >= 9007199254740992"
    elif kind == "VARCHAR":
        pattern = literal(r"\s*-?\d+(\.\d+)?[eE]\+?\d+\s*")
        damaged = f"(contains({cell}, 'e+') or contains({cell}, 'E+')) and regexp_full_match({cell}, {pattern})"
    else:
        return
    query = f"select count(*), min({cell}) from {raw.relation} where {damaged}"
    n, example = backend.con.execute(query).fetchone() or (0, None)
    if n:
        fault = Words(
            "案例编号“{column}”已变成数字，末位丢失",
            "the case ids in {column!r} became numbers and lost their last digits",
        ).filled(column=column)
        facts = Words("{n} 行，例如 {example}", "{n} rows, for example {example}").filled(n=n, example=example)
        hint = Words(
            "从系统重新导出，不要用 Excel 打开后另存", "export it again, and do not save it from Excel in between"
        )
        raise ExportError(Fault(raw.file.name, fault, facts, hint))


def refuse_broken_sequence(backend: Backend, raw: RawTable, cell: str, column: str) -> None:
    """Stop where what orders events of equal time is more than whole numbers.

    Raises
    ------
    ExportError
        With how many values are not.
    """
    whole = f"try_cast({cell} as bigint) is not null and try_cast({cell} as double) % 1 = 0"
    query = f"select count({cell}) - count(*) filter (where {whole}) from {raw.relation}"
    (n,) = backend.con.execute(query).fetchone() or (0,)
    if n:
        fault = Words("顺序号“{column}”不全是整数", "the sequence {column!r} holds more than whole numbers")
        facts = Words("{n} 个值不是", "{n} values are not").filled(n=n)
        raise ExportError(Fault(raw.file.name, fault.filled(column=column), facts))
