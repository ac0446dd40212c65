"""Language and zone of a first project: what was asked for, else what the data says, else the shell and the machine.

An offset is no zone: +08:00 is the time of Shanghai, Singapore and Perth. So what is written is said with its reason.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.spec import SpecValueError
from procmine.core.text.words import Language, Words
from procmine.project.inspection import Inspection
from procmine.reading.files.source import UNSAID, known_zone

_FEW_HEADERS = 1 / 3
"""Share of column names in Chinese from which on an export speaks Chinese."""
_DAYS = (datetime(2026, 1, 15), datetime(2026, 7, 15))
"""A day of winter and one of summer: a zone's offset changes between them where it has two."""


_UTC = ("Etc/UTC", "Etc/UCT", "Etc/Zulu", "Zulu", "UCT", "Etc/Universal", "Universal")


class Chosen(NamedTuple):
    """A value of project.yml and why it stands there."""

    value: str
    why: Words


def choose_language(
    asked: Language | None, found: Iterable[Inspection], shell: Language | None
) -> tuple[Language, Words]:
    """The language of reports: as asked for; else Chinese where the exports are; else the shell's; else English."""
    if asked is not None:
        return asked, Words("按 --language", "as --language says")
    if any(speaks_chinese(one) for one in found):
        return "zh", Words("导出文件是中文的", "the export is in Chinese")
    if shell is not None:
        return shell, Words("按终端的语言设置", "the language of this shell")
    return "en", Words("终端和导出文件都没有说明", "neither the shell nor the export says another")


def speaks_chinese(found: Inspection) -> bool:
    """Whether a third of the column names are Chinese, or most of the activities seen."""
    names = list(found.raw.columns)
    activity = found.columns.get("activity", "")
    seen = [str(row[names.index(activity)]) for row in found.preview] if activity in names else []
    n_names, n_seen = (sum(map(_is_chinese, some)) for some in (names, seen))
    return n_names >= _FEW_HEADERS * len(names) > 0 or 2 * n_seen > len(seen)


def _is_chinese(text: str) -> bool:
    return any(unicodedata.name(sign, "").startswith("CJK UNIFIED") for sign in text)


def choose_zone(asked: str | None, found: Sequence[Inspection], language: Language) -> Chosen:
    """The zone of a project.

    It is the one asked for; else one that fits the offsets in the exports; else the machine's; else it has to be said.

    Raises
    ------
    SpecError
        If the zone asked for is none; the nearest names are told.
    """
    if asked is not None:
        try:
            return Chosen(known_zone(asked), Words("按 --time-zone", "as --time-zone says"))
        except SpecValueError as error:
            raise SpecError(Fault("--time-zone", error.fault, hint=error.hint)) from None
    offsets = sorted({offset for one in found for offset in one.offsets})
    machine = machine_zone()
    if offsets and "" not in offsets:
        fitting = _zone_of(offsets, machine, language)
        if fitting is not None:
            return fitting
    if machine is None:
        why = Words("无法得知：写明时区，例如 Asia/Shanghai", "cannot be told: name it, for example Europe/Berlin")
        return Chosen(UNSAID, why)
    why = Words("本机的时区；导出文件没有说明", "the zone of this machine; the export does not say")
    return Chosen(machine, _SERVER if machine == "UTC" else why)


_SERVER = Words(
    "导出文件没有说明，本机是 UTC；若在别处办公，请改成该地时区",
    "the export does not say, and this machine runs on UTC: name the zone where people work if it is another",
)


def _zone_of(offsets: Sequence[str], machine: str | None, language: Language) -> Chosen | None:
    """A zone whose times have the offsets of the exports: the machine's, China's for Chinese data, else a bare offset."""
    said = ", ".join(offsets)
    wanted = {_minutes(offset) for offset in offsets}
    if machine is not None and wanted <= _offsets_of(machine):
        why = Words(
            "文件中的时差是 {said}，与本机时区相符", "the offset in the file is {said}, as in the zone of this machine"
        )
        return Chosen(machine, why.filled(said=said))
    if wanted == {480} and language == "zh":
        why = Words("文件中的时差都是 {said}，按北京时间", "all times in the file carry {said}, taken as Beijing time")
        return Chosen("Asia/Shanghai", why.filled(said=said))
    if len(wanted) == 1 and (bare := _bare_zone(*wanted)) is not None:
        why = Words(
            "文件中的时差都是 {said}；时差不等于时区，若在某地办公请写该地时区",
            "all times in the file carry {said}; an offset is no zone: name the zone where people work",
        )
        return Chosen(bare, why.filled(said=said))
    return None


def _minutes(offset: str) -> int:
    if offset == "Z":
        return 0
    digits = offset[1:].replace(":", "")
    return (-1 if offset[0] == "-" else 1) * (int(digits[:2]) * 60 + int(digits[2:] or 0))


def _offsets_of(zone: str) -> set[int]:
    found = (day.replace(tzinfo=ZoneInfo(zone)).utcoffset() or timedelta() for day in _DAYS)
    return {int(offset.total_seconds()) // 60 for offset in found}


def _bare_zone(minutes: int) -> str | None:
    if minutes == 0:
        return "UTC"
    # The signs of these zones are turned: Etc/GMT-8 is eight hours ahead of Greenwich.
    hours = minutes // 60
    return f"Etc/GMT{-hours:+d}" if minutes % 60 == 0 and -12 <= hours <= 14 else None


def machine_zone() -> str | None:
    """The IANA name of this machine's zone; None where it has none or does not say."""
    from babel.localtime import get_localzone  # it reads the machine as it is imported

    try:
        zone = get_localzone()
    except LookupError:
        return None
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    name = "UTC" if name in _UTC else name
    return name if name and _is_known(name) else None


def _is_known(name: str) -> bool:
    try:
        return known_zone(name) == name
    except SpecValueError:
        return False
