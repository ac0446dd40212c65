"""procmine from a wheel, outside of any clone, where it may not write into its own folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT


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
    assert [name for name in names if name.startswith("tests/") or ".procmine/" in name] == []
    assert [name for name in names if name.endswith(("LICENSE", "NOTICE"))] != []


def test_it_reports_where_it_may_not_write(wheel, tmp_path):
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for path in [*site.rglob("*"), site]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    home = tmp_path / "home"
    home.mkdir()
    env = {**os.environ, "PYTHONPATH": str(site), "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    env = {name: value for name, value in env.items() if name != "XDG_CACHE_HOME"}
    before = sorted(path for path in site.rglob("*"))
    say = "import procmine.cli, sys; print(procmine.__file__); sys.argv = ['procmine', 'demo']; procmine.cli.main()"
    done = subprocess.run([sys.executable, "-c", say], cwd=home, env=env, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert Path(lines[0]).is_relative_to(site)
    assert (home / "report" / "globaltech" / "index.html").exists()
    assert sorted(path for path in site.rglob("*")) == before
