"""Cases that can be compared over time: old enough to have had, by the end of the log, what they will have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from procmine.core.log.engine import fetch

if TYPE_CHECKING:
    import pandas as pd

    from procmine.core.log.eventlog import EventLog

OLD_ENOUGH, MOST_OPEN = 0.98, 0.02


def settled(log: EventLog, months: pd.Series) -> pd.Index:
    """The cases whose history is all there, by case_index.

    Of young cases a log only knows the quick ones, and none of their late steps: beside older cases they look
    quicker, and as if steps were gone. Settled is a case that began so long before the cut-off that 98 % of all
    cases took no longer. Where it is known which cases are complete, it is complete too, and in its month no
    more than 2 % of the cases are still open beyond the month with fewest (some cases are never closed).

    Parameters
    ----------
    months
        The month in which each case started, by case_index.

    Examples
    --------
    >>> import pandas as pd
    >>> import procmine as pm
    >>> log = pm.six_cases()  # all begin early enough, and the last one is open
    >>> settled(log, pd.Series(pd.Timestamp("2026-03-01"), index=range(6))).tolist()
    [0, 1, 2, 3, 4]
    """
    frame = fetch(log.cases.select("case_index", "start", "end", "state")).set_index("case_index").sort_index()
    start, end = (frame[name].to_numpy("datetime64[us]").astype("int64") for name in ("start", "end"))
    is_open = (
        (frame["state"] == "open").fillna(False).to_numpy(bool) if log.knows_states else np.zeros(len(frame), bool)
    )
    if log.cutoff is None or is_open.all():
        return frame.index[:0]
    usual = np.quantile((end - start)[~is_open], OLD_ENOUGH, method="higher")
    frame = frame.assign(is_open=is_open)[int(np.datetime64(log.cutoff, "us").astype("int64")) - start >= usual]
    share = frame["is_open"].groupby(months.reindex(frame.index)).mean()
    level = share.index[share <= share.min() + MOST_OPEN]
    return frame.index[~frame["is_open"].to_numpy(bool) & months.reindex(frame.index).isin(level).to_numpy(bool)]
