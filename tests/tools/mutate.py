"""Do the tests bite? A sample of small changes to the code, each run against the tests that reach the changed line.

    pip install cosmic-ray
    python tests/tools/mutate.py --n 300 --out build/mutants.jsonl

cosmic-ray finds the places and makes the changes, in a copy of the clone. First the tests of the packages
run once with coverage, which tells which tests reach which line, and how long each takes; then every
change meets the quickest of its tests, in a fork of a process that has imported the big libraries, until one fails.
Run again with the same `--out`, it goes on where it stopped. What survives is either a missing test or a change that changes
nothing.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import importlib
import json
import os
import py_compile
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from pathlib import Path

import coverage
import pytest
from cosmic_ray.commands.init import _all_work_items
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parents[2]
COPIED = ("procmine", "tests", "eventlogs", "notebooks", "pyproject.toml", "README.md", "CHANGELOG.md")
LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "duckdb",
    "ibis",
    "ibis.backends.duckdb",
    "hypothesis",
    "lxml.etree",
    "pydantic",
    "networkx",
)
OPTIONS = ("-q", "-x", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:nbval", "-p", "no:xdist", "-m", "not slow", "--hypothesis-profile=ci", "-W", "ignore::pytest.PytestAssertRewriteWarning")  # fmt: skip
MOST_TESTS = 400
"""Per change, the quickest first: only what survives meets them all."""


def copied(folder):
    """A copy of the clone in which files may be changed; its bytecode is told from stale by content, not by time."""
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, folder / name)
    mode = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(folder / "procmine", quiet=1, invalidation_mode=mode)


# ── which tests reach which line ──────────────────────────────────────────────────────────────────


class Recorder:
    """Tells coverage whose lines are being run: a test's, or those of a fixture that several tests share."""

    def __init__(self, cover):
        self.cover, self.seconds, self.fixtures, self.failed, self.now = cover, {}, {}, set(), ""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        shared = fixturedef.scope != "function"
        if shared:
            self.cover.switch_context(f"fixture {fixturedef.argname}")
        try:
            return (yield)
        finally:
            self.cover.switch_context(request.node.nodeid if not shared else self.now)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.now, begin = item.nodeid, time.perf_counter()
        self.cover.switch_context(item.nodeid)
        self.fixtures[item.nodeid] = list(getattr(item, "fixturenames", ()))
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.perf_counter() - begin

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)


def recorded(package, folder):
    """Run a package's tests and doctests once; writes which contexts reach which lines, and how long tests take."""
    cover = coverage.Coverage(data_file=None, source=[str(folder / "procmine" / package)])
    recorder = Recorder(cover)
    cover.start()
    options = [option for option in OPTIONS if option != "-x"]
    pytest.main([*options, f"tests/{package}", f"procmine/{package}"], plugins=[recorder])
    cover.stop()
    data = cover.get_data()
    lines = {name: data.contexts_by_lineno(name) for name in data.measured_files()}
    seconds = {test: took for test, took in recorder.seconds.items() if test not in recorder.failed}
    told = {"lines": lines, "seconds": seconds, "fixtures": recorder.fixtures, "failed": sorted(recorder.failed)}
    (folder / f"{package}.json").write_text(json.dumps(told), encoding="utf-8")


class Reach:
    """Which tests reach a line, the quickest first."""

    def __init__(self, packages, folder):
        self.seconds, self.lines, self.users = {}, {}, defaultdict(set)
        for package in packages:
            told = json.loads((folder / f"{package}.json").read_text(encoding="utf-8"))
            self.seconds |= told["seconds"]
            self.lines |= told["lines"]
            for test, fixtures in told["fixtures"].items():
                for fixture in fixtures:
                    self.users[f"fixture {fixture}"].add(test)

    def tests(self, path, first, last):
        """Of a line that runs once, when its module is imported, all tests that reach the module."""
        of_lines = self.lines.get(str(path), {})
        own = {one for line in range(first, last + 1) for one in of_lines.get(str(line), ())}
        whole = {one for contexts in of_lines.values() for one in contexts}
        tests = self._tests_of(own) or self._tests_of(whole if own else set())
        chosen = sorted(tests, key=lambda test: (self.seconds[test], test))[:MOST_TESTS]
        return chosen, sum(self.seconds[test] for test in chosen)

    def _tests_of(self, contexts):
        return {test for one in contexts for test in self.users.get(one, {one}) if test in self.seconds}


# ── where the code can be changed ─────────────────────────────────────────────────────────────────


def for_readers(tree):
    """The lines and columns that no run depends on: annotations, and what stands there for type checkers alone."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            yield from filter(None, [getattr(node, "returns", None)])
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            yield node.annotation
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield node


def is_within(mutation, nodes):
    return any(
        (node.lineno, node.col_offset) <= mutation.start_pos < (node.end_lineno, node.end_col_offset) for node in nodes
    )


def places(packages, folder):
    """Every place where the code can be changed, with the changes that are possible there."""
    found = defaultdict(list)
    for package in packages:
        for path in sorted((folder / "procmine" / package).rglob("*.py")):
            nodes = list(for_readers(ast.parse(path.read_text(encoding="utf-8"))))
            for item in _all_work_items([path], {}):
                (mutation,) = item.mutations
                if not is_within(mutation, nodes):
                    found[str(path.relative_to(folder)), mutation.start_pos].append(mutation)
    return found


def sample(found, n, seed):
    """One change at each of `n` places, always the same for a seed."""
    dice = random.Random(seed)
    chosen = dice.sample(sorted(found), min(n, len(found)))
    return [(place, dice.choice(found[place])) for place in chosen]


# ── a change and its tests ────────────────────────────────────────────────────────────────────────


def child(run, *args):
    """Start a function in a fork whose words go into a file; its exit code is what the function returns."""
    pid = os.fork()
    if pid:
        return pid
    os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    words = os.open("last.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(words, 1)
    os.dup2(words, 2)
    try:
        code = int(run(*args) or 0)
    except BaseException:  # noqa: BLE001 – a fork must never go on as its parent
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def waited(pid, seconds):
    """The exit code of a fork; None, and an end of it, when it takes longer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def verdict(mutation, reach):
    """What became of one change, and the line it changed."""
    path = Path(mutation.module_path)
    operator = get_operator(mutation.operator_name)(**(mutation.operator_args or {}))
    tests, seconds = reach.tests(path, mutation.start_pos[0], mutation.end_pos[0])
    with use_mutation(path, operator, mutation.occurrence) as (before, after):
        pairs = zip(before.splitlines(), (after or before).splitlines(), strict=False)
        change = next(([one.strip(), other.strip()] for one, other in pairs if one != other), [])
        if not tests or not change:
            return ("no test" if change else "no change"), change, 0
        code = waited(child(pytest.main, [*OPTIONS, *tests]), 60 + 5 * seconds)
    return {0: "survived", None: "timeout"}.get(code, "killed"), change, len(tests)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutants.jsonl")
    parser.add_argument("packages", nargs="*", default=["core", "conformance", "performance", "kpi"])
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by an exception, so that a change is taken back
    folder = asked.out.resolve().with_suffix(".copy")
    if not folder.exists():
        folder.mkdir(parents=True)
        copied(folder)
    os.chdir(folder)
    os.environ["PYTHONPATH"], sys.dont_write_bytecode = str(folder), True
    sys.path[:0] = [str(folder)]
    for library in LIBRARIES:
        importlib.import_module(library)
    for package in asked.packages:
        if not (folder / f"{package}.json").exists() and waited(child(recorded, package, folder), 3600) != 0:
            sys.exit(f"{package}: see {folder / 'last.log'}")
    run(asked, folder)


def run(asked, folder):
    """Make the changes that were not made before, and say what became of all."""
    out = asked.out.resolve()
    done = [json.loads(line) for line in out.read_text("utf-8").splitlines()] if out.exists() else []
    seen = {(one["file"], *one["at"]) for one in done}
    reach = Reach(asked.packages, folder)
    for (file, at), mutation in sample(places(asked.packages, folder), asked.n, asked.seed):
        if (file, *at) in seen:
            continue
        told, change, n_tests = verdict(mutation, reach)
        done.append({"file": file, "at": at, "verdict": told, "change": change, "n_tests": n_tests})
        with out.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(done[-1], ensure_ascii=False) + "\n")
    for one in done:
        if one["verdict"] in ("survived", "no test"):
            print(f"{one['file']}:{one['at'][0]} {one['verdict']}\n  - {one['change'][0]}\n  + {one['change'][1]}")
    print(dict(Counter(one["verdict"] for one in done)))


if __name__ == "__main__":
    main()
