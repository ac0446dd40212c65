"""Reading far more than fits: `python tests/bench_reading.py [--rows N]` prints time and peak memory.

The same rows are read with and without a limit for the engine; with one, the process has to stay near it
whatever the size of the file. A world of many cases is written as well, by the time and memory it takes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import bench

LIMIT = "500MB"
ALLOWED_GB = 1.5
"""Peak of a process whose engine may take `LIMIT`, imports and the cases of 20 million events included."""


def read(path: Path, limit: str) -> dict[str, float]:
    from procmine.core.engine import EngineSpec
    from procmine.reading.plan import ReadingPlan
    from procmine.reading.reader import read_log
    from procmine.reading.source import ExportFile, Source

    begin = time.perf_counter()
    engine = EngineSpec(memory_limit=limit or None, threads=bench.THREADS)
    files = [(Source(path=path.name), ExportFile.at(path))]
    log = read_log(files, ReadingPlan(time_zone="Asia/Shanghai"), name="bench", engine=engine)
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "peak": bench.peak_gigabytes(), "events": log.n_events}


def write_sample(folder: Path, n_cases: int) -> dict[str, float]:
    from procmine.samples.worlds import write_world

    begin = time.perf_counter()
    world = write_world("globaltech", folder, n_cases=n_cases)
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "peak": bench.peak_gigabytes(), "events": len(world.truth.expected)}


def apart(*arguments: object) -> dict[str, float]:
    """What this file measures in a process of its own."""
    return json.loads(bench.in_a_process(*arguments, script=__file__).splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--sample", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        print(json.dumps(read(Path(arguments.read[0]), arguments.read[1])))
        return
    if arguments.sample:
        print(json.dumps(write_sample(Path(arguments.sample[0]), int(arguments.sample[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gbk.csv"
        bench.in_a_process("--write", arguments.rows, path)
        size = path.stat().st_size / 1e9
        for limit in ("", LIMIT):
            found = apart("--read", path, limit)
            print(
                f"read {size:.2f} GB of GBK, {found['events']:,} events, engine limit {limit or 'none'}: "
                f"{found['seconds']:.0f} s, peak {found['peak']:.2f} GB"
            )
        if found["peak"] > ALLOWED_GB:
            raise SystemExit(f"a limit of {LIMIT} took {found['peak']:.2f} GB")
        made = apart("--sample", Path(folder) / "world", arguments.cases)
        print(
            f"sample of {arguments.cases:,} cases, {made['events']:,} events: "
            f"{made['seconds']:.0f} s ({made['seconds'] / made['events'] * 1e6:.0f} s per million), peak {made['peak']:.2f} GB"
        )


if __name__ == "__main__":
    main()
