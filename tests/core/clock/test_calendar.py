"""Calendars as they are written: hours, shifts, holidays and make-up workdays, who differs, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from procmine.core.clock.calendar import OwnHours, Shift, WorkCalendar, days_of, week_of
from procmine.core.clock.open_spans import open_spans
from procmine.core.clock.public_holidays import holiday_year
from procmine.core.text.errors import SpecError
from procmine.core.text.spec import Spec
from procmine.core.text.yaml_text import read_yaml
from procmine.project.project import ProjectSpec

OFFICE = {"mon-fri": ["09:00-12:00", "13:30-18:00"]}


class Holder(Spec):
    """A file with a calendar in it."""

    calendar: WorkCalendar


def written(text: str) -> WorkCalendar:
    return Holder.from_yaml(read_yaml(text, "project.yml")).calendar


def refused(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        written(text)
    return caught.value.say("en")


# ── hours ─────────────────────────────────────────────────────────────────────────────────────


def test_a_calendar_is_read_from_yaml():
    calendar = written(
        'calendar:\n  country: CN\n  hours: {mon-fri: ["09:00-12:00", "13:30-18:00"], sat: 10:00-12:00}\n'
        "  holidays: [2026-08-08]\n  resources: {陈静: {absences: 2026-03-09..2026-03-20}}\n"
    )
    week = week_of(calendar.hours)
    assert week[0] == week[4] == (Shift(540, 720), Shift(810, 1080))
    assert (week[5], week[6], week[7]) == ((Shift(600, 720),), (), week[0])
    assert len(calendar.resources["陈静"].told) == 12


@pytest.mark.parametrize(
    "key",
    [
        "mon-wed",
        "mon, tue, wed",
        "Monday–Wednesday",
        "Mon.–weds",
        "mondays, tues, wed",
        "周一至周三",
        "星期一、二、三",
        "一-三",
    ],
)
def test_weekdays_are_named_in_several_ways(key):
    assert [len(shifts) for shifts in week_of({key: ["09:00-18:00"]})] == [1, 1, 1, 0, 0, 0, 0, 1]


def test_a_span_of_weekdays_may_run_over_sunday():
    assert [len(shifts) for shifts in week_of({"sat-mon": ["09:00-18:00"]})[:7]] == [1, 0, 0, 0, 0, 1, 1]


def test_make_up_workdays_may_have_hours_of_their_own():
    assert week_of({"mon-fri": ["09:00-18:00"], "make-up": ["10:00-15:00"]})[7] == (Shift(600, 900),)
    assert week_of({"mon-thu": ["09:00-18:00"], "fri": ["09:00-16:00"]})[7] == (Shift(540, 1080),)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ('{mon: "9-18"}', "'9-18' is no span of working hours"),
        ('{mon: "24:00-08:00"}', "'24:00-08:00' is no span of working hours"),
        ('{mon: "09:00-24:30"}', "'09:00-24:30' is no span of working hours"),
        ('{mon: "09:60-10:00"}', "'09:60-10:00' is no span of working hours"),
        ('{mon: "09:00-09:00"}', "'09:00-09:00' is no span of working hours"),
        ('{mon: ["09:00-12:00", "11:59-13:00"]}', "spans overlap: one of mon and one of mon"),
        ('{mon: "22:00-06:00", tue: "05:00-09:00"}', "spans overlap: one of mon and one of tue"),
        ('{mon: "05:00-09:00", sun: "22:00-06:00"}', "spans overlap: one of sun and one of mon"),
        ('{noday: "09:00-12:00"}', "'noday' names no weekdays"),
        ('{monnday: "09:00-12:00"}', "'monnday' names no weekdays\n  hint: did you mean 'monday'?"),
        ('{mon-firday: "09:00-12:00"}', "did you mean 'friday'?"),
        ('{xyz: "09:00-12:00"}', "hint: for example mon-fri"),
        ('{mon-fri: "09:00-12:00", wed: "13:00-14:00"}', "'wed' names a day that stands already"),
    ],
)
def test_bad_hours_are_refused_with_their_line(hours, said):
    text = refused(f"calendar:\n  country: CN\n  hours: {hours}\n")
    assert text.startswith("project.yml:3")
    assert said in text
    assert "hint: " in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("country: CHN1", "no country has the code 'CHN1'"),
        ("country: DE\n  subdivision: Bayern", "DE has no subdivision 'Bayern'"),
        ("holidays: [2026-02-30]", "'2026-02-30' is no date or span of dates"),
        ("holidays: [2026-03-20..2026-03-09]", "'2026-03-20..2026-03-09' is no date or span of dates"),
        ("holidays: [2026-03-20]\n  workdays: [2026-03-20]", "2026-03-20 stands under workdays and under holidays"),
        ("resource: {}", "unknown key 'resource'"),
    ],
)
def test_bad_days_are_refused(more, said):
    assert said in refused(f'calendar:\n  hours: {{mon-fri: "09:00-18:00"}}\n  {more}\n')


def test_a_calendar_without_hours_is_refused_and_a_person_inherits_them():
    assert "the calendar has no working hours" in refused("calendar: {country: CN}\n")
    assert OwnHours(absences=["2026-03-09"]).hours is None


def test_round_the_clock_and_touching_spans_are_fine():
    assert week_of({"mon-sun": ["00:00-24:00"]})[3] == (Shift(0, 1440),)
    assert len(week_of({"mon": ["22:00-06:00"], "tue": ["06:00-14:00"]})[1]) == 1


def test_days_of_spans_have_both_ends():
    assert list(days_of(["2026-12-31..2027-01-01"])) == [date(2026, 12, 31), date(2027, 1, 1)]


# ── in a project ──────────────────────────────────────────────────────────────────────────────

PROJECT = "procmine: 1\nname: x\ntime_zone: Asia/Shanghai\nsources: [{path: a.csv}]\n"


def project(more: str) -> ProjectSpec:
    return ProjectSpec.from_yaml(read_yaml(PROJECT + more, "project.yml"))


def test_a_project_names_calendar_and_pauses():
    spec = project(
        'calendar: {hours: {mon-fri: "09:00-18:00"}}\npauses: [{from: 待客户回复, until: 客户已回复}, {from: 挂起}]\n'
    )
    assert spec.calendar.hours == {"mon-fri": ["09:00-18:00"]}
    assert [(pause.from_, pause.until) for pause in spec.pauses] == [(["待客户回复"], ["客户已回复"]), (["挂起"], [])]


def test_a_calendar_of_limits_is_nobodys():
    with pytest.raises(SpecError, match="sla_calendar has groups or resources"):
        project('sla_calendar: {hours: {mon-fri: "09:00-18:00"}, groups: {客服: {holidays: [2026-08-08]}}}\n')


# ── days ──────────────────────────────────────────────────────────────────────────────────────


def worked_days(layers: Any, first: date, last: date) -> set[date]:
    from datetime import datetime, time

    opens, _ = open_spans(layers, "UTC", datetime.combine(first, time()), datetime.combine(last, time()))
    return {date(1970, 1, 1) + timedelta(days=int(at // 86_400_000_000)) for at in opens}


def test_every_chinese_day_from_2018_to_2026_is_as_published():
    chinese_calendar = pytest.importorskip("chinese_calendar")
    first, last = date(2018, 1, 1), date(2026, 12, 31)
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    published = {day for day in days if chinese_calendar.is_workday(day)}
    assert len(days) == 3287
    calendar = WorkCalendar(country="CN", hours={"mon-fri": ["09:00-18:00"]})
    assert worked_days(calendar.layers(), first, last) == published


def test_which_years_are_published():
    known = [year for year in range(1998, 2032) if holiday_year("CN", None, year).is_published]
    assert known == list(range(2001, 2027))
    assert holiday_year("DE", "BY", 2031).is_published
    assert not holiday_year("ID", None, 2035).is_published  # dates by the moon are estimates


def test_the_most_special_calendar_that_names_a_day_tells_it():
    calendar = WorkCalendar.model_validate(
        {
            "country": "CN",
            "hours": OFFICE,
            "holidays": ["2026-08-10"],
            "workdays": ["2026-08-09"],
            "groups": {"值班": {"workdays": ["2026-08-10", "2026-10-01"], "hours": {"mon-sat": ["08:00-20:00"]}}},
            "resources": {"李强": {"absences": ["2026-08-10"]}, "机房": {"country": "none"}},
        }
    )
    first, last = date(2026, 8, 8), date(2026, 8, 11)
    everybody = worked_days(calendar.layers(), first, last)
    assert everybody == {date(2026, 8, 9), date(2026, 8, 11)}
    assert worked_days(calendar.layers("值班"), first, last) == {date(2026, 8, day) for day in (8, 9, 10, 11)}
    assert worked_days(calendar.layers("值班", "李强"), first, last) == {date(2026, 8, day) for day in (8, 9, 11)}
    national = date(2026, 10, 1), date(2026, 10, 1)
    assert [worked_days(calendar.layers(*who), *national) for who in ((), ("值班",), (None, "机房"))] == [
        set(),
        {national[0]},
        {national[0]},
    ]
