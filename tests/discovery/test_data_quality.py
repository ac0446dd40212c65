"""Each check of the data counts what was planted, and says so where nothing was."""

import pandas as pd

import procmine as pm
from procmine.core.log.states import States


def quality_of(rows, **more):
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource", "channel"])
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", name="checked", language="en", **more)
    return pm.data_quality(log)


def found(result, check):
    (row,) = result.table[result.table["check"].str.startswith(check)].to_dict("records")
    return row["severity"], row["n"], row["detail"]


def steady(n=40):
    """One event a day, two a case: nothing to be found."""
    start = pd.Timestamp("2026-03-02 09:00")
    return [
        (f"C{i // 2}", ("受理", "关闭")[i % 2], start + pd.Timedelta(days=i), "PQ"[i % 2], "AB"[i // 2 % 2])
        for i in range(n)
    ]


def test_a_sound_log_passes_every_check():
    result = quality_of(steady(), states=States(closed=["关闭"]))
    assert set(result.table["severity"]) == {"ok"}
    assert result.table["n"].sum() == 0
    assert result.sentence == "Nothing in the data asks for attention."


def test_a_lump_of_ten_events_in_one_second_is_a_batch_and_nine_are_none():
    lump = [(f"B{i}", "自动关闭", pd.Timestamp(f"2026-03-05 23:00:00.{i:06}"), "系统", "A") for i in range(10)]
    result = quality_of([*steady(), *lump])
    assert found(result, "Events written in one lump") == ("warning", 10, "自动关闭 ×10 2026-03-05 23:00:00")
    assert found(quality_of([*steady(), *lump[:9]]), "Events written in one lump")[:2] == ("ok", 0)


def test_a_gap_is_more_than_ten_local_days_without_any_event():
    rows = steady(4) + [(c, a, t + pd.Timedelta(days=20), r, ch) for c, a, t, r, ch in steady(4)]
    assert found(quality_of(rows), "Gaps of more") == ("warning", 1, "2026-03-05 – 2026-03-22")


def test_ties_single_events_missing_resources_and_open_cases_are_counted():
    rows = steady()
    rows[1] = (*rows[1][:2], rows[0][2], None, "A")
    rows.append(("Z", "受理", pd.Timestamp("2026-03-20 10:00"), "P", "A"))
    result = quality_of(rows, states=States(closed=["关闭"]))
    assert found(result, "Same time as the event before")[:2] == ("info", 1)
    assert found(result, "Cases of a single event")[:2] == ("info", 1)
    assert found(result, "Events without a resource")[:2] == ("info", 1)
    assert found(result, "Cases not yet closed")[:2] == ("info", 1)


def test_an_activity_first_seen_in_the_last_tenth_of_the_period_is_new():
    rows = [*steady(), ("C19", "新环节", pd.Timestamp("2026-04-10 09:30"), "Q", "B")]
    assert found(quality_of(rows), "Activities first seen lately") == ("info", 1, "新环节")


def test_an_attribute_of_one_value_is_named():
    rows = [(*row[:4], "A") for row in steady()]
    assert found(quality_of(rows), "Attributes of a single value") == ("info", 1, "channel")


def test_what_the_import_counted_is_carried_over(tmp_path):
    rows = ["case_id,activity,start,timestamp"]
    rows += [f"C{i},受理,2026-03-{i + 1:02} 08:00,2026-03-{i + 1:02} 09:00" for i in range(9)]
    rows += ["C8,处理,2026-03-09 12:00,2026-03-09 11:00", "C8,处理,2026-03-09 12:00,2026-03-09 11:00"]
    rows += ["C8,关闭,,昨天"]
    (tmp_path / "x.csv").write_text("\n".join(rows), encoding="utf-8")
    project = "procmine: 1\nname: x\nlanguage: en\ntime_zone: UTC\nmax_rejected: 0.5\nsources: [{path: x.csv}]\n"
    (tmp_path / "project.yml").write_text(project, encoding="utf-8")
    result = pm.data_quality(pm.open_project(tmp_path).read())
    assert found(result, "Refused rows") == ("warning", 1, "the time in 'timestamp' cannot be read")
    assert found(result, "Exact copies")[:2] == ("warning", 1)
    assert found(result, "Events that start after they end")[:2] == ("error", 2)
    assert result.table["severity"].iloc[0] == "error"
    assert result.n_grave == 4  # and the eight cases of a single event


def test_what_several_columns_have_is_added_up(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "case_id,activity,timestamp,start\n1,a,2026-10-25 02:30,2026-10-25 02:10\n1,b,2026-10-26 02:30,\n",
        encoding="utf-8",
    )
    log = pm.read_export(path, time_zone="Europe/Amsterdam", language="en")
    assert found(pm.data_quality(log), "Times at a clock change")[:2] == ("info", 2)


def test_dates_without_a_time_of_day_ask_for_attention(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("case_id,activity,timestamp\n1,a,2026-03-02\n1,b,2026-03-03\n", encoding="utf-8")
    result = pm.data_quality(pm.read_export(path, time_zone="Asia/Shanghai", language="en"))
    assert found(result, "Events dated without a time of day")[:2] == ("warning", 2)
