"""JSON exports of programs: cases with lists of records, flattened to one row per record.

Numbers keep their digits, names are paths (`a.b`), a list on the way adds its position as `a.#`, and
every other list stays JSON text. What the rows mean is the business of the shapes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from procmine.core.log.engine import scratch_folder
from procmine.core.log.import_report import Note
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.containers import open_plain
from procmine.reading.files.raw import RawTable, renamed_note
from procmine.reading.files.row_batches import Batch, name_columns, unified, union_sql, write_batches
from procmine.reading.files.source import ExportFile
from procmine.reading.profiles.profile import Profile
from procmine.reading.profiles.profile_parts import Records

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_DEEPEST = 20
_ROWS_PER_PART = 20_000
_Row = dict[str, str]


def read_json(backend: Backend, file: ExportFile, profile: Profile | None, number: int) -> RawTable:
    """Load a JSON file, or one JSON object per line, into the engine as view `raw_<number>`.

    Rows are the records that the profile names, counted from 1; a case without any is a row as well.
    Without a profile every object at the top is a row.

    Raises
    ------
    ExportError
        If it is not JSON, holds no cases where the profile seeks them, or is nested too deeply.

    Notes
    -----
    A file that is one document is held in memory as a whole; a file of lines is not.
    """
    cases = _Cases(file, (profile and profile.records) or Records())
    folder = scratch_folder()
    try:
        parts = list(write_batches(cases.batches(), folder))
    except UnicodeDecodeError:
        raise ExportError(Fault(file.name, Words("JSON 文件不是 UTF-8 编码", "the JSON is not UTF-8 text"))) from None
    except RecursionError:
        raise _too_deep(file) from None
    if cases.n_rows == 0:
        fault = Words("文件中没有案例", "the file holds no cases")
        raise ExportError(Fault(file.name, fault, hint=Words("检查 records: cases:", "check records: cases:")))
    kinds = unified(parts)
    names, changed = name_columns(kinds)
    relation = f"raw_{number}"
    backend.con.execute(f"create view {relation} as {union_sql(folder, parts, kinds, names)}")
    notes = (*cases.notes(), *renamed_note(changed))
    return RawTable(file, "json", relation, (), names, cases.n_rows, notes=notes)


class _Cases:
    """The rows of one file in batches, with a count of what was odd."""

    def __init__(self, file: ExportFile, records: Records) -> None:
        self.file, self.records = file, records
        self.n_rows = self.n_bare = self.n_repeated = 0

    def notes(self) -> Iterator[Note]:
        name = self.file.name
        if self.n_bare:
            yield Note(code="case_without_records", level="info", facts={"file": name, "n": self.n_bare})
        if self.n_repeated:
            yield Note(code="repeated_keys", level="warning", facts={"file": name, "n": self.n_repeated})

    def batches(self) -> Iterator[Batch]:
        batch = Batch()
        for case in self._cases():
            for row in self._rows(case):
                for name, value in row.items():
                    batch.put(name, value)
                batch.n_rows += 1
                self.n_rows += 1
            if batch.n_rows >= _ROWS_PER_PART:
                yield batch
                batch = Batch()
        if batch.n_rows:
            yield batch

    def _cases(self) -> Iterator[Mapping[str, Any]]:
        for document in self._documents():
            for top in document if isinstance(document, list) else [document]:
                if not isinstance(top, dict):
                    fault = Words("案例必须是 JSON 对象", "a case must be a JSON object")
                    raise ExportError(Fault(self.file.name, fault, repr(top)[:80]))
                yield from _unwrapped(top, self.records.cases)

    def _documents(self) -> Iterator[Any]:
        with open_plain(self.file.path) as stream:
            first = _first_line(stream)
            if first is None:
                return
            whole = self._parsed(first, 1, last=False)
            if whole is None:
                yield self._parsed(first + stream.read(), 1, last=True)
                return
            yield whole
            for number, line in enumerate(stream, 2):
                if line.strip():
                    yield self._parsed(line, number, last=True)

    def _parsed(self, text: bytes, line: int, *, last: bool) -> Any:
        """The document, or None if the first line alone is none; lines do not end inside of one."""
        try:
            return json.loads(
                text.decode("utf-8-sig").rstrip(), parse_float=str, parse_int=str, object_pairs_hook=self._once
            )
        except json.JSONDecodeError as error:
            if not last:
                return None
            place = f"{self.file.name}:{line + error.lineno - 1}"
            raise ExportError(
                Fault(place, Words("不是正确的 JSON", "this is not well-formed JSON"), error.msg)
            ) from None

    def _once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            found.setdefault(key, value)
        self.n_repeated += len(pairs) - len(found)
        return found

    def _rows(self, case: Mapping[str, Any]) -> Iterator[_Row]:
        path = next((at for at in self.records.at if _list_at(case, at)), None)
        if path is None:
            self.n_bare += bool(self.records.at)
            yield self._flat(case, "")
            return
        tables = {join.at: _by_key(_list_at(case, join.at), join.key) for join in self.records.joins}
        for row in self._along(case, path.split("."), ""):
            for join in self.records.joins:
                item = tables[join.at].get(row.get(join.on, ""))
                for column, field in join.take.items():
                    if item is not None and item.get(field) is not None:
                        row[column] = _text(item[field])
            yield row

    def _along(self, node: Mapping[str, Any], path: list[str], prefix: str) -> Iterator[_Row]:
        """The rows below a node: its own values stand on each of them."""
        if not path:
            yield self._flat(node, prefix)
            return
        here, name = path[0], f"{prefix}{path[0]}"
        own = self._flat({key: value for key, value in node.items() if key != here}, prefix)
        inner = node.get(here)
        items = inner if isinstance(inner, list) else [inner]
        for i, item in enumerate(items, 1):
            place = {f"{name}.#": str(i)} if isinstance(inner, list) else {}
            for row in self._along(item if isinstance(item, dict) else {}, path[1:], f"{name}."):
                yield {**own, **place, **row}

    def _flat(self, node: Mapping[str, Any], prefix: str, depth: int = 0) -> _Row:
        if depth > _DEEPEST:
            raise _too_deep(self.file)
        row: _Row = {}
        for key, value in node.items():
            if isinstance(value, dict):
                row |= self._flat(value, f"{prefix}{key}.", depth + 1)
            elif value is not None:
                row[f"{prefix}{key}"] = _text(value)
        return row


def _first_line(stream: IO[bytes]) -> bytes | None:
    """The first line that is not blank, with the blank ones before it."""
    head = b""
    for line in stream:
        head += line
        if line.strip(b"\xef\xbb\xbf \t\r\n"):
            return head
    return None


def _unwrapped(top: Mapping[str, Any], paths: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """The cases inside an envelope; without one the object is the case itself."""
    for path in paths:
        found = _list_at(top, path)
        if found:
            yield from found
            return
    yield top


def _list_at(node: Any, path: str) -> list[Mapping[str, Any]]:
    """All objects that a path leads to, through lists."""
    nodes = [node]
    for name in path.split("."):
        reached = [one[name] for one in nodes if isinstance(one, dict) and one.get(name) is not None]
        nodes = [item for one in reached for item in (one if isinstance(one, list) else [one])]
    return [one for one in nodes if isinstance(one, dict)]


def _by_key(items: Iterable[Mapping[str, Any]], key: str) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for item in items:
        if item.get(key) is not None:
            found.setdefault(_text(item[key]), item)
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _too_deep(file: ExportFile) -> ExportError:
    fault = Words("JSON 嵌套超过 {n} 层", "the JSON is nested deeper than {n} levels").filled(n=_DEEPEST)
    return ExportError(Fault(file.name, fault))
