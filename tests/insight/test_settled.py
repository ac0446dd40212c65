"""What changed is told by settled cases alone: young ones are quick, and lack what comes late."""

import numpy as np
import pandas as pd
import pytest

import procmine as pm
from procmine.insight.findings.log_facts import LogFacts

DAY = pd.Timedelta("1D")
FIRST, CUT = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-07-01")
STATES = pm.States(closed=["close"])


def log_of(rows, states=STATES):
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"])
    return pm.EventLog.from_pandas(frame[frame["timestamp"] < CUT], zone="UTC", language="en", states=states)


def cases(take, n=1200):
    """Cases that begin evenly over half a year and are closed after so many days, as far as the log goes."""
    for i, start in enumerate(FIRST + np.linspace(0, 180.9, n) * DAY):
        yield f"c{i:04}", start, take(i, start)


def changes(log):
    table = pm.rank_findings(log).table
    return table[table["kind"].isin(["change", "improvement", "slower"])]


@pytest.mark.parametrize("states", [STATES, None], ids=["states known", "unknown"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "days",
    [lambda _: 60.0, lambda dice: dice.uniform(0, 90), lambda dice: dice.exponential(20), lambda dice: dice.exponential(60)],
    ids=["60", "0 to 90", "20 on average", "60 on average"],
)  # fmt: skip
def test_a_process_that_stays_the_same_has_not_changed(days, seed, states):
    dice = np.random.default_rng(seed)
    rows = [
        event
        for case, start, length in cases(lambda *_: days(dice))
        for event in ((case, "a", start), (case, "close", start + length * DAY))
    ]
    assert changes(log_of(rows, states)).empty


def test_which_cases_are_settled():
    """One case a day takes 60 days. Of the 181 days those from the first to the last but 60 are old enough."""
    rows = [
        event
        for i in range(181)
        for event in ((f"c{i:03}", "a", FIRST + i * DAY), (f"c{i:03}", "close", FIRST + (i + 60) * DAY))
    ]
    for states in (STATES, None):
        assert LogFacts(log_of(rows, states), None).settled_months.index.tolist() == list(range(181 - 60))


def test_cases_that_are_never_closed_hide_no_change():
    """Every tenth case stays open for ever; from March on there is a check in every case."""
    rows = []
    for i, start in enumerate(FIRST + np.arange(1800) * 0.1 * DAY):
        steps = ["a", "b"] if start < pd.Timestamp("2026-03-01") else ["a", "check", "b"]
        steps += [] if i % 10 == 9 else ["close"]
        rows += [(f"c{i:04}", name, start + place * DAY) for place, name in enumerate(steps)]
    table = changes(log_of(rows))
    # 590 cases begin before March; the check of the last one, a day after its start, is 180.9 days after the first.
    assert table["title"].tolist() == ["check is a new step since 2026-03"]
    assert table["n_cases"].tolist() == [1800 - 590]
    # A case takes three days: old enough are those that begin within 177.9 days, of which every tenth is open.
    assert len(LogFacts(log_of(rows), None).settled_months) == 1780 - 178


def test_a_step_after_the_end_is_not_gone_because_it_is_still_to_come():
    """Customers are asked forty days after their case is closed: those of the last month not yet."""
    rows = [
        event
        for case, start, _ in cases(lambda *_: 0)
        for event in ((case, "a", start), (case, "close", start + DAY), (case, "survey", start + 41 * DAY))
    ]
    assert changes(log_of(rows)).empty


def test_what_really_became_quicker_is_told_with_the_time_it_saves():
    """Thirty days until the end of March, ten from then on: 20 days saved in every case until 21 June."""
    april = pd.Timestamp("2026-04-01")
    rows = [
        event
        for i in range(181)
        for start in [FIRST + i * DAY]
        for event in ((f"c{i:03}", "a", start), (f"c{i:03}", "close", start + (30 if start < april else 10) * DAY))
    ]
    (found,) = changes(log_of(rows)).to_dict("records")
    assert found["title"] == "close has been quicker since 2026-04"
    assert found["sentence"] == "The time before it went from 720.0 h to 240.0 h on average."
    # April has 30 days, May 31: the cut-off is 30 June, and 98 % of the cases took up to 30 days.
    assert (found["n_cases"], found["lost"]) == (30 + 31, (30 + 31) * 20 * DAY)
