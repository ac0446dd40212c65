"""Models mined from the variants of a log, with their quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import pandas as pd

from procmine.core.nets.bpmn import BpmnGraph
from procmine.core.nets.bpmn_xml import write_bpmn
from procmine.core.nets.petri import PetriNet, write_pnml
from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_share
from procmine.discovery.model_quality import Quality, model_quality

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog
    from procmine.discovery.miners import Mined

Miner = Literal["inductive", "heuristics"]

MINERS: dict[str, Words] = {
    "inductive": Words("归纳挖掘", "inductive miner"),
    "heuristics": Words("启发式挖掘", "heuristics miner"),
}


@dataclass(frozen=True, repr=False, eq=False)
class MinedModel(Result):
    """A mined model and, in one row, how good it is.

    Attributes
    ----------
    net
        The model as a Petri net.
    bpmn
        The model as BPMN.
    """

    TITLE: ClassVar[Words] = Words("挖掘的模型", "Mined model")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "miner": Column("text", Words("算法", "Miner")),
        "noise": Column("number", Words("噪声过滤", "Noise filter"), Words("0 = 不过滤", "0 = none")),
        "log_fitness": Column(
            "share",
            Words("拟合度（日志）", "Log fitness"),
            Words("对齐：1 − 总代价/总最差代价", "alignments: 1 − Σ cost / Σ worst cost"),
        ),
        "average_fitness": Column(
            "share",
            Words("拟合度（平均）", "Average fitness"),
            Words("对齐：各案例拟合度的平均", "alignments: mean over the cases"),
        ),
        "precision": Column(
            "share",
            Words("精确度", "Precision"),
            Words(
                "模型允许的下一步中，日志出现过的比例", "of the next steps the model allows, the share the log shows"
            ),
        ),
        "simplicity": Column(
            "share", Words("简洁度", "Simplicity"), Words("平均连接数越少越高", "the fewer arcs per node the higher")
        ),
        "n_cases_judged": Column("count", Words("判断的案例", "Cases judged")),
        "n_transitions": Column(
            "count", Words("模型步骤", "Visible steps"), Words("带名称的变迁数", "labelled transitions")
        ),
    }

    net: PetriNet | None = None
    bpmn: BpmnGraph | None = None
    quality: Quality | None = None
    n_cases: int = 0

    @property
    def sentence(self) -> str:
        """How well the model fits, or why this cannot be said."""
        if self.quality is None:
            return ""
        if self.quality.reason:
            return self.quality.reason.say(self.language)
        said = Words(
            "模型能完整解释日志行为的 {fitness}，精确度 {precision}（按 {share} 的案例计算）。",
            "The model explains {fitness} of what the log shows, at a precision of {precision} (judged on {share} of the cases).",
        )
        row = self.table.iloc[0]
        return said.filled(
            fitness=write_share(row["log_fitness"]),
            precision=write_share(row["precision"]),
            share=write_share(row["n_cases_judged"] / self.n_cases),
        ).say(self.language)

    def save_bpmn(self, path: str | Path) -> None:
        """Write the model as BPMN 2.0 with layout."""
        if self.bpmn is not None:
            write_bpmn(self.bpmn, path)

    def save_pnml(self, path: str | Path) -> None:
        """Write the model as a Petri net (PNML)."""
        if self.net is not None:
            write_pnml(self.net, path)


@dataclass(frozen=True, repr=False, eq=False)
class ModelComparison(Result):
    """The quality of several mined models side by side."""

    TITLE: ClassVar[Words] = Words("模型比较", "Models compared")
    CHART: ClassVar[Chart | None] = Bars(("miner", "noise"), "precision")
    COLUMNS: ClassVar[Mapping[str, Column]] = MinedModel.COLUMNS

    @property
    def sentence(self) -> str:
        """How to read the table."""
        return Words(
            "拟合度高：日志里的做法模型都认得；精确度高：模型不多认没发生过的做法。两者往往此消彼长。",
            "High fitness: the model knows what the log shows. High precision: it allows little else. One often costs the other.",
        ).say(self.language)


def discover_model(log: EventLog, miner: Miner = "inductive", *, noise: float = 0.0) -> MinedModel:
    """Mine a process model from the variants of a log, and measure how good it is.

    Parameters
    ----------
    miner
        `inductive`: always sound, and without noise filtering every case fits (Leemans, Fahland and
        van der Aalst 2013, 2014). `heuristics`: follows the frequent dependencies (Weijters, van der
        Aalst and Alves de Medeiros 2006); the model may have no way through.
    noise
        Share 0..1 below which the inductive miner ignores a branch; for the heuristics miner the
        share below which an arc is cut beforehand.

    Raises
    ------
    UnknownNameError
        If there is no such miner.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.discover_model(pm.six_cases()).table["log_fitness"].tolist()
    [1.0]
    """
    if miner not in MINERS:
        raise UnknownNameError.among(Words("算法", "miner"), [miner], list(MINERS), "discover_model")
    if not log.variants:
        return MinedModel.of(log, pd.DataFrame(columns=list(MinedModel.COLUMNS)))
    counts = Counter({variant.activities: variant.n_cases for variant in log.variants})
    mined = mined_from(counts, miner, noise)
    found = model_quality(mined.net, log.variants, mined.align)
    row = {
        "miner": MINERS[miner].say(log.language),
        "noise": noise,
        **found.numbers(),
        "n_transitions": sum(transition.label is not None for transition in mined.net.transitions),
    }
    frame = pd.DataFrame([row])
    return MinedModel.of(log, frame, net=mined.net, bpmn=mined.bpmn, quality=found, n_cases=log.n_cases)


def compare_models(log: EventLog, *, noise: float = 0.2) -> ModelComparison:
    """Mine a log with the inductive miner, with it and a noise filter, and with the heuristics miner.

    Parameters
    ----------
    noise
        Noise filter of the second inductive model; the heuristics miner cuts arcs below a quarter of it.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.compare_models(pm.six_cases("en")).table[["noise", "log_fitness"]].head(2)
       noise  log_fitness
    0    0.0         1.00
    1    0.2         0.96
    """
    choices: tuple[tuple[Miner, float], ...] = (("inductive", 0.0), ("inductive", noise), ("heuristics", noise / 4))
    tables = [discover_model(log, miner, noise=level).table for miner, level in choices]
    return ModelComparison.of(log, pd.concat(tables, ignore_index=True))


def mined_from(counts: Counter[tuple[str, ...]], miner: str, noise: float) -> Mined:
    """A model mined from paths and the number of cases that took each."""
    from procmine.discovery.miners import mine  # pm4py takes a second or two to import, and most runs need none of it

    return mine(counts, miner, noise)
