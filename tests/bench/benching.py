"""What the bench scripts share: seconds, memory, and the floors below which a run fails."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

THREADS = 2


class Took(NamedTuple):
    """How long some work took: by the clock on the wall, and of all its threads together."""

    seconds: float
    cpu: float
    found: Any = None


def timed(work: Callable[[], Any]) -> Took:
    """One run of some work."""
    begin, cpu = time.perf_counter(), time.process_time()
    found = work()
    return Took(time.perf_counter() - begin, time.process_time() - cpu, found)


def median(work: Callable[[], Any], rounds: int) -> Took:
    """The median of some rounds, and what the last one gives."""
    runs = [timed(work) for _ in range(rounds)]
    return _middle(runs)


def best(work: Callable[[], Any], rounds: int) -> Took:
    """The quickest of some rounds: what others do on the machine can only slow one down."""
    return min((timed(work) for _ in range(rounds)), key=lambda run: run.seconds)


def in_turn(works: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, Took]:
    """The medians of several works done in turn, so that a busy machine slows all of them alike."""
    runs: dict[str, list[Took]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            runs[name].append(timed(work))
    return {name: _middle(mine) for name, mine in runs.items()}


def _middle(runs: list[Took]) -> Took:
    return Took(*(statistics.median(run[i] for run in runs) for i in (0, 1)), runs[-1].found)


def peak_gigabytes() -> float:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


def in_a_process(*arguments: object, script: str) -> str:
    """What a script prints for these arguments.

    The caller has to stay small: a new process counts the peak memory of the one that began it as its own.
    """
    env = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def told_by(*arguments: object, script: str) -> dict[str, Any]:
    """The JSON in the last line of what a script prints for these arguments."""
    found: dict[str, Any] = json.loads(in_a_process(*arguments, script=script).splitlines()[-1])
    return found


class Floors:
    """What a run promises; `end` tells each promise with what was measured, and fails if one is broken."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, bool]] = []

    def at_least(self, what: str, value: float, floor: float, unit: str = "×") -> None:
        """Promise that a value is a floor or more."""
        self.rows.append((what, f"{value:,.2f} {unit}, at least {floor:g}", value >= floor))

    def at_most(self, what: str, value: float, ceiling: float, unit: str = "s") -> None:
        """Promise that a value is a ceiling or less."""
        self.rows.append((what, f"{value:,.2f} {unit}, at most {ceiling:g}", value <= ceiling))

    def end(self) -> None:
        """Print the promises; end the process where one is broken."""
        for what, said, kept in self.rows:
            print(f"{'kept  ' if kept else 'MISSED'}  {what}: {said}", flush=True)
        if broken := [what for what, _, kept in self.rows if not kept]:
            raise SystemExit(f"missed: {'; '.join(broken)}")
