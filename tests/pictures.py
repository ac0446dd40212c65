"""What the tests of pictures and models share: logs made from paths, drawn SVG taken apart, a fresh interpreter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pandas as pd
from lxml import etree

import procmine as pm

ODD_NAMES = [
    "<script>alert(1)</script>",
    "<svg>",
    '=HYPERLINK("x")',
    "a\"b'c&d",
    "\u3000",
    "名" * 300,
    "$x_{$",
    "$5 and $6",
    "_hidden",
    'x id="patch_1" y',
    "vertical\x0btab",
    "no\ufffecharacter",
]
"""Names of activities that a careless picture would choke on."""

STRICTLY = ["-W", "error", "-W", "ignore:fetch_arrow_table() is deprecated:DeprecationWarning"]
"""Warnings are errors, but for the one that pyproject.toml explains."""

NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def log_of(paths, language="en"):
    """A log from paths and the number of cases that took each; one event an hour, one case a day."""
    rows = []
    for path, n_cases in paths.items():
        for _ in range(n_cases):
            case = f"C{len({row[0] for row in rows}) + 1:03d}"
            clock = pd.Timestamp("2026-03-02 09:00") + pd.Timedelta(days=int(case[1:]))
            rows += [(case, activity, clock + pd.Timedelta(hours=i)) for i, activity in enumerate(path)]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"])
    return pm.EventLog.from_pandas(frame, zone="UTC", name="paths", language=language)


@cache
def log_of_odd_names():
    """Each odd name once in the middle of a case, and all of them in one case."""
    return log_of({("first", name, "last"): 1 for name in ODD_NAMES} | {tuple(ODD_NAMES): 2})


@cache
def nothing():
    """A log without cases."""
    log = pm.six_cases()
    return log.restricted_to(log.cases.filter(log.cases.n_events < 0))


def traces_of(paths):
    """The log of one case per path as pm4py wants it; importing pm4py says things that the caller has to silence."""
    from pm4py.objects.log.obj import Event, EventLog, Trace

    start, hour = pd.Timestamp("2026-03-02"), pd.Timedelta(hours=1)
    events = ([Event({"concept:name": a, "time:timestamp": start + i * hour}) for i, a in enumerate(p)] for p in paths)
    return EventLog([Trace(steps, attributes={"concept:name": f"C{i}"}) for i, steps in enumerate(events)])


def taken_apart(svg):
    """The root of an SVG; fails where it is not well-formed."""
    return etree.fromstring(svg.encode())


def texts(svg):
    """All texts that an SVG shows, in order."""
    return ["".join(text.itertext()) for text in taken_apart(svg).iter("{*}text")]


def hovers(svg):
    """All hover texts of an SVG, in order."""
    return ["".join(title.itertext()) for title in taken_apart(svg).iter("{*}title")]


def references(svg):
    """Whatever an SVG takes from elsewhere: addresses that are neither namespaces nor inside it."""
    links = [value for node in taken_apart(svg).iter() for key, value in node.attrib.items() if key.endswith("href")]
    outside = [link for link in links if not link.startswith(("#", "data:"))]
    return outside + [found for found in re.findall(r"https?://[^\s\"'<>)]+", svg) if found not in NAMESPACES]


def said_elsewhere(code):
    """What a program prints in a fresh interpreter in which sets and strings have another order."""
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = subprocess.run(
        [sys.executable, *STRICTLY, "-c", code],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parent,
        encoding="utf-8",
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
