"""What a conformance result leads to: its cases, its parts, its splits, one case explained – counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

import procmine as pm
from procmine.conformance.standard.limits import Limit
from procmine.conformance.standard.parts import Action, Item
from procmine.conformance.standard.standard import Addition, OperatingPath, Process, Standard
from procmine.core.log.states import States
from procmine.core.text.errors import MissingDataError, UnknownNameError

HOUR = timedelta(hours=1)
STANDARD = Standard(
    name="标准", processes=[Process(name="服务", nodes=[Item(name=name) for name in ("受理", "分类", "处理", "关闭")])]
)


@pytest.fixture(scope="module")
def found():
    return pm.check_conformance(pm.six_cases(), STANDARD)


# ── what goes with a deviation ────────────────────────────────────────────────────────────────


def test_steps_and_time_with_and_without_among_cases_that_are_over(found):
    """C1 takes 24 h in 4 steps, C2 26.5 in 4, C3 25 in 5, C4 54 in 7, C5 10 min in 3; C6 is open and not compared."""
    table = found.table.set_index(["kind", "subject"])
    others = (24 + 26.5 + 25 + 1 / 6) / 4
    for kind, subject in (("unexpected", "客户沟通"), ("repeated", "处理")):
        row = table.loc[kind, subject]
        assert row["more_time"] / HOUR == pytest.approx(54 - others)
        assert row["more_steps"] == 7 - (4 + 4 + 5 + 3) / 4
        assert row["lost"] == row["more_time"]
    skipped = table.loc["skipped", "处理"]
    assert skipped["more_time"] / HOUR == pytest.approx(1 / 6 - (24 + 26.5 + 25 + 54) / 4)
    assert skipped["more_steps"] == 3 - (4 + 4 + 5 + 7) / 4


def made(rows, **more):
    frame = pd.DataFrame(
        [
            (case, name, pd.Timestamp("2026-03-02 09:00") + HOUR * at, line)
            for case, names, line in rows
            for name, at in names
        ],
        columns=["case_id", "activity", "timestamp", "line"],
    )
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=States(closed=["c"]), **more)


def test_a_long_operating_path_does_not_make_its_deviations_look_costly():
    """On the slow path the deviating case takes 2 h more, on the quick one 1 h less: (2 · 1 - 1 · 2) / 3."""
    slow = [("1", [("a", 0), ("c", 100)], "slow"), ("2", [("a", 0), ("x", 1), ("c", 102)], "slow")]
    quick = [("3", [("a", 0), ("c", 3)], "quick"), *((n, [("a", 0), ("x", 1), ("c", 2)], "quick") for n in "45")]
    paths = {"slow": OperatingPath(when={"line": ["slow"]}, skip=["b"])}
    nodes = [Item(name="a"), Item(name="b", optional=True), Item(name="c")]
    standard = Standard(name="x", processes=[Process(name="p", nodes=nodes)], paths=paths)
    row = pm.check_conformance(made([*slow, *quick]), standard).table.iloc[0]
    assert (row["kind"], row["subject"], row["n_cases"]) == ("unexpected", "x", 3)
    assert row["more_time"] == timedelta(0)
    assert row["more_steps"] == 1.0


def test_what_nothing_can_be_compared_with_is_left_empty():
    standard = Standard(name="x", processes=[Process(name="p", nodes=[Item(name="a"), Item(name="c")])])
    row = pm.check_conformance(made([("1", [("a", 0), ("x", 1), ("c", 2)], "l")]), standard).table.iloc[0]
    assert pd.isna(row["more_time"])
    assert pd.isna(row["more_steps"])
    assert pd.isna(row["lost"])


# ── what a row leads to ───────────────────────────────────────────────────────────────────────


def test_every_row_leads_to_its_cases(found):
    for row in found.table.itertuples():
        cases = found.cases_of(row.kind, row.subject)
        assert (len(cases.table), cases.table["n_deviations"].sum()) == (row.n_cases, row.n_times)
    assert found.cases_of("unexpected", "客户沟通").table["case_id"].tolist() == ["C4"]
    assert found.cases.table[["case_id", "n_deviations"]].to_numpy().tolist() == [["C4", 3], ["C5", 1]]
    assert found.cases_of("skipped", "处理").sentence == "缺失“处理”：1 个案例。"
    with pytest.raises(UnknownNameError, match="did you mean '处理'"):
        found.cases_of("skipped", "处里")
    with pytest.raises(UnknownNameError, match="no kind of deviation is called 'missing'"):
        found.cases_of("missing", "处理")


def test_its_parts(found):
    assert list(found.parts) == ["cases", "ledger", "over_time"]
    assert len(found.parts["ledger"].table) == 4
    limited = STANDARD.model_copy(
        update={"processes": [Process(name="p", nodes=[Item(name="受理", within=Limit(text="2 h", seconds=7200))])]}
    )
    assert "limits" in pm.check_conformance(pm.six_cases(), limited).parts


def test_by_an_attribute(found):
    by = found.by("渠道")
    assert by.table[["value", "n_cases", "n_conforming", "case_rate"]].to_numpy().tolist() == [
        ["网页", 2, 1, 0.5],
        ["邮件", 2, 1, 0.5],
        ["电话", 2, 2, 1.0],
    ]
    split = by.parts["deviations"].table
    assert split[split["n_deviating"] > 0].to_numpy().tolist() == [
        ["网页", "skipped", "处理", 2, 1, 0.5],
        ["邮件", "unexpected", "客户沟通", 2, 1, 0.5],
        ["邮件", "repeated", "处理", 2, 1, 0.5],
    ]
    assert len(split) == 9
    assert by.sentence == (
        "按渠道：最低为“网页”50.0 %（2 个案例），最高为“电话”100.0 %（2 个案例）；两者的 95 % 区间重叠，差别可能只是偶然。"
    )
    with pytest.raises(UnknownNameError, match="did you mean '渠道'"):
        found.by("渠到")


def test_over_time_with_what_is_still_open(found):
    days = found.over_time("day")
    assert [day.day for day in days.table["period"]] == [2, 3, 4, 5, 6]  # on the 6th the log ends, and no case starts
    assert days.table["n_cases"].iloc[-1] == 0
    assert days.table[["case_rate", "open_share"]].iloc[-1].isna().all()
    columns = ["n_cases", "n_conforming", "case_rate", "n_open", "open_share", "incomplete"]
    assert days.table[columns].head(4).to_numpy().tolist() == [
        [2, 2, 1.0, 0, 0.0, False], [2, 1, 0.5, 0, 0.0, False], [1, 0, 0.0, 0, 0.0, False], [1, 1, 1.0, 1, 1.0, False],
    ]  # fmt: skip
    weeks = found.over_time("week")
    assert weeks.table[columns].to_numpy().tolist() == [[6, 4, 4 / 6, 1, 1 / 6, True]]
    assert weeks.parts["deviations"].table["n_deviating"].tolist() == [1, 1, 1]


# ── one case ──────────────────────────────────────────────────────────────────────────────────


def test_one_case_explained(found):
    case = found.case("C4")
    assert case.table[
        ["step", "move", "node", "activity", "position", "resource", "deviation"]
    ].to_numpy().tolist() == [
        [1, "synchronous", "受理", "受理", 1, "王芳", ""],
        [2, "synchronous", "分类", "分类", 2, "王芳", ""],
        [3, "log", "", "处理", 3, "李强", ""],
        [4, "log", "", "客户沟通", 4, "李强", "多余"],
        [5, "synchronous", "处理", "处理", 5, "李强", "重复"],
        [6, "log", "", "客户沟通", 6, "李强", "多余"],
        [7, "synchronous", "关闭", "关闭", 7, "王芳", ""],
    ]
    assert (case.cost, case.worst, case.n_deviations, case.fitness) == (3, 11, 3, 1 - 3 / 11)
    assert case.sentence == "案例 C4 按版本 1 判断：偏差 3 处，拟合度 0.727。"
    assert case.table["timestamp"].iloc[0].isoformat() == "2026-03-03T14:00:00+08:00"
    missing = found.case("C5").table
    assert missing[["move", "node", "activity", "position", "deviation"]].to_numpy().tolist()[2] == [
        "model",
        "处理",
        "",
        0,
        "缺失",
    ]
    assert missing["timestamp"].isna().tolist() == [False, False, True, False]
    with pytest.raises(UnknownNameError, match="no case is called 'C9'"):
        found.case("C9")


def test_one_case_with_what_is_ignored_what_goes_on_and_what_else_deviates():
    nodes = [Item(name="接件", log=["受理", "分类"], responsible=["经理"]), Item(name="处理"), Item(name="关闭")]
    standard = Standard(name="x", processes=[Process(name="p", nodes=nodes)], ignore=["客户沟通"])
    frame = pm.six_cases().to_pandas().drop(columns="position").assign(role="员工")
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=States(closed=["关闭"]))
    table = pm.check_conformance(log, standard).case("C4").table
    assert table[["move", "node", "activity", "deviation"]].to_numpy().tolist() == [
        ["synchronous", "接件", "受理", "角色不符"],
        ["further", "接件", "分类", "角色不符"],
        ["synchronous", "处理", "处理", ""],
        ["ignored", "", "客户沟通", ""],
        ["further", "处理", "处理", ""],
        ["ignored", "", "客户沟通", ""],
        ["synchronous", "关闭", "关闭", ""],
    ]


# ── inside of a node ──────────────────────────────────────────────────────────────────────────


def acting(*paths, open_cases="complete", **more):
    actions = [
        Action(do="收件", log=["收", "代收"]),
        Action(do="登记", log=["记"], required=True),
        Action(do="回执", log=["回"]),
    ]
    nodes = [Item(name="接件", actions=actions, **more), Item(name="关闭", log=["c"])]
    standard = Standard(name="x", processes=[Process(name="p", nodes=nodes)])
    log = made([(str(i), [(name, at) for at, name in enumerate(path)], "l") for i, path in enumerate(paths)])
    told = pm.check_conformance(log, standard, open_cases=open_cases)
    return told.ledger[["case_id", "kind", "subject", "activity", "position"]].to_numpy().tolist(), told


def test_required_actions_are_missed_where_the_node_is_done_without_them():
    told, found = acting(["收", "记", "回", "c"], ["收", "回", "c"], ["c"])
    assert told == [["1", "skipped", "接件 · 登记", "", 2], ["2", "skipped", "接件", "", 0]]
    assert (found.cost, found.n_conforming) == (1, 1)
    assert acting(["收"], open_cases="prefix")[0] == []
    assert acting(["收", "c"], open_cases="prefix")[0] == [["0", "skipped", "接件 · 登记", "", 1]]


def test_actions_in_order():
    told, found = acting(["收", "记", "回", "c"], ["回", "收", "记", "c"], ["记", "代收", "c"], in_order=True)
    assert told == [
        ["1", "wrong_order", "接件 · 回执", "回", 1],
        ["2", "wrong_order", "接件 · 登记", "记", 1],
    ]
    assert found.n_conforming == 1
    assert acting(["回", "收", "记", "c"])[0] == []


# ── does the file fit the log ─────────────────────────────────────────────────────────────────


def test_names_that_only_one_side_knows():
    six = pm.six_cases("en")
    nodes = [
        Item(name="受理", actions=[Action(do="receive", log=["受理"]), Action(do="thank")]),
        Item(
            name="classify",
            log=["分类", "处理请求"],
            responsible=["客服"],
            within={"by": "渠道", "limits": {"微信": "2 h"}},
        ),
    ]
    paths = {
        "支持": OperatingPath(when={"业务线": ["技术支持"], "地区": ["北"]}, add=[Addition(name="回访", after="受理")])
    }
    standard = Standard(name="x", processes=[Process(name="p", nodes=nodes)], paths=paths, ignore=["催办"])
    found = pm.check_standard(six, standard)
    assert found.table[["sort", "name", "place", "n_events", "n_cases", "likely"]].to_numpy().tolist() == [
        ["unclaimed", "处理", "", 7, 5, "处理请求"],
        ["unclaimed", "关闭", "", 5, 5, ""],
        ["unclaimed", "客户沟通", "", 2, 1, ""],
        ["unseen", "处理请求", "classify", 0, 0, "处理"],
        ["unseen", "回访", "回访", 0, 0, ""],
        ["unseen", "催办", "ignore", 0, 0, ""],
        ["value", "业务线: 技术支持", "支持", 0, 0, "支持"],
        ["attribute", "地区", "", 0, 0, ""],
        ["value", "渠道: 微信", "classify", 0, 0, ""],
        ["not_observable", "thank", "受理", 0, 0, ""],
    ]
    assert (
        found.sentence
        == "The log has 3 activities that the standard does not know; the standard names 3 that the log never shows."
    )
    with pytest.raises(MissingDataError, match="the standard asks for the attribute '地区' of cases"):
        pm.check_conformance(six, standard)


def test_roles_that_the_log_never_shows():
    frame = pm.six_cases().to_pandas().drop(columns="position").assign(role="客服专员")
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai")
    nodes = [Item(name="受理", responsible=["客服专源", "系统", "王芳"])]
    found = pm.check_standard(log, Standard(name="x", processes=[Process(name="p", nodes=nodes)])).table
    roles = found[found["sort"] == "role"]
    assert roles[["name", "place", "likely"]].to_numpy().tolist() == [["客服专源", "受理", "客服专员"]]


# ── systematization ───────────────────────────────────────────────────────────────────────────


def system_log(unknown=0, start=True):
    """Ten events: a is done 4 times, twice by a system; b 6 times by hand, half an hour each."""
    names, systems = ["a"] * 4 + ["b"] * 6, [True, True, False, False] + [False] * 6
    times = pd.Timestamp("2026-03-02 09:00") + pd.to_timedelta(range(10), "h")
    frame = pd.DataFrame(
        {"case_id": "1", "activity": names, "timestamp": times, "is_system": pd.array(systems, "boolean")}
    )
    if start:
        frame["start"] = frame["timestamp"] - pd.to_timedelta([15] * 4 + [30] * 6, "min")
    frame.loc[frame.index[:unknown], "is_system"] = pd.NA
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", language="en")


def marked(*activities):
    nodes = [Item(name=name, actions=[Action(do=f"do {name}", log=[name], systematizable=True)]) for name in activities]
    return Standard(name="x", processes=[Process(name="p", nodes=nodes)])


def test_the_systematization_rate_and_what_is_done_by_hand():
    found = pm.systematization(system_log(), marked("a", "b", "never"))
    assert found.table.to_numpy().tolist() == [
        ["p", "b", "do b", 6, 0, 6, 0.0, 3 * HOUR],
        ["p", "a", "do a", 4, 2, 2, 0.5, HOUR / 2],
        ["p", "never", "do never", 0, 0, 0, 0.0, pd.NaT],
    ]
    assert (found.n_events, found.n_system, found.rate) == (10, 2, 0.2)
    assert found.sentence.endswith("Most hours by hand: 'do b', 6 times, 3.0 h.")


def test_without_start_there_are_no_hours():
    found = pm.systematization(system_log(start=False), marked("a", "b"))
    assert found.table[["action", "n_hand"]].to_numpy().tolist() == [["do b", 6], ["do a", 2]]
    assert found.table["hours"].isna().all()
    assert "the log does not know when work began" in found.sentence


def test_too_little_is_known_of_systems():
    with pytest.raises(MissingDataError, match=r"(?s)10\.0 % of the events.*system_actors"):
        pm.systematization(system_log(unknown=1), marked("a"))
    with pytest.raises(MissingDataError, match=r"100\.0 %"):
        pm.systematization(pm.six_cases(), marked("受理"))
    without_people = pm.EventLog.from_pandas(pm.six_cases().to_pandas().drop(columns="resource"), zone="UTC")
    with pytest.raises(MissingDataError, match=r"hint: map resource under"):
        pm.systematization(without_people, marked("受理"))
    with pytest.raises(MissingDataError, match=r"hint: write system_actors"):
        pm.systematization(pm.six_cases(), marked("受理"))


def test_a_standard_that_marks_no_action_is_told_as_the_reason_and_no_reader_is_shown_code():
    plain = Standard(name="x", processes=[Process(name="p", nodes=[Item(name="受理")])])
    with pytest.raises(MissingDataError) as caught:
        pm.systematization(pm.six_cases(), plain)
    assert "没有标 ★" in caught.value.say("zh")
    assert "systematizable: true" in caught.value.say("zh")
    assert "system_actors" not in caught.value.say("zh")
    with pytest.raises(MissingDataError) as caught:
        pm.conformance_by(pm.six_cases(), plain)
    assert "conformance_by(" not in caught.value.say("zh") + caught.value.say("en")


# ── where nobody says what is complete ────────────────────────────────────────────────────────


def test_without_states_a_case_that_ends_with_a_last_node_is_complete():
    frame = pm.six_cases().to_pandas().drop(columns="position")
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai")
    assert not log.knows_states
    found = pm.check_conformance(log, STANDARD)
    assert (found.n_conforming, found.over_time("week").table["n_open"].tolist()) == (4, [1])
    assert "日志未说明案例何时完成：以末节点结束的视为完成。" in found.sentence
    assert pm.check_conformance(log, STANDARD, open_cases="leave_out").n_cases == 5
