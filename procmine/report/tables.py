"""The numbers of a report as files: one workbook, CSVs, and run.json. Same numbers, same bytes."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from procmine.core.log.export import defused
from procmine.core.text.words import HOURS, Language, Words
from procmine.report.shown import Shown

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_CREATED = datetime(2000, 1, 1)
_MOST_SHEET_ROWS = 1_000_000
_MOST_JSON_ROWS = 1_000
_FORMATS = {
    "count": "#,##0",
    "number": "#,##0.00",
    "share": "0.0%",
    "duration": "#,##0.00",
    "time": "yyyy-mm-dd hh:mm",
    "date": "yyyy-mm-dd",
}
_TOO_LONG = Words("{n} 行，超过工作表上限，仅见 CSV", "{n} rows, too many for a sheet: see the CSV")
_CONTENTS = Words("目录", "Contents")
_CASES = Words("案例", "Cases")


def write_tables(shown: Sequence[Shown], folder: Path, language: Language) -> None:
    """Write `tables.xlsx`, `tables/*.csv` and `cases/*.csv` into a folder."""
    names = csv_names(shown)
    for one in shown:
        if one.missing is None:
            _write_csv(one, folder / names[one.notebook, one.name])
    _write_workbook([one for one in shown if one.missing is None], folder / "tables.xlsx", language)


def csv_names(shown: Sequence[Shown]) -> dict[tuple[str, str], str]:
    """Where the CSV of each result stands in the report, by notebook and name: a place of its own, whatever they are."""
    found: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for one in shown:
        if one.missing is None:
            wanted = _csv_name(one)
            numbered = (f"{wanted.removesuffix('.csv')}_{number}.csv" for number in itertools.count(2))
            free = next(name for name in itertools.chain([wanted], numbered) if name.casefold() not in taken)
            taken.add(free.casefold())
            found[one.notebook, one.name] = free
    return found


def _csv_name(one: Shown) -> str:
    if one.name.endswith(".cases"):
        return f"cases/{one.notebook}_{one.name.removesuffix('.cases')}.csv"
    return f"tables/{one.notebook}_{one.name}.csv"


def plain(table: pd.DataFrame, columns: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """A table in plain values: durations in seconds, times as naive local time; names say so."""
    out = {}
    for name, column in columns.items():
        values = table[name]
        if column["kind"] == "duration":
            out[f"{name}_seconds"] = values.dt.total_seconds()
        elif column["kind"] == "time":
            out[name] = values.dt.tz_localize(None)
        else:
            out[name] = values
    return pd.DataFrame(out)


def _write_csv(one: Shown, path: Path) -> None:
    columns = one.entry["columns"]
    table = plain(one.table(), columns)
    for name, column in columns.items():
        if column["kind"] == "text":
            table[name] = table[name].map(defused, na_action="ignore")
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", date_format="%Y-%m-%d %H:%M:%S")


# ── workbook ──────────────────────────────────────────────────────────────────────────────────────


def _write_workbook(shown: Sequence[Shown], path: Path, language: Language) -> None:
    import xlsxwriter  # only a report writes a workbook

    book = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False, "constant_memory": False},
    )
    book.set_properties({"created": _CREATED})
    contents = book.add_worksheet(_CONTENTS.say(language))
    contents.set_column(0, 0, 34)
    contents.set_column(1, 1, 90)
    names: set[str] = {_CONTENTS.say(language).casefold()}
    written: list[tuple[str, Shown, pd.DataFrame]] = []
    for row, one in enumerate(shown):
        table = one.table()
        contents.write_string(row, 1, one.entry["sentence"])
        same = next((name for name, other, its in written if _is_same(one, other, table, its)), None)
        if same is not None:
            contents.write_url(row, 0, f"internal:'{same}'!A1", string=_label(_title(one), same, language))
            continue
        name = _sheet_name((_title(one), _title(one, shown, language)), names)
        if len(table) > _MOST_SHEET_ROWS:
            contents.write_string(row, 0, f"{name} ({_TOO_LONG.filled(n=len(table)).say(language)})")
            continue
        contents.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        _fill(book, book.add_worksheet(name), table, one.entry["columns"], language)
        written.append((name, one, table))
    book.close()


def _is_same(one: Shown, other: Shown, table: pd.DataFrame, its: pd.DataFrame) -> bool:
    """Whether two results would fill the same sheet."""
    return bool(one.entry["title"] == other.entry["title"] and table.equals(its))


def _label(title: str, same: str, language: Language) -> str:
    """What the contents call a table that stands in the sheet of another page."""
    return (
        title
        if title == same
        else Words("{title}（同 {same}）", "{title} (as {same})").filled(title=title, same=same).say(language)
    )


def _title(one: Shown, among: Sequence[Shown] = (), language: Language = "zh") -> str:
    """A result's page and name; `among` others, a part is named after its whole too."""
    title = one.entry["title"]
    whole, dot, part = one.name.rpartition(".")
    for other in among if dot else ():
        if (other.notebook, other.name) == (one.notebook, whole):
            own = _CASES.say(language) if part == "cases" else title
            title = f"{other.entry['title']} · {own}"
    return f"{one.notebook[:2]} {title}"


def _sheet_name(wanted: Sequence[str], taken: set[str]) -> str:
    """The first name that is free, as a sheet may be called; numbered where none is."""
    bases = ["".join(char for char in name if char not in "[]:*?/\\'")[:31].strip() for name in wanted]
    numbered = (bases[0][: 31 - len(f" {number}")] + f" {number}" for number in itertools.count(2))
    name = next(name for name in itertools.chain(bases, numbered) if name.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _fill(
    book: Workbook, sheet: Worksheet, table: pd.DataFrame, columns: Mapping[str, Mapping[str, str]], language: Language
) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for number, (name, column) in enumerate(columns.items()):
        kind = column["kind"]
        unit = f" ({HOURS.name.say(language)})" if kind == "duration" else ""
        sheet.write_string(0, number, column["label"] + unit, bold)
        sheet.set_column(number, number, 40 if name == "path" else 22 if kind == "text" else 17)
        form = book.add_format({"num_format": _FORMATS[kind]}) if kind in _FORMATS else None
        for row, value in enumerate(table[name], start=1):
            _write_cell(sheet, row, number, value, kind, form)


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any, kind: str, form: Any) -> None:
    if pd.isna(value):
        return
    if kind == "text":
        sheet.write_string(row, column, str(value))
    elif kind == "duration":
        sheet.write_number(row, column, value.total_seconds() / HOURS.seconds, form)
    elif kind in ("time", "date"):
        sheet.write_datetime(row, column, value.to_pydatetime(warn=False).replace(tzinfo=None), form)
    elif kind == "flag":
        sheet.write_boolean(row, column, bool(value))
    else:
        sheet.write_number(row, column, value, form)


# ── run.json ──────────────────────────────────────────────────────────────────────────────────────


def results_json(shown: Sequence[Shown]) -> dict[str, Any]:
    """Every number shown, by notebook and result; a long table is cut and names its CSV."""
    found: dict[str, Any] = {}
    names = csv_names(shown)
    for one in shown:
        found.setdefault(one.notebook, {})[one.name] = _result_json(one, names.get((one.notebook, one.name)))
    return found


def _result_json(one: Shown, csv: str | None) -> dict[str, Any]:
    if one.missing is not None:
        return {"value": None, "reason": one.missing}
    columns = one.entry["columns"]
    table = plain(one.table(), columns)
    rows = table.head(_MOST_JSON_ROWS)
    kinds = {
        f"{name}_seconds" if column["kind"] == "duration" else name: column["kind"] for name, column in columns.items()
    }
    return {
        "title": one.entry["title"],
        "sentence": one.entry["sentence"],
        "scalars": one.entry["scalars"],
        "columns": kinds,
        "n_rows": len(table),
        "csv": csv,
        "rows": [[_json_value(value) for value in row] for row in rows.itertuples(index=False, name=None)],
    }


def _json_value(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.isoformat(" ")
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write JSON that people can read and compare."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False)
    path.write_text(text + "\n", encoding="utf-8")
