"""Random small logs for properties, and pm4py's view of the same events."""

from __future__ import annotations

import warnings
from contextlib import contextmanager

import pandas as pd
from hypothesis import strategies as st

import procmine as pm

ACTIVITIES = ["受理", "分类", "处理", "退回", "关闭"]


@st.composite
def frames(draw, *, least=1):
    """Events of up to eight cases; times strictly increase within a case, so that order is no question."""
    rows = []
    for case in range(draw(st.integers(least, 8))):
        clock = pd.Timestamp("2026-03-02 09:00") + pd.Timedelta(hours=draw(st.integers(0, 60)))
        for activity in draw(st.lists(st.sampled_from(ACTIVITIES), min_size=1, max_size=7)):
            rows.append((f"C{case}", activity, clock, draw(st.sampled_from("PQR")), "AB"[case % 2]))
            clock += pd.Timedelta(minutes=draw(st.integers(1, 5000)))
    return pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource", "channel"])


def log_of(frame):
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", name="random")


@contextmanager
def quietly():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def pm4py_frame(log):
    """The log as pm4py wants it: case by case in order, its column names, plain object strings, universal time."""
    frame = log.to_pandas()
    return pd.DataFrame(
        {
            "case:concept:name": frame["case_id"].astype(object),
            "concept:name": frame["activity"].astype(object),
            "time:timestamp": frame["timestamp"].dt.tz_convert("UTC"),
        }
    )
