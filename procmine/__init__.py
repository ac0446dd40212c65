"""procmine: process mining for the exports of OA and CRM systems.

One rule explains the package: an analysis is a function from an `EventLog` (and one spec) to a result
that holds a tidy table. Nothing else computes; notebooks only call and narrate.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procmine.conformance.aligned import aligned_variants
    from procmine.conformance.conformance import check_conformance
    from procmine.conformance.mined_difference import compare_with_target
    from procmine.conformance.standard_process import standard_process
    from procmine.conformance.systematization import systematization
    from procmine.conformance.target import TargetVersion
    from procmine.conformance.target_check import check_target
    from procmine.conformance.views import conformance_by, conformance_over_time, explain_case, node_limits, open_limits
    from procmine.conformance.who_departs import who_departs
    from procmine.core.calendar import WorkCalendar
    from procmine.core.case_list import case_list
    from procmine.core.errors import (
        ExportError,
        FilterError,
        MissingDataError,
        ProcmineError,
        ReportError,
        SpecError,
        UnknownNameError,
        WriteError,
    )
    from procmine.core.eventlog import EventLog
    from procmine.core.states import States
    from procmine.discovery.contents import attributes, import_notes, rejected_rows
    from procmine.discovery.data_quality import data_quality
    from procmine.discovery.dotted import dotted
    from procmine.discovery.flow import activities, arc_cases, directly_follows
    from procmine.discovery.misdated import misdated
    from procmine.discovery.models import compare_models, discover_model
    from procmine.discovery.overview import arrivals, overview
    from procmine.discovery.variants import happy_path, variants
    from procmine.insight.findings import rank_findings
    from procmine.kpi.contacts import cause_matrix, repeat_contacts
    from procmine.kpi.customers import rfm_segments
    from procmine.kpi.evaluation import evaluate_kpis
    from procmine.kpi.scores import rescore_cases, score_cases
    from procmine.kpi.spec import Kpi
    from procmine.performance.availability import availability
    from procmine.performance.batch_work import batch_work
    from procmine.performance.bottlenecks import bottlenecks
    from procmine.performance.durations import processing_time, sojourn_time, transition_time, waiting_time
    from procmine.performance.efficiency import cycle_time_efficiency, idle_time
    from procmine.performance.estimation import estimate_starts
    from procmine.performance.handovers import handovers
    from procmine.performance.open_cases import open_cases
    from procmine.performance.ping_pong import ping_pong
    from procmine.performance.profiles import activity_profile, mined_roles
    from procmine.performance.pseudonyms import pseudonymized
    from procmine.performance.queues import queues
    from procmine.performance.resources import resources, workload
    from procmine.performance.returns import reassignments, returns
    from procmine.performance.rework import rework
    from procmine.performance.rhythm import week_rhythm
    from procmine.performance.self_loops import self_loops
    from procmine.performance.spectrum import spectrum
    from procmine.performance.speed import speed
    from procmine.performance.throughput_by import throughput_by
    from procmine.performance.time_between import time_between
    from procmine.performance.times import throughput_time
    from procmine.performance.waiting_causes import waiting_causes
    from procmine.project import open_project
    from procmine.reading.reader import read_export
    from procmine.report.render import render_report
    from procmine.report.shown import show
    from procmine.samples.six_cases import six_cases
    from procmine.visual.draw import draw
    from procmine.visual.maps import process_map
    from procmine.visual.overview_map import overview_map
    from procmine.visual.standard_document import describe_target
    from procmine.visual.target_map import target_map

__version__ = "0.1.0"

_DOORS = {
    # getting a log
    "open_project": "procmine.project",
    "read_export": "procmine.reading.reader",
    "EventLog": "procmine.core.eventlog",
    "States": "procmine.core.states",
    "WorkCalendar": "procmine.core.calendar",
    "six_cases": "procmine.samples.six_cases",
    # what may go wrong: each is a ProcmineError
    "ProcmineError": "procmine.core.errors",
    "SpecError": "procmine.core.errors",
    "ExportError": "procmine.core.errors",
    "MissingDataError": "procmine.core.errors",
    "UnknownNameError": "procmine.core.errors",
    "FilterError": "procmine.core.errors",
    "WriteError": "procmine.core.errors",
    "ReportError": "procmine.core.errors",
    # what came in
    "data_quality": "procmine.discovery.data_quality",
    "misdated": "procmine.discovery.misdated",
    "import_notes": "procmine.discovery.contents",
    "rejected_rows": "procmine.discovery.contents",
    "attributes": "procmine.discovery.contents",
    # what happened
    "overview": "procmine.discovery.overview",
    "arrivals": "procmine.discovery.overview",
    "activities": "procmine.discovery.flow",
    "directly_follows": "procmine.discovery.flow",
    "arc_cases": "procmine.discovery.flow",
    "case_list": "procmine.core.case_list",
    "variants": "procmine.discovery.variants",
    "happy_path": "procmine.discovery.variants",
    "dotted": "procmine.discovery.dotted",
    "discover_model": "procmine.discovery.models",
    "compare_models": "procmine.discovery.models",
    # where the time goes
    "throughput_time": "procmine.performance.times",
    "bottlenecks": "procmine.performance.bottlenecks",
    "throughput_by": "procmine.performance.throughput_by",
    "time_between": "procmine.performance.time_between",
    "processing_time": "procmine.performance.durations",
    "waiting_time": "procmine.performance.durations",
    "sojourn_time": "procmine.performance.durations",
    "transition_time": "procmine.performance.durations",
    "idle_time": "procmine.performance.efficiency",
    "cycle_time_efficiency": "procmine.performance.efficiency",
    "availability": "procmine.performance.availability",
    "waiting_causes": "procmine.performance.waiting_causes",
    "estimate_starts": "procmine.performance.estimation",
    "rework": "procmine.performance.rework",
    "self_loops": "procmine.performance.self_loops",
    "ping_pong": "procmine.performance.ping_pong",
    "returns": "procmine.performance.returns",
    "reassignments": "procmine.performance.returns",
    "handovers": "procmine.performance.handovers",
    "queues": "procmine.performance.queues",
    "open_cases": "procmine.performance.open_cases",
    "batch_work": "procmine.performance.batch_work",
    "resources": "procmine.performance.resources",
    "workload": "procmine.performance.resources",
    "activity_profile": "procmine.performance.profiles",
    "mined_roles": "procmine.performance.profiles",
    "speed": "procmine.performance.speed",
    "week_rhythm": "procmine.performance.rhythm",
    "spectrum": "procmine.performance.spectrum",
    "pseudonymized": "procmine.performance.pseudonyms",
    # how far it is from the standard
    "TargetVersion": "procmine.conformance.target",
    "check_target": "procmine.conformance.target_check",
    "check_conformance": "procmine.conformance.conformance",
    "standard_process": "procmine.conformance.standard_process",
    "target_map": "procmine.visual.target_map",
    "aligned_variants": "procmine.conformance.aligned",
    "conformance_over_time": "procmine.conformance.views",
    "conformance_by": "procmine.conformance.views",
    "node_limits": "procmine.conformance.views",
    "open_limits": "procmine.conformance.views",
    "who_departs": "procmine.conformance.who_departs",
    "explain_case": "procmine.conformance.views",
    "describe_target": "procmine.visual.standard_document",
    "compare_with_target": "procmine.conformance.mined_difference",
    "systematization": "procmine.conformance.systematization",
    # did we meet the targets
    "Kpi": "procmine.kpi.spec",
    "evaluate_kpis": "procmine.kpi.evaluation",
    "rfm_segments": "procmine.kpi.customers",
    "repeat_contacts": "procmine.kpi.contacts",
    "cause_matrix": "procmine.kpi.contacts",
    "score_cases": "procmine.kpi.scores",
    "rescore_cases": "procmine.kpi.scores",
    # what it means
    "rank_findings": "procmine.insight.findings",
    # how it looks
    "process_map": "procmine.visual.maps",
    "overview_map": "procmine.visual.overview_map",
    "draw": "procmine.visual.draw",
    # what a report keeps
    "show": "procmine.report.shown",
    "render_report": "procmine.report.render",
}

__all__ = [*_DOORS]


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module 'procmine' has no attribute {name!r}")
    return getattr(import_module(_DOORS[name]), name)


def __dir__() -> list[str]:
    return sorted([*_DOORS, "__version__"])
