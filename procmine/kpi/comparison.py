"""What a target says: an operator, a number and its unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

from procmine.core.spec import Spec, SpecValueError
from procmine.core.words import DAYS, HOURS, MINUTES, SECONDS, Language, Unit, Words

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
_WRITTEN = re.compile(r"(>=|<=|=>|=<|≥|≤|>|<)?\s*([-+]?\d[\d,]*(?:\.\d+)?)\s*(\S.*)?")
_EXAMPLE = Words('例如 ">= 95 %"、"<= 40 h"、"<= 30"', 'for example ">= 95 %", "<= 40 h", "<= 30"')


class Comparison(Spec):
    """An operator and the number it compares with.

    Attributes
    ----------
    number
        A share 0..1, a duration in µs, or a bare number.
    amount, unit
        As they were written; the unit is empty where there was none.
    """

    text: str
    operator: Operator
    number: float
    amount: str
    unit: str = ""
    dimension: Dimension = "number"

    @property
    def wants_more(self) -> bool:
        """Whether higher values are better."""
        return self.operator in (">=", ">")

    def written(self, language: Language) -> str:
        """As people read it: its own number, the unit in their language.

        Examples
        --------
        >>> compared("<= 72 h").written("zh"), compared(">= 95%").written("en")
        ('≤ 72 小时', '≥ 95 %')
        """
        time = time_unit(self.unit)
        return f"{_SIGNS[self.operator]} {self.amount} {time.name.say(language) if time else self.unit}".rstrip()

    def met(self, value: float) -> bool:
        """Whether a value fulfils it.

        Examples
        --------
        >>> compared(">= 95 %").met(0.95), compared("< 3").met(3.0)
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


def compared(text: str) -> Comparison:
    """A comparison as it is written.

    Raises
    ------
    SpecValueError
        If the operator or the number is missing, or the unit is none of time and not %.

    Examples
    --------
    >>> compared("≤ 40 h").number == 40 * 3600 * 10**6, compared(">= 95 %").number
    (True, 0.95)
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        fault = Words("“{text}”不是目标", "{text!r} is no target").filled(text=text)
        raise SpecValueError(fault, _EXAMPLE)
    sign, amount, unit = found.group(1), float(found.group(2).replace(",", "")), (found.group(3) or "").strip()
    if sign is None:
        fault = Words("“{text}”没有比较符号", "{text!r} has no operator").filled(text=text)
        raise SpecValueError(
            fault, Words('写 ">= {text}" 或 "<= {text}"', 'write ">= {text}" or "<= {text}"').filled(text=text.strip())
        )
    number, dimension = _number(amount, unit)
    return Comparison.model_construct(
        text=text.strip(),
        operator=_OPERATORS[sign],
        number=number,
        amount=found.group(2),
        unit=unit,
        dimension=dimension,
    )


def _number(amount: float, unit: str) -> tuple[float, Dimension]:
    if unit in ("%", "％"):
        return float(f"{amount / 100:.12g}"), "share"
    if unit.lower() in _TIMES:
        return amount * _TIMES[unit.lower()].seconds * 1_000_000, "duration"
    return amount, "number"


def _as_comparison(value: object) -> object:
    return compared(value) if isinstance(value, str) else value


Compared = Annotated[Comparison, BeforeValidator(_as_comparison), WithJsonSchema({"type": "string"})]
"""A comparison, written as text."""


def time_unit(name: str) -> Unit | None:
    """The unit of time that a word means, if it means one."""
    return _TIMES.get(name.lower())
