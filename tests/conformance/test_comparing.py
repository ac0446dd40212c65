"""What goes with a deviation: cases with it against those without, in groups where there are both."""

from __future__ import annotations

import pandas as pd
import pytest
from small_logs import DAY, HOUR, START, small_log

import procmine as pm
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import OperatingPath, Process

MAIL = {"mail": OperatingPath(when={"line": ["mail"]}, skip=["c"])}


def standard():
    nodes = [Item(name=name) for name in ("a", "b", "c")]
    return pm.Standard(name="s", processes=[Process(name="p", nodes=nodes)], paths=MAIL)


def log_of(*cases):
    """Cases as a line and the hours of their events: of `abbc` the second b is two hours after the first."""
    rows = [
        (f"C{i}", activity, START + i * DAY + hour * HOUR, line)
        for i, (line, *events) in enumerate(cases, 1)
        for activity, hour in events
    ]
    return small_log(rows, "line", states=pm.States(closed=["b", "c"]))


def compared(*cases):
    (row,) = pm.check_conformance(log_of(*cases), standard()).table.to_dict("records")
    assert (row["kind"], row["subject"]) == ("unexpected", "x")
    return row["n_cases"], row["more_steps"], row["more_time"]


WITH = ("phone", ("a", 0), ("x", 4), ("b", 5), ("c", 9))
WITHOUT = ("phone", ("a", 0), ("b", 1), ("c", 2))
MAIL_WITH = ("mail", ("a", 0), ("x", 10), ("b", 50))


def test_a_group_in_which_all_cases_deviate_compares_nothing_and_spoils_nothing():
    """Both mails have it: nothing to hold them against. Of three calls one has it, seven hours longer, one step more."""
    assert compared(WITH, WITHOUT, WITHOUT, MAIL_WITH, MAIL_WITH) == (3, 1.0, 7 * HOUR)


def test_where_all_cases_deviate_alike_nothing_is_known():
    n, steps, time = compared(MAIL_WITH, MAIL_WITH)
    assert n == 2
    assert pd.isna(steps)
    assert pd.isna(time)


def test_groups_count_by_their_cases_with_it():
    """Two calls with it, seven hours longer; one mail with it, 49 hours longer: (2 × 7 + 49) / 3."""
    short_mail = ("mail", ("a", 0), ("b", 1))
    n, steps, time = compared(WITH, WITH, WITHOUT, MAIL_WITH, short_mail)
    assert (n, steps) == (3, 1.0)
    assert time / HOUR == pytest.approx((2 * 7 + 49) / 3)
