"""What rates of conformance are counted from: the cases judged, and their counts by a value with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from procmine.conformance.conformance import Conformance
from procmine.core.engine import fetch
from procmine.core.result import Column
from procmine.core.shares import wilson
from procmine.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.eventlog import EventLog

RATES: dict[str, Column] = {
    "n_cases": Column("count", Words("案例", "Cases"), Words("被判断的案例", "cases judged")),
    "n_conforming": Column("count", Words("符合", "Conforming")),
    "case_rate": Column(
        "share", Words("符合率", "Conformance rate"), Words("符合的案例占被判断的案例", "conforming of judged cases")
    ),
    "low": Column("share", Words("下限", "Low"), Words("95 % 威尔逊区间", "95 % Wilson interval")),
    "high": Column("share", Words("上限", "High"), Words("95 % 威尔逊区间", "95 % Wilson interval")),
}


def judged_cases(log: EventLog, found: Conformance, attribute: str | None = None) -> pd.DataFrame:
    """The cases judged: start, whether they are open and whether they conform; `value` is that of the attribute."""
    import numpy as np
    import pandas as pd

    ledger = found.ledger
    departing = set(ledger.loc[~ledger["is_allowed"].astype(bool), "case_id"])
    judged = [group.cases["case_index"] for group in found.groups]
    columns = {"value": log.cases[attribute]} if attribute else {}
    frame = fetch(log.cases.select("case_index", "case_id", "start", "state", **columns).order_by("case_index"))
    frame = frame[frame["case_index"].isin(pd.concat(judged) if judged else [])]
    return frame.assign(
        is_open=(frame["state"] == "open").fillna(False).astype(bool),
        conforms=np.array([case not in departing for case in frame["case_id"]], bool),
    )


def rates_by(cases: pd.DataFrame, values: Sequence[object]) -> pd.DataFrame:
    """One row per value, also where there are no cases."""
    import pandas as pd

    by = cases.groupby("value")
    frame = pd.DataFrame({"n_cases": by.size(), "n_conforming": by["conforms"].sum(), "n_open": by["is_open"].sum()})
    frame = frame.reindex(values).fillna(0).astype("int64")
    frame["case_rate"] = frame["n_conforming"] / frame["n_cases"].where(frame["n_cases"] > 0)
    bounds = [wilson(hits, n) for hits, n in zip(frame["n_conforming"], frame["n_cases"], strict=True)]
    frame["low"], frame["high"] = [one.low for one in bounds], [one.high for one in bounds]
    return frame.rename_axis("value").reset_index()
