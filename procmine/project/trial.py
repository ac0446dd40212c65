"""What comes out when a file is read as proposed, and what of it looks odd."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from procmine.core.log.import_report import Note, Rejection
from procmine.core.text.errors import ProcmineError
from procmine.core.text.words import Words, write_number

_MANY_ACTIVITIES = 20


class Trial(NamedTuple):
    """What comes out when a file is read as proposed; without an error, its log in figures."""

    error: ProcmineError | None = None
    n_cases: int = 0
    n_events: int = 0
    n_activities: int = 0
    period: str = ""
    notes: tuple[Note, ...] = ()
    rejections: tuple[Rejection, ...] = ()


def odd(trial: Trial, columns: dict[str, str]) -> Iterator[Words]:
    """What a log by usual names of columns shows if a name misled."""
    if trial.n_cases == trial.n_events > 1:
        yield Words(
            "每行都是一个案例：“{column}”大概是行号，不是案例编号",
            "every row is a case of its own: {column!r} probably numbers rows, not cases",
        ).filled(column=columns["case_id"])
    if trial.n_activities > max(_MANY_ACTIVITIES, trial.n_events // 2):
        yield Words(
            "“{column}”有 {n} 种取值，大概不是活动", "{column!r} has {n} values: these are probably no activities"
        ).filled(column=columns["activity"], n=write_number(trial.n_activities))
