"""The map of standard and actual flow: what was kept, skipped and added, each in its colour, dashes and sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from procmine.conformance.standard.standard import OpenCases, Standard
from procmine.conformance.standard.standard_words import POLICIES
from procmine.conformance.views.standard_flow import (
    ArcCounts,
    StandardFlow,
    StandardNodes,
    asked_path,
    done_path,
    name_of,
    standard_flow,
)
from procmine.core.log.eventlog import Variant
from procmine.core.result.result import Column, Result
from procmine.core.text.palette import (
    BLUE,
    DARK_ORANGE,
    FAINT_ARC,
    INK,
    LEFT_OUT,
    MUTED,
    ORANGE,
    PALE_ORANGE,
    PAPER,
    PLAIN_NODE,
    PURPLE,
    RED,
    WAITING_MARK,
    cool,
)
from procmine.core.text.textwidth import wrapped
from procmine.core.text.words import Language, Words, write_number
from procmine.visual.maps.bottleneck_marks import SAMPLE, Marks, marks_of
from procmine.visual.maps.coverage import END, START, Arc, arc_counts, views_of
from procmine.visual.maps.map_caption import Key
from procmine.visual.maps.map_drawing import Face, MapDrawing, Stroke
from procmine.visual.maps.map_looks import placed
from procmine.visual.maps.process_map import ProcessMap, name_of_map, process_map

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog
    from procmine.performance.waiting.bottlenecks import Bottlenecks

METRICS: dict[str, Words] = {
    "all": Words("全部", "All"),
    "kept": Words("符合", "Kept"),
    "skipped": Words("缺失", "Skipped"),
    "added": Words("多余", "Added"),
}
_OPEN = Words("未关闭", "Open")
_MARKED = Words("损失时间最多的三个活动", "the three activities that lose most time")
_COLOURS = {"kept": BLUE, "skipped": RED, "added": ORANGE, "open": MUTED}
_DASHES = {"kept": "", "skipped": "6 4", "added": "9 3 2 3", "open": "1.5 4"}
_SIGNS = {"kept": "", "skipped": "−", "added": "+", "open": "…"}
_NAME_EM, _NAME_LINES = 11.0, 3


@dataclass(frozen=True, repr=False, eq=False)
class StandardMap(ProcessMap):
    """The map of standard and actual flow; its table is the arcs, its part the nodes.

    Attributes
    ----------
    nodes
        What became of each node.
    """

    TITLE: ClassVar[Words] = Words("标准与实际对照图", "Map of standard and actual flow")
    COLUMNS: ClassVar[Mapping[str, Column]] = StandardFlow.COLUMNS

    nodes: StandardNodes | None = field(default=None, kw_only=True)
    n_cases: int = field(default=0, kw_only=True)
    open_cases: OpenCases = field(default="prefix", kw_only=True)

    @property
    def parts(self) -> dict[str, Result]:
        """The nodes."""
        return {} if self.nodes is None else {"nodes": self.nodes}

    @property
    def sentence(self) -> str:
        """What is skipped and added most often, and how to read the map."""
        if self.nodes is None or self.table.empty:
            return ""
        found = []
        for column, words in (("n_skipped", _MOST_SKIPPED), ("n_added", _MOST_ADDED)):
            top = self.nodes.table.sort_values([column, "node"], ascending=[False, True]).iloc[0]
            if top[column]:
                found.append(words.filled(node=top["node"], n=write_number(top[column])).say(self.language))
        said = _READ.filled(n=write_number(self.n_cases), policy=POLICIES[self.open_cases]).say(self.language)
        return said + ("" if self.language == "zh" else " ") + ("" if self.language == "zh" else " ").join(found)


_MOST_SKIPPED = Words("最常缺失的是“{node}”（{n} 次）。", "Most often skipped is “{node}” ({n} times).")
_MOST_ADDED = Words("最常多余的是“{node}”（{n} 次）。", "Most often added is “{node}” ({n} times).")
_READ = Words(
    "{n} 个案例与标准流程对照（{policy}）：实线照标准走，虚线“−”是标准要求而没有走的，点划线“+”是标准之外的。",
    "{n} cases against the standard ({policy}): full lines keep to it, dashed lines “−” were asked for and not taken, "
    "dash-dotted lines “+” are outside it.",
)


def standard_map(
    log: EventLog,
    standard: Standard | Sequence[Standard],
    *,
    open_cases: OpenCases | None = None,
    bottlenecks: Bottlenecks | None = None,
) -> StandardMap:
    """The flow of the standard and the flow of the log on one map; see `conformance.views.standard_flow` for the counts.

    Parameters
    ----------
    bottlenecks
        A ranking whose first three activities get a colour of their own.

    Raises
    ------
    MissingDataError
        If there is no standard.

    Examples
    --------
    >>> import procmine as pm
    >>> standard = pm.six_standard()
    >>> standard_map(pm.six_cases(), standard).parts["nodes"].table.values.tolist()
    [['受理', 6, 0, 0], ['分类', 6, 0, 0], ['处理', 5, 1, 1], ['关闭', 5, 0, 0], ['客户沟通', 0, 0, 2]]
    """
    flow = standard_flow(log, standard, open_cases=open_cases)
    marks = marks_of(bottlenecks) if bottlenecks is not None else None
    title = name_of_map(StandardMap.TITLE, log)
    drawing = _drawn(title, flow, log.language, marks) if flow.ways else None
    return StandardMap.of(
        log, flow.table, drawing=drawing, nodes=flow.nodes, n_cases=flow.n_cases, open_cases=flow.open_cases
    )


def _drawn(title: str, flow: StandardFlow, language: Language, marks: Marks | None) -> MapDrawing:
    done, asked = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for way in flow.ways:
        done[done_path(way)] += way.n_cases
        asked[asked_path(way)] += way.n_cases
    variants, besides = _variants(done), _variants(asked)
    assert flow.nodes is not None  # noqa: S101
    nodes = {row.node: ArcCounts(row.n_kept, row.n_skipped, row.n_added) for row in flow.nodes.table.itertuples()}
    shown = {arc: flow.counts.get(arc, ArcCounts()) for arc in arc_counts((*variants, *besides))}
    counts = {arc: max(one.n, 1) for arc, one in shown.items()}
    arcs = tuple(sorted(counts, key=lambda arc: (-counts[arc], arc)))
    names = tuple(nodes)
    lines = {name: wrapped(name, _NAME_EM, _NAME_LINES) for name in names}
    strokes = _strokes(arcs, shown)
    views = views_of(variants, besides)
    main = next((way for way in flow.ways if not way.is_open), flow.ways[0])
    layouts = {
        (i, j): placed(view, names, arcs, counts, lines, strokes, list(dict.fromkeys(asked_path(main))))
        for i, row in enumerate(views.grid)
        for j, view in enumerate(row)
    }
    return MapDrawing(
        title=title,
        language=language,
        colour="all",
        n_cases=flow.n_cases,
        names=names,
        arcs=arcs,
        lines=lines,
        numbers={name: _label(one) for name, one in nodes.items()},
        faces=_faces(nodes, marks),
        strokes=strokes,
        hovers=_hovers(nodes, shown, language) if marks is None else marks.on_hovers(_hovers(nodes, shown, language)),
        views=views,
        layouts=layouts,
        metrics=METRICS,
        keys=_keys(language, has_marks=marks is not None and bool(marks.nodes)),
    )


def _variants(paths: Counter[tuple[str, ...]]) -> list[Variant]:
    ordered = sorted(paths, key=lambda path: (-paths[path], path))
    return [Variant(i, path, paths[path]) for i, path in enumerate(ordered, 1)]


# ── looks ─────────────────────────────────────────────────────────────────────────────────────────


def _label(one: ArcCounts) -> str:
    """All counts that are not 0, each with its sign; 0 where there are none."""
    return "  ".join(f"{_SIGNS[kind]}{write_number(n)}" for kind in _SIGNS if (n := getattr(one, kind))) or "0"


def _main_kind(one: ArcCounts) -> str:
    """What an arc or a node mostly is."""
    return max(_SIGNS, key=lambda kind: getattr(one, kind))


def _strokes(arcs: Sequence[Arc], counts: Mapping[Arc, ArcCounts]) -> dict[Arc, dict[str, Stroke]]:
    most = max((one.n for one in counts.values()), default=1) or 1

    def stroke(kind: str, n: int, label: str) -> Stroke:
        return Stroke(label, _COLOURS[kind], 1.3 + 4.2 * (n / most) ** 0.5, _DASHES[kind])

    looks = {}
    for arc in arcs:
        one = counts[arc]
        kind = _main_kind(one)
        looks[arc] = {
            "all": stroke(kind, getattr(one, kind), _label(one)) if one.n else Stroke(_label(one), FAINT_ARC, 1.1)
        }
        for metric in ("kept", "skipped", "added"):
            n = getattr(one, metric)
            label = f"{_SIGNS[metric]}{write_number(n)}"
            looks[arc][metric] = stroke(metric, n, label) if n else Stroke("", FAINT_ARC, 1.1)
    return looks


def _faces(nodes: Mapping[str, ArcCounts], marks: Marks | None) -> dict[str, dict[str, Face]]:
    most = max((one.kept for one in nodes.values()), default=1) or 1
    faces = {}
    for name, one in nodes.items():
        kept = Face(cool(0.05 + 0.3 * (one.kept / most) ** 0.7), INK)
        looks = {
            "kept": kept,
            "skipped": Face(PAPER, LEFT_OUT, RED, _DASHES["skipped"]),
            "added": Face(PALE_ORANGE, DARK_ORANGE, ORANGE, _DASHES["added"]),
        }
        plain = Face(PLAIN_NODE, MUTED, FAINT_ARC)
        faces[name] = {"all": looks[_main_kind(one)]}
        faces[name] |= {metric: look if getattr(one, metric) else plain for metric, look in looks.items()}
        if marks is not None and name in marks.nodes:
            faces[name]["all"] = faces[name]["all"]._replace(fill=WAITING_MARK, line=PURPLE)
    return faces


def _hovers(nodes: Mapping[str, ArcCounts], arcs: Mapping[Arc, ArcCounts], language: Language) -> dict[str | Arc, str]:
    def lines(title: str, one: ArcCounts) -> str:
        told = [(METRICS.get(kind, _OPEN), n) for kind in _SIGNS if (n := getattr(one, kind))]
        told = told or [(METRICS["kept"], 0)]
        return "\n".join([title, *(f"{word.say(language)}: {write_number(n)}" for word, n in told)])

    hovers: dict[str | Arc, str] = {mark: name_of(mark, language) for mark in (START, END)}
    hovers |= {name: lines(name, one) for name, one in nodes.items()}
    hovers |= {arc: lines(" → ".join(name_of(end, language) for end in arc), one) for arc, one in arcs.items()}
    return hovers


def _keys(language: Language, *, has_marks: bool) -> tuple[Key, ...]:
    keys = []
    for kind, colour in _COLOURS.items():
        dash = f' stroke-dasharray="{_DASHES[kind]}"' if _DASHES[kind] else ""
        sample = f'<path d="M0 5H42" stroke="{colour}" stroke-width="2.6" fill="none"{dash}/>'
        keys.append(Key(sample, 42, f"{METRICS.get(kind, _OPEN).say(language)} {_SIGNS[kind]}".strip()))
    if has_marks:
        keys.append(Key(SAMPLE, 22, _MARKED.say(language)))
    return tuple(keys)


def overview_map(
    log: EventLog, standard: Sequence[Standard] = (), *, bottlenecks: Bottlenecks | None = None
) -> ProcessMap:
    """The process map of a log, with the standard and the bottlenecks as far as they are given.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.overview_map(pm.six_cases()).title
    '流程图'
    """
    if standard:
        return standard_map(log, standard, bottlenecks=bottlenecks)
    return process_map(log, bottlenecks=bottlenecks)
