"""World 3: what its exports give back, that its truth holds, and that people keep their hours."""

import csv
import json
from collections import Counter
from datetime import timedelta
from statistics import mean

import pytest
from worlds import expected, read_files, told

from procmine.samples.bundled import sample_project
from procmine.samples.hours import Hours
from procmine.samples.telecom import HIGH, ORDINARY, TICKETED, Telecom

LIMITS = {HIGH: timedelta(hours=48), ORDINARY: timedelta(hours=120)}


def made(n_cases=None, seed=None):
    world = Telecom(n_cases, seed)
    world.simulate()
    return world, dict(world.exports())


@pytest.fixture(scope="module")
def telecom():
    return made()


@pytest.fixture(scope="module")
def log(telecom, tmp_path_factory):
    return read_files("telecom", telecom[1], tmp_path_factory.mktemp("telecom") / "project")


def tasks(files):
    return list(csv.DictReader(files["ACT_HI_TASKINST.csv"].decode().splitlines()))


def of_node(world, node):
    return [one for one in world.truth.happened if one.node == node]


def test_what_is_read_is_what_was_written(telecom, log):
    found, wanted = told(log), expected(telecom[0])
    assert (found - wanted, wanted - found) == ({}, {})
    assert Counter(one.export for one in telecom[0].truth.expected).keys() == {"引擎", "Zendesk"}


def test_the_tables_beside_are_joined_one_through_the_other(telecom, log):
    known = {case.id: case.facts for case in telecom[0].cases}
    names = ["渠道", "类型", "主题", "客户编号", "客户等级"]
    assert {*names, "套餐", "月均收入"} <= set(log.case_attributes)
    frame = log.to_pandas().drop_duplicates("case_id")
    assert len(frame) == len(known)
    for row in frame.to_dict("records"):
        assert {name: row[name] for name in names} == {name: known[row["case_id"]][name] for name in names}
        assert int(row["月均收入"]) > 0


def test_the_same_seed_gives_the_same_bytes_and_another_others():
    assert made(60, 1)[1] == made(60, 1)[1]
    first, second = made(60, 1)[1], made(60, 2)[1]
    assert all(first[name] != second[name] for name in first if name != "人员.xlsx")


def test_it_is_small(telecom):
    assert sum(map(len, telecom[1].values())) < 1_000_000


def test_every_fault_has_cases(telecom):
    faults = telecom[0].truth.faults
    assert [name for name, fault in faults.items() if not fault.cases] == []
    assert len({fault.kind for fault in faults.values()}) >= 12


def test_open_tasks_are_in_the_dump_and_not_in_the_log(telecom, log):
    world, files = telecom
    unfinished = sum(work.end is None for work in world.works)
    rows = {row["ID_"]: row for row in tasks(files)}
    assert sum(not row["END_TIME_"] for row in rows.values()) == unfinished > 0
    assert all(row["END_TIME_"] == "" for row in rows.values() if not row["CLAIM_TIME_"])
    (note,) = [note for note in log.import_report.notes if note.code == "open_intervals"]
    assert note.facts["n"] == unfinished


def test_a_task_written_twice_is_one_event(telecom, log):
    n_double = len(telecom[0].truth.faults["double_rows"].cases)
    rows = tasks(telecom[1])
    assert len(rows) - len({row["ID_"] for row in rows}) == n_double
    (note,) = [note for note in log.import_report.notes if note.code == "repeated_rows"]
    assert note.facts["n"] == n_double


def test_nobody_works_outside_of_their_hours(telecom):
    world = telecom[0]
    hours = {}
    for person in world.people:
        away = [first + timedelta(days=i) for first, last in person.absent for i in range((last - first).days + 1)]
        hours[person.name] = Hours(world.first, world.last, person.shifts, away)
    for work in world.works:
        if work.worker in hours:
            for moment in (work.start, work.end):
                assert moment is None or any(
                    begin <= moment <= end for begin, end in hours[work.worker].spans(moment - 1, moment + 1)
                ), work
        else:
            assert work.worker in ("系统", "客户", "")


def test_the_account_of_the_import_adds_up(log):
    report = log.import_report
    parts = (report.n_rejected, report.n_set_aside, report.n_starts, report.n_events)
    assert report.n_rows + report.n_made == sum(parts)
    assert report.n_rejected == 0


def test_high_value_customers_wait_less(telecom):
    world = telecom[0]
    classes = {case.id: case.facts["客户等级"] for case in world.cases}
    waits = {HIGH: [], ORDINARY: []}
    for one in of_node(world, "处理"):
        if one.start:
            waits[classes[one.case_id]].append((one.start - one.enabled).total_seconds())
    assert mean(waits[HIGH]) < 0.9 * mean(waits[ORDINARY])


def test_some_complaints_come_again(telecom):
    world = telecom[0]
    resolved = {one.case_id: one.end for one in of_node(world, "归档") if one.end}
    seen, n_again = {}, 0
    for case in (case for case in world.cases if case.facts["类型"] == "投诉"):
        key = (case.facts["客户编号"], case.facts["主题"])
        came = world.moment(case.arrival)
        ends = [resolved[old] for old in seen.setdefault(key, []) if old in resolved]
        n_again += any(timedelta(0) <= came - end < timedelta(days=30) for end in ends)
        seen[key].append(case.id)
    assert f"{n_again} 件" in (sample_project("telecom") / "README.md").read_text("utf-8")
    assert n_again >= 20


def test_planted_deviations_are_in_the_true_paths(telecom):
    world = telecom[0]
    faults = {name: set(fault.cases) for name, fault in world.truth.faults.items()}
    classes = {case.id: case.facts["客户等级"] for case in world.cases}
    done = {}
    for one in world.truth.happened:
        if one.end:
            done.setdefault(one.case_id, []).append(one)
    paths = {case: [one.node for one in ones] for case, ones in done.items()}
    late = [one for one in of_node(world, "处理") if one.end and one.end - one.enabled > LIMITS[classes[one.case_id]]]
    finished = {case for case, path in paths.items() if "归档" in path}
    assert faults["late_handling"] & finished <= {one.case_id for one in late}
    for case in faults["answer_before_check"] & finished:
        assert paths[case].index("回复客户") < paths[case].index("退费审核")
    for case in faults["skipped_refund_check"]:
        assert "退费审核" not in paths[case]
    for case in faults["own_refund"] & finished:
        by = [one.worker for one in done[case] if one.node in ("处理", "退费审核")]
        assert by[-2:] == ["沈红", "沈红"]
    for case in faults["asked_upwards"] & finished:
        assert paths[case].count("领导批示") == 2


def test_only_tickets_tell_that_the_customer_was_waited_for(telecom):
    world, files = telecom
    channels = {case.id: case.facts["渠道"] for case in world.cases}
    audits = json.loads(files["ticket_audits.json"])["audits"]
    assert {channels[str(audit["ticket_id"])] for audit in audits} == set(TICKETED)
    statuses = {event["value"] for audit in audits for event in audit["events"] if event.get("field_name") == "status"}
    assert statuses == {"new", "open", "pending", "solved"}


def test_the_readme_says_how_often_each_fault_was_planted(telecom):
    rows = [
        line for line in (sample_project("telecom") / "README.md").read_text("utf-8").splitlines() if line[:1] == "|"
    ]
    said = [int(row.split("|")[-2]) for row in rows if row.split("|")[-2].strip().isdecimal()]
    assert said == [fault.as_json()["n_cases"] for fault in telecom[0].truth.faults.values()]
