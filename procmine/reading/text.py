"""Text exports: decode and frame them ourselves, then hand the engine clean UTF-8 and one dialect.

A file that is already regular UTF-8 – one kind of line end, no blank lines – is read where it lies.
Every other one is copied once into that form, and each row remembers its number in the original.
"""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.errors import ExportError, Fault
from procmine.core.import_report import Note
from procmine.core.sql import literal
from procmine.core.words import Words
from procmine.reading.encoding import CleanText, clean_text
from procmine.reading.raw import ROW, RawTable, Reject, named_columns, renamed_note
from procmine.reading.source import ExportFile, Source

if TYPE_CHECKING:
    import numpy as np
    from ibis.backends.duckdb import Backend

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 200
_KEPT_ROWS = 1000


def read_text(backend: Backend, file: ExportFile, source: Source, number: int) -> RawTable:
    """Load a delimited text file into the engine as table `raw_<number>`.

    Raises
    ------
    ExportError
        If its encoding cannot be told, it has no rows, or it is not delimited text.
    """
    clean = clean_text(file, source)
    delimiter = source.delimiter or delimiter_of(clean.path)
    header = _first_row(clean.path, delimiter)
    if not any(cell.strip() for cell in header):
        raise ExportError(Fault(file.name, Words("第一行没有列名", "the first row holds no column names")))
    columns, changed = named_columns(header)
    table = f"raw_{number}"
    refused = _load(backend, clean.path, delimiter, len(header), table, source)
    (n_loaded,) = backend.con.execute(f"select count(*) from {table}").fetchone() or (0,)
    tables = _number_rows(backend, table, n_loaded, [row.number for row in refused], clean.blank_rows)
    rejects = tuple(_by_reason(refused, clean.blank_rows))
    return RawTable(
        file=file,
        container="text",
        relation=f"{table}_rows",
        tables=tuple(tables),
        columns=columns,
        n_rows=n_loaded + sum(reject.n_rows for reject in rejects),
        encoding=clean.encoding,
        rejects=rejects,
        notes=(*_notes(file, clean), *renamed_note(changed)),
    )


def _notes(file: ExportFile, clean: CleanText) -> Iterator[Note]:
    yield Note(code="file_encoding", level="info", facts={"file": file.name, "encoding": clean.encoding})
    if clean.blank_rows:
        yield Note(code="blank_rows", level="info", facts={"file": file.name, "n": len(clean.blank_rows)})


def _sample(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from stream


def _rows(path: Path, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(_sample(path), delimiter=delimiter)
    except csv.Error as error:
        fault = Words("不能拆成行和列", "it cannot be cut into rows and cells")
        raise ExportError(Fault(path.name, fault, str(error))) from None


def _first_row(path: Path, delimiter: str) -> list[str]:
    return next(_rows(path, delimiter), [])


def delimiter_of(path: Path) -> str:
    """The separator that cuts the first rows into the most columns of one and the same number."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row, _ in zip(_rows(path, delimiter), range(_SAMPLE_ROWS), strict=False) if row]
        if not widths or widths[0] < 2:
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    def rank(delimiter: str) -> tuple[bool, int]:
        agreement, width = score(delimiter)
        return agreement > 0.9, width

    return max(_DELIMITERS, key=rank)


_REASONS = {
    "TOO MANY COLUMNS": Words("列数比表头多", "more cells than the header has"),
    "MISSING COLUMNS": Words("列数比表头少", "fewer cells than the header has"),
    "UNQUOTED VALUE": Words("引号没有正确配对", "its quotation marks do not match"),
    "LINE SIZE OVER MAXIMUM": Words("一行超过 2 MB", "it is longer than 2 MB"),
    "INVALID ENCODING": Words("含有不能解码的字节", "it holds bytes that do not decode"),
}


class _Refused(NamedTuple):
    number: int
    reason: Words
    text: str


def _load(backend: Backend, path: Path, delimiter: str, n_columns: int, table: str, source: Source) -> list[_Refused]:
    """Load the rows into a table; return those that were refused."""
    names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(n_columns))
    nulls = ", ".join(literal(text) for text in ["", *source.null_values])
    run = backend.con.execute
    run(
        f"create table {table} as select * from read_csv({literal(str(path))}, auto_detect=false, header=true, "
        f"delim={literal(delimiter)}, quote='\"', escape='\"', columns={{{names}}}, nullstr=[{nulls}], "
        f"store_rejects=true, rejects_table='{table}_errors', "
        f"rejects_scan='{table}_scans', rejects_limit=0)"
    )
    rows = run(
        f"select line, min(error_type::varchar), any_value(csv_line) from {table}_errors group by line order by line"
    ).fetchall()
    run(f"drop table {table}_errors")
    run(f"drop table {table}_scans")
    return [_Refused(line, _REASONS.get(kind, Words(kind, kind)), text) for line, kind, text in rows]


def _number_rows(backend: Backend, table: str, n: int, rejected: Sequence[int], blanks: Sequence[int]) -> list[str]:
    """Make the view `<table>_rows` with `source_row`: the row's number in the file, the header's is 1.

    Returns the tables that the view reads.
    """
    run = backend.con.execute
    if not rejected and not blanks:
        run(f"create view {table}_rows as select *, (rowid + 2)::integer as {ROW} from {table}")
        return [table]
    import pyarrow as pa

    numbers = f"{table}_numbers"
    backend.con.register("given", pa.table({ROW: row_numbers(n, rejected, blanks)}))
    run(f"create table {numbers} as select {ROW}::integer as {ROW} from given")
    backend.con.unregister("given")
    run(f"create view {table}_rows as select * from {table} positional join {numbers}")
    return [table, numbers]


def row_numbers(n: int, rejected: Sequence[int], blanks: Sequence[int]) -> np.ndarray:
    """The numbers that `n` loaded rows have in the original file, whose header is row 1.

    Parameters
    ----------
    rejected
        Numbers, in the clean file, of the rows that were refused.
    blanks
        For each blank row of the original: how many rows of the clean file stand before it.

    Examples
    --------
    >>> row_numbers(3, rejected=[3], blanks=[1]).tolist()  # header, blank, row, refused row, two rows
    [3, 5, 6]
    """
    import numpy as np

    clean = np.delete(np.arange(2, n + 2 + len(rejected)), np.asarray(rejected, dtype=int) - 2)
    return clean + np.searchsorted(np.asarray(blanks), clean, side="left")


def _by_reason(refused: Sequence[_Refused], blanks: Sequence[int]) -> Iterator[Reject]:
    reasons: dict[Words, list[_Refused]] = {}
    for row in refused:
        reasons.setdefault(row.reason, []).append(row)
    for reason, rows in reasons.items():
        n_lines = sum(row.text.strip("\n").count("\n") + 1 for row in rows)
        numbers = tuple(row.number + bisect_left(blanks, row.number) for row in rows[:_KEPT_ROWS])
        yield Reject(reason, n_lines, numbers, " ".join(rows[0].text.split())[:200])
