"""Text exports: decode and frame them ourselves, then hand the engine clean UTF-8 and one dialect.

A file that is already regular UTF-8 – one kind of line end, no blank lines, quotes that match, no
titles or totals – is read where it lies. Every other one is copied once into that form, and each row
remembers its number in the original.
"""

from __future__ import annotations

import shutil
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from procmine.core.log.engine import literal, scratch_folder
from procmine.core.text.words import Words
from procmine.reading.files.raw import ROW, RawTable, Reject, named_columns, renamed_note
from procmine.reading.files.source import ExportFile, Source
from procmine.reading.text.clean_text import CleanText, clean_copy
from procmine.reading.text.encoding import Encoding, encoding_of
from procmine.reading.text.framing import Mending, decoded, records, separator_named
from procmine.reading.text.mojibake import is_scrambled
from procmine.reading.text.text_layout import TextLayout, layout_of
from procmine.reading.text.text_notes import FULL_WIDTH, text_notes
from procmine.reading.text.text_wrappers import unwrap, wrapped_columns

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_DELIMITERS = ",;\t|"
_SAMPLE_LINES, _SAMPLE_ROWS, _HEADER_LINES = 2000, 200, 5
_KEPT_ROWS = 1000
_BLOCK = 1 << 20


def read_text(backend: Backend, file: ExportFile, source: Source, number: int) -> RawTable:
    """Load a delimited text file into the engine as table `raw_<number>`.

    Raises
    ------
    ExportError
        If its encoding cannot be told, it has no rows, or it is not delimited text.
    """
    encoding = encoding_of(file, source.encoding)
    mending, head = _head(file, encoding, lenient=source.undecodable == "replace")
    delimiter = source.delimiter or mending.separator or delimiter_of(head)
    layout = layout_of(file.name, head, delimiter)
    columns, changed = named_columns(layout.header.names)
    table = f"raw_{number}"
    clean, refused = CleanText(file.path), None
    load = _Loading(backend, delimiter, len(columns), table, source)
    if encoding.tidy and not mending.is_needed and layout.is_plain:
        plain = file.path if encoding.regular else encoding.copy or _in_utf8(file, encoding.name)
        if not layout.ends_with_footer(plain):
            refused = load.tried(plain)
        if plain != file.path:
            plain.unlink()
    if refused is None or any(row.reason in (_UNMATCHED, _TOO_LONG) for row in refused):
        clean = clean_copy(file, encoding.name, layout, mending)
        refused = load.rows_of(clean.path)
        clean.path.unlink()
    (n_loaded,) = backend.con.execute(f"select count(*) from {table}").fetchone() or (0,)
    n_unwrapped = unwrap(backend, table, wrapped_columns(head, layout))
    tables = _number_rows(backend, table, n_loaded, [row.number for row in refused], clean.left_out)
    rejects = tuple(_by_reason(_all_refused(clean, refused)))
    dropped = _without_trailing(backend, table, layout, columns)
    renamed = renamed_note(name for name in changed if name in columns)
    counts = {"unwrapped": n_unwrapped, "empty_last_column": int(dropped)}
    said = text_notes(file, encoding.name, clean, layout, mending, counts)
    return RawTable(
        file=file,
        container="text",
        relation=f"{table}_rows",
        tables=tuple(tables),
        columns=columns,
        n_rows=n_loaded + sum(reject.n_rows for reject in rejects),
        encoding=encoding.name,
        rejects=rejects,
        notes=(*said, *renamed),
    )


def _in_utf8(file: ExportFile, encoding: str) -> Path:
    """A copy of a tidy file in UTF-8."""
    path = scratch_folder() / "plain.csv"
    with decoded(file, encoding) as text, path.open("w", encoding="utf-8", newline="\n") as copy:
        shutil.copyfileobj(text, copy, _BLOCK)
    return path


def _head(file: ExportFile, encoding: Encoding, *, lenient: bool) -> tuple[Mending, list[str]]:
    """The first lines, put right, and what has to be put right in all of them."""
    with decoded(file, encoding.name, lenient=lenient) as lines:
        head = list(islice(lines, _SAMPLE_LINES))
    mending = Mending(file.name, lenient, has_nul=encoding.has_nul, separator=separator_named(head))
    scrambled = is_scrambled(islice(mending.mended(head), _HEADER_LINES))
    mending = replace(mending, scrambled=scrambled)
    return mending, list(mending.mended(head))


def _without_trailing(backend: Backend, table: str, layout: TextLayout, columns: dict[str, str]) -> bool:
    """Forget a last column that has no name and no value: each row ends with a separator."""
    name, cell = list(columns.items())[-1]
    if layout.header.names[-1] or len(columns) == 1:
        return False
    (n,) = backend.con.execute(f"select count({cell}) from {table}_rows").fetchone() or (0,)
    if n == 0:
        del columns[name]
    return bool(n == 0)


def delimiter_of(lines: Sequence[str]) -> str:
    """The separator that cuts the first rows into the most columns of one and the same number.

    Full-width separators are only tried where no other one cuts the rows.

    Examples
    --------
    >>> delimiter_of(["编号;说明", "1;一,二,三"]), delimiter_of(["编号；说明", "1；一"])
    (';', '；')
    """
    widths = {delimiter: _widths(lines, delimiter) for delimiter in (*_DELIMITERS, *FULL_WIDTH)}

    def by_first(delimiter: str) -> tuple[bool, int]:
        found = widths[delimiter]
        return _are_one(found, found[0] if found else 0), found[0] if found else 0

    def by_most(delimiter: str) -> tuple[bool, int]:
        """Titles stand above the header, so the first row tells nothing."""
        wide = [width for width in widths[delimiter] if width > 1]
        usual = max(set(wide), key=wide.count, default=0)
        return 2 * len(wide) >= len(widths[delimiter]) and _are_one(wide, usual), usual

    for delimiters, rank in ((_DELIMITERS, by_first), (FULL_WIDTH, by_first), (_DELIMITERS, by_most)):
        best = max(delimiters, key=rank)
        if rank(best)[0]:
            return best
    return max(_DELIMITERS, key=by_first)


def _widths(lines: Sequence[str], delimiter: str) -> list[int]:
    sound = (record for record in records(lines, delimiter) if not (record.fault or record.is_blank))
    return [len(record.cells(delimiter)) for record in islice(sound, _SAMPLE_ROWS)]


def _are_one(widths: Sequence[int], width: int) -> bool:
    return width >= 2 and widths.count(width) > 0.9 * len(widths)


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


class _Loading(NamedTuple):
    backend: Backend
    delimiter: str
    n_columns: int
    table: str
    source: Source

    def tried(self, path: Path) -> list[_Refused] | None:
        """The same for a file whose rows nobody has looked at; None where the engine cannot cope with one."""
        try:
            return self.rows_of(path)
        except duckdb.InvalidInputException:
            return None

    def rows_of(self, path: Path) -> list[_Refused]:
        """Load the rows into a table; return those that were refused."""
        names = [f"c{i}" for i in range(self.n_columns)]
        kinds = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        table, run = self.table, self.backend.con.execute
        run(
            f"create or replace table {table} as select {_given(names, self.source.null_values)} "
            f"from read_csv({literal(str(path))}, auto_detect=false, header=true, "
            f"delim={literal(self.delimiter)}, quote='\"', escape='\"', columns={{{kinds}}}, nullstr='', "
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
    """Make the view or table `<table>_rows` with `source_row`: the row's number in the file, the header's is 1.

    Returns the tables that hold its rows.
    """
    run = backend.con.execute
    if not rejected and not left_out:
        run(f"create view {table}_rows as select *, (rowid + 2)::integer as {ROW} from {table}")
        return [table]
    numbers = pa.table({"place": np.arange(n), ROW: row_numbers(n, rejected, left_out)})
    backend.con.register("given", numbers)
    # Joined once, by place: a view on a positional join crashes the engine now and then.
    run(
        f"create table {table}_rows as select {table}.*, given.{ROW}::integer as {ROW} "
        f"from {table} join given on {table}.rowid = given.place"
    )
    backend.con.unregister("given")
    run(f"drop table {table}")
    return [f"{table}_rows"]


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
    clean = np.delete(np.arange(2, n + 2 + len(rejected)), np.asarray(rejected, dtype=int) - 2)
    return clean + np.searchsorted(np.asarray(left_out), clean, side="left")


def _all_refused(clean: CleanText, refused: Iterable[_Refused]) -> list[_Refused]:
    """The refused rows with their numbers in the original file."""
    spoilt = [_Refused(number, _UNMATCHED, text) for number, text in clean.spoilt]
    spoilt += [_Refused(number, _TOO_LONG, text) for number, text in clean.too_long]
    numbered = [row._replace(number=row.number + bisect_left(clean.left_out, row.number)) for row in refused]
    return sorted([*spoilt, *numbered])


def _by_reason(refused: Iterable[_Refused]) -> Iterator[Reject]:
    reasons: dict[Words, list[_Refused]] = {}
    for row in refused:
        reasons.setdefault(row.reason, []).append(row)
    for reason, rows in reasons.items():
        numbers = tuple(row.number for row in rows[:_KEPT_ROWS])
        yield Reject(reason, len(rows), numbers, " ".join(rows[0].text.split())[:200])
