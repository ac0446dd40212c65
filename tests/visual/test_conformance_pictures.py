"""Conformance over time, by group and step by step: counted by hand, each deviation told without colour."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import ODD_NAMES, hovers, log_of, nothing, references, said_elsewhere, taken_apart, texts
from small_standards import LINE, of_nodes

import procmine as pm
from procmine.conformance.standard.rules import Rule
from procmine.conformance.standard.standard import Allowed
from procmine.core.result.shares import wilson
from procmine.core.text.errors import MissingDataError, UnknownNameError

ABC = of_nodes("a", "b", "c")


# ── step by step ──────────────────────────────────────────────────────────────────────────────────


def ways(paths, standard=ABC):
    return pm.aligned_variants(log_of(paths), standard, open_cases="complete")


def test_the_ways_of_the_six_cases(six):
    found = pm.aligned_variants(six, LINE)
    assert found.table[["n_cases", "n_deviations", "is_open", "path"]].to_numpy().tolist() == [
        [3, 0, False, "受理 → 分类 → 处理 → 关闭"],
        [1, 0, True, "受理 → 分类 → 处理"],
        [1, 3, False, "受理 → 分类 → 处理 → [多余：客户沟通] → [重复：处理] → [多余：客户沟通] → 关闭"],
        [1, 1, False, "受理 → 分类 → [缺失：处理] → 关闭"],
    ]
    assert found.scalars == {"n_ways": 4, "n_cases": 6, "n_conforming": 4}
    assert found.cases.table.to_numpy().tolist() == [["C1", 1], ["C2", 1], ["C3", 1], ["C6", 2], ["C4", 3], ["C5", 4]]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("abc", "a → b → c"),
        ("abbc", "a → b → c"),
        ("ac", "a → [skipped: b] → c"),
        ("bc", "[skipped: a] → b → c"),
        ("ab", "a → b → [skipped: c]"),
        ("axbc", "a → [unexpected: x] → b → c"),
        ("abxbc", "a → b → [unexpected: x] → [repeated: b] → c"),
        ("acb", "a → [wrong order: c] → b → [was due here: c]"),
        ("x", "[skipped: a] → [skipped: b] → [skipped: c] → [unexpected: x]"),
    ],
)
def test_what_a_path_did_and_what_is_asked(path, told):
    assert ways({path: 1}).table["path"].tolist() == [told]


def test_ways_that_differ_only_in_repeated_events_of_one_node_are_one():
    assert ways({"abc": 2, "abbbc": 1, "ac": 1}).table[["n_cases", "n_deviations"]].to_numpy().tolist() == [
        [3, 0],
        [1, 1],
    ]


def test_an_allowed_deviation_is_drawn_and_not_counted():
    lenient = ABC.model_copy(update={"allowed_deviations": [Allowed(skipped="b", reason="said by phone")]})
    found = ways({"ac": 2, "abc": 1}, lenient)
    assert (found.n_conforming, found.table["n_deviations"].tolist()) == (3, [0, 0])
    assert "○ allowed" in texts(found.draw().svg)
    assert "[skipped: b] · allowed" in hovers(found.draw().svg)


def chevrons(svg):
    """Kind, dashes and hover text of each chevron."""
    groups = taken_apart(svg).iterfind(".//{*}g[@class='way']/{*}g")
    return [(one.get("class"), one.find("{*}path").get("stroke-dasharray"), one.findtext("{*}title")) for one in groups]


def test_every_deviation_has_its_own_look():
    assert chevrons(ways({"acb": 1}).draw().svg) == [
        ("kept", None, "a"),
        ("wrong_order", None, "[wrong order: c]"),
        ("kept", None, "b"),
        ("due", "1.5 3", "[was due here: c]"),
    ]
    assert chevrons(ways({"axc": 1}).draw().svg)[1:3] in (
        [("unexpected", None, "[unexpected: x]"), ("skipped", "5 3", "[skipped: b]")],
        [("skipped", "5 3", "[skipped: b]"), ("unexpected", None, "[unexpected: x]")],
    )
    svg = ways({"ac": 1, "axbc": 1, "abxbc": 1}).draw().svg
    assert {"○ skipped", "+ unexpected", "↻ repeated"} <= set(texts(svg))


def test_the_ways_shown_are_those_kept_and_those_deviated_from_most():
    paths = {"abc": 20} | {f"a{letter}bc": 12 - i for i, letter in enumerate("mnopqrstuvw")}
    svg = ways(paths).draw().svg
    assert [text for text in texts(svg) if text.startswith("#")] == [f"#{i}" for i in range(1, 9)]
    assert texts(svg).count("Keeping to the flow, the most frequent") == 1
    shown = [text for text in texts(svg) if text.isdigit()]
    assert shown == ["20", "12", "11", "10", "9", "8", "7", "6"]


@pytest.mark.parametrize("length", [1, 13, 14, 40])
def test_a_long_way_goes_on_in_the_next_line_and_stays_in_the_picture(length):
    svg = ways({"ab" * length + "c": 1}).draw().svg
    _, _, width, height = map(float, taken_apart(svg).get("viewBox").split())
    for text in taken_apart(svg).iter("{*}text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height


def test_names_are_only_text():
    log = log_of({("a", name, "c"): 1 for name in ODD_NAMES})
    found = pm.aligned_variants(log, ABC)
    assert references(found.draw().svg) == []
    assert "<script>alert" not in found._repr_html_() + found.draw()._repr_html_()


# ── over time ─────────────────────────────────────────────────────────────────────────────────────


def dated(rows):
    """A log from (day of March, path, closed); UTC."""
    events = [
        (f"C{i}", activity, pd.Timestamp(f"2026-{day} 09:00") + pd.Timedelta(minutes=k))
        for i, (day, path) in enumerate(rows)
        for k, activity in enumerate(path)
    ]
    frame = pd.DataFrame(events, columns=["case_id", "activity", "timestamp"])
    return pm.EventLog.from_pandas(frame, zone="UTC", language="en", states=pm.States(closed=["c"]))


MARCH = [("03-02", "abc"), ("03-08", "ac"), ("03-09", "abc"), ("03-10", "ab"), ("04-01", "abc"), ("04-02", "xab")]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("month", [("2026-03-01", 4, 3, 0.25, False), ("2026-04-01", 2, 1, 0.5, True)]),
        (
            "week",
            [
                ("2026-03-02", 2, 1, 0.0, False),
                ("2026-03-09", 2, 2, 0.5, False),
                ("2026-03-16", 0, 0, None, False),
                ("2026-03-23", 0, 0, None, False),
                ("2026-03-30", 2, 1, 0.5, True),
            ],
        ),
    ],
)
def test_rates_by_the_period_in_which_cases_start(by, expected):
    table = pm.conformance_over_time(dated(MARCH), ABC, by).table
    told = [
        (f"{row.period:%Y-%m-%d}", row.n_cases, row.n_conforming, None if math.isnan(row.open_share) else row.open_share, row.incomplete)
        for row in table.itertuples()
    ]  # fmt: skip
    assert told == expected
    rates = table["case_rate"].tolist()
    assert [rate for rate in rates if not math.isnan(rate)] == [n / m for _, m, n, _, _ in expected if m]


def test_a_case_starts_on_its_local_day():
    frame = dated([("03-31", "abc")]).to_pandas().drop(columns="position")
    frame["timestamp"] = frame["timestamp"] + pd.Timedelta(hours=10)
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=pm.States(closed=["c"]))
    assert [f"{day:%m}" for day in pm.conformance_over_time(log, ABC, "month").table["period"]] == ["04"]


def test_the_newest_whole_period_is_set_beside_those_before():
    found = pm.conformance_over_time(
        dated([*MARCH[:4], ("03-17", "abc"), ("03-25", "ac"), ("03-30", "abc")]), ABC, "week"
    )
    assert found.sentence == (
        "By the week in which cases start: that of 2026-03-23 0.0 % (1 case, 0.0 % of them open), all before it 80.0 % "
        "(5 cases)."
    )


def test_an_unknown_period_is_an_error():
    with pytest.raises(UnknownNameError, match="did you mean 'month'"):
        pm.conformance_over_time(dated(MARCH), ABC, "months")


def test_the_chart_says_how_many_cases_are_behind_each_rate():
    picture = pm.conformance_over_time(dated(MARCH), ABC, "month").draw()
    shown = texts(picture.svg)
    assert {"4", "2", "Case conformance rate", "Share open", "75 %"} <= set(shown)
    assert references(picture.svg) == []


# ── by group ──────────────────────────────────────────────────────────────────────────────────────


def test_the_groups_of_the_six_cases(six):
    table = pm.conformance_by(six, LINE, "业务线").table
    assert table[["value", "n_cases", "n_conforming"]].to_numpy().tolist() == [["咨询", 2, 1], ["支持", 4, 3]]
    assert table["case_rate"].tolist() == [0.5, 0.75]
    assert [round(value, 4) for value in table["low"]] == [0.0945, 0.3006]
    assert [round(value, 4) for value in table["high"]] == [0.9055, 0.9544]


def test_values_that_are_not_given_are_a_group_of_their_own():
    frame = pm.six_cases().to_pandas().drop(columns="position")
    frame.loc[frame["case_id"].isin(["C1", "C2"]), "渠道"] = None
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=pm.States(closed=["关闭"]))
    table = pm.conformance_by(log, LINE, "渠道").table
    assert {row.value: row.n_cases for row in table.itertuples()} == {"（未填）": 2, "网页": 2, "电话": 1, "邮件": 1}


def test_the_sentence_says_whether_the_intervals_are_apart(six):
    assert pm.conformance_by(six, LINE, "业务线").sentence == (
        "按业务线：最低为“咨询”50.0 %（2 个案例），最高为“支持”75.0 %（4 个案例）；两者的 95 % 区间重叠，差别可能只是偶然。"
    )


def test_an_unknown_attribute_is_an_error(six):
    with pytest.raises(UnknownNameError, match="did you mean '渠道'"):
        pm.conformance_by(six, LINE, "渠道 ")


def test_the_chart_of_groups(six):
    picture = pm.conformance_by(six, LINE, "业务线").draw()
    assert {"支持", "咨询", "75.0 %　4 个案例", "50.0 %　2 个案例"} <= set(texts(picture.svg))
    assert references(picture.svg) == []


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_shares_that_are_not_rejected(case):
    """Wilson's bounds are where the score test turns: |p̂ - p| = z √(p(1-p)/n)."""
    hits, n = case
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    for bound in (low, high):
        if 0 < bound < 1:
            assert abs(hits / n - bound) == pytest.approx(1.959963984540054 * math.sqrt(bound * (1 - bound) / n))


# ── one case ──────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_drawn_step_by_step_as_its_ledger_says(six):
    found = pm.check_conformance(six, LINE)
    assert [kind for kind, _, _ in chevrons(found.case("C4").draw().svg)] == [
        "kept", "kept", "kept", "unexpected", "repeated", "unexpected", "kept",
    ]  # fmt: skip
    assert [kind for kind, _, _ in chevrons(found.case("C5").draw().svg)] == ["kept", "kept", "skipped", "kept"]
    svg = found.case("C4").draw().svg
    assert "处理\n2026-03-05 10:00\n李强\n重复" in hovers(svg)
    assert {"↻ 重复", "+ 多余"} <= set(texts(svg))
    assert references(svg) == []


def test_roles_limits_and_rules_of_a_case_have_looks_of_their_own(six):
    nodes = [
        {"name": "受理", "responsible": "王芳", "within": "20 min"},
        "分类",
        {"name": "处理", "within": "1 h"},
        "关闭",
    ]
    standard = of_nodes(*nodes).model_copy(update={"rules": [Rule(four_eyes=["受理", "关闭"])], "ignore": ["客户沟通"]})
    frame = six.to_pandas().drop(columns="position").assign(role="客服")
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=pm.States(closed=["关闭"]))
    found = pm.check_conformance(log, standard)
    kinds = {case: [kind for kind, _, _ in chevrons(found.case(case).draw().svg)] for case in ("C1", "C4", "C5")}
    assert kinds["C1"] == ["kept", "kept", "late", "rule_broken"]
    assert "ignored" in kinds["C4"]
    assert kinds["C5"][0] == "wrong_role"


# ── all of them ───────────────────────────────────────────────────────────────────────────────────

ANALYSES = [
    pm.aligned_variants,
    pm.conformance_over_time,
    lambda log, standard: pm.conformance_by(log, standard, "渠道"),
    pm.standard_process,
]


@pytest.mark.parametrize("analysis", ANALYSES)
def test_without_a_standard_a_notebook_shows_a_card(six, analysis):
    with pytest.raises(MissingDataError) as error:
        analysis(six, ())
    assert "standard: standard.yml" in error.value.say("zh")
    assert "project.yml" in error.value.say("en")


@pytest.mark.parametrize("analysis", ANALYSES)
def test_a_log_without_cases_has_no_picture(analysis):
    assert analysis(nothing(), LINE).draw().svg == ""


def some_pictures():
    return "".join(analysis(pm.six_cases(), LINE).draw().svg for analysis in ANALYSES)


def test_the_same_log_gives_the_same_bytes_in_a_fresh_interpreter():
    assert (
        said_elsewhere("from test_conformance_pictures import *; print(some_pictures())").strip()
        == some_pictures().strip()
    )
