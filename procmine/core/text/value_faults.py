"""Why a value in a file does not fit, in two languages: pydantic's kinds of errors that our specs can meet."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from procmine.core.text.errors import Text
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_TEXT = Words("写一段文字", "write a text")
_WHOLE = Words("写一个整数", "write a whole number")
_NUMBER = Words("写一个数", "write a number")
_YES_NO = Words("写 true 或 false", "write true or false")
_LIST = Words("写一个列表，例如 [甲, 乙]", "write a list, for example [a, b]")
_PAIRS = Words("写若干“键: 值”", "write keys with values: “key: value”")
_DATE = Words("写一个日期，例如 2026-03-01", "write a date, for example 2026-03-01")
_ONE_OF = Words("只能是 {expected}", "write one of {expected}")

SAID: Mapping[str, Words] = {
    "string_type": _TEXT,
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_parsing_size": _WHOLE, "int_from_float": _WHOLE,
    "float_type": _NUMBER, "float_parsing": _NUMBER, "finite_number": _NUMBER,
    "bool_type": _YES_NO, "bool_parsing": _YES_NO,
    "list_type": _LIST, "tuple_type": _LIST,
    "dict_type": _PAIRS, "mapping_type": _PAIRS, "model_type": _PAIRS, "model_attributes_type": _PAIRS,
    "date_type": _DATE, "date_parsing": _DATE, "date_from_datetime_parsing": _DATE, "date_from_datetime_inexact": _DATE,
    "literal_error": _ONE_OF,
    "greater_than": Words("要大于 {gt}", "it has to be greater than {gt}"),
    "greater_than_equal": Words("不能小于 {ge}", "it has to be {ge} or more"),
    "less_than": Words("要小于 {lt}", "it has to be less than {lt}"),
    "less_than_equal": Words("不能大于 {le}", "it has to be {le} or less"),
    "too_short": Words("至少写 {min_length} 项", "write at least {min_length}"),
    "too_long": Words("最多写 {max_length} 项", "write at most {max_length}"),
    "string_too_short": Words("至少写 {min_length} 个字", "write at least {min_length} characters"),
}  # fmt: skip
"""What each kind of error tells the reader to write."""


def said(details: Sequence[ErrorDetails]) -> Text:
    """What may stand in a place, by everything that was tried there.

    Examples
    --------
    >>> said([{"type": "literal_error", "ctx": {"expected": "'zh' or 'en'"}, "msg": "", "loc": (), "input": 1}]).zh
    "只能是 'zh' 或 'en'"
    """
    told = list(dict.fromkeys(_one(detail) for detail in details))
    return Words("，或".join(one.zh for one in told), ", or ".join(one.en for one in told))


def _one(detail: ErrorDetails) -> Words:
    words = SAID.get(detail["type"])
    if words is None:
        return Words(detail["msg"], detail["msg"])
    ctx: dict[str, Any] = dict(detail.get("ctx", {}))
    if "expected" in ctx:
        listed = str(ctx["expected"])
        ctx["expected"] = Words(listed.replace(" or ", " 或 ").replace(", ", "、"), listed)
    return words.filled(**ctx)


def received(value: object, length: int = 80) -> Words:
    """What stands there instead, as the file writes it, cut where it is long."""
    if value is None:
        return Words("这里是空的", "nothing stands there")
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text if len(text) <= length else text[: length - 1] + "…"
    return Words("收到：{value}", "received: {value}").filled(value=text)


def described(description: str) -> Words:
    """The hint that a key's description gives; in Chinese the example in it, which needs no translation.

    Examples
    --------
    >>> described("zone of its people, for example Asia/Shanghai").zh
    '例如 Asia/Shanghai'
    """
    example = re.search(r"for example (.+)$|: (\".+)$", description)
    return Words(f"例如 {example[1] or example[2]}" if example else "", description)
