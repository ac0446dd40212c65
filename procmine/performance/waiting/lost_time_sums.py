"""Sums, tails and pairs of lost time by activity, by arc and by case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from procmine.performance.ground.steps import UNKNOWN, runs
from procmine.performance.movement.occurrences import case_ids
from procmine.performance.waiting.cause_records import CAUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.log.eventlog import EventLog
    from procmine.performance.ground.steps import Integers
    from procmine.performance.waiting.breach import BreachLimits
    from procmine.performance.waiting.lost_times import LostTimes

    Numbers = NDArray[np.float64]

QUANTILES = {"median": 0.5, "p90": 0.9, "p95": 0.95}


def ranked(found: LostTimes, causes: Mapping[str, Numbers] | None, limits: BreachLimits) -> pd.DataFrame:
    """Activities and arcs with what is lost before them, most first in each kind; all times in microseconds."""
    n = len(found.activities)
    everything = np.arange(len(found.case))
    linked = np.flatnonzero(found.source != UNKNOWN)
    rows = {"activity": everything, "arc": linked}
    keys = {"activity": found.activity, "arc": (found.source * n + found.activity)[linked]}
    frames = []
    for kind in ("activity", "arc"):
        frame = _summed(found, causes, rows[kind], keys[kind], limits)
        target = [found.activities[key % n] for key in frame["key"]]
        source = [found.activities[key // n] for key in frame["key"]]
        pairs = zip(source, target, strict=True)
        frame["source"] = "" if kind == "activity" else source
        frame["target"] = target
        frame["name"] = target if kind == "activity" else [f"{a} → {b}" for a, b in pairs]
        frame["kind"] = kind
        frame = frame.sort_values(["time", "name"], ascending=[False, True])
        frame["rank"] = np.arange(1, len(frame) + 1)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _summed(
    found: LostTimes, causes: Mapping[str, Numbers] | None, rows: Integers, keys: Integers, limits: BreachLimits
) -> pd.DataFrame:
    """A row per key of these instances."""
    time = found.ranked_by[rows]
    frame = pd.DataFrame({"key": keys, "case": found.case[rows], "lost": found.lost[rows], "time": time})
    frame["waiting"] = found.is_waiting[rows].astype("float64")
    grouped = frame.groupby("key")
    table = grouped.agg(n=("case", "size"), n_cases=("case", "nunique"), lost=("lost", "sum"), time=("time", "sum"))
    table["waiting"] = grouped["waiting"].mean()
    table["lost_working"] = np.nan if found.working is None else table["time"]
    table["share"] = table["time"] / max(int(table["time"].sum()), 1)
    table["mean"] = table["time"] / table["n"]
    for name, values in tails(keys, time).items():
        table[name] = values
    for cause in CAUSES:
        table[cause] = np.nan if causes is None else pd.Series(causes[cause][rows]).groupby(keys).sum(min_count=1)
    table = table.join(_chief(causes, rows, keys))
    table = _with_savings(table.reset_index(), keys, time, limits, found.activities)
    return table.merge(_pairs(found, rows, keys), on="key", how="left")


def _chief(causes: Mapping[str, Numbers] | None, rows: Integers, keys: Integers) -> pd.DataFrame:
    """The main cause of each key, its share, and of how many instances causes are known; "" where of none."""
    index = pd.Index(np.unique(keys))
    if causes is None:
        return pd.DataFrame({"cause": "", "cause_share": np.nan, "n_causes": 0}, index=index)
    parts = pd.DataFrame({cause: causes[f"{cause}_chief"][rows] for cause in CAUSES})
    sums = parts.groupby(keys).sum()
    whole = sums.sum(axis=1)
    found = pd.DataFrame({"cause": sums.idxmax(axis=1), "cause_share": sums.max(axis=1) / whole.where(whole > 0)})
    found["cause"] = found["cause"].where(whole > 0, "")
    found["n_causes"] = parts.iloc[:, 0].notna().groupby(keys).sum()
    return found


def tails(keys: Integers, values: Integers) -> dict[str, Numbers]:
    """Quantiles of the values of each key, keys ascending, linear between neighbours.

    Examples
    --------
    >>> import numpy as np
    >>> tails(np.array([1, 0, 1, 1]), np.array([4, 9, 2, 8]))["median"].tolist()
    [9.0, 4.0]
    """
    order = np.lexsort((values, keys))
    keys, values = keys[order], values[order]
    first, last = runs(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    found = {}
    for name, share in QUANTILES.items():
        at = first + (last - first) * share
        low = np.floor(at).astype("int64")
        high = np.minimum(low + 1, last)
        found[name] = values[low] + (values[high] - values[low]) * (at - low)
    return found


def _with_savings(
    table: pd.DataFrame, keys: Integers, time: Integers, limits: BreachLimits, activities: list[str]
) -> pd.DataFrame:
    """What would be saved if none took longer than the limit: Σ max(0, time − limit)."""
    general = table["median"].round() if limits.case is None else float(limits.case)
    own = table["key"].map(lambda key: limits.nodes.get(activities[key % len(activities)], np.nan))
    table["limit"] = own.astype("float64").fillna(general)
    place = np.searchsorted(table["key"].to_numpy(), keys)
    over = np.maximum(time - table["limit"].to_numpy()[place], 0)
    table["saved"] = pd.Series(over).groupby(place).sum()
    return table


def _pairs(found: LostTimes, rows: Integers, keys: Integers) -> pd.DataFrame:
    """The pair of giver and taker that loses most, of each key."""
    frame = pd.DataFrame(
        {"key": keys, "giver": found.giver[rows], "taker": found.taker[rows], "time": found.ranked_by[rows]}
    )
    known = frame[(frame["giver"] != UNKNOWN) & (frame["taker"] != UNKNOWN)]
    sums = known.groupby(["key", "giver", "taker"], as_index=False)["time"].sum()
    sums = sums.sort_values(["key", "time", "giver", "taker"], ascending=[True, False, True, True])
    top = sums.drop_duplicates("key")
    pairs = zip(top["giver"], top["taker"], strict=True)
    names = [f"{found.resources[a]} → {found.resources[b]}" for a, b in pairs]
    whole = frame.groupby("key")["time"].sum().reindex(top["key"]).to_numpy("float64")
    share = top["time"].to_numpy("float64") / whole.clip(min=1)
    return pd.DataFrame(
        {"key": top["key"], "waits_for": pd.Series(names, index=top.index, dtype="str"), "waits_share": share}
    )


def case_sums(log: EventLog, found: LostTimes) -> pd.DataFrame:
    """What every case loses, and before which activity most of it."""
    frame = pd.DataFrame({"case": found.case, "activity": found.activity, "lost": found.lost, "time": found.ranked_by})
    sums = frame.groupby("case")[["lost", "time"]].sum()
    parts = frame.groupby(["case", "activity"], as_index=False)["time"].sum()
    parts = parts.sort_values(["case", "time", "activity"], ascending=[True, False, True]).drop_duplicates("case")
    worst = parts.set_index("case")
    sums["worst"] = [found.activities[code] for code in worst["activity"].reindex(sums.index)]
    sums["worst_share"] = worst["time"] / sums["time"].where(sums["time"] > 0)
    sums["lost_working"] = np.nan if found.working is None else sums["time"]
    sums["case_id"] = case_ids(log).reindex(sums.index)
    return sums.reset_index().sort_values(["time", "case"], ascending=[False, True])
