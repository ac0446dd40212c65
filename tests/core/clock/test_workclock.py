"""Working time against a slow reference of its own, on random calendars, zones and intervals; and published figures."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import numpy as np
import pyarrow as pa
import pytest
from conftest import shared_file
from hypothesis import given, settings
from hypothesis import strategies as st

import procmine as pm
from procmine.core.clock.calendar import DAY_NAMES, WorkCalendar
from procmine.core.clock.open_spans import microseconds
from procmine.core.clock.personal_clocks import PersonalClocks
from procmine.core.clock.workclock import NEVER, WorkClock, clock_of
from procmine.core.log.engine import EngineSpec, connected

HOUR, SECOND = 3_600_000_000, 1_000_000
DAY = 86_400
OFFICE = WorkCalendar(country="CN", hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]})
ZONES = ("Asia/Shanghai", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")


# ── the slow reference ────────────────────────────────────────────────────────────────────────


def spans_of(hours: dict[str, list[str]], off: set[date], zone: str, first: date, last: date) -> list[tuple[int, int]]:
    """Every shift of every day, by the standard library: seconds since 1970, overlaps and all."""
    found = []
    for i in range((last - first).days + 1):
        day = first + timedelta(days=i)
        for text in [] if day in off else hours.get(DAY_NAMES[day.weekday()], []):
            begin, end = text.split("-")
            ends_on = day if end > begin else day + timedelta(days=1)
            found.append((second(day, begin, zone), second(ends_on, end, zone)))
    return found


def second(day: date, clock: str, zone: str) -> int:
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(clock)).replace(tzinfo=ZoneInfo(zone), fold=0)
    return round(local.timestamp())


def slow(spans: list[tuple[int, int]], begin: int, end: int) -> int:
    """Seconds of an interval that lie in any span: piece by piece between all edges."""
    if end < begin:
        return -slow(spans, end, begin)
    near = [(a, b) for a, b in spans if a < end and b > begin]
    edges = sorted({begin, end, *(min(max(edge, begin), end) for span in near for edge in span)})
    return sum(
        right - left for left, right in itertools.pairwise(edges) if any(a <= left and right <= b for a, b in near)
    )


@st.composite
def weeks(draw: Any) -> dict[str, list[str]]:
    """Weekly hours: up to nine spans, apart, at quarter hours, some over midnight."""
    edges = sorted(draw(st.sets(st.integers(0, 7 * 96 - 1), min_size=2, max_size=18)))
    hours: dict[str, list[str]] = {}
    for begin, end in zip(edges[::2], edges[1::2], strict=False):
        if end - begin < 96:
            day, start = divmod(begin, 96)
            hours.setdefault(DAY_NAMES[day], []).append(f"{clock(start)}-{clock(end % 96)}")
    return hours or {"mon": ["09:00-17:00"]}


def clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


FIRST, LAST = datetime(2024, 1, 1), datetime(2025, 12, 31)
_moments = st.one_of(
    st.integers(0, int((LAST - FIRST).total_seconds())),
    st.sampled_from(  # hours in which clocks change
        [
            int((datetime(*day) - FIRST).total_seconds())
            for day in ((2024, 3, 30), (2024, 10, 26), (2024, 3, 9), (2025, 4, 5))
        ]
    ).flatmap(lambda at: st.integers(at, at + 2 * 86_400)),
)


@settings(max_examples=60, deadline=None)
@given(
    weeks(),
    st.sampled_from(ZONES),
    st.lists(st.tuples(_moments, _moments), min_size=1, max_size=12),
    st.sets(st.dates(FIRST.date(), LAST.date()), max_size=20),
)
def test_working_time_equals_the_slow_reference(hours, zone, pairs, off):
    calendar = WorkCalendar(hours=hours, holidays=[day.isoformat() for day in sorted(off)])
    made = WorkClock.over(calendar, zone, FIRST, LAST)
    spans = spans_of(hours, off, zone, FIRST.date() - timedelta(days=4), LAST.date() + timedelta(days=4))
    base = microseconds(FIRST) // SECOND
    begins, ends = (np.array([base + pair[i] for pair in pairs]) for i in (0, 1))
    found = made.between(begins * SECOND, ends * SECOND)
    assert found.tolist() == [slow(spans, int(a), int(b)) * SECOND for a, b in zip(begins, ends, strict=True)]
    assert in_engine(made, begins, ends) == found.tolist()
    # Many instants are looked up on a grid, where there is one.
    assert made._grid is not None
    asked = np.concatenate([begins * SECOND, ends * SECOND, np.array(made.covers)])
    assert made._grid.worked(asked).tolist() == made._searched(asked).tolist()


def in_engine(made: WorkClock, begins: Any, ends: Any) -> list[int]:
    times = {name: pa.array(values * SECOND, pa.timestamp("us")) for name, values in (("a", begins), ("b", ends))}
    table = made.with_between(ibis.memtable(pa.table({"n": range(len(begins)), **times})), "a", "b", "worked")
    assert table.columns == ("n", "a", "b", "worked")
    rows = connected(EngineSpec()).to_pyarrow(table.order_by("n"))
    return rows["worked"].to_pylist()


@settings(max_examples=60, deadline=None)
@given(weeks(), st.sampled_from(ZONES), _moments, st.integers(1, 400 * 3600))
def test_the_moment_after_so_much_work_is_the_earliest(hours, zone, moment, amount):
    made = WorkClock.over(WorkCalendar(hours=hours), zone, FIRST, LAST)
    begin = microseconds(FIRST) + moment * SECOND
    due = int(made.after(begin, amount * SECOND))
    if due == NEVER:
        assert made.between(begin, made.covers[1]) < amount * SECOND
    elif due <= made.covers[1]:
        assert int(made.between(begin, due)) == amount * SECOND
        assert int(made.between(begin, due - SECOND)) < amount * SECOND


# ── by hand ───────────────────────────────────────────────────────────────────────────────────


def between(calendar: WorkCalendar | None, zone: str, begin: datetime, end: datetime) -> float:
    """Hours of work between two local times (of the earlier offset)."""
    utc = [one.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None) for one in (begin, end)]
    return int(WorkClock.over(calendar, zone, min(utc), max(utc)).between(*map(microseconds, utc))) / HOUR


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        (datetime(2026, 2, 13, 17), datetime(2026, 2, 14, 10), 2),  # the Saturday before the Spring Festival is worked
        (datetime(2026, 2, 14, 18), datetime(2026, 2, 24, 9), 0),  # the festival: ten days, no work
        (datetime(2026, 2, 24, 9), datetime(2026, 2, 28, 18), 37.5),  # four days and the Saturday made up for
        (datetime(2026, 3, 2, 11, 30), datetime(2026, 3, 2, 14), 1),  # over lunch
        (datetime(2026, 3, 2, 14), datetime(2026, 3, 2, 11, 30), -1),  # backwards
        (datetime(2026, 3, 2, 14), datetime(2026, 3, 2, 14), 0),
    ],
)
def test_chinese_office_hours(begin, end, hours):
    assert between(OFFICE, "Asia/Shanghai", begin, end) == hours


def test_a_night_shift_is_longer_or_shorter_when_clocks_change():
    night = WorkCalendar(hours={"mon-sun": ["22:00-06:00"]})
    evening = {day: datetime(2024, *day, 20) for day in ((3, 29), (3, 30), (10, 26))}
    lengths = [between(night, "Europe/Amsterdam", begin, begin + timedelta(hours=12)) for begin in evening.values()]
    assert lengths == [8, 7, 9]


def test_a_shift_that_begins_before_a_holiday_runs_into_it():
    nights = WorkCalendar(hours={"mon-sun": ["22:00-06:00"]}, holidays=["2026-05-02"])
    days = [datetime(2026, 5, day, 12) for day in (1, 2, 3)]
    assert [between(nights, "UTC", day, day + timedelta(days=1)) for day in days] == [8, 0, 8]


def test_without_a_calendar_time_is_natural():
    assert between(None, "Asia/Shanghai", datetime(2026, 2, 13, 17), datetime(2026, 2, 14, 10)) == 17


def test_a_calendar_that_is_never_open():
    closed = WorkCalendar(hours={"mon": ["09:00-10:00"]}, holidays=["2025-12-01..2026-12-31"])
    made = WorkClock.over(closed, "UTC", datetime(2026, 3, 1), datetime(2026, 3, 31))
    march = [microseconds(datetime(2026, 3, day)) for day in (2, 9)]
    assert int(made.between(*march)) == 0
    assert int(made.after(march[0], HOUR)) == NEVER
    assert in_engine(made, np.array(march[:1]) // SECOND, np.array(march[1:]) // SECOND) == [0]


def test_missing_instants_have_no_working_time():
    one, none = datetime(2026, 3, 2, 1), None
    given = pa.table(
        {name: pa.array(values, pa.timestamp("us")) for name, values in (("a", [one, none]), ("b", [none, one]))}
    )
    for calendar in (OFFICE, None):
        made = WorkClock.over(calendar, "Asia/Shanghai", datetime(2026, 3, 1), datetime(2026, 3, 31))
        table = made.with_between(ibis.memtable(given), "a", "b", "worked")
        assert connected(EngineSpec()).to_pyarrow(table)["worked"].to_pylist() == [None, None]


def test_an_instant_outside_of_the_period_is_refused():
    made = WorkClock.over(OFFICE, "UTC", datetime(2026, 3, 1), datetime(2026, 3, 31))
    with pytest.raises(ValueError, match="outside of the period"):
        made.worked(microseconds(datetime(2020, 1, 1)))


def test_hours_that_need_too_fine_a_grid_are_searched():
    calendar = WorkCalendar(hours={"mon-fri": ["09:01-12:00"]})
    made = WorkClock.over(calendar, "UTC", datetime(2000, 1, 1), datetime(2026, 12, 31))
    assert made._grid is None
    begins = np.full(3_000, microseconds(datetime(2026, 3, 2, 10)))
    assert (made.between(begins, begins + 24 * HOUR) == 179 * 60_000_000).all()


def test_open_or_not():
    made = WorkClock.over(OFFICE, "Asia/Shanghai", datetime(2026, 3, 1), datetime(2026, 3, 31))
    asked = [
        datetime(2026, 3, 2, hour, minute) - timedelta(hours=8) for hour, minute in ((8, 59), (9, 0), (12, 0), (13, 30))
    ]
    assert made.is_open(np.array([microseconds(one) for one in asked])).tolist() == [False, True, False, True]


def test_a_year_that_is_not_published_is_said():
    over = WorkClock.over(OFFICE, "Asia/Shanghai", datetime(2026, 12, 1), datetime(2027, 1, 5))
    assert over.unpublished == (2027,)
    assert over.warning("zh") == "2027 年的法定假日与补班尚未公布，工作时间按尚不完整的假日推算。"
    assert WorkClock.over(OFFICE, "Asia/Shanghai", datetime(2018, 1, 1), datetime(2026, 12, 31)).warning("en") == ""


def test_a_project_says_it_in_its_import_notes(tmp_path):
    (tmp_path / "a.csv").write_text("case_id,activity,timestamp\n1,a,2027-01-04 09:00\n", encoding="utf-8")
    text = 'procmine: 1\nname: x\ntime_zone: Asia/Shanghai\nsources: [{path: a.csv}]\ncalendar: {country: CN, hours: {mon-fri: "09:00-18:00"}}\n'
    text += "pauses: [{from: asked, until: a}]\ncountersign: [a, signed]\n"
    (tmp_path / "project.yml").write_text(text, encoding="utf-8")
    log = pm.open_project(tmp_path).read()
    assert [note.facts["years"] for note in log.import_report.warnings if note.code == "holidays_unpublished"] == [
        "2027"
    ]
    assert [note.facts["names"].en for note in log.import_report.warnings if note.code == "pauses_unused"] == ["asked"]
    assert [note.facts["names"].en for note in log.import_report.warnings if note.code == "countersign_unused"] == [
        "signed"
    ]
    assert log.countersigned == {"a", "signed"}
    assert pm.open_project(tmp_path).sla.calendar == pm.open_project(tmp_path).calendar


def test_people_and_groups_of_a_calendar_that_never_occur_are_named(tmp_path):
    rows = "case_id,activity,timestamp,人,组\n1,a,2026-03-02 09:00,陈静,客服组\n1,b,2026-03-02 10:00,机器人,客服组\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    text = "procmine: 1\nname: x\ntime_zone: UTC\nsources: [{path: a.csv, columns: {resource: 人, group: 组}}]\n"
    (tmp_path / "人员.csv").write_text("姓名,岗位\n陈静,客服专员\n", encoding="utf-8")
    text += "people: {path: 人员.csv, key: 姓名, role: 岗位, cost_per_hour: {客服专员: 50, 客服专源: 80}}\n"
    text += "system_actors: [系统]\ncalendar:\n  hours: {mon-fri: '09:00-18:00'}\n"
    text += "  resources: {陈敬: {absences: 2026-03-09}, 陈静: {absences: 2026-03-10}}\n"
    text += "  groups: {客服祖: {hours: {mon-fri: '12:00-20:00'}}}\n"
    (tmp_path / "project.yml").write_text(text, encoding="utf-8")
    told = {note.code: note.say("zh") for note in pm.open_project(tmp_path).read().import_report.warnings}
    assert told["calendar_resources_unused"].endswith("陈敬（是不是“陈静”？）")
    assert told["calendar_groups_unused"].endswith("客服祖（是不是“客服组”？）")
    assert told["system_actors_unused"].endswith("系统")
    assert told["cost_roles_unused"].endswith("客服专源（是不是“客服专员”？）")
    (tmp_path / "project.yml").write_text(text.replace("[系统]", "[系统, 机器人]"), encoding="utf-8")
    assert "system_actors_unused" not in {note.code for note in pm.open_project(tmp_path).read().import_report.warnings}


def test_people_have_clocks_of_their_own():
    calendar = WorkCalendar.model_validate(
        {
            "hours": {"mon-fri": ["09:00-18:00"]},
            "groups": {"晚班": {"hours": {"mon-fri": ["22:00-06:00"]}}},
            "resources": {"甲": {"absences": ["2026-03-02"]}},
        }
    )
    members = [("甲", "晚班"), ("乙", "晚班"), ("丙", "白班"), ("甲", "白班")]
    clocks = PersonalClocks.over(calendar, members, "UTC", datetime(2026, 3, 1), datetime(2026, 3, 7))
    who = np.array([3, 0, 2, 1])
    first, last = (np.full(4, microseconds(datetime(2026, 3, day, 12))) for day in (2, 3))
    assert ((clocks.worked(who, last) - clocks.worked(who, first)) / HOUR).tolist() == [3, 0, 9, 8]
    assert len(clocks.clocks) == 4


# ── a published log ───────────────────────────────────────────────────────────────────────────


def wall_seconds(instants: Any, zone: str) -> np.ndarray:
    """Seconds on a zone's own clock, as if it had no zone."""
    local = instants.dt.tz_localize("UTC") if instants.dt.tz is None else instants
    return local.dt.tz_convert(zone).dt.tz_localize(None).astype("datetime64[s]").astype("int64").to_numpy()


def weekday(seconds: np.ndarray) -> np.ndarray:
    return (seconds // DAY + 3) % 7 < 5


def in_office(seconds: np.ndarray) -> np.ndarray:
    return weekday(seconds) & (seconds % DAY >= 8 * 3600) & (seconds % DAY <= 18 * 3600)


def estimated(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The published estimate in seconds: parts of the first and last day on a 24-hour dial, ten hours per day between."""
    days = (end - begin) // DAY
    working = [weekday(at + DAY * np.arange(n + 1)).sum() - 1 for at, n in zip(begin, days, strict=True)]
    between = np.maximum(np.array(working) - 1, 0) * 10 * 3600
    return (18 * 3600 - begin) % DAY + (end - 8 * 3600) % DAY + between


def test_domestic_declarations():
    """FINAL_APPROVED by SUPERVISOR → Request Payment in the hours 08–18 of weekdays, and the published figures.

    They come from the analysis by the Hasso Plattner Institute (github.com/bptlab/bpi-challenge-2020, Bottleneck
    Analysis): median 14 h, maximum 1,695 h, 927 pairs above 48 h and 948 above 47 h. It estimates: what remains of
    the first day up to 18:00, what the last day has had since 08:00, and ten hours for each further day. Our pairs
    give its figures by its rule, and its seconds are ours wherever that rule is exact. Elsewhere it is not: one
    minute on one day counts as ten hours, and an evening as most of the day that follows.
    """
    log = pm.read_export(shared_file("oa/DomesticDeclarations.xes.gz"), time_zone="Europe/Amsterdam", language="en")
    office = WorkCalendar(hours={"mon-fri": ["08:00-18:00"]})
    events = log.events
    approved = events.previous_activity.endswith("FINAL_APPROVED by SUPERVISOR")
    pairs = events.filter(approved & (events.activity == "Request Payment"))
    told = clock_of(log, office).with_between(pairs, "previous_timestamp", "timestamp", "worked")
    frame = told.order_by("case_index", "position").to_pyarrow().to_pandas()
    natural = (frame["timestamp"] - frame["previous_timestamp"]).dt.total_seconds() / 3600
    assert (len(frame), round(natural.median(), 3)) == (9912, 27.157)
    spans = spans_of(
        {key: ["08:00-18:00"] for key in DAY_NAMES[:5]},
        set(),
        "Europe/Amsterdam",
        date(2016, 12, 20),
        date(2019, 12, 31),
    )
    some = frame.iloc[::20]
    asked = [some[name].astype("datetime64[s]").astype("int64") for name in ("previous_timestamp", "timestamp")]
    assert [slow(spans, a, b) * SECOND for a, b in zip(*asked, strict=True)] == some["worked"].tolist()
    worked = frame["worked"] / HOUR
    assert (round(worked.median(), 1), round(worked.max()), int((worked > 48).sum())) == (11.4, 1683, 1005)

    begin, end = (wall_seconds(frame[name], "Europe/Amsterdam") for name in ("previous_timestamp", "timestamp"))
    estimate = estimated(begin, end)
    hours = estimate // 3600
    published = (14, 1695, 927, 948)
    assert (np.sort(hours)[len(hours) // 2], hours.max(), (hours > 48).sum(), (hours > 47).sum()) == published
    exact = in_office(begin) & in_office(end) & (end // DAY > begin // DAY) & (end % DAY >= begin % DAY)
    assert exact.sum() == 2256
    assert (estimate[exact] * SECOND).tolist() == frame["worked"][exact].tolist()

    elsewhere = (wall_seconds(frame[name], "UTC") for name in ("previous_timestamp", "timestamp"))
    assert (estimated(*elsewhere) // 3600 > 48).sum() != 927, "the figures are of Amsterdam's clock"
