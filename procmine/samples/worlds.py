"""The made-up worlds by name, and writing one with its truth beside it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from procmine.core.text.errors import Fault, SpecError, UnknownNameError
from procmine.core.text.words import Words
from procmine.core.text.written_files import writing
from procmine.samples.bundled import sample_project
from procmine.samples.globaltech import GlobalTech
from procmine.samples.return_visits import ReturnVisits
from procmine.samples.telecom import Telecom
from procmine.samples.world import Progress, World

WORLDS: Mapping[str, type[World]] = {world.name: world for world in (GlobalTech, ReturnVisits, Telecom)}


def world_of(name: str) -> type[World]:
    """A world by its name.

    Raises
    ------
    UnknownNameError
        If there is no such world.
    """
    if name not in WORLDS:
        raise UnknownNameError.among(Words("示例", "sample"), [name], list(WORLDS), "sample")
    return WORLDS[name]


def write_world(
    name: str,
    folder: Path,
    *,
    n_cases: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    wrote: Callable[[str], None] | None = None,
) -> World:
    """Simulate a world and write it as a project: exports, project.yml and what is true of it.

    Beside the exports stand `truth.json` (the planted faults), `truth_path.csv` (what really happened,
    with the causes of all waiting) and `truth_events.csv` (what reading the exports has to give).

    Parameters
    ----------
    n_cases, seed
        The world's own when left out; the same seed gives the same bytes.
    progress
        Told how many more cases are simulated.
    wrote
        Told each file that is written.

    Raises
    ------
    UnknownNameError
        If there is no such world.
    SpecError
        If the folder is there already, or no case is asked for.
    WriteError
        If the system lets nothing be written there.
    """
    world = world_of(name)(n_cases, seed)
    if world.n_cases < 1:
        raise SpecError(Fault("--cases", Words("至少要有一个案例", "at least one case is needed")))
    if folder.exists():
        hint = Words("另选一个文件夹", "choose another folder")
        raise SpecError(Fault(str(folder), Words("文件夹已存在", "the folder is there already"), hint=hint))
    world.simulate(progress) if progress else world.simulate()
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".sample-"))
    try:
        _write(world, aside, wrote or (lambda _: None))
        aside.chmod(0o755)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return world


def _write(world: World, folder: Path, wrote: Callable[[str], None]) -> None:
    (folder / "exports").mkdir()
    for name, content in world.exports():
        (folder / "exports" / name).write_bytes(content)
        wrote(f"exports/{name}")
    for text in ("project.yml", "standard.yml", "scorecards.yml", "README.md"):
        if (sample_project(world.name) / text).exists():
            shutil.copyfile(sample_project(world.name) / text, folder / text)
    made = {
        "truth.json": world.truth.faults_json,
        "truth_path.csv": world.truth.happened_csv,
        "truth_events.csv": world.truth.expected_csv,
    }
    for name, content_of in made.items():
        (folder / name).write_bytes(content_of())
        wrote(name)
