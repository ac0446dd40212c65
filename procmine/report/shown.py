"""What a notebook shows is what its report keeps: `show` runs an analysis and remembers the result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast, overload

import pandas as pd

from procmine.core.html.places import PAGE, Displayed
from procmine.core.result.result import MissingDataCard, Result, attempt
from procmine.core.text.errors import ProcmineError
from procmine.core.text.words import Language

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

P = ParamSpec("P")
R = TypeVar("R", bound=Result)

FAULT = "fault.txt"
"""What an error of procmine said, in the folder of what a notebook showed."""

INDEX = "index.json"
"""What a notebook showed, in order: written at its end."""

_remembered: dict[str, Result | MissingDataCard] = {}


@overload
def show(shown: R) -> R: ...
@overload
def show(
    shown: Callable[Concatenate[EventLog, P], R], log: EventLog, *args: P.args, **kwargs: P.kwargs
) -> R | MissingDataCard: ...
def show(shown: Any, log: EventLog | None = None, *args: Any, **kwargs: Any) -> Any:
    """Show a result in a notebook, or run an analysis of a log for it.

    Parameters
    ----------
    shown
        A result – or an analysis, with the log and what else it takes behind it: then a log that lacks what the
        analysis needs ends no report.

    Returns
    -------
    Result or MissingDataCard
        The result, or – only where the log does not hold what the analysis needs, or does not know a
        name – a card that says what to mend and where. A report writes each of them to its tables and
        to run.json.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.show(pm.variants, pm.six_cases())
    <Variants: 5 rows; use .table>
    >>> pm.show(pm.variants(pm.six_cases()))
    <Variants: 5 rows; use .table>
    """
    if isinstance(shown, (Result, MissingDataCard)):
        found, said = shown, re.sub(r"(?<!^)(?=[A-Z])", "_", type(shown).__name__).lower()
    else:
        found, said = attempt(shown, cast("EventLog", log), *args, **kwargs), getattr(shown, "__name__", "")
    # An analysis of one's own may be a lambda, or none that has a name.
    own = re.sub(r"\W+", "_", said).strip("_") or "result"
    name, number = own, 2
    while name in _remembered:
        name, number = f"{own}_{number}", number + 1
    _remembered[name] = found
    return found


def speak_to_pages(folder: str | Path, language: Language) -> None:
    """In the session that a report runs: results are shown as on its pages, and errors are kept for it in words.

    What a page before defined, showed or set is gone: pages share a session, not names.
    """
    from IPython import get_ipython  # outside of a notebook there is no IPython to ask

    shell = get_ipython()
    shell.reset(new_session=True)
    _remembered.clear()
    shell.display_formatter.formatters["text/html"].for_type(Displayed, lambda one: one.html_in(PAGE))

    def told(shell: Any, kind: type[ProcmineError], error: ProcmineError, trace: object, **_: object) -> None:
        said = error.say(language)
        (Path(folder) / FAULT).write_text(said, encoding="utf-8")
        error._render_traceback_ = said.splitlines  # type: ignore[method-assign]  # the report's language, not the log's
        shell.showtraceback((kind, error, trace))

    shell.set_custom_exc((ProcmineError,), told)


def write_shown(folder: str | Path) -> None:
    """Write everything shown in this session into a folder, for the report that runs the notebook."""
    folder = Path(folder)
    index = []
    for name, found in _remembered.items():
        if isinstance(found, MissingDataCard):
            index.append({"name": name, "missing": found.error.say(found.language)})
            continue
        index.append(_written(folder, name, found))
        index += [_written(folder, f"{name}.{part}", result) for part, result in found.parts.items()]
    (folder / INDEX).write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def plain_scalars(scalars: Mapping[str, Any]) -> dict[str, Any]:
    """Single numbers as JSON can hold them: durations in seconds, and their names say so.

    Examples
    --------
    >>> plain_scalars({"waiting": timedelta(minutes=2), "n": 3})
    {'waiting_seconds': 120.0, 'n': 3}
    """
    return {
        f"{name}_seconds" if isinstance(value, timedelta) else name: value.total_seconds()
        if isinstance(value, timedelta)
        else value
        for name, value in scalars.items()
    }


def _written(folder: Path, name: str, result: Result) -> dict[str, Any]:
    result.table.to_parquet(folder / f"{name}.parquet", index=False)
    return {
        "name": name,
        "title": result.title,
        "sentence": result.sentence,
        "scalars": plain_scalars(result.scalars),
        "columns": {
            key: {"kind": column.kind, "label": column.label.say(result.language)}
            for key, column in result.COLUMNS.items()
        },
    }


@dataclass(frozen=True)
class Shown:
    """One result of a notebook, read back."""

    notebook: str
    name: str
    entry: dict[str, Any]
    folder: Path

    @property
    def missing(self) -> str | None:
        """Why there is no result, if there is none."""
        missing: str | None = self.entry.get("missing")
        return missing

    def table(self) -> Any:
        """The table of the result."""
        return pd.read_parquet(self.folder / f"{self.entry['name']}.parquet")


def read_shown(notebook: str, folder: Path) -> list[Shown]:
    """The results that a notebook wrote, in the order it showed them, each before its parts."""
    path = folder / INDEX
    if not path.exists():
        return []
    entries = json.loads(path.read_text(encoding="utf-8"))
    return [Shown(notebook, entry["name"], entry, folder) for entry in entries]
