"""What people do in a workflow, as classes: the words of many systems, one small set of actions.

A word is looked up as it is; if it is not known, negatives are sought in it before positives, since
不同意 contains 同意. A profile's own words come first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from procmine.core.log.engine import literal
from procmine.core.text.words import Words

CLASSES: dict[str, Words] = {
    "submit": Words("提交", "submit"),
    "approve": Words("同意", "approve"),
    "reject_end": Words("拒绝", "reject"),
    "return": Words("退回", "return"),
    "withdraw": Words("撤回", "withdraw"),
    "transfer": Words("转办", "transfer"),
    "delegate": Words("代理", "delegate"),
    "add_before": Words("前加签", "add an approver before"),
    "add_parallel": Words("并加签", "add an approver beside"),
    "add_after": Words("后加签", "add an approver after"),
    "remove_approver": Words("减签", "remove an approver"),
    "consult": Words("意见征询", "consult"),
    "consult_reply": Words("意见征询回复", "reply to a consultation"),
    "cc": Words("抄送", "copy"),
    "comment": Words("批注", "comment"),
    "auto": Words("自动", "automatic"),
    "timeout": Words("超时", "time-out"),
    "remind": Words("催办", "remind"),
    "intervene": Words("干预", "intervene"),
    "reopen": Words("重新打开", "reopen"),
    "save": Words("保存", "save"),
    "delete": Words("删除", "delete"),
    "finish": Words("结束", "finish"),
}

_EXACT: dict[str, str] = {
    "submit": "提交 提交申请 重新提交 发起 发起申请 创建 start submit submitted start_process_instance",
    "approve": "同意 通过 批准 已同意 已通过 审批通过 已批准 核准 agree agreed approve approved pass passed "
    "execute_task_normal",
    "reject_end": "拒绝 已拒绝 不同意 未通过 不通过 不批准 驳回 已驳回 refuse refused reject rejected deny denied",
    "return": "退回 已退回 回退 打回 驳回修改 退回修改 指定回退 全部回退 审批退回 back return returned rollback "
    "rollback_selected redirect_process",
    "withdraw": "撤回 撤销 取回 已撤销 已撤回 取消 cancel canceled cancelled withdraw recall terminate "
    "terminate_process_instance terminated",
    "transfer": "转交 转办 转审 已转审 转派 transfer redirect_task execute_task_transfer",
    "delegate": "代理 委托 execute_task_agent delegate",
    "add_before": "前加签 append_task_before add_approver_before",
    "add_parallel": "加签 并加签 已加签 add_approver",
    "add_after": "后加签 append_task_after add_approver_after",
    "remove_approver": "减签 delete_approver",
    "consult": "意见征询 征询 征询意见 征询转办",
    "consult_reply": "意见征询回复 征询回复 结束征询 转办反馈",
    "cc": "抄送 传阅 知会 已阅 转发 process_cc cc",
    "comment": "批注 评论 add_remark comment",
    "auto": "自动通过 自动拒绝 自动审批 去重 auto_pass auto_reject remove_repeat",
    "timeout": "超时 timeout",
    "remind": "催办 督办 remind urge",
    "intervene": "干预 强制归档 终止",
    "reopen": "重新打开 激活 reopen reopened",
    "save": "保存 暂存 暂存待办 save draft",
    "delete": "删除 已删除 delete deleted",
    "finish": "归档 结束 finish_process_instance finish",
}

_NEGATIVES: dict[str, str] = {
    "return": "退回 回退 打回 驳回修改 驳回到 驳回至 rollback",
    "reject_end": "不同意 不通过 未通过 不批准 未批准 不予 拒绝 驳回 否决 reject refuse",
    "withdraw": "撤回 撤销 取回",
}

_POSITIVES: dict[str, str] = {
    "auto": "自动",
    "add_before": "前加签",
    "add_after": "后加签",
    "add_parallel": "加签",
    "transfer": "转办 转交 转审",
    "approve": "同意 通过 批准 核准 approv agree",
    "cc": "抄送 传阅 知会",
    "submit": "提交 发起",
}


def _by_word(table: Mapping[str, str]) -> dict[str, str]:
    return {word: action for action, words in table.items() for word in words.split()}


_KNOWN, _BAD, _GOOD = _by_word(_EXACT), _by_word(_NEGATIVES), _by_word(_POSITIVES)


def plain_word(word: str) -> str:
    """A word as it is compared: one width, one case, no blanks around it."""
    return unicodedata.normalize("NFKC", word).strip().casefold()


def unknown(word: str) -> str:
    """How a word or a code stays in the log that nobody knows: nothing is dropped for being unknown.

    Examples
    --------
    >>> unknown("q")
    '其他(q)'
    """
    return f"其他({word})"


def unknown_sql(cell: str) -> str:
    """The expression that says the same of a text cell; what is said to be unknown already stays so."""
    before, after = unknown("\0").split("\0")
    return f"if(starts_with({cell}, {literal(before)}), {cell}, {literal(before)} || {cell} || {literal(after)})"


def class_of(word: str, own: Mapping[str, str] | None = None) -> str:
    """The class of an action; `其他(word)` when it is not known.

    Parameters
    ----------
    own
        A profile's words and their classes: they come first.

    Examples
    --------
    >>> class_of("agree"), class_of("部门经理不同意"), class_of("驳回", {"驳回": "return"}), class_of("q")
    ('approve', 'reject_end', 'return', '其他(q)')
    """
    plain = plain_word(word)
    theirs = {plain_word(name): action for name, action in (own or {}).items()}
    exact = theirs.get(plain) or _KNOWN.get(plain)
    if exact is not None:
        return exact
    inside = (action for table in (_BAD, _GOOD) for part, action in table.items() if part in plain)
    return next(inside, unknown(word))
