"""Rows that tell a whole case, one column of times per stage: an event for each time that is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from procmine.core.log.engine import literal, trimmed
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.profiles.fields import Fields

_SHOWN = 3
_GIVEN = ("activity", "timestamp", "start", "enabled")


class _Stage(NamedTuple):
    column: str
    activity: str
    resource: str | None


def milestone_columns(rows: Fields) -> None:
    """One event per column of times that is filled; equal times keep the order of the profile.

    Raises
    ------
    ExportError
        If the file has none of the columns, or the project maps one that here the stages give.
    """
    _refuse_mapped(rows)
    stages = list(dict.fromkeys(_stages(rows)))
    if not stages:
        hint = Words("在自己的格式文件中写 milestones:", "list them as milestones: in a profile of your own")
        listed = Words("已有的列：{names}", "columns found: {names}").filled(names=", ".join(rows.raw.columns))
        fault = Words("没有任何阶段时间列", "there is no column with the time of a stage")
        raise ExportError(Fault(rows.raw.file.name, fault, listed, hint))
    cells = {stage: _given(rows, stage.column) for stage in stages}
    empty = " and ".join(f"{cell} is null" for cell in cells.values())
    rows.set_aside(f"({empty})", "no_milestone")
    known = "exclude (f_resource)" if "resource" in rows else ""
    own = "f_resource" if "resource" in rows else "null::varchar"
    with_people = any(stage.resource for stage in stages)
    parts = []
    for i, (stage, cell) in enumerate(cells.items()):
        who = rows.attributes[stage.resource] if stage.resource else own
        person = f", {who}::varchar as f_resource" if with_people or "resource" in rows else ""
        made = (
            f"{literal(stage.activity)} as f_activity, {cell} as f_timestamp, {literal(stage.column)} as f_header, "
            f"{i} as f_position{person}"
        )
        parts.append(f"select * {known}, {made} from {rows.relation} where {cell} is not null")
    rows.step(" union all ".join(parts))
    rows.origins |= dict.fromkeys(("activity", "position"), "")
    rows.origins["timestamp"] = _named([stage.column for stage in stages])
    rows.time_header = "f_header"
    if with_people:
        rows.origins["resource"] = ""
    for stage in stages:
        rows.attributes.pop(stage.column, None)


def _refuse_mapped(rows: Fields) -> None:
    """A column of times is a stage: mapped as start or the like it would vanish from the stages without a word."""
    mapped = {name: column for name, column in rows.source.columns.items() if name in _GIVEN and column is not None}
    if mapped:
        names = ", ".join(f"{name}: {column}" for name, column in mapped.items())
        fault = Words(
            "一行一案例的格式（{profile}）不能映射 {names}",
            "a profile of one row per case ({profile}) takes no {names}",
        ).filled(profile=rows.profile.name, names=names)
        facts = Words(
            "这种导出的每个时间列都是一个阶段：活动和时间由这些列给出，开始时间没有记录",
            "each column of times in such an export is a stage: these give activity and time, and nothing tells a start",
        )
        hint = Words(
            "在 sources: 的 columns: 中删去；若每行是一个事件，删去 profile:",
            "take them out of columns: under sources:; where each row is an event, take out profile: instead",
        )
        raise ExportError(Fault(rows.raw.file.name, fault, facts, hint))


def _given(rows: Fields, column: str) -> str:
    """The time of a stage; null where the case did not reach it."""
    cell = trimmed(rows.attributes[column] + "::varchar")
    return f"nullif({rows.without_nothing(column, cell)}, '')"


def _named(columns: Sequence[str]) -> str:
    return " / ".join(columns[:_SHOWN]) + (" …" if len(columns) > _SHOWN else "")


def _stages(rows: Fields) -> Iterator[_Stage]:
    for milestone in rows.profile.milestones:
        resource = rows.take_column(milestone.resource)
        column = rows.take_column(milestone.columns)
        if column is not None:
            yield _Stage(column, milestone.activity, resource)
        if milestone.pattern is not None:
            for name in rows.attributes:
                found = re.search(milestone.pattern, name)
                if found is not None:
                    yield _Stage(name, milestone.activity.replace("{stage}", found["stage"].strip()), resource)
