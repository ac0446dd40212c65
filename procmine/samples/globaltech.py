"""环球科技: service requests for software sales, technical support and consulting, January to June 2026.

Tickets are worked in a 工单 system (monthly workbooks that overlap), contracts are approved in DingTalk
(a trail in one cell), what the CRM does by itself stands in its case history (in universal time).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from random import Random

from procmine.core.text.words import Words
from procmine.samples import globaltech_files
from procmine.samples.hours import LATE
from procmine.samples.office import Batches, Office, OfficePerson, Steps
from procmine.samples.truth import PlantedFault
from procmine.samples.world import Case, World

_PRODUCTS = {"数据平台": 0.21, "办公套件": 0.26, "网络安全": 0.32, "客户管理": 0.21}
_ENGINEERS = {"数据平台": "陈静", "办公套件": "李强", "网络安全": "吴昊", "客户管理": "周涛"}
_CONSULTANTS = {"华北": "何俊", "华东": "林雪", "华南": "高翔"}
_LINES = {"软件销售": 0.28, "技术支持": 0.46, "客户咨询": 0.26}
_CHANNELS = {"电话": 0.44, "邮件": 0.28, "在线表单": 0.28}
_AUTOMATIC = date(2026, 4, 1)
_LAST_MONTH = date(2026, 6, 1)


class GlobalTech(World):
    """World 1."""

    name = "globaltech"
    title = Words("环球科技 · 客户服务", "GlobalTech: customer service")
    first, last = date(2026, 1, 5), date(2026, 6, 30)
    usual, seed = 1000, 20260105
    staff = (
        OfficePerson("王芳", "客服专员", "客服部"),
        OfficePerson("赵敏", "客服专员", "客服部"),
        OfficePerson("刘洋", "客服专员", "客服部", LATE),
        OfficePerson("孙磊", "调度员", "客服部"),
        OfficePerson("李强", "技术工程师", "技术部"),
        OfficePerson("陈静", "技术工程师", "技术部", absent=((date(2026, 3, 9), date(2026, 3, 20)),)),
        OfficePerson("周涛", "技术工程师", "技术部"),
        OfficePerson("吴昊", "技术工程师", "技术部", pace=1.35),
        OfficePerson("郑岚", "法务", "法务部", batches=Batches(("合同审核",), (1, 3), time(14))),
        OfficePerson("马骏", "销售总监", "销售部"),
        OfficePerson("何俊", "实施顾问", "交付部"),
        OfficePerson("林雪", "实施顾问", "交付部", order="newest"),
        OfficePerson("高翔", "实施顾问", "交付部"),
    )

    def faults(self) -> dict[str, PlantedFault]:
        """The faults to be planted."""
        whole, on = self.whole(), PlantedFault
        return {
            "skipped_diagnosis": on("skipped", Words("技术支持不做诊断", "support without a diagnosis"),
                                    {"node": "问题诊断", "line": "技术支持"}, whole),
            "extra_check": on("unexpected", Words("多出的人工复核", "an extra manual check"),
                              {"node": "人工复核", "resource": "赵敏"}, whole),
            "service_before_contract": on("wrong_order", Words("先执行后签合同", "service before the contract"),
                                          {"node": "服务执行", "line": "软件销售"}, whole),
            "second_survey": on("repeated", Words("满意度调查发两次", "the survey is sent twice"),
                                {"node": "服务满意度调查"}, whole),
            "assigned_by_engineer": on("wrong_role", Words("工程师自行分配", "assigned by an engineer"),
                                       {"node": "请求分配", "role": "技术工程师"}, whole),
            "own_contract": on("same_person", Words("总监自提自批", "the director submits and signs"),
                               {"node": "合同签订", "resource": "马骏"}, whole),
            "late_diagnosis": on("late", Words("诊断搁置数日", "diagnosis left for days"),
                                 {"node": "问题诊断", "limit": "2 working days"}, whole),
            "mail_sorted_again": on("rework", Words("邮件请求被重新分类", "requests by mail are classified again"),
                                    {"node": "请求分类", "channel": "邮件"}, whole),
            "solution_ping_pong": on("ping_pong", Words("方案在技术部与客服部之间来回", "solutions go to and fro"),
                                     {"from": "技术部", "to": "客服部", "node": "退回修改"}, whole),
            "contracts_collected": on("batching", Words("法务每周两次集中审核", "contracts reviewed twice a week"),
                                      {"node": "合同审核", "resource": "郑岚"}, whole),
            "overloaded_engineer": on("contention", Words("网络安全工程师过载", "one engineer has too much"),
                                      {"resource": "吴昊"}, whole),
            "newest_first": on("prioritization", Words("林雪后到先办", "a consultant takes the newest first"),
                               {"resource": "林雪", "node": "服务执行"}, whole),
            "absence": on("unavailability", Words("陈静缺勤两周", "an engineer is away for two weeks"),
                          {"resource": "陈静"}, (date(2026, 3, 9), date(2026, 3, 20))),
            "automatic_assignment": on("improvement", Words("四月起自动分配", "automatic assignment from April"),
                                       {"node": "请求分配"}, (_AUTOMATIC, self.last)),
            "survey_dropped": on("new_deviation", Words("六月起常不做调查", "surveys dropped from June"),
                                 {"node": "服务满意度调查", "kind": "skipped"}, (_LAST_MONTH, self.last)),
            "south_waits": on("delay", Words("华南客户等备件", "customers in the south wait for parts"),
                              {"attribute": "区域", "value": "华南", "node": "服务执行"}, whole),
            "double_rows": on("duplicate", Words("工单行重复", "rows written twice"),
                              {"export": "tickets", "node": "服务请求接收"}, whole),
            "wrong_clock": on("misordered", Words("时间早一天的行", "rows a day early"), {"export": "tickets"}, whole),
        }  # fmt: skip

    def case_id(self, number: int) -> str:
        """As the CRM numbers its cases."""
        return f"{26_000_000 + number:08}"

    def describe(self, dice: Random) -> dict[str, str]:
        """Line, channel, product and customer."""
        customer = dice.randrange(160)
        return {
            "业务线": dice.choices(list(_LINES), list(_LINES.values()))[0],
            "来源": dice.choices(list(_CHANNELS), list(_CHANNELS.values()))[0],
            "产品": dice.choices(list(_PRODUCTS), list(_PRODUCTS.values()))[0],
            "客户编号": f"KH{customer:04}",
            "区域": list(_CONSULTANTS)[customer % 3],
        }

    # ── the way of a case ─────────────────────────────────────────────────────────────────────

    def steps(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        """From the request to its closing."""
        dice, facts = office.dice, case.facts
        office.note(case.id, "创建工单", "系统")
        if facts["来源"] == "在线表单":
            office.note(case.id, "机器人接待", "机器人")
            if facts["业务线"] == "客户咨询" and dice.random() < 0.15:
                yield from office.pause(0.2)
                office.note(case.id, "关闭", "系统")
                return
        yield from office.do(case.id, "服务请求接收", "客服专员", 6)
        if facts["业务线"] != "客户咨询":
            yield from office.do(case.id, "请求分类", "客服专员", 9)
            if dice.random() < 0.05:
                self.truth.plant("extra_check", case.id)
                yield from office.do(case.id, "人工复核", name_of("赵敏"), 10)
        yield from self._assign(office, case, name_of)
        if facts["来源"] == "邮件" and facts["业务线"] != "客户咨询" and dice.random() < 0.35:
            self.truth.plant("mail_sorted_again", case.id)
            yield from office.do(case.id, "请求分类", "客服专员", 9)
            yield from self._assign(office, case, name_of)
        if facts["业务线"] == "技术支持":
            yield from self._diagnose(office, case, name_of)
        early = facts["业务线"] == "软件销售" and dice.random() < 0.06
        if early:
            self.truth.plant("service_before_contract", case.id)
            yield from self._serve(office, case, name_of)
        if facts["业务线"] == "软件销售":
            yield from self._sign(office, case, name_of)
        yield from self._solve(office, case, name_of)
        if facts["业务线"] != "客户咨询" and not early:
            yield from self._serve(office, case, name_of)
        yield from self._close(office, case)

    def _assign(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        wrong = 0.05 if office.today() < _AUTOMATIC else 0.03
        if office.dice.random() < wrong:
            self.truth.plant("assigned_by_engineer", case.id)
            yield from office.do(case.id, "请求分配", name_of("李强"), 7)
        elif office.today() >= _AUTOMATIC and office.dice.random() < 0.9:
            self.truth.plant("automatic_assignment", case.id)
            yield from office.pause(0.02)
            office.note(case.id, "请求分配", "系统")
        else:
            yield from office.do(case.id, "请求分配", "调度员", 7)

    def _engineer(self, case: Case, name_of: Callable[[str], str]) -> str:
        return name_of(_ENGINEERS[case.facts["产品"]])

    def _diagnose(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        if office.dice.random() < 0.09:
            self.truth.plant("skipped_diagnosis", case.id)
            return
        hold = 0.0
        if office.dice.random() < 0.06:
            self.truth.plant("late_diagnosis", case.id)
            hold = office.dice.uniform(120, 200)
        yield from office.do(case.id, "问题诊断", self._engineer(case, name_of), 55, hold=hold)

    def _sign(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        own = office.dice.random() < 0.08
        if own:
            self.truth.plant("own_contract", case.id)
        submitter = name_of("马骏") if own else "客服专员"
        yield from office.do(case.id, "合同提交", submitter, 15)
        yield from office.do(case.id, "合同审核", name_of("郑岚"), 22)
        yield from office.do(case.id, "合同签订", name_of("马骏"), 12)

    def _solve(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        engineer = self._engineer(case, name_of)
        yield from office.do(case.id, "解决方案提供", engineer, 62)
        if office.dice.random() < 0.06:
            self.truth.plant("solution_ping_pong", case.id)
            for _ in range(office.dice.choice((2, 2, 3))):
                yield from office.do(case.id, "退回修改", "客服专员", 8)
                yield from office.do(case.id, "解决方案提供", engineer, 35)

    def _serve(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        region = case.facts["区域"]
        hold = 0.0
        if region == "华南":
            self.truth.plant("south_waits", case.id)
            hold = office.dice.uniform(40, 110)
        yield from office.pause(office.dice.uniform(1, 20))
        yield from office.do(case.id, "服务执行", name_of(_CONSULTANTS[region]), 100, hold=hold)

    def _close(self, office: Office, case: Case) -> Steps:
        yield from office.pause(office.dice.uniform(1, 30))
        if office.today() >= _LAST_MONTH and office.dice.random() < 0.45:
            self.truth.plant("survey_dropped", case.id)
        else:
            office.note(case.id, "服务满意度调查", "系统")
            if office.dice.random() < 0.04:
                self.truth.plant("second_survey", case.id)
                yield from office.pause(24)
                office.note(case.id, "待客户回复", "系统")
                yield from office.pause(0.1)
                office.note(case.id, "服务满意度调查", "系统")
            if office.dice.random() < 0.15:
                yield from office.do(case.id, "反馈分析与改进", "客服专员", 12)
        yield from office.pause(2)
        office.note(case.id, "关闭", "系统")

    def exports(self) -> Iterator[tuple[str, bytes]]:
        """Monthly ticket workbooks, the case history, contracts by quarter, customers, staff, surveys."""
        return globaltech_files.globaltech_exports(self)
