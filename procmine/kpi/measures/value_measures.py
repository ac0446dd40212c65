"""Measures of value: satisfaction, cost, revenue, any attribute."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procmine.core.text.amounts import amounts, unreadable
from procmine.core.text.errors import Fault, MissingDataError
from procmine.core.text.words import Words, write_number
from procmine.kpi.measures.basis import Basis, Evaluation, frame_of
from procmine.kpi.measures.measure_clock import worked
from procmine.kpi.measures.measure_rows import Found
from procmine.kpi.spec.kpi import Measurement

_HOUR = 3_600_000_000


def numbers(of: Evaluation, name: str, cases: pd.DataFrame) -> pd.Series:
    """An attribute as numbers, by case index; NaN where it is not given. Amounts may be written as people do.

    Raises
    ------
    MissingDataError
        If a value is no number.
    """
    told = of.attribute(name).reindex(cases.index)
    values = amounts(told)
    bad = told[unreadable(told, values)]
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
        raise MissingDataError(Fault(of.log.name, filled, case, hint))
    return values


def attribute(of: Evaluation, wanted: Measurement) -> Found:
    """An attribute of the cases that have it; with `at`, whether it fulfils that."""
    cases = of.population(wanted)
    values = numbers(of, wanted.attribute, cases).dropna()
    there = cases.loc[values.index]
    if wanted.at is None:
        return Found(frame_of(there, value=values.to_numpy()))
    hits = wanted.at.fulfilled(values.to_numpy()).astype(np.float64)
    return Found(frame_of(there, hits=hits, units=1.0, value=values.to_numpy()))


def cost(of: Evaluation, wanted: Measurement) -> Found:
    """A cost attribute, else processing time × hourly cost of the role, summed per complete case."""
    if wanted.attribute:
        return attribute(of, wanted)
    basis = of.basis
    if not (basis.rates or basis.rate_column):
        fault = Words("没有岗位的小时成本", "there is no hourly cost of roles")
        hint = Words("在 project.yml 的 people: 中写 cost_per_hour:，或在 KPI 中写 attribute:",
                     "write cost_per_hour: under people: in project.yml, or attribute: in the KPI")  # fmt: skip
        raise MissingDataError(Fault(of.log.name, fault, hint=hint))
    cases, hours = of.complete(of.population(wanted)), worked(of)
    each = _rate_of_each(hours["key"], basis)
    sums = (hours["worked"] / _HOUR * each).groupby(hours["case_index"]).sum(min_count=1).reindex(cases.index)
    known = sums.notna().to_numpy()
    unpaid = sorted(set(hours.loc[each.isna(), "key"].dropna())) if basis.rates else []
    note = (
        Words("没有成本的岗位：{roles}", "roles without a cost: {roles}").filled(roles=", ".join(unpaid))
        if unpaid
        else None
    )
    return Found(frame_of(cases[known], value=sums.to_numpy("float64")[known]), "completed", note=note)


def _rate_of_each(keys: pd.Series, basis: Basis) -> pd.Series:
    """What an hour of each row costs: the key itself, or what it costs by role."""
    if basis.rate_column:
        return pd.to_numeric(keys, errors="coerce").astype("float64")
    return keys.map(dict(basis.rates)).astype("float64")


def revenue(of: Evaluation, wanted: Measurement) -> Found:
    """The sum of an attribute, of each case or once per customer."""
    cases = of.population(wanted)
    if wanted.per == "customer":
        return _per_customer(of, wanted, cases)
    values = numbers(of, wanted.attribute, cases).dropna()
    return Found(frame_of(cases.loc[values.index], value=values.to_numpy()))


def arpu(of: Evaluation, wanted: Measurement) -> Found:
    """Revenue per customer."""
    return _per_customer(of, wanted, of.population(wanted))


def _per_customer(of: Evaluation, wanted: Measurement, cases: pd.DataFrame) -> Found:
    """The cases of known customers, so that those of a group or a period are told by its own customers and revenue.

    A revenue counted once per customer stands at the customer's first case, so that its parts add up.
    """
    values = numbers(of, wanted.attribute, cases)
    told = of.attribute(wanted.customer).reindex(cases.index)
    frame = pd.DataFrame({"case_index": cases.index, "customer": told.to_numpy(), "value": values.to_numpy()})
    frame = frame.dropna().sort_values("case_index")
    if wanted.per == "customer":
        hint = Words("按案例计：去掉 per: customer", "count it by case: leave out per: customer")
        refuse_several(of, wanted.attribute, frame.groupby("customer", sort=True)["value"].nunique(), hint)
    if wanted.measure == "revenue":
        frame = frame.drop_duplicates("customer").drop(columns="customer")
    return Found(frame.reset_index(drop=True))


def refuse_several(of: Evaluation, attribute: str, n_values: pd.Series, hint: Words) -> None:
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
        raise MissingDataError(Fault(of.log.name, filled, hint=hint))
