"""Words in the two languages of a report, and how numbers are written for people."""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Collection
from datetime import timedelta
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]

_NOUNS = {
    "activities": "activity", "people": "person", "processes": "process",
    **{f"{noun}s": noun for noun in (
        "action", "attribute", "byte", "case", "cell", "character", "check", "column", "contact", "customer", "day", "departure",
        "event", "file", "finding", "group", "handover", "id", "key", "KPI", "level", "line", "node", "number", "person", "place",
        "point", "reassignment", "record", "repetition", "resource", "return", "role", "row", "score", "sheet",
        "state", "step", "thing", "time", "trail", "transition", "value", "variant", "way",
    )},
}  # fmt: skip
_VERBS = {
    "are": "is", "were": "was", "have": "has", "do": "does", "go": "goes", "see": "sees", "lack": "lacks", "differ": "differs",
    "make": "makes", "take": "takes", "tell": "tells", "keep": "keeps", "depart": "departs", "give": "gives", "end": "ends",
    "change": "changes", "lie": "lies", "start": "starts", "repeat": "repeats", "show": "shows", "run": "runs",
}  # fmt: skip
_COUNTED = re.compile(
    r"(?P<of>\bof )?\{(?P<name>\w+)\} (?P<kind>(?:empty|blank|open|planted) )?"
    rf"(?P<noun>{'|'.join(_NOUNS)})\b(?P<aside>(?: \([^)]*\))?)(?: (?P<verb>{'|'.join(_VERBS)})\b)?"
)


def singular(text: str, ones: Collection[str]) -> str:
    """An English text with the singular where one of its values is 1: of the noun behind it, and of that noun's verb.

    Examples
    --------
    >>> singular("{n} cases ({share}) see rework, {m} files are read", {"n"})
    '{n} case ({share}) sees rework, {m} files are read'
    """

    def one(found: re.Match[str]) -> str:
        if found["name"] not in ones:
            return found[0]
        verb = found["verb"] and (found["verb"] if found["of"] else _VERBS[found["verb"]])
        noun = f"{found['of'] or ''}{{{found['name']}}} {found['kind'] or ''}{_NOUNS[found['noun']]}{found['aside']}"
        return f"{noun} {verb}" if verb else noun

    return _COUNTED.sub(one, text)


class Words(NamedTuple):
    """One text in Chinese and in English; `{name}` stands for a value to be filled in.

    Examples
    --------
    >>> Words("{n} 个案例", "{n} cases").filled(n=3).say("zh")
    '3 个案例'
    """

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """The text in `language`."""
        return self.zh if language == "zh" else self.en

    def filled(self, **values: object) -> Words:
        """Both texts with their values filled in; a value may be `Words` itself. After a 1 English has the singular."""
        en = {name: say(value, "en") for name, value in values.items()}
        ones = {name for name, value in en.items() if value == "1"}
        return Words(
            self.zh.format(**{name: say(value, "zh") for name, value in values.items()}),
            (singular(self.en, ones) if ones else self.en).format(**en),
        )


def say(text: object, language: Language) -> str:
    """`text` in `language`: `Words` are translated, everything else is written as it is."""
    return text.say(language) if isinstance(text, Words) else str(text)


def shell_language() -> Language:
    """The language that the environment asks for, where nothing that is read says one."""
    # A machine may lack the locale that its user asks for.
    asked = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next(filter(None, asked), None) or locale.getlocale()[0] or ""
    return "zh" if name.startswith(("zh", "Chinese")) else "en"


class Unit(NamedTuple):
    """A unit of time for people: its name and its length in seconds."""

    name: Words
    seconds: int


SECONDS = Unit(Words("秒", "s"), 1)
MINUTES = Unit(Words("分钟", "min"), 60)
HOURS = Unit(Words("小时", "h"), 3600)
DAYS = Unit(Words("天", "d"), 86400)


def unit_for(seconds: float) -> Unit:
    """The unit in which a duration of this size reads well: 90 s, 90 min, 72 h, then days."""
    if seconds < 120:
        return SECONDS
    if seconds < 2 * 3600:
        return MINUTES
    if seconds < 3 * 86400:
        return HOURS
    return DAYS


def write_number(value: float, decimals: int = 0) -> str:
    """A number with thousands separators.

    Examples
    --------
    >>> write_number(31846), write_number(0.5, 1)
    ('31,846', '0.5')
    """
    return f"{value:,.{decimals}f}"


def write_share(value: float) -> str:
    """A share 0..1 as per cent with one decimal.

    Examples
    --------
    >>> write_share(0.8366)
    '83.7 %'
    """
    return f"{value * 100:.1f} %"


def write_in_unit(seconds: float, unit: Unit) -> str:
    """A duration as a bare number of `unit`, with as many decimals as its size deserves."""
    amount = seconds / unit.seconds
    return write_number(amount, 0 if unit is SECONDS or abs(amount) >= 1000 else 1)


def write_duration(duration: timedelta, language: Language) -> str:
    """A duration in the unit in which it reads well.

    Examples
    --------
    >>> write_duration(timedelta(hours=46, minutes=12), "zh")
    '46.2 小时'
    """
    seconds = duration.total_seconds()
    unit = unit_for(abs(seconds))
    return f"{write_in_unit(seconds, unit)} {unit.name.say(language)}"


def write_hours(duration: timedelta, language: Language) -> str:
    """Working time in hours, whatever its size: a day of it could be eight hours or twenty-four.

    Examples
    --------
    >>> write_hours(timedelta(days=10), "en")
    '240.0 h'
    """
    return f"{write_in_unit(duration.total_seconds(), HOURS)} {HOURS.name.say(language)}"


def write_time(duration: timedelta, language: Language, *, working: bool) -> str:
    """Natural time in the unit in which it reads well; working time never in days, minutes below an hour.

    Examples
    --------
    >>> write_time(timedelta(days=10), "en", working=True), write_time(timedelta(days=10), "en", working=False)
    ('240.0 h', '10.0 d')
    """
    few = abs(duration.total_seconds()) < 2 * HOURS.seconds
    return write_hours(duration, language) if working and not few else write_duration(duration, language)
