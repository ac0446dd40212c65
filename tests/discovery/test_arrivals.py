"""Arrivals and work in progress: the peak at any moment against a slow reference, and by hand."""

import pandas as pd
from hypothesis import given, settings
from random_logs import frames, log_of

import procmine as pm


def slow_peak(frame, is_open):
    """The most cases that have started and not ended after any event, and the day of the first such moment."""
    spans = [
        (events["timestamp"].min(), pd.Timestamp.max if is_open(set(events["activity"])) else events["timestamp"].max())
        for _, events in frame.groupby("case_id")
    ]
    found = [(sum(start <= moment < end for start, end in spans), moment) for moment in sorted(frame["timestamp"])]
    most = max(n for n, _ in found)
    return most, next(moment for n, moment in found if n == most).date()


@settings(max_examples=60, deadline=None)
@given(frames())
def test_the_peak_is_the_fullest_moment(frame):
    found = pm.arrivals(log_of(frame))
    assert (found.peak, found.peak_day) == slow_peak(frame, lambda activities: False)


@settings(max_examples=60, deadline=None)
@given(frames())
def test_open_cases_stay_on_the_desk(frame):
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=pm.States(closed=["关闭"]))
    found = pm.arrivals(log)
    assert (found.peak, found.peak_day) == slow_peak(frame, lambda activities: "关闭" not in activities)


def test_a_peak_within_a_period_is_told_with_its_day():
    rows = [(f"C{i}", activity, f"2026-02-{day} {hour:02}:00") for i in range(5)
            for activity, day, hour in (("受理", 10, 9 + i), ("关闭", 11, 9 + i))]  # fmt: skip
    rows += [("D", "受理", "2026-01-05 09:00"), ("D", "关闭", "2026-03-30 09:00")]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"])
    found = pm.arrivals(pm.EventLog.from_pandas(frame, zone="UTC", language="zh"), period="week")
    assert found.table["work_in_progress"].max() == 1
    assert found.sentence.startswith("在办案例最多时为 6 个（2026-02-10）；期末为 0 个。")
    assert found.scalars == {"peak": 6, "peak_day": "2026-02-10"}
