"""One ranked list of what a manager should look at first, each entry a sentence with its number and its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from procmine.conformance.standard.standard import in_force
from procmine.core.clock.calendar import Sla
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number
from procmine.insight.findings.change_findings import change_findings
from procmine.insight.findings.deviation_findings import deviation_findings
from procmine.insight.findings.finding import Finding
from procmine.insight.findings.finding_kinds import KINDS, LEVELS, MARKS
from procmine.insight.findings.findings_html import findings_html
from procmine.insight.findings.kpi_findings import kpi_findings
from procmine.insight.findings.log_facts import LogFacts
from procmine.insight.findings.movement_findings import movement_findings
from procmine.insight.findings.record_findings import record_findings
from procmine.insight.findings.same_story import merge_same_stories
from procmine.insight.findings.waiting_findings import unrecorded_findings, waiting_findings

if TYPE_CHECKING:
    from procmine.conformance.standard.standard import Standard
    from procmine.core.clock.calendar import WorkCalendar
    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog
    from procmine.kpi.kpis.kpi_set import KpiSet

HIGH = 0.1
_TIME = Words("涉及的时间", "Time at stake")


@dataclass(frozen=True, repr=False, eq=False)
class FindingCases(Result):
    """The cases of every finding, those that lose most first."""

    TITLE: ClassVar[Words] = Words("主要发现 · 案例", "Findings: cases")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Bars(("title", "case_id"), "lost")
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
    findings
        The findings in the order of the table.
    has_calendar
        Whether time is working time; natural time otherwise.
    """

    TITLE: ClassVar[Words] = Words("主要发现", "Findings")
    LIMIT: ClassVar[int] = 15
    CHART: ClassVar[Chart | None] = Bars(("title",), "lost")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "rank": Column("count", Words("名次", "Rank")),
        "kind": Column("text", Words("类型", "Kind"), words={name: one.words for name, one in KINDS.items()}),
        "subject": Column("text", Words("对象", "Subject"), Words("节点、人员或属性值", "node, person or attribute value")),
        "title": Column("text", Words("发现", "Finding")),
        "sentence": Column("text", Words("说明", "In numbers")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "share": Column("share", Words("占比", "Share"), Words("占全部案例；与标准的偏差：占被判断的案例", "of all cases; of deviations: of the cases judged")),
        "lost": Column("duration", _TIME, Words("合计工作时间，没有日历则为自然时间；“变快”为省下的",
            "working time in all, natural without a calendar; of what became quicker: saved")),
        "mark": Column("text", Words("问题标记", "Problem mark"), words={name: one.words for name, one in MARKS.items()}),
        "level": Column("text", Words("程度", "Level"), Words("高：占案例一成以上，或占所列时间一成以上", "high: a tenth of the cases, or of the time listed"), LEVELS),
    }  # fmt: skip

    findings: tuple[Finding, ...] = ()
    has_calendar: bool = False
    log: EventLog | None = None

    @property
    def sentence(self) -> str:
        """How many there are, and how they are ranked."""
        if not self.findings:
            return Words("没有值得一提的发现。", "There is nothing to report.").say(self.language)
        text = Words(
            "共 {n} 条{shown}，按涉及的{time}排序；不费时间的按案例数排在后面。",
            "{n} findings{shown} by the {time} at stake; those that cost no time follow by their cases.",
        )
        shown = Words("", "")
        if len(self.findings) > self.LIMIT:
            shown = Words("（列出前 {most} 条）", ", the first {most} listed,")
            shown = shown.filled(most=self.LIMIT)
        time = Words("工作时间", "working time") if self.has_calendar else Words("自然时间", "natural time")
        return text.filled(n=write_number(len(self.findings)), shown=shown, time=time).say(self.language)

    @cached_property
    def cases(self) -> FindingCases | None:
        """Every case of every finding, made when asked for."""
        return None if self.log is None else _case_table(self.log, self.findings)

    def html_in(self, place: Place) -> str:
        """The first findings as an ordered list, each with its cases behind a fold."""
        return findings_html(self, self.findings, self.cases, place)


FINDERS: Sequence[Callable[[LogFacts], Iterable[Finding]]] = (
    waiting_findings,
    unrecorded_findings,
    movement_findings,
    change_findings,
    record_findings,
    deviation_findings,
    kpi_findings,
)
"""Who looks for findings; each yields those of one or several kinds of `KINDS`."""


def rank_findings(
    log: EventLog,
    *,
    standard: Standard | Sequence[Standard] = (),
    kpis: KpiSet | None = None,
    calendar: WorkCalendar | None = None,
    sla: Sla | None = None,
) -> Findings:
    """What a manager should look at first: one ranked list over what the other analyses give.

    Waiting that stands out (`waiting_causes`), deviations from the standard (`check_conformance`), cases that
    go to and fro (`ping_pong`), work done again, steps that became quicker or slower, came or went, records
    written twice, and KPIs that miss their target. Each is told with its cases and the working time at
    stake, which ranks it; of those that cost none problems come before missed targets and changes, then the
    number of cases decides, then the name. Findings that tell one story are one (`insight.findings.same_story`).

    Parameters
    ----------
    standard, kpis
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
    if log.n_cases == 0:
        return Findings.of(log, pd.DataFrame(columns=list(Findings.COLUMNS)))
    facts = LogFacts(log, calendar, tuple(in_force(standard)) if standard else (), kpis, sla or Sla())
    findings = [one for finder in FINDERS for one in finder(facts)]
    ordered = tuple(sorted(merge_same_stories(findings), key=lambda one: one.rank))
    return Findings.of(log, _table(ordered, log), findings=ordered, has_calendar=calendar is not None, log=log)


def _table(found: Sequence[Finding], log: EventLog) -> pd.DataFrame:
    whole = sum(one.lost for one in found)
    among = [one.n_among or log.n_cases for one in found]
    rows = [
        {
            "rank": rank,
            "kind": one.kind,
            "subject": " · ".join(one.subject),
            "title": one.title.say(log.language),
            "sentence": one.full_sentence.say(log.language),
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
    ids = fetch(log.cases.select("case_index", "case_id"))
    parts = [one.cases.assign(rank=rank, title=one.title.say(log.language)) for rank, one in enumerate(found, start=1)]
    if not parts:
        return FindingCases.of(log, pd.DataFrame(columns=list(FindingCases.COLUMNS)))
    frame = pd.concat(parts).merge(ids, on="case_index")
    return FindingCases.of(log, frame.sort_values(["rank", "lost", "case_index"], ascending=[True, False, True]))
