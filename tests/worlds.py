"""The sample worlds in tests: simulated once, written, read, and compared with what is true of them."""

from __future__ import annotations

import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import procmine as pm
from procmine.samples.bundled import sample_project
from procmine.samples.worlds import WORLDS


@cache
def simulated(name: str) -> Any:
    """A world of its usual size, with the files it exports."""
    world = WORLDS[name]()
    world.simulate()
    world.files = dict(world.exports())
    return world


@cache
def read(name: str) -> Any:
    """The log of the committed exports of a world."""
    return pm.open_project(sample_project(name)).read()


def read_files(name: str, files: dict[str, bytes], folder: Path) -> Any:
    """The log that a world's project.yml makes of some exports."""
    (folder / "exports").mkdir(parents=True)
    for file, content in files.items():
        (folder / "exports" / file).write_bytes(content)
    shutil.copyfile(sample_project(name) / "project.yml", folder / "project.yml")
    return pm.open_project(folder).read()


def told(log: Any) -> Counter[tuple[Any, ...]]:
    """The events of a log as a multiset: case, activity, completed, started, arrived (local), resource."""
    frame = log.to_pandas()
    times = [
        frame[name].dt.tz_localize(None) if name in frame.columns else pd.Series(pd.NaT, index=frame.index)
        for name in ("timestamp", "start", "enabled")
    ]
    columns = [frame["case_id"], frame["activity"], *times, frame["resource"]]
    return Counter(tuple(None if pd.isna(cell) else cell for cell in row) for row in zip(*columns, strict=True))


def expected(world: Any) -> Counter[tuple[Any, ...]]:
    """What the exports of a world have to give back."""
    return Counter(
        (one.case_id, one.activity, *map(stamp, (one.timestamp, one.start, one.enabled)), one.resource)
        for one in world.truth.expected
    )


def stamp(moment: Any) -> Any:
    return None if moment is None else pd.Timestamp(moment)
