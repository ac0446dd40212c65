"""How findings say their numbers."""

from __future__ import annotations

from datetime import timedelta

from procmine.core.text.words import Words, write_hours


def time_words(microseconds: float) -> Words:
    """A length of working time in both languages: never in days, since a day of work is not 24 hours.

    Examples
    --------
    >>> time_words(360_000_000_000)
    Words(zh='100.0 小时', en='100.0 h')
    """
    length = timedelta(microseconds=round(microseconds))
    return Words(write_hours(length, "zh"), write_hours(length, "en"))


def joined(*parts: Words) -> Words:
    """Sentences one after the other.

    Examples
    --------
    >>> joined(Words("甲。", "A."), Words("乙。", " B."))
    Words(zh='甲。乙。', en='A. B.')
    """
    return Words("".join(part.zh for part in parts), "".join(part.en for part in parts))
