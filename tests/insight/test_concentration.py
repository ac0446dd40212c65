"""Where something concentrates, and since when: against scipy, and against what was planted and what was not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procmine.insight.findings.concentration import _doubt, case_values, concentration, mid_ranks
from procmine.insight.findings.turning_points import turning_point


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=25, max_size=80), st.integers(10, 14))
def test_the_chance_of_a_rank_sum_is_that_of_scipy(amounts, n):
    stats = pytest.importorskip("scipy.stats")
    values = np.array(amounts, float)
    ranks = mid_ranks(values)
    assert ranks.tolist() == stats.rankdata(values).tolist()
    if len(set(amounts)) == 1:
        assert _doubt(ranks[:n].sum(), n, len(ranks), 0.0) == 1.0
        return
    theirs = stats.mannwhitneyu(
        values[:n], values[n:], alternative="greater", method="asymptotic", use_continuity=False
    )
    ours = _doubt(float(ranks[:n].sum()), n, len(ranks), float(((ranks - ranks.mean()) ** 2).sum()))
    assert ours == pytest.approx(theirs.pvalue, rel=1e-9, abs=1e-15)


def test_a_value_that_carries_most_of_it_is_named_with_its_shares():
    values = pd.DataFrame({"渠道": ["邮件"] * 40 + ["电话"] * 60, "区域": ["东", "西"] * 50})
    found = concentration(values, pd.Series([3.0] * 30 + [0.0] * 60 + [1.0] * 10))
    assert (found.attribute, found.value, found.share, found.expected) == ("渠道", "邮件", 0.9, 0.4)
    assert found.lift == 2.25


def test_what_falls_everywhere_alike_concentrates_nowhere():
    values = pd.DataFrame({"渠道": ["邮件", "电话"] * 100})
    assert concentration(values, pd.Series([1.0, 1.0, 0.0, 0.0] * 50)) is None
    assert concentration(values, pd.Series([0.0] * 200)) is None


def test_chance_alone_is_rarely_taken_for_a_cause():
    dice = np.random.default_rng(7)
    values = pd.DataFrame({f"a{i}": dice.choice(list("abcde"), 300) for i in range(12)})
    found = [concentration(values, pd.Series(dice.random(300) < 0.2).astype(float)) for _ in range(100)]
    assert [one for one in found if one is not None] == []


def test_only_attributes_that_tell_groups_apart_are_tried(six):
    assert list(case_values(six).columns) == ["渠道", "业务线"]


def test_the_month_of_a_change_is_found_with_its_rates():
    months = pd.Series(pd.to_datetime([f"2026-{month:02}-01" for month in range(1, 7) for _ in range(50)]))
    found = turning_point(months, (months >= "2026-05-01") & (np.arange(300) % 2 == 0) | (np.arange(300) % 25 == 0))
    assert (found.month, found.n_before, found.n_after) == (pd.Timestamp("2026-05-01"), 200, 100)
    assert (found.before, found.after) == (0.04, 0.52)
    assert found.ratio == 13.0


def test_without_a_change_there_is_no_turning_point():
    months = pd.Series(pd.to_datetime([f"2026-{month:02}-01" for month in range(1, 7) for _ in range(50)]))
    dice = np.random.default_rng(3)
    assert [turning_point(months, pd.Series(dice.exponential(3600, 300))) for _ in range(50)] == [None] * 50
    assert turning_point(months, pd.Series([1.0] * 300)) is None
    assert turning_point(months[:0], pd.Series([], dtype=float)) is None


def test_ranks_and_mean_have_to_change_the_same_way():
    """From March on all take 50 hours; before, four in five took one hour, the fifth a thousand: 200.8 on average."""
    months = pd.Series(pd.to_datetime(["2026-01-01"] * 200 + ["2026-02-01"] * 200 + ["2026-03-01"] * 400))
    before = [1000.0, 1.0, 1.0, 1.0, 1.0] * 80
    assert sum(before) / 400 == 200.8
    assert turning_point(months, pd.Series(before + [50.0] * 400)) is None
    assert turning_point(months, pd.Series([0.0] * 400 + [50.0] * 400)).after == 50
    assert turning_point(months, pd.Series([100.0] * 400 + [50.0] * 400)).after == 50
