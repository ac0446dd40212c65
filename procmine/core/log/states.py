"""When is a case complete? As the project's `states:` says; nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from procmine.core.log.engine import literal, quoted
from procmine.core.text.spec import OneOrMore, Spec
from procmine.core.text.words import Words

State = Literal["complete", "cancelled", "open"]

STATES: dict[str, Words] = {
    "complete": Words("已完成", "complete"),
    "cancelled": Words("已取消", "cancelled"),
    "open": Words("未关闭", "open"),
}

Match = Annotated[list[str | dict[str, Annotated[list[str], OneOrMore]]], OneOrMore]


START = "start"
"""What `received: start` says: a case is received at its beginning."""

ACTION = "action_class"
"""The attribute of events by which a state may be reached; all other attributes are the case's."""


class States(Spec):
    """What brings a case into a state: an activity, or a value of an attribute.

    A case is *complete* when `closed` is reached and no `reopened` follows; a cancelled case is
    complete too, but counted apart. The moments at which the others are reached: see `core.log.moments`.

    Examples
    --------
    >>> states = States(closed="关闭", reopened=["重新打开"], cancelled={"状态": ["已撤销"]})
    >>> states.closed, states.cancelled
    (['关闭'], [{'状态': ['已撤销']}])
    """

    received: Match = Field([START], description="what receives a case; start = its beginning")
    accepted: Match = Field(default_factory=list, description="activities or attribute values that accept a case")
    resolved: Match = Field(default_factory=list, description="activities or attribute values that resolve a case")
    closed: Match = Field(description="activities, or {attribute: [values]}, that close a case")
    cancelled: Match = Field(default_factory=list, description="activities or attribute values that cancel a case")
    reopened: Annotated[list[str], OneOrMore] = Field(
        default_factory=list, description="activities that open a closed case again"
    )

    def of_path(self, path: Sequence[str]) -> State:
        """The state that a sequence of activities ends in.

        Examples
        --------
        >>> States(closed=["关闭"], reopened=["重新打开"]).of_path(["受理", "关闭", "重新打开"])
        'open'
        """
        closed = {match for match in self.closed if isinstance(match, str)}
        cancelled = {match for match in self.cancelled if isinstance(match, str)}
        state: State = "open"
        for activity in path:
            if activity in cancelled:
                state = "cancelled"
            elif activity in closed and state == "open":
                state = "complete"
            elif activity in self.reopened:
                state = "open"
        return state

    def by_attribute(self, known: Sequence[str]) -> str:
        """SQL for the state that the attributes of a case give; `known` are the columns there are."""
        cancelled = _condition(self.cancelled, known)
        closed = _condition(self.closed, known)
        return f"case when {cancelled} then 'cancelled' when {closed} then 'complete' else 'open' end"

    def attributes(self) -> list[str]:
        """The case attributes that the states ask for."""
        matches = [*self._reached(), *self.closed, *self.cancelled]
        names = {name for match in matches if isinstance(match, dict) for name in match}
        return sorted(names - {ACTION})

    def activities(self) -> list[str]:
        """The activities that the states name."""
        matches = [*self._reached(), *self.closed, *self.cancelled, *self.reopened]
        return sorted({match for match in matches if isinstance(match, str)})

    def _reached(self) -> Match:
        received = [match for match in self.received if match != START]
        return [*received, *self.accepted, *self.resolved]


def _condition(matches: Match, known: Sequence[str]) -> str:
    tests = [
        f"{quoted(name)}::varchar in ({', '.join(literal(value) for value in values)})"
        for match in matches
        if isinstance(match, dict)
        for name, values in match.items()
        if name in known
    ]
    return " or ".join(tests) or "false"
