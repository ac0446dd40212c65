"""What stands in the boxes of a map with lanes, and how the map is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from procmine.conformance.standard.limits import LimitByClass
from procmine.conformance.standard.outline import node_numbers
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Standard
from procmine.conformance.standard.standard_words import OPTIONAL, limit_words, listed_names
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import CLAUSES, Language, Words, joined
from procmine.visual.lanes.lane_places import placed_in_lanes

BOX, NAME, SMALL = 132.0, 12.5, 10.0
"""Width of a box, and the sizes of its texts."""


class LaneFace(NamedTuple):
    """The texts of a box: its number and stars, the lines of its name, the lines below."""

    top: tuple[str, str]
    name: list[str]
    notes: list[str]
    is_optional: bool
    hover: str

    @property
    def height(self) -> float:
        """The height of the box."""
        return 24 + 15 * len(self.name) + 13 * len(self.notes) + 3


def faces_of(version: Standard, language: Language) -> dict[str, LaneFace]:
    """The texts of every node's box."""
    number = node_numbers(version)
    return {name: _face_of(node, number[name], language) for name, node in version.nodes.items()}


def _face_of(node: Item, number: str, language: Language) -> LaneFace:
    n_stars = sum(action.systematizable for action in node.actions)
    stars = "" if not n_stars else "★" if n_stars == 1 else f"★×{n_stars}"
    notes = [listed_names(node.responsible).say(language)] if len(node.responsible) > 1 else []
    if node.within is not None:
        limit = (
            Words("时限按{by}", "limit by {by}").filled(by=node.within.by)
            if isinstance(node.within, LimitByClass)
            else limit_words(node.within)
        )
        notes.append(limit.say(language))
    top = f"{number} · {OPTIONAL.say(language)}" if node.optional else number
    lines = [row for note in notes for row in wrapped(note, (BOX - 14) / SMALL, 2)]
    actions = [f"{'★ ' if action.systematizable else '· '}{action.do}" for action in node.actions]
    who = [listed_names(node.responsible).say(language)] if node.responsible else []
    hover = "\n".join([f"{number} {node.name}", *who, *actions])
    return LaneFace((top, stars), wrapped(node.name, (BOX - 14) / NAME, 3), lines, bool(node.optional), hover)


def legend_words(version: Standard) -> Words:
    """How to read the map of a version: only what is in it."""
    nodes: Sequence[Item] = list(version.nodes.values())
    notes = [Words("一列是一个角色，从上到下是流程走向", "A column is a role; the flow runs from top to bottom")]
    if any(node.optional for node in nodes):
        notes.append(Words("虚线框是可选节点", "a dashed box may be left out"))
    if placed_in_lanes(version).brackets:
        notes.append(Words("左侧括号说明一段里的节点如何进行", "brackets on the left say how the nodes of a block go"))
    if any(action.systematizable for node in nodes for action in node.actions):
        notes.append(Words("★ 是可由系统承担的动作", "★ is an action that a system could carry"))
    return Words("{notes}。", "{notes}.").filled(notes=joined(notes, CLAUSES))
