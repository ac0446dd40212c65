"""The map with lanes of a standard, as the picture of its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.visual.ink.picture import Picture
from procmine.visual.lanes.lane_drawing import lanes_svg

if TYPE_CHECKING:
    from procmine.conformance.standard.standard_process import StandardProcess


def draw_standard(result: StandardProcess) -> Picture:
    """The unified process from top to bottom, a lane for each role."""
    return Picture(result, lanes_svg(result.version, result.language) if result.version else "")
