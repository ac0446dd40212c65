"""A log as XES (IEEE 1849), written case by case."""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from procmine.core.log.export import flat_events
from procmine.core.text.written_files import written_aside

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_KEYS = {"activity": "concept:name", "resource": "org:resource", "role": "org:role", "group": "org:group"}
_INTERNAL = ("case_id", "position", "timestamp", "start", "sequence", "is_system", "source_file", "source_row")
_EXTENSIONS = ("Concept", "Time", "Organizational", "Lifecycle")
_PREFIX = {"Organizational": "org"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Moment(NamedTuple):
    time: datetime
    transition: str
    row: dict[str, Any]


def to_xes(log: EventLog, path: str | Path) -> None:
    """Write the log as XES (IEEE 1849); compressed when the path ends in `.xes.gz`.

    An event with a start becomes two events, `start` and `complete`, tied together by
    `concept:instance`. Characters that XML cannot hold become U+FFFD.
    """
    with written_aside(Path(path), (".xes", ".xes.gz")) as aside:
        _write(log, aside, compressed=str(path).lower().endswith(".gz"))


def _write(log: EventLog, path: Path, *, compressed: bool) -> None:
    """Write a log as XES to `path`."""
    case_attributes = [name for name in log.case_attributes if name not in log.event_attributes]
    table = flat_events(log)
    rows = (row for batch in table.to_pyarrow_batches(chunk_size=50_000) for row in batch.to_pylist())
    target: Any = gzip.GzipFile(path, "wb", mtime=0) if compressed else path.open("wb")
    with target as file, etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("log", {"xes.version": "1849-2016", "xes.features": ""}):
            for name in _EXTENSIONS:
                prefix = _PREFIX.get(name, name.lower())
                uri = f"http://www.xes-standard.org/{prefix}.xesext"
                xml.write(etree.Element("extension", name=name, prefix=prefix, uri=uri))
            for case_id, events in itertools.groupby(rows, itemgetter("case_id")):
                xml.write(_trace(case_id, list(events), case_attributes))


def _trace(case_id: str, events: list[dict[str, Any]], case_attributes: list[str]) -> etree._Element:
    trace = etree.Element("trace")
    _add(trace, "concept:name", case_id)
    for name in case_attributes:
        _add(trace, name, events[0][name])
    for moment in sorted(_moments(events), key=lambda moment: moment.time):
        event = etree.SubElement(trace, "event")
        _add(event, "time:timestamp", moment.time)
        _add(event, "lifecycle:transition", moment.transition)
        if moment.row.get("start") is not None:
            _add(event, "concept:instance", str(moment.row["position"]))
        for name, value in moment.row.items():
            if name not in _INTERNAL and name not in case_attributes:
                _add(event, _KEYS.get(name, name), value)
    return trace


def _moments(events: list[dict[str, Any]]) -> Iterator[_Moment]:
    for row in events:
        if row.get("start") is not None:
            yield _Moment(row["start"], "start", row)
        yield _Moment(row["timestamp"], "complete", row)


def _add(parent: etree._Element, key: str, value: object) -> None:
    if value is None:
        return
    kind, text = _written(value)
    etree.SubElement(parent, kind, key=_NOT_XML.sub("\ufffd", key), value=_NOT_XML.sub("\ufffd", text))


def _written(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, int):
        return "int", str(value)
    if isinstance(value, float):
        return "float", repr(value)
    if isinstance(value, datetime):
        return "date", value.replace(tzinfo=UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return "date", datetime(value.year, value.month, value.day, tzinfo=UTC).isoformat()
    return "string", str(value)
