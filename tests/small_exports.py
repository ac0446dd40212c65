"""A few rows as one export, and what became of them."""

from __future__ import annotations

from typing import Any

HEADER = "case_id,activity,timestamp,resource"


def column(log, name: str) -> list[Any]:
    return log.events.order_by("source_row")[name].to_pyarrow().to_pylist()


def notes(log, *codes: str) -> list[str]:
    return [note.say("en") for note in log.import_report.notes if note.code in codes]
