"""The files that install procmine agree with each other and name no place of their making."""

import re
import tomllib

import yaml
from conftest import ROOT

BY_CONDA = ["pm4py", "pandas", "jupyterlab", "matplotlib", "nbval"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=! ;]", requirement)[0].lower()


def test_the_conda_environment_asks_for_what_pyproject_asks_for():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (by_pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert [name_of(entry) for entry in plain] == ["python", *BY_CONDA, "pip"]
    assert plain[0] == "python" + PROJECT["requires-python"]
    assert sorted(plain[1:-1] + by_pip) == sorted(PROJECT["dependencies"])


def test_every_requirement_is_pinned_in_the_lock():
    pinned = {name_of(line) for line in LOCK.splitlines()}
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    assert [name for name in map(name_of, wanted) if name not in pinned] == []
    assert all("==" in line for line in LOCK.splitlines())


def test_the_lock_names_no_index_and_no_file():
    assert re.findall(r"://|--|file:|@", LOCK) == []


def test_nothing_committed_names_a_machine_or_an_absolute_path():
    texts = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("procmine/**/*.py"), *ROOT.glob("notebooks/*.ipynb")]
    found = [path.name for path in texts if re.search(r"/home/|/root/|/work/|C:\\\\Users", path.read_text("utf-8"))]
    assert found == []
