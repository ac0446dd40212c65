"""Adding one of a kind takes its record and its computation: a cause of waiting, a finding, a problem mark, a measure."""

import json
import subprocess
import sys

import pytest

ADDED = """
import json
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from procmine.core.text.words import Words

# ── the records ──────────────────────────────────────────────────────────────────────────────────
from procmine.insight.findings import finding_kinds
from procmine.kpi.spec import catalogue
from procmine.kpi.spec.measure import Measure
from procmine.performance.waiting import cause_records

cause_records.CAUSES["training"] = cause_records.Cause(
    "training", 6, Words("培训", "training"), Words("资源在培训", "the resource was trained"), "#123456", "training",
    is_personal=False,
)
finding_kinds.MARKS["gap"] = finding_kinds.ProblemMark("gap", Words("缺口", "gap"), "#654321")
finding_kinds.KINDS["training"] = finding_kinds.FindingKind(
    "training", Words("培训", "training"), "gap", {"": Words("“{what}”等培训", "{what} waits for training")}
)
catalogue.MEASURES["late_starts"] = Measure(
    "late_starts", Words("晚开始率", "Late starts"), Words("十点后开始的案例", "cases that start after ten"), "share",
    "work_measures.late_starts", good="low", bias=-1, decided="happened",
)

# ── the computations ─────────────────────────────────────────────────────────────────────────────
from procmine.kpi.measures import work_measures
from procmine.kpi.measures.measure_facts import frame_of
from procmine.kpi.measures.measure_rows import MeasureRows
from procmine.performance.waiting import cause_split

usual = cause_split.split_waiting

def split_waiting(work, *rest, **more):
    found = usual(work, *rest, **more)
    return found._replace(causes={
        **found.causes, "training": found.causes["extraneous"], "extraneous": np.zeros_like(work.start)
    })

def late_starts(facts, wanted):
    cases = facts.population(wanted)
    hours = pd.to_datetime(cases["start"], unit="us").dt.hour
    return MeasureRows(frame_of(cases, hits=(hours >= 10).to_numpy(float), units=1.0))

cause_split.split_waiting, work_measures.late_starts = split_waiting, late_starts

import procmine as pm
from procmine.insight.findings import findings
from procmine.insight.findings.finding import Finding, time_words
from procmine.performance.waiting.cause_rows import cause_rows

def training_findings(facts):
    rows, _ = cause_rows(facts.log, facts.calendar, timedelta(0))
    rows = rows[rows["training"] > 0]
    cases = rows.groupby("case_index")["training"].sum().rename("lost").reset_index()
    title = finding_kinds.KINDS["training"].title.filled(what="check")
    yield Finding("training", title, time_words(cases["lost"].sum()), cases, ("check",))

findings.FINDERS = (*findings.FINDERS, training_findings)

# ── what comes of them ───────────────────────────────────────────────────────────────────────────
begin = datetime(2026, 3, 2, 9)
rows = [
    (f"c{i}", name, begin + timedelta(hours=4 * i + done), begin + timedelta(hours=4 * i + start), who)
    for i in range(3) for name, start, done, who in (("apply", 0, 0, "Li"), ("check", 3, 3.5, "Wu"))
]
frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "start", "resource"])
log = pm.EventLog.from_pandas(frame, zone="UTC", language="en")
causes, ranked = pm.waiting_causes(log), pm.rank_findings(log)
kpis = pm.evaluate_kpis(log, [pm.Kpi(name="x", measure="late_starts", target="<= 50 %")])
print(json.dumps({
    "sentence": causes.sentence,
    "causes": causes.causes.table.set_index("cause")["waiting"].dt.total_seconds().to_dict(),
    "by_activity": causes.by("activities").table.set_index("activity")["training"].dt.total_seconds().to_dict(),
    "bottlenecks": [*pm.bottlenecks(log).table["cause"]],
    "finding": ranked.table[ranked.table["kind"] == "training"][["title", "n_cases", "mark"]].values.tolist(),
    "page": ranked._repr_html_(),
    "kpi": kpis.table[["value", "status", "definition", "n_missed"]].values.tolist()[0],
}))
"""


@pytest.fixture(scope="module")
def added():
    done = subprocess.run([sys.executable, "-c", ADDED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_cause_of_waiting(added):
    assert "mostly by training (100.0 %)" in added["sentence"]
    assert {name: hours / 3600 for name, hours in added["causes"].items()}["training"] == 9
    assert added["causes"]["extraneous"] == 0
    assert added["by_activity"]["check"] == 9 * 3600
    assert added["bottlenecks"][0] == "training"


def test_a_kind_of_finding_with_its_problem_mark(added):
    assert added["finding"] == [["check waits for training", 3, "gap"]]
    assert "--mark:#654321" in added["page"]
    assert "gap · high" in added["page"]


def test_a_measure(added):
    value, status, definition, n_missed = added["kpi"]
    assert (value, status, definition, n_missed) == (pytest.approx(2 / 3), "breach", "cases that start after ten", 2)
