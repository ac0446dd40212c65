"""What findings know of a log: who did most of something, and what the others do."""

from __future__ import annotations

import pytest
from small_logs import HOUR, START, small_log

from procmine.insight.findings.log_facts import LogFacts


def facts_of(*doers, is_system=()):
    """One case per doer with one event `a`; who is named in `is_system` is a system, None is unknown."""
    rows = [(f"C{i}", "a", START + i * HOUR, who, who in is_system) for i, who in enumerate(doers)]
    return LogFacts(small_log(rows, "resource", "is_system"), None)


def doer_of(facts, n):
    """Of the first `n` cases."""
    return facts.doer(facts.rows(facts.months.index.to_numpy()[:n], facts.months.index.to_numpy()[:n] * 0 + 1))


def test_of_two_who_did_as_much_the_first_by_name_is_told_whoever_came_first():
    assert doer_of(facts_of("Wu", "Li", "Wu", "Li", "An"), 5).name == "Li"
    assert doer_of(facts_of("Li", "Wu", "Wu", "Li", "An"), 5).name == "Li"


def test_the_share_is_of_all_these_events_and_expected_is_that_of_all_alike():
    found = doer_of(facts_of("Li", "Li", "Li", None, "Wu", "Wu", "Wu", "Wu"), 4)
    assert found == ("Li", 0.75, pytest.approx(3 / 8))


@pytest.mark.parametrize(("doers", "name"), [(["Li", "bot"], "Li"), (["Li", "bot", "bot"], None), (["Li", None], "Li"), ([None, None], None)])  # fmt: skip
def test_nobody_is_told_where_people_did_less_than_half(doers, name):
    found = doer_of(facts_of(*doers, is_system={"bot"}), len(doers))
    assert (found and found.name) == name


def test_what_a_system_does_most_of_is_nobodys():
    facts = facts_of("bot", "bot", "Li", is_system={"bot"})
    assert facts.automatic == {"a"}
    assert facts_of("bot", "Li", is_system={"bot"}).automatic == frozenset()
