"""The sample that comes along: made by its generator, small, with what its README says."""

from collections import Counter

import pandas as pd

import procmine as pm
from procmine.samples.bundled import sample_project
from procmine.samples.service_requests import HEADER, export_bytes

EXPORT = next((sample_project() / "exports").iterdir())


def rows():
    lines = EXPORT.read_bytes().decode("gbk").splitlines()
    return [dict(zip(HEADER, line.split(","), strict=True)) for line in lines[1:]]


def test_the_committed_export_is_what_the_generator_writes():
    assert EXPORT.read_bytes() == export_bytes()


def test_another_seed_gives_another_office_and_the_same_seed_the_same():
    assert export_bytes(20, seed=1) == export_bytes(20, seed=1) != export_bytes(20, seed=2)


def test_it_is_small():
    assert sum(path.stat().st_size for path in sample_project().rglob("*") if ".procmine" not in path.parts) < 1_000_000


def test_what_is_read_is_what_was_written():
    log = pm.open_project(sample_project()).read()
    written = [row for row in rows() if row["处理时间"] != "待补录"]
    assert (len(rows()), len(written), log.n_events) == (3759, 3757, 3757)
    names = Counter(
        {"受理": "服务请求接收", "来电受理": "服务请求接收"}.get(row["处理环节"], row["处理环节"]) for row in written
    )
    activities = pm.activities(log).table
    assert dict(zip(activities["activity"], activities["n_events"], strict=True)) == names
    assert log.case_attributes == ["业务线", "渠道", "客户等级", "金额"]
    frame = log.to_pandas()
    assert frame["timestamp"].dt.tz_localize(None).min() == pd.Timestamp("2026-01-05 10:11")
    automatic = frame.groupby("is_system", dropna=False)["activity"].unique()
    assert automatic[True].tolist() == ["服务满意度调查"]


def test_steps_happen_in_working_hours_and_never_on_holidays():
    frame = pm.open_project(sample_project()).read().to_pandas()
    manual = frame[~frame["is_system"].fillna(value=False).astype(bool)]["timestamp"].dt.tz_localize(None)
    assert manual.dt.day_of_week.max() == 4
    assert set(manual.dt.hour.unique()) <= {9, 10, 11, 12, 13, 14, 15, 16, 17, 18}
    assert not manual.dt.strftime("%m-%d").isin(["02-17", "05-01", "06-19"]).any()


def test_the_planted_habits_are_there():
    log = pm.open_project(sample_project()).read()
    mail = pm.rework(log.filter_cases(渠道="邮件")).table.set_index("activity")["n_rework_cases"]
    phone = pm.rework(log.filter_cases(渠道="电话")).table.set_index("activity")["n_rework_cases"]
    assert (mail["请求分类"], "请求分类" in phone.index) == (25, False)
    reviewed = log.to_pandas().query("activity == '合同审核'")["timestamp"]
    assert set(reviewed.dt.day_of_week.mode()) <= {1, 2, 3, 4}
    skipped = log.filter_cases(业务线="技术支持").filter_containing(none_of="问题诊断")
    assert (
        pm.rework(skipped).rate
        > 2 * pm.rework(log.filter_cases(业务线="技术支持").filter_containing(all_of="问题诊断")).rate
    )
