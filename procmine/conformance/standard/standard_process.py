"""The standard in short: its nodes in order, each with who does it, until when, and what a system could carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from procmine.conformance.standard.document_sections import summary
from procmine.conformance.standard.outline import entries
from procmine.conformance.standard.standard import Standard, in_force, version_for
from procmine.conformance.standard.standard_words import limit_lines, listed_names
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, repr=False, eq=False)
class StandardProcess(Result):
    """The nodes of the standard in the order of its file.

    Attributes
    ----------
    version
        The version described.
    """

    TITLE: ClassVar[Words] = Words("标准流程", "The standard process")
    LIMIT: ClassVar[int] = 200
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "number": Column("text", Words("编号", "No.")),
        "process": Column("text", Words("流程", "Process")),
        "node": Column("text", Words("节点", "Node")),
        "place": Column("text", Words("位置", "Place"), Words("所在的块", "the blocks around it")),
        "responsible": Column("text", Words("负责", "Responsible")),
        "within": Column("text", Words("时限", "Time limit")),
        "n_actions": Column("count", Words("动作", "Actions")),
        "n_systematizable": Column(
            "count",
            Words("可系统化", "Systematizable"),
            Words("可由系统承担的动作", "actions that a system could carry"),
        ),
        "activities": Column("text", Words("日志中的活动", "Activities in the log")),
    }

    version: Standard | None = field(default=None, kw_only=True)

    @property
    def scalars(self) -> dict[str, Any]:
        """Name and number of the version."""
        return {"name": self.version.name, "version": self.version.version} if self.version else {}

    @property
    def sentence(self) -> str:
        """Which standard it is, and how large."""
        if self.version is None:
            return ""
        return f"{self.version.name} · {summary(self.version, self.language)}"


def standard_process(log: EventLog, standard: Standard | Sequence[Standard]) -> StandardProcess:
    """The standard process in force at the last event of the log.

    Raises
    ------
    MissingDataError
        If there is no standard.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.conformance.standard.standard import Process
    >>> from procmine.conformance.standard.parts import Item
    >>> nodes = [Item(name="受理", responsible=["客服"], within="2 h"), Item(name="关闭")]
    >>> standard = pm.Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])
    >>> standard_process(pm.six_cases(), standard).table[["number", "node", "responsible", "within"]].values.tolist()
    [['1.1', '受理', '客服', '2 小时（工作时间）'], ['1.2', '关闭', '', '']]
    """
    versions = in_force(standard)
    columns = list(StandardProcess.COLUMNS)
    if log.last is None:
        return StandardProcess.of(log, pd.DataFrame(columns=columns))
    version = version_for(versions, log.local(log.last).date()) or versions[0]
    rows = [
        (
            one.number,
            one.process,
            one.node.name,
            " › ".join(block.say(log.language) for block in one.blocks),
            listed_names(one.node.responsible).say(log.language),
            "; ".join(line.say(log.language) for line in limit_lines(one.node.within)),
            len(one.node.actions),
            sum(action.systematizable for action in one.node.actions),
            listed_names(one.node.activities).say(log.language),
        )
        for one in entries(version)
    ]
    return StandardProcess.of(log, pd.DataFrame(rows, columns=columns), version=version)
