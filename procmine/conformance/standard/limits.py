"""Time limits as people write them: in hours, in working days, in natural time, or one for each class of cases."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from procmine.core.text.spec import Spec, SpecValueError
from procmine.core.text.words import Words

_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*(min|h|d|分钟|小时|天|minutes?|hours?|days?|工作日)\s*(natural|自然)?")
_UNITS = {
    "min": 60,
    "分钟": 60,
    "minute": 60,
    "h": 3600,
    "小时": 3600,
    "hour": 3600,
    "d": 0,
    "天": 0,
    "day": 0,
    "工作日": 0,
}
_NATURAL_DAY = 86_400


class Limit(Spec):
    """A time limit.

    Attributes
    ----------
    seconds
        Its length; of days in natural time, 24 hours each.
    days
        Its working days; 0 where it is given in hours or minutes.
    natural
        Whether nights and holidays count.
    """

    text: str
    seconds: float
    days: float = 0
    natural: bool = False

    def microseconds(self, working_day: int) -> int:
        """Its length, of working days by the length of one.

        Examples
        --------
        >>> Limit(text="2 days", seconds=0, days=2).microseconds(8 * 3_600_000_000) // 3_600_000_000
        16
        """
        return round(self.seconds * 1_000_000) + round(self.days * working_day)


def _as_limit(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _LIMIT.fullmatch(value.strip())
    if match is None:
        fault = Words("“{value}”不是时限", "{value!r} is no time limit").filled(value=value)
        raise SpecValueError(
            fault,
            Words(
                "例如 30 min、4 h、2 days（工作日）、2 days natural", "for example 30 min, 4 h, 2 days, 2 days natural"
            ),
        )
    amount, unit, natural = float(match.group(1)), match.group(2), match.group(3) is not None
    length = _UNITS[unit.rstrip("s") if unit.rstrip("s") in _UNITS else unit]
    if length:
        return Limit(text=value, seconds=amount * length, natural=natural)
    return Limit(
        text=value, seconds=amount * _NATURAL_DAY if natural else 0, days=0 if natural else amount, natural=natural
    )


TimeLimit = Annotated[Limit, BeforeValidator(_as_limit), WithJsonSchema({"type": "string"})]


class LimitByClass(Spec):
    """A limit for each value of an attribute of the case."""

    by: str = Field(description="attribute of the case, for example 客户等级")
    limits: dict[str, TimeLimit] = Field(min_length=1, description="value of the attribute: its limit")
    other: TimeLimit | None = Field(None, description="limit of all other cases; none when left out")

    def all(self) -> list[Limit]:
        """All limits in it."""
        return [*self.limits.values(), *([self.other] if self.other else [])]


def _class_or_limit(value: object) -> str:
    written_out = isinstance(value, dict) and "seconds" in value  # a limit that was dumped
    return "by_class" if isinstance(value, (dict, LimitByClass)) and not written_out else "limit"


Within = Annotated[
    Annotated[TimeLimit, Tag("limit")] | Annotated[LimitByClass, Tag("by_class")], Discriminator(_class_or_limit)
]
"""A limit, or one for each class of cases."""
