"""Words that turn a name into another one, however alike the two are written.

Names are compared by form, and form does not know meaning: 收货 and 售货, valid and invalid, employer and
employee differ by one stroke of the keyboard. What stands here is never taken for a slip of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

OPPOSITES: tuple[tuple[str, ...], ...] = (
    # Each line names things of which a name can be one only; a space separates words that mean the same.
    ("开始 起始 启动 发起", "结束 终止 完成 完结 办结"), ("提交 上报 报送", "撤回 撤销 撤消"), ("通过 同意 批准", "驳回 退回 拒绝 否决"),
    ("打开 开启 开立", "关闭 关单"), ("启用 激活", "停用 禁用"), ("登录 登入 签入", "登出 退出 签出"), ("发货 出货", "退货 收货 到货"),
    ("收货 收款 收入 收回 收件", "付款 支出 发出 发件 寄件"), ("买入 买进 采购 买方 买家", "卖出 销售 卖方 卖家"), ("受理", "审理"),
    ("转入 调入 流入 导入 入库 入职 输入", "转出 调出 流出 导出 出库 离职 输出"),
    ("增加 新增 上调 升级", "减少 删除 下调 降级"), ("有效", "失效"), ("成功", "失败"), ("借出 借款 借方", "归还 还款 贷方"),
    ("内部", "外部"), ("人工", "自动"), ("首次 初次 初审 首个", "末次 终审 复审 最后"),
    ("之前 事前", "之后 事后"), ("上级", "下级"), ("甲方", "乙方"), ("上午", "下午"), ("线上", "线下"),
    ("start begin started open opened opening", "end finish ended close closed closing"), ("first", "last second third"),
    ("approve approved approval accept accepted", "reject rejected decline declined deny denied except"),
    ("login logon in checkin", "logout logoff out checkout"), ("ship shipped send sent", "return returned receive received"),
    ("submit submitted", "withdraw withdrawn"), ("inbound incoming inflow", "outbound outgoing outflow"), ("import", "export"),
    ("input", "output"), ("income", "outcome"), ("internal", "external"), ("increase", "decrease"), ("ascending", "descending"),
    ("employer", "employee"), ("payer", "payee"), ("caller", "callee"), ("trainer", "trainee"), ("lessor", "lessee"),
    ("upload", "download"), ("before", "after"), ("include", "exclude"), ("lock", "unlock"),
    ("buyer", "seller"), ("debit", "credit"), ("min minimum", "max maximum"), ("early", "late"), ("above", "below"), ("up", "down"),
    ("manual", "automatic"), ("add added", "remove removed"), ("internet", "intranet"), ("complaint", "compliant"),
)  # fmt: skip
"""Names that say one of these say nothing of the others."""

OPPOSITE_SIGNS = tuple(map(set, ("买卖", "收售", "授受", "启弃", "终中", "定订", "力利")))
"""Signs that sound alike and are no slip of each other."""

TURNING = frozenset(
    word
    for line in (
        "取消 撤回 撤销 撤消 驳回 退回 退货 退款 拒绝 否决 重新 再次 二次 返工 反审 补充 补录 催办 终审 复核",
        "复审 初审",
        "cancel cancelled canceled cancellation reject rejected rejection decline declined withdraw withdrawn",
        "revoke revoked undo return returned back again reopen reopened repeat retry final preliminary pre",
        "post re no not non without never cannot first last second third rework setup",
    )
    for word in line.split()
)
"""Words that make another act of what they stand beside: it has to be in both names or in none."""

_NOT = "不未无非没勿免否"
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "de", "mis", "re", "pre", "post", "anti", "counter", "sub", "over", "under")  # fmt: skip
_COUNTS = frozenset(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
_NUMERALS = "〇零一二三四五六七八九十百千两甲乙丙丁"
_ROMAN = frozenset(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"])

_WORD = re.compile(r"\d+|[\u3007\u3400-\u9fff]|[^\W\d_\u3007\u3400-\u9fff]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


def words_of(name: str) -> list[str]:
    """A name as words, numbers and single Chinese signs.

    Examples
    --------
    >>> words_of("T06 caseId_受理")
    ['t', '06', 'case', 'id', '受', '理']
    """
    return _WORD.findall(_CAMEL.sub(" ", name).casefold())


def is_number(word: str) -> bool:
    """Whether a word counts or tells one of several: `2`, `三`, `iv`, the `A` of `Request A`."""
    return word.isdecimal() or word in _NUMERALS or word in _ROMAN | _COUNTS or (len(word) == 1 and word.isascii())


def are_opposite(one: str, other: str) -> bool:
    """Whether two names say opposite things, one denies the other, or makes another act of it.

    Examples
    --------
    >>> are_opposite("提交申请", "撤回申请"), are_opposite("accepted", "not accepted"), are_opposite("valid", "invalid")
    (True, True, True)
    >>> are_opposite("受理", "请求受理")
    False
    """
    sides = words_of(one), words_of(other)
    return (
        _turned(one, sides[0]) != _turned(other, sides[1])
        or any(_takes_sides(line, one, other, *sides) for line in OPPOSITES)
        or _denied(*sides)
        or _denied(*reversed(sides))
    )


def _holds(word: str, name: str, words: Sequence[str]) -> bool:
    return word in words if word.isascii() else word in name


def _turned(name: str, words: Sequence[str]) -> tuple[frozenset[str], int]:
    """What turns the meaning of a name, and how often it says no."""
    return frozenset(word for word in TURNING if _holds(word, name, words)), sum(name.count(sign) for sign in _NOT)


def _takes_sides(line: Sequence[str], one: str, other: str, words: Sequence[str], others: Sequence[str]) -> bool:
    mine, theirs = (
        {i for i, side in enumerate(line) for word in side.split() if _holds(word, name, said)}
        for name, said in ((one, words), (other, others))
    )
    return bool(mine and theirs and not mine & theirs)


def _denied(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a word of the one stands in the other behind a prefix that turns it."""
    plain = set(words) - set(others)
    return any(
        word.removeprefix(prefix) in plain for word in set(others) - set(words) for prefix in _PREFIXES
        if word.startswith(prefix)
    )  # fmt: skip
