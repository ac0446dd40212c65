"""What all tests share: the real logs where they are at hand, and small logs to count by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from small_exports import HEADER

# Numeric libraries and Graphviz must not depend on how many threads a test machine has.
os.environ.setdefault("MPLBACKEND", "agg")

collect_ignore_glob = ["tools/*", "bench/*"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"

COLUMNS: dict[str, dict[str, Any]] = {
    "disco_callcenter": {
        "columns": {
            "case_id": "Case ID",
            "activity": "Activity",
            "timestamp": "End Date",
            "start": "Start Date",
            "resource": "Resource",
        }
    },
    "servicenow_small": {
        "columns": {
            "case_id": "number",
            "activity": "incident_state",
            "timestamp": "sys_updated_at",
            "resource": "sys_updated_by",
        },
        "null_values": ["?"],
    },
}
"""How the real logs without standard column names are mapped."""


@cache
def truth() -> dict[str, Any]:
    path = SHARED / "truth.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@cache
def real_log(name: str) -> Any:
    """A real log by its name in truth.json; the test is skipped where it is not at hand."""
    import procmine as pm

    if name not in truth():
        pytest.skip("the public logs are not at hand")
    return pm.read_export(SHARED / truth()[name]["path"], time_zone="UTC", language="en", **COLUMNS.get(name, {}))


def shared_file(path: str) -> Path:
    """A file of the public logs; the test is skipped where it is not at hand."""
    if not (SHARED / path).exists():
        pytest.skip("the public logs are not at hand")
    return SHARED / path


@pytest.fixture(scope="session")
def six() -> Any:
    """The six cases of the documentation."""
    import procmine as pm

    return pm.six_cases()


@pytest.fixture
def read(tmp_path):
    """Rows of one export → the log; options are those of the plan, `source` is the source's."""
    from procmine.reading.assembly.reader import read_log
    from procmine.reading.files.source import ExportFile, ReadingPlan, Source

    def reading(*rows: str, header: str = HEADER, source: dict[str, Any] | None = None, **plan: Any) -> Any:
        path = tmp_path / "export.csv"
        path.write_text("\n".join([header, *rows]), encoding="utf-8")
        sources = [(Source(path="", **source or {}), ExportFile.at(path))]
        return read_log(sources, ReadingPlan(**{"time_zone": "UTC", **plan}), name="test", language="en")

    return reading


def pytest_terminal_summary(terminalreporter):
    """Print the tables that tests record, by name, whichever process ran them."""
    tables: dict[str, list[str]] = {}
    for report in [one for outcome in ("passed", "failed") for one in terminalreporter.stats.get(outcome, [])]:
        for name, row in report.user_properties:
            tables.setdefault(name, []).append(str(row))
    for name, rows in tables.items():
        terminalreporter.section(name)
        terminalreporter.line("\n".join(sorted(rows)))


# ── reports, made once ────────────────────────────────────────────────────────────────────────────

PAGES = ["index.html", *sorted(f"{path.stem}.html" for path in (ROOT / "notebooks").glob("*.ipynb"))]

RENDER = """
import sys, procmine as pm
pm.render_report(pm.open_project(sys.argv[1]), sys.argv[3:], out=sys.argv[2])
"""


def render_elsewhere(project, out, *exports, seed, cwd):
    """Render a report in a fresh interpreter, with another hash seed, from another folder."""
    command = [sys.executable, "-c", RENDER, str(project), str(out), *map(str, exports)]
    subprocess.run(command, check=True, cwd=cwd, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True)
    return out


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """The report of the sample project."""
    from procmine.samples.bundled import sample_project

    folder = tmp_path_factory.mktemp("first")
    return render_elsewhere(sample_project(), folder / "report", seed="1", cwd=folder)


STRANGE = """工单,环节,时间,人
1,<script>alert(1)</script>,2026-03-02 09:00,=1+1
1,"=HYPERLINK(""http://evil.example"")",2026-03-02 10:00,@x
1,</script><img src=x onerror=alert(1)>,2026-03-02 11:00,-2
2,<script>alert(1)</script>,2026-03-02 09:30,=1+1
"""

PROJECT = """procmine: 1
name: "<b>Strange</b> & Co"
language: en
time_zone: Europe/Amsterdam
sources:
  - {path: exports/*.csv, columns: {case_id: 工单, activity: 环节, timestamp: 时间, resource: 人}}
case_link: "https://crm.example/t/{case_id}?a=1&b=2"
"""


@pytest.fixture(scope="session")
def strange(tmp_path_factory):
    """A project whose names try to break out of the page and the sheet."""
    folder = tmp_path_factory.mktemp("strange")
    (folder / "exports").mkdir()
    (folder / "exports" / "a.csv").write_text(STRANGE, encoding="utf-8")
    (folder / "project.yml").write_text(PROJECT, encoding="utf-8")
    return render_elsewhere(folder, folder / "out", seed="0", cwd=folder)
