"""Distributions of durations: mean, middle and tail, natural and working time side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.result.result import Column
from procmine.core.text.words import Language, Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.html.places import Place

QUANTILES = {"median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95}
TIME_WORDS: Mapping[str, Words] = MappingProxyType(
    {"natural": Words("自然时间", "natural"), "working": Words("工作时间", "working")}
)
TIME = Column(
    "text",
    Words("时间", "Time"),
    Words("自然时间，或工作日历内的时间", "natural time, or time inside the working calendar"),
    TIME_WORDS,
)
SHAPE: Mapping[str, Column] = MappingProxyType(
    {
        "mean": Column("duration", Words("平均", "Mean")),
        "min": Column("duration", Words("最短", "Shortest")),
        **{
            name: Column("duration", Words({"median": "中位"}.get(name, name.upper()), name.capitalize()))
            for name in QUANTILES
        },
        "max": Column("duration", Words("最长", "Longest")),
        "total": Column("duration", Words("合计", "Total"), is_total=True),
    }
)

_WORKING = Words("以上为工作时间；自然时间见{table}", "working time; natural time is in {table}")


def narrowest(table: pd.DataFrame) -> pd.DataFrame:
    """The rows in working time, or those in natural time where there are no others; most in all first."""
    working = table["time"] == "working"
    rows = table[working] if working.any() else table
    return rows.sort_values("waiting" if "waiting" in rows.columns else "total", ascending=False, kind="stable")


def natural_elsewhere(table: pd.DataFrame, language: Language, place: Place) -> str:
    """A note for where the narrowest time alone is shown."""
    if not (table["time"] == "working").any():
        return ""
    said = _WORKING.filled(table=place.table)
    return f'<p class="pm-note">{said.say(language)}</p>'


def distributions_of(table: ir.Table, keys: Sequence[str], n: str, *, working: bool) -> pd.DataFrame:
    """The distributions of the columns `natural` and, where asked, `working` of a table, one row each per key.

    Durations come out as integers or floats of µs; means are divided here, so that sums stay exact.

    Parameters
    ----------
    n
        Name of the column that counts.
    """
    found = []
    for time in ("natural", "working") if working else ("natural",):
        value = table[time]
        sums = {
            n: table.count(),
            "total": value.sum(),
            "min": value.min(),
            "max": value.max(),
            **{name: value.quantile(share) for name, share in QUANTILES.items()},
        }
        frame = fetch(table.group_by(list(keys)).aggregate(**sums) if keys else table.aggregate(**sums))
        frame.insert(0, "time", time)
        found.append(frame[frame[n] > 0])
    frame = pd.concat(found, ignore_index=True)
    frame["total"] = frame["total"].astype("int64")
    frame["mean"] = frame["total"] / frame[n]
    return frame
