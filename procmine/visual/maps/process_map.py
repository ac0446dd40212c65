"""The process map: an inline SVG whose levels and colours are computed here and switched in the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from procmine.core.html.fragments import lead_html
from procmine.core.html.places import Place
from procmine.core.result.picture import Picture
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words
from procmine.discovery.flow import DirectlyFollows, activities, directly_follows
from procmine.visual.maps.bottleneck_marks import marks_of
from procmine.visual.maps.map_drawing import METRICS, MapDrawing
from procmine.visual.maps.map_looks import draw_map

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.waiting.bottlenecks import Bottlenecks

Colour = Literal["frequency", "median", "p90", "total"]

_TABLE = Words("流转明细表", "Table of the arcs")
_MARKED = Words(
    "紫色是损失时间最多的路径和活动，① 最多。",
    " Purple: the paths and activities on which most time is lost, ① the most.",
)
_MARKED_LATER = Words(
    "颜色换成一种时间，损失时间最多的路径和活动就显示为紫色，① 最多。",
    " Let colours stand for a time, and the paths and activities on which most time is lost are purple, ① the most.",
)


@dataclass(frozen=True, repr=False, eq=False)
class ProcessMap(Result):
    """A process map; its table is the directly-follows graph it shows."""

    TITLE: ClassVar[Words] = Words("流程图", "Process map")
    COLUMNS: ClassVar[Mapping[str, Column]] = DirectlyFollows.COLUMNS

    drawing: MapDrawing | None = None
    n_marked: int = 0

    @property
    def sentence(self) -> str:
        """How to read the map; nothing where there is none."""
        if self.drawing is None:
            return ""
        said = Words(
            "从上到下是案例的走向；线越粗越常见。拖动滑块可增减活动和路径，悬停可看数字。",
            "Cases run from top to bottom; the thicker the line, the more often. Move the sliders for more or "
            "fewer activities and paths, hover for the numbers.",
        )
        marked = _MARKED_LATER if self.drawing.colour == "frequency" else _MARKED
        return said.say(self.language) + (marked.say(self.language) if self.n_marked else "")

    def svg(self) -> str:
        """The map as a self-contained SVG at its first level."""
        return self.drawing.svg() if self.drawing else ""

    def html_in(self, place: Place) -> str:
        """The sentence, the map with its controls, and the table behind a fold."""
        if self.drawing is None:
            return super().html_in(place)
        return (
            f"{lead_html(self.sentence)}{self.drawing.html(place)}"
            f'<details class="pm-more"><summary>{_TABLE.say(self.language)}</summary>{self.table_html(place)}</details>'
        )


def name_of_map(title: Words, log: EventLog) -> str:
    """What a map is called where it stands alone: what it is, and of which log."""
    return " · ".join(part for part in (title.say(log.language), log.name) if part)


def draw_map_of(result: ProcessMap) -> Picture:
    """A map as a picture of its own: its name, counters and legend are drawn above it."""
    return Picture(result, result.svg())


def process_map(log: EventLog, *, colour: Colour = "frequency", bottlenecks: Bottlenecks | None = None) -> ProcessMap:
    """The process map of a log: what follows what, from a start mark down to an end mark.

    Parameters
    ----------
    colour
        What colours, widths and labels stand for at first: how often (`frequency`), or the transition
        time's `median`, `p90` or `total`. The page has a switch for all four.
    bottlenecks
        A ranking whose first five arcs and three activities get a colour of their own where times are shown.

    Raises
    ------
    UnknownNameError
        If `colour` is none of these.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.process_map(pm.six_cases()).svg()[:4]
    '<svg'
    """
    if colour not in METRICS:
        raise UnknownNameError.among(Words("着色方式", "colouring"), [colour], list(METRICS), "process_map")
    flow = directly_follows(log)
    marks = None if bottlenecks is None else marks_of(bottlenecks)
    title = name_of_map(ProcessMap.TITLE, log)
    drawing = draw_map(title, log, flow.table, activities(log).table, colour, marks) if log.variants else None
    n_marked = 0 if marks is None else len(marks.arcs) + len(marks.nodes)
    return ProcessMap.of(log, flow.table, drawing=drawing, n_marked=n_marked)
