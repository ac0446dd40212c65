"""KPIs as a tree: process, node, KPI; the worst status below stands above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import pandas as pd

from procmine.core.html.fragments import lead_html
from procmine.core.html.places import Place
from procmine.core.result.result import Column, Result, typed
from procmine.core.text.words import Words, joined
from procmine.kpi.kpis.kpi_html import light_html
from procmine.kpi.kpis.kpi_words import STATUS

TREE_LEVELS: dict[str, Words] = {
    "process": Words("流程", "process"),
    "node": Words("节点", "node"),
    "kpi": Words("指标", "KPI"),
}
_WORST = ("breach", "warning", "missing", "ok", "none")
_WHOLE = Words("（整个流程）", "(whole process)")


@dataclass(frozen=True, repr=False, eq=False)
class KpiTree(Result):
    """Processes, below each its nodes, below each its KPIs; `status` is the worst below."""

    TITLE: ClassVar[Words] = Words("KPI 树", "KPI tree")
    LIMIT: ClassVar[int] = 200
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "level": Column("text", Words("层级", "Level"), words=TREE_LEVELS),
        "process": Column("text", Words("流程", "Process")),
        "node": Column("text", Words("节点", "Node")),
        "kpi": Column("text", Words("指标", "KPI")),
        "status": Column("text", Words("状态", "Status"), words=STATUS),
        "n_kpis": Column("count", Words("指标数", "KPIs")),
        "n_breach": Column("count", Words("未达标", "Missed")),
        "value": Column("number", Words("实际", "Value")),
        "unit": Column("text", Words("单位", "Unit")),
        "target": Column("text", Words("目标", "Target")),
    }

    @property
    def sentence(self) -> str:
        """Where KPIs are missed."""
        places = self.table[(self.table["level"] == "node") & (self.table["n_breach"] > 0)]
        if places.empty:
            return ""
        names = joined(
            Words("{node}（{n}）", "{node} ({n})").filled(node=row.node, n=row.n_breach) for row in places.itertuples()
        )
        return Words("未达标的指标在：{names}。", "KPIs are missed at: {names}.").filled(names=names).say(self.language)

    def html_in(self, place: Place) -> str:
        """The sentence, and the tree as an indented list."""
        return lead_html(self.sentence) + (self._list_html() if len(self.table) else self.table_html(place))

    def _list_html(self) -> str:
        rows = []
        for row in self.table.itertuples():
            depth = list(TREE_LEVELS).index(row.level)
            name = getattr(row, row.level) or "–"
            mark = f"<b>{escape(name)}</b>" if depth == 0 else escape(name)
            target = f' <span class="pm-unit">{escape(row.target)}</span>' if row.target else ""
            rows.append(
                f'<tr><td><span style="padding-left:{depth * 1.4:.1f}em">{mark}{target}</span></td><td>{light_html(row.status, self.language)}</td></tr>'
            )
        return (
            f'<div class="pm-scroll"><table class="pm-table pm-tree"><caption>{escape(self.title)}</caption>'
            f"<tbody>{''.join(rows)}</tbody></table></div>"
        )


def kpi_tree(kpis: Result) -> KpiTree:
    """The KPIs of an evaluation by process and node, in the order of the project file."""
    whole = kpis.table[kpis.table["group"] == ""]
    none = _WHOLE.say(kpis.language)
    table = whole.assign(process=whole["process"].replace("", "–"), node=whole["node"].replace("", none))
    rows: list[dict[str, Any]] = []
    for process, of_process in table.groupby("process", sort=False):
        rows.append(_branch(of_process, "process", str(process), "", ""))
        for node, of_node in of_process.groupby("node", sort=False):
            rows.append(_branch(of_node, "node", str(process), str(node), ""))
            for row in of_node.itertuples():
                leaf = _branch(of_node.loc[[row.Index]], "kpi", str(process), str(node), row.kpi)
                rows.append({**leaf, "value": row.value, "unit": row.unit, "target": row.target})
    frame = typed(pd.DataFrame(rows, columns=list(KpiTree.COLUMNS)), KpiTree.COLUMNS, kpis.zone)
    return KpiTree(table=frame, language=kpis.language, zone=kpis.zone)


def _branch(below: pd.DataFrame, level: str, process: str, node: str, kpi: str) -> dict[str, Any]:
    worst = min(below["status"], key=_WORST.index)
    n_breach = int((below["status"] == "breach").sum())
    return {
        "level": level,
        "process": process,
        "node": node,
        "kpi": kpi,
        "status": worst,
        "n_kpis": len(below),
        "n_breach": n_breach,
        "value": float("nan"),
        "unit": "",
        "target": "",
    }
