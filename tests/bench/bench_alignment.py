"""Alignment of whole logs beside pm4py and r4pm, measured in one run (`make bench`).

50,000 distinct variants of one log are held against standards of about 20, 60, 300 and 1,000 states: optimal costs,
their moves, and the tidy table of deviations. pm4py aligns a sample, and r4pm, on one thread as we do, all of them on
the smallest standard and a part on the others; their times are scaled. Every cost they give is compared. Our times and
r4pm's are medians; all are seconds of CPU, since all work on one thread; the ratios are what to quote.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
import time
import warnings
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

# Before the libraries start their threads.
os.environ.setdefault("RAYON_NUM_THREADS", "1")

import benching
import numpy as np
import pandas as pd
from bench import ACTIVITIES
from random_standards import pm4py_net

import procmine as pm
from procmine.conformance.aligning.alignment import align
from procmine.conformance.aligning.flow_deviations import flow_deviations
from procmine.conformance.aligning.sequences import Sequences
from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.nets.automaton import automaton_of
from procmine.core.nets.petri import PetriNet
from procmine.core.nets.process_tree import ProcessTree, block, net_of, node

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


def ours(model: StateModel, log: Sequences) -> tuple[np.ndarray, pd.DataFrame]:
    """Costs, moves and the table of deviations."""
    found = align(model, log)
    told = flow_deviations(model, log, found)
    is_event = told.kind != DEVIATION_KINDS.names.index("skipped")
    event = np.minimum(log.begins[told.variant] + told.position, len(log.codes) - 1)
    activity = np.where(is_event, log.codes[event], len(log.activities))
    names = pd.array([*model.nodes, *log.activities, ""], dtype="str")
    table = pd.DataFrame(
        {
            "variant": told.variant,
            "kind": pd.array(list(DEVIATION_KINDS.names), dtype="str").take(told.kind),
            "subject": names.take(np.where(told.node >= 0, told.node, len(model.nodes) + activity)),
            "activity": names.take(len(model.nodes) + activity),
            "position": told.position + is_event,
            "due": told.due,
        }
    )
    return found.costs, table


class EndToEnd:
    """The same as users have it: an imported log, `check_conformance`, and the ledger of every case."""

    def __init__(self, variants: Sequence[tuple[str, ...]]) -> None:
        lengths = [len(path) for path in variants]
        frame = pd.DataFrame(
            {
                "case_id": np.repeat([f"c{i:06d}" for i in range(len(variants))], lengths),
                "activity": [name for path in variants for name in path],
                "timestamp": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(sum(lengths)), unit="s"),
            }
        )
        self.log = pm.EventLog.from_pandas(frame, zone="UTC", states=pm.States(closed=[ACTIVITIES[-1]]))

    def check(self, standard: pm.Standard) -> tuple[int, int]:
        """The sum of all costs, and the rows of the ledger."""
        found = pm.check_conformance(self.log, standard, open_cases="complete")
        return found.cost, len(found.ledger)


def standard_of_tree(tree: ProcessTree) -> pm.Standard:
    def item(part: ProcessTree) -> dict[str, Any]:
        return {"name": part.label} if part.block == "node" else {part.block: [*map(item, part.parts)]}

    def plain(part: ProcessTree) -> dict[str, Any]:
        return {"optional": item(part.parts[0])} if part.block == "optional" else item(part)

    nodes = [plain(part) for part in tree.parts]
    return pm.Standard.model_validate({"name": "x", "processes": [{"name": "x", "nodes": nodes}]})


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


def measured(
    tree: ProcessTree, variants: Sequence[tuple[str, ...]], theirs: R4pm | None, sample: int
) -> dict[str, Any]:
    """Seconds and ratios of one standard; every cost that another tool gives is compared."""
    net = net_of(tree)
    begin = time.perf_counter()
    model = StateModel.of(automaton_of(net, 5000))
    _ = model.ways
    compiling = time.perf_counter() - begin
    log = Sequences.of(variants)
    ours(model, log.take(np.arange(100)))
    run = benching.median(lambda: ours(model, log), 5)
    costs, table = run.found
    cost_of = dict(zip(variants, costs.tolist(), strict=True))
    row = {
        "states": model.n_states,
        "compiling": compiling,
        "cost": int(costs.sum()),
        "rows": len(table),
        "ours": run.cpu,
    }
    chosen = Random(1).sample(variants, sample)
    slow = benching.timed(lambda: pm4py_costs(net, chosen))
    pairs = list(zip(chosen, slow.found, strict=True))
    row["pm4py"] = slow.cpu / sample * len(variants)
    if theirs is not None:
        plain = theirs.net(net)
        aligned = benching.median(lambda: theirs.align(plain), 3)
        found = aligned.found
        row["r4pm"] = aligned.cpu / len(found) * len(variants)
        pairs += [(tuple(one["activities"]), one["result"].get("Ok", {}).get("cost")) for one in found]
    return {**row, "compared": len(pairs), "differing": sum(cost_of[path] != cost for path, cost in pairs)}


def told(row: dict[str, Any]) -> str:
    parts = [
        f"{row['states']:5d} states: compiling {row['compiling']:.2f} s",
        f"costs, moves and a table of {row['rows']:,} deviations {row['ours']:.2f} s",
        *(f"{name} {row[name]:.1f} s = {row[name] / row['ours']:,.0f}x" for name in FLOORS if name in row),
    ]
    return "; ".join([*parts, f"{row['differing']} of {row['compared']:,} costs differ"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variants", type=int, default=50_000)
    parser.add_argument("--sample", type=int, default=200, help="variants that pm4py aligns; its time is scaled")
    asked = parser.parse_args()
    variants = distinct_variants(asked.variants, STANDARDS[0])
    print(f"{len(variants):,} distinct variants of {sum(map(len, variants)) / len(variants):.1f} events")
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for i, tree in enumerate(STANDARDS):
            shown = variants if i == 0 else Random(i).sample(variants, max(len(variants) // 4**i, 100))
            theirs = R4pm(shown, Path(folder)) if importlib.util.find_spec("r4pm") else None
            rows.append(measured(tree, variants, theirs, max(asked.sample // 4**i, 25)))
            print(told(rows[-1]), flush=True)
    whole = EndToEnd(variants)
    run = benching.median(lambda: whole.check(standard_of_tree(STANDARDS[0])), 3)
    ratios = ", ".join(f"{rows[0][name] / run.cpu:,.0f}x {name}" for name in FLOORS if name in rows[0])
    print(f"end to end, check_conformance and its ledger of {run.found[1]:,} rows: {run.cpu:.2f} s = {ratios}")
    floors = benching.Floors()
    for name in (name for name in FLOORS if name in rows[0]):
        floors.at_least(f"alignment beside {name}", rows[0][name] / rows[0]["ours"], FLOORS[name])
    floors.at_most("costs that differ", sum(row["differing"] for row in rows), 0, "")
    floors.end()


if __name__ == "__main__":
    main()
