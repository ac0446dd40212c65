"""What a target says: an operator, a number and its unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

from procmine.core.text.spec import Spec, SpecValueError
from procmine.core.text.words import DAYS, HOURS, MINUTES, SECONDS, Language, Unit, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Operator = Literal[">=", "<=", ">", "<"]
Dimension = Literal["share", "duration", "number"]

_OPERATORS: dict[str, Operator] = {
    ">=": ">=",
    "≥": ">=",
    "=>": ">=",
    "<=": "<=",
    "≤": "<=",
    "=<": "<=",
    ">": ">",
    "<": "<",
}
_SIGNS: dict[Operator, str] = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_TIMES: dict[str, Unit] = {
    **dict.fromkeys(("s", "sec", "秒"), SECONDS),
    **dict.fromkeys(("min", "minute", "minutes", "分钟"), MINUTES),
    **dict.fromkeys(("h", "hour", "hours", "小时"), HOURS),
    **dict.fromkeys(("d", "day", "days", "天"), DAYS),
}
_AMOUNT = r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])|[0-9]+)(?:\.[0-9]+)?"
_WRITTEN = re.compile(rf"(>=|<=|=>|=<|≥|≤|>|<)?\s*({_AMOUNT})\s*(\S.*)?")
_SCALES = {
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "十亿": 1e9,
    "百亿": 1e10,
    "千亿": 1e11,
    "万亿": 1e12,
}
_ALONE = {"千": 1e3, "k": 1e3, "K": 1e3}
"""Multipliers that are one only where nothing or a counted thing follows: 千克 is a unit."""
_SCALED = re.compile(f"({'|'.join(sorted(_SCALES, key=len, reverse=True))}|千(?=[元件个次人台张单位条笔户]))\\s*(.*)")
_AMBIGUOUS = ("m", "mn", "mio", "million", "millions", "bn", "billion", "billions", "thousand", "thousands")
_SIGN_OF_UNIT = "%％$€¥￥£°"
_EXAMPLE = Words('例如 ">= 95 %"、"<= 40 h"、"<= 30"', 'for example ">= 95 %", "<= 40 h", "<= 30"')


class Comparison(Spec):
    """An operator and the number it compares with.

    Attributes
    ----------
    number
        A share 0..1, a duration in µs, or a bare number.
    amount, unit
        As they were written, a multiplier with the amount (`100 万`); the unit is empty where there was none.
    scale
        What the amount was multiplied by: 10,000 for 万, 1 without a multiplier.
    """

    text: str
    operator: Operator
    number: float
    amount: str
    unit: str = ""
    dimension: Dimension = "number"
    scale: float = 1.0

    @property
    def wants_more(self) -> bool:
        """Whether higher values are better."""
        return self.operator in (">=", ">")

    def written(self, language: Language) -> str:
        """As people read it: its own number, the unit in their language.

        Examples
        --------
        >>> read_comparison("<= 72 h").written("zh"), read_comparison(">= 95%").written("en"), read_comparison(">= 100 万元").written("zh")
        ('≤ 72 小时', '≥ 95 %', '≥ 100 万元')
        """
        time = time_unit(self.unit)
        gap = "" if self.scale != 1 else " "
        return f"{_SIGNS[self.operator]} {self.amount}{gap}{time.name.say(language) if time else self.unit}".rstrip()

    def met(self, value: float) -> bool:
        """Whether a value fulfils it.

        Examples
        --------
        >>> read_comparison(">= 95 %").met(0.95), read_comparison("< 3").met(3.0)
        (True, False)
        """
        return {
            ">=": value >= self.number,
            "<=": value <= self.number,
            ">": value > self.number,
            "<": value < self.number,
        }[self.operator]

    def fulfilled(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """The same of many values; an unknown one does not fulfil it."""
        found: NDArray[np.bool_] = {
            ">=": values >= self.number,
            "<=": values <= self.number,
            ">": values > self.number,
            "<": values < self.number,
        }[self.operator]
        return found


def read_comparison(text: str, unit: str = "") -> Comparison:
    """A comparison as it is written.

    A comma groups thousands and nothing else. 万, 亿 and their like multiply a bare number, as does k with
    nothing behind it; what a number might otherwise mean is refused, never guessed.

    Parameters
    ----------
    unit
        The unit in which the values are told: written just so behind the number it multiplies nothing.

    Raises
    ------
    SpecValueError
        If the operator or the number is missing, or what follows the number is no unit.

    Examples
    --------
    >>> read_comparison("≤ 40 h").number == 40 * 3600 * 10**6, read_comparison(">= 95 %").number
    (True, 0.95)
    >>> read_comparison(">= 100 万元").number, read_comparison(">= 100 万元", "万元").number
    (1000000.0, 100.0)
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        fault = Words("“{text}”不是目标", "{text!r} is no target").filled(text=text)
        raise SpecValueError(fault, _EXAMPLE)
    sign, amount, rest = found.group(1), found.group(2), (found.group(3) or "").strip()
    _check_unit(text, rest)
    if sign is None:
        fault = Words("“{text}”没有比较符号", "{text!r} has no operator").filled(text=text)
        raise SpecValueError(
            fault, Words('写 ">= {text}" 或 "<= {text}"', 'write ">= {text}" or "<= {text}"').filled(text=text.strip())
        )
    word, scale, name = ("", 1.0, rest) if rest == unit else _scaled(rest)
    number, dimension = _number(float(amount.replace(",", "")) * scale, name)
    if scale != 1 and dimension != "number":
        raise SpecValueError(_no_unit(text, rest), _PLAIN)
    return Comparison.model_construct(
        text=text.strip(),
        operator=_OPERATORS[sign],
        number=number,
        amount=f"{amount} {word}".rstrip(),
        unit=name,
        dimension=dimension,
        scale=scale,
    )


_PLAIN = Words(
    "小数用点（0.5），千分位用逗号（1,000）；大数写全，或用 万、亿",
    "decimals with a point (0.5), thousands with commas or nothing between (1,000 or 1000), and nothing abbreviated",
)


def _no_unit(text: str, rest: str) -> Words:
    fault = Words("“{text}”中数字后的“{rest}”不是单位", "in {text!r}, {rest!r} behind the number is no unit")
    return fault.filled(text=text.strip(), rest=rest)


def _check_unit(text: str, rest: str) -> None:
    """Make sure that what follows a number cannot be more of the number: a decimal comma, an exponent, thousands."""
    if not rest:
        return
    is_sign = rest[0] in _SIGN_OF_UNIT and not (rest[0] in "%％" and len(rest) > 1)
    is_exponent = re.match(r"[eE][-+]?\d", rest) is not None
    if not (rest[0].isalpha() or is_sign) or is_exponent or (rest.lower() in _AMBIGUOUS and rest != "m"):
        raise SpecValueError(_no_unit(text, rest), _PLAIN)


def _scaled(rest: str) -> tuple[str, float, str]:
    """A multiplier, what it multiplies by, and the unit behind it."""
    if rest in _ALONE:
        return rest, _ALONE[rest], ""
    found = _SCALED.fullmatch(rest)
    if found is None:
        return "", 1.0, rest
    return found.group(1), {**_SCALES, **_ALONE}[found.group(1)], found.group(2)


def scale_of(unit: str) -> float:
    """What a unit multiplies by: 10,000 of 万元, 1 of 元."""
    return _scaled(unit)[1]


def _number(amount: float, unit: str) -> tuple[float, Dimension]:
    if unit in ("%", "％"):
        return float(f"{amount / 100:.12g}"), "share"
    if unit.lower() in _TIMES:
        return amount * _TIMES[unit.lower()].seconds * 1_000_000, "duration"
    return amount, "number"


def _as_comparison(value: object) -> object:
    return read_comparison(value) if isinstance(value, str) else value


Compared = Annotated[Comparison, BeforeValidator(_as_comparison), WithJsonSchema({"type": "string"})]
"""A comparison, written as text."""


def time_unit(name: str) -> Unit | None:
    """The unit of time that a word means, if it means one."""
    return _TIMES.get(name.lower())
