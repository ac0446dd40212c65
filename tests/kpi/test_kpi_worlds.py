"""KPIs of the sample worlds against what is true of them, and published rates of a public log from a project file."""

from __future__ import annotations

import math
import shutil
from datetime import timedelta
from itertools import groupby, pairwise

import pytest
from conftest import SHARED, shared_file
from worlds import read, simulated

import procmine as pm
from procmine.core.log.engine import fetch
from procmine.samples.bundled import sample_project
from procmine.samples.hours import OFFICE, Hours
from procmine.samples.worlds import WORLDS

LIMITS = {"高价值": timedelta(hours=48), "普通": timedelta(hours=120)}
WHOLE = {"高价值": timedelta(days=3), "普通": timedelta(days=7)}
TICKETS = {"工单创建", "工单打开", "等待客户", "工单解决"}


class Truth:
    """What really happened to the cases whose records are sound, as plain lists."""

    def __init__(self, world):
        spoilt = set(world.truth.faults["wrong_clock"].cases)
        self.facts = {case.id: case.facts for case in world.cases if case.id not in spoilt}
        self.works = {
            case.id: [w for w in case.works if w.end is not None] for case in world.cases if case.id in self.facts
        }
        self.works = {case: sorted(works, key=lambda w: w.end) for case, works in self.works.items() if works}
        self.moment = world.moment
        self.complaints = [case for case in self.works if self.facts[case]["类型"] == "投诉"]

    def begin(self, case):
        return min(self.moment(w.start if w.start is not None else w.end) for w in self.works[case])

    def end(self, case, node="归档"):
        ends = [self.moment(w.end) for w in self.works[case] if w.node == node]
        return ends[0] if ends else None


@pytest.fixture(scope="module")
def truth():
    return Truth(simulated("telecom"))


@pytest.fixture(scope="module")
def kpis(truth):
    project = pm.open_project(sample_project("telecom"))
    log = read("telecom").filter_cases(case_id=list(truth.works))
    return pm.evaluate_kpis(log, project.kpis)


def value(kpis, name, group=""):
    row = kpis.table[(kpis.table["kpi"] == name) & (kpis.table["group"] == group)].iloc[0]
    return row["value"], row["n"]


def share(tests):
    tests = list(tests)
    return (sum(tests) / len(tests), len(tests))


def test_accepted_and_handled(kpis, truth):
    accepted = [case for case in truth.complaints if truth.end(case, "受理")]
    assert value(kpis, "受理率") == share(truth.end(case, "受理") is not None for case in truth.complaints)
    assert value(kpis, "处理率") == share(truth.end(case) is not None for case in accepted)


def solved_at_once(truth, case):
    works = [w for w in truth.works[case] if w.node not in TICKETS]
    again = [node for node, _ in groupby(w.node for w in works)]
    handed = any(a.node == b.node == "处理" and a.worker != b.worker for a, b in pairwise(works))
    return len(set(again)) == len(again) and not handed


def test_solved_at_once(kpis, truth):
    solved = [case for case in truth.complaints if truth.end(case)]
    assert value(kpis, "一次性解决率") == share(solved_at_once(truth, case) for case in solved)
    for channel in ("热线", "传真"):
        mine = [case for case in solved if truth.facts[case]["渠道"] == channel]
        assert value(kpis, "一次性解决率", channel) == share(solved_at_once(truth, case) for case in mine)
    sent = {w.case for case in solved for w in truth.works[case] if w.action in ("退回", "转办")}
    assert not any(solved_at_once(truth, case) for case in sent)


def test_complaints_that_come_again(kpis, truth):
    """A complaint that the filter left out for its wrong clock still came before, as the log records it."""
    solved = {case: truth.end(case) for case in truth.complaints if truth.end(case)}
    about = {case: (truth.facts[case]["客户编号"], truth.facts[case]["主题"]) for case in truth.complaints}
    earlier = [(about[case], end) for case, end in solved.items()]
    left_out = fetch(read("telecom").filter_cases(类型="投诉").cases).set_index("case_id").drop(index=list(about))
    assert len(left_out) > 10
    zone = truth.begin(truth.complaints[0]).tzinfo
    earlier += [((row.客户编号, row.主题), row.end.tz_localize(zone)) for row in left_out.itertuples()]
    n = 0
    for case in truth.complaints:
        ends = [end for key, end in earlier if key == about[case]]
        n += any(timedelta(0) < truth.begin(case) - end < timedelta(days=30) for end in ends)
    assert n > 50
    assert value(kpis, "二次投诉率") == (n / len(solved), len(solved))


def test_as_many_complaints_come_again_as_the_readme_says():
    project = pm.open_project(sample_project("telecom"))
    found = pm.evaluate_kpis(project.read(), project.kpis)
    row = found.table[found.table["kpi"] == "二次投诉率"].iloc[0]
    assert f"（共 {round(row['value'] * row['n'])} 件）" in (project.folder / "README.md").read_text("utf-8")


def test_the_whole_way_by_class(kpis, truth):
    done = [case for case in truth.works if truth.end(case)]
    paused = {case: pause_of(truth, case) for case in done}
    took = {
        case: max(truth.moment(w.end) for w in truth.works[case]) - truth.begin(case) - paused[case] for case in done
    }
    for name in LIMITS:
        mine = [case for case in done if truth.facts[case]["客户等级"] == name]
        assert value(kpis, "全程时限", name) == share(took[case] <= WHOLE[name] for case in mine)


def pause_of(truth, case):
    """How long the ticket waited for the customer."""
    works, paused = truth.works[case], timedelta(0)
    for i, w in enumerate(works):
        if w.node == "等待客户":
            over = next((truth.moment(o.end) for o in works[i + 1 :] if o.node == "工单打开"), None)
            paused += (over or truth.moment(works[-1].end)) - truth.moment(w.end)
    return paused


def test_revenue_per_customer_and_backlog(kpis, truth):
    import io

    import pandas as pd

    paid = pd.read_excel(io.BytesIO(simulated("telecom").files["客户.xlsx"]), engine="calamine").set_index("客户编号")[
        "月均收入"
    ]
    customers = {truth.facts[case]["客户编号"] for case in truth.works}
    found, n = value(kpis, "户均收入")
    assert (round(found, 6), n) == (round(sum(int(paid[one]) for one in customers) / len(customers), 6), len(customers))
    assert value(kpis, "积压") == (sum(truth.end(case) is None for case in truth.works),) * 2


def test_handling_within_its_limit(kpis, truth):
    """Executions of 处理 – an unbroken run of it is one – from the first arrival to the last end, by class."""
    for name, limit in LIMITS.items():
        kept = []
        for case in truth.works:
            if truth.facts[case]["客户等级"] != name:
                continue
            works = [w for w in truth.works[case] if w.node not in TICKETS]
            for node, run in groupby(works, key=lambda w: w.node):
                one = list(run)
                if node == "处理":
                    kept.append(truth.moment(one[-1].end) - truth.moment(one[0].enabled) <= limit)
        assert value(kpis, "处理时限达成率", name) == share(kept)


def test_first_response_in_office_hours(kpis, truth):
    """From the beginning of a case to the end of its first 受理, in hours in which the office is open."""
    made = simulated("telecom")
    office = Hours(made.first, made.last, OFFICE)

    def worked(case):
        works = truth.works[case]
        begin = min(w.start if w.start is not None else w.end for w in works)
        end = next(w.end for w in works if w.node == "受理")
        return sum(b - a for a, b in office.spans(begin, end))

    took = {case: worked(case) for case in truth.works if truth.end(case, "受理")}
    assert value(kpis, "首次响应") == share(seconds <= 2 * 3600 for seconds in took.values())
    for channel in ("热线", "网站"):
        mine = [took[case] for case in took if truth.facts[case]["渠道"] == channel]
        assert value(kpis, "首次响应", channel) == share(seconds <= 2 * 3600 for seconds in mine)
    # Everybody is answered within two hours; a shorter limit tells whether the time is right.
    project = pm.open_project(sample_project("telecom"))
    strict = pm.Kpi.model_validate({"name": "首次响应", "measure": "response", "to": "受理", "within": "20 min"})
    log = read("telecom").filter_cases(case_id=list(truth.works))
    found = pm.evaluate_kpis(log, [strict], settings=project.kpis.settings)
    kept, n = share(seconds <= 20 * 60 for seconds in took.values())
    assert 0.1 < kept < 0.9
    assert value(found, "首次响应") == (kept, n)


RESPONSIBLE = {
    "受理": {"客服代表"}, "定级分派": {"班长", "分派员", "系统"}, "处理": {"计费专员", "网络工程师", "营业专员"},
    "退费审核": {"主管"}, "回复客户": {"客服代表"}, "归档": {"系统", "客服代表"},
}  # fmt: skip


def conforms(truth, case, roles):
    """Whether a case keeps to the standard, told slowly from what was really done: way, roles, four eyes, limit."""
    facts, works = truth.facts[case], [w for w in truth.works[case] if w.node not in TICKETS]
    refunded = (facts["主题"], facts["类型"]) == ("计费", "投诉")
    way = [node for node in RESPONSIBLE if node != "退费审核" or refunded]
    runs = [list(run) for _, run in groupby(works, key=lambda w: w.node)]
    done = [run[0].node for run in runs]
    if done != (way if truth.end(case) else way[: len(done)]):
        return False
    if any(roles.get(w.worker, w.worker) not in RESPONSIBLE[w.node] for w in works):
        return False
    hands = [{w.worker for w in works if w.node == node} for node in ("处理", "退费审核")]
    if hands[0] & hands[1]:
        return False
    limit = LIMITS[facts["客户等级"]]
    return all(
        truth.moment(run[-1].end) - truth.moment(run[0].enabled) <= limit for run in runs if run[0].node == "处理"
    )


def test_cases_that_keep_to_the_standard(kpis, truth):
    roles = {person.name: person.role for person in simulated("telecom").people}
    assert value(kpis, "案例符合率") == share(conforms(truth, case, roles) for case in truth.works)


@pytest.mark.parametrize("name", WORLDS)
def test_every_kpi_of_a_sample_has_a_value_and_a_trend(name):
    project = pm.open_project(sample_project(name))
    found = pm.evaluate_kpis(project.read(), project.kpis)
    assert 6 <= len(project.kpis) <= 10
    assert found.n_missing == 0
    assert not found.table["value"].isna().any()
    assert set(found.trend.table["kpi"]) == {kpi.name for kpi in project.kpis}
    assert {"ok", "warning", "breach"} & set(found.table["status"])


# ── published rates ───────────────────────────────────────────────────────────────────────────────

DECLARATIONS = """procmine: 1
name: Domestic declarations
language: en
time_zone: Europe/Amsterdam
sources:
  - {path: %s}
states: {closed: [Payment Handled]}
kpis:
%s
  - name: never approved
    measure: case_share
    lacking: [Declaration FINAL_APPROVED by SUPERVISOR]
    target: "<= 5 %%"
"""
ROLES = {"ADMINISTRATION": 10.40, "SUPERVISOR": 2.78, "PRE_APPROVER": 11.15, "BUDGET OWNER": 2.03}
COUNTS = {
    "ADMINISTRATION": (936, 8_997),
    "SUPERVISOR": (286, 10_285),
    "PRE_APPROVER": (86, 771),
    "BUDGET OWNER": (57, 2_804),
}


def rejections(role):
    approved = [f"Declaration APPROVED by {role}"] * (role != "SUPERVISOR") + [
        "Declaration FINAL_APPROVED by SUPERVISOR"
    ] * (role == "SUPERVISOR")
    return (
        f"  - {{name: {role}, measure: rejection_rate, of: decisions, rejected: [Declaration REJECTED by {role}], "
        f"approved: [{', '.join(approved)}], target: '<= 5 %'}}"
    )


@pytest.fixture(scope="module")
def declarations(tmp_path_factory):
    shared_file("oa/DomesticDeclarations.xes.gz")
    folder = tmp_path_factory.mktemp("declarations")
    (folder / "exports").mkdir()
    shutil.copyfile(SHARED / "oa" / "DomesticDeclarations.xes.gz", folder / "exports" / "declarations.xes.gz")
    text = DECLARATIONS % ("exports/declarations.xes.gz", "\n".join(rejections(role) for role in ROLES))
    (folder / "project.yml").write_text(text, encoding="utf-8")
    project = pm.open_project(folder)
    return pm.evaluate_kpis(project.read(), project.kpis)


@pytest.mark.parametrize("role", ROLES)
def test_rejection_rates_of_decisions_are_as_published(declarations, role):
    found, n = value(declarations, role)
    assert (round(found * n), n, round(found * 100, 2)) == (*COUNTS[role], ROLES[role])


def test_never_approved_is_as_published(declarations):
    found, n = value(declarations, "never approved")
    assert (round(found * n), n, round(found * 100, 2)) == (419, 10_357, 4.05)
    row = declarations.table[declarations.table["kpi"] == "never approved"].iloc[0]
    assert row["status"] == "ok"
    assert row["low"] < found < row["high"] < 0.05
    assert len(declarations.missed("never approved").table) == 419
    assert not math.isnan(row["change"])
