"""The project file of the documentation, word for word: everything that it names is there when it is opened."""

import shutil
from datetime import date, datetime, time, timedelta

import pytest
from small_standards import DOCUMENTED

import procmine as pm
from procmine.core.clock.workclock import WorkClock, microseconds
from procmine.samples.bundled import sample_project

PROJECT = """
# project.yml – every key commented in the real one; `procmine schema` prints its JSON schema
procmine: 1
name: 环球科技 · 客户服务
language: zh                       # zh | en
time_zone: Asia/Shanghai
sources:
  - {path: "exports/工单导出_*.xlsx", profile: ticket_milestones_zh}
  - {path: "exports/CaseHistory*.csv", profile: salesforce_history, columns: {case_id: 工单编号}}
  - {path: "exports/客户.xlsx", join: cases, on: 客户编号}
activities: {服务请求接收: [受理, 来电受理, 创建工单]}   # standard name: names in the exports
attributes: {业务线: Business_Line__c, 渠道: 来源, 客户: 客户编号, 金额: Amount}
people: {path: exports/人员.xlsx, key: 姓名, role: 岗位, group: 部门, cost_per_hour: 小时成本}
system_actors: [系统, bot]
states: {received: start, accepted: [服务请求接收], resolved: [解决方案提供], closed: [关闭, {状态: [已关闭]}], cancelled: [撤销], reopened: [重新打开]}
calendar:
  country: CN                      # statutory holidays and make-up workdays
  hours: {mon-fri: ["09:00-12:00", "13:30-18:00"]}
  holidays: [2026-08-08]
pauses: [{from: 待客户回复, until: 客户已回复}]          # the clock stands in between; `until` left out = next event
standard: standard.yml
kpis:
  - {name: 首次响应, measure: response, from: 服务请求接收, to: 请求分配, within: 30 min, target: ">= 95 %", warn: ">= 90 %", split: 渠道}
scorecards: scorecards.yml
case_link: "https://crm.example/ticket/{case_id}"      # a plain link, only if set
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documented")
    (folder / "exports").mkdir()
    (folder / "project.yml").write_text(PROJECT, encoding="utf-8")
    (folder / "standard.yml").write_text(DOCUMENTED, encoding="utf-8")
    for name in ("scorecards.yml", "exports/评分表.xlsx"):
        shutil.copyfile(sample_project("return_visits") / name, folder / name)
    return pm.open_project(folder)


def test_it_opens(project):
    assert (project.name, project.spec.language, project.spec.time_zone) == (
        "环球科技 · 客户服务",
        "zh",
        "Asia/Shanghai",
    )
    assert [source.profile for source in project.spec.sources] == ["ticket_milestones_zh", "salesforce_history", None]
    assert project.spec.case_link == "https://crm.example/ticket/{case_id}"


def test_its_standard_kpis_and_scorecards_are_read(project):
    assert [version.name for version in project.standard] == ["客户服务标准流程"]
    (kpi,) = project.kpis
    assert (kpi.name, kpi.measure, kpi.split) == ("首次响应", "response", "渠道")
    assert len(project.scorecards) == 1


def test_its_calendar_knows_holidays_and_make_up_days(project):
    clock = WorkClock.over(project.calendar, "UTC", *map(begin, (date(2026, 2, 1), date(2026, 9, 1))))
    worked = {
        day: int(clock.between(microseconds(begin(day)), microseconds(begin(day + timedelta(days=1))))) / 3.6e9
        for day in (date(2026, 2, 14), date(2026, 2, 17), date(2026, 8, 7), date(2026, 8, 8), date(2026, 8, 10))
    }
    assert list(worked.values()) == [7.5, 0, 7.5, 0, 7.5]
    assert [(pause.from_, pause.until) for pause in project.sla.pauses] == [(["待客户回复"], ["客户已回复"])]


def begin(day):
    return datetime.combine(day, time())
