"""Open cases: ages, owners, limits and the risk of exceeding them, by hand and against a slow reference."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import read

import procmine as pm
from procmine.core.clock.calendar import Pause, Sla, WorkCalendar
from procmine.core.text.errors import FilterError, MissingDataError, UnknownNameError
from procmine.report.tables import write_tables

HOUR = pd.Timedelta("1h")
MONDAY = pd.Timestamp("2026-03-02 09:00")
OFFICE = WorkCalendar(hours={"mon-fri": "09:00-18:00"})


def desk(*cases, language="en"):
    """A log of cases as lists of (activity, hours since Monday nine, resource); `end` closes a case."""
    rows = [(f"C{i}", a, MONDAY + h * HOUR, who) for i, case in enumerate(cases, 1) for a, h, who in case]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"])
    states = pm.States(closed=["end"])
    return pm.EventLog.from_pandas(frame, zone="UTC", language=language, states=states)


def finished(hours, start=0):
    return [("take", start, "p"), ("end", start + hours, "q")]


def test_open_cases_by_hand():
    log = desk(finished(10), finished(30), finished(50), [("take", 0, "p"), ("check", 24, "q")], [("take", 46, None)])
    found = pm.open_cases(log, limit="40 h")
    table = found.table.set_index("case_id")
    assert table.index.tolist() == ["C4", "C5"]  # oldest first; the cut-off is the newest event, hour 50
    assert table["node"].tolist() == ["check", "take"]
    assert table["owner"].tolist() == ["q", ""]
    assert table["age"].tolist() == [50 * HOUR, 4 * HOUR]
    assert table["dwell"].tolist() == [26 * HOUR, 4 * HOUR]
    assert table["is_overdue"].tolist() == [True, False]
    assert table["elapsed"].tolist() == [1.25, 0.1]
    assert table["risk"].tolist() == [1.0, pytest.approx(1 / 3)]  # of 10, 30, 50 all outlast 4 hours, one exceeds 40
    assert table["n_like"].tolist() == [0, 3]
    assert found.scalars == {"n_open": 2, "n_limited": 2, "n_overdue": 1}
    assert found.sentence.startswith("At 2026-03-04 11:00 2 cases are open")


def test_the_cut_off_stays_when_a_filter_drops_the_newest_events():
    log = desk([("take", 0, "p"), ("check", 24 * 300, "q")], finished(30)).filter_activities(drop=["check"])
    (age,) = pm.open_cases(log, sla=Sla(calendar=OFFICE)).table["age"]
    assert age == 24 * 300 * HOUR


@pytest.mark.parametrize("sla", [None, Sla(calendar=OFFICE)], ids=["natural", "working"])
def test_a_case_that_starts_after_the_cut_off_has_no_age_yet(sla):
    """A date in the future, as the import marks it, ends no log: such a case is nought hours old, never less."""
    log = desk([("take", 0, "p")], [("take", 10, "p"), ("check", 500, "q")], [("take", 500, "p")])
    account = log.import_report.model_copy(update={"cutoff": (MONDAY + 26 * HOUR).to_pydatetime()})
    table = pm.open_cases(dataclasses.replace(log, import_report=account), sla=sla, limit="5 h").table.set_index(
        "case_id"
    )
    assert table["age"].to_dict() == {"C1": 26 * HOUR, "C2": 16 * HOUR, "C3": 0 * HOUR}
    assert table["dwell"].to_dict() == {"C1": 26 * HOUR, "C2": 0 * HOUR, "C3": 0 * HOUR}
    assert table["is_overdue"].to_dict() == {"C1": True, "C2": sla is None, "C3": False}
    if sla is not None:
        assert table["age_working"].to_dict() == {"C1": 11 * HOUR, "C2": 2 * HOUR, "C3": 0 * HOUR}


def test_the_limit_of_which_more_has_elapsed_is_told():
    log = desk([("take", 0, "p"), ("check", 20, "q")], [("take", 19, "p"), ("check", 22, "q"), ("end", 24, "q")])
    table = pm.open_cases(log, limit="100 h", limits={"check": "5 h", "take": "1 h"}).table
    row = table.iloc[0]
    assert [row["case_id"], row["limit"], row["limit_of"], row["elapsed"]] == ["C1", 5 * HOUR, "node", 0.8]
    assert row["n_like"] == 0  # the only past stay after check lasted two hours, this one four
    assert pd.isna(row["risk"])
    assert pm.open_cases(log, limit="10 h", limits={"check": "5 h"}).table["limit_of"].tolist() == ["case"]


def test_limits_are_measured_in_working_time_less_pauses():
    case = [("take", 0, "p"), ("ask", 1, "p"), ("answer", 2, "p")]
    log = desk(case, finished(25))  # Tuesday ten o'clock
    natural = pm.open_cases(log, limit="12 h").table.iloc[0]
    working = pm.open_cases(log, sla=Sla(calendar=OFFICE), limit="12 h").table.iloc[0]
    pauses = (Pause.model_validate({"from": "ask", "until": "answer"}),)
    paused = pm.open_cases(log, sla=Sla(calendar=OFFICE, pauses=pauses), limit="12 h").table.iloc[0]
    assert [natural["is_overdue"], working["is_overdue"]] == [True, False]
    assert [working["age"], working["age_working"], paused["age_working"]] == [25 * HOUR, 10 * HOUR, 9 * HOUR]
    assert pd.isna(natural["age_working"])


def test_pauses_without_a_calendar_leave_natural_time_and_say_so():
    log = desk([("take", 0, "p"), ("ask", 1, "p"), ("answer", 11, "p")], finished(25))
    pauses = (Pause.model_validate({"from": "ask", "until": "answer"}),)
    found = pm.open_cases(log, sla=Sla(pauses=pauses), limit="20 h")
    assert found.table[["age", "age_working", "dwell_working"]].iloc[0].tolist() == [25 * HOUR, 15 * HOUR, 14 * HOUR]
    assert not found.table["is_overdue"].any()
    assert "1 have a limit (in natural time less pauses)" in found.sentence
    page = found._repr_html_()
    assert "Waiting (less pauses)" in page
    assert "orking" not in page
    assert type(found.of_owner("p")) is type(found)
    assert pm.open_cases(log, sla=Sla()).table["age_working"].isna().all()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(1, 60), min_size=0, max_size=8),
    st.lists(st.integers(0, 59), min_size=1, max_size=5),
    st.integers(1, 60),
)
def test_the_risk_is_that_of_counting_past_cases(past, ages, limit):
    """Open cases began `age` hours before hour 60, at which the last event stands."""
    cases = [finished(hours) for hours in past]
    cases += [[("take", 60 - age, "p")] for age in ages] + [[("take", 60, "p")]]
    table = pm.open_cases(desk(*cases), limit=limit * HOUR).table
    for row in table.itertuples():
        age = row.age / HOUR
        like = [hours for hours in past if hours > age]
        assert row.n_like == len(like)
        assert row.is_overdue == (age > limit)
        if age > limit:
            assert row.risk == 1.0
        elif like:
            assert row.risk == sum(hours > limit for hours in like) / len(like)
        else:
            assert pd.isna(row.risk)


def test_every_owner_has_a_part_and_a_sheet_of_their_own(tmp_path):
    import openpyxl

    from procmine.report.shown import _remembered, read_shown, write_shown

    found = pm.show(pm.open_cases, read("globaltech"))
    names = [key for key, value in _remembered.items() if value is not found]
    kept = {key: _remembered.pop(key) for key in names}
    try:
        folder = tmp_path / "shown"
        folder.mkdir()
        write_shown(folder)
        write_tables(read_shown("03_bottlenecks", folder), tmp_path, "zh")
    finally:
        _remembered.clear()
        _remembered.update(kept)
    own = [part for name, part in found.parts.items() if name.startswith("owner_")]
    assert sum(len(part.table) for part in own) == len(found.table) == 30
    assert found.parts["by_owner"].table["n"].tolist() == [len(part.table) for part in own]
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert sum("未关闭案例" in name and name != "03 未关闭案例" for name in book.sheetnames) >= len(own)
    first = own[0]
    sheet = book[f"03 未关闭案例 · {first.owner}"]
    assert [sheet.cell(row, 1).value for row in range(2, 2 + len(first.table))] == first.table["case_id"].tolist()


def test_a_log_without_resources_has_open_cases_of_nobody():
    frame = pd.DataFrame({"case_id": ["1"], "activity": ["a"], "timestamp": [MONDAY]})
    log = pm.EventLog.from_pandas(frame, zone="UTC", states=pm.States(closed=["z"]))
    assert pm.open_cases(log).table["owner"].tolist() == [""]


def test_what_cannot_be_known_or_makes_no_sense_is_refused():
    frame = pd.DataFrame({"case_id": ["1"], "activity": ["a"], "timestamp": [MONDAY]})
    with pytest.raises(MissingDataError, match="states"):
        pm.open_cases(pm.EventLog.from_pandas(frame, zone="UTC"))
    log = desk(finished(1))
    with pytest.raises(UnknownNameError, match="did you mean 'take'"):
        pm.open_cases(log, limits={"taken": "1 h"})
    for text in ("soon", "0 h", "-3 h"):
        with pytest.raises(FilterError):
            pm.open_cases(log, limit=text)
    assert len(pm.open_cases(log).table) == 0
