"""One verb for every result that has a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procmine.core.errors import UnknownNameError
from procmine.core.result import MissingDataCard, Result
from procmine.core.words import Words
from procmine.discovery.dotted import Dotted
from procmine.discovery.models import MinedModel
from procmine.discovery.overview import Arrivals
from procmine.discovery.variants import Variants
from procmine.performance.cause_totals import ByActivity, ByResource, ByTransition
from procmine.performance.handovers import Handovers
from procmine.performance.profiles import ActivityProfile
from procmine.performance.queues import Queues
from procmine.performance.resources import Workload
from procmine.performance.rhythm import WeekRhythm
from procmine.performance.spectrum import Spectrum
from procmine.performance.speed import Speed
from procmine.performance.times import Throughput
from procmine.performance.waiting_causes import WaitingCauses
from procmine.visual.charts import draw_arrivals, draw_dotted, draw_throughput
from procmine.visual.chevrons import draw_variants
from procmine.visual.matrix_charts import draw_handovers, draw_profile, draw_week, draw_workload
from procmine.visual.model_drawing import draw_model
from procmine.visual.picture import Picture
from procmine.visual.queue_charts import draw_queues
from procmine.visual.spread_charts import draw_spectrum, draw_speed
from procmine.visual.waiting_charts import draw_cause_totals, draw_waiting_causes

_PAINTERS: dict[type[Result], Callable[[Any], Picture]] = {
    Arrivals: draw_arrivals,
    Dotted: draw_dotted,
    Throughput: draw_throughput,
    Variants: draw_variants,
    MinedModel: draw_model,
    WeekRhythm: draw_week,
    Handovers: draw_handovers,
    ActivityProfile: draw_profile,
    Workload: draw_workload,
    Speed: draw_speed,
    Spectrum: draw_spectrum,
    Queues: draw_queues,
    WaitingCauses: draw_waiting_causes,
    **dict.fromkeys((ByActivity, ByResource, ByTransition), draw_cause_totals),
}


def draw(result: Result | MissingDataCard) -> Picture | MissingDataCard:
    """The picture of a result; a card that stands for missing data stays a card.

    Raises
    ------
    UnknownNameError
        If results of this kind have no picture.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.draw(pm.variants(pm.six_cases()))
    <Picture of <Variants: 5 rows; use .table>>
    """
    if isinstance(result, MissingDataCard):
        return result
    painter = _PAINTERS.get(type(result))
    if painter is None:
        known = sorted(kind.__name__ for kind in _PAINTERS)
        raise UnknownNameError.among(Words("图形", "picture"), [type(result).__name__], known, "draw")
    return painter(result)
