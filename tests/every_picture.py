"""A result of every kind that has a picture, in Chinese of the six cases and a sample office, in English of odd names; and their pictures.

As a program: a file of pickled results in, a digest of each picture out.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import sys
from pathlib import Path

import pandas as pd
from pictures import ODD_NAMES
from small_standards import FOUR, of_nodes
from worlds import read

import procmine as pm
from procmine.samples.bundled import sample_project
from procmine.visual.maps.process_map import ProcessMap

MONDAY, HOUR = pd.Timestamp("2026-03-02 09:00"), pd.Timedelta("1h")


def odd(language="en"):
    """Activities and people with names that a careless picture would choke on."""
    rows = [
        (case, name, MONDAY + (i + 3 * k) * HOUR, ODD_NAMES[(-i - k) % len(ODD_NAMES)])
        for k, case in enumerate("123")
        for i, name in enumerate(ODD_NAMES)
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"])
    frame["start"], frame['"of" <&>'] = frame["timestamp"] - HOUR / 6, frame["case_id"].map(lambda k: ODD_NAMES[int(k)])
    return pm.EventLog.from_pandas(frame, zone="UTC", name="odd", language=language)


def _of_log(log, calendar=None):
    yield pm.arrivals(log)
    yield pm.dotted(log)
    yield pm.throughput_time(log, calendar=calendar)
    yield pm.variants(log)
    yield pm.discover_model(log, noise=0.2)
    yield pm.week_rhythm(log)
    yield pm.handovers(log, by="resource", calendar=calendar)
    yield pm.activity_profile(log)
    yield pm.workload(log)
    yield pm.speed(log, calendar=calendar)
    yield pm.spectrum(log)
    yield pm.queues(log)
    started = log if "start" in log.all_events.columns else pm.estimate_starts(log)
    causes = pm.waiting_causes(started, calendar=calendar)
    yield from (causes, *(causes.by(kind) for kind in ("activities", "transitions", "resources")))
    yield pm.process_map(log)


def _of_standard(log, standard, attribute, sla=None):
    yield pm.standard_process(log, standard)
    yield pm.aligned_variants(log, standard, open_cases="complete")
    yield pm.explain_case(log, standard, sla=sla)
    yield pm.conformance_over_time(log, standard, sla=sla)
    yield pm.conformance_by(log, standard, attribute, sla=sla)
    yield pm.node_limits(log, standard, sla=sla)
    yield pm.standard_map(log, standard)


def _of_kpis(log, kpis):
    yield (found := pm.evaluate_kpis(log, kpis))
    yield found.trend


def of_sample():
    """Of the return visits: what many events, months and scores look like."""
    project = pm.open_project(sample_project("return_visits"))
    log = read("return_visits")
    yield pm.dotted(log)
    yield pm.spectrum(log)
    yield pm.evaluate_kpis(log, project.kpis).trend
    yield (scores := pm.score_cases(log, project.scorecards))
    yield scores.distribution


def of_six():
    """Of the six cases."""
    log = pm.six_cases()
    yield from _of_log(log)
    yield from _of_standard(log, of_nodes(*({"name": name, "within": "30 min"} for name in FOUR)), "业务线")
    yield from _of_kpis(log, [pm.Kpi(name="流程周期", measure="throughput", unit="h", target="<= 20 h")])


def of_odd_names():
    """Of activities, people, groups, nodes and KPIs with odd names."""
    log = odd()
    names = [name for name in ODD_NAMES if name.strip()]
    yield from _of_log(log)
    yield from _of_standard(log, of_nodes(*({"name": name, "within": "30 min"} for name in names[:3])), '"of" <&>')
    yield from _of_kpis(log, [pm.Kpi(name=name, measure="throughput") for name in names[3:6]])


SETS = {"sample": of_sample, "six cases": of_six, "odd names": of_odd_names}


def results():
    """Each result by its set and kind."""
    return {f"{name}: {type(one).__name__}": one for name, made in SETS.items() for one in made()}


def svg(result):
    """The picture of a result; maps have their own."""
    return result.svg() if isinstance(result, ProcessMap) else result.draw().svg


def digest(picture):
    """A picture in short."""
    return hashlib.sha256(picture.encode()).hexdigest()


if __name__ == "__main__":
    found = pickle.loads(Path(sys.argv[1]).read_bytes())
    print(json.dumps({name: digest(svg(one)) for name, one in found.items()}))
