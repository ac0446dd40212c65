"""KPIs against a slow reference: plain loops over cases and events, on random logs."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import procmine as pm
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.spec.statistics import (
    control_limits,
    interval_of,
    mean_interval,
    quantile_interval,
    share_interval,
    wilson,
)

ACTIVITIES = ["受理", "分类", "处理", "退回", "关闭", "重开"]
STATES = pm.States(accepted="分类", resolved="处理", closed="关闭", reopened="重开")
HOUR = pd.Timedelta(hours=1)
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failing log is small as it is; shrinking it further would take minutes."""


@st.composite
def frames(draw):
    """Events of up to seven cases with starts, arrivals, people, systems and worth; times strictly rise within a case."""
    rows = []
    for case in range(draw(st.integers(1, 7))):
        clock = pd.Timestamp("2026-03-02 09:00") + draw(st.integers(0, 90)) * pd.Timedelta(hours=9)
        facts = (
            draw(st.sampled_from("AB")),
            draw(st.sampled_from(["K1", "K2", None])),
            draw(st.sampled_from(["1", "2", "5", None])),
        )
        for activity in draw(st.lists(st.sampled_from(ACTIVITIES), min_size=1, max_size=7)):
            arrived, clock = clock, clock + pd.Timedelta(minutes=draw(st.integers(2, 4000)))
            start = arrived + (clock - arrived) * draw(st.sampled_from([0.0, 0.25, 0.5, 1.0]))
            who = draw(st.sampled_from(["甲", "乙", "机器", None]))
            rows.append((f"C{case}", activity, clock, start.floor("s"), arrived, who, who == "机器", *facts))
    columns = ["case_id", "activity", "timestamp", "start", "enabled", "resource", "is_system", "渠道", "客户", "评价"]
    return pd.DataFrame(rows, columns=columns)


def cases_of(frame):
    return [case.reset_index(drop=True) for _, case in frame.groupby("case_id")]


def begin(case):
    return case["start"].min()


def end(case):
    return case["timestamp"].max()


def state(case):
    found = "open"
    for activity in case["activity"]:
        found = "complete" if activity == "关闭" and found == "open" else "open" if activity == "重开" else found
    return found


def first(case, activity, after=-1):
    return next((i for i in range(after + 1, len(case)) if case["activity"][i] == activity), None)


def median(values):
    return float(np.median(values)) if len(values) else math.nan


def share(tests):
    tests = list(tests)
    return sum(tests) / len(tests) if tests else math.nan


def runs(case):
    path = list(case["activity"])
    return [name for i, name in enumerate(path) if i == 0 or path[i - 1] != name]


def throughput(cases):
    return median([(end(c) - begin(c)) / HOUR for c in cases if state(c) == "complete"])


def responses(cases):
    found = []
    for c in cases:
        i = first(c, "受理")
        j = None if i is None else first(c, "处理", i)
        found.append(None if i is None else (c["timestamp"][i], None if j is None else c["timestamp"][j], state(c)))
    return [one for one in found if one is not None]


def response(cases):
    return median([(b - a) / HOUR for a, b, _ in responses(cases) if b is not None])


def kept(cases):
    return share(b - a <= timedelta(hours=30) for a, b, _ in responses(cases) if b is not None)


def overdue(cases):
    cutoff = max(end(c) for c in cases)
    return sum(b is None and s == "open" and cutoff - a > timedelta(hours=30) for a, b, s in responses(cases))


def summed(cases, later, earlier):
    done = [c for c in cases if state(c) == "complete"]
    return median(
        [sum(max(b - a, pd.Timedelta(0)) / HOUR for a, b in zip(c[earlier], c[later], strict=True)) for c in done]
    )


def fcr(cases):
    done = [c for c in cases if first(c, "处理") is not None]

    def clean(c):
        closed = first(c, "关闭")
        again = closed is not None and first(c, "重开", closed) is not None
        return len(set(runs(c))) == len(runs(c)) and "退回" not in set(c["activity"]) and not again

    return share(clean(c) for c in done)


def repeat(cases):
    told = [c for c in cases if pd.notna(c["客户"][0])]
    solved = {id(c): c["timestamp"][first(c, "处理")] for c in cases if first(c, "处理") is not None}
    again = 0
    for c in told:
        ends = [solved[id(o)] for o in told if o is not c and id(o) in solved and o["客户"][0] == c["客户"][0]]
        again += any(timedelta(0) < begin(c) - one < timedelta(days=10) for one in ends)
    return again / len(solved) if solved else math.nan


def handovers(cases):
    return [
        sum(a != b for a, b in pairwise(who) if a is not None and b is not None)
        for who in ([None if pd.isna(one) else one for one in c["resource"]] for c in cases)
    ]


def known_pairs(cases):
    whole = [[None if pd.isna(one) else one for one in c["resource"]] for c in cases]
    return sum(a is not None and b is not None for who in whole for a, b in pairwise(who))


def has(case, activity):
    return activity in set(case["activity"])


def decisions(cases):
    noes, ayes = (sum((c["activity"] == name).sum() for c in cases) for name in ("退回", "处理"))
    return noes / (noes + ayes) if noes + ayes else math.nan


def ratings(cases):
    return [float(c["评价"][0]) for c in cases if pd.notna(c["评价"][0])]


def after_bot(cases):
    touched = [c for c in cases if c["is_system"].any()]
    return share((~c["is_system"][c["is_system"].idxmax() :]).any() for c in touched)


REFERENCE = {
    "throughput": ({"measure": "throughput"}, throughput),
    "response": ({"measure": "response", "from": "受理", "to": "处理"}, response),
    "within": ({"measure": "response", "from": "受理", "to": "处理", "within": "30 h natural"}, kept),
    "processing": ({"measure": "processing"}, lambda cases: summed(cases, "timestamp", "start")),
    "waiting": ({"measure": "waiting"}, lambda cases: summed(cases, "start", "enabled")),
    "sojourn": ({"measure": "sojourn"}, lambda cases: summed(cases, "timestamp", "enabled")),
    "acceptance": ({"measure": "acceptance_rate"}, lambda cases: share(has(c, "分类") for c in cases)),
    "handling": ({"measure": "handling_rate"}, lambda cases: share(has(c, "处理") for c in cases if has(c, "分类"))),
    "resolution": ({"measure": "resolution_rate"}, lambda cases: share(has(c, "处理") for c in cases)),
    "fcr": ({"measure": "fcr", "returned": "退回"}, fcr),
    "repeat": ({"measure": "repeat_rate", "customer": "客户", "days": 10}, repeat),
    "decisions": ({"measure": "return_rate", "of": "decisions", "returned": "退回", "approved": "处理"}, decisions),
    "returned": ({"measure": "return_rate", "returned": "退回"}, lambda cases: share(has(c, "退回") for c in cases)),
    "contains": ({"measure": "case_share", "having": "处理", "lacking": "退回"}, lambda cases: share(has(c, "处理") and not has(c, "退回") for c in cases)),
    "rework": ({"measure": "rework_rate"}, lambda cases: share(len(set(c["activity"])) < len(c) for c in cases)),
    "handovers": ({"measure": "handovers"}, lambda cases: float(np.mean(handovers(cases)))),
    "handover rate": ({"measure": "handover_rate"}, lambda cases: sum(handovers(cases)) / known_pairs(cases) if known_pairs(cases) else math.nan),
    "automation": ({"measure": "automation_rate"}, lambda cases: share(one for c in cases for one in c["is_system"])),
    "no touch": ({"measure": "no_touch_rate"}, lambda cases: share(c["is_system"].all() for c in cases)),
    "bot": ({"measure": "bot_handover_rate", "bot": "机器"}, after_bot),
    "satisfaction": ({"measure": "satisfaction", "attribute": "评价"}, lambda cases: float(np.mean(ratings(cases))) if ratings(cases) else math.nan),
    "satisfied": ({"measure": "satisfaction", "attribute": "评价", "at": ">= 2"}, lambda cases: share(one >= 2 for one in ratings(cases))),
    "completions": ({"measure": "completions"}, lambda cases: float(sum(state(c) == "complete" for c in cases))),
    "backlog": ({"measure": "backlog"}, lambda cases: float(sum(state(c) == "open" for c in cases))),
}  # fmt: skip


def close(found, expected):
    return (math.isnan(found) and math.isnan(expected)) or found == pytest.approx(expected, abs=1e-9)


@settings(max_examples=12, deadline=None, phases=QUICK)
@given(frames())
def test_every_measure_is_what_loops_say(frame):
    log = pm.EventLog.from_pandas(
        frame.assign(评价=frame["评价"].astype("object")), zone="Asia/Shanghai", states=STATES
    )
    known = set(frame["activity"])
    settings = MeasureSettings(STATES, known=frozenset(ACTIVITIES))
    wanted = {name: one for name, one in REFERENCE.items() if name != "bot" or "机器" in set(frame["resource"])}
    if "机器" not in set(frame["resource"]) or frame["评价"].isna().all() or frame["客户"].isna().all():
        return  # an attribute or a resource that the log never has is an error, not a number
    assert known <= set(ACTIVITIES)
    kpis = [pm.Kpi.model_validate({"name": name, **kpi, "split": "渠道"}) for name, (kpi, _) in wanted.items()]
    found = pm.evaluate_kpis(log, kpis, settings=settings)
    table = found.table.set_index(["kpi", "group"])
    cases = cases_of(frame)
    for name, (_, reference) in wanted.items():
        assert close(table.loc[(name, ""), "value"], reference(cases)), name
    assert table.loc[("within", ""), "n_overdue"] == overdue(cases)
    for channel in {c["渠道"][0] for c in cases}:
        mine = [c for c in cases if c["渠道"][0] == channel]
        for name in set(wanted) - {"repeat"}:
            if (name, channel) in table.index:
                assert close(table.loc[(name, channel), "value"], wanted[name][1](mine)), (name, channel)


@settings(max_examples=10, deadline=None, phases=QUICK)
@given(frames(), st.sampled_from(["day", "week", "month"]))
def test_trends_add_up_to_the_whole(frame, period):
    """Counts and the parts of shares of all periods are those of the whole; the backlog of the last is the backlog."""
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=STATES)
    kpis = [
        pm.Kpi(name=name, measure=name, period=period) for name in ("arrivals", "completions", "backlog", "rework_rate")
    ]
    found = pm.evaluate_kpis(log, kpis, settings=MeasureSettings(STATES))
    whole, by = found.table.set_index("kpi"), found.trend.table.set_index("kpi")
    for name in ("arrivals", "completions"):
        assert by.loc[[name], "value"].sum() == whole.loc[name, "value"]
    rework = by.loc[["rework_rate"]]
    assert (rework["value"].fillna(0) * rework["n"]).sum() == pytest.approx(
        whole.loc["rework_rate", "value"] * whole.loc["rework_rate", "n"]
    )
    assert by.loc[["backlog"], "value"].iloc[-1] == whole.loc["backlog", "value"]


# ── intervals ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I: Wilson's method without continuity correction.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_as_published(hits, n, low, high):
    assert [round(bound, 4) for bound in wilson(hits, n)] == [low, high]


def test_order_statistics_are_as_published():
    """Conover, Practical Nonparametric Statistics: the median of 16 lies between the 4th and the 13th value."""
    assert quantile_interval(np.arange(1.0, 17.0), 0.5) == (4.0, 13.0)


@pytest.mark.parametrize(("n", "share"), [(9, 0.5), (40, 0.5), (60, 0.9), (300, 0.95)])
def test_an_order_statistic_interval_holds_its_promise(n, share):
    """At most 2.5 % beyond either bound, and no narrower pair does it: counted from the binomial distribution."""
    low, high = quantile_interval(np.arange(1.0, n + 1), share)
    chances = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    assert sum(chances[: int(low)]) <= 0.025 < sum(chances[: int(low) + 1])
    assert sum(chances[int(high) :]) <= 0.025 + 1e-12 < sum(chances[int(high) - 1 :])


def test_intervals_cover_what_they_should():
    """Of 400 samples at least nine in ten intervals hold the true value: shares, medians and means."""
    dice = np.random.default_rng(5)
    n_held = {"share": 0, "median": 0, "mean": 0}
    for _ in range(400):
        values = dice.exponential(1.0, 60)
        low, high = interval_of(values, "median")
        n_held["median"] += low <= math.log(2) <= high
        low, high = mean_interval(values)
        n_held["mean"] += low <= 1 <= high
        low, high = wilson(float((values > 1).sum()), 60)
        n_held["share"] += low <= math.exp(-1) <= high
    assert min(n_held.values()) >= 360


def test_units_that_come_in_clusters_are_less_sure():
    """Ten decisions each, all alike within a case: as unsure as one decision per case."""
    hits, units = np.array([10.0, 0, 10, 0, 10, 0, 10, 0, 10, 0] * 3), np.full(30, 10.0)
    alike, plain = share_interval(hits, units), wilson(150, 300)
    assert alike[1] - alike[0] > 2.5 * (plain[1] - plain[0])
    assert alike == pytest.approx(wilson(15, 30), abs=0.01)


def test_a_shift_is_outside_of_the_control_limits_and_noise_is_not():
    dice = np.random.default_rng(3)
    noise = dice.normal(10, 1, 24)
    found = control_limits(noise)
    assert found.outside.sum() + found.leaning.sum() <= 1
    shifted = np.append(noise[:12], 20.0)
    found = control_limits(shifted)
    assert shifted[-1] > found.high[-1]
    assert found.outside.tolist() == [False] * 12 + [True]
    few = control_limits(noise[:5])
    assert np.isnan(few.low).all()
    assert not (few.outside | few.leaning).any()


@given(st.lists(st.sampled_from([0.0, 0.4142, 0.5, 0.5772, 1.0, np.nan]), max_size=12), st.booleans())
def test_what_leans_is_that_of_the_slow_definition(values, is_share):
    """Two of three periods in a row more than two sigma to the same side; the last of them leans."""
    found = control_limits(np.array(values), np.full(len(values), 5.0) if is_share else None)
    known = [value for value in values if not math.isnan(value)]
    if len(known) < 6:
        assert not found.leaning.any()
        return
    centre = sum(known) / len(known)
    moves = [abs(one - other) for one, other in pairwise(known)]
    sigma = math.sqrt(centre * (1 - centre) / 5) if is_share else 2.66 / 3 * sum(moves) / len(moves)
    sides = [(value > centre + 2 * sigma + 1e-12) - (value < centre - 2 * sigma - 1e-12) for value in values]
    leaning = [side != 0 and sides[max(at - 2, 0) : at + 1].count(side) >= 2 for at, side in enumerate(sides)]
    assert found.leaning.tolist() == leaning


@pytest.mark.parametrize("value", [0.1, 0.4142, 1 / 3, 97_731_000_000.3])
def test_what_never_changes_gives_no_signal(value):
    for n in range(6, 15):
        found = control_limits(np.full(n, value))
        assert not (found.outside | found.leaning).any()


def test_limits_of_shares_follow_their_basis():
    """p chart by hand: 20 of 100 overall; three sigma is 3 × √(0.2 × 0.8 / n)."""
    low, high, centre, *_ = control_limits(np.full(6, 0.2), np.array([25.0, 100, 25, 25, 25, 25]))
    assert (round(low[0], 3), round(high[0], 3), round(low[1], 3), round(high[1], 3), centre) == (
        0.0,
        0.44,
        0.08,
        0.32,
        0.2,
    )
