"""What the files of months to come will be called, by the names of those in hand."""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence
from itertools import takewhile
from pathlib import PurePath

_COPY = re.compile(r"\s*[(（]\d+[)）]$")
_WHEN = r"(?<![A-Za-z\d])(?:第|[Qq])?\d[\d\s\-_.~至到年月日号季度周时分秒Qq]*|\d{4,}"
_AT_END = re.compile(rf"(?:{_WHEN})$")
_AT_BEGIN = re.compile(r"^(?:\d{4}[\d\s\-_.年月日]*|\d{1,2}月(?:份)?)")


def pattern_of(names: Sequence[str]) -> str:
    """A pattern that fits all names and those of later exports of the kind: dates and counters become `*`.

    Examples
    --------
    >>> pattern_of(["工单流转_2026-01.xlsx"]), pattern_of(["合同审批.xlsx"]), pattern_of(["report1642777476321.csv"])
    ('工单流转_*.xlsx', '合同审批*.xlsx', 'report*.csv')
    >>> pattern_of(["工单_2026-01.xlsx", "工单_2026-02.xlsx"]), pattern_of(["3月工单.csv", "4月工单.csv"])
    ('工单_*.xlsx', '*工单.csv')
    """
    stems = [_COPY.sub("", PurePath(name).stem) for name in names]
    suffix = PurePath(names[0]).suffix
    before = _AT_END.sub("", _common(stems))
    if before == stems[0] and (later := _AT_BEGIN.sub("", stems[0])) not in ("", stems[0]):
        before = ""
    elif len(stems) > 1 and not before:
        later = _common([stem[::-1] for stem in stems])[::-1]
        later = _AT_BEGIN.sub("", later).lstrip("0123456789月份日")
    else:
        later = ""
    if not before and not later:
        before_any = "[0-9]" if all(stem[:1].isdigit() for stem in stems) else ""
        return f"{before_any}*{glob.escape(suffix)}"
    return f"{glob.escape(before)}*{glob.escape(later + suffix)}"


def _common(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    alike = takewhile(lambda signs: len(set(signs)) == 1, zip(*texts, strict=False))
    return "".join(signs[0] for signs in alike)
