"""A clock on a grid: every instant finds its place by one division."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from procmine.core.clock.open_spans import Instants

_CHUNK = 1 << 15
"""Instants looked up at a time, so that what is in between stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class ClockGrid:
    """Working time as a function that in each cell either runs or stands.

    Attributes
    ----------
    begin, size
        The first instant of the grid, and the length of a cell, µs.
    offsets, masks
        Of each cell: working time is offset + (instant and mask); the mask has all bits where it runs, none where
        it stands.
    """

    begin: int
    size: int
    offsets: Instants
    masks: Instants

    def worked(self, instants: Instants) -> Instants:
        """Working time from the beginning of the period to each instant, all of which lie on the grid: µs."""
        at = np.ascontiguousarray(instants).ravel()
        found = np.empty_like(at)
        for i in range(0, len(at), _CHUNK):
            some = at[i : i + _CHUNK]
            cell = some - self.begin
            cell //= self.size
            out = found[i : i + _CHUNK]
            np.bitwise_and(some, self.masks.take(cell), out=out)
            out += self.offsets.take(cell)
        return found.reshape(instants.shape)
