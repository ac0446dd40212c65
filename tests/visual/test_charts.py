"""Charts: well-formed SVG whose words stay text, the same bytes everywhere, and no trace left in matplotlib."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from conftest import real_log
from pictures import (
    ODD_NAMES,
    log_of,
    log_of_odd_names,
    nothing,
    references,
    said_elsewhere,
    taken_apart,
    texts,
)

import procmine as pm
from procmine.core.html.places import PAGE
from procmine.core.result.picture import Picture
from procmine.core.result.result import MissingDataCard
from procmine.core.text.errors import MissingDataError
from procmine.core.text.palette import BLUE, MUTED, ORANGE_INK
from procmine.core.text.words import Words

ANALYSES = {"arrivals": pm.arrivals, "dotted": pm.dotted, "throughput": pm.throughput_time}
LOGS = {
    "six cases": pm.six_cases,
    "in English": lambda: pm.six_cases("en"),
    "one event": lambda: log_of({"a": 1}),
    "one case": lambda: log_of({"abc": 1}),
    "cases of one event": lambda: log_of({"a": 3, "b": 1}),
    "odd names": log_of_odd_names,
    "helpdesk": lambda: real_log("helpdesk"),
}
each_chart = pytest.mark.parametrize("chart", ANALYSES)
each_log = pytest.mark.parametrize("name", LOGS)


def drawn(chart, log):
    return (ANALYSES[chart](log)).draw()


def some_charts():
    return "".join(drawn(chart, LOGS[name]()).svg for chart in ANALYSES for name in ("six cases", "odd names"))


@each_chart
@each_log
def test_a_chart_is_well_formed_and_takes_nothing_from_elsewhere(chart, name):
    svg = drawn(chart, LOGS[name]()).svg
    assert taken_apart(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert references(svg) == []


@each_chart
def test_a_chart_has_the_name_of_its_result(chart):
    result = ANALYSES[chart](pm.six_cases())
    assert taken_apart(result.draw().svg).get("aria-label") == result.title


@pytest.mark.parametrize(
    ("chart", "name", "words"),
    [
        ("arrivals", "six cases", {"到达", "完成", "在办", "03-02", "03-06"}),
        ("arrivals", "in English", {"Arrivals", "Completions", "Work in progress"}),
        ("arrivals", "one event", {"Arrivals", "03-03", "0", "1"}),
        ("dotted", "six cases", {"受理", "分类", "处理", "客户沟通", "关闭", "案例（按开始时间）"}),
        ("dotted", "one event", {"a", "03-03"}),
        ("throughput", "six cases", {"流程周期（小时）；灰色为更长的案例", "中位 25.8", "P90 41.0"}),
        ("throughput", "one case", {"Throughput time (min); grey: all longer ones", "median 120.0", "P90 120.0"}),
    ],
)
def test_words_and_numbers_stand_as_text(chart, name, words):
    assert words <= set(texts(drawn(chart, LOGS[name]()).svg))


def test_names_of_activities_stand_as_they_are():
    legible = {name.replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd") for name in ODD_NAMES if len(name) < 300}
    assert legible - {"\u3000", "vertical\ufffdtab"} <= set(texts(drawn("dotted", log_of_odd_names()).svg))


def test_a_name_longer_than_the_chart_says_that_it_goes_on():
    assert "名" * 65 + "…" in texts(drawn("dotted", log_of_odd_names()).svg)


@each_log
def test_each_of_the_two_scales_says_nought_once(name):
    assert texts(drawn("arrivals", LOGS[name]()).svg).count("0") == 2


@each_chart
def test_a_log_without_cases_has_no_chart(chart):
    picture = drawn(chart, nothing())
    assert picture.svg == ""
    assert picture._repr_html_() == ANALYSES[chart](nothing())._repr_html_()


def test_every_chart_has_its_table_and_is_saved_as_it_is(tmp_path):
    result = pm.arrivals(pm.six_cases())
    picture = result.draw()
    picture.save(tmp_path / "new" / "arrivals.svg")
    assert (tmp_path / "new" / "arrivals.svg").read_text(encoding="utf-8") == picture.svg
    assert picture.table is result.table
    assert result.table_html(PAGE) in picture.html_in(PAGE)


def test_a_card_for_missing_data_stays_a_card():
    error = MissingDataError.for_column("role", Words("角色", "roles"), "log")
    card = MissingDataCard("roles", error, "en")
    assert card.draw() is card


def test_the_same_result_gives_the_same_bytes_in_a_fresh_interpreter():
    assert said_elsewhere("from test_charts import *; print(some_charts())").strip() == some_charts().strip()


def test_matplotlib_is_left_as_it_was():
    code = """
import warnings
from matplotlib import rcParams
before = dict(rcParams)
import procmine.visual.draw, procmine.visual.maps.process_map
print(dict(rcParams) == before)
from test_charts import *
for chart in ANALYSES: drawn(chart, LOGS["six cases"]())
print(dict(rcParams) == before, "matplotlib.pyplot" in __import__("sys").modules)
"""
    assert said_elsewhere(code).split() == ["True", "True", "False"]


def test_a_picture_says_what_it_shows():
    assert repr(Picture(pm.variants(nothing()), "")) == "<Picture of <Variants: 0 rows; use .table>>"


@pytest.mark.parametrize("paths", [{"ab": 40, "abc": 1}, {"ab": 40, "abcdefgh": 12}, {"a": 3, "ab": 1}])
def test_the_bars_of_a_histogram_leave_room_for_the_names_of_its_lines(paths):
    """The highest bar ends below the names of median and P90, and these do not stand on one another."""
    svg = pm.throughput_time(log_of(paths)).draw().svg
    bars = re.findall(rf'<path d="([^"]*)" clip-path[^>]*fill: (?:{BLUE}|{MUTED})', svg)
    highest = min(float(y) for bar in bars for y in re.findall(r"V([0-9.]+)", bar))
    names = re.findall(rf'<text[^>]*fill: {ORANGE_INK}"[^>]* x="([0-9.]+)" y="([0-9.]+)"', svg)
    (x, y), (other_x, other_y) = sorted((float(x), float(y)) for x, y in names)
    assert highest > max(y, other_y)
    assert other_x - x > 60 or abs(other_y - y) > 8


def test_months_below_a_trend_are_months():
    months = pd.date_range("2026-01-05", periods=5, freq="MS").union([pd.Timestamp("2026-01-05")])
    rows = [
        (f"{i}", activity, at + pd.Timedelta(hours=k)) for i, at in enumerate(months) for k, activity in enumerate("ab")
    ]
    log = pm.EventLog.from_pandas(pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"]), zone="UTC")
    svg = pm.evaluate_kpis(log, [pm.Kpi(name="周期", measure="throughput")]).draw().svg
    told = [text for text in texts(svg) if re.match(r"\d+-\d+", text)]
    assert sorted(told) == [f"2026-0{n}" for n in range(1, 7)]
