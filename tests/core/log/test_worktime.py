"""Local time to universal time and back, against the zone data base of the standard library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procmine.core.log.engine import workbench
from procmine.core.log.worktime import is_doubtful, local_time, to_universal, universal_time

PERIODS = {
    "Europe/Amsterdam": (datetime(1995, 1, 1), datetime(2030, 1, 1)),
    "Asia/Shanghai": (datetime(1986, 1, 1), datetime(1992, 12, 31)),
    "America/New_York": (datetime(1995, 1, 1), datetime(2030, 1, 1)),
}
DAY = timedelta(days=1)


def _offset(time: datetime, zone: str) -> timedelta | None:
    return time.replace(tzinfo=ZoneInfo(zone)).utcoffset()


def _days_of_change(zone: str) -> list[datetime]:
    first, last = PERIODS[zone]
    days = [first + n * DAY for n in range((last - first).days)]
    return [day for day in days if _offset(day, zone) != _offset(day + DAY, zone)]


CHANGES = {zone: _days_of_change(zone) for zone in PERIODS}


def _times(zone: str) -> st.SearchStrategy[list[datetime]]:
    first, last = PERIODS[zone]
    seconds = st.integers(0, 5 * 3600).map(lambda n: timedelta(seconds=n))
    near = st.builds(datetime.__add__, st.sampled_from(CHANGES[zone]), seconds)
    return st.lists(st.datetimes(first, last) | near, min_size=1, max_size=20)


_zones_and_times = st.sampled_from(sorted(PERIODS)).flatmap(lambda zone: st.tuples(st.just(zone), _times(zone)))


@pytest.fixture(scope="module")
def bench():
    with workbench() as backend:
        yield backend


def _asked(bench, times: list[datetime], ask) -> list[Any]:
    bench.con.register("given", pa.table({"n": range(len(times)), "time": pa.array(times, pa.timestamp("us"))}))
    bench.con.execute("create or replace table asked as select * from given")
    table = bench.table("asked")
    return table.mutate(answer=ask(table.time)).order_by("n").answer.to_pyarrow().to_pylist()


@settings(max_examples=60, deadline=None)
@given(_zones_and_times)
def test_local_times_become_the_instants_of_the_zone_data_base(bench, zone_and_times):
    zone, times = zone_and_times
    bounds = min(times), max(times)
    earlier = [time.replace(tzinfo=ZoneInfo(zone), fold=0) for time in times]
    expected = [time.astimezone(UTC).replace(tzinfo=None) for time in earlier]
    assert _asked(bench, times, lambda local: universal_time(local, zone, *bounds)) == expected
    assert [to_universal(time, zone) for time in times] == expected


@settings(max_examples=40, deadline=None)
@given(_zones_and_times)
def test_doubtful_are_the_local_times_with_two_offsets(bench, zone_and_times):
    zone, times = zone_and_times
    expected = [_offset(time, zone) != _offset(time.replace(fold=1), zone) for time in times]
    assert _asked(bench, times, lambda local: is_doubtful(local, zone, min(times), max(times))) == expected


@settings(max_examples=40, deadline=None)
@given(_zones_and_times)
def test_instants_become_the_local_times_of_the_zone_data_base(bench, zone_and_times):
    zone, times = zone_and_times
    expected = [time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for time in times]
    assert _asked(bench, times, lambda instant: local_time(instant, zone, min(times), max(times))) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.datetimes(datetime(2015, 1, 1), datetime(2026, 12, 31)), min_size=1, max_size=30),
    st.sampled_from(["Asia/Shanghai", "Europe/Amsterdam", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]),
)
def test_many_wall_times_become_instants_as_one_does(times, zone):
    import pandas as pd

    from procmine.core.log.worktime import all_to_universal, to_universal

    series = pd.Series([*times, None], dtype="datetime64[us]", index=range(5, len(times) + 6))
    found = all_to_universal(series, zone)
    assert found.index.tolist() == series.index.tolist()
    assert [one.to_pydatetime() for one in found[:-1]] == [to_universal(one, zone) for one in times]
    assert pd.isna(found.iloc[-1])
