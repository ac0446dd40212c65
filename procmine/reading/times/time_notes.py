"""What reading a column of times put right, as notes."""

from __future__ import annotations

from collections.abc import Iterator

from procmine.core.log.import_report import Note
from procmine.core.text.words import Words
from procmine.reading.times.not_given import time_notes
from procmine.reading.times.time_texts import ReadTime

_CODES = {"midnight": "end_of_day"}


def format_note(column: str, read: ReadTime) -> Iterator[Note]:
    """The note on how a column is written; none where it holds no time."""
    if read.example:
        facts: dict[str, str | int | Words] = {"column": column, "format": read.shown, "example": read.example}
        yield Note(code="time_format", level="info", facts=facts)


def repair_notes(column: str, read: ReadTime) -> Iterator[Note]:
    """The notes on values that were put right and on formats that stand side by side."""
    yield from time_notes(column, read.nothing)
    for kind, n in read.repaired.items():
        if n:
            yield Note(code=_CODES[kind], level="warning", facts={"column": column, "n": n})
    if read.mix:
        shown = Words(
            "，".join(f"{format.words.zh}（{n}）" for format, n in read.mix.items()),
            ", ".join(f"{format.words.en} ({n})" for format, n in read.mix.items()),
        )
        yield Note(code="time_mix", level="warning", facts={"column": column, "formats": shown})
