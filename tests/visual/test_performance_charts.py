"""Pictures of queues, causes, resources and segments: well-formed, words as text, the same bytes everywhere."""

from __future__ import annotations

import pandas as pd
import pytest
from every_picture import HOUR, MONDAY, odd
from pictures import references, said_elsewhere, taken_apart, texts
from worlds import read

import procmine as pm
from procmine.visual.charts.spread_charts import MOST_LINES

ANALYSES = {
    "week": pm.week_rhythm,
    "handovers": pm.handovers,
    "profile": pm.activity_profile,
    "workload": pm.workload,
    "speed": pm.speed,
    "spectrum": pm.spectrum,
    "queues": pm.queues,
    "causes": lambda log: pm.waiting_causes(log if "start" in log.all_events.columns else pm.estimate_starts(log)),
}


def lone():
    frame = pd.DataFrame({"case_id": ["1"], "activity": ["a"], "timestamp": [MONDAY], "resource": ["p"]})
    return pm.EventLog.from_pandas(frame, zone="UTC", language="en")


def nobody():
    log = pm.six_cases()
    return log.filter_throughput(min="99 days")


LOGS = {"six cases": pm.six_cases, "in English": lambda: pm.six_cases("en"), "odd names": odd, "one event": lone}
each_chart = pytest.mark.parametrize("chart", ANALYSES)


def drawn(chart, log):
    return (ANALYSES[chart](log)).draw()


def some_charts():
    return "".join(drawn(chart, LOGS[name]()).svg for chart in ANALYSES for name in ("six cases", "odd names"))


@each_chart
@pytest.mark.parametrize("name", LOGS)
def test_a_chart_is_well_formed_and_takes_nothing_from_elsewhere(chart, name):
    picture = drawn(chart, LOGS[name]())
    if name == "one event" and picture.svg == "":
        assert chart in ("handovers", "speed", "spectrum", "causes")
        return
    root = taken_apart(picture.svg)
    assert root.get("aria-label") == picture.of.title
    assert references(picture.svg) == []


@each_chart
def test_a_log_without_cases_has_no_chart(chart):
    assert drawn(chart, nobody()).svg == ""


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        ("week", {"周一", "周日", "0", "23", "小时（当地时间）"}),
        ("handovers", {"李强", "王芳", "机器人", "2", "交出方（纵）→ 接手方（横）"}),
        ("profile", {"李强", "客户沟通", "5", "颜色：占其工作的比例"}),
        ("workload", {"陈静", "03-02", "时间段的第一天"}),
        ("speed", {"李强  n=5", "陈静  n=2", "处理 · 小时"}),
        ("spectrum", {"分类", "处理", "最快的四分之一", "最慢的四分之一"}),
        ("queues", {"处理", "关闭", "最长队列", "到达"}),
        ("causes", {"处理", "争用", "外部"}),
    ],
)
def test_words_and_numbers_stand_as_text(chart, words):
    assert words <= set(texts(drawn(chart, pm.six_cases()).svg))


def test_the_same_result_gives_the_same_bytes_in_a_fresh_interpreter():
    said = said_elsewhere("from test_performance_charts import *; print(some_charts())")
    assert said.strip() == some_charts().strip()


def test_the_busiest_are_shown_where_there_are_too_many():
    log = read("telecom")  # customers file requests under their own numbers
    assert log.n_resources > 100
    shown = set(texts(pm.activity_profile(log).draw().svg))
    top = pm.resources(log).table.nlargest(5, "n_events")["resource"]
    assert set(top) <= shown


def test_a_spectrum_of_many_lines_stays_small():
    n = 2 * MOST_LINES + 100
    rows = pd.DataFrame({"case_id": [f"C{i}" for i in range(n)] * 2, "activity": ["a"] * n + ["b"] * n})
    begin = MONDAY + pd.to_timedelta(range(n), unit="min")
    rows["timestamp"] = [*begin, *(begin + pd.to_timedelta([i % 500 + 1 for i in range(n)], unit="min"))]
    result = pm.spectrum(pm.EventLog.from_pandas(rows, zone="UTC"))
    assert len(result.table) == n
    assert len(result.draw().svg) < 1_500_000


def test_quarters_of_a_segment_hold_a_quarter_each():
    table = pm.spectrum(read("globaltech")).table
    counts = table["quartile"].value_counts(normalize=True)
    assert counts.between(0.24, 0.26).all()
    assert table.groupby("quartile")["duration"].max().is_monotonic_increasing


@pytest.mark.parametrize(
    ("names", "slanted"), [(["甲", "乙"], False), ([f"一个很长的活动名称{i}" for i in range(14)], True)]
)
def test_names_of_columns_are_slanted_only_where_there_is_no_room(names, slanted):
    rows = [("1", "a", MONDAY + i * HOUR, name) for i, name in enumerate([*names, names[0]])]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"])
    svg = pm.handovers(pm.EventLog.from_pandas(frame, zone="UTC", language="zh")).draw().svg
    assert ("rotate(-40" in svg) == slanted
