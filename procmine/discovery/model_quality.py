"""How good a model is: fitness by alignments, precision by escaping edges, simplicity by arc degree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from procmine.core.nets.automaton import Automaton, automaton_of
from procmine.core.nets.petri import PetriNet
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.core.log.eventlog import Variant

Path = tuple[str, ...]
Aligner = Callable[[list[Path]], list[int | None]]

MOST_STATES = 2_000
MOST_VARIANTS = 500

_TOO_WIDE = Words(
    "模型的状态超过 {n} 个，无法逐一对齐，因此不报告拟合度和精确度。",
    "The model has more than {n} states, too many to align the log with, so fitness and precision are not reported.",
).filled(n=MOST_STATES)
_NO_WAY = Words(
    "模型没有从开始到结束的通路，无法报告拟合度和精确度。",
    "The model has no way from its start to its end, so fitness and precision are not reported.",
)
_NOT_DONE = Words("对齐未能在时限内完成。", "No alignment was found within the time limit.")


@dataclass(frozen=True)
class Quality:
    """Quality of a model; what could not be judged is None, and `reason` says why.

    Attributes
    ----------
    log_fitness
        1 − Σ cost / Σ worst cost, over the cases judged; unit costs.
    average_fitness
        Mean over the cases judged of 1 − cost / worst cost.
    precision, simplicity
        0..1.
    n_cases_judged
        Cases of the most frequent variants (at most 500) that were aligned.
    """

    log_fitness: float | None
    average_fitness: float | None
    precision: float | None
    simplicity: float
    n_cases_judged: int
    reason: Words | None = None

    def numbers(self) -> dict[str, float | int | None]:
        """The numbers by name."""
        names = ("log_fitness", "average_fitness", "precision", "simplicity", "n_cases_judged")
        return {name: getattr(self, name) for name in names}


def model_quality(net: PetriNet, variants: Sequence[Variant], align: Aligner) -> Quality:
    """Fitness, precision and simplicity of a net for the most frequent variants of a log.

    Parameters
    ----------
    align
        Gives the unit cost of an optimal alignment for each path, None where there is none in time.
    """
    simple = simplicity(net)
    automaton = automaton_of(net, MOST_STATES)
    if automaton is None:
        return Quality(None, None, None, simple, 0, _TOO_WIDE)
    shortest = shortest_run(automaton)
    if shortest is None:
        return Quality(None, None, None, simple, 0, _NO_WAY)
    judged = variants[:MOST_VARIANTS]
    costs = align([variant.activities for variant in judged])
    done = [(variant, cost) for variant, cost in zip(judged, costs, strict=True) if cost is not None]
    if not done:
        return Quality(None, None, None, simple, 0, _NOT_DONE)
    log_fitness, average = fitness([(cost, len(v.activities) + shortest, v.n_cases) for v, cost in done])
    cases = Counter({variant.activities: variant.n_cases for variant, _ in done})
    return Quality(log_fitness, average, precision(automaton, cases), simple, cases.total())


def fitness(costs: Sequence[tuple[int, int, int]]) -> tuple[float, float]:
    """Log fitness and average fitness from (cost, worst cost, cases) of each variant.

    Examples
    --------
    >>> fitness([(1, 9, 1), (0, 10, 1)])
    (0.9473684210526316, 0.9444444444444444)
    """
    n = sum(cases for _, _, cases in costs)
    paid = sum(cost * cases for cost, _, cases in costs)
    worst = sum(most * cases for _, most, cases in costs)
    average = sum((1 - cost / most if most else 1.0) * cases for cost, most, cases in costs) / n
    return 1 - paid / worst if worst else 1.0, average


def shortest_run(automaton: Automaton) -> int | None:
    """The fewest labelled steps from the start to the end of a model; None if there is no way."""
    reached, seen, steps = {0}, {0}, 0
    while reached:
        if any(automaton.final in automaton.silently[state] for state in reached):
            return steps
        costs = dict.fromkeys(reached, 0)
        after = {state for label in automaton.labels(reached) for state in automaton.after(costs, label)}
        reached = after - seen
        seen |= after
        steps += 1
    return None


def precision(automaton: Automaton, cases: Counter[Path]) -> float:
    """Of the next steps that the model allows after each prefix of the log, the share that the log shows.

    Every prefix that the model can replay counts with the cases that go on from it; one that it
    cannot replay is left out. The model stands where a replay with the fewest silent steps leaves it.
    Source: escaping edges (Muñoz-Gama and Carmona, BPM 2010) over all optimal alignments (Adriansyah
    et al., "Measuring precision of modeled behavior", 2015).
    """
    weight: Counter[Path] = Counter()
    seen: defaultdict[Path, set[str]] = defaultdict(set)
    for path, n in cases.items():
        for i, label in enumerate(path):
            weight[path[:i]] += n
            seen[path[:i]].add(label)
    costs: dict[Path, dict[int, int]] = {(): {0: 0}}
    allowed = escaping = 0
    for prefix in sorted(weight, key=len):
        if prefix:
            costs[prefix] = automaton.after(costs[prefix[:-1]], prefix[-1])
        here = costs[prefix]
        labels = automaton.labels(state for state, paid in here.items() if paid == min(here.values()))
        allowed += len(labels) * weight[prefix]
        escaping += len(labels - seen[prefix]) * weight[prefix]
    return 1 - escaping / allowed if allowed else 1.0


def simplicity(net: PetriNet) -> float:
    """1 / (1 + how far the mean number of arcs per node exceeds 2).

    Source: the inverse arc degree of Vázquez-Barreiros, Mucientes and Lama, "ProDiGen", Information
    Sciences 294, 2015.
    """
    n_nodes = len(net.places) + len(net.transitions)
    return 1 / (1 + max(2 * len(net.arcs) / n_nodes - 2, 0)) if n_nodes else 1.0
