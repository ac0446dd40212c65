"""procmine: process mining for the exports of OA and CRM systems.

One rule explains the package: an analysis is a function from an `EventLog` (and one spec) to a result
that holds a tidy table. Nothing else computes; notebooks only call and narrate.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.conformance.standard.standard import Standard
    from procmine.conformance.standard.standard_bpmn import write_standard_bpmn
    from procmine.conformance.standard.standard_file import read_standard
    from procmine.conformance.standard.standard_process import standard_process
    from procmine.conformance.views.aligned_variants import aligned_variants
    from procmine.conformance.views.conformance_check import check_conformance
    from procmine.conformance.views.conformance_views import (
        conformance_by,
        conformance_over_time,
        deviating_roles,
        explain_case,
        node_limits,
        open_limits,
    )
    from procmine.conformance.views.mined_difference import compare_with_standard
    from procmine.conformance.views.standard_check import check_standard
    from procmine.conformance.views.systematization import systematization
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.log.eventlog import EventLog
    from procmine.core.log.states import States
    from procmine.core.text.errors import (
        ExportError,
        FilterError,
        MissingDataError,
        ProcmineError,
        ReportError,
        SpecError,
        UnknownNameError,
        WriteError,
    )
    from procmine.discovery.case_list import case_list
    from procmine.discovery.contents import attributes, import_notes, rejected_rows
    from procmine.discovery.data_quality import data_quality
    from procmine.discovery.dotted import dotted
    from procmine.discovery.flow import activities, arc_cases, directly_follows
    from procmine.discovery.misdated import misdated
    from procmine.discovery.models import compare_models, discover_model
    from procmine.discovery.overview import arrivals, overview
    from procmine.discovery.variants import happy_path, variants
    from procmine.insight.findings.findings import rank_findings
    from procmine.kpi.customers.contacts import cause_matrix, repeat_contacts
    from procmine.kpi.customers.segments import rfm_segments
    from procmine.kpi.kpis.evaluation import evaluate_kpis
    from procmine.kpi.scorecards.scores import rescore_cases, score_cases
    from procmine.kpi.spec.kpi import Kpi
    from procmine.performance.ground.availability import availability
    from procmine.performance.ground.estimation import estimate_starts
    from procmine.performance.ground.pseudonyms import pseudonymized
    from procmine.performance.movement.handovers import handovers
    from procmine.performance.movement.ping_pong import ping_pong
    from procmine.performance.movement.returns import reassignments, returns
    from procmine.performance.movement.rework import rework
    from procmine.performance.movement.self_loops import self_loops
    from procmine.performance.people.batch_work import batch_work
    from procmine.performance.people.profiles import activity_profile, mined_roles
    from procmine.performance.people.resources import resources, workload
    from procmine.performance.people.rhythm import week_rhythm
    from procmine.performance.people.speed import speed
    from procmine.performance.times.durations import processing_time, sojourn_time, transition_time, waiting_time
    from procmine.performance.times.efficiency import cycle_time_efficiency, idle_time
    from procmine.performance.times.spectrum import spectrum
    from procmine.performance.times.throughput import throughput_time
    from procmine.performance.times.throughput_by import throughput_by
    from procmine.performance.times.time_between import time_between
    from procmine.performance.waiting.bottlenecks import bottlenecks
    from procmine.performance.waiting.open_cases import open_cases
    from procmine.performance.waiting.queues import queues
    from procmine.performance.waiting.waiting_causes import waiting_causes
    from procmine.project.project import open_project
    from procmine.reading.assembly.reader import read_export
    from procmine.report.render import render_report
    from procmine.report.shown import show
    from procmine.samples.six_cases import six_cases, six_standard
    from procmine.visual.lanes.standard_document import describe_standard
    from procmine.visual.maps.process_map import process_map
    from procmine.visual.maps.standard_map import overview_map, standard_map

__version__ = "0.1.0"

GROUPS: dict[Words, dict[str, str]] = {}
"""The public names in the order of the work: for each stage its title, and where each of its names is made."""

GROUPS[Words("取得日志", "Getting a log")] = {
    "open_project": "procmine.project.project",
    "read_export": "procmine.reading.assembly.reader",
    "EventLog": "procmine.core.log.eventlog",
    "States": "procmine.core.log.states",
    "WorkCalendar": "procmine.core.clock.calendar",
    "six_cases": "procmine.samples.six_cases",
    "six_standard": "procmine.samples.six_cases",
}
GROUPS[Words("可能出什么错", "What may go wrong")] = {
    "ProcmineError": "procmine.core.text.errors",
    "SpecError": "procmine.core.text.errors",
    "ExportError": "procmine.core.text.errors",
    "MissingDataError": "procmine.core.text.errors",
    "UnknownNameError": "procmine.core.text.errors",
    "FilterError": "procmine.core.text.errors",
    "WriteError": "procmine.core.text.errors",
    "ReportError": "procmine.core.text.errors",
}
GROUPS[Words("读进来的是什么", "What came in")] = {
    "data_quality": "procmine.discovery.data_quality",
    "misdated": "procmine.discovery.misdated",
    "import_notes": "procmine.discovery.contents",
    "rejected_rows": "procmine.discovery.contents",
    "attributes": "procmine.discovery.contents",
}
GROUPS[Words("发生了什么", "What happened")] = {
    "overview": "procmine.discovery.overview",
    "arrivals": "procmine.discovery.overview",
    "activities": "procmine.discovery.flow",
    "directly_follows": "procmine.discovery.flow",
    "arc_cases": "procmine.discovery.flow",
    "case_list": "procmine.discovery.case_list",
    "variants": "procmine.discovery.variants",
    "happy_path": "procmine.discovery.variants",
    "dotted": "procmine.discovery.dotted",
    "discover_model": "procmine.discovery.models",
    "compare_models": "procmine.discovery.models",
}
GROUPS[Words("时间去哪了", "Where the time goes")] = {
    "throughput_time": "procmine.performance.times.throughput",
    "bottlenecks": "procmine.performance.waiting.bottlenecks",
    "throughput_by": "procmine.performance.times.throughput_by",
    "time_between": "procmine.performance.times.time_between",
    "processing_time": "procmine.performance.times.durations",
    "waiting_time": "procmine.performance.times.durations",
    "sojourn_time": "procmine.performance.times.durations",
    "transition_time": "procmine.performance.times.durations",
    "idle_time": "procmine.performance.times.efficiency",
    "cycle_time_efficiency": "procmine.performance.times.efficiency",
    "availability": "procmine.performance.ground.availability",
    "waiting_causes": "procmine.performance.waiting.waiting_causes",
    "estimate_starts": "procmine.performance.ground.estimation",
    "rework": "procmine.performance.movement.rework",
    "self_loops": "procmine.performance.movement.self_loops",
    "ping_pong": "procmine.performance.movement.ping_pong",
    "returns": "procmine.performance.movement.returns",
    "reassignments": "procmine.performance.movement.returns",
    "handovers": "procmine.performance.movement.handovers",
    "queues": "procmine.performance.waiting.queues",
    "open_cases": "procmine.performance.waiting.open_cases",
    "batch_work": "procmine.performance.people.batch_work",
    "resources": "procmine.performance.people.resources",
    "workload": "procmine.performance.people.resources",
    "activity_profile": "procmine.performance.people.profiles",
    "mined_roles": "procmine.performance.people.profiles",
    "speed": "procmine.performance.people.speed",
    "week_rhythm": "procmine.performance.people.rhythm",
    "spectrum": "procmine.performance.times.spectrum",
    "pseudonymized": "procmine.performance.ground.pseudonyms",
}
GROUPS[Words("离标准有多远", "How far it is from the standard")] = {
    "Standard": "procmine.conformance.standard.standard",
    "read_standard": "procmine.conformance.standard.standard_file",
    "write_standard_bpmn": "procmine.conformance.standard.standard_bpmn",
    "check_standard": "procmine.conformance.views.standard_check",
    "check_conformance": "procmine.conformance.views.conformance_check",
    "standard_process": "procmine.conformance.standard.standard_process",
    "standard_map": "procmine.visual.maps.standard_map",
    "aligned_variants": "procmine.conformance.views.aligned_variants",
    "conformance_over_time": "procmine.conformance.views.conformance_views",
    "conformance_by": "procmine.conformance.views.conformance_views",
    "node_limits": "procmine.conformance.views.conformance_views",
    "open_limits": "procmine.conformance.views.conformance_views",
    "deviating_roles": "procmine.conformance.views.conformance_views",
    "explain_case": "procmine.conformance.views.conformance_views",
    "describe_standard": "procmine.visual.lanes.standard_document",
    "compare_with_standard": "procmine.conformance.views.mined_difference",
    "systematization": "procmine.conformance.views.systematization",
}
GROUPS[Words("目标达到了吗", "Did we meet the targets")] = {
    "Kpi": "procmine.kpi.spec.kpi",
    "evaluate_kpis": "procmine.kpi.kpis.evaluation",
    "rfm_segments": "procmine.kpi.customers.segments",
    "repeat_contacts": "procmine.kpi.customers.contacts",
    "cause_matrix": "procmine.kpi.customers.contacts",
    "score_cases": "procmine.kpi.scorecards.scores",
    "rescore_cases": "procmine.kpi.scorecards.scores",
}
GROUPS[Words("意味着什么", "What it means")] = {
    "rank_findings": "procmine.insight.findings.findings",
}
GROUPS[Words("看起来怎样", "How it looks")] = {
    "process_map": "procmine.visual.maps.process_map",
    "overview_map": "procmine.visual.maps.standard_map",
}
GROUPS[Words("报告里留下什么", "What a report keeps")] = {
    "show": "procmine.report.shown",
    "render_report": "procmine.report.render",
}

_DOORS = {name: module for group in GROUPS.values() for name, module in group.items()}

__all__ = [*_DOORS]


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module 'procmine' has no attribute {name!r}")
    return getattr(import_module(_DOORS[name]), name)


def __dir__() -> list[str]:
    return sorted([*_DOORS, "__version__"])
