"""Who works in batches: collects instances of an activity and does them in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_duration, write_share
from procmine.performance.ground.notes import LEFT_OUT, notes
from procmine.performance.ground.pseudonyms import pseudonymized
from procmine.performance.people.resources import RESOURCE
from procmine.performance.waiting.cause_rows import cause_rows

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.log.eventlog import EventLog

_PURPOSE = Words("成批处理", "Batch work")


@dataclass(frozen=True, repr=False, eq=False)
class BatchWork(Result):
    """Batches of two and more by resource and activity, the most collected first; those without any are left out."""

    TITLE: ClassVar[Words] = Words("成批处理", "Batch work")
    CHART: ClassVar[Chart | None] = Bars(("resource", "activity"), "n_batched")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "resource": RESOURCE,
        "activity": Column("text", Words("活动", "Activity")),
        "n": Column("count", Words("实例", "Instances")),
        "n_batched": Column("count", Words("成批的", "In batches"), Words("两个以上一批的实例", "instances in batches of two and more")),
        "share": Column("share", Words("占比", "Share")),
        "n_batches": Column("count", Words("批数", "Batches")),
        "mean_size": Column("number", Words("平均批量", "Mean size"), Words("筛选之外的案例也计入", "cases that a filter left out included")),
        "largest": Column("count", Words("最大批量", "Largest")),
        "collecting": Column("duration", Words("等齐用时", "Collecting"), Words("等到一批凑齐，合计，自然时间", "until the batch was complete, in all, natural time")),
    }  # fmt: skip

    note: str = ""

    @property
    def sentence(self) -> str:
        """Who collects most."""
        if self.table.empty:
            return Words("没有人成批处理。", "Nobody works in batches.").say(self.language) + self.note
        top = self.table.iloc[0]
        text = Words(
            "“{who}”的“{activity}”有 {share} 成批处理，等齐共用 {time}（自然时间）。",
            "{who} does {share} of {activity} in batches; collecting them takes {time} in all (natural time).",
        )
        return (
            text.filled(
                who=top["resource"],
                activity=top["activity"],
                share=write_share(top["share"]),
                time=write_duration(top["collecting"], self.language),
            ).say(self.language)
            + self.note
        )


def batch_work(log: EventLog, *, gap: timedelta = timedelta(0), pseudonyms: bool = False) -> BatchWork:
    """Instances of one activity that a resource collects and does in one go.

    Instances of one resource and activity, swept by start, join the running batch when they were enabled by the
    time it began and begin no more than `gap` after it ended; a batch has two and more, cases that a filter left
    out included. Source: the batching rule of `waiting_causes`.

    Raises
    ------
    MissingDataError
        If the log knows no starts or no resources.

    Examples
    --------
    >>> import procmine as pm
    >>> log = pm.estimate_starts(pm.six_cases())
    >>> pm.batch_work(log).table["n_batched"].tolist()
    []
    """
    for column in ("start", "resource"):
        log.require(column, _PURPOSE)
    log = pseudonymized(log) if pseudonyms else log
    rows, _ = cause_rows(log, None, gap)
    return BatchWork.of(log, _told(rows), note=notes(log, uses_start=True, without_start=LEFT_OUT))


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    keys = ["resource", "activity"]
    batched = rows[rows["batch_size"] > 1]
    table = batched.groupby(keys).agg(
        n_batched=("batch", "size"), n_batches=("batch", "nunique"), collecting=("batching", "sum")
    )
    # How large a batch is does not depend on which of its cases a filter kept.
    size = batched.drop_duplicates("batch").groupby(keys)["batch_size"]
    table["largest"], table["mean_size"] = size.max(), size.mean()
    table["n"] = rows.groupby(keys).size().reindex(table.index)
    table["share"] = table["n_batched"] / table["n"]
    return table.reset_index().sort_values(["collecting", *keys], ascending=[False, True, True])
