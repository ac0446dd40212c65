"""A log whose resources are called R01, R02 … instead of by their names."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from procmine.core.log.engine import fetch
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_ALIAS = "__alias"
"""Named as no attribute is."""


def pseudonymized(log: EventLog, *, key: str | None = None) -> EventLog:
    """The same log with other names for its resources; every analysis of it then shows those.

    Without a key the names are numbered in their order (R01, R02 …), so the same log always gets the same
    pseudonyms, and whoever knows all names can undo it. With a key the numbers are drawn by a keyed hash
    (HMAC-SHA-256): only who has the key can repeat it. Other attributes, comments above all, stay as they are and may name people.

    Raises
    ------
    MissingDataError
        If the log names no resources.

    Examples
    --------
    >>> import procmine as pm
    >>> sorted(pm.resources(pm.pseudonymized(pm.six_cases())).table["resource"])
    ['R1', 'R2', 'R3', 'R4', 'R5']
    """
    log.require("resource", Words("化名", "Pseudonyms"))
    names = fetch(log.all_events.select("resource").distinct())["resource"].dropna().tolist()
    known = aliases(names, key)
    table = pa.table({"resource": pa.array(known.keys(), pa.string()), _ALIAS: pa.array(known.values(), pa.string())})
    joined = log.all_events.left_join(ibis.memtable(table), "resource")
    columns = [joined[_ALIAS].name("resource") if name == "resource" else name for name in log.all_events.columns]
    real = {alias: log.real_names.get(name, name) for name, alias in known.items()}
    return dataclasses.replace(log, all_events=joined.select(*columns), real_names=real)


def aliases(names: list[str], key: str | None = None) -> dict[str, str]:
    """A pseudonym for each name: numbered in the order of the names, or of their keyed hashes.

    Examples
    --------
    >>> aliases(["b", "a"])
    {'a': 'R1', 'b': 'R2'}
    """
    ordered = sorted(names) if key is None else sorted(names, key=lambda name: (_hash(name, key), name))
    digits = len(str(len(ordered)))
    return {name: f"R{place:0{digits}}" for place, name in enumerate(ordered, 1)}


def _hash(name: str, key: str) -> str:
    return hmac.new(key.encode(), name.encode(), hashlib.sha256).hexdigest()
