"""One ranked list of what a manager should look at first, each entry a sentence with its number and its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from procmine.core.clock.calendar import Sla
from procmine.core.log.engine import fetch
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number
from procmine.insight.findings.change_findings import change_findings
from procmine.insight.findings.deviation_findings import departure_findings
from procmine.insight.findings.finding import KINDS, MARKS, Finding
from procmine.insight.findings.findings_html import findings_html
from procmine.insight.findings.kpi_findings import kpi_findings
from procmine.insight.findings.log_facts import Grounds
from procmine.insight.findings.movement_findings import movement_findings
from procmine.insight.findings.record_findings import record_findings
from procmine.insight.findings.same_story import merged
from procmine.insight.findings.waiting_findings import unrecorded_findings, waiting_findings

if TYPE_CHECKING:
    import pandas as pd

    from procmine.conformance.standard.standard import TargetVersion
    from procmine.conformance.views.conformance import Conformance
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog
    from procmine.kpi.kpis.evaluation import Kpis
    from procmine.kpi.kpis.kpi_plan import KpiSet

HIGH = 0.1
_TIME = Words("涉及的时间", "Time at stake")
LEVELS: dict[str, Words] = {"high": Words("高", "high"), "low": Words("低", "low")}


@dataclass(frozen=True, repr=False, eq=False)
class FindingCases(Result):
    """The cases of every finding, those that lose most first."""

    TITLE: ClassVar[Words] = Words("主要发现 · 案例", "Findings: cases")
    LIMIT: ClassVar[int] = 100
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "rank": Column("count", Words("名次", "Rank")),
        "title": Column("text", Words("发现", "Finding")),
        "case_id": Column("text", Words("案例", "Case")),
        "lost": Column(
            "duration",
            _TIME,
            Words("在该案例里涉及的；没有日历则为自然时间", "at stake in the case; natural time without a calendar"),
        ),
    }


@dataclass(frozen=True, repr=False, eq=False)
class Findings(Result):
    """Findings by the working time at stake, most first; those that cost none by the number of their cases.

    Attributes
    ----------
    found
        The findings in the order of the table.
    has_calendar
        Whether time is working time; natural time otherwise.
    """

    TITLE: ClassVar[Words] = Words("主要发现", "Findings")
    LIMIT: ClassVar[int] = 15
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "rank": Column("count", Words("名次", "Rank")),
        "kind": Column("text", Words("类型", "Kind"), words=KINDS),
        "subject": Column("text", Words("对象", "Subject"), Words("节点、人员或属性值", "node, person or attribute value")),
        "title": Column("text", Words("发现", "Finding")),
        "sentence": Column("text", Words("说明", "In numbers")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "share": Column("share", Words("占比", "Share"), Words("占全部案例；与标准的偏差：占被判断的案例", "of all cases; of departures: of the cases judged")),
        "lost": Column("duration", _TIME, Words("合计工作时间，没有日历则为自然时间；“变快”为省下的", "working time in all, natural without a calendar; of what became quicker: saved")),
        "mark": Column("text", Words("问题标记", "Problem mark"), words=MARKS),
        "level": Column("text", Words("程度", "Level"), Words("高：占案例一成以上，或占所列时间一成以上", "high: a tenth of the cases, or of the time listed"), LEVELS),
    }  # fmt: skip

    found: tuple[Finding, ...] = ()
    has_calendar: bool = False
    log: EventLog | None = None

    @property
    def sentence(self) -> str:
        """How many there are, and how they are ranked."""
        if not self.found:
            return Words("没有值得一提的发现。", "There is nothing to report.").say(self.language)
        said = Words(
            "共 {n} 条{shown}，按涉及的{time}排序；不费时间的按案例数排在后面。",
            "{n} findings{shown} by the {time} at stake; those that cost no time follow by their cases.",
        )
        shown = Words("", "")
        if len(self.found) > self.LIMIT:
            shown = Words("（列出前 {most} 条）", ", the first {most} listed,")
            shown = shown.filled(most=self.LIMIT)
        time = Words("工作时间", "working time") if self.has_calendar else Words("自然时间", "natural time")
        return said.filled(n=write_number(len(self.found)), shown=shown, time=time).say(self.language)

    @cached_property
    def cases(self) -> FindingCases | None:
        """Every case of every finding, made when asked for."""
        return None if self.log is None else _case_table(self.log, self.found)

    def html_in(self, place: Place) -> str:
        """The first findings as an ordered list, each with its cases behind a fold."""
        return findings_html(self, place)


def rank_findings(
    log: EventLog,
    targets: TargetVersion | Sequence[TargetVersion] = (),
    kpis: KpiSet | None = None,
    *,
    calendar: WorkCalendar | None = None,
    sla: Sla | None = None,
) -> Findings:
    """What a manager should look at first: one ranked list over what the other analyses give.

    Waiting that stands out (`waiting_causes`), departures from the standard (`check_conformance`), cases that
    go to and fro (`ping_pong`), work done again, steps that became quicker or slower, came or went, records
    written twice, and KPIs that miss their target. Each is told with its cases and the working time at
    stake, which ranks it; of those that cost none problems come before missed targets and changes, then the
    number of cases decides, then the name. Findings that tell one story are one (`insight.findings.same_story`).

    Parameters
    ----------
    targets, kpis
        The standard process and the KPIs; findings about them are left out where there are none.
    calendar
        The working calendar: time is lost in the company's hours. Natural time without one.
    sla
        How limits of the standard are measured.

    Examples
    --------
    >>> import procmine as pm
    >>> found = pm.rank_findings(pm.six_cases("en"))  # which knows neither starts nor a standard
    >>> found.table[["kind", "subject", "n_cases"]].values.tolist()
    [['waiting', '处理', 5], ['waiting', '关闭 · 王芳', 5]]
    """
    import pandas as pd

    if log.n_cases == 0:
        return Findings.of(log, pd.DataFrame(columns=list(Findings.COLUMNS)))
    grounds = Grounds(log, calendar)
    found = _gathered(grounds, targets, kpis, sla)
    ordered = sorted(merged(found), key=lambda one: one.rank)
    return Findings.of(log, _table(ordered, log), found=tuple(ordered), has_calendar=calendar is not None, log=log)


def _gathered(
    grounds: Grounds,
    targets: TargetVersion | Sequence[TargetVersion],
    kpis: KpiSet | None,
    sla: Sla | None,
) -> list[Finding]:
    from procmine.conformance.standard.standard import in_force
    from procmine.kpi.kpis.evaluation import evaluate_kpis

    ignored = {name for version in (in_force(targets) if targets else ()) for name in version.ignore}
    found = [*waiting_findings(grounds), *unrecorded_findings(grounds, ignored)]
    found += movement_findings(grounds, has_standard=bool(targets))
    found += [*change_findings(grounds, ignored), *record_findings(grounds)]
    measured = evaluate_kpis(grounds.log, kpis) if kpis is not None and len(kpis) else None
    if targets:
        found += departure_findings(grounds, _judged(grounds.log, targets, sla, measured))
    if measured is not None:
        found += kpi_findings(grounds, measured)
    return found


def _judged(
    log: EventLog, targets: TargetVersion | Sequence[TargetVersion], sla: Sla | None, measured: Kpis | None
) -> Conformance:
    """The log held against the standard; KPIs that are measured by the same one have done it already."""
    from procmine.conformance.standard.standard import in_force
    from procmine.conformance.views.checking import check_conformance

    of = None if measured is None else measured.evaluation
    is_same = of is not None and bool(of.basis.targets) and in_force(of.basis.targets) == in_force(targets)
    if of is not None and is_same and of.basis.sla == (sla or Sla()):
        return of.conformance
    return check_conformance(log, targets, sla=sla)


def _table(found: Sequence[Finding], log: EventLog) -> pd.DataFrame:
    import pandas as pd

    whole = sum(one.lost for one in found)
    among = [one.n_among or log.n_cases for one in found]
    rows = [
        {
            "rank": rank,
            "kind": one.kind,
            "subject": " · ".join(one.subject),
            "title": one.title.say(log.language),
            "sentence": one.told.say(log.language),
            "n_cases": len(one.cases),
            "share": len(one.cases) / n_among,
            "lost": one.lost,
            "mark": one.mark,
            "level": "high" if len(one.cases) >= HIGH * n_among or one.lost >= HIGH * max(whole, 1) else "low",
        }
        for rank, (one, n_among) in enumerate(zip(found, among, strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=list(Findings.COLUMNS))


def _case_table(log: EventLog, found: Sequence[Finding]) -> FindingCases:
    import pandas as pd

    ids = fetch(log.cases.select("case_index", "case_id"))
    parts = [one.cases.assign(rank=rank, title=one.title.say(log.language)) for rank, one in enumerate(found, start=1)]
    if not parts:
        return FindingCases.of(log, pd.DataFrame(columns=list(FindingCases.COLUMNS)))
    frame = pd.concat(parts).merge(ids, on="case_index")
    return FindingCases.of(log, frame.sort_values(["rank", "lost", "case_index"], ascending=[True, False, True]))
