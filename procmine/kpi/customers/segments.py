"""Customers by recency, frequency and monetary value (RFM), and those who come again soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from procmine.core.result.charted import Bars, Chart, Spread
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words, joined, write_duration, write_number, write_share
from procmine.kpi.measures.measure_facts import MeasureFacts, MeasureSettings
from procmine.kpi.measures.value_measures import attribute_numbers, refuse_several
from procmine.kpi.spec.customers import Customers, Cuts

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

SEGMENT = "RFM"
"""What KPIs call the segment of a customer when they are split by it."""

_DAY = 86_400_000_000
_ROUNDING = 1e-9
"""Of a cut: equal values are never told apart by the rounding of their mean."""

SEGMENTS: dict[str, Words] = {
    "RFM": Words("重要价值客户", "important, active"),
    "R-M": Words("重要发展客户", "important, to develop"),
    "-FM": Words("重要保持客户", "important, to keep"),
    "--M": Words("重要挽留客户", "important, to win back"),
    "RF-": Words("一般价值客户", "ordinary, active"),
    "R--": Words("一般发展客户", "ordinary, to develop"),
    "-F-": Words("一般保持客户", "ordinary, to keep"),
    "---": Words("一般挽留客户", "ordinary, to win back"),
}
"""The eight segments, by which of recency, frequency and monetary value are high."""


@dataclass(frozen=True, repr=False, eq=False)
class RfmSegments(Result):
    """Segments of customers, the most valuable first.

    Attributes
    ----------
    cuts
        From where recency (µs), frequency and monetary value are high, as used.
    n_unknown
        Customers without a known worth, who are in no segment.
    """

    TITLE: ClassVar[Words] = Words("客户分群（RFM）", "Customer segments (RFM)")
    CHART: ClassVar[Chart | None] = Bars(("segment",), "n_customers")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "segment": Column("text", Words("客户群", "Segment"), words=SEGMENTS),
        "n_customers": Column("count", Words("客户", "Customers")),
        "share": Column("share", Words("占比", "Share"), Words("占全部客户", "of all customers")),
        "n_cases": Column("count", Words("案例", "Cases")),
        "recency": Column("duration", Words("最近一次（中位）", "Recency (median)"),
                          Words("最近一个案例距截止时间", "since their last case, at the cut-off")),
        "frequency": Column("number", Words("频次（平均）", "Frequency (mean)"), Words("案例数", "number of cases")),
        "monetary": Column("number", Words("价值（平均）", "Monetary (mean)")),
        "monetary_share": Column("share", Words("价值占比", "Share of worth")),
    }  # fmt: skip

    customers: CustomerList | None = None
    cuts: Mapping[str, float] = field(default_factory=dict)
    n_unknown: int = 0

    @property
    def scalars(self) -> dict[str, Any]:
        """The cuts in use, and how many customers are in no segment."""
        cuts = {f"cut_{name}": value / _DAY if name == "recency" else value for name, value in self.cuts.items()}
        return {**cuts, "n_unknown": self.n_unknown}

    @property
    def sentence(self) -> str:
        """The cut rules, the most valuable segment, and how many customers are left out."""
        text = [] if self.table.empty else [self._segments()]
        if self.n_unknown:
            unknown = Words("{n} 个客户没有价值数据，未分群。", "In no segment, as no worth is known: {n} customers.")
            text.append(unknown.filled(n=write_number(self.n_unknown)).say(self.language))
        return ("" if self.language == "zh" else " ").join(text)

    def _segments(self) -> str:
        top = self.table.iloc[0]
        text = Words(
            "{n} 个客户；高 = 最近一次不早于 {recency}前、频次 ≥ {frequency}、价值 ≥ {monetary}。{segment}占 {share}{worth}。",
            "{n} customers; high means at most {recency} since the last case, frequency ≥ {frequency}, worth ≥ {monetary}. "
            "{share} are {segment!s}{worth}.",
        )
        held = Words("，价值占 {worth}", "; they hold {worth} of the worth").filled(
            worth=write_share(top["monetary_share"])
        )
        return text.filled(
            n=write_number(int(self.table["n_customers"].sum())),
            recency=write_duration(pd.Timedelta(int(self.cuts["recency"]), unit="us"), self.language),
            frequency=write_number(self.cuts["frequency"], 1),
            monetary=write_number(self.cuts["monetary"], 1),
            segment=SEGMENTS[top["segment"]],
            share=write_share(top["share"]),
            worth=held if pd.notna(top["monetary_share"]) else "",
        ).say(self.language)

    @property
    def parts(self) -> dict[str, Result]:
        """Every customer with their segment."""
        return {} if self.customers is None else {"customers": self.customers}


@dataclass(frozen=True, repr=False, eq=False)
class CustomerList(Result):
    """Customers one by one, the most valuable segment first, then by worth."""

    TITLE: ClassVar[Words] = Words("客户清单", "Customers")
    CHART: ClassVar[Chart | None] = Spread("frequency")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "customer": Column("text", Words("客户", "Customer")),
        "segment": Column("text", Words("客户群", "Segment"), words=SEGMENTS),
        "recency": Column("duration", Words("最近一次", "Recency")),
        "frequency": Column("count", Words("频次", "Frequency")),
        "monetary": Column("number", Words("价值", "Monetary")),
    }


def rfm_segments(log: EventLog, customers: Customers | None) -> RfmSegments:
    """Customers in eight segments by recency, frequency and monetary value.

    Recency is the time from the start of a customer's last case to the cut-off; frequency the number of
    their cases; monetary the sum of an attribute over their cases, or its one value per customer. Each
    is high or low against a stated cut: `customers.cuts`, else the mean over all customers (Hughes,
    Strategic Database Marketing, 1994, in the eight-segment form usual in China). Customers without a
    known worth are left out and counted.

    Raises
    ------
    MissingDataError
        If it is not said which attributes tell customer and worth, a worth is no number, or a customer has
        several although it is told per customer.
    UnknownNameError
        If the log has no such attribute.

    Examples
    --------
    >>> import pandas as pd
    >>> import procmine as pm
    >>> rows = [("1", "甲", 900, "2026-03-02"), ("2", "甲", 900, "2026-03-30"), ("3", "乙", 100, "2026-03-02")]
    >>> frame = pd.DataFrame(rows, columns=["case_id", "客户", "收入", "timestamp"]).assign(activity="受理")
    >>> log = pm.EventLog.from_pandas(frame, zone="UTC", language="en")
    >>> found = pm.rfm_segments(log, Customers(customer="客户", monetary="收入"))
    >>> found.customers.table[["customer", "segment", "frequency", "monetary"]].values.tolist()
    [['甲', 'RFM', 2, 900.0], ['乙', '---', 1, 100.0]]
    """
    spec = required(log, customers, "monetary")
    table, cuts, n_unknown = _segmented(log, spec)
    if table.empty:
        empty = pd.DataFrame(columns=list(RfmSegments.COLUMNS))
        return RfmSegments.of(log, empty, customers=CustomerList.of(log, table), n_unknown=n_unknown)
    by = table.groupby("segment", sort=True)
    frame = by.agg(n_customers=("customer", "size"), n_cases=("frequency", "sum"), recency=("recency", "median"),
                   frequency=("frequency", "mean"), monetary=("monetary", "mean"), total=("monetary", "sum"))  # fmt: skip
    frame = frame.reset_index()
    frame["share"] = frame["n_customers"] / frame["n_customers"].sum()
    whole = frame["total"].sum()
    frame["monetary_share"] = frame["total"] / whole if whole else float("nan")
    frame["order"] = [list(SEGMENTS).index(name) for name in frame["segment"]]
    frame = frame.sort_values("order")
    return RfmSegments.of(log, frame, customers=CustomerList.of(log, table), cuts=cuts, n_unknown=n_unknown)


def segment_of_cases(log: EventLog, customers: Customers) -> pd.Series:
    """The segment of each case's customer, in words, by case index."""
    customer = MeasureFacts(log, MeasureSettings()).attribute(customers.customer)
    table, *_ = _segmented(log, required(log, customers, "monetary"))
    names = {row.customer: SEGMENTS[row.segment].say(log.language) for row in table.itertuples()}
    return customer.map(names)


_KEYS = {
    "customer": Words("客户", "customer"),
    "monetary": Words("客户价值", "worth of a customer"),
    "topic": Words("来访主题", "topic of a contact"),
    "channel": Words("渠道", "channel"),
}


def required(log: EventLog, customers: Customers | None, *keys: str) -> Customers:
    """The customers of a project, if it says what is needed of them.

    Raises
    ------
    MissingDataError
        If it does not.
    """
    missing = [key for key in ("customer", *keys) if customers is None or not getattr(customers, key)]
    if missing or customers is None:
        fault = Words("没有说明哪个属性是{keys}", "it is not said which attribute tells the {keys}")
        hint = Words("在 project.yml 中写 customers: {{{keys}}}", "write customers: {{{keys}}} in project.yml").filled(
            keys=", ".join(f"{key}: …" for key in (missing if customers else ("customer", "monetary")))
        )
        titles = [_KEYS.get(key, Words(key, key)) for key in missing]
        names = joined(titles)
        raise MissingDataError(Fault(log.name, fault.filled(keys=names), hint=hint))
    return customers


def _segmented(log: EventLog, spec: Customers) -> tuple[pd.DataFrame, dict[str, float], int]:
    """Customers with recency (µs), frequency, monetary value and segment; the cuts; how many have no known worth."""
    facts = MeasureFacts(log, MeasureSettings())
    cases = facts.cases.copy()
    cases["customer"] = facts.attribute(spec.customer)
    cases["monetary"] = attribute_numbers(facts, spec.monetary, cases)
    by = cases[cases["customer"].notna()].groupby("customer", sort=True)
    table = by.agg(
        last=("start", "max"),
        frequency=("start", "size"),
        monetary=("monetary", "max" if spec.per == "customer" else "sum"),
    )
    if spec.per == "customer":
        hint = Words(
            "按案例合计：在 customers: 中写 per: case", "to sum it over their cases write per: case under customers:"
        )
        refuse_several(facts, spec.monetary, by["monetary"].nunique(), hint)
    known = by["monetary"].count() > 0
    n_unknown = int((~known).sum())
    table = table[known].reset_index()
    table["recency"] = (facts.cutoff if len(cases) else 0) - table["last"]
    cuts = {name: _cut(spec.cuts, name, table) for name in ("recency", "frequency", "monetary")}
    if table.empty:
        return table.assign(segment=""), cuts, n_unknown
    slack = {name: _ROUNDING * abs(cut) for name, cut in cuts.items()}
    high = {
        "R": table["recency"] <= cuts["recency"] + slack["recency"],
        "F": table["frequency"] >= cuts["frequency"] - slack["frequency"],
        "M": table["monetary"] >= cuts["monetary"] - slack["monetary"],
    }
    table["segment"] = [
        "".join(letter if is_high else "-" for letter, is_high in zip("RFM", row, strict=True))
        for row in zip(*high.values(), strict=True)
    ]
    order = [list(SEGMENTS).index(name) for name in table["segment"]]
    table = table.assign(order=order).sort_values(["order", "monetary", "customer"], ascending=[True, False, True])
    return table, cuts, n_unknown


def _cut(cuts: Cuts, name: str, table: pd.DataFrame) -> float:
    given = getattr(cuts, name)
    if given is None:
        return float(table[name].mean())
    return float(given.microseconds(_DAY)) if name == "recency" else float(given)
