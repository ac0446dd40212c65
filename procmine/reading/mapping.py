"""Which column of an export is which: what the project says, else the standard names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from procmine.core.columns import LABELS, MAPPABLE, REQUIRED, RESERVED, distinct_name
from procmine.core.errors import ExportError, Fault, nearest
from procmine.core.words import Words
from procmine.reading.source import Source

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "case_id": (
        "case id",
        "caseid",
        "case number",
        "ticket id",
        "incident id",
        "request id",
        "number",
        "id",
        "案例编号",
        "工单编号",
        "工单号",
        "审批编号",
        "流程编号",
        "单号",
        "编号",
        "请求编号",
    ),
    "activity": (
        "activity",
        "activity name",
        "event",
        "action",
        "step",
        "status",
        "incident_state",
        "活动",
        "活动名称",
        "环节",
        "节点",
        "节点名称",
        "步骤",
        "操作",
        "处理环节",
        "任务名称",
    ),
    "timestamp": (
        "complete timestamp",
        "completion time",
        "end date",
        "end time",
        "timestamp",
        "date",
        "time",
        "完成时间",
        "处理时间",
        "操作时间",
        "结束时间",
        "时间",
        "办结时间",
    ),
    "start": ("start timestamp", "start date", "start time", "begin", "开始时间", "接单时间", "接收时间", "受理时间"),
    "enabled": ("enabled", "派单时间", "派工时间", "分派时间", "到达时间"),
    "resource": ("resource", "user", "assignee", "agent", "operator", "处理人", "操作人", "执行人", "经办人", "人员"),
    "group": ("group", "department", "team", "部门", "小组", "处理部门", "班组"),
    "role": ("role", "岗位", "角色", "职务"),
}
"""What exports usually call the columns: used to propose a mapping, never to apply one silently."""


@dataclass(frozen=True)
class ColumnMap:
    """How the columns of one file are understood.

    Attributes
    ----------
    canonical
        Canonical column to the file's column.
    attributes
        Name of the attribute in the log to the file's column: everything that is not canonical.
    """

    canonical: dict[str, str]
    attributes: dict[str, str]
    renamed: tuple[str, ...]


def map_columns(names: Sequence[str], source: Source, attributes: Mapping[str, str], file: str) -> ColumnMap:
    """Decide what every column of a file is.

    Parameters
    ----------
    names
        The file's columns.
    attributes
        The project's names for attributes, each with its column in the exports.

    Raises
    ------
    ExportError
        If a required column, or one that the project names, is not there; every fault at once, each
        with the columns found, the nearest name and the fix.
    """
    declared = {name: column for name, column in source.columns.items() if column is not None}
    faults = [_absent(name, column, names, file) for name, column in declared.items() if column not in names]
    canonical = {name: column for name, column in declared.items() if column in names}
    for name, usual in MAPPABLE.items():
        if name not in source.columns:
            found = next((column for column in usual if column in names), None)
            if found is not None and found not in canonical.values():
                canonical[name] = found
    missing = [name for name in REQUIRED if name not in canonical and name not in declared]
    faults += [_missing(name, names, file) for name in missing]
    if faults:
        raise ExportError(*faults)
    return _with_attributes(names, canonical, attributes)


def _with_attributes(names: Sequence[str], canonical: dict[str, str], attributes: Mapping[str, str]) -> ColumnMap:
    standard = {column: name for name, column in attributes.items()}
    taken: list[str] = sorted(RESERVED)
    found: dict[str, str] = {}
    renamed = []
    for column in names:
        if column in canonical.values():
            continue
        wanted = standard.get(column) or column.removeprefix("case:")
        name = distinct_name(wanted, [*taken, *found])
        if name != wanted:
            renamed.append(name)
        found[name] = column
    return ColumnMap(canonical, found, tuple(renamed))


def propose(names: Sequence[str]) -> dict[str, str]:
    """The likeliest column for each canonical one, by its usual names; what is not likely is left out.

    Examples
    --------
    >>> propose(["工单编号", "处理环节", "处理时间", "备注"])
    {'case_id': '工单编号', 'activity': '处理环节', 'timestamp': '处理时间'}
    """
    found: dict[str, str] = {}
    for name, usual in USUAL_NAMES.items():
        free = [column for column in names if column not in found.values()]
        column = _likeliest((*MAPPABLE[name], *usual), free)
        if column is not None:
            found[name] = column
    return found


def _likeliest(usual: Iterable[str], names: Sequence[str]) -> str | None:
    plain = {name.casefold().replace("_", " ").strip(): name for name in reversed(names)}
    return next((plain[wanted] for wanted in usual if wanted in plain), None)


def _listed(names: Sequence[str]) -> Words:
    shown = ", ".join(names[:40]) + (" …" if len(names) > 40 else "")
    return Words("已有的列：{names}", "columns found: {names}").filled(names=shown)


def _absent(name: str, column: str, names: Sequence[str], file: str) -> Fault:
    fault = Words("没有列“{column}”（映射为 {name}）", "there is no column {column!r} (mapped as {name})").filled(
        column=column, name=name
    )
    near = nearest(column, names)
    hint = "" if near is None else _fix(name, near)
    return Fault(file, fault, _listed(names), hint)


def _missing(name: str, names: Sequence[str], file: str) -> Fault:
    fault = Words("缺少{label}列（{name}）", "the column for {label} ({name}) is missing").filled(
        label=LABELS[name], name=name
    )
    near = _likeliest(USUAL_NAMES[name], names) or nearest(USUAL_NAMES[name][0], names)
    return Fault(file, fault, _listed(names), _fix(name, near or "…"))


def _fix(name: str, column: str) -> Words:
    line = f"columns: {{{name}: {column}}}"
    return Words("在 project.yml 的 sources: 中写 {line}", "write {line} in project.yml under sources:").filled(
        line=line
    )
