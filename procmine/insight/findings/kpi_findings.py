"""Findings about KPIs: targets that are missed."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from procmine.core.log.engine import fetch
from procmine.core.text.words import Words, write_number
from procmine.insight.findings.finding import Finding
from procmine.insight.findings.finding_kinds import KINDS
from procmine.insight.findings.log_facts import LogFacts
from procmine.kpi.kpis.kpi_words import written_value
from procmine.kpi.spec.kpi import Kpi

_MISSED = Words(
    "实际 {value}，目标 {target}；{n} 个案例未达标。", "{value}, the target is {target}; {n} cases missed it."
)
_OF_NO_CASE = Words("实际 {value}，目标 {target}。", "{value}, the target is {target}.")


def kpi_findings(facts: LogFacts) -> Iterator[Finding]:
    """Every KPI that misses its target, with the cases that missed it; too few arrivals are missed by none."""
    found = facts.measured
    if found is None:
        return
    table = found.table[(found.table["status"] == "breach") & (found.table["group"] == "")]
    if table.empty:
        return
    ids = fetch(facts.log.cases.select("case_index", "case_id")).set_index("case_id")["case_index"]
    specs = {one.kpi.name: one.kpi for one in found.measured}
    for row in table.to_dict("records"):
        missed = found.missed(row["kpi"])
        names = [] if missed is None else sorted(set(missed.table["case_id"]) & set(ids.index))
        cases = pd.DataFrame({"case_index": ids.loc[names].to_numpy("int64"), "lost": 0})
        title = KINDS["kpi"].title.filled(kpi=row["kpi"])
        text = (_MISSED if len(cases) else _OF_NO_CASE).filled(
            value=_value(specs[row["kpi"]], row["value"]), target=row["target"], n=write_number(len(cases))
        )
        node = [row["node"]] if row["node"] else []
        yield Finding("kpi", title, text, cases, (row["kpi"], *node))


def _value(kpi: Kpi, value: float) -> Words:
    return Words(written_value(kpi, value, "zh"), written_value(kpi, value, "en"))
