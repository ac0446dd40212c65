"""When there is work: weekly hours, holidays, make-up workdays, shifts of groups, absences; and when a clock stands."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from procmine.core.clock.public_holidays import known_country
from procmine.core.text.errors import did_you_mean
from procmine.core.text.spec import OneOrMore, Spec, SpecValueError
from procmine.core.text.words import Words

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE = {name: i for i, names in enumerate(("一", "二", "三", "四", "五", "六", "日天")) for name in names}
MADE_UP = "make-up"
_MINUTES = 24 * 60
_WEEK = 7 * _MINUTES


class Shift(NamedTuple):
    """One span of work: minutes after the midnight of the day it begins on; beyond 1,440 on the next day.

    Examples
    --------
    >>> Shift.parsed("22:00-06:00")
    Shift(begin=1320, end=1800)
    """

    begin: int
    end: int

    @classmethod
    def parsed(cls, text: str) -> Self:
        """A shift as it is written, for example `09:00-12:00`; one that ends earlier than it begins ends next day.

        Raises
        ------
        SpecValueError
            If it is no such span, or begins at 24:00 or when it ends.
        """
        found = re.fullmatch(r"\s*(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})\s*", str(text))
        numbers = [int(part) for part in found.groups()] if found else [99] * 4
        begin, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        if max(numbers[1], numbers[3]) > 59 or begin >= _MINUTES or end > _MINUTES or begin == end:
            fault = Words("“{text}”不是工作时段", "{text!r} is no span of working hours").filled(text=text)
            hint = Words(
                '例如 "09:00-12:00"；跨夜 "22:00-06:00"；全天 "00:00-24:00"',
                'for example "09:00-12:00"; over midnight "22:00-06:00"; round the clock "00:00-24:00"',
            )
            raise SpecValueError(fault, hint)
        return cls(begin, end if end > begin else end + _MINUTES)


Week = tuple[tuple[Shift, ...], ...]
"""The shifts of the seven weekdays, Monday first, and of a make-up workday."""

Hours = dict[str, Annotated[list[str], OneOrMore]]
Days = Annotated[list[str], OneOrMore]


def _as_text(value: object) -> object:
    return {str(key): text for key, text in value.items()} if isinstance(value, dict) else value


def _dates_as_text(value: object) -> object:
    values = value if isinstance(value, list) else [value]
    return [one.isoformat() if isinstance(one, date) else one for one in values]


_HOURS = Field(
    None, description='working hours by weekday, for example {mon-fri: ["09:00-12:00", "13:30-18:00"]}', min_length=1
)
_COUNTRY = Field(None, description="country whose statutory holidays apply, for example CN; none for no holidays")
_SUBDIVISION = Field(None, description="its state or province, where holidays differ")
_HOLIDAYS: Any = Field(default_factory=list, description="further days off: 2026-08-08, or 2026-08-08..2026-08-10")
_WORKDAYS: Any = Field(default_factory=list, description="days that are worked although they would be off")
_ABSENCES: Any = Field(default_factory=list, description="days on which they are away: 2026-03-09..2026-03-20")


class OwnHours(Spec):
    """What differs from the common calendar for one group or one resource; what is left out is inherited.

    A day is told by the most special calendar that names it: the resource's own, the group's, the
    common one, the statutory holidays.
    """

    country: str | None = _COUNTRY
    subdivision: str | None = _SUBDIVISION
    hours: Annotated[Hours | None, BeforeValidator(_as_text)] = _HOURS
    holidays: Annotated[Days, BeforeValidator(_dates_as_text)] = _HOLIDAYS
    workdays: Annotated[Days, BeforeValidator(_dates_as_text)] = _WORKDAYS
    absences: Annotated[Days, BeforeValidator(_dates_as_text)] = _ABSENCES

    @field_validator("hours")
    @classmethod
    def _readable(cls, hours: Hours | None) -> Hours | None:
        if hours is not None:
            week_of(hours)
        return hours

    @field_validator("holidays", "workdays", "absences")
    @classmethod
    def _dates(cls, days: list[str]) -> list[str]:
        list(days_of(days))
        return days

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.country not in (None, "none"):
            known_country(str(self.country), self.subdivision)
        both = sorted({*days_of(self.workdays)} & {*days_of(self.holidays), *days_of(self.absences)})
        if both:
            fault = Words(
                "{day} 既写为工作日，又写为休息日或缺勤", "{day} stands under workdays and under holidays or absences"
            )
            raise SpecValueError(fault.filled(day=both[0]), Words("只保留一处", "keep it in one place"))
        return self

    @cached_property
    def told(self) -> dict[date, bool]:
        """The days it names: whether they are worked."""
        off = {*days_of(self.holidays), *days_of(self.absences)}
        return dict.fromkeys(sorted(off), False) | dict.fromkeys(days_of(self.workdays), True)


class WorkCalendar(OwnHours):
    """The working calendar: weekly hours with breaks and shifts, holidays, and who differs from it.

    A shift belongs to the day it begins on: one over midnight that begins before a holiday runs into
    it. A make-up workday has the hours of its weekday; where that has none, those under `make-up`, else
    the hours that most weekdays have.

    Examples
    --------
    >>> calendar = WorkCalendar(country="CN", hours={"mon-fri": ["09:00-12:00", "13:30-18:00"]})
    >>> len(calendar.layers()), calendar.layers()[0].hours["mon-fri"]
    (1, ['09:00-12:00', '13:30-18:00'])
    """

    groups: dict[str, OwnHours] = Field(default_factory=dict, description="group: what differs for its people")
    resources: dict[str, OwnHours] = Field(default_factory=dict, description="resource: what differs for this person")

    @model_validator(mode="after")
    def _has_hours(self) -> Self:
        if self.hours is None:
            fault = Words("日历没有工作时间", "the calendar has no working hours")
            raise SpecValueError(fault, 'hours: {mon-fri: ["09:00-12:00", "13:30-18:00"]}')
        return self

    def layers(self, group: str | None = None, resource: str | None = None) -> tuple[OwnHours, ...]:
        """The calendars that apply to somebody, from the common one to their own."""
        own = (self.groups.get(group) if group else None, self.resources.get(resource) if resource else None)
        return (self, *(layer for layer in own if layer is not None))

    @property
    def is_personal(self) -> bool:
        """Whether groups or resources differ from the common calendar."""
        return bool(self.groups or self.resources)


class Pause(Spec):
    """A state of a case in which a clock stands: while it waits for the customer, for example.

    Examples
    --------
    >>> Pause.model_validate({"from": "待客户回复", "until": ["客户已回复"]}).until
    ['客户已回复']
    """

    from_: Annotated[list[str], OneOrMore] = Field(alias="from", min_length=1, description="activities that begin it")
    until: Annotated[list[str], OneOrMore] = Field(
        default_factory=list, description="activities that end it; the next event of the case where left out"
    )


class Sla(Spec):
    """How a limit is measured: inside which calendar (natural time where none), and when its clock stands."""

    calendar: WorkCalendar | None = None
    pauses: tuple[Pause, ...] = ()


def days_of(texts: list[str]) -> Iterator[date]:
    """The days that dates and spans of dates name, ends included.

    Examples
    --------
    >>> [str(day) for day in days_of(["2026-02-28..2026-03-01"])]
    ['2026-02-28', '2026-03-01']
    """
    for text in texts:
        first, dots, last = text.partition("..")
        try:
            begin = date.fromisoformat(first.strip())
            end = date.fromisoformat(last.strip()) if dots else begin
        except ValueError:
            begin, end = date.max, date.min
        if begin > end:
            fault = Words("“{text}”不是日期或日期区间", "{text!r} is no date or span of dates").filled(text=text)
            hint = Words(
                "例如 2026-03-09 或 2026-03-09..2026-03-20", "for example 2026-03-09 or 2026-03-09..2026-03-20"
            )
            raise SpecValueError(fault, hint)
        yield from (begin + timedelta(days=i) for i in range((end - begin).days + 1))


def week_of(hours: Mapping[str, list[str]]) -> Week:
    """The shifts of every weekday and of a make-up workday.

    Raises
    ------
    SpecValueError
        If a weekday is unknown or named twice, or spans overlap, over midnight too.
    """
    shifts: dict[int, tuple[Shift, ...]] = {}
    for key, texts in hours.items():
        parsed = tuple(sorted(Shift.parsed(text) for text in texts))
        for day in _weekdays(key):
            if day in shifts:
                fault = Words("“{key}”里有一天已经写过", "{key!r} names a day that stands already").filled(key=key)
                raise SpecValueError(fault, Words("每天只写一次", "name each day once"))
            shifts[day] = parsed
    _apart([shift for day, own in shifts.items() if day < 7 for shift in _in_week(day, own)])
    week = [shifts.get(day, ()) for day in range(7)]
    usual = Counter(own for own in week if own).most_common(1)
    return (*week, shifts.get(7, usual[0][0] if usual else ()))


_WEEKDAY_HINT = Words("例如 mon-fri、sat 或 周一至周五", "for example mon-fri, or sat; make-up for make-up workdays")


def _weekdays(key: str) -> list[int]:
    """The weekdays that a key names: `mon`, `mon-fri`, `mon, wed`, `周一至周五`, `make-up`."""
    if key.strip() in (MADE_UP, "补班"):
        return [7]
    found: list[int] = []
    for part in re.split(r"[,，、]", key.lower()):
        names = re.split(r"[-–—~～至到]", part)
        ends = [_weekday(name) for name in names]
        if not 1 <= len(ends) <= 2 or None in ends:
            fault = Words("“{key}”不是星期几", "{key!r} names no weekdays").filled(key=key)
            unknown = [name for name, day in zip(names, ends, strict=True) if day is None]
            near = did_you_mean(unknown[0].strip(), [*_FULL_NAMES, MADE_UP]) if unknown else ""
            raise SpecValueError(fault, near or _WEEKDAY_HINT)
        first, last = ends[0] or 0, ends[-1] or 0
        found += [(first + i) % 7 for i in range((last - first) % 7 + 1)]
    return found


def _weekday(name: str) -> int | None:
    plain = name.strip().removeprefix("星期").removeprefix("周")
    if plain in _CHINESE:
        return _CHINESE[plain]
    short = plain.removesuffix(".").removesuffix("s")  # "Mon.", "thurs", "Mondays"
    found = [i for i, day in enumerate(_FULL_NAMES) if len(short) >= 3 and day.startswith(short)]
    return found[0] if found else None


def _in_week(day: int, shifts: tuple[Shift, ...]) -> list[tuple[int, int, str]]:
    return [(day * _MINUTES + one.begin, day * _MINUTES + one.end, DAY_NAMES[day]) for one in shifts]


def _apart(spans: list[tuple[int, int, str]]) -> None:
    ordered = sorted(spans)
    around = [*ordered, *((begin + _WEEK, end + _WEEK, day) for begin, end, day in ordered[:1])]
    for (_, end, day), (begin, _, next_day) in itertools.pairwise(around):
        if begin < end:
            fault = Words("{day} 的时段与 {next_day} 的时段重叠", "spans overlap: one of {day} and one of {next_day}")
            raise SpecValueError(
                fault.filled(day=day, next_day=next_day),
                Words("让各时段互不重叠", "let every span begin when the one before is over"),
            )
