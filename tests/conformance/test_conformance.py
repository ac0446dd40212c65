"""A log held against its standard: counted by hand, and against published figures of real logs."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import real_log
from small_standards import of_nodes

import procmine as pm
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.rules import Rule
from procmine.conformance.standard.standard import Allowed, OperatingPath, Process, Standard
from procmine.core.log.states import States

STANDARD = Standard(
    name="标准", processes=[Process(name="服务", nodes=[Item(name=name) for name in ("受理", "分类", "处理", "关闭")])]
)


def rows(found):
    return found.table[["kind", "subject", "n_cases", "n_times"]].to_numpy().tolist()


def test_the_six_cases(six):
    """C1, C2 and C3 keep to it (处理 twice at once is one execution), C6 is open; C4 talks twice, C5 leaves out."""
    found = pm.check_conformance(six, STANDARD)
    assert rows(found) == [["unexpected", "客户沟通", 1, 2], ["repeated", "处理", 1, 1], ["skipped", "处理", 1, 1]]
    assert (found.n_cases, found.n_conforming, found.case_rate) == (6, 4, 4 / 6)
    assert (found.n_events, found.n_fitting) == (26, 23)
    assert (found.cost, found.worst) == (4, 8 + 8 + 8 + 11 + 7 + 3)
    assert found.log_fitness == pytest.approx(1 - 4 / 45)
    assert found.average_fitness == pytest.approx((4 + (1 - 3 / 11) + (1 - 1 / 7)) / 6)
    assert (
        found.sentence == "6 个案例中 4 个（66.7 %）符合标准流程（未关闭的案例只按已走的部分判断；容许的偏差 0 处）。"
    )


def test_the_ledger_says_where(six):
    ledger = pm.check_conformance(six, STANDARD).ledger
    assert ledger[["case_id", "kind", "subject", "activity", "position", "due"]].to_numpy().tolist() == [
        ["C4", "unexpected", "客户沟通", "客户沟通", 4, -1],
        ["C4", "repeated", "处理", "处理", 5, -1],
        ["C4", "unexpected", "客户沟通", "客户沟通", 6, -1],
        ["C5", "skipped", "处理", "", 2, -1],
    ]


@pytest.mark.parametrize(
    ("policy", "n_cases", "n_conforming"), [("prefix", 6, 4), ("complete", 6, 3), ("leave_out", 5, 3)]
)
def test_open_cases_by_policy(six, policy, n_cases, n_conforming):
    found = pm.check_conformance(six, STANDARD, open_cases=policy)
    assert (found.n_cases, found.n_conforming, found.n_unjudged) == (n_cases, n_conforming, 6 - n_cases)


def test_allowed_deviations_are_counted_apart(six):
    lenient = STANDARD.model_copy(
        update={
            "allowed_deviations": [
                Allowed(skipped="处理", reason="机器人当场解决"),
                Allowed(unexpected="客户沟通", reason="可以"),
            ]
        }
    )
    found = pm.check_conformance(six, lenient)
    assert rows(found) == [["repeated", "处理", 1, 1]]
    assert (found.n_conforming, found.n_allowed) == (5, 3)
    assert found.ledger["is_allowed"].tolist() == [True, False, True, True]


def test_paths_by_attribute_and_versions_by_day(six):
    paths = {"咨询": OperatingPath(when={"业务线": ["咨询"]}, skip=["处理"])}
    later = STANDARD.model_copy(
        update={"valid_from": pd.Timestamp("2026-03-04").date(), "paths": paths, "version": "2"}
    )
    found = pm.check_conformance(six, [STANDARD, later])
    assert rows(found)[0] == ["unexpected", "客户沟通", 1, 2]
    assert "skipped" not in found.table["kind"].tolist()  # C5 is a consultation of 4 March
    assert pm.check_conformance(six, [later]).n_unjudged == 4


def test_ignored_activities_are_not_judged(six):
    found = pm.check_conformance(six, STANDARD.model_copy(update={"ignore": ["客户沟通"]}))
    assert rows(found) == [["skipped", "处理", 1, 1]]  # and 处理 goes on where it was


def test_costs_decide_which_way_is_cheapest():
    frame = pd.DataFrame(
        {"case_id": ["1"] * 3, "activity": ["受理", "处理", "分类"],
         "timestamp": pd.to_datetime(["2026-03-02 09:00", "2026-03-02 10:00", "2026-03-02 11:00"])}
    )  # fmt: skip
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=States(closed=["分类"]))
    standard = Standard(name="x", processes=[Process(name="p", nodes=[Item(name=n) for n in ("受理", "分类", "处理")])])
    for dear, moved in (("处理", "分类"), ("分类", "处理")):
        found = pm.check_conformance(log, standard, costs={dear: 5})
        assert (rows(found), found.cost) == ([["wrong_order", moved, 1, 1]], 2)


def test_an_empty_log_gives_an_empty_result(six):
    found = pm.check_conformance(six.restricted_to(six.cases.filter(six.cases.n_events > 99)), STANDARD)
    assert (len(found.table), found.n_cases, found.case_rate, found.log_fitness) == (0, 0, 0.0, 1.0)
    assert found.ledger.empty


def declaration(name, *, optional=False):
    return Item(name=name, optional=optional)


def declarations():
    """Submit, checks that may send it back to the employee, final approval, payment."""
    rejections = [
        "Declaration REJECTED by EMPLOYEE",
        *(
            f"Declaration REJECTED by {who}"
            for who in ("ADMINISTRATION", "SUPERVISOR", "PRE_APPROVER", "BUDGET OWNER", "MISSING")
        ),
    ]
    checks = [
        declaration("Declaration APPROVED by ADMINISTRATION", optional=True),
        declaration("Declaration APPROVED by BUDGET OWNER", optional=True),
        declaration("Declaration APPROVED by PRE_APPROVER", optional=True),
    ]
    again = [Item(repeat=[Item(one_of=[Item(name=name) for name in rejections])])]
    return Standard(
        name="declarations",
        processes=[
            Process(
                name="declaration",
                nodes=[
                    Item(repeat=[declaration("Declaration SUBMITTED by EMPLOYEE"), *checks], back=again),
                    declaration("Declaration FINAL_APPROVED by SUPERVISOR"),
                    declaration("Request Payment"),
                    declaration("Payment Handled"),
                ],
            )
        ],
    )  # fmt: skip


@pytest.mark.slow
def test_declarations_that_were_never_approved_are_those_published():
    log = real_log("bpic2020_DomesticDeclarations")
    found = pm.check_conformance(log, declarations(), open_cases="complete")
    skipped = found.table[found.table["kind"] == "skipped"].set_index("subject")["n_cases"]
    assert skipped["Declaration FINAL_APPROVED by SUPERVISOR"] == 419


# ── attributes that are numbers ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("missing", [False, True])
def test_numbers_are_attributes_by_what_is_written(missing):
    """Six cases of level 1 and 2 in turn; b takes 5 h. One level that is missing is no reason to overlook the others."""
    start = pd.Timestamp("2026-03-02 09:00")
    rows = [
        (f"c{i}", name, start + pd.Timedelta(days=i, hours=hour), None if missing and i == 0 else 1 + i % 2)
        for i in range(6)
        for name, hour in (("a", 0), ("b", 5), ("c", 6))
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "level"]).astype({"level": "Int64"})
    log = pm.EventLog.from_pandas(frame, zone="UTC", language="en", states=pm.States(closed=["c"]))
    ones, twos = 3 - missing, 3
    limits = {"by": "level", "limits": {"1": "2 h natural", "2": "9 h natural"}}
    found = pm.check_conformance(log, of_nodes("a", {"name": "b", "within": limits}, "c"))
    assert found.limits.table[["n_done", "n_late"]].to_numpy().tolist() == [[ones + twos, ones]]

    short = of_nodes("a", "b", "c").model_copy(
        update={"paths": {"short": OperatingPath(when={"level": ["2"]}, skip=["b"])}}
    )
    assert pm.check_conformance(log, short).n_conforming == 6 - twos

    second = Process.model_validate({"name": "q", "when": {"level": ["1"]}, "nodes": [{"name": "d"}]})
    whole = of_nodes("a", "b", "c")
    whole = whole.model_copy(update={"processes": [*whole.processes, second]})
    assert pm.check_conformance(log, whole).n_conforming == 6 - ones

    rule = Rule.model_validate({"not_after": ["a", "b"], "when": {"level": ["1"]}})
    ruled = of_nodes("a", "b", "c").model_copy(update={"rules": [rule]})
    assert pm.check_conformance(log, ruled).n_conforming == 6 - ones
