"""The ledger of departures, case by case and place by place, and the cases that depart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from procmine.conformance.standard.deviation_kinds import KIND_WORDS, KINDS, RULE_BROKEN, WRONG_ROLE
from procmine.core.log.columns import LABELS
from procmine.core.log.engine import fetch
from procmine.core.result.charted import Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    from procmine.conformance.judging.deviations import Departures
    from procmine.core.log.eventlog import EventLog


@dataclass(frozen=True, repr=False, eq=False)
class Ledger(Result):
    """Every departure of every case, allowed ones marked."""

    TITLE: ClassVar[Words] = Words("偏差明细", "Ledger of departures")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "kind": Column("text", Words("类型", "Kind"), words=KIND_WORDS),
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


def ledger_frame(found: Departures, log: EventLog) -> pd.DataFrame:
    """The columns of `Ledger`; those of what a departure is not about are empty."""
    kinds, names = pd.array(list(KINDS), dtype="str"), pd.array(list(found.names), dtype="str")
    doers = _doers(found, log)
    nothing = np.iinfo(np.int64).min
    return pd.DataFrame(
        {
            "case_id": found.cases.frame["case_id"].astype("str").array.take(found.case),
            "kind": kinds.take(found.kind),
            "subject": names.take(found.subject),
            "activity": names.take(found.activity),
            "position": found.position,
            "due": found.due,
            "is_allowed": found.is_allowed,
            "resource": doers["resource"].array,
            "role": doers["role"].array,
            "elapsed": np.where(found.elapsed < 0, nothing, found.elapsed).astype("timedelta64[us]"),
            "limit": np.where(found.limit < 0, nothing, found.limit).astype("timedelta64[us]"),
        }
    )


def _doers(found: Departures, log: EventLog) -> pd.DataFrame:
    """Resource and role of the events that break a rule or are done by a wrong role; empty elsewhere."""
    columns = ["resource", "role"]
    empty = pd.DataFrame(
        {name: pd.array([""], dtype="str").take(np.zeros(len(found.case), np.int64)) for name in columns}
    )
    rows = np.flatnonzero(np.isin(found.kind, (WRONG_ROLE, RULE_BROKEN)) & (found.position > 0))
    known = [name for name in columns if name in log.all_events.columns]
    if not len(rows) or not known:
        return empty
    wanted = pd.DataFrame({"case_index": found.cases.index[found.case[rows]], "position": found.position[rows]})
    keys = wanted.assign(row=rows)
    events = log.events.select("case_index", "position", *known)
    told = fetch(
        events.semi_join(
            ibis.memtable(pa.Table.from_pandas(wanted.drop_duplicates(), preserve_index=False)),
            ["case_index", "position"],
        )
    )
    joined = keys.merge(told, on=["case_index", "position"], how="left").sort_values("row")
    for name in known:
        values = empty[name].to_numpy(object, copy=True)
        values[rows] = joined[name].astype("str").where(joined[name].notna(), "").to_numpy(object)
        empty[name] = pd.array(values, dtype="str")
    return empty


# ── cases ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False, eq=False)
class DepartingCases(Result):
    """Cases that depart from the standard, each with how often it does."""

    TITLE: ClassVar[Words] = Words("有偏差的案例", "Cases that depart")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("n_departures")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "n_departures": Column("count", Words("偏差", "Departures")),
        "throughput": Column("duration", Words("流程周期", "Throughput time"), Words("自然时间", "natural time")),
        "n_events": Column("count", Words("步数", "Steps"), Words("事件数", "number of events")),
        "start": Column("time", Words("开始", "Start")),
        "is_open": Column("flag", Words("未关闭", "Open")),
    }

    kind: str = ""
    subject: str = ""

    @property
    def sentence(self) -> str:
        """How many cases these are, and of which departure."""
        n = write_number(len(self.table))
        if not self.kind:
            return Words("{n} 个案例有偏差。", "{n} cases depart.").filled(n=n).say(self.language)
        said = Words("{kind}“{subject}”：{n} 个案例。", "{kind}, {subject!r}: {n} cases.")
        return said.filled(kind=KIND_WORDS[self.kind], subject=self.subject, n=n).say(self.language)


def departing_cases(log: EventLog, found: Departures, kind: str = "", subject: str = "") -> DepartingCases:
    """The cases with departures that are not allowed: all, or those of one kind and subject.

    Raises
    ------
    UnknownNameError
        If no case departs so.
    """
    rows = ~found.is_allowed
    if kind:
        rows &= _of_sort(found, kind, subject)
    n_departures = np.bincount(found.case[rows], minlength=len(found.cases))
    frame = found.cases.frame.assign(
        n_departures=n_departures, throughput=found.cases.throughput, is_open=found.cases.frame["is_running"]
    )
    frame = frame[frame["n_departures"] > 0]
    keys = ["throughput"] if kind else ["n_departures", "throughput"]
    ordered = frame.sort_values([*keys, "case_index"], ascending=[*([False] * len(keys)), True])
    return DepartingCases.of(log, ordered, kind=kind, subject=subject)


def _of_sort(found: Departures, kind: str, subject: str) -> np.ndarray:
    if kind not in KINDS:
        raise UnknownNameError.among(Words("偏差类型", "kind of departure"), [kind], list(KINDS), "cases_of")
    of_kind = found.kind == KINDS.index(kind)
    known = sorted({found.names[i] for i in set(found.subject[of_kind & ~found.is_allowed].tolist())})
    if subject not in known:
        raise UnknownNameError.among(KIND_WORDS[kind], [subject], known, "cases_of")
    rows: np.ndarray = of_kind & (found.subject == found.names.index(subject))
    return rows
