"""What a project says beside its exports – standard, KPIs, scorecards – held against its log before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from procmine.conformance.views.standard_check import SORTS, check_standard
from procmine.core.text.errors import MissingDataError, SpecError, UnknownNameError
from procmine.core.text.words import Words, write_number
from procmine.kpi.scorecards.scores import score_cases

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog
    from procmine.project.project import Project

_ATTRIBUTE = Words("案例属性", "attribute of the case")


def readiness(project: Project, log: EventLog) -> Iterator[str]:
    """A line on each part that the project has: what it holds, and which names the log does not share.

    What the log lacks is a line too: the report shows a card in its place.

    Raises
    ------
    SpecError
        If the standard, the customers, a KPI or a scorecard has faults: all of a part at once, each with its line.
    ExportError
        If a score sheet has faults.
    """
    _check_customers(project, log)
    for part in (_standard, _kpis, _scorecards):
        try:
            yield from part(project, log)
        except MissingDataError as error:
            yield error.say(log.language)


def _standard(project: Project, log: EventLog) -> Iterator[str]:
    if standard := project.standard:
        found = check_standard(log, standard)
        yield found.sentence
        yield from (_likely(row, log) for row in found.table.to_dict("records") if row["sort"] in _WORTH_A_LINE)


def _check_customers(project: Project, log: EventLog) -> None:
    """Stop where customers are told by attributes that the log does not have."""
    if (customers := project.spec.customers) is None:
        return
    keys = ("customer", "monetary", "topic", "channel")
    named = {key: name for key in keys if (name := getattr(customers, key))}
    faults = [
        fault
        for key, name in named.items()
        if name not in log.case_attributes
        for fault in UnknownNameError.among(
            _ATTRIBUTE, [name], sorted(log.case_attributes), project.written.document.place(("customers", key))
        ).faults
    ]
    if faults:
        raise SpecError(*faults)


def _kpis(project: Project, log: EventLog) -> Iterator[str]:
    if len(kpis := project.kpis):
        kpis.check(kpis.facts_of(log))
        yield Words("{n} 个 KPI", "{n} KPIs").filled(n=write_number(len(kpis))).say(log.language)


def _scorecards(project: Project, log: EventLog) -> Iterator[str]:
    if scorecards := project.scorecards:
        yield score_cases(log, scorecards).sentence


_WORTH_A_LINE = ("unclaimed", "unseen", "attribute", "value", "role")


def _likely(row: dict[str, Any], log: EventLog) -> str:
    name = SORTS[str(row["sort"])].say(log.language)
    likely = f" – {row['likely']}?" if row["likely"] else ""
    return f"  {name}: {row['name']}{likely}"
