"""The canonical columns of a log: their names, and the names that need no mapping.

Names that exports following the XES standard (IEEE 1849) or pm4py's habit already use are taken as
they are; every other name is mapped in project.yml.
"""

from __future__ import annotations

from collections.abc import Iterable

from procmine.core.text.words import Words

REQUIRED = ("case_id", "activity", "timestamp")

MAPPABLE: dict[str, tuple[str, ...]] = {
    "case_id": ("case_id", "case:concept:name"),
    "activity": ("activity", "concept:name"),
    "timestamp": ("timestamp", "time:timestamp"),
    "start": ("start", "start_timestamp"),
    "enabled": ("enabled",),
    "sequence": ("sequence",),
    "resource": ("resource", "org:resource"),
    "role": ("role", "org:role"),
    "group": ("group", "org:group"),
    "lifecycle": ("lifecycle", "lifecycle:transition"),
    "instance": ("instance", "concept:instance"),
}
"""What a source may map, each with the export's own column names that mean it anyway."""

TIMES = ("timestamp", "start", "enabled")
TEXTS = ("resource", "role", "group")
"""Columns that are text whatever they hold: a number of staff is a name."""

EVENT_COLUMNS = (
    "case_index",
    "position",
    "activity",
    "timestamp",
    "start",
    "enabled",
    "sequence",
    "resource",
    "role",
    "group",
    "is_system",
    "source_file",
    "source_row",
    "previous_activity",
    "previous_timestamp",
)
"""The columns of `log.events` in their order; attributes follow. Optional ones may be absent."""

CASE_COLUMNS = ("case_index", "case_id", "variant", "n_events", "start", "end", "state")
"""The columns of `log.cases` in their order; case attributes follow."""

RESERVED = frozenset({*EVENT_COLUMNS, *CASE_COLUMNS, *MAPPABLE})

LABELS: dict[str, Words] = {
    "case_id": Words("案例", "Case"),
    "activity": Words("活动", "Activity"),
    "timestamp": Words("完成时间", "Completed"),
    "start": Words("开始时间", "Started"),
    "enabled": Words("到达时间", "Arrived"),
    "sequence": Words("顺序号", "Sequence"),
    "resource": Words("资源", "Resource"),
    "role": Words("角色", "Role"),
    "group": Words("部门/小组", "Group"),
    "lifecycle": Words("生命周期", "Lifecycle"),
    "instance": Words("活动实例", "Instance"),
}

MADE_LABELS: dict[str, Words] = {
    "user": Words("账号", "User id"),
    "action": Words("动作", "Action"),
    "action_class": Words("动作类别", "Class of action"),
    "verdict": Words("处理结果", "Verdict"),
    "comment": Words("意见", "Comment"),
    "from_state": Words("原状态", "State before"),
    "to_state": Words("新状态", "State after"),
}
"""Attributes that reading makes by a profile, whatever the export calls them."""


def distinct_name(name: str, taken: Iterable[str]) -> str:
    """`name`, or `name.2`, `name.3` … when it is taken; names differ by more than their case.

    Examples
    --------
    >>> distinct_name("Activity", ["activity"])
    'Activity.2'
    """
    used = {other.casefold() for other in taken}
    if name.casefold() not in used:
        return name
    number = 2
    while f"{name}.{number}".casefold() in used:
        number += 1
    return f"{name}.{number}"
