"""Records a day off: each sign on a few cases made for it, and what looks like one and is none."""

import pandas as pd
import pytest
from worlds import read

import procmine as pm
from procmine.core.clock.calendar import WorkCalendar
from procmine.core.text.errors import MissingDataError

OFFICE = WorkCalendar(hours={"mon-fri": ["09:00-18:00"]})


def case(number, day, *, off=None, by=0, work="李强"):
    """受理 → 处理 → 关闭 within a day of March 2026, linked to the second; one of them recorded `by` days off."""
    rows = []
    for place, (activity, arrived, done) in enumerate(
        (("受理", "09:03:05", "09:10:11"), ("处理", "09:10:11", "11:20:33"), ("关闭", "11:20:33", "11:40:47"))
    ):
        there = day + (by if place == off else 0)
        times = [f"2026-03-{there:02} {at}" for at in (done, arrived, arrived)]
        rows.append((f"C{number}", activity, *times, work))
    return rows


def log_of(*cases):
    frame = pd.DataFrame(
        [row for rows in cases for row in rows],
        columns=["case_id", "activity", "timestamp", "start", "enabled", "resource"],
    )
    for name in ("timestamp", "start", "enabled"):
        frame[name] = pd.to_datetime(frame[name])
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", language="en")


def told(log, calendar=None):
    table = pm.misdated(log, calendar=calendar).table
    return [
        (row.case_id, row.activity, (row.meant - row.timestamp).days, row.sign) for row in table.itertuples(index=False)
    ]


STEADY = [case(number, 2 + number) for number in range(4)]  # Monday to Thursday


def test_records_in_order_are_none():
    log = log_of(*STEADY)
    assert told(log, OFFICE) == []
    assert pm.misdated(log).sentence == "None of 12 records with an arrival is a day off."


@pytest.mark.parametrize(("by", "meant"), [(-1, 1), (1, -1)])
def test_work_between_two_others_is_found_by_its_arrival(by, meant):
    assert told(log_of(*STEADY, case(9, 12, off=1, by=by))) == [("C9", "处理", meant, "arrival")]


def test_the_last_work_of_a_case_is_found_by_its_arrival():
    assert told(log_of(*STEADY, case(9, 12, off=2, by=-1))) == [("C9", "关闭", 1, "arrival")]


def test_the_first_work_of_a_case_is_found_by_what_follows():
    assert told(log_of(*STEADY, case(9, 12, off=0, by=-1))) == [("C9", "受理", 1, "following")]


def test_the_sentence_counts_and_no_time_is_changed():
    log = log_of(*STEADY, case(9, 12, off=1, by=-1))
    result = pm.misdated(log)
    assert result.sentence == "1 of 15 records with an arrival are a day off, in 1 case; no time was changed."
    assert result.table["timestamp"].iloc[0] == pd.Timestamp("2026-03-11 11:20:33", tz="Asia/Shanghai")
    assert result.scalars == {"n": 1, "n_cases": 1}


def test_a_reminder_after_a_day_is_a_habit_of_the_process():
    """It always arrives just a day after the closing: the closing is not wrong, nor is the reminder."""
    reminded = [
        [*rows, (rows[0][0], "提醒", *([f"{rows[2][2][:8]}{int(rows[2][2][8:10]) + 1:02} 11:40:47"] * 3), "系统")]
        for rows in STEADY
    ]
    assert told(log_of(*reminded)) == []


def test_completions_told_to_the_minute_are_linked_to_the_minute():
    rough = [[(*rows[0][:2], f"{rows[0][2][:-2]}00", *rows[0][3:]), *rows[1:]] for rows in STEADY]
    off = case(9, 12, off=1, by=-1)
    off[0] = (*off[0][:2], f"{off[0][2][:-2]}00", *off[0][3:])
    assert told(log_of(*rough)) == []
    assert told(log_of(*rough, off)) == [("C9", "处理", 1, "arrival")]


def loose(number, day, first):
    """A case in which work waits for something unrecorded before it arrives: no link tells its date."""
    return [
        (f"C{number}", "受理", *([f"2026-03-{day:02} 10:01:07"] * 3), "王芳"),
        (f"C{number}", "上门", *(f"2026-03-{first:02} {at}" for at in ("15:31:09", "14:11:13", "09:07:01")), "李强"),
    ]


MANY = [loose(number, 2 + number % 4, 3 + number % 4) for number in range(200)]


def test_work_that_arrives_before_its_case_begins_is_a_day_early():
    assert told(log_of(*MANY)) == []
    assert told(log_of(*MANY, loose(900, 5, 5))) == [("C900", "上门", 1, "too_early")]


def test_work_on_a_day_off_shows_by_the_calendar_where_that_is_rare():
    sunday = log_of(*MANY, loose(900, 5, 8))
    assert told(sunday) == []
    assert told(sunday, OFFICE) == [("C900", "上门", 1, "day_off")]
    assert told(log_of(*MANY, loose(900, 5, 7)), OFFICE) == []  # Saturday: Sunday is no better
    assert told(log_of(*MANY, *(loose(900 + i, 5, 8) for i in range(9))), OFFICE) == []  # they do work on Sundays


def test_without_arrivals_it_is_refused():
    with pytest.raises(MissingDataError, match="enabled"):
        pm.misdated(pm.six_cases("en"))


def test_data_quality_counts_them_and_leaves_them_out_without_arrivals():
    table = pm.data_quality(log_of(*STEADY, case(9, 12, off=1, by=-1))).table.set_index("check")
    assert table.loc["Events dated a day off", ["severity", "n", "detail"]].tolist() == ["warning", 1, "C9 处理"]
    assert "Events dated a day off" not in set(pm.data_quality(pm.six_cases("en")).table["check"])


@pytest.mark.parametrize("world", ["globaltech", "return_visits", "telecom"])
def test_they_are_one_finding_of_every_world(world):
    found = pm.rank_findings(read(world)).table
    (row,) = found[found["title"] == "记录的日期错了一天"].to_dict("records")
    assert row["kind"] == "records"
    assert row["n_cases"] == pm.misdated(read(world)).scalars["n_cases"]
