"""Time and memory beside a plain pm4py script and bare DuckDB SQL, measured in one run (`make bench`).

Cold: a CSV becomes the directly-follows graph with times, variants, case durations and rework. Warm: the
same five results on a log already imported, against pm4py on a frame already formatted. Each measurement
runs inside a process of its own after all imports; cold runs are repeated in fresh processes, so that peak
memory is that of one run. Ratios are what to quote: machines differ, and so do their hours.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import statistics
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import benching

if TYPE_CHECKING:
    import pandas as pd

THREADS = benching.THREADS
LARGE = 5_000_000
MEMORY = "2GB"
ACTIVITIES = [
    "服务请求接收", "请求分类", "请求分配", "问题诊断", "客户沟通", "解决方案提供", "合同审核", "合同签订", "服务执行",
    "满意度调查", "反馈分析", "退回修改", "关闭",
]  # fmt: skip


# ── the events ────────────────────────────────────────────────────────────────────────────────────


def write_events(n: int, path: Path) -> None:
    """About `n` events: UTF-8, or GB18030 or a workbook if the name says so."""
    frame = make_events(n)
    if path.suffix == ".xlsx":
        write_workbook(frame, path)
        return
    encoding = "gb18030" if "gbk" in path.name else "utf-8"
    frame.to_csv(path, index=False, date_format="%Y-%m-%d %H:%M:%S", encoding=encoding)


def write_workbook(frame: pd.DataFrame, path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, frame.columns)
        for number, row in enumerate(frame.itertuples(index=False), 1):
            sheet.write_row(number, 0, row)


def make_events(n: int) -> pd.DataFrame:
    """`n` events of n/6 cases in order of time: a walk forward with skips, repeats and steps back."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(n)
    n_cases, last = n // 6, len(ACTIVITIES) - 1
    lengths = rng.integers(3, 10, n_cases)
    at, clock = np.zeros(n_cases, dtype=int), rng.integers(0, 180 * 86400, n_cases)
    parts = []
    for step in range(9):
        alive = np.flatnonzero(lengths > step)
        parts.append((alive, at[alive], clock[alive], at[alive] * 7 + rng.integers(0, 7, len(alive))))
        move = rng.choice([1, 2, -1, 0], size=len(alive), p=[0.7, 0.15, 0.1, 0.05])
        at[alive] = np.clip(at[alive] + move, 0, last)
        clock[alive] += rng.exponential(20_000, len(alive)).astype(int)
    case, activity, when, who = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(when, kind="stable")[:n]
    return pd.DataFrame(
        {
            "case_id": np.char.add("SR-", case[order].astype(str)),
            "activity": np.array(ACTIVITIES)[activity[order]],
            "timestamp": pd.to_datetime(when[order] + 1_735_689_600, unit="s"),
            "resource": np.char.add("员工", who[order].astype(str)),
            "channel": np.array(["电话", "邮件", "网页"])[case[order] % 3],
        }
    )


# ── the three ways ────────────────────────────────────────────────────────────────────────────────


class Pm4py:
    """The script an analyst would write: read, format, ask."""

    def __init__(self) -> None:
        warnings.simplefilter("ignore")
        import pandas as pd
        import pm4py

        self.pandas, self.pm4py = pd, pm4py

    def load(self, path: Path) -> None:
        frame = self.pandas.read_csv(path)
        self.frame = self.pm4py.format_dataframe(
            frame, case_id="case_id", activity_key="activity", timestamp_key="timestamp"
        )

    def results(self) -> dict[str, int]:
        dfg, _, _ = self.pm4py.discover_dfg(self.frame)
        times, _, _ = self.pm4py.discover_performance_dfg(self.frame)
        variants = self.pm4py.get_variants(self.frame)
        durations = self.pm4py.get_all_case_durations(self.frame)
        rework = self.pm4py.get_rework_cases_per_activity(self.frame)
        return {
            "pairs": sum(dfg.values()), "arcs": len(times), "variants": len(variants), "cases": len(durations),
            "rework": sum(rework.values()),
        }  # fmt: skip


PROCMINE_USES = [
    "duckdb", "ibis", "ibis.backends.duckdb", "numpy", "pandas", "pyarrow.parquet", "procmine.core.log.export",
    "procmine.discovery.flow", "procmine.discovery.variants", "procmine.performance.movement.rework",
    "procmine.performance.times.throughput", "procmine.reading.sheets.sheets", "procmine.reading.text.text", "encodings.gb18030",
    "encodings.gb2312", "pyarrow.dataset",
]  # fmt: skip


class Procmine:
    """The same through procmine: import report, Parquet and five results."""

    def __init__(self) -> None:
        import procmine
        from procmine.core.log.engine import EngineSpec
        from procmine.reading.assembly import reader

        self.pm, self.reader = procmine, reader
        self.engine = EngineSpec(memory_limit=MEMORY, threads=THREADS)
        for module in PROCMINE_USES:
            importlib.import_module(module)

    def load(self, path: Path) -> None:
        from procmine.reading.files.source import ExportFile, ReadingPlan, Source

        files = [(Source(path=path.name), ExportFile.at(path))]
        self.log = self.reader.read_log(files, ReadingPlan(time_zone="Asia/Shanghai"), name="bench", engine=self.engine)

    def results(self) -> dict[str, int]:
        import dataclasses

        log = dataclasses.replace(self.log)  # nothing remembered from the run before
        flow = self.pm.directly_follows(log).table
        variants = self.pm.variants(log).table
        durations = self.pm.throughput_time(log).cases.table
        rework = self.pm.rework(log).table
        return {
            "pairs": int(flow["count"].sum()), "arcs": len(flow), "variants": len(variants), "cases": len(durations),
            "rework": int(rework["n_rework_cases"].sum()),
        }  # fmt: skip


class DuckDB:
    """Bare SQL doing the same, canonical Parquet included: the limit to come close to."""

    def __init__(self) -> None:
        import duckdb

        self.folder = tempfile.mkdtemp()
        self.con = duckdb.connect(
            config={
                "threads": THREADS,
                "memory_limit": MEMORY,
                "temp_directory": self.folder,
                "autoinstall_known_extensions": False,
            }
        )

    def load(self, path: Path) -> None:
        run, self.file = self.con.execute, Path(self.folder) / "events.parquet"
        columns = dict.fromkeys(("case_id", "activity", "timestamp", "resource", "channel"), "VARCHAR")
        run(
            f"create table raw as select * from read_csv('{path}', header=true, auto_detect=false, delim=',', columns={columns})"
        )
        run("create type activities as enum (select distinct activity from raw order by 1)")
        run(
            "create table ids as select case_id, row_number() over (order by case_id)::integer as c from (select distinct case_id from raw)"
        )
        run(
            "create table events as select c, strptime(timestamp, '%Y-%m-%d %H:%M:%S') as t, raw.rowid as s, "
            "activity::activities as a, resource, channel from raw join ids using (case_id)"
        )
        run("drop table raw")
        run(
            f"copy (select *, lag(a) over w as pa, lag(t) over w as pt from events "
            f"window w as (partition by c order by t, s) order by c, t, s) to '{self.file}' (format parquet)"
        )
        run("drop table events")

    def results(self) -> dict[str, int]:
        def rows(query: str) -> list[tuple]:
            return self.con.execute(query.format(events=f"'{self.file}'")).fetchall()

        took = "date_diff('microsecond', pt, t)"
        flow = rows(
            f"select pa, a, count(*), count(distinct c), sum({took}), quantile_cont({took}, [0.5, 0.9]) "
            "from {events} where pa is not null group by all"
        )
        paths = "select c, list(a order by t, s) as path, max(t) - min(t) as took from {events} group by c"
        variants = rows(f"select path, count(*) from ({paths}) group by 1")
        durations = self.con.execute(f"select c, took from ({paths})".format(events=f"'{self.file}'")).fetchnumpy()
        rework = rows("select a, count(*) from (select c, a from {events} group by all having count(*) > 1) group by 1")
        return {
            "pairs": sum(row[2] for row in flow), "arcs": len(flow), "variants": len(variants),
            "cases": len(durations["c"]), "rework": sum(n for _, n in rework),
        }  # fmt: skip


WAYS = {"pm4py": Pm4py, "procmine": Procmine, "duckdb": DuckDB}


class Pandas(Pm4py):
    """What it takes to have a GBK export or a workbook as pm4py wants it."""

    def load(self, path: Path) -> None:
        read = self.pandas.read_excel if path.suffix == ".xlsx" else self.pandas.read_csv
        more = {"engine": "openpyxl"} if path.suffix == ".xlsx" else {"encoding": "gb18030"}
        self.frame = self.pm4py.format_dataframe(
            read(path, **more), case_id="case_id", activity_key="activity", timestamp_key="timestamp"
        )

    def results(self) -> dict[str, int]:
        return {"events": len(self.frame), "cases": int(self.frame["case:concept:name"].nunique())}


class Reader(Procmine):
    """The same through procmine, import report and Parquet included."""

    def results(self) -> dict[str, int]:
        return {"events": self.log.n_events, "cases": self.log.n_cases}


READERS = {"pandas": Pandas, "procmine": Reader}
READ = {"gbk.csv": 1_000_000, "book.xlsx": 200_000}


# ── measuring ─────────────────────────────────────────────────────────────────────────────────────


def measure(way: str, mode: str, path: Path, repeat: int) -> dict[str, object]:
    """One process: a cold run, or `repeat` warm runs after an unmeasured import."""
    one = (READERS if mode == "read" else WAYS)[way]()

    def whole() -> dict[str, int]:
        one.load(path)
        return one.results()

    if mode == "warm":
        one.load(path)
        runs = [benching.timed(one.results) for _ in range(repeat)]
    else:
        runs = [benching.timed(whole)]
    return {
        "seconds": [run.seconds for run in runs],
        "cpu": statistics.median(run.cpu for run in runs),
        "peak": benching.peak_gigabytes(),
        "found": runs[-1].found,
    }


def alone(*arguments: object) -> dict[str, Any]:
    """What this file measures for these arguments in a process of its own."""
    return benching.told_by("--measure", *arguments, script=__file__)


def compare(path: Path, repeat: int) -> dict[str, dict[str, tuple[float, float]]]:
    """Median seconds and peak memory of each way, cold runs taken in turn."""
    table: dict[str, dict[str, tuple[float, float]]] = {}
    found = {}
    for mode in ("cold", "warm"):
        rounds = repeat if mode == "cold" else 1
        runs = {way: [] for way in WAYS}
        for _ in range(rounds):
            for way in WAYS:
                runs[way].append(alone(way, mode, path, repeat))
        for way, measured in runs.items():
            seconds = statistics.median(second for one in measured for second in one["seconds"])
            table.setdefault(mode, {})[way] = (seconds, statistics.median(one["peak"] for one in measured))
            found[way, mode] = measured[0]["found"]
    if len({json.dumps(counts) for counts in found.values()}) != 1:
        raise SystemExit(f"the ways do not agree: {found}")
    return table


def compare_reading(path: Path, repeat: int, floors: benching.Floors) -> None:
    """Reading alone beside pandas and pm4py's own preparation, in turn.

    Printed is the ratio of medians; the floor is held by the quickest runs, which others on the machine slowed least.
    """
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in READERS}
    for _ in range(repeat):
        for way in READERS:
            runs[way].append(alone(way, "read", path, 1))
    if len({json.dumps(one["found"]) for measured in runs.values() for one in measured}) != 1:
        raise SystemExit(f"the readers do not agree: {runs}")
    times = {way: [one["seconds"][0] for one in measured] for way, measured in runs.items()}
    cpu, peaks = (
        {way: statistics.median(one[what] for one in measured) for way, measured in runs.items()}
        for what in ("cpu", "peak")
    )
    seconds = {way: statistics.median(mine) for way, mine in times.items()}
    for way in READERS:
        print(
            f"read {path.name}, {READ[path.name]:,} rows, {way}: {seconds[way]:.2f} s ({cpu[way]:.2f} s of CPU), {peaks[way]:.2f} GB"
        )
    print(f"  ratio {seconds['pandas'] / seconds['procmine']:.2f} ×, of CPU {cpu['pandas'] / cpu['procmine']:.2f} ×")
    floors.at_least(f"read {path.name}, quickest runs", min(times["pandas"]) / min(times["procmine"]), 1.0)


def show(n: int, table: dict[str, dict[str, tuple[float, float]]]) -> None:
    print(f"{n:>12,} events      pm4py           procmine        bare DuckDB     pm4py / procmine   procmine / DuckDB")
    for mode, row in table.items():
        (base, base_peak), (ours, our_peak), (bare, bare_peak) = (row[way] for way in WAYS)
        print(
            f"{mode:>12} time   {base:8.2f} s      {ours:8.2f} s      {bare:8.2f} s      {base / ours:8.1f} ×          {ours / bare:8.2f} ×"
        )
        print(
            f"{'':>12} peak   {base_peak:8.2f} GB     {our_peak:8.2f} GB     {bare_peak:8.2f} GB     {our_peak / base_peak:8.0%} of it"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        write_events(int(arguments.write[0]), Path(arguments.write[1]))
        return
    if arguments.measure:
        way, mode, path, repeat = arguments.measure
        print(json.dumps(measure(way, mode, Path(path), int(repeat))))
        return
    tables, floors = {}, benching.Floors()
    with tempfile.TemporaryDirectory() as folder:
        for n in arguments.sizes:
            path = Path(folder) / f"{n}.csv"
            benching.in_a_process("--write", n, path, script=__file__)
            # A large log takes minutes in pm4py: one round of it tells enough.
            tables[n] = compare(path, arguments.repeat if n < LARGE else 1)
            show(n, tables[n])
        for name, n in READ.items():
            path = Path(folder) / name
            benching.in_a_process("--write", n, path, script=__file__)
            compare_reading(path, arguments.repeat, floors)
    if len(tables) > 1:
        small, large = min(tables), max(tables)
        for mode in ("cold", "warm"):
            ratio = tables[large][mode]["procmine"][0] / tables[small][mode]["procmine"][0]
            print(f"scaling exponent, {mode}: {math.log(ratio) / math.log(large / small):.2f}")
    floors.end()


if __name__ == "__main__":
    main()
