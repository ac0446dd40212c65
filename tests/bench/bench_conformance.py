"""A big log held against its standard, end to end, beside what any reading of the same log costs (`python tests/bench/bench_conformance.py [cases]`).

Cases follow a standard of eleven nodes with an option, a choice and two nodes in any order; one in five is
edited: dropped, inserted, swapped, repeated, done by another role, or delayed. Judged are the flow, roles,
four eyes, a rule of order, a time between two points and two working-time limits. Ratios are what to quote:
times over that of the directly-follows graph of the same log, measured in the same run.
"""

from __future__ import annotations

import argparse
from typing import Any

import benching
import numpy as np
import pandas as pd

import procmine as pm
from procmine.conformance.standard.limits import Limit
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.rules import Rule
from procmine.conformance.standard.standard import Process, Standard
from procmine.core.clock.calendar import Sla, WorkCalendar

NODES = ["受理", "分类", "补充材料", "自动分配", "人工分配", "诊断", "沟通", "方案", "确认", "满意度", "关闭"]
ROLE = ["客服", "客服", "客服", "系统", "调度", "技术", "客服", "技术", "客户经理", "系统", "系统"]
FOREIGN = len(NODES)
WAY = 12


def standard() -> Standard:
    def node(i: int, **more: Any) -> Item:
        return Item(name=NODES[i], responsible=[ROLE[i]], **more)

    nodes = [
        node(0), node(1), node(2, optional=True), Item(one_of=[node(3), node(4)]),
        Item(any_order=[node(5, within=Limit(text="2 days", seconds=0, days=2)), node(6)]),
        node(7, within=Limit(text="8 h", seconds=8 * 3600)), node(8), node(9, optional=True), node(10),
    ]  # fmt: skip
    rules = [
        Rule(four_eyes=["方案", "确认"]),
        Rule(not_after=["满意度", "方案"]),
        Rule(between=["受理", "关闭"], within=Limit(text="20 days", seconds=0, days=20)),
    ]
    return Standard(name="bench", processes=[Process(name="p", nodes=nodes)], rules=rules)


def make_log(n_cases: int, seed: int = 7) -> pm.EventLog:
    """A log of about nine events per case."""
    dice = np.random.default_rng(seed)
    way = np.full((n_cases, WAY), -1, np.int64)
    way[:, :2] = (0, 1)
    way[:, 2] = np.where(dice.random(n_cases) < 0.3, 2, -1)
    way[:, 3] = np.where(dice.random(n_cases) < 0.6, 3, 4)
    first = dice.random(n_cases) < 0.5
    way[:, 4], way[:, 5] = np.where(first, 5, 6), np.where(first, 6, 5)
    way[:, 6:8], way[:, 10] = (7, 8), 10
    way[:, 8] = np.where(dice.random(n_cases) < 0.7, 9, -1)
    edit = np.where(dice.random(n_cases) < 0.2, dice.integers(0, 4, n_cases), -1)
    at = dice.integers(1, 9, n_cases)
    rows = np.arange(n_cases)
    way[rows[edit == 0], at[edit == 0]] = -1
    way[rows[edit == 1], 9] = FOREIGN
    swapped = rows[edit == 2]
    way[swapped, 6], way[swapped, 7] = 8, 7
    way[rows[edit == 3], 9] = way[rows[edit == 3], at[edit == 3]]
    case, step = np.nonzero(way >= 0)
    activity = way[case, step]
    gaps = dice.exponential(3 * 3600, len(case)) + (dice.random(len(case)) < 0.01) * 6 * 86_400
    begins = np.flatnonzero(np.concatenate([[True], case[1:] != case[:-1]]))
    since = np.cumsum(gaps)
    since -= np.repeat(since[begins] - gaps[begins], np.diff(np.append(begins, len(case))))
    start = (
        np.datetime64("2026-01-05T01:00", "us").astype(np.int64) + dice.integers(0, 150 * 86_400, n_cases) * 1_000_000
    )
    stamp = (start[case] + (since * 1e6).astype(np.int64)).astype("datetime64[us]")
    roles = np.array([*ROLE, "客服"], object)[activity]
    roles[dice.random(len(case)) < 0.01] = "外包"
    names = np.array([*NODES, "复核"], object)[activity]
    people = np.char.add("P", dice.integers(0, 60, len(case)).astype(str)).astype(object)
    frame = pd.DataFrame({"case_id": np.char.add("C", np.arange(n_cases).astype(str))[case], "activity": names})
    frame["timestamp"] = pd.to_datetime(pd.Series(stamp)).dt.tz_localize("UTC")
    frame["resource"], frame["role"] = people, roles
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=pm.States(closed=["关闭"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="?", type=int, default=1_000_000)
    n_cases = parser.parse_args().cases
    making = benching.timed(lambda: make_log(n_cases))
    log, whole = making.found, standard()
    sla = Sla(calendar=WorkCalendar(country="CN", hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]}))
    only_flow = whole.model_copy(
        update={
            "rules": [],
            "processes": [Process(name="p", nodes=[_bare(item) for item in whole.processes[0].nodes])],
        }
    )
    flow = benching.timed(lambda: pm.directly_follows(log))
    bare = benching.timed(lambda: pm.check_conformance(log, only_flow))
    judging = benching.timed(lambda: pm.check_conformance(log, whole, sla=sla))
    found = judging.found
    ledger = benching.timed(lambda: found.ledger)
    parts = benching.timed(lambda: (found.over_time(), found.limits, found.cases))
    findings = benching.timed(lambda: pm.rank_findings(log, standard=whole, calendar=sla.calendar, sla=sla))
    print(
        f"{log.n_cases:,} cases, {log.n_events:,} events, {log.n_variants:,} variants (made in {making.seconds:.0f} s)"
    )
    print(found.sentence)
    for name, run in (
        ("directly-follows graph", flow), ("flow alone", bare), ("all judged", judging),
        (f"ledger of {len(ledger.found):,} rows", ledger), ("trend, limits, cases", parts),
        (f"{len(findings.found.table)} findings", findings),
    ):  # fmt: skip
        print(f"{name:<32} {run.seconds:7.2f} s  {run.cpu:7.2f} s of CPU  {run.cpu / flow.cpu:6.1f} × the graph")
    print(f"peak memory {benching.peak_gigabytes():.2f} GB")
    floors = benching.Floors()
    per_million = 1_000_000 / n_cases
    floors.at_most("1 M cases judged, and their ledger", (judging.cpu + ledger.cpu) * per_million, 10, "s of CPU")
    floors.end()


def _bare(item: Item) -> Item:
    """The same part without roles and limits."""
    parts = {name: [_bare(one) for one in getattr(item, name)] for name in ("any_order", "one_of")}
    return item.model_copy(update={"responsible": [], "within": None, **parts})


if __name__ == "__main__":
    main()
