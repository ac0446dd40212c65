"""Who comes again soon, and what for, by which channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from procmine.core.html.fragments import lead_html
from procmine.core.html.places import Place
from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_duration, write_number, write_share
from procmine.kpi.customers.segments import required
from procmine.kpi.measures.measure_facts import MeasureFacts, MeasureSettings
from procmine.kpi.measures.measuring import NOT_GIVEN
from procmine.kpi.measures.repeat_measures import named, unfiltered
from procmine.kpi.measures.work_measures import rework_rate
from procmine.kpi.spec.customers import Customers
from procmine.kpi.spec.kpi import Measurement

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_DAY = 86_400_000_000


@dataclass(frozen=True, repr=False, eq=False)
class RepeatContacts(Result):
    """Customers who came again, most repeats first.

    Attributes
    ----------
    n_cases, n_repeats
        Cases of known customers, and those among them that are repeats.
    days
        Within how many days of the contact before a contact is a repeat.
    """

    TITLE: ClassVar[Words] = Words("重复来访", "Repeat contacts")
    CHART: ClassVar[Chart | None] = Bars(("customer",), "n_repeats")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "customer": Column("text", Words("客户", "Customer")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "n_repeats": Column("count", Words("重复", "Repeats")),
        "topics": Column("text", Words("重复的主题", "Topics repeated")),
        "shortest": Column("duration", Words("最短间隔", "Shortest gap")),
        "last": Column("time", Words("最近一次", "Last contact")),
    }

    n_cases: int = 0
    n_repeats: int = 0
    days: int = 30
    repeats: RepeatCases | None = None

    @property
    def scalars(self) -> dict[str, Any]:
        """How many of the contacts are repeats."""
        share = self.n_repeats / self.n_cases if self.n_cases else 0.0
        return {"n_cases": self.n_cases, "n_repeats": self.n_repeats, "repeat_share": share, "days": self.days}

    @property
    def sentence(self) -> str:
        """How many contacts are repeats."""
        text = Words(
            "{all} 次来访中 {n} 次（{share}）是同一客户（同一主题）{days} 天内再次来访。",
            "{n} of {all} contacts ({share}) are of a customer who came for the same less than {days} days before.",
        )
        share = write_share(self.scalars["repeat_share"])
        n, whole = write_number(self.n_repeats), write_number(self.n_cases)
        return text.filled(all=whole, n=n, share=share, days=self.days).say(self.language)

    @property
    def cases(self) -> Result | None:
        """The repeats, shortest gap first."""
        return self.repeats


@dataclass(frozen=True, repr=False, eq=False)
class RepeatCases(Result):
    """Contacts that are repeats, shortest gap first."""

    TITLE: ClassVar[Words] = Words("重复来访的案例", "Cases that are repeats")
    LIMIT: ClassVar[int] = 100
    CHART: ClassVar[Chart | None] = Spread("gap")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "case_id": Column("text", Words("案例", "Case")),
        "customer": Column("text", Words("客户", "Customer")),
        "topic": Column("text", Words("主题", "Topic")),
        "start": Column("time", Words("来访", "Came")),
        "before": Column("text", Words("上一次", "Contact before")),
        "gap": Column("duration", Words("间隔", "Gap"), Words("两次开始之间", "between the two starts")),
    }


def repeat_contacts(log: EventLog, customers: Customers | None) -> RepeatContacts:
    """Cases of a customer – for the same topic, where it is mapped – that start soon after the one before started.

    Unlike the repeat complaint rate, whose clock starts when the earlier case is resolved, every contact
    counts, open ones too. The contact before may lie outside of the log's filter; where the topic is not
    given nobody knows whether it is the same, so it is no repeat.

    Raises
    ------
    MissingDataError
        If it is not said which attribute tells the customer.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.kpi.spec.customers import Customers
    >>> found = pm.repeat_contacts(pm.six_cases(), Customers(customer="渠道", days=2))
    >>> found.table[["customer", "n_cases", "n_repeats"]].values.tolist()
    [['电话', 2, 1], ['网页', 2, 1], ['邮件', 2, 1]]
    """
    spec, facts = required(log, customers), MeasureFacts(log, MeasureSettings())
    whole = unfiltered(facts)
    cases = whole.cases[["case_id", "start"]].copy()
    cases["customer"] = named(whole, spec.customer)
    cases["topic"] = named(whole, spec.topic) if spec.topic else ""
    cases = cases[cases["customer"].notna()].sort_values(["customer", "topic", "start", "case_id"])
    by = cases.groupby(["customer", "topic"], sort=False)
    cases["before"], cases["gap"] = by["case_id"].shift(), cases["start"] - by["start"].shift()
    cases["is_repeat"] = cases["gap"] < spec.days * _DAY
    cases = cases[cases.index.isin(facts.cases.index)]
    again = cases[cases["is_repeat"]]
    of_customer = again.groupby("customer", sort=True)
    frame = of_customer.agg(n_repeats=("case_id", "size"), shortest=("gap", "min")).reset_index()
    topics = of_customer["topic"].agg(lambda names: ", ".join(sorted(set(names))))
    frame["topics"] = frame["customer"].map(topics).astype("str") if len(frame) else ""
    of_all = cases.groupby("customer")
    frame["n_cases"] = frame["customer"].map(of_all.size()).astype("int64") if len(frame) else 0
    frame["last"] = pd.to_datetime(frame["customer"].map(of_all["start"].max()), unit="us")
    frame = frame.sort_values(["n_repeats", "customer"], ascending=[False, True])
    again = again.assign(start=pd.to_datetime(again["start"], unit="us")).sort_values(["gap", "case_id"])
    repeats = RepeatCases.of(log, again)
    n = {"n_cases": len(cases), "n_repeats": len(again), "days": spec.days}
    return RepeatContacts.of(log, frame, repeats=repeats, **n)


_TABLE = Words("数据表", "Table")
MATRIX_LEVELS: dict[str, Words] = {"high": Words("高", "high"), "low": Words("低", "low")}


@dataclass(frozen=True, repr=False, eq=False)
class CauseMatrix(Result):
    """Cause × channel, one row per pair that occurs, most cases first."""

    TITLE: ClassVar[Words] = Words("原因 × 渠道", "Cause × channel")
    CHART: ClassVar[Chart | None] = Bars(("cause", "channel"), "n_cases")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "cause": Column("text", Words("原因", "Cause")),
        "channel": Column("text", Words("渠道", "Channel")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "share": Column("share", Words("占比", "Share"), Words("占全部案例", "of all cases")),
        "lift": Column("number", Words("相对预期", "Against expectation"),
                       Words("案例数 / 原因与渠道无关时的案例数", "cases / cases if cause and channel had nothing to do with each other")),
        "median": Column("duration", Words("流程周期中位", "Median throughput"),
                         Words("自然时间；知道状态时只计完成案例", "natural time; of complete cases where states are known")),
        "rework_rate": Column("share", Words("返工率", "Rework rate")),
        "importance": Column("text", Words("重要性", "Importance"),
                             Words("案例数不低于各格平均为高", "high: at least as many cases as the mean pair"), MATRIX_LEVELS),
        "severity": Column("text", Words("严重度", "Severity"),
                           Words("流程周期中位高于全部案例为高", "high: median throughput above that of all cases"), MATRIX_LEVELS),
    }  # fmt: skip

    cause: str = ""
    channel: str = ""

    @property
    def sentence(self) -> str:
        """Which pair is both frequent and slow."""
        if self.table.empty:
            return ""
        both = self.table[(self.table["importance"] == "high") & (self.table["severity"] == "high")]
        if both.empty:
            return Words("没有既多又慢的组合。", "No pair is both frequent and slow.").say(self.language)
        top = both.iloc[0]
        text = Words(
            "既多又慢的首先是 {cause} × {channel}：{n} 个案例，流程周期中位 {median}。",
            "Frequent and slow is above all {cause} × {channel}: {n} cases, median throughput {median}.",
        )
        return text.filled(
            cause=top["cause"],
            channel=top["channel"],
            n=write_number(int(top["n_cases"])),
            median=write_duration(top["median"], self.language),
        ).say(self.language)

    def html_in(self, place: Place) -> str:
        """The sentence, the matrix, and the table behind a fold."""
        table = self.table_html(place)
        more = f'<details class="pm-more"><summary>{_TABLE.say(self.language)}</summary>{table}</details>'
        return lead_html(self.sentence) + self.matrix_html() + (more if len(self.table) else table)

    def matrix_html(self) -> str:
        """The pairs as a matrix of cases; frequent ones stand out, slow ones are marked ▲."""
        if self.table.empty:
            return ""
        causes, channels = (
            self.table.groupby(key)["n_cases"].sum().sort_values(ascending=False, kind="stable").index
            for key in ("cause", "channel")
        )
        cells = {(row.cause, row.channel): row for row in self.table.itertuples()}
        top = int(self.table["n_cases"].max())
        head = "".join(f'<th scope="col" class="num">{escape(str(name))}</th>' for name in channels)
        rows = "".join(
            f'<tr><th scope="row">{escape(str(cause))}</th>{"".join(_matrix_cell(cells.get((cause, one)), top) for one in channels)}</tr>'
            for cause in causes
        )
        corner = f"{escape(self.cause)} × {escape(self.channel)}"
        return (
            f'<div class="pm-scroll"><table class="pm-table pm-matrix"><caption>{escape(self.title)}</caption><thead><tr><th scope="col">{corner}</th>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )


def _matrix_cell(row: Any, top: int) -> str:
    if row is None:
        return '<td class="num">–</td>'
    mark = " ▲" if row.severity == "high" else ""
    return f'<td class="num" style="--share:{row.n_cases / top * 100:.1f}%">{write_number(row.n_cases)}{mark}</td>'


def cause_matrix(log: EventLog, cause: str | Customers | None, *, channel: str = "") -> CauseMatrix:
    """How often each cause comes by each channel, how long such cases take, and how many see rework.

    How long they take is told by complete cases where the project says which are; a pair that has none is
    neither slow nor quick.

    Parameters
    ----------
    cause, channel
        Attributes of the case; or what a project says of its customers, which names both.

    Raises
    ------
    MissingDataError
        If the project does not say which attributes tell cause and channel.
    UnknownNameError
        If the log has no such attribute.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.cause_matrix(pm.six_cases(), "业务线", channel="渠道").table[["cause", "channel", "n_cases"]].head(2).values.tolist()
    [['支持', '邮件', 2], ['咨询', '电话', 1]]
    """
    if not isinstance(cause, str):
        spec = required(log, cause, "topic", "channel")
        cause, channel = spec.topic, spec.channel
    facts = MeasureFacts(log, MeasureSettings())
    none = NOT_GIVEN.say(log.language)
    labels = {"cause": named(facts, cause).fillna(none), "channel": named(facts, channel).fillna(none)}
    if log.n_cases == 0:
        return CauseMatrix.of(log, pd.DataFrame(columns=list(CauseMatrix.COLUMNS)), cause=cause, channel=channel)
    again = rework_rate(facts, Measurement(measure="rework_rate")).frame.set_index("case_index")["hits"]
    took = (facts.cases["end"] - facts.cases["start"]).where(facts.cases.index.isin(facts.complete(facts.cases).index))
    cases = facts.cases.assign(**labels, again=again, took=took)
    by = cases.groupby(["cause", "channel"], sort=True)
    frame = by.agg(n_cases=("took", "size"), median=("took", "median"), rework_rate=("again", "mean")).reset_index()
    frame["share"] = frame["n_cases"] / len(cases)
    sizes = {key: cases.groupby(key).size() for key in labels}
    expected = frame["cause"].map(sizes["cause"]) * frame["channel"].map(sizes["channel"]) / len(cases)
    frame["lift"] = frame["n_cases"] / expected
    frame["importance"] = ["high" if n >= frame["n_cases"].mean() else "low" for n in frame["n_cases"]]
    usual = cases["took"].median()
    frame["severity"] = ["" if one != one else "high" if one > usual else "low" for one in frame["median"]]  # noqa: PLR0124
    frame = frame.sort_values(["n_cases", "cause", "channel"], ascending=[False, True, True])
    return CauseMatrix.of(log, frame, cause=cause, channel=channel)
