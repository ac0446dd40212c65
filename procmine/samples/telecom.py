"""A telecom operator: complaints and requests of its customers, March to August 2026.

Everything runs through a workflow engine (task and instance history); what comes by web, mail or fax is
a ticket of the service desk as well, which alone knows when the operator waits for the customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from random import Random
from weakref import WeakKeyDictionary

from procmine.core.text.words import Words
from procmine.samples import telecom_files
from procmine.samples.hours import EARLY, LATE
from procmine.samples.office import Batches, Office, OfficePerson, OfficeWork, Steps
from procmine.samples.truth import PlantedFault
from procmine.samples.world import Case, World

TICKETED = ("网站", "邮件", "传真")
HIGH, ORDINARY = "高价值", "普通"
N_CUSTOMERS = 420
_CHANNELS = {"热线": 0.35, "营业厅": 0.16, "网站": 0.14, "邮件": 0.09, "传真": 0.08, "代理商": 0.12, "客户经理": 0.06}
_TOPICS = {"计费": 0.42, "网络": 0.33, "营业": 0.25}
_KINDS = {"投诉": 0.64, "请求": 0.36}
_GROUPS = {
    "计费": {"吕明": 0.72, "冯雪": 0.28},
    "网络": {"段磊": 0.5, "曾凯": 0.5},
    "营业": {"蒋琳": 0.85, "彭飞": 0.15},
}
_MINUTES = {"计费": 98, "网络": 118, "营业": 140}
_BETWEEN = {"计费": "网络", "网络": "计费"}
_LATE_HOLD = {HIGH: (50, 90), ORDINARY: (125, 190)}
_AGAIN_DAYS = 30
_AUTOMATIC = date(2026, 6, 1)
_LAST_MONTH = date(2026, 8, 1)


def class_of_customer(number: int) -> str:
    """Every fourth customer is of high value."""
    return HIGH if number % 4 == 0 else ORDINARY


class Telecom(World):
    """World 3."""

    name = "telecom"
    title = Words("电信运营商 · 投诉与服务请求", "Telecom: complaints and requests")
    first, last = date(2026, 3, 2), date(2026, 8, 31)
    usual, seed = 870, 20260302
    staff = (
        OfficePerson("韩梅", "客服代表", "客服中心", order="class"),
        OfficePerson("邓超", "客服代表", "客服中心", EARLY, order="class"),
        OfficePerson("苏倩", "客服代表", "客服中心", LATE, order="class"),
        OfficePerson("罗勇", "班长", "客服中心"),
        OfficePerson("谢婷", "分派员", "客服中心"),
        OfficePerson("吕明", "计费专员", "计费组", order="class", pace=1.3),
        OfficePerson("冯雪", "计费专员", "计费组", order="class", absent=((date(2026, 6, 15), date(2026, 6, 26)),)),
        OfficePerson("段磊", "网络工程师", "网络组", order="class"),
        OfficePerson("曾凯", "网络工程师", "网络组", order="class"),
        OfficePerson("蒋琳", "营业专员", "营业组", order="newest", pace=1.25),
        OfficePerson("彭飞", "营业专员", "营业组", order="class"),
        OfficePerson("沈红", "主管", "计费组", batches=Batches(("退费审核",), (0, 2, 4), time(16, 30))),
        OfficePerson("范建国", "部门经理", "客户服务部"),
        OfficePerson("汪宏", "分管副总", "公司领导"),
    )

    def __init__(self, n_cases: int | None = None, seed: int | None = None) -> None:
        super().__init__(n_cases, seed)
        self._resolved: WeakKeyDictionary[Office, list[tuple[int, Case]]] = WeakKeyDictionary()

    def faults(self) -> dict[str, PlantedFault]:
        """The faults to be planted."""
        whole, on = self.whole(), PlantedFault
        return {
            "skipped_grading": on("skipped", Words("不经定级分派直接处理", "handled without being graded"),
                                  {"node": "定级分派"}, whole),
            "skipped_refund_check": on("skipped", Words("退费不经审核", "refunds without a check"),
                                       {"node": "退费审核", "topic": "计费", "type": "投诉"}, whole),
            "asked_upwards": on("unexpected", Words("层层报领导批示", "decisions collected layer by layer"),
                                {"node": "领导批示", "roles": "部门经理, 分管副总"}, whole),
            "answer_before_check": on("wrong_order", Words("先回复客户后审核退费", "the answer before the refund check"),
                                      {"node": "回复客户", "before": "退费审核"}, whole),
            "answered_twice": on("repeated", Words("回复客户两次", "the customer is answered twice"),
                                 {"node": "回复客户"}, whole),
            "graded_by_agent": on("wrong_role", Words("客服代表自行定级分派", "graded by a call agent"),
                                  {"node": "定级分派", "role": "客服代表"}, whole),
            "own_refund": on("same_person", Words("主管自办自批退费", "who handles approves the refund too"),
                             {"node": "退费审核", "resource": "沈红"}, whole),
            "late_handling": on("late", Words("处理搁置超时限", "handling left beyond its limit"),
                                {"node": "处理", "limit": "高价值 48 h, 普通 120 h"}, whole),
            "fax_entered_again": on("rework", Words("传真件重新录入", "faxes are entered again"),
                                    {"node": "受理", "channel": "传真"}, whole),
            "returned": on("rework", Words("业务组退回受理", "sent back to the intake"),
                           {"node": "处理", "action": "退回"}, whole),
            "ping_pong": on("ping_pong", Words("计费组与网络组互相转办", "billing and network hand it to and fro"),
                            {"from": "计费组", "to": "网络组", "node": "处理"}, whole),
            "refunds_collected": on("batching", Words("退费每周一三五集中审核", "refunds checked thrice a week"),
                                    {"node": "退费审核", "resource": "沈红"}, whole),
            "overloaded": on("contention", Words("吕明过载", "one clerk has too much"),
                             {"resource": "吕明", "node": "处理"}, whole),
            "newest_first": on("prioritization", Words("蒋琳后到先办", "a clerk takes the newest first"),
                               {"resource": "蒋琳", "node": "处理"}, whole),
            "absence": on("unavailability", Words("冯雪缺勤两周", "a clerk is away for two weeks"),
                          {"resource": "冯雪", "node": "处理"}, (date(2026, 6, 15), date(2026, 6, 26))),
            "automatic_grading": on("improvement", Words("六月起网站工单自动分派", "web tickets graded by rule from June"),
                                    {"node": "定级分派", "channel": "网站"}, (_AUTOMATIC, self.last)),
            "answer_dropped": on("new_deviation", Words("八月起常不回复客户", "answers dropped from August"),
                                 {"node": "回复客户", "kind": "skipped"}, (_LAST_MONTH, self.last)),
            "agents_wait": on("delay", Words("代理商工单等补材料", "cases of agents wait for papers"),
                              {"attribute": "渠道", "value": "代理商", "node": "处理"}, whole),
            "double_rows": on("duplicate", Words("任务行重复", "task rows written twice"),
                              {"export": "引擎", "read": "once"}, whole),
            "wrong_clock": on("misordered", Words("时间早一天的行", "rows a day early"), {"export": "引擎"}, whole),
        }  # fmt: skip

    def case_id(self, number: int) -> str:
        """The ticket number, which the engine keeps as its business key."""
        return f"{3_100_000 + number:07}"

    def describe(self, dice: Random) -> dict[str, str]:
        """Channel, kind, topic and customer."""
        customer = dice.randrange(N_CUSTOMERS)
        return {
            "渠道": dice.choices(list(_CHANNELS), list(_CHANNELS.values()))[0],
            "类型": dice.choices(list(_KINDS), list(_KINDS.values()))[0],
            "主题": dice.choices(list(_TOPICS), list(_TOPICS.values()))[0],
            "客户编号": f"DX{customer:05}",
            "客户等级": class_of_customer(customer),
        }

    # ── the way of a case ─────────────────────────────────────────────────────────────────────

    def steps(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        """From the complaint or request to its archiving."""
        dice, facts = office.dice, case.facts
        self._complain_again(office, case)
        self._tell(office, case, "工单创建", "客户")
        work = yield from self._receive(office, case)
        self._tell(office, case, "工单打开", work.worker)
        asker = (yield from self._grade(office, case, name_of)) or work.worker
        if facts["渠道"] == "传真" and dice.random() < 0.4:
            self.truth.plant("fax_entered_again", case.id)
            work = yield from self._receive(office, case)
            asker = (yield from self._grade(office, case, name_of)) or work.worker
        if dice.random() < 0.06:
            self.truth.plant("asked_upwards", case.id)
            yield from office.do(case.id, "领导批示", name_of("范建国"), 12)
            yield from office.do(case.id, "领导批示", name_of("汪宏"), 8)
            asker = "系统"
        if dice.random() < 0.2:
            yield from self._wait_for_customer(office, case, asker, dice.uniform(3, 60))
        work = yield from self._resolve(office, case, name_of)
        if facts["主题"] == "计费" and facts["类型"] == "投诉":
            yield from self._refund(office, case, name_of("沈红"), work.worker)
        else:
            yield from self._answer(office, case)
        yield from self._close(office, case)

    def _complain_again(self, office: Office, case: Case) -> None:
        """Some complaints are of a customer whose complaint of the same topic was resolved a while ago."""
        known = self._resolved.setdefault(office, [])
        lately = [old for at, old in known if office.now - at < _AGAIN_DAYS * 86_400]
        if case.facts["类型"] == "投诉" and lately and office.dice.random() < 0.09:
            old = office.dice.choice(lately)
            case.facts |= {name: old.facts[name] for name in ("主题", "客户编号", "客户等级")}

    def _tell(self, office: Office, case: Case, status: str, worker: str) -> None:
        """A status of the service desk, for the channels that go through it."""
        if case.facts["渠道"] in TICKETED:
            office.note(case.id, status, worker)

    def _wait_for_customer(self, office: Office, case: Case, asker: str, hours: float) -> Steps:
        self._tell(office, case, "等待客户", asker)
        yield from office.pause(hours)
        self._tell(office, case, "工单打开", "客户")

    def _urgency(self, case: Case) -> int:
        return int(case.facts["客户等级"] == HIGH)

    def _receive(self, office: Office, case: Case) -> Steps:
        return (yield from office.do(case.id, "受理", "客服代表", 16, urgency=self._urgency(case)))

    def _grade(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        """Grading and assignment; gives the name of who did it, if somebody did."""
        chance = office.dice.random()
        if office.today() >= _AUTOMATIC and case.facts["渠道"] == "网站" and chance < 0.9:
            self.truth.plant("automatic_grading", case.id)
            yield from office.pause(0.02)
            return office.note(case.id, "定级分派", "系统").worker
        if chance < 0.06:
            self.truth.plant("skipped_grading", case.id)
            return ""
        who = "班长" if case.facts["客户等级"] == HIGH else "分派员"
        if chance > 0.95:
            self.truth.plant("graded_by_agent", case.id)
            who = name_of("韩梅")
        work: OfficeWork = yield from office.do(case.id, "定级分派", who, 9)
        return work.worker

    def _resolve(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        """Handling, perhaps sent back to the intake or handed to another group; gives the last piece of it."""
        dice, topic = office.dice, case.facts["主题"]
        if dice.random() < 0.05:
            self.truth.plant("returned", case.id)
            yield from self._handle(office, case, name_of, topic, 0.2, action="退回")
            yield from self._receive(office, case)
            yield from self._grade(office, case, name_of)
        chance, other = dice.random(), _BETWEEN.get(topic, "计费")
        if chance < 0.05:
            yield from self._handle(office, case, name_of, other, 0.25, action="转办")
        elif chance < 0.12 and topic in _BETWEEN:
            self.truth.plant("ping_pong", case.id)
            for _ in range(dice.choice((1, 1, 2))):
                yield from self._handle(office, case, name_of, topic, 0.4, action="转办")
                yield from self._handle(office, case, name_of, other, 0.4, action="转办")
        hold = 0.0
        if case.facts["渠道"] == "代理商":
            self.truth.plant("agents_wait", case.id)
            hold = dice.uniform(24, 44)
        if dice.random() < 0.06:
            self.truth.plant("late_handling", case.id)
            hold = dice.uniform(*_LATE_HOLD[case.facts["客户等级"]])
        return (yield from self._handle(office, case, name_of, topic, 1, hold=hold))

    def _handle(
        self,
        office: Office,
        case: Case,
        name_of: Callable[[str], str],
        topic: str,
        share: float,
        *,
        hold: float = 0,
        action: str = "",
    ) -> Steps:
        """One piece of handling by somebody of the topic's group; `share` of the usual time."""
        group = _GROUPS[topic]
        name = office.dice.choices(list(group), list(group.values()))[0]
        refund = topic == "计费" and case.facts["类型"] == "投诉" and not action
        if refund and office.dice.random() < 0.09:
            self.truth.plant("own_refund", case.id)
            name = "沈红"
        minutes, urgency = share * _MINUTES[topic], self._urgency(case)
        who = name_of(name)
        return (yield from office.do(case.id, "处理", who, minutes, hold=hold, urgency=urgency, action=action))

    def _refund(self, office: Office, case: Case, checker: str, handler: str) -> Steps:
        """The check of a refund and the answer; who has handled a case never skips the own check."""
        chance = 1.0 if handler == checker else office.dice.random()
        check = office.do(case.id, "退费审核", checker, 7)
        if chance < 0.08:
            self.truth.plant("skipped_refund_check", case.id)
            yield from self._answer(office, case)
        elif chance < 0.2 and office.today() < _LAST_MONTH:
            self.truth.plant("answer_before_check", case.id)
            yield from self._answer(office, case)
            yield from check
        else:
            yield from check
            yield from self._answer(office, case)

    def _answer(self, office: Office, case: Case) -> Steps:
        """The answer, and in some cases what the customer says to it."""
        dice, urgency = office.dice, self._urgency(case)
        if office.today() >= _LAST_MONTH and dice.random() < 0.4:
            self.truth.plant("answer_dropped", case.id)
            yield from office.pause(0.3)
            self._tell(office, case, "工单解决", "系统")
            return
        work = yield from office.do(case.id, "回复客户", "客服代表", 13, urgency=urgency)
        chance = dice.random()
        if chance < 0.3:
            yield from self._wait_for_customer(office, case, work.worker, dice.uniform(2, 50))
        if chance < 0.05:
            self.truth.plant("answered_twice", case.id)
            work = yield from office.do(case.id, "回复客户", "客服代表", 13, urgency=urgency)
        if 0.05 <= chance < 0.3:
            yield from office.pause(0.2)
        self._tell(office, case, "工单解决", "系统" if 0.05 <= chance < 0.3 else work.worker)

    def _close(self, office: Office, case: Case) -> Steps:
        yield from office.pause(0.5)
        if office.dice.random() < 0.75:
            office.note(case.id, "归档", "系统")
        else:
            yield from office.do(case.id, "归档", "客服代表", 4)
        if case.facts["类型"] == "投诉":
            self._resolved[office].append((office.now, case))

    def exports(self) -> Iterator[tuple[str, bytes]]:
        """Task and instance history, ticket audits, the register of cases, customers, staff."""
        return telecom_files.telecom_exports(self)
