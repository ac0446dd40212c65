"""One judgement and one set of activity instances per log, however many views are asked of it."""

import dataclasses

import pytest
from small_standards import LINE

import procmine as pm
from procmine.conformance.judging import judged_groups
from procmine.conformance.judging.remembered import Remembered
from procmine.conformance.views import conformance_check
from procmine.core.clock.calendar import Sla
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.performance.ground import instances


@pytest.fixture
def counted(monkeypatch):
    """How often cases are judged, judgements made and instances found, from nothing known on."""
    counts = {"judged": 0, "judgements": 0, "instances": 0}

    def counting(name, inner):
        def outer(*args, **kwargs):
            counts[name] += 1
            return inner(*args, **kwargs)

        return outer

    monkeypatch.setattr(judged_groups, "_groups", Remembered())
    monkeypatch.setattr(conformance_check, "_judgements", Remembered())
    monkeypatch.setattr(judged_groups, "_judged", counting("judged", judged_groups._judged))
    monkeypatch.setattr(conformance_check, "_judgement", counting("judgements", conformance_check._judgement))
    monkeypatch.setattr(instances, "_enabling", counting("instances", instances._enabling))
    return counts


def every_view(log, kpis):
    pm.rank_findings(log, standard=LINE)
    pm.check_conformance(log, LINE)
    pm.conformance_over_time(log, LINE)
    pm.conformance_by(log, LINE, "渠道")
    pm.node_limits(log, LINE)
    pm.open_limits(log, LINE)
    pm.deviating_roles(log, LINE)
    pm.explain_case(log, LINE)
    pm.aligned_variants(log, LINE)
    pm.standard_map(log, LINE)
    pm.evaluate_kpis(log, kpis, settings=MeasureSettings(standard=[LINE]))
    pm.bottlenecks(log)
    pm.transition_time(log)


def test_all_views_of_a_log_rest_on_one_judgement_and_one_set_of_instances(counted):
    log = pm.six_cases()
    kpis = [pm.Kpi(name="conforming", measure="case_conformance"), pm.Kpi(name="events", measure="event_conformance")]
    every_view(log, kpis)
    every_view(log, kpis)
    assert counted == {"judged": 1, "judgements": 1, "instances": 1}


def test_what_a_judgement_depends_on_asks_for_another(counted):
    log = pm.six_cases()
    first = pm.check_conformance(log, LINE)
    others = [
        pm.check_conformance(log.filter_cases({"渠道": "邮件"}), LINE),
        pm.check_conformance(dataclasses.replace(log, language="en"), LINE),
        pm.check_conformance(log, LINE.model_copy(update={"ignore": ["客户沟通"]})),
        pm.check_conformance(log, LINE, open_cases="complete"),
        pm.check_conformance(log, LINE, costs={"分类": 2}),
        pm.check_conformance(log, LINE, sla=Sla(calendar=pm.WorkCalendar(hours={"mon-fri": ["09:00-17:00"]}))),
    ]
    assert counted["judgements"] == 1 + len(others)
    assert all(other is not first for other in others)
    assert others[0].n_cases < first.n_cases
    assert others[1].sentence != first.sentence


def test_the_newest_few_are_kept():
    kept = Remembered()
    made = [kept.get(n, lambda n=n: [n]) for n in (1, 2, 3, 4)]
    assert kept.get(1, list) is made[0]
    kept.get(5, lambda: [5])
    assert kept.get(1, list) is made[0]
    assert kept.get(2, lambda: ["again"]) == ["again"]
