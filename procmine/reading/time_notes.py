"""What reading a column of times put right, as notes."""

from __future__ import annotations

from collections.abc import Iterator

from procmine.core.import_report import Note
from procmine.reading.times import ReadTime

_CODES = {"zero": "zero_times", "midnight": "end_of_day"}


def repair_notes(column: str, read: ReadTime) -> Iterator[Note]:
    """The notes on values that were put right and on formats that stand side by side."""
    for kind, n in read.repaired.items():
        if n:
            yield Note(code=_CODES[kind], level="warning", facts={"column": column, "n": n})
    if read.mix:
        shown = ", ".join(f"{name} ({n})" for name, n in read.mix.items())
        yield Note(code="time_mix", level="warning", facts={"column": column, "formats": shown})
