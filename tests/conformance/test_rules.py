"""Rules beyond the flow: each kind against its definition, told slowly case by case."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import procmine as pm
from procmine.conformance.standard.limits import Limit
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.rules import Authority, Count, RoleRule, Rule
from procmine.conformance.standard.standard import Allowed, Process, Standard
from procmine.core.clock.calendar import Pause, Sla, WorkCalendar
from procmine.core.log.states import States
from procmine.core.text.errors import MissingDataError

HOUR = timedelta(hours=1)
ANYTHING = Item(repeat=[Item(one_of=[Item(name=name, optional=True) for name in "abcz"])])
RULES = {
    "response": Rule(response=["a", "b"]),
    "precedence": Rule(precedence=["a", "b"]),
    "succession": Rule(succession=["b", "c"]),
    "not after": Rule(not_after=["b", "a"]),
    "exclusive": Rule(exclusive=["a", "c"]),
    "at least": Rule(at_least=Count(node="a", times=2)),
    "at most": Rule(at_most=Count(node="b", times=1)),
    "four eyes": Rule(four_eyes=["a", "b", "c"]),
    "same person": Rule(same_person=["a", "b"]),
    "role": Rule(role=RoleRule(node="a", roles=["R1"])),
    "authority": Rule(authority=Authority(node="b", amount="amount", above=100, roles=["R2"])),
    "response within": Rule(response=["a", "b"], within=Limit(text="2 h", seconds=7200, natural=True)),
    "precedence within": Rule(precedence=["a", "c"], within=Limit(text="2 h", seconds=7200, natural=True)),
    "between": Rule(between=["b", "c"], within=Limit(text="3 h", seconds=10800, natural=True)),
    "for some": Rule(not_after=["a", "c"], when={"line": ["L1"]}),
}  # fmt: skip
FULL = Standard(
    name="x",
    processes=[Process(name="p", nodes=[ANYTHING])],
    rules=[rule.model_copy(update={"name": name}) for name, rule in RULES.items()],
)


def slow(name, events, case, cutoff):
    """The places (from 1) at which a case breaks a rule; events are (activity, time, resource, role)."""
    names = [event[0] for event in events]
    at = {one: [i for i, found in enumerate(names, 1) if found == one] for one in "abcz"}
    first, second = at[RULES[name].names[0]], at[RULES[name].names[-1]]
    is_over = names[-1] == "z"
    lone = [i for i in first if is_over and not any(j > i for j in second)]
    early = [j for j in second if not any(i < j for i in first)]
    after = [j for j in second if any(i < j for i in first)]
    told = {
        "response": lone,
        "precedence": early,
        "succession": sorted(lone + early),
        "not after": after,
        "for some": after if case["line"] == "L1" else [],
        "exclusive": [max(first[0], second[0])] if first and second else [],
        "at least": [len(names)] if is_over and len(first) < 2 else [],
        "at most": first[1:],
    }
    return told[name] if name in told else slow_about_people_and_times(name, events, case, cutoff, at)


def slow_about_people_and_times(name, events, case, cutoff, at):
    rule = RULES[name]
    a, b = rule.names[0], rule.names[-1]
    when = {i: event[1] for i, event in enumerate(events, 1)}
    who = {i: event[2] for i, event in enumerate(events, 1)}
    if name == "four eyes":
        return slow_four_eyes(events, who)
    if name == "same person":
        mine = [i for i in who if who[i] and events[i - 1][0] in "ab"]
        return [i for k, i in enumerate(mine) if who[i] not in {who[j] for j in mine[:k]}][1:]
    if name in ("role", "authority"):
        roles = (rule.role or rule.authority).roles
        told = [i for i in at[a] if events[i - 1][3] and events[i - 1][3] not in roles]
        return told if name == "role" or case["amount"] > 100 else []
    limit = timedelta(seconds=rule.within.seconds)
    if name == "precedence within":
        unmet = [j for j in at[b] if not any(i < j for i in at[a])]
        slow_ones = [j for j in at[b] if (near := [i for i in at[a] if i < j]) and when[j] - when[near[-1]] > limit]
        return sorted(unmet + slow_ones)
    is_open = events[-1][0] != "z"
    found = []
    if name == "response within" and not is_open:
        found = [i for i in at[a] if not any(j > i for j in at[b])]
    for i in at[a] if name == "response within" else at[a][:1]:
        later = [j for j in at[b] if j > i]
        if later and when[later[0]] - when[i] > limit:
            found.append(later[0])
        if not later and is_open and cutoff - when[i] > limit:
            found.append(i)
    return sorted(found)


def slow_four_eyes(events, who):
    found = set()
    for person in sorted({one for one in who.values() if one}):
        mine = [i for i in who if who[i] == person and events[i - 1][0] in "abc"]
        others = [i for i in mine if events[i - 1][0] != events[mine[0] - 1][0]]
        found |= {next(i for i in others if events[i - 1][0] == one) for one in {events[j - 1][0] for j in others}}
    return sorted(found)


@st.composite
def logs(draw):
    """Cases of a few events; neighbours are of different activities, so that each is an execution of its own."""
    dice = draw(st.randoms(use_true_random=False))
    cases = {}
    for number in range(draw(st.integers(1, 25))):
        clock, events = pd.Timestamp("2026-03-02 09:00") + HOUR * dice.randrange(20), []
        for _ in range(dice.randrange(1, 7)):
            clock += HOUR * dice.choice([0.5, 1, 2.5, 5])
            name = dice.choice([one for one in "abc" if not events or one != events[-1][0]])
            events.append((name, clock, dice.choice(["P", "Q", None]), dice.choice(["R1", "R2", None])))
        if dice.random() < 0.6:
            events.append(("z", clock + HOUR, "P", "R1"))
        cases[f"c{number:02}"] = (events, {"line": dice.choice(["L1", "L2"]), "amount": dice.choice([50, 100, 150])})
    return cases


def log_of(cases):
    rows = [
        (case_id, *event, about["line"], about["amount"])
        for case_id, (events, about) in cases.items()
        for event in events
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource", "role", "line", "amount"])
    frame = frame.astype({"resource": "str", "role": "str"}).where(frame.notna(), None)
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=States(closed=["z"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logs())
def test_every_kind_is_told_as_its_definition_says(cases):
    ledger = pm.check_conformance(log_of(cases), FULL).ledger
    assert set(ledger["kind"]) <= {"rule_broken"}
    cutoff = max(event[1] for events, _ in cases.values() for event in events)
    for name in RULES:
        told = ledger[ledger["subject"] == name].groupby("case_id")["position"].apply(list).to_dict()
        expected = {case_id: slow(name, events, about, cutoff) for case_id, (events, about) in cases.items()}
        assert {case_id: sorted(places) for case_id, places in told.items()} == {
            case_id: places for case_id, places in expected.items() if places
        }, name


def test_a_filtered_log_is_told_the_same():
    dice = Random(4)
    cases = {
        f"c{number}": ([(name, pd.Timestamp("2026-03-02 09:00") + HOUR * (5 * i + number), dice.choice("PQ"), dice.choice(["R1", "R2"]))
                        for i, name in enumerate("abcabz")], {"line": f"L{number % 2}", "amount": 150})
        for number in range(8)
    }  # fmt: skip
    nodes = [
        Item(
            repeat=[
                Item(
                    one_of=[
                        Item(name=n, optional=True, responsible=["R1"], within=Limit(text="2 h", seconds=7200))
                        for n in "abcz"
                    ]
                )
            ]
        )
    ]
    standard = FULL.model_copy(update={"processes": [Process(name="p", nodes=nodes)]})
    log = log_of(cases)
    some = pm.check_conformance(log.filter_cases(line="L1"), standard)
    odd = pm.check_conformance(log, standard).ledger
    odd = odd[odd["case_id"].isin([f"c{number}" for number in range(1, 8, 2)])].reset_index(drop=True)
    pd.testing.assert_frame_equal(some.ledger, odd)
    assert len(odd) > 30
    assert some.case("c1").n_deviations == (odd["case_id"] == "c1").sum()
    assert some.over_time().table["n_cases"].sum() == some.by("amount").table["n_cases"].sum() == 4
    assert some.limits.table["n_done"].sum() == 24


# ── by hand ───────────────────────────────────────────────────────────────────────────────────


def service(**more):
    nodes = more.pop("nodes", [Item(name=name) for name in ("受理", "分类", "处理", "关闭")])
    return Standard(name="标准", processes=[Process(name="服务", nodes=nodes)], **more)


def test_a_rule_is_told_with_who_did_it_and_how_long_it_took(six):
    """From 受理 to 关闭: C2 26.5 h, C3 25 h, C4 54 h; C6 is open, and 28 h have passed at the cut-off."""
    rules = [
        Rule(four_eyes=["受理", "关闭"]),
        Rule(between=["受理", "关闭"], within=Limit(text="1 day natural", seconds=86400, natural=True)),
    ]
    found = pm.check_conformance(six, service(ignore=["客户沟通"], rules=rules))
    broken = found.ledger[found.ledger["kind"] == "rule_broken"]
    assert broken[["case_id", "subject", "activity", "position", "resource"]].to_numpy().tolist() == [
        ["C1", "四眼原则：受理、关闭", "关闭", 4, "王芳"],
        ["C2", "受理 到 关闭 的时限（1 day natural）", "关闭", 4, "赵敏"],
        ["C3", "受理 到 关闭 的时限（1 day natural）", "关闭", 5, "赵敏"],
        ["C3", "四眼原则：受理、关闭", "关闭", 5, "赵敏"],
        ["C4", "受理 到 关闭 的时限（1 day natural）", "关闭", 7, "王芳"],
        ["C4", "四眼原则：受理、关闭", "关闭", 7, "王芳"],
        ["C5", "四眼原则：受理、关闭", "关闭", 3, "机器人"],
        ["C6", "受理 到 关闭 的时限（1 day natural）", "受理", 1, "机器人"],
    ]
    took = broken["elapsed"].dropna()
    assert took.tolist() == [HOUR * 26.5, HOUR * 25, HOUR * 54, HOUR * 28]
    assert set(broken["limit"].dropna()) == {HOUR * 24}


def test_an_allowed_deviation_of_every_kind_is_counted_apart(six):
    rules = [Rule(name="两人", four_eyes=["受理", "关闭"])]
    allowed = [Allowed(rule_broken="两人", reason="小团队"), Allowed(skipped="处理", reason="机器人")]
    found = pm.check_conformance(six, service(ignore=["客户沟通"], rules=rules, allowed_deviations=allowed))
    assert (found.n_conforming, found.n_allowed, found.n_allowances, len(found.table)) == (6, 5, 2, 0)
    assert found.scalars["n_allowances"] == 2


@pytest.mark.parametrize(("rule", "column"), [
    (Rule(role=RoleRule(node="受理", roles=["客服"])), "role"),
    (Rule(authority=Authority(node="受理", amount="金额", above=1, roles=["客服"])), "金额"),
    (Rule(not_after=["关闭", "处理"], when={"金额": ["1"]}), "金额"),
])  # fmt: skip
def test_what_the_log_lacks_is_asked_for(six, rule, column):
    with pytest.raises(MissingDataError, match=column):
        pm.check_conformance(six, service(rules=[rule]))


def roles(rows, **more):
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource", "role", "is_system"])
    nodes = [Item(name="a", responsible=["R1", "系统"]), Item(name="b", responsible=["R2"]), Item(name="c")]
    log = pm.EventLog.from_pandas(frame.convert_dtypes(), zone="Asia/Shanghai", language="en")
    return pm.check_conformance(log, service(nodes=nodes, **more))


def test_who_may_do_a_node_and_who_is_not_known():
    """Fits: the role, a system where the standard says so, a resource that it names; unknown is not accused."""
    times = pd.to_datetime([f"2026-03-02 {hour:02}:00" for hour in range(9, 18)])
    found = roles(
        [
            ("1", "a", times[0], "P", "R1", False), ("1", "b", times[1], "P", "R1", False), ("1", "c", times[2], "P", "R9", False),
            ("2", "a", times[3], "bot", None, True), ("2", "b", times[4], "Q", None, None), ("2", "c", times[5], "Q", "R2", False),
            ("3", "a", times[6], "P", "R3", False), ("3", "b", times[7], "R2", "R7", False), ("3", "c", times[8], "P", "R1", False),
        ]
    )  # fmt: skip
    assert found.ledger[["case_id", "kind", "subject", "position", "resource", "role"]].to_numpy().tolist() == [
        ["1", "wrong_role", "b", 2, "P", "R1"],
        ["3", "wrong_role", "a", 1, "P", "R3"],
    ]
    assert (found.n_unknown_role, found.n_conforming, found.n_fitting) == (1, 1, 7)
    assert "Of 1 event the role is not known; nobody is accused." in found.sentence


def test_a_log_without_roles_accuses_nobody(six):
    found = pm.check_conformance(six, service(nodes=[Item(name="受理", responsible=["经理"])], ignore=["客户沟通"]))
    assert "wrong_role" not in found.table["kind"].tolist()
    assert found.n_unknown_role == 6


# ── time limits of nodes ──────────────────────────────────────────────────────────────────────

OFFICE = WorkCalendar(hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]})


def timed(six, *, sla=None, **more):
    names = ("受理", "分类", "处理", "关闭")
    limits = {name: Item(name=name, **more.get(name, {})) for name in names}
    return pm.check_conformance(six, service(nodes=list(limits.values()), ignore=["客户沟通"]), sla=sla)


def late(found):
    told = found.ledger[found.ledger["kind"] == "late"]
    return told[["case_id", "subject", "position"]].to_numpy().tolist(), [t / HOUR for t in told["elapsed"]]


def test_limits_in_natural_and_in_working_time(six):
    """处理 arrives with 分类. C2: Monday 11:00 → Tuesday 10:00; C4 is done twice at a stretch (客户沟通 is ignored)."""
    natural = {"处理": {"within": Limit(text="20 h natural", seconds=72000, natural=True)}}
    assert late(timed(six, sla=Sla(calendar=OFFICE), **natural)) == (
        [["C2", "处理", 3], ["C3", "处理", 4], ["C4", "处理", 5], ["C6", "处理", 3]],
        [23, 23 + 5 / 6, 42, pytest.approx(27 + 59 / 60)],
    )
    working = {"处理": {"within": Limit(text="1 day", seconds=0, days=1)}}
    found = timed(six, sla=Sla(calendar=OFFICE), **working)
    assert late(found) == ([["C4", "处理", 5], ["C6", "处理", 3]], [10.5, 11.0])
    assert found.sentence.endswith("1 个工作日按 7.5 小时工作时间计。")
    assert found.limits.table[["node", "limit", "n_done", "n_late", "n_overdue"]].to_numpy().tolist() == [
        ["处理", "1 个工作日", 5, 2, 0]
    ]
    assert "没有工作日历：1 天按 24 小时自然时间计。" in timed(six, **working).sentence


def test_limits_by_class_since_another_node_and_less_pauses(six):
    by_class = {"by": "渠道", "limits": {"邮件": Limit(text="1 h", seconds=3600)}}
    told, _ = late(timed(six, 处理={"within": by_class}))
    assert told == [["C2", "处理", 3], ["C4", "处理", 5]]
    since = {"within": Limit(text="1 h", seconds=3600), "since": "受理"}
    told, took = late(timed(six, 关闭=since))
    assert told == [["C1", "关闭", 4], ["C2", "关闭", 4], ["C3", "关闭", 5], ["C4", "关闭", 7]]
    assert took[1:] == [26.5, 25, 54]
    paused = Sla(pauses=(Pause(**{"from": "客户沟通"}),))
    _, took = late(timed(six, sla=paused, 处理={"within": Limit(text="30 h", seconds=108_000)}))
    assert took == []  # C4: 42 h less the 19 h from 客户沟通 to the next event


def test_open_cases_that_wait_beyond_a_limit_are_counted_beside(six):
    """C6 waits for 关闭 since Friday 17:00, which is the cut-off; C5 and the others are over."""
    later = six.to_pandas().drop(columns="position")
    later.loc[len(later)] = {
        **later.iloc[0].to_dict(),
        "case_id": "C7",
        "timestamp": pd.Timestamp("2026-03-09 09:00", tz="Asia/Shanghai"),
    }
    log = pm.EventLog.from_pandas(later, zone="Asia/Shanghai", states=States(closed=["关闭"]))
    found = timed(log, 关闭={"within": Limit(text="30 h", seconds=108_000)})
    assert found.n_overdue == 1
    assert found.limits.table[["n_done", "n_late", "n_overdue", "late_share", "due_share"]].to_numpy().tolist() == [
        [5, 0, 1, 0.0, pytest.approx(1 / 6)]
    ]
    waits = found.node_times[found.node_times["is_open_overdue"]]
    assert waits[["case_id", "node", "position"]].to_numpy().tolist() == [["C6", "关闭", 0]]
    assert waits["elapsed"].tolist() == [timedelta(days=2, hours=16)]
