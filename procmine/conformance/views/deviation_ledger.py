"""The ledger of deviations, case by case and place by place, and the cases that deviate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.log.columns import LABELS
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    from procmine.conformance.judging.deviations import Deviations
    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, repr=False, eq=False)
class DeviationLedger(Result):
    """Every deviation of every case, allowed ones marked."""

    TITLE: ClassVar[Words] = Words("偏差明细", "Ledger of deviations")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "kind": Column("text", Words("类型", "Kind"), words=DEVIATION_KINDS.words),
        "subject": Column("text", Words("对象", "Subject"), Words("节点、动作、规则或活动", "node, action, rule or activity")),
        "activity": Column("text", LABELS["activity"]),
        "position": Column(
            "count",
            Words("位置", "Position"),
            Words("案例中的第几个事件；缺失：在其后缺失", "place of the event in the case; skipped: behind which it is missing"),
        ),
        "due": Column(
            "count", Words("应在其后", "Due behind"), Words("次序颠倒：本应在其后；其他 -1", "wrong order: behind which it was due; else -1")
        ),
        "is_allowed": Column("flag", Words("容许", "Allowed")),
        "resource": Column("text", LABELS["resource"], Words("角色不符与违反规则", "of a wrong role or a broken rule")),
        "role": Column("text", LABELS["role"], Words("角色不符与违反规则", "of a wrong role or a broken rule")),
        "elapsed": Column("duration", Words("用时", "Took"), Words("超时：按时限的时钟", "late: by the clock of the limit")),
        "limit": Column("duration", Words("时限", "Limit"), Words("超时", "late")),
    }  # fmt: skip


def ledger_frame(deviations: Deviations, log: EventLog) -> pd.DataFrame:
    """The columns of `DeviationLedger`; those of what a deviation is not about are empty."""
    kinds, names = pd.array(list(DEVIATION_KINDS), dtype="str"), pd.array(list(deviations.names), dtype="str")
    doers = _doers(deviations, log)
    nothing = np.iinfo(np.int64).min
    return pd.DataFrame(
        {
            "case_id": deviations.cases.frame["case_id"].astype("str").array.take(deviations.case),
            "kind": kinds.take(deviations.kind),
            "subject": names.take(deviations.subject),
            "activity": names.take(deviations.activity),
            "position": deviations.position,
            "due": deviations.due,
            "is_allowed": deviations.is_allowed,
            "resource": doers["resource"].array,
            "role": doers["role"].array,
            "elapsed": np.where(deviations.elapsed < 0, nothing, deviations.elapsed).astype("timedelta64[us]"),
            "limit": np.where(deviations.limit < 0, nothing, deviations.limit).astype("timedelta64[us]"),
        }
    )


def _doers(deviations: Deviations, log: EventLog) -> pd.DataFrame:
    """Resource and role of the events that break a rule or are done by a wrong role; empty elsewhere."""
    columns = ["resource", "role"]
    empty = pd.DataFrame(
        {name: pd.array([""], dtype="str").take(np.zeros(len(deviations.case), np.int64)) for name in columns}
    )
    of_people = DEVIATION_KINDS.numbers(lambda kind: kind.about_people != "never")
    rows = np.flatnonzero(np.isin(deviations.kind, of_people) & (deviations.position > 0))
    known = [name for name in columns if name in log.all_events.columns]
    if not len(rows) or not known:
        return empty
    wanted = pd.DataFrame(
        {"case_index": deviations.cases.index[deviations.case[rows]], "position": deviations.position[rows]}
    )
    keys = wanted.assign(row=rows)
    events = log.events.select("case_index", "position", *known)
    doers = fetch(
        events.semi_join(
            ibis.memtable(pa.Table.from_pandas(wanted.drop_duplicates(), preserve_index=False)),
            ["case_index", "position"],
        )
    )
    joined = keys.merge(doers, on=["case_index", "position"], how="left").sort_values("row")
    for name in known:
        values = empty[name].to_numpy(object, copy=True)
        values[rows] = joined[name].astype("str").where(joined[name].notna(), "").to_numpy(object)
        empty[name] = pd.array(values, dtype="str")
    return empty


# ── cases ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False, eq=False)
class DeviatingCases(Result):
    """Cases that deviate from the standard, each with how often it does."""

    TITLE: ClassVar[Words] = Words("有偏差的案例", "Cases that deviate")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("n_deviations")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "n_deviations": Column("count", Words("偏差", "Deviations")),
        "throughput": Column("duration", Words("流程周期", "Throughput time"), Words("自然时间", "natural time")),
        "n_events": Column("count", Words("步数", "Steps"), Words("事件数", "number of events")),
        "start": Column("time", Words("开始", "Start")),
        "is_open": Column("flag", Words("未关闭", "Open")),
    }

    kind: str = ""
    subject: str = ""

    @property
    def sentence(self) -> str:
        """How many cases these are, and of which deviation."""
        n = write_number(len(self.table))
        if not self.kind:
            return Words("{n} 个案例有偏差。", "{n} cases deviate.").filled(n=n).say(self.language)
        text = Words("{kind}“{subject}”：{n} 个案例。", "{kind}, {subject!r}: {n} cases.")
        return text.filled(kind=DEVIATION_KINDS.words[self.kind], subject=self.subject, n=n).say(self.language)


def deviating_cases(log: EventLog, deviations: Deviations, kind: str = "", subject: str = "") -> DeviatingCases:
    """The cases with deviations that are not allowed: all, or those of one kind and subject.

    Raises
    ------
    UnknownNameError
        If no case deviates so.
    """
    rows = ~deviations.is_allowed
    if kind:
        rows &= _of_sort(deviations, kind, subject)
    n_deviations = np.bincount(deviations.case[rows], minlength=len(deviations.cases))
    frame = deviations.cases.frame.assign(
        n_deviations=n_deviations, throughput=deviations.cases.throughput, is_open=deviations.cases.frame["is_running"]
    )
    frame = frame[frame["n_deviations"] > 0]
    keys = ["throughput"] if kind else ["n_deviations", "throughput"]
    ordered = frame.sort_values([*keys, "case_index"], ascending=[*([False] * len(keys)), True])
    return DeviatingCases.of(log, ordered, kind=kind, subject=subject)


def _of_sort(deviations: Deviations, kind: str, subject: str) -> np.ndarray:
    if kind not in DEVIATION_KINDS:
        raise UnknownNameError.among(Words("偏差类型", "kind of deviation"), [kind], list(DEVIATION_KINDS), "cases_of")
    of_kind = deviations.kind == DEVIATION_KINDS.number(kind)
    known = sorted({deviations.names[i] for i in set(deviations.subject[of_kind & ~deviations.is_allowed].tolist())})
    if subject not in known:
        raise UnknownNameError.among(DEVIATION_KINDS.words[kind], [subject], known, "cases_of")
    rows: np.ndarray = of_kind & (deviations.subject == deviations.names.index(subject))
    return rows
