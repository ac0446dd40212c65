"""The closed list of time formats, and the SQL that reads a text by one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from procmine.core.log.engine import literal, trimmed
from procmine.core.text.words import Words
from procmine.reading.times.not_given import PLACEHOLDER, ZERO

_EARLIEST, _LATEST = "1900-01-01", "2200-01-01"


class TimeFormat(NamedTuple):
    """A family of formats that differ only in how precise they are.

    Attributes
    ----------
    name
        As people write it.
    patterns
        strptime patterns, the most usual first; the first that fits a value reads it.
    has_offset
        Whether the text carries its own offset from universal time.
    number
        For formats that count from a day: what the digits look like.
    """

    name: str
    patterns: tuple[str, ...]
    has_offset: bool = False
    number: str = ""
    chinese: str = ""

    @property
    def words(self) -> Words:
        """The format as people write it."""
        return Words(self.chinese or self.name, self.name)

    @property
    def day(self) -> Words:
        """The same without a time of day."""
        return self.words if self.number else Words(_day_of(self.name), _day_of(self.name))


CLOCK = re.compile(r"\d[:时点]\d")
"""What shows that a text has a time of day."""

_CLOCK = ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M")
_CLOCK12 = ("%I:%M:%S %p", "%I:%M %p")
_CLOCK_ZH = ("%H时%M分%S秒", "%H时%M分", "%H点%M分", *_CLOCK)


def _with(day: str, clocks: Iterable[str] = _CLOCK, joins: Sequence[str] = (" ",)) -> tuple[str, ...]:
    return (*(f"{day}{join}{clock}" for join in joins for clock in clocks), day)


SERIAL = TimeFormat("spreadsheet serial", (), number=r"[2-7]\d{4}(\.\d+)?", chinese="电子表格日期序号")
"""Days since 1899-12-30, as spreadsheets count them."""

FORMATS: tuple[TimeFormat, ...] = (
    TimeFormat(
        "YYYY-MM-DD hh:mm:ss", (*_with("%Y-%m-%d", joins=(" ", "T")), *(f"%Y-%m-%d {clock}" for clock in _CLOCK12))
    ),
    TimeFormat(
        "YYYY-MM-DDThh:mm:ss±hh:mm",
        tuple(f"%Y-%m-%d{join}{clock}%z" for join in ("T", " ") for clock in _CLOCK),
        has_offset=True,
    ),
    TimeFormat("YYYY/MM/DD hh:mm:ss", _with("%Y/%m/%d", (*_CLOCK, *_CLOCK12))),
    TimeFormat("YYYY.MM.DD hh:mm:ss", _with("%Y.%m.%d")),
    TimeFormat("YYYY年M月D日 hh:mm:ss", _with("%Y年%m月%d日", (*_CLOCK_ZH, *_CLOCK12), (" ", ""))),
    TimeFormat("YYYYMMDD hhmmss", ("%Y%m%d%H%M%S", "%Y%m%d %H%M%S", "%Y%m%d %H:%M:%S", "%Y%m%d")),
    TimeFormat("DD.MM.YYYY hh:mm", _with("%d.%m.%Y")),
    TimeFormat("DD.MM.YY hh:mm", _with("%d.%m.%y")),
    TimeFormat("DD-MM-YYYY hh:mm", _with("%d-%m-%Y")),
    TimeFormat("MM-DD-YYYY hh:mm", _with("%m-%d-%Y")),
    TimeFormat("DD/MM/YYYY hh:mm", _with("%d/%m/%Y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("MM/DD/YYYY hh:mm", _with("%m/%d/%Y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("DD/MM/YY hh:mm", _with("%d/%m/%y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("MM/DD/YY hh:mm", _with("%m/%d/%y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("DD/Mon/YY hh:mm", _with("%d/%b/%y", (*_CLOCK, *_CLOCK12))),
    TimeFormat("DD-Mon-YYYY hh:mm", _with("%d-%b-%Y", (*_CLOCK, *_CLOCK12))),
    SERIAL,
    TimeFormat("epoch seconds", (), has_offset=True, number=r"\d{10}(\.\d+)?", chinese="1970 年起的秒数"),
    TimeFormat("epoch milliseconds", (), has_offset=True, number=r"\d{13}(\.0+)?", chinese="1970 年起的毫秒数"),
)
"""The closed list. Formats of one name read the same day from the same text, whatever the clock."""


def declared_format(written: str) -> TimeFormat:
    """The format that a project declares: a strptime pattern, or the notation in which formats are shown.

    Examples
    --------
    >>> declared_format("DD/MM/YYYY hh:mm").patterns[-1], declared_format("yyyy-MM-dd").name
    ('%d/%m/%Y', 'YYYY-MM-DD hh:mm:ss')
    """
    if written and "%" not in written:
        for format in FORMATS:
            if written.casefold() in (format.name.casefold(), format.chinese):
                return format
        for format in FORMATS:
            if _day_of(written).casefold() == _day_of(format.name).casefold():
                return format
    return TimeFormat(written, (written,), has_offset="%z" in written)


def _day_of(notation: str) -> str:
    return re.split(r" ?[T ](?=[hH])", notation)[0]


def strptime_sql(cell: str, format: TimeFormat) -> str:
    """The expression that reads a text cell by a format, or gives null."""
    time = _number_sql(cell, format) if format.number else _text_sql(cell, format)
    return f"case when {time} >= timestamp '{_EARLIEST}' and {time} < timestamp '{_LATEST}' then {time} end"


def _text_sql(cell: str, format: TimeFormat) -> str:
    # The blank keeps the engine inside the text: where a text ends before a sign of the pattern,
    # it looks one byte too far, and crashes where memory ends there.
    patterns = ", ".join(literal(pattern) for pattern in format.patterns)
    if format.has_offset:
        text = f"regexp_replace({cell}, '[Zz]\\s*$', '+00:00')"
        return f"(try_strptime({text} || ' ', [{patterns}]) at time zone 'UTC')"
    return f"try_strptime({cell} || ' ', [{patterns}])"


def _number_sql(cell: str, format: TimeFormat) -> str:
    text = trimmed(cell)
    value = f"try_cast({text} as decimal(38, 9))"
    if format is SERIAL:
        # Serials are rounded to milliseconds: a second is no finite fraction of a day.
        time = f"timestamp '1899-12-30' + to_milliseconds(round({value} * 86400000)::bigint)"
    else:
        unit = 1000 if "milli" in format.name else 1000000
        time = f"make_timestamp(({value} * {unit})::bigint)"
    return f"(case when regexp_full_match({text}, {literal(format.number)}) then {time} end)"


# ── texts put right before they are read ──────────────────────────────────────────────────────

_WIDE = "０１２３４５６７８９：／－．，　", "0123456789:/-., "
_MIDNIGHT = r"[ T日]24:00(:00(\.0+)?)?"
_NOON = r"\s*(上午|下午)\s*(\d{1,2}[:时点]\d{1,2}(?:[:分]\d{1,2})?)[分秒]?"

SIGNS = {
    "wide": "[０-９：／－．　]",
    "zero": ZERO,
    "placeholder": PLACEHOLDER,
    "midnight": f"{_MIDNIGHT}\\s*$",
    "noon": "上午|下午",
}
"""What is put right, and the pattern (for Python and the engine) that shows it is needed."""

NOTHING = ("zero", "placeholder")
"""Signs that no time is given."""


def repaired_sql(cell: str, repairs: Iterable[str]) -> str:
    """The text of a cell as formats read it; null where it says that no time is given."""
    text = cell
    if "wide" in repairs:
        text = f"translate({text}, {literal(_WIDE[0])}, {literal(_WIDE[1])})"
    for name in NOTHING:
        if name in repairs:
            text = f"(case when not regexp_matches({text}, {literal(SIGNS[name])}) then {text} end)"
    if "noon" in repairs:
        moved = f"regexp_replace({text}, {literal(_NOON)}, ' \\2 \\1')"
        plain = f"regexp_replace({moved}, '(\\d)[时点分](\\d)', '\\1:\\2', 'g')"
        text = f"replace(replace({plain}, '上午', 'AM'), '下午', 'PM')"
    return text


def read_sql(cell: str, format: TimeFormat, repairs: Iterable[str]) -> str:
    """The expression that puts a cell right and reads it by a format: 24:00 is the next day's beginning."""
    text = repaired_sql(cell, repairs)
    time = strptime_sql(text, format)
    if "midnight" not in repairs:
        return time
    begin = strptime_sql(f"regexp_replace({text}, '24:00(:00(\\.0+)?)?\\s*$', '00:00')", format)
    sign = literal(SIGNS["midnight"])
    return f"(case when regexp_matches({text}, {sign}) then {begin} + interval 1 day else {time} end)"


NUMBERS = ("BIGINT", "INTEGER", "UBIGINT", "HUGEINT", "DOUBLE", "FLOAT")
"""Types of columns that may count seconds, milliseconds or days."""


def number_text(cell: str, kind: str) -> str:
    """A cell of numbers as text, whole ones without a decimal point."""
    if kind not in ("DOUBLE", "FLOAT"):
        return f"{cell}::varchar"
    return f"(case when {cell} = trunc({cell}) then {cell}::hugeint::varchar else {cell}::varchar end)"


def joined_cells(day: str, clock: str) -> str:
    """The text cell of a time whose date and clock stand in two cells; null where there is no date.

    A date cell that spells midnight (`2024-03-05 00:00:00`) gives way to the clock; so does a clock
    cell's own day (`1899-12-31 14:03:00`).

    Examples
    --------
    >>> joined_cells("c1", "c2").startswith("case when")
    True
    """
    date = f"regexp_replace({trimmed(day)}, '[ T]00:00(:00(\\.0+)?)?$', '')"
    time = f"regexp_replace(coalesce({trimmed(clock)}, ''), '^(1899|1900|1904)-\\d\\d-\\d\\d[ T]', '')"
    serial = (
        f"case when try_cast({date} as double) between 20000 and 80000 and try_cast({time} as double) < 1 "
        f"then (try_cast({date} as double) + try_cast({time} as double))::varchar end"
    )
    joined = f"trim(concat({date}, ' ', {time}))"
    return f"case when coalesce({date}, '') = '' then null else coalesce({serial}, {joined}) end"
