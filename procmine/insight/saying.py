"""How findings say their numbers."""

from __future__ import annotations

from datetime import timedelta

from procmine.core.words import Words, write_duration


def time_words(microseconds: float) -> Words:
    """A length of time in both languages.

    Examples
    --------
    >>> time_words(7_200_000_000)
    Words(zh='2.0 小时', en='2.0 h')
    """
    length = timedelta(microseconds=round(microseconds))
    return Words(write_duration(length, "zh"), write_duration(length, "en"))


def joined(*parts: Words) -> Words:
    """Sentences one after the other.

    Examples
    --------
    >>> joined(Words("甲。", "A."), Words("乙。", " B."))
    Words(zh='甲。乙。', en='A. B.')
    """
    return Words("".join(part.zh for part in parts), "".join(part.en for part in parts))
