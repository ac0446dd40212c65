"""The return visits: scores and their cards, arrival and first view from the operator table, the split node."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date

import pandas as pd
import pytest
from worlds import read, simulated

from procmine.samples.return_visits import SPLIT
from procmine.samples.visit_scores import CARDS, EXTRA, INDICATORS, card_for, points


@pytest.fixture(scope="module")
def sheet():
    content = simulated("return_visits").files["评分表.xlsx"]
    return pd.read_excel(io.BytesIO(content), dtype={"流程编号": str}, engine="calamine")


@pytest.mark.parametrize(
    ("score", "worth"),
    [(0, 0), (59.9, 0), (60, 1), (74.9, 1), (75, 1.5), (84.9, 1.5), (85, 2), (100, 2), (100.9, 2), (101, 2.5),
     (109.9, 2.5), (110, 3), (115, 3)],
)  # fmt: skip
def test_points_begin_at_the_lower_border_of_a_band(score, worth):
    assert points(score) == worth


def test_every_card_weighs_a_hundred_percent():
    assert [sum(card.weights.values()) for card in CARDS] == [100, 100, 100]
    assert [card_for(date(2025, 11, day)).version for day in (2, 3)] == ["v1", "v2"]
    assert [card_for(date(2026, 1, day)).version for day in (4, 5)] == ["v2", "v3"]


def test_each_score_is_the_weighted_sum_of_its_card(sheet):
    cards = {card.version: card for card in CARDS}
    for row in sheet.to_dict("records"):
        card = cards[row["版本"]]
        given = {name for name in INDICATORS if not pd.isna(row[name])}
        assert given == {*card.weights, *([EXTRA] if card.most_extra else [])}
        extra = row[EXTRA] if card.most_extra else 0
        wanted = sum(weight * row[name] for name, weight in card.weights.items()) / 100 + extra
        assert row["总分"] == pytest.approx(wanted, abs=0.05001)
        assert row["积分"] == points(row["总分"])


def test_scores_rise_from_the_first_months_to_the_last(sheet):
    world = simulated("return_visits")
    scored = {work.case: world.moment(work.end) for work in world.done(lambda node: node == "评分") if not work.action}
    month = sheet["流程编号"].map(lambda case: f"{scored[case]:%Y-%m}")
    by_month = sheet.groupby(month)["总分"]
    assert set(by_month.groups) == {"2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"}
    assert 40 < by_month.median()["2025-09"] < 60
    assert 65 < by_month.median()["2026-02"] < 85
    versions = sheet["流程编号"].map(lambda case: card_for(scored[case].date()).version)
    assert versions.tolist() == sheet["版本"].tolist()


def test_the_node_is_split_on_its_day():
    frame = read("return_visits").to_pandas()
    enabled = frame["enabled"].dt.tz_localize(None)
    spoilt = set(simulated("return_visits").truth.faults["wrong_clock"].cases)
    sound = ~frame["case_id"].isin(spoilt)
    assert enabled[sound & (frame["activity"] == "回访准备")].max() < pd.Timestamp(SPLIT)
    assert enabled[sound & (frame["activity"] == "资料准备")].min() >= pd.Timestamp(SPLIT)


def test_the_operator_table_tells_arrival_and_first_view_and_asides_are_counted():
    log = read("return_visits")
    frame = log.to_pandas()
    manual = frame[frame["activity"] != "归档"]
    assert manual["enabled"].notna().all()
    assert (manual["enabled"] <= manual["start"]).all()
    assert (manual["start"] <= manual["timestamp"]).all()
    assert frame.loc[frame["activity"] == "归档", "is_system"].all()
    notes = Counter()
    for note in log.import_report.notes:
        if note.code == "class_aside":
            notes[note.code] += note.facts["n"]
    rows = [file for file in log.import_report.files if file.name.startswith("requestlog")]
    repeats = sum(n.facts["n"] for n in log.import_report.notes if n.code in ("repeats", "repeated_rows"))
    assert notes["class_aside"] == sum(file.n_rows for file in rows) - log.n_events - repeats > 50


def test_scores_and_facts_are_attributes_of_the_cases():
    log = read("return_visits")
    assert {"组", "区域", "回访类型", "客户等级", "总分", "版本"} <= set(log.case_attributes)
