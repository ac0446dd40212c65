"""Which picture a result has: what `Result.draw` asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procmine.conformance.standard.standard_process import StandardProcess
from procmine.conformance.views.aligned_variants import AlignedVariants, WayCases
from procmine.conformance.views.case_alignment import CaseAlignment
from procmine.conformance.views.conformance_split import ConformanceBy, ConformanceOverTime
from procmine.conformance.views.deviation_ledger import DeviationLedger
from procmine.conformance.views.limit_views import LimitSpread
from procmine.conformance.views.mined_difference import ModelDifference
from procmine.conformance.views.node_limits import NodeLimits
from procmine.conformance.views.standard_check import StandardCheck
from procmine.core.result.picture import Picture
from procmine.core.result.result import Result
from procmine.core.text.errors import Fault, UnknownNameError
from procmine.core.text.words import Words
from procmine.discovery.contents import ImportNotes, RejectedRows
from procmine.discovery.dotted import Dotted
from procmine.discovery.misdated import Misdated
from procmine.discovery.models import MinedModel
from procmine.discovery.overview import Arrivals, Overview
from procmine.discovery.variants import Variants
from procmine.kpi.kpis.evaluation import Kpis
from procmine.kpi.kpis.kpi_tree import KpiTree
from procmine.kpi.kpis.kpi_trend import KpiTrend
from procmine.kpi.kpis.missed_cases import MissedCases
from procmine.kpi.scorecards.score_views import Distribution, Items, Unscored
from procmine.kpi.scorecards.scores import Scores
from procmine.performance.ground.availability import Availability
from procmine.performance.movement.handovers import Handovers
from procmine.performance.people.profiles import ActivityProfile
from procmine.performance.people.resources import Workload
from procmine.performance.people.rhythm import WeekRhythm
from procmine.performance.people.speed import Speed
from procmine.performance.times.spectrum import Spectrum
from procmine.performance.times.throughput import Histogram, Throughput
from procmine.performance.waiting.cause_totals import ByActivity, ByResource, ByTransition
from procmine.performance.waiting.queues import Queues
from procmine.performance.waiting.waiting_causes import WaitingCauses
from procmine.visual.charts.charts import draw_arrivals, draw_dotted, draw_throughput
from procmine.visual.charts.conformance_charts import draw_conformance_by, draw_conformance_over_time
from procmine.visual.charts.kpi_charts import draw_distribution, draw_kpi_trend, draw_kpis, draw_scores
from procmine.visual.charts.limit_charts import draw_limits
from procmine.visual.charts.matrix_charts import draw_handovers, draw_profile, draw_week, draw_workload
from procmine.visual.charts.plain_charts import draw_plain
from procmine.visual.charts.queue_charts import draw_queues
from procmine.visual.charts.spread_charts import draw_spectrum, draw_speed
from procmine.visual.charts.waiting_charts import draw_cause_totals, draw_waiting_causes
from procmine.visual.chevrons.aligned_chevrons import draw_aligned, draw_case
from procmine.visual.chevrons.chevrons import draw_variants
from procmine.visual.lanes.standard_document import draw_standard
from procmine.visual.maps.model_drawing import draw_model
from procmine.visual.maps.process_map import ProcessMap, draw_map_of
from procmine.visual.maps.standard_map import StandardMap

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
    **dict.fromkeys((ProcessMap, StandardMap), draw_map_of),
}


_DRAWN_BY: dict[type[Result], str] = {
    WayCases: "aligned_variants",
    DeviationLedger: "check_conformance",
    LimitSpread: "node_limits",
    ModelDifference: "standard_map",
    StandardCheck: "standard_map",
    ImportNotes: "data_quality",
    RejectedRows: "data_quality",
    Misdated: "data_quality",
    Overview: "arrivals",
    KpiTree: "evaluate_kpis",
    MissedCases: "evaluate_kpis",
    Items: "score_cases",
    Unscored: "score_cases",
    Availability: "week_rhythm",
    Histogram: "throughput_time",
}
"""Results without a picture of their own, and the analysis whose picture shows what they are part of."""


def draw(result: Result) -> Picture:
    """The picture of a result.

    Raises
    ------
    UnknownNameError
        If results of this kind have no picture; it says which other view has.
    """
    painter = _PAINTERS.get(type(result)) or (draw_plain if result.CHART else None)
    if painter is None:
        fault = Words("“{title}”没有图形", "{title} have no picture").filled(title=result.title)
        hint = Words(
            "表格在 .table 里；图见 pm.{view}(…).draw()", "its table is .table; for a picture see pm.{view}(…).draw()"
        )
        view = _DRAWN_BY.get(type(result), "process_map")
        raise UnknownNameError(Fault(type(result).__name__, fault, hint=hint.filled(view=view)))
    return painter(result)
