"""What every analysis promises: its columns, its input left alone, an empty log, no matter the order of rows."""

import re
from datetime import datetime
from functools import wraps

import pandas as pd
import pytest

import procmine as pm
from procmine.core.html.places import PAGE
from procmine.core.result.result import DTYPES


def check_conformance(log):
    """With a standard, as the other analyses are called without one."""
    from procmine.conformance.standard.parts import Item
    from procmine.conformance.standard.standard import Process

    nodes = [Item(name=name) for name in ("受理", "分类", "处理", "关闭")]
    return pm.check_conformance(log, pm.Standard(name="标准", processes=[Process(name="服务", nodes=nodes)]))


def with_classes(log):
    """The same events with an action class: whoever does something for the second time has it sent back."""
    import dataclasses

    events = log.all_events
    classes = (events.activity == events.previous_activity).ifelse("return", "transfer")
    return dataclasses.replace(log, all_events=events.mutate(action_class=classes))


def misdated(log):
    """With arrivals: the event before."""
    import dataclasses

    events = log.all_events
    return pm.misdated(dataclasses.replace(log, all_events=events.mutate(enabled=events.previous_timestamp)))


def returns(log):
    return pm.returns(with_classes(log))


def reassignments(log):
    return pm.reassignments(with_classes(log))


def against_a_standard(analysis, *more):
    """An analysis that also takes the standard."""
    from procmine.conformance.standard.parts import Item
    from procmine.conformance.standard.standard import Process

    nodes = [Item(name=name, responsible=["客服"], within="2 h") for name in ("受理", "分类", "处理", "关闭")]
    standard = pm.Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])
    return wraps(analysis)(lambda log: analysis(log, standard, *more))


def compare_with_standard(log):
    return pm.compare_with_standard(log, pm.Standard.model_validate(
        {"name": "标准", "processes": [{"name": "服务", "nodes": [{"name": "受理"}, {"name": "关闭"}]}]}
    ))  # fmt: skip


def check_standard(log):
    """With a standard that knows some of the log."""
    from procmine.conformance.standard.parts import Item
    from procmine.conformance.standard.standard import Process

    nodes = [Item(name="受理"), Item(name="分配"), Item(name="关闭")]
    return pm.check_standard(log, pm.Standard(name="标准", processes=[Process(name="服务", nodes=nodes)]))


def systematization(log):
    """With a standard that marks an action, on the same events with what is known of systems."""
    from procmine.conformance.standard.parts import Action, Item
    from procmine.conformance.standard.standard import Process

    frame = log.to_pandas()
    marked = frame.assign(is_system=frame["resource"] == "机器人")
    more = {"zone": log.zone, "name": log.name, "language": log.language}
    node = Item(name="分类", actions=[Action(do="按规则分类", log=["分类"], systematizable=True)])
    standard = pm.Standard(name="标准", processes=[Process(name="服务", nodes=[node])])
    return pm.systematization(pm.EventLog.from_pandas(marked, **more), standard)


def on_estimated_starts(name, **more):
    """An analysis that needs starts, on estimated ones."""

    def analysis(log):
        return getattr(pm, name)(pm.estimate_starts(log), **more)

    analysis.__name__ = name
    return analysis


def time_between(log):
    """Between two of the activities."""
    return pm.time_between(log, "受理", "关闭")


def throughput_by(log):
    """By month, which every log has."""
    return pm.throughput_by(log, by="start month")


def evaluate_kpis(log):
    """With KPIs of each kind, one of them split, one without its data."""
    kpis = [
        {"measure": "throughput", "target": "<= 1 d"},
        {"measure": "rework_rate", "split": "渠道"},
        {"measure": "processing"},
    ]
    return pm.evaluate_kpis(log, [pm.Kpi(name=f"KPI {i}", **kpi) for i, kpi in enumerate(kpis)])


def customers():
    from procmine.kpi.spec.customers import Customers

    return Customers(customer="渠道", monetary="金额", topic="业务线", channel="渠道", days=2)


def rfm_segments(log):
    """With customers, and a worth for each."""
    frame = log.to_pandas()
    paid = frame.assign(金额=frame["渠道"].map({"电话": "10", "邮件": "30", "网页": "20"}))
    return pm.rfm_segments(
        pm.EventLog.from_pandas(paid, zone=log.zone, name=log.name, language=log.language), customers()
    )


def repeat_contacts(log):
    """With customers."""
    return pm.repeat_contacts(log, customers())


def cause_matrix(log):
    """With cause and channel."""
    return pm.cause_matrix(log, "业务线", channel="渠道")


def scorecard():
    from procmine.kpi.scorecards.scorecard import Scorecard

    item = {
        "name": "快",
        "weight": "100 %",
        "measure": {"measure": "throughput"},
        "steps": [{"when": "<= 1 d", "mark": 90}, {"mark": 50}],
    }
    version = {"version": "v1", "valid_from": "2026-01-01", "indicators": [item]}
    return Scorecard.model_validate(
        {"name": "卡", "versions": [version], "bands": [{"points": 0}, {"from": 60, "points": 1}]}
    )


def score_cases(log):
    """With a scorecard."""
    return pm.score_cases(log, scorecard())


def rescore_cases(log):
    """With a scorecard."""
    return pm.rescore_cases(log, scorecard(), version="v1")


STARTED = (
    "processing_time", "waiting_time", "sojourn_time", "idle_time", "cycle_time_efficiency", "waiting_causes", "batch_work",
)  # fmt: skip
STANDARD = [
    against_a_standard(pm.standard_process), against_a_standard(pm.standard_map), against_a_standard(pm.aligned_variants),
    against_a_standard(pm.conformance_over_time), against_a_standard(pm.conformance_by, "渠道"),
    against_a_standard(pm.node_limits), against_a_standard(pm.open_limits), against_a_standard(pm.deviating_roles), against_a_standard(pm.explain_case),
    check_conformance, compare_with_standard, check_standard, systematization,
]  # fmt: skip
ANALYSES = [
    pm.import_notes, pm.rejected_rows, pm.attributes, pm.data_quality, pm.overview, pm.arrivals, pm.activities,
    pm.directly_follows, pm.arc_cases, pm.case_list, pm.variants, pm.dotted, pm.discover_model, pm.compare_models, misdated,
    pm.throughput_time, pm.availability, pm.transition_time, time_between, throughput_by,
    *map(on_estimated_starts, STARTED),
    pm.rework, pm.self_loops, pm.ping_pong, returns, reassignments, pm.handovers, pm.resources, pm.workload,
    pm.activity_profile, pm.mined_roles, pm.speed, pm.week_rhythm, pm.bottlenecks, pm.queues, pm.open_cases, pm.spectrum,
    *STANDARD,
    evaluate_kpis, rfm_segments, repeat_contacts, cause_matrix, score_cases, rescore_cases,
    pm.rank_findings, pm.process_map, pm.overview_map,
]  # fmt: skip
by_name = pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.__name__)


@pytest.fixture(scope="module")
def log():
    return pm.six_cases()


@pytest.fixture(scope="module")
def empty(log):
    return log.filter_throughput(min="99 days")


def dtypes(result):
    zone = {"time": f"datetime64[us, {result.zone}]"}
    return {name: {**DTYPES, **zone}[column.kind] for name, column in result.COLUMNS.items()}


def found_dtypes(table):
    return {name: str(dtype) for name, dtype in table.dtypes.items()}


def test_no_analysis_is_forgotten():
    others = {
        "open_project", "read_export", "EventLog", "States", "Standard", "read_standard", "write_standard_bpmn", "six_cases", "six_standard",
        "describe_standard",
        "happy_path",
        "pseudonymized",
        "show", "render_report",
        "WorkCalendar", "estimate_starts",
        "Kpi",
        "ProcmineError", "SpecError", "ExportError", "MissingDataError", "UnknownNameError", "FilterError", "WriteError", "ReportError",
    }  # fmt: skip
    assert {analysis.__name__ for analysis in ANALYSES} | others == set(pm.__all__)


@by_name
def test_columns_are_as_documented(analysis, log):
    result = analysis(log)
    assert found_dtypes(result.table) == dtypes(result)
    assert all(column.label.zh and column.label.en for column in result.COLUMNS.values())


@by_name
def test_an_empty_log_gives_an_empty_typed_table(analysis, empty):
    result = analysis(empty)
    if analysis not in (pm.import_notes, pm.rejected_rows, pm.attributes, pm.compare_models):
        assert len(result.table) == 0
    assert found_dtypes(result.table) == dtypes(result)
    assert isinstance(result.sentence, str)
    assert "<script>alert" not in result._repr_html_()


@by_name
def test_the_input_is_unchanged(analysis, log):
    before = log.to_pandas()
    analysis(log)
    pd.testing.assert_frame_equal(log.to_pandas(), before)


@by_name
def test_the_order_of_rows_is_irrelevant(analysis, log):
    frame = log.to_pandas().drop(columns="position")
    shuffled = pm.EventLog.from_pandas(
        frame.sample(frac=1, random_state=7), zone=log.zone, name=log.name, states=pm.States(closed=["关闭"])
    )
    pd.testing.assert_frame_equal(analysis(shuffled).table, analysis(log).table)


@by_name
def test_the_same_log_gives_the_same_page_and_the_same_output(analysis, log):
    """A page has drawings and no images, an output has each of them as an image."""
    result, again = analysis(log), analysis(pm.six_cases())
    pages = [one.html_in(PAGE) for one in (result, again)]
    output = result._repr_html_()
    assert pages[0] == pages[1]
    assert output == again._repr_html_()
    assert re.findall("<img|pm-out|pm-later|pm-still", pages[0]) == []
    assert pages[0].count("<svg") == output.count('<img class="pm-drawn"')
    assert (output.count('<div class="pm-out '), output.count("<svg"), ".table" in pages[0]) == (1, 0, False)
    assert re.findall("附表|cases 文件夹", output) == []


@by_name
def test_both_languages_speak(analysis, log):
    english = analysis(pm.six_cases("en"))
    chinese = analysis(log)
    assert english.title != chinese.title
    assert english.title
    assert english.sentence == "" or english.sentence != chinese.sentence


def test_results_are_frozen(log):
    with pytest.raises(AttributeError):
        pm.variants(log).table = None


def test_a_result_says_what_it_is(log):
    assert repr(pm.variants(log)) == "<Variants: 5 rows; use .table>"


def test_missing_data_and_unknown_names_become_cards_and_other_errors_do_not(log):
    from procmine.core.result.result import MissingDataCard, attempt
    from procmine.core.text.errors import FilterError
    from procmine.core.text.words import Words

    def needs_start(log):
        log.require("start", Words("处理时长", "Processing time"))

    card = attempt(needs_start, log)
    assert isinstance(card, MissingDataCard)
    assert "columns: 中写 start: &lt;导出文件里的列名&gt;" in card._repr_html_()
    card = attempt(pm.throughput_by, log, by="业务先")
    assert isinstance(card, MissingDataCard)
    assert "没有名为“业务先”的案例属性" in card._repr_html_()
    assert "是不是“业务线”？" in card._repr_html_()

    def asks_for_nonsense(log):
        log.filter_period("2026-13")

    with pytest.raises(FilterError):
        attempt(asks_for_nonsense, log)


def test_local_time_of_the_log(log):
    assert log.local(datetime(2026, 3, 2, 1, 0)).isoformat() == "2026-03-02T09:00:00+08:00"
