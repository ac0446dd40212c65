"""The engine: one Ibis backend that holds the tables. DuckDB inside the process unless told otherwise."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pydantic import Field

from procmine.core.text.errors import UnknownNameError
from procmine.core.text.spec import Spec
from procmine.core.text.words import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa
    from ibis.backends import BaseBackend
    from ibis.backends.duckdb import Backend as DuckDBBackend


class EngineSpec(Spec):
    """Which engine holds the tables, and how much of the machine it may take."""

    backend: str = Field("duckdb", description="the name of an Ibis backend; duckdb needs no server")
    memory_limit: str | None = Field(
        None, description='memory of the engine, for example "4GB"; it spills to disk beyond'
    )
    threads: int | None = Field(None, ge=1, description="threads of the engine; all cores when left out")
    options: dict[str, str] = Field(default_factory=dict, description="what the backend's connect() takes besides")

    def connect(self) -> BaseBackend:
        """A new connection.

        Raises
        ------
        UnknownNameError
            If Ibis has no backend of this name.
        """
        import ibis  # project.yml is read, and its schema printed, without an engine

        if self.backend == "duckdb":
            return ibis.duckdb.connect(**self._duckdb_config())
        backends = sorted(entry.name for entry in ibis.util.backend_entry_points())
        if self.backend not in backends:
            raise UnknownNameError.among(Words("引擎", "engine"), [self.backend], backends, "engine")
        backend: BaseBackend = getattr(ibis, self.backend).connect(**self.options)
        return backend

    def _duckdb_config(self) -> dict[str, Any]:
        config: dict[str, Any] = {"temp_directory": str(scratch_folder()), "autoinstall_known_extensions": False}
        if self.memory_limit is not None:
            config["memory_limit"] = self.memory_limit
        if self.threads is not None:
            config["threads"] = self.threads
        return config | self.options


def connected(spec: EngineSpec) -> BaseBackend:
    """The connection of this process for a spec: logs on one connection can be joined."""
    return _connected(spec.model_dump_json())


@functools.cache
def _connected(spec: str) -> BaseBackend:
    return EngineSpec.model_validate_json(spec).connect()


_opened: WeakKeyDictionary[BaseBackend, dict[tuple[str, int, int], ir.Table]] = WeakKeyDictionary()


def open_parquet(backend: BaseBackend, path: Path) -> ir.Table:
    """A Parquet file as a table: the same table each time, so that what was worked out of it is found again."""
    stat = path.stat()
    tables, key = _opened.setdefault(backend, {}), (str(path), stat.st_mtime_ns, stat.st_size)
    if key not in tables:
        tables[key] = backend.read_parquet(str(path))
    return tables[key]


_parent: ContextVar[Path | None] = ContextVar("_parent", default=None)


def scratch_folder() -> Path:
    """A new empty folder that lives as long as the work it was made in: a workbench, else this process."""
    return Path(tempfile.mkdtemp(dir=_parent.get() or _process_folder()))


@functools.cache
def _process_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="procmine-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def workbench(spec: EngineSpec | None = None) -> Iterator[DuckDBBackend]:
    """A private DuckDB for the length of one import; whatever it and its files held is gone afterwards."""
    limits = (spec or EngineSpec()).model_dump(include={"memory_limit", "threads"})
    folder = scratch_folder()
    outside = _parent.set(folder)
    try:
        backend = EngineSpec(**limits).connect()
        try:
            yield backend
        finally:
            backend.disconnect()
    finally:
        _parent.reset(outside)
        shutil.rmtree(folder, ignore_errors=True)


def fetch(expression: ir.Table) -> pd.DataFrame:
    """Run an expression and bring its (small) answer into pandas; the one way out of the engine."""
    frame: pd.DataFrame = expression.to_pyarrow().to_pandas()
    return frame


def fetch_in_order(expression: ir.Table, *keys: str) -> pa.Table:
    """Bring rows into Arrow, ordered by columns of integers without nulls.

    Events are stored in order and an engine that keeps it need not sort; where rows do not come in order,
    it is asked to.
    """
    import numpy as np  # as above

    found: pa.Table = expression.to_pyarrow()
    ties = np.ones(max(found.num_rows - 1, 0), bool)
    for key in keys:
        values = found[key].to_numpy()
        if (ties & (values[1:] < values[:-1])).any():
            return expression.order_by(*keys).to_pyarrow()
        ties &= values[1:] == values[:-1]
    return found


def quoted(name: str) -> str:
    """A column or table name as an SQL identifier.

    Examples
    --------
    >>> quoted("合计")
    '"合计"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted_list(names: Iterable[str]) -> str:
    """Identifiers, comma by comma."""
    return ", ".join(quoted(name) for name in names)


def trimmed(text: str) -> str:
    """A text expression without the blanks around it: tabs, line ends, full-width and hard blanks too."""
    return f"trim({text}, {' || '.join(_BLANKS)})"


_BLANKS = ("chr(32)", "chr(9)", "chr(10)", "chr(13)", "chr(160)", "chr(12288)")


def has_blanks(text: str) -> str:
    """Whether `trimmed` would change a text expression; much cheaper than trimming it."""
    ends = " or ".join(f"suffix({text}, {blank})" for blank in _BLANKS)
    starts = " or ".join(f"prefix({text}, {blank})" for blank in _BLANKS[-2:])
    return f"({text} < '!' or {ends} or {starts})"
