"""BPMN 2.0 files as graphs: tasks, exclusive and parallel gateways, start and end; anything else is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from procmine.core.nets.bpmn import BpmnGraph, Kind, Lane, Node
from procmine.core.nets.bpmn_xml import MODEL
from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.words import Words

MOST_NODES = 1_000
_MOST_BYTES = 20_000_000

_TASKS = {"task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"}
_GATEWAYS: dict[str, Kind] = {"exclusiveGateway": "exclusive", "parallelGateway": "parallel"}
_SILENT_DETAILS = {
    "laneSet", "textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference",
    "documentation", "extensionElements", "ioSpecification", "property", "auditing", "monitoring", "category",
}  # fmt: skip
_NOT_SUPPORTED: dict[str, Words] = {
    "subProcess": Words("子流程", "sub-process"),
    "adHocSubProcess": Words("即席子流程", "ad-hoc sub-process"),
    "transaction": Words("事务子流程", "transaction"),
    "callActivity": Words("调用活动", "call activity"),
    "inclusiveGateway": Words("包容网关", "inclusive gateway"),
    "eventBasedGateway": Words("事件网关", "event-based gateway"),
    "complexGateway": Words("复杂网关", "complex gateway"),
    "intermediateCatchEvent": Words("中间事件", "intermediate event"),
    "intermediateThrowEvent": Words("中间事件", "intermediate event"),
    "boundaryEvent": Words("边界事件", "boundary event"),
    "messageFlow": Words("消息流", "message flow"),
}
_ABRUPT_ENDS = ("terminate", "error", "escalation", "cancel", "compensate")
_MARKERS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_SUPPORTED = Words(
    "支持：任务、排他网关、并行网关、开始、结束、顺序流、泳道",
    "supported: tasks, exclusive and parallel gateways, start, end, sequence flows, lanes",
)


class BpmnProcess(NamedTuple):
    """A process read from a file.

    Attributes
    ----------
    graph
        Its flow; lanes only where the file has them.
    name
        What it is called; empty where it has no name.
    told
        Name of a node in the graph: how the file calls it, and its place there.
    """

    graph: BpmnGraph
    name: str
    told: dict[str, tuple[str, str]]


def read_bpmn(path: Path) -> BpmnProcess:
    """Read the one process of a BPMN 2.0 file.

    Raises
    ------
    SpecError
        If there is no such file, it is no BPMN, or it holds what is not supported: all such elements at once.
    """
    root = _root(path)
    reading = _Reading(path.name, root)
    faults = list(reading.faults())
    if faults:
        raise SpecError(*faults)
    return reading.process()


def _root(path: Path) -> etree._Element:
    """The root of an XML file; entities, document types and the network are left alone."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
        raise SpecError(
            Fault(str(path), Words("找不到文件，或无法读取", "there is no such file, or it may not be read"))
        ) from None
    if len(content) > _MOST_BYTES:
        raise SpecError(Fault(path.name, Words("文件过大", "the file is too large")))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        fault = Words("不是 XML：{said}", "this is no XML: {said}").filled(said=error.msg)
        raise SpecError(Fault(path.name, fault)) from None
    if root.getroottree().docinfo.doctype:
        raise SpecError(Fault(path.name, Words("含有 DOCTYPE，不予读取", "it has a DOCTYPE, which is not read")))
    if root.tag != f"{{{MODEL}}}definitions":
        fault = Words("不是 BPMN 2.0 文件", "this is no BPMN 2.0 file")
        raise SpecError(Fault(path.name, fault, Words("根元素：{tag}", "root element: {tag}").filled(tag=root.tag)))
    return root


def _kind(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


class _Reading:
    def __init__(self, file: str, root: etree._Element) -> None:
        self.file, self.root = file, root
        self.processes = [one for one in root.iterchildren(f"{{{MODEL}}}process") if len(one)]
        self.elements = [one for process in self.processes for one in process if _is_model(one)]
        self.flows = [one for one in self.elements if _kind(one) == "sequenceFlow"]
        self.ways_in: dict[str, int] = {}
        self.ways_out: dict[str, int] = {}
        for flow in self.flows:
            self.ways_out[flow.get("sourceRef", "")] = self.ways_out.get(flow.get("sourceRef", ""), 0) + 1
            self.ways_in[flow.get("targetRef", "")] = self.ways_in.get(flow.get("targetRef", ""), 0) + 1
        self.nodes = [one for one in self.elements if self._node_kind(one) is not None]

    def _place(self, element: etree._Element) -> str:
        return f"{self.file}:{element.sourceline}"

    def _node_kind(self, element: etree._Element) -> Kind | None:
        kind = _kind(element)
        if kind in _TASKS:
            return "task"
        if kind in ("startEvent", "endEvent"):
            return "start" if kind == "startEvent" else "end"
        if kind == "inclusiveGateway" and self._is_passed(element):
            return "exclusive"
        return _GATEWAYS.get(kind)

    def _is_passed(self, element: etree._Element) -> bool:
        """Whether one way at most leads in and one out, so that the kind of gateway does not matter."""
        name = element.get("id", "")
        return self.ways_in.get(name, 0) <= 1 and self.ways_out.get(name, 0) <= 1

    # ── what is not supported ─────────────────────────────────────────────────────────────────

    def faults(self) -> Iterator[Fault]:
        """Everything in the file that cannot be read."""
        if len(self.processes) != 1:
            said = Words(
                "文件中有 {n} 个流程（泳池），只能是一个", "the file has {n} processes (pools), and can have one only"
            )
            names = ", ".join(one.get("name") or one.get("id", "") for one in self.processes)
            yield Fault(
                self.file,
                said.filled(n=len(self.processes)),
                names,
                Words("每个流程存成单独的文件", "save each process as a file of its own"),
            )
            return
        if len(self.nodes) > MOST_NODES:
            yield Fault(
                self.file, Words("元素过多（上限 {n}）", "too many elements (at most {n})").filled(n=MOST_NODES)
            )
            return
        for element in [*self.root.iter(f"{{{MODEL}}}messageFlow"), *self.elements]:
            yield from self._unsupported(element)
        yield from self._astray()

    def _unsupported(self, element: etree._Element) -> Iterator[Fault]:
        kind, node_kind = _kind(element), self._node_kind(element)
        if node_kind is None and kind not in (_SILENT_DETAILS | {"sequenceFlow"}):
            what = _NOT_SUPPORTED.get(kind, Words(kind, kind))
            yield self._fault(
                element,
                Words("不支持{what}“{name}”", "a {what} ({name!r}) is not supported").filled(
                    what=what, name=_called(element)
                ),
            )
        if node_kind == "task" and not _label(element):
            yield self._fault(element, Words("任务没有名称", "a task has no name"), Words("给它命名", "name it"))
        for marker in _MARKERS:
            if element.find(f"{{{MODEL}}}{marker}") is not None:
                said = Words(
                    "任务“{name}”带循环标记，不支持", "the task {name!r} has a loop marker, which is not supported"
                )
                hint = Words("用排他网关画出返回", "draw the way back with exclusive gateways")
                yield self._fault(element, said.filled(name=_called(element)), hint)
        abrupt = [name for name in _ABRUPT_ENDS if element.find(f"{{{MODEL}}}{name}EventDefinition") is not None]
        if node_kind == "end" and abrupt:
            said = Words(
                "不支持结束事件“{name}”的类型 {kind}",
                "the end event {name!r} is of kind {kind}, which is not supported",
            )
            yield self._fault(element, said.filled(name=_called(element), kind=abrupt[0]))
        conditional = element.find(f"{{{MODEL}}}conditionExpression") is not None
        if kind == "sequenceFlow" and conditional and element.get("sourceRef") in self._tasks():
            said = Words(
                "顺序流“{name}”从任务带条件出发，不支持",
                "the flow {name!r} leaves a task under a condition, which is not supported",
            )
            hint = Words("在任务后加排他网关", "put an exclusive gateway behind the task")
            yield self._fault(element, said.filled(name=_called(element)), hint)

    def _tasks(self) -> set[str | None]:
        return {one.get("id") for one in self.nodes if self._node_kind(one) == "task"}

    def _fault(self, element: etree._Element, fault: Words, hint: Words | str = "") -> Fault:
        return Fault(self._place(element), fault, _SUPPORTED if not hint else "", hint)

    def _astray(self) -> Iterator[Fault]:
        """Flows that lead to nothing, and nodes that no case can come to or from which none can end."""
        known = {one.get("id"): one for one in self.nodes}
        for flow in self.flows:
            missing = [flow.get(end) for end in ("sourceRef", "targetRef") if flow.get(end) not in known]
            if missing and all(one.get("id") not in missing for one in self.elements):
                said = Words(
                    "顺序流“{name}”连到不存在的元素", "the flow {name!r} is tied to an element that is not there"
                )
                yield Fault(self._place(flow), said.filled(name=_called(flow)), ", ".join(map(str, missing)))
        for kind, said in (
            ("start", Words("没有开始事件", "there is no start event")),
            ("end", Words("没有结束事件", "there is no end event")),
        ):
            if all(self._node_kind(one) != kind for one in self.nodes):
                yield Fault(self._place(self.processes[0]), said)
                return
        onward = self._reached("start", "sourceRef", "targetRef")
        backward = self._reached("end", "targetRef", "sourceRef")
        for name, element in known.items():
            if name not in onward:
                said = Words("从开始到不了“{name}”", "no way leads from the start to {name!r}")
            elif name not in backward:
                said = Words("从“{name}”到不了结束", "no way leads from {name!r} to an end")
            else:
                continue
            yield Fault(
                self._place(element),
                said.filled(name=_called(element)),
                "",
                Words("用顺序流连接", "connect it with sequence flows"),
            )

    def _reached(self, kind: str, tail: str, head: str) -> set[str | None]:
        ahead: dict[str | None, list[str | None]] = {}
        for flow in self.flows:
            ahead.setdefault(flow.get(tail), []).append(flow.get(head))
        todo = [one.get("id") for one in self.nodes if self._node_kind(one) == kind]
        found: set[str | None] = set(todo)
        for name in todo:
            new = [other for other in ahead.get(name, []) if other not in found]
            found.update(new)
            todo += new
        return found

    # ── the graph ─────────────────────────────────────────────────────────────────────────────

    def process(self) -> BpmnProcess:
        """The process, its start and end events each made one."""
        starts = [one for one in self.nodes if self._node_kind(one) == "start"]
        nodes, number, told = [Node("n0", "start")], {}, {}
        flows: list[tuple[str, str]] = []
        if len(starts) > 1:  # each begins a case of its own: an exclusive choice
            nodes.append(Node("n1", "exclusive"))
            flows.append(("n0", "n1"))
        for element in self.nodes:
            kind = self._node_kind(element)
            if kind == "end" or kind is None or (kind == "start" and len(starts) == 1):
                number[element.get("id")] = "n0" if kind == "start" else "end"
                continue
            name = f"n{len(nodes)}"
            number[element.get("id")], told[name] = name, (_called(element), self._place(element))
            nodes.append(Node(name, "task" if kind == "start" else kind, _label(element) if kind == "task" else ""))
            flows += [("n1", name)] if kind == "start" else []
        end = f"n{len(nodes)}"
        nodes.append(Node(end, "end"))
        told[end] = ("end", self.file)
        ids = {key: end if value == "end" else value for key, value in number.items()}
        flows += [(ids[flow.get("sourceRef")], ids[flow.get("targetRef")]) for flow in self.flows]
        (process,) = self.processes
        return BpmnProcess(
            BpmnGraph(tuple(nodes), tuple(flows), self._lanes(ids)), (process.get("name") or "").strip(), told
        )

    def _lanes(self, ids: dict[str | None, str]) -> tuple[Lane, ...]:
        lanes = []
        for lane in self.processes[0].iter(f"{{{MODEL}}}lane"):
            members = [(one.text or "").strip() for one in lane.iterchildren(f"{{{MODEL}}}flowNodeRef")]
            known = tuple(ids[name] for name in members if name in ids)
            if known and _label(lane):
                lanes.append(Lane(_label(lane), known))
        return tuple(lanes)


def _is_model(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).namespace == MODEL


def _label(element: etree._Element) -> str:
    """Its name on one line."""
    return " ".join((element.get("name") or "").split())


def _called(element: etree._Element) -> str:
    return _label(element) or element.get("id", "")
