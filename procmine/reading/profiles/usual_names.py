"""What exports usually call the columns: used to propose a mapping, never to apply one silently.

A name that is known as a whole comes first. What is left is told by how names end – 合同编号, 办理环节,
审批时间 – and only where one column ends so: of several, which is meant is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from procmine.core.log.columns import MAPPABLE
from procmine.core.text.likely_names import nearest

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "case_id": (
        "case id", "caseid", "case number", "case no", "ticket id", "ticket number", "ticket no", "ticket", "incident id",
        "request id", "request number", "order id", "order number", "process instance id", "number", "id",
        "案例编号", "工单编号", "工单号", "审批编号", "流程编号", "流程实例编号", "实例编号", "单号", "单据编号", "单据号", "申请单号",
        "申请编号", "合同编号", "合同号", "公文编号", "文号", "发文字号", "来文字号", "受理编号", "业务编号", "事项编号", "投诉编号",
        "编号", "请求编号",
    ),
    "activity": (
        "activity", "activity name", "event", "action", "step", "step name", "task", "task name", "what", "status",
        "incident_state", "活动", "活动名称", "环节", "环节名称", "办理环节", "审批环节", "流程环节", "节点", "节点名称", "审批节点",
        "流程节点", "步骤", "步骤名称", "当前步骤", "操作", "处理环节", "任务名称",
    ),
    "timestamp": (
        "complete timestamp", "completion time", "completed", "completed at", "finished", "finished at", "end date",
        "end time", "timestamp", "event time", "datetime", "date", "time", "when", "完成时间", "处理时间", "操作时间",
        "结束时间", "办理时间", "办理时刻", "办理日期", "完成日期", "处理日期", "时间", "办结时间", "审批时间",
    ),
    "start": (
        "start timestamp", "start date", "start time", "started", "started at", "begin", "开始时间", "接单时间", "接收时间",
        "受理时间", "开始办理时间", "签收时间",
    ),
    "enabled": ("enabled", "arrived", "派单时间", "派工时间", "分派时间", "到达时间", "到达时刻", "到达日期"),
    "resource": (
        "resource", "user", "user name", "assignee", "agent", "operator", "who", "handler", "处理人", "操作人", "执行人",
        "经办人", "办理人", "审批人", "办理人员", "处理人员", "经办人员", "操作人员", "操作员", "处理人姓名", "人员",
    ),
    "group": ("group", "department", "team", "部门", "小组", "处理部门", "办理部门", "经办部门", "所属部门", "班组"),
    "role": ("role", "岗位", "角色", "职务"),
}  # fmt: skip


class _Ending(NamedTuple):
    """How the name of a column may end, and what a name may not hold that only ends so."""

    ends: tuple[str, ...]
    never: str = r"(?!)"


_OTHER_THINGS = r"客户|员工|人员|用户|部门|设备|产品|商品|物料|供应商|门店|节点|环节|步骤|版本|上级|父|银行|税|发票"
_OTHER_TIMES = (
    r"开始|起始|创建|新建|到达|接收|签收|受理|接单|派单|登记|提交|申请|发起|更新|修改|截止|截至|到期|期限|计划|预计|预约|要求"
    r"|期望|承诺|导出|打印|出生|签订|签署|生效|等待|停留|持续|累计|平均|超时|下次"
)
_OTHER_STEPS = r"上一|下一|前一|后一|目标|退回"
ENDINGS: dict[str, tuple[_Ending, ...]] = {
    "case_id": (_Ending(("单号", "编号", "文号"), _OTHER_THINGS),),
    "activity": (_Ending(("环节", "步骤", "节点", "环节名称", "步骤名称", "节点名称"), _OTHER_STEPS),),
    "timestamp": (
        _Ending(("完成时间", "办结时间", "结束时间"), r"计划|预计|要求|期望|承诺"),
        _Ending(("办理时间", "处理时间", "操作时间", "审批时间"), _OTHER_TIMES),
        _Ending(("时间", "日期", "时刻"), _OTHER_TIMES),
    ),
    "resource": (
        _Ending(("处理人", "办理人", "经办人", "操作人", "审批人", "执行人"), r"上一|下一|前一|后一|当前"),
        _Ending(("人员", "处理人姓名", "办理人姓名"), r"上一|下一|前一|后一|当前|相关|抄送"),
    ),
}
"""Ends of names, the surest first."""


def propose(names: Sequence[str]) -> dict[str, str]:
    """The likeliest column for each canonical one; what is not likely, or could be several, is left out.

    Examples
    --------
    >>> propose(["工单编号", "处理环节", "处理时间", "备注"])
    {'case_id': '工单编号', 'activity': '处理环节', 'timestamp': '处理时间'}
    >>> propose(["采购单号", "会签环节", "签字日期", "创建日期"])
    {'case_id': '采购单号', 'activity': '会签环节', 'timestamp': '签字日期'}
    """
    found: dict[str, str] = {}
    for finder in (_known, _ending):
        for name in USUAL_NAMES:
            if name not in found:
                free = [column for column in names if column not in found.values()]
                column = finder(name, free)
                if column is not None:
                    found[name] = column
    return {name: found[name] for name in USUAL_NAMES if name in found}


def likeliest(name: str, wanted: Sequence[str], free: Sequence[str]) -> str | None:
    """The column that is probably meant where none of the wanted ones is there.

    Parameters
    ----------
    free
        Columns that are not in use already.
    """
    near = next(filter(None, (nearest(one, free) for one in wanted)), None)
    usual = _known(name, free) or _ending(name, free)
    return near if usual is None or (near is not None and propose([near]).get(name) == near) else usual


def _known(name: str, names: Iterable[str]) -> str | None:
    if name not in USUAL_NAMES:
        return None
    plain = {column.casefold().replace("_", " ").strip(): column for column in reversed(list(names))}
    usual = (*MAPPABLE[name], *USUAL_NAMES[name])
    return next((plain[wanted] for wanted in usual if wanted in plain), None)


def _ending(name: str, names: Sequence[str]) -> str | None:
    for ending in ENDINGS.get(name, ()):
        fitting = [one for one in names if _bare(one).endswith(ending.ends) and not re.search(ending.never, one)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _bare(header: str) -> str:
    """A header without the unit or remark in brackets at its end."""
    return re.sub(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]\s*$", "", header).strip()
