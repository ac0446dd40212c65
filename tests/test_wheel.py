"""procmine from a wheel, outside of any clone, by a user who may not write into its folder."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import pytest
from conftest import ROOT
from own_notebooks import ROWS

NOBODY = 65534
SAY = "import procmine.cli, sys; print(procmine.__file__, file=sys.stderr); procmine.cli.main()"
EXECUTE = """
import sys, nbformat, procmine
from nbclient import NotebookClient
for path in sys.argv[1:]:
    node = nbformat.read(path, as_version=4)
    NotebookClient(node, resources={"metadata": {"path": path.rpartition("/")[0]}}).execute()
    nbformat.write(node, path)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


def test_notebooks_samples_and_assets_travel_in_it(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        "procmine/_notebooks/00_summary.ipynb", "procmine/_eventlogs/globaltech/project.yml",
        "procmine/visual/assets/map.js", "procmine/core/assets/page.css", "procmine/report/assets/page.html.j2",
        "procmine/report/templates/procmine/index.html.j2", "procmine/py.typed",
    }  # fmt: skip
    assert wanted <= names
    assert [name for name in names if name.startswith(("tests/", "procmine/docs/")) or ".procmine/" in name] == []
    assert [name for name in names if name.startswith("procmine/_eventlogs/") and "/notebooks/" in name] == []
    assert [name for name in names if name.endswith(("LICENSE", "NOTICE"))] != []


class Newcomer:
    """Somebody who installed the wheel: an ordinary user even where the tests are root's, with a home and nothing else."""

    def __init__(self, base, wheel):
        self.site, self.home = base / "site", base / "home"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(self.site)
        for path in [*self.site.rglob("*"), self.site]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.home.mkdir()
        self.before = self.installed()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "JUPYTER", "PYTHON"))}
        self.env = kept | {"PYTHONPATH": str(self.site), "HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1"}
        self.python, self.is_nobody = [sys.executable], False
        if os.geteuid() == 0 and shutil.which("setpriv"):
            self._become_nobody()

    def _become_nobody(self):
        """With the Python of the tests, or where nobody else may run it, with the system's and the same packages."""
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        prefix, packages = Path(sys.prefix), sysconfig.get_paths()["purelib"]
        borrowed = self.env | {
            "PYTHONPATH": os.pathsep.join((str(self.site), packages)),
            "JUPYTER_PATH": str(prefix / "share" / "jupyter"),
            "JUPYTER_CONFIG_PATH": str(prefix / "etc" / "jupyter"),
            "JUPYTERLAB_DIR": str(prefix / "share" / "jupyter" / "lab"),
        }
        system = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
        twice = "import click, subprocess, sys; subprocess.run([sys.executable, '-c', 'import pandas'], check=True)"
        for python, env in ((sys.executable, self.env), (system, borrowed)):
            try:
                subprocess.run([*become, python, "-c", twice], cwd="/", env=env, capture_output=True, check=True)
            except (subprocess.CalledProcessError, OSError):
                continue
            self.python, self.env, self.is_nobody = [*become, python], env, True
            os.chown(self.home, NOBODY, NOBODY)
            return

    def installed(self):
        return sorted((path, path.stat().st_mtime_ns) for path in self.site.rglob("*"))

    def command(self, *arguments, code=SAY):
        return [*self.python, "-c", code, *map(str, arguments)]

    def run(self, *arguments, code=SAY):
        command = self.command(*arguments, code=code)
        return subprocess.run(command, check=False, cwd=self.home, env=self.env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def newcomer(wheel):
    with tempfile.TemporaryDirectory(prefix="procmine-wheel-") as name:
        base = Path(name)
        base.chmod(0o755)
        yield Newcomer(base, wheel)


def test_the_demo_is_written_where_its_package_may_not_be(newcomer):
    done = newcomer.run("demo")
    assert done.returncode == 0, done.stderr
    assert Path(done.stderr.splitlines()[0]).is_relative_to(newcomer.site)
    assert (newcomer.home / "report" / "globaltech" / "index.html").exists()
    if newcomer.is_nobody:
        assert (newcomer.home / "report" / "globaltech" / "index.html").stat().st_uid == NOBODY
    assert newcomer.installed() == newcomer.before


@contextmanager
def served(newcomer, project):
    """JupyterLab on a project, as `procmine lab` starts it; ends with it."""
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=t"]
    options += ["--allow-root"] if os.geteuid() == 0 and not newcomer.is_nobody else []
    command = newcomer.command("lab", project, *options)
    log = newcomer.home.parent / "lab.log"
    with log.open("wb") as said:
        server = subprocess.Popen(command, cwd=newcomer.home, env=newcomer.env, stdout=said, stderr=said)
        try:
            yield lambda path: answer(f"http://127.0.0.1:{port}/api/{path}?token=t", server, log)
        finally:
            server.terminate()  # what we started is JupyterLab itself, not a parent that would leave it running
            server.wait(timeout=60)
    with socket() as one:
        assert one.connect_ex(("127.0.0.1", port)) != 0


def answer(url, server, log):
    """What a server says, once it is there."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=10) as found:
                return json.loads(found.read())
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None, log.read_text("utf-8", "replace")
            time.sleep(0.5)
    raise AssertionError(log.read_text("utf-8", "replace"))


@pytest.fixture(scope="module")
def project(newcomer):
    """A project made of an export, its notebooks opened once in JupyterLab."""
    (newcomer.home / "审批 1.csv").write_text(ROWS, encoding="utf-8")
    done = newcomer.run("new", "my project", "审批 1.csv")
    assert done.returncode == 0, done.stderr
    folder = newcomer.home / "my project"
    with served(newcomer, "my project") as ask:
        cells = ask("contents/notebooks/01_event_log.ipynb")["content"]["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["source"] for cell in code if cell["metadata"].get("trusted") is not True] == []
    return folder


def test_lab_serves_trusted_copies_that_run_where_they_lie(newcomer, project):
    found = sorted((project / "notebooks").glob("*.ipynb"))
    assert [path.name for path in found] == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    done = newcomer.run(found[1], code=EXECUTE)
    assert done.returncode == 0, done.stderr
    assert "读取 4 行" in found[1].read_text(encoding="utf-8") or "4 rows read" in found[1].read_text(encoding="utf-8")
    assert "there is nothing to trust" in newcomer.run("trust", "my project").stderr  # a copy that was run is a copy
    assert newcomer.installed() == newcomer.before


def test_lab_of_the_sample_in_the_package_says_how_to_get_one(newcomer):
    done = newcomer.run("lab", newcomer.site / "procmine" / "_eventlogs" / "globaltech")
    assert done.returncode == 2
    assert "procmine sample globaltech --out globaltech" in done.stderr
    assert newcomer.installed() == newcomer.before


@pytest.mark.slow
@pytest.mark.skipif("PROCMINE_SLOW" not in os.environ, reason="half a minute of work: set PROCMINE_SLOW=1")
def test_every_notebook_runs_in_the_project(newcomer, project):
    done = newcomer.run(*sorted((project / "notebooks").glob("*.ipynb")), code=EXECUTE)
    assert done.returncode == 0, done.stderr
    assert newcomer.installed() == newcomer.before
