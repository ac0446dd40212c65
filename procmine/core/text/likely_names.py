"""Which of some known names is likely meant by one that is not known: the only place that decides it.

A wrong suggestion costs more than none: it is believed. So a name is likely only if it differs by slips of
the keyboard, or says more or less of the same, and never if it says the opposite or another number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from procmine.core.text.opposites import OPPOSITE_SIGNS, are_opposite, is_number, words_of

_ALIKE = 60
"""Per cent of two names that have to be the same (ratio of their longest common subsequence)."""
_SOUND = 30
"""How far apart two signs may stand in GB 2312, whose 3,755 common signs are sorted by sound, to be typed alike."""
_COMMON_SIGNS = 3755


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is likely meant by `name`; None when none is.

    Examples
    --------
    >>> nearest("Recieve order", ["Cancel order", "Receive order"]), nearest("Cancel order", ["Receive order"])
    ('Receive order', None)
    >>> nearest("受里", ["受理", "不受理"]), nearest("通过", ["通知", "不通过"]), nearest("客服", ["客服专员", "客服主管"])
    ('受理', None, None)
    """
    from rapidfuzz import fuzz, process  # names are compared only once something is wrong

    plain = _plain(name)
    alike = process.extract(
        plain, {one: _plain(one) for one in sorted(set(known))}, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=None
    )
    likely = [one for _, _, one in alike if is_likely(name, one)]
    slips = [one for one in likely if len(words_of(one)) == len(words_of(name)) or _differ_by_blanks(name, one)]
    # Of several names that say more of the same, which is meant cannot be told.
    return slips[0] if slips else likely[0] if len(likely) == 1 else None


def is_likely(name: str, other: str) -> bool:
    """Whether one name is likely a slip of the other, or says more or less of the same."""
    words, others = words_of(name), words_of(other)
    if not words or not others or _other_number(words, others) or are_opposite(name, other):
        return False
    return _are_slips(words, others) or _differ_by_blanks(name, other)


def _plain(name: str) -> str:
    return " ".join(words_of(name))


def _other_number(words: Sequence[str], others: Sequence[str]) -> bool:
    mine, theirs = ([word for word in some if is_number(word)] for some in (words, others))
    return bool(mine and theirs) and sorted(mine) != sorted(theirs)


def _are_slips(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether words differ by slips only, and only one of the two has more of them."""
    more = less = same = slips = 0
    for what, a, b, c, d in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if what == "equal":
            same += b - a
        elif b - a == d - c:
            if not all(map(_is_slip, words[a:b], others[c:d])):
                return False
            slips += sum(not word.isascii() for word in words[a:b])
        else:
            more, less = more + (what != "insert"), less + (what != "delete")
    return not (more and less) and slips <= same


def _differ_by_blanks(name: str, known: str) -> bool:
    """Whether two names are the same but for blanks and signs, and perhaps one letter: `timezone`, `time_zone`."""
    from rapidfuzz.distance import OSA  # as above

    words, others = words_of(name), words_of(known)
    joined, other = "".join(words), "".join(others)
    return len(words) != len(others) and joined.isascii() and OSA.distance(joined, other) <= (len(joined) > 4)


def _is_slip(word: str, other: str) -> bool:
    if is_number(word) or is_number(other):
        return False
    if len(word) == len(other) == 1:
        return _sound_alike(word, other)
    return _is_mistyped(word, other)


def _sound_alike(sign: str, other: str) -> bool:
    places = [_place(one) for one in (sign, other)]
    near = max(places) < _COMMON_SIGNS and abs(places[0] - places[1]) <= _SOUND
    return near and {sign, other} not in OPPOSITE_SIGNS


def _place(sign: str) -> int:
    """Where a sign stands among the common ones of GB 2312; behind them all if it is none."""
    try:
        first, second = sign.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return _COMMON_SIGNS
    return (first - 0xB0) * 94 + second - 0xA1 if first >= 0xB0 else _COMMON_SIGNS


def _is_mistyped(word: str, other: str) -> bool:
    """Whether few letters are wrong, missing, too many or changed places; in a short word no letter is a wrong one."""
    from rapidfuzz.distance import OSA  # as above

    length = max(len(word), len(other))
    if word in other or other in word:
        return min(len(word), len(other)) >= 3
    wrong = OSA.distance(word, other)
    return bool(
        wrong <= max(1, length // 4) and (length > 4 or len(word) != len(other) or sorted(word) == sorted(other))
    )
