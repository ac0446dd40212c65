"""The states of a standard: what a case may do in its situation, as small as exact alignment needs it."""

from __future__ import annotations

from collections.abc import Mapping

from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.standard.situations import Situation, tree_of
from procmine.conformance.standard.standard import Standard
from procmine.core.nets.automaton import automaton_of
from procmine.core.nets.process_tree import ProcessTree, net_of, node
from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.words import Words, write_number

MOST_STATES = 5000
"""States above which a standard is not aligned exactly."""


def model_of(standard: Standard, situation: Situation, costs: Mapping[str, int] | None = None) -> StateModel:
    """The states of a standard in a situation.

    Parameters
    ----------
    costs
        Cost of leaving out a node, where it is not 1.

    Raises
    ------
    SpecError
        If there are more than 5,000 states: nodes in any order multiply them.
    """
    tree = tree_of(standard, situation)
    size = n_states(tree)
    machine = automaton_of(net_of(_seen(tree, standard)), MOST_STATES) if size <= 10 * MOST_STATES else None
    if machine is None:
        raise _too_large(standard, tree, size)
    return StateModel.of(machine, standard.claims, costs)


def seen_tree(standard: Standard, situation: Situation) -> ProcessTree:
    """What a case in a situation may do, as a log can show it: nodes that none can show are silent."""
    return _seen(tree_of(standard, situation), standard)


def _seen(tree: ProcessTree, standard: Standard) -> ProcessTree:
    """The same tree, in which nodes that no log can show are silent."""
    if tree.block == "node":
        return tree if tree.label and standard.nodes[tree.label].activities else node()
    return ProcessTree(tree.block, tuple(_seen(part, standard) for part in tree.parts))


# ── size ──────────────────────────────────────────────────────────────────────────────────────


def n_states(tree: ProcessTree) -> int:
    """About how many states a tree has: parts in any order multiply, all others add up."""
    parts = [n_states(part) for part in tree.parts]
    if tree.block == "node":
        return 2
    if tree.block == "any_order":
        return _product(parts)
    if tree.block == "one_of":
        return 2 + sum(size - 2 for size in parts)
    return 2 + sum(parts) if tree.block == "repeat" else 1 + sum(size - 1 for size in parts)


def _product(parts: list[int]) -> int:
    product = 2
    for size in parts:
        product = min(product * size, 1 << 40)
    return product


def _too_large(standard: Standard, tree: ProcessTree, size: int) -> SpecError:
    def wide(one: ProcessTree) -> list[ProcessTree]:
        inner = [found for part in one.parts for found in wide(part)]
        return [*([one] if one.block == "any_order" else []), *inner]

    named = sorted(wide(tree), key=n_states, reverse=True)[:3]
    shown = "; ".join(f"any_order ×{len(one.parts)} ({write_number(n_states(one))})" for one in named)
    fault = Words(
        "标准流程的状态过多（约 {n}，上限 {most}）", "the standard has too many states (about {n}, at most {most})"
    )
    facts = Words("最大的块：{shown}", "largest blocks: {shown}").filled(shown=shown or "–")
    hint = Words("把 any_order 拆小，或排出先后", "split any_order, or put its parts in order")
    text = fault.filled(n=write_number(size), most=write_number(MOST_STATES))
    return SpecError(Fault(standard.name, text, facts, hint))
