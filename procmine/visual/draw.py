"""One verb for every result that has a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procmine.conformance.aligned import AlignedVariants
from procmine.conformance.case_alignment import CaseAlignment
from procmine.conformance.node_limits import NodeLimits
from procmine.conformance.splitting import ConformanceBy, ConformanceOverTime
from procmine.conformance.standard_process import StandardProcess
from procmine.core.errors import UnknownNameError
from procmine.core.result import MissingDataCard, Result
from procmine.core.words import Words
from procmine.discovery.dotted import Dotted
from procmine.discovery.models import MinedModel
from procmine.discovery.overview import Arrivals
from procmine.discovery.variants import Variants
from procmine.kpi.evaluation import Kpis
from procmine.kpi.score_views import Distribution
from procmine.kpi.scores import Scores
from procmine.kpi.trend import KpiTrend
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
from procmine.visual.aligned_chevrons import draw_aligned, draw_case
from procmine.visual.charts import draw_arrivals, draw_dotted, draw_throughput
from procmine.visual.chevrons import draw_variants
from procmine.visual.conformance_charts import draw_conformance_by, draw_conformance_over_time
from procmine.visual.kpi_charts import draw_distribution, draw_kpi_trend, draw_kpis, draw_scores
from procmine.visual.limit_charts import draw_limits
from procmine.visual.matrix_charts import draw_handovers, draw_profile, draw_week, draw_workload
from procmine.visual.model_drawing import draw_model
from procmine.visual.picture import Picture
from procmine.visual.queue_charts import draw_queues
from procmine.visual.spread_charts import draw_spectrum, draw_speed
from procmine.visual.standard_drawing import draw_standard
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
    StandardProcess: draw_standard,
    AlignedVariants: draw_aligned,
    CaseAlignment: draw_case,
    ConformanceOverTime: draw_conformance_over_time,
    ConformanceBy: draw_conformance_by,
    NodeLimits: draw_limits,
    Kpis: draw_kpis,
    KpiTrend: draw_kpi_trend,
    Scores: draw_scores,
    Distribution: draw_distribution,
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
