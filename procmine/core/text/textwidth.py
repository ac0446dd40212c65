"""How wide a text is, by a table instead of a font, so that every machine draws the same picture.

Widths are in em and on the generous side: East-Asian wide characters take one em, Latin letters what they
take in the wider of the faces that readers commonly have (Noto Sans CJK, DejaVu Sans). And which characters
a picture can hold at all.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

ASCENT, DESCENT = 0.88, 0.12
"""How far a line of text reaches above and below its base line in em: the square that East-Asian characters fill."""

_EM = {
    **dict.fromkeys("iljI'", 0.30),
    **dict.fromkeys(" !,.:;|ftr()[]/\\-", 0.41),
    **dict.fromkeys('abcdeghknopqsuvxyz0123456789$_*?{}"`J', 0.64),
    **dict.fromkeys("EFLPSTXYZA", 0.70),
    **dict.fromkeys("BCDGHKNOQRUV&", 0.79),
    **dict.fromkeys("+<=>^~#", 0.84),
    **dict.fromkeys("mwMW@%—…→·", 1.0),
}
_WIDE, _OTHER = 1.0, 0.66
_BOLDER = 1.1
_NO_WIDTH = ("Mn", "Me")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@cache
def char_width(char: str) -> float:
    """The width of one character in em; a mark that stands on another character takes none."""
    category = unicodedata.category(char)
    if category in _NO_WIDTH:
        return 0.0
    letter = unicodedata.normalize("NFD", char)[0]
    if letter in _EM:
        return _EM[letter]
    return _WIDE if category.startswith("S") or unicodedata.east_asian_width(char) in "WFA" else _OTHER


def text_width(text: str, size: float = 1.0, *, is_bold: bool = False) -> float:
    """The width of a text at a font size, in the unit of the size; bold letters take a little more.

    Examples
    --------
    >>> text_width("受理", 12)
    24.0
    """
    widths = [char_width(char) for char in text]
    return sum(min(width * _BOLDER, _WIDE) if is_bold else width for width in widths) * size


def wrapped(text: str, width: float, lines: int = 2) -> list[str]:
    """A text broken into at most `lines` lines of `width` em; what does not fit ends in an ellipsis.

    Breaks after a blank where there is one, else anywhere.

    Examples
    --------
    >>> wrapped("Confirmation of receipt", 9)
    ['Confirmation of', 'receipt']
    >>> wrapped("客户信息录入与核对", 5)
    ['客户信息录', '入与核对']
    """
    rest = " ".join(text.split())
    out: list[str] = []
    while rest and len(out) < lines:
        head = _fitting(rest, width)
        if head == rest:
            out.append(rest)
            return out
        if len(out) == lines - 1:
            out.append(_fitting(rest, width - 1).rstrip() + "…")
            return out
        blank = head.rfind(" ") if rest[len(head)] != " " else len(head)
        cut = blank if blank > 0 else len(head)
        out.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return out or [""]


def _fitting(text: str, width: float) -> str:
    used = 0.0
    for i, char in enumerate(text):
        used += char_width(char)
        if used > width:
            return text[: max(i, 1)]
    return text


def xml_text(text: str) -> str:
    """A text as XML, and so SVG, can hold it: a character that it cannot hold becomes U+FFFD.

    Examples
    --------
    >>> xml_text("受理" + chr(0))
    '受理�'
    """
    return _NOT_XML.sub("\ufffd", text)
