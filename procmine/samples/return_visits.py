"""主动回访: engineers call on customers before these call on them; September 2025 to February 2026, in a Weaver OA.

Every finished visit is scored. Preparation decides the score, so in November its node is split in two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from random import Random

from procmine.core.text.words import Words
from procmine.samples import return_visits_files
from procmine.samples.office import Batches, Office, OfficePerson, Steps
from procmine.samples.truth import PlantedFault
from procmine.samples.world import Case, World

SPLIT = date(2025, 11, 17)
SYSTEM = "系统管理员"
RETURNED = "退回"
_FEBRUARY = date(2026, 2, 1)
_GROUPS = {
    "回访一组": ("田敏", ("高远", "孔琳", "白杰")),
    "回访二组": ("尹浩", ("常青", "武强", "乔娜")),
    "回访三组": ("史云", ("龙飞", "段宁", "雷鸣")),
}
_REGIONS = {"华东": 0.35, "华北": 0.3, "西南": 0.2, "西北": 0.15}
_WAYS = {"电话": 0.45, "上门": 0.3, "视频": 0.25}
_GRADES = {"战略": 0.15, "重点": 0.35, "普通": 0.5}


def _team(group: str) -> tuple[OfficePerson, ...]:
    special = {
        "武强": {"pace": 1.7},
        "龙飞": {"pace": 1.5, "order": "newest"},
        "段宁": {"absent": ((date(2025, 12, 8), date(2025, 12, 19)),)},
    }
    leader, engineers = _GROUPS[group]
    people = (OfficePerson(name, "工程师", group, **special.get(name, {})) for name in engineers)  # type: ignore[arg-type]
    return (OfficePerson(leader, "组长", group), *people)


class ReturnVisits(World):
    """World 2."""

    name = "return_visits"
    title = Words("主动回访", "Active return visits")
    first, last = date(2025, 9, 1), date(2026, 2, 27)
    usual, seed = 420, 20250901
    staff = (
        *(person for group in _GROUPS for person in _team(group)),
        OfficePerson("秦岚", "评分员", "评分组", batches=Batches(("评分",), (4,), time(15))),
    )

    def faults(self) -> dict[str, PlantedFault]:
        """The faults to be planted."""
        whole, on = self.whole(), PlantedFault
        return {
            "review_skipped": on("skipped", Words("准备不经审核", "preparation without a review"),
                                 {"node": "准备审核"}, whole),
            "call_before": on("unexpected", Words("多打一次电话确认", "an extra call"),
                              {"node": "电话确认", "resource": "孔琳"}, whole),
            "mail_before_visit": on("wrong_order", Words("回访前就发邮件二", "second mail before the visit"),
                                    {"node": "回访邮件二", "before": "客户回访"}, whole),
            "mail_again": on("repeated", Words("邮件一发两次", "first mail sent twice"), {"node": "回访邮件一"}, whole),
            "reviewed_by_engineer": on("wrong_role", Words("工程师审核准备", "an engineer reviews"),
                                       {"node": "准备审核", "role": "工程师", "resource": "白杰"}, whole),
            "own_review": on("same_person", Words("组长自备自审", "a leader prepares and reviews"),
                             {"node": "准备审核", "resource": "史云"}, whole),
            "late_summary": on("late", Words("总结拖延数日", "summary left for days"),
                               {"node": "回访总结", "limit": "3 working days"}, whole),
            "site_sent_back": on("rework", Words("上门回访的准备常被退回", "preparation of visits on site is sent back"),
                                 {"node": "准备审核", "way": "上门"}, whole),
            "summary_ping_pong": on("ping_pong", Words("总结与评分之间来回", "summaries go to and fro"),
                                    {"node": "评分", "from": "评分组", "to": "回访组"}, whole),
            "scored_on_fridays": on("batching", Words("每周五集中评分", "scores given on Fridays"),
                                    {"node": "评分", "resource": "秦岚"}, whole),
            "overloaded": on("contention", Words("武强过载", "an engineer has too much"), {"resource": "武强"}, whole),
            "newest_first": on("prioritization", Words("龙飞后到先办", "an engineer takes the newest first"),
                               {"resource": "龙飞"}, whole),
            "absence": on("unavailability", Words("段宁缺勤两周", "an engineer is away for two weeks"),
                          {"resource": "段宁"}, (date(2025, 12, 8), date(2025, 12, 19))),
            "split_preparation": on("improvement", Words("准备节点拆分", "preparation split in two"),
                                    {"node": "资料准备"}, (SPLIT, self.last)),
            "mail_dropped": on("new_deviation", Words("二月起常不发邮件一", "first mail dropped from February"),
                               {"node": "回访邮件一", "kind": "skipped"}, (_FEBRUARY, self.last)),
            "northwest_waits": on("delay", Words("西北客户约不到时间", "appointments in the north-west take long"),
                                  {"attribute": "区域", "value": "西北", "node": "客户回访"}, whole),
            "double_rows": on("duplicate", Words("流转日志行重复", "log rows written twice"),
                              {"export": "OA", "read": "once"}, whole),
            "wrong_clock": on("misordered", Words("时间早一天的记录", "records a day early"), {"export": "OA"}, whole),
        }  # fmt: skip

    def case_id(self, number: int) -> str:
        """As the OA numbers its requests."""
        return str(310_000 + number)

    def describe(self, dice: Random) -> dict[str, str]:
        """Customer, group, region and way of the visit."""
        customer = dice.randrange(180)
        group = list(_GROUPS)[customer % 3]
        return {
            "组": group,
            "工程师": dice.choices(_GROUPS[group][1], (1, 1.15, 1))[0],
            "客户编号": f"V{customer:03}",
            "区域": dice.choices(list(_REGIONS), list(_REGIONS.values()))[0],
            "回访类型": dice.choices(list(_WAYS), list(_WAYS.values()))[0],
            "客户等级": dice.choices(list(_GRADES), list(_GRADES.values()))[0],
        }

    # ── the way of a case ─────────────────────────────────────────────────────────────────────

    def steps(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        """From the plan to the archive."""
        dice, engineer = office.dice, name_of(case.facts["工程师"])
        yield from office.do(case.id, "回访计划", self._leader(case, name_of), 25)
        yield from self._prepare(office, case, name_of)
        if office.today() >= _FEBRUARY and dice.random() < 0.4:
            self.truth.plant("mail_dropped", case.id)
        else:
            yield from office.do(case.id, "回访邮件一", engineer, 25)
        if case.facts["工程师"] == "孔琳" and dice.random() < 0.3:
            self.truth.plant("call_before", case.id)
            yield from office.do(case.id, "电话确认", engineer, 15)
        early = dice.random() < 0.06
        if early:
            self.truth.plant("mail_before_visit", case.id)
            yield from office.do(case.id, "回访邮件二", engineer, 25)
        yield from self._visit(office, case, engineer)
        if not early:
            yield from office.do(case.id, "回访邮件二", engineer, 25)
        yield from self._summarize(office, case, engineer)
        yield from office.pause(0.1)
        office.note(case.id, "归档", SYSTEM)

    def _leader(self, case: Case, name_of: Callable[[str], str]) -> str:
        return name_of(_GROUPS[case.facts["组"]][0])

    def _prepare(self, office: Office, case: Case, name_of: Callable[[str], str]) -> Steps:
        dice, leader = office.dice, self._leader(case, name_of)
        own = case.facts["组"] == "回访三组" and dice.random() < 0.12
        if own:
            self.truth.plant("own_review", case.id)
        who = leader if own else name_of(case.facts["工程师"])
        yield from self._prepare_once(office, case, who, 1)
        if not own and dice.random() < 0.08:
            self.truth.plant("review_skipped", case.id)
            return
        reviewer = leader
        if case.facts["组"] == "回访一组" and dice.random() < 0.1:
            self.truth.plant("reviewed_by_engineer", case.id)
            reviewer = name_of("白杰")
        if case.facts["回访类型"] == "上门" and dice.random() < 0.35:
            self.truth.plant("site_sent_back", case.id)
            yield from office.do(case.id, "准备审核", reviewer, 30, action=RETURNED)
            yield from self._prepare_once(office, case, who, 0.5)
        yield from office.do(case.id, "准备审核", reviewer, 30)

    def _prepare_once(self, office: Office, case: Case, who: str, share: float) -> Steps:
        if office.today() < SPLIT:
            yield from office.do(case.id, "回访准备", who, 190 * share)
            return
        self.truth.plant("split_preparation", case.id)
        yield from office.do(case.id, "资料准备", who, 90 * share)
        yield from office.do(case.id, "方案准备", who, 90 * share)

    def _visit(self, office: Office, case: Case, engineer: str) -> Steps:
        hold = office.dice.uniform(2, 24)
        if case.facts["区域"] == "西北":
            self.truth.plant("northwest_waits", case.id)
            hold = office.dice.uniform(90, 190)
        yield from office.do(case.id, "客户回访", engineer, 150, hold=hold)
        if office.dice.random() < 0.05:
            self.truth.plant("mail_again", case.id)
            yield from office.do(case.id, "回访邮件一", engineer, 20)

    def _summarize(self, office: Office, case: Case, engineer: str) -> Steps:
        hold = 0.0
        if office.dice.random() < 0.07:
            self.truth.plant("late_summary", case.id)
            hold = office.dice.uniform(130, 220)
        yield from office.do(case.id, "回访总结", engineer, 100, hold=hold)
        if office.dice.random() < 0.06:
            for _ in range(2):
                yield from office.do(case.id, "评分", "评分员", 15, action=RETURNED)
                yield from office.do(case.id, "回访总结", engineer, 40)
            self.truth.plant("summary_ping_pong", case.id)
        yield from office.do(case.id, "评分", "评分员", 20)

    def exports(self) -> Iterator[tuple[str, bytes]]:
        """Request logs, operator table, names, register, scores and staff."""
        return return_visits_files.return_visits_exports(self)
