"""Alignment of whole logs beside pm4py and r4pm, measured in one run (`make bench`).

50,000 distinct variants of one log are held against standards of 17 to about 1,000 states: optimal costs, their
moves, and the tidy table of deviations. pm4py aligns a sample, which is scaled; r4pm aligns all of them on one
thread, as we do. Costs are compared, variant by variant. Our times and r4pm's are medians; the ratios are what to quote.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

# Before the libraries start their threads.
os.environ.setdefault("RAYON_NUM_THREADS", "1")

from bench import ACTIVITIES
from random_targets import pm4py_net

from procmine.conformance.alignment import align
from procmine.conformance.deviations import deviations_of
from procmine.conformance.ledger import variant_ledger
from procmine.conformance.state_model import StateModel
from procmine.core.automaton import automaton_of
from procmine.core.petri import PetriNet
from procmine.core.process_tree import ProcessTree, block, net_of, node

FLOORS = {"pm4py": 500.0, "r4pm": 10.0}
"""How many times faster we have to be on the smallest standard."""


def standard(*lengths: int) -> ProcessTree:
    """The first activity; sequences of these lengths side by side; an option, a choice and the rest if enough are left."""
    names = iter(ACTIVITIES)

    def some(n: int) -> list[ProcessTree]:
        return [node(name) for name in islice(names, n)]

    parts = [*some(1), block("any_order", *(block("sequence", *some(n)) for n in lengths))]
    left = len(ACTIVITIES) - 1 - sum(lengths)
    if left >= 3:
        parts += [block("optional", *some(1)), block("one_of", *some(2))]
    return block("sequence", *parts, *some(left))


STANDARDS = [standard(2, 2), standard(3, 3, 2), standard(1, 1, 1, 1, 1, 2, 2), standard(3, *[1] * 8)]
"""Of about 20, 60, 300 and 1,000 states."""


def distinct_variants(n: int, tree: ProcessTree) -> list[tuple[str, ...]]:
    """Ways through a standard, with steps left out, done again, put in or changed round here and there."""
    random = Random(n)
    found: set[tuple[str, ...]] = set()
    while len(found) < n:
        way: list[str] = []
        for name in _way(tree, random):
            chance = random.random()
            if chance > 0.08:
                way.append(name)
            if chance > 0.92:
                way.append(random.choice(ACTIVITIES))
            elif chance > 0.84:
                way += way[-random.randint(1, 6) :]
            elif chance > 0.76:
                way[-2:] = way[:-3:-1]
        found.add(tuple(way))
    return sorted(found)


def _way(tree: ProcessTree, random: Random) -> list[str]:
    if tree.block == "node":
        return [tree.label]
    if tree.block == "one_of":
        return _way(random.choice(tree.parts), random)
    if tree.block == "optional":
        return _way(tree.parts[0], random) if random.random() < 0.5 else []
    parts = [_way(part, random) for part in tree.parts]
    if tree.block == "any_order":
        random.shuffle(parts)
    return [name for part in parts for name in part]


# ── the three ways ────────────────────────────────────────────────────────────────────────────────


def ours(model: StateModel, variants: Sequence[tuple[str, ...]]) -> tuple[list[int], int]:
    """Costs, moves and the table of deviations: the costs, and the number of deviations."""
    found = align(model, variants)
    table = variant_ledger(model, found, deviations_of(model, variants, found))
    return found.costs.tolist(), len(table)


def pm4py_costs(net: PetriNet, variants: Sequence[tuple[str, ...]]) -> list[int]:
    warnings.simplefilter("ignore")
    theirs = pm4py_net(net)  # first, since pm4py greets whoever imports it from a script
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.log.obj import Event, EventLog, Trace

    log = EventLog([Trace([Event({"concept:name": name}) for name in path]) for path in variants])
    found = algorithm.apply(log, *theirs, parameters={"show_progress_bar": False})
    return [int(one["cost"]) // 10_000 for one in found]


class R4pm:
    """The variants as r4pm's own log, and its alignment of all of them."""

    def __init__(self, variants: Sequence[tuple[str, ...]], folder: Path) -> None:
        import r4pm

        path = folder / "log.xes"
        path.write_text(_xes(variants), encoding="utf-8")
        log = r4pm.import_item("EventLog", str(path))
        self.r4pm, self.projection = r4pm, r4pm.convert_item(log, "EventLogActivityProjection")

    def net(self, net: PetriNet) -> dict[str, Any]:
        found: dict[str, Any] = self.r4pm.petri_net.from_pm4py(*pm4py_net(net))
        return found

    def align(self, net: dict[str, Any]) -> list[Any]:
        found: list[Any] = self.r4pm.bindings.align_variants(net, self.projection)
        return found


def _xes(variants: Sequence[tuple[str, ...]]) -> str:
    def event(name: str) -> str:
        return f'<event><string key="concept:name" value="{name}"/></event>'

    traces = (
        f'<trace><string key="concept:name" value="{i}"/>{"".join(map(event, path))}</trace>'
        for i, path in enumerate(variants)
    )
    return f'<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">{"".join(traces)}</log>'


# ── measuring and telling ─────────────────────────────────────────────────────────────────────────


def median(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Seconds that work takes, the median of some rounds, and what it gives."""
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), result


def measured(tree: ProcessTree, variants: Sequence[tuple[str, ...]], r4pm: R4pm | None, sample: int) -> dict[str, Any]:
    """Seconds and ratios of one standard; every cost that another tool gives is compared."""
    net = net_of(tree)
    begin = time.perf_counter()
    model = StateModel.of(automaton_of(net, 5000))
    _ = model.ways
    compiling = time.perf_counter() - begin
    ours(model, variants[:100])
    seconds, (costs, n_deviations) = median(lambda: ours(model, variants), 5)
    chosen = Random(1).sample(range(len(variants)), sample)
    begin = time.perf_counter()
    theirs = pm4py_costs(net, [variants[i] for i in chosen])
    pm4py = (time.perf_counter() - begin) / sample * len(variants)
    row = {
        "states": model.n_states, "compiling": compiling, "deviations": n_deviations, "ours": seconds,
        "pm4py": pm4py, "differing": sum(costs[i] != cost for i, cost in zip(chosen, theirs, strict=True)),
    }  # fmt: skip
    if r4pm is not None:
        plain = r4pm.net(net)
        row["r4pm"], found = median(lambda: r4pm.align(plain), 3)
        known = {tuple(one["activities"]): one["result"].get("Ok", {}).get("cost") for one in found}
        row["differing"] += sum(known[path] != cost for path, cost in zip(variants, costs, strict=True))
    return row


def told(row: dict[str, Any]) -> str:
    parts = [f"{row['states']:5d} states: compiling {row['compiling']:.2f} s, costs, moves and {row['deviations']:,} rows {row['ours']:.2f} s"]  # fmt: skip
    parts += [f"{name} {row[name]:.1f} s = {row[name] / row['ours']:,.0f}x" for name in FLOORS if name in row]
    return "; ".join([*parts, f"costs that differ: {row['differing']}"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variants", type=int, default=50_000)
    parser.add_argument("--sample", type=int, default=200, help="variants that pm4py aligns; its time is scaled")
    parser.add_argument("--check", action="store_true", help="fail below the floors")
    asked = parser.parse_args()
    variants = distinct_variants(asked.variants, STANDARDS[0])
    print(f"{len(variants):,} distinct variants of {sum(map(len, variants)) / len(variants):.1f} events")
    with tempfile.TemporaryDirectory() as folder:
        r4pm = R4pm(variants, Path(folder)) if importlib.util.find_spec("r4pm") else None
        rows = []
        for i, tree in enumerate(STANDARDS):
            rows.append(measured(tree, variants, r4pm, max(asked.sample // 4**i, 10)))
            print(told(rows[-1]), flush=True)
    low = [name for name, floor in FLOORS.items() if name in rows[0] and rows[0][name] / rows[0]["ours"] < floor]
    failed = [f"below the floor beside {name}" for name in low] + ["costs differ"] * any(r["differing"] for r in rows)
    print("; ".join(failed) or "floors kept: " + ", ".join(f"{name} {floor:g}x" for name, floor in FLOORS.items()))
    return int(bool(failed) and asked.check)


if __name__ == "__main__":
    sys.exit(main())
