"""The bottlenecks on a process map, in a colour of their own, with their rank and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from procmine.core.text.palette import PURPLE, WAITING_MARK
from procmine.core.text.words import Language, Words, write_duration, write_hours, write_share
from procmine.visual.maps.map_caption import Key
from procmine.visual.maps.map_drawing import Face, Stroke

if TYPE_CHECKING:
    from procmine.performance.waiting.bottlenecks import Bottlenecks
    from procmine.visual.maps.coverage import Arc

MOST_ARCS, MOST_NODES = 5, 3
_SIGNS = "①②③④⑤⑥⑦⑧⑨"
SAMPLE = f'<rect x="1" y="1" width="20" height="8" rx="2" fill="{WAITING_MARK}" stroke="{PURPLE}"/>'
"""What a bottleneck looks like in a legend."""
_LEAST = 4.4
_MARKED = Words(
    "看时间时：损失时间最多的路径和活动，① 最多", "where times are shown: most time is lost here, ① the most"
)


@dataclass(frozen=True)
class Marks:
    """The first bottlenecks by rank, each with a line that says what is lost there."""

    arcs: Mapping[Arc, tuple[int, str]]
    nodes: Mapping[str, tuple[int, str]]

    def on_strokes(self, strokes: dict[Arc, dict[str, Stroke]]) -> dict[Arc, dict[str, Stroke]]:
        """The strokes, those of bottlenecks in their own colour wherever a map shows time."""
        marked = dict(strokes)
        for arc, (rank, _) in self.arcs.items():
            if arc in strokes:
                marked[arc] = {
                    metric: stroke
                    if metric == "frequency"
                    else Stroke(f"{_SIGNS[rank - 1]} {stroke.label}", PURPLE, max(stroke.width, _LEAST))
                    for metric, stroke in strokes[arc].items()
                }
        return marked

    def on_faces(self, faces: dict[str, dict[str, Face]]) -> dict[str, dict[str, Face]]:
        """The faces, likewise."""
        marked = dict(faces)
        for name in self.nodes:
            if name in faces:
                marked[name] = {
                    metric: face if metric == "frequency" else Face(WAITING_MARK, face.ink)
                    for metric, face in faces[name].items()
                }
        return marked

    def on_hovers(self, hovers: dict[str | Arc, str]) -> dict[str | Arc, str]:
        """The hover texts, with a line on what is lost."""
        marked = dict(hovers)
        lines: list[tuple[str | Arc, str]] = [(arc, said) for arc, (_, said) in self.arcs.items()]
        lines += [(name, said) for name, (_, said) in self.nodes.items()]
        for where, said in lines:
            if where in hovers:
                marked[where] = f"{hovers[where]}\n{said}"
        return marked

    def keys(self, language: Language) -> tuple[Key, ...]:
        """What the legend of a map says of them."""
        return (Key(SAMPLE, 22, _MARKED.say(language)),) if self.arcs or self.nodes else ()


def marks_of(found: Bottlenecks) -> Marks:
    """The first five arcs and the first three activities of a ranking that lose any time."""
    arcs: dict[Arc, tuple[int, str]] = {}
    nodes: dict[str, tuple[int, str]] = {}
    for row in found.table.itertuples():
        lost = row.lost_working if found.in_working_time else row.lost
        if not lost.total_seconds() or row.rank > (MOST_ARCS if row.kind == "arc" else MOST_NODES):
            continue
        said = Words("瓶颈第 {rank}：损失 {lost}，占 {share}", "Bottleneck {rank}: {lost} lost, {share}").filled(
            rank=row.rank,
            lost=(write_hours if found.in_working_time else write_duration)(lost, found.language),
            share=write_share(row.share),
        )
        mark = (int(row.rank), said.say(found.language))
        if row.kind == "arc":
            arcs[row.source, row.target] = mark
        else:
            nodes[row.target] = mark
    return Marks(arcs, nodes)
