"""Measures of value: satisfaction, cost, revenue, any attribute."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procmine.core.text.amounts import amounts, unreadable
from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words, write_number
from procmine.kpi.measures.measure_clock import worked
from procmine.kpi.measures.measure_facts import MeasureFacts, MeasureSettings, frame_of
from procmine.kpi.measures.measure_rows import MeasureRows
from procmine.kpi.spec.kpi import Measurement

_HOUR = 3_600_000_000


def attribute_numbers(facts: MeasureFacts, name: str, cases: pd.DataFrame) -> pd.Series:
    """An attribute as numbers, by case index; NaN where it is not given. Amounts may be written as people do.

    Raises
    ------
    MissingDataError
        If a value is no number.
    """
    texts = facts.attribute(name).reindex(cases.index)
    values = amounts(texts)
    bad = texts[unreadable(texts, values)]
    if len(bad):
        fault = Words(
            "“{name}”有 {n} 个值不是数，例如“{value}”", "{n} values of {name!r} are no numbers, such as {value!r}"
        )
        hint = Words(
            "在导出中改为数，或在 sources: 中写 null_values:",
            "mend them in the export, or write null_values: under sources:",
        )
        case = Words("案例 {id}", "case {id}").filled(id=cases.loc[bad.index[0], "case_id"])
        filled = fault.filled(name=name, n=write_number(len(bad)), value=bad.iloc[0])
        raise MissingDataError(Fault(facts.log.name, filled, case, hint))
    return values


def attribute(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """An attribute of the cases that have it; with `at`, whether it fulfils that."""
    cases = facts.population(wanted)
    values = attribute_numbers(facts, wanted.attribute, cases).dropna()
    there = cases.loc[values.index]
    if wanted.at is None:
        return MeasureRows(frame_of(there, value=values.to_numpy()))
    hits = wanted.at.fulfilled(values.to_numpy()).astype(np.float64)
    return MeasureRows(frame_of(there, hits=hits, units=1.0, value=values.to_numpy()))


def cost(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """A cost attribute, else processing time × hourly cost of the role, summed per complete case."""
    if wanted.attribute:
        return attribute(facts, wanted)
    settings = facts.settings
    if not (settings.rates or settings.rate_column):
        fault = Words("没有岗位的小时成本", "there is no hourly cost of roles")
        hint = Words("在 project.yml 的 people: 中写 cost_per_hour:，或在 KPI 中写 attribute:",
                     "write cost_per_hour: under people: in project.yml, or attribute: in the KPI")  # fmt: skip
        raise MissingDataError(Fault(facts.log.name, fault, hint=hint))
    cases, hours = facts.complete(facts.population(wanted)), worked(facts, wanted)
    each = _rate_of_each(hours["key"], settings)
    sums = (hours["worked"] / _HOUR * each).groupby(hours["case_index"]).sum(min_count=1).reindex(cases.index)
    known = sums.notna().to_numpy()
    unpaid = sorted(set(hours.loc[each.isna(), "key"].dropna())) if settings.rates else []
    note = (
        Words("没有成本的岗位：{roles}", "roles without a cost: {roles}").filled(roles=", ".join(unpaid))
        if unpaid
        else None
    )
    return MeasureRows(frame_of(cases[known], value=sums.to_numpy("float64")[known]), "completed", note=note)


def _rate_of_each(keys: pd.Series, settings: MeasureSettings) -> pd.Series:
    """What an hour of each row costs: the key itself, or what it costs by role."""
    if settings.rate_column:
        return pd.to_numeric(keys, errors="coerce").astype("float64")
    return keys.map(dict(settings.rates)).astype("float64")


def revenue(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """The sum of an attribute, of each case or once per customer: at their first case, so that its parts add up."""
    cases = facts.population(wanted)
    if wanted.per == "customer":
        frame = _per_customer(facts, wanted, cases)
        return MeasureRows(frame.drop_duplicates("customer").drop(columns="customer").reset_index(drop=True))
    values = attribute_numbers(facts, wanted.attribute, cases).dropna()
    return MeasureRows(frame_of(cases.loc[values.index], value=values.to_numpy()))


def arpu(facts: MeasureFacts, wanted: Measurement) -> MeasureRows:
    """Revenue per customer."""
    return MeasureRows(_per_customer(facts, wanted, facts.population(wanted)).reset_index(drop=True))


def _per_customer(facts: MeasureFacts, wanted: Measurement, cases: pd.DataFrame) -> pd.DataFrame:
    """The cases of known customers, so that those of a group or a period are told by its own customers and revenue."""
    values = attribute_numbers(facts, wanted.attribute, cases)
    texts = facts.attribute(wanted.customer).reindex(cases.index)
    frame = pd.DataFrame({"case_index": cases.index, "customer": texts.to_numpy(), "value": values.to_numpy()})
    frame = frame.dropna().sort_values("case_index")
    if wanted.per == "customer":
        hint = Words("按案例计：去掉 per: customer", "count it by case: leave out per: customer")
        refuse_several(facts, wanted.attribute, frame.groupby("customer", sort=True)["value"].nunique(), hint)
    return frame


def refuse_several(facts: MeasureFacts, attribute: str, n_values: pd.Series, hint: Words) -> None:
    """Stop where customers, whose numbers of values are given, have more than the one value that counts.

    Raises
    ------
    MissingDataError
        With one such customer.
    """
    several = n_values[n_values > 1]
    if len(several):
        fault = Words(
            "{n} 个客户的“{name}”不止一个值，例如 {customer}",
            "{n} customers have several values of {name!r}, such as {customer}",
        )
        filled = fault.filled(n=len(several), name=attribute, customer=several.index[0])
        raise MissingDataError(Fault(facts.log.name, filled, hint=hint))
