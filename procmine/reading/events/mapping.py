"""Which column of an export is which: what the project says, else the standard names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procmine.core.log.columns import LABELS, MAPPABLE, REQUIRED, RESERVED, distinct_name
from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.source import Source
from procmine.reading.profiles.usual_names import USUAL_NAMES, likeliest


@dataclass(frozen=True)
class ColumnMap:
    """How the columns of one file are understood.

    Attributes
    ----------
    canonical
        Canonical column to the file's column.
    attributes
        Name of the attribute in the log to the file's column: everything that is not canonical.
    """

    canonical: dict[str, str]
    attributes: dict[str, str]
    renamed: tuple[str, ...]


def map_columns(names: Sequence[str], source: Source, attributes: Mapping[str, str], file: str) -> ColumnMap:
    """Decide what every column of a file is.

    Parameters
    ----------
    names
        The file's columns.
    attributes
        The project's names for attributes, each with its column in the exports.

    Raises
    ------
    ExportError
        If a required column, or one that the project names, is not there; every fault at once, each
        with the columns found, the nearest name and the fix.
    """
    declared = {name: column for name, column in source.columns.items() if column is not None}
    canonical = {name: column for name, column in declared.items() if column in names}
    for name, usual in MAPPABLE.items():
        if name not in source.columns:
            found = next((column for column in usual if column in names), None)
            if found is not None and found not in canonical.values():
                canonical[name] = found
    free = [column for column in names if column not in canonical.values()]
    absent = {name: column for name, column in declared.items() if column not in names}
    faults = [_absent(name, column, names, free, file) for name, column in absent.items()]
    missing = [name for name in REQUIRED if name not in canonical and name not in declared]
    faults += [_missing(name, names, free, file) for name in missing]
    if faults:
        raise ExportError(*faults)
    return _with_attributes(names, canonical, attributes)


def _with_attributes(names: Sequence[str], canonical: dict[str, str], attributes: Mapping[str, str]) -> ColumnMap:
    standard = {column: name for name, column in attributes.items()}
    taken: list[str] = sorted(RESERVED)
    found: dict[str, str] = {}
    renamed = []
    for column in names:
        if column in canonical.values():
            continue
        wanted = standard.get(column) or column.removeprefix("case:")
        name = distinct_name(wanted, [*taken, *found])
        if name != wanted:
            renamed.append(name)
        found[name] = column
    return ColumnMap(canonical, found, tuple(renamed))


def _listed(names: Sequence[str]) -> Words:
    shown = ", ".join(names[:40]) + (" …" if len(names) > 40 else "")
    return Words("已有的列：{names}", "columns found: {names}").filled(names=shown)


def _absent(name: str, column: str, names: Sequence[str], free: Sequence[str], file: str) -> Fault:
    fault = Words("没有列“{column}”（映射为 {name}）", "there is no column {column!r} (mapped as {name})").filled(
        column=column, name=name
    )
    near = likeliest(name, [column], free)
    hint = "" if near is None else _fix(name, near)
    return Fault(file, fault, _listed(names), hint)


def _missing(name: str, names: Sequence[str], free: Sequence[str], file: str) -> Fault:
    fault = Words("缺少{label}列（{name}）", "the column for {label} ({name}) is missing").filled(
        label=LABELS[name], name=name
    )
    near = likeliest(name, USUAL_NAMES[name][:1], free)
    return Fault(file, fault, _listed(names), _fix(name, near or "…"))


def _fix(name: str, column: str) -> Words:
    line = f"columns: {{{name}: {column}}}"
    return Words("在 project.yml 的 sources: 中写 {line}", "write {line} in project.yml under sources:").filled(
        line=line
    )
