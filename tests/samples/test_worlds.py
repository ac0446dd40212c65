"""The sample worlds: what they export comes back exactly, and what is said to be planted is there."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest
from worlds import expected, read, read_files, simulated, told

from procmine.core.text.errors import SpecError, UnknownNameError
from procmine.samples.bundled import sample_project
from procmine.samples.causes import CAUSES
from procmine.samples.truth import KINDS
from procmine.samples.worlds import WORLDS, write_world

NAMES = list(WORLDS)
MOST = 3_000_000
WAITING = {"batching", "contention", "prioritization", "unavailability"}


@pytest.mark.parametrize("name", NAMES)
def test_the_exports_give_back_exactly_the_events_that_they_can_carry(name, tmp_path):
    world = simulated(name)
    log = read_files(name, world.files, tmp_path)
    found, wanted = told(log), expected(world)
    assert (found - wanted, wanted - found) == ({}, {})
    report = log.import_report
    assert report.n_rows + report.n_made == report.n_rejected + report.n_set_aside + report.n_starts + report.n_events


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_exports_and_truth_are_what_the_world_writes(name):
    world, folder = simulated(name), sample_project(name)
    committed = {path.name: path.read_bytes() for path in (folder / "exports").iterdir()}
    assert committed == world.files
    assert (folder / "truth.json").read_bytes() == world.truth.faults_json()


def test_the_committed_exports_are_small():
    assert sum(len(content) for name in NAMES for content in simulated(name).files.values()) < MOST


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(name):
    made = []
    for seed in (1, 1, 2):
        world = WORLDS[name](60, seed)
        world.simulate()
        made.append((dict(world.exports()), world.truth.happened_csv(), world.truth.faults_json()))
    assert made[0] == made[1]
    assert made[0][0] != made[2][0]


@pytest.mark.parametrize("name", NAMES)
def test_at_least_twelve_faults_are_planted_and_each_is_in_some_case(name):
    faults = simulated(name).truth.faults
    assert len(faults) >= 12
    assert {fault.kind for fault in faults.values()} == set(KINDS)
    assert [key for key, fault in faults.items() if not fault.cases] == []
    known = {case.id for case in simulated(name).cases}
    assert all(set(fault.cases) <= known for fault in faults.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_second_of_waiting_has_one_cause(name):
    for one in simulated(name).truth.happened:
        if one.causes:
            assert set(one.causes) == set(CAUSES)
            assert sum(one.causes.values()) == (one.start - one.enabled).total_seconds()
            assert min(one.causes.values()) >= 0


@pytest.mark.parametrize("name", NAMES)
def test_people_do_one_thing_at_a_time_and_begin_in_their_hours(name):
    world = simulated(name)
    people = {person.name: person for person in world.people}
    by_person = {}
    for work in world.works:
        if work.worker in people and work.start is not None:
            by_person.setdefault(work.worker, []).append(work)
            begun = world.moment(work.start)
            assert any(begin <= begun.time() <= end for begin, end in people[work.worker].shifts)
            assert not any(begin <= begun.date() <= end for begin, end in people[work.worker].absent)
    for works in by_person.values():
        works.sort(key=lambda work: work.start)
        assert all(a.end is not None and a.end <= b.start for a, b in itertools.pairwise(works))


@pytest.mark.parametrize("name", NAMES)
def test_waiting_of_each_planted_kind_is_seen_where_it_was_planted(name):
    """The person said to be overloaded, away, collecting or unfair leads the company in that cause, or is near."""
    world = simulated(name)
    for fault in world.truth.faults.values():
        if fault.kind not in WAITING - {"unavailability"}:
            continue
        per_work: dict[str, list[int]] = {}
        for one in world.truth.happened:
            if one.causes:
                per_work.setdefault(one.worker, []).append(one.causes[fault.kind])
        totals = sorted((sum(seconds) for seconds in per_work.values()), reverse=True)
        assert sum(per_work[fault.about["resource"]]) >= totals[min(2, len(totals) - 1)]


@pytest.mark.parametrize("name", NAMES)
def test_a_bigger_world_is_more_offices_of_the_usual_size(name):
    kind = WORLDS[name]
    world = kind(kind.usual + 30, 3)
    world.simulate()
    assert len(world.cases) == kind.usual + 30
    assert len({case.id for case in world.cases}) == len(world.cases)
    assert len(world.people) == 2 * len(kind.staff)
    assert len({person.name for person in world.people}) == len(world.people)


def test_a_world_is_written_as_a_project_or_not_at_all(tmp_path, monkeypatch):
    write_world("globaltech", tmp_path / "a", n_cases=40, seed=5)
    assert {path.name for path in (tmp_path / "a").iterdir()} >= {
        *("exports", "project.yml", "truth.json", "truth_path.csv", "truth_events.csv")
    }
    with pytest.raises(SpecError, match="the folder is there already"):
        write_world("globaltech", tmp_path / "a", n_cases=40)
    with pytest.raises(SpecError, match="at least one case"):
        write_world("globaltech", tmp_path / "b", n_cases=0)
    with pytest.raises(UnknownNameError, match="globaltech"):
        write_world("globaltec", tmp_path / "b")
    monkeypatch.setattr(WORLDS["globaltech"], "exports", lambda _: iter([("x", "not bytes")]))
    with pytest.raises(TypeError):
        write_world("globaltech", tmp_path / "b", n_cases=3)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_is_read_of_the_committed_world():
    log = read("globaltech")
    assert (log.n_cases, log.import_report.n_rejected) == (1000, 0)
    assert {"业务线", "渠道", "产品", "客户等级", "区域", "合同金额", "满意度"} <= set(log.case_attributes)
    frame = log.to_pandas()
    assert frame["timestamp"].min().tz_localize(None) > datetime(2026, 1, 4)
    assert frame.groupby("activity")["is_system"].mean()["关闭"] == 1
