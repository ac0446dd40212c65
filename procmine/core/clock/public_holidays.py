"""Statutory holidays and make-up workdays of a country, and whether they have been published."""

from __future__ import annotations

import functools
from datetime import date
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from procmine.core.text.errors import did_you_mean
from procmine.core.text.spec import SpecValueError
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from holidays import HolidayBase

_DECREED_FROM = 3


class HolidayYear(NamedTuple):
    """What a country says of one year: days off, days of the weekend that are worked, and whether it is known."""

    off: frozenset[date]
    made_up: frozenset[date]
    is_published: bool


def known_country(country: str, subdivision: str | None) -> None:
    """Make sure that the holidays of a country are known.

    Raises
    ------
    SpecValueError
        If they are not; the hint names the nearest code.
    """
    known = _library().list_supported_countries()
    if country not in known:
        fault = Words("不认识国家代码“{country}”", "no country has the code {country!r}").filled(country=country)
        example = Words(
            "写两个字母的代码，例如 CN；不用法定假日写 none", "two letters, for example CN; none for no holidays"
        )
        raise SpecValueError(fault, did_you_mean(country, [code for code in known if len(code) == 2]) or example)
    if subdivision is not None and subdivision not in known[country]:
        fault = Words("{country} 没有地区“{subdivision}”", "{country} has no subdivision {subdivision!r}").filled(
            country=country, subdivision=subdivision
        )
        hint = Words("可用：{known}", "known: {known}").filled(known=", ".join(known[country]) or "–")
        raise SpecValueError(fault, hint)


@functools.cache
def holiday_year(country: str, subdivision: str | None, year: int) -> HolidayYear:
    """The statutory holidays of a year.

    A country that moves workdays by decree (as China does) has published a year when the decree is
    known; elsewhere a year is published when none of its dates is an estimate. Source of the dates:
    the `holidays` library.

    Examples
    --------
    >>> china = holiday_year("CN", None, 2026)
    >>> date(2026, 2, 14) in china.made_up, china.is_published, holiday_year("CN", None, 2027).is_published
    (True, True, False)
    """
    found = _library().country_holidays(country, subdivision, years=year)
    made_up = frozenset(day for day in found.weekend_workdays if day.year == year)
    off = frozenset(day for day in found if day.year == year) - made_up
    first, last = _decreed(country, subdivision)
    return HolidayYear(off, made_up, first <= year <= last and not _is_estimated(found))


@functools.cache
def _decreed(country: str, subdivision: str | None) -> tuple[int, int]:
    """First and last year with a decree; all years where workdays are not moved by decree."""
    found = _library().country_holidays(country, subdivision, years=range(1990, 2101))
    moved = {day.year for day in found.weekend_workdays}
    if len(moved) < _DECREED_FROM:
        return date.min.year, date.max.year
    tables = (getattr(found, name, None) for name in ("special_public_holidays", "special_public_holidays_observed"))
    told = moved | {year for table in tables if isinstance(table, dict) for year in table}
    return min(told), max(told)


def _is_estimated(found: HolidayBase) -> bool:
    label = getattr(found, "estimated_label", None)
    if not isinstance(label, str):
        return False
    marks = {found.tr(label).replace("%s", "").strip(), label.replace("%s", "").strip()}
    return any(mark in name for name in found.values() for mark in marks)


def _library() -> ModuleType:
    import holidays  # project.yml is read, and its schema printed, without the calendars of all countries

    return holidays
