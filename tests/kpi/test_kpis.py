"""KPIs as a result: status, trend, tree, missed cases, errors with their line, both languages."""

from __future__ import annotations

import re
import shutil

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

import procmine as pm
from procmine.core.html.places import PAGE
from procmine.core.text.errors import SpecError, UnknownNameError
from procmine.core.text.yaml_text import read_yaml
from procmine.kpi.measures.measure_facts import MeasureSettings
from procmine.kpi.spec.catalogue import MEASURES
from procmine.kpi.spec.comparison import read_comparison
from procmine.project.project import ProjectSpec
from procmine.samples.bundled import sample_project

STATES = pm.States(accepted="分类", resolved="处理", closed="关闭")
KPIS = [
    {"name": "周期", "measure": "throughput", "target": "<= 30 h", "process": "服务", "owner": "甲"},
    {
        "name": "返工率",
        "measure": "rework_rate",
        "target": "<= 10 %",
        "warn": "<= 40 %",
        "split": "渠道",
        "process": "服务",
    },
    {
        "name": "响应",
        "measure": "response",
        "from": "受理",
        "to": "处理",
        "within": "20 h natural",
        "target": ">= 90 %",
        "process": "服务",
    },
    {"name": "处理时长", "measure": "processing"},
    {"name": "到达量", "measure": "arrivals", "period": "day"},
]


def evaluated(log, *kpis, settings=None):
    return pm.evaluate_kpis(
        log, [pm.Kpi.model_validate(kpi) for kpi in kpis or KPIS], settings=settings or MeasureSettings(STATES)
    )


@pytest.fixture(scope="module")
def found(six):
    return evaluated(six)


def test_a_light_is_told_by_shape_and_word(found):
    whole = found.table[found.table["group"] == ""].set_index("kpi")["status"]
    assert whole.to_dict() == {
        "周期": "ok",
        "返工率": "warning",
        "响应": "breach",
        "处理时长": "missing",
        "到达量": "none",
    }
    page = found._repr_html_()
    for light in ("● 达标", "▲ 预警", "■ 未达标", "◇ 缺数据", "○ 无目标"):
        assert light in page
    assert found.scalars == {"n_ok": 1, "n_warning": 1, "n_breach": 1, "n_missing": 1}
    assert (
        found.sentence == "5 个 KPI：1 个达标，1 个预警，1 个未达标。未达标：响应。1 个缺数据。3 个案例太少，只作参考。"
    )


def test_split_values_follow_their_kpi_each_with_n_and_interval(found):
    rows = found.table[found.table["kpi"] == "返工率"]
    assert rows["group"].tolist() == ["", "电话", "网页", "邮件"]
    assert rows["n"].tolist() == [6, 2, 2, 2]
    assert rows["status"].tolist() == ["warning", "breach", "ok", "breach"]
    assert rows["too_few"].all()
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()
    assert "案例太少" in found._repr_html_()


def test_a_kpi_as_a_whole_has_its_line_over_time_and_its_parts_have_none(six):
    page = evaluated(six, {"name": "到达", "measure": "arrivals", "period": "day", "split": "业务线"}).html_in(PAGE)
    (body,) = re.findall(r'pm-kpis">.*?<tbody>(.*?)</tbody>', page)
    drawn = ["pm-spark" in row for row in body.split("</tr>")[:-1]]
    assert drawn == [True] + [False] * (len(drawn) - 1)
    assert len(drawn) > 2


def test_from_each_kpi_to_the_cases_that_missed_it(found):
    cases = found.cases.table
    assert cases[cases["kpi"] == "周期"]["case_id"].tolist() == ["C4"]
    assert cases[cases["kpi"] == "返工率"]["case_id"].tolist() == ["C3", "C4"]
    mine = found.missed("响应").table
    assert mine[["case_id", "how", "value"]].to_numpy().tolist() == [["C6", "missed", 28.0], ["C2", "missed", 24.0]]
    assert found.table.set_index("kpi")["n_missed"][["周期", "响应"]].tolist() == [1, 2]
    with pytest.raises(UnknownNameError, match="did you mean '响应'"):
        found.missed("响 应")


def test_a_tree_shows_the_worst_below(found):
    tree = found.tree.table
    assert tree[["level", "process", "kpi", "status"]].to_numpy().tolist() == [
        ["process", "服务", "", "breach"],
        ["node", "服务", "", "breach"],
        ["kpi", "服务", "周期", "ok"],
        ["kpi", "服务", "返工率", "warning"],
        ["kpi", "服务", "响应", "breach"],
        ["process", "–", "", "missing"],
        ["node", "–", "", "missing"],
        ["kpi", "–", "处理时长", "missing"],
        ["kpi", "–", "到达量", "none"],
    ]
    assert tree["n_breach"].tolist()[:2] == [1, 1]


def test_parts_are_results_with_documented_columns(found):
    assert set(found.parts) == {"trend", "tree", "cases"}
    for part in found.parts.values():
        assert list(part.table.columns) == list(part.COLUMNS)
        assert part.title


def steady(values, period="day"):
    """A log with so many hours of throughput for every day's ten cases."""
    rows = [
        (f"{day:02}-{i}", activity, pd.Timestamp("2026-03-01 01:00") + pd.Timedelta(days=day, hours=hours * end))
        for day, hours in enumerate(values)
        for i in range(10)
        for end, activity in enumerate(("受理", "关闭"))
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"])
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", name="steady", states=pm.States(closed="关闭"))


@pytest.mark.parametrize(
    ("values", "trend"),
    [([5, 6, 5, 6, 5, 6, 5, 6, 5], "steady"), ([5, 6, 5, 6, 5, 6, 5, 15, 5], "worse"), ([9, 9, 9, 9, 5, 5, 5, 5, 5], "better"), ([9, 8, 9, 8, 9, 8, 9, 1, 9], "better"), ([5, 6, 5], "unclear")],
)  # fmt: skip
def test_a_trend_speaks_of_the_last_full_period_and_its_control_limits(values, trend):
    """The day of the newest event may go on, so the one before decides; an event of the next day ends it."""
    kpi = {"name": "周期", "measure": "throughput", "period": "day", "target": "<= 10 h"}
    found = evaluated(steady(values), kpi, settings=MeasureSettings(pm.States(closed="关闭")))
    table = found.trend.table
    assert table["value"].tolist() == values
    assert table["incomplete"].tolist() == [False] * (len(values) - 1) + [True]
    assert found.table["trend"].tolist() == [trend]


def test_rates_that_still_ripen_say_so():
    """All of the first months' cases are done, half of the last month's are open: that is no change for the worse."""
    rows = []
    for month in range(1, 8):
        for i in range(20):
            rows.append((f"{month}-{i}", "受理", f"2026-{month:02}-10 09:00"))
            if month < 7 or i % 2:
                rows.append((f"{month}-{i}", "关闭", f"2026-{month:02}-30 09:00" if month != 2 else "2026-02-27 09:00"))
    rows.append(("1-0", "归档", "2026-07-31 09:00"))
    states = pm.States(accepted="受理", resolved="关闭", closed="关闭")
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp"])
    log = pm.EventLog.from_pandas(frame, zone="UTC", states=states)
    found = evaluated(log, {"name": "处理率", "measure": "handling_rate"}, settings=MeasureSettings(states))
    assert found.trend.table["open_share"].tolist() == [0, 0, 0, 0, 0, 0, 0.5]
    assert found.table["trend"].tolist() == ["unripe"]


def test_english_speaks(six):
    english = evaluated(pm.six_cases("en"))
    assert english.sentence.startswith("5 KPIs: 1 met, 1 with a warning, 1 missed. Missed: 响应.")
    assert "■ missed" in english._repr_html_()
    assert english.tree.sentence == "KPIs are missed at: (whole process) (1)."


def test_same_log_same_page_and_the_log_is_left_alone(six, found):
    before = six.to_pandas()
    assert evaluated(pm.six_cases())._repr_html_() == found._repr_html_()
    assert evaluated(six).trend.table.equals(found.trend.table)
    pd.testing.assert_frame_equal(six.to_pandas(), before)


def test_names_of_the_log_are_escaped():
    frame = pd.DataFrame(
        {"case_id": ["A"], "activity": ["<b>x</b>"], "timestamp": ["2026-03-02"], "渠道": ["<script>alert(1)</script>"]}
    )
    log = pm.EventLog.from_pandas(frame, zone="UTC", language="en")
    found = evaluated(
        log,
        {"name": "<i>n</i>", "measure": "case_share", "having": "<b>x</b>", "split": "渠道"},
        settings=MeasureSettings(),
    )
    page = found._repr_html_() + found.tree._repr_html_() + found.draw()._repr_html_()
    assert "<script>alert" not in page
    assert "<i>n</i>" not in page
    assert "<b>x</b>" not in page


def test_the_picture_shows_every_kpi_with_values(found):
    svg = found.draw().svg
    titles = set(re.findall(r">([^<>]+)</text>", svg))
    assert {"周期 · 小时", "返工率 · %", "响应 · %", "到达量 · 个"} <= titles
    assert not any("处理时长" in title for title in titles)
    assert found.trend.draw().svg == svg


# ── what a KPI may say ────────────────────────────────────────────────────────────────────────────

WRONG = {
    "unknown activity": ("measure: response, to: 受里", "受里", ["no activity or node is called '受里'", "did you mean '受理'"]),
    "no operator": ("measure: fcr, target: 95 %", "95 %", ["'95 %' has no operator", '">= 95 %"']),
    "unknown measure": ("measure: respons", "respons", ["no measure is called 'respons'", "did you mean response (Response time)"]),
    "lacks a parameter": ("measure: response", "response", ["needs 'to'"]),
    "foreign parameter": ("measure: rework_rate, within: 2 h", "rework_rate", ["takes no 'within'", "it takes: node"]),
    "wrong unit": ("measure: fcr, target: '>= 40 h'", "40 h", ["has the wrong unit", "95 %"]),
    "no unit": ("measure: throughput, target: '<= 40'", "'<= 40'", ["has the wrong unit", "40 h"]),
    "warn is stricter": ("measure: fcr, target: '>= 80 %', warn: '>= 90 %'", "80 %", ["is not looser"]),
    "warn alone": ("measure: fcr, warn: '>= 90 %'", "90 %", ["no target:"]),
    "unknown key": ("measure: fcr, splitt: 渠道", "splitt", ["unknown key 'splitt'", "did you mean 'split'"]),
    "unknown attribute": ("measure: fcr, split: 渠到", "渠到", ["no attribute of the case is called '渠到'", "did you mean '渠道'"]),
    "unknown value": ("measure: fcr, where: {类型: 投素}", "投素", ["no value of '类型' is called '投素'", "did you mean '投诉'"]),
    "no limit": ("measure: response, to: 受理, within: 2 parsecs", "parsecs", ["is no time limit"]),
    "statistic of a share": ("measure: fcr, statistic: median", "median", ["takes no 'statistic'"]),
    "unknown state": ("measure: fcr, state: opened", "opened", ["there is no state 'opened'", "did you mean 'open'"]),
    "no unit of time": ("measure: throughput, unit: 里", "里", ["is no unit of time"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    copy = tmp_path_factory.mktemp("telecom") / "project"
    shutil.copytree(sample_project("telecom"), copy)
    return copy


def evaluate_project(folder):
    project = pm.open_project(folder)
    return pm.evaluate_kpis(project.read(), project.kpis)


@pytest.mark.parametrize("name", WRONG)
def test_a_faulty_kpi_is_refused_with_its_line_and_nothing_is_computed(name, folder):
    kpi, on_line, expected = WRONG[name]
    text = (sample_project("telecom") / "project.yml").read_text("utf-8")
    text = text.replace("\nkpis:\n", f"\nkpis:\n  - {{name: 试验, {kpi}}}\n", 1)
    (folder / "project.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        evaluate_project(folder)
    said = str(caught.value)
    assert [part for part in expected if part not in said] == [], said
    number = int(re.match(r"project.yml:(\d+)", said).group(1))
    assert on_line in text.splitlines()[number - 1]


def test_all_faults_of_all_kpis_come_at_once(six):
    kpis = [
        {"name": "a", "measure": "response", "to": "处里"},
        {"name": "b", "measure": "rework_rate", "split": "渠到"},
    ]
    with pytest.raises(SpecError) as caught:
        evaluated(six, *kpis)
    assert [fault.place for fault in caught.value.faults] == ["a", "b"]


def test_a_filter_makes_no_activity_unknown(six):
    bots = six.filter_cases(渠道="网页").filter_endpoints(end="关闭")
    assert evaluated(bots, {"name": "x", "measure": "response", "to": "处理"}).table["status"].tolist() == ["missing"]


@given(st.floats(-1e6, 1e6), st.sampled_from([">=", "<=", ">", "<"]), st.floats(0, 1000).map(lambda x: round(x, 3)))
def test_a_comparison_means_its_operator(value, operator, number):
    told = read_comparison(f"{operator} {number}")
    assert told.met(value) == eval(f"{value!r} {operator} {number!r}")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("≥ 95 %", 0.95),
        (">=0.95", 0.95),
        ("<= 30 min", 1.8e9),
        ("≤ 2 天", 1.728e11),
        ("< 1,200", 1200),
        ("<=90秒", 9e7),
        ("<= 3 元", 3),
    ],
)
def test_targets_as_people_write_them(text, number):
    assert read_comparison(text).number == number


# ── the list of measures ──────────────────────────────────────────────────────────────────────────


def measures_as_a_table():
    """The catalogue as eventlogs/README.md shows it."""
    lines = ["| `measure:` | what it is | needs | takes |", "|---|---|---|---|"]
    for name, one in MEASURES.items():
        said = f"{one.title.zh}: {one.definition.zh} · {one.title.en}: {one.definition.en}"
        needs, takes = (", ".join(f"`{key}`" for key in keys) for keys in (one.needs, one.takes))
        lines.append(f"| `{name}` | {said} | {needs} | {takes} |")
    return "\n".join(lines)


def test_the_readme_says_what_each_measure_means():
    assert measures_as_a_table() in (ROOT / "eventlogs" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["globaltech", "telecom", "return_visits"])
def test_the_samples_say_where_measures_are_explained(name):
    assert "度量的定义见 eventlogs/README.md" in (ROOT / "eventlogs" / name / "project.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("响应", "是不是 response（响应时间）？"),
        ("throughputs", "是不是 throughput（流程周期）？"),
        ("qqq", "fcr（一次性解决率）"),
    ],
)
def test_a_measure_is_proposed_by_its_title_too(wrong, said):
    text = f"procmine: 1\nname: x\ntime_zone: UTC\nsources: [{{path: a}}]\nkpis: [{{name: k, measure: {wrong}}}]\n"
    with pytest.raises(SpecError) as caught:
        ProjectSpec.from_yaml(read_yaml(text, "f"))
    assert said in caught.value.say("zh")
