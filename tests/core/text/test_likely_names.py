"""A name is proposed where it is likely meant; never its opposite, its denial, another number or another thing."""

import itertools
import xml.etree.ElementTree as ET

import pytest

from procmine.core.text.errors import did_you_mean
from procmine.core.text.likely_names import is_likely, nearest
from procmine.core.text.opposites import OPPOSITES, are_opposite

OTHERS = """
Cancel order | Receive order
开始 | 结束
提交 | 撤回
提交申请 | 撤回申请
通过 | 驳回
审批通过 | 审批驳回
通过 | 不通过
open | closed
Open case | Close case
approve | reject
Approve request | Reject request
login | logout
ship | return
受理 | 不受理
accepted | not accepted
valid | invalid
Valid order | Invalid order
first | last
First contact | Last contact
Request A | Request B
request 1 | request 2
Request stage one | Request stage two
一级审批 | 二级审批
1级 | 2级
Phase II | Phase III
收货 | 售货
买入 | 卖入
启用 | 弃用
中止流程 | 终止流程
employer | employee
internal | external
increase | decrease
import | export
Approve | Disapprove
open ticket | reopen ticket
A_ACCEPTED | A_PREACCEPTED
Close | Closed without resolution
审批 | 审批撤回
受理 | 重新受理
分类 | 分类复核
通过 | 通知
关闭 | 关注
王芳 | 王强
审批人 | 审批中
确认收货 | 确认收款
总监审批 | 总裁审批
客服主管 | 客服专员
创建工单 | 关闭工单
工单_2026-01.csv | 工单_2026-02.csv
甲方确认 | 乙方确认
"""
REAL_OTHERS = """
Declaration APPROVED by ADMINISTRATION | Declaration REJECTED by ADMINISTRATION
Declaration APPROVED by BUDGET OWNER | Declaration APPROVED by ADMINISTRATION
Declaration FINAL_APPROVED by SUPERVISOR | Declaration APPROVED by SUPERVISOR
Declaration SUBMITTED by EMPLOYEE | Declaration REJECTED by EMPLOYEE
T06 Determine necessity of stop advice | T02 Check confirmation of receipt
T10 Determine necessity to stop indication | T20 Determine necessity to stop indication
Send Fine | Insert Fine Notification
Insert ticket | Create SW anomaly
Turning & Milling - Machine 4 | Turning & Milling - Machine 5
Milling | Rework Milling
Create Request for Quotation Requester | Amend Request for Quotation Requester
accept | reject
invite reviewers | invite additional reviewer X
get review 1 | get review 2
回访邮件一 | 回访邮件二
服务请求接收 | 请求分配
工单打开 | 工单解决
"""
SLIPS = """
Recieve order | Receive order
受里 | 受理
渠到 | 渠道
处里 | 处理
投素 | 投诉
业务先 | 业务线
接受 | 接收
客服 | 客服专员
响应 | 响应时间
分类 | 请求分类
服务请求受里 | 服务请求受理
respnse | response
splitt | split
opened | open
nmae | name
timezone | time_zone
caseid | Case ID
Close | Closed
monnday | monday
Asia/Shanghi | Asia/Shanghai
Shanghai | Asia/Shanghai
T06 Determine necesity of stop advice | T06 Determine necessity of stop advice
Insert Fine Notificaton | Insert Fine Notification
Declaration SUBMITED by EMPLOYEE | Declaration SUBMITTED by EMPLOYEE
Take in charge tickets | Take in charge ticket
回防邮件一 | 回访邮件一
"""


def pairs(*tables):
    return [tuple(line.split(" | ")) for table in tables for line in table.strip().splitlines()]


@pytest.mark.parametrize(("name", "known"), pairs(OTHERS, REAL_OTHERS))
def test_another_thing_is_never_proposed(name, known):
    assert (nearest(name, [known]), nearest(known, [name])) == (None, None)
    assert did_you_mean(name, [known]) == ""


@pytest.mark.parametrize(("name", "known"), pairs(SLIPS))
def test_a_slip_or_more_of_the_same_is_proposed(name, known):
    assert (nearest(name, [known]), nearest(known, [name])) == (known, name)


def test_what_is_written_most_alike_comes_first_and_its_opposite_not_at_all():
    assert nearest("Recieve order", ["Cancel order", "Receive order", "Receive orders"]) == "Receive order"
    assert nearest("审批通果", ["审批不通过", "审批驳回", "审批通过"]) == "审批通过"


def test_of_several_that_say_more_of_the_same_none_is_proposed():
    known = ["T02 Check confirmation of receipt", "T03 Adjust confirmation of receipt"]
    assert nearest("Confirmation of receipt", known) is None
    assert nearest("Confirmation of receipt", known[:1]) == known[0]


@pytest.mark.parametrize("line", OPPOSITES, ids=" ".join)
def test_every_line_of_the_record_keeps_its_sides_apart(line):
    for one, other in itertools.combinations(line, 2):
        for a, b in itertools.product(one.split(), other.split()):
            assert are_opposite(f"{a} x", f"{b} x"), (a, b)
            assert not is_likely(f"order {a}", f"order {b}"), (a, b)


def test_no_two_activities_of_a_real_log_are_taken_for_each_other():
    """The activities of one log are all different things: a name of one must not be proposed for another."""
    from conftest import shared_file

    for path in ("basics/running-example.xes", "basics/reviewing.xes"):
        events = ET.parse(shared_file(path)).getroot().findall(".//{*}event")
        found = {item.get("value") for event in events for item in event if item.get("key") == "concept:name"}
        wrong = [(name, near) for name in found if (near := nearest(name, found - {name}))]
        assert (len(found) > 5, wrong) == (True, [])
