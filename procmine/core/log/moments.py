"""When a case reached each of its states: received, accepted, resolved, closed, cancelled, reopened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis

from procmine.core.log.states import ACTION, START, Match, States

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from procmine.core.log.eventlog import EventLog

MOMENTS = ("received", "accepted", "resolved", "closed", "cancelled", "reopened")
_OWN = "__at_"
"""Working columns: named as no attribute is."""


def moments(log: EventLog, states: States) -> ir.Table:
    """The instant at which each case first reached each state: `case_index`, then one column per state.

    A state is reached at the completion of the first event whose activity, or action class
    (`{action_class: [return]}`), is named for it; `start` is the beginning of the case. Where an
    attribute of the case has a value that is named, the state is reached too: the attribute does not
    tell when, so the last event of the case counts as the moment. Null where it is not reached.
    `reopened` is the first such event after the case was closed.

    Examples
    --------
    >>> import procmine as pm
    >>> log = pm.six_cases()
    >>> states = pm.States(accepted="分类", resolved="处理", closed="关闭")
    >>> reached = moments(log, states).order_by("case_index").to_pyarrow().to_pandas()
    >>> reached[["accepted", "resolved"]].notna().sum().to_dict()
    {'accepted': 6, 'resolved': 5}
    """
    named = {name: list(getattr(states, name)) for name in MOMENTS}
    events = log.events
    seen = {name: _seen(events, matches) for name, matches in named.items()}
    at = {_OWN + name: events.timestamp.min(where=test) for name, test in seen.items() if name != "reopened"}
    first = events.group_by("case_index").aggregate(**at)
    again = _reopened(events, first, seen["reopened"])
    cases = log.cases.left_join(first, "case_index").left_join(again, "case_index")
    columns = {name: _reached(log, cases, name, named[name]) for name in MOMENTS}
    return cases.select("case_index", **{name: value.cast("timestamp(6)") for name, value in columns.items()}).mutate(
        case_index=ibis._.case_index.cast("int32")
    )


def _seen(events: ir.Table, matches: Match) -> ir.BooleanValue:
    """Whether an event brings a case into a state."""
    names = [match for match in matches if isinstance(match, str) and match != START]
    found: ir.BooleanValue = events.activity.isin(names) if names else ibis.literal(False)
    classes = _values(matches, ACTION)
    if classes and ACTION in events.columns:
        found = found | events[ACTION].isin(classes).fill_null(False)
    return found


def _values(matches: Match, attribute: str) -> list[str]:
    return [value for match in matches if isinstance(match, dict) for value in match.get(attribute, [])]


def _reopened(events: ir.Table, first: ir.Table, seen: ir.BooleanValue) -> ir.Table:
    closed = first.select("case_index", closed_at=_OWN + "closed")
    later = events.mutate(is_again=seen).inner_join(closed, "case_index")
    later = later.filter(later.is_again & (later.timestamp >= later.closed_at))
    return later.group_by("case_index").aggregate(**{_OWN + "reopened": later.timestamp.min()})


def _reached(log: EventLog, cases: ir.Table, name: str, matches: Sequence[str | Mapping[str, list[str]]]) -> ir.Value:
    """The moment told by events, else the beginning for `start`, else the end where an attribute tells the state."""
    at = cases[_OWN + name]
    if START in matches:
        at = ibis.coalesce(at, cases.start)
    attributes = {key for match in matches if isinstance(match, dict) for key in match if key != ACTION}
    for key in sorted(attributes & set(log.case_attributes)):
        told = cases[key].cast("string").isin(_values(list(matches), key)).fill_null(False)  # type: ignore[arg-type]
        at = ibis.coalesce(at, ibis.ifelse(told, cases.end, ibis.null("timestamp")))
    return at
