"""Text exports: decode and frame them ourselves, then hand the engine clean UTF-8 and one dialect.

A file that is already regular UTF-8 – one kind of line end, no blank lines, quotes that match – is
read where it lies. Every other one is copied once into that form, and each row remembers its number
in the original.
"""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.errors import ExportError, Fault
from procmine.core.import_report import Note
from procmine.core.sql import literal
from procmine.core.words import Words
from procmine.reading.encoding import encoding_of
from procmine.reading.framing import CleanText, Record, clean_copy, decoded, records
from procmine.reading.raw import ROW, RawTable, Reject, named_columns, renamed_note
from procmine.reading.source import ExportFile, Source

if TYPE_CHECKING:
    import numpy as np
    from ibis.backends.duckdb import Backend

_DELIMITERS = ",;\t|"
_SAMPLE_LINES, _SAMPLE_ROWS = 2000, 200
_KEPT_ROWS = 1000


def read_text(backend: Backend, file: ExportFile, source: Source, number: int) -> RawTable:
    """Load a delimited text file into the engine as table `raw_<number>`.

    Raises
    ------
    ExportError
        If its encoding cannot be told, it has no rows, or it is not delimited text.
    """
    encoding = encoding_of(file, source.encoding)
    with decoded(file, encoding.name) as lines:
        head = list(islice(lines, _SAMPLE_LINES))
    delimiter = source.delimiter or delimiter_of(head)
    columns, changed = named_columns(_header(file, head, delimiter))
    table = f"raw_{number}"
    clean = CleanText(file.path)
    refused = _load(backend, clean, delimiter, len(columns), table, source) if encoding.regular else None
    if refused is None or any(row.reason in (_UNMATCHED, _TOO_LONG) for row in refused):
        clean = clean_copy(file, encoding.name, delimiter)
        refused = _load(backend, clean, delimiter, len(columns), table, source)
        clean.path.unlink()
    (n_loaded,) = backend.con.execute(f"select count(*) from {table}").fetchone() or (0,)
    tables = _number_rows(backend, table, n_loaded, [row.number for row in refused], clean.left_out)
    rejects = tuple(_by_reason(_all_refused(clean, refused)))
    return RawTable(
        file=file,
        container="text",
        relation=f"{table}_rows",
        tables=tuple(tables),
        columns=columns,
        n_rows=n_loaded + sum(reject.n_rows for reject in rejects),
        encoding=encoding.name,
        rejects=rejects,
        notes=(*_notes(file, encoding.name, clean.n_blank), *renamed_note(changed)),
    )


def _notes(file: ExportFile, encoding: str, n_blank: int) -> Iterator[Note]:
    yield Note(code="file_encoding", level="info", facts={"file": file.name, "encoding": encoding})
    if n_blank:
        yield Note(code="blank_rows", level="info", facts={"file": file.name, "n": n_blank})


def _header(file: ExportFile, head: Sequence[str], delimiter: str) -> list[str]:
    first = next((record for record in records(head, delimiter) if not record.is_blank), Record(""))
    cells = _cells(first.text, delimiter)
    if not any(cell.strip() for cell in cells):
        raise ExportError(Fault(file.name, Words("没有一行有列名", "no row holds column names")))
    if first.fault:
        raise ExportError(
            Fault(file.name, Words("表头的引号没有正确配对", "the quotation marks of its header do not match"))
        )
    return cells


def _cells(text: str, delimiter: str) -> list[str]:
    """The cells of a row; none where one is longer than any table has."""
    text = text.removeprefix("\ufeff").removesuffix("\n")
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def delimiter_of(lines: Sequence[str]) -> str:
    """The separator that cuts the first rows into the most columns of one and the same number.

    Examples
    --------
    >>> delimiter_of(["编号;说明", "1;一,二,三"])
    ';'
    """

    def rank(delimiter: str) -> tuple[bool, int]:
        sound = (record.text for record in records(lines, delimiter) if not (record.fault or record.is_blank))
        widths = [len(_cells(text, delimiter)) for text in islice(sound, _SAMPLE_ROWS)]
        if not widths or widths[0] < 2:
            return False, 0
        return sum(width == widths[0] for width in widths) > 0.9 * len(widths), widths[0]

    return max(_DELIMITERS, key=rank)


_UNMATCHED = Words("引号没有正确配对", "its quotation marks do not match")
_TOO_LONG = Words("一行超过 2 MB", "it is longer than 2 MB")
_REASONS = {
    "TOO MANY COLUMNS": Words("列数比表头多", "more cells than the header has"),
    "MISSING COLUMNS": Words("列数比表头少", "fewer cells than the header has"),
    "UNQUOTED VALUE": _UNMATCHED,
    "LINE SIZE OVER MAXIMUM": _TOO_LONG,
    "INVALID ENCODING": Words("含有不能解码的字节", "it holds bytes that do not decode"),
}


class _Refused(NamedTuple):
    number: int
    reason: Words
    text: str


def _load(
    backend: Backend, clean: CleanText, delimiter: str, n_columns: int, table: str, source: Source
) -> list[_Refused]:
    """Load the rows into a table; return those that were refused."""
    names = [f"c{i}" for i in range(n_columns)]
    kinds = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    run = backend.con.execute
    run(
        f"create or replace table {table} as select {_given(names, source.null_values)} "
        f"from read_csv({literal(str(clean.path))}, auto_detect=false, header=true, "
        f"delim={literal(delimiter)}, quote='\"', escape='\"', columns={{{kinds}}}, nullstr='', "
        f"store_rejects=true, rejects_table='{table}_errors', "
        f"rejects_scan='{table}_scans', rejects_limit=0)"
    )
    rows = run(
        f"select line, max(error_type::varchar), min(csv_line) from {table}_errors group by line order by line"
    ).fetchall()
    run(f"drop table {table}_errors")
    run(f"drop table {table}_scans")
    return [_Refused(line, _REASONS.get(kind, Words(kind, kind)), text) for line, kind, text in rows]


def _given(names: Sequence[str], nulls: Sequence[str]) -> str:
    if not nulls:
        return "*"
    texts = ", ".join(literal(text) for text in nulls)
    return ", ".join(f"case when {name} not in ({texts}) then {name} end as {name}" for name in names)


def _number_rows(backend: Backend, table: str, n: int, rejected: Sequence[int], left_out: Sequence[int]) -> list[str]:
    """Make the view `<table>_rows` with `source_row`: the row's number in the file, the header's is 1.

    Returns the tables that the view reads.
    """
    run = backend.con.execute
    if not rejected and not left_out:
        run(f"create view {table}_rows as select *, (rowid + 2)::integer as {ROW} from {table}")
        return [table]
    import pyarrow as pa

    numbers = f"{table}_numbers"
    backend.con.register("given", pa.table({ROW: row_numbers(n, rejected, left_out)}))
    run(f"create table {numbers} as select {ROW}::integer as {ROW} from given")
    backend.con.unregister("given")
    run(f"create view {table}_rows as select * from {table} positional join {numbers}")
    return [table, numbers]


def row_numbers(n: int, rejected: Sequence[int], left_out: Sequence[int]) -> np.ndarray:
    """The numbers that `n` loaded rows have in the original file, whose header is row 1.

    Parameters
    ----------
    rejected
        Numbers, in the clean file, of the rows that were refused.
    left_out
        For each row of the original that is not in it: how many rows of the clean file stand before it.

    Examples
    --------
    >>> row_numbers(3, rejected=[3], left_out=[1]).tolist()  # header, blank, row, refused row, two rows
    [3, 5, 6]
    """
    import numpy as np

    clean = np.delete(np.arange(2, n + 2 + len(rejected)), np.asarray(rejected, dtype=int) - 2)
    return clean + np.searchsorted(np.asarray(left_out), clean, side="left")


def _all_refused(clean: CleanText, refused: Iterable[_Refused]) -> list[_Refused]:
    """The refused rows with their numbers in the original file."""
    spoilt = [_Refused(number, _UNMATCHED, text) for number, text in clean.spoilt]
    numbered = [row._replace(number=row.number + bisect_left(clean.left_out, row.number)) for row in refused]
    return sorted([*spoilt, *numbered])


def _by_reason(refused: Iterable[_Refused]) -> Iterator[Reject]:
    reasons: dict[Words, list[_Refused]] = {}
    for row in refused:
        reasons.setdefault(row.reason, []).append(row)
    for reason, rows in reasons.items():
        numbers = tuple(row.number for row in rows[:_KEPT_ROWS])
        yield Reject(reason, len(rows), numbers, " ".join(rows[0].text.split())[:200])
