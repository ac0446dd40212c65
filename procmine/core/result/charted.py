"""Which columns of a result its picture shows, where a plain bar, spread or line says it."""

from __future__ import annotations

from typing import NamedTuple


class Bars(NamedTuple):
    """A bar for each of the first rows: as long as `value`, called by the columns `names`."""

    names: tuple[str, ...]
    value: str


class Spread(NamedTuple):
    """How often `value` is how large: a histogram over all rows."""

    value: str


class Lines(NamedTuple):
    """`value` from period to period, a line for each of the largest groups of `group`; one line where it is empty."""

    period: str
    value: str
    group: str = ""


Chart = Bars | Spread | Lines
