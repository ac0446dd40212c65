"""Reading far more than fits: `python tests/bench/bench_reading.py [--rows N]` prints time and peak memory.

The same rows are read with and without a limit for the engine; with one, the process has to stay near it
whatever the size of the file. A world of many cases is written as well, by the time and memory it takes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import bench
import benching

LIMIT = "500MB"
ALLOWED_GB = 1.5
"""Peak of a process whose engine may take `LIMIT`, imports and the cases of 20 million events included."""


def read(path: Path, limit: str) -> dict[str, float]:
    from procmine.core.log.engine import EngineSpec
    from procmine.reading.assembly.reader import read_log
    from procmine.reading.files.source import ExportFile, ReadingPlan, Source

    engine = EngineSpec(memory_limit=limit or None, threads=benching.THREADS)
    plan = ReadingPlan(time_zone="Asia/Shanghai")
    run = benching.timed(
        lambda: read_log([(Source(path=path.name), ExportFile.at(path))], plan, name="bench", engine=engine)
    )
    return {"seconds": run.seconds, "peak": benching.peak_gigabytes(), "events": run.found.n_events}


def write_sample(folder: Path, n_cases: int) -> dict[str, float]:
    from procmine.samples.worlds import write_world

    run = benching.timed(lambda: write_world("globaltech", folder, n_cases=n_cases))
    return {"seconds": run.seconds, "peak": benching.peak_gigabytes(), "events": len(run.found.truth.expected)}


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
        benching.in_a_process("--write", arguments.rows, path, script=bench.__file__)
        size = path.stat().st_size / 1e9
        for limit in ("", LIMIT):
            found = benching.told_by("--read", path, limit, script=__file__)
            print(
                f"read {size:.2f} GB of GBK, {found['events']:,} events, engine limit {limit or 'none'}: "
                f"{found['seconds']:.0f} s, peak {found['peak']:.2f} GB"
            )
        floors = benching.Floors()
        floors.at_most(f"peak of reading with a limit of {LIMIT}", found["peak"], ALLOWED_GB, "GB")
        made = benching.told_by("--sample", Path(folder) / "world", arguments.cases, script=__file__)
        print(
            f"sample of {arguments.cases:,} cases, {made['events']:,} events: "
            f"{made['seconds']:.0f} s ({made['seconds'] / made['events'] * 1e6:.0f} s per million), peak {made['peak']:.2f} GB"
        )
        floors.end()


if __name__ == "__main__":
    main()
