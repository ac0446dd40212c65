"""Standards for tests: one small enough to count by hand, one that has everything a file can say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import procmine as pm
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Process, Standard

FOUR = ("受理", "分类", "处理", "关闭")
LINE = Standard(name="标准", processes=[Process(name="服务", nodes=[Item(name=name) for name in FOUR])])
"""The standard of the six cases."""

RICH = """
name: 客户服务标准流程
version: 2.1
valid_from: 2026-01-01
owner: 流程管理部
processes:
  - name: 服务请求处理
    goal: 一次解决
    nodes:
      - name: 接收
        responsible: 客服专员
        accountable: 客服经理
        within: 30 min
        documents: [请求单]
        kpis: [首次响应]
        actions:
          - {do: 多渠道接收, log: 接收}
          - {do: 记录内容, log: 记录请求, systematizable: true, documents: [请求单, 记录表]}
          - {do: 口头确认 | 复述}
      - {name: 分类, responsible: 客服专员, informed: 客服经理}
      - {name: 补充材料, optional: true, responsible: 客户}
      - one_of:
          - {name: 自动分配, responsible: 系统}
          - sequence: [{name: 研判, responsible: 调度员}, {name: 人工分配, responsible: 调度员}]
      - any_order:
          - name: 诊断
            responsible: [工程师, 外部专家]
            within: {by: 客户等级, limits: {金: 2 h, 银: 1 day}, other: 3 days natural}
          - {name: 沟通, responsible: 工程师, consulted: [外部专家]}
      - repeat: [{name: 提供方案, responsible: 工程师, accountable: 工程师}, {name: 确认, responsible: 客户}]
        back: [{name: 修改, log: [退回, 驳回], responsible: 工程师}]
        times: 1..4
      - {name: 关闭, responsible: 系统}
  - name: 售后
    optional: true
    when: {业务线: [软件销售, 技术支持]}
    nodes:
      - {name: 回访, since: 关闭, within: 5 days}
      - {name: 调查}
paths:
  软件销售:
    when: {业务线: 软件销售}
    add: [{name: 合同审核, after: 分类, responsible: 法务}]
    move: [{name: 沟通, after: 分类}]
  客户咨询: {when: {业务线: 客户咨询, 渠道: [邮件, 电话]}, skip: [诊断, 研判]}
rules:
  - {four_eyes: [提供方案, 确认]}
  - {response: [接收, 关闭], within: 5 days}
  - {authority: {node: 确认, amount: 金额, above: 100000, roles: [总监, 副总]}, reason: 授权制度}
ignore: [催办]
allowed_deviations: [{skipped: 沟通, reason: 电话已沟通}]
"""

DOCUMENTED = """
name: 客户服务标准流程
version: 2.1
valid_from: 2026-01-01
owner: 流程管理部
processes:                                   # 流程; one case runs them in file order; a process may be optional or have `when`
  - name: 服务请求处理
    nodes:                                   # 节点, in order
      - name: 服务请求接收
        responsible: 客服专员                 # RACI; accountable, consulted, informed likewise
        within: 30 min                       # working time; "2 days natural" is possible
        actions:                             # 动作: what people do, and how the log names it
          - {do: 多渠道接收请求, log: 服务请求接收}
          - {do: 记录请求内容和时间, log: 记录请求, systematizable: true}
      - {name: 请求分类}
      - {name: 补充材料, optional: true}
      - one_of: [ {name: 自动分配}, {sequence: [ {name: 人工研判}, {name: 人工分配} ]} ]
      - any_order: [ {name: 问题诊断}, {name: 客户沟通} ]
      - repeat: [ {name: 解决方案提供}, {name: 客户确认} ]     # do …
        back:   [ {name: 退回修改, log: [退回, 驳回]} ]        # … and again each time after this
        times: 1..4                                          # executions in all; "1.." = no upper limit
      - {name: 关闭}
paths:                                       # 运营路径: each business line's own way
  软件销售: {when: {业务线: 软件销售}, add: [{name: 合同审核, after: 请求分类}]}
  客户咨询: {when: {业务线: 客户咨询}, skip: [问题诊断]}
rules:                                       # beyond the flow
  - {four_eyes: [解决方案提供, 客户确认]}
  - {response: [服务请求接收, 关闭], within: 5 days}
ignore: [催办]                               # activities that are not judged
allowed_deviations: [{skipped: 客户沟通, reason: 电话已沟通}]
"""
"""The standard that the documentation shows."""


def standard_of(text: str) -> Standard:
    """A standard as its owner writes it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "standard.yml"
        path.write_text(text, encoding="utf-8")
        return pm.read_standard(path)


@cache
def rich() -> Standard:
    """The standard that has everything."""
    return standard_of(RICH)


def of_nodes(*nodes: dict | str) -> Standard:
    """A standard of one process from its items as they stand in a file."""
    items = [Item.model_validate({"name": node} if isinstance(node, str) else node) for node in nodes]
    return Standard(name="x", processes=[Process(name="p", nodes=items)])
