"""Who deviates from the standard: which roles do what is not theirs, and which break a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.log.eventlog import EventLog

_OF_PEOPLE = [name for name, kind in DEVIATION_KINDS.items() if kind.about_people != "never"]


@dataclass(frozen=True, repr=False, eq=False)
class DeviatingRoles(Result):
    """Wrong roles and broken rules by the role that did it, those of the most cases first.

    Attributes
    ----------
    n_cases
        Cases with any of these.
    """

    TITLE: ClassVar[Words] = Words("角色与规则", "Roles and rules")
    CHART: ClassVar[Chart | None] = Bars(("role", "kind", "subject"), "n_times")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "kind": Column("text", Words("类型", "Kind"), words=DEVIATION_KINDS.words),
        "subject": Column("text", Words("节点或规则", "Node or rule")),
        "role": Column(
            "text",
            Words("办理人角色", "Role of who did it"),
            Words("空：不是由事件引起", "empty: no event is behind it"),
        ),
        "n_people": Column("count", Words("人数", "People"), Words("不同的处理人", "distinct resources")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "n_times": Column("count", Words("次数", "Times")),
    }

    n_cases: int = 0

    @property
    def scalars(self) -> dict[str, Any]:
        """Cases with a wrong role or a broken rule."""
        return {"n_cases": self.n_cases}

    @property
    def sentence(self) -> str:
        """How many cases these are, and the most frequent one."""
        if self.table.empty:
            return Words("没有角色不符，也没有违反规则。", "No role is wrong and no rule is broken.").say(self.language)
        top = self.table.iloc[0]
        text = Words(
            "{n} 个案例有角色不符或违反规则；最多的是“{subject}”（{kind}，{n_top} 个案例）。",
            "{n} cases have a wrong role or a broken rule; most often {subject!r} ({kind}, {n_top} cases).",
        )
        return text.filled(
            n=write_number(self.n_cases),
            subject=top["subject"],
            kind=DEVIATION_KINDS.words[top["kind"]],
            n_top=write_number(top["n_cases"]),
        ).say(self.language)


def deviating_roles_of(log: EventLog, ledger: pd.DataFrame) -> DeviatingRoles:
    """See `Conformance.deviating_roles`."""
    mine = ledger[ledger["kind"].isin(_OF_PEOPLE) & ~ledger["is_allowed"].astype(bool)]
    return DeviatingRoles.of(log, _counted(mine), n_cases=int(mine["case_id"].nunique()))


def _counted(ledger: pd.DataFrame) -> pd.DataFrame:
    by = ledger.assign(resource=ledger["resource"].where(ledger["resource"] != "")).groupby(["kind", "subject", "role"])
    frame = by.agg(
        n_people=("resource", "nunique"), n_cases=("case_id", "nunique"), n_times=("case_id", "size")
    ).reset_index()
    order = ["n_cases", "n_times", "kind", "subject", "role"]
    return frame.sort_values(order, ascending=[False, False, True, True, True])
