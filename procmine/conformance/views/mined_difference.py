"""The mined model against the standard: what each of them allows that the other does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pandas as pd

from procmine.conformance.aligning.exact_model import MOST_STATES, seen_tree
from procmine.conformance.judging.judged_groups import Group, judge_cases
from procmine.conformance.standard.standard import Standard, in_force
from procmine.core.nets.automaton import Automaton, automaton_of
from procmine.core.nets.languages import EDGE, Arc, Parting, Walker, Word, arcs_of, partings
from procmine.core.nets.process_tree import net_of
from procmine.core.result.result import Column, Result
from procmine.core.text.words import Words, write_number
from procmine.discovery.models import mined_from

if TYPE_CHECKING:
    from procmine.core.html.places import Place
    from procmine.core.log.eventlog import EventLog

_SIDES: dict[str, Words] = {
    "mined": Words("仅挖掘模型允许", "only the mined model allows it"),
    "standard": Words("仅标准允许", "only the standard allows it"),
}
_ARROW = " → "
_Runs = Counter[Word]


@dataclass(frozen=True, repr=False, eq=False)
class ModelDifference(Result):
    """What the model mined from a log and its standard do not both allow, per version and operating path.

    Attributes
    ----------
    noise
        Noise filter of the miner.
    n_cases
        Cases the models were mined from: those that are over.
    too_large
        Versions and operating paths whose models have too many states to be compared in full.
    """

    TITLE: ClassVar[Words] = Words("挖掘模型与标准流程的差异", "Mined model against standard")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "version": Column("text", Words("版本", "Version")),
        "path": Column("text", Words("运营路径", "Operating path"), Words("空 = 统一流程", "empty: the unified process")),
        "allowed_by": Column("text", Words("差异", "Difference"), words=_SIDES),
        "is_everywhere": Column(
            "flag",
            Words("处处如此", "Everywhere"),
            Words("另一方从不允许；否则只在示例的位置不允许", "the other never allows it; else not at this place of the example"),
        ),
        "from": Column("text", Words("从", "From"), words={EDGE: Words("开始", "start")}),
        "to": Column("text", Words("到", "To"), words={EDGE: Words("结束", "end")}),
        "example": Column("text", Words("示例", "Example"), Words("最短的一条", "the shortest run")),
        "n_cases": Column("count", Words("案例", "Cases"), Words("日志中出现的案例", "cases of the log that show it")),
    }  # fmt: skip

    LIMIT: ClassVar[int] = 12
    SHOWN: ClassVar[tuple[str, ...]] = ("version", "path", "allowed_by", "from", "to", "n_cases")

    noise: float = 0.0
    n_cases: int = 0
    too_large: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How much more either of them allows."""
        by_mined = self.table["allowed_by"] == "mined"
        text = Words(
            "由 {n_cases} 个已结束案例挖掘的模型（噪声过滤 {noise}）允许 {n} 处标准不允许的衔接，其中 {n_seen} 处在日志中出现；"
            "标准另允许 {n_more} 处模型没有的衔接。",
            "The model mined from {n_cases} cases that are over (noise filter {noise}) allows {n} steps that the standard "
            "does not, {n_seen} of which the log shows; the standard allows {n_more} that the model does not.",
        )
        found = text.filled(
            noise=f"{self.noise:g}",
            n_cases=write_number(self.n_cases),
            n=write_number(int(by_mined.sum())),
            n_seen=write_number(int((by_mined & (self.table["n_cases"] > 0)).sum())),
            n_more=write_number(int((~by_mined).sum())),
        )
        return found.say(self.language) + self._left_out()

    def table_html(self, place: Place) -> str:
        """What the log shows most often first; the version only where there are several."""
        rows = self.table.sort_values("n_cases", ascending=False, kind="stable")
        return self.rows_html(rows, self.LIMIT, place, *(["version"] if rows["version"].nunique() < 2 else []))

    def _left_out(self) -> str:
        if not self.too_large:
            return ""
        text = Words("状态过多、未能（完全）比较：{names}。", " Too many states to be compared in full: {names}.")
        return text.filled(names=", ".join(self.too_large)).say(self.language)


def compare_with_standard(
    log: EventLog, standard: Standard | Sequence[Standard], *, noise: float = 0.0
) -> ModelDifference:
    """Mine a model from the cases of each operating path and hold it against the standard.

    Cases are told by node, as the standard sees them, and those still open are left out. Both models become
    automata. A step from one node to the next that only one of them allows is a row; so is a step that both
    know, but not behind the same beginning. The example is the shortest run that shows it.

    Parameters
    ----------
    noise
        Share 0..1 below which the inductive miner ignores a branch; without it all that happened is in the model.

    Examples
    --------
    >>> import procmine as pm
    >>> standard = pm.six_standard()
    >>> found = compare_with_standard(pm.six_cases(), standard).table
    >>> found.loc[found["n_cases"] > 0, ["allowed_by", "from", "to", "n_cases"]].values.tolist()[:2]
    [['mined', '分类', '关闭', 1], ['mined', '处理', '客户沟通', 1]]
    """
    groups = [group for group in judge_cases(log, in_force(standard), "leave_out", {}) if len(group.cases)]
    rows: list[dict[str, Any]] = []
    too_large = []
    for group in groups:
        runs = _runs(group)
        pair = _models(group, runs, noise)
        name = " · ".join(filter(None, [group.version.name, group.version.version, group.situation.path]))
        parting = partings(*map(Walker, pair)) if pair else None
        if parting is None:
            too_large.append(name)
        about = {"version": group.version.version, "path": group.situation.path}
        rows += [{**about, **row} for row in _rows(*pair, parting or ([], []), runs)] if pair else []
    frame = pd.DataFrame(rows, columns=list(ModelDifference.COLUMNS))
    order = ["version", "path", "allowed_by", "n_cases", "is_everywhere", "from", "to"]
    frame = frame.sort_values(order, ascending=[True, True, True, False, False, True, True], kind="stable")
    n_cases = sum(len(group.cases) for group in groups)
    return ModelDifference.of(log, frame, noise=noise, n_cases=n_cases, too_large=tuple(too_large))


def _runs(group: Group) -> _Runs:
    """What the cases of a group did, node by node, and how many did so; a foreign activity stands for itself."""
    begun = group.done.begun
    names = [
        group.model.nodes[node] if node >= 0 else begun.activities[code]
        for node, code in zip(group.node_of.tolist(), begun.codes.tolist(), strict=True)
    ]
    runs: _Runs = Counter()
    for begin, end, n_cases in zip(begun.begins[:-1], begun.begins[1:], group.weights, strict=True):
        if n_cases and end > begin:
            runs[tuple(names[begin:end])] += int(n_cases)
    return runs


def _models(group: Group, runs: _Runs, noise: float) -> tuple[Automaton, Automaton] | None:
    """The automata of mined model and standard; None where one of them is too large."""
    standard = automaton_of(net_of(seen_tree(group.version, group.situation)), MOST_STATES)
    mined = automaton_of(mined_from(runs, "inductive", noise).net, MOST_STATES) if runs else None
    return None if mined is None or standard is None else (mined, standard)


class _Difference(NamedTuple):
    side: str
    is_everywhere: bool
    arc: Arc
    example: Word


def _rows(
    mined: Automaton, standard: Automaton, parting: tuple[list[Parting], list[Parting]], runs: _Runs
) -> Iterator[dict[str, Any]]:
    """The differences of two models, each with the cases that show it."""
    shown, parted = _shown(runs), _parted(Walker(standard), runs)
    for one in _differences(mined, standard, parting):
        only_there = parted if one.side == "mined" else Counter[Arc]()
        yield {
            "allowed_by": one.side,
            "is_everywhere": one.is_everywhere,
            "from": one.arc[0],
            "to": one.arc[1],
            "example": _ARROW.join(one.example),
            "n_cases": (shown if one.is_everywhere else only_there)[one.arc],
        }


def _differences(
    mined: Automaton, standard: Automaton, parting: tuple[list[Parting], list[Parting]]
) -> Iterator[_Difference]:
    arcs = {"mined": arcs_of(mined), "standard": arcs_of(standard)}
    for (side, own), here in zip(arcs.items(), parting, strict=True):
        other = arcs["standard" if side == "mined" else "mined"]
        for arc, example in sorted(own.items()):
            if arc not in other:
                yield _Difference(side, is_everywhere=True, arc=arc, example=example)
        for one in here:
            if one.arc in other:
                yield _Difference(side, is_everywhere=False, arc=one.arc, example=one.example)


def _shown(runs: _Runs) -> Counter[Arc]:
    """The cases in which one node directly follows another."""
    arcs_shown: Counter[Arc] = Counter()
    for run, n_cases in runs.items():
        for arc in {*zip((EDGE, *run), (*run, EDGE), strict=True)}:
            arcs_shown[arc] += n_cases
    return arcs_shown


def _parted(standard: Walker, runs: _Runs) -> Counter[Arc]:
    """The cases that leave the standard at a step, each counted where it does so first."""
    arcs_parted: Counter[Arc] = Counter()
    for run, n_cases in runs.items():
        states = standard.start
        for arc in zip((EDGE, *run), (*run, EDGE), strict=True):
            if arc[1] not in standard.labels(states):
                arcs_parted[arc] += n_cases
                break
            states = standard.after(states, arc[1])
    return arcs_parted
