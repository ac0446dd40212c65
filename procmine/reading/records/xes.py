"""XES (IEEE 1849) read as a stream: bounded memory, no entities, no network.

One row per event; the trace's attributes stand on each of its events under `case:<key>`. A nested
attribute becomes `parent.child`, a list becomes JSON text.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from lxml import etree

from procmine.core.log.engine import scratch_folder
from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.containers import open_plain, truncated
from procmine.reading.files.raw import RawTable, renamed_note
from procmine.reading.files.row_batches import Batch, name_columns, unified, union_sql, write_batches
from procmine.reading.files.source import ExportFile

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_ROWS_PER_PART = 50_000
_TAIL = 4096
_LISTS = ("list", "container")
_TEXTS = ("string", "date", "id")
_STRUCTURE = ("log", "trace", "event", "extension", "global", "classifier")


def read_xes(backend: Backend, file: ExportFile, number: int) -> RawTable:
    """Load an XES file into the engine as view `raw_<number>`; events are counted from 1.

    Raises
    ------
    ExportError
        If it is not XML, not XES, cut off, or declares a document type.
    """
    events = _Events(file)
    folder = scratch_folder()
    try:
        with open_plain(file.path) as stream:
            parts = list(write_batches(events.batches(stream), folder))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise truncated(file.path) from None
    except etree.XMLSyntaxError as error:
        raise _not_xml(file, error) from None
    if events.n_events == 0:
        raise ExportError(_no_events(file, events.stray))
    kinds = unified(parts)
    names, changed = name_columns(kinds)
    relation = f"raw_{number}"
    backend.con.execute(f"create view {relation} as {union_sql(folder, parts, kinds, names)}")
    return RawTable(
        file=file,
        container="xes",
        relation=relation,
        tables=(),
        columns=names,
        n_rows=events.n_events,
        dates=frozenset(name for name, key in zip(names, kinds, strict=True) if key in events.dates),
        notes=(*events.notes(), *renamed_note(changed)),
    )


def _not_xml(file: ExportFile, error: etree.XMLSyntaxError) -> ExportError:
    if not _has_end(file):
        return truncated(file.path)
    place = f"{file.name}:{error.lineno}" if error.lineno else file.name
    return ExportError(Fault(place, Words("不是正确的 XML", "this is not well-formed XML"), str(error.msg)))


def _has_end(file: ExportFile) -> bool:
    """Whether the last bytes close the log."""
    tail = b""
    with open_plain(file.path) as stream:
        while chunk := stream.read(_TAIL):
            tail = (tail + chunk)[-_TAIL:]
    return b"log>" in tail


class _Events:
    """The events of one file in batches, with a count of what could not be taken."""

    def __init__(self, file: ExportFile) -> None:
        self.file = file
        self.n_events = self.spoilt = self.repeated = self.stray = 0
        self.nested = self.rooted = False
        self.dates: set[str] = set()
        self.kinds: dict[Any, str] = {}
        self.batch = Batch()

    def batches(self, stream: IO[bytes]) -> Iterator[Batch]:
        for _ in self._traces(stream):
            if self.batch.n_rows >= _ROWS_PER_PART:
                yield self._taken()
        if self.batch.n_rows:
            yield self._taken()

    def _taken(self) -> Batch:
        batch, self.batch = self.batch, Batch()
        self.n_events += batch.n_rows
        return batch

    def notes(self) -> Iterator[Note]:
        name = self.file.name
        if self.nested:
            yield Note(code="nested", level="info", facts={"file": name})
        counts = {"spoilt_attributes": self.spoilt, "repeated_keys": self.repeated, "stray_events": self.stray}
        for code, n in counts.items():
            if n:
                yield Note(code=code, level="warning", facts={"file": name, "n": n})

    def _traces(self, stream: IO[bytes]) -> Iterator[None]:
        """Put every trace's events into the batch; yield after each trace."""
        context = etree.iterparse(
            stream,
            events=("start", "end"),
            tag=("{*}log", "{*}trace", "{*}event"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        open_tags: list[str] = []
        first = 0
        for action, element in context:
            tag = element.tag.rpartition("}")[2]
            if action == "start":
                if not open_tags:
                    self._check_root(element, tag)
                open_tags.append(tag)
                if tag == "trace":
                    first = self.batch.n_rows
                continue
            open_tags.pop()
            if tag == "event":
                if open_tags[-1:] == ["trace"]:
                    self._take_all(element, "", 1)
                    self.batch.n_rows += 1
                else:
                    self.stray += 1
                element.clear()
            elif tag == "trace":
                self._take_case(element, first)
                yield
                element.clear()
                _forget_before(element)
        if not self.rooted:
            raise ExportError(_no_log(self.file))

    def _check_root(self, root: etree._Element, tag: str) -> None:
        if root.getroottree().docinfo.internalDTD is not None:
            fault = Words("XES 文件里不允许文档类型声明（DOCTYPE）", "a document type (DOCTYPE) is not allowed in XES")
            raise ExportError(Fault(self.file.name, fault))
        if tag != "log" or root.getparent() is not None:
            raise ExportError(_no_log(self.file))
        self.rooted = True

    def _take_case(self, trace: etree._Element, first: int) -> None:
        n = self.batch.n_rows - first
        if n:
            self.batch.n_rows = first
            self._take_all(trace, "case:", n)
            self.batch.n_rows = first + n

    def _take_all(self, element: etree._Element, prefix: str, n: int) -> None:
        for attribute in element:
            kind = self.kinds.get(attribute.tag)
            if kind is None:
                kind = self._learn(attribute.tag)
            if kind:
                self._take(attribute, kind, prefix, n)

    def _take(self, attribute: etree._Element, kind: str, prefix: str, n: int) -> None:
        key, value = attribute.get("key"), attribute.get("value")
        if not key or (value is None and kind not in _LISTS):
            self.spoilt += 1
            return
        name = prefix + key
        if kind == "date":
            self.dates.add(name)
        if not self.batch.put(name, _read(attribute, kind, value), n):
            self.repeated += 1
        elif len(attribute) and kind not in _LISTS:
            self.nested = True
            self._take_all(attribute, f"{name}.", n)

    def _learn(self, tag: Any) -> str:
        """The kind of attribute a tag stands for; empty for comments and for what is no attribute."""
        name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        self.kinds[tag] = "" if name in _STRUCTURE else name
        return self.kinds[tag]


def _read(attribute: etree._Element, kind: str, value: str | None) -> str | int | float | bool | None:
    if kind in _TEXTS:
        return value
    if kind in _LISTS:
        return json.dumps([_plain(item) for item in attribute], ensure_ascii=False)
    return _value(kind, value or "")


def _no_log(file: ExportFile) -> Fault:
    fault = Words("不是 XES 日志：根元素不是 <log>", "this is no XES log: its root element is not <log>")
    return Fault(file.name, fault)


def _no_events(file: ExportFile, n_stray: int) -> Fault:
    if not n_stray:
        return Fault(file.name, Words("日志中没有事件", "the log holds no events"))
    fault = Words(
        "没有一个事件属于案例：{n} 个 <event> 在任何 <trace> 之外",
        "no event belongs to a case: {n} <event> outside of any <trace>",
    )
    return Fault(file.name, fault.filled(n=n_stray))


def _forget_before(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _value(kind: str, text: str) -> str | int | float | bool:
    """The value of an attribute; one that does not fit its declared type stays text."""
    try:
        if kind == "int":
            number = int(text)
            return number if -(2**63) <= number < 2**63 else text
        if kind == "float":
            return float(text)
    except ValueError:
        return text
    if kind == "boolean" and text.strip().lower() in ("true", "false"):
        return text.strip().lower() == "true"
    return text


def _plain(item: etree._Element) -> dict[str, Any]:
    children = [_plain(child) for child in item]
    key, value = item.get("key"), item.get("value")
    return {"key": key, "value": value, "children": children} if children else {"key": key, "value": value}
