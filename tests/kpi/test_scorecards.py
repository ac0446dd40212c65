"""Scorecards: the return visits scored as the simulator scored them, and cards and sheets that cannot be."""

from __future__ import annotations

import io
from collections import Counter, defaultdict

import pandas as pd
import pytest
from worlds import read, simulated

import procmine as pm
from procmine.core.text.errors import ExportError, MissingDataError, SpecError, UnknownNameError
from procmine.kpi.scorecards.loaded_scorecard import LoadedScorecard
from procmine.kpi.scorecards.score_sheet import ScoreSheet
from procmine.kpi.scorecards.scorecard import Scorecard
from procmine.samples.bundled import sample_project
from procmine.samples.visit_scores import card_for, points


@pytest.fixture(scope="module")
def sheet():
    content = simulated("return_visits").files["评分表.xlsx"]
    return pd.read_excel(io.BytesIO(content), dtype={"流程编号": str}, engine="calamine").set_index("流程编号")


@pytest.fixture(scope="module")
def plans():
    return pm.open_project(sample_project("return_visits")).scorecards


@pytest.fixture(scope="module")
def scores(plans):
    return pm.score_cases(read("return_visits"), plans)


# ── the return visits ─────────────────────────────────────────────────────────────────────────────


def test_every_case_has_the_score_points_and_version_of_its_own_day(scores, sheet):
    found = scores.table.set_index("case_id")
    assert set(found.index) == set(sheet.index)
    both = found.join(sheet)
    assert both["score"].tolist() == both["总分"].tolist()
    assert both["points"].tolist() == both["积分"].tolist()
    assert both["version"].tolist() == both["版本"].tolist()
    world = simulated("return_visits")
    scored = {work.case: world.moment(work.end) for work in world.done(lambda node: node == "评分") if not work.action}
    assert found["version"].to_dict() == {case: card_for(scored[case].date()).version for case in found.index}
    assert set(found["version"]) == {"v1", "v2", "v3"}
    assert (scores.n_unscored, scores.n_differing) == (0, 0)


def test_scores_move_from_40_60_to_65_85(scores):
    first, last = (scores.distribution.table.iloc[i] for i in (0, -1))
    assert (first["period"].strftime("%Y-%m"), last["period"].strftime("%Y-%m")) == ("2025-09", "2026-02")
    assert 40 <= first["p25"] < first["p75"] <= 60
    assert 65 <= last["p25"] < last["p75"] <= 85
    share = scores.parts["bands"].table.pivot_table(index="period", columns="band", values="share")
    assert share.sum(axis=1).round(9).eq(1).all()
    assert share["< 60"].iloc[0] > 0.9
    assert share["< 60"].iloc[-1] < 0.1


def test_the_ledger_is_the_simulators(scores, sheet):
    world = simulated("return_visits")
    owed, n_cases = defaultdict(float), Counter()
    for case in world.cases:
        if case.id in sheet.index:
            owed[case.facts["工程师"]] += sheet.loc[case.id, "积分"]
            n_cases[case.facts["工程师"]] += 1
    ledger = scores.ledger.table.set_index("person")
    assert ledger["points"].to_dict() == dict(owed)
    assert ledger["n_cases"].to_dict() == dict(n_cases)
    entries = scores.ledger.entries.table
    assert entries.groupby("person")["total"].last().to_dict() == dict(owed)
    promoted = {person for person, total in owed.items() if total >= 25}
    assert set(ledger.index[ledger["promoted_on"].notna()]) == promoted
    line = entries[entries["total"] >= 25].groupby("person")["scored_at"].min()
    assert {p: f"{ledger.loc[p, 'promoted_on']:%Y-%m-%d}" for p in promoted} == {
        p: f"{line[p]:%Y-%m-%d}" for p in promoted
    }


def test_a_score_is_explained_item_by_item(scores):
    items = scores.items.table
    sums = items.groupby("case_id")["points"].sum()
    assert (scores.table.set_index("case_id")["score"] - sums).abs().max() <= 0.05 + 1e-9
    one = scores.explain("310001")
    assert one.table[["item", "mark", "points"]].to_numpy().tolist() == [
        ["回访准备", 56.0, 16.8], ["邮件一", 54.0, 8.1], ["邮件二", 58.0, 8.7], ["流程统计", 63.0, 6.3], ["内容", 51.0, 15.3],
    ]  # fmt: skip
    assert one.sentence == "案例 310001：按 v1 得 55.2 分，积分 0（< 60）。"
    with pytest.raises(UnknownNameError):
        scores.explain("999")


def test_what_if_under_the_newest_version(scores, plans, sheet):
    found = pm.rescore_cases(read("return_visits"), plans, version="v3").table.set_index("case_id")
    row = sheet.loc["310001"]
    assert found.loc["310001", "new_score"] == round((15 + 20) * row["回访准备"] / 100 + (10 * row["邮件一"] + 10 * row["邮件二"] + 10 * row["流程统计"] + 35 * row["内容"]) / 100, 1)  # fmt: skip
    same = found[found["version"] == "v3"]
    assert len(same) > 50
    assert (same["change"] == 0).all()
    with pytest.raises(UnknownNameError, match="v3"):
        pm.rescore_cases(read("return_visits"), plans, version="v33")


def test_the_weekly_review_tells_one_groups_week(scores):
    page = scores.review("回访三组", "2026-02-11")
    table = scores.table
    week = table["scored_at"].dt.tz_localize(None).dt.to_period("W-SUN").astype(str).str[:10]
    mine = table[(week == "2026-02-09") & (table["group"] == "回访三组")]
    assert set(page.table["case_id"]) == set(mine["case_id"])
    assert page.table["score"].is_monotonic_increasing
    assert f"平均 {mine['score'].mean():.1f} 分" in page.sentence
    lost = scores.items.table.assign(lost=lambda t: (100 - t["mark"]) * t["weight"])
    worst = lost[lost["case_id"] == page.table["case_id"].iloc[0]].nlargest(1, "lost").iloc[0]
    assert page.table[["weakest", "lost"]].iloc[0].tolist() == [worst["item"], pytest.approx(worst["lost"])]
    for group, day in (("回访四组", None), ("回访三组", "2020-01-01")):
        with pytest.raises(UnknownNameError):
            scores.review(group, day)


def test_borders_of_bands_as_the_file_states(plans):
    card = plans[0].card
    for score in (0, 59.9, 60, 74.9, 75, 84.9, 85, 100, 100.5, 100.9, 101, 109.9, 110, 117):
        assert card.band_of(score).points == points(score), score
    above = card.model_copy(update={"between": "above"})
    assert [above.band_of(score).points for score in (99.9, 100, 100.5, 101)] == [2, 2.5, 2.5, 2.5]


def test_the_picture_and_both_languages(scores):
    svg = scores.draw().svg
    assert "2025-09" in svg
    assert "档位边界" in svg
    assert scores.distribution.draw().svg == svg


# ── indicators from the log, bonus, veto, adjustments ─────────────────────────────────────────────

CARD = {
    "name": "服务评分卡",
    "group": "渠道",
    "person": {"did": "处理"},
    "bands": [{"points": 0}, {"from": 60, "to": 90, "points": 1}, {"from": 90, "points": 2}],
    "versions": [
        {
            "version": "v1", "valid_from": "2026-03-01",
            "indicators": [
                {"name": "快", "weight": "50 %", "measure": {"measure": "throughput"},
                 "steps": [{"when": "<= 24 h", "mark": 100}, {"when": "<= 26 h", "mark": 80}, {"mark": 40}]},
                {"name": "响应", "weight": "50 %", "measure": {"measure": "response", "to": "处理", "within": "20 h natural"}},
            ],
            "bonus": [{"name": "转手少", "measure": {"measure": "handovers"}, "most": 2}],
            "veto": [{"name": "返工", "measure": {"measure": "rework_rate", "node": "客户沟通"}, "when": ">= 1", "score": 10}],
        },
    ],
    "ledger": {"promotion": 3, "adjustments": [{"name": "慢", "measure": {"measure": "throughput"}, "when": ">= 1 d", "points": -0.5}]},
}  # fmt: skip


def test_indicators_from_the_log_by_hand(six):
    """C1: 24 h → 100, in time → 100, 2 handovers; C2: 26.5 h → 40, late → 0, 3 handovers (2 count); C3: 25 h → 80, in time;
    C4: 54 h, in time, but 客户沟通 twice: veto; C5 never reaches 处理, so it has no score; C6 is open."""
    found = pm.score_cases(six, Scorecard.model_validate(CARD))
    assert found.table[["case_id", "score", "points", "person", "vetoed"]].to_numpy().tolist() == [
        ["C1", 102.0, 2.0, "李强", False],
        ["C2", 22.0, 0.0, "李强", False],
        ["C3", 92.0, 2.0, "陈静", False],
        ["C4", 10.0, 0.0, "李强", True],
    ]
    assert found.parts["unscored"].table[["case_id", "reason"]].to_numpy().tolist() == [["C5", "缺少“响应”"]]
    ledger = found.ledger.table.set_index("person")
    assert ledger[["case_points", "adjusted", "points"]].to_dict("index") == {
        "李强": {"case_points": 2.0, "adjusted": -1.5, "points": 0.5},
        "陈静": {"case_points": 2.0, "adjusted": -0.5, "points": 1.5},
    }
    assert found.explain("C4").table["kind"].tolist() == ["indicator", "indicator", "bonus", "veto"]


def test_marks_in_the_log_and_days_without_a_version():
    frame = pd.DataFrame(
        {
            "case_id": ["A", "B"],
            "activity": "关闭",
            "timestamp": ["2026-02-28 23:59", "2026-03-01 00:00"],
            "分": ["80", "90"],
        }
    )
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=pm.States(closed="关闭"))
    version = {
        "version": "v1",
        "valid_from": "2026-03-01",
        "indicators": [{"name": "分", "attribute": "分", "weight": "100 %"}],
    }
    found = pm.score_cases(log, Scorecard.model_validate({"name": "卡", "versions": [version]}))
    assert found.table[["case_id", "score"]].to_numpy().tolist() == [["B", 90.0]]
    assert found.parts["unscored"].table["reason"].tolist() == ["当日没有有效的版本"]


# ── cards that cannot be ──────────────────────────────────────────────────────────────────────────

GOOD = (sample_project("return_visits") / "scorecards.yml").read_text("utf-8")
BAD = {
    "weights": ("{name: 邮件一, weight: 15 %}", "{name: 邮件一, weight: 10 %}", ["scorecards.yml:24", "95 %", "回访准备 30 %"]),
    "gap": ("valid_from: 2025-11-03", "valid_from: 2025-11-05", ["scorecards.yml:31", "no version holds", "2025-11-03 to 2025-11-04"]),
    "overlap": ("valid_from: 2025-11-03", "valid_from: 2025-11-01", ["scorecards.yml:31", "overlap", "oldest first"]),
    "between": ("between: below\n", "", ["scorecards.yml:16", "between 100 and 101", "between: below"]),
    "bands": ("{from: 60, to: 75, points: 1}", "{from: 60, to: 80, points: 1}", ["scorecards.yml:14", "overlap: up to 80 and from 75"]),
    "key": ("owner:", "ower:", ["scorecards.yml:3", "'ower'", "'owner'"]),
    "twice": ("{name: 邮件二, weight: 15 %}", "{name: 邮件一, weight: 15 %}", ["'邮件一' stands twice"]),
    "weight": ("weight: 30 %}\n      - {name: 邮件一", "weight: 很多}\n      - {name: 邮件一", ["scorecards.yml:25"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_card_that_contradicts_itself_is_refused_with_line_and_hint(name, tmp_path):
    old, new, expected = BAD[name]
    assert old in GOOD
    (tmp_path / "scorecards.yml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        Scorecard.open(tmp_path / "scorecards.yml")
    assert [part for part in expected if part not in str(caught.value)] == [], str(caught.value)


def test_all_faults_of_a_card_come_at_once(tmp_path):
    text = GOOD.replace("{name: 邮件一, weight: 15 %}", "{name: 邮件一, weight: 10 %}").replace(
        "valid_from: 2026-01-05", "valid_from: 2026-01-09"
    )
    (tmp_path / "scorecards.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        Scorecard.open(tmp_path / "scorecards.yml")
    assert len(caught.value.faults) == 2


def changed_card(**changes):
    return Scorecard.model_validate({**CARD, **changes})


@pytest.mark.parametrize(
    ("changes", "near"),
    [({"scored_at": "关壁"}, "关闭"), ({"group": "渠到"}, "渠道"), ({"person": {"did": "处里"}}, "处理")],
)
def test_names_that_the_log_does_not_have(six, changes, near):
    with pytest.raises(SpecError, match=f"did you mean '{near}'"):
        pm.score_cases(six, changed_card(**changes))


# ── sheets that cannot be ─────────────────────────────────────────────────────────────────────────


def of_sheet(card, **columns):
    frame = pd.DataFrame(
        {
            "流程编号": ["310001", "310002"],
            **{
                name: ["60", "60"]
                for name in dict.fromkeys(
                    ["回访准备", "资料准备", "方案准备", "邮件一", "邮件二", "流程统计", "内容", "加分项", "总分"]
                )
            },
        }
        | columns
    )
    return ScoreSheet.of("评分表.xlsx", frame, card, [7, 8])


SHEETS = {
    "text": ({"内容": ["良好", "60"]}, ["评分表.xlsx:7", "'良好' in '内容' is no score"]),
    "beyond": ({"内容": ["60", "101"]}, ["评分表.xlsx:8", "'101'"]),
    "twice": ({"流程编号": ["310001", "310001"]}, ["评分表.xlsx:8", "rows 7 and 8"]),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_that_cannot_be_is_refused_with_its_row(name, plans):
    columns, expected = SHEETS[name]
    with pytest.raises(ExportError) as caught:
        of_sheet(plans[0].card, **columns)
    assert [part for part in expected if part not in str(caught.value)] == []


def test_a_sheet_with_an_unknown_case_scores_nothing(plans):
    card = plans[0].card
    sheet = of_sheet(card, 流程编号=["310001", "999999"])
    with pytest.raises(ExportError, match=r"评分表.xlsx:8: the log has no case '999999'"):
        pm.score_cases(read("return_visits"), LoadedScorecard(card, sheet))


def test_a_sheet_in_a_file_is_read_with_its_rows(tmp_path, plans):
    from procmine.samples.files import workbook

    names = ["流程编号", "回访准备", "资料准备", "方案准备", "邮件一", "邮件二", "流程统计", "内容", "加分项", "总分"]
    rows = [
        ("310001", 50, None, None, 50, 50, 50, 50, None, 50),
        ("310002", "五十", None, None, 50, 50, 50, 50, None, 50),
    ]
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "评分表.xlsx").write_bytes(workbook("评分", names, rows, above=("评分表", "")))
    with pytest.raises(ExportError, match=r"评分表.xlsx:5: '五十' in '回访准备' is no score"):
        ScoreSheet.read(plans[0].card, tmp_path)
    card = plans[0].card.model_copy(update={"sheet": plans[0].card.sheet.model_copy(update={"key": "编号"})})
    with pytest.raises(UnknownNameError, match="流程编号"):
        ScoreSheet.read(card, tmp_path)


def test_a_project_without_a_card_says_what_to_write(six):
    with pytest.raises(MissingDataError, match=r"scorecards: scorecards\.yml"):
        pm.score_cases(six, ())
    card = pm.show(pm.score_cases, six, ())
    assert "scorecards.yml" in card._repr_html_()
    assert card.draw() is card
