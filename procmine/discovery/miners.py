"""The only door to pm4py: it gets variants with their counts, never events, and gives plain data."""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

from pm4py.algo.conformance.alignments.petri_net import algorithm
from pm4py.algo.conformance.alignments.petri_net.variants.dijkstra_no_heuristics import apply_sync_prod
from pm4py.algo.discovery.heuristics.variants import classic
from pm4py.algo.discovery.inductive.dtypes.im_ds import IMDataStructureUVCL
from pm4py.algo.discovery.inductive.variants.im import IMUVCL
from pm4py.algo.discovery.inductive.variants.imf import IMFUVCL, IMFParameters
from pm4py.objects.conversion.heuristics_net import converter as heuristics_converter
from pm4py.objects.conversion.process_tree import converter as tree_converter
from pm4py.objects.conversion.wf_net.variants import to_bpmn
from pm4py.objects.log.obj import Event, Trace
from pm4py.objects.log.obj import EventLog as Traces
from pm4py.objects.petri_net.obj import Marking
from pm4py.objects.petri_net.obj import PetriNet as Theirs
from pm4py.objects.process_tree.utils.generic import fold, tree_sort

from procmine.core.nets.bpmn import BpmnGraph, Node, bpmn_of
from procmine.core.nets.graphs import fixed_order
from procmine.core.nets.petri import PetriNet, Transition
from procmine.core.nets.process_tree import Block, ProcessTree, block, node
from procmine.core.text.quiet import quiet_matplotlib

Path = tuple[str, ...]


class Mined(NamedTuple):
    """A mined model in plain data.

    Attributes
    ----------
    align
        Gives, for each path, the unit cost of an optimal alignment with the model; None where it was
        not found in time.
    """

    net: PetriNet
    bpmn: BpmnGraph
    align: Callable[[list[Path]], list[int | None]]


class _MinedNet(NamedTuple):
    net: Any
    initial: Any
    final: Any
    bpmn: BpmnGraph


def mine(cases: Counter[Path], miner: str, noise: float) -> Mined:
    """Mine a model from paths and the number of cases that took each."""
    with _quietly():
        found = _MINE[miner](cases, noise)
    return Mined(_plain_net(found), found.bpmn, _aligner(found))


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the advice that pm4py prints as warnings, and what matplotlib says, which pm4py imports."""
    with quiet_matplotlib(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _inductive(counts: Counter[Path], noise: float) -> _MinedNet:
    parameters = {IMFParameters.NOISE_THRESHOLD: noise} if noise else {}
    miner = IMFUVCL(parameters) if noise else IMUVCL(parameters)
    tree = fold(miner.apply(IMDataStructureUVCL(counts), parameters))
    tree_sort(tree)
    net, initial, final = tree_converter.apply(tree)
    return _MinedNet(net, initial, final, bpmn_of(_plain_tree(tree)))


_BLOCKS: dict[str, Block] = {"SEQUENCE": "sequence", "XOR": "one_of", "PARALLEL": "any_order", "LOOP": "repeat"}


def _plain_tree(tree: Any) -> ProcessTree:
    if tree.operator is None:
        return node(str(tree.label or ""))
    return block(_BLOCKS[tree.operator.name], *map(_plain_tree, tree.children))


def _heuristics(counts: Counter[Path], noise: float) -> _MinedNet:
    follows, windows, triples, events, starts, ends = (Counter[Any]() for _ in range(6))
    for path, n in sorted(counts.items()):
        starts[path[0]] += n
        ends[path[-1]] += n
        for tally, size in ((follows, 2), (windows, 3), (triples, 3)):
            for i in range(len(path) - size + 1):
                piece = path[i : i + size]
                tally[(piece[0], piece[-1]) if tally is windows else piece] += n
        for activity in path:
            events[activity] += n
    heuristics_net = classic.apply_heu_dfg(
        dict(follows),
        activities=sorted(events),
        activities_occurrences=dict(events),
        start_activities=dict(starts),
        end_activities=dict(ends),
        dfg_window_2=dict(windows),
        freq_triples=dict(triples),
        parameters={classic.Parameters.DFG_PRE_CLEANING_NOISE_THRESH: noise},
    )
    net, initial, final = heuristics_converter.apply(heuristics_net)
    return _MinedNet(net, initial, final, _plain_bpmn(to_bpmn.apply(net, initial, final)))


_MINE: dict[str, Callable[[Counter[Path], float], _MinedNet]] = {
    "inductive": _inductive,
    "heuristics": _heuristics,
}

_KINDS = {
    "NormalStartEvent": "start",
    "StartEvent": "start",
    "NormalEndEvent": "end",
    "EndEvent": "end",
    "Task": "task",
    "ExclusiveGateway": "exclusive",
    "ParallelGateway": "parallel",
    "InclusiveGateway": "inclusive",
}


def _plain_bpmn(graph: Any) -> BpmnGraph:
    kinds = {node: _KINDS[type(node).__name__] for node in graph.get_nodes()}
    colours = {node: (kind, node.get_name() if kind == "task" else "") for node, kind in kinds.items()}
    flows = [(flow.get_source(), flow.get_target()) for flow in graph.get_flows()]
    order = {node: f"n{i}" for i, node in enumerate(fixed_order(colours, flows))}
    nodes = tuple(Node(name, *colours[node]) for node, name in order.items())  # type: ignore[arg-type]
    return BpmnGraph(nodes, tuple(sorted((order[source], order[target]) for source, target in flows)))


def _plain_net(found: _MinedNet) -> PetriNet:
    """pm4py's net with names that depend on its structure alone."""
    (source,), (sink,) = found.initial, found.final
    colours = {place: (0, "", place is not source, place is sink) for place in found.net.places}
    colours |= {t: (1, t.label or "", t.label is None, False) for t in found.net.transitions}
    arcs = [(arc.source, arc.target) for arc in found.net.arcs]
    order = fixed_order(colours, arcs)
    places = [node for node in order if node in found.net.places]
    transitions = [node for node in order if node in found.net.transitions]
    names = {place: f"p{i}" for i, place in enumerate(places)} | {t: f"t{i}" for i, t in enumerate(transitions)}
    return PetriNet(
        tuple(names[place] for place in places),
        tuple(Transition(names[t], t.label) for t in transitions),
        tuple(sorted((names[a], names[b]) for a, b in arcs)),
        names[source],
        names[sink],
    )


# ── alignments ────────────────────────────────────────────────────────────────────────────────────

_SECONDS_PER_VARIANT = 10


def _aligner(found: _MinedNet) -> Callable[[list[Path]], list[int | None]]:
    """A function from paths to the unit cost of an optimal alignment; None where it took too long."""
    parameters = {"show_progress_bar": False, "max_align_time_trace": _SECONDS_PER_VARIANT}

    def costs(paths: list[Path]) -> list[int | None]:
        traces = Traces([Trace([Event({"concept:name": name}) for name in path]) for path in paths])
        dijkstra = algorithm.Variants.VERSION_DIJKSTRA_LESS_MEMORY
        with _quietly():
            aligned = algorithm.apply(
                traces, found.net, found.initial, found.final, variant=dijkstra, parameters=parameters
            )
        return [None if one is None else _unit_cost(one["alignment"]) for one in aligned]

    return costs


def _unit_cost(alignment: list[tuple[str | None, str | None]]) -> int:
    """Moves in the log only, and moves of the model only that are not silent."""
    return sum(1 for log, model in alignment if model == ">>" or (log == ">>" and model is not None))


Move = tuple[str | None, bool]
"""What is done (None: nothing that the model allows), and whether an event does it."""


class Searcher:
    """Optimal alignments of paths with a net, one path at a time, each within a time limit.

    The product of net and path is ours, with nodes that sort by number: pm4py's own has nodes that sort by where
    they lie in memory, so that of several optimal alignments another could be found on every run.

    `claims` names the labels that an event of an activity can do; `prices` what leaving out a label costs, and
    `log_prices` an event that is not allowed, where it is not 1; `seconds` is the limit for one path.
    """

    def __init__(
        self,
        net: PetriNet,
        claims: Mapping[str, Sequence[str]] | None = None,
        prices: Mapping[str, int] | None = None,
        log_prices: Mapping[str, int] | None = None,
        seconds: int = _SECONDS_PER_VARIANT,
    ) -> None:
        self.net, self.claims, self.seconds = net, claims, seconds
        self.prices, self.log_prices = prices or {}, log_prices or {}

    def moves(self, path: Path, *, is_open: bool = False) -> list[Move] | None:
        """The moves of an optimal alignment, None where it was not found in time; an open path may end anywhere."""
        product = _Product()
        ends = [f"e{i}" for i in range(len(path) + 1)]
        arcs = defaultdict[str, tuple[list[str], list[str]]](lambda: ([], []))
        for source, target in self.net.arcs:
            if source in self.net.places:
                arcs[target][0].append(source)
            else:
                arcs[source][1].append(target)
        for place, name in enumerate(path):
            here, after = ends[place : place + 2]
            wanted = (name,) if self.claims is None else self.claims.get(name, ())
            for step in self.net.transitions:
                if step.label is not None and step.label in wanted:
                    takes, gives = arcs[step.name]
                    product.add((step.label, True), 0, [*takes, here], [*gives, after])
            product.add((None, True), self.log_prices.get(name, 1), [here], [after])
        for step in self.net.transitions:
            price = 0 if step.label is None else self.prices.get(step.label, 1)
            product.add((step.label, False), price, *arcs[step.name])
        if is_open:  # what is left of the model is dropped once all events are done
            for place_name in self.net.places:
                product.add((None, False), 0, [place_name, ends[-1]], [ends[-1]])
        final = product.marking(ends[-1], *([] if is_open else [self.net.sink]))
        found = apply_sync_prod(
            product.net, product.marking(self.net.source, ends[0]), final, product.costs, ">>",
            ret_tuple_as_trans_desc=True, max_align_time_trace=self.seconds,
        )  # fmt: skip
        return None if found is None else [move for move, _ in found["alignment"] if move != (None, False)]


class _Product:
    """A net in pm4py's terms whose parts hash by number, and what each of its transitions costs."""

    def __init__(self) -> None:
        numbers = count()

        def numbered(kind: type) -> type:
            class Numbered(kind):  # type: ignore[misc]
                def __init__(self, *given: Any) -> None:
                    self.number = next(numbers)
                    super().__init__(*given)

                def __hash__(self) -> int:
                    return self.number

                def __eq__(self, other: object) -> bool:
                    return self is other

            return Numbered

        self._place, self._transition, self._arc = map(numbered, (Theirs.Place, Theirs.Transition, Theirs.Arc))
        self._marking = Marking
        self.net, self.costs = Theirs("product"), dict[Any, int]()
        self.places: dict[str, Any] = {}

    def place(self, name: str) -> Any:
        if name not in self.places:
            self.places[name] = self._place(name)
            self.net.places.add(self.places[name])
        return self.places[name]

    def add(self, move: Move, cost: int, takes: Sequence[str], gives: Sequence[str]) -> None:
        """A transition between places."""
        step = self._transition(move, ("", ""))
        self.net.transitions.add(step)
        self.costs[step] = cost
        for source, target in [
            *((self.place(name), step) for name in takes),
            *((step, self.place(name)) for name in gives),
        ]:
            arc = self._arc(source, target)
            self.net.arcs.add(arc)
            source.out_arcs.add(arc)
            target.in_arcs.add(arc)

    def marking(self, *names: str) -> Any:
        return self._marking({self.place(name): 1 for name in names})
