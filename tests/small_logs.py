"""Logs written as rows in a test, and the times that count their hours and days."""

from __future__ import annotations

import pandas as pd

import procmine as pm

START = pd.Timestamp("2026-03-02 09:00")
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)


def small_log(rows, *columns, states=None):
    """A log from rows of case, activity, time in UTC and more columns."""
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", *columns])
    return pm.EventLog.from_pandas(frame, zone="UTC", name="small", states=states, language="en")
