"""One case explained: what it did, what the standard asked for, and where the two part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pandas as pd

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS
from procmine.core.log.columns import LABELS
from procmine.core.log.engine import fetch
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import UnknownNameError
from procmine.core.text.words import Words, write_number

if TYPE_CHECKING:
    from procmine.conformance.judging.deviations import Deviations
    from procmine.conformance.judging.judged_groups import Group
    from procmine.core.log.eventlog import EventLog

MOVES: dict[str, Words] = {
    "synchronous": Words("符合", "as the standard says"),
    "log": Words("标准未要求", "not asked for"),
    "model": Words("日志中缺失", "missing"),
    "further": Words("同一节点的后续动作", "further event of the node"),
    "ignored": Words("不判断", "not judged"),
}


@dataclass(frozen=True, repr=False, eq=False)
class CaseAlignment(Result):
    """The alignment of one case, step by step.

    Attributes
    ----------
    case_id, version, path
        The case; the version of the standard and the operating path (empty: the unified one) that judge it.
    cost, worst
        Of its alignment; its fitness is 1 - cost / worst.
    """

    TITLE: ClassVar[Words] = Words("案例对照", "One case against the standard")
    LIMIT: ClassVar[int] = 500
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "step": Column("count", Words("步", "Step")),
        "move": Column("text", Words("对照", "Move"), words=MOVES),
        "node": Column("text", Words("节点", "Node"), Words("标准中的节点；空：没有", "node of the standard; empty: none")),
        "activity": Column("text", LABELS["activity"], Words("日志中的活动；空：没有", "activity of the log; empty: none")),
        "position": Column("count", Words("位置", "Position"), Words("案例中的第几个事件；0：没有", "place in the case; 0: none")),
        "timestamp": Column("time", LABELS["timestamp"]),
        "resource": Column("text", LABELS["resource"]),
        "role": Column("text", LABELS["role"]),
        "deviation": Column("text", Words("偏差", "Deviation")),
    }  # fmt: skip

    case_id: str = ""
    version: str = ""
    path: str = ""
    cost: int = 0
    worst: int = 0
    n_deviations: int = 0

    @property
    def fitness(self) -> float:
        """Alignment fitness of the case: 1 - cost / worst cost."""
        return 1 - self.cost / self.worst if self.worst else 1.0

    @property
    def scalars(self) -> dict[str, Any]:
        """Cost, fitness and number of deviations."""
        return {"cost": self.cost, "fitness": self.fitness, "n_deviations": self.n_deviations}

    @property
    def sentence(self) -> str:
        """By what the case was judged, and how far from it it is."""
        text = Words(
            "案例 {case} 按版本 {version}{path} 判断：偏差 {n} 处，拟合度 {fitness}。",
            "Case {case}, judged by version {version}{path}: {n} deviations, fitness {fitness}.",
        )
        path = Words("、运营路径“{path}”", ", operating path {path!r}").filled(path=self.path) if self.path else ""
        return text.filled(
            case=self.case_id,
            version=self.version,
            path=path,
            n=write_number(self.n_deviations),
            fitness=write_number(self.fitness, 3),
        ).say(self.language)


class _Step(NamedTuple):
    move: str
    node: str = ""
    activity: str = ""
    position: int = 0
    behind: int = 0


def case_alignment(log: EventLog, groups: Sequence[Group], deviations: Deviations, case_id: str) -> CaseAlignment:
    """See `Conformance.case`."""
    rows = deviations.cases.frame.index[deviations.cases.frame["case_id"].astype("str") == case_id].tolist()
    if not rows:
        known = deviations.cases.frame["case_id"].astype("str").sort_values().tolist()
        raise UnknownNameError.among(Words("案例", "case"), [case_id], known, "case")
    case = rows[0]
    group = groups[int(deviations.cases.group[case])]
    row = int(deviations.cases.path[case]) - deviations.cases.firsts[int(deviations.cases.group[case])]
    steps = list(_steps(group, row))
    events = log.events.filter(log.events.case_index == int(deviations.cases.index[case]))
    known = [name for name in ("resource", "role") if name in events.columns]
    event_facts = fetch(events.select("position", "timestamp", *known)).set_index("position")
    frame = pd.DataFrame(steps)
    frame["step"] = range(1, len(frame) + 1)
    for name in ("timestamp", *known):
        frame[name] = event_facts[name].reindex(frame["position"]).to_numpy()
    for name in ("resource", "role"):
        frame[name] = frame[name].astype("str").where(frame[name].notna(), "") if name in frame else ""
    mine = (deviations.case == case).nonzero()[0].tolist()
    frame["deviation"] = _deviation_texts(log, deviations, mine, steps)
    return CaseAlignment.of(
        log,
        frame,
        case_id=case_id,
        version=group.version.version,
        path=group.situation.path,
        cost=int(group.alignments.costs[row]),
        worst=int(group.alignments.worst[row]),
        n_deviations=sum(not deviations.is_allowed[i] for i in mine),
    )


def _steps(group: Group, row: int) -> Iterator[_Step]:
    """The moves of one path in their order: what is missing behind an event comes before the next."""
    done, paths = group.done, group.paths
    begin, end = (int(n) for n in done.begun.begins[row : row + 2])
    skipped = group.alignments.skipped[group.alignments.skipped[:, 0] == row]
    missing: dict[int, list[str]] = {}
    for _, before, node in skipped.tolist():
        missing.setdefault(before, []).append(group.model.nodes[node])
    seen = -1
    behind = 0
    events = range(int(paths.begins[row]), int(paths.begins[row + 1]))
    yield from (_Step("model", node, behind=0) for node in missing.get(0, []))
    for position, event in enumerate(events, 1):
        activity, execution = paths.activities[paths.codes[event]], int(done.of_event[event])
        if execution >= 0 and execution != seen and seen >= 0:
            yield from (_Step("model", node, behind=behind) for node in missing.get(seen - begin + 1, []))
        if execution < 0:
            yield _Step("ignored", "", activity, position)
            continue
        node = int(group.alignments.nodes[execution])
        name = group.model.nodes[node] if node >= 0 else ""
        move = "log" if node < 0 else "synchronous" if execution != seen else "further"
        yield _Step(move, name, activity, position)
        seen, behind = execution, position
    if end > begin:
        yield from (_Step("model", node, behind=behind) for node in missing.get(end - begin, []))


def _deviation_texts(log: EventLog, deviations: Deviations, mine: Sequence[int], steps: Sequence[_Step]) -> list[str]:
    """What deviates at each step, in words; a skipped node stands where it is missing."""
    per_step: list[list[str]] = [[] for _ in steps]
    at_event = {step.position: i for i, step in enumerate(steps) if step.position}
    gaps: dict[tuple[str, int], list[int]] = {}
    for i, step in enumerate(steps):
        if step.move == "model":
            gaps.setdefault((step.node, step.behind), []).append(i)
    for i in mine:
        kind = DEVIATION_KINDS[DEVIATION_KINDS.names[int(deviations.kind[i])]]
        subject, position = deviations.names[int(deviations.subject[i])], int(deviations.position[i])
        words = kind.words.say(log.language)
        gap = gaps.get((subject, position)) if kind.is_missing else None
        place = gap.pop(0) if gap else at_event.get(position, 0)
        same = subject in (steps[place].node, steps[place].activity)
        text = words if same else f"{words}: {subject}"
        per_step[place].append(f"({text})" if deviations.is_allowed[i] else text)
    return ["; ".join(some) for some in per_step]
