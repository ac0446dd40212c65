"""UTF-8 that was read as GBK and saved again: `员工` became `鍛樺伐`. It is read back, unless characters are lost."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.text.common_characters import GB2312

_FOREIGN = re.compile("[\x80-\U0010ffff]+")
_RUN = re.compile("[\x80-\ufffc\U00010000-\U0010ffff]+")
_LOST = re.compile("[?\ufffd]")


def is_scrambled(cells: Iterable[str]) -> bool:
    """Whether header cells are UTF-8 read as GBK: most of their foreign texts make common Chinese when read back.

    Examples
    --------
    >>> is_scrambled(["id", "鍛樺伐"]), is_scrambled(["id", "员工"])
    (True, False)
    """
    runs = [run for cell in cells for run in _RUN.findall(cell)]
    back = [run for run in runs if _read_back(run, final=False)]
    return bool(back) and 2 * len(back) >= len(runs)


def unscrambled(text: str) -> str:
    """A text with everything read back that is UTF-8 read as GBK.

    Raises
    ------
    ValueError
        If characters were lost when the text was saved.

    Examples
    --------
    >>> unscrambled("1,鍛樺伐")
    '1,员工'
    """
    return text if text.isascii() else _FOREIGN.sub(lambda found: _mended(found, text), text)


def _mended(found: re.Match[str], text: str) -> str:
    run = found.group()
    back = _read_back(run, final=True)
    if back is not None:
        return back
    parts = _RUN.findall(run)
    lost = "\ufffd" in run or _LOST.match(text, found.end())
    if parts and (lost or _is_cut(parts[-1])) and any(_read_back(part, final=False) for part in parts):
        raise ValueError(run)
    return run


def _read_back(run: str, *, final: bool) -> str | None:
    """The Chinese that a run of characters was before; None if it makes none. It may be cut unless `final`."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(run.encode("gb18030"), final)
    except UnicodeError:
        return None
    counted = GB2312.counted(text)
    return text if counted.n and counted.known == counted.n and _is_chinese(text) else None


def _is_chinese(text: str) -> bool:
    return any("\u3000" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef" for sign in text)


def _is_cut(run: str) -> bool:
    return _read_back(run, final=False) is not None and _read_back(run, final=True) is None


def characters_lost(place: str, example: str) -> ExportError:
    """The text was saved in an encoding that does not know all of its characters."""
    fault = Words(
        "UTF-8 文本曾被当作 GBK 打开并另存，有字符已丢失，无法还原",
        "UTF-8 was opened as GBK and saved again; characters are lost and cannot be brought back",
    )
    hint = Words("从系统重新导出，不要打开后另存", "export again; characters are lost in this file")
    return ExportError(Fault(place, fault, Words("例如：{x}", "for example: {x}").filled(x=example), hint))
