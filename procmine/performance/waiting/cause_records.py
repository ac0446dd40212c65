"""The closed list of causes of waiting, each in one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from procmine.core.text.palette import BLUE, GREY, LIGHT_BLUE, MIDDLE_BLUE, SAND
from procmine.core.text.words import Words


class Cause(NamedTuple):
    """One cause of waiting.

    Attributes
    ----------
    name
        Its column in tables.
    precedence
        Every instant of waiting has one cause: of those that hold, the one with the lowest number.
    words, meaning
        What it is called, and what it says.
    colour
        Blue for what the resource did meanwhile, sand for its absence, grey for the rest.
    finding
        The kind of finding that tells of it.
    is_personal
        Whether a person can stand out in it.
    """

    name: str
    precedence: int
    words: Words
    meaning: Words
    colour: str
    finding: str
    is_personal: bool = True


_RECORDS = (
    Cause(
        "batching",
        1,
        Words("批量", "batching"),
        Words("攒够一批才办理", "collected until the batch was complete"),
        BLUE,
        "batching",
    ),
    Cause(
        "contention",
        2,
        Words("争用", "contention"),
        Words("资源在办更早到达的工作", "the resource was busy with work enabled no later"),
        MIDDLE_BLUE,
        "contention",
    ),
    Cause(
        "prioritization",
        3,
        Words("优先级", "prioritization"),
        Words("资源在办更晚到达的工作（后到先办）", "the resource was busy with work enabled later"),
        LIGHT_BLUE,
        "prioritization",
    ),
    Cause(
        "unavailability",
        4,
        Words("不在岗", "unavailability"),
        Words("不在资源的工作时间内", "outside the working hours of the resource"),
        SAND,
        "unavailability",
    ),
    Cause(
        "extraneous",
        5,
        Words("外部", "extraneous"),
        Words("其他原因", "any other reason"),
        GREY,
        "extraneous",
        is_personal=False,
    ),
)
CAUSES: Mapping[str, Cause] = {one.name: one for one in sorted(_RECORDS, key=lambda one: one.precedence)}
"""Every cause by its name, in the order in which they are judged."""
